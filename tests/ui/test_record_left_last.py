"""The record of the form that was left last is the one that is chosen: what comes next is done to that one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from db.drafts import Draft
from tests.ui.test_form_session import new_form, type_into
from tests.ui.window_room import Room, choose_first, form_of
from ui import acts
from ui.pages.incident_details import IncidentDetails
from ui.pages.list_page import ListPage

UNFINISHED = "ab" * 16


def leave_draft(room: Room) -> None:
    """A conflict that a power cut left unfinished is offered."""
    draft = Draft(room.desk.officer_id, "conflict", UNFINISHED, {"place": "Second"}, {}, 1)
    room.desk.do(acts.keep_draft(draft))
    room.settle()
    room.window.offer_draft()
    room.settle()


def go_on(room: Room) -> None:
    buttons = room.window.banners.banners[0].findChildren(QPushButton)
    next(one for one in buttons if one.text() == "Continue").click()


def chosen_and_shown(room: Room) -> tuple[str, str]:
    page = room.window.page
    assert isinstance(page, ListPage)
    room.until(lambda: isinstance(page.details.currentWidget(), IncidentDetails))
    details = page.details.currentWidget()
    assert isinstance(details, IncidentDetails)
    assert page.chosen is not None
    return page.chosen.id, details._shown


@pytest.mark.parametrize("is_first_stored", [True, False])
def test_a_draft_that_is_continued_over_another_form_is_chosen_when_it_is_left(
    room: Room, is_first_stored: bool
) -> None:
    leave_draft(room)
    type_into(new_form(room, "conflict"), {"place": "First"})

    go_on(room)
    if is_first_stored:
        room.settle()
    assert form_of(room).writing.record == UNFINISHED
    room.window.run("back")
    room.settle()

    assert chosen_and_shown(room) == (UNFINISHED, UNFINISHED)


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_only_a_new_record_is_chosen_in_the_place_of_the_one_before(room: Room, held: Qt.KeyboardModifier) -> None:
    for place in ("First", "Second"):
        form = new_form(room, "conflict")
        record = form.writing.record
        type_into(form, {"place": place})
        room.window.run("back")
        QTest.mouseClick(room.window.rail, Qt.MouseButton.LeftButton, held)
        assert QGuiApplication.keyboardModifiers() == held
        room.settle()

        assert chosen_and_shown(room) == (record, record)
        assert [row.id for row in room.window.page.marked().rows] == [record]


def test_what_was_chosen_on_the_map_is_chosen_in_the_list(full_room: Room) -> None:
    page = choose_first(full_room, "incidents")
    first = page.chosen
    assert first is not None
    type_into(new_form(full_room), {"place": "Second"})
    full_room.window.run("back")
    full_room.settle()

    full_room.window.go("map")
    full_room.desk.chosen.choose_all({"incident": (first.id,)})
    full_room.window.go("incidents")

    assert chosen_and_shown(full_room) == (first.id, first.id)
