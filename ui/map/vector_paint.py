"""Painting what is seen of a large layer: finely where it is little, pixel by pixel where it is very much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen

from ui.map.fills import Cover
from ui.map.layer import Canvas
from ui.map.outlines import MOST_AT_ONCE_PX, Box, outline_paths
from ui.map.shapes import Floats, Integers, Pieces, Shapes, pixels
from ui.map.strokes import cut_ring, polygon_from_pixels
from ui.map.vector_style import VectorStyle

POINT, LINE, AREA = 0, 1, 2

_MOST_FINE_POINTS = 20_000
_MOST_FINE_PARTS = 4_000
"""With more than this in one picture, areas are filled pixel by pixel and lines are as thin as can be seen."""

_LEAST_HAIR_PX = 0.5
_MOST_WIDE_POINTS = 200_000

_MOST_CROSSINGS = 60_000_000
_MOST_EDGES_PX = 100_000_000.0
"""More work than this for one picture is not done: only layers made to hurt ask for it."""

_WIDE_COSTS = 10
"""A line that is wider than a pixel takes so many times longer."""

_SPECKS_AT_ONCE = 100_000
_CHOSEN_MORE_PX = 3.0
_HALO_MORE_PX = 2.0
_DOT_MORE_PX = 4.2
_EDGE_PX = 16.0
_FAR_PX = 2048.0
"""Rings that reach farther out of the picture than this are cut before they are filled."""

_MOST_KEPT_FREE = 1_000
"""Names are kept off so many points; among more of them nothing could be written."""

_CHECK_EVERY = 50


def dot_px(style: VectorStyle) -> float:
    """How wide a point is drawn."""
    return style.width_px + _DOT_MORE_PX


@dataclass(slots=True)
class Group:
    """What is seen of one colour.

    Attributes:
        lines, areas, dots: Lines, rings and points, each no finer than it can be seen.
        specks: Parts of lines and areas that are smaller than a pixel.
    """

    colour: QColor
    is_chosen: bool
    lines: list[Pieces] = field(default_factory=list)
    areas: list[Pieces] = field(default_factory=list)
    dots: list[Pieces] = field(default_factory=list)
    specks: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def points(self) -> int:
        """How many points there are to draw."""
        return sum(len(pieces.x) for pieces in (*self.lines, *self.areas, *self.dots))

    @property
    def parts(self) -> int:
        """How many parts there are to draw."""
        return sum(len(pieces.parts) for pieces in (*self.lines, *self.areas, *self.dots)) + len(self.specks)


class VectorPainter:
    """Paints one picture of a layer.

    Attributes:
        is_exhausted: Something was left out, because it would have been too much work.
    """

    def __init__(self, canvas: Canvas, shapes: Shapes, style: VectorStyle, groups: list[Group]) -> None:
        self._canvas = canvas
        self._shapes = shapes
        self._style = style
        self._groups = groups
        viewport = canvas.viewport
        self._box: Box = (-_EDGE_PX, -_EDGE_PX, viewport.width_px + _EDGE_PX, viewport.height_px + _EDGE_PX)
        self._points = sum(group.points for group in groups)
        self._thin_px = 1.0 / viewport.dpr
        # quick is only what is no wider than a pixel of the device; on paper that can hardly be seen
        is_much = self._points > _MOST_WIDE_POINTS
        self._hair_px = self._thin_px if is_much else max(self._thin_px, _LEAST_HAIR_PX)
        self._crossings = 0
        self._edges_px = 0.0

    @property
    def is_exhausted(self) -> bool:
        return self._crossings > _MOST_CROSSINGS or self._edges_px > _MOST_EDGES_PX

    def paint(self) -> None:
        """Paint grounds, then edges and lines, then points."""
        is_fine = self._points <= _MOST_FINE_POINTS
        is_fine = is_fine and sum(group.parts for group in self._groups) <= _MOST_FINE_PARTS
        for group in self._groups:
            if is_fine:
                self._fill_finely(group)
            else:
                self._fill_crowd(group)
        for group in self._groups:
            self._outline(group, is_fine=is_fine)
        if is_fine:
            for group in self._groups:
                self._dot_finely(group)

    def _fill_finely(self, group: Group) -> None:
        if self._style.fill_opacity == 0:
            return
        fill = QColor(group.colour)
        fill.setAlphaF(self._style.fill_opacity)
        for number, path in enumerate(self._feature_paths(group)):
            if number % _CHECK_EVERY == 0:
                self._canvas.check()
            self._canvas.painter.fillPath(path, fill)

    def _feature_paths(self, group: Group) -> Iterator[QPainterPath]:
        """The area of each feature; its rings come one after the other."""
        viewport = self._canvas.viewport
        far = (-_FAR_PX, -_FAR_PX, viewport.width_px + _FAR_PX, viewport.height_px + _FAR_PX)
        for pieces in group.areas:
            x, y = pixels(pieces.x, pieces.y, viewport)
            owners = self._shapes.owners[pieces.parts]
            firsts = np.flatnonzero(np.diff(owners, prepend=-1))
            for first, last in pairwise((*firsts.tolist(), len(owners))):
                path = QPainterPath()
                path.setFillRule(Qt.FillRule.OddEvenFill)
                for begin, end in pairwise(pieces.starts[first : last + 1].tolist()):
                    path.addPolygon(polygon_from_pixels(*_within_reach(x[begin:end], y[begin:end], far)))
                    path.closeSubpath()
                yield path

    def _fill_crowd(self, group: Group) -> None:
        """Fill many small areas, and mark what is smaller than a pixel."""
        canvas, sharp = self._canvas, self._canvas.viewport.dpr
        viewport = canvas.viewport
        cover = Cover(round(viewport.width_px * sharp), round(viewport.height_px * sharp))
        for first in range(0, len(group.specks), _SPECKS_AT_ONCE):
            canvas.check()
            x, y = pixels(*self._shapes.middles(group.specks[first : first + _SPECKS_AT_ONCE]), viewport)
            cover.add_dots(x * sharp, y * sharp)
        for pieces in group.areas if self._style.fill_opacity else ():
            if self._crossings > _MOST_CROSSINGS:
                break
            canvas.check()
            x, y = pixels(pieces.x, pieces.y, viewport)
            turns = self._shapes.turns[pieces.parts]
            for crossings in cover.add_rings(x * sharp, y * sharp, pieces.starts, turns):
                canvas.check()
                self._crossings += crossings
                if self._crossings > _MOST_CROSSINGS:
                    break
        for pieces in group.dots:
            canvas.check()
            x, y = pixels(pieces.x, pieces.y, viewport)
            reach = max(round(dot_px(self._style) * sharp / 4), 1)
            for across in range(-reach, reach + 1):
                for down in range(-reach, reach + 1):
                    cover.add_dots(x * sharp + across, y * sharp + down)
        canvas.check()
        image = cover.image(group.colour, self._style.fill_opacity)
        canvas.painter.drawImage(QRectF(0, 0, cover.width / sharp, cover.height / sharp), image)

    def _outline(self, group: Group, *, is_fine: bool) -> None:
        width = self._style.width_px if is_fine else min(self._style.width_px, self._hair_px)
        own = group.colour
        if is_fine and group.is_chosen:
            self._stroke(group, _pen(own, width + _CHOSEN_MORE_PX, is_fine=True))
            own = QColor(self._style.colour or self._canvas.colours.area)
        self._stroke(group, _pen(own, width, is_fine=is_fine))
        if is_fine and len(group.specks):
            self._canvas.painter.setPen(_pen(own, max(width, self._hair_px), is_fine=True))
            x, y = pixels(*self._shapes.middles(group.specks), self._canvas.viewport)
            self._canvas.painter.drawPoints(polygon_from_pixels(x, y))

    def _stroke(self, group: Group, pen: QPen) -> None:
        canvas = self._canvas
        costs = 1 if pen.widthF() <= self._thin_px else _WIDE_COSTS
        for is_closed, held in ((True, group.areas), (False, group.lines)):
            for pieces in held:
                canvas.check()
                x, y = pixels(pieces.x, pieces.y, canvas.viewport)
                paths = outline_paths(x, y, pieces.starts, self._box, closed=is_closed, most_px=MOST_AT_ONCE_PX / costs)
                for path, cost_px in paths:
                    if self._edges_px > _MOST_EDGES_PX:
                        return
                    canvas.check()
                    canvas.painter.strokePath(path, pen)
                    self._edges_px += costs * cost_px

    def _dot_finely(self, group: Group) -> None:
        width = dot_px(self._style)
        halo = QColor(group.colour if group.is_chosen else QColor(self._canvas.colours.halo))
        own = QColor(self._style.colour or self._canvas.colours.area) if group.is_chosen else group.colour
        more = _CHOSEN_MORE_PX + _HALO_MORE_PX if group.is_chosen else _HALO_MORE_PX
        for pieces in group.dots:
            self._canvas.check()
            x, y = pixels(pieces.x, pieces.y, self._canvas.viewport)
            points = polygon_from_pixels(x, y)
            for at in zip(x[:_MOST_KEPT_FREE].tolist(), y[:_MOST_KEPT_FREE].tolist(), strict=True):
                self._canvas.labels.reserve(QRectF(at[0] - width / 2, at[1] - width / 2, width, width))
            for pen in (_pen(halo, width + more, is_fine=True), _pen(own, width, is_fine=True)):
                self._canvas.painter.setPen(pen)
                self._canvas.painter.drawPoints(points)


def _within_reach(x: Floats, y: Floats, far: Box) -> tuple[Floats, Floats]:
    if x.min() < far[0] or y.min() < far[1] or x.max() > far[2] or y.max() > far[3]:
        return cut_ring(x, y, far)
    return x, y


def _pen(colour: QColor, width: float, *, is_fine: bool) -> QPen:
    if is_fine:
        return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
