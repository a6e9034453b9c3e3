"""Series of whole numbers and columns of floats as bytes, and back: what chunks of fixes and of extra columns share.

    column    u8 grid, then four series: where presence changes, steps on the grid, places and bits of values beside
    series    u32 count, u8 planes, i64 first value, then count-1 differences, zigzag, as planes of bytes, lowest first

All numbers are little-endian. A value that is not exactly on the grid is kept beside, all 64 bits of it.
"""

from __future__ import annotations

import struct
import zlib
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track_grids import GRIDS, Floats, Grid, Ints, cheapest
from ranger_app.errors import RangerAppError

FIXES_PER_CHUNK = 4096
"""About an hour of fixes a second: small enough to read a piece, large enough to compress."""

MOST_FIXES_PER_CHUNK = 65_536
"""A chunk that claims more is damaged."""

LEVEL = 4
"""Of zlib. Level 6 saves a hundredth of the bytes and takes twice the time."""

Column = TypeVar("Column", Ints, Floats)

NOTHING: Ints = np.empty(0, np.int64)

_HEAD = struct.Struct("<3sBII")
_SERIES_HEAD = struct.Struct("<IBq")
_EMPTY = _SERIES_HEAD.pack(0, 0, 0)


class TrackChunkDamagedError(RangerAppError):
    """Stored track bytes cannot be what this program wrote."""

    code = "track-chunk-damaged"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


# Writing


def packed_chunk(magic: bytes, version: int, fixes: int, body: bytes) -> bytes:
    """A body with its head; the same bytes for the same body with the same zlib."""
    return _HEAD.pack(magic, version, fixes, len(body)) + zlib.compress(body, LEVEL)


def packed(values: Ints) -> bytes:
    """One series."""
    count = len(values)
    if not count:
        return _EMPTY
    steps = values[1:] - values[:-1]  # wraps, and unwraps when it is read
    zigzag = ((steps << 1) ^ (steps >> 63)).view(np.uint64)
    planes = (int(zigzag.max()).bit_length() + 7) // 8 if count > 1 else 0
    head = _SERIES_HEAD.pack(count, planes, int(values[0]))
    if planes > 2:
        width = "<u4" if planes <= 4 else "<u8"
        return head + zigzag.astype(width).view(np.uint8).reshape(count - 1, -1).T[:planes].tobytes()
    narrow = zigzag.astype(np.uint16)
    return head + b"".join((narrow >> np.uint16(8 * plane)).astype(np.uint8).tobytes() for plane in range(planes))


def packed_floats(values: Floats, grids: tuple[Grid, ...]) -> bytes:
    """One column; NaN stands where there is no value."""
    is_absent = np.isnan(values)
    given, changes = values, NOTHING
    if is_absent.any():
        given, changes = values[~is_absent], changes_of(~is_absent)
    grid, steps, beside = cheapest(given, grids)
    bits = given.view(np.int64)[beside] if len(beside) else NOTHING
    return bytes([grid.code]) + packed(changes) + packed(steps) + packed(beside) + packed(bits)


def changes_of(is_present: NDArray[np.bool_]) -> Ints:
    """Indices where presence differs from the fix before; before the first fix stands "present"."""
    return np.flatnonzero(np.diff(is_present, prepend=True)).astype(np.int64)


# Reading


def opened_chunk(magic: bytes, version: int, chunk: bytes, most_bytes_per_fix: int) -> Body:
    """The unpacked body of a chunk.

    Args:
        most_bytes_per_fix: More than the worst fix can need, so that a hostile chunk cannot fill all the memory there
            is.

    Raises:
        TrackChunkDamagedError: The bytes are no chunk of this kind.
    """
    fixes, size = head_of(magic, version, chunk)
    if size > 512 + fixes * most_bytes_per_fix:
        raise TrackChunkDamagedError("the head claims too much")
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(memoryview(chunk)[_HEAD.size :], size + 1)
    except zlib.error as error:
        raise TrackChunkDamagedError("the body does not unpack") from error
    if len(body) != size or not unpacker.eof or unpacker.unused_data:
        raise TrackChunkDamagedError("the body has another length than the head says")
    return Body(body, fixes)


def head_of(magic: bytes, version: int, chunk: bytes) -> tuple[int, int]:
    """Fixes and bytes of the body, as the head says.

    Raises:
        TrackChunkDamagedError: It is no head of this kind.
    """
    if len(chunk) < _HEAD.size:
        raise TrackChunkDamagedError("the head is cut off")
    found, its_version, fixes, size = _HEAD.unpack_from(chunk)
    if found != magic or its_version != version:
        raise TrackChunkDamagedError(f"not a chunk of version {version}")
    if not 0 < fixes <= MOST_FIXES_PER_CHUNK:
        raise TrackChunkDamagedError("the head claims too much")
    return fixes, size


