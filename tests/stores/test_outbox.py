"""The outbox: what goes, what does not go by itself, and what a person may ask of it."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db.keys_file import new_device
from db.read_only import ReadOnlyStore, StationReadOnlyError
from db.store import Store
from ranger_app.domain.outbox import LONGEST_WAIT_S, Attempts, State, wait_s
from ranger_app.jobs import Cancelled, JobContext, Progress
from ranger_app.services.already_queued import AlreadyWaitingError
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.outbox import ItemNotOursError, shown_items
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.services.retry_item import ItemArrivedError, RetryItem
from ranger_app.services.stations import open_station
from ranger_app.services.sync_places import without_place
from ranger_app.services.undo_acts import UndoActs
from ranger_app.services.withdraw_item import ItemOnItsWayError, WithdrawItem
from tests.service_desk import MORNING, walk, write_gpx
from tests.smart_connect import LOST_ANSWER, Fault, FaultKind, Outcome, StandIn, accepts_all
from tests.smart_connect.data_queue import ItemStatus
from tests.stores.outbox_room import add_place, make_station, officer_of, one_pass, only, queue

UPLOADS = "/api/uploader/"


@pytest.fixture
def office() -> Iterator[StandIn]:
    with StandIn(person=None) as server:
        yield server
        server.check()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(tmp_path: Path, office: StandIn) -> Iterator[Store]:
    """A station with one incident, whose text is long, and the office as its place."""
    folder, home = make_station(tmp_path, 1)
    with open_station(folder, home=home) as opened:
        add_place(opened, home, office)
        yield opened


def edit(store: Store, field: str = "summary") -> None:
    """Change the incident; what stands in ``summary`` is in SMART's file, ``place`` is not."""
    [incident] = store.reader.entries("incident")
    with store.act(officer=officer_of(store)) as change:
        change.set("incident", incident.id, {field: "Kichi-Naryn"})


def test_a_record_goes_once_and_its_end_is_heard(store: Store, home: Path, office: StandIn) -> None:
    [item] = queue(store, home).items
    assert only(store, home).state == State.WAITING
    assert [one.id for one in one_pass(store, home).sent] == [item.id]
    assert only(store, home).state == State.SENT
    assert not list((store.folder / "outbox").iterdir())
    [arrived] = office.queue.items
    assert (arrived.sha256, arrived.name, arrived.type) == (item.sha256, item.name, "INCIDENT_XML")

    for status, state in ((ItemStatus.PROCESSING, State.SENT), (ItemStatus.COMPLETE_WARN, State.ACCEPTED)):
        office.queue.process(item.name, Outcome(status=status, message="2 values were dropped"))
        one_pass(store, home)
        assert only(store, home).state == state
    assert only(store, home).item.answer == "2 values were dropped"
    one_pass(store, home)
    assert len(office.queue.items) == 1


def test_what_the_office_refuses_is_told_in_its_words_and_made_anew_when_asked(
    store: Store, home: Path, office: StandIn
) -> None:
    [item] = queue(store, home).items
    one_pass(store, home)
    office.queue.process(item.name, Outcome(status=ItemStatus.ERROR, message="mandate unknown"))
    one_pass(store, home)
    assert (only(store, home).state, only(store, home).item.answer) == (State.REFUSED, "mandate unknown")

    again = RetryItem(store, home)(item.id, officer=officer_of(store), context=JobContext())
    assert again.id != item.id
    with pytest.raises(AlreadyWaitingError):
        RetryItem(store, home)(item.id, officer=officer_of(store), context=JobContext())
    one_pass(store, home)
    assert {one.name for one in office.queue.items} == {item.name, again.name}


def test_nothing_is_queued_twice_unasked(store: Store, home: Path, office: StandIn) -> None:
    queue(store, home)
    codes = []
    for act in (lambda: None, lambda: one_pass(store, home), lambda: edit(store, "place"), lambda: edit(store)):
        act()
        codes += [error.code for _, error in queue(store, home, force=False).refused]
    assert codes == ["outbox-already", "outbox-already-sent", "outbox-already-sent", "outbox-already-changed"]
    assert only(store, home).is_changed
    assert len(queue(store, home, force=True).items) == 1


