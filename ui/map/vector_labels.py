"""Names of the features of a large layer, as many as there is room for, the largest features first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui.map.labels import Lettering, boxes_around, text_size, write
from ui.map.layer import Canvas
from ui.map.shapes import UNITS, Floats, Integers, Shapes, Units, units_box
from ui.map.strokes import cut_ring
from ui.map.vector_style import Value, value_text

_LETTERING = Lettering(12)
_GAP_PX = 6.0
_LEAST_PX = 20.0
"""Lines and areas that look smaller have no room for a name."""

_MOST_NAMES = 250
_MOST_TRIED = 2_000
_MOST_LETTERS = 60
_POINT, _AREA = 0, 2

_SHARES = (0.5, 0.33, 0.67)

Anchors = dict[int, list[tuple[float, float]]]
"""Where the name of a part may stand, in units; found once."""


def write_names(canvas: Canvas, shapes: Shapes, values: Sequence[Value], anchors: Anchors) -> None:
    """Write what a field says beside the features that are seen; a feature is named once a picture."""
    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    named: set[int] = set()
    for part in _candidates(canvas, shapes).tolist():
        canvas.check()
        feature = int(shapes.owners[part])
        if feature in named:
            continue
        text = _one_line(value_text(values[feature]))
        if text and _write(canvas, shapes, part, text, anchors):
            named.add(feature)
            if len(named) >= _MOST_NAMES:
                return


def _candidates(canvas: Canvas, shapes: Shapes) -> Integers:
    """Parts that could be named, the largest first; of points those that come first in the layer."""
    seen = shapes.seen(canvas.viewport, 0.0)
    is_point = shapes.kinds[shapes.owners[seen]] == _POINT
    extents = shapes.extents(seen)
    wide = is_point | (extents * canvas.viewport.world_px >= _LEAST_PX)
    seen, extents = seen[wide], extents[wide]
    largest: Integers = seen[np.argsort(-extents, kind="stable")][:_MOST_TRIED]
    return largest


def _one_line(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _MOST_LETTERS else plain[: _MOST_LETTERS - 1] + "…"


def _write(canvas: Canvas, shapes: Shapes, part: int, text: str, anchors: Anchors) -> bool:
    width, height, _ = text_size(_LETTERING, text)
    left, top = canvas.viewport.origin
    world_px = canvas.viewport.world_px
    standing = _seen_anchors(canvas, shapes, part, anchors)
    places = [QPointF((x / UNITS - left) * world_px, (y / UNITS - top) * world_px) for x, y in standing]
    if shapes.kinds[shapes.owners[part]] == _POINT:
        boxes = boxes_around(places[0], width, height, _GAP_PX)
    else:
        boxes = [QRectF(at.x() - width / 2, at.y() - height / 2, width, height) for at in places]
    box = canvas.labels.place(boxes, whole=True)
    if box is None:
        return False
    write(canvas.painter, box, text, _LETTERING, canvas.colours.place, canvas.colours.halo)
    return True


def _seen_anchors(canvas: Canvas, shapes: Shapes, part: int, anchors: Anchors) -> list[tuple[float, float]]:
    """Where a name may stand; of an area whose good places all are outside the picture, one in what is seen of it."""
    if part not in anchors:
        anchors[part] = _anchors(shapes, part)
    left, top, right, bottom = units_box(canvas.viewport, 0.0)
    is_seen = any(left <= x <= right and top <= y <= bottom for x, y in anchors[part])
    if is_seen or shapes.kinds[shapes.owners[part]] != _AREA:
        return anchors[part]
    all_x, all_y = (units.astype(np.float64) for units in shapes.points(part))
    x, y = cut_ring(all_x, all_y, (left, top, right, bottom))
    return [_inside(x, y, share) for share in _SHARES] if len(x) > 2 else anchors[part]


def _anchors(shapes: Shapes, part: int) -> list[tuple[float, float]]:
    """Where a name may stand, the best first: at a point, along a line, well inside an area."""
    x, y = shapes.points(part)
    match int(shapes.kinds[shapes.owners[part]]):
        case kind if kind == _POINT:
            return [(float(x[0]), float(y[0]))]
        case kind if kind == _AREA:
            return [_inside(x, y, share) for share in _SHARES]
        case _:
            return [(float(x[int(len(x) * share)]), float(y[int(len(y) * share)])) for share in _SHARES]


def _inside(x: Units | Floats, y: Units | Floats, share: float) -> tuple[float, float]:
    """The middle of the widest stretch of a ring at some share of its height."""
    at = float(y.min()) + share * (float(y.max()) - float(y.min()))
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > at) != (next_y > at)
    part = (at - y[crosses]) / (next_y[crosses].astype(np.float64) - y[crosses])
    edges = np.sort(x[crosses] + part * (next_x[crosses].astype(np.float64) - x[crosses]))
    if len(edges) < 2:
        return float(x[0]), float(y[0])
    widths = edges[1::2] - edges[0::2]
    widest = int(np.argmax(widths))
    return float(edges[2 * widest] + widths[widest] / 2), at
