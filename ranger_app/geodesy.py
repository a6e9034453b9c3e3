"""Lengths, distances and directions on the WGS 84 ellipsoid; pyproj and NumPy load when first asked."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from pyproj import Geod

    Floats: TypeAlias = NDArray[np.float64]
    Indices: TypeAlias = NDArray[np.int64]


_PIECE = 16_384


@cache
def _wgs84() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def segment_lengths_m(longitude_deg: Floats, latitude_deg: Floats) -> Floats:
    """Length of each geodesic from one position to the next: one fewer than positions; empty for fewer than two."""
    import numpy as np

    if len(longitude_deg) < 2:
        return np.empty(0, np.float64)
    return distances_m(longitude_deg[:-1], latitude_deg[:-1], longitude_deg[1:], latitude_deg[1:])


def distances_m(
    longitude_deg: Floats, latitude_deg: Floats, to_longitude_deg: Floats, to_latitude_deg: Floats
) -> Floats:
    """Length of the geodesic of each pair of positions."""
    import numpy as np

    _there, _back, metres = _wgs84().inv(
        longitude_deg, latitude_deg, to_longitude_deg, to_latitude_deg, return_back_azimuth=False
    )
    return np.asarray(metres, np.float64)


def length_m(longitude_deg: Floats, latitude_deg: Floats) -> float:
    """Length of one unbroken line of positions; 0 for fewer than two."""
    return sum_m([segment_lengths_m(longitude_deg, latitude_deg)])


def track_length_m(longitude_deg: Floats, latitude_deg: Floats, part_starts: Indices) -> float:
    """Length of a track: the sum over its unbroken parts; what lies between parts is not counted.

    Args:
        longitude_deg: Of the positions of all parts, one after the other.
        latitude_deg: The same.
        part_starts: Index of the first position of each part, ascending, beginning with 0.
    """
    import numpy as np

    lengths = segment_lengths_m(longitude_deg, latitude_deg)
    walked = np.ones(len(lengths), np.bool_)
    walked[part_starts[1:] - 1] = False
    return sum_m([lengths[walked]])


def sum_m(lengths: Sequence[Floats]) -> float:
    """The sum of all lengths, exact, and taken in pieces so short that other threads need not wait for it."""
    return math.fsum(
        math.fsum(some[start : start + _PIECE].tolist()) for some in lengths for start in range(0, len(some), _PIECE)
    )


def distance_m(longitude_deg: float, latitude_deg: float, to_longitude_deg: float, to_latitude_deg: float) -> float:
    """Length of the geodesic between two positions."""
    _there, _back, metres = _wgs84().inv(longitude_deg, latitude_deg, to_longitude_deg, to_latitude_deg)
    return float(metres)


def area_m2(longitude_deg: Sequence[float], latitude_deg: Sequence[float]) -> tuple[float, float]:
    """Area within a ring of geodesics in square metres, and its circumference in metres; the ring closes by itself."""
    area, around = _wgs84().polygon_area_perimeter(longitude_deg, latitude_deg)
    return abs(float(area)), float(around)


def bearing_deg(longitude_deg: float, latitude_deg: float, to_longitude_deg: float, to_latitude_deg: float) -> float:
    """Direction in which one sets out from the first position to the second: 0 is north, 90 east, below 360."""
    there, _back, _metres = _wgs84().inv(longitude_deg, latitude_deg, to_longitude_deg, to_latitude_deg)
    return float(there) % 360.0


def project(longitude_deg: float, latitude_deg: float, bearing_deg: float, distance_m: float) -> tuple[float, float]:
    """Longitude and latitude reached from a position by going *distance_m* straight in the direction *bearing_deg*."""
    longitude, latitude, _back = _wgs84().fwd(longitude_deg, latitude_deg, bearing_deg, distance_m)
    return float(longitude), float(latitude)
