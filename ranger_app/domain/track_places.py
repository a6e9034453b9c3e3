"""Where on a track somebody was at a moment, and which fix is nearest to a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranger_app.domain.track import NO_TIME, Track

NEAREST_FIX_S = 300.0
"""A moment is placed by a track only when a fix is at most so far from it in time."""

M_A_DEGREE = 111_320.0
"""Metres of a degree of latitude, near enough to tell which fixes are near each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixFound:
    """A fix of a track.

    Attributes:
        index: Of the fix.
        apart: Seconds from the moment, or metres from the place, that was asked for.
        time_us: Microseconds since 1970 UTC, ``NO_TIME`` where the fix has none.
    """

    index: int
    apart: float
    latitude_deg: float
    longitude_deg: float
    time_us: int


def fix_at(track: Track, time_us: int, *, within_s: float = NEAREST_FIX_S) -> FixFound | None:
    """The fix nearest in time that is somewhere (0, 0 is where receivers without a fix say they are); none too far."""
    is_usable = (track.time_us != NO_TIME) & ((track.latitude_deg != 0) | (track.longitude_deg != 0))
    places = np.flatnonzero(is_usable)
    if not len(places):
        return None
    apart = np.abs(track.time_us[places] - time_us)
    nearest = int(apart.argmin())
    seconds = float(apart[nearest]) / 1e6
    return _found(track, int(places[nearest]), seconds) if seconds <= within_s else None


def fix_near(track: Track, latitude_deg: float, longitude_deg: float, *, within_m: float) -> FixFound | None:
    """The fix nearest to a place; ``None`` when none is within *within_m*."""
    if not len(track):
        return None
    east = (track.longitude_deg - longitude_deg + 180.0) % 360.0 - 180.0
    east = east * np.cos(np.radians(latitude_deg))
    squares = (track.latitude_deg - latitude_deg) ** 2 + east**2
    nearest = int(squares.argmin())
    metres = float(np.sqrt(squares[nearest])) * M_A_DEGREE
    return _found(track, nearest, metres) if metres <= within_m else None


def _found(track: Track, index: int, apart: float) -> FixFound:
    return FixFound(
        index=index,
        apart=apart,
        latitude_deg=float(track.latitude_deg[index]),
        longitude_deg=float(track.longitude_deg[index]),
        time_us=int(track.time_us[index]),
    )
