"""Direct JSON, ``POST /api/data/{area}``: features become patrols and incidents, all of a request or nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from tests.smart_connect.answers import Refused
from tests.smart_connect.areas import Area, PatrolAttribute, uuid_from
from tests.smart_connect.direct_records import Leg, Observation, Patrol, Records, Transaction, Waypoint
from tests.smart_connect.direct_values import Dropped, attachment_from, kept_value, moment_from, point_from

Note = Callable[[str, str], None]
"""Told of a rule that the client broke although the server took what it sent."""

OF_PATROLS = ("team", "station", "objective", "comment", "isArmed")
NEEDED = ("transportType", "mandate", "members", "leader")


class Direct:
    """One request.

    Args:
        version: Of the server, as numbers.
        note: Is told of rules broken in what is taken all the same.
    """

    def __init__(self, area: Area, records: Records, *, version: tuple[int, ...], note: Note) -> None:
        self._area = area
        self._version = version
        self._note = note
        self._change: Transaction = records.begin()

    def take(self, body: bytes) -> list[str]:
        """Take everything in *body*; the answer is the warnings.

        Raises:
            Refused: Something is wrong, and nothing was taken.
        """
        try:
            text = body.decode("ascii")
        except UnicodeDecodeError:
            self._note("not-ascii", "the server reads other letters with its platform's charset")
            text = body.decode("latin-1")
        try:
            told = json.loads(text)
        except ValueError as error:
            raise Refused(400, f"not JSON: {error}", rule="data-invalid") from error
        for feature in self._features(told):
            try:
                self._one(feature)
            except ValueError as error:
                raise Refused(400, str(error), rule="data-invalid") from error
            except (AttributeError, KeyError, TypeError) as error:  # parts of a shape that nobody foresaw
                raise Refused(500, f"{type(error).__name__}: {error}", rule="data-invalid") from error
        self._change.commit()
        return self._change.warnings

    def _features(self, told: object) -> list[dict[str, Any]]:
        if isinstance(told, dict) and told.get("type") == "FeatureCollection":
            features = told.get("features")
        else:
            features = [told]
        if not isinstance(features, list) or not all(
            isinstance(one, dict) and one.get("type") == "Feature" and isinstance(one.get("properties"), dict)
            for one in features
        ):
            raise Refused(400, "not a Feature or FeatureCollection", rule="data-invalid")
        return features

    def _one(self, feature: dict[str, Any]) -> None:
        properties = feature["properties"]
        kind = (properties.get("smartDataType"), properties.get("smartFeatureType"))
        said = properties.get("smartAttributes")
        act = self._acts().get(kind)
        if act is None or not isinstance(said, dict):
            raise ValueError(f"nothing is known of smartDataType {kind[0]!r}, smartFeatureType {kind[1]!r}")
        said = {key: value for key, value in said.items() if value is not None}
        act(said, feature)

    def _acts(self) -> dict[tuple[Any, Any], Callable[[dict[str, Any], dict[str, Any]], None]]:
        return {
            ("patrol", "patrol/new"): self._new_patrol,
            ("patrol", "patrol"): self._change_patrol,
            ("patrol", "leg/new"): self._new_leg,
            ("patrol", "leg"): self._change_leg,
            ("patrol", "leg/end"): self._end_leg,
            ("patrol", "trackpoint/new"): self._new_point,
            ("patrol", "waypoint/new"): self._new_waypoint,
            ("patrol", "waypoint"): self._change_waypoint,
            ("patrol", "waypoint/observation"): self._change_observation,
            ("incident", "waypoint/new"): self._new_incident,
            ("incident", "waypoint"): self._change_waypoint,
            ("incident", "waypoint/observation"): self._change_observation,
        }

    def _new_patrol(self, said: dict[str, Any], feature: dict[str, Any]) -> None:
        uuid = _id(said, "patrolUuid")
        if uuid in self._change.patrols:
            raise Refused(400, f"the patrol {uuid} exists already", rule="patrol-sent-twice")
        number = said.get("patrolId") or f"{self._area.code}_{self._change.number():06d}"
        patrol = Patrol(client_uuid=uuid, id=str(number), said=self._patrol_said(said))
        self._change.patrols[uuid] = patrol
        self._add_leg(patrol, said, feature)

    def _change_patrol(self, said: dict[str, Any], _feature: dict[str, Any]) -> None:
        uuid = _id(said, "patrolUuid")
        if uuid not in self._change.patrols:
            raise ValueError(f"there is no patrol {uuid}")
        patrol = self._change.to_change(self._change.patrols, uuid)
        patrol.said |= self._patrol_said(said)
        patrol.id = str(said.get("patrolId", patrol.id))

    def _patrol_said(self, said: dict[str, Any]) -> dict[str, Any]:
        """What is told of the patrol itself, without what the office's lists do not have."""
        lists = {"team": {one.id for one in self._area.teams}, "station": {one.id for one in self._area.stations}}
        custom: dict[str, PatrolAttribute] = {one.id: one for one in self._area.patrol_attributes}
        kept: dict[str, Any] = {}
        for key, value in said.items():
            if key in lists and (value.replace("-", "") if key == "station" else value) not in lists[key]:
                self._warn("unknown-entry", f"{key} {value!r} is not known")
            elif key in OF_PATROLS:
                kept[key] = value in (True, "true") if key == "isArmed" else value
            elif key in custom:
                if custom[key].options and value not in {one.id for one in custom[key].options}:
                    self._warn("unknown-entry", f"{key} {value!r} is not known")
                else:
                    kept[key] = value
        return kept

    def _new_leg(self, said: dict[str, Any], feature: dict[str, Any]) -> None:
        uuid = _id(said, "patrolUuid")
        if uuid not in self._change.patrols:
            raise ValueError(f"there is no patrol {uuid}")
        self._add_leg(self._change.to_change(self._change.patrols, uuid), said, feature)

    def _add_leg(self, patrol: Patrol, said: dict[str, Any], feature: dict[str, Any]) -> None:
        uuid = _id(said, "patrolLegUuid")
        if uuid in self._change.legs:
            raise Refused(400, f"the leg {uuid} exists already", rule="patrol-sent-twice")
        if missing := [key for key in NEEDED if key not in said]:
            raise ValueError(f"missing: {', '.join(missing)}")
        leg = Leg(client_uuid=uuid, patrol=patrol.client_uuid, id=str(said.get("legId") or len(patrol.legs) + 1),
                  transport="", mandate="", members=[], leader="")  # fmt: skip
        self._take_leg(leg, said)
        self._change.legs[uuid] = leg
        patrol.legs.append(uuid)
        self._point(leg, feature)

    def _take_leg(self, leg: Leg, said: dict[str, Any]) -> None:
        leg.transport = said.get("transportType", leg.transport)
        leg.mandate = said.get("mandate", leg.mandate)
        leg.members = said.get("members", leg.members)
        leg.leader = said.get("leader", leg.leader)
        leg.pilot = said.get("pilot", leg.pilot)
        transport = next((one for one in self._area.transports if one.id == leg.transport), None)
        if transport is None:
            raise ValueError(f"transportType {leg.transport!r} is not known")
        if leg.mandate not in {one.id for one in self._area.mandates}:
            raise ValueError(f"mandate {leg.mandate!r} is not known")
        if not isinstance(leg.members, list) or not leg.members:
            raise ValueError("members is not a list of employees")
        if unknown := [one for one in leg.members if self._area.employee(one) is None]:
            raise ValueError(f"there is no employee {', '.join(map(str, unknown))}")
        for role in ("leader", "pilot"):
            if (role == "leader" or transport.needs_pilot) and getattr(leg, role) not in leg.members:
                raise ValueError(f"{role} is not one of members, letter by letter")

    def _change_leg(self, said: dict[str, Any], _feature: dict[str, Any]) -> None:
        self._take_leg(self._leg(said), said)

    def _end_leg(self, said: dict[str, Any], feature: dict[str, Any]) -> None:
        leg = self._leg(said)
        leg.ended_at = self._point(leg, feature)

    def _new_point(self, said: dict[str, Any], feature: dict[str, Any]) -> None:
        self._point(self._leg(said), feature)

    def _leg(self, said: dict[str, Any]) -> Leg:
        uuid = _id(said, "patrolLegUuid")
        if uuid not in self._change.legs:
            raise ValueError(f"there is no leg {uuid}")
        return self._change.to_change(self._change.legs, uuid)

    def _point(self, leg: Leg, feature: dict[str, Any]) -> dt.datetime:
        """Append to the track, in the order in which it is told."""
        at = moment_from(feature["properties"].get("dateTime"))
        x, y = point_from(feature.get("geometry"))
        if leg.points and at < leg.points[-1][2]:
            self._note("out-of-order", f"{at} comes after {leg.points[-1][2]} in the track of leg {leg.client_uuid}")
        leg.points.append((x, y, at))
        return at

    def _new_waypoint(self, said: dict[str, Any], feature: dict[str, Any]) -> None:
        leg = self._leg(said)
        self._point(leg, feature)
        waypoint = self._waypoint(said, feature, leg=leg.client_uuid)
        if waypoint.client_uuid not in leg.waypoints:
            leg.waypoints.append(waypoint.client_uuid)

    def _new_incident(self, said: dict[str, Any], feature: dict[str, Any]) -> None:
        kind = said.get("incidentType")
        if kind is None:
            self._note("no-incident-type", "8.1 breaks down without incidentType: always send it")
            if self._version >= (8, 1):
                raise Refused(500, "java.lang.NullPointerException")
        elif self._version >= (8, 1) and kind not in {one.id for one in self._area.incident_types}:
            raise ValueError(f"incidentType {kind!r} is not known")
        self._waypoint(said, feature, leg=None).incident_type = str(kind or "")

    def _waypoint(self, said: dict[str, Any], feature: dict[str, Any], *, leg: UUID | None) -> Waypoint:
        """The waypoint of a feature: a new one, or one that is there and gets more observations."""
        uuid = _id(said, "incidentUuid")
        at = moment_from(feature["properties"].get("dateTime"))
        x, y = point_from(feature.get("geometry"))
        if uuid in self._change.waypoints:
            waypoint = self._change.to_change(self._change.waypoints, uuid)
        else:
            number = said.get("incidentId") or self._change.number()
            waypoint = Waypoint(client_uuid=uuid, leg=leg, at=at, x=x, y=y, id=str(number))
            self._change.waypoints[uuid] = waypoint
            self._take_waypoint(waypoint, said)
        for group in said.get("observationGroups", []):
            told = [self._observation(one) for one in group.get("observations", [])]
            waypoint.groups.append([one for one in told if one is not None])
        return waypoint

    def _take_waypoint(self, waypoint: Waypoint, said: dict[str, Any]) -> None:
        waypoint.comment = str(said.get("comment", waypoint.comment))
        waypoint.observer = self._observer(said) or waypoint.observer
        waypoint.distance = said.get("distance", waypoint.distance)
        waypoint.bearing = said.get("bearing", waypoint.bearing)
        waypoint.attachments += [attachment_from(one) for one in said.get("attachments", [])]

    def _change_waypoint(self, said: dict[str, Any], _feature: dict[str, Any]) -> None:
        uuid = _id(said, "incidentUuid")
        if uuid not in self._change.waypoints:
            raise ValueError(f"there is no waypoint {uuid}")
        self._take_waypoint(self._change.to_change(self._change.waypoints, uuid), said)

    def _change_observation(self, said: dict[str, Any], _feature: dict[str, Any]) -> None:
        uuid = _id(said, "observationUuid")
        if uuid not in self._change.observations:
            raise ValueError(f"there is no observation {uuid}")
        observation = self._change.to_change(self._change.observations, uuid)
        self._take_values(observation, said)

    def _observation(self, said: dict[str, Any]) -> UUID | None:
        """The id of an observation that was taken; ``None`` when its category is unknown and it was dropped."""
        uuid = uuid_from(said.get("observationUuid")) or uuid4()
        if uuid in self._change.observations:
            raise Refused(400, f"the observation {uuid} exists already", rule="observation-sent-twice")
        hkey = f"{str(said.get('category', '')).removesuffix('.')}."
        if self._area.model.category(hkey) is None:
            self._warn("unknown-category", f"category {hkey} is not known: the observation is dropped")
            return None
        observation = Observation(client_uuid=uuid, category=hkey)
        self._take_values(observation, said)
        self._change.observations[uuid] = observation
        return uuid

    def _take_values(self, observation: Observation, said: dict[str, Any]) -> None:
        known = {one.key: one for one in self._area.model.attributes_of(observation.category)}
        for key, value in said.get("attributes", {}).items():
            if key not in known:
                self._warn("unknown-attribute", f"{observation.category} has no attribute {key}")
                continue
            try:
                observation.attributes[key] = kept_value(known[key], value)
            except Dropped as reason:
                self._warn("bad-value", str(reason))
        observation.observer = self._observer(said) or observation.observer
        observation.attachments += [attachment_from(one) for one in said.get("attachments", [])]

    def _observer(self, said: dict[str, Any]) -> str:
        told = said.get("observer")
        if told is None:
            return ""
        if self._area.employee(told) is None:
            self._warn("unknown-entry", f"observer {told!r} is not known")
            return ""
        return str(told)

    def _warn(self, rule: str, text: str) -> None:
        self._change.warnings.append(text)
        self._note(rule, text)


def _id(said: dict[str, Any], key: str) -> UUID:
    found = uuid_from(said.get(key))
    if found is None:
        raise ValueError(f"{key} {said.get(key)!r} is no UUID")
    return found
