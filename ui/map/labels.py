"""Writing on a map: letters with a halo, and a keeper that lets no name lie on another."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPaintEngine, QPainter, QPainterPath, QPen, QTransform

from ui.theme import MapColours, pixel_font

LINE_CELL_PX = 12
"""Size of the squares in which lines are remembered."""

_CELL_PX = 96
_BREATH_PX, _BREATH_BEFORE_PX = 2.5, 1.5
"""Stay free after and before a piece of writing: two names that touch each other are read as one."""

_LINE_STEP_PX = 3.0
_HALO_PX = 3.0
_HALO_ALPHA = 220
_PLATE_ALPHA = 205
_PLATE_CORNER_PX = 3.0


class LabelPlacer:
    """Remembers what is taken in a picture; whoever comes first keeps the place."""

    def __init__(self, picture: QRectF) -> None:
        self._picture = picture
        self._taken: dict[tuple[int, int], list[QRectF]] = defaultdict(list)
        self._crossed: set[tuple[int, int]] = set()

    def reserve(self, box: QRectF) -> None:
        """Keep writing out of *box*."""
        for cell in self._cells(box):
            self._taken[cell].append(box)

    def reserve_line(self, start: QPointF, end: QPointF) -> None:
        """Keep writing off a thin line."""
        half = _LINE_STEP_PX / 2
        for at in _along(start, end, _LINE_STEP_PX):
            self.reserve(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))

    def is_line_free(self, start: QPointF, end: QPointF, *, but: QRectF) -> bool:
        """Whether a thin line would cross nothing that is taken; within *but*, where it begins, it may."""
        for at in _along(start, end, _LINE_STEP_PX / 2):
            taken = self._taken.get((int(at.x() // _CELL_PX), int(at.y() // _CELL_PX)), ())
            if not but.contains(at) and any(box.contains(at) for box in taken):
                return False
        return True

    def spare(self, cells: Iterable[tuple[int, int]]) -> None:
        """Rather not write on these squares of ``LINE_CELL_PX``, columns and rows, because a line crosses them."""
        self._crossed.update(cells)

    def place(self, boxes: Iterable[QRectF], *, whole: bool = False, off_lines: bool = False) -> QRectF | None:
        """Take and return the best of *boxes* that is free; ``None`` when none is.

        Args:
            boxes: Where the writing could stand, the best first; one that covers less of lines is better than any that
                covers more.
            whole: Refuse what reaches out of the picture.
            off_lines: Refuse what covers a line.
        """
        free = [
            box
            for box in boxes
            if (self._picture.contains(box) if whole else self._picture.intersects(box))
            and self.is_free(box.adjusted(-_BREATH_BEFORE_PX, 0, _BREATH_BEFORE_PX, 0))
        ]
        best = next((box for box in free if not self.lines_below(box)), None)
        if best is None and not off_lines:
            best = min(free, key=self.lines_below, default=None)
        if best is None:
            return None
        self.reserve(best.adjusted(-_BREATH_PX, 0, _BREATH_PX, 0))
        return best

    def is_free(self, box: QRectF) -> bool:
        """Whether nothing is there yet."""
        return not any(box.intersects(other) for cell in self._cells(box) for other in self._taken.get(cell, ()))

    def lines_below(self, box: QRectF) -> int:
        """In how many squares a line would be covered."""
        if not self._crossed:
            return 0
        columns = range(int(box.left() // LINE_CELL_PX), int(box.right() // LINE_CELL_PX) + 1)
        rows = range(int(box.top() // LINE_CELL_PX), int(box.bottom() // LINE_CELL_PX) + 1)
        return sum((column, row) in self._crossed for column in columns for row in rows)

    @staticmethod
    def _cells(box: QRectF) -> list[tuple[int, int]]:
        columns = range(int(box.left() // _CELL_PX), int(box.right() // _CELL_PX) + 1)
        rows = range(int(box.top() // _CELL_PX), int(box.bottom() // _CELL_PX) + 1)
        return [(column, row) for column in columns for row in rows]


def _along(start: QPointF, end: QPointF, step: float) -> Iterator[QPointF]:
    """Points of a line, both ends among them."""
    count = max(math.ceil(math.hypot(end.x() - start.x(), end.y() - start.y()) / step), 1)
    for number in range(count + 1):
        yield start + (end - start) * (number / count)


class Lettering(NamedTuple):
    """How something is written; names a font without being one, because a QFont belongs to one thread.

    Attributes:
        size_px: Height in drawing units.
        spaced: Wide capitals, for the names of countries.
    """

    size_px: int
    bold: bool = False
    spaced: bool = False

    def font(self) -> QFont:
        """This thread's font."""
        fonts: dict[Lettering, QFont] | None = getattr(_of_thread, "fonts", None)
        if fonts is None:
            fonts = _of_thread.fonts = {}
        if self not in fonts:
            fonts[self] = self._made()
        return fonts[self]

    def _made(self) -> QFont:
        made = pixel_font(self.size_px, bold=self.bold)
        if self.spaced:
            made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 118)
            made.setCapitalization(QFont.Capitalization.AllUppercase)
        return made


