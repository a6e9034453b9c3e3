"""Fixes with their times, track after track, as they are told: what effort is counted from and what is replayed.

Chunks of another time are not opened: the boxes of the index say which could matter. Of a track that was edited all
chunks are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from db.blobs import BlobMissingError, Blobs
from db.reader import Reader
from db.schema import VISIBLE
from db.track_index import Window, chunks_touched
from db.track_rows import PLACE_BITS
from db.track_summaries import edited_track
from ranger_app.domain.track import Degrees, Indices, Times
from ranger_app.domain.track_boxes import UNITS_PER_DEGREE
from ranger_app.domain.track_codec import decode_walk
from ranger_app.domain.track_series import TrackChunkDamagedError
from ranger_app.jobs import JobContext

STEP = 20
"""Chunks between two reports of progress."""

_ROWS = f"""
SELECT c.no, c.place, r.id, leg.parent, c.digest, c.shown, c.count, c.first IS NULL,
CASE WHEN instr(r.extra, '"companion"') THEN r.extra END
FROM track_chunk c CROSS JOIN record r ON r.no = c.no LEFT JOIN record leg ON leg.id = r.parent
WHERE r.{VISIBLE} ORDER BY c.no, c.place
"""
_SHOWN_BOX = f"""
FROM track_box b CROSS JOIN record r ON r.no = b.id >> {PLACE_BITS + 1} WHERE r.{VISIBLE}
"""
_BOX = f"""
FROM track_box b CROSS JOIN record r ON r.no = b.id >> {PLACE_BITS + 1} WHERE r.{VISIBLE}
"""
_BOX = f"SELECT min(b.west), min(b.south), max(b.east), max(b.north) {_SHOWN_BOX}"


_UNREADABLE = (BlobMissingError, TrackChunkDamagedError)


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Fixes of one track.

    Attributes:
        record: Id of the track record.
        patrol: Id of its patrol; empty where it has none.
        begins: Indices of the fixes that begin a part, ascending.
        is_companion: Recorded by another device on a way that the patrol's own track tells.
    """

    record: str
    patrol: str
    time_us: Times
    longitude_deg: Degrees
    latitude_deg: Degrees
    begins: Indices
    is_companion: bool = False


class _Row(NamedTuple):
    no: int
    place: int
    record: bytes
    patrol: bytes | None
    digest: bytes
    shown: bytes | None
    fixes: int | None
    lacks_box: int
    extra: str | None

    @property
    def of_patrol(self) -> str:
        return (self.patrol or b"").hex()

    @property
    def is_companion(self) -> bool:
        return self.extra is not None and json.loads(self.extra).get("companion") is True


class Walks:
    """All walks that lists show, or those that may reach into a span of time.

    Attributes:
        fixes: How many fixes their chunks hold, as far as the tables tell.
        unread: Ids of track records of which something is not here or damaged; known at the end.

    Args:
        from_us, to_us: Microseconds since 1970 UTC, both included, as corrected by edits; a walk that reaches into the
            span may hold fixes beyond it.
    """

    def __init__(
        self,
        reader: Reader,
        blobs: Blobs,
        *,
        from_us: int | None = None,
        to_us: int | None = None,
        context: JobContext | None = None,
    ) -> None:
        self._reader, self._blobs, self._context = reader, blobs, context or JobContext()
        rows = [_Row(*row) for row in reader.derived.execute(_ROWS)]
        if from_us is not None or to_us is not None:
            rows = _rows_of_span(reader, rows, Window(-180.0, -90.0, 180.0, 90.0, from_us, to_us))
        self._rows = rows
        self.fixes = sum(row.fixes or 0 for row in rows)
        self.unread: list[str] = []

    def __iter__(self) -> Iterator[Walk]:
        """Read them one after the other.

        Raises:
            Cancelled: A person asked to stop.
        """
        done, told = 0, 0
        for _no, group in groupby(self._rows, key=lambda row: row.no):
            rows = list(group)
            if done >= told:
                self._context.step(done, len(self._rows), "reading-tracks")
                told = done + STEP
            walk = self._edited(rows) if rows[0].shown is not None else self._stored(rows)
            if walk is not None and len(walk.time_us):
                yield walk
            done += len(rows)
        self._context.step(len(self._rows), len(self._rows), "reading-tracks")

    def _edited(self, rows: list[_Row]) -> Walk | None:
        record = rows[0].record.hex()
        try:
            track = edited_track(self._reader.entry(record).values, self._blobs).track
        except _UNREADABLE:
            self.unread.append(record)
            return None
        columns = track.time_us, track.longitude_deg, track.latitude_deg, track.part_starts
        return Walk(record, rows[0].of_patrol, *columns, rows[0].is_companion)

    def _stored(self, rows: list[_Row]) -> Walk | None:
        """The fixes of chunks that were not edited; where one is missing the way is broken."""
        record = rows[0].record.hex()
        pieces, starts, fixes, follows = [], [], 0, -1
        for row in rows:
            try:
                begins, *columns = decode_walk(self._blobs.get(row.digest.hex()))
            except _UNREADABLE:
                if record not in self.unread[-1:]:
                    self.unread.append(record)
                continue
            starts.append(begins + fixes if row.place == follows else np.union1d(begins, [0]) + fixes)
            pieces.append(columns)
            fixes += len(columns[0])
            follows = row.place + 1
        if not pieces:
            return None
        time_us, lon, lat = (np.concatenate(column) for column in zip(*pieces, strict=True))
        return Walk(record, rows[0].of_patrol, time_us, lon, lat, np.concatenate(starts), rows[0].is_companion)


def _rows_of_span(reader: Reader, rows: list[_Row], window: Window) -> list[_Row]:
    """The rows whose chunks may hold a fix of the span, and those that follow these: a way may end there."""
    touched = chunks_touched(reader, window)
    edited = {no for no, _ in touched}
    return [
        row
        for row in rows
        if row.lacks_box
        or (row.no, row.place) in touched
        or (row.no, row.place - 1) in touched
        or (row.shown is not None and row.no in edited)
    ]


def whole_box(reader: Reader) -> tuple[float, float, float, float] | None:
    """West, south, east, north of all tracks that lists show, as far as the tables tell."""
    west, south, east, north = reader.derived.execute(_BOX).fetchone()
    if west is None:
        return None
    return west / UNITS_PER_DEGREE, south / UNITS_PER_DEGREE, east / UNITS_PER_DEGREE, north / UNITS_PER_DEGREE


def patrol_numbers(reader: Reader) -> Mapping[str, str]:
    """The number of each patrol by its id."""
    rows = reader.derived.execute("SELECT r.id, t.number FROM patrol t JOIN record r ON r.no = t.no")
    return {identity.hex(): number or "" for identity, number in rows}