def test_a_wrong_password_stops_the_place_until_a_person_asks(store: Store, home: Path, office: StandIn) -> None:
    [item] = queue(store, home).items
    office.office.accounts.lock("ranger")
    asked = len(office.ledger.requests)
    assert [(who, error.code) for who, error in one_pass(store, home).failed] == [("office", "connect-not-allowed")]
    for is_named in (True, False):
        again = one_pass(store, home, is_named=is_named, now=lambda: 4e9)
        assert [error.code for _, error in again.failed] == ["connect-not-allowed"] * is_named
    assert len(office.ledger.requests) == asked + 1

    office.office.accounts.unlock("ranger")
    office.a_person_asked()
    RetryItem(store, home)(item.id, officer=officer_of(store), context=JobContext())
    assert [one.id for one in one_pass(store, home).sent] == [item.id]


def test_an_office_that_is_away_is_asked_again_later_and_later(store: Store, home: Path, office: StandIn) -> None:
    queue(store, home)
    office.stop()
    clock = [1_000_000.0]
    assert [error.code for _, error in one_pass(store, home, is_named=False, now=lambda: clock[0]).failed] == [
        "connect-unreachable"
    ]
    assert one_pass(store, home, is_named=False, now=lambda: clock[0] + 10).failed == []
    assert len(one_pass(store, home, is_named=False, now=lambda: clock[0] + 40).failed) == 1
    # A clock that was set back ten years does not keep it waiting.
    assert len(one_pass(store, home, is_named=False, now=lambda: clock[0] - 3e8).failed) == 1
    office.start()
    assert len(one_pass(store, home).sent) == 1


def test_waits_grow_to_a_limit_and_are_not_the_same_for_all() -> None:
    random.seed(1)
    waits = [[wait_s(count) for _ in range(50)] for count in range(1, 40)]
    assert all(15 <= one <= 30 for one in waits[0])
    assert all(LONGEST_WAIT_S / 2 <= one <= LONGEST_WAIT_S for one in waits[-1])
    assert len(set(waits[0])) > 40
    tried = Attempts()
    tried.failed("connect-unreachable", {}, now=0.0)
    assert (tried.is_due(1.0), tried.is_due(31.0), tried.is_due(-1e9)) == (False, True, True)


def test_an_upload_that_was_stopped_goes_on_where_it_was(store: Store, home: Path, office: StandIn) -> None:
    [item] = queue(store, home).items
    office.pace_bytes_s = 400_000

    def stop(progress: Progress) -> None:
        if progress.done > item.size // 4:
            context.cancel()

    context = JobContext(stop)
    with pytest.raises(Cancelled):
        one_pass(store, home, context=context)
    assert only(store, home).state == State.SENDING
    with pytest.raises(ItemOnItsWayError):
        WithdrawItem(store, home)(item.id, "not this one", officer=officer_of(store))
    assert len(one_pass(store, home, pause=time.sleep).sent) == 1
    [arrived] = office.queue.items
    assert arrived.sha256 == item.sha256
    assert len(office.ledger.of("POST", "/api/dataqueue/items/")) == 1


def test_an_answer_that_was_lost_leads_to_a_question(store: Store, home: Path, office: StandIn) -> None:
    queue(store, home)
    office.faults.add(LOST_ANSWER, method="POST")
    office.faults.add(LOST_ANSWER, method="PUT", path=UPLOADS)
    assert len(one_pass(store, home).sent) == 1
    assert len(office.ledger.of("POST", "/api/dataqueue/items/")) == 1


def test_an_upload_that_the_server_gave_up_goes_under_another_name(store: Store, home: Path, office: StandIn) -> None:
    [item] = queue(store, home).items
    office.faults.add(Fault(kind=FaultKind.CUT_REQUEST, share=0.5), method="PUT", path=UPLOADS, times=8)
    one_pass(store, home)
    [begun] = office.queue.items
    begun.status, begun.message = ItemStatus.ERROR, "more bytes than announced"
    office.faults.clear()
    one_pass(store, home)
    whole = [one for one in office.queue.items if one.is_whole]
    assert [one.sha256 for one in whole] == [item.sha256]
    assert whole[0].name != item.name
    assert only(store, home).item.name == whole[0].name


