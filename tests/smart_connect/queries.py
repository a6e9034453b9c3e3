"""Custom queries: what a client asks after an answer was lost, and what came directly into an area."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.smart_connect.answers import Refused
from tests.smart_connect.areas import Area, uuid_from
from tests.smart_connect.direct_records import Leg, Patrol, Records, Waypoint

MOST_ROWS = 1000
"""Rows above which the server refuses to answer."""

_DATES = re.compile(r"(\d{4}-\d\d-\d\d)(?::(\d{4}-\d\d-\d\d))?", re.ASCII)

OF_PATROLS = ("client_patrol_uuid", "patrol_uuid", "patrol_id")
OF_INCIDENTS = ("client_incident_uuid", "incident_uuid", "incident_id", "waypoint_date", "waypoint_lastmodified")

Query = Callable[[Area, Records, str, str], Iterable[dict[str, Any]]]


def one_filter(query: Mapping[str, list[str]], allowed: tuple[str, ...]) -> tuple[str, str]:
    """The filter of a query; refused unless there is exactly one, well said."""
    found = [(name, value) for name, values in query.items() if name != "token" for value in values]
    if len(found) != 1 or found[0][0] not in allowed:
        raise Refused(400, f"exactly one filter of {', '.join(allowed)}", rule="one-filter")
    name, value = found[0]
    if name.endswith("_uuid"):
        _uuid(value)
    elif name.startswith("waypoint_"):
        _is_between(dt.date.min, value)
    return name, value


def patrols(area: Area, records: Records, name: str, value: str) -> Iterable[dict[str, Any]]:
    """``/api/query/custom/patrol``."""
    for patrol in _patrols(records, name, value):
        yield patrol_told(area, records, patrol)


def patrol_waypoints(area: Area, records: Records, name: str, value: str) -> Iterable[dict[str, Any]]:
    """``/api/query/custom/waypoint/patrol``."""
    if name not in OF_PATROLS:
        for waypoint in records.waypoints.values():
            if waypoint.leg is not None and _fits(waypoint, name, value):
                yield _feature(area, records, waypoint)
        return
    for patrol in _patrols(records, name, value):
        for leg in records.legs_of(patrol):
            for uuid in leg.waypoints:
                yield _feature(area, records, records.waypoints[uuid])


def incidents(area: Area, records: Records, name: str, value: str) -> Iterable[dict[str, Any]]:
    """``/api/query/custom/waypoint/incident``."""
    for waypoint in records.waypoints.values():
        if waypoint.leg is None and _fits(waypoint, name, value):
            yield _feature(area, records, waypoint)


def waypoints(area: Area, records: Records, name: str, value: str) -> Iterable[dict[str, Any]]:
    """``/api/query/custom/waypoint``: those of patrols and incidents."""
    for waypoint in records.waypoints.values():
        if _fits(waypoint, name, value):
            yield _feature(area, records, waypoint)


def tracks(_area: Area, records: Records, name: str, value: str) -> Iterable[dict[str, Any]]:
    """Features of ``/api/query/custom/track/patrol``, one a leg and day."""
    for patrol in _patrols(records, name, value):
        for leg in records.legs_of(patrol):
            for day in sorted({point[2].date() for point in leg.points}):
                points = [point for point in leg.points if point[2].date() == day]
                yield {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": [[x, y] for x, y, _ in points]},
                    "properties": {"date": day.isoformat(), "distance_km": None,
                                   "timestamps": [at.isoformat() for _, _, at in points]},
                }  # fmt: skip


def _patrols(records: Records, name: str, value: str) -> list[Patrol]:
    match name:
        case "client_patrol_uuid":
            return [one for one in records.patrols.values() if one.client_uuid == _uuid(value)]
        case "patrol_uuid":
            return [one for one in records.patrols.values() if one.uuid == _uuid(value)]
        case _:
            return [one for one in records.patrols.values() if one.id == value]


def _fits(waypoint: Waypoint, name: str, value: str) -> bool:
    match name:
        case "client_incident_uuid":
            return waypoint.client_uuid == _uuid(value)
        case "incident_uuid":
            return waypoint.uuid == _uuid(value)
        case "incident_id":
            return waypoint.id == value
        case "waypoint_date":
            return _is_between(waypoint.at.date(), value)
        case _:
            return _is_between((waypoint.changed_at or waypoint.at).date(), value)


def _uuid(value: str) -> object:
    found = uuid_from(value)
    if found is None:
        raise Refused(400, f"{value!r} is no UUID", rule="one-filter")
    return found


def _is_between(day: dt.date, value: str) -> bool:
    told = _DATES.fullmatch(value)
    if told is None:
        raise Refused(400, f"{value!r} is not yyyy-MM-dd or from:to", rule="one-filter")
    first = dt.date.fromisoformat(told[1])
    return first <= day <= (dt.date.fromisoformat(told[2]) if told[2] else first)


def patrol_told(area: Area, records: Records, patrol: Patrol) -> dict[str, Any]:
    """A patrol as the queries tell it."""
    first, last = records.days_of(patrol)
    team = next((one for one in area.teams if one.id == patrol.said.get("team")), None)
    station = next(
        (one for one in area.stations if one.id == str(patrol.said.get("station", "")).replace("-", "")), None
    )
    return {
        "uuid": patrol.uuid.hex,
        "id": patrol.id,
        "client_uuid": str(patrol.client_uuid),
        "comment": patrol.said.get("comment", ""),
        "armed": patrol.said.get("isArmed", False),
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        "objective": patrol.said.get("objective"),
        "station": None if station is None else {"uuid": station.id, "name": station.names["en"]},
        "team": None if team is None else {"key": team.id, "name": team.names["en"]},
        "conservation_area": {"uuid": area.uuid.hex, "name": area.label},
        "attributes": [{"key": one.id, "value": patrol.said[one.id]} for one in area.patrol_attributes
                       if one.id in patrol.said],
        "legs": [_leg_told(area, leg) for leg in records.legs_of(patrol)],
    }  # fmt: skip


def _leg_told(area: Area, leg: Leg) -> dict[str, Any]:
    days = [at.date() for _, _, at in leg.points]
    members = [one for told in leg.members if (one := area.employee(told)) is not None]
    leader = area.employee(leg.leader)
    return {
        "uuid": leg.uuid.hex,
        "client_uuid": str(leg.client_uuid),
        "id": leg.id,
        "start_date": min(days).isoformat(),
        "end_date": max(days).isoformat(),
        "type": {"key": leg.transport},
        "mandate": {"key": leg.mandate},
        "members": [{"uuid": one.uuid.hex, "given_name": one.given_name, "family_name": one.family_name,
                     "is_leader": one is leader, "is_pilot": one is area.employee(leg.pilot)} for one in members],
    }  # fmt: skip


def _feature(area: Area, records: Records, waypoint: Waypoint) -> dict[str, Any]:
    properties: dict[str, Any] = {"fid": waypoint.uuid.hex, "waypoint": _waypoint_told(area, records, waypoint)}
    if waypoint.leg is not None:
        leg = records.legs[waypoint.leg]
        properties["patrol"] = patrol_told(area, records, records.patrols[leg.patrol])
        properties["patrol_leg"] = _leg_told(area, leg)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [waypoint.x, waypoint.y]},
        "properties": properties,
    }


def _waypoint_told(area: Area, records: Records, waypoint: Waypoint) -> dict[str, Any]:
    return {
        "uuid": waypoint.uuid.hex,
        "id": waypoint.id,
        "client_uuid": str(waypoint.client_uuid),
        "conservation_area_uuid": area.uuid.hex,
        "date": waypoint.at.date().isoformat(),
        "time": waypoint.at.time().isoformat(),
        "last_modified": (waypoint.changed_at or waypoint.at).isoformat(),
        "raw_x": waypoint.x,
        "raw_y": waypoint.y,
        "source": "PATROL" if waypoint.leg is not None else "INDINC",
        "comment": waypoint.comment,
        "attachments": [{"filename": name} for name, _ in waypoint.attachments],
        "observation_groups": [
            {"observations": [_observation_told(records, uuid) for uuid in group]} for group in waypoint.groups
        ],
    }


def _observation_told(records: Records, uuid: Any) -> dict[str, Any]:
    found = records.observations[uuid]
    return {"client_uuid": str(uuid), "category": found.category, "attributes": found.attributes}
