"""What a map draws of tracks: lines as coarse as its zoom allows, from levels kept beside the tables.

A level follows from a chunk and the edits of its record and is named after both, so it is never wrong and may be lost.
Whoever only reads makes what is not there while it is asked for; :func:`fill_levels` keeps it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from db.blobs import BlobMissingError, Blobs
from db.connection import Atomic
from db.reader import Reader
from db.schema import VISIBLE
from db.track_index import Window, box_of, chunks_touched, may_touch
from db.track_rows import MOST_CHUNKS, shown_name
from db.track_spans import EVERYWHERE, chunks_of_span, line_in_span
from db.track_summaries import edited_track
from ranger_app.domain.track import Indices
from ranger_app.domain.track_codec import decode_line, fixes_in_chunk
from ranger_app.domain.track_edits import Edits
from ranger_app.domain.track_levels import (
    LEVELS,
    Line,
    decode_levels,
    encode_levels,
    level_for,
    line_of,
    lines_joined,
    thinned,
)
from ranger_app.domain.track_series import TrackChunkDamagedError
from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store

MOST_LINES = 128
"""Chunks whose fixes are remembered, as a near map is moved."""

MOST_LEVELS = 20_000
"""Chunks whose levels are remembered until they are kept."""

EXACT_FIXES = 300_000
"""A picture with at most so many fixes is drawn from them: the levels' cells would only be seen as unrest."""

STEP = 100
"""Chunks between two reports of progress, and whose levels are kept in one transaction."""

_COLUMNS = "c.no, c.place, r.id, leg.parent, c.digest, c.shown, c.count, l.bytes"
_ROWS = f"""
SELECT {_COLUMNS} FROM track_chunk c CROSS JOIN record r ON r.no = c.no
LEFT JOIN record leg ON leg.id = r.parent
LEFT JOIN track_level l ON l.level = ? AND l.shown = coalesce(c.shown, c.digest)
WHERE r.{VISIBLE}
"""
_ALL = f"{_ROWS} ORDER BY c.no, c.place"
_RUN = f"{_ROWS} AND c.no = ? AND c.place BETWEEN ? AND ? ORDER BY c.place"
_LACKING = f"{_ROWS} AND l.bytes IS NULL ORDER BY c.no, c.place LIMIT ?"
_STALE = "DELETE FROM track_level WHERE shown NOT IN (SELECT coalesce(shown, digest) FROM track_chunk)"

_UNREADABLE = (BlobMissingError, TrackChunkDamagedError)
_NO_LINE = Line(np.empty(0), np.empty(0), np.empty(0, np.bool_))

_lines: OrderedDict[bytes, Line] = OrderedDict()
_levels: OrderedDict[bytes, dict[int, bytes]] = OrderedDict()


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """Lines to be drawn, in columns.

    Attributes:
        records: Ids of the track records that have lines.
        patrols: Id of the patrol of each of them; empty where it has none.
        x, y: World units of Mercator's square, all points, line after line.
        starts: Index of the first point of each line.
        owners: For each line the place of its record in *records*, ascending.
        unread: Ids of track records of which something is not here or damaged.
        made: How many chunks were looked at because no level of theirs is kept.
    """

    records: tuple[str, ...]
    patrols: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    starts: Indices
    owners: Indices
    unread: tuple[str, ...] = ()
    made: int = 0


class _Row(NamedTuple):
    """A chunk that is to be drawn; what may be missing is ``None``."""

    no: int
    place: int
    record: bytes
    patrol: bytes | None
    digest: bytes
    shown: bytes | None
    fixes: int | None
    level: bytes | None

    @property
    def name(self) -> bytes:
        return self.shown or self.digest

    @property
    def is_emptied(self) -> bool:
        """Whether its level holds nothing, although nobody hid anything: a table is damaged."""
        return self.level == b"" and self.shown is None


