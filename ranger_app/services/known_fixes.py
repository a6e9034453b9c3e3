"""Fixes that are here already in other bytes: a track that another program wrote again, or a logger's file that grew.

What is compared are the stored originals, with the times that were recorded and with those of a corrected clock. A
time may differ by a second, for some programs drop its fraction, and a position by what is lost where degrees are
written with six decimals; heights and everything else do not count. A whole run may be told with five decimals, when
all its fixes agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from db.patrol_pages import DaySummary
from db.schema import VISIBLE
from ranger_app.domain.track import NO_TIME, Track, timed
from ranger_app.domain.track_boxes import HALF_TURN, UNITS_PER_DEGREE, ChunkBox
from ranger_app.domain.track_codec import decode_chunks
from ranger_app.domain.track_edits import total_shift_us
from ranger_app.domain.track_places import M_A_DEGREE
from ranger_app.services.planned_files import Anchor, PlannedRun

if TYPE_CHECKING:
    from db.blobs import Blobs
    from db.reader import Reader

NEAR_US = 1_000_000
"""Microseconds by which the time of one fix may differ between two files."""

NEAR_DEG = 1.2e-6
"""Degrees by which its latitude and its longitude may differ; on the ground, hardly more than a decimetre."""

LEAST_KNOWN = 10
"""Fewer known fixes in a row amid new ones are no sign of a file that grew; they stay where they stand."""

ROUGH_M = 1.2
"""Metres between two fixes of one second where the degrees of one were written with five decimals only."""

_PIECE = 65_536
_DAY_US = 86_400_000_000
_MOST_AT_A_TIME = 256

Times = NDArray[np.int64]


@dataclass(slots=True, eq=False)
class KnownTrack:
    """A track that is here, or comes in by the same import.

    Attributes:
        record: Id of its record; empty while it has none.
        run: What is to become a track; ``None`` when it was stored before.
        shift_us: What a corrected clock adds to the recorded times here; 0 for these themselves.
    """

    record: str
    leg: str
    count: int
    chunks: Sequence[str]
    boxes: Sequence[ChunkBox]
    file: str = ""
    first: int = 0
    stop: int | None = None
    run: PlannedRun | None = None
    shift_us: int = 0


@dataclass(slots=True)
class Found:
    """What of a run of fixes is here already.

    Attributes:
        new: Stretches of fixes that are not, as first index and index after the last.
        known: How many are.
        tracks: Where they are, those with the most of them first.
    """

    new: list[tuple[int, int]]
    known: int = 0
    tracks: list[KnownTrack] = field(default_factory=list)


class KnownFixes:
    """Everything that can be compared with what comes in; tracks are unpacked only where time and place fit."""

    def __init__(self, reader: Reader, blobs: Blobs) -> None:
        self._reader = reader
        self._blobs = blobs
        self._spans: _Spans | None = None
        self._details: dict[_Stored, KnownTrack] = {}

    def look(self, track: Track) -> Found:
        """Say which fixes of *track*, which no long silence breaks, are here."""
        span = track.span_us()
        if span is None:
            return self._look_untimed(track)
        near = self._near(span[0] - NEAR_US, span[1] + NEAR_US)
        if not near:
            return Found([(0, len(track))])
        owner = self._owners(track, near, _near_fixes)
        if (owner < 0).any() and len(track) >= LEAST_KNOWN:
            first = track.slice(0, LEAST_KNOWN)
            if first.is_timed and (self._owners(first, near, _rough_fixes) >= 0).all():
                rough = self._owners(track, near, _rough_fixes)
                owner = rough if (rough >= 0).all() else owner
        return _found(owner, near)

    def _owners(self, track: Track, near: Sequence[KnownTrack], same: _Same) -> Times:
        """For each fix the place in *near* of the track that has it, or -1."""
        time_us = timed(track.time_us, None)
        span, box = (int(time_us.min()), int(time_us.max())), _Box.of(track)
        owner = np.full(len(track), -1, np.int64)
        for number, known in enumerate(near):
            for there in self._fixes_of(known, span, box):
                _mark(owner, number, time_us, track, there, same)
        return owner

    def add(self, run: PlannedRun) -> None:
        """What comes in now is known to what comes in after it."""
        boxes = [ChunkBox.parse(text) for text in run.boxes]
        self._table().add(KnownTrack("", "", run.count, run.chunks, boxes, run.file.name, run=run),
                          run.first_us, run.last_us)  # fmt: skip

    def anchor(self, known: KnownTrack) -> Anchor | None:
        """Where a stored track is; ``None`` for one that comes in now, or whose patrol cannot be seen."""
        if known.run is not None or not self._reader.has(known.leg):
            return None
        leg = self._reader.entry(known.leg, "leg")
        patrol = self._reader.entry(leg.parent, "patrol")
        times = [box for box in known.boxes if box.first_us is not None]
        first = min((box.first_us for box in times if box.first_us is not None), default=NO_TIME)
        last = max((box.last_us for box in times if box.last_us is not None), default=NO_TIME)
        shift_us = known.shift_us if times else 0
        return Anchor(patrol.id, leg.id, str(patrol.values.get("timezone", "UTC")), first + shift_us, last + shift_us)

    def file_of(self, known: KnownTrack) -> str:
        """Name of the file that a track came from."""
        if known.run is not None or not known.file:
            return known.file
        return str(self._reader.entry(known.file, "file").values.get("name", ""))

    # Which tracks may hold the same fixes

    def _table(self) -> _Spans:
        if self._spans is None:
            self._spans = _Spans.of(self._reader)
        return self._spans

    def _near(self, first_us: int, last_us: int) -> list[KnownTrack]:
        return [self._detail(one) for one in self._table().overlapping(first_us, last_us)]

    def _detail(self, one: KnownTrack | _Stored) -> KnownTrack:
        if isinstance(one, KnownTrack):
            return one
        known = self._details.get(one)
        if known is None:
            entry = self._reader.entry(one[0], "track")
            known = self._details[one] = _known_track(entry.id, entry.parent, entry.values)
            known.shift_us = one[1]
            if not known.boxes and known.chunks:  # written before tracks told where they lie
                known.boxes = _boxes_of(self._blobs, known.chunks)
        return known

    def _fixes_of(self, known: KnownTrack, span: tuple[int, int], box: _Box) -> Iterator[_Columns]:
        """The chunks that may hold some of what is looked for, by time."""
        first_us, last_us = span[0] - NEAR_US - known.shift_us, span[1] + NEAR_US - known.shift_us
        at = 0
        for digest, chunk in zip(known.chunks, known.boxes, strict=True):
            start, at = at, at + chunk.count
            low, high = max(known.first - start, 0), (known.stop or at) - start
            outside = (
                chunk.first_us is not None
                and chunk.last_us is not None
                and (chunk.first_us > last_us or chunk.last_us < first_us)
            )
            if outside or high <= 0 or low >= chunk.count or not box.touches(chunk):
                continue
            fixes = decode_chunks([self._blobs.get(digest)])
            if not fixes.is_timed:
                continue
            times = timed(fixes.time_us, None)[low:high] + known.shift_us
            order = np.argsort(times, kind="stable")
            yield times[order], fixes.longitude_deg[low:high][order], fixes.latitude_deg[low:high][order]

    def _look_untimed(self, track: Track) -> Found:
        box = _Box.of(track)
        for one in self._table().of_length(len(track), also_timed=len(track) >= LEAST_KNOWN):
            known = self._detail(one)
            if not any(map(box.touches, known.boxes)):
                continue
            there = decode_chunks([self._blobs.get(digest) for digest in known.chunks])
            there = there.slice(known.first, known.stop or len(there))
            if len(there) == len(track) and _are_at_the_same_places(track, there):
                return Found([], len(track), [known])
        return Found([(0, len(track))])


_Stored: TypeAlias = tuple[str, int]
"""Id of a stored track, and what is to be added to its recorded times."""

_Columns: TypeAlias = tuple[Times, NDArray[np.float64], NDArray[np.float64]]
"""Times, longitudes and latitudes of fixes."""

_Same: TypeAlias = Callable[[_Columns, _Columns], NDArray[np.bool_]]


class _Spans:
    """First and last moment of every track that lists show, as columns."""

    def __init__(self) -> None:
        self._tracks: list[KnownTrack | _Stored] = []
        self._rows: list[tuple[int, int]] = []
        self._array = np.empty((0, 2), np.int64)
        self._untimed: dict[int, list[KnownTrack | _Stored]] = {}
        self._timed: dict[int, list[KnownTrack | _Stored]] = {}

    @classmethod
    def of(cls, reader: Reader) -> _Spans:
        found = cls()
        rows = reader.derived.execute(
            "SELECT r.id, t.points, t.start_us, t.end_us, instr(r.extra, '\"clock/')"
            " FROM track t JOIN record r ON r.no = t.no"
            f" WHERE r.kind = 'track' AND r.{VISIBLE}"
        )
        while some := rows.fetchmany(500):
            for raw, points, start_us, end_us, has_shift in some:
                record = raw.hex()
                if start_us is None:
                    found._add_older(reader, record, points)
                    continue
                found._add((record, 0), start_us, end_us)
                found._timed.setdefault(points or 0, []).append((record, 0))
                if has_shift and (shift_us := total_shift_us(reader.entry(record, "track").values)):
                    found._add((record, shift_us), start_us + shift_us, end_us + shift_us)
        return found

    def _add_older(self, reader: Reader, record: str, points: int | None) -> None:
        """A track without times, or one whose record does not tell them yet: its days do."""
        values = reader.entry(record, "track").values
        days = values.get("days")
        dates = [DaySummary.parse(day).date for day in days] if isinstance(days, list) else []
        if "date" in values or not any(dates) or "boxes" in values:
            self._untimed.setdefault(points or 0, []).append((record, 0))
            return
        told = [int(np.datetime64(date, "us").astype(np.int64)) for date in dates if date]
        self._add((record, 0), min(told) - _DAY_US, max(told) + 2 * _DAY_US)

    def _add(self, track: KnownTrack | _Stored, first_us: int, last_us: int) -> None:
        self._tracks.append(track)
        self._rows.append((first_us, last_us))

    def add(self, track: KnownTrack, first_us: int, last_us: int) -> None:
        if first_us == NO_TIME:
            self._untimed.setdefault(track.count, []).append(track)
        else:
            self._add(track, first_us, last_us)
            self._timed.setdefault(track.count, []).append(track)

    def overlapping(self, first_us: int, last_us: int) -> list[KnownTrack | _Stored]:
        fresh = self._rows[len(self._array) :]
        if len(fresh) >= _MOST_AT_A_TIME:
            self._array = np.array(self._rows, np.int64)
            fresh = []
        found = np.flatnonzero((self._array[:, 0] <= last_us) & (self._array[:, 1] >= first_us)).tolist()
        found += [
            len(self._array) + place
            for place, (first, last) in enumerate(fresh)
            if first <= last_us and last >= first_us
        ]
        return [self._tracks[place] for place in found]

    def of_length(self, count: int, *, also_timed: bool) -> list[KnownTrack | _Stored]:
        """Tracks of so many fixes: those without times, and then perhaps those that have them."""
        return [*self._untimed.get(count, []), *(self._timed.get(count, []) if also_timed else [])]


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a run of fixes lies, a little widened, in the steps of a chunk's box."""

    west: int
    south: int
    east: int
    north: int

    @classmethod
    def of(cls, track: Track) -> _Box:
        west, south, east, north = track.bounds() or (0.0, 0.0, 0.0, 0.0)
        up = 2 * ROUGH_M / M_A_DEGREE
        across = up / max(float(np.cos(np.radians(max(abs(south), abs(north))))), 0.01)
        edges = west - across, south - up, east + across, north + up
        return cls(*[round(edge * UNITS_PER_DEGREE) for edge in edges])

    def touches(self, chunk: ChunkBox) -> bool:
        if chunk.north < self.south or chunk.south > self.north:
            return False
        at_the_seam = self.east >= HALF_TURN or self.west <= -HALF_TURN
        return at_the_seam or any(west <= self.east and east >= self.west for west, east in chunk.longitudes())


