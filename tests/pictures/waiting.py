"""Waiting for what the window does beside."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

WAIT_S = 60.0


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
    raise TimeoutError("nothing happened")
