"""Painting off the window's thread: one thread for all maps, one picture at a time for each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter

from ui.map.layer import Layer, Stale
from ui.map.render import Painted, Picked, new_canvas, new_image, paint_names, paint_shapes
from ui.map.viewport import Viewport
from ui.map.words import MapWords
from ui.memory import keep_little
from ui.qt_types import make_types
from ui.theme import MapColours

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


class Job(NamedTuple):
    """One picture to paint; nothing in it changes, so any thread may read it.

    Attributes:
        revision: Which state of layers, colours and selection it shows.
        unit_px: Pixels of the window for a drawing unit: more than one where letters are large.
    """

    layers: tuple[Layer, ...]
    viewport: Viewport
    words: MapWords
    colours: MapColours
    selected: frozenset[Picked]
    revision: int
    unit_px: float = 1.0


class Worker(QObject):
    """Paints the pictures of one map; at most one at a time.

    Signals:
        done: A job ended, finished or dropped, perhaps before :meth:`start` is through; to be handed to :meth:`take` in
            the window's thread.
    """

    done = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._ticket: _Ticket | None = None

    @property
    def job(self) -> Job | None:
        """What is being painted now."""
        return self._ticket.job if self._ticket is not None else None

    def start(self, job: Job) -> None:
        """Begin to paint; only when nothing is being painted."""
        make_types()
        ticket = _Ticket(job)
        self._ticket = ticket
        _threads().submit(ticket.paint).add_done_callback(self._hand_over)

    def _hand_over(self, future: Future[Painted | None]) -> None:
        self.done.emit(future)

    def drop(self) -> None:
        """Let what is being painted stop soon; ``done`` still comes."""
        if self._ticket is not None:
            self._ticket.is_wanted = False

    def take(self, future: Future[Painted | None]) -> tuple[Job, Painted | None]:
        """In the window's thread: what came of the job; an error in the painting is raised here."""
        ticket, self._ticket = self._ticket, None
        if ticket is None:
            raise ValueError("nothing was being painted")
        return ticket.job, future.result()


class _Ticket:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_wanted = True

    def paint(self) -> Painted | None:
        """Paint the job; ``None`` when it was dropped."""
        job = self.job
        shown = job.viewport.in_units(job.unit_px)
        image = new_image(job.viewport, shown.dpr, job.colours)
        painter = QPainter(image)
        try:
            canvas = new_canvas(
                painter, shown, words=job.words, colours=job.colours, is_stale=lambda: not self.is_wanted
            )
            paint_shapes(canvas, job.layers, job.selected)
            paint_names(canvas, job.layers, job.selected)
        except Stale:
            return None
        finally:
            painter.end()
        image.setDevicePixelRatio(job.viewport.dpr)
        return Painted(
            image=image,
            viewport=job.viewport,
            missing_tiles=canvas.missing_tiles,
            source_errors=tuple(canvas.source_errors),
        )


@cache
def _threads() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    keep_little()
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="map")
