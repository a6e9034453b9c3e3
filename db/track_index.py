"""Which tracks were in a place, and when: the index of chunk boxes first, then the fixes of just those chunks."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from db.blobs import BlobMissingError, Blobs
from db.reader import Reader
from db.schema import VISIBLE
from db.track_rows import MOST_CHUNKS, PLACE_BITS, time_step
from ranger_app.domain.track_boxes import HALF_TURN, UNITS_PER_DEGREE, ChunkBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ranger_app.domain.track_edits import Edits

MOST_REMEMBERED = 20_000
"""Boxes of chunks whose records tell none, kept by digest while the program runs."""

LEVEL = 10
"""Where this level is kept it tells most chunks with a fix inside from those without; the others are unpacked."""

_COLUMNS = "r.id, c.place, c.digest, c.first, c.shown, l.bytes"
_LEVEL = f"LEFT JOIN track_level l ON l.level = {LEVEL} AND l.shown = coalesce(c.shown, c.digest)"
_INSIDE = "b.west <= ? AND b.east >= ? AND b.south <= ? AND b.north >= ?"
_BY_BOX = f"""
SELECT {_COLUMNS}, b.west, b.east, b.south, b.north FROM track_box b
CROSS JOIN track_chunk c ON c.no = b.id >> {PLACE_BITS + 1} AND c.place = b.id >> 1 & {MOST_CHUNKS - 1}
CROSS JOIN record r ON r.no = c.no {_LEVEL}
WHERE {_INSIDE} AND r.{VISIBLE}
"""
_WHOLE = f"""
SELECT r.id, min(b.west), min(b.south), max(b.east), max(b.north) FROM track_box b
CROSS JOIN track_chunk c ON c.no = b.id >> {PLACE_BITS + 1} AND c.place = b.id >> 1 & {MOST_CHUNKS - 1}
CROSS JOIN record r ON r.no = c.no WHERE c.shown IS NULL AND r.{VISIBLE} GROUP BY r.no
"""
_UNTOLD = f"""
SELECT DISTINCT r.id FROM track_chunk c CROSS JOIN record r ON r.no = c.no
WHERE (c.shown IS NOT NULL OR c.first IS NULL) AND r.{VISIBLE}
"""
_LACKING = f"""
SELECT 1 FROM track_chunk c CROSS JOIN record r ON r.no = c.no {_LEVEL} WHERE l.bytes IS NULL AND r.{VISIBLE} LIMIT 1
"""
_BY_TIME = " AND b.begins <= ? AND b.ends >= ?"
_WITHOUT_BOXES = f"""
SELECT {_COLUMNS}, NULL, NULL, NULL, NULL FROM track_chunk c CROSS JOIN record r ON r.no = c.no {_LEVEL}
WHERE c.first IS NULL AND r.{VISIBLE} ORDER BY c.no, c.place
"""

_boxes: OrderedDict[bytes, ChunkBox] = OrderedDict()


@dataclass(frozen=True, slots=True)
class FoundTrack:
    """A track with fixes in the place asked for.

    Attributes:
        id: Of the ``track`` record.
        chunks: Places of the chunks in which such fixes are, ascending; those that may hold some, when no fixes were
            looked at.
        unread: Places of chunks that may hold some, but whose bytes are not here or damaged.
    """

    id: str
    chunks: tuple[int, ...]
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A box of degrees, west greater than east where it crosses the 180th meridian, and a span of time.

    Attributes:
        from_us, to_us: Microseconds since 1970 UTC, both included; ``None`` leaves that side open.
    """

    west: float
    south: float
    east: float
    north: float
    from_us: int | None = None
    to_us: int | None = None

    @property
    def is_timed(self) -> bool:
        """Whether fixes without a time are left out."""
        return self.from_us is not None or self.to_us is not None

    def before(self, shift_us: int) -> Window:
        """The same window for times to which *shift_us* is yet to be added."""
        from ranger_app.domain.track import EARLIEST_US, LATEST_US

        if not self.is_timed or not shift_us:
            return self
        begin = EARLIEST_US if self.from_us is None else max(self.from_us, EARLIEST_US)
        end = LATEST_US if self.to_us is None else min(self.to_us, LATEST_US)
        return replace(self, from_us=begin - shift_us, to_us=end - shift_us)

    def longitudes(self) -> tuple[tuple[float, float], ...]:
        """West and east of each piece; 180 and -180 degrees are one meridian."""
        pieces: tuple[tuple[float, float], ...] = ((self.west, self.east),)
        if self.west > self.east:
            pieces = ((self.west, 180.0), (-180.0, self.east))
        if any(west <= -180.0 <= east for west, east in pieces):
            pieces += ((180.0, 180.0),)
        if any(west <= 180.0 <= east for west, east in pieces[:2]):
            pieces += ((-180.0, -180.0),)
        return pieces

    def holds(self, longitude_deg: NDArray[np.float64], latitude_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which places are inside."""
        inside: NDArray[np.bool_] = (latitude_deg >= self.south) & (latitude_deg <= self.north)
        if not inside.any():
            return inside
        [*others, (west, east)] = self.longitudes()
        between = (longitude_deg >= west) & (longitude_deg <= east)
        for west, east in others:
            between |= (longitude_deg >= west) & (longitude_deg <= east)
        both: NDArray[np.bool_] = inside & between
        return both

    def spans(self, time_us: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which times are inside; where a span is asked for, no time is not."""
        from ranger_app.domain.track import NO_TIME

        inside: NDArray[np.bool_] = time_us != NO_TIME
        if self.from_us is not None:
            inside &= time_us >= self.from_us
        if self.to_us is not None:
            inside &= time_us <= self.to_us
        return inside


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A chunk whose box touches the window.

    Attributes:
        level: The chunk on the grid of :data:`LEVEL`; ``None`` where it is not kept.
        box: West, east, south, north in steps of 1e-7 degree.
    """

    id: bytes
    place: int
    digest: bytes
    first: int | None
    shown: bytes | None
    level: bytes | None
    box: tuple[int, int, int, int] | None


def tracks_in_box(
    reader: Reader,
    west: float,
    south: float,
    east: float,
    north: float,
    *,
    from_us: int | None = None,
    to_us: int | None = None,
    blobs: Blobs | None = None,
) -> tuple[FoundTrack, ...]:
    """Tracks that lists show with at least one fix that is told in a box of degrees, its edges included.

    Args:
        west: Greater than *east* where the box crosses the 180th meridian.
        from_us, to_us: Only fixes of this span, microseconds since 1970 UTC, as corrected by edits.
        blobs: Where fixes are looked at. Left out, the boxes alone answer: with all tracks there are, and some more.

    Returns:
        In the order of their ids.
    """
    window = Window(west, south, east, north, from_us, to_us)
    found: dict[bytes, tuple[list[int], list[int]]] = {}
    candidates = list(_candidates(reader, window))
    known = [True] * len(candidates) if blobs is None else _known(candidates, window)
    for candidate, is_known in zip(candidates, known, strict=True):
        touched, unread = found.setdefault(candidate.id, ([], []))
        has_fix = is_known
        if has_fix is None and blobs is not None:
            has_fix = _has_fix(candidate, window, reader, blobs)
        if has_fix is None:
            unread.append(candidate.place)
        elif has_fix:
            touched.append(candidate.place)
    return tuple(
        FoundTrack(identity.hex(), tuple(sorted(set(touched))), tuple(sorted(set(unread))))
        for identity, (touched, unread) in sorted(found.items())
        if touched or unread
    )


def track_boxes(reader: Reader) -> tuple[dict[str, tuple[float, float, float, float]], tuple[str, ...]]:
    """West, south, east, north of each track that lists show, by the id of its record, without looking at a fix.

    Returns:
        The boxes, and the ids of records of which these tables cannot tell one: edited ones, and those without boxes.
    """
    units = UNITS_PER_DEGREE
    boxed = {
        identity.hex(): (edges[0] / units, edges[1] / units, edges[2] / units, edges[3] / units)
        for identity, *edges in reader.derived.execute(_WHOLE)
    }
    others = reader.derived.execute(_UNTOLD).fetchall()
    return boxed, tuple(identity.hex() for (identity,) in others)


def lacks_levels(reader: Reader) -> bool:
    """Whether :func:`~db.track_levels.fill_levels` has something to do; asked without loading what that takes."""
    return reader.derived.execute(_LACKING).fetchone() is not None


def chunks_touched(reader: Reader, window: Window) -> set[tuple[int, int]]:
    """Number of the record and place of each chunk whose box touches the window, hidden or not."""
    query = f"SELECT b.id FROM track_box b WHERE {_INSIDE}" + (_BY_TIME if window.is_timed else "")
    numbers = {number >> 1 for edges in _edges(window) for (number,) in reader.derived.execute(query, edges)}
    return {(number >> PLACE_BITS, number & MOST_CHUNKS - 1) for number in numbers}


def chunks_inside(reader: Reader, from_us: int, to_us: int) -> set[tuple[int, int]]:
    """Number of the record and place of each chunk all of whose times surely lie in a span, hidden or not."""
    query = "SELECT b.id FROM track_box b WHERE b.begins > ? AND b.ends < ?"
    rows = reader.derived.execute(query, (time_step(from_us), time_step(to_us)))
    numbers = {number >> 1 for (number,) in rows}
    return {(number >> PLACE_BITS, number & MOST_CHUNKS - 1) for number in numbers}


def _edges(window: Window) -> Iterable[tuple[int, ...]]:
    """What the conditions of a question are given, for each piece of the window."""
    times: tuple[int, ...] = ()
    if window.is_timed:
        to = time_step(window.to_us) if window.to_us is not None else 2**31 - 2
        times = (to, time_step(window.from_us) if window.from_us is not None else -(2**31))
    south, north = _down(window.south), -_down(-window.north)
    for west, east in window.longitudes():
        yield -_down(-east), _down(west), north, south, *times


def _candidates(reader: Reader, window: Window) -> Iterable[_Candidate]:
    seen: set[tuple[bytes, int]] = set()
    query = _BY_BOX + _BY_TIME if window.is_timed else _BY_BOX
    for edges in _edges(window):
        for row in reader.derived.execute(query, edges):
            candidate = _candidate(row)
            if (candidate.id, candidate.place) not in seen:
                seen.add((candidate.id, candidate.place))
                yield candidate
    for row in reader.derived.execute(_WITHOUT_BOXES):
        yield _candidate(row)


def _candidate(row: Sequence[Any]) -> _Candidate:
    *columns, west, east, south, north = row
    identity, place, digest, first, shown, level = columns
    box = None if west is None else (west, east, south, north)
    return _Candidate(identity, place, digest, first, shown, level, box)


def _down(degrees: float) -> int:
    """The last step of 1e-7 degree that is not above *degrees*, no farther than one step beyond half a turn."""
    limit = HALF_TURN + 1
    if abs(degrees) > 180.0:
        return limit if degrees > 0 else -limit
    steps = math.floor(degrees * UNITS_PER_DEGREE)
    return steps - (steps / UNITS_PER_DEGREE > degrees)


def _known(candidates: Sequence[_Candidate], window: Window) -> list[bool | None]:
    """Whether each candidate has a fix inside, as far as its box and its level say; ``None`` where they do not."""
    known: list[bool | None] = [_is_whole_inside(candidate, window) or None for candidate in candidates]
    # an empty level is one of nothing told, or of a damaged table
    asked = [number for number, one in enumerate(candidates) if known[number] is None and one.level]
    if asked:
        from ranger_app.domain.track_levels import decode_levels, seen_in
        from ranger_app.domain.track_series import TrackChunkDamagedError

        try:
            line, counts = decode_levels([candidates[number].level or b"" for number in asked], LEVEL)
        except TrackChunkDamagedError:  # tables are no truth: the fixes are looked at
            return known
        edges = [(west, window.south, east, window.north) for west, east in window.longitudes()]
        for number, is_inside in zip(asked, seen_in(line, counts, LEVEL, edges), strict=True):
            known[number] = None if is_inside and window.is_timed else is_inside
    return known


def _is_whole_inside(candidate: _Candidate, window: Window) -> bool:
    """Whether the box alone says that fixes are inside: all of them, whatever the time, and none was edited."""
    if candidate.box is None or candidate.shown is not None or window.is_timed:
        return False
    west, east, south, north = (edge / UNITS_PER_DEGREE for edge in candidate.box)
    if not (window.south <= south and north <= window.north):
        return False
    return any(left <= west and east <= right for left, right in window.longitudes())


def _has_fix(candidate: _Candidate, window: Window, reader: Reader, blobs: Blobs) -> bool | None:
    """Whether a fix of the chunk is inside; ``None`` when it cannot be read."""
    from ranger_app.domain.track_series import TrackChunkDamagedError

    try:
        if candidate.first is None and not may_touch(box_of(candidate.digest, blobs), window, candidate.shown):
            return False
        return bool(_fixes_inside(candidate, window, reader, blobs).any())
    except (BlobMissingError, TrackChunkDamagedError):
        return None


def _fixes_inside(candidate: _Candidate, window: Window, reader: Reader, blobs: Blobs) -> NDArray[np.bool_]:
    from ranger_app.domain.track_codec import decode_line, decode_times

    chunk = blobs.get(candidate.digest.hex())
    _, longitude_deg, latitude_deg = decode_line(chunk)
    inside = window.holds(longitude_deg, latitude_deg)
    if not inside.any():
        return inside
    edits, first = _edits_of(candidate, reader, blobs) if candidate.shown is not None else (None, 0)
    if window.is_timed:
        inside &= window.before(edits.shift_us if edits else 0).spans(decode_times(chunk))
    return inside & told(edits, first, len(inside)) if edits else inside


def told(edits: Edits, first: int, count: int) -> NDArray[np.bool_]:
    """Which of *count* fixes, the first of them at the original index *first*, are told."""
    import numpy as np

    stop = first + count if edits.stop is None else edits.stop
    keeps = np.zeros(count, np.bool_)
    keeps[max(edits.first - first, 0) : max(stop - first, 0)] = True
    for run in edits.hidden:
        keeps[max(run.first - first, 0) : max(run.last + 1 - first, 0)] = False
    for run in edits.pauses:
        keeps[max(run.first + 1 - first, 0) : max(run.last - first, 0)] = False
    return keeps


def _edits_of(candidate: _Candidate, reader: Reader, blobs: Blobs) -> tuple[Edits, int]:
    """The edits of a candidate's record, and the original index of the first fix of its chunk."""
    from ranger_app.domain.track_edits import Edits

    values = reader.entry(candidate.id.hex()).values
    first = candidate.first
    if first is None:
        before: Sequence[str] = values.get("chunks", ())[: candidate.place]
        first = sum(box_of(bytes.fromhex(digest), blobs).count for digest in before)
    return Edits.parse(values), first


def box_of(digest: bytes, blobs: Blobs) -> ChunkBox:
    """The box of a chunk whose record tells none; looked at once while the program runs.

    Raises:
        BlobMissingError, TrackChunkDamagedError: The chunk is not here, or damaged.
    """
    box = _boxes.get(digest)
    if box is None:
        from ranger_app.domain.track_boxes import boxes_of
        from ranger_app.domain.track_codec import MOST_FIXES_PER_CHUNK, decode_chunks

        [box] = boxes_of(decode_chunks([blobs.get(digest.hex())]), fixes_per_chunk=MOST_FIXES_PER_CHUNK)
        _boxes[digest] = box
        while len(_boxes) > MOST_REMEMBERED:
            _boxes.popitem(last=False)
    return box


def may_touch(box: ChunkBox, window: Window, shown: bytes | None) -> bool:
    """Whether fixes of the box may be inside; its times only count where no edit corrects them."""
    if box.south > -_down(-window.north) or box.north < _down(window.south):
        return False
    spans = [(_down(west), -_down(-east)) for west, east in window.longitudes()]
    if not any(west <= right and left <= east for west, east in box.longitudes() for left, right in spans):
        return False
    if not window.is_timed or shown is not None:
        return True
    if box.first_us is None or box.last_us is None:
        return False
    is_late = window.to_us is not None and box.first_us > window.to_us
    return not is_late and (window.from_us is None or box.last_us >= window.from_us)
