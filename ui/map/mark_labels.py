"""Where the names of marks stand: beside their own sign, or away from all signs on a line that crosses nothing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from ui.map.labels import LabelPlacer, Lettering, boxes_around, boxes_aslant, text_size
from ui.map.layer import Canvas
from ui.map.signs import SIGN_PX

LETTERING = Lettering(12, bold=True)
LINE_PX = 1.0

_GAP_PX = SIGN_PX / 2 + 3
_RINGS_PX = (20.0, 32.0, 46.0, 62.0, 80.0, 102.0, 128.0, 160.0)
_SIXTEENTHS = (0, 8, 4, 12, 2, 6, 10, 14, 1, 7, 9, 15, 3, 5, 11, 13)
"""Directions, counted from the right against the clock; the plainest first."""

_CLEARLY_PX = 8.0
"""So much nearer than another sign a label without a line stands to its own."""

_OFF_SIGNS_PX = SIGN_PX / 2 + 9.0
_OFF_LEVEL_SIGNS_PX = 24.0
"""So far from the middle of every sign stands a label with a line, so that it is not taken for that sign's; and so much
farther from those that are level with it, which one reads on to."""

_OWN_LINE_PX = 26.0
"""So near to its sign a label may lie on the line on which the sign stands."""

_NEAR_RINGS = 5
"""As far as these a label goes to lie on no line at all."""

_CELL_PX = 64.0
_BREATH_PX = 1.0
"""Stays free between two signs."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name that is written.

    Attributes:
        sign: The middle of the sign that it names.
        is_led_to: Whether a line leads from the sign to it.
    """

    text: str
    sign: QPointF
    box: QRectF
    is_led_to: bool


def sign_box(at: QPointF) -> QRectF:
    """What a sign covers, and a little air."""
    half = SIGN_PX / 2 + _BREATH_PX
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)


def lettered(labels: LabelPlacer, named: Sequence[tuple[str, QPointF]], signs: Iterable[QPointF]) -> list[Label]:
    """Find the place of every name: first of those that stand beside their signs, so that lines go around them.

    Args:
        labels: Knows all signs already.
        named: Names, and the middles of their signs; each is written in any case.
        signs: The middles of all signs.
    """
    known, found = _Signs(signs), {}
    for number, (text, sign) in enumerate(named):
        box = _beside(labels, text, sign, known, off_lines=True)
        if box is not None:
            found[number] = Label(text, sign, box, False)
    for number, (text, sign) in enumerate(named):
        if number not in found:
            label = found[number] = _away(labels, text, sign, known)
            if label.is_led_to:
                labels.reserve_line(*_lead(label.sign, label.box))
    return [found[number] for number in range(len(named))]


def draw_lead(canvas: Canvas, label: Label) -> None:
    """A thin line from the sign's edge to the nearest point of its label."""
    colours = canvas.colours
    for ink, width in ((colours.halo, 3 * LINE_PX), (colours.place, LINE_PX)):
        canvas.painter.setPen(QPen(QColor(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        canvas.painter.drawLine(*_lead(label.sign, label.box))


def apart(box: QRectF, at: QPointF) -> float:
    """How far a point is from a box."""
    return math.hypot(
        max(box.left() - at.x(), at.x() - box.right(), 0.0), max(box.top() - at.y(), at.y() - box.bottom(), 0.0)
    )


class _Signs:
    """Where all signs stand, to be asked which are near."""

    def __init__(self, signs: Iterable[QPointF]) -> None:
        self._cells: dict[tuple[int, int], list[QPointF]] = defaultdict(list)
        for sign in signs:
            self._cells[int(sign.x() // _CELL_PX), int(sign.y() // _CELL_PX)].append(sign)

    def keep_off(self, box: QRectF, own: QPointF, reach: float) -> bool:
        """Whether every sign but the own one is at least so far from *box*."""
        return not any(
            apart(box, sign) < reach
            for column in range(int((box.left() - reach) // _CELL_PX), int((box.right() + reach) // _CELL_PX) + 1)
            for row in range(int((box.top() - reach) // _CELL_PX), int((box.bottom() + reach) // _CELL_PX) + 1)
            for sign in self._cells.get((column, row), ())
            if sign != own
        )


def _beside(
    labels: LabelPlacer, text: str, sign: QPointF, signs: _Signs, *, off_lines: bool = False
) -> QRectF | None:  # fmt: skip
    """Beside the sign, where the name cannot be taken for that of another; perhaps on no line but the sign's own."""
    width, height, _ = text_size(LETTERING, text)
    near = [*boxes_around(sign, width, height, _GAP_PX), *boxes_aslant(sign, width, height, SIGN_PX / 4, SIGN_PX / 2)]
    clear = (box for box in near if signs.keep_off(box, sign, apart(box, sign) + _CLEARLY_PX))
    return labels.place((box for box in clear if not (off_lines and _covers_line(labels, box, sign))), whole=True)


def _covers_line(labels: LabelPlacer, box: QRectF, sign: QPointF) -> bool:
    """Whether a line runs below the parts of a label that are not near to its sign."""
    parts = (
        QRectF(box.topLeft(), QPointF(min(sign.x() - _OWN_LINE_PX, box.right()), box.bottom())),
        QRectF(QPointF(max(sign.x() + _OWN_LINE_PX, box.left()), box.top()), box.bottomRight()),
    )
    return any(part.width() > 0 and labels.lines_below(part) for part in parts)


def _away(labels: LabelPlacer, text: str, sign: QPointF, signs: _Signs) -> Label:
    """Away from all signs on a line that crosses nothing; on lines or nearer to others where there is no such place."""
    width, height, _ = text_size(LETTERING, text)
    free = [[box for box in _ring(sign, width, height, radius) if labels.is_free(box)] for radius in _RINGS_PX]
    own = sign_box(sign)
    clear = [[box for box in ring if labels.is_line_free(*_lead(sign, box), but=own)] for ring in free]
    wide = _OFF_LEVEL_SIGNS_PX
    good = [
        [box for box in ring if signs.keep_off(box.adjusted(-wide, 0, wide, 0), sign, _OFF_SIGNS_PX)] for ring in clear
    ]
    for ring in good[:_NEAR_RINGS]:
        if (box := labels.place(ring, whole=True, off_lines=True)) is not None:
            return Label(text, sign, box, True)
    if (box := _beside(labels, text, sign, signs)) is not None:
        return Label(text, sign, box, False)
    for ring in (*good, *clear, *free):
        if (box := labels.place(ring, whole=True)) is not None:
            return Label(text, sign, box, True)
    return Label(text, sign, QRectF(sign.x() + _GAP_PX, sign.y() - height / 2, width, height), True)


def _ring(at: QPointF, width: float, height: float, radius: float) -> Iterator[QRectF]:
    """Boxes in all directions whose nearest edge is so far away; level with the sign and straight above it first."""
    for number in _SIXTEENTHS:
        angle = 2 * math.pi * number / len(_SIXTEENTHS)
        across, down = math.cos(angle), -math.sin(angle)
        x, y = at.x() + radius * across, at.y() + radius * down
        yield QRectF(x - width * (1 - across) / 2, y - height * (1 - down) / 2, width, height)


def _lead(sign: QPointF, box: QRectF) -> tuple[QPointF, QPointF]:
    """From the edge of a sign to the nearest point of its label."""
    end = QPointF(min(max(sign.x(), box.left()), box.right()), min(max(sign.y(), box.top()), box.bottom()))
    away = math.hypot(end.x() - sign.x(), end.y() - sign.y())
    return (sign + (end - sign) * min(SIGN_PX / 2 / away, 1.0) if away else end), end
