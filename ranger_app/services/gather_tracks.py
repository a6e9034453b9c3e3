"""What a person gave to be imported: files by name, folders, whole devices, archives; read one at a time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ranger_app.errors import RangerAppError
from ranger_app.importers.containers import Member, holds_members, members
from ranger_app.importers.gpx_problems import FileNotRegularError, FileUnreadableError
from ranger_app.importers.sniff import HEAD_BYTES, FileKind, kind_of_file
from ranger_app.importers.tracks_unpack import PackedInPackedError
from ranger_app.jobs import JobContext
from ranger_app.paths import is_special

IN_MEMORY_BYTES = 8 << 20
"""A file up to this size is read once, and hashed, taken in and kept from memory."""

_PIECE = 1 << 20

TRACK_ENDINGS = frozenset({".gpx", ".fit", ".tcx", ".kml", ".kmz", ".nmea"})
"""In a folder, a file called so is missed by somebody when it is none."""

ARCHIVE_ENDINGS = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"})
"""An archive inside another is not opened, and told when it is called so."""

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".txt"})

TRACKS = frozenset({FileKind.GPX, FileKind.FIT, FileKind.KML, FileKind.TCX, FileKind.NMEA, FileKind.CSV})
PACKED = frozenset({FileKind.GZIP, FileKind.BZIP2, FileKind.XZ})

_LEFT_OUT = frozenset({"dcim", "$recycle.bin", "system volume information", "lost+found"})
_GARMIN = "garmin"
_GARMIN_TRACKS = frozenset({"gpx", "activities"})
"""Folders of a Garmin receiver that hold tracks and waypoints; the others hold settings, maps and courses."""

STAGE = "looking-for-files"


@dataclass(frozen=True, slots=True)
class Given:
    """A file that may hold tracks.

    Attributes:
        is_named: Whether a person pointed at this very file; else it lay in a folder.
    """

    path: Path
    is_named: bool


@dataclass(slots=True)
class Content:
    """The bytes of one file, or of one file in an archive.

    Attributes:
        name: As it is told to people: its path, or that of its archive and its own name in there.
        source: Where it lies, or its bytes.
        sha256: Their digest in hex; empty for what its beginning shows to be no tracks.
        archive: The archive it lies in.
        error: Why the archive does not give it.
    """

    name: str
    base_name: str
    size: int
    source: Path | bytes
    sha256: str
    kind: FileKind
    is_named: bool
    archive: Path | None = None
    error: RangerAppError | None = None

    @property
    def is_table(self) -> bool:
        """Whether a mapping of columns that a person gave is meant for this file."""
        return self.is_named or PurePosixPath(self.base_name).suffix.lower() in TABLE_ENDINGS

    @property
    def looks_like_tracks(self) -> bool:
        """Whether somebody who gave a whole folder misses this file when nothing of it is taken."""
        if self.is_named or self.kind in TRACKS - {FileKind.CSV}:
            return True
        ending = PurePosixPath(self.base_name).suffix.lower()
        # An office document is a zip too, and nobody misses it.
        return ending in TRACK_ENDINGS or (ending in ARCHIVE_ENDINGS and isinstance(self.error, PackedInPackedError))


def gather(paths: Sequence[Path], context: JobContext) -> tuple[list[Given], list[FileUnreadableError]]:
    """Files that were named, and all files below folders that were; links inside a folder are not followed.

    Returns:
        The files, and what of the folders the disk does not show.

    Raises:
        Cancelled: A stop was asked for.
    """
    found: list[Given] = []
    unseen: list[FileUnreadableError] = []
    for path in paths:
        if _is_folder(path):
            for file in _files_below(path, unseen):
                context.step(len(found), None, STAGE)
                found.append(Given(file, is_named=False))
        else:
            found.append(Given(path, is_named=True))
    return found, unseen


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # reading it says why


def _files_below(folder: Path, unseen: list[FileUnreadableError]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        unseen.append(FileUnreadableError(str(error.filename or folder), reason=reason))

    for above, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if _is_looked_into(Path(above), name))
        for name in sorted(files):
            path = Path(above, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _is_looked_into(above: Path, name: str) -> bool:
    lower = name.lower()
    if lower in _LEFT_OUT or name.startswith(".") or (above / name).is_symlink():
        return False
    is_receiver = above.name.lower() == _GARMIN and any((above / one).exists() for one in _DEVICE_FILES)
    return not is_receiver or lower in _GARMIN_TRACKS


_DEVICE_FILES = ("GarminDevice.xml", "garmindevice.xml")


def contents(given: Given) -> Iterator[Content]:
    """The file itself, or each file in it when it is an archive; what is wrong with one of these goes with it.

    Raises:
        RangerAppError: The file cannot be read, or is an archive that must not be unpacked.
    """
    name = str(given.path)
    _refuse_special(given)
    if holds_members(given.path, name=name):
        for member in members(given.path, name=name):
            yield _inside(given, member)
    else:
        yield content_of_file(given)


def _refuse_special(given: Given) -> None:
    if is_special(given.path):
        raise FileNotRegularError(str(given.path))


def content_of_file(given: Given) -> Content:
    """What a file that is no archive holds.

    Raises:
        FileNotRegularError, FileUnreadableError: The disk does not give it.
    """
    name = str(given.path)
    _refuse_special(given)
    try:
        size = given.path.stat().st_size
        with given.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            kind = kind_of_file(head)
            source: Path | bytes = given.path
            sha256 = ""
            if may_be_tracks(kind, head) and size <= IN_MEMORY_BYTES:
                source = head + stream.read()
                sha256 = hashlib.sha256(source).hexdigest()
            elif may_be_tracks(kind, head):
                sha256 = _digest(stream)
    except OSError as error:
        raise FileUnreadableError(name, reason=error.strerror or type(error).__name__) from error
    return Content(name, given.path.name, size, source, sha256, kind, given.is_named)


def is_archive(given: Given) -> bool:
    """Whether a file holds others; one that cannot be read does not."""
    try:
        return not is_special(given.path) and holds_members(given.path, name=str(given.path))
    except RangerAppError:
        return False


def _inside(given: Given, member: Member) -> Content:
    base_name = PurePosixPath(member.name).name
    found = Content(
        f"{given.path}/{member.name}", base_name, member.size, b"", "", FileKind.UNKNOWN, is_named=False,
        archive=given.path,
    )  # fmt: skip
    try:
        with member.open() as stream:
            data = stream.read()
    except RangerAppError as error:
        found.error = error
        return found
    found.source, found.size, found.kind = data, len(data), kind_of_file(data[:HEAD_BYTES])
    if may_be_tracks(found.kind, data[:HEAD_BYTES]):
        found.sha256 = hashlib.sha256(data).hexdigest()
    return found


def may_be_tracks(kind: FileKind, head: bytes) -> bool:
    """Whether it is worth to read more of a file than its beginning."""
    if kind is FileKind.UNKNOWN:
        return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return kind in TRACKS or kind in PACKED or kind is FileKind.OTHER_XML


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def digest_of(source: Path | bytes) -> str:
    """SHA-256 of a file, in hex.

    Raises:
        FileUnreadableError: The disk does not give it.
    """
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    try:
        with source.open("rb") as stream:
            return _digest(stream)
    except OSError as error:
        raise FileUnreadableError(str(source), reason=error.strerror or type(error).__name__) from error
