"""Columns that receivers write beside place, time and height, as blobs beside the chunks of their track.

There is one blob for each chunk of the track, in the same order, so that a piece of a track is read with its columns:

    body      u8 columns, then for each: u8 bytes of the name, the name in ASCII, the column; its letters are "RTX"

:mod:`~ranger_app.domain.track_series` says what chunk and column are. A column without any value in a chunk is left
out there. Nothing is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ranger_app.domain.track_grids import Floats, by_cost
from ranger_app.domain.track_series import (
    FIXES_PER_CHUNK,
    MOST_FIXES_PER_CHUNK,
    Body,
    Packer,
    TrackChunkDamagedError,
    opened_chunk,
)

MOST_COLUMNS = 32
"""More than any receiver writes; a blob that claims more is damaged."""

MOST_BYTES_PER_FIX = MOST_COLUMNS * 28
"""More than the worst fix can need, so that a hostile blob cannot unpack into all the memory there is."""

_MAGIC = b"RTX"
_GRIDS = by_cost(0, 1, 2, 3, 4, 6, 32)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


def encode_extras(extras: Mapping[str, Floats], count: int, *, fixes_per_chunk: int = FIXES_PER_CHUNK) -> list[bytes]:
    """Pack columns of *count* values each, NaN where there is none; no blob at all when no column has a value.

    The same columns give the same bytes with the same zlib, and every value comes back to the last bit.
    """
    if not 0 < fixes_per_chunk <= MOST_FIXES_PER_CHUNK:
        raise ValueError(f"fixes_per_chunk {fixes_per_chunk} is not within 1..{MOST_FIXES_PER_CHUNK}")
    if len(extras) > MOST_COLUMNS:
        raise ValueError(f"{len(extras)} columns are more than {MOST_COLUMNS}")
    for name, column in extras.items():
        if not _NAME.fullmatch(name) or column.shape != (count,) or column.dtype != np.float64:
            raise ValueError(f"{name} is not a column of {count} values")
    given = {name: extras[name] for name in sorted(extras) if not np.isnan(extras[name]).all()}
    if not given:
        return []
    return [
        _blob(given, first, min(first + fixes_per_chunk, count)) for first in range(0, count, fixes_per_chunk)
    ]  # fmt: skip


def decode_extras(chunks: Sequence[bytes]) -> dict[str, Floats]:
    """Unpack blobs that follow each other into columns of one length, by name; NaN stands where there is no value.

    Raises:
        TrackChunkDamagedError: Some bytes are not what `encode_extras` makes.
    """
    pieces = [_columns(chunk) for chunk in chunks]
    names = sorted({name for _, columns in pieces for name in columns})
    return {
        name: np.concatenate([
            columns[name] if name in columns else np.full(fixes, np.nan) for fixes, columns in pieces
        ])
        for name in names
    }  # fmt: skip


def _blob(extras: Mapping[str, Floats], first: int, stop: int) -> bytes:
    columns = {name: column[first:stop] for name, column in extras.items()}
    given = {name: values for name, values in columns.items() if not np.isnan(values).all()}
    packer = Packer()
    packer.add(bytes([len(given)]))
    for name, values in given.items():
        packer.add(bytes([len(name)]) + name.encode("ascii"))
        packer.add_floats(np.ascontiguousarray(values), _GRIDS)
    return packer.chunk(_MAGIC, stop - first)


def _columns(chunk: bytes) -> tuple[int, dict[str, Floats]]:
    body = opened_chunk(_MAGIC, chunk, MOST_BYTES_PER_FIX)
    count = body.byte()
    if count > MOST_COLUMNS:
        raise TrackChunkDamagedError("there are too many columns")
    found: dict[str, Floats] = {}
    for _ in range(count):
        name = _name(body)
        if name in found:
            raise TrackChunkDamagedError("a column stands there twice")
        found[name] = body.floats()
    body.end()
    return body.fixes, found


def _name(body: Body) -> str:
    name = body.take(body.byte()).decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        raise TrackChunkDamagedError("a column has no name")
    return name
