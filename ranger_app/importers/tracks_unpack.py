"""A file packed by gzip, bzip2 or xz: unpacked in memory, between bounds, as far as it is whole.

Nothing is put into a temporary file: an encrypted station must not leave tracks on the disk in the clear.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from ranger_app.importers.gpx_problems import FileRefusedError
from ranger_app.importers.safe_zip import LARGEST_RATIO, SMALL_BYTES
from ranger_app.importers.sniff import FileKind

LARGEST_UNPACKED_BYTES = 1 << 28
"""All that one packed file may hold."""

LARGEST_PACKED_BYTES = 1 << 28

_MEMORY_BYTES = 1 << 27
"""What xz may ask for; its usual setting takes a tenth."""

_PIECE_BYTES = 1 << 20
_DAMAGED = (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError)


class PackedTooLargeError(FileRefusedError):
    """A packed file unpacks to more than any receiver writes, or to absurdly more than it is itself."""

    code = "packed-too-large"


class PackedInPackedError(FileRefusedError):
    """What is packed in a file is packed again, or an archive."""

    code = "packed-in-packed"


class _Unpacking(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's way of unpacking, with the manners of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, /, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


_MAKERS: Mapping[FileKind, Callable[[], _Unpacking]] = {
    FileKind.GZIP: _Gzip,
    FileKind.BZIP2: bz2.BZ2Decompressor,
    FileKind.XZ: lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MEMORY_BYTES),
}
PACKED = frozenset(_MAKERS)
"""Kinds of files that hold one other file."""


def unpacked_file(packed: bytes, kind: FileKind, *, name: str, most: int = 0) -> tuple[bytes, bool]:
    """What is packed in a file of one of the kinds :data:`PACKED`.

    Args:
        packed: The whole file.
        most: Stop after so many bytes, as for a look at the beginning; 0 for everything.

    Returns:
        What could be unpacked, and whether the file is whole.

    Raises:
        PackedTooLargeError: It holds more than `LARGEST_UNPACKED_BYTES`, or than `LARGEST_RATIO` times its own size.
    """
    limit = max(SMALL_BYTES, min(LARGEST_UNPACKED_BYTES, LARGEST_RATIO * len(packed)))
    found = bytearray()
    rest = packed
    try:
        while rest:
            unpacking, data = _MAKERS[kind](), rest
            while not unpacking.eof:
                piece = unpacking.decompress(data, _PIECE_BYTES)
                data = b""
                if not piece and not unpacking.eof:
                    return bytes(found), False
                found += piece
                if most and len(found) >= most:
                    return bytes(found[:most]), True
                if len(found) > limit:
                    raise PackedTooLargeError(name, most_mb=limit >> 20)
            # Files may stand one after the other, and zeros fill the last block of a tape.
            rest = unpacking.unused_data.lstrip(b"\x00")
    except _DAMAGED:
        return bytes(found), False
    return bytes(found), True
