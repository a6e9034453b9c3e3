"""The layer of areas, such as the limits of a protected area or of a grazing district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.shapes import unwrapped
from ui.map.strokes import Lines, rings
from ui.map.viewport import Bounds, Viewport
from ui.theme import MapColours

_EDGE_PX = 1.8
_CHOSEN_EDGE_PX = 4.5
_FILL_ALPHA = 28


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapArea:
    """An area to be drawn.

    Attributes:
        rings: Longitudes and latitudes of each ring; a ring inside another is a hole.
    """

    id: str
    rings: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]


class PolygonsLayer(Layer):
    """Areas with a thin ground and a clear edge."""

    kind = "polygons"

    def __init__(
        self,
        layer_id: str,
        areas: Sequence[MapArea],
        *,
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
    ) -> None:
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=attribution)
        self._areas = {area.id: _lines(area) for area in areas if area.rings}

    def paint(self, canvas: Canvas) -> None:
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(canvas.colours.area)
        fill.setAlpha(_FILL_ALPHA)
        for area_id, lines in self._areas.items():
            canvas.check()
            path = _path(lines, canvas.viewport)
            canvas.painter.fillPath(path, fill)
            if area_id in canvas.selected:
                canvas.painter.strokePath(path, QPen(QColor(canvas.colours.selection), _CHOSEN_EDGE_PX))
            canvas.painter.strokePath(path, QPen(QColor(canvas.colours.area), _EDGE_PX))

    def hit(self, viewport: Viewport, at: QPointF, reach_px: float) -> tuple[str, ...]:
        return tuple(area_id for area_id, lines in self._areas.items() if _path(lines, viewport).contains(at))

    def within(self, bounds: Bounds) -> tuple[str, ...]:
        west, south, east, north = bounds
        found = []
        for area_id in self._areas:
            box = self.bounds(area_id)
            if box and west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north:
                found.append(area_id)
        return tuple(found)

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        if feature_id is not None:
            return self._areas[feature_id].box() if feature_id in self._areas else None
        boxes = [box for lines in self._areas.values() if (box := lines.box()) is not None]
        if not boxes:
            return None
        west, south, east, north = zip(*boxes, strict=True)
        return min(west), min(south), max(east), max(north)

    def legend(self) -> tuple[LegendEntry, ...]:
        return (LegendEntry("area", _draw_sample),) if self._areas else ()


def _lines(area: MapArea) -> Lines:
    starts = np.cumsum([0, *(len(lon) for lon, _ in area.rings[:-1])])
    lon, lat = (np.concatenate([ring[axis] for ring in area.rings]) for axis in (0, 1))
    return Lines.from_degrees(unwrapped(lon, np.append(starts, len(lon))), lat, starts)


def _path(lines: Lines, viewport: Viewport) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings(lines, viewport):
        path.addPolygon(ring)
        path.closeSubpath()
    return path


def _draw_sample(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    fill = QColor(colours.area)
    fill.setAlpha(_FILL_ALPHA)
    painter.setPen(QPen(QColor(colours.area), _EDGE_PX))
    painter.setBrush(fill)
    painter.drawRect(box.adjusted(2, 2, -2, -2))
