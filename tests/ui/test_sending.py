"""What goes to an office by itself, and when it does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from db.outbox import items
from db.patrol_pages import patrol_ids
from db.store import Store
from ranger_app.domain.places import Place
from ranger_app.jobs import JobContext
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.services.queue_smart import QueueSmart
from ranger_app.services.sync_places import Synced
from tests.pictures import office_scenes
from tests.smart_connect import RANGER, StandIn
from tests.ui.window_room import Room
from ui.connectivity import Connectivity
from ui.place_sheets import grouped
from ui.queueing import Queueing
from ui.send_telling import tell_pass
from ui.sending import BY_HAND, BY_ITSELF, CAREFUL, LARGEST_METERED, Sender


@pytest.fixture
def office() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server
        server.check()


class Network(Connectivity):
    """What a system may say, told by the test."""

    away = False
    metered = False

    @property
    def is_away(self) -> bool:
        return self.away

    @property
    def is_metered(self) -> bool:
        return self.metered


def know(room: Room, office: StandIn) -> Place:
    """The office is known, with its password."""
    area = str(office.area.uuid)
    place = Place(name="Office", kind="smart", url=office.address, user=RANGER.name, area=area, version="8", read={})
    Places(room.desk.home, room.desk.station_id).put(place)
    seeds: list[bytes] = []
    room.desk.do(lambda store, _context: store.keys.device_seed, on_done=seeds.append)
    room.until(lambda: bool(seeds))
    Passwords(room.desk.home, room.desk.station_id, seeds[0]).put(place.name, place.user, RANGER.password)
    return place


def queue(room: Room, place: Place) -> None:
    def work(store: Store, _context: JobContext) -> None:
        records = patrol_ids(store.reader)
        QueueSmart(store)(place, records, force=True, officer=room.desk.officer_id, context=JobContext())

    room.desk.do(work)
    room.until(lambda: bool(items(room.desk.reader)))


def begin(room: Room, how: str, network: Network | None = None) -> Sender:
    sender = room.desk.sending
    room.desk.settings.put(f"send/{room.desk.station_id}", how)
    sender.begin(network)
    return sender


def outcomes(room: Room) -> list[str]:
    return [one.outcome for one in items(room.desk.reader)]


def test_what_was_queued_goes_by_itself(full_room: Room, office: StandIn) -> None:
    begin(full_room, BY_ITSELF)

    queue(full_room, know(full_room, office))

    full_room.until(lambda: outcomes(full_room) == ["sent"])
    full_room.until(lambda: full_room.window.strip.to_send.text() == "To send 0")


def test_the_message_that_something_waits_leaves_when_it_left(full_room: Room, office: StandIn) -> None:
    begin(full_room, BY_ITSELF)
    place = know(full_room, office)
    records = patrol_ids(full_room.desk.reader)

    Queueing(full_room.desk, full_room.window).queue(place, records, force=True)

    full_room.until(lambda: "in the outbox. Goes by itself" in full_room.told())
    full_room.until(lambda: "To the office: 1 sent." in full_room.told())
    assert "in the outbox" not in full_room.told()


def test_what_the_office_refused_is_a_warning_and_stands_in_the_strip(full_room: Room) -> None:
    office_scenes.fill(full_room.window)
    full_room.until(lambda: any(one == "refused" for one in outcomes(full_room)))
    refused = next(one for one in items(full_room.desk.reader) if one.outcome == "refused")

    tell_pass(full_room.desk.words, full_room.window, Synced(heard=[refused]), is_asked=False)

    assert [one.kind for one in full_room.window.banners.banners] == ["warning"]
    full_room.until(lambda: full_room.window.strip.to_send.text() == "To send 0 · 1 refused")


def test_by_hand_nothing_goes_before_somebody_says_so(full_room: Room, office: StandIn) -> None:
    sender = begin(full_room, BY_HAND)
    queue(full_room, know(full_room, office))

    sender.consider()
    full_room.settle()
    assert not sender.is_sending
    assert outcomes(full_room) == [""]
    full_room.window.run("send_now")

    full_room.until(lambda: outcomes(full_room) == ["sent"])


def test_nothing_is_tried_while_there_is_no_network_and_all_is_when_it_comes_back(
    full_room: Room, office: StandIn
) -> None:
    network = Network()
    network.away = True
    sender = begin(full_room, BY_ITSELF, network)
    queue(full_room, know(full_room, office))

    sender.consider()
    assert not sender.is_sending
    network.away = False
    network.hear()

    full_room.until(lambda: outcomes(full_room) == ["sent"])


def test_where_bytes_cost_money_large_files_wait_for_a_hand(
    full_room: Room, office: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.sending.LARGEST_METERED", 10)
    network = Network()
    network.metered = True
    sender = begin(full_room, CAREFUL, network)
    queue(full_room, know(full_room, office))

    sender.consider()
    full_room.until(lambda: not sender.is_sending)
    full_room.settle()
    assert outcomes(full_room) == [""]
    assert office.queue.items == []
    sender.send()

    full_room.until(lambda: outcomes(full_room) == ["sent"])
    assert LARGEST_METERED == 1_000_000


def test_without_an_office_nothing_is_loaded_that_talks(full_room: Room) -> None:
    full_room.desk.begin_sending()

    assert full_room.desk.made_sending is None


def test_a_window_that_was_closed_begins_nothing(full_room: Room, office: StandIn) -> None:
    know(full_room, office)
    desk = full_room.desk

    full_room.whole.close()
    desk.begin_sending()

    assert desk.made_sending is None


def test_an_office_that_is_known_has_its_button(full_room: Room, office: StandIn) -> None:
    know(full_room, office)
    assert "send_to_office" not in full_room.window.page.buttons

    begin(full_room, BY_HAND)

    assert "send_to_office" in full_room.window.page.buttons


def test_closing_while_the_server_is_silent_takes_a_moment(full_room: Room, office: StandIn) -> None:
    sender = begin(full_room, BY_HAND)
    queue(full_room, know(full_room, office))
    office.pace_bytes_s = 1_000.0
    sender.send()
    full_room.until(lambda: bool(office.queue.items))

    before = time.monotonic()
    full_room.desk.sending.close()

    assert time.monotonic() - before < 2.0


def test_the_window_answers_while_a_file_travels(full_room: Room, office: StandIn) -> None:
    sender = begin(full_room, BY_HAND)
    queue(full_room, know(full_room, office))
    answers: list[float] = []
    clock = QTimer(interval=1)
    clock.timeout.connect(lambda: answers.append(time.monotonic()))
    office.pace_bytes_s = 1_000.0
    sender.send()
    full_room.until(lambda: bool(office.queue.items))
    clock.start()

    full_room.until(lambda: len(answers) > 50)

    clock.stop()
    assert not office.queue.items[0].is_whole
    pauses = [later - sooner for sooner, later in pairwise(answers)]
    assert sorted(pauses)[-5] < 0.05, "the machine itself may stumble a few times"
    office.pace_bytes_s = None
    full_room.until(lambda: outcomes(full_room) == ["sent"])


def test_what_waits_is_no_secret_of_one_laptop_but_a_password_is(full_room: Room, office: StandIn) -> None:
    place = know(full_room, office)
    sender = begin(full_room, BY_HAND)
    queue(full_room, place)
    sender.send()
    full_room.until(lambda: outcomes(full_room) == ["sent"])

    written = b"".join(path.read_bytes() for path in Path(full_room.folder).rglob("*") if path.is_file())

    assert RANGER.password.encode() not in written


def test_a_fingerprint_is_told_in_groups_of_four() -> None:
    assert grouped("ab12" * 16) == [" ".join(["AB12"] * 8)] * 2
