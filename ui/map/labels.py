"""Writing on a map: letters with a halo, and a keeper that lets no name lie on another."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from ui.theme import pixel_font

_CELL_PX = 96
_HALO_PX = 3.0
_HALO_ALPHA = 220


class LabelPlacer:
    """Remembers what is taken in a picture; whoever comes first keeps the place."""

    def __init__(self, picture: QRectF) -> None:
        self._picture = picture
        self._taken: dict[tuple[int, int], list[QRectF]] = defaultdict(list)

    def reserve(self, box: QRectF) -> None:
        """Keep writing out of *box*."""
        for cell in self._cells(box):
            self._taken[cell].append(box)

    def place(self, boxes: Iterable[QRectF], *, whole: bool = False) -> QRectF | None:
        """Take and return the first of *boxes* that is free; ``None`` when none is.

        Args:
            boxes: Where the writing could stand, the best first.
            whole: Refuse what reaches out of the picture.
        """
        for box in boxes:
            if (self._picture.contains(box) if whole else self._picture.intersects(box)) and self._is_free(box):
                self.reserve(box)
                return box
        return None

    def _is_free(self, box: QRectF) -> bool:
        return not any(box.intersects(other) for cell in self._cells(box) for other in self._taken.get(cell, ()))

    @staticmethod
    def _cells(box: QRectF) -> list[tuple[int, int]]:
        columns = range(int(box.left() // _CELL_PX), int(box.right() // _CELL_PX) + 1)
        rows = range(int(box.top() // _CELL_PX), int(box.bottom() // _CELL_PX) + 1)
        return [(column, row) for column in columns for row in rows]


@dataclass(frozen=True, slots=True)
class Lettering:
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


@lru_cache(maxsize=8192)
def text_size(lettering: Lettering, text: str) -> tuple[float, float, float]:
    """Width, height and ascent of one line of writing."""
    metrics = QFontMetricsF(lettering.font())
    return metrics.horizontalAdvance(text), metrics.height(), metrics.ascent()


def boxes_around(at: QPointF, width: float, height: float, gap: float) -> list[QRectF]:
    """Where a name may stand beside its place: after, before, above, below."""
    x, y = at.x(), at.y()
    return [
        QRectF(x + gap, y - height / 2, width, height),
        QRectF(x - gap - width, y - height / 2, width, height),
        QRectF(x - width / 2, y - gap - height, width, height),
        QRectF(x - width / 2, y + gap, width, height),
    ]


def write(
    painter: QPainter, box: QRectF, text: str, lettering: Lettering, colour: str, halo: str | None = None
) -> None:
    """Write one line into *box*, whose size is that of :func:`text_size`, with a halo when one is given."""
    font = lettering.font()
    baseline = QPointF(box.left(), box.top() + text_size(lettering, text)[2])
    if halo is not None:
        letters = QPainterPath()
        letters.addText(baseline, font, text)
        edge = QColor(halo)
        edge.setAlpha(_HALO_ALPHA)
        painter.strokePath(
            letters, QPen(edge, _HALO_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(baseline, text)
