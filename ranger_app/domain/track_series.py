"""Series of whole numbers and columns of floats as bytes, and back: what chunks of fixes and of extra columns share.

    chunk     3 letters, u8 version 2, u32 fixes, u32 bytes of the body, u32 bytes of noise, noise, body through zlib
    column    u8 grid, then four series: where presence changes, steps on the grid, places and bits of values beside
    series    u32 count, u8 planes, i64 first value, then count-1 differences, zigzag, as planes of bytes, lowest first

The high four bits of *planes* say how many of the lowest stand in the noise instead: the error of a receiver is not
compressed by zlib, which only takes its time over it. Version 1 has no noise and does not tell its bytes. All numbers
are little-endian. A value that is not exactly on the grid is kept beside, all 64 bits of it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track_grids import GRIDS, Floats, Grid, Ints, cheapest
from ranger_app.errors import RangerAppError
from ranger_app.inflate import inflated

FIXES_PER_CHUNK = 8192
"""A day of a fix every five seconds: small enough to read a piece, large enough that pages of a database are filled."""

MOST_FIXES_PER_CHUNK = 65_536
"""A chunk that claims more is damaged."""

LEVEL = 6
"""Of zlib, told to look for runs only: what repeats itself in planes of bytes are runs, and the rest is as frequent as
it is. That is as small as level 6 makes it, in a sixth of the time.
"""

Column = TypeVar("Column", Ints, Floats)

VERSION = 2
"""Of what is written; version 1 is read too."""

NOTHING: Ints = np.empty(0, np.int64)

_HEAD = struct.Struct("<3sBII")
_SERIES_HEAD = struct.Struct("<IBq")
_NOISE_HEAD = struct.Struct("<I")
_EVEN = 140
"""Bytes are as good as even where two of them are the same less often than once in so many; once in 256 if even.

What zlib would save there, a tenth of a byte at most, costs a third of the time of reading a chunk.
"""

_EMPTY = _SERIES_HEAD.pack(0, 0, 0)
_NOTHING_BESIDE = _EMPTY * 2


class TrackChunkDamagedError(RangerAppError):
    """Stored track bytes cannot be what this program wrote."""

    code = "track-chunk-damaged"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


# Writing


class Packer:
    """Takes what a chunk is to hold, in order."""

    def __init__(self) -> None:
        self._body: list[bytes] = []
        self._noise: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Bytes as they are."""
        self._body.append(data)

    def add_series(self, values: Ints) -> None:
        """One series."""
        count = len(values)
        if not count:
            self._body.append(_EMPTY)
            return
        steps = values[1:] - values[:-1]  # wraps, and unwraps when it is read
        zigzag = ((steps << 1) ^ (steps >> 63)).view(np.uint64)
        planes = (int(zigzag.max()).bit_length() + 7) // 8 if count > 1 else 0
        lots = list(_planes(zigzag, planes))
        noisy = 0
        while noisy + 1 < planes and _is_noise(lots[noisy]):
            noisy += 1
        self._body.append(_SERIES_HEAD.pack(count, planes | noisy << 4, int(values[0])))
        self._noise += [lot.tobytes() for lot in lots[:noisy]]
        self._body += [lot.tobytes() for lot in lots[noisy:]]

    def add_floats(self, values: Floats, grids: tuple[Grid, ...]) -> None:
        """One column; NaN stands where there is no value."""
        is_absent = np.isnan(values)
        given, changes = values, NOTHING
        if is_absent.any():
            given, changes = values[~is_absent], changes_of(~is_absent)
        grid, steps, beside = cheapest(given, grids)
        self.add(bytes([grid.code]))
        self.add_series(changes)
        self.add_series(steps)
        self.add_series(beside)
        self.add_series(given.view(np.int64)[beside] if len(beside) else NOTHING)

    def chunk(self, magic: bytes, fixes: int) -> bytes:
        """All of it with its head; the same bytes for the same content with the same zlib."""
        body, noise = b"".join(self._body), b"".join(self._noise)
        head = _HEAD.pack(magic, VERSION, fixes, len(body)) + _NOISE_HEAD.pack(len(noise))
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
        return b"".join((head, noise, packer.compress(body), packer.flush()))


