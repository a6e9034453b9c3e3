"""The arrow that shows the north."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.map.labels import Lettering, text_size, write
from ui.theme import MapColours

_LETTER = Lettering(12, bold=True)
_HALF_PX = 9.0
_GAP_PX = 6.0
_NOTCH = 0.72
ON_MAP_PX, ON_PAPER_PX = 26.0, 20.0
"""Length of the arrow without its letter."""


def arrow_size(letter: str, length: float) -> QSizeF:
    """Width and height with the letter above it and a little air."""
    width, height, _ = text_size(_LETTER, letter)
    return QSizeF(max(2 * _HALF_PX, width) + _GAP_PX, height + length + _GAP_PX)


def draw_arrow(painter: QPainter, box: QRectF, letter: str, length: float, colours: MapColours) -> None:
    """Draw letter and arrow into a box of :func:`arrow_size`."""
    width, height, _ = text_size(_LETTER, letter)
    middle = box.center().x()
    write(painter, QRectF(middle - width / 2, box.top(), width, height), letter, _LETTER, colours.furniture)
    top = box.top() + height + 1
    tip, notch = QPointF(middle, top), QPointF(middle, top + length * _NOTCH)
    half = _HALF_PX * length / ON_MAP_PX
    painter.setPen(QPen(QColor(colours.furniture), 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for side, fill in ((-half, colours.furniture), (half, colours.halo)):
        painter.setBrush(QColor(fill))
        painter.drawPolygon(QPolygonF([tip, QPointF(middle + side, top + length), notch]))
