"""Patrols and incidents as direct JSON of SMART Connect 7.5 and later: one transaction a leg, one an incident.

Times are the local wall clock, without an offset. A leg's features stand in the order of time, for the server makes its
track of them in the order in which they come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from exporters.smart_json_values import Content, ObservationTeller, number_in_json
from exporters.smart_values import incident_attachments, patrol_attachments
from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.direct_file import Step
from ranger_app.domain.direct_legs import LegLine, Spot, leg_line
from ranger_app.domain.direct_office import INCIDENT_TYPE, Employees, client_uuid
from ranger_app.domain.leg_ids import leg_ids
from ranger_app.domain.preflight import both_measured, offset_of, zone_named
from ranger_app.domain.preflight_direct import RESERVED
from ranger_app.domain.records import Attachment, Incident, Leg, Observation, Patrol, Value, Waypoint
from ranger_app.domain.smart_office import Office
from ranger_app.domain.smart_text import xml_text

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The area that gets it.

    Attributes:
        area: UUID of the conservation area.
        people: The area's ids of its people.
        incident_type: Its kind of incident that ours are.
    """

    area: str
    model: DataModel
    office: Office
    people: Employees
    incident_type: str = INCIDENT_TYPE

    def id_of(self, kind: str, record: str) -> str:
        """The id under which the area gets a thing of ours.

        An incident is a waypoint, by itself or on a patrol: the server takes its observations once.
        """
        return client_uuid(self.area, kind, record)


def patrol_steps(patrol: Patrol, to: Receiver) -> tuple[Step, ...]:
    """What the transactions of a patrol bring, in their order."""
    return tuple(Step(patrol=to.id_of("patrol", patrol.id), leg=to.id_of("leg", leg.id)) for leg in patrol.legs)


def incident_steps(incident: Incident, to: Receiver) -> tuple[Step, ...]:
    """What the only transaction of an incident brings."""
    return (Step(incident=to.id_of("waypoint", incident.id)),)


def patrol_transactions(patrol: Patrol, to: Receiver, content: Content) -> Iterator[Feature]:
    """A transaction for each leg; the first one brings the patrol.

    Args:
        patrol: With the tracks of its days, and without anything fatal to the preflight.
    """
    files = patrol_attachments(patrol)
    teller = ObservationTeller(to.model, to.people, to.id_of, _names(files), content)
    for number, leg in enumerate(patrol.legs):
        yield _collection(_LegTeller(patrol, leg, to, teller).features(is_first=number == 0))


def incident_transactions(
    incident: Incident, observations: Sequence[Observation], to: Receiver, content: Content, *,
    zone: dt.tzinfo | None = None,
) -> Iterator[Feature]:  # fmt: skip
    """The only transaction of an incident outside a patrol.

    Args:
        observations: What was seen, in the office's words.
        zone: Where the incident's wall clock hung; left out, the moment's own offset is taken as that of the place.
    """
    assert incident.occurred_at is not None
    assert incident.position is not None
    files = incident_attachments(incident, observations)
    teller = ObservationTeller(to.model, to.people, to.id_of, _names(files), content)
    moment = incident.occurred_at if zone is None else incident.occurred_at.astimezone(zone)
    spot = Spot(
        at=moment.replace(tzinfo=None), longitude_deg=incident.position.longitude_deg,
        latitude_deg=incident.position.latitude_deg,
    )  # fmt: skip
    said = {
        "incidentUuid": to.id_of("waypoint", incident.id),
        "incidentId": xml_text(incident.number),
        "incidentType": to.incident_type,
        **_text("comment", incident.summary),
        **_offset(both_measured(incident.direction_deg, incident.distance_m)),
        **_several("attachments", teller.files(incident.attachments)),
        **_several("observationGroups", teller.groups(observations)),
    }
    yield _collection([_feature("incident", "waypoint/new", spot, said)])


