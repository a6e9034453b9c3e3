"""Painting layers into a picture: the one way, for the window, the tests and paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from ui.map.furniture import Furniture, draw_furniture, planned
from ui.map.labels import LabelPlacer
from ui.map.layer import Canvas, Layer
from ui.map.paper import SheetPlan
from ui.map.viewport import Viewport
from ui.map.words import MapWords
from ui.theme import LIGHT, PAPER_GROUND, MapColours

Picked = tuple[str, str]
"""A layer's id and a feature's id."""

_INCH_M = 0.0254


class Painted(NamedTuple):
    """A finished picture, and what was missing from it."""

    image: QImage
    viewport: Viewport
    missing_tiles: int = 0
    source_errors: tuple[tuple[str, str], ...] = ()


def render_map(
    layers: Sequence[Layer],
    viewport: Viewport,
    dpi: float | None = None,
    *,
    words: MapWords | None = None,
    colours: MapColours = LIGHT.map,
    furniture: Furniture | None = None,
    selected: Iterable[Picked] = (),
) -> QImage:
    """Paint a complete picture now; may be called from any thread, and without a display.

    Fonts need a ``QGuiApplication`` (on the ``offscreen`` platform where there is no display). Equal arguments give
    equal pixels.

    Args:
        layers: What to show, the lowest first; layers of the base map come below the others by themselves.
        viewport: What to show of the world; the picture has its size times its ``dpr``.
        dpi: Dots per inch of the picture: lines and letters keep their size in inches. 96 times ``dpr`` when ``None``.
        words: The furniture's words; without them nothing is written around the map.
        colours: The palette.
        furniture: What to draw around the map; nothing when ``None``.
        selected: What is drawn as chosen.
    """
    if QGuiApplication.instance() is None:
        raise RuntimeError("a map needs a QGuiApplication for its fonts")
    shown = viewport.drawn_at(dpi) if dpi is not None else viewport
    image = new_image(viewport, shown.dpr, colours)
    painter = QPainter(image)
    try:
        paint_picture(painter, layers, shown, words or MapWords(), colours, furniture, frozenset(selected))
    finally:
        painter.end()
    return image


def paint_picture(
    painter: QPainter,
    layers: Sequence[Layer],
    shown: Viewport,
    words: MapWords,
    colours: MapColours,
    furniture: Furniture | None,
    selected: frozenset[Picked] = frozenset(),
) -> tuple[tuple[str, str], ...]:
    """Paint the map and all around it; the painter's unit is 1/96 inch, its origin the sheet's top left corner.

    Returns:
        What sources could not do, and what else has to be told, as (layer id, code).
    """
    plan = planned(furniture, shown, visible(layers), words)
    inner = map_view(shown, plan)
    if furniture is not None and furniture.framed:
        painter.fillRect(QRectF(0, 0, shown.width_px + 1, shown.height_px + 1), QColor(PAPER_GROUND))
    painter.translate(plan.map_box.topLeft())
    clip = QRectF(0, 0, inner.width_px, inner.height_px)
    canvas = new_canvas(painter, inner, words=words, colours=colours)
    canvas.band_px = plan.band_px
    painter.save()
    painter.setClipRect(clip)
    painter.fillRect(clip, QColor(colours.unknown))
    paint_shapes(canvas, layers, selected)
    painter.restore()
    if furniture is not None:
        # before the names, which keep off it
        draw_furniture(canvas, furniture, visible(layers), plan, shown.width_px)
    painter.setClipRect(clip)
    paint_names(canvas, layers, selected)
    return tuple(dict.fromkeys([*canvas.source_errors, *canvas.remarks]))


def map_view(shown: Viewport, plan: SheetPlan) -> Viewport:
    """What the map itself shows on a sheet: the same centre and zoom in the room that is left for it."""
    return shown.resized(max(round(plan.map_box.width()), 1), max(round(plan.map_box.height()), 1))


def new_image(viewport: Viewport, unit_px: float, colours: MapColours) -> QImage:
    """An empty picture of the viewport's device pixels, in which a drawing unit is *unit_px* of them."""
    image = QImage(
        round(viewport.width_px * viewport.dpr), round(viewport.height_px * viewport.dpr), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(unit_px)
    dots_per_metre = round(unit_px * 96 / _INCH_M)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    image.fill(QColor(colours.unknown))
    return image


def visible(layers: Sequence[Layer]) -> list[Layer]:
    """The layers that are shown, the lowest first."""
    shown = [layer for layer in layers if layer.visible and layer.opacity > 0]
    return sorted(shown, key=lambda layer: not layer.is_base)


def new_canvas(
    painter: QPainter,
    viewport: Viewport,
    *,
    words: MapWords,
    colours: MapColours,
    is_stale: Callable[[], bool] = lambda: False,
) -> Canvas:
    """A canvas on which nothing is written yet."""
    return Canvas(
        painter=painter,
        viewport=viewport,
        colours=colours,
        words=words,
        labels=LabelPlacer(QRectF(0, 0, viewport.width_px, viewport.height_px)),
        is_stale=is_stale,
    )


def paint_shapes(canvas: Canvas, layers: Sequence[Layer], selected: frozenset[Picked] = frozenset()) -> None:
    """Paint all that is not writing, the lowest layer first; raise ``Stale`` when nobody waits any more."""
    for layer in visible(layers):
        _paint_one(canvas, layer, layer.paint, selected)


def paint_names(canvas: Canvas, layers: Sequence[Layer], selected: frozenset[Picked] = frozenset()) -> None:
    """Write names, those of the uppermost layer first; raise ``Stale`` when nobody waits any more."""
    canvas.has_pictures = any(layer.kind == "tiles" for layer in visible(layers))
    for layer in reversed(visible(layers)):
        _paint_one(canvas, layer, layer.paint_labels, selected)


def _paint_one(canvas: Canvas, layer: Layer, paint: Callable[[Canvas], None], selected: frozenset[Picked]) -> None:
    canvas.check()
    canvas.selected = frozenset(feature_id for layer_id, feature_id in selected if layer_id == layer.id)
    canvas.painter.save()
    canvas.painter.setOpacity(layer.opacity)
    try:
        paint(canvas)
    finally:
        canvas.painter.restore()
