"""The tracks of a map as detailed as its view asks, read beside the window whenever it was moved."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer

from ranger_app.jobs import JobContext
from ui.desk import Desk
from ui.memory import give_back

if TYPE_CHECKING:
    from ui.map import Bounds, MapView, TracksLayer, Viewport
    from ui.store_thread import Sight

LAYER = "tracks"

Span: TypeAlias = tuple[int, int]
"""First and last moment, microseconds since 1970 UTC."""

FIRST_ZOOM = 8.0
"""How closely tracks are drawn before anybody knows where they are."""

LEAST_DETAIL, MOST_DETAIL = 4, 18

REST_MS = 150
"""A view that stays so long is read for."""

READ_SHARE, SHOWN_SHARE = 0.4, 0.25
"""How much more than the view is read on each side, and how much more a picture shows."""


@dataclass(frozen=True, slots=True, eq=False)
class TracksSeen:
    """Lines for one view.

    Attributes:
        box: What they were read for; ``None`` for everything.
        detail: The zoom, a whole one, that they are drawn for.
        bounds: West, south, east, north of each track, those too that are not in view.
        ids: What the lines are called in the layer: the id of a patrol, a slash, and a number.
        is_all_kept: No level had to be made.
        span: The only time that they were read for; ``None`` for all.
    """

    layer: TracksLayer
    box: Bounds | None
    detail: int
    bounds: tuple[Bounds, ...]
    ids: tuple[str, ...]
    is_all_kept: bool
    span: Span | None = None

    def is_enough_for(self, view: Viewport, span: Span | None = None) -> bool:
        """Whether the picture of *view* can be drawn from these lines."""
        if detail_of(view.zoom) != self.detail or span != self.span:
            return False
        if self.box is None:
            return True
        west, south, east, north = grown(view.bounds, SHOWN_SHARE)
        return self.box[0] <= west and self.box[1] <= south and self.box[2] >= east and self.box[3] >= north


def detail_of(zoom: float) -> int:
    """The zoom, a whole one, that lines are drawn for at *zoom*."""
    return min(max(math.ceil(zoom), LEAST_DETAIL), MOST_DETAIL)


def grown(bounds: Bounds, share: float) -> Bounds:
    """A box with *share* of its size more on each side, no larger than the world."""
    west, south, east, north = bounds
    across, up = (east - west) * share, (north - south) * share
    return max(west - across, -180.0), max(south - up, -90.0), min(east + across, 180.0), min(north + up, 90.0)


def tracks_seen(sight: Sight, context: JobContext, view: Viewport | None, span: Span | None = None) -> TracksSeen:
    """Read the lines for a view, or for all there is; in a reading thread."""
    from db.track_levels import overview
    from ui.map.strokes import Lines
    from ui.map.tracks import TracksLayer

    zoom = FIRST_ZOOM if view is None else view.zoom
    box = None if view is None else grown(view.bounds, READ_SHARE)
    seen = overview(sight.reader, sight.blobs, float(detail_of(zoom)), box=box, span=span, context=context)
    bounds = _bounds(sight, context)
    whole = None
    if bounds:
        wests, souths, easts, norths = zip(*bounds, strict=True)
        whole = min(wests), min(souths), max(easts), max(norths)
    ids = [f"{patrol}/{number}" for number, patrol in enumerate(seen.patrols)]
    lines = Lines(seen.x, seen.y, seen.starts, is_thinned=True)
    layer = TracksLayer.of_lines(LAYER, ids, lines, seen.owners, whole=whole)
    give_back()
    return TracksSeen(layer, box, detail_of(zoom), bounds, tuple(ids), not seen.made, span)


def _bounds(sight: Sight, context: JobContext) -> tuple[Bounds, ...]:
    from db.track_index import track_boxes

    boxed, others = track_boxes(sight.reader)
    return (*boxed.values(), *(_read_bounds(sight, context, records=others) if others else ()))


def bounds_of_days(sight: Sight, context: JobContext, span: Span) -> tuple[Bounds, ...]:
    """West, south, east, north of what each track has of some days; in a reading thread."""
    return _read_bounds(sight, context, span=span)


def _read_bounds(
    sight: Sight, context: JobContext, *, records: Sequence[str] | None = None, span: Span | None = None
) -> tuple[Bounds, ...]:
    from db.track_levels import overview
    from ranger_app.domain.track_levels import LEVELS
    from ui.map.strokes import Lines

    seen = overview(sight.reader, sight.blobs, float(LEVELS[-1]), records=records, span=span, context=context)
    lines = Lines(seen.x, seen.y, seen.starts, is_thinned=True)
    firsts = seen.owners.searchsorted(range(len(seen.records) + 1)).tolist()
    boxes = (lines.box(slice(first, stop)) for first, stop in pairwise(firsts))
    return tuple(box for box in boxes if box is not None)


class TracksInView(QObject):
    """Reads lines for a map view again where it was moved beyond what is shown.

    Args:
        wants: Whether somebody looks at the map.
        put: Shows a layer in the place of the one before.
    """

    def __init__(
        self, desk: Desk, view: MapView, wants: Callable[[], bool], parent: QObject,
        put: Callable[[TracksLayer], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._wants = wants
        self._put = put or view.update_layer
        self._seen: TracksSeen | None = None
        self._span: Span | None = None
        self._is_away = False
        self._is_reading = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.catch_up)
        view.viewChanged.connect(self._rest.start)

    def show(self, seen: TracksSeen) -> None:
        """Show lines that were read."""
        self._seen = seen
        self._put_seen()
        if not seen.is_all_kept:
            self._desk.levels.keep()
        self._rest.start()

    def _put_seen(self) -> None:
        if self._seen is not None and self._seen.span == self._span and not self._is_away:
            self._put(self._seen.layer)

    def set_span(self, span: Span | None) -> None:
        """Show only the ways of this time, or of all times."""
        self._span = span
        self.catch_up()

    def set_away(self, is_away: bool) -> None:
        """Put no lines on the map, because something else draws them, until this is said otherwise."""
        if is_away and not self._is_away:
            from ui.map.tracks import TracksLayer

            self._put(TracksLayer(LAYER, ()))
        self._is_away = is_away
        self._put_seen()
        self.catch_up()

    @property
    def ids(self) -> tuple[str, ...]:
        """What the lines that are shown are called."""
        return self._seen.ids if self._seen is not None else ()

    def catch_up(self) -> None:
        """Read what the view lacks, if it does."""
        if self._seen is None or self._is_reading or not self._wants() or not self._desk.is_readable:
            return
        if not self._is_away and not self._seen.is_enough_for(self._view.viewport, self._span):
            self._is_reading = True
            view, span = self._view.viewport, self._span
            self._desk.ask(lambda sight, context: tracks_seen(sight, context, view, span), self._take, self._fail)

    def _take(self, seen: TracksSeen) -> None:
        self._is_reading = False
        self.show(seen)

    def _fail(self, error: Exception) -> None:
        self._is_reading = False
