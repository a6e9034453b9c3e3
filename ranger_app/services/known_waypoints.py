"""Waypoints that are here already: what they say is here at the same place and time, from a file with other bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from db.fields import later, moment
from db.incidents import RECORD_KINDS
from db.schema import VISIBLE
from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_edits import total_shift_us
from ranger_app.importers.track_file import ReadWaypoint
from ranger_app.services.known_fixes import NEAR_DEG, NEAR_US
from ranger_app.services.planned_files import PlannedFile, PlannedWaypoint

if TYPE_CHECKING:
    from db.reader import Entry, Reader

OWN_CREATOR = "ranger-app"
"""What files of this program say of themselves; their waypoints are named by numbers of records here."""

T = TypeVar("T")

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_STEPS = 100_000
"""Waypoints are looked for by hundred-thousandths of a degree, about a metre."""
_ROUGH_DEG = 6.2e-6
"""Degrees by which a waypoint of the very same time may differ: half a unit of the fifth decimal, and what six cost."""
_LEAST_CUT = 4
"""A receiver shortens names, hardly to fewer letters."""


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """Where a waypoint is here.

    Attributes:
        patrol: Id of the patrol that has it; empty when it comes in now, or is an incident.
        source: Name of the file that it came from, or number of the incident or patrol.
    """

    patrol: str
    source: str


class KnownWaypoints:
    """The waypoints that lists show, those that come in by the same import, and incidents that were exported."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._at: dict[tuple[int, int], list[bytes | PlannedWaypoint]] | None = None
        self._incidents: dict[tuple[int, int], list[Entry]] | None = None

    def look(self, read: ReadWaypoint, file: PlannedFile) -> KnownPlace | None:
        """Where a waypoint of *file* is here; ``None`` when it is new."""
        is_own = file.device == OWN_CREATOR
        for one in _beside(self._places(), read):
            if isinstance(one, PlannedWaypoint):
                is_equal = _is_equal if one.file is file else _is_told_by
                if is_equal(read, one.read):
                    return KnownPlace("", one.file.name)
                continue
            entry = self._reader.entry(one.hex(), "waypoint")
            if self._is_stored(read, entry, is_own=is_own):
                return KnownPlace(entry.parent, self._source(entry))
        if is_own:
            for entry in _beside(self._incidents_at(), read):
                if _is_incident(read, entry.values):
                    return KnownPlace("", str(entry.values.get("number", "")))
        return None

    def add(self, planned: PlannedWaypoint) -> None:
        """What comes in now is known to what comes in after it."""
        place = _place(planned.read.latitude_deg, planned.read.longitude_deg)
        self._places().setdefault(place, []).append(planned)

    def _places(self) -> dict[tuple[int, int], list[bytes | PlannedWaypoint]]:
        if self._at is None:
            self._at = {}
            rows = self._reader.derived.execute(
                "SELECT r.id, t.latitude, t.longitude FROM waypoint t JOIN record r ON r.no = t.no"
                f" WHERE r.kind = 'waypoint' AND r.{VISIBLE} AND t.latitude IS NOT NULL AND t.longitude IS NOT NULL"
            )
            while some := rows.fetchmany(500):
                for raw, latitude, longitude in some:
                    place = _number(latitude), _number(longitude)
                    if not np.isnan(place).any():
                        self._at.setdefault(_place(*place), []).append(raw)
        return self._at

    def _incidents_at(self) -> dict[tuple[int, int], list[Entry]]:
        if self._incidents is None:
            self._incidents = {}
            for entry in (entry for kind in RECORD_KINDS for entry in self._reader.entries(kind)):
                place = _number(entry.values.get("latitude")), _number(entry.values.get("longitude"))
                if not np.isnan(place).any():
                    self._incidents.setdefault(_place(*place), []).append(entry)
        return self._incidents

    def _source(self, entry: Entry) -> str:
        if file := str(entry.values.get("file") or ""):
            return str(self._reader.entry(file, "file").values.get("name", ""))
        return self._patrol_number(entry)

    def _patrol_number(self, entry: Entry) -> str:
        return str(self._reader.entry(entry.parent, "patrol").values.get("number", ""))

    def _is_stored(self, read: ReadWaypoint, entry: Entry, *, is_own: bool) -> bool:
        values = entry.values
        if not _is_near(read, _number(values.get("latitude")), _number(values.get("longitude"))):
            return False
        if not any(_is_then(read.time_us, one) for one in _times_us(values)):
            return False
        number, name = str(values.get("number", "")), _plain(read.name)
        if is_own and number and name.split(" ")[0] == number:
            return True
        if name == _plain(values.get("name")) and self._was_edited(entry):
            return True
        told = " ".join(str(values.get("comment") or "").split())
        numbers = [number, self._patrol_number(entry)]
        texts = {_plain(values.get("name")), _plain(told), *map(_plain, str(values.get("comment") or "").splitlines()),
                 *map(_plain, numbers)}  # fmt: skip
        exported = [_plain(f"{one} {told}") for one in numbers]
        said = [_plain(one) for one in (read.name, read.comment, read.description) if _plain(one)]
        if not said or said == [number]:
            return not texts - {_plain(one) for one in numbers} - {""}
        return all(one in texts or any(_is_cut(one, whole) for whole in exported) for one in said)

    def _was_edited(self, entry: Entry) -> bool:
        """Whether a person wrote another comment since; what the file says is not told by the record then."""
        return not set(self._reader.state(entry.id).heads_of("comment")) <= {entry.origin}


