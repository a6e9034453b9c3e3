"""What SMART will do with our records, told before a file is written.

*Fatal*: SMART's import would fail, or the file would break its schema. *Lossy*: SMART would warn and drop something.
The rules are those that SMART's own readers follow; docs/formats/smart.md has the table.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ranger_app.domain.form_values import is_empty
from ranger_app.domain.observation_questions import questions
from ranger_app.domain.preflight_findings import FATAL_CODES as FATAL_CODES
from ranger_app.domain.preflight_findings import LOSSY_CODES as LOSSY_CODES
from ranger_app.domain.preflight_findings import Finding as Finding
from ranger_app.domain.preflight_findings import Findings as Findings
from ranger_app.domain.preflight_findings import Mend
from ranger_app.domain.preflight_findings import joined as joined
from ranger_app.domain.preflight_mends import edit, is_near, list_mend, member_mend
from ranger_app.domain.preflight_values import check_custom, check_values
from ranger_app.domain.preflight_versions import version_losses
from ranger_app.domain.records import Attachment, Incident, Leg, LegTrack, Member, Observation, Patrol, Waypoint
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
    from ranger_app.domain.smart_office import Office

OWN_INCIDENT_TYPES: Final = frozenset({"", "INDINC", "INTEGRATE", "INTEGRATEPATROL", "INTEGRATEPLLINK"})
"""Kinds of incidents that SMART's reader knows; an incident made here is an independent one."""

_NO_BLOBS: Final[Collection[str]] = frozenset()


def preflight(
    record: Patrol | Incident,
    model: DataModel,
    office: Office,
    *,
    observations: Sequence[Observation] | None = None,
    missing_blobs: Collection[str] = _NO_BLOBS,
    version: str = "",
) -> Findings:
    """Tell what SMART would do with *record*, written as it is.

    Args:
        record: With its tracks when they shall be looked at too.
        model: The data model of the receiving office.
        office: Its lists.
        observations: Of an incident, what will be written in the place of its own observations.
        missing_blobs: SHA-256 of attachments whose bytes are not at hand.
        version: Of the file's format, one of ``preflight_versions.FORMATS``; left out, the newest.
    """
    report = _Report(record.id, office, model, missing_blobs)
    said = record.observations if isinstance(record, Incident) and observations is None else observations or ()
    if isinstance(record, Patrol):
        _check_patrol(report, record)
    else:
        _check_incident(report, record, said)
    report.add(version_losses(record, said, model, version or ("1.4" if isinstance(record, Patrol) else "2.3")))
    return report.findings()


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of this IANA name; ``None`` when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def leg_day_of(waypoint: Waypoint, zone: dt.tzinfo) -> tuple[str, dt.date | None]:
    """Leg id and local date under which SMART files *waypoint*; no date while no day of it is known."""
    return waypoint.leg_id, waypoint.date if waypoint.at is None else waypoint.at.astimezone(zone).date()


def offset_of(waypoint: Waypoint) -> tuple[float, float] | None:
    """Bearing in degrees and distance in metres of what was seen; ``None`` unless both were measured."""
    return both_measured(waypoint.direction_deg, waypoint.distance_m)


def both_measured(direction_deg: float | None, distance_m: float | None) -> tuple[float, float] | None:
    """The two when both are there, and numbers; SMART projects the place of what was seen from both."""
    if direction_deg is None or distance_m is None or not (math.isfinite(direction_deg) and math.isfinite(distance_m)):
        return None
    return float(direction_deg), float(distance_m)


