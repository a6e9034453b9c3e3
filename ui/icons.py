"""Icons from ``resources/icons``, drawn in the text colour of the palette in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton

from ranger_app.paths import resource
from ui import theme

LATE_MS = 80
"""The first page is painted by then."""

POINTING = frozenset({"back", "forward"})
"""Icons that are mirrored where one reads from right to left."""


def icon(name: str, *, colour: str = "", is_mirrored: bool = False, room_px: int = 0) -> QIcon:
    """The icon of this name in *colour*, in the ordinary text colour when none is given.

    Args:
        is_mirrored: Whether one reads from right to left.
        room_px: Empty room between the drawing and what is read after it, where a style leaves none.
    """
    room = -room_px if is_mirrored else room_px
    return _icon(name, colour or theme.current().text, is_mirrored and name in POINTING, room)


def draw_later(button: QAbstractButton, draw: Callable[[], QIcon]) -> None:
    """Give *button* its icon when the first page is painted; until then its room stays empty.

    Drawing the icons of the first page takes as long as painting all the rest of it.
    """
    if not _is_late:
        button.setIcon(draw())
        return
    room = QPixmap(button.iconSize())
    room.fill(Qt.GlobalColor.transparent)
    button.setIcon(QIcon(room))
    QTimer.singleShot(LATE_MS, button, lambda: button.setIcon(draw()))


def begin_late() -> None:
    """The first page is about to be shown: icons may come a moment after it."""
    _is_late.append(True)
    QTimer.singleShot(LATE_MS, _is_late.clear)


_is_late: list[bool] = []


def forget_icons() -> None:
    """Draw icons anew from now on: the colours are others."""
    _icon.cache_clear()


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, is_mirrored: bool, room_px: int) -> QIcon:
    made = QIcon()
    for ratio in sorted({1.0, _screen_ratio()}):
        made.addPixmap(_pixmap(name, colour, ratio, is_mirrored, room_px))
    return made


def _screen_ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


def _pixmap(name: str, colour: str, ratio: float, is_mirrored: bool, room_px: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    side, room = round(theme.ICON_PX * ratio), round(abs(room_px) * ratio)
    image = QImage(QSize(side + room, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    if room_px < 0:
        painter.translate(room, 0)
    if is_mirrored:
        painter.translate(side, 0)
        painter.scale(-1, 1)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
