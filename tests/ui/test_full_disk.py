"""A form on a disk that takes nothing: what is typed is kept somewhere if anywhere, and the window says where."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from db.incidents import incident, incident_ids
from tests.ui.test_form_session import drafts, edit_first, fill_disk, free_disk, new_form, press, type_into
from tests.ui.window_room import Room, form_of
from ui.forms.record_form import RecordForm
from ui.forms.session import AGAIN_MS
from ui.pages.list_page import ListPage

LONG = {"place": "Kichi-Naryn", "summary": "Snares. " * 2000}


def everything_told(room: Room) -> str:
    """What the messages say, the small lines too."""
    banners = room.window.banners.banners
    return " ".join(label.text() for banner in banners for label in banner.findChildren(QLabel))


def waiting(room: Room) -> list[Path]:
    return sorted((room.desk.home / "drafts").rglob("*.json"))


def refuse_drafts_beside(room: Room) -> None:
    """A file where the folder of the drafts would be: nothing can be kept there."""
    (room.desk.home / "drafts").write_text("", encoding="utf-8")


def typed_on_a_full_disk(room: Room) -> RecordForm:
    form = new_form(room)
    fill_disk(room)
    type_into(form, LONG)
    form.session.keep_draft()
    room.until(lambda: form.session.trouble is not None)
    return form


def close_form(room: Room) -> None:
    page = room.window.page
    assert isinstance(page, ListPage)
    page.close_form()
    room.settle()


def test_what_was_typed_on_a_full_disk_is_there_after_the_program_was_killed(room: Room) -> None:
    form = typed_on_a_full_disk(room)
    assert form.state.text() == "kept outside the station, which takes nothing now"
    assert "kept as a draft in another folder of this computer" in everything_told(room)
    assert [path.stat().st_mode & 0o077 for path in waiting(room)] == [0]
    form.session.leave = lambda: None  # type: ignore[method-assign] # killed: nothing is put away
    form.session.commit = lambda: None  # type: ignore[method-assign]

    room.reopen()
    room.until(lambda: "You left a form unfinished" in room.told())
    press(room.window.banners.banners[0], "Continue")

    again = form_of(room)
    assert again.view.values()["summary"] == LONG["summary"].strip()
    room.window.run("save")
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    room.settle()
    assert waiting(room) == []
    assert drafts(room) == ()


def test_where_nothing_can_be_kept_the_form_says_that_it_would_be_lost(room: Room) -> None:
    refuse_drafts_beside(room)

    form = typed_on_a_full_disk(room)

    assert form.state.text() == "What was typed is not stored yet, and would be lost."
    assert "is not stored: The disk is full" in room.told()
    assert "only as long as this window is open" in everything_told(room)


def test_a_full_disk_is_told_once_and_taken_back_when_there_is_room_again(room: Room) -> None:
    form = typed_on_a_full_disk(room)
    form.session._again.setInterval(20)
    form.session.commit()
    room.settle()
    room.settle()
    assert len(room.window.banners.banners) == 1

    free_disk(room)

    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    room.until(lambda: room.window.banners.banners == ())
    room.until(lambda: waiting(room) == [])
    assert AGAIN_MS <= 30_000


def test_room_that_comes_between_the_change_and_its_draft_is_used_for_the_change_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = typed_on_a_full_disk(room)
    keep = form.session.keep_draft

    def keep_when_there_is_room() -> None:
        free_disk(room)
        keep()

    monkeypatch.setattr(form.session, "keep_draft", keep_when_there_is_room)
    form.session.commit()

    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)
    room.until(lambda: room.window.banners.banners == ())
    assert drafts(room) == ()


def test_the_window_closes_over_what_is_kept_outside_the_station(room: Room) -> None:
    typed_on_a_full_disk(room)

    room.window.close()

    assert not room.window.isVisible()
    assert len(waiting(room)) == 1


def test_a_closed_form_that_could_not_be_stored_is_opened_again_as_it_was(full_room: Room) -> None:
    refuse_drafts_beside(full_room)
    record = incident_ids(full_room.desk.reader)[0]
    form = edit_first(full_room)
    fill_disk(full_room)
    type_into(form, LONG)
    close_form(full_room)
    full_room.until(lambda: "is not stored" in full_room.told())

    again = edit_first(full_room)
    full_room.settle()

    assert again.view.values()["place"] == "Kichi-Naryn"
    assert len(full_room.desk.sessions) == 1
    free_disk(full_room)
    full_room.window.run("save")
    full_room.until(lambda: incident(full_room.desk.reader, record).place == "Kichi-Naryn")


def test_what_cannot_be_read_is_not_called_kept_where_nothing_is_kept(room: Room) -> None:
    refuse_drafts_beside(room)
    form = new_form(room)
    moment = form.view.editor("occurred_at")
    assert moment is not None
    fill_disk(room)
    moment.set_typed("in the morning " * 1000)
    moment.edited.emit()

    room.window.go("patrols")

    room.until(lambda: "could not be read" in room.told())
    assert "kept as a draft" not in room.told()


def test_opening_the_record_takes_the_draft_and_the_offer_leaves(full_room: Room) -> None:
    form = edit_first(full_room)
    moment = form.view.editor("occurred_at")
    assert moment is not None
    moment.set_typed("in the morning")
    moment.edited.emit()
    close_form(full_room)
    full_room.until(lambda: "You left a form unfinished" in full_room.told())

    edit_first(full_room)

    assert "You left a form unfinished" not in full_room.told()
