"""Patrols: one with its legs, days, waypoints and tracks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db.blobs import Blobs
from db.fields import as_told, attachments, chosen, key_of_field, moment, number, observations, ordered, position
from db.fields import told_elements as elements
from db.officers import members as all_members
from db.reader import Entry, Reader
from db.track_summaries import (
    DaySummary,
    days_of,
    edited_track,
    is_edited,
    leg_days_of,
    original_chunks,
    told_track,
)
from db.track_summaries import date_in as _date
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.records import Leg, LegDay, LegTrack, Member, Patrol, Value, Waypoint
from ranger_app.domain.track_edits import Edits

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ranger_app.domain.track import Track
    from ranger_app.domain.track_edits import EditedTrack

    TrackTold = Callable[[Mapping[str, Any], Blobs], EditedTrack]


CUSTOM = "custom."
"""Begins the fields of a patrol that hold the office's own attributes."""


def patrol(reader: Reader, record: str, *, blobs: Blobs | None = None) -> Patrol:
    """One patrol; tracks are loaded when *blobs* are given.

    Raises:
        RecordMissingError: There is no such patrol.
    """
    entry = reader.entry(record, "patrol")
    values = entry.values
    zone = str(values.get("timezone", "UTC"))
    waypoints = _waypoints(reader, entry)
    people = all_members(reader)
    legs = tuple(
        _leg(reader, leg, place, waypoints, zone, blobs, people)
        for place, leg in enumerate(ordered(reader.entries("leg", parent=entry.id)), start=1)
    )
    return Patrol(
        id=entry.id,
        number=str(values.get("number", "")),
        legs=legs,
        waypoints=waypoints,
        team=str(values.get("team", "")),
        station=str(values.get("station", "")),
        mandate=str(values.get("mandate", "")),
        objective=str(values.get("objective", "")),
        comment=str(values.get("comment", "")),
        is_armed=values.get("armed") is True,
        timezone=zone,
        attachments=attachments(reader, entry.id),
        has_untimed_tracks=any(leg.undated_points for leg in legs)
        or any(one.at is None and one.date is None for one in waypoints),
        starts_on=_date(values.get("starts_on")),
        ends_on=_date(values.get("ends_on")),
        patrol_type=str(values.get("patrol_type", "")),
        custom=_custom(values),
        assumed=tuple(sorted({*chosen(values, "assumed"), *(() if "armed" in values else ("armed",))})),
    )


def _custom(values: Mapping[str, Any]) -> dict[str, Value]:
    """The office's own attributes, ``custom.<key>``, in the order told."""
    told = {key_of_field(name[len(CUSTOM) :]): values[name] for name in sorted(values) if name.startswith(CUSTOM)}
    return as_told(told, elements(values.get("custom_as")))


def _leg(
    reader: Reader,
    entry: Entry,
    place: int,
    waypoints: Sequence[Waypoint],
    zone: str,
    blobs: Blobs | None,
    people: Mapping[str, Member],
) -> Leg:
    values = entry.values
    tracks = ordered(reader.entries("track", parent=entry.id))
    with_days = [(track, days_of(track.values, zone, reader.blobs)) for track in tracks]
    days_of_tracks = [(track, found) for track, found in with_days if not is_companion(track)]
    days = _leg_days(values, days_of_tracks, [w for w in waypoints if w.leg_id == entry.id], zone)
    undated = [day for _, found in days_of_tracks for day in found if not day.date]
    if blobs is not None and tracks:
        by_date = _tracks_by_date(tracks, blobs, zone)
        days = tuple(replace(day, track=by_date.get(day.date)) for day in days)
    return Leg(
        id=entry.id,
        number=place,
        transport=str(values.get("transport", "")),
        mandate=str(values.get("mandate", "")),
        members=tuple(people[m] for m in _in_told_order(chosen(values, "members"), values) if m in people),
        leader=str(values.get("leader", "")),
        pilot=str(values.get("pilot", "")),
        days=days,
        smart_id=str(values.get("smart_id", "")),
        starts_on=_date(values.get("starts_on")),
        ends_on=_date(values.get("ends_on")),
        undated_m=sum(day.distance_mm for day in undated) / 1000,
        undated_points=sum(day.points for day in undated),
        assumed=tuple(sorted(chosen(values, "assumed"))),
        tracks=tuple(_leg_track(track, found, zone) for track, found in with_days),
        edits=tuple(
            told
            for track in tracks
            if is_edited(track.values)
            for told in Edits.parse(track.values).told(str(track.values.get("name", "")))
        ),
    )


