"""Patrols and incidents go straight into the office's database: once and whole, whatever is lost on the way."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db.patrols import patrol
from ranger_app.domain.outbox import State
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.outbox import shown_items
from ranger_app.services.retry_item import RetryItem
from tests.service_desk import CancelAt
from tests.smart_connect import (
    LOST_ANSWER,
    RANGER,
    Entry,
    Fault,
    FaultKind,
    Schedule,
    StandIn,
    queries,
    sample_area,
)
from tests.stores.direct_room import Room, opened_room, quick


@pytest.fixture
def office() -> Iterator[StandIn]:
    with StandIn() as office:
        yield office
        assert office.ledger.crashes == []


@pytest.fixture
def room(tmp_path: Path, office: StandIn) -> Iterator[Room]:
    with opened_room(tmp_path, office) as room:
        yield room


# What arrives


def test_a_patrol_with_its_incident_arrives_whole_and_is_accepted_at_once(room: Room) -> None:
    record = room.walked()
    incident = room.happened(patrol_id=record)
    (item,) = room.queue(record).items
    synced = room.sync()

    assert (item.how, item.type, item.name[-5:]) == ("direct", "DATA", ".json")
    assert [one.id for one in synced.sent] == [item.id]
    assert (room.shown().state, room.shown().item.answer) == (State.ACCEPTED, "")
    there = room.records.patrols[room.client_id("patrol", record)]
    (leg,) = room.records.legs_of(there)
    (spot,) = [room.records.waypoints[one] for one in leg.waypoints]
    assert there.id == item.number
    assert leg.leader == room.office.area.employees[0].uuid.hex
    assert spot.client_uuid == room.client_id("waypoint", incident)
    assert [name for name, _ in spot.attachments] == ["petla.jpg"]
    assert spot.attachments[0][1] == (room.desk.out / "petla.jpg").read_bytes()
    assert [room.records.observations[one].attributes for group in spot.groups for one in group] == [
        {"typeoftrap": "wiresnare"}
    ]
    assert list((room.desk.folder / "outbox").iterdir()) == []
    room.office.check()


def test_each_leg_is_a_transaction_of_its_own(room: Room) -> None:
    record = room.walked(days=2)
    room.queue(record)
    room.sync()

    found = patrol(room.desk.store.reader, record)
    there = room.records.patrols[room.client_id("patrol", record)]
    assert len(found.legs) == 3
    assert there.legs == [room.client_id("leg", leg.id) for leg in found.legs]
    assert [leg.transport for leg in room.records.legs_of(there)] == ["foot", "vehicle", "vehicle"]
    assert len(room.office.ledger.of("POST", "/api/data")) == 3
    assert (room.shown().state, room.shown().item.steps) == (State.ACCEPTED, 3)
    room.office.check()


def test_an_incident_outside_a_patrol_arrives_with_its_type(room: Room) -> None:
    incident = room.happened()
    room.queue(incident)
    room.sync()

    there = room.records.waypoints[room.client_id("waypoint", incident)]
    assert (there.incident_type, there.comment, there.leg) == ("incident", "Петли", None)
    assert room.office.ledger.of("POST", "/api/data")[0].body.isascii()
    assert room.shown().state == State.ACCEPTED
    room.office.check()


def test_the_office_s_own_type_of_incident_is_used_where_it_lacks_the_ordinary_one(tmp_path: Path) -> None:
    area = replace(sample_area(), incident_types=(Entry(id="threat", names={"en": "Threat"}),))
    with StandIn(areas=[area]) as office, opened_room(tmp_path, office) as room:
        room.queue(room.happened())
        room.sync()

        (there,) = room.records.waypoints.values()
        assert there.incident_type == "threat"
        office.check()


def test_what_the_server_warns_of_is_kept_as_its_answer(room: Room) -> None:
    record = room.walked()
    room.queue(record)
    path = next((room.desk.folder / "outbox").iterdir())
    whole = path.read_bytes().replace(b'"isArmed":false', b'"team":"unheard"')
    path.write_bytes(whole)
    reseal(room, whole)
    room.sync()

    assert room.shown().state == State.ACCEPTED
    assert "unheard" in room.shown().item.answer


def reseal(room: Room, content: bytes) -> None:
    """Let the journal tell of a file that a test changed."""
    with room.desk.store.act(officer=room.desk.officer) as change:
        told = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        change.set("outbox", room.shown().item.id, told)


# Lost answers


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_lost_answer_to_any_leg_makes_no_second_one(room: Room, lost: int) -> None:
    record = room.walked(days=2)
    room.queue(record)
    room.office.faults.add_all([Fault(kind=FaultKind.LATE, late_s=0)] * lost + [LOST_ANSWER], path="/api/data")
    synced = room.sync()

    assert synced.failed == []
    assert len(room.office.ledger.of("POST", "/api/data")) == 3
    assert [len(one.legs) for one in room.records.patrols.values()] == [3]
    assert room.shown().state == State.ACCEPTED
    assert "[direct-unheard]" in room.shown().item.answer
    room.office.check()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.CUT_REQUEST, share=0.6, hard=True),
        Fault(kind=FaultKind.HTML, status=502),
        Fault(kind=FaultKind.RESTART, down_s=0.1),
    ],
    ids=lambda fault: fault.kind.value,
)
def test_what_did_not_arrive_goes_in_the_next_pass(room: Room, fault: Fault) -> None:
    room.queue(room.walked(days=1))
    room.office.faults.add_all([Fault(kind=FaultKind.LATE, late_s=0), fault], path="/api/data")
    first = room.sync()
    half = room.shown()
    time.sleep(0.3)  # the server comes back
    second = room.sync()

    assert [name for name, _ in first.failed] == ["office"]
    assert (half.state, half.item.steps) == (State.SENDING, 1)
    assert (second.failed, room.shown().state) == ([], State.ACCEPTED)
    assert len(room.office.ledger.of("POST", "/api/data")) == 3
    room.office.check()


def test_a_request_that_the_network_delivers_twice_makes_nothing_twice(room: Room) -> None:
    incident = room.happened()
    record = room.walked()
    room.queue(record, incident)
    room.office.faults.add(Fault(kind=FaultKind.DUPLICATE), path="/api/data", times=2)
    room.sync()

    assert {one.state for one in shown_items(room.desk.store, room.desk.home)} == {State.ACCEPTED}
    assert (len(room.records.patrols), len(room.records.waypoints)) == (1, 1)
    room.office.check()


def test_the_program_was_killed_before_it_could_write_down_the_answer(room: Room) -> None:
    record = room.walked(days=1)
    (item,) = room.queue(record).items
    with quick(room.place(), RANGER.password) as connect:
        body = json.loads(next((room.desk.folder / "outbox").iterdir()).read_bytes())
        for transaction in body["transactions"]:
            connect.post_data(item.area, transaction)
    room.sync()

    assert len(room.office.ledger.of("POST", "/api/data")) == 2
    assert room.shown().state == State.ACCEPTED
    room.office.check()


def test_a_person_can_stop_it_and_it_goes_on_with_the_leg_that_is_missing(room: Room) -> None:
    room.queue(room.walked(days=2))
    counted = CancelAt()
    room.sync(counted)
    room.queue(room.walked(name="again", days=2))
    with pytest.raises(Cancelled):
        room.sync(CancelAt(counted.steps // 2))
    room.sync()

    assert [len(one.legs) for one in room.records.patrols.values()] == [3, 3]
    assert room.shown().state == State.ACCEPTED
    room.office.check()


def test_a_server_that_does_not_say_which_legs_it_has_needs_a_person(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = room.walked(days=1)
    room.queue(record)
    room.office.faults.add_all(
        [Fault(kind=FaultKind.LATE, late_s=0), Fault(kind=FaultKind.HTML, status=502)], path="/api/data"
    )
    room.sync()
    told = queries._leg_told
    monkeypatch.setattr(queries, "_leg_told", lambda area, leg: {**told(area, leg), "client_uuid": None})
    synced = room.sync()

    assert [error.code for _, error in synced.failed] == ["direct-legs-untold"]
    assert room.shown().state == State.FAILED
    assert len(room.office.ledger.of("POST", "/api/data")) == 2


SEED = 20261123


def test_a_bad_network_brings_each_of_many_exactly_once(room: Room) -> None:
    print(f"seed {SEED}")
    patrols = [room.walked(name="w" * number, days=2) for number in range(1, 5)]
    incidents = [room.happened(summary=f"Петли {number}") for number in range(20)]
    assert room.queue(*patrols, *incidents).refused == []
    room.office.faults.schedule = Schedule(SEED, chance=0.3, late_s=0.02, down_s=0.05)
    passes = 0
    while any(one.item.is_open for one in shown_items(room.desk.store, room.desk.home)):
        passes += 1
        assert passes < 300
        for one in shown_items(room.desk.store, room.desk.home):
            if one.state == State.FAILED:  # the server said that it broke down: a person has it tried again
                RetryItem(room.desk.store, room.desk.home)(one.item.id, officer=room.desk.officer, context=JobContext())
        room.sync()
    room.office.faults.clear()

    assert {one.state for one in shown_items(room.desk.store, room.desk.home)} == {State.ACCEPTED}
    assert {room.client_id("patrol", one) for one in patrols} == room.records.patrols.keys()
    assert [len(set(one.legs)) for one in room.records.patrols.values()] == [3] * 4
    assert {room.client_id("waypoint", one) for one in incidents} == room.records.waypoints.keys()
    assert all([len(group) for group in one.groups] == [1] for one in room.records.waypoints.values())
    room.office.check()
