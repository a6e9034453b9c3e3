"""Where a photo was taken, by the tracks that were walked at that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from db.track_summaries import days_of, edited_track
from ranger_app.domain.records import Position, PositionSource
from ranger_app.domain.track_places import NEAREST_FIX_S, fix_at
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from db.blobs import Blobs
    from db.reader import Reader
    from ranger_app.domain.track import Track

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Seen(Protocol):
    """Records and blobs of a station: the store itself, or what a reading thread sees."""

    @property
    def reader(self) -> Reader: ...

    @property
    def blobs(self) -> Blobs: ...


class PhotoPlaces:
    """Places photos on all tracks of a station; each track is read once.

    Args:
        about_to_be: Id of a track to the values that it is about to have.
    """

    def __init__(self, store: Seen, zone: ZoneInfo, about_to_be: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._store = store
        self._zone = zone
        self._values = {one.id: {**one.values} for one in store.reader.entries("track")}
        self._values |= {record: {**values} for record, values in (about_to_be or {}).items()}
        self._dates = {
            record: {day.date for day in days_of(values, zone.key, store.blobs)}
            for record, values in self._values.items()
        }
        self._tracks: dict[str, Track | None] = {}

    def at(self, taken: dt.datetime) -> Position | None:
        """Position of the fix nearest in time, of any patrol that was walked about then; ``None`` when none is near."""
        near = dt.timedelta(seconds=NEAREST_FIX_S)
        dates = {(taken + shift).astimezone(self._zone).date().isoformat() for shift in (-near, near)}
        moment_us = (taken - _EPOCH) // dt.timedelta(microseconds=1)
        found = [
            fix
            for record, walked in self._dates.items()
            if not dates.isdisjoint(walked)
            and (track := self._track(record)) is not None
            and (fix := fix_at(track, moment_us)) is not None
        ]
        if not found:
            return None
        best = min(found, key=lambda fix: fix.apart)
        return Position(latitude_deg=best.latitude_deg, longitude_deg=best.longitude_deg, source=PositionSource.TRACK)

    def _track(self, record: str) -> Track | None:
        if record not in self._tracks:
            try:
                self._tracks[record] = edited_track(self._values[record], self._store.blobs).track
            except RangerAppError:
                # its bytes are gone or damaged: the check of the station names it; a photo can do without
                self._tracks[record] = None
        return self._tracks[record]
