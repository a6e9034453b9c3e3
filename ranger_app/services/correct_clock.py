"""The clock of a device or of a camera was wrong: corrected once for all that it timed, with the reason.

The times that were recorded stay. A track and a photo get a field ``clock/<clock>`` that says what is to be added, a
waypoint the corrected time as well; photos that a track placed, or could not place, are placed again. A correction is
the whole of what is added: the next one for the same clock takes its place, and one of 0 s ends it. Two laptops that
correct one clock alike have nothing to decide, and what they do differently is a difference.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from db.fields import later, moment
from db.journal import act_of
from db.reader import Entry, Reader
from db.schema import VISIBLE
from db.store import Store
from db.track_summaries import days_of
from db.transaction import ChangeBuilder
from ranger_app.domain.track_edits import CLOCK, LONGEST_SHIFT_S, Shift, total_shift_us
from ranger_app.domain.typed_text import composed, typed_text
from ranger_app.errors import RangerAppError
from ranger_app.services.edit_track import told_days
from ranger_app.services.patrol_span import patrol_of_track, span_of, zone_of_track
from ranger_app.services.photo_places import PhotoPlaces
from ranger_app.services.record_moves import Write
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import ReasonMissingError, refuse_taken_back


class ClockUnknownError(RangerAppError):
    """Nothing here was timed by such a device or camera."""

    code = "clock-unknown"


class ShiftRefusedError(RangerAppError):
    """A clock is not wrong by so much, or there is no time to compare."""

    code = "shift-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCorrection:
    """What stands of the correction of one clock.

    Attributes:
        clock: Its key in the fields ``clock/<key>``.
        name: The device or camera; the file where a track does not tell its device.
        shift_s: Seconds that are added.
        tracks, waypoints, photos: Ids of what it timed.
    """

    clock: str
    name: str
    shift_s: Decimal
    reason: str
    tracks: tuple[str, ...] = ()
    waypoints: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(slots=True)
class _Plan:
    """What one correction is about to write.

    Attributes:
        tracks: Id to all values that a track is about to have.
        moments: Id of a waypoint to its new ``at``.
    """

    writes: list[Write] = field(default_factory=list)
    tracks: dict[str, dict[str, Any]] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)


class CorrectClock:
    """Add seconds to all times that a clock told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        *,
        shift_s: Decimal | int,
        reason: str,
        officer: str,
        tracks: Sequence[str] = (),
        photos: Sequence[str] = (),
    ) -> ClockCorrection:
        """Correct what *tracks* and *photos* (ids) were timed by; one act, undone like any other.

        Waypoints of the files that the tracks came from follow, unless a person noted their time since; so do the days
        of tracks, and the places of photos that have none of their own.

        Args:
            shift_s: What is added to the recorded times in all; 0 takes a correction back.

        Raises:
            RecordMissingError, RecordTakenBackError, ReasonMissingError, ShiftRefusedError, ClockUnknownError,
                BlobMissingError, TrackChunkDamagedError: Nothing is changed.
        """
        reason, shift = typed_text(reason), Shift(Decimal(shift_s), "")
        if not reason:
            raise ReasonMissingError
        if not shift.seconds.is_finite() or abs(shift.seconds) > LONGEST_SHIFT_S:
            raise ShiftRefusedError(seconds=str(shift.seconds))
        if not tracks and not photos:
            raise ClockUnknownError(name="")
        shift = shift._replace(reason=reason)
        reader = self._store.reader
        corrected = [reader.entry(one, "track") for one in dict.fromkeys(tracks)]
        taken = [reader.entry(one, "attachment") for one in dict.fromkeys(photos)]
        for entry in (*corrected, *taken):
            refuse_taken_back(entry)
        plan = _Plan()
        for entry in corrected:
            self._plan_track(plan, entry, shift)
        self._plan_waypoints(plan, corrected, shift)
        self._plan_spans(plan, corrected)
        by_audience = self._photo_writes(plan, taken, shift)
        with self._store.transaction(officer) as transaction:
            transaction.spread(plan.writes)
            for audience, writes in by_audience.items():
                transaction.spread(writes, audience)
        first = (*corrected, *taken)[0]
        return ClockCorrection(
            clock=clock_of(reader, first), name=clock_name(reader, first), shift_s=shift.seconds, reason=reason,
            tracks=tuple(plan.tracks), waypoints=tuple(plan.moments), photos=tuple(one.id for one in taken),
        )  # fmt: skip

    def _plan_track(self, plan: _Plan, track: Entry, shift: Shift) -> None:
        fields = _clock_field(clock_of(self._store.reader, track), shift)
        after = _after(track.values, fields)
        plan.tracks[track.id] = after
        zone = zone_of_track(self._store.reader, track)
        told = {**fields, **told_days(after, zone, self._store.blobs)}
        plan.writes.append(partial(ChangeBuilder.set, kind="track", record=track.id, values=told))

    def _plan_waypoints(self, plan: _Plan, tracks: Sequence[Entry], shift: Shift) -> None:
        reader = self._store.reader
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
                fields = _clock_field(clock, shift)
                added_us = total_shift_us(_after(waypoint.values, fields)) - total_shift_us(waypoint.values)
                fields["at"] = later(at, added_us).astimezone(zone).isoformat()
                plan.moments[waypoint.id] = fields["at"]
                plan.writes.append(partial(ChangeBuilder.set, kind="waypoint", record=waypoint.id, values=fields))

    def _is_of_device(self, waypoint: Entry) -> bool:
        """Whether the time of a waypoint is still that of the device, corrected or not, and no person's."""
        state = self._store.reader.state(waypoint.id)
        heads = state.heads_of("at")
        clocks = {ref for name in state.heads if name.startswith(CLOCK) for ref in state.heads_of(name)}
        return set(heads) <= {state.origin, *clocks}

    def _plan_spans(self, plan: _Plan, tracks: Sequence[Entry]) -> None:
        reader = self._store.reader
        days = {one.id: days_of(plan.tracks[one.id], zone_of_track(reader, one), reader.blobs) for one in tracks}
        patrols = {patrol.id: patrol for patrol in (patrol_of_track(reader, one) for one in tracks)}
        for patrol in patrols.values():
            span = span_of(reader, patrol, days=days, moments=plan.moments)
            plan.writes.append(partial(ChangeBuilder.set, kind="patrol", record=patrol.id, values=span))

    def _photo_writes(self, plan: _Plan, photos: Sequence[Entry], shift: Shift) -> dict[str, list[Write]]:
        """Writes about photos by their audience: corrected clocks, and places that follow from times and tracks."""
        reader = self._store.reader
        clocks = {one.id: _clock_field(clock_of(reader, one), shift) for one in photos}
        places = PhotoPlaces(self._store, ZoneInfo(station_of(self._store).timezone), plan.tracks)
        found: dict[str, list[Write]] = {}
        candidates = {one.id: one for one in photos}
        if plan.tracks:
            candidates |= {one.id: one for one in reader.entries("attachment") if one.id not in candidates}
        for photo in candidates.values():
            fields: dict[str, Any] = {**clocks.get(photo.id, {})}
            fields |= _place_fields(photo, _after(photo.values, fields), places)
            if any(photo.values.get(name) != value for name, value in fields.items()):
                write = partial(ChangeBuilder.set, kind="attachment", record=photo.id, values=fields)
                found.setdefault(photo.audience, []).append(write)
        return found


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


