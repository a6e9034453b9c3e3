"""First and last day of a patrol, as its record keeps them for lists to be ordered by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from db.fields import moment
from db.reader import Entry, Reader
from db.track_summaries import DaySummary, days_of


def zone_of_track(reader: Reader, track: Entry) -> str:
    """Name of the zone in which the days of the patrol of *track* are cut."""
    patrol = patrol_of_track(reader, track)
    return str(patrol.values.get("timezone", "UTC"))


def patrol_of_track(reader: Reader, track: Entry) -> Entry:
    """The patrol that a track is in.

    Raises:
        RecordMissingError: The leg, or the patrol, is not here yet.
    """
    return reader.entry(reader.entry(track.parent, "leg").parent, "patrol")


def span_of(
    reader: Reader,
    patrol: Entry,
    *,
    days: Mapping[str, Sequence[DaySummary]] | None = None,
    moments: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> dict[str, Any]:
    """``start`` and ``end`` of a patrol as its tracks and waypoints tell them; empty where they tell no day.

    Args:
        days: Id of a track to the days that it is about to have.
        moments: Id of a waypoint to the ``at`` that it is about to have.
        without: Ids of tracks and waypoints that are about to leave.
    """
    zone_name = str(patrol.values.get("timezone", "UTC"))
    zone = ZoneInfo(zone_name)
    found: set[str] = set()
    for leg in reader.entries("leg", parent=patrol.id):
        for track in reader.entries("track", parent=leg.id):
            if track.id not in without:
                told = (days or {}).get(track.id)
                told = days_of(track.values, zone_name, reader.blobs) if told is None else told
                found |= {day.date for day in told}
    for waypoint in reader.entries("waypoint", parent=patrol.id):
        if waypoint.id not in without:
            at = moment((moments or {}).get(waypoint.id, waypoint.values.get("at")))
            found.add(at.astimezone(zone).date().isoformat() if at else str(waypoint.values.get("date", "")))
    known = sorted(found - {""})
    return {"start": known[0], "end": known[-1]} if known else {}
