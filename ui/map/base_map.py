"""The base map that is always there: land, water, borders and names, from ``resources/basemap``.

Nothing is read and NumPy is not imported before the first painting, which happens off the window's thread.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ranger_app.paths import resource
from ui.map.layer import Canvas, Layer
from ui.map.names import LabelsLayer, MapName, Script
from ui.map.viewport import Bounds

if TYPE_CHECKING:
    from ui.map.strokes import Lines

COVERAGE: Bounds = (44.0, 22.0, 122.0, 58.0)
"""Where the base map knows anything."""

SOURCES = ("Natural Earth", "GeoNames (CC BY 4.0)")
_SHAPES = ("land", "lakes", "glaciers", "rivers", "provinces", "borders")
_UNITS_PER_DEGREE = 10_000
_ROUGH_UNTIL_ZOOM = 9.0
"""Lines of 1:50,000,000 lie kilometres beside the real ones; closer than this they would mislead."""


class _Stroke(NamedTuple):
    """How one layer of lines is drawn; the width grows from the first zoom to the last."""

    name: str
    colour: str
    widths: tuple[float, float]
    zooms: tuple[float, float]


_AREAS = (("lakes", "water", "shore", 24.0), ("glaciers", "glacier", "glacier_edge", _ROUGH_UNTIL_ZOOM))
"""Layer, colour, colour of the edge, and until which zoom it is drawn."""

_STROKES = (
    _Stroke("rivers", "river", (0.6, 1.6), (4.5, _ROUGH_UNTIL_ZOOM)),
    _Stroke("provinces", "province", (0.7, 1.4), (5.0, 24.0)),
    _Stroke("borders", "border", (1.0, 2.0), (2.0, 24.0)),
)
_WIDEST_ZOOM = 11.0
_BAND_PX = 5.0
_BAND_ALPHA = 46
_COARSER, _BAND_COARSER = 1.0, 2.0
"""So many zooms: the base map has a point every pixel, and a band every other one."""


def base_map_layers(script: Script = "latin") -> tuple[Layer, ...]:
    """The base map: shapes below everything, names above everything.

    Args:
        script: ``cyrillic`` writes Cyrillic names where the source has them.
    """
    return BaseMapLayer(), LabelsLayer("base-names", base_names, script=script, is_base=True)


class BaseMapLayer(Layer):
    """Land, water, ice and lines."""

    kind = "polygons"

    def __init__(self) -> None:
        super().__init__("base", attribution=SOURCES, is_base=True)

    def paint(self, canvas: Canvas) -> None:
        shapes, colours, painter = base_shapes(), canvas.colours, canvas.painter
        _fill_coverage(canvas, colours.water)
        canvas.check()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(_path(shapes["land"], canvas), QColor(colours.land))
        canvas.check()
        for name, fill, edge, last_zoom in _AREAS:
            if canvas.viewport.zoom <= last_zoom:
                path = _path(shapes[name], canvas)
                painter.fillPath(path, QColor(getattr(colours, fill)))
                painter.strokePath(path, QPen(QColor(getattr(colours, edge)), 0.8))
        for stroke in _STROKES:
            canvas.check()
            if stroke.zooms[0] <= canvas.viewport.zoom <= stroke.zooms[1]:
                _draw(shapes[stroke.name], stroke, canvas)

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        return COVERAGE if feature_id is None else None


def _fill_coverage(canvas: Canvas, colour: str) -> None:
    west, south, east, north = COVERAGE
    top_left = QPointF(*canvas.viewport.project(west, north))
    bottom_right = QPointF(*canvas.viewport.project(east, south))
    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    canvas.painter.fillRect(QRectF(top_left, bottom_right), QColor(colour))


def _path(lines: Lines, canvas: Canvas) -> QPainterPath:
    from ui.map.strokes import rings

    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings(lines.level(canvas.viewport.zoom - _COARSER), canvas.viewport):
        path.addPolygon(ring)
        path.closeSubpath()
    return path


def _draw(lines: Lines, stroke: _Stroke, canvas: Canvas) -> None:
    nearness = (canvas.viewport.zoom - stroke.zooms[0]) / (_WIDEST_ZOOM - stroke.zooms[0])
    least, most = stroke.widths
    width = least + (most - least) * min(max(nearness, 0.0), 1.0)
    colour = QColor(getattr(canvas.colours, stroke.colour))
    if stroke.name == "borders":
        band = QColor(colour)
        band.setAlpha(_BAND_ALPHA)
        pen = QPen(band, width + _BAND_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        # a wide line does not show what a thin one does
        _draw_pieces(lines.level(canvas.viewport.zoom - _BAND_COARSER), pen, canvas)
    # nor a thin one its corners, and round ones take three times as long
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
    _draw_pieces(lines.level(canvas.viewport.zoom - _COARSER), pen, canvas)


def _draw_pieces(lines: Lines, pen: QPen, canvas: Canvas) -> None:
    from ui.map.strokes import polylines

    canvas.painter.setPen(pen)
    for piece in polylines(lines, canvas.viewport):
        canvas.painter.drawPolyline(piece)


@cache
def base_shapes() -> dict[str, Lines]:
    """The shapes of ``resources/basemap/shapes.npz`` by name; read once."""
    import numpy as np

    from ui.map.strokes import Lines

    shapes = {}
    with np.load(resource("basemap", "shapes.npz"), allow_pickle=False) as columns:
        for name in _SHAPES:
            degrees = np.cumsum(columns[f"{name}_steps"], axis=0) / _UNITS_PER_DEGREE
            shapes[name] = Lines.from_degrees(degrees[:, 0], degrees[:, 1], columns[f"{name}_starts"])
    return shapes


@cache
def base_names() -> tuple[MapName, ...]:
    """The names of ``resources/basemap/places.csv``, the most important first; read once."""
    import csv

    with resource("basemap", "places.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            MapName(
                kind=row["kind"],
                rank=int(row["rank"]),
                longitude_deg=float(row["longitude"]),
                latitude_deg=float(row["latitude"]),
                name=row["name"],
                cyrillic=row["cyrillic"],
            )
            for row in csv.DictReader(file)
        )
