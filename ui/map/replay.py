"""The layer of a replay: the ways up to a moment, and a sign where each patrol is."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ranger_app.domain.replay import Replay, Standing
from ranger_app.domain.track_levels import cells_of, kept
from ui.map.labels import Lettering, boxes_around, text_size, write
from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.strokes import Lines, polylines
from ui.map.viewport import Bounds, Viewport, from_world
from ui.theme import MapColours

_WIDTH_PX = 2.2
_HAIR_PX = 1.0
_MOST_FOR_WIDTH = 60_000
"""Points in the picture beyond which lines are one pixel wide: wide ones take ten times as long."""

_CHECK_EVERY = 100
_RADIUS_PX = 6.5
_HALO_PX = 2.0
_LABEL = Lettering(12, bold=True)
_FINEST_ZOOM = 17
_SAMPLE_PX = 26.0

Integers = NDArray[np.int64]


class ReplayLayer(Layer):
    """Patrols at one moment.

    Args:
        moment_us: Microseconds since 1970 UTC.
        names: What is written beside a patrol, by its id.
    """

    kind = "tracks"

    def __init__(
        self,
        layer_id: str,
        replay: Replay,
        moment_us: int,
        *,
        names: Mapping[str, str] | None = None,
        visible: bool = True,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(layer_id, visible=visible, opacity=opacity)
        self._replay, self._names = replay, names or {}
        self._thinned: dict[int, Integers] = {}
        self._moment = moment_us
        self._standing: Standing | None = None

    def at(self, moment_us: int) -> ReplayLayer:
        """The same at another moment; shares everything heavy with this one."""
        other = self.shown()
        other._moment, other._standing = moment_us, None
        return other

    @property
    def moment_us(self) -> int:
        return self._moment

    def standing(self) -> Standing:
        """Where patrols are."""
        if self._standing is None:
            self._standing = self._replay.at(self._moment)
        return self._standing

    def paint(self, canvas: Canvas) -> None:
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pieces = list(polylines(self.walked(canvas.viewport.zoom), canvas.viewport))
        is_fine = sum(piece.size() for piece in pieces) <= _MOST_FOR_WIDTH
        pen = QPen(QColor(canvas.colours.track), _WIDTH_PX if is_fine else _HAIR_PX)
        if is_fine:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        canvas.painter.setPen(pen)
        for number, piece in enumerate(pieces):
            if number % _CHECK_EVERY == 0:
                canvas.check()
            canvas.painter.drawPolyline(piece)
        for _, at, is_seen in self._signs(canvas.viewport):
            _draw_sign(canvas.painter, at, is_seen, canvas.colours)
            canvas.labels.reserve(QRectF(at.x() - _RADIUS_PX, at.y() - _RADIUS_PX, 2 * _RADIUS_PX, 2 * _RADIUS_PX))

    def paint_labels(self, canvas: Canvas) -> None:
        for track, at, _ in self._signs(canvas.viewport):
            name = self._names.get(self._replay.patrols[track], "")
            if not name:
                continue
            width, height, _ = text_size(_LABEL, name)
            box = canvas.labels.place(boxes_around(at, width, height, _RADIUS_PX + 3))
            if box is not None:
                write(canvas.painter, box, name, _LABEL, canvas.colours.place, canvas.colours.halo)

    def walked(self, zoom: float) -> Lines:
        """The ways up to the moment, as coarse as *zoom* allows, each on to where its patrol is."""
        replay = self._replay
        chosen = self._at_zoom(zoom)
        chosen = chosen[replay.time_us[chosen] <= self._moment]
        standing = self.standing()
        x, y, begins = replay.x[chosen], replay.y[chosen], self._begins(chosen)
        seen = np.flatnonzero(standing.is_seen)
        if len(seen):
            ends = np.searchsorted(chosen, replay.first[standing.track[seen] + 1])
            # a way over the 180th meridian would be drawn around the earth
            near = np.abs(standing.x[seen] - x[ends - 1]) < 0.5
            seen, ends = seen[near], ends[near]
            x, y = np.insert(x, ends, standing.x[seen]), np.insert(y, ends, standing.y[seen])
            begins = np.insert(begins, ends, False)
        begins[1:] |= np.abs(np.diff(x)) > 0.5
        return Lines(x, y, np.flatnonzero(begins), is_thinned=True)

    def _begins(self, chosen: Integers) -> NDArray[np.bool_]:
        """Which of some fixes begin a line; the first of a part always is among them."""
        begins = self._replay.begins[chosen].copy()
        begins[:1] = True
        return begins

    def _at_zoom(self, zoom: float) -> Integers:
        """The fixes that can be told apart, counted once for each zoom."""
        step = min(max(math.ceil(zoom), 0), _FINEST_ZOOM)
        if step not in self._thinned:
            replay, cells = self._replay, cells_of(step)
            column, row = (replay.x * cells).astype(np.int64), (replay.y * cells).astype(np.int64)
            begins = replay.begins.copy()
            begins[replay.first[:-1]] = True
            self._thinned[step] = kept(column, row, begins)
        return self._thinned[step]

    def _signs(self, viewport: Viewport) -> list[tuple[int, QPointF, bool]]:
        """Track, pixel, and whether fixes are near, of each patrol in sight."""
        standing = self.standing()
        left, top = viewport.origin
        x, y = (standing.x - left) * viewport.world_px, (standing.y - top) * viewport.world_px
        margin = 4 * _RADIUS_PX
        inside = (
            (x >= -margin) & (x <= viewport.width_px + margin) & (y >= -margin) & (y <= viewport.height_px + margin)
        )
        return [
            (int(standing.track[n]), QPointF(float(x[n]), float(y[n])), bool(standing.is_seen[n]))
            for n in np.flatnonzero(inside).tolist()
        ]

    def hit(self, viewport: Viewport, at: QPointF, reach_px: float) -> tuple[str, ...]:
        found = [
            (math.hypot(sign.x() - at.x(), sign.y() - at.y()), f"{self._replay.patrols[track]}/{track}")
            for track, sign, _ in self._signs(viewport)
        ]
        return tuple(name for apart, name in sorted(found) if apart <= reach_px + _RADIUS_PX)

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        if feature_id is not None or not len(self._replay.x):
            return None
        west, north = from_world(float(self._replay.x.min()), float(self._replay.y.min()))
        east, south = from_world(float(self._replay.x.max()), float(self._replay.y.max()))
        return west, south, east, north

    def legend(self) -> tuple[LegendEntry, ...]:
        return (LegendEntry("track", _draw_sample, _SAMPLE_PX),) if len(self._replay) else ()


def _draw_sign(painter: QPainter, at: QPointF, is_seen: bool, colours: MapColours) -> None:
    """A disc where a patrol is; a ring where it was when it was last seen."""
    painter.setPen(QPen(QColor(colours.halo), _HALO_PX))
    painter.setBrush(QColor(colours.track if is_seen else colours.halo))
    painter.drawEllipse(at, _RADIUS_PX, _RADIUS_PX)
    if not is_seen:
        painter.setPen(QPen(QColor(colours.track), _HALO_PX))
        painter.drawEllipse(at, _RADIUS_PX - _HALO_PX, _RADIUS_PX - _HALO_PX)


def _draw_sample(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    middle = box.center().y()
    painter.setPen(QPen(QColor(colours.track), _WIDTH_PX))
    painter.drawLine(QPointF(box.left(), middle), QPointF(box.right() - _RADIUS_PX, middle))
    _draw_sign(painter, QPointF(box.right() - _RADIUS_PX, middle), True, colours)
