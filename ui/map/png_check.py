"""Whether a PNG can be read to its end; libpng writes a line to standard error for each that cannot."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ranger_app.inflate import inflated

_SIGNATURE_BYTES = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Kinds of colour to how many numbers a point has, and to the bits that each may have."""

_PALETTE_COLOUR = 3
_MOST_FILTER = 4
_MOST_PALETTE_BYTES = 3 * 256
_HEADER_BYTES = 13
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row of each pass of an interlaced picture, and how far apart its columns and rows are."""


def is_whole_png(data: bytes, most_side_px: int) -> bool:
    """Whether the parts of a PNG are undamaged and hold as many points as it says; larger ones are not looked into."""
    header, palette, packed = b"", b"", []
    for kind, content in _chunks(data):
        if not header and kind != b"IHDR":
            return False
        if kind == b"IHDR":
            header = content
        elif kind == b"PLTE":
            palette = content
        elif kind == b"IDAT":
            packed.append(content)
        elif kind == b"IEND":
            return _is_whole(header, palette, b"".join(packed), most_side_px)
        elif kind[:1].isupper():
            return False
    return False


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each part, up to the first that is damaged."""
    at = _SIGNATURE_BYTES
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big") or end + 4 > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : end]
        at = end + 4


def _is_whole(header: bytes, palette: bytes, packed: bytes, most_side_px: int) -> bool:
    if len(header) != _HEADER_BYTES:
        return False
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, compression, filtering, interlace = header[8:]
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        return False
    if not (0 < width <= most_side_px and 0 < height <= most_side_px):
        return False
    if len(palette) % 3 or len(palette) > _MOST_PALETTE_BYTES or (colour == _PALETTE_COLOUR and not palette):
        return False
    passes = [
        (-(-(width - x) // across), -(-(height - y) // down))
        for x, y, across, down in (_ADAM7 if interlace else ((0, 0, 1, 1),))
    ]
    rows = [(1 + -(-columns * _CHANNELS[colour] * depth // 8), count) for columns, count in passes if columns > 0]
    wanted = sum(length * max(count, 0) for length, count in rows)
    try:
        points, _ = inflated(packed, wanted)
    except ValueError:
        return False
    return len(points) == wanted and _are_filters(points, rows)


def _are_filters(points: bytes, rows: list[tuple[int, int]]) -> bool:
    """Whether each row begins with a filter that there is."""
    at = 0
    for length, count in rows:
        if count > 0:
            if max(points[at : at + length * count : length]) > _MOST_FILTER:
                return False
            at += length * count
    return True