def _clock_field(clock: str, shift: Shift) -> dict[str, Any]:
    return {f"{CLOCK}{clock}": str(shift) if shift.seconds else None}


# Which clock


def clock_name(reader: Reader, entry: Entry) -> str:
    """The device of a track, or the camera of a photo; the file of a track that does not tell its device."""
    if entry.kind == "attachment":
        return str(entry.values.get("camera_serial") or entry.values.get("camera") or "")
    file = str(entry.values.get("file", ""))
    told = reader.entry(file).values if file and reader.has(file) else {}
    return str(entry.values.get("device") or told.get("device") or told.get("name") or entry.id)


def clock_of(reader: Reader, entry: Entry) -> str:
    """Key of the clock that timed a track or a photo, the same on all laptops."""
    kind = "camera" if entry.kind == "attachment" else "device"
    return hashlib.sha256(f"{kind}\0{clock_name(reader, entry)}".encode()).hexdigest()[:16]


def tracks_of_device(reader: Reader, device: str, *, file: str = "") -> tuple[str, ...]:
    """Ids of the tracks that a device recorded.

    Args:
        device: Its serial number or name, as the tracks or their files tell it.
        file: Id or name of a file, where only what came from that one is meant; the device may then be empty.
    """
    wanted = _folded(device)
    found = []
    for track in reader.entries("track"):
        origin = str(track.values.get("file", ""))
        told = reader.entry(origin).values if origin and reader.has(origin) else {}
        names = {_folded(track.values.get("device")), _folded(told.get("device"))} - {""}
        if (not file or file in (origin, told.get("name"))) and (wanted in names if wanted else bool(file)):
            found.append(track.id)
    return tuple(found)