def overview(
    reader: Reader,
    blobs: Blobs,
    zoom: float,
    *,
    box: tuple[float, float, float, float] | None = None,
    records: Iterable[str] | None = None,
    span: tuple[int, int] | None = None,
    exact: int = EXACT_FIXES,
    context: JobContext | None = None,
) -> Overview:
    """The lines of all tracks that lists show, as they are told, to be drawn at *zoom*.

    Every fix is at most half a pixel from a point of the line that is drawn for it.

    Args:
        box: West, south, east, north in degrees: only pieces that may reach into it.
        records: Only these track records.
        span: First and last moment, microseconds since 1970 UTC, as corrected by edits: only fixes between them.
        exact: Up to so many fixes the points are fixes, exactly where these are.

    Raises:
        Cancelled: A person asked to stop.
    """
    level = level_for(zoom)
    rows = _rows(reader, blobs, level or LEVELS[-1], box or (EVERYWHERE if span else None), records)
    cut: set[int] = set()
    if span is not None:
        keeps, cut = chunks_of_span(reader, [(row.no, row.place, row.fixes is None) for row in rows], span)
        rows = [rows[number] for number in keeps]
    source = _Source(reader, blobs, context or JobContext(), len(rows))
    whole = [row for number, row in enumerate(rows) if number not in cut]
    if level is not None and sum(row.fixes or 0 for row in rows) > exact:
        line, counts = source.levels(whole, level)
    else:
        line, counts = lines_joined([thinned(source.line_or_none(row), zoom) for row in whole])
    if span is not None and cut:
        parts = iter(line.split(counts))
        pieces = [
            thinned(source.line_in(row, span), zoom) if number in cut else next(parts)
            for number, row in enumerate(rows)
        ]
        line, counts = lines_joined(pieces)
    return _overview(rows, line, counts, source)


def fill_levels(store: Store, context: JobContext, *, most: int | None = None) -> int:
    """Keep the levels of every chunk that lists show and can be read; returns how many were not kept.

    Those of edits that stand no more are removed at the end. Stopped halfway, it has kept what it made.

    Args:
        most: Chunks after which it is enough for now, so that others get their turn.

    Raises:
        Cancelled: A person asked to stop.
    """
    derived = store.reader.derived
    rows = [_Row(*row) for row in derived.execute(_LACKING, (LEVELS[0], -1 if most is None else most))]
    source = _Source(store.reader, store.blobs, context, len(rows))
    kept = 0
    for begin in range(0, len(rows), STEP):
        made = [(row.name, source.made(row)) for row in rows[begin : begin + STEP]]
        with Atomic(derived):
            derived.executemany(
                "INSERT OR REPLACE INTO track_level (level, shown, bytes) VALUES (?, ?, ?)",
                [(level, name, data) for name, levels in made for level, data in (levels or {}).items()],
            )
        kept += sum(levels is not None for _, levels in made)
    for row in rows:
        _levels.pop(row.name, None)
    if kept and (most is None or len(rows) < most):
        with Atomic(derived):
            derived.execute(_STALE)
    return kept


def _rows(
    reader: Reader,
    blobs: Blobs,
    level: int,
    box: tuple[float, float, float, float] | None,
    records: Iterable[str] | None,
) -> list[_Row]:
    """The chunks to be drawn, in the order of their tracks, with those beside them that a line comes from."""
    query = reader.derived.execute
    runs: list[tuple[int, int, int]]
    if records is not None:
        numbers = [query("SELECT no FROM record WHERE id = ?", (bytes.fromhex(one),)).fetchone() for one in records]
        runs = [(number[0], 0, MOST_CHUNKS) for number in sorted(filter(None, numbers))]
    if box is not None:
        window = Window(*box)
        touched = chunks_touched(reader, window) | _without_boxes(reader, blobs, window)
        if records is not None:
            wanted = {no for no, _, _ in runs}
            touched = {one for one in touched if one[0] in wanted}
        elif len(touched) == query("SELECT count(*) FROM track_chunk").fetchone()[0]:
            return [_Row(*row) for row in query(_ALL, (level,))]
        runs = list(_runs(touched))
    elif records is None:
        return [_Row(*row) for row in query(_ALL, (level,))]
    return [_Row(*row) for run in runs for row in query(_RUN, (level, *run))]


def _without_boxes(reader: Reader, blobs: Blobs, window: Window) -> set[tuple[int, int]]:
    """Chunks of records without boxes that may reach into the window; those that cannot be read may."""

    def touches(digest: bytes, shown: bytes | None) -> bool:
        try:
            return may_touch(box_of(digest, blobs), window, shown)
        except _UNREADABLE:
            return True

    rows = reader.derived.execute("SELECT no, place, digest, shown FROM track_chunk WHERE first IS NULL")
    return {(no, place) for no, place, digest, shown in rows if touches(digest, shown)}


