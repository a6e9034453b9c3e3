"""What is said of a reading of a place: notation, zone, the operation to WGS 84 and its accuracy, and what is odd."""

from __future__ import annotations

from ranger_app.coordinates import NOTE_WORDS, Decoded, notation_of
from ranger_app.i18n import Words


def notation_words(words: Words, notation: str) -> str:
    """What a notation is called."""
    return words.say(notation_of(notation).label)


def reading_words(words: Words, decoded: Decoded) -> str:
    """One line about how a text was read, such as ``UTM · zone 43T``."""
    told = [notation_words(words, decoded.notation)]
    if decoded.zone:
        told.append(words.say("zone {zone}", zone=decoded.zone))
    if decoded.operation:
        told.append(_operation(words, decoded))
    told += [words.say(NOTE_WORDS[note], size=cell_words(words, decoded.cell_m or 0)) for note in decoded.notes]
    return " · ".join(told)


def _operation(words: Words, decoded: Decoded) -> str:
    if decoded.accuracy_m is None:
        return words.say("{operation}, accuracy not known", operation=decoded.operation)
    is_whole = decoded.accuracy_m == int(decoded.accuracy_m)
    metres = words.number(decoded.accuracy_m, 0 if is_whole else 1)
    return words.say("{operation}, ± {metres} m", operation=decoded.operation, metres=metres)


def cell_words(words: Words, side_m: float) -> str:
    """The side of a square in metres or kilometres."""
    if side_m >= 1000:
        return words.say("{count} km", count=words.number(side_m / 1000))
    return words.say("{count} m", count=words.number(side_m))
