"""Each unfinished form has a message of its own that says which one it is, and what was discarded comes back."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from db.drafts import Draft
from db.incidents import incident, incident_ids
from tests.ui.window_room import Room
from ui import acts, main_window
from ui.banner import Banner
from ui.pages.list_page import ListPage

MINUTE_MS = 1_770_000_000_000


@pytest.fixture(autouse=True)
def nothing_is_offered_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow machine what the window offers after its start would come in the middle of a test."""
    monkeypatch.setattr(main_window, "DRAFTS_AFTER_MS", 3_600_000)


def leave_draft(room: Room, record: str, later: int = 0, **values: object) -> Draft:
    """What a power cut left of a poaching incident."""
    draft = Draft(room.desk.officer_id, "poaching", record, values, {}, MINUTE_MS + later)
    room.desk.do(acts.keep_draft(draft))
    room.settle()
    return draft


def offered(room: Room) -> tuple[Banner, ...]:
    room.window.offer_draft()
    room.settle()
    assert "unfinished" in room.told()
    return room.window.banners.banners


def press(banner: Banner, label: str) -> None:
    next(button for button in banner.findChildren(QPushButton) if button.text() == label).click()
    QApplication.processEvents()


def kept(room: Room) -> tuple[Draft, ...]:
    return room.desk.reader.drafts.of(room.desk.officer_id)


def test_two_drafts_of_one_minute_are_both_offered(room: Room) -> None:
    leave_draft(room, "a" * 32)
    leave_draft(room, "b" * 32)

    assert {banner.about for banner in offered(room)} == {f"draft {'a' * 32}", f"draft {'b' * 32}"}


def test_a_draft_that_is_offered_again_is_offered_once(room: Room) -> None:
    draft = leave_draft(room, "a" * 32, place="Kichi-Naryn")
    offered(room)
    later = dt.timedelta(minutes=5) // dt.timedelta(milliseconds=1)
    room.desk.do(acts.keep_draft(Draft(draft.officer, draft.form, draft.record, draft.values, {}, MINUTE_MS + later)))

    room.window.offer_draft(draft.record)
    room.settle()

    assert len(room.window.banners.banners) == 1


def test_a_new_record_is_named_by_the_first_words_typed(room: Room) -> None:
    leave_draft(room, "a" * 32, place="Kichi-Naryn,\nleft bank above the old bridge and the mill", summary="Snares.")
    leave_draft(room, "b" * 32, summary="Shots in the night.")

    told = {banner.about[-1]: banner.text for banner in offered(room)}

    assert "Poaching incident “Kichi-Naryn, left bank above the old…”, typed" in told["a"]
    assert "“Shots in the night.”" in told["b"]


def test_one_long_word_is_cut(room: Room) -> None:
    leave_draft(room, "a" * 32, place="x" * 60)

    (banner,) = offered(room)

    assert f"“{'x' * 39}…”" in banner.text


def test_of_many_drafts_the_newest_stand_there_the_newest_above(room: Room) -> None:
    for later, letter in enumerate("abcd"):
        leave_draft(room, letter * 32, later=later, place=letter.upper())

    assert [banner.about[-1] for banner in offered(room)] == ["d", "c", "b"]


def test_a_stored_record_is_named_by_its_number(full_room: Room) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    number = incident(full_room.desk.reader, record).number
    leave_draft(full_room, record, summary="Four wire snares.")

    (banner,) = offered(full_room)

    assert number
    assert number in banner.text


def test_a_discarded_draft_is_put_back_by_undo(room: Room) -> None:
    draft = leave_draft(room, "a" * 32, place="Kichi-Naryn")
    (banner,) = offered(room)

    press(banner, "Discard")
    room.until(lambda: "Discarded: Poaching incident “Kichi-Naryn”." in room.told())
    assert kept(room) == ()

    press(room.window.banners.banners[0], "Undo")
    room.until(lambda: "unfinished" in room.told())
    assert kept(room) == (draft,)
    assert "Discarded" not in room.told()


def test_discarding_one_of_three_hides_neither_of_the_others(room: Room) -> None:
    for letter in "abc":
        leave_draft(room, letter * 32, place=letter.upper())
    banners = offered(room)

    press(next(one for one in banners if "“B”" in one.text), "Discard")
    room.until(lambda: "Discarded" in room.told())

    assert "“A”" in room.told()
    assert "“C”" in room.told()


def test_undo_waits_while_a_form_of_the_record_is_open(full_room: Room) -> None:
    record = incident_ids(full_room.desk.reader)[0]
    draft = leave_draft(full_room, record, summary="Four wire snares.")
    (banner,) = offered(full_room)
    press(banner, "Discard")
    full_room.until(lambda: "Discarded" in full_room.told())
    full_room.window.go("incidents")
    page = full_room.window.page
    assert isinstance(page, ListPage)
    page.list.setCurrentIndex(page.list.records.index(0, 1))
    full_room.window.run("edit")

    press(full_room.window.banners.banners[0], "Undo")
    full_room.settle()
    assert kept(full_room) == ()

    page.close_form()
    full_room.settle()
    press(full_room.window.banners.banners[0], "Undo")
    full_room.until(lambda: "unfinished" in full_room.told())
    assert kept(full_room) == (draft,)