def is_companion(track: Entry) -> bool:
    """Whether the record is of another device that walked the same way."""
    return track.values.get("companion") is True


def _leg_track(track: Entry, days: Sequence[DaySummary], zone: str) -> LegTrack:
    values = track.values
    times = [
        dt.datetime.combine(date, dt.time.fromisoformat(time), _zone(zone))
        for day in days
        if "date" not in values and (date := _date(day.date)) is not None
        for time in (day.start, day.end)
    ]
    return LegTrack(
        id=track.id,
        name=str(values.get("name") or ""),
        device=str(values.get("device") or ""),
        is_companion=is_companion(track),
        start=min(times, default=None),
        end=max(times, default=None),
        distance_m=sum(day.distance_mm for day in days) / 1000,
        points=sum(day.points for day in days),
        chunks=tuple(values.get("chunks") or ()),
        told=Edits.parse(values).told_runs(),
    )


def _in_told_order(people: tuple[str, ...], values: Mapping[str, Any]) -> list[str]:
    """The members of a leg as a SMART file named them; who came later follows."""
    told = values.get("member_order")
    order = told if isinstance(told, list) else []
    return sorted(people, key=lambda one: order.index(one) if one in order else len(order))


def _leg_days(
    leg: Mapping[str, Any],
    tracks: Sequence[tuple[Entry, Sequence[DaySummary]]],
    waypoints: Sequence[Waypoint],
    zone: str,
) -> tuple[LegDay, ...]:
    """Days of a leg: those of its tracks, those of its waypoints, and what a person typed about them.

    What has no time tells nothing of when a day began and ended.
    """
    summaries: dict[str, list[DaySummary]] = {}
    told: dict[str, list[float | None]] = {}
    lines: set[str] = set()
    seen: dict[str, list[dt.time]] = {}
    for track, of_track in tracks:
        as_told = track.values if not is_edited(track.values) else {}
        for day in of_track:
            if day.date:
                if "date" not in track.values:
                    seen.setdefault(day.date, []).extend(map(dt.time.fromisoformat, (day.start, day.end)))
                summaries.setdefault(day.date, []).append(day)
                told.setdefault(day.date, []).append(number(as_told.get("distance_km")))
                lines |= {day.date} if as_told.get("is_line") is True else set()
    for waypoint in waypoints:
        if waypoint.at is not None:
            local = waypoint.at.astimezone(_zone(zone))
            seen.setdefault(local.date().isoformat(), []).append(local.time().replace(microsecond=0))
        elif waypoint.date is not None:
            seen.setdefault(waypoint.date.isoformat(), [])
    typed = {name.partition("/")[2] for name in leg if name.startswith(("rest_minutes/", "day_start/", "day_end/"))}
    days = []
    for date in sorted({*summaries, *seen, *typed}):
        parts = summaries.get(date, [])
        times = seen.get(date, [])
        start, end = _time(leg.get(f"day_start/{date}")), _time(leg.get(f"day_end/{date}"))
        days.append(
            LegDay(
                date=dt.date.fromisoformat(date),
                start=start or min(times, default=dt.time()),
                end=end or max(times, default=start or dt.time()),
                is_timed=bool(times or start or end),
                rest_minutes=_whole(leg.get(f"rest_minutes/{date}")),
                distance_m=sum(part.distance_mm for part in parts) / 1000,
                points=sum(part.points for part in parts),
                told_km=_sum(told.get(date, [])),
                is_line=date in lines and len(parts) == 1,
            )
        )
    return tuple(days)


def _sum(lengths: Sequence[float | None]) -> float | None:
    """What the file told of all tracks of a day; ``None`` where it told of none, or not of all."""
    known = [length for length in lengths if length is not None]
    return sum(known) if known and len(known) == len(lengths) else None


