"""Cells of equal area for patrol effort: columns between meridians, rows between parallels.

A grid is told by the side of its cells and by the parallel on which they are square (Lambert's cylindrical equal-area
projection of WGS 84). Columns count from 180 degrees west and go exactly once around the earth, rows count from the
equator. Every cell has the area of its side squared, wherever it lies; away from that parallel cells grow narrower
towards the poles and higher in turn: at 5 degrees from 41 north the sides differ by up to 15 %.

The parallel is a whole degree, so that cells stay where they are when tracks come in.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_CELL_M, MOST_CELL_M = 100.0, 200_000.0

_A_M = 6_378_137.0
_E2 = 0.006694379990141316
"""Half axis and square of the eccentricity of WGS 84 (NIMA TR8350.2)."""

_MOST_PARALLEL = 80


def parallel_between(south_deg: float, north_deg: float) -> int:
    """The whole degree in the middle of two latitudes, on which cells are to be square."""
    return max(-_MOST_PARALLEL, min(_MOST_PARALLEL, math.floor((south_deg + north_deg) / 2 + 0.5)))


class Cells:
    """A grid of cells around the earth; a cell's number is its row times :attr:`columns` and its column.

    Attributes:
        cell_m: Side of a cell in metres on the parallel where cells are square.
        parallel_deg: That parallel.
        columns: Cells around the earth.
        width_deg: Degrees of longitude from one column to the next.
        edges_deg: Latitudes of the rows' southern edges, ascending, with that of the northernmost row's end.
    """

    def __init__(self, cell_m: float, parallel_deg: int) -> None:
        if not LEAST_CELL_M <= cell_m <= MOST_CELL_M:
            raise ValueError(f"cell_m {cell_m} is not within {LEAST_CELL_M:g}..{MOST_CELL_M:g}")
        if not -_MOST_PARALLEL <= parallel_deg <= _MOST_PARALLEL:
            raise ValueError(f"parallel_deg {parallel_deg} is not within -{_MOST_PARALLEL}..{_MOST_PARALLEL}")
        self.cell_m, self.parallel_deg = float(cell_m), int(parallel_deg)
        sine = math.sin(math.radians(parallel_deg))
        around_m = 2 * math.pi * _A_M * math.cos(math.radians(parallel_deg)) / math.sqrt(1 - _E2 * sine * sine)
        self.columns = max(round(around_m / cell_m), 1)
        self.width_deg = 360.0 / self.columns
        step = cell_m**2 / (_authalic_square_m2() * math.radians(self.width_deg))
        half = math.ceil(1.0 / step)
        sines: Floats = np.clip(np.arange(-half, half + 1, dtype=np.float64) * step, -1.0, 1.0)
        self.edges_deg: Floats = _latitudes_deg(np.arcsin(sines))
        self.edges_deg[[0, -1]] = -90.0, 90.0

    def rows_at(self, latitude_deg: Floats) -> Ints:
        """The row of each latitude; what lies on an edge belongs to the row north of it."""
        if not len(latitude_deg):
            return np.empty(0, np.int64)
        edges = self.edges_deg
        first, last = np.searchsorted(edges, (latitude_deg.min(), latitude_deg.max()), side="right").tolist()
        rows = np.searchsorted(edges[max(first - 1, 0) : last + 1], latitude_deg, side="right") + max(first - 1, 0) - 1
        found: Ints = np.minimum(rows, len(edges) - 2)
        return found

    def along(self, longitude_deg: Floats) -> Floats:
        """How many columns a longitude is from 180 degrees west, with the part of the last one."""
        columns: Floats = (longitude_deg + 180.0) / self.width_deg
        return columns

    def numbers(self, column: Ints, row: Ints) -> Ints:
        """Numbers of cells; columns beyond the 180th meridian go on at its other side."""
        found: Ints = row * self.columns + column % self.columns
        return found

    def at(self, longitude_deg: Floats, latitude_deg: Floats) -> Ints:
        """The number of the cell that holds each place."""
        return self.numbers(np.floor(self.along(longitude_deg)).astype(np.int64), self.rows_at(latitude_deg))

    def boxes_deg(self, cell: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        """West, south, east, north of each cell."""
        row, column = np.divmod(cell, self.columns)
        west = column * self.width_deg - 180.0
        return west, self.edges_deg[row], west + self.width_deg, self.edges_deg[row + 1]

    def within(self, west: float, south: float, east: float, north: float) -> tuple[range, range]:
        """Columns and rows that reach into a box of degrees; columns are not taken around the earth."""
        first, last = (math.floor((one + 180.0) / self.width_deg) for one in (west, east))
        rows = self.rows_at(np.array([max(south, -90.0), min(north, 90.0)])).tolist()
        return range(first, last + 1), range(rows[0], rows[1] + 1)


def _authalic_square_m2() -> float:
    """Square of the radius of the sphere that has the area of WGS 84 (Snyder 1987, equations 3-12 and 3-13)."""
    e = math.sqrt(_E2)
    return _A_M**2 / 2 * (1 + (1 - _E2) / (2 * e) * math.log((1 + e) / (1 - e)))


def _latitudes_deg(authalic: Floats) -> Floats:
    """Latitudes of authalic ones in radians (Snyder 1987, equation 3-18)."""
    e2, e4, e6 = _E2, _E2**2, _E2**3
    latitude: Floats = (
        authalic
        + (e2 / 3 + 31 * e4 / 180 + 517 * e6 / 5040) * np.sin(2 * authalic)
        + (23 * e4 / 360 + 251 * e6 / 3780) * np.sin(4 * authalic)
        + 761 * e6 / 45360 * np.sin(6 * authalic)
    )
    return np.degrees(latitude)
