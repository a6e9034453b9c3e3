"""Records that go below another parent: written anew there with all that belongs to them, and taken back here.

A record never changes its parent; what it was stays in its history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from db.fields import ordered
from db.reader import Entry, Reader
from db.track_summaries import TOLD_DAYS, counted_days, original_chunks
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.track_edits import FAMILIES, Edits, Run, edit
from ranger_app.services.edit_track import told_days
from ranger_app.services.take_back import with_descendants

Write: TypeAlias = Callable[[ChangeBuilder], object]

FLAG_SEEN = "flag_seen/"
"""Begins the fields of a track that say why somebody let a flag be."""

_OF_WHOLE_TRACK = frozenset({POSITION, "days", "first", "stop", "distance_km", "is_line", "start_us", "end_us"})
"""What a track record says of all of its fixes together."""


def moved(reader: Reader, entry: Entry, parent: tuple[str, str], reason: str, **fields: Any) -> Iterator[Write]:
    """Write *entry* with all that is visible below it under *parent*, and take it back where it is.

    Args:
        fields: What it says otherwise there.
    """
    yield from _copied(reader, entry, parent, new_id(), fields)
    for kind, record in with_descendants(reader, entry.kind, entry.id):
        yield partial(ChangeBuilder.take_back, kind=kind, record=record, reason=reason)


def _copied(
    reader: Reader, entry: Entry, parent: tuple[str, str], record: str, fields: Mapping[str, Any]
) -> Iterator[Write]:
    values = {name: value for name, value in {**entry.values, **fields}.items() if name != POSITION}
    position = str(fields.get(POSITION, entry.values.get(POSITION, "")))
    yield created(entry.kind, values, record=record, parent=parent, position=position)
    below = tuple(reader.entry(child) for child, _ in reader.children(entry.id))
    for child in ordered(below):
        yield from _copied(reader, child, (entry.kind, record), new_id(), {})


def created(kind: str, values: Mapping[str, Any], *, record: str, parent: tuple[str, str], position: str = "") -> Write:
    """Write a record that names blobs which are here already."""

    def create(change: ChangeBuilder) -> None:
        change.create(kind, values, record=record, parent=parent, position=position, blobs=_blobs(values))

    return create


def _blobs(values: Mapping[str, Any]) -> list[str]:
    named = [*values.get("chunks", ()), *values.get("extras", ()), values.get("sha256"), values.get("derivative")]
    return [digest for digest in named if isinstance(digest, str) and digest]


def piece_of_track(reader: Reader, values: Mapping[str, Any], first: int, stop: int, zone: str) -> dict[str, Any]:
    """Values of a record that tells the original fixes from *first* up to, not including, *stop*, edits and all.

    Raises:
        BlobMissingError, TrackChunkDamagedError: The fixes are not here, or damaged.
    """
    said = {
        name: value
        for name, value in values.items()
        if name not in _OF_WHOLE_TRACK and not name.startswith((*FAMILIES, TOLD_DAYS, FLAG_SEEN))
    }
    said |= {"first": first, "stop": stop, "points": stop - first}
    bare = counted_days(said, zone, reader.blobs)
    said |= {"days": [str(day) for day in bare], **_span_us(reader, said)}
    said |= Edits.parse(values).within(first, stop)
    seen = {
        name: value for name, value in values.items() if name.startswith(FLAG_SEEN) and _is_inside(name, first, stop)
    }
    return {**said, **seen, **told_days(said, zone, reader.blobs)}


def _is_inside(name: str, first: int, stop: int) -> bool:
    run = Run.parse(name.rpartition("/")[2])
    return run is not None and run.first < stop and run.last >= first


def _span_us(reader: Reader, values: Mapping[str, Any]) -> dict[str, int]:
    window = Edits(first=values["first"], stop=values["stop"])
    span = edit(original_chunks(values, reader.blobs), window).track.span_us()
    return {"start_us": span[0], "end_us": span[1]} if span else {}


def file_writes(reader: Reader, parts: Iterable[Entry], patrol: str) -> Iterator[Write]:
    """Let the files that *parts* came from say that they are in *patrol* too."""
    for file in dict.fromkeys(str(part.values["file"]) for part in parts if part.values.get("file")):
        if reader.has(file):
            yield partial(ChangeBuilder.set, kind="file", record=file, values={f"patrols/{patrol}": True})
