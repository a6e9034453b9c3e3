"""What the pointer does on the map, and what is being drawn with it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ranger_app.geodesy import area_m2, distance_m
from ui.map.labels import Lettering, text_size, write
from ui.map.layer import Canvas
from ui.map.viewport import Bounds

Place = tuple[float, float]
"""Longitude and latitude in degrees of WGS 84."""

_LINE_PX = 2.0
_DOT_PX = 4.0
_LABEL = Lettering(12, bold=True)
_LABEL_GAP_PX = 10.0
_FILL_ALPHA = 40


class Tool(Enum):
    """What a press of the pointer does; dragging moves the map with every tool but ``BOX``."""

    PAN = "pan"
    SELECT = "select"
    BOX = "box"
    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"
    MEASURE = "measure"


_FEWEST = {Tool.POINT: 1, Tool.LINE: 2, Tool.MEASURE: 2, Tool.POLYGON: 3}
"""How many places each tool that draws needs."""


class Drawing(NamedTuple):
    """What was drawn on the map.

    Attributes:
        tool: What it was drawn with.
        places: Longitude and latitude of each corner, in the order drawn; for a box south-west and north-east.
        length_m: Length along the ellipsoid of a line, circumference of an area; 0 for everything else.
        area_m2: Area on the ellipsoid; 0 for what has none, as an area whose sides cross.
    """

    tool: Tool
    places: tuple[Place, ...]
    length_m: float = 0.0
    area_m2: float = 0.0


class Sketch:
    """A drawing that is not finished."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.places: list[Place] = []
        self.pointer: Place | None = None

    @property
    def takes_places(self) -> bool:
        """Whether a press adds a place."""
        return self.tool in _FEWEST

    def add(self, place: Place) -> Drawing | None:
        """Add a corner; return the drawing when that finishes it."""
        if not self.places or self.places[-1] != place:
            self.places.append(place)
        return self.finished() if self.tool is Tool.POINT else None

    def finished(self) -> Drawing | None:
        """The drawing, after which the sketch is empty; ``None`` while it has too few corners."""
        if not self.takes_places or len(self.places) < _FEWEST[self.tool]:
            return None
        area, length = _size(self.tool, self.places)
        drawing = Drawing(tool=self.tool, places=tuple(self.places), length_m=length, area_m2=area)
        self.clear()
        return drawing

    def take_back(self) -> bool:
        """Take the last corner back; tell whether there was one."""
        if not self.places:
            return False
        self.places.pop()
        return True

    def clear(self) -> None:
        """Begin anew."""
        self.places.clear()

    def paint(self, canvas: Canvas) -> None:
        """Draw the corners, the line to the pointer and its length so far, or the area."""
        if not self.places:
            return
        painter, colours, viewport = canvas.painter, canvas.colours, canvas.viewport
        places = [*self.places, *([self.pointer] if self.pointer is not None else [])]
        corners = [QPointF(*viewport.project(*place)) for place in places]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((colours.halo, _LINE_PX * 2.5), (colours.furniture, _LINE_PX)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            if self.tool is Tool.POLYGON:
                fill = QColor(colours.furniture)
                fill.setAlpha(_FILL_ALPHA)
                painter.setBrush(fill)
                painter.drawPolygon(QPolygonF(corners))
            else:
                painter.drawPolyline(corners)
        painter.setPen(QPen(QColor(colours.halo), 1.5))
        painter.setBrush(QColor(colours.furniture))
        for corner in corners[: len(self.places)]:
            painter.drawEllipse(corner, _DOT_PX, _DOT_PX)
        text = self._told(canvas, places)
        if text:
            width, height, _ = text_size(_LABEL, text)
            box = QRectF(corners[-1].x() + _LABEL_GAP_PX, corners[-1].y() - height - _LABEL_GAP_PX / 2, width, height)
            write(painter, box, text, _LABEL, colours.place, colours.halo)

    def _told(self, canvas: Canvas, places: list[Place]) -> str:
        """The size of what is drawn so far in words."""
        area, length = _size(self.tool, places)
        if self.tool is Tool.POLYGON:
            return canvas.words.area(area) if area else ""
        return canvas.words.distance(rounded(length)) if length else ""


def _size(tool: Tool, places: Sequence[Place]) -> tuple[float, float]:
    """Area and length of a drawing with these corners; the length of an area is its circumference."""
    if tool is Tool.POLYGON and len(places) >= _FEWEST[tool]:
        lons, lats = zip(*places, strict=True)
        area, around = area_m2(lons, lats)
        return 0.0 if sides_cross(places) else area, around
    if tool in (Tool.LINE, Tool.MEASURE):
        return 0.0, sum(distance_m(*one, *other) for one, other in pairwise(places))
    return 0.0, 0.0


def sides_cross(places: Sequence[Place]) -> bool:
    """Whether two sides of an area cross, so that parts of it would count against each other."""
    sides = list(pairwise([*places, places[0]]))
    return any(
        _turns(a, b, c) * _turns(a, b, d) < 0 and _turns(c, d, a) * _turns(c, d, b) < 0
        for number, (a, b) in enumerate(sides)
        for c, d in sides[number + 2 :]
    )


def _turns(begin: Place, end: Place, other: Place) -> float:
    """Positive where *other* lies to the left of the line from *begin* to *end*, negative to the right."""
    return (end[0] - begin[0]) * (other[1] - begin[1]) - (end[1] - begin[1]) * (other[0] - begin[0])


def rounded(metres: float) -> float:
    """A length as it is said on a map: whole metres, above a kilometre ten metres, above ten kilometres a hundred."""
    step = 1 if metres < 1_000 else 10 if metres < 10_000 else 100
    return float(round(metres / step) * step)


def draw_box(canvas: Canvas, box: QRectF) -> None:
    """Draw the rectangle that is being dragged."""
    fill = QColor(canvas.colours.furniture)
    fill.setAlpha(_FILL_ALPHA)
    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    canvas.painter.setPen(QPen(QColor(canvas.colours.furniture), 1.0, Qt.PenStyle.DashLine))
    canvas.painter.setBrush(fill)
    canvas.painter.drawRect(box)


def box_drawing(bounds: Bounds) -> Drawing:
    """A dragged rectangle as a drawing."""
    west, south, east, north = bounds
    return Drawing(tool=Tool.BOX, places=((west, south), (east, north)))
