"""From the texts of a GPX file to columns of a track: block by block, each value checked, each refusal noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranger_app import geodesy
from ranger_app.domain.track import NO_TIME, longest_gap_s, part_starts_at_gaps
from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.gpx_time import TimeFlag, times_from_texts

JUMP_M_S = 100.0
"""Faster than this, in metres a second, and no ranger, car or patrol aircraft has moved but the receiver has erred."""

LOWEST_M, HIGHEST_M = -1_000.0, 20_000.0
"""Heights a patrol can have, under ground and in the air; others are the receiver's nonsense."""

MISSING = "".join(("n", "an"))
"""Stands among the texts of a column of numbers where the file has none; known by identity, never by what it says."""

_LONGEST_NUMBER = 100
_USUAL_NUMBER = 40
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_METRES_A_DEGREE = 111_700.0
_TIME_CODES = (
    (TimeFlag.UNREADABLE, "time-unreadable"),
    (TimeFlag.IMPLAUSIBLE, "time-implausible"),
    (TimeFlag.WITHOUT_ZONE, "time-without-zone"),
    (TimeFlag.LEAP_SECOND, "time-leap-second"),
)
_RECORD = {"point": "fix", "waypoint": "waypoint"}

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Place = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Fixes whose positions could be taken.

    Attributes:
        number: Which point of the file each is, counting from 1 and counting also those left out; ascending.
    """

    number: Ints
    time_us: Ints
    longitude_deg: Floats
    latitude_deg: Floats
    elevation_m: Floats

    def between(self, start: int, stop: int) -> Columns:
        """The fixes from *start* up to, not including, *stop*, without copying them."""
        return Columns(
            number=self.number[start:stop],
            time_us=self.time_us[start:stop],
            longitude_deg=self.longitude_deg[start:stop],
            latitude_deg=self.latitude_deg[start:stop],
            elevation_m=self.elevation_m[start:stop],
        )


def columns_from_texts(
    latitude: Sequence[str],
    longitude: Sequence[str],
    elevation: Sequence[str],
    time: Sequence[str],
    *,
    first_number: int,
    what: str,
    problems: ProblemList,
) -> Columns:
    """Read four columns of texts of one length; where the file has none, a number is `MISSING` and a time empty.

    Points without a usable position are left out; a useless height or time becomes none. Both are noted.

    Args:
        first_number: Number of the first point within the file.
        what: "point" or "waypoint", to say where something is.
    """

    def place(row: int) -> str:
        return f"{what} {first_number + row}"

    latitude_deg, longitude_deg = numbers_from_texts(latitude), numbers_from_texts(longitude)
    kept: Mask = (np.abs(latitude_deg) <= 90.0) & (np.abs(longitude_deg) <= 180.0)
    for row in np.flatnonzero(~kept).tolist():
        _note_bad_position(latitude[row], longitude[row], place(row), problems)
    elevation_m = _elevations(elevation, kept, place, problems)
    time_us, flags = times_from_texts(time)
    for flag, code in ((TimeFlag.MISSING, f"{_RECORD[what]}-without-time"), *_TIME_CODES):
        rows = np.flatnonzero(((flags & flag) != 0) & kept)
        if len(rows):
            first = int(rows[0])
            problems.note(code, place(first), count=len(rows), value=time[first].strip())
    at_zero = np.flatnonzero((latitude_deg == 0.0) & (longitude_deg == 0.0))
    if len(at_zero):
        problems.note("fix-at-zero-zero", place(int(at_zero[0])), count=len(at_zero))
    rows = np.flatnonzero(kept)
    return Columns(
        number=rows.astype(np.int64) + first_number,
        time_us=time_us[rows],
        longitude_deg=longitude_deg[rows],
        latitude_deg=latitude_deg[rows],
        elevation_m=elevation_m[rows],
    )


def joined(blocks: Sequence[Columns]) -> Columns:
    """All blocks as one."""
    if not blocks:
        none, nothing = np.empty(0, np.int64), np.empty(0, np.float64)
        return Columns(number=none, time_us=none, longitude_deg=nothing, latitude_deg=nothing, elevation_m=nothing)
    return Columns(
        number=np.concatenate([block.number for block in blocks]),
        time_us=np.concatenate([block.time_us for block in blocks]),
        longitude_deg=np.concatenate([block.longitude_deg for block in blocks]),
        latitude_deg=np.concatenate([block.latitude_deg for block in blocks]),
        elevation_m=np.concatenate([block.elevation_m for block in blocks]),
    )


def numbers_from_texts(texts: Sequence[str]) -> Floats:
    """The float64 nearest to each decimal number; NaN where there is none, and for NaN, infinity and what is beyond."""
    together = "".join(texts)
    if len(together) <= _USUAL_NUMBER * len(texts) and together.isascii() and "_" not in together:
        try:
            return np.fromiter(map(float, texts), np.float64, len(texts))
        except ValueError:
            pass
    return np.fromiter(map(_number, texts), np.float64, len(texts))


def parts_of_track(columns: Columns, segment_starts: Ints, problems: ProblemList) -> Ints:
    """Find where one track breaks, and note gaps, jumps and times that go back.

    Args:
        columns: The fixes of the track, at least one.
        segment_starts: Indices where the file itself breaks the track, ascending from 0.

    Returns:
        Indices where unbroken parts begin: those of the file and those after a long silence.
    """
    timed = np.flatnonzero(columns.time_us != NO_TIME)
    step_us = np.diff(columns.time_us[timed])
    back = timed[1:][step_us < 0]
    if len(back):
        problems.note("time-goes-back", _point(columns, back), count=len(back))
    _note_jumps(columns, timed, step_us, problems)
    after_silence = part_starts_at_gaps(columns.time_us, longest_gap_s=longest_gap_s(columns.time_us))
    gaps = np.setdiff1d(after_silence[1:], segment_starts)
    if len(gaps):
        silence_us = int(step_us[np.searchsorted(timed, gaps[0]) - 1])
        problems.note("gap", _point(columns, gaps), count=len(gaps), minutes=silence_us // 60_000_000)
    return np.union1d(segment_starts, after_silence)


def _note_jumps(columns: Columns, timed: Ints, step_us: Ints, problems: ProblemList) -> None:
    longitude, latitude = columns.longitude_deg[timed], columns.latitude_deg[timed]
    seconds = np.maximum(np.abs(step_us) / 1e6, 1.0)
    east = np.abs(np.diff(longitude))
    at_most_m = _METRES_A_DEGREE * np.hypot(np.minimum(east, 360.0 - east), np.diff(latitude))
    likely = np.flatnonzero(at_most_m > JUMP_M_S * seconds)
    if not len(likely):
        return
    metres = geodesy.distances_m(longitude[likely], latitude[likely], longitude[likely + 1], latitude[likely + 1])
    speeds = metres / seconds[likely]
    jumps = np.flatnonzero(speeds > JUMP_M_S)
    if len(jumps):
        where = _point(columns, timed[likely[jumps] + 1])
        problems.note("jump", where, count=len(jumps), speed_km_h=round(float(speeds[jumps[0]]) * 3.6))


def _point(columns: Columns, rows: Ints) -> str:
    return f"point {columns.number[rows[0]]}"


def _number(text: str) -> float:
    text = text.strip()
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return float("nan")
    return float(text)


def _note_bad_position(latitude: str, longitude: str, where: str, problems: ProblemList) -> None:
    if latitude is MISSING or longitude is MISSING:
        problems.note("position-missing", where)
        return
    value = f"{latitude[:_USUAL_NUMBER]}, {longitude[:_USUAL_NUMBER]}"
    numbers = numbers_from_texts([latitude, longitude])
    code = "position-out-of-range" if np.isfinite(numbers).all() else "position-unreadable"
    problems.note(code, where, value=value)


def _elevations(texts: Sequence[str], kept: Mask, place: Place, problems: ProblemList) -> Floats:
    elevation_m = numbers_from_texts(texts)
    useless: Mask = ~((elevation_m >= LOWEST_M) & (elevation_m <= HIGHEST_M))
    for row in np.flatnonzero(useless).tolist():
        text = texts[row]
        if text is MISSING or not kept[row] or not text.strip():
            continue
        code = "elevation-out-of-range" if np.isfinite(elevation_m[row]) else "elevation-unreadable"
        problems.note(code, place(row), value=text.strip())
    elevation_m[useless] = np.nan
    return elevation_m
