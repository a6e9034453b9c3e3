"""The layer of patrol effort: cells in classes of colour, those where nobody was hatched when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ranger_app.domain.effort import EffortGrid
from ranger_app.domain.effort_cells import Cells
from ranger_app.domain.effort_classes import MOST_CLASSES
from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.viewport import Bounds, Viewport, from_world, to_world
from ui.theme import MapColours, contrast

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RAMP = ("#F6E27F", "#9FCF8A", "#4FA3A5", "#2F6B9A", "#27306B")
"""From little to much. Each is clearly darker than the one before, so that they are told apart in grey print and by
people who do not see red or green."""

assert len(RAMP) == MOST_CLASSES

_DARK_CONTRAST = 4.0
_ALPHA = 190
_EDGE_ALPHA = 235
_LEAST_EDGE_PX = 8.0
_LEAST_CELL_PX = 2.0
"""Smaller cells are gathered: of those on one pixel the strongest is seen."""

_MOST_DOTS = 300 / 96
"""Device pixels for each drawing unit beyond which edges of cells are drawn no finer."""

_HATCH_PX = 9
_HATCH_ALPHA = 150
_SAMPLE_PX = 20.0
_NOT_VISITED, _HATCHED, _EMPTY_EDGE = 255, 254, 253
_EDGE = 100
"""Pixels hold classes from 1 on; this much more where a cell begins, and these where nobody was."""


class CoverageLayer(Layer):
    """Effort in cells.

    Args:
        measure: Which column of the grid: ``km``, ``visits`` or ``hours``.
        breaks: Where classes end, ascending; a value on an end belongs to the class below.
        words: What each class is called in the legend, one more than *breaks*.
        empty_in: West, south, east, north in which cells that nobody was in are hatched; none when ``None``.
        empty_word: What these are called.
    """

    kind = "polygons"

    def __init__(
        self,
        layer_id: str,
        grid: EffortGrid,
        measure: str,
        *,
        breaks: Sequence[float],
        words: Sequence[str] = (),
        empty_in: Bounds | None = None,
        empty_word: str = "",
        visible: bool = True,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(layer_id, visible=visible, opacity=opacity)
        if len(breaks) >= len(RAMP):
            raise ValueError(f"{len(breaks) + 1} classes are more than {len(RAMP)} colours")
        self._cells: Cells = grid.cells
        self._bounds = grid.bounds()
        self._cell = grid.cell
        self._class = (np.searchsorted(np.asarray(breaks, np.float64), grid.column(measure)) + 1).astype(np.uint8)
        self._classes = len(breaks) + 1
        self._words = tuple(words)
        self._empty_in, self._empty_word = empty_in, empty_word
        west, south, east, north = grid.cells.boxes_deg(grid.cell)
        self._x, self._y = to_world((west + east) / 2, (south + north) / 2)

    def paint(self, canvas: Canvas) -> None:
        viewport = replace(canvas.viewport, dpr=min(canvas.viewport.dpr, _MOST_DOTS))
        shape = round(viewport.height_px * viewport.dpr), round(viewport.width_px * viewport.dpr)
        if not len(self._cell) and self._empty_in is None:
            return
        step_px = self._cells.width_deg / 360.0 * viewport.world_px * viewport.dpr
        if step_px < _LEAST_CELL_PX:
            classes = self._gathered(viewport, shape)
        else:
            classes = self._sampled(viewport, shape, has_edges=step_px >= _LEAST_EDGE_PX)
        canvas.check()
        if self._empty_in is not None:
            _hatch(classes, viewport)
        height, width = shape
        image = QImage(classes.data, width, height, classes.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(self._table_of_colours(canvas.colours))
        canvas.painter.drawImage(QRectF(0, 0, viewport.width_px, viewport.height_px), image)

    def _sampled(self, viewport: Viewport, shape: tuple[int, int], *, has_edges: bool) -> Pixels:
        """The class under each pixel; others where cells begin."""
        lon, lat = _places(viewport, shape)
        column = np.floor(self._cells.along(lon)).astype(np.int64)
        row = self._cells.rows_at(lat)
        table = self._table(int(column[0]), int(column[-1]), int(row[-1]), int(row[0]))
        across, up = column - column[0], row - row[-1]
        wide = np.zeros((len(table), _whole_words(shape[1])), np.uint8)
        wide[:, : shape[1]] = table[:, across]
        if not has_edges:
            plain: Pixels = wide[up]
            return plain
        edged = np.where(wide == _NOT_VISITED, _EMPTY_EDGE, np.where(wide > 0, wide + _EDGE, 0)).astype(np.uint8)
        begins = np.flatnonzero(np.diff(across)) + 1
        wide[:, begins] = edged[:, begins]
        classes: Pixels = wide[up]
        tops = np.flatnonzero(np.diff(up)) + 1
        classes[tops] = edged[up[tops]]
        return classes

    def _table(self, first_column: int, last_column: int, first_row: int, last_row: int) -> Pixels:
        """Classes of a block of cells: a row a row, from the south."""
        table = np.zeros((last_row - first_row + 1, last_column - first_column + 1), np.uint8)
        if self._empty_in is not None:
            columns, rows = self._cells.within(*self._empty_in)
            table[
                max(rows.start - first_row, 0) : max(rows.stop - first_row, 0),
                max(columns.start - first_column, 0) : max(columns.stop - first_column, 0),
            ] = _NOT_VISITED
        row, column = np.divmod(self._cell, self._cells.columns)
        inside = (row >= first_row) & (row <= last_row) & (column >= first_column) & (column <= last_column)
        table[row[inside] - first_row, column[inside] - first_column] = self._class[inside]
        return table

    def _gathered(self, viewport: Viewport, shape: tuple[int, int]) -> Pixels:
        """The strongest class of the cells whose middle lies on a pixel, or the one beside it."""
        height, width = shape
        left, top = viewport.origin
        scale = viewport.world_px * viewport.dpr
        column = np.floor((self._x - left) * scale / 2).astype(np.int64)
        row = np.floor((self._y - top) * scale / 2).astype(np.int64)
        coarse = np.zeros(((height + 1) // 2, _whole_words(width) // 2), np.uint8)
        inside = (row >= 0) & (row < coarse.shape[0]) & (column >= 0) & (column < coarse.shape[1])
        np.maximum.at(coarse, (row[inside], column[inside]), self._class[inside])
        return np.ascontiguousarray(coarse.repeat(2, axis=0).repeat(2, axis=1)[:height])

    def _table_of_colours(self, colours: MapColours) -> list[int]:
        """What is painted for each class."""
        table = [0] * 256
        for number, colour in enumerate(_spread(self._classes, colours), start=1):
            table[number], table[number + _EDGE] = _argb(colour, _ALPHA), _argb(colour, _EDGE_ALPHA)
        table[_HATCHED] = _argb(colours.place_quiet, _HATCH_ALPHA)
        table[_EMPTY_EDGE] = _argb(colours.place_quiet, _HATCH_ALPHA // 3)
        return table

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        return self._bounds if feature_id is None else None

    def legend(self) -> tuple[LegendEntry, ...]:
        if not len(self._cell):
            return ()
        entries = [
            LegendEntry(f"effort-{number}", partial(_draw_class, number, self._classes), _SAMPLE_PX, word)
            for number, word in enumerate(self._words[: self._classes])
        ]
        if self._empty_in is not None and self._empty_word:
            entries.append(LegendEntry("effort-none", _draw_empty, _SAMPLE_PX, self._empty_word))
        return tuple(entries)


def _places(viewport: Viewport, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Longitude of the middle of each column of device pixels, and latitude of each row."""
    height, width = shape
    left, top = viewport.origin
    scale = viewport.world_px * viewport.dpr
    x, y = left + (np.arange(width) + 0.5) / scale, top + (np.arange(height) + 0.5) / scale
    return from_world(x.astype(np.float64), y.astype(np.float64))


