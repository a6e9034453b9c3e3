"""Qt's types, made in the window's thread before others need them.

Qt for Python makes a type when it is first used. Two threads that make types at the same time can crash in it, so a
thread that paints or reads pictures is only started when :func:`make_types` has made all that it will use.
"""

from __future__ import annotations

from functools import cache

from PySide6 import QtWidgets
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QLine,
    QLineF,
    QMargins,
    QMarginsF,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QBitmap,
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGradient,
    QImage,
    QImageReader,
    QLinearGradient,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QPixmap,
    QPolygon,
    QPolygonF,
    QRegion,
    QTransform,
)

_WITH_ENUMS = (QPainter, QImage, QPen, QBrush, QGradient, QPainterPath, QFont)
"""Whose enums are made when they are first named."""

MADE = (
    *_WITH_ENUMS, QBitmap, QBuffer, QByteArray, QColor, QFontMetrics, QFontMetricsF, QIODevice, QImageReader, QLine,
    QLinearGradient, QLineF, QMargins, QMarginsF, QPageLayout, QPageSize, QPagedPaintDevice, QPaintDevice, QPdfWriter,
    QPixmap, QPoint, QPointF, QPolygon, QPolygonF, QRect, QRectF, QRegion, QSize, QSizeF, QTransform,
)  # fmt: skip
"""What painting maps and reading photos needs; its methods ask for types too, to see which of them was meant."""


@cache
def make_types() -> None:
    """Have all of :data:`MADE` made; to be called in the window's thread."""
    for one in _WITH_ENUMS:
        for name in dir(one):
            if not name.startswith("__"):  # the texts of help take long to make, and nobody reads them here
                getattr(one, name)
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor("black"), 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(QColor("black"))
    painter.fillRect(QRect(0, 0, 1, 1), QColor("black"))
    painter.fillRect(QRectF(0, 0, 1, 1), QColor("black"))
    painter.end()


@cache
def make_widget_types() -> None:
    """Have every type of widget made: the first search through a form for its parts asks for all of them."""
    for name in dir(QtWidgets):
        getattr(QtWidgets, name)
