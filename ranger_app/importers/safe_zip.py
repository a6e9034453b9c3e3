"""Zip files of strangers: looked at before anything is unpacked, and never unpacked by the names inside."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from ranger_app.errors import RangerAppError

MOST_ENTRIES = 5_000
"""Files in one zip that are still looked at."""

LARGEST_RATIO = 250
"""How many times larger than packed a file may be; XML that repeats itself reaches forty."""

SMALL_BYTES = 4 * 1024 * 1024
"""Unpacked, below which the ratio tells nothing."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE | re.DOTALL
)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError
)  # fmt: skip


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
    parts = name.replace("\\", "/").removesuffix("/").split("/")
    return not _FORBIDDEN.search(name) and all(
        part not in {"", ".", ".."} and part == part.rstrip(" .") and not _RESERVED.fullmatch(part) for part in parts
    )


def entries_of(content: bytes, *, file: str) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """Open a zip and look at all it says of itself.

    Returns:
        The zip and its files, folders left out, in the order of its directory.

    Raises:
        ZipDamagedError: It is no zip, or a broken one.
        ZipTooLargeError: It has too many files, or one that unpacks to more than `LARGEST_RATIO` times its size.
        ZipUnsafeError: A name is not safe, or stands there twice.
    """
    if content.count(_DIRECTORY_ENTRY) > MOST_ENTRIES:
        raise ZipTooLargeError(file)
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        raise ZipDamagedError(file) from error
    entries = package.infolist()
    taken: set[str] = set()
    for entry in entries:
        name = entry.filename.casefold()
        # ZipInfo cuts a name at a zero byte; the name as it stands in the file is the one that deceives.
        if not is_safe_name(entry.orig_filename) or name in taken:
            raise ZipUnsafeError(file, entry.orig_filename)
        taken.add(name)
        if entry.file_size > SMALL_BYTES and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
            raise ZipTooLargeError(file, entry.filename)
    return package, [entry for entry in entries if not entry.is_dir()]


def unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, file: str, limit: int) -> bytes:
    """The bytes of one file, at most *limit* of them, whatever the zip says of its size.

    Raises:
        ZipDamagedError, ZipTooLargeError: It is broken, or larger.
    """
    try:
        with package.open(entry) as stream:
            content = stream.read(limit + 1)
    except _DAMAGED as error:
        raise ZipDamagedError(file) from error
    if len(content) > limit:
        raise ZipTooLargeError(file, entry.filename)
    return content
