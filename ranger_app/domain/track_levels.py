"""Levels of detail: a chunk of fixes on pixel grids, each for a zoom, as small blobs to draw from.

World units are those of maps: the whole earth in Mercator's projection is the square from (0, 0) in the north-west to
(1, 1). A level's cell is half a pixel at its zoom. Of fixes that follow each other in one cell the first stays, and the
last of each part, so that a line drawn through what stays passes through every cell that the fixes do, in their order.

    blob      one zlib stream of the body, all numbers little-endian
    body      u8 version 1, u32 points, i32 column and i32 row of the first, then for each point a bit that says whether
              it begins a part (highest first), i8 how many columns and i8 how many rows it is from the one before;
              then for each of these that is -128, an i32 with the true number, columns first
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import Degrees, Indices
from ranger_app.domain.track_series import MOST_FIXES_PER_CHUNK, TrackChunkDamagedError

LEVELS = (4, 6, 7, 8, 9, 10, 11, 12)
"""Zooms that are kept; nearer ones are drawn from the fixes themselves."""

TILE_PX = 256
"""Side of the world in pixels at zoom 0."""

CELLS_PER_PX = 2

LAST_LATITUDE = 85.0511287798066
"""Where Mercator's square world ends, in degrees."""

_VERSION = 1
_HEAD = struct.Struct("<BIii")
_FAR = -128
_MOST_BYTES = _HEAD.size + MOST_FIXES_PER_CHUNK * 11

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points in world units, and which of them begin a part."""

    x: Floats
    y: Floats
    begins: NDArray[np.bool_]

    def split(self, counts: Indices) -> list[Line]:
        """So many points each, one line after the other."""
        edges = [0, *np.cumsum(counts).tolist()]
        return [Line(self.x[a:b], self.y[a:b], self.begins[a:b]) for a, b in pairwise(edges)]


def level_for(zoom: float) -> int | None:
    """The coarsest level whose cells are at most a pixel at *zoom*; ``None`` when the fixes themselves are due."""
    return next((level for level in LEVELS if level + 1 >= zoom), None)


def cells_of(level: int) -> int:
    """Cells along each side of the world."""
    return TILE_PX * CELLS_PER_PX << level


def to_world(longitude_deg: Degrees, latitude_deg: Degrees) -> tuple[Floats, Floats]:
    """World units of places; latitudes beyond the square world are taken to its edge."""
    latitude = np.radians(np.clip(latitude_deg, -LAST_LATITUDE, LAST_LATITUDE))
    return longitude_deg / 360.0 + 0.5, 0.5 - np.arctanh(np.sin(latitude)) / (2.0 * np.pi)


def line_of(longitude_deg: Degrees, latitude_deg: Degrees, part_starts: Indices) -> Line:
    """Fixes as a line; part starts are indices of fixes, and one before the first is none here."""
    begins = np.zeros(len(longitude_deg), np.bool_)
    begins[part_starts[(part_starts >= 0) & (part_starts < len(begins))]] = True
    return Line(*to_world(longitude_deg, latitude_deg), begins)


def lines_joined(lines: Sequence[Line]) -> tuple[Line, Indices]:
    """All points of *lines*, one after the other, and how many each of them holds."""
    none = np.empty(0)
    joined = Line(
        np.concatenate([none, *(line.x for line in lines)]),
        np.concatenate([none, *(line.y for line in lines)]),
        np.concatenate([none.astype(np.bool_), *(line.begins for line in lines)]),
    )
    return joined, np.array([len(line.x) for line in lines], np.int64)


def thinned(line: Line, zoom: float) -> Line:
    """What stays of *line* on a grid of half pixels at *zoom*, where it is exactly."""
    cells = cells_of(math.ceil(max(zoom, 0.0)))
    keeps = kept((line.x * cells).astype(np.int64), (line.y * cells).astype(np.int64), line.begins)
    return Line(line.x[keeps], line.y[keeps], line.begins[keeps])


def encode_levels(line: Line, levels: Sequence[int] = LEVELS) -> dict[int, bytes]:
    """One blob for each of *levels*; an empty one where there is no fix.

    Args:
        line: At most a chunk of fixes.
    """
    if not len(line.x):
        return dict.fromkeys(levels, b"")
    finest, begins = max(levels), line.begins
    most = cells_of(finest) - 1
    column = np.clip((line.x * (most + 1)).astype(np.int64), 0, most)
    row = np.clip((line.y * (most + 1)).astype(np.int64), 0, most)
    found: dict[int, bytes] = {}
    for level in sorted(levels, reverse=True):
        column, row = column >> (finest - level), row >> (finest - level)
        finest = level
        keeps = kept(column, row, begins)
        column, row, begins = column[keeps], row[keeps], begins[keeps]
        found[level] = _packed(column, row, begins)
    return found


def kept(column: Ints, row: Ints, begins: NDArray[np.bool_]) -> Indices:
    """Which points stay: the first of those that follow each other in one cell, and both ends of each part."""
    keeps = np.ones(len(column), np.bool_)
    keeps[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1]) | begins[1:]
    keeps[:-1] |= begins[1:]
    keeps[-1:] = True
    return np.flatnonzero(keeps)


def decode_levels(blobs: Sequence[bytes], level: int) -> tuple[Line, Indices]:
    """All points of *blobs*, one after the other, and how many each of them holds; none of an empty one.

    A point stands in the middle of its cell.

    Raises:
        TrackChunkDamagedError: Some bytes are not what `encode_levels` makes.
    """
    pieces = [_piece(blob) for blob in blobs if blob]
    size = 1.0 / cells_of(level)
    x, y = (_middles(pieces, axis, level) * size for axis in (0, 1))
    counts = np.zeros(len(blobs), np.int64)
    counts[[number for number, blob in enumerate(blobs) if blob]] = [piece.count for piece in pieces]
    flags = [np.unpackbits(np.frombuffer(piece.begins, np.uint8), count=piece.count) for piece in pieces]
    return Line(x, y, np.concatenate([np.empty(0, np.uint8), *flags]).view(np.bool_)), counts


def seen_in(
    line: Line, counts: Indices, level: int, boxes: Sequence[tuple[float, float, float, float]]
) -> list[bool | None]:
    """Whether a fix of each blob lies in one of *boxes* (west, south, east, north), as far as its cells tell.

    Args:
        line, counts: As :func:`decode_levels` gave them.

    Returns:
        ``None`` where only cells at the edge of a box say that one might.
    """
    half, slack = 0.5 / cells_of(level), 1e-9
    is_sure, may_be = np.zeros(len(line.x), np.bool_), np.zeros(len(line.x), np.bool_)
    for west, south, east, north in boxes:
        (left, right), (bottom, top) = to_world(np.array([west, east]), np.array([south, north]))
        for found, reach in ((is_sure, -half - slack), (may_be, half + slack)):
            across = (line.x >= left - reach) & (line.x <= right + reach)
            found |= across & (line.y >= top - reach) & (line.y <= bottom + reach)
    edge = (line.y < 2.0 * half) | (line.y > 1.0 - 2.0 * half)  # what lies beyond the square world stands there too
    is_sure &= ~edge
    may_be |= edge
    owners = np.repeat(np.arange(len(counts)), counts)
    sure, maybe = set(owners[is_sure].tolist()), set(owners[may_be].tolist())
    return [number in sure or (None if number in maybe else False) for number in range(len(counts))]


def _packed(column: Ints, row: Ints, begins: NDArray[np.bool_]) -> bytes:
    steps, far = [], []
    for cells in (column, row):
        differences = np.diff(cells, prepend=cells[:1])
        is_far = np.abs(differences) >= -_FAR
        steps.append(np.where(is_far, _FAR, differences).astype(np.int8).tobytes())
        far.append(differences[is_far].astype("<i4").tobytes())
    head = _HEAD.pack(_VERSION, len(column), int(column[0]), int(row[0]))
    return zlib.compress(b"".join((head, np.packbits(begins).tobytes(), *steps, *far)), 4)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The parts of one body; pairs are those of columns and of rows."""

    count: int
    first: tuple[int, int]
    begins: bytes
    steps: tuple[bytes, bytes]
    far: tuple[bytes, bytes]


