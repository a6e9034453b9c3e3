"""A track: the fixes of a walk as columns, checked once as a whole and never looped over one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Times: TypeAlias = NDArray[np.int64]
Indices: TypeAlias = NDArray[np.int64]
Degrees: TypeAlias = NDArray[np.float64]
Metres: TypeAlias = NDArray[np.float64]

NO_TIME: int = int(np.iinfo(np.int64).min)
"""Stands in a time column where the device wrote no time that can be used."""

EARLIEST_US = -2_208_988_800_000_000
"""1900-01-01 UTC; nothing before it can be the time of a fix."""

LATEST_US = 7_258_118_399_999_999
"""The last microsecond of the year 2199 UTC."""

PATROL_SILENCE_S = 12 * 3600.0
"""A silence longer than this, in seconds, proposes the next patrol."""

GAP_S = 300.0
"""A silence longer than this, in seconds, starts a new part of a track.

Devices that save power write a fix every one to two minutes, so five minutes without one mean that the receiver was
off or saw no sky; the straight line across was not walked and is not counted.
"""

GAP_STEPS = 5.0
"""A track that is written more rarely breaks only at a silence this many times its usual step."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Track:
    """Fixes in the order they were recorded, as read-only columns of one length.

    Attributes:
        time_us: int64, microseconds since 1970-01-01 UTC; ``NO_TIME`` where the device wrote none.
        longitude_deg, latitude_deg: float64, WGS 84.
        elevation_m: float64, NaN where the device wrote none.
        part_starts: int64, index of the first fix of each unbroken part; the first is 0; empty in an empty track.
    """

    time_us: Times
    longitude_deg: Degrees
    latitude_deg: Degrees
    elevation_m: Metres
    part_starts: Indices

    def __post_init__(self) -> None:
        for name, kind in _COLUMNS:
            object.__setattr__(self, name, _read_only(getattr(self, name), kind, name))
        count = len(self.time_us)
        if not len(self.longitude_deg) == len(self.latitude_deg) == len(self.elevation_m) == count:
            raise ValueError("the columns of a track must be of one length")
        _refuse_outside(self.longitude_deg, 180.0, "longitude_deg")
        _refuse_outside(self.latitude_deg, 90.0, "latitude_deg")
        if np.isinf(self.elevation_m).any():
            raise ValueError("elevation_m must be finite, or NaN where there is none")
        _refuse_other_years(self.time_us)
        _refuse_bad_parts(self.part_starts, count)

    def __len__(self) -> int:
        """Number of fixes."""
        return len(self.time_us)

    @property
    def is_timed(self) -> bool:
        """Whether at least one fix has a time."""
        return bool((self.time_us != NO_TIME).any())

    def span_us(self) -> tuple[int, int] | None:
        """Earliest and latest time of the track; ``None`` when no fix has a time."""
        timed = self.time_us[self.time_us != NO_TIME]
        return (int(timed.min()), int(timed.max())) if len(timed) else None

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north in degrees; ``None`` when the track is empty."""
        if not len(self):
            return None
        return (
            float(self.longitude_deg.min()),
            float(self.latitude_deg.min()),
            float(self.longitude_deg.max()),
            float(self.latitude_deg.max()),
        )

    def parts(self) -> Iterator[tuple[int, int]]:
        """First index and index after the last of each unbroken part, in order."""
        edges = [*self.part_starts.tolist(), len(self)]
        yield from pairwise(edges)

    def slice(self, start: int, stop: int) -> Track:
        """The fixes from *start* up to, not including, *stop*; parts stay parts, the first fix begins one."""
        if not 0 <= start <= stop <= len(self):
            raise ValueError(f"{start}..{stop} is not within 0..{len(self)}")
        inside = self.part_starts[(self.part_starts > start) & (self.part_starts < stop)] - start
        return Track(
            time_us=self.time_us[start:stop],
            longitude_deg=self.longitude_deg[start:stop],
            latitude_deg=self.latitude_deg[start:stop],
            elevation_m=self.elevation_m[start:stop],
            part_starts=np.concatenate((_first_part(stop - start), inside)),
        )

    def in_parts(self, part_starts: Indices) -> Track:
        """The same fixes, broken at *part_starts* as well as where they are broken already."""
        return Track(
            time_us=self.time_us,
            longitude_deg=self.longitude_deg,
            latitude_deg=self.latitude_deg,
            elevation_m=self.elevation_m,
            part_starts=np.union1d(self.part_starts, part_starts),
        )


_COLUMNS: tuple[tuple[str, np.dtype[np.generic]], ...] = (
    ("time_us", np.dtype(np.int64)),
    ("longitude_deg", np.dtype(np.float64)),
    ("latitude_deg", np.dtype(np.float64)),
    ("elevation_m", np.dtype(np.float64)),
    ("part_starts", np.dtype(np.int64)),
)


def empty_track() -> Track:
    """A track without fixes."""
    none = np.empty(0, np.float64)
    no_index = np.empty(0, np.int64)
    return Track(time_us=no_index, longitude_deg=none, latitude_deg=none, elevation_m=none, part_starts=no_index)


def concatenate(tracks: Sequence[Track]) -> Track:
    """One track of all fixes of *tracks* in the order given; each of them begins a new part."""
    if not tracks:
        return empty_track()
    offsets = np.cumsum([0, *(len(track) for track in tracks[:-1])])
    return Track(
        time_us=np.concatenate([track.time_us for track in tracks]),
        longitude_deg=np.concatenate([track.longitude_deg for track in tracks]),
        latitude_deg=np.concatenate([track.latitude_deg for track in tracks]),
        elevation_m=np.concatenate([track.elevation_m for track in tracks]),
        part_starts=np.concatenate([track.part_starts + offset for track, offset in zip(tracks, offsets, strict=True)]),
    )


def timed(time_us: Times, untimed_at_us: int | None) -> Times:
    """A time for every fix: that of the fix before it that has one, or, at the beginning, of the first that has one.

    Args:
        untimed_at_us: The time of all where none has any; left out, such a track is refused with a ``ValueError``.
    """
    known = np.flatnonzero(time_us != NO_TIME)
    if len(known) == len(time_us):
        return time_us
    if len(known):
        return time_us[known[np.maximum(np.searchsorted(known, np.arange(len(time_us)), side="right") - 1, 0)]]
    if untimed_at_us is None:
        raise ValueError("a track without any time cannot be written")
    return np.full(len(time_us), untimed_at_us, np.int64)


def longest_gap_s(time_us: Times) -> float:
    """The longest silence, in seconds, that still counts as one walk: that of the device's own rhythm.

    :data:`GAP_S`, or :data:`GAP_STEPS` times the usual step between fixes (the lower quartile) where a tracker writes
    more rarely.
    """
    steps = np.diff(time_us[time_us != NO_TIME])
    ahead = steps[steps > 0]
    return max(GAP_S, GAP_STEPS * float(np.percentile(ahead, 25)) / 1e6) if len(ahead) else GAP_S


def part_starts_at_gaps(time_us: Times, *, longest_gap_s: float) -> Indices:
    """Find where a track breaks: fixes that follow a silence longer than *longest_gap_s*.

    Args:
        time_us: Microseconds since 1970 UTC, in the order recorded; fixes without a time never start a part.
        longest_gap_s: The longest silence, in seconds, that still counts as one walk.

    Returns:
        Indices of first fixes, ascending, beginning with 0; empty when *time_us* is empty.
    """
    timed = np.flatnonzero(time_us != NO_TIME)
    silent = np.diff(time_us[timed]) > longest_gap_s * 1e6
    late = timed[1:][silent].astype(np.int64)
    return np.concatenate((_first_part(len(time_us)), late))


_least, _most = np.minimum.reduce, np.maximum.reduce
"""As the methods of an array, without what these look up first."""


def _first_part(count: int) -> Indices:
    return np.zeros(1 if count else 0, np.int64)


def _read_only(values: object, kind: np.dtype[np.generic], name: str) -> NDArray[np.int64 | np.float64]:
    if not isinstance(values, np.ndarray) or values.dtype != kind or values.ndim != 1:
        raise ValueError(f"{name} must be one column of {kind.name}")
    if values.flags.c_contiguous and not values.flags.writeable:
        return values
    view: NDArray[np.int64 | np.float64] = np.ascontiguousarray(values).view()
    view.setflags(write=False)
    return view


def _refuse_outside(degrees: Degrees, limit: float, name: str) -> None:
    if len(degrees) and not -limit <= _least(degrees) <= _most(degrees) <= limit:
        raise ValueError(f"{name} must be finite and within -{limit:g}..{limit:g}")


def _refuse_other_years(time_us: Times) -> None:
    if not len(time_us) or (_least(time_us) >= EARLIEST_US and _most(time_us) <= LATEST_US):
        return
    timed = time_us[time_us != NO_TIME]
    if len(timed) and (timed.min() < EARLIEST_US or timed.max() > LATEST_US):
        raise ValueError("time_us must lie in the years 1900 to 2199, or be NO_TIME")


def _refuse_bad_parts(part_starts: Indices, count: int) -> None:
    if count == 0:
        if len(part_starts):
            raise ValueError("an empty track has no parts")
        return
    if len(part_starts) == 1 and part_starts[0] == 0:
        return
    if not len(part_starts) or part_starts[0] != 0 or part_starts[-1] >= count or (np.diff(part_starts) <= 0).any():
        raise ValueError("part_starts must ascend from 0 and stay inside the track")
