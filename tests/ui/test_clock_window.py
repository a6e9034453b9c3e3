"""Clocks are corrected in the window: by keyboard, seen before it is done, undone, taken back, and proposed later."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.services.clocks import corrections
from tests.service_desk import MORNING, walk, write_gpx, write_photo
from tests.ui.window_room import Room, choose_first
from ui.clock_sheet import ClockSheet
from ui.pages.booklet import BookletPage
from ui.pages.clocks import ClocksPage
from ui.pages.station import StationPage

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def taken(at: dt.datetime) -> str:
    return at.strftime("%Y:%m:%d %H:%M:%S")


def bring_in(room: Room, *paths: Path) -> None:
    room.window.take_files(list(paths))
    room.settle()


@pytest.fixture
def timed(room: Room, tmp_path: Path) -> Room:
    """A walk of an hour in the evening and two photos of a camera."""
    evening = MORNING + dt.timedelta(hours=15)
    bring_in(room, write_gpx(tmp_path / "walk.gpx", walk(evening, 40)))
    bring_in(
        room,
        write_photo(tmp_path / "screen.jpg", taken=taken(evening)),
        write_photo(tmp_path / "two.jpg", taken=taken(evening + 10 * MINUTE)),
    )
    room.until(lambda: room.desk.reader.count("attachment") == 2)
    room.settle()
    return room


def opened(room: Room) -> ClockSheet:
    """The panel, by its key, with the clocks in it."""
    room.window.commands.make_keys()
    QTest.keyClick(room.window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    sheet = room.window.sheet
    assert isinstance(sheet, ClockSheet)
    room.until(lambda: sheet.clock.count() > 0)
    return sheet


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def standing(room: Room) -> list[tuple[int, int, int]]:
    return [(int(one.shift_s), len(one.tracks), len(one.photos)) for one in corrections(room.desk.reader)]


def correct_camera(room: Room) -> None:
    """Correct the camera's clock, and with it its two photos, by seven minutes."""
    room.window.go("station")
    sheet = opened(room)
    press(sheet.clock, Qt.Key.Key_Down)
    sheet.shift.setText("7 min")
    sheet.press()
    room.until(lambda: standing(room) == [(420, 0, 2)])


def test_the_clock_of_a_receiver_is_corrected_by_keyboard_and_undone(timed: Room) -> None:
    choose_first(timed, "patrols")
    sheet = opened(timed)
    assert "Receiver test · 1 track · 04 Mar 2026, 23:00" in sheet.clock.currentText()
    assert not sheet.act_button.isEnabled()

    QTest.keyClicks(sheet.shift, "+1:00:00")
    timed.until(lambda: "becomes 05 Mar" in sheet.state.text())
    assert "1 track" in sheet.state.text()
    assert "2 photos find another place" in sheet.state.text()
    press(sheet.shift, Qt.Key.Key_Return)

    timed.until(lambda: "is corrected by +1 h: 1 track" in timed.told())
    assert standing(timed) == [(3600, 1, 0)]
    (record,) = patrol_ids(timed.desk.reader)
    assert patrol(timed.desk.reader, record).start == dt.date(2026, 3, 5)
    timed.window.run("undo")
    timed.until(lambda: standing(timed) == [])


def test_a_photo_of_a_screen_tells_by_how_much_a_camera_is_wrong(timed: Room) -> None:
    timed.window.go("station")
    sheet = opened(timed)
    press(sheet.clock, Qt.Key.Key_Down)
    assert sheet.chosen is not None
    assert sheet.chosen.is_camera
    assert sheet.shown.isHidden()

    press(sheet.photo, Qt.Key.Key_Down)
    assert "screen.jpg" in sheet.photo.currentText()
    timed.until(lambda: not sheet.picture.pixmap().isNull())
    assert sheet.picture.isVisibleTo(sheet)
    QTest.keyClicks(sheet.shown, "23:07:00")
    assert sheet.shift.text() == "+0:07:00"
    timed.until(lambda: "+7 min for 2 photos." in sheet.state.text())
    press(sheet.shown, Qt.Key.Key_Return)

    timed.until(lambda: standing(timed) == [(420, 0, 2)])


