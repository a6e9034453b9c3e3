"""The layer of marks on paper: each is seen and named; what would lie on another stands beside it on a line."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.labels import LabelPlacer, Lettering, boxes_around, draw_plate, text_size, write
from ui.map.layer import Canvas
from ui.map.points import MapPoint, PointsLayer
from ui.map.signs import SIGN_PX, draw_sign, sign_colour
from ui.map.viewport import Viewport

_LABEL = Lettering(12, bold=True)
_PLATE_PX = 2.0
_LABEL_GAP_PX = SIGN_PX / 2 + 3
_RINGS_PX = (20.0, 34.0, 50.0, 70.0, 95.0)
_LABEL_RINGS_PX = (26.0, 44.0, 66.0, 95.0, 130.0)
_DIRECTIONS = 16
_DOT_PX = 2.0
_LINE_PX = 1.0
_CLEARLY_PX = 8.0
"""So much nearer than another sign a label without a line stands to its own."""

_CELL_PX = 64.0
_BREATH_PX = 1.0
"""Stays free between two signs."""


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
        for one in self._placed(canvas.viewport):
            canvas.check()
            canvas.labels.reserve(_box(one.sign))
            if one.sign != one.at:
                colour = QColor(sign_colour(one.point.kind, colours))
                for ink, width in ((QColor(colours.halo), 3 * _LINE_PX), (colour, _LINE_PX)):
                    painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                    painter.drawLine(one.at, one.sign)
                painter.setPen(QPen(QColor(colours.halo), _LINE_PX))
                painter.setBrush(colour)
                painter.drawEllipse(one.at, _DOT_PX, _DOT_PX)
        for one in self._placed(canvas.viewport):
            draw_sign(painter, one.point.kind, one.sign, colours)

    def paint_labels(self, canvas: Canvas) -> None:
        for one, box, is_far in self._named(canvas):
            if is_far:
                _lead(canvas, one, box)
            if canvas.has_pictures:
                draw_plate(canvas.painter, box.adjusted(-_PLATE_PX, 0, _PLATE_PX, 0), canvas.colours)
            write(canvas.painter, box, one.point.label, _LABEL, canvas.colours.place, canvas.colours.halo)

    def _named(self, canvas: Canvas) -> Iterator[tuple[_Placed, QRectF, bool]]:
        """Each mark with a label, where that is written, and whether a line has to lead to it."""
        placed = self._placed(canvas.viewport)
        signs = _Signs(one.sign for one in placed)
        for one in placed:
            if one.point.label:
                yield one, *_label_box(canvas.labels, one, signs)

    def _placed(self, viewport: Viewport) -> tuple[_Placed, ...]:
        if self._kept is None or self._kept[0] != viewport:
            self._kept = viewport, tuple(_spread(self._in_view(viewport), viewport))
        return self._kept[1]

    def _in_view(self, viewport: Viewport) -> list[tuple[MapPoint, QPointF]]:
        places = ((one, QPointF(*viewport.project(one.longitude_deg, one.latitude_deg))) for one in self._points)
        picture = QRectF(0, 0, viewport.width_px, viewport.height_px)
        return [(point, at) for point, at in places if picture.intersects(_box(at))]


def _spread(points: list[tuple[MapPoint, QPointF]], viewport: Viewport) -> Iterator[_Placed]:
    """Each sign at its place, or at the nearest place beside that is free; those named before others come first."""
    taken = LabelPlacer(QRectF(0, 0, viewport.width_px, viewport.height_px))
    for point, at in sorted(points, key=lambda one: not one[0].label):
        box = taken.place([_box(at)])
        if box is None:
            box = taken.place((_box(place) for place in _around(at, _RINGS_PX)), whole=True) or _box(at)
        inset = SIGN_PX / 2 + _BREATH_PX
        sign = QPointF(box.left() + inset, box.top() + inset)
        yield _Placed(point, at, at if _near(sign, at) else sign)


def _near(one: QPointF, other: QPointF) -> bool:
    return abs(one.x() - other.x()) < 0.01 and abs(one.y() - other.y()) < 0.01


def _box(at: QPointF) -> QRectF:
    half = SIGN_PX / 2 + _BREATH_PX
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)


def _around(at: QPointF, rings: tuple[float, ...]) -> Iterator[QPointF]:
    for radius in rings:
        for number in range(_DIRECTIONS):
            angle = 2 * math.pi * number / _DIRECTIONS
            yield QPointF(at.x() + radius * math.cos(angle), at.y() - radius * math.sin(angle))


class _Signs:
    """Where all signs stand, to be asked which are near."""

    def __init__(self, signs: Iterable[QPointF]) -> None:
        self._cells: dict[tuple[int, int], list[QPointF]] = defaultdict(list)
        for sign in signs:
            self._cells[int(sign.x() // _CELL_PX), int(sign.y() // _CELL_PX)].append(sign)

    def leave(self, box: QRectF, own: QPointF) -> bool:
        """Whether a label in *box* is clearly nearer to its own sign than to any other."""
        reach = _apart(box, own) + _CLEARLY_PX
        return not any(
            _apart(box, sign) < reach
            for column in range(int((box.left() - reach) // _CELL_PX), int((box.right() + reach) // _CELL_PX) + 1)
            for row in range(int((box.top() - reach) // _CELL_PX), int((box.bottom() + reach) // _CELL_PX) + 1)
            for sign in self._cells.get((column, row), ())
            if sign != own
        )


def _apart(box: QRectF, at: QPointF) -> float:
    """How far a point is from a box."""
    return math.hypot(
        max(box.left() - at.x(), at.x() - box.right(), 0.0), max(box.top() - at.y(), at.y() - box.bottom(), 0.0)
    )


def _label_box(labels: LabelPlacer, one: _Placed, signs: _Signs) -> tuple[QRectF, bool]:
    """Where a label stands beside its sign, or farther away with a line to it; a mark has to be named in any case.

    Beside its sign only where it cannot be taken for that of another.
    """
    width, height, _ = text_size(_LABEL, one.point.label)
    near = [*boxes_around(one.sign, width, height, _LABEL_GAP_PX), *_aslant(one.sign, width, height)]
    box = labels.place((place for place in near if signs.leave(place, one.sign)), whole=True)
    if box is not None:
        return box, False
    box = labels.place((_centred(place, width, height) for place in _around(one.sign, _LABEL_RINGS_PX)), whole=True)
    return box or near[0], True


def _aslant(at: QPointF, width: float, height: float) -> Iterator[QRectF]:
    """Above and below the sign, to the right and to the left."""
    half = SIGN_PX / 2
    for top in (at.y() - half - height, at.y() + half):
        yield QRectF(at.x() + half / 2, top, width, height)
        yield QRectF(at.x() - half / 2 - width, top, width, height)


def _centred(at: QPointF, width: float, height: float) -> QRectF:
    return QRectF(at.x() - width / 2, at.y() - height / 2, width, height)


def _lead(canvas: Canvas, one: _Placed, box: QRectF) -> None:
    """A thin line from the sign's edge to the nearest point of its label."""
    end = QPointF(min(max(one.sign.x(), box.left()), box.right()), min(max(one.sign.y(), box.top()), box.bottom()))
    away = math.hypot(end.x() - one.sign.x(), end.y() - one.sign.y())
    if away <= SIGN_PX / 2:
        return
    part = SIGN_PX / 2 / away
    start = one.sign + (end - one.sign) * part
    canvas.painter.setPen(QPen(QColor(canvas.colours.place), _LINE_PX))
    canvas.painter.drawLine(start, end)
