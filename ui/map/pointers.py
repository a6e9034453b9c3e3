"""At the edge of an empty picture: which known places lie where, and how far."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPen, QPolygonF

from ui.map.labels import Lettering, draw_plate, text_size, write
from ui.map.viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from ui.map.layer import Canvas

LEAST_ZOOM = 9.0
"""Farther away there are names enough in the picture itself."""

_LEAST_PX = 240
"""A picture that is lower or narrower has no room for them beside what it shows."""

_ENOUGH_NAMES = 3
_MOST = 3
_FARTHEST_M = 150_000.0
_APART_RAD = math.radians(50)
_INSETS_PX = (26.0, 52.0, 78.0)
_ASIDES_RAD = (0.0, 0.15, -0.15, 0.3, -0.3)
_GAP_PX = 5.0
_ARROW_PX = 7.0
_WING_RAD = 2.4
_TEXT = Lettering(12)


def neighbours(viewport: Viewport, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[tuple[int, float, float]]:
    """The nearest places outside a picture that has few, each in another direction.

    Returns:
        Place, distance from the middle in metres, and direction in radians clockwise from east; the nearest first.
    """
    import numpy as np

    left, top, right, bottom = viewport.world_box
    inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    is_small = min(viewport.width_px, viewport.height_px) < _LEAST_PX
    if is_small or viewport.zoom < LEAST_ZOOM or int(inside.sum()) >= _ENOUGH_NAMES:
        return []
    apart_x, apart_y = x - (left + right) / 2, y - (top + bottom) / 2
    metres = np.hypot(apart_x, apart_y) * viewport.world_px * viewport.scale
    found: list[tuple[int, float, float]] = []
    for place in np.argsort(np.where(inside, np.inf, metres), kind="stable")[: 20 * _MOST].tolist():
        if inside[place] or metres[place] > _FARTHEST_M or len(found) == _MOST:
            break
        direction = math.atan2(apart_y[place], apart_x[place])
        if all(abs(math.remainder(direction - other, math.tau)) >= _APART_RAD for _, _, other in found):
            found.append((place, float(metres[place]), direction))
    return found


def draw_pointer(canvas: Canvas, text: str, direction: float) -> None:
    """Write *text* at the edge of the picture in a direction, with an arrow; not where something else stands."""
    width, height, _ = text_size(_TEXT, text)
    size = (width + 2 * _GAP_PX, height + _GAP_PX)
    for tip in _edge_points(canvas.viewport, direction):
        box = _box_before(canvas.viewport, tip, direction, *size)
        covered = box.united(_arrow(tip, direction).boundingRect())
        if canvas.labels.place([covered], whole=True, off_lines=True) is None:
            continue
        draw_plate(canvas.painter, box, canvas.colours)
        inner = QRectF(box.left() + _GAP_PX, box.top() + _GAP_PX / 2, width, height)
        write(canvas.painter, inner, text, _TEXT, canvas.colours.place)
        canvas.painter.setPen(QPen(QColor(canvas.colours.halo), 1.0))
        canvas.painter.setBrush(QColor(canvas.colours.place))
        canvas.painter.drawPolygon(_arrow(tip, direction))
        return


def _edge_points(viewport: Viewport, direction: float) -> Iterator[QPointF]:
    """Where the arrow's tip may be: at the edge, then beside that or a little further in, where the edge is taken."""
    for inset, aside in product(_INSETS_PX, _ASIDES_RAD):
        half_x, half_y = viewport.width_px / 2 - inset, viewport.height_px / 2 - inset
        across, down = math.cos(direction + aside), math.sin(direction + aside)
        reach = min(half_x / abs(across) if across else math.inf, half_y / abs(down) if down else math.inf)
        yield QPointF(viewport.width_px / 2 + across * reach, viewport.height_px / 2 + down * reach)


def _arrow(tip: QPointF, direction: float) -> QPolygonF:
    return QPolygonF(
        [
            QPointF(tip.x() + _ARROW_PX * math.cos(turned), tip.y() + _ARROW_PX * math.sin(turned))
            for turned in (direction, direction + _WING_RAD, direction - _WING_RAD)
        ]
    )


def _box_before(viewport: Viewport, tip: QPointF, direction: float, width: float, height: float) -> QRectF:
    """The box of the words: on the inner side of the arrow, wholly in the picture."""
    across, down = math.cos(direction), math.sin(direction)
    reach = _ARROW_PX + 2.0
    middle_x = tip.x() - across * (reach + width / 2)
    middle_y = tip.y() - down * (reach + height / 2)
    left = min(max(middle_x - width / 2, _GAP_PX), viewport.width_px - _GAP_PX - width)
    top = min(max(middle_y - height / 2, _GAP_PX), viewport.height_px - _GAP_PX - height)
    return QRectF(left, top, width, height)
