"""What a flag is, and the numbers from which on a track is flagged: shipped data with one strict reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from ranger_app.domain.definitions import Table, definition
from ranger_app.errors import Fact
from ranger_app.paths import resource


class Severity(StrEnum):
    """How much a flag wants to be looked at."""

    NOTE = "note"
    """Worth knowing; nothing is wrong."""
    WARNING = "warning"
    """Something may be wrong."""
    ERROR = "error"
    """It cannot be true as it stands."""


KINDS: Mapping[str, Severity] = {
    "zero-zero": Severity.ERROR,
    "no-fix": Severity.WARNING,
    "frozen": Severity.NOTE,
    "before-gps": Severity.ERROR,
    "week-rollover": Severity.ERROR,
    "future": Severity.ERROR,
    "time-back": Severity.WARNING,
    "time-repeat": Severity.WARNING,
    "gap": Severity.NOTE,
    "spike": Severity.WARNING,
    "jump": Severity.WARNING,
    "stop": Severity.NOTE,
    "two-places": Severity.WARNING,
    "told-twice": Severity.ERROR,
    "simulated": Severity.WARNING,
    "photo-time": Severity.WARNING,
}
"""Every kind of flag, in the order in which people are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something about a range of fixes that a person should look at; nothing was changed.

    Attributes:
        kind: One of :data:`KINDS`.
        first, last: Indices of the fixes it is about, both included.
        facts: Numbers and texts for its sentence, by name.
    """

    kind: str
    first: int
    last: int
    severity: Severity
    facts: Mapping[str, Fact] = field(default_factory=dict)


def flag(kind: str, first: int, last: int, **facts: Fact) -> Flag:
    """A flag of a kind with the severity that this kind has."""
    return Flag(kind=kind, first=int(first), last=int(last), severity=KINDS[kind], facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How fast one gets on.

    Attributes:
        words: Parts of the keys by which offices call it; empty for any other transport.
    """

    key: str
    words: tuple[str, ...]
    fastest_kmh: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From when on a track is flagged; what each means stands beside its number in the file."""

    noise_m: int
    spike_fixes: int
    stop_radius_m: int
    stop_s: int
    frozen_fixes: int
    least_satellites: int
    worst_dop: int
    ahead_s: int
    rollover_days: int
    apart_m: int
    apart_s: int
    photo_apart_m: int
    photo_apart_s: int
    simulated_fixes: int
    transports: tuple[Transport, ...]

    def fastest_m_s(self, transport: str) -> float:
        """The fastest that one gets on with the *transport* of an office, in metres a second."""
        told = transport.lower()
        known = (one for one in self.transports if any(word in told for word in one.words))
        return next(known, self.transports[-1]).fastest_kmh / 3.6


@cache
def limits() -> Limits:
    """The numbers that are shipped."""
    return limits_from(resource("tracks") / "flags.toml")


def limits_from(path: Path) -> Limits:
    """The numbers of a file.

    Raises:
        DefinitionError: It does not say what is known here.
    """
    table = definition(path)
    transports = tuple(_transport(one) for one in table.tables("transports"))
    numbers: dict[str, int] = {}
    names = {name for name in Limits.__dataclass_fields__ if name != "transports"}
    for one in table.tables("limits"):
        key = one.word("key")
        if key not in names or key in numbers:
            raise one.wrong(f"{key} is no limit, or stands there twice")
        numbers[key] = one.number("value")
        if numbers[key] <= 0 or not one.text("source"):
            raise one.wrong("a limit is above 0 and has a source")
        one.done()
    if missing := sorted(names - numbers.keys()):
        raise table.wrong(f"{', '.join(missing)} is missing")
    if not transports or transports[-1].words or not all(one.words for one in transports[:-1]):
        raise table.wrong("the last transport, and no other, stands for any")
    table.done()
    return Limits(**numbers, transports=transports)


def _transport(table: Table) -> Transport:
    found = Transport(
        key=table.word("key"),
        words=table.texts("words"),
        fastest_kmh=table.number("fastest_kmh"),
        source=table.text("source"),
    )
    if found.fastest_kmh <= 0 or not found.source:
        raise table.wrong("a transport has a speed above 0 and a source")
    table.done()
    return found
