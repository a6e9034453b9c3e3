"""Is there a screen, and a window to show on it?"""

from __future__ import annotations

import importlib.util
import os
import sys

from ranger_app.errors import RangerAppError

BLIND_PLATFORMS = frozenset({"offscreen", "minimal"})
"""Qt platforms that draw but show nothing; they count as no display."""


class NoDisplayError(RangerAppError):
    """There is no screen to show a window on."""

    code = "no-display"


class NoWindowError(RangerAppError):
    """The program was installed without PySide6, so without its window and its map painter."""

    code = "no-window"


def has_screen() -> bool:
    """Whether a person could see a window; Qt would end the process without one."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in BLIND_PLATFORMS:
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def require_qt() -> None:
    """Raise :class:`NoWindowError` when PySide6 is not installed."""
    if importlib.util.find_spec("PySide6") is None:
        raise NoWindowError


def require_screen() -> None:
    """Raise unless a window can be opened and seen."""
    require_qt()
    if not has_screen():
        raise NoDisplayError
