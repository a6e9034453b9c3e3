"""The page of what goes to the office: what it says of each thing, and what it lets a person do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtTest import QAbstractItemModelTester

from db.outbox import items
from ranger_app.domain.outbox import Attempts, Item, State
from ranger_app.services.outbox import Shown
from tests.pictures import office_scenes
from tests.ui.window_room import Room
from ui.pages.places import PlacesPage
from ui.pages.to_send import ToSendPage
from ui.pages.to_send_words import ItemWords

ITEM = Item(
    id="1" * 32, place="Office", server="https://connect.example.org/server", area="", how="queue",
    record_kind="patrol", record="2" * 32, number="KG-NAR_000001", name="KG-NAR_000001.zip", type="PATROL_XML",
    sha256="3" * 64, size=2_500_000, version="8", covers="4" * 64, origin="5" * 32, queued_at=1_772_600_000_000,
)  # fmt: skip


def shown(state: State, **more: Any) -> Shown:
    outcome = state.value if state in (State.SENT, State.ACCEPTED, State.REFUSED) else ""
    tried = Attempts(count=1, code="connect-unreachable", facts={"host": "h"}, needs_person=state is State.FAILED)
    told = Shown(
        item=replace(ITEM, outcome=outcome), state=state, is_ours=True, is_moved=False, is_changed=False,
        is_sealed=False, attempts=tried if state is State.FAILED else Attempts(),
    )  # fmt: skip
    return replace(told, **more)


def open_page(room: Room) -> ToSendPage:
    room.window.run("to_send")
    page = room.window.page
    assert isinstance(page, ToSendPage)
    room.settle()
    return page


def choose(page: ToSendPage, state: State) -> None:
    model = page.table.texts
    page.table.selectRow(next(row for row in range(model.rowCount()) if model.shown(row).state is state))


def test_an_empty_page_says_what_belongs_there(room: Room) -> None:
    page = open_page(room)

    assert "go to the office wait here" in page.panes()[0].findChildren(type(page.told))[0].text()


def test_each_state_has_its_acts(full_room: Room) -> None:
    office_scenes.fill(full_room.window)
    full_room.until(lambda: len(items(full_room.desk.reader)) == 2)
    page = open_page(full_room)
    full_room.until(lambda: page.table.texts.rowCount() == 2)
    QAbstractItemModelTester(page.table.texts, QAbstractItemModelTester.FailureReportingMode.Fatal)

    choose(page, State.REFUSED)
    assert "The mandate 'research' is not known" in page.details.text()
    assert page.retry_button.isVisible()
    assert not page.withdraw_button.isVisible()
    choose(page, State.ACCEPTED)
    assert "it is in SMART" in page.details.text()
    assert not page.retry_button.isVisible()


def test_the_record_of_an_item_is_opened_by_enter(full_room: Room) -> None:
    office_scenes.fill(full_room.window)
    page = open_page(full_room)
    full_room.until(lambda: page.table.texts.rowCount() == 2)
    choose(page, State.ACCEPTED)

    page.table.opened.emit()
    full_room.settle()

    assert full_room.window.page.name == "patrols"


def test_what_is_known_is_told_in_words(room: Room) -> None:
    told = ItemWords(room.desk)

    assert told.row(shown(State.WAITING))[:2] == ("Patrol KG-NAR_000001", "waits")
    assert told.row(shown(State.SENT))[2] == "Somebody at the office has to load it."
    assert told.row(shown(State.FAILED))[2].startswith("h cannot be reached")
    assert told.row(shown(State.WAITING, is_ours=False))[1] == "waits, another laptop's"
    assert any("2.5 MB" in line for line in told.full(shown(State.WAITING)))
    assert any("SMART cannot take a change" in line for line in told.full(shown(State.ACCEPTED, is_changed=True)))
    assert any("queued anew" in line for line in told.full(shown(State.WAITING, is_changed=True)))


def test_what_waits_because_of_its_office_says_why_and_where_that_is_mended(room: Room) -> None:
    told = ItemWords(room.desk)
    facts = {"host": "connect.example.org", "fingerprint": "ab" * 32}
    tried = Attempts(count=1, code="connect-certificate-changed", facts=facts, needs_person=True)
    waiting = shown(State.WAITING, at_place=tried)

    assert told.row(waiting)[2].startswith("connect.example.org shows another certificate")
    assert any("To do so: Places, Change, Try it." in line for line in told.full(waiting))


def test_a_refused_item_is_not_tried_again_when_a_newer_one_took_its_place(room: Room) -> None:
    told = ItemWords(room.desk)

    assert told.may_retry(shown(State.REFUSED))
    assert not told.may_retry(shown(State.REFUSED, is_followed=True))
    assert "put into the outbox again since" in told.full(shown(State.REFUSED, is_followed=True))[0]


def test_what_is_another_laptops_is_only_looked_at(room: Room) -> None:
    told = ItemWords(room.desk)
    foreign = shown(State.WAITING, is_ours=False)

    assert not told.may_retry(foreign)
    assert not told.may_withdraw(foreign)
    assert told.may_withdraw(shown(State.WAITING))
    assert not told.may_withdraw(shown(State.SENT))


def test_a_place_is_forgotten_with_its_password_and_what_waits_stays(full_room: Room) -> None:
    office_scenes.fill(full_room.window)
    full_room.until(lambda: len(items(full_room.desk.reader)) == 2)
    full_room.window.run("places")
    page = full_room.window.page
    assert isinstance(page, PlacesPage)

    page.remove()

    full_room.until(lambda: "are forgotten here" in full_room.told())
    assert [one.name for one in full_room.desk.sending.places] == ["Osh office"]
    assert len(items(full_room.desk.reader)) == 2


def test_the_same_items_in_other_words_leave_the_chosen_one(full_room: Room) -> None:
    office_scenes.fill(full_room.window)
    page = open_page(full_room)
    full_room.until(lambda: page.table.texts.rowCount() == 2)
    choose(page, State.ACCEPTED)
    before = page.chosen

    page.refresh()
    full_room.settle()

    assert before is not None
    assert page.chosen is not None
    assert page.chosen.item.id == before.item.id
