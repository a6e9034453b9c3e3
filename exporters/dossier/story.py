"""Values and whole stories in words, for the page and for the plain text beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from exporters.dossier.texts import POSITION_SOURCES
from ranger_app.coordinates import NOTATIONS
from ranger_app.domain.dossier import DossierContent, Told, ToldValue
from ranger_app.domain.records import Incident, Position
from ranger_app.i18n import Words


def told(value: Told, words: Words) -> str:
    """A value in the manner of the reader's language."""
    match value:
        case bool():
            return words.say("Yes") if value else words.say("No")
        case int():
            return words.number(value)
        case Decimal():
            exponent = value.as_tuple().exponent
            return words.number(float(value), max(0, -exponent) if isinstance(exponent, int) else 0)
        case dt.datetime():
            return words.moment(value)
        case dt.date():
            return words.day(value)
        case dt.time():
            return f"{value:%H:%M}"
        case tuple():
            return ", ".join(value)
    return value


def moment_or_none(moment: dt.datetime | None, words: Words) -> str:
    """A moment, or that there is none."""
    return words.say("not recorded") if moment is None else words.moment(moment)


def coordinates(position: Position) -> str:
    """Decimal degrees with a point in every language: a comma between digits would read as two numbers."""
    return f"{position.latitude_deg:.6f}, {position.longitude_deg:.6f}"


def place_of(position: Position, words: Words) -> str:
    """Latitude, longitude, how sure and from where, on one line."""
    source = words.say(POSITION_SOURCES[position.source.value])
    place = coordinates(position)
    if position.accuracy_m is None:
        told = words.say("{coordinates} (WGS 84), {source}", coordinates=place, source=source)
    else:
        metres = words.number(position.accuracy_m, 0 if position.accuracy_m >= 1 else 1)
        told = words.say(
            "{coordinates} (WGS 84), ±{metres} m, {source}", coordinates=place, metres=metres, source=source
        )
    return f"{told}; {_as_typed(position, words)}" if position.typed else told


def _as_typed(position: Position, words: Words) -> str:
    """From what text it was read, and by which operation of what accuracy it became WGS 84."""
    if not position.operation:
        return words.say("typed as {text}", text=position.typed)
    known = next((one.accuracy_m for one in NOTATIONS if one.operation == position.operation), None)
    if known is None:
        return words.say(
            "typed as {text}, to WGS 84 by {operation}, whose accuracy is not known",
            text=position.typed, operation=position.operation,
        )  # fmt: skip
    return words.say(
        "typed as {text}, to WGS 84 by {operation}, accurate to {metres} m",
        text=position.typed, operation=position.operation, metres=words.number(known, 0 if known == int(known) else 1),
    )  # fmt: skip


def case_lines(content: DossierContent, words: Words) -> Iterator[str]:
    """The whole case as lines of plain text."""
    yield words.say("Case {number}, revision {revision}", number=content.case.number, revision=content.revision)
    yield content.case.title
    for incident in content.incidents:
        yield ""
        yield from _incident_lines(content, incident, words)


def _incident_lines(content: DossierContent, incident: Incident, words: Words) -> Iterator[str]:
    account = content.account_of(incident)
    yield words.say("Incident {number}: {title}", number=incident.number, title=account.title)
    yield _line(words.say("Occurred at"), moment_or_none(incident.occurred_at, words))
    if incident.position is not None:
        yield _line(words.say("Position"), place_of(incident.position, words))
    if incident.place:
        yield _line(words.say("Place"), incident.place)
    if incident.reported_by:
        yield _line(words.say("Reported by"), incident.reported_by)
    if incident.summary:
        yield _line(words.say("Summary"), incident.summary)
    yield from _value_lines(account.values, words)
    for line in account.animals:
        yield from _value_lines(line, words)
    for seen in account.observations:
        yield seen.category
        yield from _value_lines(seen.values, words)


def _value_lines(values: Sequence[ToldValue], words: Words) -> Iterator[str]:
    for value in values:
        yield _line(value.label, told(value.value, words))


def _line(label: str, said: str) -> str:
    return f"{label}: {said}"
