"""From NMEA sentences to fixes: those of one time of day belong together, and dates are carried over midnight."""

from __future__ import annotations

import datetime as dt
import math
import re
from array import array
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.gpx_problems import ProblemList

KNOT_MPS: Final = 1852.0 / 3600.0

_DAY_US: Final = 86_400_000_000
_HALF_A_DAY_US: Final = _DAY_US // 2
_NO_FIX, _TIME_OF_DAY, _DAY = "no fix", "time of day", "day"
_EXTRAS: Final = ("speed_mps", "course_deg", "hdop", "vdop", "pdop", "satellites")
_COLUMNS: Final = ("latitude", "longitude", "elevation", _TIME_OF_DAY, _DAY, _NO_FIX, *_EXTRAS)
_SENTENCE: Final = re.compile(rb"\$[A-OQ-Z][A-Z]([A-Z]{3}),")
_TIME: Final = re.compile(rb"(\d\d)(\d\d)(\d\d)(?:\.(\d{0,9}))?")
_ANGLE: Final = re.compile(rb"(\d{1,3})(\d\d)(?:\.(\d{0,12}))?")
_NUMBER: Final = re.compile(rb"[+-]?\d{1,9}(?:\.\d{0,12})?|[+-]?\.\d{1,12}")
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


class SentenceUnreadable(Exception):
    """A sentence whose checksum is right says nonsense."""


@dataclass(slots=True)
class _Moment:
    """What is known of one time of day."""

    time_of_day_us: int
    has_place: bool = False
    day: int | None = None
    values: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NmeaColumns:
    """All moments of a log that say something of a place, NaN and ``NO_TIME`` where nothing is known."""

    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    time_us: NDArray[np.int64]
    without_fix: NDArray[np.bool_]
    extras: dict[str, NDArray[np.float64]]


