"""Patrols and incidents go straight into the office's database: once, whole, and with every refusal explained."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from db.patrols import patrol
from ranger_app.domain.direct_office import client_uuid
from ranger_app.domain.outbox import Item, State
from ranger_app.domain.places import Place
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.already_queued import DirectOnceError, TravelsAlongError
from ranger_app.services.at_store import directly
from ranger_app.services.export_direct import DirectNotTakenError, ExportDirect
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.outbox import Shown, shown_items
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.services.queue_smart import PreflightFatalError, PreflightLossyError, Queued, QueueSmart
from ranger_app.services.read_place import ReadPlace
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.retry_item import RetryItem
from ranger_app.services.sync_places import Synced, SyncPlaces
from ranger_app.sync.smart_connect import Connect
from tests.service_desk import MORNING, CancelAt, Desk, new_desk, photo_bytes, walk, write_gpx
from tests.smart_connect import (
    LOST_ANSWER,
    RANGER,
    Entry,
    Fault,
    FaultKind,
    Schedule,
    StandIn,
    User,
    queries,
    sample_area,
)
from tests.smart_connect.direct_records import Records

SNARE = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}}
INCIDENT: dict[str, Any] = {
    "kind": "other", "occurred_at": "2026-03-04T08:01:30+06:00", "summary": "Петли",
    "position": {"latitude_deg": 41.2002, "longitude_deg": 74.5, "source": "gps"}, "observations": [SNARE],
    "photos": ["petla.jpg"], "fields": {},
}  # fmt: skip
NIGHT = dt.timedelta(hours=30)


@dataclass
class Room:
    """A station beside an office that takes direct JSON."""

    desk: Desk
    office: StandIn

    @property
    def records(self) -> Records:
        return self.office.office.records(self.office.area)

    def place(self) -> Place:
        return Places(self.desk.home, self.desk.store.station_id).get("office")

    def queue(self, *records: str, force: bool = True, **changes: Any) -> Queued:
        place = replace(self.place(), **changes)
        return QueueSmart(self.desk.store)(
            place, records, force=force, officer=self.desk.officer, context=self.desk.context
        )

    def sync(self, context: JobContext | None = None) -> Synced:
        store = self.desk.store
        passes = SyncPlaces(
            directly(store), folder=store.folder, home=self.desk.home, passwords=self.passwords(), connect=quick,
            pause=lambda _: None,
        )  # fmt: skip
        return passes([self.place()], named=["office"], officer=self.desk.officer, context=context or JobContext())

    def passwords(self) -> Passwords:
        return Passwords(self.desk.home, self.desk.store.station_id, self.desk.store.keys.device_seed)

    def shown(self) -> Shown:
        return shown_items(self.desk.store, self.desk.home)[-1]

    def walked(self, *, name: str = "walk", days: int = 0) -> str:
        """A patrol of a short walk; with *days* another leg on the next day, by vehicle."""
        path = write_gpx(self.desk.out / f"{name}.gpx", walk(MORNING, latitude=41.2 + len(name) / 100))
        store, officer = self.desk.store, self.desk.officer
        told = {"transport": "foot", "leader": "Toktosunov, Aibek", "mandate": "antipoaching"}
        record = ImportTracks(store)([path], officer=officer, context=JobContext(), **told).patrols[0]  # type: ignore[arg-type]
        for day in range(1, days + 1):
            more = write_gpx(
                self.desk.out / f"{name}{day}.gpx", walk(MORNING + day * NIGHT, latitude=41.5 + day + len(name) / 100)
            )
            told |= {"transport": "vehicle", "mandate": ("followup", "surveillance")[day - 1]}
            ImportTracks(store)([more], patrol_id=record, officer=officer, context=JobContext(), **told)  # type: ignore[arg-type]
        return record

    def happened(self, **more: Any) -> str:
        self.desk.out.joinpath("petla.jpg").write_bytes(photo_bytes(comment=b"p"))
        record = RecordIncident(self.desk.store)
        done = record("other", {**INCIDENT, **more}, officer=self.desk.officer, photo_folder=self.desk.out)
        return done.incident_id

    def client_id(self, kind: str, record: str) -> UUID:
        return UUID(client_uuid(self.place().area, kind, record))


def quick(place: Place, password: str) -> Connect:
    return Connect(place.url, place.user, password, pin=place.pin, begin_s=2, patience_s=2)


@pytest.fixture
def office() -> Iterator[StandIn]:
    with StandIn() as office:
        yield office
        assert office.ledger.crashes == []


@pytest.fixture
def room(tmp_path: Path, office: StandIn) -> Iterator[Room]:
    desk = new_desk(tmp_path, officer_name="Toktosunov, Aibek")
    room = Room(desk, office)
    places = Places(desk.home, desk.store.station_id)
    places.put(Place(name="office", kind="smart", url=office.address, user=RANGER.name, how="direct", read={}))
    passwords = room.passwords()
    passwords.put("office", RANGER.name, RANGER.password)
    ReadPlace(directly(desk.store), places, passwords, connecting=quick)(
        "office", officer=desk.officer, context=JobContext()
    )
    yield room
    desk.store.close()


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
    with StandIn(areas=[area]) as office:
        desk = new_desk(tmp_path, officer_name="Toktosunov, Aibek")
        room = Room(desk, office)
        places = Places(desk.home, desk.store.station_id)
        places.put(Place(name="office", kind="smart", url=office.address, user=RANGER.name, how="direct", read={}))
        room.passwords().put("office", RANGER.name, RANGER.password)
        reads = ReadPlace(directly(desk.store), places, room.passwords(), connecting=quick)
        reads("office", officer=desk.officer, context=JobContext())
        room.queue(room.happened())
        room.sync()
        desk.store.close()

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
