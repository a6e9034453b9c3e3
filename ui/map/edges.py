"""What stands at the edge of a map: numbers of grids and degrees, inside the picture or in the band around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF

from ui.map.labels import Lettering, draw_plate, outlines, text_size, write
from ui.map.layer import Canvas

Side: TypeAlias = Literal["top", "bottom", "left", "right"]

_LARGE = Lettering(11)
_SMALL = Lettering(8)
_EDGE_PX = 4.0
_PLATE_PX = 2.0
_GAP_PX = 6.0
_CLEAR_PX = 2.5
"""So far from the edges of the band letters stay."""

_RAISED = 0.04
"""How far small figures stand above the foot of a line, in heights: as on topographic sheets they hang from its top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeMark:
    """What is written where a line meets the edge.

    Attributes:
        at: Pixels along the side, from the left or from the top.
        before, text, after: Small figures, large ones, small ones.
        group: Marks that share what is *before*: it is written on the first of them that has room, and no mark of
            the group is written before that one.
        first: Written before the others, which have to leave it its place.
    """

    side: Side
    at: float
    text: str
    before: str = ""
    after: str = ""
    group: str = ""
    first: bool = False


def write_marks(canvas: Canvas, marks: Iterable[EdgeMark], colour: str) -> None:
    """Write as many marks as have room; where no band was left around the map, on it, at its top and its left."""
    taken: dict[Side, list[tuple[float, float]]] = {"top": [], "bottom": [], "left": [], "right": []}
    groups: dict[tuple[Side, str], list[EdgeMark]] = {}
    rest: list[EdgeMark] = []
    for mark in marks:
        if mark.first:
            _write(canvas, mark, taken[mark.side], colour)
        else:
            groups.setdefault((mark.side, mark.group), []).append(mark)
    for members in groups.values():
        if not any(one.before for one in members):
            rest += members
            continue
        for place, mark in enumerate(members):
            if _write(canvas, mark, taken[mark.side], colour):
                rest += [replace(one, before="") for one in members[place + 1 :]]
                break
    for mark in rest:
        _write(canvas, mark, taken[mark.side], colour)


def _write(canvas: Canvas, mark: EdgeMark, taken: list[tuple[float, float]], colour: str) -> bool:
    """Write one mark where it has room."""
    width, height = _size(mark)
    if not canvas.band_px:
        return mark.side in ("top", "left") and _write_inside(canvas, mark, width, height, colour)
    length = canvas.viewport.width_px if mark.side in ("top", "bottom") else canvas.viewport.height_px
    span = (mark.at - width / 2 - _GAP_PX, mark.at + width / 2 + _GAP_PX)
    if span[0] < 0 or span[1] > length or any(span[1] > low and span[0] < high for low, high in taken):
        return False
    taken.append(span)
    _write_in_band(canvas, mark, width, height, colour)
    return True


def _size(mark: EdgeMark) -> tuple[float, float]:
    pieces = ((mark.before, _SMALL), (mark.text, _LARGE), (mark.after, _SMALL))
    return sum(text_size(lettering, text)[0] for text, lettering in pieces if text), text_size(_LARGE, mark.text)[1]


def _write_inside(canvas: Canvas, mark: EdgeMark, width: float, height: float, colour: str) -> bool:
    if mark.side == "top":
        box = QRectF(mark.at - width / 2, _EDGE_PX, width, height)
    else:
        box = QRectF(_EDGE_PX, mark.at - height / 2, width, height)
    if canvas.labels.place([box], whole=True) is None:
        return False
    draw_plate(canvas.painter, box.adjusted(-_PLATE_PX, 0, _PLATE_PX, 0), canvas.colours)
    _write_pieces(canvas, mark, box.topLeft(), height, colour)
    return True


def _write_in_band(canvas: Canvas, mark: EdgeMark, width: float, height: float, colour: str) -> None:
    """Along the side, as on sheets: beside the map the figures run upwards."""
    painter, viewport, middle = canvas.painter, canvas.viewport, canvas.band_px / 2
    painter.save()
    start = QPointF(-width / 2, -height / 2 - _sunk(mark.text, height, middle))
    match mark.side:
        case "top":
            painter.translate(mark.at, -middle)
        case "bottom":
            painter.translate(mark.at, viewport.height_px + middle)
        case "left":
            painter.translate(-middle, mark.at)
            painter.rotate(-90)
        case "right":
            painter.translate(viewport.width_px + middle, mark.at)
            painter.rotate(-90)
    _write_pieces(canvas, mark, start, height, colour)
    painter.restore()


def _sunk(text: str, height: float, middle: float) -> float:
    """How far letters of a line in the middle of the band would reach too near to its edge: those of Urdu hang low."""
    foot = outlines(_LARGE, text).boundingRect().bottom() + text_size(_LARGE, text)[2] - height / 2
    return max(foot - (middle - _CLEAR_PX), 0.0)


def _write_pieces(canvas: Canvas, mark: EdgeMark, start: QPointF, height: float, colour: str) -> None:
    x = start.x()
    for text, lettering in ((mark.before, _SMALL), (mark.text, _LARGE), (mark.after, _SMALL)):
        if text:
            width, own_height, _ = text_size(lettering, text)
            y = start.y() if lettering is _LARGE else start.y() + height * _RAISED
            write(canvas.painter, QRectF(x, y, width, own_height), text, lettering, colour)
            x += width
