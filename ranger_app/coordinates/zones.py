"""Where each zone of a notation is the one that places are told in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from ranger_app.coordinates.systems import GRIDS, Box, Grid
from ranger_app.coordinates.telling import grid_at

_UTM_PARALLELS = (-80.0, 0.0, 56.0, 64.0, 72.0, 84.0)
_UTM_MERIDIANS = tuple(float(degrees) for degrees in sorted({*range(-180, 181, 6), 3, 9, 21, 33}))
"""Edges of the zones, and those of the exceptions around Norway and Svalbard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneCell:
    """A rectangle of degrees on WGS 84 in which places are told in one zone.

    Attributes:
        box: South, west, north, east.
    """

    grid: Grid
    box: Box


@cache
def zone_cells(notation: str) -> tuple[ZoneCell, ...]:
    """Rectangles that cover what a notation reaches, none over another; none for degrees."""
    parallels, meridians = _edges(notation)
    rows = []
    for south, north in pairwise(parallels):
        cells = (_cell(notation, (south, west, north, east)) for west, east in pairwise(meridians))
        rows.append(tuple(_joined_along([cell for cell in cells if cell is not None])))
    return tuple(_joined_rows(rows))


def _edges(notation: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if notation in ("utm", "mgrs"):
        return _UTM_PARALLELS, _UTM_MERIDIANS
    grids = GRIDS.get(notation, ())
    middles = sorted({(grid.area[1] + grid.area[3]) / 2 for grid in grids if "lcc" not in grid.projection})
    between = {(one + other) / 2 for one, other in pairwise(middles)}
    parallels = sorted({edge for grid in grids for edge in (grid.area[0], grid.area[2])})
    meridians = sorted({edge for grid in grids for edge in (grid.area[1], grid.area[3])} | between)
    return tuple(parallels), tuple(meridians)


def _cell(notation: str, box: Box) -> ZoneCell | None:
    south, west, north, east = box
    grid = grid_at((south + north) / 2, (west + east) / 2, notation)
    return None if grid is None else ZoneCell(grid=grid, box=box)


def _joined_along(cells: list[ZoneCell]) -> Iterator[ZoneCell]:
    """Neighbours of one zone in a row become one cell."""
    last: ZoneCell | None = None
    for cell in cells:
        if last is not None and last.grid == cell.grid and last.box[3] == cell.box[1]:
            south, west, north, _ = last.box
            last = replace(last, box=(south, west, north, cell.box[3]))
            continue
        if last is not None:
            yield last
        last = cell
    if last is not None:
        yield last


def _joined_rows(rows: list[tuple[ZoneCell, ...]]) -> Iterator[ZoneCell]:
    """Cells of one zone that stand on each other become one cell."""
    open_cells: list[ZoneCell] = []
    for row in rows:
        grown: list[ZoneCell] = []
        for cell in row:
            south, west, north, east = cell.box
            below = next(
                (one for one in open_cells if one.grid == cell.grid and one.box[1:] == (west, south, east)), None
            )
            if below is not None:
                open_cells.remove(below)
                cell = replace(cell, box=(below.box[0], west, north, east))
            grown.append(cell)
        yield from open_cells
        open_cells = grown
    yield from open_cells
