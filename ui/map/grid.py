"""The layer of a metric grid: UTM, Gauss-Krueger on Pulkovo 1942 and 1995, Kyrg-06, Kalianpur.

Each line is projected point by point, so that it is as curved as it really is; zones end where places are told in the
next one. pyproj and NumPy load when a grid is first painted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ranger_app.coordinates import NOTATIONS, Grid, ZoneCell, notation_of, zone_cells
from ui.map.edges import EdgeMark, Side, write_marks
from ui.map.graticule import GraticuleLayer
from ui.map.layer import Canvas, Layer
from ui.map.viewport import Viewport, from_world, to_world

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Floats: TypeAlias = NDArray[np.float64]
    _Box: TypeAlias = tuple[float, float, float, float]

_STEPS_M = (*(step * 10**power for power in range(1, 6) for step in (1, 2, 5)), 1_000_000)
"""Distances between two lines, in metres; round kilometres as soon as one is wide enough to be seen."""

_LEAST_APART_PX = 75.0
"""Two centimetres on paper, as kilometres on a sheet of 1:50,000."""

_LEAST_ZONE_PX = 60.0
"""In a zone that is narrower no lines are drawn, only its borders."""

_SAMPLE_PX = 24.0
_FEWEST_SAMPLES, _MOST_SAMPLES = 9, 257
_MOST_LINES = 120
_MARGIN_PX = 16.0
_LINE_ALPHA, _BORDER_ALPHA = 120, 200
_BORDER_PX = 1.8
_BORDER_DASHES = (6.0, 3.0)
_LAST_LATITUDE = 85.0
_ACROSS: tuple[Side, ...] = ("top", "bottom")
_DOWN: tuple[Side, ...] = ("left", "right")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GridLine:
    """A piece of one line of the grid, or of the border between two zones.

    Attributes:
        is_easting: It has one easting, and runs towards the north; a border does too.
        metres: The easting or northing of a line.
        zone: As people write it; for a border that to its west, then that to its east; empty for one along a parallel.
        x, y: World units of its points, near enough to each other for straight pieces.
    """

    is_easting: bool
    metres: int
    zone: str
    x: _Floats
    y: _Floats

    def pixels(self, viewport: Viewport) -> tuple[_Floats, _Floats]:
        """Its points in pixels of a picture."""
        left, top = viewport.origin
        return (self.x - left) * viewport.world_px, (self.y - top) * viewport.world_px


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GridLines:
    """The grid of one picture.

    Attributes:
        step_m: Metres between two lines.
    """

    step_m: int
    lines: tuple[GridLine, ...] = ()
    borders: tuple[GridLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GridNote:
    """What has to be told of a grid.

    Attributes:
        label: English source words of the coordinate system.
        operation: Code of the operation to WGS 84; empty where none is needed.
        accuracy_m: Of that operation; ``None`` where none is needed or nobody estimated it.
    """

    label: str
    operation: str
    accuracy_m: float | None


def is_metric(notation: str) -> bool:
    """Whether places of this notation are metres in a grid, and not degrees."""
    return any(known.id == notation and not known.is_degrees for known in NOTATIONS)


def grid_note(notation: str) -> GridNote:
    """What has to be told of the grid of a notation."""
    told = notation_of(notation)
    return GridNote(label=told.label, operation=told.operation, accuracy_m=told.accuracy_m)


def grid_layer(notation: str, layer_id: str = "graticule", *, visible: bool = True) -> Layer:
    """The grid in which places of this notation are told: metres, or degrees for every other."""
    if is_metric(notation):
        return GridLayer(layer_id, notation, visible=visible)
    return GraticuleLayer(layer_id, visible=visible)


class GridLayer(Layer):
    """A grid of metres in its zones, with numbers at the edge as topographic sheets have them."""

    kind = "graticule"

    def __init__(self, layer_id: str, notation: str, *, visible: bool = True, opacity: float = 1.0) -> None:
        if not is_metric(notation):
            raise ValueError(f"{notation!r} is no grid of metres")
        super().__init__(layer_id, visible=visible, opacity=opacity)
        self.notation = notation
        self._drawn: GridLines | None = None

    def paint(self, canvas: Canvas) -> None:
        drawn = grid_lines(canvas.viewport, self.notation, check=canvas.check)
        self._drawn = drawn
        painter = canvas.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines, alpha, width in ((drawn.lines, _LINE_ALPHA, 1.0), (drawn.borders, _BORDER_ALPHA, _BORDER_PX)):
            colour = QColor(canvas.colours.furniture)
            colour.setAlpha(alpha)
            pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if lines is drawn.borders:
                pen.setDashPattern(_BORDER_DASHES)
            painter.setPen(pen)
            _draw(canvas, lines)

    def paint_edge(self, canvas: Canvas) -> None:
        # Not painted before: the window's thread is not the one to project.
        if self._drawn is not None:
            write_marks(canvas, edge_marks(self._drawn, canvas.viewport), canvas.colours.place_quiet)


def _draw(canvas: Canvas, lines: tuple[GridLine, ...]) -> None:
    from ui.map.strokes import polygon_from_pixels

    for line in lines:
        canvas.check()
        canvas.painter.drawPolyline(polygon_from_pixels(*line.pixels(canvas.viewport)))


# Lines


def grid_lines(viewport: Viewport, notation: str, *, check: Callable[[], None] = lambda: None) -> GridLines:
    """The lines of a metric grid that a picture shows, and the borders of its zones.

    Args:
        check: Called between long steps; may raise to give up.
    """
    metres = _LEAST_APART_PX * viewport.scale
    step = next((one for one in _STEPS_M if one >= metres), _STEPS_M[-1])
    seen = _seen_box(viewport)
    lines: list[GridLine] = []
    cells = [(cell, cut) for cell in zone_cells(notation) if (cut := _common(_world_box(cell), seen)) is not None]
    for cell, cut in cells:
        check()
        left, top, right, bottom = cut
        west, _, east, _ = _world_box(cell)
        if (east - west) * viewport.world_px >= _LEAST_ZONE_PX and right > left and bottom > top:
            lines += _zone_lines(cell.grid, cut, step, viewport)
    return GridLines(step_m=step, lines=tuple(lines), borders=tuple(_borders([cell for cell, _ in cells], seen)))


def _seen_box(viewport: Viewport) -> _Box:
    """Left, top, right, bottom in world units of what has to be drawn."""
    left, top, right, bottom = viewport.world_box
    margin = _MARGIN_PX / viewport.world_px
    return left - margin, top - margin, right + margin, bottom + margin


def _world_box(cell: ZoneCell) -> _Box:
    south, west, north, east = cell.box
    left, top = to_world(west, min(north, _LAST_LATITUDE))
    right, bottom = to_world(east, max(south, -_LAST_LATITUDE))
    return left, top, right, bottom


def _common(one: _Box, other: _Box) -> _Box | None:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def _zone_lines(grid: Grid, cut: _Box, step: int, viewport: Viewport) -> Iterator[GridLine]:
    import numpy as np

    left, top, right, bottom = cut
    along = np.linspace(0.0, 1.0, 17)
    frame_x = np.concatenate((left + (right - left) * along,) * 2 + (np.full(17, left), np.full(17, right)))
    frame_y = np.concatenate((np.full(17, top), np.full(17, bottom)) + (top + (bottom - top) * along,) * 2)
    easting, northing = grid.columns_from_wgs84(*from_world(frame_x, frame_y))
    known = np.isfinite(easting) & np.isfinite(northing)
    if not known.any():
        return
    spans = [(float(column[known].min()), float(column[known].max())) for column in (easting, northing)]
    size_px = max(right - left, bottom - top) * viewport.world_px
    count = min(max(math.ceil(size_px / _SAMPLE_PX) + 1, _FEWEST_SAMPLES), _MOST_SAMPLES)
    for is_easting, (across, running) in ((True, (spans[0], spans[1])), (False, (spans[1], spans[0]))):
        metres = [number * step for number in range(math.ceil(across[0] / step) - 1, math.floor(across[1] / step) + 2)]
        samples = np.linspace(running[0] - step, running[1] + step, count)
        for value in metres[:_MOST_LINES]:
            fixed = np.full(count, float(value))
            lon, lat = grid.columns_to_wgs84(*((fixed, samples) if is_easting else (samples, fixed)))
            whole = np.isfinite(lon) & np.isfinite(lat)
            for x, y in clipped(*to_world(lon[whole], lat[whole]), cut):
                yield GridLine(is_easting=is_easting, metres=value, zone=grid.zone, x=x, y=y)


def clipped(x: _Floats, y: _Floats, box: _Box) -> list[tuple[_Floats, _Floats]]:
    """The pieces of a line that lie in a box, cut exactly at its edges."""
    import numpy as np

    if len(x) < 2:
        return []
    dx, dy = np.diff(x), np.diff(y)
    enters, leaves = np.zeros(len(dx)), np.ones(len(dx))
    for start, span, low, high in ((x[:-1], dx, box[0], box[2]), (y[:-1], dy, box[1], box[3])):
        with np.errstate(divide="ignore", invalid="ignore"):
            one, other = (low - start) / span, (high - start) / span
        lies_in = (start >= low) & (start <= high)
        still = span == 0
        first = np.where(still, np.where(lies_in, 0.0, 2.0), np.minimum(one, other))
        last = np.where(still, np.where(lies_in, 1.0, -1.0), np.maximum(one, other))
        enters, leaves = np.maximum(enters, first), np.minimum(leaves, last)
    kept = enters < leaves
    pieces = []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(np.int8)))
    for begin, end in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True):
        part = np.arange(begin, end)
        xs = np.concatenate(([x[begin] + enters[begin] * dx[begin]], x[part] + leaves[part] * dx[part]))
        ys = np.concatenate(([y[begin] + enters[begin] * dy[begin]], y[part] + leaves[part] * dy[part]))
        pieces.append((xs, ys))
    return pieces


def _borders(cells: list[ZoneCell], seen: _Box) -> Iterator[GridLine]:
    """Meridians and parallels at which one zone goes over into the next; the parallels without its name."""
    for one in cells:
        for other in cells:
            if one.grid == other.grid:
                continue
            _, top, right, _ = _world_box(one)
            low, high = max(one.box[0], other.box[0]), min(one.box[2], other.box[2])
            if one.box[3] == other.box[1] and low < high:
                _, first = to_world(0.0, max(low, -_LAST_LATITUDE))
                _, last = to_world(0.0, min(high, _LAST_LATITUDE))
                zones = f"{one.grid.zone} | {other.grid.zone}"
                yield from _border((right, first), (right, last), seen, zones=zones)
            west, east = max(one.box[1], other.box[1]), min(one.box[3], other.box[3])
            if one.box[2] == other.box[0] and west < east:
                yield from _border((to_world(west, 0.0)[0], top), (to_world(east, 0.0)[0], top), seen)


def _border(start: tuple[float, float], end: tuple[float, float], seen: _Box, *, zones: str = "") -> Iterator[GridLine]:
    import numpy as np

    (x0, y0), (x1, y1) = start, end
    for x, y in clipped(np.array([x0, x1]), np.array([y0, y1]), seen):
        yield GridLine(is_easting=x0 == x1, metres=0, zone=zones, x=x, y=y)


# Numbers at the edge


def edge_marks(drawn: GridLines, viewport: Viewport) -> list[EdgeMark]:
    """What is written where the lines of a grid meet the edges of a picture.

    As on sheets: kilometres, the last two figures large, those before them small, which are written only on the first
    line of a zone and where they change; metres, where lines are nearer than a kilometre, small behind them.
    """
    marks = []
    for line in drawn.borders:
        for side in _ACROSS:
            at = _meets(line, viewport, side)
            if at is not None and line.zone:
                marks.append(EdgeMark(side=side, at=at, text=line.zone, first=True))
    for side in (*_ACROSS, *_DOWN):
        for line in sorted(drawn.lines, key=lambda one: (one.zone, one.metres)):
            at = _meets(line, viewport, side) if line.is_easting == (side in _ACROSS) else None
            if at is None:
                continue
            kilometres, metres = divmod(line.metres, 1000)
            hundreds, last_two = divmod(kilometres, 100)
            marks.append(
                EdgeMark(
                    side=side, at=at, before=f"{hundreds}" if hundreds else "", text=f"{last_two:02}",
                    after=f"{metres:03}" if drawn.step_m < 1000 else "", group=f"{line.zone} {hundreds}",
                )
            )  # fmt: skip
    return marks


def _meets(line: GridLine, viewport: Viewport, side: Side) -> float | None:
    """Where a line crosses a side of the picture, in pixels along it; ``None`` where it does not."""
    import numpy as np

    x, y = line.pixels(viewport)
    across, along, length = (y, x, viewport.width_px) if side in ("top", "bottom") else (x, y, viewport.height_px)
    edge = {"top": 0, "left": 0, "bottom": viewport.height_px, "right": viewport.width_px}[side]
    apart = across - edge
    crossing = np.flatnonzero((apart[:-1] < 0) != (apart[1:] < 0))
    for place in crossing.tolist():
        part = apart[place] / (apart[place] - apart[place + 1])
        at = float(along[place] + part * (along[place + 1] - along[place]))
        if 0 <= at <= length:
            return at
    return None
