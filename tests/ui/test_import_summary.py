"""What became of files that were imported: told file by file, and reviewed from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from db.patrol_pages import patrol_ids
from ranger_app.importers.csv_tracks_mapping import ROLES
from tests.service_desk import write_gpx
from tests.ui.walks import card, fixes
from tests.ui.window_room import Room, fill
from ui.import_csv import ROLE_WORDS, CsvSheet, table_of
from ui.import_devices import Volume, devices_among, phones_in
from ui.import_summary import ImportSummary
from ui.pages.track_review import TrackReviewPage

TABLE = "Punkt A;Punkt B;Wann;m\n" + "".join(
    f"41,{2000 + n};74,{5000 + n};04.03.2026 08:{n:02d};{n}\n" for n in range(30)
)


def imported(room: Room, *paths: Path) -> ImportSummary:
    room.window.take_files(paths)
    room.settle()
    room.until(lambda: isinstance(room.window.page, ImportSummary))
    page = room.window.page
    assert isinstance(page, ImportSummary)
    return page


def told(page: ImportSummary) -> list[tuple[str, str]]:
    return [(line.state, line.name) for line in page.lines]


def test_a_dropped_folder_is_told_file_by_file(room: Room, tmp_path: Path) -> None:
    page = imported(room, card(tmp_path))

    states = told(page)
    assert [state for state, _ in states[:2]] == ["Patrol", "Patrol"]
    assert ("Refused", "broken.gpx") in states
    assert ("Here already", "again.gpx") in states
    assert any(state == "Note" and name == "a_morning.gpx" for state, name in states)
    assert "2 patrols" in page.told.text()
    assert "1 file was refused" in page.told.text()
    assert "1 file holds no tracks" in page.told.text()


def test_each_refused_file_has_its_sentence(room: Room, tmp_path: Path) -> None:
    page = imported(room, card(tmp_path))

    line = next(line for line in page.lines if line.state == "Refused")
    assert line.what.startswith("broken.gpx is a web page")


def test_the_same_folder_again_holds_nothing_new(room: Room, tmp_path: Path) -> None:
    folder = card(tmp_path)
    imported(room, folder)

    page = imported(room, folder)

    assert "Nothing new was imported." in page.told.text()
    assert len(patrol_ids(room.desk.reader)) == 2


def test_enter_reviews_the_first_new_patrol(room: Room, tmp_path: Path) -> None:
    page = imported(room, card(tmp_path))
    first = page.lines[0].patrols[0]

    QTest.keyClick(page.table, Qt.Key.Key_Return)
    room.settle()

    review = room.window.page
    assert isinstance(review, TrackReviewPage)
    assert review.patrol == first
    assert "Proposed: 2 patrols from 3 files." in review.told.text()


def test_enter_on_the_second_patrol_reviews_that_one(room: Room, tmp_path: Path) -> None:
    page = imported(room, card(tmp_path))
    page.table.setCurrentIndex(page.table.texts.index(1, 0))

    QTest.keyClick(page.table, Qt.Key.Key_Return)
    room.settle()

    assert isinstance(room.window.page, TrackReviewPage)
    assert room.window.page.patrol == page.lines[1].patrols[0]


def test_leaving_the_summary_keeps_everything(room: Room, tmp_path: Path) -> None:
    imported(room, card(tmp_path))

    room.window.run("back")

    assert room.window.page.name == "patrols"
    assert len(patrol_ids(room.desk.reader)) == 2


def test_one_good_file_is_told_in_a_message_that_offers_the_review(room: Room, tmp_path: Path) -> None:
    room.window.take_files([write_gpx(tmp_path / "walk.gpx", fixes())])
    room.settle()
    room.until(lambda: "Imported: 1 patrol" in room.told())

    assert room.window.page.name == "patrols"
    room.window.run("review_track")
    assert isinstance(room.window.page, TrackReviewPage)


def test_when_all_files_are_refused_each_is_told(room: Room, tmp_path: Path) -> None:
    for name, text in (("a.gpx", "<html></html>"), ("b.gpx", "nothing of the kind")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    room.window.take_files([tmp_path / "a.gpx", tmp_path / "b.gpx"])
    room.settle()

    room.until(lambda: "2 files were refused." in room.told())
    details = " ".join(label.text() for label in room.window.banners.findChildren(QLabel))
    assert "a.gpx" in details
    assert "b.gpx" in details


# Tables


def asked_for_columns(room: Room, path: Path, table: str = TABLE) -> CsvSheet:
    """The panel that asks what the columns of a table are."""
    path.write_text(table, encoding="utf-8")
    room.window.take_files([path])
    room.until(lambda: isinstance(room.window.sheet, CsvSheet))
    sheet = room.window.sheet
    assert isinstance(sheet, CsvSheet)
    return sheet


def name_columns(sheet: CsvSheet, *roles: str) -> None:
    for place, role in enumerate(roles):
        sheet.columns[place].setCurrentIndex(sheet.columns[place].findData(role))


def test_a_table_without_known_headings_asks_for_its_columns(room: Room, tmp_path: Path) -> None:
    sheet = asked_for_columns(room, tmp_path / "collar.csv")
    assert not sheet.act_button.isEnabled()

    name_columns(sheet, "latitude", "longitude", "time")
    sheet.act_button.click()

    room.until(lambda: "30 fixes" in room.told())
    assert patrol_ids(room.desk.reader)


def test_a_column_cannot_be_two_things(room: Room, tmp_path: Path) -> None:
    sheet = asked_for_columns(room, tmp_path / "collar.csv")

    name_columns(sheet, "latitude", "longitude", "latitude")

    assert not sheet.act_button.isEnabled()


def test_eastings_need_their_zone(room: Room, tmp_path: Path) -> None:
    table = "a;b\n" + "".join(f"{458_000 + n};{4_561_000 + n}\n" for n in range(9))
    sheet = asked_for_columns(room, tmp_path / "grid.csv", table)
    name_columns(sheet, "easting", "northing")
    assert not sheet.act_button.isEnabled()

    sheet.utm.setText("43n")

    assert sheet.act_button.isEnabled()
    assert sheet.mapping().utm_zone == "43N"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_a_column_has_its_word(role: str) -> None:
    assert ROLE_WORDS[role]


def test_a_time_zone_that_does_not_exist_is_complained_of(room: Room, tmp_path: Path) -> None:
    sheet = asked_for_columns(room, tmp_path / "collar.csv")
    name_columns(sheet, "latitude", "longitude", "time")
    sheet.zone.setText("Middle Earth")

    sheet.act_button.click()

    assert "time zone" in sheet.message.text()
    assert patrol_ids(room.desk.reader) == ()


def test_the_beginning_of_a_table_is_looked_at_with_the_sign_that_parts_it() -> None:
    table = table_of(TABLE.encode())

    assert table.delimiter == ";"
    assert table.headings == ("Punkt A", "Punkt B", "Wann", "m")
    assert table.samples(0) == "41,2000 · 41,2001 · 41,2002"


@pytest.mark.parametrize("head", [b"", b"\n", b"one column\nof words\n"])
def test_a_table_with_nothing_in_it_can_be_looked_at(head: bytes) -> None:
    assert len(table_of(head).headings) <= 1


# Devices


def volume(root: str, file_system: str, *, name: str = "", is_system: bool = False) -> Volume:
    return Volume(name=name, root=root, file_system=file_system, is_system=is_system, size=1_000_000)


def test_sticks_and_receivers_are_offered_and_the_system_is_not() -> None:
    volumes = [
        volume("/", "ext4", is_system=True), volume("/boot/efi", "vfat"), volume("/home", "ext4"),
        volume("/run/media/aibek/GARMIN", "vfat", name="GARMIN"), volume("E:/", "FAT32", name="KARTE"),
        volume("C:/", "NTFS", is_system=True),
    ]  # fmt: skip

    assert [one.name for one in devices_among(volumes)] == ["GARMIN", "KARTE"]


def test_a_phone_is_offered_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "mtp:host=SAMSUNG_Galaxy_A5").mkdir()
    (tmp_path / "smb-share:server=office").mkdir()

    assert [one.name for one in phones_in(tmp_path)] == ["SAMSUNG Galaxy A5"]


def test_nobody_has_to_have_phones(tmp_path: Path) -> None:
    assert list(phones_in(tmp_path / "nowhere")) == []


def test_a_path_that_is_not_there_keeps_the_panel_open(room: Room, tmp_path: Path) -> None:
    room.window.run("import_tracks")
    gone = tmp_path / "nowhere.gpx"

    sheet = fill(room, "Track files, folders or archives", str(gone))

    assert room.window.sheet is sheet
    assert sheet.message.text() == f"{gone} is not there."


@pytest.mark.parametrize(
    ("cell", "is_first"), [("2026-09-15 08:00:00", True), ("15.09.2026 08:00", False), ("41.2", False)]
)
def test_a_year_in_front_is_seen(cell: str, is_first: bool) -> None:
    assert table_of(f"a,b,c\n41.2,74.5,{cell}\n41.2,74.5,{cell}\n".encode()).has_years_first is is_first
