"""The messages of a FIT file beside its records: who wrote it, where the timer stood still, and its waypoints."""

from __future__ import annotations

import math
from typing import Any, Final

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.fit_records import SEMICIRCLE_DEG, time_us_from_fit
from ranger_app.importers.gpx_columns import HIGHEST_M, LOWEST_M
from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.gpx_time import GPS_EPOCH_US, LAST_PLAUSIBLE_US
from ranger_app.importers.track_file import ReadWaypoint
from ranger_app.importers.tracks_columns import MOST_TRACKS, MOST_WAYPOINTS, BegunTrack

_FILE_ID, _EVENT, _LOCATION, _COURSE, _COURSE_POINT = 0, 21, 29, 31, 32
_TIMER: Final = 0
_STOPS: Final = frozenset({1, 4, 8, 9})
_COURSE_FILE: Final = 6
_TIME: Final = 253
_OF_COURSE_POINT: Final = {"time": 1, "latitude": 2, "longitude": 3, "name": 6}
_OF_LOCATION: Final = {"time": _TIME, "name": 0, "latitude": 1, "longitude": 2, "altitude": 4, "comment": 6}
"""Garmin's own list of messages leaves locations out; the numbers are what receivers write into Locations.fit."""

_ALTITUDE_SCALE, _ALTITUDE_OFFSET = 5.0, 500.0


class FitMessages:
    """Collects what is said about the records of a file.

    Attributes:
        tracks: One for each FIT file that holds records, in order.
        part_numbers: Numbers of the records before which the timer stood still.
        waypoints: Course points and locations with a usable position, in order.
        version, creator: Of the first file.
    """

    def __init__(self, problems: ProblemList) -> None:
        self.tracks: list[BegunTrack] = []
        self.part_numbers: list[int] = []
        self.waypoints: list[ReadWaypoint] = []
        self.version = self.creator = ""
        self._problems = problems
        self._file = BegunTrack(first_number=1)
        self._points_told = 0

    def begin_file(self, header: Any, records: int) -> None:
        """A FIT file begins after so many *records*."""
        self.finish(records)
        if not self.version:
            self.version = ".".join(map(str, header.proto_ver))
        self._file = BegunTrack(first_number=records + 1)

    def finish(self, records: int) -> None:
        """A FIT file ends after so many *records*; it is a track when it had any."""
        if records < self._file.first_number:
            return
        if len(self.tracks) < MOST_TRACKS:
            self.tracks.append(self._file)
        else:
            self._problems.note("too-many-tracks", f"point {self._file.first_number}", most=MOST_TRACKS)
            self.part_numbers.append(self._file.first_number)

    def take(self, message: Any, records: int) -> None:
        """Take one message that stands after so many *records*."""
        match message.def_mesg.global_mesg_num:
            case n if n == _FILE_ID:
                self._take_file_id(message)
            case n if n == _EVENT:
                if _raw(message, 0) == _TIMER and _raw(message, 1) in _STOPS:
                    self.part_numbers.append(records + 1)
            case n if n == _COURSE:
                self._file.name = _text(message, 5) or None
            case n if n == _COURSE_POINT:
                self._take_waypoint(message, _OF_COURSE_POINT)
            case n if n == _LOCATION:
                self._take_waypoint(message, _OF_LOCATION)

    def _take_file_id(self, message: Any) -> None:
        told = {field.name: field.value for field in message.fields if isinstance(field.value, (str, int))}
        product = next((told[name] for name in ("product_name", "garmin_product", "favero_product", "product")
                        if name in told), "")  # fmt: skip
        creator = " ".join(str(part) for part in (told.get("manufacturer", ""), product) if part != "")[:200]
        self.creator = self.creator or creator
        serial = told.get("serial_number")
        self._file.device = f"{creator} {serial}".strip() if serial is not None else creator
        if _raw(message, 0) == _COURSE_FILE:
            self._problems.note("course-taken", f"track {len(self.tracks) + 1}")

    def _take_waypoint(self, message: Any, numbers: dict[str, int]) -> None:
        self._points_told += 1
        where = f"waypoint {self._points_told}"
        latitude, longitude = (_number(message, numbers[axis]) for axis in ("latitude", "longitude"))
        if math.isnan(latitude) or math.isnan(longitude):
            self._problems.note("position-missing", where)
            return
        latitude, longitude = latitude * SEMICIRCLE_DEG, longitude * SEMICIRCLE_DEG
        if not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0):
            self._problems.note("position-out-of-range", where, value=f"{latitude:.6g}, {longitude:.6g}")
            return
        if len(self.waypoints) >= MOST_WAYPOINTS:
            self._problems.note("too-many-waypoints", where, most=MOST_WAYPOINTS)
            return
        altitude = _number(message, numbers["altitude"]) / _ALTITUDE_SCALE - _ALTITUDE_OFFSET \
            if "altitude" in numbers else math.nan  # fmt: skip
        self.waypoints.append(
            ReadWaypoint(
                name=_text(message, numbers["name"]) or None,
                comment=(_text(message, numbers["comment"]) or None) if "comment" in numbers else None,
                description=None,
                time_us=_time_us(message, numbers["time"]),
                longitude_deg=longitude,
                latitude_deg=latitude,
                elevation_m=altitude if LOWEST_M <= altitude <= HIGHEST_M else math.nan,
            )
        )


def _raw(message: Any, number: int) -> Any:
    return next((field.raw_value for field in message.fields if field.field_def and not field.field_def.is_dev
                 and field.field_def.def_num == number), None)  # fmt: skip


def _number(message: Any, number: int) -> float:
    value = _raw(message, number)
    return float(value) if type(value) in (int, float) else math.nan


def _text(message: Any, number: int) -> str:
    value = _raw(message, number)
    return value.strip() if isinstance(value, str) else ""


def _time_us(message: Any, number: int) -> int:
    seconds = _number(message, number)
    if not abs(seconds) < 1e11:
        return NO_TIME
    time_us = time_us_from_fit(seconds)
    return time_us if GPS_EPOCH_US <= time_us < LAST_PLAUSIBLE_US else NO_TIME
