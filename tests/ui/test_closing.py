"""The window does not close over what was typed into a panel, without a word; panels soon filled again need none."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.window_room import Room
from ui.closing import what_would_be_lost


def typed(room: Room, page: str, command: str, text: str) -> None:
    """Open a panel by a command and type into its first field."""
    room.window.go(page)
    room.window.run(command)
    room.until(lambda: room.window.sheet is not None)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, text)


def test_the_window_asks_before_it_closes_over_what_was_typed_into_a_panel(room: Room) -> None:
    typed(room, "cases", "new", "Snares")

    room.window.close()

    assert room.window.isVisible()
    assert "What was typed under “Open a case” is stored nowhere, and would be lost." in room.told()
    assert room.window.sheet is not None
    room.window.sheet.cancel_button.click()
    assert what_would_be_lost(room.window) == ""


@pytest.mark.parametrize(("page", "command", "text"), [("cases", "new", " "), ("map", "go_to_place", "41.2 74.5")])
def test_nobody_is_asked_over_a_panel_without_words_or_soon_filled_again(
    room: Room, page: str, command: str, text: str
) -> None:
    typed(room, page, command, text)

    assert what_would_be_lost(room.window) == ""