def test_an_upload_of_which_the_server_lost_track_waits_for_a_person(store: Store, home: Path, office: StandIn) -> None:
    [item] = queue(store, home).items
    office.faults.add(Fault(kind=FaultKind.CUT_REQUEST, share=0.5), method="PUT", path=UPLOADS, times=8)
    one_pass(store, home)
    office.faults.clear()
    office.queue.withdraw(office.queue.item(item.name))
    assert [error.code for _, error in one_pass(store, home).failed] == ["outbox-track-lost"]
    assert only(store, home).state == State.FAILED
    assert one_pass(store, home, now=lambda: 4e9).failed == []
    assert office.queue.items == []


def test_a_file_that_is_not_what_was_queued_does_not_leave(store: Store, home: Path, office: StandIn) -> None:
    queue(store, home)
    [file] = (store.folder / "outbox").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert [error.code for _, error in one_pass(store, home).failed] == ["outbox-file-changed"]
    file.unlink()
    officer = officer_of(store)
    RetryItem(store, home)(only(store, home).item.id, officer=officer, context=JobContext())
    assert [error.code for _, error in one_pass(store, home).failed] == ["outbox-file-gone"]
    assert office.queue.items == []


def test_a_restored_station_sends_nothing_twice(tmp_path: Path, home: Path, office: StandIn) -> None:
    folder, _ = make_station(tmp_path, 2)
    with open_station(folder, home=home) as store:
        add_place(store, home, office)
        queue(store, home)
    shutil.copytree(folder, tmp_path / "backup")
    with open_station(folder, home=home) as store:
        one_pass(store, home)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "backup", folder)
    first, second = office.queue.items
    office.queue.withdraw(second)  # the office cleared it away long ago
    with open_station(folder, home=home) as store:
        passed = one_pass(store, home)
        assert ([error.code for _, error in passed.failed], passed.sent) == (["outbox-moved"] * 2, [])
        assert {one.state for one in shown_items(store, home)} == {State.FAILED}
        there = next(one.item for one in shown_items(store, home) if one.item.name == first.name)
        RetryItem(store, home)(there.id, officer=officer_of(store), context=JobContext())
        assert [one.id for one in one_pass(store, home).sent] == [there.id]
    assert [one.name for one in office.queue.items] == [first.name]
    assert len(office.ledger.of("PUT", UPLOADS)) == 2


def test_another_laptop_shows_what_it_did_not_queue_and_never_sends_it(
    tmp_path: Path, store: Store, home: Path, office: StandIn
) -> None:
    other_folder, other_home = tmp_path / "other", tmp_path / "other home"
    keys = new_device("other", pdf_key_pem=b"key", pdf_certificate_pem=b"certificate")
    Store.create(other_folder, keys, store.station_id, home=other_home).close()
    [item] = queue(store, home).items
    with open_station(other_folder, home=other_home) as other:
        other.merge(store.journal.changes())
        add_place(other, other_home, office)
        shown = only(other, other_home)
        assert (shown.item.id, shown.is_ours, shown.state) == (item.id, False, State.WAITING)
        assert [one.id for one in one_pass(other, other_home).waiting] == [item.id]
        with pytest.raises(ItemNotOursError):
            RetryItem(other, other_home)(item.id, officer=officer_of(other), context=JobContext())
        assert [error.code for _, error in queue(other, other_home, force=False).refused] == ["outbox-already"]
        assert office.ledger.requests == []
        one_pass(store, home)
        other.merge(store.journal.changes())
        assert only(other, other_home).state == State.SENT


def test_undo_takes_back_no_answer_and_a_queued_item_can_be_taken_out(
    store: Store, home: Path, office: StandIn
) -> None:
    officer = officer_of(store)
    [item] = queue(store, home).items
    edit(store)
    one_pass(store, home)
    UndoActs(store)(officer=officer)
    assert only(store, home).state == State.SENT
    assert not only(store, home).is_changed
    with pytest.raises(ItemArrivedError):
        WithdrawItem(store, home)(item.id, "too late", officer=officer)
    [second] = queue(store, home).items
    WithdrawItem(store, home)(second.id, "by mistake", officer=officer)
    assert only(store, home).item.id == item.id
    assert not list((store.folder / "outbox").iterdir())


def test_what_a_killed_program_left_in_the_outbox_is_cleared_away(store: Store, home: Path) -> None:
    queue(store, home)
    [file] = (store.folder / "outbox").iterdir()
    (store.folder / "outbox" / "0123.xml").write_text("left")
    queue(store, home)
    assert sorted(one.name for one in (store.folder / "outbox").iterdir() if one.name == file.name) == [file.name]
    assert not (store.folder / "outbox" / "0123.xml").exists()


