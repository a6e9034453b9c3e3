"""The map. Other code writes ``from ui.map import …`` and names nothing below this package.

Importing the package, :class:`MapView`, :class:`Viewport`, :func:`render_map`, :func:`base_map_layers` and
:class:`GraticuleLayer` does not import NumPy; the layers that hold data do, and the view's worker does when it first
paints. So the window may make its map at the start and fill it later.

Only degrees of WGS 84 and pairs of layer id and feature id cross this line.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ui.map.base_map import COVERAGE, base_map_layers
    from ui.map.effort import CoverageLayer
    from ui.map.furniture import PAPER, SCREEN, Furniture
    from ui.map.graticule import GraticuleLayer
    from ui.map.grid import GridLayer, grid_layer, grid_lines, grid_note
    from ui.map.heat import HeatLayer
    from ui.map.hillshade import HillshadeLayer
    from ui.map.layer import Canvas, Layer, LegendEntry
    from ui.map.names import LabelsLayer, MapName, Script
    from ui.map.own_maps import own_layers
    from ui.map.points import MapPoint, PointsLayer
    from ui.map.polygons import MapArea, PolygonsLayer
    from ui.map.render import render_map
    from ui.map.replay import ReplayLayer
    from ui.map.strokes import polygon_from_pixels
    from ui.map.tiles import TilesLayer, TileSource
    from ui.map.tools import Drawing, Sketch, Tool, sides_cross
    from ui.map.tracks import MapTrack, TracksLayer
    from ui.map.vector_layer import VectorLayer
    from ui.map.vector_style import VectorStyle, proposed_colours, value_text
    from ui.map.view import MapView
    from ui.map.viewport import Bounds, Viewport
    from ui.map.words import MapWords

__all__ = [
    "COVERAGE",
    "PAPER",
    "SCREEN",
    "Bounds",
    "Canvas",
    "CoverageLayer",
    "Drawing",
    "Furniture",
    "GraticuleLayer",
    "GridLayer",
    "HeatLayer",
    "HillshadeLayer",
    "LabelsLayer",
    "Layer",
    "LegendEntry",
    "MapArea",
    "MapName",
    "MapPoint",
    "MapTrack",
    "MapView",
    "MapWords",
    "PointsLayer",
    "PolygonsLayer",
    "ReplayLayer",
    "Script",
    "Sketch",
    "TileSource",
    "TilesLayer",
    "Tool",
    "TracksLayer",
    "VectorLayer",
    "VectorStyle",
    "Viewport",
    "base_map_layers",
    "grid_layer",
    "grid_lines",
    "grid_note",
    "own_layers",
    "polygon_from_pixels",
    "proposed_colours",
    "render_map",
    "sides_cross",
    "value_text",
]

_MODULES = {
    "COVERAGE": "base_map",
    "PAPER": "furniture",
    "SCREEN": "furniture",
    "Bounds": "viewport",
    "Canvas": "layer",
    "CoverageLayer": "effort",
    "Drawing": "tools",
    "Furniture": "furniture",
    "GraticuleLayer": "graticule",
    "GridLayer": "grid",
    "HeatLayer": "heat",
    "HillshadeLayer": "hillshade",
    "LabelsLayer": "names",
    "Layer": "layer",
    "LegendEntry": "layer",
    "MapArea": "polygons",
    "MapName": "names",
    "MapPoint": "points",
    "MapTrack": "tracks",
    "MapView": "view",
    "MapWords": "words",
    "PointsLayer": "points",
    "PolygonsLayer": "polygons",
    "ReplayLayer": "replay",
    "Script": "names",
    "Sketch": "tools",
    "TileSource": "tiles",
    "TilesLayer": "tiles",
    "Tool": "tools",
    "TracksLayer": "tracks",
    "VectorLayer": "vector_layer",
    "VectorStyle": "vector_style",
    "Viewport": "viewport",
    "base_map_layers": "base_map",
    "grid_layer": "grid",
    "grid_lines": "grid",
    "grid_note": "grid",
    "own_layers": "own_maps",
    "polygon_from_pixels": "strokes",
    "proposed_colours": "vector_style",
    "render_map": "render",
    "sides_cross": "tools",
    "value_text": "vector_style",
}
"""Where each name of the package is written; read when it is first asked for."""


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
