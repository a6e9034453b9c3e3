"""The layer of tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.map.grid import clipped
from ui.map.labels import LINE_CELL_PX
from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.strokes import Lines, crossed_cells, distances_px, polylines
from ui.map.swarm import HAIR_PX, Brush, draw_swarm, points_near, single_points
from ui.map.viewport import Bounds, Viewport
from ui.theme import MapColours

_WIDTH_PX = 2.4
_CHOSEN_WIDTH_PX = 3.2
_DASHED_WIDTH_PX = 1.6
_DASHES = (4.0, 3.0)
"""Lengths of a dash and of the gap after it, in widths of the line."""

_HALO_PX = 2.4
_CHOSEN_HALO_PX = 5.0
_LEAST_HALO_ZOOM = 8.0
_CHECK_EVERY = 20
_MOST_LOOKED_AT = 20_000
"""Points near the picture beyond which nobody looks how many of them are in it."""

_MOST_STROKED = 4_000
"""Points in the picture that Qt strokes, 6 microseconds each; more of them are drawn as a swarm."""

_MOST_FOR_WIDTH = 30_000
"""Points in the picture beyond which lines lose their halo and their width: there is no ground left to see between."""

_SINGLE_MORE_PX = 3.0
"""A single fix is drawn as a dot that much wider than a line."""

_END_RADIUS_PX = 4.5
_SAMPLE_PX = 26.0
LEAST_ENDS_ZOOM = 9.5
_NEAR_PX = 24.0
"""Signs so near to a picture are counted as seen: its legend may become lower by a row."""

_MOST_ENDS = 40
"""With more tracks than this, beginnings and ends would only be clutter."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapTrack:
    """A track to be drawn.

    Attributes:
        id: Names the track within its layer.
        longitude_deg, latitude_deg: float64, WGS 84, in the order walked.
        part_starts: Index of the first fix of each unbroken part; nothing is drawn between parts.
    """

    id: str
    longitude_deg: NDArray[np.float64]
    latitude_deg: NDArray[np.float64]
    part_starts: Sequence[int] | NDArray[np.integer] = (0,)


