"""The columns of a large layer: whole numbers that are culled, thinned and gathered without a loop over features."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ui.map.viewport import TILE_PX, Bounds, Viewport, from_world, to_world

if TYPE_CHECKING:
    from ranger_app.maps.vector_file import VectorMap

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Units: TypeAlias = NDArray[np.int32]

UNITS = 2**30
"""The width of the world: a unit is less than four centimetres, and half the memory of a fraction."""

_CHUNK = 200_000
"""Points that are worked on at once: as long as one step lasts, the window's thread may have to wait."""

_MOST_LOOKED_AT = 2_000_000
"""Points of rings that are looked at for holes that run the wrong way round."""

_AREA = 2
_HALF_PIXELS_AT_0 = 2 * TILE_PX


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Some parts of a layer, with no more points than can be told apart.

    Attributes:
        x, y: Units of all points, part after part.
        starts: Index of each part's first point, with the number of points at the end.
        parts: Which parts they are.
    """

    x: Units
    y: Units
    starts: Integers
    parts: Integers


class Shapes:
    """Points, lines and rings of a layer in units of the world; never changes.

    What crosses the antimeridian goes on beyond the edge of the world, and comes a second time from the other side.

    Attributes:
        owners: The feature of each part.
        kinds: What each feature is: 0 a point, 1 a line, 2 an area.
        left, top, right, bottom: The box of each part.
        turns: 1 for parts of features whose first ring runs clockwise on the map, otherwise -1; the other way for holes
            that run as their areas do.
    """

    def __init__(self, source: VectorMap) -> None:
        count = len(source.longitude_deg)
        self._starts = np.append(source.starts, count).astype(np.int64)
        self.owners: Integers = np.asarray(source.owners, np.int64)
        self.kinds = np.asarray(source.shapes, np.int8)
        self._x, self._y = np.empty(count, np.int32), np.empty(count, np.int32)
        longitude = unwrapped(source.longitude_deg, self._starts)
        for first in range(0, count, _CHUNK):
            chunk = slice(first, first + _CHUNK)
            x, y = to_world(longitude[chunk], source.latitude_deg[chunk])
            self._x[chunk], self._y[chunk] = np.rint(x * UNITS), np.rint(y * UNITS)
        self._take_boxes()
        self._repeat_at_the_edge()
        self.turns = self._turns()

    def __len__(self) -> int:
        """Number of parts."""
        return len(self._starts) - 1

    @property
    def sizes(self) -> Integers:
        """Number of points of each part."""
        return np.diff(self._starts)

    def _take_boxes(self) -> None:
        count = len(self)
        self.left, self.top, self.right, self.bottom = (np.empty(count, np.int32) for _ in range(4))
        for first, last in _cuts(self._starts):
            begins = self._starts[first:last] - self._starts[first]
            chunk, parts = slice(self._starts[first], self._starts[last]), slice(first, last)
            self.left[parts] = np.minimum.reduceat(self._x[chunk], begins)
            self.top[parts] = np.minimum.reduceat(self._y[chunk], begins)
            self.right[parts] = np.maximum.reduceat(self._x[chunk], begins)
            self.bottom[parts] = np.maximum.reduceat(self._y[chunk], begins)

    def _repeat_at_the_edge(self) -> None:
        beyond = np.flatnonzero((self.left < 0) | (self.right > UNITS))
        if not len(beyond):
            return
        index, starts = self._points_of(beyond)
        shift = np.repeat(np.where(self.left[beyond] < 0, UNITS, -UNITS), np.diff(starts))
        self._starts = np.concatenate((self._starts, self._starts[-1] + starts[1:]))
        self._x = np.concatenate((self._x, (self._x[index] + shift).astype(np.int32)))
        self._y = np.concatenate((self._y, self._y[index]))
        self.owners = np.concatenate((self.owners, self.owners[beyond]))
        self._take_boxes()

    def _turns(self) -> NDArray[np.int8]:
        if not len(self):
            return np.zeros(0, np.int8)
        clockwise = np.ones(len(self), np.int8)
        for first, last in _cuts(self._starts):
            begins = self._starts[first : last + 1] - self._starts[first]
            chunk = slice(self._starts[first], self._starts[last])
            # counted from the first point of each, or the products lose what matters
            x = self._x[chunk].astype(np.float64) - np.repeat(self._x[self._starts[first:last]], np.diff(begins))
            y = self._y[chunk].astype(np.float64)
            after = following(begins)
            area = np.add.reduceat(x * y[after] - x[after] * y, begins[:-1])
            clockwise[first:last] = np.where(area < 0, -1, 1)
        numbers = np.arange(len(self))
        first_of = np.zeros(len(self.kinds), np.int64)
        first_of[self.owners[::-1]] = numbers[::-1]  # the last that is written stays
        first_ring = first_of[self.owners]
        turns: NDArray[np.int8] = clockwise[first_ring]
        same_way = (clockwise == turns) & (first_ring != numbers) & self._lie_in_boxes_of(first_ring)
        self._turn_holes(np.flatnonzero(same_way), first_ring, turns)
        return turns

    def _turn_holes(self, rings: Integers, first_ring: Integers, turns: NDArray[np.int8]) -> None:
        """Mend holes that do not run the other way round, as they should; as many as can be in a moment."""
        looked_at = rings[np.cumsum(self.sizes[first_ring[rings]]) <= _MOST_LOOKED_AT]
        for ring in looked_at.tolist():
            around_x, around_y = self.points(int(first_ring[ring]))
            at = int(self._starts[ring])
            if is_inside(around_x - np.float64(self._x[at]), around_y - np.float64(self._y[at])):
                turns[ring] = -turns[ring]

    def _lie_in_boxes_of(self, others: Integers) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = self.kinds[self.owners] == _AREA
        inside &= (self.left >= self.left[others]) & (self.right <= self.right[others])
        inside &= (self.top >= self.top[others]) & (self.bottom <= self.bottom[others])
        return inside

    def seen(self, viewport: Viewport, margin_px: float) -> Integers:
        """The parts whose boxes reach into a picture with a margin around it."""
        box = units_box(viewport, margin_px)
        return self.near(*box)

    def near(self, left: float, top: float, right: float, bottom: float) -> Integers:
        """The parts whose boxes reach into a box of units."""
        inside = self.left <= right
        inside &= self.right >= left
        inside &= self.top <= bottom
        inside &= self.bottom >= top
        return np.flatnonzero(inside)

    def extents(self, parts: Integers) -> Floats:
        """The longer side of each part's box, in worlds."""
        width = self.right[parts].astype(np.float64) - self.left[parts]
        height = self.bottom[parts].astype(np.float64) - self.top[parts]
        longer: Floats = np.maximum(width, height) / UNITS
        return longer

    def middles(self, parts: Integers) -> tuple[Units, Units]:
        """The middle of each part's box."""
        return (
            self.left[parts] + (self.right[parts] - self.left[parts]) // 2,
            self.top[parts] + (self.bottom[parts] - self.top[parts]) // 2,
        )

    def points(self, part: int) -> tuple[Units, Units]:
        """All points of one part."""
        chunk = slice(self._starts[part], self._starts[part + 1])
        return self._x[chunk], self._y[chunk]

    def _points_of(self, parts: Integers) -> tuple[Integers, Integers]:
        """Indices of the points of some parts, and where in them each part begins."""
        counts = self._starts[parts + 1] - self._starts[parts]
        starts = np.concatenate(([0], np.cumsum(counts)))
        index = np.arange(starts[-1]) + np.repeat(self._starts[parts] - starts[:-1], counts)
        return index, starts

    def thinned(self, parts: Integers, zoom: float) -> Pieces:
        """Some parts with the points that fall on different half pixels at *zoom*; first and last points stay."""
        index, starts = self._points_of(parts)
        x, y = self._x[index], self._y[index]
        shift = int(UNITS).bit_length() - 1 - (_HALF_PIXELS_AT_0.bit_length() - 1) - math.ceil(zoom)
        if shift <= 0 or not len(x):
            return Pieces(x, y, starts, parts)
        column, row = x >> shift, y >> shift
        keep = np.ones(len(x), dtype=bool)
        keep[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
        keep[starts[:-1]] = True
        keep[starts[1:] - 1] = True
        kept_before = np.concatenate(([0], np.cumsum(keep)))
        return Pieces(x[keep], y[keep], kept_before[starts], parts)

    def cuts(self, parts: Integers, most_points: int) -> list[Integers]:
        """The parts in groups of not much more points than *most_points*."""
        starts = np.concatenate(([0], np.cumsum(self.sizes[parts])))
        return [parts[first:last] for first, last in _cuts(starts, most_points)]

    def box(self, parts: Integers | None = None) -> Bounds | None:
        """West, south, east, north of some parts, or of all; ``None`` where there are none."""
        which = slice(None) if parts is None else parts
        if not len(self.left[which]):
            return None
        west, north = from_world(*(float(edge[which].min()) / UNITS for edge in (self.left, self.top)))
        east, south = from_world(*(float(edge[which].max()) / UNITS for edge in (self.right, self.bottom)))
        return max(west, -180.0), south, min(east, 180.0), north


def _cuts(starts: Integers, most_points: int = _CHUNK) -> list[tuple[int, int]]:
    """Ranges of parts that together have about so many points; a part is never cut."""
    cuts = [0]
    while cuts[-1] < len(starts) - 1:
        wanted = starts[cuts[-1]] + most_points
        cuts.append(max(int(np.searchsorted(starts, wanted, side="right")) - 1, cuts[-1] + 1))
    return list(pairwise(cuts))


def units_box(viewport: Viewport, margin_px: float) -> tuple[float, float, float, float]:
    """A picture's box in units, with a margin around it."""
    left, top, right, bottom = viewport.world_box
    margin = margin_px / viewport.world_px
    return (left - margin) * UNITS, (top - margin) * UNITS, (right + margin) * UNITS, (bottom + margin) * UNITS


def pixels(x: Units, y: Units, viewport: Viewport) -> tuple[Floats, Floats]:
    """Units to pixels of a picture."""
    left, top = viewport.origin
    scale = np.float64(viewport.world_px / UNITS)
    return (x - left * UNITS) * scale, (y - top * UNITS) * scale


def is_inside(x: Floats, y: Floats) -> bool:
    """Whether the origin lies in a ring."""
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > 0) != (next_y > 0)
    at = x[crosses] - y[crosses] * (next_x[crosses] - x[crosses]) / (next_y[crosses] - y[crosses])
    return bool(np.count_nonzero(at > 0) % 2)