def test_everybody_accepts_in_the_end(store: Store, home: Path, office: StandIn) -> None:
    queue(store, home)
    office.queue.person = accepts_all
    for _ in range(6):
        one_pass(store, home)
    assert only(store, home).state == State.ACCEPTED


def test_what_waits_follows_its_place_to_another_address(store: Store, home: Path, office: StandIn) -> None:
    places = Places(home, store.station_id)
    places.put(replace(places.get("office"), url="https://connect.example.org/server"))
    queue(store, home)
    places.put(replace(places.get("office"), url=office.address))
    assert len(one_pass(store, home).sent) == 1


def test_a_place_whose_password_is_gone_is_named_and_not_asked(store: Store, home: Path, office: StandIn) -> None:
    queue(store, home)
    Passwords(home, store.station_id, store.keys.device_seed).forget("office", "ranger")
    assert [(who, error.code) for who, error in one_pass(store, home).failed] == [("office", "place-no-password")]
    assert office.ledger.requests == []


def test_an_incident_that_went_by_itself_does_not_travel_with_its_patrol_too(store: Store, home: Path) -> None:
    officer = officer_of(store)
    [incident] = store.reader.entries("incident")
    path = write_gpx(store.folder.parent / "walk.gpx", walk(MORNING, 20))
    [patrol] = ImportTracks(store)([path], officer=officer, context=JobContext()).patrols
    with store.act(officer=officer) as change:
        change.set("incident", incident.id, {"patrol": patrol, "occurred_at": MORNING.isoformat(), "summary": "Kichi"})
    files = []
    for records in ([incident.id, patrol], [patrol]):
        queued = queue(store, home, records)
        files.append((store.folder / "outbox" / f"{queued.items[-1].id}.xml").read_text(encoding="utf-8"))
        for one in queued.items:
            WithdrawItem(store, home)(one.id, "for the test", officer=officer)
    assert ["Kichi" in file for file in files] == [False, True]


def test_what_was_sealed_after_it_was_sent_says_so(store: Store, home: Path) -> None:
    queue(store, home)
    one_pass(store, home)
    assert not only(store, home).is_sealed
    [incident] = store.reader.entries("incident")
    with store.transaction(officer_of(store)) as transaction, transaction.change() as change:
        change.seal("ab" * 16, [("incident", incident.id)], covers=[incident.origin], revision=1, checkpoint="made up")
    assert only(store, home).is_sealed


def test_a_file_of_the_same_number_that_nobody_here_sent_is_asked_about(
    tmp_path: Path, home: Path, office: StandIn
) -> None:
    folder, _ = make_station(tmp_path, 1)
    copy, other_home = tmp_path / "copy", tmp_path / "other home"
    shutil.copytree(folder, copy)
    for where, at in ((folder, home), (copy, other_home)):
        with open_station(where, home=at) as store:
            add_place(store, at, office)
            [item] = queue(store, at).items
            passed = one_pass(store, at)
    assert ([error.code for _, error in passed.failed], len(office.queue.items)) == (["outbox-twin"], 1)
    with open_station(copy, home=other_home) as store:
        assert one_pass(store, other_home).failed == []
        RetryItem(store, other_home)(item.id, officer=officer_of(store), context=JobContext())
        assert len(one_pass(store, other_home).sent) == 1


def test_what_waits_for_a_place_that_was_forgotten_is_told(store: Store, home: Path) -> None:
    queue(store, home)
    places = Places(home, store.station_id)
    assert without_place(shown_items(store, home), places.all()) == ()
    places.remove("office")
    assert [one.item.id for one in without_place(shown_items(store, home), places.all())] == [only(store, home).item.id]


def test_a_station_that_cannot_be_written_asks_nobody(tmp_path: Path, home: Path, office: StandIn) -> None:
    folder, _ = make_station(tmp_path, 1)
    with open_station(folder, home=home) as store:
        add_place(store, home, office)
        queue(store, home)
    with ReadOnlyStore(folder, home=home, place=tmp_path) as store, pytest.raises(StationReadOnlyError):
        one_pass(store, home)
    assert office.ledger.requests == []