class _LegTeller:
    """Tells one leg."""

    def __init__(self, patrol: Patrol, leg: Leg, to: Receiver, teller: ObservationTeller) -> None:
        zone = zone_named(patrol.timezone)
        assert zone is not None
        line = leg_line(leg, patrol.waypoints, zone)
        assert line is not None, "the preflight says so"
        self._patrol = patrol
        self._leg = leg
        self._line: LegLine = line
        self._to = to
        self._teller = teller
        self._told: Callable[[str, Spot, Mapping[str, Any]], Feature] = partial(_feature, "patrol")
        self._uuid = to.id_of("leg", leg.id)

    def features(self, *, is_first: bool) -> list[Feature]:
        new = "patrol/new" if is_first else "leg/new"
        said = {**self._leg_said(), **(self._patrol_said() if is_first else {})}
        return [
            self._told(new, self._line.began, said),
            *(self._spot(one) for one in self._line.spots),
            self._told("leg/end", self._line.ended, {"patrolLegUuid": self._uuid}),
        ]

    def _leg_said(self) -> dict[str, Any]:
        leg, people = self._leg, self._to.people
        ids = {one.id: people.uuid(one) for one in leg.members}
        return {
            "patrolUuid": self._to.id_of("patrol", self._patrol.id),
            "patrolLegUuid": self._uuid,
            "legId": xml_text(leg_ids(self._patrol.legs)[leg.id]),
            "transportType": leg.transport,
            "mandate": leg.mandate or self._patrol.mandate,
            "members": list(dict.fromkeys(filter(None, ids.values()))),
            "leader": ids[leg.leader],
            **_text("pilot", ids.get(leg.pilot, "")),
        }

    def _patrol_said(self) -> dict[str, Any]:
        patrol, office = self._patrol, self._to.office
        station = office.stations.get(patrol.station)
        custom = {
            key: told for key, value in patrol.custom.items()
            if key not in RESERVED and (told := self._custom(key, value)) is not None
        }  # fmt: skip
        return {
            "patrolId": xml_text(patrol.number),
            "isArmed": patrol.is_armed,
            **_text("team", patrol.team),
            **_text("station", station.uuid if station is not None else ""),
            **_text("objective", patrol.objective),
            **_text("comment", patrol.comment),
            **custom,
        }

    def _custom(self, key: str, value: Value) -> Any:
        known = (self._to.office.patrol_attributes or {}).get(key)
        if isinstance(value, bool | int | Decimal):
            is_truth = known is not None and known.type == AttributeType.BOOLEAN.value
            return bool(value) if is_truth else number_in_json(value)
        return list(value) if isinstance(value, tuple) else xml_text(value)

    def _spot(self, spot: Spot) -> Feature:
        if spot.waypoint is None:
            return self._told("trackpoint/new", spot, {"patrolLegUuid": self._uuid})
        return self._told("waypoint/new", spot, self._waypoint_said(spot.waypoint))

    def _waypoint_said(self, one: Waypoint) -> dict[str, Any]:
        return {
            "patrolLegUuid": self._uuid,
            "incidentUuid": self._to.id_of("waypoint", one.id),
            "incidentId": xml_text(one.smart_id) or str(one.number),
            **_text("comment", one.comment),
            **_offset(offset_of(one)),
            **_several("attachments", self._teller.files(one.attachments)),
            **_several("observationGroups", self._teller.groups(one.observations)),
        }


def _feature(data_type: str, feature_type: str, spot: Spot, said: Mapping[str, Any]) -> Feature:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [float(spot.longitude_deg), float(spot.latitude_deg)]},
        "properties": {
            "dateTime": spot.at.isoformat("T", "seconds"),
            "smartDataType": data_type,
            "smartFeatureType": feature_type,
            "smartAttributes": dict(said),
        },
    }


def _collection(features: list[Feature]) -> Feature:
    return {"type": "FeatureCollection", "features": features}


def _names(files: Sequence[tuple[str, Attachment]]) -> dict[str, str]:
    return {attachment.id: name for name, attachment in files}


def _text(name: str, text: str) -> dict[str, str]:
    return {name: xml_text(text)} if text else {}


def _several(name: str, told: Sequence[Feature]) -> dict[str, Sequence[Feature]]:
    return {name: told} if told else {}


def _offset(measured: tuple[float, float] | None) -> dict[str, float]:
    """Bearing and distance, or neither."""
    return {} if measured is None else {"bearing": measured[0], "distance": measured[1]}
