"""Zip files of strangers: looked at before anything is unpacked, and never unpacked by the names inside."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from ranger_app.errors import RangerAppError

MOST_ENTRIES: Final = 10_000
"""Files in one zip that are still looked at."""

LARGEST_DIRECTORY_BYTES: Final = MOST_ENTRIES * 400
"""Bytes of the list of files at a zip's end: reading one costs ten times its size in memory."""

LARGEST_RATIO: Final = 200
"""How many times larger than packed a file may be; XML that repeats itself reaches forty."""

SMALL_BYTES: Final = 1 << 20
"""Unpacked, below which the ratio tells nothing."""

LARGEST_UNPACKED_BYTES: Final = 2 << 30
"""All that a zip holds, unpacked."""

CHUNK_BYTES: Final = 1 << 16

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files may be packed: SMART itself knows no other way, and others can ask for gigabytes of memory."""

_LINK: Final = 0o120000
_LOCKED: Final = 1
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE | re.DOTALL
)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError
)  # fmt: skip

_END = struct.Struct("<4s4H2LH")
_END_64_PLACE = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")


class ZipDamagedError(RangerAppError):
    """The zip cannot be read, or is locked by a password."""

    code = "zip-damaged"

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


class ZipUnsafeError(RangerAppError):
    """A name inside the zip would lead out of its folder, deceive a reader, or stop a computer."""

    code = "zip-unsafe"

    def __init__(self, file: str, entry: str) -> None:
        super().__init__(file=file, entry=shown(entry))


class ZipTooLargeError(RangerAppError):
    """The zip holds more than any file of its kind does, or unpacks to absurd sizes."""

    code = "zip-too-large"

    def __init__(self, file: str, entry: str = "") -> None:
        super().__init__(file=file, entry=shown(entry))


def shown(text: str, longest: int = 80) -> str:
    """*text* from a file as it may be shown: cut, and nothing in it that a terminal or a reader falls for."""
    if len(text) <= longest and text.isprintable():
        return text
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(sign if sign.isprintable() else "�" for sign in cut)


def is_safe_name(name: str) -> bool:
    """Whether a name inside a zip may be looked at: a plain relative path that every system could have."""
    parts = name.removesuffix("/").split("/")
    return not _FORBIDDEN.search(name) and all(
        part not in {"", ".", ".."} and part == part.rstrip(" .") and not _RESERVED.fullmatch(part) for part in parts
    )


def opened_zip(stream: IO[bytes], *, file: str, largest_ratio: int | None = LARGEST_RATIO) -> zipfile.ZipFile:
    """Open a zip and look at all it says of itself.

    Names that differ only by case are two files: nothing is unpacked to a disk that would take one for the other.

    Args:
        file: Its name in errors.
        largest_ratio: ``None`` where the caller knows how large the files may be that it unpacks.

    Raises:
        ZipDamagedError: It is no zip, a broken one, or packed in a way that is not read.
        ZipTooLargeError: It has too many files, or one that unpacks to more than *largest_ratio* times its size.
        ZipUnsafeError: A name is not safe or stands there twice, or a file is locked or a link.
    """
    try:
        if _directory_bytes(stream) > LARGEST_DIRECTORY_BYTES:
            raise ZipTooLargeError(file)
        package = zipfile.ZipFile(stream)
    except _DAMAGED as error:
        raise ZipDamagedError(file) from error
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED_BYTES:
        raise ZipTooLargeError(file)
    taken: set[str] = set()
    for entry in entries:
        # ZipInfo cuts a name at a zero byte; the name as it stands in the file is the one that deceives.
        name = entry.orig_filename
        is_link = entry.external_attr >> 16 & 0o170000 == _LINK
        if not is_safe_name(name) or name in taken or is_link or entry.flag_bits & _LOCKED:
            raise ZipUnsafeError(file, name)
        taken.add(name)
        if entry.compress_type not in _METHODS:
            raise ZipDamagedError(file)
        ratio = entry.file_size / max(entry.compress_size, 1)
        if largest_ratio is not None and entry.file_size > SMALL_BYTES and ratio > largest_ratio:
            raise ZipTooLargeError(file, entry.filename)
    return package


def _directory_bytes(stream: IO[bytes]) -> int:
    """Bytes of the list of files, as `zipfile` will believe it; 0 when there is no end to be found."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END.size - 0xFFFF))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    told = 0
    if at >= 0 and len(tail) - at >= _END.size:
        told = _END.unpack_from(tail, at)[5]
        start = at - _END_64_PLACE.size - _END_64.size
        if start >= 0 and tail[at - _END_64_PLACE.size :].startswith(b"PK\x06\x07"):
            told = _END_64.unpack_from(tail, start)[8]
    stream.seek(0)
    return int(told)


def entries_of(content: bytes, *, file: str) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The zip in *content* and its files, folders left out, in the order of its directory.

    Raises:
        ZipDamagedError, ZipTooLargeError, ZipUnsafeError: See :func:`opened_zip`.
    """
    package = opened_zip(io.BytesIO(content), file=file)
    return package, [entry for entry in package.infolist() if not entry.is_dir()]


def chunks_of(package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, file: str) -> Iterator[bytes]:
    """The bytes of one file as they are unpacked.

    Raises:
        ZipDamagedError: It is broken.
    """
    try:
        with package.open(entry) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except _DAMAGED as error:
        raise ZipDamagedError(file) from error


def unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, file: str, limit: int) -> bytes:
    """The bytes of one file, at most *limit* of them, whatever the zip says of its size.

    Raises:
        ZipDamagedError, ZipTooLargeError: It is broken, or larger.
    """
    content = bytearray()
    for chunk in chunks_of(package, entry, file=file):
        content += chunk
        if len(content) > limit:
            raise ZipTooLargeError(file, entry.filename)
    return bytes(content)
