"""Where and when the chunks of a track lie, as whole numbers that contain every fix; for records and the index.

A record carries its boxes, so that the index of tracks is a function of the changes and needs no blob to be unpacked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # boxes are read when a station is opened, and that must not wait for NumPy
    import numpy as np
    from numpy.typing import NDArray

    from ranger_app.domain.track import Track

UNITS_PER_DEGREE = 10_000_000
"""Boxes are told in steps of 1e-7 degree, about a centimetre."""

HALF_TURN = 180 * UNITS_PER_DEGREE
QUARTER_TURN = 90 * UNITS_PER_DEGREE

MOST_COUNT = 65_536
"""No chunk holds more fixes."""

_NUMBER = r"(-?(?:0|[1-9]\d{0,16}))"
_TEXT = re.compile(rf"{_NUMBER} {_NUMBER} {_NUMBER} {_NUMBER} {_NUMBER}(?: {_NUMBER} {_NUMBER})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChunkBox:
    """The least box, rounded outwards, that holds every fix of one chunk.

    Attributes:
        count: Fixes in the chunk.
        west, south, east, north: Steps of 1e-7 degree of WGS 84. West is greater than east where the narrowest box
            crosses the 180th meridian; it then reaches from west to 180 degrees and from -180 degrees to east.
        first_us, last_us: Earliest and latest time, microseconds since 1970 UTC; both ``None`` when no fix has one.
    """

    count: int
    west: int
    south: int
    east: int
    north: int
    first_us: int | None = None
    last_us: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.count <= MOST_COUNT:
            raise ValueError(f"count {self.count} is not within 1..{MOST_COUNT}")
        if not (-HALF_TURN <= self.west <= HALF_TURN and -HALF_TURN <= self.east <= HALF_TURN):
            raise ValueError("west and east must be within half a turn")
        if not -QUARTER_TURN <= self.south <= self.north <= QUARTER_TURN:
            raise ValueError("south must not be north of north, and both within a quarter turn")
        if (self.first_us is None) != (self.last_us is None):
            raise ValueError("a first time needs a last")
        if self.first_us is not None and self.last_us is not None and self.first_us > self.last_us:
            raise ValueError("the first time must not be after the last")

    def __str__(self) -> str:
        times = "" if self.first_us is None else f" {self.first_us} {self.last_us}"
        return f"{self.count} {self.west} {self.south} {self.east} {self.north}{times}"

    @classmethod
    def parse(cls, text: str) -> ChunkBox:
        """Read what ``str`` gave; anything else is a ``ValueError``."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"not the box of a chunk: {text!r}")
        return cls(*[int(number) for number in found.groups() if number is not None])

    def longitudes(self) -> tuple[tuple[int, int], ...]:
        """West and east of the box in one piece, or in the two that the 180th meridian cuts it into."""
        if self.west <= self.east:
            return ((self.west, self.east),)
        return (self.west, HALF_TURN), (-HALF_TURN, self.east)


def boxes_of(track: Track, *, fixes_per_chunk: int | None = None) -> list[ChunkBox]:
    """One box for each chunk that :func:`~ranger_app.domain.track_codec.encode_chunks` makes, in the same order."""
    import numpy as np

    from ranger_app.domain.track import NO_TIME
    from ranger_app.domain.track_codec import FIXES_PER_CHUNK

    if not len(track):
        return []
    starts = np.arange(0, len(track), fixes_per_chunk or FIXES_PER_CHUNK)
    counts = np.diff(np.append(starts, len(track))).tolist()
    west, east = _longitudes(track.longitude_deg, starts)
    south = units_below(np.minimum.reduceat(track.latitude_deg, starts)).tolist()
    north = units_above(np.maximum.reduceat(track.latitude_deg, starts)).tolist()
    last = np.maximum.reduceat(track.time_us, starts).tolist()  # a missing time is the least number
    given = np.where(track.time_us == NO_TIME, np.iinfo(np.int64).max, track.time_us)
    first = np.minimum.reduceat(given, starts).tolist()
    times = [(None, None) if late == NO_TIME else (early, late) for early, late in zip(first, last, strict=True)]
    return [
        ChunkBox(count, *edges, *span)
        for count, *edges, span in zip(counts, west, south, east, north, times, strict=True)
    ]


def units_below(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """The last step of 1e-7 degree that is not above each value."""
    import numpy as np

    steps = np.floor(degrees * UNITS_PER_DEGREE)
    steps -= steps / UNITS_PER_DEGREE > degrees  # the product was rounded
    below: NDArray[np.int64] = steps.astype(np.int64)
    return below


def units_above(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """The first step of 1e-7 degree that is not below each value."""
    return -units_below(-degrees)


def _longitudes(longitude_deg: NDArray[np.float64], starts: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """West and east of each chunk; the other way round the earth where that is narrower."""
    import numpy as np

    west = units_below(np.minimum.reduceat(longitude_deg, starts))
    east = units_above(np.maximum.reduceat(longitude_deg, starts))
    if (east - west > HALF_TURN).any():
        is_west = longitude_deg < 0.0
        least_east = units_below(np.minimum.reduceat(np.where(is_west, 180.0, longitude_deg), starts))
        most_west = units_above(np.maximum.reduceat(np.where(is_west, longitude_deg, -180.0), starts))
        crosses = (least_east > most_west) & (most_west + 2 * HALF_TURN - least_east < east - west)
        west, east = np.where(crosses, least_east, west), np.where(crosses, most_west, east)
    return west.tolist(), east.tolist()
