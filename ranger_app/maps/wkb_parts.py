"""Well-known binary as GDAL writes it: what a geometry is, and its parts as runs of x and y."""

from __future__ import annotations

import struct
from array import array

from ranger_app.maps.vector_file import AREA, LINE, POINT

_HEAD = struct.Struct("<BI")
_COUNT = struct.Struct("<I")
_POINT_BYTES = 16
_DEEPEST = 8
_LINE, _POLYGON = 2, 3
_COLLECTIONS = {4, 5, 6, 7}

Parts = dict[int, list["array[float]"]]


class WkbDamagedError(ValueError):
    """The bytes are not what they say, or a kind that maps have no use for."""


def shapes_of_wkb(wkb: bytes) -> Parts:
    """Parts of a geometry of two dimensions, little-endian, by what they are.

    Raises:
        WkbDamagedError: It is no such geometry.
    """
    found: Parts = {}
    try:
        _read(wkb, 0, found, _DEEPEST)
    except struct.error as error:
        raise WkbDamagedError("it breaks off") from error
    return found


def _read(wkb: bytes, at: int, found: Parts, deepest: int) -> int:
    """Take one geometry that begins at a place; the answer is where it ends."""
    order, kind = _HEAD.unpack_from(wkb, at)
    at += _HEAD.size
    if order != 1 or not deepest:
        raise WkbDamagedError("another byte order, or collections within collections")
    if kind == 1:
        return _take(wkb, at, 1, found.setdefault(POINT, []))
    (count,) = _COUNT.unpack_from(wkb, at)
    at += _COUNT.size
    if kind == _LINE:
        return _take(wkb, at, count, found.setdefault(LINE, []))
    if kind == _POLYGON:
        rings = found.setdefault(AREA, [])
        for _ in range(count):
            (length,) = _COUNT.unpack_from(wkb, at)
            at = _take(wkb, at + _COUNT.size, length, rings)
        return at
    if kind in _COLLECTIONS:
        for _ in range(count):
            at = _read(wkb, at, found, deepest - 1)
        return at
    raise WkbDamagedError(f"geometry of kind {kind}")


def _take(wkb: bytes, at: int, count: int, parts: list[array[float]]) -> int:
    end = at + count * _POINT_BYTES
    if end > len(wkb):
        raise WkbDamagedError("it breaks off")
    part = array("d")
    part.frombytes(wkb[at:end])
    parts.append(part)
    return end
