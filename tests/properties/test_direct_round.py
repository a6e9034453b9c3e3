"""Made-up patrols and incidents go straight into the stand-in's database: once and whole, whatever is lost on the way.

What the stand-in keeps is what the record says; where it keeps something else, the preflight had named it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from db.outbox import item
from ranger_app.domain.outbox import Item, State
from ranger_app.domain.preflight import Findings, leg_day_of, preflight
from ranger_app.domain.preflight_direct import direct_findings
from ranger_app.domain.records import Attachment, Incident, LegDay, Observation, Patrol, Waypoint
from ranger_app.domain.smart_text import xml_text
from ranger_app.domain.track import NO_TIME
from ranger_app.jobs import JobContext
from ranger_app.services.at_store import directly
from ranger_app.services.outbox import StoreBook
from ranger_app.sync.direct import DirectCourier
from ranger_app.sync.smart_connect import Connect
from tests import strategies
from tests.direct_desk import content, office_of_area, receiver, the_area, waiting, with_employees, with_observers
from tests.service_desk import Desk, new_desk
from tests.smart_connect import LOST_ANSWER, RANGER, Fault, FaultKind, StandIn
from tests.smart_connect.direct_records import Leg, Records
from tests.smart_connect.direct_records import Observation as There

MODEL, OFFICE = the_area().model, office_of_area(the_area())
FEW = settings(
    max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

FATES = (
    None, LOST_ANSWER, Fault(kind=FaultKind.CUT_REQUEST, share=0.5, hard=True), Fault(kind=FaultKind.DUPLICATE),
    Fault(kind=FaultKind.HTML, status=502, after_work=True), Fault(kind=FaultKind.ERROR, status=503),
    Fault(kind=FaultKind.CUT_ANSWER, share=0.9),
)  # fmt: skip
"""What may become of one request that brings something."""

WARNED = frozenset(
    {
        "direct-observer-unknown", "smart-attribute-not-linked", "smart-attribute-unknown", "smart-category-unknown",
        "smart-choice-unknown", "smart-team-unknown", "smart-value-wrong-type",
    }
)  # fmt: skip
"""Findings of what the server drops with a warning, or what is left out for it."""


@dataclass
class Room:
    """A station and an office that are there for all examples: each record is another one."""

    desk: Desk
    office: StandIn

    @property
    def records(self) -> Records:
        return self.office.office.records(self.office.area)

    def sent(self, record: Patrol | Incident, fates: list[Fault | None]) -> Item:
        """Queue *record* at an office that has nothing yet, and let passes go until it has ended."""
        store, there = self.desk.store, self.records
        for kept in (there.patrols, there.legs, there.waypoints, there.observations):
            kept.clear()
        queued = waiting(store, self.desk.officer, record, receiver(the_area()))
        book = StoreBook(directly(store), folder=store.folder, officer=self.desk.officer)
        quiet = Fault(kind=FaultKind.LATE, late_s=0)
        self.office.faults.clear()
        self.office.faults.add_all([one or quiet for one in fates], path="/api/data")
        with Connect(self.office.address, RANGER.name, RANGER.password, begin_s=2, patience_s=2) as connect:
            for _ in range(len(fates) + 1):
                found = item(store.reader, queued.id)
                assert found is not None
                if found.outcome:
                    return found
                DirectCourier(connect, book, {}, pause=lambda _: None)([found], JobContext())
        found = item(store.reader, queued.id)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with tempfile.TemporaryDirectory() as folder, StandIn(areas=[the_area()]) as office:
        desk = new_desk(Path(folder))
        yield Room(desk, office)
        desk.store.close()
        office.ledger.breaches[:] = [one for one in office.ledger.breaches if one.rule not in DROPPED]
        office.check()


DROPPED = frozenset({"unknown-category", "unknown-attribute", "bad-value", "unknown-entry"})
"""Rules of the stand-in about what it drops: made-up records break them on purpose, and the preflight says so."""


@st.composite
def patrols(draw: st.DrawFn) -> Patrol:
    """A patrol that the office would take: with a track or a waypoint on every leg."""
    made = with_employees(draw(strategies.patrols(MODEL, OFFICE, odd=draw(st.booleans()))), the_area())
    legs = {one.leg_id for one in made.waypoints}
    whole = tuple(
        leg for leg in made.legs if leg.id in legs or any(day.track is not None for day in leg.days)
    )  # fmt: skip
    ids = {leg.id for leg in whole}
    return replace(made, legs=whole, waypoints=tuple(one for one in made.waypoints if one.leg_id in ids))


def findings_of(record: Patrol | Incident) -> Findings:
    to = receiver(the_area())
    return direct_findings(record, preflight(record, to.model, to.office), to.model, to.office, to.people)


def codes(findings: Findings) -> set[str]:
    return {one.code for one in findings.lossy}


@FEW
@given(patrols(), st.lists(st.sampled_from(FATES), max_size=4))
def test_a_patrol_arrives_once_and_whole(room: Room, patrol: Patrol, fates: list[Fault | None]) -> None:
    findings = findings_of(patrol)
    if findings.fatal or not patrol.legs:
        return
    lost = len(room.records.lost)
    ended = room.sent(patrol, fates)

    assert (ended.outcome, ended.steps) == (State.ACCEPTED, len(patrol.legs))
    assert len(room.records.patrols) == 1
    to = receiver(the_area())
    there = room.records.patrols[UUID(to.id_of("patrol", patrol.id))]
    assert there.id == patrol.number
    assert there.legs == [UUID(to.id_of("leg", leg.id)) for leg in patrol.legs]
    assert there.said.get("comment", "") == xml_text(patrol.comment)
    assert there.said["isArmed"] is patrol.is_armed
    for leg, kept in zip(patrol.legs, room.records.legs_of(there), strict=True):
        assert (kept.transport, kept.mandate) == (leg.transport, leg.mandate)
        assert len(kept.members) == len(leg.members)
        assert kept.ended_at is not None
        assert_track(kept, [day for day in leg.days if day.track is not None], patrol, codes(findings))
        own = [one for one in patrol.waypoints if one.leg_id == leg.id]
        assert sorted(kept.waypoints) == sorted(UUID(to.id_of("waypoint", one.id)) for one in own)
        for one in own:
            assert_waypoint(room.records, one, patrol.timezone, codes(findings))
    if not codes(findings) & WARNED:
        assert room.records.lost[lost:] == []


@FEW
@given(strategies.incidents(MODEL), st.lists(st.sampled_from(FATES), max_size=3))
def test_an_incident_arrives_once_and_whole(room: Room, incident: Incident, fates: list[Fault | None]) -> None:
    incident = replace(incident, observations=with_observers(incident.observations, the_area()))
    findings = findings_of(incident)
    if findings.fatal:
        return
    ended = room.sent(incident, fates)

    assert ended.outcome == State.ACCEPTED
    assert len(room.records.waypoints) == 1
    there = room.records.waypoints[UUID(receiver(the_area()).id_of("waypoint", incident.id))]
    assert incident.occurred_at is not None
    assert there.at == incident.occurred_at.replace(tzinfo=None, microsecond=0)
    assert (there.id, there.incident_type, there.leg) == (incident.number, "incident", None)
    assert there.comment == xml_text(incident.summary)
    assert_files(there.attachments, incident.attachments)
    assert_seen(room.records, there.groups, incident.observations, codes(findings))


def assert_track(kept: Leg, days: list[LegDay], patrol: Patrol, said: set[str]) -> None:
    """Every fix is there, in the order of time, at its second of the local clock."""
    zone = ZoneInfo(patrol.timezone)
    fixes = []
    for day in days:
        assert day.track is not None
        told = None
        for time_us, x, y in zip(day.track.time_us, day.track.longitude_deg, day.track.latitude_deg, strict=True):
            told = int(time_us) if time_us != NO_TIME else told
            fixes.append((told, float(x), float(y)))
    there = [(x, y) for x, y, _ in kept.points]
    for _, x, y in fixes:
        assert (x, y) in there
    moments = [at for _, _, at in kept.points]
    assert moments == sorted(moments)
    if "direct-clock-back" in said:
        return
    clock = {(x, y, at) for x, y, at in kept.points}
    for told, x, y in fixes:
        if told is not None:
            at = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=told)).astimezone(zone)
            assert (x, y, at.replace(tzinfo=None, microsecond=0)) in clock


def assert_waypoint(records: Records, one: Waypoint, timezone: str, said: set[str]) -> None:
    there = records.waypoints[UUID(receiver(the_area()).id_of("waypoint", one.id))]
    assert one.at is not None
    assert (there.x, there.y) == (one.position.longitude_deg, one.position.latitude_deg)
    assert there.id == str(one.number)
    assert there.comment == xml_text(one.comment)
    if "direct-clock-back" not in said:
        zone = ZoneInfo(timezone)
        assert there.at == one.at.astimezone(zone).replace(tzinfo=None, microsecond=0)
        assert there.at.date() == leg_day_of(one, zone)[1]
    is_measured = one.direction_deg is not None and one.distance_m is not None
    measured = (one.direction_deg, one.distance_m) if is_measured else (None, None)
    assert (there.bearing, there.distance) == measured
    assert_files(there.attachments, one.attachments)
    assert_seen(records, there.groups, one.observations, said)


def assert_files(there: list[tuple[str, bytes]], ours: tuple[Attachment, ...]) -> None:
    assert [data for _, data in there] == [content(one) for one in ours]


def assert_seen(records: Records, groups: list[list[UUID]], ours: tuple[Observation, ...], said: set[str]) -> None:
    """Each observation is there once, with every value, unless the preflight named a loss."""
    kept = [records.observations[one] for group in groups for one in group]
    if said & WARNED:
        assert len(kept) <= len(ours)
        return
    assert len(kept) == len(ours)
    for mine, there in zip(ours, kept, strict=True):
        assert there.client_uuid == UUID(receiver(the_area()).id_of("observation", mine.id))
        assert_values(there, mine)
        assert_files(there.attachments, mine.attachments)


def assert_values(there: There, mine: Observation) -> None:
    assert there.category == mine.category
    told: dict[str, Any] = {key: value for key, value in mine.attributes.items() if value != ()}
    assert there.attributes.keys() == told.keys()
    for key, value in told.items():
        kept = there.attributes[key]
        if isinstance(value, str):
            assert kept.removesuffix(".") == xml_text(value).removesuffix(".")
        elif isinstance(value, tuple):
            assert kept == list(value)
        else:
            assert kept == (value if isinstance(value, bool) else pytest.approx(float(value)))
