"""A SMART file as it comes: bare XML, or a zip with the XML at the top and attachments flat in one folder."""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.importers.smart_incident import read_incident
from ranger_app.importers.smart_parts import SmartReading
from ranger_app.importers.smart_patrol import read_patrol
from ranger_app.importers.smart_xml import CHUNK_BYTES, SmartFileError, document_kind, short, with_head

ATTACHMENTS: Final = "attachments/"
MOST_ENTRIES: Final = 10_000
MOST_DOCUMENTS: Final = 100
"""Documents at the top of one zip; SMART itself reads one."""

LARGEST_RATIO: Final = 200
"""Bytes that one byte of a zip may become; the hexadecimal of a track packs to a fifth."""

LEAST_SUSPECT_BYTES: Final = 1 << 20
LARGEST_PACKAGE_BYTES: Final = 2 << 30
"""All that a zip holds, unpacked."""

_LINK: Final = 0o120000
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\\\\\u202a-\u202e\u2066-\u2069\ufeff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE | re.DOTALL)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError)
_NOT_A_ZIP = (*_DAMAGED, OSError, ValueError, struct.error)


class SmartZipDamagedError(SmartFileError):
    """The zip cannot be read to its end."""

    code = "smart-zip-damaged"


class SmartZipUnsafeError(SmartFileError):
    """A name in the zip could lead somewhere else, or show itself as another."""

    code = "smart-zip-unsafe"


class SmartZipBombError(SmartFileError):
    """The zip would become far more than any patrol is."""

    code = "smart-zip-bomb"


class SmartPackage:
    """One file, open for reading."""

    def __init__(self, path: Path, package: zipfile.ZipFile | None) -> None:
        self._path = path
        self._package = package
        self._files: dict[str, zipfile.ZipInfo] = {}
        if package is not None:
            for entry in package.infolist():
                if entry.filename.startswith(ATTACHMENTS) and not entry.is_dir():
                    self._files[entry.filename.removeprefix(ATTACHMENTS)] = entry

    def readings(self) -> Iterator[SmartReading]:
        """Every patrol and incident at the top.

        Raises:
            SmartFileError: There is none, or one of them is refused.
        """
        if self._package is None:
            with _opened(self._path) as stream:
                yield _reading(stream, str(self._path))
            return
        tops = [one for one in self._package.infolist() if "/" not in one.filename and not one.is_dir()]
        documents = [one for one in tops if one.filename.lower().endswith(".xml")] or tops
        if not documents or len(documents) > MOST_DOCUMENTS:
            raise SmartFileError(str(self._path), root="")
        for entry in documents:
            try:
                with self._package.open(entry) as stream:
                    yield _reading(stream, str(self._path))
            except _DAMAGED as error:
                raise SmartZipDamagedError(str(self._path), reason=short(str(error))) from error

    def attachment_size(self, name: str) -> int | None:
        """Bytes of an attachment; ``None`` when it is not here. The name is taken literally, as SMART does."""
        entry = self._files.get(name)
        return None if entry is None else entry.file_size

    def copy_attachment(self, name: str, into: IO[bytes]) -> None:
        """Unpack an attachment.

        Raises:
            SmartZipDamagedError: It is not whole.
        """
        assert self._package is not None
        try:
            with self._package.open(self._files[name]) as stream:
                while piece := stream.read(CHUNK_BYTES):
                    into.write(piece)
        except _DAMAGED as error:
            raise SmartZipDamagedError(str(self._path), reason=short(str(error))) from error


@contextmanager
def opened_package(path: Path) -> Iterator[SmartPackage]:
    """Open a file that may be either; a zip is known by being one.

    Raises:
        FileUnreadableError: The disk does not give it.
        SmartFileError: It is a zip that is not read here.
    """
    with _opened(path) as stream:
        is_zip = stream.read(2) == b"PK"
    if not is_zip:
        yield SmartPackage(path, None)
        return
    try:
        package = zipfile.ZipFile(path)
    except _NOT_A_ZIP as error:
        raise SmartZipDamagedError(str(path), reason=short(str(error))) from error
    with package:
        _refuse_hostile(package, str(path))
        yield SmartPackage(path, package)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise FileUnreadableError(str(path), reason=error.strerror or type(error).__name__) from error
    with stream:
        yield stream


def _reading(stream: IO[bytes], file: str) -> SmartReading:
    head, chunks = with_head(iter(lambda: stream.read(CHUNK_BYTES), b""))
    kind, version, namespace = document_kind(head, file)
    read = read_patrol if kind == "patrol" else read_incident
    return read(chunks, file=file, namespace=namespace, version=version)


def _refuse_hostile(package: zipfile.ZipFile, file: str) -> None:
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > LARGEST_PACKAGE_BYTES:
        raise SmartZipBombError(file, name=short(entries[0].filename))
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if not _is_safe(name) or entry.external_attr >> 16 & 0o170000 == _LINK or entry.flag_bits & 1:
            raise SmartZipUnsafeError(file, name=short(name))
        if entry.file_size > LEAST_SUSPECT_BYTES and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
            raise SmartZipBombError(file, name=short(name))
        known = unicodedata.normalize("NFC", name).casefold()
        if known in seen:
            raise SmartZipUnsafeError(file, name=short(name))
        seen.add(known)


def _is_safe(name: str) -> bool:
    """Whether a name stays below its folder on every system, and shows itself as it is."""
    parts = name.removesuffix("/").split("/")
    return not _UNSAFE.search(name) and all(
        part not in ("", ".", "..") and not part.endswith((" ", ".")) and not _DEVICES.fullmatch(part) for part in parts
    )
