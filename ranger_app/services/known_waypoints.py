"""Waypoints that are here already: the same name at the same place and time, from a file with other bytes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from db.fields import moment
from db.schema import VISIBLE
from ranger_app.domain.track import NO_TIME
from ranger_app.importers.track_file import ReadWaypoint
from ranger_app.services.known_fixes import NEAR_DEG, NEAR_US
from ranger_app.services.planned_files import PlannedWaypoint

if TYPE_CHECKING:
    from db.reader import Reader

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_STEPS = 100_000
"""Waypoints are looked for by hundred-thousandths of a degree, about a metre."""


class KnownWaypoints:
    """The waypoints that lists show, and those that come in by the same import."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._at: dict[tuple[int, int], list[bytes | PlannedWaypoint]] | None = None

    def look(self, read: ReadWaypoint) -> str | None:
        """Id of the patrol that has it, empty when it comes in now; ``None`` when it is new."""
        at = self._places()
        row, column = _place(read.latitude_deg, read.longitude_deg)
        for beside in _BESIDE:
            for one in at.get((row + beside[0], column + beside[1]), ()):
                if isinstance(one, PlannedWaypoint):
                    if _is_same(read, one.read):
                        return ""
                    continue
                entry = self._reader.entry(one.hex(), "waypoint")
                if _is_stored(read, entry.values):
                    return entry.parent
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


_BESIDE = [(row, column) for row in (0, -1, 1) for column in (0, -1, 1)]


def _place(latitude: float, longitude: float) -> tuple[int, int]:
    return round(latitude * _STEPS), round(longitude * _STEPS)


def _number(text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")


def _is_same(one: ReadWaypoint, other: ReadWaypoint) -> bool:
    if (one.name or "") != (other.name or "") or (one.time_us == NO_TIME) != (other.time_us == NO_TIME):
        return False
    is_then = one.time_us == NO_TIME or abs(one.time_us - other.time_us) <= NEAR_US
    return is_then and _is_near(one, other.latitude_deg, other.longitude_deg)


def _is_stored(read: ReadWaypoint, values: Any) -> bool:
    """Whether a record is this waypoint; a time that it took from its track is none of its own."""
    at = moment(values.get("at"))
    if values.get("assumed/at"):
        at = None
    if str(values.get("name") or "") != (read.name or "") or (at is None) != (read.time_us == NO_TIME):
        return False
    if at is not None and abs((at - _EPOCH) // dt.timedelta(microseconds=1) - read.time_us) > NEAR_US:
        return False
    return _is_near(read, _number(values.get("latitude")), _number(values.get("longitude")))


def _is_near(read: ReadWaypoint, latitude: float, longitude: float) -> bool:
    return abs(read.latitude_deg - latitude) <= NEAR_DEG and abs(read.longitude_deg - longitude) <= NEAR_DEG
