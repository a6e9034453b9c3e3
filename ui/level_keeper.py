"""Keeps levels of detail for tracks that came in, some at a time when nobody waits, so that maps need not make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlcipher3.dbapi2 as sqlcipher
from PySide6.QtCore import QObject, QTimer

from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store
    from ui.desk import Desk

REST_MS = 3000
"""How long a station is left alone after tracks came in."""

FIRST_REST_MS = 12_000
"""The same after it was opened: whoever starts the program has other things to wait for."""

AT_ONCE = 50
"""Chunks before other work has its turn."""


class LevelKeeper(QObject):
    """Fills the cache of one open station; a station that is only read has none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.is_busy = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.keep)
        desk.touched.connect(self._hear)
        self._rest.start(FIRST_REST_MS)

    def _hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if any(kind == "track" for kind, _ in touched):
            self._rest.start(REST_MS)

    def keep(self) -> None:
        """Begin now, unless that was begun."""
        if self.is_busy or self._desk.is_closed or self._desk.refusal is not None:
            return
        self.is_busy = True
        self._desk.station_thread.submit(keep_some, on_done=self._kept, on_error=self._not_kept, owner=self)

    def _kept(self, count: int) -> None:
        self.is_busy = False
        if count:
            self.keep()

    def _not_kept(self, error: RangerAppError) -> None:
        """Levels only spare time: what is wrong with the disk is told by who has something to save."""
        self.is_busy = False


def keep_some(store: Store, context: JobContext) -> int:
    """Keep levels of some chunks; how many. Damaged tables are no matter here: whoever needs them mends them."""
    from db.track_index import lacks_levels

    try:
        if not lacks_levels(store.reader):
            return 0
        from db.track_levels import fill_levels

        return fill_levels(store, context, most=AT_ONCE)
    except sqlcipher.DatabaseError:
        return 0
