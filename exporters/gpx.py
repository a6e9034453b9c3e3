"""Patrols and incidents as GPX 1.1, in the way SMART's own GPX import understands.

SMART takes a waypoint's name as its id only when it is a whole number, its comment from ``cmt``, and needs a time on
every point; so times are UTC with a ``Z``, names are numbers, and what people call the record stands in ``desc``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import gpxpy.gpx as gpx_format

from ranger_app.domain.records import Incident, Patrol, Waypoint
from ranger_app.domain.smart_text import xml_text
from ranger_app.domain.track import NO_TIME, Track

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NAMESPACE = "http://www.topografix.com/GPX/1/1"


def gpx_bytes(patrols: Sequence[Patrol], incidents: Sequence[Incident] = ()) -> bytes:
    """One GPX file: a track for each patrol, with a segment for each unbroken part, and a waypoint for each place.

    Incidents are numbered on after the greatest waypoint number; one without a position is left out. Fixes without a
    time go without one.

    Args:
        patrols: With the tracks of their days loaded.
        incidents: Told as waypoints.
    """
    document = gpx_format.GPX()
    document.creator = "ranger-app"
    document.schema_locations = [_NAMESPACE, f"{_NAMESPACE}/gpx.xsd"]
    for patrol in patrols:
        document.waypoints.extend(_waypoint(waypoint, patrol.number) for waypoint in patrol.waypoints)
        segments = list(_segments(patrol))
        if segments:
            track = gpx_format.GPXTrack(name=xml_text(patrol.number), description=_text(patrol.objective))
            track.segments = segments
            document.tracks.append(track)
    greatest = max((waypoint.number for patrol in patrols for waypoint in patrol.waypoints), default=0)
    placed = [incident for incident in incidents if incident.position is not None]
    document.waypoints.extend(_incident(incident, number) for number, incident in enumerate(placed, greatest + 1))
    return (document.to_xml("1.1") + "\n").encode()


def _waypoint(waypoint: Waypoint, patrol_number: str) -> gpx_format.GPXWaypoint:
    categories = ", ".join(observation.category for observation in waypoint.observations)
    return gpx_format.GPXWaypoint(
        latitude=waypoint.position.latitude_deg,
        longitude=waypoint.position.longitude_deg,
        time=waypoint.at.astimezone(dt.UTC) if waypoint.at is not None else None,
        name=str(waypoint.number),
        comment=xml_text(waypoint.comment or categories or patrol_number),
        description=xml_text(patrol_number),
    )


def _incident(incident: Incident, number: int) -> gpx_format.GPXWaypoint:
    assert incident.position is not None
    return gpx_format.GPXWaypoint(
        latitude=incident.position.latitude_deg,
        longitude=incident.position.longitude_deg,
        time=incident.occurred_at.astimezone(dt.UTC) if incident.occurred_at is not None else None,
        name=str(number),
        comment=xml_text(incident.summary or incident.place or incident.number),
        description=xml_text(incident.number),
        type=xml_text(incident.kind),
    )


def _segments(patrol: Patrol) -> Iterator[gpx_format.GPXTrackSegment]:
    for leg in patrol.legs:
        for day in sorted(leg.days, key=lambda day: day.date):
            if day.track is None and day.points:
                raise ValueError(f"the track of {day.date} was not loaded")
            if day.track is not None:
                points = _points(day.track)
                yield from (gpx_format.GPXTrackSegment(points[start:stop]) for start, stop in day.track.parts())


def _points(track: Track) -> list[gpx_format.GPXTrackPoint]:
    return [
        gpx_format.GPXTrackPoint(
            latitude=latitude,
            longitude=longitude,
            elevation=elevation if elevation == elevation else None,
            time=_EPOCH + dt.timedelta(microseconds=time_us) if time_us != NO_TIME else None,
        )
        for latitude, longitude, elevation, time_us in zip(
            track.latitude_deg.tolist(),
            track.longitude_deg.tolist(),
            track.elevation_m.tolist(),
            track.time_us.tolist(),
            strict=True,
        )
    ]


def _text(text: str) -> str | None:
    return xml_text(text) or None
