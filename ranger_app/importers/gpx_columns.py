"""From the texts of a GPX file to columns of a track: block by block, each value checked, each refusal noted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ranger_app import geodesy
from ranger_app.domain.track import GAP_S, NO_TIME, longest_gap_s, part_starts_at_gaps
from ranger_app.importers.gpx_extras import within_limits
from ranger_app.importers.gpx_problems import FixProblems, ProblemList
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
_FIRST = np.zeros(1, np.int64)
_METRES_A_DEGREE = 111_700.0
_TIME_CODES = (
    (TimeFlag.UNREADABLE, "time-unreadable"),
    (TimeFlag.IMPLAUSIBLE, "time-implausible"),
    (TimeFlag.WITHOUT_ZONE, "time-without-zone"),
    (TimeFlag.LEAP_SECOND, "time-leap-second"),
)
WITHOUT_TIME = {"point": "fix-without-time", "waypoint": "waypoint-without-time"}
"""The problem of a record that has no time at all, by what it is."""


Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Fixes whose positions could be taken.

    Attributes:
        number: Which point of the file each is, counting from 1 and counting also those left out; ascending.
        extras: Further columns by their name in ``track_file.EXTRAS``, NaN where a point has none.
    """

    number: Ints
    time_us: Ints
    longitude_deg: Floats
    latitude_deg: Floats
    elevation_m: Floats
    extras: Mapping[str, Floats] = field(default_factory=dict)

    def between(self, start: int, stop: int) -> Columns:
        """The fixes from *start* up to, not including, *stop*, without copying them."""
        return Columns(
            number=self.number[start:stop],
            time_us=self.time_us[start:stop],
            longitude_deg=self.longitude_deg[start:stop],
            latitude_deg=self.latitude_deg[start:stop],
            elevation_m=self.elevation_m[start:stop],
            extras={name: column[start:stop] for name, column in self.extras.items()},
        )

    def ordered(self) -> Columns:
        """The same fixes in the order of their numbers."""
        if bool((self.number[1:] > self.number[:-1]).all()):
            return self
        order = np.argsort(self.number, kind="stable")
        return Columns(
            number=self.number[order],
            time_us=self.time_us[order],
            longitude_deg=self.longitude_deg[order],
            latitude_deg=self.latitude_deg[order],
            elevation_m=self.elevation_m[order],
            extras={name: column[order] for name, column in self.extras.items()},
        )


@dataclass(slots=True)
class PointTexts:
    """Points in the file's own words, as columns of one length; where the file has none, a number is `MISSING`.

    Attributes:
        number: Which point of the file each is, counting from 1.
        time: Empty where the file has none.
        extras: By name of the column, rows that have one, ascending, and what stands there.
    """

    number: list[int] = field(default_factory=list)
    latitude: list[str] = field(default_factory=list)
    longitude: list[str] = field(default_factory=list)
    elevation: list[str] = field(default_factory=list)
    time: list[str] = field(default_factory=list)
    extras: dict[str, tuple[list[int], list[str]]] = field(default_factory=dict)


def columns_from_texts(texts: PointTexts, problems: FixProblems) -> Columns:
    """Read columns of texts.

    Points without a usable position are left out; a useless height or time becomes none. Both are noted. An extra that
    is no number, or none that can be meant, becomes none without a word: nothing rests on it.
    """
    latitude_deg, longitude_deg = numbers_from_texts(texts.latitude), numbers_from_texts(texts.longitude)
    kept: Mask = (np.abs(latitude_deg) <= 90.0) & (np.abs(longitude_deg) <= 180.0)
    for row in np.flatnonzero(~kept).tolist():
        _note_bad_position(texts.latitude[row], texts.longitude[row], texts.number[row], problems)
    elevation_m = _elevations(texts, kept, problems)
    time_us, flags = times_from_texts(texts.time)
    noted = flags & np.where(kept, -1, 0)
    for flag, code in ((TimeFlag.MISSING, WITHOUT_TIME[problems.what]), *_TIME_CODES) if noted.any() else ():
        rows = np.flatnonzero((noted & flag) != 0)
        if len(rows):
            first = int(rows[0])
            problems.note(code, texts.number[first], count=len(rows), value=texts.time[first].strip())
    rows, number = np.flatnonzero(kept), np.array(texts.number, np.int64)
    note_at_zero(number, longitude_deg, latitude_deg, problems)
    return Columns(
        number=number[rows],
        time_us=time_us[rows],
        longitude_deg=longitude_deg[rows],
        latitude_deg=latitude_deg[rows],
        elevation_m=elevation_m[rows],
        extras={name: _extra(name, *of_name, len(number))[rows] for name, of_name in texts.extras.items()},
    )


