"""What stands around a map: sources, scale bar, north arrow, frame and legend; for the screen and for paper alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.arrow import ON_MAP_PX, arrow_size, draw_arrow
from ui.map.labels import Lettering, draw_plate, text_size, write
from ui.map.layer import Canvas, Layer
from ui.map.lines import broken, directed
from ui.map.paper import SheetPlan, draw_sheet, sheet_plan
from ui.map.viewport import Viewport
from ui.map.words import MapWords
from ui.theme import MapColours

_SMALL = Lettering(10)
_TEXT = Lettering(12)
_INSET_PX = 10.0
_GAP_PX = 6.0
_BAR_PX = 5.0
_BAR_SHARE = 0.22
"""The scale bar is at most this part of the picture's width."""

_MOST_BAR_PX = 160.0
_MOST_SOURCE_LINES = 3


class Furniture(NamedTuple):
    """What to draw around a map.

    Attributes:
        framed: For paper: a line around the map, and below it legend, scale bar and sources instead of on the map.
        legend: Explain lines and signs; only with a frame.
        edge: What layers write at the edge, such as degrees.
        title: Above the map; only with a frame, as are the notes.
        notes: Below the map: the coordinate system, how exact it is, when it was printed.
    """

    sources: bool = True
    scale_bar: bool = True
    north_arrow: bool = True
    edge: bool = True
    framed: bool = False
    legend: bool = False
    title: str = ""
    notes: tuple[str, ...] = ()


SCREEN = Furniture()
PAPER = Furniture(framed=True, legend=True)


def planned(furniture: Furniture | None, whole: Viewport, layers: Sequence[Layer], words: MapWords) -> SheetPlan:
    """Where in the picture the map itself is: all of it, or what the frame and the words around it leave."""
    if furniture is None or not furniture.framed:
        return SheetPlan(map_box=QRectF(0, 0, whole.width_px, whole.height_px))
    return sheet_plan(furniture, whole, layers, words)


def draw_furniture(
    canvas: Canvas, furniture: Furniture, layers: Sequence[Layer], plan: SheetPlan | None = None, width: float = 0.0
) -> None:
    """Draw everything around the map.

    Args:
        canvas: Its viewport is that of the map, and its painter's origin the map's top left corner.
        furniture: What to draw.
        layers: The visible layers; they know their sources and signs.
        plan: Of the sheet, for paper.
        width: Of the sheet, for paper.
    """
    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if furniture.framed and plan is not None:
        draw_sheet(canvas, plan, width)
    else:
        if furniture.north_arrow and canvas.words.north:
            canvas.labels.reserve(_draw_arrow(canvas))
        bar = scale_bar(canvas.viewport, canvas.words) if furniture.scale_bar else None
        names = canvas.words.sources(list(dict.fromkeys(name for layer in layers for name in layer.attribution)))
        told = _draw_sources_on_map(canvas, names) if furniture.sources and names else QRectF()
        canvas.labels.reserve(told)
        if bar is not None:
            canvas.labels.reserve(_draw_bar_on_map(canvas, *bar, told))
    if furniture.edge:
        for layer in layers:
            layer.paint_edge(canvas)


def scale_bar(viewport: Viewport, words: MapWords) -> tuple[float, str] | None:
    """Length in pixels and words of a scale bar of a round distance at the picture's middle; ``None`` without words."""
    most = min(viewport.width_px * _BAR_SHARE, _MOST_BAR_PX)
    metres = round_distance(most * viewport.scale)
    text = words.distance(metres)
    return (metres / viewport.scale, text) if text else None


def round_distance(metres: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not above *metres*, and at least one metre."""
    power = 10.0 ** math.floor(math.log10(max(metres, 1.0)))
    return max(step * power for step in (1, 2, 5) if step * power <= max(metres, 1.0))


def _draw_bar_on_map(canvas: Canvas, length: float, text: str, told: QRectF) -> QRectF:
    """Draw the scale bar, above the sources where both have no room beside each other; return what it covers."""
    width, height, _ = text_size(_TEXT, text)
    box = QRectF(0, 0, max(length, width) + 2 * _GAP_PX, height + _BAR_PX + _GAP_PX)
    corner = QPointF(_INSET_PX, canvas.viewport.height_px - _INSET_PX)
    if canvas.words.right_to_left:
        box.moveBottomRight(QPointF(canvas.viewport.width_px - corner.x(), corner.y()))
    else:
        box.moveBottomLeft(corner)
    if box.intersects(told):
        box.moveBottom(told.top() - _GAP_PX)
    draw_plate(canvas.painter, box, canvas.colours)
    write(canvas.painter, QRectF(box.left() + _GAP_PX, box.top(), width, height), text, _TEXT, canvas.colours.furniture)
    _draw_bar(canvas.painter, QPointF(box.left() + _GAP_PX, box.bottom() - _GAP_PX), length, canvas.colours)
    return box


def _draw_bar(painter: QPainter, start: QPointF, length: float, colours: MapColours) -> None:
    end = QPointF(start.x() + length, start.y())
    painter.setPen(QPen(QColor(colours.furniture), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    painter.drawPolyline([start - QPointF(0, _BAR_PX), start, end, end - QPointF(0, _BAR_PX)])
    middle = QPointF(start.x() + length / 2, start.y())
    painter.drawLine(middle, middle - QPointF(0, _BAR_PX / 2))


def _draw_sources_on_map(canvas: Canvas, names: str) -> QRectF:
    """Name the sources, in several lines where the map is narrow; return what that covers."""
    lines = _lines(canvas, names)
    width, height = max(text_size(_SMALL, line)[0] for line in lines), text_size(_SMALL, lines[0])[1]
    box = QRectF(0, 0, width + 2 * _GAP_PX, height * len(lines))
    if canvas.words.right_to_left:
        box.moveBottomLeft(QPointF(0, canvas.viewport.height_px))
    else:
        box.moveBottomRight(QPointF(canvas.viewport.width_px, canvas.viewport.height_px))
    draw_plate(canvas.painter, box, canvas.colours)
    for number, line in enumerate(lines):
        own = text_size(_SMALL, line)[0]
        left = box.right() - _GAP_PX - own if canvas.words.right_to_left else box.left() + _GAP_PX
        place = QRectF(left, box.top() + number * height, own, height)
        write(canvas.painter, place, line, _SMALL, canvas.colours.furniture)
    return box


def _lines(canvas: Canvas, names: str) -> list[str]:
    room = canvas.viewport.width_px - 2 * _GAP_PX
    if text_size(_SMALL, names)[0] <= room:
        return [names]
    lines = broken(names, _SMALL, room, _MOST_SOURCE_LINES)
    return [directed(line, right_to_left=canvas.words.right_to_left) for line in lines]


def _draw_arrow(canvas: Canvas) -> QRectF:
    letter = canvas.words.north
    box = QRectF(QPointF(_INSET_PX, _INSET_PX), arrow_size(letter, ON_MAP_PX))
    if not canvas.words.right_to_left:
        box.moveRight(canvas.viewport.width_px - _INSET_PX)
    draw_plate(canvas.painter, box, canvas.colours)
    draw_arrow(canvas.painter, box, letter, ON_MAP_PX, canvas.colours)
    return box