class TracksLayer(Layer):
    """Tracks as lines, with a ring where each begins and a square where it ends.

    Attributes:
        is_quiet: Drawn in grey, without beginnings and ends: what is only there to be compared with.
        is_dashed: Drawn thinner, in dashes: what goes beside a track, or was planned.
    """

    kind = "tracks"

    def __init__(
        self,
        layer_id: str,
        tracks: Sequence[MapTrack],
        *,
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
        is_quiet: bool = False,
        is_dashed: bool = False,
    ) -> None:
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=attribution)
        self.is_quiet = is_quiet
        self.is_dashed = is_dashed
        self._whole: Bounds | None = None
        tracks = [track for track in tracks if len(track.longitude_deg)]
        self._ids = tuple(track.id for track in tracks)
        lengths = [len(track.longitude_deg) for track in tracks]
        offsets = np.cumsum([0, *lengths])
        starts = [np.asarray(track.part_starts if len(track.part_starts) else (0,), np.int64) for track in tracks]
        self._first_lines = np.cumsum([0, *(len(part) for part in starts)]).tolist()
        self._lines = Lines.from_degrees(
            _joined([track.longitude_deg for track in tracks]),
            _joined([track.latitude_deg for track in tracks]),
            np.concatenate([part + offset for part, offset in zip(starts, offsets[:-1], strict=True)] or [np.zeros(0)]),
        )

    @classmethod
    def of_lines(
        cls, layer_id: str, ids: Sequence[str], lines: Lines, owners: NDArray[np.integer], *, whole: Bounds | None
    ) -> TracksLayer:
        """A layer of lines that are as coarse as they are to be drawn, perhaps only those near a view.

        Args:
            owners: For each line the place of its track in *ids*, ascending.
            whole: Where all tracks lie, those too that are not among the lines.
        """
        layer = cls(layer_id, ())
        layer._ids, layer._lines, layer._whole = tuple(ids), lines, whole
        layer._first_lines = np.searchsorted(owners, np.arange(len(ids) + 1)).tolist()
        return layer

    def paint(self, canvas: Canvas) -> None:
        painter = canvas.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = [number for number, track_id in enumerate(self._ids) if track_id in canvas.selected]
        lines = self._lines_of(chosen)
        others = np.setdiff1d(np.arange(len(self._lines)), lines) if chosen else None
        halo = _HALO_PX if canvas.viewport.zoom >= _LEAST_HALO_ZOOM else 0.0
        colours = canvas.colours
        self._draw(canvas, others, _WIDTH_PX, halo, colours.halo)
        if chosen:
            self._draw(canvas, lines, _CHOSEN_WIDTH_PX, _CHOSEN_HALO_PX, colours.selection)
        if canvas.viewport.zoom >= LEAST_ENDS_ZOOM and self._has_ends:
            self._draw_ends(canvas)
        canvas.check()
        canvas.labels.spare(crossed_cells(self._lines, canvas.viewport, LINE_CELL_PX))

    def _lines_of(self, tracks: Sequence[int]) -> NDArray[np.int64]:
        ranges = [np.arange(self._first_lines[track], self._first_lines[track + 1]) for track in tracks]
        return np.concatenate(ranges) if ranges else np.zeros(0, np.int64)

    def _draw(
        self, canvas: Canvas, lines: NDArray[np.int64] | None, width: float, halo: float, halo_colour: str
    ) -> None:
        colour = canvas.colours.place_quiet if self.is_quiet else canvas.colours.track
        if self.is_dashed:
            width, halo = _DASHED_WIDTH_PX, 0.0
        points = points_near(self._lines, canvas.viewport, lines)
        if points <= _MOST_LOOKED_AT:
            pieces = list(polylines(self._lines, canvas.viewport, lines))
            points = sum(piece.size() for piece in pieces)
            if points <= _MOST_STROKED:
                if halo:
                    _stroke(canvas, pieces, _pen(halo_colour, width + halo))
                pen = _pen(colour, width)
                if self.is_dashed:
                    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                    pen.setDashPattern(_DASHES)
                _stroke(canvas, pieces, pen)
                return
        if points > _MOST_FOR_WIDTH:
            width, halo = HAIR_PX, 0.0
        brush = Brush(colour=colour, width=width, halo=halo, halo_colour=halo_colour)
        draw_swarm(canvas, self._lines, brush, lines)
        canvas.painter.setPen(_pen(colour, width + _SINGLE_MORE_PX))
        canvas.painter.drawPoints(single_points(self._lines, canvas.viewport, lines))

    def _draw_ends(self, canvas: Canvas) -> None:
        painter, colours = canvas.painter, canvas.colours
        painter.setPen(QPen(QColor(colours.track), _WIDTH_PX))
        for next_line in self._first_lines[1:]:
            _square(painter, self._at(canvas.viewport, int(self._lines.starts[next_line]) - 1), colours)
        # a day begins where another ended: no ring is covered by a square
        for first_line in self._first_lines[:-1]:
            _ring(painter, self._at(canvas.viewport, int(self._lines.starts[first_line])), colours)

    def ends_seen(self, viewport: Viewport) -> tuple[bool, bool]:
        """Whether a beginning, and whether an end is seen; an end below a beginning is not."""
        if viewport.zoom < LEAST_ENDS_ZOOM or not self._has_ends:
            return False, False
        rings = [self._at(viewport, int(self._lines.starts[one])) for one in self._first_lines[:-1]]
        squares = [self._at(viewport, int(self._lines.starts[one]) - 1) for one in self._first_lines[1:]]
        bare = [at for at in squares if not any((at - ring).manhattanLength() < _END_RADIUS_PX for ring in rings)]
        near = QRectF(0, 0, viewport.width_px, viewport.height_px).adjusted(*(-_NEAR_PX,) * 2, *(_NEAR_PX,) * 2)
        return any(map(near.contains, rings)), any(map(near.contains, bare))

    def kinds_seen(self, viewport: Viewport) -> frozenset[str]:
        """Which signs of the legend are anywhere in a picture."""
        begins, ends = self.ends_seen(viewport)
        seen = {"track_start": begins, "track_end": ends, "track": self._is_seen(viewport)}
        return frozenset(kind for kind, is_seen in seen.items() if is_seen)

    def _is_seen(self, viewport: Viewport) -> bool:
        box = viewport.world_box
        for line in self._lines.near(box).tolist():
            first, last = self._lines.starts[line], self._lines.starts[line + 1]
            if last - first == 1 or clipped(self._lines.x[first:last], self._lines.y[first:last], box):
                return True
        return False

    def _at(self, viewport: Viewport, point: int) -> QPointF:
        left, top = viewport.origin
        return QPointF(
            (float(self._lines.x[point]) - left) * viewport.world_px,
            (float(self._lines.y[point]) - top) * viewport.world_px,
        )

    def hit(self, viewport: Viewport, at: QPointF, reach_px: float) -> tuple[str, ...]:
        apart: dict[str, float] = {}
        for line, distance in distances_px(self._lines, viewport, at, reach_px).items():
            track_id = self._track_of(line)
            apart[track_id] = min(distance, apart.get(track_id, distance))
        return tuple(sorted(apart, key=lambda track_id: apart[track_id]))

    def _track_of(self, line: int) -> str:
        return self._ids[int(np.searchsorted(self._first_lines, line, side="right")) - 1]

    def within(self, bounds: Bounds) -> tuple[str, ...]:
        west, south, east, north = bounds
        left, top, right, bottom = (
            Lines.from_degrees(np.array([west, east]), np.array([north, south]), [0]).boxes[0].tolist()
        )
        lines = self._lines
        inside = (lines.x >= left) & (lines.x <= right) & (lines.y >= top) & (lines.y <= bottom)
        owners = np.searchsorted(lines.starts, np.flatnonzero(inside), side="right") - 1
        return tuple(dict.fromkeys(self._track_of(line) for line in np.unique(owners).tolist()))

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        if feature_id is None:
            return self._whole or self._lines.box()
        if feature_id not in self._ids:
            return None
        track = self._ids.index(feature_id)
        return self._lines.box(slice(self._first_lines[track], self._first_lines[track + 1]))

    def legend(self) -> tuple[LegendEntry, ...]:
        if not self._ids or self.is_quiet:
            return ()
        line = LegendEntry("track", _draw_sample, _SAMPLE_PX)
        ends = (LegendEntry("track_start", _draw_beginning), LegendEntry("track_end", _draw_end))
        return (line, *(ends if self._has_ends else ()))

    @property
    def _has_ends(self) -> bool:
        return len(self._ids) <= _MOST_ENDS and not self.is_quiet