def _planes(zigzag: NDArray[np.uint64], planes: int) -> Iterator[NDArray[np.uint8]]:
    if planes > 2:
        width = "<u4" if planes <= 4 else "<u8"
        yield from zigzag.astype(width).view(np.uint8).reshape(len(zigzag), -1).T[:planes]
        return
    narrow = zigzag.astype(np.uint16)
    for plane in range(planes):
        yield (narrow >> np.uint16(8 * plane)).astype(np.uint8)


def _is_noise(lot: NDArray[np.uint8]) -> bool:
    """Whether each byte is about as frequent as any other, so that zlib could save nothing."""
    counts = np.bincount(lot, minlength=256)
    return int(counts @ counts) * _EVEN < len(lot) * len(lot)


def changes_of(is_present: NDArray[np.bool_]) -> Ints:
    """Indices where presence differs from the fix before; before the first fix stands "present"."""
    return np.flatnonzero(np.diff(is_present, prepend=True)).astype(np.int64)


# Reading


def opened_chunk(magic: bytes, chunk: bytes, most_bytes_per_fix: int) -> Body:
    """The unpacked body of a chunk.

    Args:
        most_bytes_per_fix: More than the worst fix can need, so that a hostile chunk cannot fill all the memory there
            is.

    Raises:
        TrackChunkDamagedError: The bytes are no chunk of this kind.
    """
    version, fixes, size = head_of(magic, chunk)
    if size > 512 + fixes * most_bytes_per_fix:
        raise TrackChunkDamagedError("the head claims too much")
    begin = end = _HEAD.size
    if version > 1:
        if len(chunk) < _HEAD.size + _NOISE_HEAD.size:
            raise TrackChunkDamagedError("the head is cut off")
        begin += _NOISE_HEAD.size
        end = begin + _NOISE_HEAD.unpack_from(chunk, _HEAD.size)[0]
    try:
        body, is_all = inflated(memoryview(chunk)[end:], size + 1)
    except ValueError as error:
        raise TrackChunkDamagedError("the body does not unpack") from error
    if len(body) != size or not is_all:
        raise TrackChunkDamagedError("the body has another length than the head says")
    return Body(body, fixes, chunk[begin:end])


def head_of(magic: bytes, chunk: bytes) -> tuple[int, int, int]:
    """Version, fixes, and bytes of the body, as the head says.

    Raises:
        TrackChunkDamagedError: It is no head of this kind.
    """
    if len(chunk) < _HEAD.size:
        raise TrackChunkDamagedError("the head is cut off")
    found, version, fixes, size = _HEAD.unpack_from(chunk)
    if found != magic or version not in (1, VERSION):
        raise TrackChunkDamagedError(f"not a chunk of version 1 or {VERSION}")
    if not 0 < fixes <= MOST_FIXES_PER_CHUNK:
        raise TrackChunkDamagedError("the head claims too much")
    return version, fixes, size


