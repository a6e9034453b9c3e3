"""What SMART will do with our records, told before a file is written.

*Fatal*: SMART's import would fail, or the file would break its schema. *Lossy*: SMART would warn and drop something.
The rules are those that SMART's own readers follow; docs/formats/smart.md has the table.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ranger_app.domain.preflight_values import check_values
from ranger_app.domain.records import Attachment, Incident, Leg, Member, Observation, Patrol, Waypoint
from ranger_app.domain.smart_text import (
    LONGEST_COMMENT,
    LONGEST_NUMBER,
    LONGEST_OBJECTIVE,
    LONGEST_WAYPOINT_COMMENT,
    is_xml_text,
    utf16_length,
)
from ranger_app.errors import Fact

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.smart_office import Choice, Office

FATAL_CODES: Final = frozenset(
    {
        "smart-attachment-missing",
        "smart-incident-without-moment",
        "smart-incident-without-position",
        "smart-leg-day-twice",
        "smart-leg-without-days",
        "smart-leg-without-members",
        "smart-mandate-missing",
        "smart-mandate-unknown",
        "smart-number-missing",
        "smart-patrol-without-legs",
        "smart-timezone-unknown",
        "smart-track-untimed",
        "smart-transport-missing",
        "smart-transport-unknown",
        "smart-value-unwritable",
        "smart-waypoint-outside",
    }
)
"""Codes of what stops SMART's import."""

LOSSY_CODES: Final = frozenset(
    {
        "smart-attachment-on-patrol",
        "smart-attribute-not-linked",
        "smart-attribute-unknown",
        "smart-category-unknown",
        "smart-choice-unknown",
        "smart-leader-not-member",
        "smart-member-differs",
        "smart-member-unknown",
        "smart-observer-unknown",
        "smart-offset-incomplete",
        "smart-pilot-not-member",
        "smart-station-unknown",
        "smart-team-unknown",
        "smart-text-too-long",
        "smart-value-wrong-type",
        "text-not-xml",
    }
)
"""Codes of what SMART would drop or blur."""

