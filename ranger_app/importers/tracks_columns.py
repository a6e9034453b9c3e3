"""From columns of numbers to tracks: what is no position is left out, what is odd is noted, extras go along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Track
from ranger_app.importers.gpx_columns import HIGHEST_M, LOWEST_M, Columns, parts_of_track
from ranger_app.importers.gpx_extras import within_limits
from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.gpx_time import GPS_EPOCH_US, LAST_PLAUSIBLE_US
from ranger_app.importers.track_file import ReadTrack

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Place = Callable[[int], str]

MOST_TRACKS = 10_000
"""Further tracks of a file become parts of the last one."""

MOST_WAYPOINTS = 100_000
"""Further waypoints of a file are left out."""

LONGEST_TEXT = 10_000
"""Names and comments are cut after so many characters; the original is kept whole."""


@dataclass(slots=True, kw_only=True)
class BegunTrack:
    """Where a track of a file begins, and what the file says about it.

    Attributes:
        first_number: Number of its first point within the file, counting from 1.
    """

    first_number: int
    name: str | None = None
    device: str = ""


def point_place(row: int) -> str:
    """Where the point of a row, counting from 0, is found in the file."""
    return f"point {row + 1}"


def columns_from_numbers(
    latitude_deg: Floats,
    longitude_deg: Floats,
    elevation_m: Floats,
    time_us: Ints,
    *,
    extras: Mapping[str, Floats],
    problems: ProblemList,
    told: Mask | None = None,
    place: Place = point_place,
    is_of_waypoints: bool = False,
) -> Columns:
    """Check columns of one length, NaN and ``NO_TIME`` where the file has nothing; what is wrong is noted.

    Points without a usable position are left out; a useless height or time becomes none.

    Args:
        extras: Further columns by their name in ``track_file.EXTRAS``.
        told: Rows that are left out as well, and about which something was said already.
        place: Says where a row is in the file.
    """
    silent = np.zeros(len(time_us), np.bool_) if told is None else told
    missing = np.isnan(latitude_deg) | np.isnan(longitude_deg)
    kept = (np.abs(latitude_deg) <= 90.0) & (np.abs(longitude_deg) <= 180.0) & ~silent
    tell = _Noting(problems, place)
    tell("position-missing", missing & ~silent)
    tell("position-out-of-range", ~kept & ~missing & ~silent,
         lambda row: f"{latitude_deg[row]:.6g}, {longitude_deg[row]:.6g}")  # fmt: skip
    heights = np.where((elevation_m >= LOWEST_M) & (elevation_m <= HIGHEST_M), elevation_m, np.nan)
    tell("elevation-out-of-range", np.isnan(heights) & ~np.isnan(elevation_m) & kept,
         lambda row: f"{elevation_m[row]:.6g}")  # fmt: skip
    untimed = time_us == NO_TIME
    tell("waypoint-without-time" if is_of_waypoints else "fix-without-time", untimed & kept)
    wrong = ~untimed & ((time_us < GPS_EPOCH_US) | (time_us >= LAST_PLAUSIBLE_US))
    tell("time-implausible", wrong & kept, lambda row: iso(int(time_us[row])))
    tell("fix-at-zero-zero", (latitude_deg == 0.0) & (longitude_deg == 0.0) & kept)
    rows = np.flatnonzero(kept)
    return Columns(
        number=rows.astype(np.int64) + 1,
        time_us=np.where(wrong, NO_TIME, time_us)[rows],
        longitude_deg=longitude_deg[rows],
        latitude_deg=latitude_deg[rows],
        elevation_m=heights[rows],
        extras={name: within_limits(name, column)[rows] for name, column in extras.items()},
    )


@dataclass(frozen=True, slots=True)
class _Noting:
    """Notes a problem of several rows once, with the first of them."""

    problems: ProblemList
    place: Place

    def __call__(self, code: str, rows: Mask, value: Callable[[int], str] | None = None) -> None:
        found = np.flatnonzero(rows)
        if len(found):
            first = int(found[0])
            facts = {} if value is None else {"value": value(first)}
            self.problems.note(code, self.place(first), count=len(found), **facts)


def cut_tracks(
    columns: Columns, begun: Sequence[BegunTrack], part_numbers: Sequence[int], problems: ProblemList
) -> tuple[ReadTrack, ...]:
    """Cut the fixes of a file into its tracks; those without a fix are noted and left out.

    Args:
        columns: All fixes of the file with a usable position.
        begun: Every track, in the order of the file.
        part_numbers: Numbers of the points before which the file breaks its tracks, in any order.
    """
    firsts = np.searchsorted(columns.number, np.array([track.first_number for track in begun], np.int64)).tolist()
    breaks = np.unique(np.searchsorted(columns.number, np.array([*part_numbers], np.int64))).astype(np.int64)
    tracks: list[ReadTrack] = []
    for index, (start, stop) in enumerate(pairwise([*firsts, len(columns.number)])):
        if start == stop:
            problems.note("track-empty", f"track {index + 1}")
            continue
        fixes = columns.between(start, stop)
        inside = breaks[(breaks > start) & (breaks < stop)] - start
        track = Track(
            time_us=fixes.time_us,
            longitude_deg=fixes.longitude_deg,
            latitude_deg=fixes.latitude_deg,
            elevation_m=fixes.elevation_m,
            part_starts=parts_of_track(fixes, np.concatenate((np.zeros(1, np.int64), inside)), problems),
        )
        extras = {name: column for name, column in fixes.extras.items() if not np.isnan(column).all()}
        tracks.append(ReadTrack(name=begun[index].name, track=track, extras=extras, device=begun[index].device))
    return tuple(tracks)


def iso(time_us: int) -> str:
    """A time as a person reads it, for messages."""
    try:
        moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_us)
    except OverflowError:
        return str(time_us)
    return moment.isoformat(timespec="seconds")
