"""The signs of places: each kind has its own form and colour, so that neither is needed to know the other."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.map.labels import Lettering, text_size, write
from ui.theme import MapColours

SIGN_PX = 15.0
"""Width of a sign without its halo."""

_HALO_PX = 1.8
_CHOSEN_PX = 3.5
_COUNT = Lettering(11, bold=True)
GROUP_PX = 20.0
"""Height of a disc with a number."""

_FORMS: dict[str, tuple[tuple[float, float], ...]] = {
    "incident": ((0.0, -0.56), (0.58, 0.46), (-0.58, 0.46)),
    "conflict": ((-0.45, -0.45), (0.45, -0.45), (0.45, 0.45), (-0.45, 0.45)),
    "photo": ((0.0, -0.56), (0.56, 0.0), (0.0, 0.56), (-0.56, 0.0)),
    "exhibit": ((0.0, 0.56), (0.58, -0.46), (-0.58, -0.46)),
}
"""Corners of the signs that have corners, in widths; every other kind is a disc."""

_DISC = 0.42
"""Radius of a disc, in widths."""


def sign_colour(kind: str, colours: MapColours) -> str:
    """The colour of a kind of place; a kind without one has that of the furniture."""
    match kind:
        case "incident":
            return colours.incident
        case "conflict":
            return colours.conflict
        case "photo":
            return colours.photo
        case "waypoint":
            return colours.waypoint
        case _:
            return colours.furniture


def draw_sign(painter: QPainter, kind: str, at: QPointF, colours: MapColours, *, chosen: bool = False) -> None:
    """Draw one sign with its middle at *at*."""
    if chosen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.selection))
        painter.drawEllipse(at, SIGN_PX / 2 + _CHOSEN_PX, SIGN_PX / 2 + _CHOSEN_PX)
    painter.setPen(QPen(QColor(colours.halo), _HALO_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(QColor(sign_colour(kind, colours)))
    form = _FORMS.get(kind)
    if form is None:
        painter.drawEllipse(at, _DISC * SIGN_PX, _DISC * SIGN_PX)
    else:
        painter.drawPolygon(QPolygonF([QPointF(at.x() + x * SIGN_PX, at.y() + y * SIGN_PX) for x, y in form]))


def draw_group(
    painter: QPainter, kind: str, count: int, at: QPointF, colours: MapColours, *, chosen: bool = False
) -> QRectF:
    """Draw a disc with the number of places it stands for; return what it covers."""
    number = str(count)
    width, height, _ = text_size(_COUNT, number)
    box = QRectF(0, 0, max(width + 10, GROUP_PX), GROUP_PX)
    box.moveCenter(at)
    painter.setPen(QPen(QColor(colours.selection if chosen else colours.halo), _CHOSEN_PX if chosen else _HALO_PX))
    painter.setBrush(QColor(sign_colour(kind, colours)))
    painter.drawRoundedRect(box, GROUP_PX / 2, GROUP_PX / 2)
    write(painter, QRectF(at.x() - width / 2, at.y() - height / 2, width, height), number, _COUNT, colours.sign_text)
    return box
