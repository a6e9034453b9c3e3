"""Track columns as small blobs: whole numbers on a grid, differences, bytes of equal weight together, then zlib.

Nothing is rounded. Each column of a chunk is put on the cheapest grid (decimals, or the steps receivers count in); a
value that is not exactly on the grid is kept beside. A chunk says itself how it is to be read:

    body      a series of part starts, then the columns time, longitude, latitude, elevation; its letters are "RTC"

:mod:`~ranger_app.domain.track_series` says what chunk, series and column are. Part starts are counted from the first
fix of the chunk, so a chunk whose first fix does not begin a part continues one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from ranger_app.domain.track import NO_TIME, Degrees, Indices, Times, Track, empty_track
from ranger_app.domain.track_grids import Ints, by_cost
from ranger_app.domain.track_series import (
    FIXES_PER_CHUNK,
    MOST_FIXES_PER_CHUNK,
    NOTHING,
    Body,
    Packer,
    TrackChunkDamagedError,
    changes_of,
    head_of,
    opened_chunk,
)

__all__ = [
    "FIXES_PER_CHUNK",
    "MOST_FIXES_PER_CHUNK",
    "TrackChunkDamagedError",
    "decode_chunks",
    "decode_line",
    "decode_times",
    "decode_walk",
    "encode_chunks",
    "fixes_in_chunk",
]

MOST_BYTES_PER_FIX = 128
"""More than the worst fix can need, so that a hostile chunk cannot unpack into all the memory there is."""

_Columns: TypeAlias = tuple[Indices, Times, Degrees, Degrees, Degrees]

_MAGIC = b"RTC"
_FIRST_FIX: Indices = np.zeros(1, np.int64)
_DEGREE_GRIDS = by_cost(5, 6, 7, 8, 9, 31)
_ELEVATION_GRIDS = by_cost(0, 1, 2, 3, 32)
_TIME_GRIDS: dict[int, int] = {0: 1_000_000, 3: 1_000, 6: 1}
_MOST_STEPS = {unit: 2**62 // unit for unit in _TIME_GRIDS.values()}


def encode_chunks(track: Track, *, fixes_per_chunk: int = FIXES_PER_CHUNK) -> list[bytes]:
    """Pack *track* into chunks of at most *fixes_per_chunk* fixes, in order; none when it is empty.

    The same track gives the same bytes with the same zlib. Everything comes back to the last bit, part starts too.
    """
    if not 0 < fixes_per_chunk <= MOST_FIXES_PER_CHUNK:
        raise ValueError(f"fixes_per_chunk {fixes_per_chunk} is not within 1..{MOST_FIXES_PER_CHUNK}")
    return [
        _chunk(track, first, min(first + fixes_per_chunk, len(track)))
        for first in range(0, len(track), fixes_per_chunk)
    ]


def decode_chunks(chunks: Sequence[bytes]) -> Track:
    """Unpack *chunks*, which follow each other, into one track; the first fix of all begins a part.

    Raises:
        TrackChunkDamagedError: Some bytes are not what `encode_chunks` makes.
    """
    if not chunks:
        return empty_track()
    starts, time_us, longitude_deg, latitude_deg, elevation_m = _joined([_columns(chunk) for chunk in chunks])
    if not len(starts):
        starts = _FIRST_FIX
    elif starts[0] != 0:
        starts = np.concatenate((_FIRST_FIX, starts))
    for column in (starts, time_us, longitude_deg, latitude_deg, elevation_m):
        column.setflags(write=False)  # nobody else has them, so the track need not make views
    try:
        return Track(
            time_us=time_us, longitude_deg=longitude_deg, latitude_deg=latitude_deg, elevation_m=elevation_m,
            part_starts=starts,
        )  # fmt: skip
    except ValueError as error:
        raise TrackChunkDamagedError(str(error)) from error


def decode_times(chunk: bytes) -> Times:
    """Times of one chunk alone.

    Raises:
        TrackChunkDamagedError: The bytes are not what `encode_chunks` makes.
    """
    body = opened_chunk(_MAGIC, chunk, MOST_BYTES_PER_FIX)
    body.skip_series()
    return _times(body)


def decode_line(chunk: bytes) -> tuple[Indices, Degrees, Degrees]:
    """Part starts, longitudes and latitudes of one chunk; its first fix begins a part only where one begins there.

    Raises:
        TrackChunkDamagedError: The bytes are not what `encode_chunks` makes.
    """
    body = opened_chunk(_MAGIC, chunk, MOST_BYTES_PER_FIX)
    starts = body.places(body.fixes)
    body.skip_column()
    return starts, _degrees(body, 180.0), _degrees(body, 90.0)


def decode_walk(chunk: bytes) -> tuple[Indices, Times, Degrees, Degrees]:
    """Part starts, times, longitudes and latitudes of one chunk; part starts as :func:`decode_line` gives them.

    Raises:
        TrackChunkDamagedError: The bytes are not what `encode_chunks` makes.
    """
    body = opened_chunk(_MAGIC, chunk, MOST_BYTES_PER_FIX)
    return body.places(body.fixes), _times(body), _degrees(body, 180.0), _degrees(body, 90.0)


def fixes_in_chunk(chunk: bytes) -> int:
    """How many fixes a chunk holds, read from its head alone."""
    return head_of(_MAGIC, chunk)[1]


def _chunk(track: Track, first: int, stop: int) -> bytes:
    starts = track.part_starts
    packer = Packer()
    packer.add_series(starts[(starts >= first) & (starts < stop)] - first)
    _add_times(packer, track.time_us[first:stop])
    packer.add_floats(track.longitude_deg[first:stop], _DEGREE_GRIDS)
    packer.add_floats(track.latitude_deg[first:stop], _DEGREE_GRIDS)
    packer.add_floats(track.elevation_m[first:stop], _ELEVATION_GRIDS)
    return packer.chunk(_MAGIC, stop - first)


def _add_times(packer: Packer, time_us: Ints) -> None:
    is_present = time_us != NO_TIME
    given, changes = time_us, NOTHING
    if not is_present.all():
        given, changes = time_us[is_present], changes_of(is_present)
    code, steps = _time_steps(given)
    packer.add(bytes([code]))
    for series in (changes, steps, NOTHING, NOTHING):
        packer.add_series(series)


def _time_steps(time_us: Ints) -> tuple[int, Ints]:
    """The longest unit that all times are multiples of, and how many of it."""
    for code, unit in _TIME_GRIDS.items():
        steps = time_us // unit
        if unit == 1 or (steps * unit == time_us).all():
            return code, steps
    raise AssertionError("every time is whole microseconds")


def _columns(chunk: bytes) -> _Columns:
    body = opened_chunk(_MAGIC, chunk, MOST_BYTES_PER_FIX)
    columns = body.places(body.fixes), _times(body), body.floats(), body.floats(), body.floats()
    body.end()
    return columns


def _degrees(body: Body, limit: float) -> Degrees:
    degrees = body.floats()
    if not -limit <= degrees.min() <= degrees.max() <= limit:
        raise TrackChunkDamagedError("a place is not on the earth")
    return degrees


def _times(body: Body) -> Times:
    unit = _TIME_GRIDS.get(body.byte())
    is_present, even = body.presence(), body.even_series()
    steps = body.series() if even is None else NOTHING
    if unit is None or len(body.series()) or len(body.series()):
        raise TrackChunkDamagedError("the time column is not one")
    most = _MOST_STEPS[unit]
    if even is not None:
        first, step, count = even
        if not -most <= first <= most or not -most <= first + step * count <= most:
            raise TrackChunkDamagedError("a time is beyond all years")
        return body.spread(_evenly(first * unit, step * unit, count), is_present, NO_TIME)
    if len(steps) and not -most <= np.minimum.reduce(steps) <= np.maximum.reduce(steps) <= most:
        raise TrackChunkDamagedError("a time is beyond all years")
    return body.spread(steps * unit, is_present, NO_TIME)


def _evenly(first: int, step: int, count: int) -> Times:
    if not step:
        return np.full(count, first, np.int64)
    return np.arange(first, first + step * count, step, dtype=np.int64)


def _joined(pieces: Sequence[_Columns]) -> _Columns:
    """Columns of all pieces, one after the other; part starts counted from the first fix of all."""
    if len(pieces) == 1:
        return pieces[0]
    offsets = np.cumsum([0, *(len(piece[1]) for piece in pieces[:-1])]).tolist()
    starts, times, longitudes, latitudes, elevations = zip(*pieces, strict=True)
    return (
        np.concatenate([start + offset for start, offset in zip(starts, offsets, strict=True)]),
        np.concatenate(times), np.concatenate(longitudes), np.concatenate(latitudes), np.concatenate(elevations),
    )  # fmt: skip
