"""What went wrong where a copy of a map was written: the station's disk is full or closed, and no map is to blame."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ranger_app.maps.errors import MapFileRefusedError, MapNoRoomError, MapNotWrittenError, MapTooLargeError

ROOM_BYTES: Final = 64 << 20
"""What a copy leaves free on the station's disk, so that the station itself can still write."""

FULL: Final = (errno.ENOSPC, errno.EDQUOT)


def require_room(source: Path, size: int, folder: Path) -> None:
    """Refuse a copy that would fill the station's disk.

    Raises:
        MapNoRoomError: It would.
        MapNotWrittenError: The disk does not even say how full it is.
    """
    with being_written(str(source), folder):
        free = shutil.disk_usage(folder).free
    if size + ROOM_BYTES > free:
        raise _no_room(str(source), free)


@contextmanager
def being_written(file: str, folder: Path) -> Iterator[None]:
    """Say what the disk of *folder* says where a copy of *file* is written, and nothing else is done.

    Raises:
        MapNoRoomError: It is full.
        MapTooLargeError: Its file system takes no file of this size.
        MapNotWrittenError: It cannot be written.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise not_written(error, file, folder) from error


def not_written(error: OSError | sqlite3.Error, file: str, folder: Path) -> MapFileRefusedError:
    """What *error* means for *file*, which was being written into *folder*."""
    if is_full(error):
        try:
            return _no_room(file, shutil.disk_usage(folder).free)
        except OSError as unknown:
            error = unknown
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return MapTooLargeError(file)
    told = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return MapNotWrittenError(file, folder=str(folder), told=told)


def is_full(error: Exception) -> bool:
    """Whether the disk had no room."""
    if isinstance(error, OSError):
        return error.errno in FULL
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL


def _no_room(file: str, free: int) -> MapNoRoomError:
    return MapNoRoomError(file, free_mb=free // 1_000_000, kept_mb=ROOM_BYTES // 1_000_000)
