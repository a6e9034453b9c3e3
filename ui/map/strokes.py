"""Columns of places to lines and areas of Qt, without a loop over points.

A :class:`Lines` keeps many lines in two columns of world units. For each whole zoom it keeps a *level of detail*: the
points that fall on different half pixels. What is drawn is the level, cut to the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from ui.map.viewport import TILE_PX, Bounds, Viewport, from_world, to_world

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FINEST_LEVEL = 18
"""From this zoom on every point is drawn."""

_WORTH_THINNING = 0.8
"""A level that would keep more than this part of the points is not made: it would only hold memory."""

_VoidPtr: Any = shiboken6.VoidPtr
"""Its stub knows neither the size nor that it can be written to."""

_MOST_CELLS = 20_000
"""With more of the picture under lines than this, names cannot keep off them."""

MOST_AT_ONCE = 250
"""Points of a line that are drawn with one call: as long as one lasts, the window's thread has to wait."""

_MARGIN_PX = 16.0
"""Lines are cut this far outside the picture, so that their thick ends do not show."""


def polygon_from_pixels(x: Floats, y: Floats) -> QPolygonF:
    """A Qt polygon filled in one copy."""
    polygon = QPolygonF()
    count = len(x)
    if count:
        polygon.resize(count)
        memory = _VoidPtr(polygon.data(), count * 16, True)
        pixels = np.frombuffer(memory, dtype=np.float64, count=2 * count)
        pixels[0::2] = x
        pixels[1::2] = y
    return polygon