class _Report:
    """Collects what is found about one record."""

    def __init__(self, record_id: str, office: Office, model: DataModel, missing_blobs: Collection[str]) -> None:
        self.office = office
        self.model = model
        self._record_id = record_id
        self._roster = {_who(known) for known in office.members or ()}
        self._missing_blobs = missing_blobs
        self._required: dict[str, tuple[str, ...]] = {}
        self._fatal: list[Finding] = []
        self._lossy: list[Finding] = []
        self._notes: list[Finding] = []

    def findings(self) -> Findings:
        is_clean = not self._fatal and not self._lossy
        return Findings(
            fatal=tuple(self._fatal), lossy=tuple(self._lossy), clean=int(is_clean), notes=tuple(self._notes)
        )

    def fatal(self, code: str, where: str, mend: Mend, **facts: Fact) -> None:
        self._fatal.append(Finding(code=code, record_id=self._record_id, where=where, facts=facts, mend=mend))

    def lossy(self, code: str, where: str, mend: Mend, **facts: Fact) -> None:
        self._lossy.append(Finding(code=code, record_id=self._record_id, where=where, facts=facts, mend=mend))

    def note(self, code: str, where: str, mend: Mend, **facts: Fact) -> None:
        self._notes.append(Finding(code=code, record_id=self._record_id, where=where, facts=facts, mend=mend))

    def add(self, losses: Iterable[Finding]) -> None:
        self._lossy.extend(losses)

    def text(self, text: str, where: str, longest: int | None = None) -> None:
        if not is_xml_text(text):
            self.lossy("text-not-xml", where, edit("text"))
        if longest is not None and utf16_length(text) > longest:
            length = utf16_length(text)
            self.lossy("smart-text-too-long", where, edit("text"), length=length, longest=longest)

    def number(self, number: str) -> None:
        if not number.strip():
            self.fatal("smart-number-missing", "", edit("number"))
        self.text(number, "number", LONGEST_NUMBER)

    def person(self, member: Member, where: str, code: str) -> None:
        """A person whom the roster, when it is known, has otherwise or not at all."""
        self.text(f"{member.given_name}{member.family_name}{member.employee_id}", where)
        roster = self.office.members
        if roster is None or _who(member) in self._roster:
            return
        if code == "smart-member-unknown" and any(is_near(member, known) for known in roster):
            code = "smart-member-differs"
        self.lossy(code, where, member_mend(member, roster), person=member.name, employee=member.employee_id)

    def attachments(self, attachments: Iterable[Attachment], where: str) -> None:
        for attachment in attachments:
            if attachment.sha256 in self._missing_blobs:
                self.fatal("smart-attachment-missing", where, edit("attachment", attachment.id), file=attachment.name)

    def offset(self, direction_deg: float | None, distance_m: float | None, where: str) -> None:
        if (direction_deg, distance_m) != (None, None) and both_measured(direction_deg, distance_m) is None:
            self.lossy("smart-offset-incomplete", where, edit("direction_deg"))

    def required_of(self, category: str) -> tuple[str, ...]:
        """Keys of what the model wants said of a category; SMART's import takes an observation without them."""
        if category not in self._required:
            asked = questions(self.model, category)
            self._required[category] = tuple(one.key for one in asked if one.is_required)
        return self._required[category]

    def observations(self, observations: Sequence[Observation], where: str) -> None:
        for number, observation in enumerate(observations, 1):
            place = f"{where}, observation {number}" if where else f"observation {number}"
            for value in check_values(observation, self.model):
                (self.fatal if value.is_fatal else self.lossy)(value.code, place, value.mend, **value.facts)
            for key in self.required_of(observation.category):
                if is_empty(observation.attributes.get(key)):
                    self.note("smart-required-empty", place, edit(key), attribute=key, category=observation.category)
            if observation.observer is not None:
                self.person(observation.observer, place, "smart-observer-unknown")
            self.attachments(observation.attachments, place)


def _who(member: Member) -> tuple[str, str, str]:
    return member.employee_id, member.given_name, member.family_name


def _check_patrol(report: _Report, patrol: Patrol) -> None:
    report.number(patrol.number)
    report.text(patrol.objective, "objective", LONGEST_OBJECTIVE)
    report.text(patrol.comment, "comment", LONGEST_COMMENT)
    for what, key in (("team", patrol.team), ("station", patrol.station)):
        choices = report.office.choices(what)
        if key and key not in choices:
            report.lossy(f"smart-{what}-unknown", "", list_mend(what, key, choices), key=key)
    for value in check_custom(patrol.custom, report.office.patrol_attributes):
        (report.fatal if value.is_fatal else report.lossy)(value.code, "", value.mend, **value.facts)
    if patrol.has_untimed_tracks:
        report.fatal("smart-track-untimed", "", edit("date"))
    for attachment in patrol.attachments:
        report.lossy("smart-attachment-on-patrol", "", edit("attachment", attachment.id), file=attachment.name)
    _note_assumed(report, patrol.assumed, "")
    if not patrol.legs:
        report.fatal("smart-patrol-without-legs", "", edit("legs"))
    for leg in patrol.legs:
        _check_leg(report, leg, patrol)
    for first, second in _legs_of_same_fixes(patrol.legs):
        report.lossy("smart-track-twice", f"leg {second.number}", edit("legs"), other=f"leg {first.number}")
    _check_waypoints(report, patrol)


def _legs_of_same_fixes(legs: Sequence[Leg]) -> Iterator[tuple[Leg, Leg]]:
    """Pairs of legs that tell the same fixes: two laptops split a leg apart.

    A file may hold one track twice: that is how it came, and no leg is to blame for it.
    """
    by_chunks: dict[tuple[str, ...], list[tuple[Leg, LegTrack]]] = {}
    for leg in legs:
        for track in leg.tracks:
            if track.chunks and not track.is_companion:
                by_chunks.setdefault(track.chunks, []).append((leg, track))
    found: set[tuple[str, str]] = set()
    for told in by_chunks.values():
        for (leg, track), (other, another) in combinations(told, 2):
            is_new = leg.id != other.id and (leg.id, other.id) not in found
            if is_new and _have_same(track, another):
                found.add((leg.id, other.id))
                yield leg, other


