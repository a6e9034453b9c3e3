"""Files appear whole or not at all: written beside their place, flushed to the disk, then put into it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from ranger_app.errors import RangerAppError

_OF_A_STATION: Final = ("journal.db", "derived.db", "keys.json", "lock")
"""What a station's folder keeps beside its photos; a database has files of its own name and a hyphen."""

_PHOTOS: Final = "blobs"

LARGEST_FILE_BYTES: Final = 1 << 30
"""No file that leaves is larger: USB sticks are FAT32, and old readers stop at 2 GiB."""


class FileNotWrittenError(RangerAppError):
    """The system would not let a file be written; what stood in its place stands there still."""

    code = "file-not-written"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path=str(path), reason=reason)


class FileTooLargeError(RangerAppError):
    """A file would be larger than any that may leave; nothing was written."""

    code = "file-too-large"

    def __init__(self, path: Path, largest_bytes: int) -> None:
        super().__init__(path=str(path), largest_bytes=largest_bytes)


class FileOfAStationError(RangerAppError):
    """What was to be written would take the place of records, keys or photos of a station; nothing was written."""

    code = "file-of-a-station"

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


def refuse_files_of_a_station(path: Path) -> None:
    """Keep what leaves off the files that a station lives of, whichever station it is.

    Raises:
        FileOfAStationError: *path* is one of them, or lies among a station's photos and files.
    """
    parts = Path(os.path.realpath(path.parent), path.name)
    for one in (parts, *parts.parents):
        name = one.name.casefold()
        is_kept = any(name == kept or name.startswith(f"{kept}-") for kept in _OF_A_STATION)
        if (is_kept and one == parts) or (name == _PHOTOS and one != parts):
            folder = one.parent
            if any((folder / kept).is_file() for kept in ("journal.db", "keys.json")):
                raise FileOfAStationError(path)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content takes the place of *path* when the block ends well, and vanishes when it does not.

    Raises:
        FileOfAStationError: *path* is what a station lives of.
        FileNotWrittenError: The disk is full, the folder is missing or may not be written.
    """
    refuse_files_of_a_station(path)
    part = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise FileNotWrittenError(path, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A stream into a new file that stays as it is when the block fails; it is flushed to the disk by :func:`placed`.

    Raises:
        FileNotWrittenError: The disk is full, the folder is missing or may not be written.
    """
    try:
        with path.open("xb") as stream:
            yield stream
    except OSError as error:
        raise FileNotWrittenError(path, error.strerror or str(error)) from error


def flush_file(path: Path) -> None:
    """Wait until the content of a finished file is on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def placed(files: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    """Move finished and flushed files into *folder*, over what is called the same there; answers where they are."""
    for path in files:
        refuse_files_of_a_station(folder / path.name)
    make_folder(folder)
    try:
        moved = tuple(path.replace(folder / path.name) for path in files)
        _flush_folder(folder)
    except OSError as error:
        raise FileNotWrittenError(folder, error.strerror or str(error)) from error
    return moved


def write_bytes(path: Path, content: bytes, *, largest_bytes: int = LARGEST_FILE_BYTES) -> None:
    """Put *content* in the place of *path*, whole or not at all; see :func:`replacing`."""
    if len(content) > largest_bytes:
        raise FileTooLargeError(path, largest_bytes)
    with replacing(path) as stream:
        stream.write(content)


def make_folder(folder: Path) -> None:
    """Make *folder* and those above it, where they are not there.

    Raises:
        FileNotWrittenError: A file lies in its place, or the system would not let it be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWrittenError(folder, error.strerror or str(error)) from error


def _flush_folder(folder: Path) -> None:
    """Make the new name durable, where a folder can be opened for that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