class Lines:
    """Many lines or rings in world units; never changes.

    Attributes:
        x, y: World units of all points, line after line.
        starts: Index of each line's first point, ascending, with the number of points at the end.
        is_thinned: They hold no more points than are to be drawn, whatever the zoom.
        boxes: Left, top, right, bottom of each line, one row a line.
    """

    def __init__(
        self, x: Floats, y: Floats, starts: Sequence[int] | NDArray[np.integer], *, is_thinned: bool = False
    ) -> None:
        self.x, self.y = x, y
        self.is_thinned = is_thinned
        firsts = np.asarray(starts, dtype=np.int64)
        firsts = firsts[firsts < len(x)]
        self.starts: Integers = np.append(firsts, len(x)) if len(firsts) else np.zeros(1, np.int64)
        self.boxes = _boxes(x, y, self.starts)
        self._levels: dict[int, Lines] = {}

    @classmethod
    def from_degrees(cls, lon: Floats, lat: Floats, starts: Sequence[int] | NDArray[np.integer]) -> Lines:
        """Take lines in degrees of WGS 84."""
        return cls(*to_world(lon, lat), starts)

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.starts) - 1

    def box(self, lines: slice = slice(None)) -> Bounds | None:
        """West, south, east, north of some lines; ``None`` when there are none."""
        boxes = self.boxes[lines]
        if not len(boxes):
            return None
        west, north = from_world(float(boxes[:, 0].min()), float(boxes[:, 1].min()))
        east, south = from_world(float(boxes[:, 2].max()), float(boxes[:, 3].max()))
        return west, south, east, north

    def level(self, zoom: float) -> Lines:
        """The same lines with the points that can be told apart at *zoom*; every line stays, in its order."""
        step = int(np.ceil(zoom))
        if step >= _FINEST_LEVEL or self.is_thinned:
            return self
        if step not in self._levels:
            self._levels[step] = self._thinned(TILE_PX * 2.0**step * 2.0)
        return self._levels[step]

    def _thinned(self, cells: float) -> Lines:
        column, row = (self.x * cells).astype(np.int64), (self.y * cells).astype(np.int64)
        keep = np.ones(len(self.x), dtype=bool)
        keep[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
        keep[self.starts[:-1]] = True
        keep[self.starts[1:] - 1] = True
        if np.count_nonzero(keep) > _WORTH_THINNING * len(keep):
            return self
        kept_before = np.concatenate(([0], np.cumsum(keep)))
        return Lines(self.x[keep], self.y[keep], kept_before[self.starts[:-1]])

    def near(self, box: Bounds) -> Integers:
        """Which lines reach into a box of world units."""
        left, top, right, bottom = box
        boxes = self.boxes
        inside = (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top)
        return np.flatnonzero(inside)


def _boxes(x: Floats, y: Floats, starts: Integers) -> Floats:
    if len(starts) < 2:
        return np.zeros((0, 4))
    firsts = starts[:-1]
    return np.column_stack(
        [
            np.minimum.reduceat(x, firsts),
            np.minimum.reduceat(y, firsts),
            np.maximum.reduceat(x, firsts),
            np.maximum.reduceat(y, firsts),
        ]
    )


def grown_box(viewport: Viewport, margin_px: float = _MARGIN_PX) -> Bounds:
    """The picture's box in world units with a margin around it."""
    left, top, right, bottom = viewport.world_box
    margin = margin_px / viewport.world_px
    return left - margin, top - margin, right + margin, bottom + margin


def polylines(lines: Lines, viewport: Viewport, chosen: Integers | None = None) -> Iterator[QPolygonF]:
    """The pieces of lines that are seen, in pixels; each short enough for the window to be served between two.

    Args:
        lines: Lines at their full detail.
        viewport: What the picture shows.
        chosen: Which lines to draw; all when ``None``.
    """
    level, box = lines.level(viewport.zoom), grown_box(viewport)
    seen = level.near(box)
    if chosen is not None:
        seen = np.intersect1d(seen, chosen)
    for line in seen.tolist():
        first, last = level.starts[line], level.starts[line + 1]
        x, y = level.x[first:last], level.y[first:last]
        for begin, end in _runs_inside(x, y, box):
            for start in range(begin, max(end - 1, begin + 1), MOST_AT_ONCE):
                stop = min(start + MOST_AT_ONCE + 1, end)
                yield polygon_from_pixels(*_pixels(x[start:stop], y[start:stop], viewport))


def _pixels(x: Floats, y: Floats, viewport: Viewport) -> tuple[Floats, Floats]:
    left, top = viewport.origin
    return (x - left) * viewport.world_px, (y - top) * viewport.world_px


def _runs_inside(x: Floats, y: Floats, box: Bounds) -> list[tuple[int, int]]:
    """Ranges of points whose segments may reach into *box*; a single point is a range of one."""
    if len(x) == 1:
        return [(0, 1)]
    left, top, right, bottom = box
    outside = (
        (np.maximum(x[1:], x[:-1]) < left)
        | (np.minimum(x[1:], x[:-1]) > right)
        | (np.maximum(y[1:], y[:-1]) < top)
        | (np.minimum(y[1:], y[:-1]) > bottom)
    )
    if not outside.any():
        return [(0, len(x))]
    edges = np.flatnonzero(np.diff(np.concatenate(([True], outside, [True])).astype(np.int8)))
    return [(int(first), int(last) + 1) for first, last in zip(edges[0::2], edges[1::2], strict=True)]


def crossed_cells(lines: Lines, viewport: Viewport, cell_px: float) -> list[tuple[int, int]]:
    """Columns and rows of the squares of the picture that lines run through; empty when there are far too many."""
    level, box = lines.level(viewport.zoom), grown_box(viewport)
    cells: list[NDArray[np.int64]] = []
    near = level.near(box)
    if int(np.diff(level.starts)[near].sum()) > _MOST_CELLS:
        return []
    for line in near.tolist():
        first, last = level.starts[line], level.starts[line + 1]
        x, y = level.x[first:last], level.y[first:last]
        for begin, end in _runs_inside(x, y, box):
            px, py = _pixels(x[begin:end], y[begin:end], viewport)
            cells.append(np.floor(_closely(px, py, cell_px / 2) / cell_px).astype(np.int64))
    if not cells:
        return []
    column_row = np.unique(np.concatenate(cells), axis=0)
    return [] if len(column_row) > _MOST_CELLS else [(column, row) for column, row in column_row.tolist()]


def _closely(x: Floats, y: Floats, step: float) -> Floats:
    """Points along a line, as rows, no farther apart than about *step*, but at most a thousand on one segment."""
    if len(x) < 2:
        return np.column_stack((x, y))
    counts = np.clip(np.hypot(np.diff(x), np.diff(y)) // step, 0, 999).astype(np.int64) + 1
    segment = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[segment]
    return np.column_stack(
        (x[segment] + part * (x[segment + 1] - x[segment]), y[segment] + part * (y[segment + 1] - y[segment]))
    )


def rings(lines: Lines, viewport: Viewport) -> Iterator[QPolygonF]:
    """The rings that are seen, in pixels, cut to the picture so that filling them stays quick."""
    level, box = lines.level(viewport.zoom), grown_box(viewport)
    for line in level.near(box).tolist():
        first, last = level.starts[line], level.starts[line + 1]
        x, y = level.x[first:last], level.y[first:last]
        left, top, right, bottom = level.boxes[line].tolist()
        if left < box[0] or top < box[1] or right > box[2] or bottom > box[3]:
            x, y = cut_ring(x, y, box)
        if len(x) > 2:
            yield polygon_from_pixels(*_pixels(x, y, viewport))


def cut_ring(x: Floats, y: Floats, box: Bounds) -> tuple[Floats, Floats]:
    """What of a ring lies in a box, by cutting it at each of the four edges (Sutherland and Hodgman)."""
    for along, limit, below in ((0, box[0], False), (1, box[1], False), (0, box[2], True), (1, box[3], True)):
        if not len(x):
            break
        value = x if along == 0 else y
        inside = value <= limit if below else value >= limit
        if inside.all():
            continue
        x, y = _cut_at(x, y, value, limit, inside)
    return x, y


def _cut_at(x: Floats, y: Floats, value: Floats, limit: float, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    crosses = inside != np.roll(inside, -1)
    span = np.roll(value, -1) - value
    part = np.divide(limit - value, span, out=np.zeros_like(value), where=crosses)
    cut_x, cut_y = x + part * (np.roll(x, -1) - x), y + part * (np.roll(y, -1) - y)
    take = np.column_stack((inside, crosses)).ravel()
    return np.column_stack((x, cut_x)).ravel()[take], np.column_stack((y, cut_y)).ravel()[take]


def distances_px(lines: Lines, viewport: Viewport, at: QPointF, reach_px: float) -> dict[int, float]:
    """How far in pixels the pixel *at* is from each line that passes within *reach_px*."""
    level = lines.level(viewport.zoom)
    left, top = viewport.origin
    x0, y0 = left + at.x() / viewport.world_px, top + at.y() / viewport.world_px
    reach = reach_px / viewport.world_px
    found: dict[int, float] = {}
    for line in level.near((x0 - reach, y0 - reach, x0 + reach, y0 + reach)).tolist():
        first, last = level.starts[line], level.starts[line + 1]
        apart = distance_to_line(level.x[first:last] - x0, level.y[first:last] - y0) * viewport.world_px
        if apart <= reach_px:
            found[line] = apart
    return found


def distance_to_line(x: Floats, y: Floats) -> float:
    """Distance of the origin from a line through these places."""
    if len(x) == 1:
        return float(np.hypot(x[0], y[0]))
    dx, dy = np.diff(x), np.diff(y)
    square = dx * dx + dy * dy
    along = np.divide(-(x[:-1] * dx + y[:-1] * dy), square, out=np.zeros_like(dx), where=square > 0)
    along = np.clip(along, 0.0, 1.0)
    return float(np.hypot(x[:-1] + along * dx, y[:-1] + along * dy).min())