class Body:
    """Reads an unpacked body from its beginning; every claim is checked against what is there.

    Attributes:
        fixes: How many the chunk holds.
    """

    def __init__(self, body: bytes, fixes: int) -> None:
        self.fixes = fixes
        self._body = body
        self._at = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        """The next bytes."""
        taken = self._body[self._at : self._at + count]
        if len(taken) != count:
            raise TrackChunkDamagedError("the body ends early")
        self._at += count
        return taken

    def end(self) -> None:
        """There must be nothing more."""
        if self._at != len(self._body):
            raise TrackChunkDamagedError("bytes are left over")

    def series(self) -> Ints:
        """The next whole numbers."""
        count, planes, first = self._series_head()
        if not count:
            return NOTHING
        values = np.empty(count, np.int64)
        values[1:] = self._steps(count - 1, planes)
        values[0] = first
        return np.add.accumulate(values, out=values)

    def floats(self) -> Floats:
        """The next column, NaN where there is no value."""
        grid = GRIDS.get(self.byte())
        is_present, steps = self.presence(), self.series()
        beside, bits = self.places(len(steps)), self.series()
        if grid is None or len(bits) != len(beside):
            raise TrackChunkDamagedError("a column is not one")
        values = grid.values(steps)
        if len(beside):
            values[beside] = bits.view(np.float64)
        return self.spread(values, is_present, np.nan)

    def skip_series(self) -> None:
        """Pass over the next whole numbers."""
        count, planes, _ = self._series_head()
        self._pass(planes * max(count - 1, 0))

    def skip_column(self) -> None:
        """Pass over the next column."""
        self._pass(1)
        for _ in range(4):
            self.skip_series()

    def places(self, below: int) -> Ints:
        """The next series, which must ascend within 0..*below*."""
        places = self.series()
        if len(places) and (places[0] < 0 or places[-1] >= below or (np.diff(places) <= 0).any()):
            raise TrackChunkDamagedError("places do not ascend within the chunk")
        return places

    def presence(self) -> NDArray[np.bool_] | None:
        """Which fixes have a value in the column that follows; ``None`` when all have."""
        places = self.places(self.fixes)
        if not len(places):
            return None
        changes = np.zeros(self.fixes, np.int64)
        changes[places] = 1
        present: NDArray[np.bool_] = np.cumsum(changes) % 2 == 0
        return present

    def spread(self, given: Column, is_present: NDArray[np.bool_] | None, absent: float) -> Column:
        """A value for each fix: *given* where one is present."""
        expected = self.fixes if is_present is None else int(np.count_nonzero(is_present))
        if len(given) != expected:
            raise TrackChunkDamagedError("a column has another length than the chunk")
        if is_present is None:
            return given
        spread = np.full(self.fixes, absent, given.dtype)
        spread[is_present] = given
        return spread

    def _series_head(self) -> tuple[int, int, int]:
        at = self._at
        if at + _SERIES_HEAD.size > len(self._body):
            raise TrackChunkDamagedError("the body ends early")
        count, planes, first = _SERIES_HEAD.unpack_from(self._body, at)
        self._at = at + _SERIES_HEAD.size
        if count > self.fixes or planes > 8 or (planes and not count):
            raise TrackChunkDamagedError("a series is longer than the chunk")
        return count, planes, first

    def _pass(self, count: int) -> None:
        self._at += count
        if self._at > len(self._body):
            raise TrackChunkDamagedError("the body ends early")

    def _steps(self, count: int, planes: int) -> NDArray[np.signedinteger]:
        """Differences from planes of bytes, in the narrowest numbers that hold them."""
        begin = self._at
        self._pass(planes * count)
        if planes <= 2:
            zigzag = np.zeros(count, np.uint16)
            for plane in range(planes):
                lot = np.frombuffer(self._body, np.uint8, count, begin + plane * count)
                zigzag |= lot.astype(np.uint16) << np.uint16(8 * plane)
            return ((zigzag >> 1) ^ -(zigzag & 1)).view(np.int16)
        shuffled = np.frombuffer(self._body, np.uint8, planes * count, begin).reshape(planes, count)
        width = 4 if planes <= 4 else 8
        rows = np.zeros((count, width), np.uint8)
        rows[:, :planes] = shuffled.T
        wide = rows.view(f"<u{width}").reshape(-1).astype(f"u{width}", copy=False)
        one = wide.dtype.type(1)
        steps: NDArray[np.signedinteger] = ((wide >> one) ^ (~(wide & one) + one)).view(f"i{width}")
        return steps