def note_at_zero(number: Ints, longitude_deg: Floats, latitude_deg: Floats, problems: FixProblems) -> None:
    """Note the fixes that lie exactly at 0, 0, where a receiver is that has no fix."""
    at_zero = np.flatnonzero((latitude_deg == 0.0) & (longitude_deg == 0.0))
    if len(at_zero):
        problems.note("fix-at-zero-zero", int(number[at_zero[0]]), count=len(at_zero))


def joined(blocks: Sequence[Columns]) -> Columns:
    """All blocks as one, in the order of their numbers."""
    if len(blocks) == 1:
        return blocks[0].ordered()
    names = dict.fromkeys(name for block in blocks for name in block.extras)
    none, nothing = np.empty(0, np.int64), np.empty(0, np.float64)
    return Columns(
        number=np.concatenate([none, *(block.number for block in blocks)]),
        time_us=np.concatenate([none, *(block.time_us for block in blocks)]),
        longitude_deg=np.concatenate([nothing, *(block.longitude_deg for block in blocks)]),
        latitude_deg=np.concatenate([nothing, *(block.latitude_deg for block in blocks)]),
        elevation_m=np.concatenate([nothing, *(block.elevation_m for block in blocks)]),
        extras={name: np.concatenate([_extra_of_block(block, name) for block in blocks]) for name in names},
    ).ordered()


def _extra_of_block(block: Columns, name: str) -> Floats:
    return block.extras[name] if name in block.extras else np.full(len(block.number), np.nan)


def _extra(name: str, rows: list[int], texts: list[str], count: int) -> Floats:
    column = np.full(count, np.nan)
    column[rows] = within_limits(name, numbers_from_texts(texts))
    return column


def numbers_from_texts(texts: Sequence[str]) -> Floats:
    """The float64 nearest to each decimal number; NaN where there is none, NaN or infinity for what is beyond."""
    together = "".join(texts)
    # What float() takes and _number() does not: other digits, lines under digits, huge exponents, endless numbers.
    is_plain = together.isascii() and not any(mark in together for mark in "_eE")
    if is_plain and max(map(len, texts), default=0) <= _LONGEST_NUMBER:
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
    is_timed = columns.time_us != NO_TIME
    timed = is_timed.nonzero()[0]
    times = columns.time_us if len(timed) == len(is_timed) else columns.time_us[timed]
    step_us = times[1:] - times[:-1]
    back = timed[1:][step_us < 0]
    if len(back):
        problems.note("time-goes-back", _point(columns, back), count=len(back))
    _note_jumps(columns, timed, step_us, problems)
    if not step_us.max(initial=0) > GAP_S * 1e6:
        return np.union1d(segment_starts, _FIRST) if not len(segment_starts) or segment_starts[0] else segment_starts
    after_silence = part_starts_at_gaps(columns.time_us, longest_gap_s=longest_gap_s(columns.time_us))
    gaps = np.setdiff1d(after_silence[1:], segment_starts)
    if len(gaps):
        silence_us = int(step_us[np.searchsorted(timed, gaps[0]) - 1])
        problems.note("gap", _point(columns, gaps), count=len(gaps), minutes=silence_us // 60_000_000)
    return np.union1d(segment_starts, after_silence)


def _note_jumps(columns: Columns, timed: Ints, step_us: Ints, problems: ProblemList) -> None:
    longitude, latitude = columns.longitude_deg, columns.latitude_deg
    if len(timed) != len(longitude):
        longitude, latitude = longitude[timed], latitude[timed]
    seconds = np.maximum(np.abs(step_us) / 1e6, 1.0)
    east = np.abs(longitude[1:] - longitude[:-1])
    # Two sides of a triangle are longer than the third: no jump is missed, and nothing needs a root.
    at_most_deg = np.minimum(east, 360.0 - east) + np.abs(latitude[1:] - latitude[:-1])
    likely = (at_most_deg * _METRES_A_DEGREE > JUMP_M_S * seconds).nonzero()[0]
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


def _note_bad_position(latitude: str, longitude: str, number: int, problems: FixProblems) -> None:
    if latitude is MISSING or longitude is MISSING:
        problems.note("position-missing", number)
        return
    value = f"{latitude[:_USUAL_NUMBER]}, {longitude[:_USUAL_NUMBER]}"
    numbers = numbers_from_texts([latitude, longitude])
    code = "position-out-of-range" if np.isfinite(numbers).all() else "position-unreadable"
    problems.note(code, number, value=value)


def _elevations(texts: PointTexts, kept: Mask, problems: FixProblems) -> Floats:
    elevation_m = numbers_from_texts(texts.elevation)
    useless: Mask = ~((elevation_m >= LOWEST_M) & (elevation_m <= HIGHEST_M))
    for row in np.flatnonzero(useless).tolist():
        text = texts.elevation[row]
        if text is MISSING or not kept[row] or not text.strip():
            continue
        code = "elevation-out-of-range" if np.isfinite(elevation_m[row]) else "elevation-unreadable"
        problems.note(code, texts.number[row], value=text.strip())
    elevation_m[useless] = np.nan
    return elevation_m
