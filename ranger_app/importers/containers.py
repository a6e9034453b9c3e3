"""Files that hold files: zip, KMZ and tar, looked at without unpacking anything to the disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ranger_app.importers.gpx_problems import FileRefusedError
from ranger_app.importers.opened import content_of, head_of, opened
from ranger_app.importers.safe_zip import (
    LARGEST_UNPACKED_BYTES,
    MOST_ENTRIES,
    ZipTooLargeError,
    is_safe_name,
    opened_zip,
    shown,
    unpacked,
)
from ranger_app.importers.sniff import HEAD_BYTES, FileKind, kind_of_file
from ranger_app.importers.tracks_problems import REFUSALS_OF_TRACKS
from ranger_app.importers.tracks_unpack import LARGEST_PACKED_BYTES, PACKED, PackedInPackedError, unpacked_file

LARGEST_MEMBER_BYTES = 1 << 28
"""A larger file inside an archive is not unpacked: it would stand in memory as a whole."""

ARCHIVES = frozenset({FileKind.ZIP, FileKind.TAR})
_NOT_INSIDE = ARCHIVES | {FileKind.SEVEN_ZIP, FileKind.RAR}
_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_TRACK_ENDINGS = (".gpx", ".fit", ".tcx", ".nmea", ".csv", ".gz", ".kmz", ".txt", ".log")
_DAMAGED = (tarfile.TarError, zlib.error, EOFError, ValueError, OverflowError)


class ArchiveDamagedError(FileRefusedError):
    """A tar archive is broken."""

    code = "archive-damaged"


class ArchiveUnsafeError(FileRefusedError):
    """A name inside an archive would lead out of its folder, or deceive a reader."""

    code = "archive-unsafe"


class ArchiveTooLargeError(FileRefusedError):
    """An archive holds too many files, or one that is too large."""

    code = "archive-too-large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside an archive.

    Attributes:
        name: Its path inside.
        size: Bytes, as the archive says.
    """

    name: str
    size: int
    _content: Callable[[], bytes]

    def open(self) -> BinaryIO:
        """Its content; only while the archive is being walked through.

        Raises:
            PackedInPackedError: It is an archive itself.
            RangerAppError: It is broken, or larger than it may be.
        """
        content = self._content()
        if kind_of_file(content[:HEAD_BYTES]) in _NOT_INSIDE:
            raise PackedInPackedError(self.name)
        return io.BytesIO(content)


def holds_members(source: Path | bytes, *, name: str) -> bool:
    """Whether a file is an archive that :func:`members` reads: a zip, a KMZ, or a tar, packed or not.

    Raises:
        FileRefusedError: The file cannot be opened.
    """
    head = head_of(source, name=name)
    kind = kind_of_file(head)
    if kind in PACKED:
        # As much of a packed file as surely holds the beginning of a tar.
        kind = kind_of_file(unpacked_file(head, kind, name=name, most=HEAD_BYTES)[0])
    return kind in ARCHIVES


def members(source: Path | bytes, *, name: str = "") -> Iterator[Member]:
    """The files inside an archive, in its order; folders, links and what systems leave behind are passed over.

    Of a KMZ, a zip with KML and no other kind of tracks, only KML is told, ``doc.kml`` first: the rest are pictures.

    Args:
        source: Where the archive lies, or its content.
        name: What it is called in errors; its file name when left out.

    Raises:
        RangerAppError: It is no archive, damaged, locked, unsafe or too large; the code says what.
    """
    called = name or (source.name if isinstance(source, Path) else "")
    kind = kind_of_file(head_of(source, name=called))
    if kind in PACKED:
        source, _ = unpacked_file(content_of(source, name=called, largest=LARGEST_PACKED_BYTES), kind, name=called)
        if kind_of_file(source[:HEAD_BYTES]) is not FileKind.TAR:
            raise REFUSALS_OF_TRACKS[kind](called)
        kind = FileKind.TAR
    if kind not in ARCHIVES:
        raise REFUSALS_OF_TRACKS[kind](called)
    with opened(source, name=called) as (file, _):
        yield from _members_of_zip(file, called) if kind is FileKind.ZIP else _members_of_tar(file, called)


def _members_of_zip(file: BinaryIO, name: str) -> Iterator[Member]:
    package = opened_zip(file, file=name)
    entries = [entry for entry in package.infolist() if not entry.is_dir() and not _is_left_behind(entry.filename)]
    if _is_kmz(entries):
        entries = [entry for entry in entries if entry.filename.lower().endswith(".kml")]
        entries.sort(key=lambda entry: entry.filename.lower() != "doc.kml")
    for entry in entries:
        yield Member(name=entry.filename, size=entry.file_size, _content=_content_in_zip(package, entry, name))


def _content_in_zip(package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Callable[[], bytes]:
    def content() -> bytes:
        if entry.file_size > LARGEST_MEMBER_BYTES:
            raise ZipTooLargeError(name, entry.filename)
        return unpacked(package, entry, file=name, limit=LARGEST_MEMBER_BYTES)

    return content


def _is_kmz(entries: list[zipfile.ZipInfo]) -> bool:
    names = [entry.filename.lower() for entry in entries]
    has_kml = any(name.endswith(".kml") and "/" not in name for name in names)
    return has_kml and not any(name.endswith(_TRACK_ENDINGS) for name in names)


def _members_of_tar(file: BinaryIO, name: str) -> Iterator[Member]:
    with _opened_tar(file, name) as archive:
        yield from _members_of_open_tar(archive, _entries_of_tar(archive, name), name)


def _opened_tar(file: BinaryIO, name: str) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode="r:")
    except _DAMAGED as error:
        raise ArchiveDamagedError(name) from error


def _entries_of_tar(archive: tarfile.TarFile, name: str) -> list[tarfile.TarInfo]:
    entries: list[tarfile.TarInfo] = []
    total = 0
    try:
        for entry in archive:
            entries.append(entry)
            total += entry.size
            if len(entries) > MOST_ENTRIES or total > LARGEST_UNPACKED_BYTES:
                raise ArchiveTooLargeError(name)
    except _DAMAGED as error:
        raise ArchiveDamagedError(name) from error
    return entries


def _members_of_open_tar(archive: tarfile.TarFile, entries: list[tarfile.TarInfo], name: str) -> Iterator[Member]:
    for entry in entries:
        called = entry.name.removeprefix("./")
        if not entry.isreg() or _is_left_behind(called):
            continue
        if not is_safe_name(called):
            raise ArchiveUnsafeError(name, entry=shown(called))
        yield Member(name=called, size=entry.size, _content=_content_in_tar(archive, entry, name))


def _content_in_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo, name: str) -> Callable[[], bytes]:
    def content() -> bytes:
        if entry.size > LARGEST_MEMBER_BYTES:
            raise ArchiveTooLargeError(name)
        try:
            file = archive.extractfile(entry)
            return file.read() if file else b""
        except (*_DAMAGED, OSError) as error:
            raise ArchiveDamagedError(name) from error

    return content


def _is_left_behind(name: str) -> bool:
    parts = name.lower().split("/")
    return parts[0] == "__macosx" or parts[-1] in _LEFT_BY_SYSTEMS or parts[-1].startswith("._")