def _known_track(record: str, leg: str, values: Any) -> KnownTrack:
    boxes = values.get("boxes")
    first, stop = values.get("first"), values.get("stop")
    return KnownTrack(
        record, leg, int(values.get("points", 0)), list(values.get("chunks", ())),
        [ChunkBox.parse(text) for text in boxes] if isinstance(boxes, list) else [],
        str(values.get("file", "")),
        first if isinstance(first, int) else 0, stop if isinstance(stop, int) else None,
    )  # fmt: skip


def _boxes_of(blobs: Blobs, chunks: Sequence[str]) -> list[ChunkBox]:
    from ranger_app.domain.track_boxes import MOST_COUNT, boxes_of

    return [boxes_of(decode_chunks([blobs.get(digest)]), fixes_per_chunk=MOST_COUNT)[0] for digest in chunks]


def _mark(owner: Times, number: int, time_us: Times, track: Track, there: _Columns, same: _Same) -> None:
    """Note *number* at the fixes that are among the others, which stand in the order of time."""
    times, longitude, latitude = there
    for start in range(0, len(time_us), _PIECE):
        piece = slice(start, start + _PIECE)
        open_ = np.flatnonzero(owner[piece] < 0) + start
        moments = time_us[open_]
        inside = (moments >= times[0] - NEAR_US) & (moments <= times[-1] + NEAR_US)
        open_, moments = open_[inside], moments[inside]
        at = np.searchsorted(times, moments - NEAR_US, side="left")
        end = np.searchsorted(times, moments + NEAR_US, side="right")
        for _ in range(_MOST_AT_A_TIME):
            ahead = at < end
            open_, at, end = open_[ahead], at[ahead], end[ahead]
            if not len(open_):
                break
            found = same(
                (time_us[open_], track.longitude_deg[open_], track.latitude_deg[open_]),
                (times[at], longitude[at], latitude[at]),
            )
            owner[open_[found]] = number
            open_, at, end = open_[~found], at[~found] + 1, end[~found]


