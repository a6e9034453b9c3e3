"""What is plugged in and may hold tracks: sticks, cards, receivers and phones, by name."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from PySide6.QtCore import QStorageInfo

PORTABLE_FORMATS = frozenset({"vfat", "msdos", "exfat", "fat", "fat32", "fat16", "fuseblk", "msdosfs"})
"""What sticks, cards and receivers are formatted with; lower case."""

PLUGGED_BELOW = ("/media/", "/run/media/", "/Volumes/")
"""Where systems show what was plugged in."""

SYSTEM_PLACES = ("/boot", "/efi")
PHONES = "mtp:host="


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A mounted volume, as the system tells it."""

    name: str
    root: str
    file_system: str
    is_system: bool
    size: int


@dataclass(frozen=True, slots=True)
class Device:
    """Something that was plugged in.

    Attributes:
        size: In bytes; 0 where nobody knows.
    """

    name: str
    root: Path
    size: int


def devices_among(volumes: Iterable[Volume]) -> Iterator[Device]:
    """Those of the volumes that were plugged in."""
    for one in volumes:
        is_plugged = one.root.startswith(PLUGGED_BELOW) or one.file_system.lower() in PORTABLE_FORMATS
        if is_plugged and not one.is_system and not one.root.startswith(SYSTEM_PLACES):
            yield Device(one.name or Path(one.root).name or one.root, Path(one.root), one.size)


def phones_in(folder: Path) -> Iterator[Device]:
    """Phones and receivers that a desktop shows as folders, though they are no drives."""
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return
    for one in found:
        if one.name.startswith(PHONES):
            yield Device(unquote(one.name[len(PHONES) :]).replace("_", " ").strip(), one, 0)


def devices() -> tuple[Device, ...]:
    """What is plugged in now; may wait for a slow drive, so it is asked beside the window."""
    volumes = [_volume(one) for one in QStorageInfo.mountedVolumes() if one.isValid() and one.isReady()]
    phones = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "gvfs")
    return (*devices_among(volumes), *phones_in(phones))


def _volume(told: QStorageInfo) -> Volume:
    system = os.environ.get("SYSTEMDRIVE", "C:").lower() if sys.platform == "win32" else ""
    return Volume(
        name=told.name(),
        root=told.rootPath(),
        file_system=bytes(told.fileSystemType().data()).decode("ascii", "replace"),
        is_system=told.isRoot() or bool(system and told.rootPath().lower().startswith(system)),
        size=told.bytesTotal(),
    )
