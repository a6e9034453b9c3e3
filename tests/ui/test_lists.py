"""Lists of records: read page by page, grouped, and never choosing by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.window_room import Room
from ui import theme
from ui.pages.list_page import ListPage
from ui.record_list import PAGE_ROWS, KeysetModel, ListRow, RecordList
from ui.record_table import ShortTable, TableRow

HEADINGS = ("Day", "Record", "Details", "Note")


class Walks:
    """So many patrols, the newest first; remembers what was asked."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[tuple[Any, int]] = []

    def __call__(self, before: Any, limit: int) -> Sequence[ListRow]:
        self.asked.append((before, limit))
        first = 0 if before is None else before + 1
        return [
            ListRow(id=f"{n:032x}", kind="patrol", title=f"Walk {n}", when=f"{n:02}", group=f"Month {n // 10}", place=n)
            for n in range(first, min(first + limit, self.count))
        ]


def model_of(count: int) -> KeysetModel:
    model = KeysetModel(Walks(count), HEADINGS)
    model.reload()
    return model


def test_the_list_is_a_sound_model_while_it_grows(qtbot: QtBot) -> None:
    model = model_of(250)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())
    model.reload()

    assert tester.model() is model
    assert model.rowCount() == 250
    assert model.columnCount() == len(HEADINGS)
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Record"


def test_only_what_is_seen_is_read(qtbot: QtBot) -> None:
    walks = Walks(100_000)
    model = KeysetModel(walks, HEADINGS)

    model.reload()

    assert model.rowCount() == PAGE_ROWS
    assert walks.asked == [(None, PAGE_ROWS)]


def test_a_record_far_down_is_found_by_reading_on(qtbot: QtBot) -> None:
    model = model_of(350)

    assert model.place_of(f"{321:032x}") == 321
    assert model.place_of("f" * 32) is None


def test_a_heading_stands_over_the_first_of_each_group(qtbot: QtBot) -> None:
    model = model_of(25)

    assert [place for place in range(25) if model.begins_group(place)] == [0, 10, 20]


def test_taking_the_focus_chooses_nothing_and_an_arrow_chooses_the_first(qtbot: QtBot) -> None:
    view = RecordList(model_of(5), "Walks")
    qtbot.addWidget(view)
    chosen: list[Any] = []
    view.chosen.connect(chosen.append)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)

    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.current() is None
    QTest.keyClick(view, Qt.Key.Key_Down)

    assert view.current() is not None
    assert [row.title for row in chosen] == ["Walk 0"]


def test_enter_opens_the_chosen_row(qtbot: QtBot) -> None:
    view = RecordList(model_of(5), "Walks")
    qtbot.addWidget(view)
    opened: list[ListRow] = []
    view.opened.connect(opened.append)

    view.choose(f"{3:032x}")
    QTest.keyClick(view, Qt.Key.Key_Return)

    assert [row.title for row in opened] == ["Walk 3"]


def test_reading_again_keeps_the_choice(qtbot: QtBot) -> None:
    view = RecordList(model_of(50), "Walks")
    qtbot.addWidget(view)
    view.choose(f"{7:032x}")

    view.reload()

    row = view.current()
    assert row is not None
    assert row.title == "Walk 7"


def test_several_rows_are_marked_by_shift_and_the_arrow_keys(qtbot: QtBot) -> None:
    view = RecordList(model_of(50), "Walks", takes_many=True)
    qtbot.addWidget(view)
    view.choose(f"{3:032x}")

    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)

    assert [row.title for row in view.rows_marked()] == ["Walk 3", "Walk 4", "Walk 5"]
    assert not view.is_all_marked
    view.reload()
    assert [row.title for row in view.rows_marked()] == ["Walk 3", "Walk 4", "Walk 5"]


def test_rows_are_marked_with_the_pointer(qtbot: QtBot) -> None:
    view = RecordList(model_of(50), "Walks", takes_many=True)
    qtbot.addWidget(view)
    view.resize(300, 600)
    view.show()
    ctrl, left = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton

    for place, key in ((1, Qt.KeyboardModifier.NoModifier), (4, ctrl)):
        middle = view.visualRect(view.records.index(place, 1)).center()
        QTest.mouseClick(view.viewport(), left, key, middle)

    assert [row.title for row in view.rows_marked()] == ["Walk 1", "Walk 4"]