class NmeaFixes:
    """Collects the sentences of a log, line by line."""

    def __init__(self, problems: ProblemList) -> None:
        self._problems = problems
        self._rows = array("d")
        self._moment: _Moment | None = None
        self._has_sums = self._knows_day = False
        self._day, self._last_us = 0, 0
        self._undated = 0

    def take(self, line: bytes, number: int) -> None:
        """Take one line, which is the *number*-th of the file."""
        start = line.find(b"$")
        if start < 0:
            if not line.startswith(b"!"):
                self._problems.note("line-left-out", f"line {number}")
            return
        body, star, told = line[start + 1 :].rpartition(b"*")
        if star:
            self._has_sums = True
            if len(told) < 2 or sum_of_sentence(body) != _hexadecimal(told[:2]):
                self._problems.note("sentence-damaged", f"line {number}")
                return
        elif self._has_sums:
            self._problems.note("sentence-damaged", f"line {number}")
            return
        sentence = line[start : start + 1 + len(body)] if star else line[start:]
        kind = _SENTENCE.match(sentence)
        reading = _READINGS.get(kind.group(1)) if kind else None
        if reading is None:
            return
        if not star:
            self._problems.note("sentence-without-checksum", f"line {number}")
        try:
            reading(self, sentence.split(b","))
        except SentenceUnreadable:
            self._problems.note("sentence-unreadable", f"line {number}")

    def columns(self) -> NmeaColumns:
        """Everything taken; the log is at its end."""
        self._end_moment()
        rows = np.frombuffer(self._rows, np.float64).reshape(-1, len(_COLUMNS))
        column = {name: rows[:, place].copy() for place, name in enumerate(_COLUMNS)}
        time_us = np.full(len(rows), NO_TIME, np.int64)
        if self._knows_day:
            timed = ~np.isnan(column[_DAY])
            time_us[timed] = (column[_DAY][timed] * _DAY_US + column[_TIME_OF_DAY][timed]).astype(np.int64)
        elif len(rows):
            self._problems.note("log-without-date", "")
        without = column[_NO_FIX] == 1.0
        if without.any():
            first = int(without.argmax())
            self._problems.note("position-without-fix", f"point {first + 1}", count=int(without.sum()))
        return NmeaColumns(
            latitude_deg=column["latitude"],
            longitude_deg=column["longitude"],
            elevation_m=column["elevation"],
            time_us=time_us,
            without_fix=without,
            extras={name: column[name] for name in _EXTRAS},
        )

    def take_rmc(self, parts: list[bytes]) -> None:
        """Time, status, position, speed in knots, course, date."""
        _require(parts, 10)
        moment, day = self._at(parts[1]), _day_of_rmc(parts[9])
        self._take_place(moment, parts[3:7], has_fix=parts[2] == b"A" and (len(parts) < 13 or parts[12] != b"N"))
        moment.day = day if moment.day is None else moment.day
        _set(moment, "speed_mps", _number(parts[7]) * KNOT_MPS)
        _set(moment, "course_deg", _number(parts[8]))

    def take_gga(self, parts: list[bytes]) -> None:
        """Time, position, quality, satellites, dilution, height above the sea."""
        _require(parts, 10)
        self._take_height(parts, has_fix=parts[6] not in {b"", b"0"})

    def take_gns(self, parts: list[bytes]) -> None:
        """What GGA tells, with a letter of mode for each system of satellites instead of a quality."""
        _require(parts, 10)
        self._take_height(parts, has_fix=bool(parts[6].strip(b"N")))

    def _take_height(self, parts: list[bytes], *, has_fix: bool) -> None:
        moment = self._at(parts[1])
        self._take_place(moment, parts[2:6], has_fix=has_fix)
        _set(moment, "satellites", _number(parts[7]))
        _set(moment, "hdop", _number(parts[8]))
        _set(moment, "elevation", _number(parts[9]))

    def take_gll(self, parts: list[bytes]) -> None:
        """Position, time, status."""
        _require(parts, 6)
        has_fix = len(parts) < 7 or (parts[6] == b"A" and (len(parts) < 8 or parts[7] != b"N"))
        self._take_place(self._at(parts[5]), parts[1:5], has_fix=has_fix)

    def take_zda(self, parts: list[bytes]) -> None:
        """Time, day, month, year."""
        _require(parts, 5)
        if not parts[1] or not parts[4]:
            return
        moment = self._at(parts[1])
        moment.day = _day(parts[4], parts[3], parts[2])

    def take_gsa(self, parts: list[bytes]) -> None:
        """Dilutions of the moment before; it has no time of its own."""
        if self._moment is not None and len(parts) >= 18:
            for name, place in (("pdop", 15), ("hdop", 16), ("vdop", 17)):
                _set(self._moment, name, _number(parts[place]))

    def take_vtg(self, parts: list[bytes]) -> None:
        """Course and speed of the moment before; it has no time of its own."""
        if self._moment is not None and len(parts) >= 6:
            _set(self._moment, "course_deg", _number(parts[1]))
            _set(self._moment, "speed_mps", _number(parts[5]) * KNOT_MPS)

    def _at(self, time: bytes) -> _Moment:
        """The moment of a time of day; another one than before ends that one."""
        if not time:
            # A receiver that knows no time yet.
            self._end_moment()
            self._moment = _Moment(-1)
            return self._moment
        time_us = _time_of_day(time)
        if self._moment is None or self._moment.time_of_day_us != time_us:
            self._end_moment()
            self._moment = _Moment(time_us)
        return self._moment

    def _take_place(self, moment: _Moment, parts: list[bytes], *, has_fix: bool) -> None:
        moment.has_place = True
        if not has_fix:
            moment.values[_NO_FIX] = 1.0
            return
        if parts[0] and parts[2]:
            latitude, longitude = _degrees(parts[0], parts[1], b"NS"), _degrees(parts[2], parts[3], b"EW")
            if "latitude" not in moment.values:
                moment.values["latitude"], moment.values["longitude"] = latitude, longitude

    def _end_moment(self) -> None:
        moment, self._moment = self._moment, None
        if moment is None:
            return
        if moment.time_of_day_us >= 0:
            self._set_day(moment)
        if moment.has_place:
            values = moment.values
            values[_DAY] = self._day if moment.time_of_day_us >= 0 else math.nan
            values[_TIME_OF_DAY] = moment.time_of_day_us
            if moment.time_of_day_us < 0:
                values[_NO_FIX] = 1.0
            self._rows.extend([values.get(name, math.nan) for name in _COLUMNS])

    def _set_day(self, moment: _Moment) -> None:
        if moment.time_of_day_us < self._last_us - _HALF_A_DAY_US:
            self._day += 1
        self._last_us = moment.time_of_day_us
        if moment.day is None:
            return
        if not self._knows_day:
            self._knows_day = True
            self._move_days(moment.day - self._day)
        self._day = moment.day

    def _move_days(self, days: int) -> None:
        """Give those moments a date that came before the first date of the log."""
        for place in range(_COLUMNS.index(_DAY), len(self._rows), len(_COLUMNS)):
            self._rows[place] += days