def test_a_shift_that_is_none_is_not_taken(timed: Room) -> None:
    choose_first(timed, "patrols")
    sheet = opened(timed)

    for text in ("", "soon", "0", "7:75", "+"):
        sheet.shift.setText(text)
        assert not sheet.act_button.isEnabled()
    sheet.shift.setText("-7 min")
    assert sheet.act_button.isEnabled()
    sheet.reason.setCurrentText(" ")
    sheet.look()
    assert not sheet.act_button.isEnabled()


def test_a_station_without_clocks_says_so(room: Room) -> None:
    choose_first(room, "patrols") if patrol_ids(room.desk.reader) else room.window.go("station")
    room.window.run("correct_a_clock")
    sheet = room.window.sheet
    assert isinstance(sheet, ClockSheet)

    room.until(lambda: "Nothing here was timed" in sheet.message.text())


def test_a_correction_that_stands_is_listed_and_taken_back(timed: Room) -> None:
    choose_first(timed, "patrols")
    sheet = opened(timed)
    QTest.keyClicks(sheet.shift, "-7 min")
    press(sheet.shift, Qt.Key.Key_Return)
    timed.until(lambda: standing(timed) == [(-420, 1, 0)])
    timed.window.run("corrected_clocks")
    page = timed.window.page
    assert isinstance(page, ClocksPage)
    timed.until(lambda: page.table.texts.rowCount() == 1)
    assert page.table.texts.row(0).texts[:3] == ("test", "−7 min", "1 track")

    press(page.table, Qt.Key.Key_Return)
    back = timed.window.sheet
    assert back is not None
    back.press()

    timed.until(lambda: standing(timed) == [])
    timed.until(lambda: not page.table.isVisible())
    timed.until(lambda: "counts again as it was" in timed.told())


def test_new_photos_of_a_corrected_camera_are_asked_about_and_corrected_by_one_key(timed: Room, tmp_path: Path) -> None:
    correct_camera(timed)

    bring_in(timed, write_photo(tmp_path / "next.jpg", taken=taken(MORNING + 2 * DAY)))
    timed.until(lambda: "was corrected by +7 min on" in timed.told())
    assert standing(timed) == [(420, 0, 2)]
    QTest.keyClick(timed.window, Qt.Key.Key_F5)

    timed.until(lambda: standing(timed) == [(420, 0, 3)])
    timed.until(lambda: "was corrected by +7 min on" not in timed.told())
    QTest.keyClick(timed.window, Qt.Key.Key_F5)
    timed.until(lambda: "No correction of a clock is proposed now." in timed.told())


def test_new_tracks_of_a_corrected_receiver_are_asked_about(timed: Room, tmp_path: Path) -> None:
    choose_first(timed, "patrols")
    sheet = opened(timed)
    sheet.shift.setText("-1 h")
    sheet.press()
    timed.until(lambda: standing(timed) == [(-3600, 1, 0)])

    bring_in(timed, write_gpx(tmp_path / "next.gpx", walk(MORNING + 5 * DAY)))

    timed.until(lambda: "The clock of the receiver test was corrected" in timed.told())
    timed.window.run("correct_too")
    timed.until(lambda: standing(timed) == [(-3600, 2, 0)])


def test_rows_of_a_booklet_take_the_corrected_time_of_a_camera(timed: Room, tmp_path: Path) -> None:
    correct_camera(timed)
    choose_first(timed, "patrols")
    timed.window.run("booklet")
    page = timed.window.page
    assert isinstance(page, BookletPage)
    timed.settle()

    at = MORNING + dt.timedelta(hours=15, minutes=20)
    timed.window.take_files([write_photo(tmp_path / "argali.jpg", taken=taken(at))])
    timed.until(lambda: page.line.lines["time"].text() == "23:20:00")
    timed.until(lambda: "Correct 1 photo too?" in timed.told())
    timed.window.run("correct_too")

    timed.until(lambda: page.line.lines["time"].text() == "23:27:00")
    timed.until(lambda: "by the camera 23:20, corrected by +7 min" in timed.told())
    page.line.seen.set_key("")
    page.line.lines["note"].setText("tracks")
    page.store()
    timed.until(lambda: standing(timed) == [(420, 0, 3)])


def test_the_station_page_leads_to_clocks(room: Room) -> None:
    room.window.go("station")
    assert isinstance(room.window.page, StationPage)
    assert room.window.can("correct_a_clock")
    assert room.window.can("corrected_clocks")
