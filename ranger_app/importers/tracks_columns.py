"""From columns of numbers to tracks: what is no position is left out, what is odd is noted, extras go along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Track
from ranger_app.importers.gpx_columns import HIGHEST_M, LOWEST_M, Columns, parts_of_track
from ranger_app.importers.gpx_problems import ProblemList
from ranger_app.importers.gpx_time import GPS_EPOCH_US, LAST_PLAUSIBLE_US
from ranger_app.importers.track_file import ReadTrack

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

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


def columns_from_numbers(
    latitude_deg: Floats, longitude_deg: Floats, elevation_m: Floats, time_us: Ints, *, problems: ProblemList
) -> Columns:
    """Check columns of one length, NaN and ``NO_TIME`` where the file has nothing; what is wrong is noted.

    Points without a usable position are left out; a useless height or time becomes none.
    """
    missing = np.isnan(latitude_deg) | np.isnan(longitude_deg)
    _note_first("position-missing", missing, problems)
    kept = (np.abs(latitude_deg) <= 90.0) & (np.abs(longitude_deg) <= 180.0)
    if (outside := np.flatnonzero(~kept & ~missing)).size:
        value = f"{latitude_deg[outside[0]]:.6g}, {longitude_deg[outside[0]]:.6g}"
        problems.note("position-out-of-range", _point(outside[0]), count=len(outside), value=value)
    heights = np.where((elevation_m >= LOWEST_M) & (elevation_m <= HIGHEST_M), elevation_m, np.nan)
    if (nonsense := np.flatnonzero(np.isnan(heights) & ~np.isnan(elevation_m) & kept)).size:
        value = f"{elevation_m[nonsense[0]]:.6g}"
        problems.note("elevation-out-of-range", _point(nonsense[0]), count=len(nonsense), value=value)
    times = _plausible(time_us, kept, problems)
    _note_first("fix-at-zero-zero", (latitude_deg == 0.0) & (longitude_deg == 0.0), problems)
    rows = np.flatnonzero(kept)
    return Columns(
        number=rows.astype(np.int64) + 1,
        time_us=times[rows],
        longitude_deg=longitude_deg[rows],
        latitude_deg=latitude_deg[rows],
        elevation_m=heights[rows],
    )


def cut_tracks(
    columns: Columns,
    begun: Sequence[BegunTrack],
    part_numbers: Sequence[int],
    extras: Mapping[str, Floats],
    problems: ProblemList,
) -> tuple[ReadTrack, ...]:
    """Cut the fixes of a file into its tracks; those without a fix are noted and left out.

    Args:
        columns: All fixes of the file with a usable position.
        begun: Every track, in the order of the file.
        part_numbers: Numbers of the points before which the file breaks its tracks, in any order.
        extras: Columns of all points of the file, also of those that are not among *columns*.
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
        written = extras_of(extras, fixes.number - 1)
        tracks.append(ReadTrack(name=begun[index].name, track=track, extras=written, device=begun[index].device))
    return tuple(tracks)


def extras_of(extras: Mapping[str, Floats], rows: Ints) -> dict[str, Floats]:
    """The values of *rows*, finite or NaN; columns that have none there are left out."""
    found: dict[str, Floats] = {}
    for name, column in extras.items():
        values = column[rows]
        values[~np.isfinite(values)] = np.nan
        if not np.isnan(values).all():
            found[name] = values
    return found


def iso(time_us: int) -> str:
    """A time as a person reads it, for messages."""
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_us)).isoformat(timespec="seconds")


def _plausible(time_us: Ints, kept: NDArray[np.bool_], problems: ProblemList) -> Ints:
    none = time_us == NO_TIME
    _note_first("fix-without-time", none & kept, problems)
    wrong = ~none & ((time_us < GPS_EPOCH_US) | (time_us >= LAST_PLAUSIBLE_US))
    if (rows := np.flatnonzero(wrong & kept)).size:
        problems.note("time-implausible", _point(rows[0]), count=len(rows), value=iso(int(time_us[rows[0]])))
    return np.where(wrong, NO_TIME, time_us)


def _note_first(code: str, rows: NDArray[np.bool_], problems: ProblemList) -> None:
    found = np.flatnonzero(rows)
    if len(found):
        problems.note(code, _point(found[0]), count=len(found))


def _point(row: np.intp) -> str:
    return f"point {row + 1}"
