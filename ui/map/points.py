"""The layer of places: incidents, waypoints, photos; what would lie on each other is drawn as one with a number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui.map.grouping import Groups, each_alone, grouped
from ui.map.labels import Lettering, boxes_around, draw_plate, text_size, write
from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.signs import GROUP_PX, SIGN_PX, draw_group, draw_sign
from ui.map.strokes import grown_box
from ui.map.viewport import Bounds, Viewport, from_world, to_world
from ui.theme import MapColours

_MARGIN_PX = 24.0
_LABEL = Lettering(12, bold=True)
_PLATE_PX = 2.0
_LABEL_GAP_PX = SIGN_PX / 2 + 3
_CHECK_EVERY = 100
_KEPT_ZOOMS = 4
_AROUND_PX = 200.0
"""Whoever lies farther away has no part in a group under the pointer."""


class MapPoint(NamedTuple):
    """A place to be drawn; there may be tens of thousands.

    Attributes:
        id: Names the place within its layer.
        longitude_deg, latitude_deg: WGS 84.
        kind: ``incident``, ``conflict``, ``waypoint``, ``photo``; decides the sign.
        label: Written beside the sign; empty for none.
    """

    id: str
    longitude_deg: float
    latitude_deg: float
    kind: str = "waypoint"
    label: str = ""


class PointsLayer(Layer):
    """Places as signs.

    Attributes:
        grouped: Draw places that lie on each other as one sign with a number.
    """

    kind = "points"

    def __init__(
        self,
        layer_id: str,
        points: Sequence[MapPoint],
        *,
        grouped: bool = True,
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
    ) -> None:
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=attribution)
        self.grouped = grouped
        self._points = tuple(points)
        self._numbers = {point.id: number for number, point in enumerate(self._points)}
        self._lon = np.array([point.longitude_deg for point in points], dtype=np.float64)
        self._lat = np.array([point.latitude_deg for point in points], dtype=np.float64)
        self._x, self._y = to_world(self._lon, self._lat)
        self._groups_at: dict[float, Groups] = {}

    def _groups(self, viewport: Viewport) -> Groups:
        groups = self._groups_at.get(viewport.zoom)
        if groups is None:
            groups = self._grouped_at(viewport)
            if len(self._groups_at) >= _KEPT_ZOOMS:
                self._groups_at = {}
            self._groups_at[viewport.zoom] = groups
        return groups

    def _grouped_at(self, viewport: Viewport, places: NDArray[np.int64] | slice = slice(None)) -> Groups:
        x, y = self._x[places], self._y[places]
        if not self.grouped or viewport.is_closest:
            return each_alone(x, y)
        return grouped(x, y, viewport.world_px)

    def _seen(self, groups: Groups, viewport: Viewport) -> list[tuple[int, QPointF]]:
        left, top, right, bottom = grown_box(viewport, _MARGIN_PX)
        inside = (groups.x >= left) & (groups.x <= right) & (groups.y >= top) & (groups.y <= bottom)
        seen = np.flatnonzero(inside)
        origin_x, origin_y = viewport.origin
        x = (groups.x[seen] - origin_x) * viewport.world_px
        y = (groups.y[seen] - origin_y) * viewport.world_px
        order = np.argsort(y, kind="stable")
        rows = zip(seen[order].tolist(), x[order].tolist(), y[order].tolist(), strict=True)
        return [(group, QPointF(px, py)) for group, px, py in rows]

    def paint(self, canvas: Canvas) -> None:
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groups = self._groups(canvas.viewport)
        chosen = {self._numbers[point_id] for point_id in canvas.selected if point_id in self._numbers}
        for number, (group, at) in enumerate(self._seen(groups, canvas.viewport)):
            if number % _CHECK_EVERY == 0:
                canvas.check()
            members = groups.of(group)
            is_chosen = bool(chosen) and not chosen.isdisjoint(members)
            if len(members) == 1:
                draw_sign(canvas.painter, self._points[members[0]].kind, at, canvas.colours, chosen=is_chosen)
                canvas.labels.reserve(_sign_box(at))
            else:
                kinds = {self._points[member].kind for member in members}
                kind = kinds.pop() if len(kinds) == 1 else ""
                box = draw_group(canvas.painter, kind, len(members), at, canvas.colours, chosen=is_chosen)
                canvas.labels.reserve(box)

    def paint_labels(self, canvas: Canvas) -> None:
        groups = self._groups(canvas.viewport)
        for number, (group, at) in enumerate(self._seen(groups, canvas.viewport)):
            if number % _CHECK_EVERY == 0:
                canvas.check()
            members = groups.of(group)
            label = self._points[members[0]].label
            if len(members) > 1 or not label:
                continue
            width, height, _ = text_size(_LABEL, label)
            boxes = boxes_around(at, width, height, _LABEL_GAP_PX)
            # a mark of a dossier has to be named, even where writing lies on writing
            box = canvas.labels.place(boxes, whole=True) or (None if self.grouped else boxes[0])
            if box is not None:
                if canvas.has_pictures:
                    draw_plate(canvas.painter, box.adjusted(-_PLATE_PX, 0, _PLATE_PX, 0), canvas.colours)
                write(canvas.painter, box, label, _LABEL, canvas.colours.place, canvas.colours.halo)

    def hit(self, viewport: Viewport, at: QPointF, reach_px: float) -> tuple[str, ...]:
        left, top = viewport.origin
        x, y = left + at.x() / viewport.world_px, top + at.y() / viewport.world_px
        groups = self._groups_near(viewport, x, y)
        apart = np.hypot(groups.x - x, groups.y - y) * viewport.world_px
        near = np.flatnonzero(apart <= reach_px + SIGN_PX / 2)
        nearest = near[np.argsort(apart[near], kind="stable")].tolist()
        return tuple(self._points[member].id for group in nearest for member in groups.of(group))

    def _groups_near(self, viewport: Viewport, x: float, y: float) -> Groups:
        """The groups as they are painted; before the first painting of a zoom, those around a place alone."""
        if viewport.zoom in self._groups_at:
            return self._groups_at[viewport.zoom]
        reach = _AROUND_PX / viewport.world_px
        around = np.flatnonzero((np.abs(self._x - x) <= reach) & (np.abs(self._y - y) <= reach))
        groups = self._grouped_at(viewport, around)
        return Groups(groups.x, groups.y, around[groups.members], groups.starts)

    def within(self, bounds: Bounds) -> tuple[str, ...]:
        west, south, east, north = bounds
        inside = (self._lon >= west) & (self._lon <= east) & (self._lat >= south) & (self._lat <= north)
        return tuple(self._points[number].id for number in np.flatnonzero(inside).tolist())

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        if feature_id is not None:
            number = self._numbers.get(feature_id)
            if number is None:
                return None
            point = self._points[number]
            return point.longitude_deg, point.latitude_deg, point.longitude_deg, point.latitude_deg
        if not self._points:
            return None
        west, north = from_world(float(self._x.min()), float(self._y.min()))
        east, south = from_world(float(self._x.max()), float(self._y.max()))
        return west, south, east, north

    def legend(self) -> tuple[LegendEntry, ...]:
        kinds = dict.fromkeys(point.kind for point in self._points)
        entries = [LegendEntry(kind, partial(_draw_sample, kind)) for kind in kinds]
        if self.grouped and len(self._points) > 1:
            of_one_kind = next(iter(kinds)) if len(kinds) == 1 else ""
            entries.append(LegendEntry("group", partial(_draw_group_sample, of_one_kind), GROUP_PX))
        return tuple(entries)

    def kinds_seen(self, viewport: Viewport) -> frozenset[str]:
        """Which signs of the legend are anywhere in a picture."""
        groups = self._groups(viewport)
        left, top, right, bottom = grown_box(viewport, SIGN_PX / 2)
        inside = (groups.x >= left) & (groups.x <= right) & (groups.y >= top) & (groups.y <= bottom)
        kinds: set[str] = set()
        for group in np.flatnonzero(inside).tolist():
            members = groups.of(group)
            kinds |= {self._points[member].kind for member in members} | ({"group"} if len(members) > 1 else set())
        return frozenset(kinds)


def _sign_box(at: QPointF) -> QRectF:
    return QRectF(at.x() - SIGN_PX / 2, at.y() - SIGN_PX / 2, SIGN_PX, SIGN_PX)


def _draw_sample(kind: str, painter: QPainter, box: QRectF, colours: MapColours) -> None:
    draw_sign(painter, kind, box.center(), colours)


def _draw_group_sample(kind: str, painter: QPainter, box: QRectF, colours: MapColours) -> None:
    draw_group(painter, kind, 2, box.center(), colours)