def _near_fixes(one: _Columns, other: _Columns) -> NDArray[np.bool_]:
    """Which fixes of about one time are at one place."""
    near: NDArray[np.bool_] = _turned(one[1], other[1]) <= NEAR_DEG
    near &= np.abs(one[2] - other[2]) <= NEAR_DEG
    return near


def _rough_fixes(one: _Columns, other: _Columns) -> NDArray[np.bool_]:
    """Which fixes are of the same second, dropped or rounded, and so near as five decimals tell."""
    near = _are_near_roughly(one, other)
    near &= (one[0] // NEAR_US == other[0] // NEAR_US) | (np.abs(one[0] - other[0]) <= NEAR_US // 2)
    return near


def _are_near_roughly(one: _Columns, other: _Columns) -> NDArray[np.bool_]:
    across = _turned(one[1], other[1]) * np.cos(np.radians(one[2]))
    near: NDArray[np.bool_] = np.hypot(across, one[2] - other[2]) * M_A_DEGREE <= ROUGH_M
    return near


def _turned(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees between longitudes, the shorter way."""
    apart = np.abs(one - other)
    return np.minimum(apart, 360.0 - apart)


def _are_at_the_same_places(one: Track, other: Track) -> bool:
    """Whether all fixes are, in order; many of them may be told with five decimals."""
    places = [(track.time_us, track.longitude_deg, track.latitude_deg) for track in (one, other)]
    near = _are_near_roughly if len(one) >= LEAST_KNOWN else _near_fixes
    return bool(near(*places).all())


def _found(owner: Times, near: Sequence[KnownTrack]) -> Found:
    is_known = owner >= 0
    if not is_known.all():
        for start, stop in list(_stretches(is_known)):
            if is_known[start] and stop - start < LEAST_KNOWN:
                is_known[start:stop] = False
    known = int(np.count_nonzero(is_known))
    if not known:
        return Found([(0, len(owner))])
    counts = np.bincount(owner[is_known], minlength=len(near))
    tracks = [near[place] for place in np.argsort(-counts, kind="stable").tolist() if counts[place]]
    return Found([(start, stop) for start, stop in _stretches(is_known) if not is_known[start]], known, tracks)


def _stretches(is_known: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    return pairwise([0, *(np.flatnonzero(np.diff(is_known)) + 1).tolist(), len(is_known)])
