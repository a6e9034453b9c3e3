"""The first thing that runs: are the five folders of this program really ours?

Their names are plain (``db``, ``ui``), so another package of the same name in the environment, or a program started
from two copies at once, would mix foreign code with a station's records. Nothing else may be imported before this.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from ranger_app.errors import RangerAppError

FOLDERS = ("ranger_app", "ui", "db", "exporters", "resources")
"""The program's own top-level packages."""


class ForeignFolderError(RangerAppError):
    """A package of ours is missing, or one of the same name lies elsewhere."""

    code = "foreign-folder"

    def __init__(self, name: str, found: str | None, expected: str) -> None:
        super().__init__(name=name, found=found, expected=expected)


def folder_of(name: str) -> Path | None:
    """Folder that ``import name`` would take, without importing it; ``None`` when there is no such package."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent


def require_one_parent() -> None:
    """Raise :class:`ForeignFolderError` unless all five folders share one parent."""
    parent = Path(__file__).resolve().parent.parent
    for name in FOLDERS:
        found = folder_of(name)
        if found != parent / name:
            raise ForeignFolderError(name, None if found is None else str(found), str(parent / name))