class Body:
    """Reads an unpacked body from its beginning; every claim is checked against what is there.

    Attributes:
        fixes: How many the chunk holds.
    """

    def __init__(self, body: bytes, fixes: int, noise: bytes = b"") -> None:
        self.fixes = fixes
        self._body = body
        self._at = 0
        self._noise = noise
        self._noise_at = 0

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
        if self._at != len(self._body) or self._noise_at != len(self._noise):
            raise TrackChunkDamagedError("bytes are left over")

    def series(self) -> Ints:
        """The next whole numbers."""
        if self._passes(_EMPTY):
            return NOTHING
        count, planes, noisy, first = self._series_head()
        if not count:
            return NOTHING
        values = np.empty(count, np.int64)
        values[0] = first
        values[1:] = self._steps(count - 1, planes, noisy)
        np.add.accumulate(values, out=values)
        return values

    def even_series(self) -> tuple[int, int, int] | None:
        """The first of the next whole numbers, the step from each to the next, and how many they are, as of most times.

        ``None``, and nothing is read, where the steps differ or the difference of two needs more than a byte.
        """
        at = self._at
        count, planes, noisy, first = self._series_head()
        if count and planes <= 1 and not noisy and (step := self._only_step(count - 1, planes)) is not None:
            return first, step, count
        self._at = at
        return None

    def _grid_steps(self) -> NDArray[np.signedinteger]:
        """The next whole numbers, in narrow ones where all that they can be fits: they are halfway to floats."""
        at = self._at
        count, planes, noisy, first = self._series_head()
        if planes > 2 or not count or abs(first) + (count << 15) >= 2**31:
            self._at = at
            return self.series()
        values = np.empty(count, np.int32)
        values[0] = first
        values[1:] = self._steps(count - 1, planes, noisy)
        np.add.accumulate(values, out=values)
        return values

    def floats(self) -> Floats:
        """The next column, NaN where there is no value."""
        grid = GRIDS.get(self.byte())
        if grid is None:
            raise TrackChunkDamagedError("a column is not one")
        is_present, steps = self.presence(), self._grid_steps()
        values = grid.values(steps)
        if not self._passes(_NOTHING_BESIDE):
            beside, bits = self.places(len(steps)), self.series()
            if len(bits) != len(beside):
                raise TrackChunkDamagedError("a column is not one")
            values[beside] = bits.view(np.float64)
        return self.spread(values, is_present, np.nan)

    def skip_series(self) -> None:
        """Pass over the next whole numbers."""
        if self._passes(_EMPTY):
            return
        count, planes, noisy, _ = self._series_head()
        self._pass((planes - noisy) * max(count - 1, 0))
        self._pass_noise(noisy * max(count - 1, 0))

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
        if self._passes(_EMPTY):
            return None
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

    def _passes(self, expected: bytes) -> bool:
        """Whether these bytes come next, as empty series mostly do; they are passed over then."""
        is_next = self._body.startswith(expected, self._at)
        if is_next:
            self._at += len(expected)
        return is_next

    def _series_head(self) -> tuple[int, int, int, int]:
        at = self._at
        if at + _SERIES_HEAD.size > len(self._body):
            raise TrackChunkDamagedError("the body ends early")
        count, planes, first = _SERIES_HEAD.unpack_from(self._body, at)
        self._at = at + _SERIES_HEAD.size
        planes, noisy = planes & 15, planes >> 4
        if count > self.fixes or planes > 8 or noisy > planes or (planes and not count):
            raise TrackChunkDamagedError("a series is longer than the chunk")
        return count, planes, noisy, first

    def _pass(self, count: int) -> None:
        self._at += count
        if self._at > len(self._body):
            raise TrackChunkDamagedError("the body ends early")

    def _only_step(self, count: int, planes: int) -> int | None:
        """The difference that all of the next are, as between times; ``None`` when they differ."""
        if not planes:
            return 0
        lot = self._body[self._at : self._at + count]
        if len(lot) < count or lot != lot[:1] * count:
            return None
        self._at += count
        return (lot[0] >> 1) ^ -(lot[0] & 1)

    def _pass_noise(self, count: int) -> None:
        self._noise_at += count
        if self._noise_at > len(self._noise):
            raise TrackChunkDamagedError("the noise ends early")

    def _lots(self, count: int, planes: int, noisy: int) -> Iterator[NDArray[np.uint8]]:
        """Planes of bytes, lowest first."""
        begin, noise_begin = self._at, self._noise_at
        self._pass((planes - noisy) * count)
        self._pass_noise(noisy * count)
        for plane in range(planes):
            if plane < noisy:
                yield np.frombuffer(self._noise, np.uint8, count, noise_begin + plane * count)
            else:
                yield np.frombuffer(self._body, np.uint8, count, begin + (plane - noisy) * count)

    def _steps(self, count: int, planes: int, noisy: int) -> NDArray[np.signedinteger]:
        """Differences from planes of bytes, in the narrowest numbers that hold them."""
        if not planes:
            return np.zeros(count, np.int8)
        lots = self._lots(count, planes, noisy)
        width = 1 << (planes - 1).bit_length()
        if width == 1:
            zigzag = next(lots)
        else:
            rows = np.zeros((count, width), np.uint8) if planes < width else np.empty((count, width), np.uint8)
            for plane, lot in enumerate(lots):
                rows[:, plane] = lot
            zigzag = rows.view(f"<u{width}").reshape(-1).astype(f"u{width}", copy=False)
        one = zigzag.dtype.type(1)
        steps: NDArray[np.signedinteger] = ((zigzag >> one) ^ (~(zigzag & one) + one)).view(f"i{width}")
        return steps
