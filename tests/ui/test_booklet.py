"""A booklet is typed: one row an observation, by keyboard, without a dialog."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.domain.records import Waypoint
from tests.flows.booklet_script import PAGE, KeyCounter, type_page
from tests.service_desk import MORNING, walk, write_gpx, write_photo
from tests.ui.window_room import Room, choose_first
from ui.pages.booklet import BookletPage


@pytest.fixture
def walked(room: Room, tmp_path: Path) -> Room:
    """A patrol of ten minutes, without anything seen."""
    room.window.take_files([write_gpx(tmp_path / "walk.gpx", walk(MORNING, 11))])
    room.until(lambda: len(patrol_ids(room.desk.reader)) == 1)
    room.settle()
    return room


def open_booklet(room: Room) -> BookletPage:
    choose_first(room, "patrols")
    room.window.run("booklet")
    page = room.window.page
    assert isinstance(page, BookletPage)
    room.until(lambda: page.line.seen.known("animals~carcass.") is not None and bool(page._ground.tracks))
    assert QApplication.focusWidget() is page.line.lines["time"]
    return page


def waypoints(room: Room) -> tuple[Waypoint, ...]:
    return patrol(room.desk.reader, patrol_ids(room.desk.reader)[0]).waypoints


def type_row(page: BookletPage, **texts: str) -> None:
    for name, text in texts.items():
        page.line.go_to(name)
        QTest.keyClicks(page.line.lines[name], text)
        if name == "seen":
            QTest.keyClick(page.line.lines[name], Qt.Key.Key_Return)
    QTest.keyClick(page.line.lines["note"], Qt.Key.Key_Return)


def test_a_page_of_ten_is_typed_without_a_dialog(walked: Room) -> None:
    open_booklet(walked)
    counter = KeyCounter()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(counter)

    type_page(counter)

    app.removeEventFilter(counter)
    walked.settle()
    seen = [(one.at, what) for one in waypoints(walked) for what in one.observations]
    assert len(seen) == len(PAGE)
    assert len(waypoints(walked)) == 8, "what is as above stands at one waypoint"
    assert [name for name in counter.dialogs if name != "PickPopup"] == []
    assert counter.keys <= 12 * len(PAGE)
    first, second = seen[0][1], seen[5][1]
    assert first.category == second.category == "animals.liveanimals."
    assert first.attributes["species"] == second.attributes["species"]
    assert (first.attributes["numberofagesexunknown"], second.attributes["numberofagesexunknown"]) == (7, 2)
    far = next(one for one in waypoints(walked) if one.distance_m is not None)
    assert (far.distance_m, far.direction_deg, far.position.source) == (150, 45, "track")
    assert "0805" in PAGE[6][0]
    assert far.at == MORNING + dt.timedelta(minutes=5)


def test_what_the_row_will_be_is_said_while_it_is_typed(walked: Room) -> None:
    page = open_booklet(walked)

    QTest.keyClicks(page.line.lines["time"], "0803")
    assert "three letters" in page.told.text()
    page.line.go_to("seen")
    QTest.keyClicks(page.line.seen, "arg")
    QTest.keyClick(page.line.seen, Qt.Key.Key_Return)
    QTest.keyClicks(page.line.lines["count"], "7")

    assert "7 × " in page.told.text()
    assert "where the track was 0 s away" in page.told.text()
    assert "41.200300, 74.500000" in page.told.text()
    assert page.map.view is not None
    assert any(layer.id == "mark" for layer in page.map.view.layers)


@pytest.mark.parametrize(("texts", "field", "told"), [
    ({"time": "0801", "seen": "arg", "count": "-5"}, "count", "A number of at least 0."),
    ({"time": "1200", "seen": "arg"}, "where", "within five minutes"),
    ({"time": "0801", "seen": "zzzz"}, "seen", "three letters"),
    ({"time": "0801", "seen": "arg", "count": "many"}, "count", "A number"),
    ({"time": "0801", "seen": "water", "count": "2"}, "count", "asks no number"),
    ({"time": "0801", "seen": "arg", "bearing": "up"}, "bearing", "Degrees"),
    ({"count": "3"}, "time", "0915"),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_at_its_field(walked: Room, texts: dict[str, str], field: str, told: str) -> None:
    page = open_booklet(walked)

    type_row(page, **texts)
    walked.settle()

    assert told in page.told.text()
    assert QApplication.focusWidget() is page.line.lines[field]
    assert page.line.lines["time"].text() == texts.get("time", "")
    assert waypoints(walked) == ()


def test_a_row_that_is_not_finished_is_there_after_a_restart(walked: Room) -> None:
    page = open_booklet(walked)
    page.line.go_to("seen")
    QTest.keyClicks(page.line.seen, "arg")
    QTest.keyClick(page.line.seen, Qt.Key.Key_Return)
    QTest.keyClicks(page.line.lines["count"], "7")

    again = open_booklet(walked.reopen())

    assert again.line.lines["count"].text() == "7"
    assert (again.line.seen.key() or "").startswith("animals~liveanimals.")
    type_row(again, time="0801")
    walked.settle()
    assert len(waypoints(walked)) == 1
    assert walked.desk.settings.get(again._kept_as) == ""


def test_a_place_pressed_on_the_track_gives_its_time(walked: Room, qtbot: QtBot) -> None:
    page = open_booklet(walked)
    view = page.map.view
    assert view is not None

    view.clicked.emit(74.5, 41.200304, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)

    assert page.line.lines["time"].text() == "08:03:00"
    assert page.line.seen.hasFocus()
    QTest.keyClicks(page.line.seen, "arg")
    QTest.keyClick(page.line.seen, Qt.Key.Key_Return)
    QTest.keyClick(page.line.lines["count"], Qt.Key.Key_Return)
    walked.settle()
    [found] = waypoints(walked)
    assert (round(found.position.latitude_deg, 9), found.position.source) == (41.2003, "track")

    view.clicked.emit(74.6, 41.3, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    type_row(page, time="0804", seen="wol")
    walked.settle()
    assert [one.position.source for one in waypoints(walked)] == ["track", "map"]


def test_photos_give_a_row_each_with_the_place_of_their_time(walked: Room, tmp_path: Path) -> None:
    page = open_booklet(walked)
    one = write_photo(tmp_path / "one.jpg", taken="2026:03:04 08:02:10")
    two = write_photo(tmp_path / "two.jpg", taken="2026:03:04 08:06:00", position=(41.25, 74.51))

    walked.window.take_files([two, one])
    walked.until(lambda: page.line.lines["note"].text() == "one")
    assert page.line.lines["time"].text() == "08:02:10"
    walked.until(lambda: "one.jpg" in walked.told())
    type_row(page, seen="arg", count="2")
    walked.until(lambda: page.line.lines["note"].text() == "two")
    type_row(page, seen="wol")
    walked.settle()

    first, second = waypoints(walked)
    assert [photo.name for photo in first.observations[0].attachments] == ["one.jpg"]
    assert first.position.source == "track"
    assert [photo.name for photo in second.observations[0].attachments] == ["two.jpg"]
    assert (round(second.position.latitude_deg, 4), second.position.source) == (41.25, "photo")


def test_a_row_is_taken_out_and_comes_back_by_undo(walked: Room) -> None:
    page = open_booklet(walked)
    type_row(page, time="0801", seen="arg")
    walked.until(lambda: page.table.texts.rowCount() == 1)

    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    walked.until(lambda: page.table.texts.rowCount() == 0)
    walked.until(lambda: "taken out" in walked.told())

    walked.window.run("undo")
    walked.until(lambda: page.table.texts.rowCount() == 1)


def test_a_time_that_is_none_is_said_before_one_goes_on(walked: Room) -> None:
    page = open_booklet(walked)

    QTest.keyClicks(page.line.lines["time"], "2575")
    QTest.keyClick(page.line.lines["time"], Qt.Key.Key_Return)

    assert QApplication.focusWidget() is page.line.lines["time"]
    assert page.line.lines["time"].property("kind") == "wrong"
    assert "0915" in page.told.text()


def test_ctrl_z_in_an_empty_row_takes_the_last_row_back(walked: Room) -> None:
    page = open_booklet(walked)
    type_row(page, time="0801", seen="arg")
    walked.until(lambda: page.table.texts.rowCount() == 1)
    assert QApplication.focusWidget() is page.line.lines["time"]

    QTest.keyClick(page.line.lines["time"], Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    walked.until(lambda: page.table.texts.rowCount() == 0)
    QTest.keyClicks(page.line.lines["time"], "08")
    QTest.keyClick(page.line.lines["time"], Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.line.lines["time"].text() == ""


def test_a_text_that_names_nothing_yet_is_kept_too(walked: Room) -> None:
    page = open_booklet(walked)
    page.line.go_to("seen")
    QTest.keyClicks(page.line.seen, "zzz")

    again = open_booklet(walked.reopen())

    assert again.line.seen.text() == "zzz"
