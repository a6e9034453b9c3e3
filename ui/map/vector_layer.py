"""The layer of points, lines and areas that somebody brought along: of any size, in colours by what a field says."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.shapes import Integers, Shapes
from ui.map.vector_labels import Anchors, write_names
from ui.map.vector_paint import AREA, LINE, POINT, Group, VectorPainter, dot_px
from ui.map.vector_picking import features_within, hit_features
from ui.map.vector_style import Value, VectorStyle, classes_of
from ui.map.viewport import Bounds, Viewport
from ui.theme import MapColours

if TYPE_CHECKING:
    from ranger_app.maps.vector_file import VectorMap

_MARGIN_PX = 16.0
_POINTS_AT_ONCE = 200_000
_SPECK_PX = 1.0
_CROWD_SPECK_PX = 2.0
"""What is smaller is drawn as one pixel; in a crowd, what is a little larger too."""

_CROWD = 100_000


class VectorLayer(Layer):
    """Features of a :class:`VectorMap`; their ids are their numbers in it, counted from 0.

    Attributes:
        style: How they are drawn.
        attributes: The fields of the features.
        has_others: Whether a feature has no colour of its own.
    """

    kind = "polygons"

    def __init__(
        self,
        layer_id: str,
        vectors: VectorMap,
        *,
        style: VectorStyle | None = None,
        visible: bool = True,
        opacity: float = 1.0,
    ) -> None:
        attribution = (vectors.attribution,) if vectors.attribution else ()
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=attribution)
        self.name = vectors.name
        self.attributes: Mapping[str, Sequence[Value]] = vectors.attributes
        self._shapes = Shapes(vectors)
        self._take_style(style or VectorStyle())

    def _take_style(self, style: VectorStyle) -> None:
        self.style = style
        count = len(self._shapes.kinds)
        values = self.attributes.get(style.by) if style.by else None
        self._classes = classes_of(values, style) if values is not None else np.zeros(count, np.uint8)
        self.has_others = bool((self._classes == 0).any())
        self._anchors: Anchors = {}

    def styled(self, style: VectorStyle) -> VectorLayer:
        """The same features, drawn in another style; shares everything heavy with this one."""
        other = copy.copy(self)
        other._take_style(style)
        return other

    def facts(self, feature_id: str) -> dict[str, Value]:
        """What the fields say of a feature; empty when there is no such feature."""
        number = self._number(feature_id)
        return {} if number is None else {name: values[number] for name, values in self.attributes.items()}

    def _number(self, feature_id: str) -> int | None:
        is_number = feature_id.isascii() and feature_id.isdigit() and int(feature_id) < len(self._shapes.kinds)
        return int(feature_id) if is_number else None

    # Painting

    def paint(self, canvas: Canvas) -> None:
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groups = self._groups(canvas)
        painter = VectorPainter(canvas, self._shapes, self.style, groups)
        painter.paint()
        if painter.is_exhausted:
            canvas.source_errors.append((self.id, "layer-too-dense"))

    def _groups(self, canvas: Canvas) -> list[Group]:
        """What is seen, by colour: those without one of their own first, the chosen last."""
        viewport, shapes = canvas.viewport, self._shapes
        seen = shapes.seen(viewport, _MARGIN_PX)
        canvas.check()
        owners = shapes.owners[seen]
        classes = self._classes[owners].astype(np.int64)
        last = len(self.style.colours) + 1
        chosen = self._chosen(canvas.selected)
        if len(chosen):
            classes[np.isin(owners, chosen)] = last
        least = (_CROWD_SPECK_PX if len(seen) > _CROWD else _SPECK_PX) / (viewport.world_px * viewport.dpr)
        groups = []
        for number in np.unique(classes).tolist():
            canvas.check()
            group = Group(self._colour(number, canvas.colours), number == last)
            self._fill_group(canvas, group, seen[classes == number], least)
            groups.append(group)
        return groups

    def _fill_group(self, canvas: Canvas, group: Group, parts: Integers, least: float) -> None:
        shapes = self._shapes
        kinds = shapes.kinds[shapes.owners[parts]]
        small = (shapes.extents(parts) < least) & (kinds != POINT)
        group.specks = parts[small]
        zoom = canvas.viewport.zoom + float(np.log2(canvas.viewport.dpr))
        for kind, held in ((POINT, group.dots), (LINE, group.lines), (AREA, group.areas)):
            for some in shapes.cuts(parts[(kinds == kind) & ~small], _POINTS_AT_ONCE):
                canvas.check()
                held.append(shapes.thinned(some, zoom))

    def _chosen(self, selected: frozenset[str]) -> Integers:
        numbers = [number for chosen in selected if (number := self._number(chosen)) is not None]
        return np.array(sorted(numbers), np.int64)

    def _colour(self, number: int, colours: MapColours) -> QColor:
        own = self.style.colour or colours.area
        if number == 0:
            return QColor(own)
        if number > len(self.style.colours):
            return QColor(colours.selection)
        return QColor(self.style.colours[number - 1][1])

    def paint_labels(self, canvas: Canvas) -> None:
        values = self.attributes.get(self.style.label) if self.style.label else None
        if values is not None:
            write_names(canvas, self._shapes, values, self._anchors)

    # Picking

    def hit(self, viewport: Viewport, at: QPointF, reach_px: float) -> tuple[str, ...]:
        return tuple(str(number) for number in hit_features(self._shapes, viewport, at, reach_px))

    def within(self, bounds: Bounds) -> tuple[str, ...]:
        return tuple(map(str, features_within(self._shapes, bounds)))

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        if feature_id is None:
            return self._shapes.box()
        number = self._number(feature_id)
        return None if number is None else self._shapes.box(np.flatnonzero(self._shapes.owners == number))

    def legend(self) -> tuple[LegendEntry, ...]:
        """One entry for each value that has a colour, and one with the layer's name for all others."""
        if not len(self._shapes):
            return ()
        named = [*self.style.colours, *([(self.name, self.style.colour)] if self.has_others else [])]
        shape = int(self._shapes.kinds.max())
        return tuple(
            LegendEntry(f"{self.id}:{text}", partial(_draw_sample, shape, colour, self.style), word=text)
            for text, colour in named
        )


def _draw_sample(
    shape: int, colour: str, style: VectorStyle, painter: QPainter, box: QRectF, colours: MapColours
) -> None:
    own = QColor(colour or style.colour or colours.area)
    painter.setPen(QPen(own, style.width_px))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape == LINE:
        painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()))
        return
    if shape == POINT:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(own)
        painter.drawEllipse(box.center(), dot_px(style) / 2, dot_px(style) / 2)
        return
    fill = QColor(own)
    fill.setAlphaF(style.fill_opacity)
    painter.setBrush(fill)
    painter.drawRect(box.adjusted(2, 2, -2, -2))