def _joined(columns: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(columns) if columns else np.zeros(0)


def _pen(colour: str, width: float) -> QPen:
    return QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _stroke(canvas: Canvas, pieces: list[QPolygonF], pen: QPen) -> None:
    dot = QPen(pen)
    dot.setWidthF(pen.widthF() + _SINGLE_MORE_PX)
    for number, piece in enumerate(pieces):
        if number % _CHECK_EVERY == 0:
            canvas.check()
        if piece.size() == 1:
            canvas.painter.setPen(dot)
            canvas.painter.drawPoint(piece.at(0))
        else:
            canvas.painter.setPen(pen)
            canvas.painter.drawPolyline(piece)


def _draw_sample(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    middle = box.center().y()
    bend = box.height() / 4
    points = [
        QPointF(box.left(), middle + bend),
        QPointF(box.left() + box.width() / 3, middle - bend),
        QPointF(box.left() + box.width() * 2 / 3, middle + bend),
        QPointF(box.right(), middle - bend),
    ]
    painter.setPen(_pen(colours.track, _WIDTH_PX))
    painter.drawPolyline(points)


def _square(painter: QPainter, at: QPointF, colours: MapColours) -> None:
    side = _END_RADIUS_PX * 1.6
    painter.setBrush(QColor(colours.track))
    painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))


def _ring(painter: QPainter, at: QPointF, colours: MapColours) -> None:
    painter.setBrush(QColor(colours.halo))
    painter.drawEllipse(at, _END_RADIUS_PX, _END_RADIUS_PX)


def _draw_beginning(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    painter.setPen(QPen(QColor(colours.track), _WIDTH_PX))
    _ring(painter, box.center(), colours)


def _draw_end(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    painter.setPen(QPen(QColor(colours.track), _WIDTH_PX))
    _square(painter, box.center(), colours)
