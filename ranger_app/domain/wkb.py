"""Track geometry as SMART keeps it: well-known binary with three values a point, in hexadecimal.

SMART writes what the JTS library writes (big-endian, bit 31 of the type says "has Z"); this reader takes either byte
order and the ISO numbers of the same two kinds as well.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ranger_app.errors import RangerAppError

Points: TypeAlias = NDArray[np.float64]
"""Rows of X, Y and Z."""


class WkbKind(IntEnum):
    """The two shapes a SMART track has; the values are the type numbers that JTS writes."""

    LINE_STRING = 0x80000002
    MULTI_LINE_STRING = 0x80000005


class WkbUnreadableError(RangerAppError):
    """Hexadecimal text is not the geometry of a track."""

    code = "wkb-unreadable"


_POINT_BYTES = 24
_HEADER = struct.Struct(">BII")
_KIND_BY_NUMBER = {
    0x80000002: WkbKind.LINE_STRING,
    1002: WkbKind.LINE_STRING,
    0x80000005: WkbKind.MULTI_LINE_STRING,
    1005: WkbKind.MULTI_LINE_STRING,
}


def encode_wkb(kind: WkbKind, parts: Sequence[Points]) -> str:
    """Lower-case hexadecimal of *parts* as JTS writes them.

    A line string is exactly one part. Parts are written as they are, parts of no or one point too.
    """
    lines = [_HEADER.pack(0, WkbKind.LINE_STRING, len(part)) + part.astype(">f8").tobytes() for part in parts]
    if kind is WkbKind.LINE_STRING:
        if len(lines) != 1:
            raise ValueError(f"a line string has one part, not {len(lines)}")
        return lines[0].hex()
    return (_HEADER.pack(0, kind, len(lines)) + b"".join(lines)).hex()


def decode_wkb(text: str) -> tuple[WkbKind, list[Points]]:
    """Kind and parts of a geometry in hexadecimal; values are given as they stand, NaN among them.

    Raises:
        WkbUnreadableError: *text* is no LineString Z or MultiLineString Z, or does not end where it should.
    """
    try:
        wkb = bytes.fromhex(text)
    except ValueError as error:
        raise WkbUnreadableError(byte=0) from error
    kind, order, count, at = _header(wkb, 0)
    if kind is WkbKind.LINE_STRING:
        part, at = _points(wkb, order, count, at)
        parts = [part]
    else:
        parts = []
        for _ in range(count):
            inner, order, points, at = _header(wkb, at)
            if inner is not WkbKind.LINE_STRING:
                raise WkbUnreadableError(byte=at)
            part, at = _points(wkb, order, points, at)
            parts.append(part)
    if at != len(wkb):
        raise WkbUnreadableError(byte=at)
    return kind, parts


def _header(wkb: bytes, at: int) -> tuple[WkbKind, str, int, int]:
    """Kind, byte order, count and the place after them."""
    if len(wkb) - at < _HEADER.size or wkb[at] > 1:
        raise WkbUnreadableError(byte=at)
    order = "<" if wkb[at] else ">"
    number, count = struct.unpack_from(order + "II", wkb, at + 1)
    kind = _KIND_BY_NUMBER.get(number)
    if kind is None:
        raise WkbUnreadableError(byte=at + 1)
    return kind, order, count, at + _HEADER.size


def _points(wkb: bytes, order: str, count: int, at: int) -> tuple[Points, int]:
    end = at + count * _POINT_BYTES
    if end > len(wkb):
        raise WkbUnreadableError(byte=at)
    values = np.frombuffer(wkb, order + "f8", count * 3, at)
    return values.astype(np.float64).reshape(count, 3), end
