"""Something has the keyboard whatever a page does: what is made anew gives the focus back."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from tests.ui.window_room import Room, choose_first, sweep
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

    refresh(room)

    room.until(lambda: QApplication.focusWidget() is not None)
    assert focus_name() == "Add officer"


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