_of_thread = threading.local()

_MOST_SPRITE_SCALE = 2.0
"""Writing is kept as small pictures up to so many dots to a unit: filling letters again costs thirty times as much."""

OUTLINE_PX = 1000
"""Size in which letters are taken from their font."""


@lru_cache(maxsize=8192)
def text_size(lettering: Lettering, text: str) -> tuple[float, float, float]:
    """Width, height and ascent of one line of writing."""
    metrics = QFontMetricsF(lettering.font())
    return metrics.horizontalAdvance(text), metrics.height(), metrics.ascent()


@lru_cache(maxsize=128)
def outlines(lettering: Lettering, text: str) -> QPainterPath:
    """The letters of one line, their base line beginning at 0, 0.

    They are taken from a large size: those of a small one come out a little different when the same font was used in
    other sizes before, and equal maps must have equal bytes.
    """
    large = QFont(lettering.font())
    large.setPixelSize(OUTLINE_PX)
    letters = QPainterPath()
    letters.addText(QPointF(0.0, 0.0), large, text)
    scale = lettering.size_px / OUTLINE_PX
    return QTransform.fromScale(scale, scale).map(letters)


def boxes_around(at: QPointF, width: float, height: float, gap: float) -> list[QRectF]:
    """Where a name may stand beside its place: after, before, above, below."""
    x, y = at.x(), at.y()
    return [
        QRectF(x + gap, y - height / 2, width, height),
        QRectF(x - gap - width, y - height / 2, width, height),
        QRectF(x - width / 2, y - gap - height, width, height),
        QRectF(x - width / 2, y + gap, width, height),
    ]


def boxes_aslant(at: QPointF, width: float, height: float, across: float, down: float) -> list[QRectF]:
    """Where a name may stand aslant of its place: above and below it, to the right and to the left."""
    return [
        QRectF(left, top, width, height)
        for top in (at.y() - down - height, at.y() + down)
        for left in (at.x() + across, at.x() - across - width)
    ]


def write(
    painter: QPainter, box: QRectF, text: str, lettering: Lettering, colour: str, halo: str | None = None
) -> None:
    """Write one line into *box*, whose size is that of :func:`text_size`, with a halo when one is given."""
    where = painter.deviceTransform()
    scale = where.m11()
    is_plain = not where.isRotating() and scale == where.m22()
    if is_plain and scale <= _MOST_SPRITE_SCALE and painter.paintEngine().type() == QPaintEngine.Type.Raster:
        sprite = _sprite(lettering, text, colour, halo, scale)
        at = where.map(QPointF(box.left(), box.top() + text_size(lettering, text)[2]))
        corner = QPointF(round(at.x()), round(at.y())) + sprite.offset()
        painter.drawImage(where.inverted()[0].map(corner), sprite)
        return
    base_line = QPointF(box.left(), box.top() + text_size(lettering, text)[2])
    _write_letters(painter, base_line, text, lettering, colour, halo)


def _write_letters(
    painter: QPainter, at: QPointF, text: str, lettering: Lettering, colour: str, halo: str | None
) -> None:
    """Write one line whose base line begins at *at*."""
    letters = outlines(lettering, text).translated(at)
    if halo is not None:
        edge = QColor(halo)
        edge.setAlpha(_HALO_ALPHA)
        painter.strokePath(
            letters, QPen(edge, _HALO_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
    if painter.paintEngine().type() == QPaintEngine.Type.Pdf:
        # so that they can be searched for and copied
        painter.setFont(lettering.font())
        painter.setPen(QColor(colour))
        painter.drawText(at, text)
        return
    # filled, not written: Qt's cache of letters gives the first picture other pixels than the second
    painter.fillPath(letters, QColor(colour))


@lru_cache(maxsize=512)
def _sprite(lettering: Lettering, text: str, colour: str, halo: str | None, scale: float) -> QImage:
    """One line as a picture of *scale* dots to a unit; its offset is that of its corner from where the line begins."""
    around = outlines(lettering, text).boundingRect().adjusted(-_HALO_PX, -_HALO_PX, _HALO_PX, _HALO_PX)
    left, top = math.floor(around.left() * scale), math.floor(around.top() * scale)
    width, height = math.ceil(around.right() * scale) - left, math.ceil(around.bottom() * scale) - top
    sprite = QImage(max(width, 1), max(height, 1), QImage.Format.Format_ARGB32_Premultiplied)
    sprite.fill(Qt.GlobalColor.transparent)
    sprite.setOffset(QPoint(left, top))
    painter = QPainter(sprite)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-left, -top)
        painter.scale(scale, scale)
        _write_letters(painter, QPointF(), text, lettering, colour, halo)
    finally:
        painter.end()
    sprite.setDevicePixelRatio(scale)
    return sprite


def draw_plate(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    """Draw a thin ground for writing that lies over the map."""
    ground = QColor(colours.halo)
    ground.setAlpha(_PLATE_ALPHA)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, _PLATE_CORNER_PX, _PLATE_CORNER_PX)
