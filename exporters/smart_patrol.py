"""A patrol as SMART's patrol XML. Times are the local wall clock of the patrol's zone, without an offset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
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
from ranger_app.domain.leg_ids import leg_ids
from ranger_app.domain.preflight import leg_day_of, offset_of, preflight, zone_named
from ranger_app.domain.preflight_versions import FORMATS, Format, waypoint_id, written_patrol_type
from ranger_app.domain.records import Leg, LegDay, Member, Patrol, Waypoint
from ranger_app.domain.smart_office import Choice, Office

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

_SMART = "http://www.smartconservationsoftware.org/xml/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What differs between the versions of the patrol format."""

    namespace: str
    told: Format


DIALECTS: Final[Mapping[str, Dialect]] = {
    version: Dialect(namespace=f"{_SMART}{version}/patrol", told=told)
    for version, told in FORMATS.items()
    if version.startswith("1.")
}
"""Versions of the patrol format that can be written: 1.4 is SMART 8's, 1.3 is 7's, 1.2 is 6's."""


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
    findings = preflight(patrol, model, office, version=version)
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
        self._waypoints: dict[tuple[str, dt.date | None], list[Waypoint]] = {}
        for waypoint in patrol.waypoints:
            self._waypoints.setdefault(leg_day_of(waypoint, zone), []).append(waypoint)
        self._told = dialect.told
        self._leg_ids = leg_ids(patrol.legs)
        dates = [date for leg in patrol.legs for date in _dates(leg)]
        dates += [date for date in (patrol.starts_on, patrol.ends_on) if date is not None]
        self._tree = SmartTree(
            dialect.namespace,
            "patrol",
            "ns2",
            {
                "patrolType": self._patrol_type(),
                **_span(dates),
                "isArmed": _boolean(patrol.is_armed),
                "id": patrol.number,
            },
        )
        files = {attachment.id: name for name, attachment in patrol_attachments(patrol)}
        observer = ("givenName", "familyName", "employeeId")
        self._observations = ObservationWriter(self._tree, dialect.told, model, files, observer)

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
        for key, value in patrol.custom.items() if self._told.has_kinds else ():
            if isinstance(value, int | Decimal):
                self._tree.add(root, "attributes", {"key": key, "doubleValue": repr(float(value))})
            else:
                self._tree.add(root, "attributes", {"key": key, "stringValue": str(value)})
        return self._tree.pieces()

    def _patrol_type(self) -> str:
        """The kind of all legs; the schema has no word for several kinds, so then the first leg's."""
        return written_patrol_type(self._patrol, self._office.patrol_type(self._patrol.legs[0].transport))

    def _add_leg(self, leg: Leg) -> None:
        attributes = {**_span(_dates(leg)), "id": self._leg_ids[leg.id]}
        if self._told.has_geometries:
            attributes["transportTypeKey"] = leg.transport
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
        for waypoint in _in_order(self._waypoints.get((leg.id, day.date), [])):
            self._add_waypoint(child, waypoint, day)
        self._add_track(child, day)

    def _add_waypoint(self, element: etree._Element, waypoint: Waypoint, day: LegDay) -> None:
        attributes = {
            "id": waypoint_id(waypoint, self._told),
            "x": repr(float(waypoint.position.longitude_deg)),
            "y": repr(float(waypoint.position.latitude_deg)),
            "time": self._time(waypoint, day),
        }
        child = self._tree.add(element, "waypoints", attributes)
        offset = offset_of(waypoint)
        if offset is not None:
            self._tree.add(child, "direction", text=repr(offset[0]))
            self._tree.add(child, "distance", text=repr(offset[1]))
        if waypoint.comment:
            self._tree.add(child, "comment", text=waypoint.comment)
        self._observations.add_attachments(child, waypoint.attachments)
        self._observations.add_groups(child, waypoint.observations)

    def _time(self, waypoint: Waypoint, day: LegDay) -> str:
        """Whole seconds, parts of one only where a SMART file told them; where nobody knows it, the day's beginning."""
        if waypoint.at is None:
            return _clock(day.start)
        time = waypoint.at.astimezone(self._zone).time()
        return _clock(time if waypoint.place else time.replace(microsecond=0))

    def _add_track(self, element: etree._Element, day: LegDay) -> None:
        if day.track is None:
            if day.points:
                raise ValueError(f"the track of {day.date} was not loaded")
            return
        if not len(day.track):
            return
        track = self._tree.add(element, "track")
        self._tree.later(track, "geom", partial(self._geometry, day, day.track))
        track.set("distance", repr(float(day.distance_m) / 1000.0 if day.told_km is None else day.told_km))

    def _geometry(self, day: LegDay, track: Track) -> bytes:
        from exporters.smart_track import wkb_hex

        began = dt.datetime.combine(day.date, day.start, self._zone)
        at_us = int(began.timestamp()) * 1_000_000
        return wkb_hex(track, self._zone, untimed_at_us=at_us, is_line=day.is_line).encode("ascii")

    def _add_label(self, element: etree._Element, name: str, choices: Mapping[str, Choice], key: str) -> None:
        code, label = self._office.label(choices, key, self._language)
        self._tree.add(element, name, {"languageCode": code, "value": label})


def _dates(leg: Leg) -> list[dt.date]:
    """Every date of a leg: those of its days, and the first and last that it came with."""
    return [*(day.date for day in leg.days), *(date for date in (leg.starts_on, leg.ends_on) if date is not None)]


def _span(dates: Iterable[dt.date]) -> dict[str, str]:
    told = sorted(dates)
    return {"startDate": told[0].isoformat(), "endDate": told[-1].isoformat()}


def _in_order(waypoints: list[Waypoint]) -> list[Waypoint]:
    """The waypoints of a day by time, or in the order of the file when all of them came with one."""
    return sorted(waypoints, key=lambda one: one.place) if all(one.place for one in waypoints) else waypoints


def _clock(time: dt.time) -> str:
    return time.isoformat() if time.microsecond else time.isoformat("seconds")


def _boolean(value: bool) -> str:
    return "true" if value else "false"
