"""What is wrong in the JSON of one patrol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from ranger_app.domain.form_values import is_date, moment_of
from ranger_app.domain.incident_document import observation_problems, wrong_type
from ranger_app.domain.people import split_name
from ranger_app.problem import Problem
from ranger_app.services.child_records import attribute_key_problems

Shape: TypeAlias = Mapping[str, type | tuple[type, ...]]
"""Key to the types that its value may have."""

ANSWERED = frozenset({"id", "start", "end", "distance_m", "points", "timezone", "withdrawn"})
"""Keys of an answered document that say nothing when it is given back."""

PATROL: Shape = {
    "number": str,
    "team": str,
    "station": str,
    "mandate": str,
    "objective": str,
    "comment": str,
    "armed": bool,
    "assumed": list,
    "legs": list,
    "waypoints": list,
    "plan": str,
}
LEG: Shape = {
    "id": str,
    "transport": str,
    "mandate": str,
    "leader": str,
    "pilot": str,
    "members": list,
    "days": list,
    "assumed": list,
    "split_at": str,
    "of": str,
    "join_to": str,
    "remove": str,
    "tracks": list,
}
TRACK: Shape = {
    "id": str, "name": str, "device": str, "companion": bool, "start": str, "end": str, "distance_m": (int, float),
    "points": int,
}  # fmt: skip

DAY: Shape = {"date": str, "start": str, "end": str, "rest_minutes": int, "distance_m": (int, float), "points": int}
WAYPOINT: Shape = {
    "id": str,
    "number": int,
    "leg": str,
    "at": str,
    "date": str,
    "assumed": list,
    "position": dict,
    "direction_deg": (int, float),
    "distance_m": (int, float),
    "comment": str,
    "observations": list,
    "attachments": list,
}
MOST_NUMBER_SIGNS = 100
"""Of the number of a patrol or a plan: it stands in lists, in file names and on paper."""

OBSERVATION: Shape = {"id": str, "category": str, "attributes": dict, "group": int}


def patrol_problems(document: object) -> list[Problem]:
    """Name what in a patrol's document is not as it should be; empty when all is well."""
    if not isinstance(document, Mapping):
        return [Problem(code="document-not-an-object", where="document")]
    found = list(shape_problems({k: v for k, v in document.items() if k not in ANSWERED}, PATROL, ""))
    if "number" in document and not str(document["number"] or "").strip():
        found.append(wrong_type("number", ""))
    if found:
        return found
    found += number_problems(document)
    for place, leg in enumerate(document.get("legs") or (), start=1):
        found += _leg(leg, f"legs[{place}]")
    for place, waypoint in enumerate(document.get("waypoints") or (), start=1):
        found += _waypoint(waypoint, f"waypoints[{place}]")
    return found


def shape_problems(told: object, shape: Shape, where: str) -> Iterator[Problem]:
    """Name keys that *shape* does not know, and values of other types."""
    if not isinstance(told, Mapping):
        yield Problem(code="document-not-an-object", where=where)
        return
    for key, value in told.items():
        place = f"{where}.{key}" if where else str(key)
        if key not in shape:
            yield Problem(code="document-key-unknown", where=place, facts={"key": str(key)[:80]})
        elif value is not None and not (
            isinstance(value, shape[key]) and isinstance(value, bool) == (shape[key] is bool)
        ):
            yield wrong_type(place, value)


def number_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Name a number that nobody could say or print."""
    number = document.get("number")
    if not isinstance(number, str) or len(number) <= MOST_NUMBER_SIGNS:
        return []
    told = Problem(code="number-too-long", where="number", facts={"length": len(number), "most": MOST_NUMBER_SIGNS})
    return [told]


def _leg(leg: Any, where: str) -> list[Problem]:
    found = list(shape_problems(leg, LEG, where))
    if found:
        return found
    if "id" not in leg and not leg.get("transport") and not leg.get("split_at"):
        found.append(wrong_type(f"{where}.transport", leg.get("transport")))
    for place, track in enumerate(leg.get("tracks") or (), start=1):
        found += shape_problems(track, TRACK, f"{where}.tracks[{place}]")
    if not all(isinstance(name, str) and split_name(name)[0] for name in leg.get("members") or ()):
        found.append(wrong_type(f"{where}.members", leg["members"]))
    named = [(role, leg[role]) for role in ("leader", "pilot") if leg.get(role)]
    found += [wrong_type(f"{where}.{role}", name) for role, name in named if not split_name(name)[0]]
    for place, day in enumerate(leg.get("days") or (), start=1):
        inside = f"{where}.days[{place}]"
        problems = list(shape_problems(day, DAY, inside))
        found += problems
        if problems:
            continue
        if not is_date(day.get("date")):
            found.append(wrong_type(f"{inside}.date", day.get("date")))
        found += [wrong_type(f"{inside}.{name}", day[name]) for name in ("start", "end") if not _is_time(day.get(name))]
        if not 0 <= (day.get("rest_minutes") or 0) <= 1440:
            found.append(wrong_type(f"{inside}.rest_minutes", day["rest_minutes"]))
    return found


def _waypoint(waypoint: Any, where: str) -> list[Problem]:
    found = list(shape_problems(waypoint, WAYPOINT, where))
    if found:
        return found
    if waypoint.get("date") and not is_date(waypoint["date"]):
        found.append(wrong_type(f"{where}.date", waypoint["date"]))
    moment = moment_of(waypoint["at"]) if waypoint.get("at") else None
    if ("id" not in waypoint or waypoint.get("at")) and (moment is None or moment.tzinfo is None):
        found.append(wrong_type(f"{where}.at", waypoint.get("at")))
    position = waypoint.get("position")
    if position is not None or "id" not in waypoint:
        found += _position(position, f"{where}.position")
    bearing, distance = waypoint.get("direction_deg"), waypoint.get("distance_m")
    if bearing is not None and not 0 <= bearing <= 360:
        found.append(wrong_type(f"{where}.direction_deg", bearing))
    if distance is not None and not 0 <= distance <= 100_000:
        found.append(wrong_type(f"{where}.distance_m", distance))
    told, inside = waypoint.get("observations") or [], f"{where}.observations"
    problems = [problem for place, one in enumerate(told, start=1)
                for problem in shape_problems(one, OBSERVATION, f"{inside}[{place}]")]  # fmt: skip
    problems = problems or list(observation_problems(told, inside)) or attribute_key_problems(told, inside)
    return found + problems


def _position(position: Any, where: str) -> list[Problem]:
    if not isinstance(position, Mapping):
        return [wrong_type(where, position)]
    latitude, longitude = position.get("latitude_deg"), position.get("longitude_deg")
    for name, value, limit in (("latitude_deg", latitude, 90), ("longitude_deg", longitude, 180)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -limit <= value <= limit:
            return [wrong_type(f"{where}.{name}", value)]
    if latitude == 0 and longitude == 0:
        return [Problem(code="position-zero", where=where)]
    if position.get("source") not in (None, "gps", "photo", "track", "map", "stated"):
        return [wrong_type(f"{where}.source", position.get("source"))]
    return []


def _is_time(value: object) -> bool:
    try:
        return value is None or (isinstance(value, str) and dt.time.fromisoformat(value).tzinfo is None)
    except ValueError:
        return False
