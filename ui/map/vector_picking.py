"""Which features of a large layer lie under a pixel or in a box: by their boxes first, then exactly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF

from ui.map.shapes import UNITS, Integers, Shapes, is_inside
from ui.map.strokes import distance_to_line
from ui.map.viewport import Bounds, Viewport, to_world

_AREA = 2
_MOST_LOOKED_AT = 64
"""Parts at one place that are looked at exactly, the smallest first."""

_POINTS_AT_ONCE = 500_000
_FINEST_ZOOM = 99.0


def hit_features(shapes: Shapes, viewport: Viewport, at: QPointF, reach_px: float) -> Iterator[int]:
    """Numbers of the features near a pixel: points and lines by their distance, then areas, the smallest first."""
    left, top = viewport.origin
    x, y = (left + at.x() / viewport.world_px) * UNITS, (top + at.y() / viewport.world_px) * UNITS
    reach = reach_px / viewport.world_px * UNITS
    near = shapes.near(x - reach, y - reach, x + reach, y + reach)
    extents = shapes.extents(near)
    looked_at = near[np.argsort(extents, kind="stable")][:_MOST_LOOKED_AT]
    apart: dict[int, float] = {}
    sizes: dict[int, float] = {}
    insides: dict[int, int] = {}
    for part in looked_at.tolist():
        feature = int(shapes.owners[part])
        units = shapes.points(part)
        px, py = units[0] - np.float64(x), units[1] - np.float64(y)
        kind = int(shapes.kinds[feature])
        if kind == _AREA:
            insides[feature] = insides.get(feature, 0) + is_inside(px, py)
            px, py = np.append(px, px[0]), np.append(py, py[0])
        distance = distance_to_line(px, py) if kind else float(np.hypot(px, py).min())
        apart[feature] = min(distance, apart.get(feature, distance))
        sizes[feature] = max(float(shapes.extents(np.array([part]))[0]), sizes.get(feature, 0.0))
    found = [
        (kind == _AREA, sizes[feature] if kind == _AREA else distance, feature)
        for feature, distance in apart.items()
        if distance <= reach or insides.get(feature, 0) % 2
        for kind in (int(shapes.kinds[feature]),)
    ]
    return (feature for _, _, feature in sorted(found))


def features_within(shapes: Shapes, bounds: Bounds) -> list[int]:
    """Numbers of the features that lie in *bounds* wholly or with one of their points, ascending."""
    left, top = (edge * UNITS for edge in to_world(float(bounds[0]), float(bounds[3])))
    right, bottom = (edge * UNITS for edge in to_world(float(bounds[2]), float(bounds[1])))
    near = shapes.near(left, top, right, bottom)
    whole = (shapes.left[near] >= left) & (shapes.right[near] <= right)
    whole &= (shapes.top[near] >= top) & (shapes.bottom[near] <= bottom)
    found: list[Integers] = [shapes.owners[near[whole]]]
    for parts in shapes.cuts(near[~whole], _POINTS_AT_ONCE):
        pieces = shapes.thinned(parts, _FINEST_ZOOM)
        inside = (pieces.x >= left) & (pieces.x <= right) & (pieces.y >= top) & (pieces.y <= bottom)
        found.append(shapes.owners[parts[np.logical_or.reduceat(inside, pieces.starts[:-1])]])
    numbers: list[int] = np.unique(np.concatenate(found)).tolist()
    return numbers
