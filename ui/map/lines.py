"""Words broken into lines that fit a width."""

from __future__ import annotations

from ui.map.labels import Lettering, text_size
from ui.map.words import MapWords

MARK = "…"
_FORWARD = "\u200f"
"""A mark without width after which a line runs from right to left, whatever letter comes first."""


_DIRECTIONS = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069")
"""Marks and isolates, which keep numbers and codes in their order; never an override, which could turn one round."""


_ISOLATES, _END_OF_ISOLATE = "\u2066\u2067\u2068", "\u2069"


def plain(text: str) -> str:
    """*text* on one line: what breaks lines or is no letter at all becomes a space."""
    return " ".join("".join(one if one.isprintable() or one in _DIRECTIONS else " " for one in text).split())


def directed(text: str, *, right_to_left: bool) -> str:
    """*text* so that it runs in the reader's direction, even where it begins with a number or a foreign name."""
    return f"{_FORWARD}{text}" if right_to_left and text else text


def isolated(name: str, words: MapWords) -> str:
    """A name that keeps its own order inside a line that runs from right to left."""
    return f"\u2068{name}\u2069" if words.right_to_left else name


def broken(text: str, lettering: Lettering, width: float, most: int) -> list[str]:
    """*text* in at most so many lines of at most this width; a mark at the end tells that words were left out."""
    lines: list[str] = []
    rest = plain(text)
    while rest:
        line = _fitting(rest, lettering, width)
        if len(lines) == most - 1 and len(line) < len(rest):
            lines.append(elided(rest, lettering, width))
            break
        rest = rest[len(line) :].lstrip()
        opened = _open_isolates(line) if rest else ""
        lines.append(line.rstrip() + _END_OF_ISOLATE * len(opened))
        rest = opened + rest
    return lines


def _open_isolates(line: str) -> str:
    """The isolates that begin in a line and do not end in it: they go on in the next."""
    opened = ""
    for letter in line:
        if letter in _ISOLATES:
            opened += letter
        elif letter == _END_OF_ISOLATE:
            opened = opened[:-1]
    return opened


def elided(text: str, lettering: Lettering, width: float) -> str:
    """*text*, or its beginning with a mark where it is wider than this."""
    if text_size(lettering, text)[0] <= width:
        return text
    return text[: _letters(text, lettering, width - text_size(lettering, MARK)[0])].rstrip() + MARK


def _fitting(text: str, lettering: Lettering, width: float) -> str:
    """The words of *text* that fit; of a word that is wider than a line its first letters."""
    if text_size(lettering, text)[0] <= width:
        return text
    count = _letters(text, lettering, width)
    space = text.rfind(" ", 0, count + 1)
    return text[: space + 1] if space > 0 else text[: max(count, 1)]


def _letters(text: str, lettering: Lettering, width: float) -> int:
    """How many letters fit."""
    least, most = 0, min(len(text), 2_000)
    while least < most:
        middle = (least + most + 1) // 2
        if text_size(lettering, text[:middle])[0] <= width:
            least = middle
        else:
            most = middle - 1
    return least
