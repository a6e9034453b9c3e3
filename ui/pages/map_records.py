"""The records with a place on the map: of the days that are looked at, and in a replay until its moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ranger_app.errors import RangerAppError
from ui.desk import Desk
from ui.pages.map_data import Place, layers_of
from ui.tracks_in_view import Span

if TYPE_CHECKING:
    from ui.map import PointsLayer

EVER_US = -(2**63)
"""Earlier than everything."""


class RecordsInTime(QObject):
    """Makes the layers of places again, beside the window, where time hides others than before.

    Args:
        put: Shows these layers in the place of those with the same ids.

    Attributes:
        window: The days that are looked at; ``None`` for all.
    """

    def __init__(self, desk: Desk, put: Callable[[Sequence[PointsLayer]], None], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._put = desk, put
        self._places: Sequence[Place] = ()
        self._reading = 0
        self._times: list[int] = []
        self.window: Span | None = None
        self._moment: int | None = None
        self._wanted: object = None
        self._is_making = False

    def know(self, places: Sequence[Place], layers: Sequence[PointsLayer], window: Span | None) -> None:
        """Show what was read.

        Args:
            layers: Of all places in *window*, made already.
        """
        self._places = places
        self._reading += 1
        self._times = sorted(place.at_us for place in places if place.at_us is not None)
        if window == self.window and self._moment is None:
            self._wanted = self._state
            self._put(layers)
        else:
            self._make()

    def set_window(self, window: Span | None) -> None:
        """Show only what happened in these days."""
        self.window = window
        self._make()

    def set_moment(self, moment_us: int | None) -> None:
        """Show only what had happened at a moment; all of the days again where it is ``None``."""
        self._moment = moment_us
        if self._state != self._wanted:
            self._make()

    @property
    def _state(self) -> object:
        """What is to be seen; the same for all moments between two events."""
        past = None if self._moment is None else bisect_right(self._times, self._moment)
        return self._reading, self.window, past

    def _make(self) -> None:
        self._wanted = self._state
        if self._is_making:
            return
        self._is_making = True
        places, span, state = self._places, self._span, self._wanted
        self._desk.ask(
            lambda _sight, _context: layers_of(places, span),
            lambda layers: self._take(layers, state), self._fail, owner=self,
        )  # fmt: skip

    @property
    def _span(self) -> Span | None:
        if self._moment is None:
            return self.window
        first, last = self.window or (EVER_US, self._moment)
        return first, min(last, self._moment)

    def _take(self, layers: Sequence[PointsLayer], state: object) -> None:
        self._is_making = False
        if state == self._wanted:
            self._put(layers)
        else:
            self._make()

    def _fail(self, error: RangerAppError) -> None:
        self._is_making = False
        self._desk.tell(error)