def following(starts: Integers) -> Integers:
    """The index of the next point of a ring for every point of many; after the last comes the first."""
    after = np.arange(1, starts[-1] + 1)
    after[starts[1:] - 1] = starts[:-1]
    return after


def unwrapped(longitude_deg: Floats, starts: Integers) -> Floats:
    """Longitudes that run on beyond 180 degrees where a part crosses the antimeridian, instead of leaping back.

    Two points that lie more than half the world apart are taken to be joined the short way, unless they are the very
    edges of the world.
    """
    chunks = range(0, max(len(longitude_deg), 1), _CHUNK)
    crosses = np.concatenate([_leaps(longitude_deg, first) for first in chunks])
    crosses = crosses[~np.isin(crosses + 1, starts)]
    if not len(crosses):
        return longitude_deg
    turns = np.zeros(len(longitude_deg))
    turns[crosses + 1] = np.where(longitude_deg[crosses] > 0, 1, -1)
    turns = np.cumsum(turns)
    before = np.repeat(turns[starts[:-1]], np.diff(starts))
    return longitude_deg + 360 * np.clip(turns - before, -1, 1)


def _leaps(longitude_deg: Floats, first: int) -> Integers:
    """Points of a chunk from which the next one lies more than half the world, but not all of it, away."""
    apart = np.abs(np.diff(longitude_deg[first : first + _CHUNK + 1]))
    return first + np.flatnonzero((apart > 180) & (apart < 360))
