"""Time on the map: the days that are looked at, the replay of patrols, and effort, mounted below a map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext, Progress
from ui.desk import Desk, is_stop
from ui.pages.map_choice import REPLAY
from ui.pages.map_effort import EffortPanel
from ui.pages.map_time import TimeBar
from ui.tracks_in_view import TracksInView

if TYPE_CHECKING:
    from ranger_app.domain.replay import Replay
    from ui.job_runner import Job
    from ui.map import Layer, MapView, ReplayLayer
    from ui.pages.map_data import Place
    from ui.store_thread import Sight


class MapTime(QWidget):
    """Controls of effort, and the bar of time; put away, they narrow nothing any more.

    Args:
        put: Shows a layer in the place of the one with the same id.
        take: Shows a layer no more.
        tracks: Its lines are those of the days that are looked at, and make room for a replay.

    Signals:
        windowChanged: First and last moment of what is looked at; both ``None`` when it is all there is.
        momentChanged: The moment that a replay shows; ``None`` when it is over.
    """

    windowChanged = Signal(object, object)
    momentChanged = Signal(object)

    def __init__(
        self,
        desk: Desk,
        view: MapView,
        put: Callable[[Layer], object],
        take: Callable[[str], object],
        tracks: TracksInView,
    ) -> None:
        super().__init__()
        self._desk, self._put, self._take, self._tracks = desk, put, take, tracks
        self._job: Job[tuple[Replay, ReplayLayer]] | None = None
        self._replay: Replay | None = None
        self._layer: ReplayLayer | None = None
        self._is_painting = False
        self._shown: ReplayLayer | None = None
        self.effort = EffortPanel(desk, put, take)
        self.bar = TimeBar(desk.words, desk.zone)
        self.bar.skip = self._over_silence
        self.bar.windowChanged.connect(self._take_window)
        self.bar.replayed.connect(self._take_moment)
        view.renderStarted.connect(self._begin_painting)
        view.renderFinished.connect(self._end_painting)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.effort)
        self._row.addWidget(self.bar, 1)
        self.effort.chosen.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Effort stands beside the bar where nothing of it is chosen and both have room; the map gets the line."""
        way = QBoxLayout.Direction
        is_beside = self.effort.is_bare and self.effort.row_px + self.bar.row_px <= self.width()
        self.effort.setMinimumWidth(self.effort.row_px if is_beside else 0)
        self._row.setAlignment(self.effort, Qt.AlignmentFlag.AlignVCenter if is_beside else Qt.AlignmentFlag(0))
        self._row.setDirection(way.LeftToRight if is_beside else way.TopToBottom)

    def know(self, places: Sequence[Place], span: tuple[int, int] | None) -> None:
        """Records were read: the places there are, and the first and last moment of all."""
        self._forget()
        self.bar.set_span(*(span or (None, None)))
        self.effort.know(places)
        if self.bar.moment_us is not None:
            self._take_moment(self.bar.moment_us)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.bar.pause()
        if self.isHidden():  # put away, not only the page left
            self.bar.show_all()

    # The days that are looked at

    def _take_window(self, first_us: int | None, last_us: int | None) -> None:
        self._forget()
        self._tracks.set_span(None if first_us is None or last_us is None else (first_us, last_us))
        self.effort.set_period(first_us, last_us)
        self.windowChanged.emit(first_us, last_us)
        if self.bar.moment_us is not None:
            self._take_moment(self.bar.moment_us)

    # Replay

    def _take_moment(self, moment_us: int | None) -> None:
        self.momentChanged.emit(moment_us)
        if moment_us is None:
            self._end()
        elif self._replay is not None:
            self._tracks.set_away(True)  # they were given back when an earlier replay of these days ended
            self._show_moment()
        elif self._job is None:
            self._read()

    def _read(self) -> None:
        window = self.bar.scale.window_us
        if window is None:
            return
        begin, end = window
        self.bar.set_waiting(True, self._desk.words.say("Reading tracks"))
        self._job = self._desk.ask(
            lambda sight, context: replay_read(sight, context, begin, end), self._take_replay, self._fail, owner=self
        )
        self._job.on_progress = self._tell_progress

    def _tell_progress(self, progress: Progress) -> None:
        if progress.total and self._job is not None:
            share = round(100 * progress.done / progress.total)
            self.bar.set_waiting(True, self._desk.words.say("Reading tracks: {share} %", share=share))

    def _take_replay(self, read: tuple[Replay, ReplayLayer]) -> None:
        self._job = None
        self._replay, self._layer = read
        self.bar.set_waiting(False)
        if self.bar.moment_us is None:
            return
        self._tracks.set_away(True)
        self._show_moment()

    def _fail(self, error: RangerAppError) -> None:
        if is_stop(error):
            return
        self._job = None
        self.bar.set_waiting(False)
        self.bar.stop()
        self._desk.tell(error)

    def _forget(self) -> None:
        """What was read for a replay is not what is looked at any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._replay = self._layer = None
        self.bar.set_waiting(False)

    def _end(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.bar.set_waiting(False)
        if self._shown is not None:
            self._shown = None
            self._take(REPLAY)
        self._tracks.set_away(False)

    def _over_silence(self, moment_us: int) -> int:
        """Where nobody is on patrol, the moment when the next sets out."""
        if self._replay is None or self._replay.is_anybody_out(moment_us):
            return moment_us
        begin = self._replay.next_begin(moment_us)
        return moment_us if begin is None else begin

    def _show_moment(self) -> None:
        """Have the moment painted, unless a picture is being painted: then after it."""
        moment = self.bar.moment_us
        if self._layer is None or moment is None or self._is_painting:
            return
        if self._shown is not self._layer or self._layer.moment_us != moment:
            self._shown = self._layer = self._layer.at(moment)
            self._put(self._layer)

    def _begin_painting(self) -> None:
        self._is_painting = True

    def _end_painting(self) -> None:
        self._is_painting = False
        self._show_moment()


def replay_read(sight: Sight, context: JobContext, from_us: int, to_us: int) -> tuple[Replay, ReplayLayer]:
    """Read the fixes of a span with their times; in a reading thread."""
    from db.track_walks import Walks, patrol_numbers
    from ranger_app.domain.replay import TimedLine, replay_of
    from ui.map import ReplayLayer

    walks = Walks(sight.reader, sight.blobs, from_us=from_us, to_us=to_us, context=context)
    lines = (
        TimedLine(walk.record, walk.patrol, walk.time_us, walk.longitude_deg, walk.latitude_deg, walk.begins)
        for walk in walks
        if not walk.is_companion
    )
    replay = replay_of(lines, walks.fixes, from_us=from_us, to_us=to_us)
    return replay, ReplayLayer(REPLAY, replay, from_us, names=patrol_numbers(sight.reader))
