"""A walk that was brought back, while the same fixes came in once more meanwhile: both stand, and count twice."""

from __future__ import annotations

from collections.abc import Iterator

from db.reader import Entry, Reader
from db.schema import VISIBLE
from ranger_app.problem import Problem
from ranger_app.services.shared_fixes import patrol_number, told_by_both


def restored_problems(reader: Reader, kind: str, record: str) -> tuple[Problem, ...]:
    """What is to be said of a record that was brought back: the patrols in which its fixes stand too."""
    patrols: dict[str, int] = {}
    for track in _tracks(reader, kind, record):
        for other in _twins(reader, track):
            count = sum(run.last - run.first + 1 for run in told_by_both(track.values, other.values))
            number = patrol_number(reader, other)
            told = min(count, int(track.values.get("points", 0)))
            patrols[number] = patrols.get(number, 0) + told
    return tuple(
        Problem(code="restored-twice", where=record, count=count, facts={"patrol": number})
        for number, count in patrols.items()
        if count
    )


def _tracks(reader: Reader, kind: str, record: str) -> Iterator[Entry]:
    if kind == "track":
        yield reader.entry(record, "track")
    elif kind == "leg":
        yield from reader.entries("track", parent=record)
    elif kind == "patrol":
        for leg in reader.entries("leg", parent=record):
            yield from reader.entries("track", parent=leg.id)


def _twins(reader: Reader, track: Entry) -> Iterator[Entry]:
    chunks = track.values.get("chunks")
    if not isinstance(chunks, list) or not chunks:
        return
    rows = reader.derived.execute(
        "SELECT DISTINCT r.id FROM track_chunk c JOIN record r ON r.no = c.no"
        f" WHERE c.digest = ? AND c.place = 0 AND r.{VISIBLE} ORDER BY r.no",
        (bytes.fromhex(chunks[0]),),
    ).fetchall()
    for (raw,) in rows:
        other = reader.entry(raw.hex(), "track")
        if other.id != track.id and other.values.get("chunks") == chunks:
            yield other
