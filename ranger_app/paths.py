"""Where shipped data lies, and where this person's settings belong."""

from __future__ import annotations

import stat
from pathlib import Path

import resources

RESOURCES = Path(resources.__file__).parent
"""Folder of the shipped data."""


def resource(*parts: str) -> Path:
    """Path of a shipped file, such as ``resource("forms", "poaching.toml")``."""
    return RESOURCES.joinpath(*parts)


def user_data() -> Path:
    """The user's own folder for what must outlive a station folder: the marker and the device's settings."""
    import os

    chosen = os.environ.get("RANGER_HOME")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("ranger-app", appauthor=False))


def is_special(path: Path) -> bool:
    """Whether *path* is there, and neither a file nor a folder: a pipe, a socket, a device; opening it may not end."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