_NO_BLOBS: Final[Collection[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing SMART would stumble over.

    Attributes:
        code: Stable name; a key of ``messages.TEXTS``.
        record_id: The patrol or incident.
        where: Place in the record, such as ``waypoint 3, observation 1``; empty for the record as a whole.
    """

    code: str
    record_id: str
    where: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the preflight of one or more records found.

    Attributes:
        fatal: SMART's import would fail: nothing can be written.
        lossy: SMART would warn and drop or blur something.
        clean: How many records have neither.
    """

    fatal: tuple[Finding, ...] = ()
    lossy: tuple[Finding, ...] = ()
    clean: int = 0


def joined(findings: Iterable[Findings]) -> Findings:
    """The findings of several records as one, in the order given."""
    told = tuple(findings)
    return Findings(
        fatal=tuple(finding for one in told for finding in one.fatal),
        lossy=tuple(finding for one in told for finding in one.lossy),
        clean=sum(one.clean for one in told),
    )


def preflight(
    record: Patrol | Incident,
    model: DataModel,
    office: Office,
    *,
    observations: Sequence[Observation] | None = None,
    missing_blobs: Collection[str] = _NO_BLOBS,
) -> Findings:
    """Tell what SMART would do with *record*, written as it is.

    Args:
        record: With its tracks when they shall be looked at too.
        model: The data model of the receiving office.
        office: Its lists.
        observations: Of an incident, what will be written in the place of its own observations.
        missing_blobs: SHA-256 of attachments whose bytes are not at hand.
    """
    report = _Report(record.id, office, model, missing_blobs)
    if isinstance(record, Patrol):
        _check_patrol(report, record)
    else:
        _check_incident(report, record, record.observations if observations is None else observations)
    return report.findings()


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of this IANA name; ``None`` when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def leg_day_of(waypoint: Waypoint, zone: dt.tzinfo) -> tuple[str, dt.date]:
    """Leg id and local date under which SMART files *waypoint*."""
    return waypoint.leg_id, waypoint.at.astimezone(zone).date()


def offset_of(waypoint: Waypoint) -> tuple[float, float] | None:
    """Bearing in degrees and distance in metres of what was seen; ``None`` unless both were measured."""
    direction, distance = waypoint.direction_deg, waypoint.distance_m
    if direction is None or distance is None or not (math.isfinite(direction) and math.isfinite(distance)):
        return None
    return float(direction), float(distance)


class _Report:
    """Collects what is found about one record."""

    def __init__(self, record_id: str, office: Office, model: DataModel, missing_blobs: Collection[str]) -> None:
        self.office = office
        self.model = model
        self._record_id = record_id
        self._missing_blobs = missing_blobs
        self._fatal: list[Finding] = []
        self._lossy: list[Finding] = []

    def findings(self) -> Findings:
        is_clean = not self._fatal and not self._lossy
        return Findings(fatal=tuple(self._fatal), lossy=tuple(self._lossy), clean=int(is_clean))

    def fatal(self, code: str, where: str = "", **facts: Fact) -> None:
        self._fatal.append(Finding(code=code, record_id=self._record_id, where=where, facts=facts))

    def lossy(self, code: str, where: str = "", **facts: Fact) -> None:
        self._lossy.append(Finding(code=code, record_id=self._record_id, where=where, facts=facts))

    def text(self, text: str, where: str, longest: int | None = None) -> None:
        if not is_xml_text(text):
            self.lossy("text-not-xml", where)
        if longest is not None and utf16_length(text) > longest:
            self.lossy("smart-text-too-long", where, length=utf16_length(text), longest=longest)

    def number(self, number: str) -> None:
        if not number.strip():
            self.fatal("smart-number-missing")
        self.text(number, "number", LONGEST_NUMBER)

    def person(self, member: Member, where: str, code: str) -> None:
        """A person whom the roster, when it is known, has otherwise or not at all."""
        self.text(f"{member.given_name}{member.family_name}{member.employee_id}", where)
        roster = self.office.members
        if roster is None or _who(member) in {_who(known) for known in roster}:
            return
        is_near = any(_is_near(member, known) for known in roster) and code == "smart-member-unknown"
        self.lossy("smart-member-differs" if is_near else code, where, person=member.name, employee=member.employee_id)

    def attachments(self, attachments: Iterable[Attachment], where: str) -> None:
        for attachment in attachments:
            if attachment.sha256 in self._missing_blobs:
                self.fatal("smart-attachment-missing", where, file=attachment.name)

    def observations(self, observations: Sequence[Observation], where: str) -> None:
        for number, observation in enumerate(observations, 1):
            place = f"{where}, observation {number}" if where else f"observation {number}"
            for value in check_values(observation, self.model):
                (self.fatal if value.is_fatal else self.lossy)(value.code, place, **value.facts)
            if observation.observer is not None:
                self.person(observation.observer, place, "smart-observer-unknown")
            self.attachments(observation.attachments, place)


def _who(member: Member) -> tuple[str, str, str]:
    return member.employee_id, member.given_name, member.family_name


def _is_near(member: Member, known: Member) -> bool:
    """Whether SMART would take *known* for *member*, by employee id or by names alone."""
    by_id = bool(member.employee_id) and member.employee_id == known.employee_id
    return by_id or (member.given_name, member.family_name) == (known.given_name, known.family_name)


def _check_patrol(report: _Report, patrol: Patrol) -> None:
    report.number(patrol.number)
    report.text(patrol.objective, "objective", LONGEST_OBJECTIVE)
    report.text(patrol.comment, "comment", LONGEST_COMMENT)
    for code, choices, key in (
        ("smart-team-unknown", report.office.teams, patrol.team),
        ("smart-station-unknown", report.office.stations, patrol.station),
    ):
        if key and key not in choices:
            report.lossy(code, key=key)
    if patrol.has_untimed_tracks:
        report.fatal("smart-track-untimed")
    for attachment in patrol.attachments:
        report.lossy("smart-attachment-on-patrol", file=attachment.name)
    if not patrol.legs:
        report.fatal("smart-patrol-without-legs")
    for leg in patrol.legs:
        _check_leg(report, leg, patrol)
    _check_waypoints(report, patrol)


def _check_leg(report: _Report, leg: Leg, patrol: Patrol) -> None:
    where = f"leg {leg.number}"
    _check_choice(report, "transport", leg.transport, report.office.transports, where)
    _check_choice(report, "mandate", leg.mandate or patrol.mandate, report.office.mandates, where)
    if not leg.members:
        report.fatal("smart-leg-without-members", where)
    for member in leg.members:
        report.person(member, where, "smart-member-unknown")
    ids = {member.id for member in leg.members}
    for code, person in (("smart-leader-not-member", leg.leader), ("smart-pilot-not-member", leg.pilot)):
        if person and person not in ids:
            report.lossy(code, where)
    if not leg.days:
        report.fatal("smart-leg-without-days", where)
    dates = [day.date for day in leg.days]
    for date in sorted({date for date in dates if dates.count(date) > 1}):
        report.fatal("smart-leg-day-twice", where, date=date.isoformat())


def _check_choice(report: _Report, kind: str, key: str, choices: Mapping[str, Choice], where: str) -> None:
    if not key:
        report.fatal(f"smart-{kind}-missing", where)
    elif key not in choices:
        report.fatal(f"smart-{kind}-unknown", where, key=key)


def _check_waypoints(report: _Report, patrol: Patrol) -> None:
    zone = zone_named(patrol.timezone)
    if zone is None:
        report.fatal("smart-timezone-unknown", timezone=patrol.timezone)
    days = {(leg.id, day.date) for leg in patrol.legs for day in leg.days}
    for waypoint in patrol.waypoints:
        where = f"waypoint {waypoint.number}"
        if zone is not None and leg_day_of(waypoint, zone) not in days:
            report.fatal("smart-waypoint-outside", where, date=leg_day_of(waypoint, zone)[1].isoformat())
        if offset_of(waypoint) is None and (waypoint.direction_deg, waypoint.distance_m) != (None, None):
            report.lossy("smart-offset-incomplete", where)
        report.text(waypoint.comment, where, LONGEST_WAYPOINT_COMMENT)
        report.attachments(waypoint.attachments, where)
        report.observations(waypoint.observations, where)


def _check_incident(report: _Report, incident: Incident, observations: Sequence[Observation]) -> None:
    report.number(incident.number)
    if incident.occurred_at is None:
        report.fatal("smart-incident-without-moment")
    if incident.position is None:
        report.fatal("smart-incident-without-position")
    report.text(incident.summary, "summary", LONGEST_WAYPOINT_COMMENT)
    report.attachments(incident.attachments, "")
    report.observations(observations, "")
