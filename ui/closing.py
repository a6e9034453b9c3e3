"""Whether a window may be closed: not over what is stored nowhere, nor over work that runs, without a word."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from ui.main_window import MainWindow

ASKED_FOR_MS = 20_000
"""After so long a question whether to close is a new one."""

LONGEST_SAVE_S = 5.0
"""Closing waits no longer for what is being stored."""


def what_would_be_lost(window: MainWindow) -> str:
    """What is stored nowhere, or runs still, in words; empty when the window may be closed at once.

    What is typed is stored first.
    """
    desk, words = window.desk, window.words
    window.leave_forms()
    until = time.monotonic() + LONGEST_SAVE_S
    while any(one.is_busy for one in desk.sessions) and time.monotonic() < until:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)
    if any(one.would_be_lost for one in desk.sessions):
        return words.say("What was typed is not stored yet, and would be lost.")
    if (panel := window.panel.with_words()) is not None:
        title = panel.accessibleName()
        return words.say("What was typed under “{title}” is stored nowhere, and would be lost.", title=title)
    running = desk.station_thread.jobs.title
    return words.say("Work is not done yet, and would be stopped: {job}.", job=running) if running else ""
