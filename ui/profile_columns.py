"""A walk as a profile: speed and height over time or distance, thinned to what a picture can show.

Everything heavy happens once, in :func:`profile_of`, beside the window. What a picture needs is then taken from blocks
of fixes, so that a million fixes are drawn as fast as a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Track
from ranger_app.geodesy import segment_lengths_m

Floats: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]

BLOCK = 64
"""Fixes of which the least and the greatest value are kept together."""

BLOCKS_FROM = 40
"""From so many fixes to a pixel on, blocks are looked at instead of fixes; they blur less than two pixels."""

KMH = 3.6
USUAL_SHARE = 95.0
"""In per cent: what so many fixes stay below is usual, and the picture is as high as a few times that."""

LONGEST_SILENCE = 0.03
"""What a silence between two parts takes at most of the picture over time, against the walks themselves."""

ABOVE_USUAL = 2.5
LEAST_TOP_KMH = 6.0
LEAST_HEIGHTS_M = 40.0


class Axis(Enum):
    """What the profile is drawn over."""

    DISTANCE = "distance"
    TIME = "time"


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One value a fix, with the least and the greatest of each block; NaN where there is none."""

    values: Floats
    least: Floats
    greatest: Floats

    @classmethod
    def of(cls, values: Floats) -> Series:
        """Look through *values* once."""
        starts = np.arange(0, len(values), BLOCK)
        if not len(starts):
            return cls(values, values, values)
        return cls(values, *_extremes(values, values, starts))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Profile:
    """The fixes of a patrol one after the other, as a picture over them needs them.

    Attributes:
        time_us: As recorded; ``NO_TIME`` where there is none.
        longitude_deg, latitude_deg: WGS 84.
        seconds: Since the first fix, never falling, long silences shortened to :data:`LONGEST_SILENCE` of the rest;
            ``None`` when no fix has a time.
        clock_s: The same, nothing shortened.
        start_us: The first time there is; ``NO_TIME`` when there is none.
        metres: Walked up to each fix, never falling; what lies between parts is not counted.
        speed_kmh, height_m: NaN where nothing is known.
        part_starts: Index of the first fix of each unbroken part.
        top_kmh, heights_m: What the picture is drawn between; single values may lie above.
    """

    time_us: NDArray[np.int64]
    longitude_deg: Floats
    latitude_deg: Floats
    seconds: Floats | None
    clock_s: Floats | None
    start_us: int
    metres: Floats
    speed_kmh: Series
    height_m: Series
    part_starts: Indices
    top_kmh: float
    heights_m: tuple[float, float]

    def __len__(self) -> int:
        """Number of fixes."""
        return len(self.metres)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What it can be drawn over, the usual one first."""
        return (Axis.TIME, Axis.DISTANCE) if self.seconds is not None else (Axis.DISTANCE,)

    def along(self, axis: Axis) -> Floats:
        """Where each fix stands on an axis: metres or seconds."""
        return self.seconds if axis is Axis.TIME and self.seconds is not None else self.metres

    def at(self, axis: Axis, value: float) -> int:
        """The fix that stands nearest to a place on an axis; 0 in an empty profile."""
        column = self.along(axis)
        after = int(np.searchsorted(column, value))
        if after <= 0 or not len(column):
            return 0
        if after >= len(column):
            return len(column) - 1
        return after if column[after] - value < value - column[after - 1] else after - 1

    def near(self, longitude_deg: float, latitude_deg: float) -> tuple[int, float] | None:
        """The fix nearest to a place and how far it is in degrees of latitude; quick, and good to a few fixes.

        Of a long track every so many fixes are looked at first, then those around the nearest of them.
        """
        if not len(self):
            return None
        stride = max(len(self) // 20_000, 1)
        first = self._nearest(slice(0, None, stride), longitude_deg, latitude_deg)[0] * stride
        begin = max(first - stride, 0)
        found, apart = self._nearest(slice(begin, first + stride + 1), longitude_deg, latitude_deg)
        return begin + found, apart

    def _nearest(self, which: slice, longitude_deg: float, latitude_deg: float) -> tuple[int, float]:
        narrow = np.cos(np.radians(latitude_deg))
        east = np.abs(self.longitude_deg[which] - longitude_deg)
        apart = np.hypot(np.minimum(east, 360.0 - east) * narrow, self.latitude_deg[which] - latitude_deg)
        found = int(np.argmin(apart))
        return found, float(apart[found])


def profile_of(track: Track) -> Profile:
    """Measure a track; takes about a second for a million fixes."""
    count = len(track)
    lengths = segment_lengths_m(track.longitude_deg, track.latitude_deg)
    steps_s = np.full(max(count - 1, 0), np.nan)
    known = track.time_us != NO_TIME
    both = known[1:] & known[:-1]
    steps_s[both] = (track.time_us[1:][both] - track.time_us[:-1][both]) / 1e6
    between = track.part_starts[1:] - 1
    walked = lengths.copy()
    walked[between] = 0.0
    speed = np.full(count, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        speed[1:] = np.where(steps_s > 0, lengths / steps_s * KMH, np.nan)
    speed[between + 1] = np.nan
    metres = np.concatenate((np.zeros(min(count, 1)), np.cumsum(walked)))
    height = np.array(track.elevation_m)
    clock_s = _clock(track.time_us, known)
    return Profile(
        time_us=track.time_us,
        longitude_deg=track.longitude_deg,
        latitude_deg=track.latitude_deg,
        seconds=_shortened(clock_s, between),
        clock_s=clock_s,
        start_us=int(track.time_us[known][0]) if known.any() else NO_TIME,
        metres=metres,
        speed_kmh=Series.of(speed),
        height_m=Series.of(height),
        part_starts=track.part_starts,
        top_kmh=_top(speed),
        heights_m=_heights(height),
    )


def _clock(time_us: NDArray[np.int64], known: NDArray[np.bool_]) -> Floats | None:
    if not known.any():
        return None
    first = int(time_us[known][0])
    since = np.where(known, (time_us - first) / 1e6, -np.inf)
    return np.maximum.accumulate(np.maximum(since, 0.0))


def _shortened(clock_s: Floats | None, between: Indices) -> Floats | None:
    """The clock with nights and other silences made so short that the walks fill the picture."""
    if clock_s is None or not len(between):
        return clock_s
    steps = np.diff(clock_s)
    silent = steps[between]
    longest = LONGEST_SILENCE * max(float(steps.sum() - silent.sum()), 60.0)
    steps[between] = np.minimum(silent, longest)
    return np.concatenate((np.zeros(1), np.cumsum(steps)))


def _top(speed: Floats) -> float:
    found = speed[np.isfinite(speed)]
    if not len(found):
        return LEAST_TOP_KMH
    usual = float(np.percentile(found, USUAL_SHARE))
    return max(min(float(found.max()), usual * ABOVE_USUAL), LEAST_TOP_KMH)


def _heights(height: Floats) -> tuple[float, float]:
    found = height[np.isfinite(height)]
    if not len(found):
        return 0.0, LEAST_HEIGHTS_M
    least, greatest = (float(one) for one in np.percentile(found, (0.1, 99.9)))
    spare = max(LEAST_HEIGHTS_M - (greatest - least), 0.0) / 2
    return least - spare, greatest + spare


@dataclass(frozen=True, slots=True, eq=False)
class Thinned:
    """What of one series a picture shows: for each place on the axis that has fixes, the least and the greatest."""

    place: Floats
    least: Floats
    greatest: Floats


def thinned(series: Series, along: Floats, span: tuple[float, float], columns: int) -> Thinned:
    """Take what a picture shows of *series* between two places of an axis.

    Args:
        along: Where each fix stands on the axis, never falling.
        columns: How many pixels the picture is wide.
    """
    begin, end = span
    first = max(int(np.searchsorted(along, begin)) - 1, 0)
    stop = min(int(np.searchsorted(along, end, side="right")) + 1, len(along))
    if stop - first > BLOCKS_FROM * columns:
        first, stop = first // BLOCK, -(-stop // BLOCK)
        place = along[first * BLOCK : stop * BLOCK : BLOCK]
        least, greatest = series.least[first:stop], series.greatest[first:stop]
    else:
        place, least = along[first:stop], series.values[first:stop]
        greatest = least
    if len(place) <= 2 * columns:
        return Thinned(place, least, greatest)
    edges = np.searchsorted(place, np.linspace(begin, end, columns + 1)[:-1])
    edges = np.unique(np.clip(edges, 0, len(place) - 1))
    edges[0] = 0
    return Thinned(place[edges], *_extremes(least, greatest, edges))


def _extremes(least: Floats, greatest: Floats, starts: NDArray[np.integer]) -> tuple[Floats, Floats]:
    """The least and the greatest between each of *starts* and the next; NaN where there is nothing but NaN."""
    with np.errstate(invalid="ignore"):
        return np.fmin.reduceat(least, starts), np.fmax.reduceat(greatest, starts)