def test_all_are_marked_at_once_those_too_that_were_not_read(qtbot: QtBot) -> None:
    walks = Walks(100_000)
    model = KeysetModel(walks, HEADINGS)
    model.reload()
    view = RecordList(model, "Walks", takes_many=True)
    qtbot.addWidget(view)

    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert view.is_all_marked
    assert len(walks.asked) == 1
    model.fetchMore(QModelIndex())
    assert len(view.rows_marked()) == 2 * PAGE_ROWS
    view.reload()
    assert view.is_all_marked
    view.choose(f"{1:032x}")
    assert not view.is_all_marked


def test_a_list_of_cases_takes_one_at_a_time(qtbot: QtBot) -> None:
    view = RecordList(model_of(5), "Cases")
    qtbot.addWidget(view)
    view.choose(f"{1:032x}")

    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert [row.title for row in view.rows_marked()] == ["Walk 1"]


def test_a_row_is_read_aloud_as_a_whole(qtbot: QtBot) -> None:
    model = model_of(1)

    told = model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole)

    assert told == "00, Walk 0, Month 0"


def test_a_list_paints_its_rows(qtbot: QtBot) -> None:
    view = RecordList(model_of(40), "Walks")
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.choose(f"{1:032x}")

    picture = view.grab().toImage()

    assert len({picture.pixelColor(x, y).name() for x in range(0, 300, 3) for y in range(0, 200, 3)}) > 3


def test_a_short_table_is_a_sound_model_and_as_high_as_its_rows(qtbot: QtBot) -> None:
    table = ShortTable(["Time", "Seen"], "Waypoints")
    qtbot.addWidget(table)
    tester = QAbstractItemModelTester(table.texts, QAbstractItemModelTester.FailureReportingMode.Fatal)
    opened: list[str] = []
    table.opened.connect(opened.append)
    table.resize(400, 100)
    table.show()

    table.set_rows([TableRow(str(n), (f"0{n}:00", "a long story " * (n * 10))) for n in range(4)])
    qtbot.waitUntil(lambda: table.height() > 150)
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_Return)

    assert tester.model() is table.texts
    assert opened == ["2"]
    assert table.current_id() == "2"


def test_a_table_that_scrolls_gives_half_its_width_to_the_long_texts(qtbot: QtBot) -> None:
    table = ShortTable(["Record", "Place", "What"], "Findings", stretch=2, is_short=False)
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    long_place = "waypoint 3, observation 12 of the second leg of this patrol"

    table.set_rows(
        [TableRow("0", ("KG-NAR_000001", "leg 1", "a long story " * 9)), TableRow("1", ("K", long_place, ""))]
    )

    width = table.viewport().width()
    assert table.columnWidth(2) >= 0.49 * width
    assert table.columnWidth(0) > table.fontMetrics().horizontalAdvance("KG-NAR_000001")
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance("observation")
    table.resize(2000, 300)
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance(long_place)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_Down])
def test_the_first_key_in_a_list_without_a_choice_chooses_the_first_row(full_room: Room, key: Qt.Key) -> None:
    full_room.window.go("incidents")
    page = full_room.window.page
    assert isinstance(page, ListPage)
    full_room.settle()
    page.list.setFocus()
    assert page.list.current() is None

    QTest.keyClick(page.list, key)

    row = page.list.current()
    assert row is not None
    assert page.list.currentIndex().row() == 0
    assert page.form is None


def test_a_mark_that_is_wider_than_the_list_ends_with_dots(qtbot: QtBot, qapp: QApplication) -> None:
    """Its sign stands before it, and nothing is cut at the edge at which reading begins."""
    theme.apply(qapp)

    def fetch(before: Any, _limit: int) -> Sequence[ListRow]:
        mark = "nobody said what came of it, and that was long ago " * 3
        return [] if before is not None else [ListRow(id="1", kind="plan", title="Walk", mark=mark, group="", place=0)]

    model = KeysetModel(fetch, HEADINGS)
    model.reload()
    rows = RecordList(model, "Plans")
    qtbot.addWidget(rows)
    rows.resize(240, 200)
    rows.show()
    qtbot.waitExposed(rows)

    picture, wanted = rows.grab().toImage(), QColor(theme.current().warning)
    columns = [x for x in range(rows.width()) for y in range(80) if picture.pixelColor(x, y) == wanted]
    assert columns
    assert min(columns) >= theme.SPACES_PX[1]