def _piece(blob: bytes) -> _Piece:
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(blob, _MOST_BYTES + 1)
    except zlib.error as error:
        raise TrackChunkDamagedError("a level does not unpack") from error
    if not unpacker.eof or unpacker.unused_data or len(body) < _HEAD.size:
        raise TrackChunkDamagedError("a level is cut off or goes on")
    version, count, column, row = _HEAD.unpack_from(body)
    if version != _VERSION or not 0 < count <= MOST_FIXES_PER_CHUNK:
        raise TrackChunkDamagedError("not a level of version 1")
    at = _HEAD.size
    begins, at = body[at : at + (count + 7) // 8], at + (count + 7) // 8
    columns, rows, at = body[at : at + count], body[at + count : at + 2 * count], at + 2 * count
    far_columns, far_rows = 4 * columns.count(b"\x80"), 4 * rows.count(b"\x80")
    if len(body) != at + far_columns + far_rows:
        raise TrackChunkDamagedError("a level has another length than its head says")
    return _Piece(
        count, (column, row), begins, (columns, rows), (body[at : at + far_columns], body[at + far_columns :])
    )


def _middles(pieces: Sequence[_Piece], axis: int, level: int) -> Floats:
    """Middles of the cells of all points of all pieces along one axis: each piece counts on from its own first."""
    counts = np.array([piece.count for piece in pieces], np.int64)
    steps = np.frombuffer(b"".join([piece.steps[axis] for piece in pieces]), np.int8)
    walked = steps.astype(np.int32)
    far = b"".join([piece.far[axis] for piece in pieces])
    if far:
        walked[steps == _FAR] = np.frombuffer(far, "<i4")
    starts = np.cumsum(counts) - counts
    walked[starts] = 0
    np.cumsum(walked, out=walked)
    walked += np.repeat(np.array([piece.first[axis] for piece in pieces], np.int32) - walked[starts], counts)
    if len(walked) and (walked.min() < 0 or walked.max() >= cells_of(level)):
        raise TrackChunkDamagedError("a level leaves the world")
    middles: Floats = walked.astype(np.float64) + 0.5
    return middles
