"""What direct JSON cannot say, and what SMART Connect would refuse or drop of it, told before anything is sent.

Rules that hold for files too are those of ``preflight``; here is what differs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ranger_app.domain.direct_legs import MOST_OFF_M, LegLine, leg_line
from ranger_app.domain.direct_office import INCIDENT_TYPE
from ranger_app.domain.preflight import zone_named
from ranger_app.domain.preflight_findings import Finding, Findings, Mend, Remedy
from ranger_app.domain.preflight_mends import edit
from ranger_app.domain.preflight_values import geometry_of
from ranger_app.domain.preflight_versions import INDEPENDENT, is_geometry
from ranger_app.domain.records import Attachment, Incident, Leg, Member, Observation, Patrol
from ranger_app.domain.shape import shape_from
from ranger_app.errors import Fact

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.direct_office import Employees
    from ranger_app.domain.smart_office import Office

MOST_ATTACHED: Final = 8 << 20
"""Bytes of files in one transaction: it cannot be resumed, so a bad network has to carry it in one go (decision 12)."""

RESERVED: Final = frozenset(
    {
        "patrolUuid", "patrolLegUuid", "transportType", "mandate", "members", "leader", "pilot", "team", "station",
        "objective", "comment", "isArmed", "patrolId", "legId",
    }
)  # fmt: skip
"""What the protocol itself says of a patrol; an attribute of the office's own cannot be told under such a name."""

ONLY_IN_FILES: Final = frozenset(
    {
        "smart-day-untimed", "smart-leader-not-member", "smart-member-differs", "smart-member-unknown",
        "smart-observer-unknown", "smart-pilot-missing", "smart-pilot-not-member",
    }
)  # fmt: skip
"""Codes of ``preflight`` that direct JSON has other words for: it names people by the office's ids."""

_QUEUE: Final = Mend(remedy=Remedy.DATA_QUEUE, what="how")
_MINUTE: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Report:
    record_id: str
    fatal_ones: list[Finding]
    lossy_ones: list[Finding]
    notes: list[Finding]

    def fatal(self, code: str, where: str, mend: Mend, **facts: Fact) -> None:
        self.fatal_ones.append(Finding(code=code, record_id=self.record_id, where=where, facts=facts, mend=mend))

    def lossy(self, code: str, where: str, mend: Mend, **facts: Fact) -> None:
        self.lossy_ones.append(Finding(code=code, record_id=self.record_id, where=where, facts=facts, mend=mend))

    def note(self, code: str, where: str, mend: Mend, **facts: Fact) -> None:
        self.notes.append(Finding(code=code, record_id=self.record_id, where=where, facts=facts, mend=mend))


def direct_findings(
    record: Patrol | Incident,
    of_files: Findings,
    model: DataModel,
    office: Office,
    people: Employees,
    *,
    observations: Sequence[Observation] | None = None,
    incident_type: str = INCIDENT_TYPE,
) -> Findings:
    """What would happen to *record*, sent as direct JSON.

    Args:
        record: With the tracks of its days.
        of_files: What ``preflight`` found; those findings that concern files alone are left out.
        observations: Of an incident, what will be sent in the place of its own.
        incident_type: The office's kind of incident that it will be.
    """
    report = _Report(record.id, [], [], [])
    check = _Check(report, model, office, people)
    if isinstance(record, Patrol):
        check.patrol(record)
    else:
        check.incident(record, record.observations if observations is None else observations, incident_type)
    fatal = (*_kept(of_files.fatal), *report.fatal_ones)
    lossy = (*_kept(of_files.lossy), *report.lossy_ones)
    notes = (*_kept(of_files.notes), *report.notes)
    return replace(of_files, fatal=fatal, lossy=lossy, notes=notes, clean=int(not fatal and not lossy))


