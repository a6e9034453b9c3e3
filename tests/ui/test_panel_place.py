"""A panel that holds words waits while another page is in sight; one without words goes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.ui.test_closing import typed
from tests.ui.test_form_session import edit_first
from tests.ui.window_room import Room
from ui.closing import what_would_be_lost
from ui.sheet import Sheet


def line_with(text: str) -> QLineEdit:
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.text() == text
    return focused


def test_what_was_typed_waits_with_its_page(room: Room) -> None:
    typed(room, "cases", "new", "Snares")
    room.window.go("map")
    assert room.window.sheet is None
    assert "Open a case" in what_would_be_lost(room.window)

    room.window.go("cases")

    assert room.window.sheet is not None
    QTest.keyClicks(line_with("Snares"), " at the bridge")
    QTest.keyClick(line_with("Snares at the bridge"), Qt.Key.Key_Return)
    room.settle()
    assert room.window.sheet is None
    (case,) = room.desk.reader.entries("case")
    assert room.desk.reader.state(case.id).values["title"] == "Snares at the bridge"


def test_the_cursor_comes_back_to_the_field_that_it_left(room: Room) -> None:
    typed(room, "station", "add_officer", "Bekova, Nurgul")
    assert room.window.sheet is not None
    last = room.window.sheet.findChildren(QLineEdit)[-1]
    last.setFocus()
    QTest.keyClicks(last, "K-7")

    room.window.go("map")
    room.window.go("station")

    assert line_with("K-7") is last
    assert not last.selectedText()


def test_a_record_that_is_opened_meanwhile_takes_no_words_away(full_room: Room) -> None:
    room = full_room
    typed(room, "cases", "new", "Snares")
    patrol = room.desk.reader.entries("patrol")[0]

    room.window.open_record("patrol", patrol.id)
    room.window.open_record("patrol", patrol.id)
    assert room.window.sheet is None
    room.window.go("cases")

    line_with("Snares")


def test_the_page_of_the_panel_itself_keeps_it(room: Room) -> None:
    typed(room, "cases", "new", "Snares")

    room.window.go("cases")

    line_with("Snares")


def test_help_stands_above_a_panel_and_gives_it_back(room: Room) -> None:
    typed(room, "cases", "new", "Snares")
    room.window.run("help")
    assert room.window.sheet is None

    room.window.go_back()

    line_with("Snares")


@pytest.mark.parametrize("is_cancel", [True, False])
def test_escape_and_cancel_put_words_away_for_good(room: Room, is_cancel: bool) -> None:
    typed(room, "cases", "new", "Snares")
    assert room.window.sheet is not None
    if is_cancel:
        room.window.sheet.cancel_button.click()
    else:
        room.window.go_back()
    room.window.go("map")

    room.window.go("cases")

    assert room.window.sheet is None
    assert what_would_be_lost(room.window) == ""


@pytest.mark.parametrize(("page", "command", "text"), [("cases", "new", ""), ("station", "edit_officer", "Toktosunov")])
def test_a_panel_goes_with_its_page_without_words_or_where_it_shows_what_is_stored_now(
    room: Room, page: str, command: str, text: str
) -> None:
    typed(room, page, command, text)
    room.window.go("map")

    room.window.go(page)

    assert room.window.sheet is None
    assert what_would_be_lost(room.window) == ""


def test_escape_in_the_search_line_gives_the_keyboard_back_to_the_panel(room: Room) -> None:
    typed(room, "cases", "new", "Snares")
    room.window.title_bar.search.setFocus()

    room.window.go_back()

    line_with("Snares")


def test_a_panel_of_a_form_goes_with_it(full_room: Room) -> None:
    room = full_room
    edit_first(room, "patrols")
    writing = room.window.page
    assert writing.has_form
    sheet = Sheet(room.window.words, "Add a leg", act="Add", on_act=lambda: None)
    sheet.add("Begun at", QLineEdit())
    room.window.ask(sheet)
    QTest.keyClicks(line_with(""), "09:15")

    room.window.go("map")
    room.window.go("patrols")

    assert room.window.page is writing
    assert room.window.sheet is None
