"""Rows of the index of tracks: which chunks a track has, and the boxes around them in an R*Tree.

They follow from the fields ``chunks``, ``boxes`` and those of the edits, never from a blob, so that what is derived is
a function of the changes alone. A record without readable ``boxes`` has rows that say so; who asks looks into its
chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from sqlcipher3.dbapi2 import Connection

from db.blobs import is_digest
from ranger_app.domain.track_boxes import ChunkBox

PLACE_BITS = 20
"""Bits of a box's number that tell the place of its chunk; above stands the record, below which half it is."""

MOST_CHUNKS = 1 << PLACE_BITS

TIME_STEP_US = 8_000_000
"""Times stand in the R*Tree as whole steps, so that all years fit into 32 bits."""

NEVER = 2**31 - 1
"""Stands as the time of a chunk without times: no question about a time finds it."""

INSERT_CHUNK = "INSERT INTO track_chunk (no, place, digest, first, count, shown) VALUES (?, ?, ?, ?, ?, ?)"
INSERT_BOX = "INSERT INTO track_box (id, west, east, south, north, begins, ends) VALUES (?, ?, ?, ?, ?, ?, ?)"


class ChunkRow(NamedTuple):
    """One chunk of a track.

    Attributes:
        no: Number of the track record.
        place: Place of the chunk in the track, from 0.
        first: Original index of its first fix; ``None`` when the record has no readable boxes.
        fixes: How many it holds; ``None`` likewise.
        shown: Names what of it is told where edits stand; ``None`` when all is.
    """

    no: int
    place: int
    digest: bytes
    first: int | None
    fixes: int | None
    shown: bytes | None


BoxRow = tuple[int, int, int, int, int, int, int]
"""Number, west, east, south, north, and the first and last step of time."""


def time_step(time_us: int) -> int:
    """The step of the R*Tree that a time falls into."""
    return max(-(2**31), min(time_us // TIME_STEP_US, NEVER - 1))


def box_number(no: int, place: int, half: int = 0) -> int:
    """What a box is called in the R*Tree."""
    return (no << PLACE_BITS | place) << 1 | half


def shown_name(digest: str, place: int, key: str) -> bytes:
    """Names what edits with this key leave of a chunk that stands at a place of its track."""
    return sha256(f"{digest} {place} {key}".encode()).digest()[:16]


def rows_of(no: int, values: Mapping[str, Any]) -> tuple[list[ChunkRow], list[BoxRow]]:
    """Rows for a track record with these values; none when it names no chunks."""
    digests = values.get("chunks")
    if not isinstance(digests, list) or len(digests) > MOST_CHUNKS:
        return [], []
    if not all(isinstance(digest, str) and is_digest(digest) for digest in digests):
        return [], []
    from ranger_app.domain.track_edits import Edits  # a station that holds no track opens without

    boxes = told_boxes(values.get("boxes"), len(digests))
    edits = Edits.parse(values)
    key = edits.key() if edits.changes_fixes else ""
    chunks: list[ChunkRow] = []
    rows: list[BoxRow] = []
    first = 0
    for place, digest in enumerate(digests):
        raw = bytes.fromhex(digest)
        shown = shown_name(digest, place, key) if key else None
        if not boxes:
            chunks.append(ChunkRow(no, place, raw, None, None, shown))
            continue
        box = boxes[place]
        chunks.append(ChunkRow(no, place, raw, first, box.count, shown))
        rows += _box_rows(no, place, box, edits.shift_us)
        first += box.count
    return chunks, rows


def told_boxes(told: object, count: int) -> list[ChunkBox]:
    """The boxes that a record tells; none when they cannot be those of *count* chunks."""
    if not isinstance(told, list) or len(told) != count or not all(isinstance(text, str) for text in told):
        return []
    try:
        return [ChunkBox.parse(text) for text in told]
    except ValueError:
        return []


def _box_rows(no: int, place: int, box: ChunkBox, shift_us: int) -> Iterable[BoxRow]:
    begins = ends = NEVER
    if box.first_us is not None and box.last_us is not None:
        begins, ends = time_step(box.first_us + shift_us), time_step(box.last_us + shift_us)
    for half, (west, east) in enumerate(box.longitudes()):
        yield box_number(no, place, half), west, east, box.south, box.north, begins, ends


class TrackRows:
    """Keeps the rows of track records over the derived connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def write(self, tracks: Iterable[tuple[int, Mapping[str, Any], bool]]) -> None:
        """Store rows for records.

        Args:
            tracks: Number of each record, its values, and whether it is new, so that there can be no rows of it.
        """
        chunks: list[ChunkRow] = []
        boxes: list[BoxRow] = []
        for no, values, is_new in tracks:
            wanted, boxes_wanted = rows_of(no, values)
            if not is_new:
                if self._chunks(no) == wanted and self._boxes(no, len(wanted)) == boxes_wanted:
                    continue
                self.forget(no)
            chunks += wanted
            boxes += boxes_wanted
        if chunks:
            self._db.executemany(INSERT_CHUNK, chunks)
        if boxes:
            self._db.executemany(INSERT_BOX, boxes)

    def forget(self, no: int) -> None:
        """Remove the rows of a record."""
        numbers = _numbers(no, len(self._chunks(no)))
        self._db.executemany("DELETE FROM track_box WHERE id = ?", numbers)
        self._db.execute("DELETE FROM track_chunk WHERE no = ?", (no,))

    def _chunks(self, no: int) -> list[ChunkRow]:
        rows = self._db.execute(
            "SELECT no, place, digest, first, count, shown FROM track_chunk WHERE no = ? ORDER BY place", (no,)
        )
        return [ChunkRow(*row) for row in rows]

    def _boxes(self, no: int, count: int) -> list[BoxRow]:
        found: list[BoxRow] = []
        for number in _numbers(no, count):
            found += self._db.execute(
                "SELECT id, west, east, south, north, begins, ends FROM track_box WHERE id = ?", number
            )
        return found


def _numbers(no: int, count: int) -> list[tuple[int]]:
    return [(box_number(no, place, half),) for place in range(count) for half in (0, 1)]
