"""The layer of marks on paper: each is seen and named; what would lie on another stands beside it on a line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.labels import LabelPlacer, draw_plate, write
from ui.map.layer import Canvas
from ui.map.mark_labels import LETTERING, LINE_PX, Label, draw_lead, lettered, sign_box
from ui.map.points import MapPoint, PointsLayer
from ui.map.signs import draw_sign, sign_colour
from ui.map.viewport import Viewport

_PLATE_PX = 2.0
_RINGS_PX = (20.0, 34.0, 50.0, 70.0, 95.0)
_DIRECTIONS = 16
_DOT_PX = 2.0


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mark: where it is, and where its sign stands."""

    point: MapPoint
    at: QPointF
    sign: QPointF


class MarksLayer(PointsLayer):
    """Places as signs, none of which lies on another; for paper, where nobody can look closer."""

    def __init__(self, layer_id: str, points: list[MapPoint]) -> None:
        super().__init__(layer_id, points, grouped=False)
        self._kept: tuple[Viewport, tuple[_Placed, ...]] | None = None

    def paint(self, canvas: Canvas) -> None:
        painter, colours = canvas.painter, canvas.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for x, y in dict.fromkeys(one.sign.toTuple() for one in self._placed(canvas.viewport)):
            canvas.labels.reserve(sign_box(QPointF(x, y)))
        for one in self._placed(canvas.viewport):
            canvas.check()
            if one.sign != one.at:
                canvas.labels.reserve_line(one.at, one.sign)
                colour = QColor(sign_colour(one.point.kind, colours))
                for ink, width in ((QColor(colours.halo), 3 * LINE_PX), (colour, LINE_PX)):
                    painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                    painter.drawLine(one.at, one.sign)
                painter.setPen(QPen(QColor(colours.halo), LINE_PX))
                painter.setBrush(colour)
                painter.drawEllipse(one.at, _DOT_PX, _DOT_PX)
        for one in self._placed(canvas.viewport):
            draw_sign(painter, one.point.kind, one.sign, colours)

    def paint_labels(self, canvas: Canvas) -> None:
        for label in self._named(canvas):
            if label.is_led_to:
                draw_lead(canvas, label)
            if canvas.has_pictures:
                draw_plate(canvas.painter, label.box.adjusted(-_PLATE_PX, 0, _PLATE_PX, 0), canvas.colours)
            write(canvas.painter, label.box, label.text, LETTERING, canvas.colours.place, canvas.colours.halo)

    def _named(self, canvas: Canvas) -> list[Label]:
        """Each mark with a label, and where that is written."""
        placed = self._placed(canvas.viewport)
        named = [(one.point.label, one.sign) for one in placed if one.point.label]
        return lettered(canvas.labels, named, [one.sign for one in placed])

    def _placed(self, viewport: Viewport) -> tuple[_Placed, ...]:
        if self._kept is None or self._kept[0] != viewport:
            self._kept = viewport, tuple(_spread(self._in_view(viewport), viewport))
        return self._kept[1]

    def _in_view(self, viewport: Viewport) -> list[tuple[MapPoint, QPointF]]:
        places = ((one, QPointF(*viewport.project(one.longitude_deg, one.latitude_deg))) for one in self._points)
        picture = QRectF(0, 0, viewport.width_px, viewport.height_px)
        return [(point, at) for point, at in places if picture.intersects(sign_box(at))]


def _spread(points: list[tuple[MapPoint, QPointF]], viewport: Viewport) -> Iterator[_Placed]:
    """Each sign at its place, or at the nearest place beside that is free; those named before others come first."""
    picture = QRectF(0, 0, viewport.width_px, viewport.height_px)
    taken = LabelPlacer(picture)
    for point, at in sorted(points, key=lambda one: not one[0].label):
        sign = at
        if not taken.is_free(sign_box(at)):
            near = (one for one in _around(at, _RINGS_PX) if picture.contains(sign_box(one)))
            sign = next((one for one in near if taken.is_free(sign_box(one))), at)
        taken.reserve(sign_box(sign))
        yield _Placed(point, at, sign)


def _around(at: QPointF, rings: tuple[float, ...]) -> Iterator[QPointF]:
    for radius in rings:
        for number in range(_DIRECTIONS):
            angle = 2 * math.pi * number / _DIRECTIONS
            yield QPointF(at.x() + radius * math.cos(angle), at.y() - radius * math.sin(angle))
