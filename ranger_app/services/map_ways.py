"""The tracks of a printed map, as far as they can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.blobs import Blobs
from db.fields import ordered
from db.map_places import beginnings_of_tracks, patrols_of_tracks
from db.patrols import is_companion
from db.reader import Reader
from db.track_index import tracks_in_box
from db.track_rest import track_rest
from db.track_rows import told_boxes
from ranger_app.domain.track_boxes import UNITS_PER_DEGREE
from ranger_app.jobs import JobContext
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_refused import Bounds
from ranger_app.services.map_shading import EVERYWHERE

if TYPE_CHECKING:
    from ranger_app.domain.records import Patrol
    from ranger_app.domain.track import Track

MOST_TRACKS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Tracks for a map.

    Attributes:
        tracks: Those of each patrol by its id.
        unread: Ids of patrols of which a part of a track that belongs on the map cannot be read.
        more: How many tracks there are that were not looked at.
        lost_box: Where the chunks lie that cannot be read, as far as their records tell.
    """

    tracks: Mapping[str, Sequence[Track]]
    unread: tuple[str, ...] = ()
    more: int = 0
    lost_box: Bounds | None = None


def ways_of(reader: Reader, blobs: Blobs, patrols: Sequence[Patrol], days: MapDays | None) -> Ways:
    """The tracks of some patrols, those too of which nobody knows the day; no companions'."""
    owners = {
        entry.id: one.id
        for one in patrols for leg in one.legs
        for entry in ordered(reader.entries("track", parent=leg.id)) if not is_companion(entry)
    }  # fmt: skip
    tracks, lost = _read(reader, blobs, owners, JobContext())
    on_map = _on_map(reader, EVERYWHERE, days) if lost else {}
    return Ways(
        tracks={**{one.id: () for one in patrols}, **tracks}, unread=_patrols(owners, lost, on_map),
        lost_box=_box_of(reader, lost),
    )  # fmt: skip


def ways_within(
    reader: Reader, blobs: Blobs, bounds: Bounds, days: MapDays | None, *, but: Collection[str], context: JobContext
) -> Ways:
    """All tracks that reach into the bounds, those of some patrols left out.

    Of more than :data:`MOST_TRACKS` the latest; those without times are the first to be left out.
    """
    owners = patrols_of_tracks(reader)
    on_map = _on_map(reader, bounds, days, blobs)
    patrols = {owners.get(one, "") for one in on_map}
    away = {*but, *(one for one in patrols - {""} if reader.entry(one, "patrol").is_hidden)}
    seen = {one: owner for one in on_map if (owner := owners.get(one, "")) not in away}
    shown = seen if len(seen) <= MOST_TRACKS else _latest(reader, seen)
    tracks, lost = _read(reader, blobs, shown, context)
    return Ways(tracks=tracks, unread=_patrols(shown, lost, on_map), more=len(seen) - len(shown))


def _latest(reader: Reader, owners: Mapping[str, str]) -> dict[str, str]:
    """Those that began last, in the same order."""
    begun = beginnings_of_tracks(reader)

    def age(record: str) -> tuple[bool, int, str]:
        start = begun.get(record)
        return start is None, -(start or 0), record

    kept = set(sorted(owners, key=age)[:MOST_TRACKS])
    return {record: owner for record, owner in owners.items() if record in kept}


def _on_map(
    reader: Reader, bounds: Bounds, days: MapDays | None, blobs: Blobs | None = None
) -> dict[str, frozenset[int]]:
    """The tracks that reach into bounds and days, with the places of the chunks that do, or may."""
    from_us, to_us = days.span_us if days is not None else (None, None)
    found = tracks_in_box(reader, *bounds, from_us=from_us, to_us=to_us, blobs=blobs)
    return {one.id: frozenset((*one.chunks, *one.unread)) for one in found}


def _read(
    reader: Reader, blobs: Blobs, owners: Mapping[str, str], context: JobContext
) -> tuple[dict[str, list[Track]], dict[str, frozenset[int]]]:
    """The tracks of each patrol, and the places of the chunks of a track that cannot be read."""
    tracks: dict[str, list[Track]] = {}
    lost: dict[str, frozenset[int]] = {}
    for number, (record, patrol) in enumerate(owners.items()):
        context.step(number, len(owners), "reading-tracks")
        rest = track_rest(reader.entry(record).values, blobs)
        if len(rest.track):
            tracks.setdefault(patrol, []).append(rest.track)
        if rest.unread:
            lost[record] = rest.unread
    return tracks, lost


def _patrols(
    owners: Mapping[str, str], lost: Mapping[str, frozenset[int]], on_map: Mapping[str, frozenset[int]]
) -> tuple[str, ...]:
    """The patrols of the tracks of which something is lost that belongs on the map."""
    return tuple(dict.fromkeys(owners[one] for one, places in lost.items() if places & on_map.get(one, frozenset())))


def _box_of(reader: Reader, lost: Mapping[str, frozenset[int]]) -> Bounds | None:
    """West, south, east and north of chunks."""
    boxes = []
    for record, places in lost.items():
        values = reader.entry(record).values
        told = told_boxes(values.get("boxes"), len(values.get("chunks", ())))
        boxes += [told[place] for place in places if told]
    if not boxes:
        return None
    edges = [(west, box.south, east, box.north) for box in boxes for west, east in box.longitudes()]
    wests, souths, easts, norths = zip(*edges, strict=True)
    west, south, east, north = (
        edge / UNITS_PER_DEGREE for edge in (min(wests), min(souths), max(easts), max(norths))
    )  # fmt: skip
    return west, south, east, north


def of_days(tracks: Iterable[Track], days: MapDays | None) -> tuple[Track, ...]:
    """What of them was walked on these days."""
    cut = tracks if days is None else (days.cut(track) for track in tracks)
    return tuple(track for track in cut if len(track))
