"""The package of a SMART file: bare XML, or a zip with the XML at the top and every attachment flat in one folder.

The same records give the same bytes: entries carry one fixed date, in a fixed order.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, BinaryIO, Final, TypeAlias

from exporters.safe_write import LARGEST_FILE_BYTES, FileTooLargeError, replacing, writing
from ranger_app.errors import RangerAppError

Source: TypeAlias = Path | Callable[[], BinaryIO]
"""Where the bytes of an attachment come from: a file, or a function that opens them."""

ATTACHMENTS: Final = "attachments/"
"""The folder in the zip where SMART looks for every attachment."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_PACKED = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".mp3", ".m4a", ".ogg", ".mp4", ".mov", ".pdf")
)
"""Kinds of files that deflating would not make smaller."""


class AttachmentMissingError(RangerAppError):
    """The bytes of an attachment are not where they should be; SMART would import the record without it."""

    code = "smart-attachment-missing"

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


def write_package(
    path: Path,
    xml_name: str,
    xml: bytes | Iterable[bytes],
    attachments: Sequence[tuple[str, Source]] = (),
    *,
    largest_bytes: int = LARGEST_FILE_BYTES,
    is_in_private: bool = False,
) -> None:
    """Write one patrol or incident for SMART; nothing is left behind when it fails.

    Args:
        path: Ends with ``.xml`` for the bare document, which has room for no attachments; anything else is a zip.
        xml_name: Name of the document inside the zip.
        xml: The document, or its pieces.
        attachments: File name, as the document says it, and source of each.
        largest_bytes: Of the finished file.
        is_in_private: The folder is one that nobody else looks into: the file is written in its place, and whoever
            moves it flushes it to the disk before.

    Raises:
        AttachmentMissingError: An attachment cannot be read.
        FileTooLargeError, FileNotWrittenError: The file cannot be.
    """
    opened = writing if is_in_private else replacing
    pieces = (xml,) if isinstance(xml, bytes) else xml
    if path.suffix.lower() == ".xml":
        if attachments:
            raise ValueError("a bare XML file cannot carry attachments")
        with opened(path) as stream:
            _write(stream, pieces, stream, path, largest_bytes)
        return
    with opened(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open(_entry(xml_name), "w") as document:
            _write(document, pieces, stream, path, largest_bytes)
        for name, source in attachments:
            _add(package, stream, name, source, path, largest_bytes)
        if stream.tell() > largest_bytes:
            raise FileTooLargeError(path, largest_bytes)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    packed = Path(name).suffix.lower() in _PACKED
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return entry


def _add(package: zipfile.ZipFile, stream: BinaryIO, name: str, source: Source, path: Path, largest_bytes: int) -> None:
    with _opened(name, source) as original, package.open(_entry(ATTACHMENTS + name), "w") as copy:
        _write(copy, iter(lambda: _read(name, original), b""), stream, path, largest_bytes)


def _write(into: IO[bytes], pieces: Iterable[bytes], stream: BinaryIO, path: Path, largest_bytes: int) -> None:
    """Write *pieces* for as long as what reaches *stream* is not too large."""
    for piece in pieces:
        into.write(piece)
        if stream.tell() > largest_bytes:
            raise FileTooLargeError(path, largest_bytes)


def _opened(name: str, source: Source) -> BinaryIO:
    try:
        return source.open("rb") if isinstance(source, Path) else source()
    except OSError as error:
        raise AttachmentMissingError(name) from error


def _read(name: str, original: BinaryIO) -> bytes:
    try:
        return original.read(_CHUNK)
    except OSError as error:
        raise AttachmentMissingError(name) from error
