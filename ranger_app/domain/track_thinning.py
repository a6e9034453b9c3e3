"""A track told with fewer fixes: those stay from which the line would be farthest away without them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import Degrees, Indices

_METRES_PER_DEGREE = 111_195.0
"""Of a great circle of the mean earth; good to 0.6 %, which is enough to choose by."""

_Columns = NDArray[np.float64]


def thinned(
    longitude_deg: Degrees, latitude_deg: Degrees, *, most: int, ends: Iterable[int] = ()
) -> tuple[Indices, float]:
    """Choose at most *most* fixes that tell the same walk.

    Args:
        ends: Indices that stay before all others, besides the first and the last; none of them when they are too many.

    Returns:
        Indices that stay, ascending, and how far in metres the farthest of the others is from the line through them.
    """
    count = len(longitude_deg)
    if count <= most:
        return np.arange(count), 0.0
    x, y = _metres(longitude_deg, latitude_deg)
    kept = {0, count - 1, *ends}
    if len(kept) > most:
        kept = {0, count - 1}
    heap = [_farthest(x, y, start, stop) for start, stop in pairwise(sorted(kept))]
    heapq.heapify(heap)
    while len(kept) < most and heap[0][0] < 0:
        _, middle, start, stop = heapq.heappop(heap)
        kept.add(middle)
        heapq.heappush(heap, _farthest(x, y, start, middle))
        heapq.heappush(heap, _farthest(x, y, middle, stop))
    return np.array(sorted(kept), np.int64), -heap[0][0]


def _metres(longitude_deg: Degrees, latitude_deg: Degrees) -> tuple[_Columns, _Columns]:
    """Metres east and north on a plane; a track over the 180th meridian stays in one piece."""
    along = np.unwrap(longitude_deg, period=360.0)
    width = np.cos(np.radians(float(np.mean(latitude_deg))))
    return along * width * _METRES_PER_DEGREE, latitude_deg * _METRES_PER_DEGREE


def _farthest(x: _Columns, y: _Columns, start: int, stop: int) -> tuple[float, int, int, int]:
    """The fix between two that is farthest from the line through them: minus its distance, and the three indices."""
    if stop - start < 2:
        return 0.0, start, start, stop
    dx, dy = x[stop] - x[start], y[stop] - y[start]
    to_x, to_y = x[start + 1 : stop] - x[start], y[start + 1 : stop] - y[start]
    square = dx * dx + dy * dy
    share = np.clip((to_x * dx + to_y * dy) / square, 0.0, 1.0) if square > 0 else np.zeros(len(to_x))
    away = np.hypot(to_x - share * dx, to_y - share * dy)
    at = int(np.argmax(away))
    return -float(away[at]), start + 1 + at, start, stop