def photos_of_camera(reader: Reader, camera: str) -> tuple[str, ...]:
    """Ids of the photos that a camera took, by its serial number or its make and model."""
    wanted = _folded(camera)
    return tuple(
        one.id
        for one in reader.entries("attachment")
        if wanted and wanted in (_folded(one.values.get("camera_serial")), _folded(one.values.get("camera")))
    )


def photos_of_card(reader: Reader, photo_id: str) -> tuple[str, ...]:
    """Ids of the photos that came in together with this one and were taken by the same camera, itself among them.

    Raises:
        RecordMissingError: There is no such photo.
    """
    photo = reader.entry(photo_id, "attachment")
    import_of = partial(_act_of_create, reader)
    same = ("camera", "camera_serial")
    return tuple(
        one.id
        for one in reader.entries("attachment")
        if all(one.values.get(name) == photo.values.get(name) for name in same) and import_of(one) == import_of(photo)
    )


def shift_by_photo(reader: Reader, photo_id: str, shown: dt.datetime | dt.time, zone: ZoneInfo) -> Decimal:
    """Seconds by which a camera was behind, from a photo of a screen that shows the time.

    Args:
        shown: What the screen shows; of a time without a day the one nearest to the camera's.
        zone: The zone of a screen that names none.

    Raises:
        RecordMissingError: There is no such photo.
        ShiftRefusedError: The camera wrote no time.
    """
    taken = moment(reader.entry(photo_id, "attachment").values.get("taken_at"))
    if taken is None:
        raise ShiftRefusedError(seconds="")
    if isinstance(shown, dt.datetime):
        right = shown if shown.tzinfo is not None else shown.replace(tzinfo=zone)
        return _seconds(right - taken)
    day = taken.astimezone(shown.tzinfo or zone).date()
    near = [
        dt.datetime.combine(day + dt.timedelta(days=days), shown, shown.tzinfo or zone) - taken for days in (-1, 0, 1)
    ]
    return _seconds(min(near, key=abs))


def corrections(reader: Reader) -> tuple[ClockCorrection, ...]:
    """Every correction of a clock that stands, by name."""
    found: dict[tuple[str, str, Shift], dict[str, list[str]]] = {}
    names: dict[str, str] = {}
    for entry in _corrected(reader):
        for name, value in entry.values.items():
            shift = Shift.parse(value) if name.startswith(CLOCK) else None
            if shift is not None:
                clock = name[len(CLOCK) :]
                key = (clock, shift.reason, shift)
                found.setdefault(key, {}).setdefault(entry.kind, []).append(entry.id)
                if entry.kind != "waypoint":
                    names.setdefault(clock, clock_name(reader, entry))
    listed = [
        ClockCorrection(
            clock=clock, name=names.get(clock, ""), shift_s=shift.seconds, reason=reason,
            tracks=tuple(parts.get("track", ())), waypoints=tuple(parts.get("waypoint", ())),
            photos=tuple(parts.get("attachment", ())),
        )
        for (clock, reason, shift), parts in found.items()
    ]  # fmt: skip
    return tuple(sorted(listed, key=lambda one: (one.name, one.clock, one.shift_s)))


def _corrected(reader: Reader) -> Iterator[Entry]:
    rows: Iterable[tuple[bytes, str]] = reader.derived.execute(
        f"SELECT id, kind FROM record WHERE kind IN ('track', 'waypoint', 'attachment') AND {VISIBLE}"
        f" AND instr(extra, '\"{CLOCK}') ORDER BY no"
    ).fetchall()
    for raw, kind in rows:
        yield reader.entry(raw.hex(), kind)


def _act_of_create(reader: Reader, entry: Entry) -> str:
    stored = reader.journal.by_ref(entry.origin)
    return entry.origin if stored is None else str(act_of(stored).more.get("with", entry.origin))


def _seconds(span: dt.timedelta) -> Decimal:
    return Decimal(round(span.total_seconds()))


def _folded(name: object) -> str:
    return composed(str(name or "")).casefold().strip()
