"""Streams of zlib unpacked by ISA-L, in half of zlib's time: what many small pieces are read from."""

from __future__ import annotations

from isal import isal_zlib


def inflated(packed: bytes | memoryview, most_bytes: int) -> tuple[bytes, bool]:
    """What *packed* holds, at most *most_bytes* of it; and whether that is the whole stream, with nothing behind it.

    Raises:
        ValueError: The stream is damaged.
    """
    unpacker = isal_zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, most_bytes)
    except isal_zlib.error as error:
        raise ValueError(str(error)) from error
    return content, unpacker.eof and not unpacker.unused_data