_BESIDE = [(row, column) for row in (0, -1, 1) for column in (0, -1, 1)]


def _beside(at: dict[tuple[int, int], list[T]], read: ReadWaypoint) -> Iterator[T]:
    row, column = _place(read.latitude_deg, read.longitude_deg)
    for beside in _BESIDE:
        yield from at.get((row + beside[0], column + beside[1]), ())


def _place(latitude: float, longitude: float) -> tuple[int, int]:
    return round(latitude * _STEPS), round(longitude * _STEPS)


def _number(text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")


def _plain(text: object) -> str:
    return " ".join(str(text or "").split()).casefold()


def _is_cut(one: str, whole: str) -> bool:
    """Whether *one* is *whole*, or what a receiver leaves of it."""
    return one == whole or (len(one) >= _LEAST_CUT and whole.startswith(one))


def _is_equal(one: ReadWaypoint, other: ReadWaypoint) -> bool:
    """Whether two waypoints of one file are the same: in everything."""
    heights = one.elevation_m, other.elevation_m
    return (
        (one.name, one.comment, one.description) == (other.name, other.comment, other.description)
        and one.time_us == other.time_us
        and (one.latitude_deg, one.longitude_deg) == (other.latitude_deg, other.longitude_deg)
        and (heights[0] == heights[1] or bool(np.isnan(heights).all()))
    )


def _is_told_by(one: ReadWaypoint, other: ReadWaypoint) -> bool:
    """Whether a waypoint of another file that comes in now says all that *one* does."""
    texts = {_plain(text) for text in (other.name, other.comment, other.description)}
    return (
        _plain(one.name) == _plain(other.name)
        and {_plain(text) for text in (one.comment, one.description)} - {""} <= texts
        and _is_then(one.time_us, other.time_us)
        and _is_near(one, other.latitude_deg, other.longitude_deg)
    )


def _times_us(values: Any) -> Iterator[int]:
    """Times that a record has or had: corrected and as recorded; one that it took from its track is none of its own."""
    at = moment(values.get("at"))
    if at is None or values.get("assumed/at"):
        yield NO_TIME
    if at is not None:
        shift_us = total_shift_us(values)
        yield from (_us(one) for one in (at, *([later(at, -shift_us)] if shift_us else ())))


def _us(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _is_then(one_us: int, other_us: int) -> bool:
    if NO_TIME in (one_us, other_us):
        return one_us == other_us
    return abs(one_us - other_us) <= NEAR_US


def _is_incident(read: ReadWaypoint, values: Any) -> bool:
    """Whether a waypoint that this program wrote is this incident."""
    number = _plain(values.get("number"))
    is_named = bool(number) and (_plain(read.description) == number or _plain(read.comment).startswith(number))
    return is_named and _is_near(read, _number(values.get("latitude")), _number(values.get("longitude")))


def _is_near(read: ReadWaypoint, latitude: float, longitude: float) -> bool:
    most = NEAR_DEG if read.time_us == NO_TIME else _ROUGH_DEG
    return abs(read.latitude_deg - latitude) <= most and abs(read.longitude_deg - longitude) <= most
