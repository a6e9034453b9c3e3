"""Tiles made for tests, and sources of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from ui.map import Bounds


def picture_bytes(image: QImage, form: str = "PNG") -> bytes:
    """A picture as a file."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)  # type: ignore[call-overload]
    return bytes(held.data())


def plain_tile(colour: str, *, side_px: int = 256, form: str = "PNG") -> bytes:
    """A tile of one colour."""
    image = QImage(side_px, side_px, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return picture_bytes(image, form)


def quartered_tile(colours: tuple[str, str, str, str]) -> bytes:
    """A tile of four colours: top left, top right, bottom left, bottom right."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    for number, colour in enumerate(colours):
        painter.fillRect(number % 2 * 128, number // 2 * 128, 128, 128, QColor(colour))
    painter.end()
    return picture_bytes(image)


class MadeTiles:
    """A source whose tiles are made when asked for; remembers what it was asked."""

    attribution = "Made for a test"

    def __init__(
        self,
        make: Callable[[int, int, int], bytes | None],
        *,
        zooms: tuple[int, int] = (0, 18),
        bounds: Bounds = (-180.0, -85.0, 180.0, 85.0),
    ) -> None:
        self._make = make
        self.zooms = zooms
        self.bounds = bounds
        self.asked: list[tuple[int, int, int]] = []

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        self.asked.append((z, x, y))
        return self._make(z, x, y)
