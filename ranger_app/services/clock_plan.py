"""What a correction of a clock is about to write, and what moves by it; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from db.fields import later, moment
from db.reader import Entry
from db.track_summaries import days_of
from db.transaction import ChangeBuilder
from ranger_app.domain.track_edits import CLOCK, Shift, total_shift_us
from ranger_app.jobs import JobContext
from ranger_app.services.clocks import clock_of
from ranger_app.services.edit_track import told_days
from ranger_app.services.patrol_span import patrol_of_track, span_of, zone_of_track
from ranger_app.services.photo_places import PhotoPlaces, Seen
from ranger_app.services.record_moves import Write


@dataclass(slots=True)
class ClockPlan:
    """What one correction is about to write.

    Attributes:
        tracks: Id to all values that a track is about to have.
        moments: Id of a waypoint to its new ``at``.
        photo_writes: Writes about photos by their audience.
        placed: Ids of photos that the tracks put to another place, or to none.
        days: Id of a track to its days before and after, where they are not the same.
    """

    writes: list[Write] = field(default_factory=list)
    tracks: dict[str, dict[str, Any]] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    photo_writes: dict[str, list[Write]] = field(default_factory=dict)
    placed: list[str] = field(default_factory=list)
    days: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def plan_correction(
    seen: Seen, zone: ZoneInfo, shift: Shift, *, tracks: Sequence[Entry], photos: Sequence[Entry], context: JobContext
) -> ClockPlan:
    """Work out what follows when *shift* is added to all that *tracks* and *photos* tell.

    Args:
        zone: Of the station.

    Raises:
        BlobMissingError, TrackChunkDamagedError: The days of a track cannot be told.
    """
    return _Planning(seen, zone, shift, context).of(tracks, photos)


class _Planning:
    def __init__(self, seen: Seen, zone: ZoneInfo, shift: Shift, context: JobContext) -> None:
        self._seen, self._zone, self._shift, self._context = seen, zone, shift, context
        self._plan = ClockPlan()

    def of(self, tracks: Sequence[Entry], photos: Sequence[Entry]) -> ClockPlan:
        for number, entry in enumerate(tracks):
            self._context.step(number, len(tracks), "reading-tracks")
            self._track(entry)
        self._waypoints(tracks)
        self._spans(tracks)
        self._photos(photos)
        return self._plan

    def _track(self, track: Entry) -> None:
        reader, blobs, plan = self._seen.reader, self._seen.blobs, self._plan
        fields = clock_field(clock_of(reader, track), self._shift)
        after = _after(track.values, fields)
        plan.tracks[track.id] = after
        zone = zone_of_track(reader, track)
        days = [tuple(day.date for day in days_of(values, zone, blobs)) for values in (track.values, after)]
        if days[0] != days[1]:
            plan.days[track.id] = days[0], days[1]
        told = {**fields, **told_days(after, zone, blobs)}
        plan.writes.append(partial(ChangeBuilder.set, kind="track", record=track.id, values=told))

    def _waypoints(self, tracks: Sequence[Entry]) -> None:
        reader, plan = self._seen.reader, self._plan
        seen: set[tuple[str, str]] = set()
        for track in tracks:
            patrol, file = patrol_of_track(reader, track), str(track.values.get("file", ""))
            if not file or (patrol.id, file) in seen:
                continue
            seen.add((patrol.id, file))
            zone = ZoneInfo(str(patrol.values.get("timezone", "UTC")))
            clock = clock_of(reader, track)
            for waypoint in reader.entries("waypoint", parent=patrol.id):
                at = moment(waypoint.values.get("at"))
                if at is None or waypoint.values.get("file") != file or not self._is_of_device(waypoint):
                    continue
                fields = clock_field(clock, self._shift)
                added_us = total_shift_us(_after(waypoint.values, fields)) - total_shift_us(waypoint.values)
                fields["at"] = later(at, added_us).astimezone(zone).isoformat()
                plan.moments[waypoint.id] = fields["at"]
                plan.writes.append(partial(ChangeBuilder.set, kind="waypoint", record=waypoint.id, values=fields))

    def _is_of_device(self, waypoint: Entry) -> bool:
        """Whether the time of a waypoint is still that of the device, corrected or not, and no person's."""
        state = self._seen.reader.state(waypoint.id)
        heads = state.heads_of("at")
        clocks = {ref for name in state.heads if name.startswith(CLOCK) for ref in state.heads_of(name)}
        return set(heads) <= {state.origin, *clocks}

    def _spans(self, tracks: Sequence[Entry]) -> None:
        reader, plan = self._seen.reader, self._plan
        days = {one.id: days_of(plan.tracks[one.id], zone_of_track(reader, one), self._seen.blobs) for one in tracks}
        patrols = {patrol.id: patrol for patrol in (patrol_of_track(reader, one) for one in tracks)}
        for patrol in patrols.values():
            span = span_of(reader, patrol, days=days, moments=plan.moments)
            plan.writes.append(partial(ChangeBuilder.set, kind="patrol", record=patrol.id, values=span))

    def _photos(self, photos: Sequence[Entry]) -> None:
        """Corrected clocks of photos, and places that follow from times and tracks."""
        reader, plan = self._seen.reader, self._plan
        clocks = {one.id: clock_field(clock_of(reader, one), self._shift) for one in photos}
        places = PhotoPlaces(self._seen, self._zone, plan.tracks)
        candidates = {one.id: one for one in photos}
        if plan.tracks:
            candidates |= {one.id: one for one in reader.entries("attachment") if one.id not in candidates}
        for number, photo in enumerate(candidates.values()):
            self._context.step(number, len(candidates), "reading-photos")
            clock = clocks.get(photo.id, {})
            place = _place_fields(photo, _after(photo.values, clock), places)
            if any(photo.values.get(name) != value for name, value in place.items()):
                plan.placed.append(photo.id)
            fields = {**clock, **place}
            if any(photo.values.get(name) != value for name, value in fields.items()):
                write = partial(ChangeBuilder.set, kind="attachment", record=photo.id, values=fields)
                plan.photo_writes.setdefault(photo.audience, []).append(write)


def _place_fields(photo: Entry, values: Mapping[str, Any], places: PhotoPlaces) -> dict[str, Any]:
    """Where a photo was taken by the tracks; nothing where it knows its own place, or its time is not known."""
    taken = moment(values.get("taken_at"))
    if taken is None or values.get("found_by") not in (None, "", "track"):
        return {}
    found = places.at(later(taken, total_shift_us(values)))
    if found is None:
        is_placed = photo.values.get("found_by") == "track"
        return dict.fromkeys(("latitude", "longitude", "position_source", "found_by")) if is_placed else {}
    return {
        "latitude": repr(found.latitude_deg),
        "longitude": repr(found.longitude_deg),
        "position_source": str(found.source),
        "found_by": "track",
    }


def _after(values: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**values, **fields}.items() if value is not None}


def clock_field(clock: str, shift: Shift) -> dict[str, Any]:
    """The field that holds a correction; of one of 0 s nothing stays."""
    return {f"{CLOCK}{clock}": str(shift) if shift.seconds else None}