def _have_same(track: LegTrack, other: LegTrack) -> bool:
    """Whether two records of the same chunks tell a fix in common."""
    return any(
        max(first, begin) < min(math.inf if stop is None else stop, math.inf if end is None else end)
        for first, stop in track.told
        for begin, end in other.told
    )


def _check_leg(report: _Report, leg: Leg, patrol: Patrol) -> None:
    where = f"leg {leg.number}"
    report.text(leg.smart_id, where)
    _check_choice(report, "transport", leg.transport, where)
    _check_choice(report, "mandate", leg.mandate or patrol.mandate, where)
    if not leg.members:
        report.fatal("smart-leg-without-members", where, edit("members"))
    for member in leg.members:
        report.person(member, where, "smart-member-unknown")
    ids = {member.id for member in leg.members}
    for what, person in (("leader", leg.leader), ("pilot", leg.pilot)):
        if person and person not in ids:
            report.lossy(f"smart-{what}-not-member", where, edit(what, person, (one.id for one in leg.members)))
    if not leg.pilot and report.office.needs_pilot(leg.transport):
        mend = edit("pilot", "", (one.id for one in leg.members))
        report.note("smart-pilot-missing", where, mend, key=leg.transport)
    for track in leg.tracks:
        if track.is_companion:
            told = track.name or track.device
            report.note("smart-companion-track", where, edit("tracks", track.id), track=told, points=track.points)
    if not leg.days:
        report.fatal("smart-leg-without-days", where, edit("days"))
    _note_assumed(report, leg.assumed, where)
    for day in leg.days:
        if not day.is_timed:
            report.note("smart-day-untimed", where, edit("days", day.date.isoformat()), date=day.date.isoformat())
    dates = [day.date for day in leg.days]
    for date in sorted({date for date in dates if dates.count(date) > 1}):
        report.fatal("smart-leg-day-twice", where, edit("days", date.isoformat()), date=date.isoformat())


def _note_assumed(report: _Report, assumed: Sequence[str], where: str) -> None:
    if assumed:
        report.note("smart-assumed", where, edit(assumed[0]), fields=", ".join(assumed))


def _check_choice(report: _Report, what: str, key: str, where: str) -> None:
    choices = report.office.choices(what)
    if not key:
        report.fatal(f"smart-{what}-missing", where, list_mend(what, "", choices))
    elif key not in choices:
        report.fatal(f"smart-{what}-unknown", where, list_mend(what, key, choices), key=key)


def _check_waypoints(report: _Report, patrol: Patrol) -> None:
    zone = zone_named(patrol.timezone)
    if zone is None:
        report.fatal("smart-timezone-unknown", "", edit("timezone", patrol.timezone), timezone=patrol.timezone)
    days = {(leg.id, day.date) for leg in patrol.legs for day in leg.days}
    for waypoint in patrol.waypoints:
        where = f"waypoint {waypoint.number}"
        date = leg_day_of(waypoint, zone)[1] if zone is not None else None
        if date is not None and (waypoint.leg_id, date) not in days:
            told = date.isoformat()
            candidates = sorted(f"{leg}/{day.isoformat()}" for leg, day in days)
            report.fatal("smart-waypoint-outside", where, edit("at", told, candidates), date=told)
        if waypoint.is_at_from_track:
            report.note("smart-waypoint-time-of-track", where, edit("at"))
        if date is not None and waypoint.at is None:
            report.note("smart-waypoint-untimed", where, edit("at", date.isoformat()), date=date.isoformat())
        report.offset(waypoint.direction_deg, waypoint.distance_m, where)
        report.text(waypoint.smart_id, where, LONGEST_NUMBER)
        report.text(waypoint.comment, where, LONGEST_WAYPOINT_COMMENT)
        report.attachments(waypoint.attachments, where)
        report.observations(waypoint.observations, where)


def _check_incident(report: _Report, incident: Incident, observations: Sequence[Observation]) -> None:
    report.number(incident.number)
    if incident.occurred_at is None:
        report.fatal("smart-incident-without-moment", "", edit("occurred_at"))
    if incident.position is None:
        report.fatal("smart-incident-without-position", "", edit("position"))
    if incident.smart_type not in OWN_INCIDENT_TYPES:
        mend = edit("smart_type", incident.smart_type, sorted(OWN_INCIDENT_TYPES - {""}))
        report.fatal("smart-incident-type-unknown", "", mend, type=incident.smart_type)
    report.offset(incident.direction_deg, incident.distance_m, "")
    report.text(incident.summary, "summary", LONGEST_WAYPOINT_COMMENT)
    report.attachments(incident.attachments, "")
    report.observations(observations, "")
