"""The tracks of a printed map."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from db.blobs import Blobs
from db.map_places import patrols_of_tracks
from db.patrols import load_track, tracks_of_leg
from db.reader import Reader
from db.track_index import tracks_in_box
from ranger_app.jobs import JobContext
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_refused import Bounds

if TYPE_CHECKING:
    from ranger_app.domain.records import Patrol
    from ranger_app.domain.track import Track

MOST_TRACKS = 2_000


def ways_of(reader: Reader, blobs: Blobs, patrols: Sequence[Patrol]) -> dict[str, tuple[Track, ...]]:
    """The tracks of each patrol by its id, those too of which nobody knows the day; no companions'.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or not what was written.
    """
    return {
        one.id: tuple(track for leg in one.legs for track in tracks_of_leg(reader, leg.id, blobs, beside=False))
        for one in patrols
    }


def ways_within(
    reader: Reader, blobs: Blobs, bounds: Bounds, days: MapDays | None, *, but: Collection[str], context: JobContext
) -> tuple[list[Track], int]:
    """All tracks that reach into the bounds, at most :data:`MOST_TRACKS`, those of some patrols left out.

    Returns:
        The tracks, and how many more there are.

    Raises:
        BlobMissingError, TrackChunkDamagedError: As :func:`ways_of`.
    """
    owners = patrols_of_tracks(reader)
    from_us, to_us = days.span_us if days is not None else (None, None)
    found = tracks_in_box(reader, *bounds, from_us=from_us, to_us=to_us, blobs=blobs)
    patrols = {owners.get(one.id, "") for one in found}
    away = {*but, *(one for one in patrols - {""} if reader.entry(one, "patrol").is_hidden)}
    seen = [one.id for one in found if owners.get(one.id, "") not in away]
    tracks = []
    for number, record in enumerate(seen[:MOST_TRACKS]):
        context.step(number, min(len(seen), MOST_TRACKS), "reading-tracks")
        tracks.append(load_track(reader.entry(record), blobs))
    return tracks, max(len(seen) - MOST_TRACKS, 0)


def of_days(tracks: Collection[Track], days: MapDays | None) -> tuple[Track, ...]:
    """What of them was walked on these days."""
    cut = tracks if days is None else (days.cut(track) for track in tracks)
    return tuple(track for track in cut if len(track))