def _runs(touched: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Record, first and last place of chunks that follow each other, with one more at both ends."""
    run: tuple[int, int, int] | None = None
    for no, place in sorted(touched):
        if run is not None and run[0] == no and place - 1 <= run[2]:
            run = (no, run[1], place + 1)
            continue
        if run is not None:
            yield run
        run = (no, place - 1, place + 1)
    if run is not None:
        yield run


def _overview(rows: Sequence[_Row], line: Line, counts: Indices, source: _Source) -> Overview:
    """Put the points of all chunks together: a line goes on from one chunk to the next unless a part begins there."""
    firsts = np.cumsum(counts) - counts
    begins = line.begins.copy()
    records: list[_Row] = []
    owner_of_row = np.zeros(len(rows), np.int64)
    last, goes_on = None, False
    for number, (row, count, first) in enumerate(zip(rows, counts.tolist(), firsts.tolist(), strict=True)):
        goes_on = goes_on and last is not None and (row.no, row.place) == (last.no, last.place + 1)
        last = row
        if not count:
            goes_on = goes_on and (row.no, row.place) not in source.unread
            continue
        begins[first] |= not goes_on
        goes_on = True
        if not records or records[-1].no != row.no:
            records.append(row)
        owner_of_row[number] = len(records) - 1
    starts = np.flatnonzero(begins).astype(np.int64)
    return Overview(
        tuple(row.record.hex() for row in records),
        tuple((row.patrol or b"").hex() for row in records),
        line.x,
        line.y,
        starts,
        np.repeat(owner_of_row, counts)[starts],
        tuple(sorted(set(source.unread.values()))),
        source.looked_at,
    )


class _Source:
    """Where lines and levels come from that are not kept.

    Attributes:
        unread: Number of the record and place of each chunk that cannot be read, to the id of its record.
        looked_at: How many chunks were read.
    """

    def __init__(self, reader: Reader, blobs: Blobs, context: JobContext, total: int) -> None:
        self._reader = reader
        self._blobs = blobs
        self._context = context
        self._total = total
        self.unread: dict[tuple[int, int], str] = {}
        self.looked_at = 0

    def levels(self, rows: Sequence[_Row], level: int) -> tuple[Line, Indices]:
        """All points of *rows* at a level; none of what cannot be read."""
        kept = [self._at(row, level) if row.level is None or row.is_emptied else row.level for row in rows]
        try:
            return decode_levels(kept, level)
        except TrackChunkDamagedError:  # tables are no truth: what is damaged there is made again
            whole = [
                data if _is_whole(data, level) else self._at(row, level) for row, data in zip(rows, kept, strict=True)
            ]
            return decode_levels(whole, level)

    def _at(self, row: _Row, level: int) -> bytes:
        levels = self.made(row)
        return b"" if levels is None else levels[level]

    def made(self, row: _Row) -> dict[int, bytes] | None:
        """The levels of a chunk, made from its fixes; ``None`` when it cannot be read."""
        levels = _levels.get(row.name)
        if levels is None:
            try:
                lines = self._lines(row)
            except _UNREADABLE:
                self.unread[row.no, row.place] = row.record.hex()
                return None
            for name, line in lines.items():
                _levels[name] = encode_levels(line)
            levels = _levels[row.name]
            while len(_levels) > max(MOST_LEVELS, len(lines)):
                _levels.popitem(last=False)
        return levels

    def line_or_none(self, row: _Row) -> Line:
        """The fixes of a chunk that are told; none when they cannot be read."""
        line = _lines.get(row.name)
        if line is None:
            try:
                lines = self._lines(row)
            except _UNREADABLE:
                self.unread[row.no, row.place] = row.record.hex()
                return _NO_LINE
            _lines.update(lines)
            line = lines[row.name]
            while len(_lines) > max(MOST_LINES, len(lines)):
                _lines.popitem(last=False)
        return line

    def line_in(self, row: _Row, span: tuple[int, int]) -> Line:
        """The fixes of a chunk that are told and lie in a span of time; none when they cannot be read."""
        try:
            return line_in_span(self._reader, self._blobs, row.record.hex(), row.place, row.shown is not None, span)
        except _UNREADABLE:
            self.unread[row.no, row.place] = row.record.hex()
            return _NO_LINE

    def _lines(self, row: _Row) -> dict[bytes, Line]:
        """The fixes of a chunk by its name; of all chunks of its track where edits stand."""
        self.looked_at += 1
        if self.looked_at % STEP == 1:
            self._context.step(self.looked_at, self._total, "reading-tracks")
        if row.shown is None:
            starts, longitude_deg, latitude_deg = decode_line(self._blobs.get(row.digest.hex()))
            return {row.name: line_of(longitude_deg, latitude_deg, starts)}
        values = self._reader.entry(row.record.hex()).values
        told = edited_track(values, self._blobs)
        key = Edits.parse(values).key()
        found: dict[bytes, Line] = {row.name: _NO_LINE}
        first = 0
        for place, digest in enumerate(values["chunks"]):
            stop = first + fixes_in_chunk(self._blobs.get(digest))
            begin, end = told.index.searchsorted((first, stop)).tolist()
            track = told.track
            found[shown_name(digest, place, key)] = line_of(
                track.longitude_deg[begin:end], track.latitude_deg[begin:end], track.part_starts - begin
            )
            first = stop
        return found


def _is_whole(data: bytes, level: int) -> bool:
    try:
        decode_levels([data], level)
    except TrackChunkDamagedError:
        return False
    return True
