"""Waiting for what the window does beside."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

WAIT_S = 60.0
SETTLED_S = 0.35
"""Time for pages to be read and maps to be painted."""
BETWEEN_S = 0.005


def settle(seconds: float = SETTLED_S) -> None:
    """Let the window work for a while, and let go of what it closed; nothing else of the machine is used."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def wait(happened: Callable[[], bool]) -> None:
    """Let the window go on until *happened*.

    Raises:
        TimeoutError: It did not.
    """
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        QCoreApplication.processEvents()
        if happened():
            return
        settle(BETWEEN_S)
    raise TimeoutError("nothing happened")
