"""Something has the keyboard whatever a page does: what is made anew gives the focus back."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.window_room import Room, choose_first, form_of, sweep
from ui.focus_keeper import WAIT_MS, FocusKeeper
from ui.pages.map_page import MapPage
from ui.sheet import Sheet


def a_button(room: Room, text: str) -> QPushButton:
    return next(one for one in room.window.page.findChildren(QPushButton) if one.text() == text)


def focus_name() -> str:
    focused = QApplication.focusWidget()
    assert focused is not None, "nothing has the focus"
    return focused.text() if isinstance(focused, QPushButton) else focused.accessibleName()


def refresh(room: Room) -> None:
    """The page reads everything again, and what it showed is cleared away."""
    room.window.page.refresh()
    room.settle()
    sweep()
    QCoreApplication.processEvents()


def test_a_page_that_is_made_anew_keeps_the_focus_on_the_same_button(room: Room) -> None:
    room.window.go("station")
    room.until(lambda: bool(room.window.page.findChildren(QPushButton)))
    room.settle()
    a_button(room, "Add officer").setFocus()
    room.until(lambda: QApplication.focusWidget() is not None)

    refresh(room)

    room.until(lambda: QApplication.focusWidget() is not None)
    assert focus_name() == "Add officer"


def test_the_focus_waits_for_what_is_made_anew_and_not_in_sight_yet(qtbot: QtBot) -> None:
    window, pane = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(pane)
    window.setCentralWidget(pane)
    old = QPushButton("Add officer")
    for widget in (QLineEdit(), old):
        column.addWidget(widget)
    FocusKeeper(window, lambda: [pane], lambda: None)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    old.setFocus()

    new = QPushButton("Add officer", pane)
    pane.setEnabled(False)  # as Qt does when all of it is cleared away, nothing else takes the focus
    old.deleteLater()
    pane.setEnabled(True)
    qtbot.wait(2 * WAIT_MS)
    new.show()

    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    assert QApplication.focusWidget() is new


def test_a_panel_that_closes_while_its_page_is_made_anew_leaves_the_focus_in_the_page(room: Room) -> None:
    room.window.go("station")
    room.settle()
    sheet = Sheet(room.window.words, "A question", act="Do it", on_act=lambda: None)
    sheet.add("Answer", QLineEdit())
    room.window.ask(sheet)
    room.window.page.refresh()
    sheet.close_sheet()

    room.settle()
    sweep()

    room.until(lambda: QApplication.focusWidget() is not None)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert room.window.page.isAncestorOf(focused)


def test_the_panel_takes_the_focus_where_something_else_lost_it(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    sheet = Sheet(full_room.window.words, "A question", act="Do it", on_act=lambda: None)
    line = QLineEdit()
    sheet.add("Answer", line)
    full_room.window.ask(sheet)
    beside = QWidget(full_room.window.page)
    inside = QPushButton("gone in a moment", beside)
    beside.show()
    inside.setFocus()

    beside.deleteLater()
    sweep()

    full_room.until(line.hasFocus)


def test_a_message_that_is_put_away_gives_the_keyboard_back_to_the_page(room: Room) -> None:
    room.window.go("map")
    room.settle()
    page = room.window.page
    assert isinstance(page, MapPage)
    for acts in ((), [("Look", lambda: None)]):
        room.window.say("warning", "Something happened.", acts=acts)
        room.settle()
        button = room.window.banners.banners[0].findChildren(QPushButton)[0]
        button.setFocus()
        room.until(button.hasFocus)

        QTest.keyClick(button, Qt.Key.Key_Return)

        room.until(page.view.hasFocus)


def test_all_days_leaves_the_keyboard_at_the_bar_of_time(full_room: Room) -> None:
    full_room.window.go("map")
    page = full_room.window.page
    assert isinstance(page, MapPage)
    full_room.window.run("map_time")
    full_room.until(lambda: page.time is not None and page.time.bar.scale.window_us is not None)
    assert page.time is not None
    bar = page.time.bar
    QTest.keyClick(bar.scale, Qt.Key.Key_Right)
    bar.whole.setFocus()
    full_room.until(bar.whole.hasFocus)

    QTest.keyClick(bar.whole, Qt.Key.Key_Return)

    assert not bar.whole.isEnabled()
    assert bar.scale.hasFocus()


def test_a_form_one_comes_back_to_has_the_cursor_in_the_field_where_it_was(room: Room) -> None:
    room.window.go("incidents")
    room.window.run("new")
    view = form_of(room).view
    for key in (view.keys[0], "summary", "place"):
        view.focus_key(key)
        field = QApplication.focusWidget()

        room.window.go("map")
        room.until(lambda: not view.focused_key())
        room.window.go("incidents")

        assert view.focused_key() == key
        assert QApplication.focusWidget() is field


def test_a_message_closed_with_the_pointer_leaves_the_cursor_in_a_field_of_the_form(room: Room) -> None:
    room.window.go("incidents")
    room.window.run("new")
    view = form_of(room).view
    room.window.say("warning", "Something happened.", is_question=True)
    for keys in (Qt.Key.Key_5, Qt.Key.Key_2):
        QTest.keyClick(room.window, keys, Qt.KeyboardModifier.ControlModifier)
        room.settle()

    QTest.mouseClick(room.window.banners.banners[0].findChildren(QPushButton)[-1], Qt.MouseButton.LeftButton)
    room.until(lambda: not room.window.banners.banners)
    room.window.run("new")
    room.settle()

    room.until(lambda: QApplication.focusWidget() is not None)
    assert view.focused_key() == view.keys[0]


def test_walking_back_from_the_first_field_leaves_the_form(room: Room) -> None:
    room.window.go("incidents")
    room.window.run("new")
    view = form_of(room).view
    view.focus_key(view.keys[0])

    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)

    assert not view.focused_key()
    assert not view.hasFocus()
