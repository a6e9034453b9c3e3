"""What does not go straight into the office's database, and why: said in words, with nothing half explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from ranger_app.domain.outbox import Item, State
from ranger_app.jobs import JobContext
from ranger_app.services.already_queued import DirectOnceError, TravelsAlongError
from ranger_app.services.export_direct import DirectNotTakenError, ExportDirect
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.outbox import shown_items
from ranger_app.services.queue_smart import PreflightFatalError, PreflightLossyError
from ranger_app.services.retry_item import RetryItem
from tests.service_desk import MORNING, walk, write_gpx
from tests.smart_connect import (
    RANGER,
    Fault,
    FaultKind,
    StandIn,
    User,
)
from tests.stores.direct_room import Room, opened_room


@pytest.fixture
def office() -> Iterator[StandIn]:
    with StandIn() as office:
        yield office
        assert office.ledger.crashes == []


@pytest.fixture
def room(tmp_path: Path, office: StandIn) -> Iterator[Room]:
    with opened_room(tmp_path, office) as room:
        yield room


# Refusals


def test_a_refusal_is_told_in_the_server_s_words_and_leaves_nothing_there(room: Room) -> None:
    record = room.walked()
    (item,) = room.queue(record).items
    room.office.area.mandates = room.office.area.mandates[1:]
    synced = room.sync()

    assert [one.id for one in synced.heard] == [item.id]
    assert (room.shown().state, room.records.patrols) == (State.REFUSED, {})
    assert "antipoaching" in room.shown().item.answer


def test_a_refused_leg_says_how_many_are_there_and_a_new_item_brings_the_rest(room: Room) -> None:
    record = room.walked(days=2)
    room.queue(record)
    transports = room.office.area.transports
    room.office.area.transports = tuple(one for one in transports if one.id != "vehicle")
    room.sync()
    refused = room.shown()
    room.office.area.transports = transports
    RetryItem(room.desk.store, room.desk.home)(refused.item.id, officer=room.desk.officer, context=JobContext())
    room.sync()

    assert refused.state == State.REFUSED
    assert "vehicle" in refused.item.answer
    assert "[direct-part steps=1 count=3]" in refused.item.answer
    (there,) = room.records.patrols.values()
    assert len(there.legs) == len(set(there.legs)) == 3
    assert room.shown().state == State.ACCEPTED


def test_a_server_that_breaks_down_over_an_item_stops_neither_the_others_nor_for_ever(room: Room) -> None:
    room.queue(room.walked(), room.happened())
    room.office.faults.add(Fault(kind=FaultKind.ERROR, status=500), path="/api/data")
    synced = room.sync()

    assert [error.code for _, error in synced.failed] == ["direct-server-broke"]
    assert [one.state for one in shown_items(room.desk.store, room.desk.home)] == [State.FAILED, State.ACCEPTED]


def test_an_account_that_may_not_ask_sends_nothing(room: Room) -> None:
    room.queue(room.walked())
    user = User(name=RANGER.name, password=RANGER.password, permissions=RANGER.permissions - {"customquery"})
    room.office.office.accounts.add(user)
    synced = room.sync()

    assert [error.code for _, error in synced.failed] == ["connect-not-allowed"]
    assert room.office.ledger.of("POST", "/api/data") == []


# What is not queued


def test_a_place_of_another_version_or_an_unknown_one_takes_no_json(room: Room) -> None:
    record = room.walked()

    for told in ("7.4.1", "6.3", ""):
        ((_, error),) = room.queue(record, told_version=told).refused
        assert isinstance(error, DirectNotTakenError)


def test_what_would_be_lost_is_refused_without_force_and_what_is_fatal_always(room: Room) -> None:
    path = write_gpx(room.desk.out / "two.gpx", walk(MORNING), walk(MORNING + dt.timedelta(hours=1)))
    lossy = ImportTracks(room.desk.store)([path], officer=room.desk.officer, context=JobContext()).patrols[0]
    path = write_gpx(room.desk.out / "other.gpx", walk(MORNING, latitude=43))
    told = {"leader": "Nobody, Knows"}
    fatal = ImportTracks(room.desk.store)(
        [path], officer=room.desk.officer, context=JobContext(), **told  # type: ignore[arg-type]
    ).patrols[0]  # fmt: skip
    refused = dict(room.queue(lossy, fatal, force=False).refused)
    forced = room.queue(lossy, fatal)

    stopped = refused[lossy]
    assert isinstance(stopped, PreflightLossyError)
    assert "direct-track-breaks" in {one.code for one in stopped.findings.lossy}
    assert isinstance(refused[fatal], PreflightFatalError)
    assert [item.record for item in forced.items] == [lossy]
    assert [record for record, _ in forced.refused] == [fatal]


def test_the_preflight_can_be_asked_without_writing(room: Room) -> None:
    record = room.walked()
    findings = ExportDirect(room.desk.store).check(
        record, is_patrol=True, place=room.place(), officer=room.desk.officer, context=JobContext()
    )

    assert findings.fatal == ()
    assert not (room.desk.folder / "outbox").exists()


def test_nothing_goes_twice_under_one_id_even_when_a_person_insists(room: Room) -> None:
    record = room.walked()
    room.queue(record)
    room.sync()
    ((_, error),) = room.queue(record).refused

    assert isinstance(error, DirectOnceError)
    assert len(room.queue(record, how="queue").items) == 1


def test_an_incident_that_went_by_itself_does_not_go_again_with_its_patrol(room: Room) -> None:
    record = room.walked()
    incident = room.happened(patrol_id=record)
    queued = room.queue(incident, record)
    room.sync()

    assert len(queued.items) == 2
    assert {one.state for one in shown_items(room.desk.store, room.desk.home)} == {State.ACCEPTED}
    assert [leg.waypoints for leg in room.records.legs.values()] == [[]]
    room.office.check()


def test_an_incident_that_goes_with_its_patrol_does_not_go_by_itself(room: Room) -> None:
    record = room.walked()
    incident = room.happened(patrol_id=record)
    ((_, error),) = room.queue(record, incident, force=False).refused

    assert isinstance(error, TravelsAlongError)


def test_files_and_transactions_wait_side_by_side(room: Room) -> None:
    first, second = room.walked(), room.walked(name="second")
    items: list[Item] = [*room.queue(first).items, *room.queue(second, how="queue").items]
    room.sync()

    states = {one.item.id: one.state for one in shown_items(room.desk.store, room.desk.home)}
    assert [states[one.id] for one in items] == [State.ACCEPTED, State.SENT]
    assert len(room.office.queue.arrived()) == 1
    room.office.check()
