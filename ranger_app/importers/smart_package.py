"""A SMART file as it comes: bare XML, or a zip with the XML at the top and attachments flat in one folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.importers.safe_zip import chunks_of, opened_zip
from ranger_app.importers.smart_incident import read_incident
from ranger_app.importers.smart_parts import SmartReading
from ranger_app.importers.smart_patrol import read_patrol
from ranger_app.importers.smart_xml import CHUNK_BYTES, SmartFileError, document_kind, with_head

ATTACHMENTS: Final = "attachments/"
MOST_DOCUMENTS: Final = 100
"""Documents at the top of one zip; SMART itself reads one."""


class SmartPackage:
    """One file, open for reading."""

    def __init__(self, path: Path, package: zipfile.ZipFile | None) -> None:
        self._path = path
        self._package = package
        self._files: dict[str, zipfile.ZipInfo] = {}
        self._read: set[str] = set()
        if package is not None:
            for entry in package.infolist():
                if entry.filename.startswith(ATTACHMENTS) and not entry.is_dir():
                    self._files[entry.filename.removeprefix(ATTACHMENTS)] = entry

    def readings(self) -> Iterator[SmartReading]:
        """Every patrol and incident at the top.

        Raises:
            SmartFileError: There is none, or one of them is refused.
            ZipDamagedError: The zip breaks off.
        """
        if self._package is None:
            with _opened(self._path) as stream:
                yield _reading(iter(lambda: stream.read(CHUNK_BYTES), b""), str(self._path))
            return
        tops = [one for one in self._package.infolist() if "/" not in one.filename and not one.is_dir()]
        documents = [one for one in tops if one.filename.lower().endswith(".xml")] or tops
        if not documents or len(documents) > MOST_DOCUMENTS:
            raise SmartFileError(str(self._path), root="", reason="no-xml-in-zip")
        for entry in documents:
            try:
                found = _reading(chunks_of(self._package, entry, file=str(self._path)), str(self._path))
            except SmartFileError as error:
                # SMART tries one after the other too, until one is a patrol.
                if error.code != SmartFileError.code or (entry is documents[-1] and not self._read):
                    raise
                continue
            self._read.add(entry.filename)
            yield found

    def attachment_size(self, name: str) -> int | None:
        """Bytes of an attachment; ``None`` when it is not here. The name is taken literally, as SMART does."""
        entry = self._files.get(name)
        return None if entry is None else entry.file_size

    def copy_attachment(self, name: str, into: IO[bytes]) -> None:
        """Unpack an attachment.

        Raises:
            ZipDamagedError: It is not whole.
        """
        assert self._package is not None
        self._read.add(self._files[name].filename)
        for piece in chunks_of(self._package, self._files[name], file=str(self._path)):
            into.write(piece)

    def unread(self) -> tuple[str, ...]:
        """Names of files that are no document, and that no document was asked for."""
        entries = self._package.infolist() if self._package is not None else []
        return tuple(one.filename for one in entries if not one.is_dir() and one.filename not in self._read)


@contextmanager
def opened_package(path: Path) -> Iterator[SmartPackage]:
    """Open a file that may be either; a zip is known by being one.

    Raises:
        FileUnreadableError: The disk does not give it.
        ZipDamagedError, ZipTooLargeError, ZipUnsafeError: It is a zip that is not one to touch.
    """
    with _opened(path) as stream:
        if stream.read(2) != b"PK":
            yield SmartPackage(path, None)
            return
        with opened_zip(stream, file=str(path)) as package:
            yield SmartPackage(path, package)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise FileUnreadableError(str(path), reason=error.strerror or type(error).__name__) from error
    with stream:
        yield stream


def _reading(content: Iterator[bytes], file: str) -> SmartReading:
    head, chunks = with_head(content)
    kind, version, namespace = document_kind(head, file)
    read = read_patrol if kind == "patrol" else read_incident
    return read(chunks, file=file, namespace=namespace, version=version)
