"""Patrol effort: kilometres, visits and hours in each cell of a grid.

The way between two fixes is a straight line of longitude and latitude, cut exactly where it crosses from one cell into
the next. Its length is that of the geodesic between the fixes, so that all cells together hold what the tracks measure.
Between the parts of a track nobody walked. A visit is one patrol that was in a cell, however often and however long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.effort_cells import Cells, Floats, Ints, parallel_between
from ranger_app.domain.track import NO_TIME, Degrees, Indices, Times, Track, timed
from ranger_app.geodesy import distances_m

MEASURES = ("km", "visits", "hours")

_HOUR_US = 3_600_000_000.0
_SHORT_DEG = 0.02
_MOST_LATITUDE = 80.0
"""Within these the length of a short way follows from the ellipsoid's two radii, to 2e-8 of it."""

_A_M, _E2 = 6_378_137.0, 0.006694379990141316
_MOST_PIECES = 1_000_000
"""Pieces of ways that are cut at once."""

_MOST_RUNS = 2_000_000
"""Stays in cells that are kept before they are put together."""


@dataclass(frozen=True, slots=True, eq=False)
class EffortGrid:
    """What was done in each cell that somebody was in, as columns of one length, by the numbers of the cells.

    Attributes:
        cell: Number of each cell in *cells*, ascending.
        metres: Walked in it, geodesic.
        visits: Patrols that were in it.
        hours: Between fixes that have times.
        untimed: Tracks left out because a period was asked for and none of their fixes has a time.
    """

    cells: Cells
    cell: Ints
    metres: Floats
    visits: Ints
    hours: Floats
    untimed: int = 0

    def __len__(self) -> int:
        """Number of cells."""
        return len(self.cell)

    def column(self, measure: str) -> Floats:
        """The values of one of :data:`MEASURES`: kilometres, visits or hours."""
        match measure:
            case "km":
                return self.metres / 1000.0
            case "visits":
                return self.visits.astype(np.float64)
            case "hours":
                return self.hours
        raise ValueError(f"{measure!r} is not one of {MEASURES}")

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all cells; ``None`` when there is none."""
        if not len(self):
            return None
        west, south, east, north = self.cells.boxes_deg(self.cell)
        return float(west.min()), float(south.min()), float(east.max()), float(north.max())


class _Stays(NamedTuple):
    """Stays in cells: who, where, how far and how long."""

    owner: Ints
    cell: Ints
    metres: Floats
    hours: Floats


class EffortSum:
    """Adds up effort, track after track.

    Args:
        from_us, to_us: Only ways that begin in this span, microseconds since 1970 UTC, both included.
    """

    def __init__(self, cells: Cells, *, from_us: int | None = None, to_us: int | None = None) -> None:
        self._cells = cells
        self._from_us, self._to_us = from_us, to_us
        self._lots: list[_Stays] = []
        self._runs = 0
        self._untimed = 0

    def add(
        self,
        owner: int,
        time_us: Times,
        longitude_deg: Degrees,
        latitude_deg: Degrees,
        begins: Indices,
        *,
        is_counted: bool = True,
    ) -> None:
        """Add fixes that follow each other.

        Args:
            owner: Number of the patrol.
            begins: Indices of the fixes that begin a part.
            is_counted: Whether way and hours count, and not the visit alone.
        """
        count = len(time_us)
        if not count:
            return
        is_timed = bool((time_us != NO_TIME).any())
        counted = np.ones(count, np.bool_)
        if self._from_us is not None or self._to_us is not None:
            if not is_timed:
                self._untimed += 1
                return
            counted = self._in_period(timed(time_us, None))
            if not counted.any():
                return
        goes_on = np.zeros(count, np.bool_)
        goes_on[:-1] = counted[:-1]
        goes_on[begins[begins > 0] - 1] = False
        hours = np.zeros(count)
        if is_timed:
            hours[:-1] = np.maximum(np.diff(timed(time_us, None)), 0) / _HOUR_US
        metres = np.zeros(count)
        if is_counted:
            metres[:-1] = lengths_m(longitude_deg, latitude_deg)
        else:
            hours[:] = 0.0
        self._walk(owner, longitude_deg, latitude_deg, metres, hours, counted, goes_on)

    def _in_period(self, time_us: Times) -> NDArray[np.bool_]:
        inside = np.ones(len(time_us), np.bool_)
        if self._from_us is not None:
            inside &= time_us >= self._from_us
        if self._to_us is not None:
            inside &= time_us <= self._to_us
        return inside

    def _walk(
        self,
        owner: int,
        lon: Degrees,
        lat: Degrees,
        metres: Floats,
        hours: Floats,
        counted: NDArray[np.bool_],
        goes_on: NDArray[np.bool_],
    ) -> None:
        cell = self._cells.at(lon, lat)
        stays = goes_on.copy()
        stays[:-1] &= cell[1:] == cell[:-1]
        firsts = np.flatnonzero(np.concatenate(([True], cell[1:] != cell[:-1])))
        was_there = np.logical_or.reduceat(counted, firsts)
        self._keep(
            owner,
            cell[firsts][was_there],
            np.add.reduceat(np.where(stays, metres, 0.0), firsts)[was_there],
            np.add.reduceat(np.where(stays, hours, 0.0), firsts)[was_there],
        )
        crossing = np.flatnonzero(goes_on & ~stays)
        for begin, stop in self._batches(lon, lat, crossing):
            ways = crossing[begin:stop]
            self._keep(owner, *_cut(self._cells, lon, lat, ways, metres[ways], hours[ways]))

    def _batches(self, lon: Degrees, lat: Degrees, crossing: Indices) -> Iterator[tuple[int, int]]:
        """Ways that are cut at once: a receiver that jumps around the earth must not fill the memory."""
        if not len(crossing):
            return
        across = np.abs(_turn(lon[crossing + 1] - lon[crossing])) / self._cells.width_deg
        up = np.abs(self._cells.rows_at(lat[crossing + 1]) - self._cells.rows_at(lat[crossing]))
        pieces = np.cumsum(across + up + 3.0)
        begin = 0
        while begin < len(crossing):
            done = pieces[begin - 1] if begin else 0.0
            stop = max(int(np.searchsorted(pieces, done + _MOST_PIECES)), begin + 1)
            yield begin, stop
            begin = stop

    def _keep(self, owner: int, cell: Ints, metres: Floats, hours: Floats) -> None:
        self._lots.append(_Stays(np.full(len(cell), owner, np.int64), cell, metres, hours))
        self._runs += len(cell)
        if self._runs > _MOST_RUNS:
            self._lots = [self._together()]
            self._runs = len(self._lots[0].cell)

    def _together(self) -> _Stays:
        """One stay for each patrol and cell, by their numbers."""
        if not self._lots:
            return _Stays(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
        owner, cell, metres, hours = (np.concatenate(column) for column in zip(*self._lots, strict=True))
        order = np.lexsort((cell, owner))
        owner, cell = owner[order], cell[order]
        firsts = np.flatnonzero(np.concatenate(([True], (cell[1:] != cell[:-1]) | (owner[1:] != owner[:-1]))))
        if not len(order):
            return _Stays(owner, cell, metres, hours)
        return _Stays(
            owner[firsts], cell[firsts], np.add.reduceat(metres[order], firsts), np.add.reduceat(hours[order], firsts)
        )

    def total(self) -> EffortGrid:
        """What was added so far."""
        stays = self._together()
        cell, place = np.unique(stays.cell, return_inverse=True)
        place = place.ravel()
        return EffortGrid(
            self._cells,
            cell,
            np.bincount(place, stays.metres, len(cell)).astype(np.float64, copy=False),
            np.bincount(place, minlength=len(cell)).astype(np.int64, copy=False),
            np.bincount(place, stays.hours, len(cell)).astype(np.float64, copy=False),
            self._untimed,
        )


def effort(
    tracks: Iterable[tuple[int, Track]],
    cell_m: float,
    *,
    parallel_deg: int | None = None,
    from_us: int | None = None,
    to_us: int | None = None,
) -> EffortGrid:
    """The effort of some tracks.

    Args:
        tracks: Number of the patrol, and its fixes.
        parallel_deg: Where cells are square; in the middle of the tracks when ``None``.
    """
    tracks = list(tracks)
    if parallel_deg is None:
        boxes = [box for _, track in tracks if (box := track.bounds()) is not None]
        parallel_deg = parallel_between(min(b[1] for b in boxes), max(b[3] for b in boxes)) if boxes else 0
    found = EffortSum(Cells(cell_m, parallel_deg), from_us=from_us, to_us=to_us)
    for owner, track in tracks:
        found.add(owner, track.time_us, track.longitude_deg, track.latitude_deg, track.part_starts)
    return found.total()


def lengths_m(longitude_deg: Degrees, latitude_deg: Degrees) -> Floats:
    """Geodesic length from each fix to the next, quickly where they are near each other."""
    return _apart_m(longitude_deg[:-1], latitude_deg[:-1], longitude_deg[1:], latitude_deg[1:])


def _apart_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    across, up = _turn(to_lon - lon), to_lat - lat
    middle = np.radians((lat + to_lat) / 2)
    cosine = np.cos(middle)
    square = 1.0 - _E2 * (1.0 - cosine * cosine)
    east = np.radians(across) * cosine * (_A_M / np.sqrt(square))
    north = np.radians(up) * (_A_M * (1.0 - _E2) / (square * np.sqrt(square)))
    found: Floats = np.hypot(east, north)
    is_far = (np.abs(across) > _SHORT_DEG) | (np.abs(up) > _SHORT_DEG) | (np.abs(lat) > _MOST_LATITUDE)
    if is_far.any():
        far = np.flatnonzero(is_far)
        found[far] = distances_m(lon[far], lat[far], to_lon[far], to_lat[far])
    return found


def _turn(across_deg: Floats) -> Floats:
    """Differences of longitudes the short way around the earth."""
    return np.where(np.abs(across_deg) > 180.0, across_deg - np.copysign(360.0, across_deg), across_deg)


def _cut(
    cells: Cells, lon: Degrees, lat: Degrees, ways: Indices, metres: Floats, hours: Floats
) -> tuple[Ints, Floats, Floats]:
    """Cut the ways that set out at the fixes *ways* at every edge of a cell: cells, metres and hours of the pieces."""
    west, south = lon[ways], lat[ways]
    across, up = _turn(lon[ways + 1] - west), lat[ways + 1] - south
    begin, step = cells.along(west), across / cells.width_deg
    first, last = np.floor(begin).astype(np.int64), np.floor(begin + step).astype(np.int64)
    way_c, edge_c = _edges_between(first, last)
    rows, to_rows = cells.rows_at(south), cells.rows_at(lat[ways + 1])
    way_r, edge_r = _edges_between(rows, to_rows)
    ends = np.arange(len(ways))
    way = np.concatenate((ends, way_c, way_r, ends))
    share = np.concatenate(
        (
            np.zeros(len(ways)),
            (edge_c - begin[way_c]) / step[way_c],
            (cells.edges_deg[edge_r] - south[way_r]) / up[way_r],
            np.ones(len(ways)),
        )
    )
    order = np.lexsort((share, way))
    way, share = way[order], np.clip(share[order], 0.0, 1.0)
    is_piece = (way[1:] == way[:-1]) & (share[1:] > share[:-1])
    way, here, there = way[:-1][is_piece], share[:-1][is_piece], share[1:][is_piece]
    middle = (here + there) / 2
    column = np.floor(begin[way] + middle * step[way]).astype(np.int64)
    cell = cells.numbers(column, cells.rows_at(south[way] + middle * up[way]))
    length = _apart_m(
        west[way] + here * across[way], south[way] + here * up[way],
        west[way] + there * across[way], south[way] + there * up[way],
    )  # fmt: skip
    whole = np.bincount(way, length, len(ways))[way]
    part = np.divide(length, whole, out=there - here, where=whole > 0)
    return cell, metres[way] * part, hours[way] * part


def _edges_between(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Which way crosses which edge between its first and last column or row; an edge is called as what begins there."""
    counts = np.abs(last - first)
    way = np.repeat(np.arange(len(first)), counts)
    number = np.arange(len(way)) - np.repeat(np.cumsum(counts) - counts, counts)
    edge = np.where(last[way] > first[way], first[way] + 1 + number, first[way] - number)
    return way, edge
