"""Rows of a list where reading begins on the right: nothing of a row lies on anything else of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.record_list import KeysetModel, ListRow, RecordList

ROW = ListRow(id="1", kind="patrol", title="DEMO_000001", when="04 Mar", second="16.9 km", mark="1 gap")
WIDTH = 320
SIDES = (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft)


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    """Other tests find the direction that they know."""
    before = qapp.layoutDirection()
    yield
    qapp.setLayoutDirection(before)


def drawn(qtbot: QtBot, row: ListRow, direction: Qt.LayoutDirection) -> set[tuple[int, int]]:
    """The pixels of a row that are not its ground, in a window that is mirrored or is not."""
    QApplication.setLayoutDirection(direction)
    model = KeysetModel(lambda place, most: [] if place else [row], ("", "", "", ""))
    shown = RecordList(model, "list")
    qtbot.addWidget(shown)
    shown.resize(WIDTH, 60)
    model.reload()
    image: QImage = shown.grab().toImage()
    bare = image.pixel(WIDTH // 2, 8)
    return {(x, y) for x in range(4, WIDTH - 4) for y in range(4, 44) if image.pixel(x, y) != bare}


@pytest.mark.parametrize("direction", SIDES, ids=["to the right", "to the left"])
@pytest.mark.parametrize(("one", "other"), [("when", "title"), ("second", "mark")])
def test_no_part_of_a_row_lies_on_another(qtbot: QtBot, direction: Qt.LayoutDirection, one: str, other: str) -> None:
    empty = ROW._replace(when="", title="", second="", mark="")
    alone = drawn(qtbot, empty._replace(**{one: getattr(ROW, one)}), direction)
    beside = drawn(qtbot, empty._replace(**{other: getattr(ROW, other)}), direction)

    both = drawn(qtbot, empty._replace(**{one: getattr(ROW, one), other: getattr(ROW, other)}), direction)

    assert alone
    assert beside
    assert len(both) >= 0.98 * (len(alone) + len(beside))


@pytest.mark.parametrize("part", ["title", "second"])
def test_several_lines_are_written_as_one(qtbot: QtBot, part: str) -> None:
    in_one, in_two = (drawn(qtbot, ROW._replace(**{part: f"Snares{gap}Ridge"}), SIDES[0]) for gap in (" ", "\n\n"))

    assert in_two == in_one


def test_the_day_of_a_row_stands_where_reading_begins(qtbot: QtBot) -> None:
    day = ROW._replace(title="", second="", mark="")

    left, right = (drawn(qtbot, day, direction) for direction in SIDES)

    assert max(x for x, _ in left) < WIDTH / 2 < min(x for x, _ in right)