def _time(value: object) -> dt.time | None:
    try:
        return dt.time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _waypoints(reader: Reader, patrol: Entry) -> tuple[Waypoint, ...]:
    """Waypoints in the order of their times; those without one follow those of their day, and those without a day."""
    found = []
    first_day = _date(patrol.values.get("start"))
    for entry in reader.entries("waypoint", parent=patrol.id):
        values = entry.values
        given, where = _date(values.get("date")), position(values)
        at = _noted_time(values.get("at"), given)
        if where is None:
            continue
        found.append(
            Waypoint(
                id=entry.id,
                leg_id=str(values.get("leg", "")),
                number=int(values.get("number", 0)),
                at=at,
                date=None if at is not None else given or first_day,
                is_date_given=at is None and given is not None,
                is_at_from_track=at is not None and "assumed/at" in values,
                position=where,
                direction_deg=number(values.get("direction_deg")),
                distance_m=number(values.get("distance_m")),
                comment=str(values.get("comment", "")),
                observations=observations(reader, entry.id),
                attachments=attachments(reader, entry.id),
                smart_id=str(values.get("smart_id", "")),
                place=str(values.get(POSITION, "")),
            )
        )
    zone = _zone(str(patrol.values.get("timezone", "UTC"))) if found else dt.UTC
    return tuple(sorted(found, key=lambda waypoint: _order(waypoint, zone)))


def _noted_time(at: object, given: dt.date | None) -> dt.datetime | None:
    """The time that somebody noted: midnight of a day that was given is none, as it was once written for it."""
    found = moment(at)
    is_filler = found is not None and given is not None and (found.date(), found.time()) == (given, dt.time())
    return None if is_filler else found


def _order(waypoint: Waypoint, zone: dt.tzinfo) -> tuple[dt.datetime, bool, int, str]:
    if waypoint.at is not None:
        return waypoint.at, False, waypoint.number, waypoint.id
    day = waypoint.date or dt.date.max - dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time.max, zone), True, waypoint.number, waypoint.id


def _zone(name: str) -> ZoneInfo:
    # loaded when a patrol is read: the window lists patrols without it
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


# Tracks


def load_track(entry: Entry, blobs: Blobs) -> Track:
    """The fixes of one track record as they are told: those that its edits leave, in its window, times corrected.

    Raises:
        BlobMissingError: A chunk is not here.
        TrackChunkDamagedError: A chunk is not what was written.
    """
    return told_track(entry.values, blobs)


def original_track(entry: Entry, blobs: Blobs) -> Track:
    """The fixes of one track record's chunks as they were recorded, whatever its window and its edits.

    Raises:
        BlobMissingError, TrackChunkDamagedError: As :func:`load_track`.
    """
    return original_chunks(entry.values, blobs)


def with_tracks(reader: Reader, found: Patrol, blobs: Blobs, *, told: TrackTold = edited_track) -> Patrol:
    """The same patrol with the tracks of its days.

    Args:
        told: Reads the track of a record; one that passes over what is missing raises nothing.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or not what was written.
    """
    legs = []
    for leg in found.legs:
        tracks = ordered(reader.entries("track", parent=leg.id))
        by_date = _tracks_by_date(tracks, blobs, found.timezone, told) if tracks else {}
        legs.append(replace(leg, days=tuple(replace(day, track=by_date.get(day.date)) for day in leg.days)))
    return replace(found, legs=tuple(legs))


def tracks_of_leg(reader: Reader, leg: str, blobs: Blobs, *, beside: bool | None = None) -> tuple[Track, ...]:
    """Every track of a leg as it is told; those left out of which nothing is.

    Args:
        beside: Only those that go beside another, or only those that do not; all when left out.
    """
    entries = (one for one in ordered(reader.entries("track", parent=leg)) if beside in (None, is_companion(one)))
    tracks = (load_track(entry, blobs) for entry in entries)
    return tuple(track for track in tracks if len(track))


def _tracks_by_date(
    tracks: Sequence[Entry], blobs: Blobs, zone: str, told: TrackTold = edited_track
) -> dict[dt.date, Track]:
    from ranger_app.domain.track import concatenate

    parts: dict[dt.date, list[Track]] = {}
    for entry in tracks:
        if is_companion(entry):
            continue
        track = told(entry.values, blobs)
        for day in leg_days_of(entry.values, track, _zone(zone)):
            if day.date is not None:
                parts.setdefault(day.date, []).append(day.fixes_of(track.track))
    return {date: concatenate(found) for date, found in parts.items()}
