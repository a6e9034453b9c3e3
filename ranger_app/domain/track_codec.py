"""Track columns as small blobs: whole numbers on a grid, differences, bytes of equal weight together, then zlib.

Nothing is rounded. Each column of a chunk is put on the cheapest grid (decimals, or the steps receivers count in); a
value that is not exactly on the grid is kept beside, all 64 bits of it. A chunk says itself how it is to be read:

    magic "RTC", version 1, u32 fixes, u32 bytes of the body; then the body through zlib 6. All numbers little-endian.
    body      part starts, then the columns time, longitude, latitude, elevation
    column    u8 grid, then four series: where presence changes, steps on the grid, places and bits of values beside
    series    u32 count, u8 planes, i64 first value, then count-1 differences, zigzag, as planes of bytes, lowest first

Part starts are counted from the first fix of the chunk, so a chunk whose first fix does not begin a part continues one.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Degrees, Indices, Track, empty_track
from ranger_app.errors import RangerAppError

FIXES_PER_CHUNK = 4096
"""About an hour of fixes a second: small enough to read a piece, large enough to compress."""

MOST_FIXES_PER_CHUNK = 65_536
"""A chunk that claims more is damaged."""

MOST_BYTES_PER_FIX = 128
"""More than the worst fix can need, so that a hostile chunk cannot unpack into all the memory there is."""

_HEAD = struct.Struct("<3sBII")
_SERIES_HEAD = struct.Struct("<IBq")
_MAGIC = b"RTC"
_VERSION = 1
_EXACT = 2.0**53
_COST_BESIDE_BYTES = 7.0

Ints = NDArray[np.int64]


class TrackChunkDamagedError(RangerAppError):
    """Stored track bytes cannot be what this program wrote."""

    code = "track-chunk-damaged"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


@dataclass(frozen=True, slots=True)
class _Grid:
    """How values become whole steps and back, and what a step costs.

    Attributes:
        steps: Nearest steps; what is beyond the grid becomes any step, and is found when it does not come back.
        values: Exactly the float64 that *steps* stand for.
        bits: Typical bits a difference needs, to choose between grids.
    """

    steps: Callable[[Degrees], Ints]
    values: Callable[[Ints], Degrees]
    bits: float


def _decimal_grid(decimals: int) -> _Grid:
    scale = 10.0**decimals

    def steps(values: Degrees) -> Ints:
        near = np.where(np.abs(values) < _EXACT / scale, values, 0.0) * scale
        return np.rint(near).astype(np.int64)

    return _Grid(steps, lambda steps: steps.astype(np.float64) / scale, decimals * math.log2(10.0))


def _semicircle_grid() -> _Grid:
    def steps(values: Degrees) -> Ints:
        near = np.where(np.abs(values) < 1024.0, values, 0.0)
        return np.rint(near * (2.0**31 / 180.0)).astype(np.int64)

    return _Grid(steps, lambda steps: steps.astype(np.float64) * 180.0 / 2.0**31, math.log2(2.0**31 / 180.0))


def _single_precision_grid() -> _Grid:
    def steps(values: Degrees) -> Ints:
        near = np.where(np.abs(values) < 1e30, values, 0.0)
        return near.astype(np.float32).view(np.int32).astype(np.int64)

    def values(steps: Ints) -> Degrees:
        with np.errstate(invalid="ignore"):
            return steps.astype(np.int32).view(np.float32).astype(np.float64)

    return _Grid(steps, values, 16.0)


_FLOAT_GRIDS: dict[int, _Grid] = {decimals: _decimal_grid(decimals) for decimals in range(10)}
_FLOAT_GRIDS[31] = _semicircle_grid()
_FLOAT_GRIDS[32] = _single_precision_grid()
_DEGREE_GRIDS = (5, 6, 7, 8, 9, 31)
_ELEVATION_GRIDS = (0, 1, 2, 3, 32)
_TIME_GRIDS: dict[int, int] = {0: 1_000_000, 3: 1_000, 6: 1}


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
    pieces = [_columns(chunk) for chunk in chunks]
    offsets = np.cumsum([0, *(len(piece[1]) for piece in pieces[:-1])])
    starts = np.concatenate([piece[0] + offset for piece, offset in zip(pieces, offsets, strict=True)])
    if not len(starts) or starts[0] != 0:
        starts = np.concatenate((np.zeros(1, np.int64), starts))
    try:
        return Track(
            time_us=np.concatenate([piece[1] for piece in pieces]),
            longitude_deg=np.concatenate([piece[2] for piece in pieces]),
            latitude_deg=np.concatenate([piece[3] for piece in pieces]),
            elevation_m=np.concatenate([piece[4] for piece in pieces]),
            part_starts=starts,
        )
    except ValueError as error:
        raise TrackChunkDamagedError(str(error)) from error


def fixes_in_chunk(chunk: bytes) -> int:
    """How many fixes a chunk holds, read from its head alone."""
    return _head(chunk)[0]


def _chunk(track: Track, first: int, stop: int) -> bytes:
    starts = track.part_starts
    inside = starts[(starts >= first) & (starts < stop)] - first
    body = b"".join(
        (
            _packed(inside),
            _time_column(track.time_us[first:stop]),
            _float_column(track.longitude_deg[first:stop], _DEGREE_GRIDS),
            _float_column(track.latitude_deg[first:stop], _DEGREE_GRIDS),
            _float_column(track.elevation_m[first:stop], _ELEVATION_GRIDS),
        )
    )
    return _HEAD.pack(_MAGIC, _VERSION, stop - first, len(body)) + zlib.compress(body, 6)


def _time_column(time_us: Ints) -> bytes:
    present = time_us != NO_TIME
    given = time_us[present]
    code, unit = next((code, unit) for code, unit in _TIME_GRIDS.items() if not (given % unit).any())
    nothing = np.empty(0, np.int64)
    return bytes([code]) + _packed(_changes(present)) + _packed(given // unit) + _packed(nothing) + _packed(nothing)


def _float_column(values: Degrees, codes: tuple[int, ...]) -> bytes:
    present = ~np.isnan(values)
    given = values[present]
    bits = given.view(np.int64)
    best = math.inf
    for candidate in codes:
        grid = _FLOAT_GRIDS[candidate]
        candidate_steps = grid.steps(given)
        candidate_beside = np.flatnonzero(grid.values(candidate_steps).view(np.int64) != bits)
        cost = len(given) * grid.bits / 8.0 + len(candidate_beside) * _COST_BESIDE_BYTES
        if cost < best:
            best, code, steps, beside = cost, candidate, candidate_steps, candidate_beside
    return (
        bytes([code])
        + _packed(_changes(present))
        + _packed(steps)
        + _packed(beside.astype(np.int64))
        + _packed(bits[beside])
    )


def _changes(present: NDArray[np.bool_]) -> Ints:
    """Indices where presence differs from the fix before; before the first fix stands "present"."""
    return np.flatnonzero(np.diff(present, prepend=True)).astype(np.int64)


def _packed(values: Ints) -> bytes:
    """A series: first value, then zigzag differences as byte planes; the planes that hold only zeros are left out."""
    if not len(values):
        return _SERIES_HEAD.pack(0, 0, 0)
    step = np.diff(values.view(np.uint64)).view(np.int64)
    zigzag = ((step << 1) ^ (step >> 63)).view(np.uint64)
    planes = (int(zigzag.max()).bit_length() + 7) // 8 if len(zigzag) else 0
    shuffled = np.ascontiguousarray(zigzag.astype("<u8").view(np.uint8).reshape(-1, 8).T[:planes])
    return _SERIES_HEAD.pack(len(values), planes, int(values[0])) + shuffled.tobytes()


class _Body:
    """Reads series from an unpacked body; every claim is checked against what is there."""

    def __init__(self, body: bytes, fixes: int) -> None:
        self._body = body
        self._at = 0
        self._fixes = fixes

    def byte(self) -> int:
        return int.from_bytes(self._take(1), "little")

    def series(self) -> Ints:
        count, planes, first = _SERIES_HEAD.unpack(self._take(_SERIES_HEAD.size))
        if count > self._fixes or planes > 8 or (planes and not count):
            raise TrackChunkDamagedError("a series is longer than the chunk")
        values = np.zeros(count, np.uint64)
        if not count:
            return values.view(np.int64)
        shuffled = np.zeros((8, count - 1), np.uint8)
        raw = self._take(planes * (count - 1))
        shuffled[:planes] = np.frombuffer(raw, np.uint8).reshape(planes, count - 1)
        zigzag = np.ascontiguousarray(shuffled.T).view("<u8").astype(np.uint64).reshape(-1)
        values[0] = np.int64(first).view(np.uint64)
        values[1:] = (zigzag >> np.uint64(1)) ^ (np.uint64(0) - (zigzag & np.uint64(1)))
        return np.cumsum(values, dtype=np.uint64).view(np.int64)

    def places(self, below: int) -> Indices:
        """A series that ascends within 0..*below*."""
        places = self.series()
        if len(places) and (places[0] < 0 or places[-1] >= below or (np.diff(places) <= 0).any()):
            raise TrackChunkDamagedError("places do not ascend within the chunk")
        return places

    def present(self) -> NDArray[np.bool_]:
        changes = np.zeros(self._fixes, np.int64)
        changes[self.places(self._fixes)] = 1
        present: NDArray[np.bool_] = np.cumsum(changes) % 2 == 0
        return present

    def end(self) -> None:
        if self._at != len(self._body):
            raise TrackChunkDamagedError("bytes are left over")

    def _take(self, count: int) -> bytes:
        taken = self._body[self._at : self._at + count]
        if len(taken) != count:
            raise TrackChunkDamagedError("the body ends early")
        self._at += count
        return taken


def _head(chunk: bytes) -> tuple[int, int]:
    if len(chunk) < _HEAD.size:
        raise TrackChunkDamagedError("the head is cut off")
    magic, version, fixes, size = _HEAD.unpack_from(chunk)
    if magic != _MAGIC or version != _VERSION:
        raise TrackChunkDamagedError("not a track chunk of version 1")
    if not 0 < fixes <= MOST_FIXES_PER_CHUNK or size > 512 + fixes * MOST_BYTES_PER_FIX:
        raise TrackChunkDamagedError("the head claims too much")
    return fixes, size


def _columns(chunk: bytes) -> tuple[Indices, Ints, Degrees, Degrees, Degrees]:
    fixes, size = _head(chunk)
    unpacker = zlib.decompressobj()
    try:
        packed_body = unpacker.decompress(chunk[_HEAD.size :], size + 1)
    except zlib.error as error:
        raise TrackChunkDamagedError("the body does not unpack") from error
    if len(packed_body) != size or not unpacker.eof or unpacker.unused_data:
        raise TrackChunkDamagedError("the body has another length than the head says")
    body = _Body(packed_body, fixes)
    starts = body.places(fixes)
    time_us = _decoded_time(body)
    longitude_deg, latitude_deg, elevation_m = (_decoded_floats(body) for _column in range(3))
    body.end()
    return starts, time_us, longitude_deg, latitude_deg, elevation_m


def _decoded_time(body: _Body) -> Ints:
    unit = _TIME_GRIDS.get(body.byte())
    present, steps, beside, bits = body.present(), body.series(), body.series(), body.series()
    if unit is None or len(beside) or len(bits) or len(steps) != np.count_nonzero(present):
        raise TrackChunkDamagedError("the time column is not one")
    if len(steps) and int(np.abs(steps.astype(np.float64)).max()) > 2**62 // unit:
        raise TrackChunkDamagedError("a time is beyond all years")
    time_us = np.full(len(present), NO_TIME, np.int64)
    time_us[present] = steps * unit
    return time_us


def _decoded_floats(body: _Body) -> Degrees:
    grid = _FLOAT_GRIDS.get(body.byte())
    present, steps = body.present(), body.series()
    beside, bits = body.places(len(steps)), body.series()
    if grid is None or len(bits) != len(beside) or len(steps) != np.count_nonzero(present):
        raise TrackChunkDamagedError("a column is not one")
    given = grid.values(steps)
    given[beside] = bits.view(np.float64)
    values = np.full(len(present), np.nan)
    values[present] = given
    return values
