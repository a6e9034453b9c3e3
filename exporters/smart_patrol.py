"""A patrol as SMART's patrol XML. Times are the local wall clock of the patrol's zone, without an offset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from lxml import etree

from exporters.smart_values import (
    ObservationWriter,
    SmartRefusedError,
    SmartTree,
    SmartVersionError,
    patrol_attachments,
    person_attributes,
)
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.preflight import leg_day_of, offset_of, preflight, zone_named
from ranger_app.domain.records import Leg, LegDay, Member, Patrol, Waypoint
from ranger_app.domain.smart_office import Choice, Office

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

_SMART = "http://www.smartconservationsoftware.org/xml/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What differs between the versions of the patrol format."""

    namespace: str


DIALECTS: Final[Mapping[str, Dialect]] = {"1.4": Dialect(namespace=f"{_SMART}1.4/patrol")}
"""Versions of the patrol format that can be written: 1.4 is SMART 8's."""


def patrol_xml(patrol: Patrol, model: DataModel, office: Office, *, version: str = "1.4", language: str = "") -> bytes:
    """The patrol as one XML document; see :func:`patrol_xml_pieces`."""
    return b"".join(patrol_xml_pieces(patrol, model, office, version=version, language=language))


def patrol_xml_pieces(
    patrol: Patrol, model: DataModel, office: Office, *, version: str = "1.4", language: str = ""
) -> Iterator[bytes]:
    """The patrol as one XML document, piece by piece: a track of weeks is made day by day while the file is written.

    Args:
        patrol: With the tracks of its days loaded.
        model: The data model of the receiving office.
        office: Its lists.
        version: One of ``DIALECTS``.
        language: In which labels are written where the office has them; the office's own when left out.

    Raises:
        SmartRefusedError: The preflight found something fatal.
    """
    if version not in DIALECTS:
        raise SmartVersionError(version, DIALECTS)
    findings = preflight(patrol, model, office)
    if findings.fatal:
        raise SmartRefusedError(patrol.number, findings)
    return _PatrolWriter(patrol, model, office, DIALECTS[version], language).pieces()


class _PatrolWriter:
    """Writes one patrol that has passed the preflight."""

    def __init__(self, patrol: Patrol, model: DataModel, office: Office, dialect: Dialect, language: str) -> None:
        zone = zone_named(patrol.timezone)
        assert zone is not None
        self._patrol = patrol
        self._office = office
        self._language = language
        self._zone = zone
        self._waypoints: dict[tuple[str, dt.date], list[Waypoint]] = {}
        for waypoint in patrol.waypoints:
            self._waypoints.setdefault(leg_day_of(waypoint, zone), []).append(waypoint)
        days = [day for leg in patrol.legs for day in leg.days]
        self._tree = SmartTree(
            dialect.namespace,
            "patrol",
            "ns2",
            {
                "patrolType": self._patrol_type(),
                **_span(days),
                "isArmed": _boolean(patrol.is_armed),
                "id": patrol.number,
            },
        )
        files = {attachment.id: name for name, attachment in patrol_attachments(patrol)}
        self._observations = ObservationWriter(self._tree, model, files, ("givenName", "familyName", "employeeId"))

    def pieces(self) -> Iterator[bytes]:
        patrol, root = self._patrol, self._tree.root
        if patrol.objective:
            self._tree.add(self._tree.add(root, "objective"), "description", text=patrol.objective)
        if patrol.team:
            self._add_label(root, "team", self._office.teams, patrol.team)
        if patrol.station:
            self._add_label(root, "station", self._office.stations, patrol.station)
        for leg in patrol.legs:
            self._add_leg(leg)
        if patrol.comment:
            self._tree.add(root, "comment", text=patrol.comment)
        return self._tree.pieces()

    def _patrol_type(self) -> str:
        """The kind of all legs; the schema has no word for several kinds, so then the first leg's."""
        return self._office.patrol_type(self._patrol.legs[0].transport)

    def _add_leg(self, leg: Leg) -> None:
        attributes = {**_span(leg.days), "id": str(leg.number), "transportTypeKey": leg.transport}
        element = self._tree.add(self._tree.root, "legs", attributes)
        self._add_label(element, "transportType", self._office.transports, leg.transport)
        for member in leg.members:
            self._add_member(element, leg, member)
        for day in sorted(leg.days, key=lambda day: day.date):
            self._add_day(element, leg, day)
        self._add_label(element, "mandate", self._office.mandates, leg.mandate or self._patrol.mandate)

    def _add_member(self, element: etree._Element, leg: Leg, member: Member) -> None:
        roles = {"isPilot": _boolean(member.id == leg.pilot), "isLeader": _boolean(member.id == leg.leader)}
        self._tree.add(element, "members", {**person_attributes(member), **roles})

    def _add_day(self, element: etree._Element, leg: Leg, day: LegDay) -> None:
        attributes = {
            "date": day.date.isoformat(),
            "startTime": _clock(day.start),
            "endTime": _clock(day.end),
            "restMinutes": repr(float(day.rest_minutes)),
        }
        child = self._tree.add(element, "days", attributes)
        for waypoint in self._waypoints.get((leg.id, day.date), ()):
            self._add_waypoint(child, waypoint)
        self._add_track(child, day)

    def _add_waypoint(self, element: etree._Element, waypoint: Waypoint) -> None:
        attributes = {
            "id": str(waypoint.number),
            "x": repr(float(waypoint.position.longitude_deg)),
            "y": repr(float(waypoint.position.latitude_deg)),
            "time": _clock(waypoint.at.astimezone(self._zone).time()),
        }
        child = self._tree.add(element, "waypoints", attributes)
        offset = offset_of(waypoint)
        if offset is not None:
            self._tree.add(child, "direction", text=repr(offset[0]))
            self._tree.add(child, "distance", text=repr(offset[1]))
        if waypoint.comment:
            self._tree.add(child, "comment", text=waypoint.comment)
        self._observations.add_attachments(child, waypoint.attachments)
        self._observations.add_group(child, waypoint.observations)

    def _add_track(self, element: etree._Element, day: LegDay) -> None:
        if day.track is None:
            if day.points:
                raise ValueError(f"the track of {day.date} was not loaded")
            return
        if not len(day.track):
            return
        track = self._tree.add(element, "track")
        self._tree.later(track, "geom", partial(self._geometry, day, day.track))
        track.set("distance", repr(float(day.distance_m) / 1000.0))

    def _geometry(self, day: LegDay, track: Track) -> bytes:
        from exporters.smart_track import wkb_hex

        began = dt.datetime.combine(day.date, day.start, self._zone)
        return wkb_hex(track, self._zone, untimed_at_us=int(began.timestamp()) * 1_000_000).encode("ascii")

    def _add_label(self, element: etree._Element, name: str, choices: Mapping[str, Choice], key: str) -> None:
        code, label = self._office.label(choices, key, self._language)
        self._tree.add(element, name, {"languageCode": code, "value": label})


def _span(days: Iterable[LegDay]) -> dict[str, str]:
    dates = [day.date for day in days]
    return {"startDate": min(dates).isoformat(), "endDate": max(dates).isoformat()}


def _clock(time: dt.time) -> str:
    return time.strftime("%H:%M:%S")


def _boolean(value: bool) -> str:
    return "true" if value else "false"