def is_dark(colours: MapColours) -> bool:
    """Whether the map is dark: there more has to be lighter, not darker."""
    return contrast("#000000", colours.land) < _DARK_CONTRAST


def _spread(classes: int, colours: MapColours) -> tuple[str, ...]:
    """Colours for so many classes, as far from each other as the ramp allows."""
    ramp = RAMP[::-1] if is_dark(colours) else RAMP
    if classes == 1:
        return (ramp[2],)
    return tuple(ramp[round(number * (len(ramp) - 1) / (classes - 1))] for number in range(classes))


def _argb(colour: str, alpha: int) -> int:
    """A colour that covers as much."""
    return alpha << 24 | int(colour[1:], 16)


def _whole_words(width: int) -> int:
    """Bytes of a row of pixels: rows begin at whole words."""
    return -(-width // 4) * 4


def _hatch(classes: Pixels, viewport: Viewport) -> None:
    """Draw lines over the cells where nobody was; they stay on the ground when the map is moved."""
    step, thick = max(round(_HATCH_PX * viewport.dpr), 2), max(round(viewport.dpr), 1)
    begin = sum(round(one * viewport.world_px * viewport.dpr) for one in viewport.origin)
    right = np.arange(classes.shape[1])
    for down in range(step):
        rows = classes[down::step]
        rows[(rows == _NOT_VISITED) & ((right + (down + begin)) % step < thick)] = _HATCHED


def _draw_class(number: int, classes: int, painter: QPainter, box: QRectF, colours: MapColours) -> None:
    colour = _spread(classes, colours)[number]
    fill = QColor(colour)
    fill.setAlpha(_ALPHA)
    painter.setPen(QPen(QColor(colour), 1.0))
    painter.setBrush(fill)
    painter.drawRect(box.adjusted(1, 3, -1, -3))


def _draw_empty(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    inner = box.adjusted(1, 3, -1, -3)
    painter.setPen(QPen(QColor(colours.place_quiet), 1.0))
    painter.setBrush(QColor(0, 0, 0, 0))
    painter.drawRect(inner)
    x = inner.left() + inner.height()
    while x < inner.right():
        painter.drawLine(QPointF(x - inner.height(), inner.bottom()), QPointF(x, inner.top()))
        x += _HATCH_PX / 2 + 1
