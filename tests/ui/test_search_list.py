"""The list under the search line: every answer on a row of its own, and as much of it as the window has room for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView

from tests.ui.window_room import Room
from ui.search_line import MOST_SEEN, SearchLine

NARROW_PX, WIDE_PX, HIGH_PX = 640, 1280, 720


def listed(room: Room, *answers: str) -> tuple[SearchLine, QAbstractItemView]:
    """The list when *answers* were found."""
    room.window.run("search")
    line = room.window.title_bar.search
    line.setText("snares")
    line._show("snares", tuple(("incident", str(place), told) for place, told in enumerate(answers)))
    popup = line._completer.popup()
    assert popup is not None
    room.until(popup.isVisible)
    room.settle()
    return line, popup


def on_screen(widget: QAbstractItemView | SearchLine) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def sized(room: Room, width_px: int) -> QRect:
    """The window at a width; where it stands on the screen."""
    room.window.resize(width_px, HIGH_PX)
    room.settle()
    return QRect(room.window.mapToGlobal(QPoint(0, 0)), room.window.size())


def test_no_answer_of_the_first_search_stands_over_another(full_room: Room) -> None:
    _, popup = listed(full_room, "One", "Other", "Third")

    model = popup.model()
    assert model is not None
    rows = [popup.visualRect(model.index(row, 0)) for row in range(3)]

    assert all(row.height() >= popup.sizeHintForRow(0) for row in rows)
    assert all(above.bottom() < below.top() for above, below in pairwise(rows))


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("answers", [2, MOST_SEEN + 3])
def test_the_list_is_as_wide_as_its_answers_where_the_window_has_room(
    full_room: Room, direction: Qt.LayoutDirection, answers: int
) -> None:
    full_room.window.setLayoutDirection(direction)
    window = sized(full_room, WIDE_PX)
    told = "DEMO_2U22_000003 · 2026-03-01 · Made-up sample: three wire snares on a trail"
    line, popup = listed(full_room, *[told] * answers)

    room, viewport = on_screen(popup), popup.viewport()

    assert viewport is not None
    assert room.width() > line.width()
    assert viewport.width() >= popup.sizeHintForColumn(0)
    assert window.contains(room)
    assert room.left() <= on_screen(line).left()
    assert room.right() >= on_screen(line).right()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_list_stays_within_a_window_that_is_narrower_than_its_answers(
    full_room: Room, direction: Qt.LayoutDirection
) -> None:
    full_room.window.setLayoutDirection(direction)
    window = sized(full_room, NARROW_PX)

    line, popup = listed(full_room, "word " * 200)

    assert on_screen(popup).width() > line.width()
    assert window.contains(on_screen(popup))


def test_short_answers_are_listed_as_wide_as_the_line(full_room: Room) -> None:
    sized(full_room, WIDE_PX)

    line, popup = listed(full_room, "One")

    assert on_screen(popup).width() == line.width()
    assert on_screen(popup).left() == on_screen(line).left()
