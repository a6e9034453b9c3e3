"""Patrols and incidents as GeoJSON (RFC 7946): longitude before latitude, lines cut where they cross 180 degrees.

Each feature says by ``record`` what it is: ``leg_day``, ``waypoint`` or ``incident``. Moments are ISO 8601 with offset.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from ranger_app.domain.records import Incident, Leg, LegDay, Observation, Patrol, Position, Value, Waypoint

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

Json: TypeAlias = dict[str, object]


def write_geojson(stream: BinaryIO, patrols: Iterable[Patrol], incidents: Iterable[Incident] = ()) -> None:
    """Write one FeatureCollection, a feature a line, without holding more than one record in memory."""
    stream.write(b'{"type": "FeatureCollection", "features": [')
    before = b"\n"
    for feature in features(patrols, incidents):
        stream.write(before + json.dumps(feature, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))
        before = b",\n"
    stream.write(b"\n]}\n")


def features(patrols: Iterable[Patrol], incidents: Iterable[Incident] = ()) -> Iterator[Json]:
    """The features in order: of each patrol its leg days and waypoints, then the incidents.

    A leg day without a track and an incident without a position have no geometry; they are told all the same.
    """
    for patrol in patrols:
        for leg in patrol.legs:
            for day in sorted(leg.days, key=lambda day: day.date):
                yield _leg_day(patrol, leg, day)
        yield from (_waypoint(patrol, waypoint) for waypoint in patrol.waypoints)
    yield from map(_incident, incidents)


def line_parts(track: Track) -> list[list[list[float]]]:
    """Parts of a track as positions; a part that crosses 180 degrees is cut there, a single fix is told twice.

    Where a fix has a height, its position has three values.
    """
    return [piece for start, stop in track.parts() for piece in _pieces(track, start, stop)]


def _leg_day(patrol: Patrol, leg: Leg, day: LegDay) -> Json:
    if day.track is None and day.points:
        raise ValueError(f"the track of {day.date} was not loaded")
    geometry: Json | None = None
    if day.track is not None and len(day.track):
        geometry = {"type": "MultiLineString", "coordinates": line_parts(day.track)}
    return _feature(
        f"{leg.id}/{day.date.isoformat()}",
        geometry,
        {
            "record": "leg_day",
            "patrol": patrol.number,
            "patrol_id": patrol.id,
            "leg": leg.number,
            "date": day.date.isoformat(),
            "start": day.start.isoformat("seconds") if day.is_timed else None,
            "end": day.end.isoformat("seconds") if day.is_timed else None,
            "timezone": patrol.timezone,
            "transport": leg.transport,
            "mandate": leg.mandate or patrol.mandate,
            "members": [member.name for member in leg.members],
            "distance_m": day.distance_m,
            "points": day.points,
        },
    )


def _waypoint(patrol: Patrol, waypoint: Waypoint) -> Json:
    return _feature(
        waypoint.id,
        _point(waypoint.position),
        {
            "record": "waypoint",
            "patrol": patrol.number,
            "patrol_id": patrol.id,
            "number": waypoint.number,
            "at": waypoint.at.isoformat() if waypoint.at is not None else None,
            "date": waypoint.date.isoformat() if waypoint.is_date_given and waypoint.date is not None else None,
            "comment": waypoint.comment,
            "direction_deg": waypoint.direction_deg,
            "distance_m": waypoint.distance_m,
            "observations": [_observation(observation) for observation in waypoint.observations],
        },
    )


def _incident(incident: Incident) -> Json:
    return _feature(
        incident.id,
        _point(incident.position) if incident.position is not None else None,
        {
            "record": "incident",
            "number": incident.number,
            "kind": incident.kind,
            "at": incident.occurred_at.isoformat() if incident.occurred_at is not None else None,
            "place": incident.place,
            "summary": incident.summary,
            "accuracy_m": incident.position.accuracy_m if incident.position is not None else None,
            "observations": [_observation(observation) for observation in incident.observations],
        },
    )


def _feature(identity: str, geometry: Json | None, properties: Json) -> Json:
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": properties}


def _point(position: Position) -> Json:
    return {"type": "Point", "coordinates": [position.longitude_deg, position.latitude_deg]}


def _observation(observation: Observation) -> Json:
    return {"category": observation.category, "attributes": _values(observation.attributes)}


def _values(attributes: Mapping[str, Value]) -> Json:
    return {key: _number(value) if isinstance(value, Decimal) else value for key, value in attributes.items()}


def _number(value: Decimal) -> int | float | str:
    if not value.is_finite():
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _pieces(track: Track, start: int, stop: int) -> Iterator[list[list[float]]]:
    import numpy as np

    longitude = track.longitude_deg[start:stop]
    jumps = np.flatnonzero(np.abs(np.diff(longitude)) > 180.0)
    positions = _positions(track, start, stop)
    piece = positions[:1]
    done = 1
    for jump in jumps.tolist():
        piece += positions[done : jump + 1]
        west_to, east_from = _crossing(positions[jump], positions[jump + 1])
        yield [*piece, west_to]
        piece, done = [east_from], jump + 1
    piece += positions[done:]
    yield piece if len(piece) > 1 else piece * 2


def _positions(track: Track, start: int, stop: int) -> list[list[float]]:
    rows = zip(
        track.longitude_deg[start:stop].tolist(),
        track.latitude_deg[start:stop].tolist(),
        track.elevation_m[start:stop].tolist(),
        strict=True,
    )
    return [[lon, lat] if height != height else [lon, lat, height] for lon, lat, height in rows]


def _crossing(before: list[float], after: list[float]) -> tuple[list[float], list[float]]:
    """The position on 180 degrees between two fixes on either side of it, as the first and the second side name it."""
    side = 180.0 if before[0] > 0 else -180.0
    width = 360.0 - abs(after[0] - before[0])
    share = (180.0 - abs(before[0])) / width if width else 0.0
    between = [old + share * (new - old) for old, new in zip(before[1:], after[1:], strict=False)]
    return [side, *between], [-side, *between]
