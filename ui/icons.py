"""Icons from ``resources/icons``, drawn in the text colour of the palette in use."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from ranger_app.paths import resource
from ui import theme

POINTING = frozenset({"back", "forward"})
"""Icons that are mirrored where one reads from right to left."""

_RATIOS = (1.0, 2.0)


def icon(name: str, *, colour: str = "", is_mirrored: bool = False, room_px: int = 0) -> QIcon:
    """The icon of this name in *colour*, in the ordinary text colour when none is given.

    Args:
        is_mirrored: Whether one reads from right to left.
        room_px: Empty room after the drawing, where a style leaves none.
    """
    return _icon(name, colour or theme.current().text, is_mirrored and name in POINTING, room_px)


def forget_icons() -> None:
    """Draw icons anew from now on: the colours are others."""
    _icon.cache_clear()


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, is_mirrored: bool, room_px: int) -> QIcon:
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(_pixmap(name, colour, ratio, is_mirrored, room_px))
    return made


def _pixmap(name: str, colour: str, ratio: float, is_mirrored: bool, room_px: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    side = round(theme.ICON_PX * ratio)
    image = QImage(QSize(side + round(room_px * ratio), side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    if is_mirrored:
        painter.translate(side, 0)
        painter.scale(-1, 1)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
