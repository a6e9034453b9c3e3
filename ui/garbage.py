"""Collecting garbage in the window's thread alone.

Python collects in whatever thread happens to ask for memory. What it finds may be things of Qt that hold each other.
PySide6 sees to it that a widget waits for the window's thread, but an action, a timer or a model is destroyed where it
was found, while the window uses it: now and then that brings the whole program down.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from ranger_app.jobs import is_collecting_useless

LOOK_EVERY_MS = 1_000
YOUNG_ROUNDS = 10
"""So many times only young objects are looked at, before all are."""


class Collector(QObject):
    """Takes Python's own collecting over, until it is told to stop.

    Args:
        objects_between: So many new objects are waited for.
        parent: Whose thread is that of the window.
    """

    def __init__(self, objects_between: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._objects_between = objects_between
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.collect_when_due)
        gc.disable()

    def begin(self) -> None:
        """Leave alone what is there by now, since what is loaded at the start stays, and look from time to time."""
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give the collecting back to Python."""
        self._timer.stop()
        gc.enable()

    def collect_when_due(self) -> None:
        """Collect, if enough was made since the last time."""
        if gc.get_count()[0] < self._objects_between or is_collecting_useless():
            return
        self._rounds += 1
        gc.collect(1 if self._rounds % YOUNG_ROUNDS else 2)