def _kept(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (one for one in findings if one.code not in ONLY_IN_FILES)


class _Check:
    """Looks at one record."""

    def __init__(self, report: _Report, model: DataModel, office: Office, people: Employees) -> None:
        self._report = report
        self._model = model
        self._office = office
        self._people = people

    def patrol(self, patrol: Patrol) -> None:
        station = self._office.stations.get(patrol.station)
        if station is not None and not station.uuid:
            self._report.lossy("direct-station-uuid", "", edit("station", patrol.station), key=patrol.station)
        for key in patrol.custom:
            if key in RESERVED:
                self._report.lossy("direct-attribute-reserved", "", edit(key), attribute=key)
        zone = zone_named(patrol.timezone)
        for leg in patrol.legs if zone is not None else ():
            assert zone is not None
            self._leg(leg, patrol, zone)
        for one in patrol.waypoints:
            self._observations(one.observations, f"waypoint {one.number}")

    def incident(self, incident: Incident, observations: Sequence[Observation], incident_type: str) -> None:
        told = incident.smart_type or INDEPENDENT
        if told != INDEPENDENT or incident_type != INCIDENT_TYPE:
            mend = edit("smart_type", incident.smart_type)
            self._report.lossy("direct-incident-kind", "", mend, type=told, instead=incident_type)
        files = [*incident.attachments, *(file for one in observations for file in one.attachments)]
        self._size(files, "")
        self._observations(observations, "")

    def _leg(self, leg: Leg, patrol: Patrol, zone: dt.tzinfo) -> None:
        where = f"leg {leg.number}"
        self._members(leg, where)
        own = [one for one in patrol.waypoints if one.leg_id == leg.id]
        files = [file for one in own for file in one.attachments]
        files += [file for one in own for said in one.observations for file in said.attachments]
        self._size(files, where)
        for day in leg.days:
            if day.rest_minutes:
                mend = edit("rest_minutes", day.date.isoformat())
                self._report.lossy("direct-rest", where, mend, minutes=day.rest_minutes, date=day.date.isoformat())
        if any(day.points and day.track is None for day in leg.days):
            return  # one whose tracks were not loaded is looked at without them
        line = leg_line(leg, patrol.waypoints, zone)
        if line is None:
            self._report.fatal("direct-no-position", where, _QUEUE)
            return
        self._line(line, where)
        self._days(leg, line, where)

    def _members(self, leg: Leg, where: str) -> None:
        leader = next((one for one in leg.members if one.id == leg.leader), None)
        if leg.members and leader is None:
            self._report.fatal("direct-leader-missing", where, edit("leader", "", (one.id for one in leg.members)))
        for one in leg.members:
            if self._people.uuid(one):
                continue
            if one is leader:
                self._report.fatal("direct-leader-unknown", where, _person(one), **_told(one))
            else:
                self._report.lossy("direct-member-unknown", where, _person(one), **_told(one))
        pilot = next((one for one in leg.members if one.id == leg.pilot), None)
        if leg.pilot and pilot is None:
            self._report.lossy("smart-pilot-not-member", where, edit("pilot", leg.pilot))
        if pilot is None and self._office.needs_pilot(leg.transport):
            mend = edit("pilot", "", (one.id for one in leg.members))
            self._report.fatal("direct-pilot-missing", where, mend, key=leg.transport)

    def _line(self, line: LegLine, where: str) -> None:
        facts: dict[str, Fact] = {"points": line.fixes, "kept": line.kept, "off": round(line.off_m, 1)}
        if line.off_m > MOST_OFF_M:
            self._report.fatal("direct-track-long", where, _QUEUE, **facts)
        elif line.kept < line.fixes:
            self._report.lossy("direct-track-thinned", where, _QUEUE, **facts)
        if line.breaks:
            self._report.lossy("direct-track-breaks", where, _QUEUE, count=line.breaks)
        if line.is_clock_back:
            self._report.lossy("direct-clock-back", where, _QUEUE)

    def _days(self, leg: Leg, line: LegLine, where: str) -> None:
        """Days of which nothing is told, and days whose beginning or end is not what somebody stated."""
        told = [one.at for one in (line.began, *line.spots, line.ended)]
        for day in leg.days:
            times = [at for at in told if at.date() == day.date]
            started, ended = (dt.datetime.combine(day.date, time) for time in (day.start, day.end))
            if not times:
                self._report.lossy("direct-day-empty", where, _QUEUE, date=day.date.isoformat())
            elif day.is_timed and (abs(times[0] - started) >= _MINUTE or abs(times[-1] - ended) >= _MINUTE):
                self._report.lossy("direct-day-times", where, _QUEUE, date=day.date.isoformat())

    def _size(self, files: Iterable[Attachment], where: str) -> None:
        size = sum({one.id: one.byte_count for one in files}.values())
        if size > MOST_ATTACHED:
            megabytes = round(size / (1 << 20), 1)
            self._report.fatal("direct-too-large", where, _QUEUE, size=megabytes, most=MOST_ATTACHED >> 20)

    def _observations(self, observations: Sequence[Observation], where: str) -> None:
        for number, one in enumerate(observations, 1):
            place = f"{where}, observation {number}" if where else f"observation {number}"
            if one.observer is not None and not self._people.uuid(one.observer):
                self._report.lossy("direct-observer-unknown", place, _person(one.observer), **_told(one.observer))
            for key, value in one.attributes.items():
                if is_geometry(self._model, one, key):
                    told = geometry_of(value)
                    if told is not None and shape_from(told[1]) is None:
                        self._report.lossy("direct-shape-parts", place, edit(key), attribute=key)


def _person(member: Member) -> Mend:
    return edit("member", member.id)


def _told(member: Member) -> dict[str, Fact]:
    return {"person": member.name, "employee": member.employee_id}