_READINGS: Final = {
    b"RMC": NmeaFixes.take_rmc,
    b"GGA": NmeaFixes.take_gga,
    b"GNS": NmeaFixes.take_gns,
    b"GLL": NmeaFixes.take_gll,
    b"ZDA": NmeaFixes.take_zda,
    b"GSA": NmeaFixes.take_gsa,
    b"VTG": NmeaFixes.take_vtg,
}


def sum_of_sentence(body: bytes) -> int:
    """All bytes between the dollar sign and the star, one by one exclusive or."""
    number, bits = int.from_bytes(body, "big"), 1 << max(3, (len(body) * 8 - 1).bit_length())
    while bits > 8:
        bits //= 2
        number ^= number >> bits
        number &= (1 << bits) - 1
    return number


def _hexadecimal(text: bytes) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return -1


def _require(parts: list[bytes], count: int) -> None:
    if len(parts) < count:
        raise SentenceUnreadable


def _set(moment: _Moment, name: str, value: float) -> None:
    if value == value and name not in moment.values:
        moment.values[name] = value


def _number(text: bytes) -> float:
    if not text:
        return math.nan
    if not _NUMBER.fullmatch(text):
        raise SentenceUnreadable
    return float(text)


def _degrees(angle: bytes, side: bytes, sides: bytes) -> float:
    """Degrees and minutes written together, as the float64 that is nearest to them."""
    match = _ANGLE.fullmatch(angle)
    if match is None or len(side) != 1 or side not in sides:
        raise SentenceUnreadable
    decimals: bytes = match.group(3) or b""
    scale: int = 10 ** len(decimals)
    minutes = int(match.group(2)) * scale + int(decimals or b"0")
    if minutes >= 60 * scale:
        raise SentenceUnreadable
    degrees: float = (int(match.group(1)) * 60 * scale + minutes) / (60 * scale)
    return -degrees if side in b"SW" else degrees


def _time_of_day(text: bytes) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        raise SentenceUnreadable
    hour, minute, second = (int(part) for part in match.group(1, 2, 3))
    if hour > 23 or minute > 59 or second > 60:
        raise SentenceUnreadable
    return (hour * 3600 + minute * 60 + second) * 1_000_000 + int((match.group(4) or b"0")[:6].ljust(6, b"0"))


def _day_of_rmc(text: bytes) -> int | None:
    """The day of ddmmyy; years from 80 on are of the last century."""
    if not text:
        return None
    if len(text) != 6 or not text.isdigit():
        raise SentenceUnreadable
    year = int(text[4:])
    return _day(b"%d" % (year + (1900 if year >= 80 else 2000)), text[2:4], text[:2])


def _day(year: bytes, month: bytes, day: bytes) -> int:
    """Days since 1970."""
    try:
        return dt.date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError as error:
        raise SentenceUnreadable from error
