"""Files dropped on the map: what could be two things is asked about once, and a whole drop is told in one message."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from db.patrol_pages import patrol_ids
from ranger_app.services.maps import MapShelf
from tests.made_maps import mbtiles
from tests.service_desk import MORNING, walk, write_gpx
from tests.ui.window_room import Room, inside, make_station
from ui import banner
from ui.messages import LOW_PX
from ui.pages.map_drops import tells_times
from ui.pages.map_page import MapPage
from ui.pages.problems import ProblemsPage
from ui.sheet import Sheet

TRAIL = (
    '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><metadata><time>'
    '2026-01-01T00:00:00Z</time></metadata><trk><name>trail</name><trkseg><trkpt lat="41.15" lon="74.45"/>'
    '<trkpt lat="41.16" lon="74.46"/></trkseg></trk></gpx>'
)
LINE = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Line</name>'
    "<LineString><coordinates>74.4,41.1 74.6,41.3</coordinates></LineString></Placemark></Document></kml>"
)


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with inside(qtbot, make_station(tmp_path)) as found:
        yield found


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def drop(room: Room, *paths: Path) -> MapPage:
    """Drop files on the page of the map, as from a file manager."""
    room.window.go("map")
    page = room.window.page
    assert isinstance(page, MapPage)
    room.settle()
    told = QMimeData()
    told.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, told, left, none))
    return page


def question(room: Room) -> Sheet:
    room.until(lambda: room.window.sheet is not None)
    assert room.window.sheet is not None
    return room.window.sheet


def said(sheet: Sheet) -> str:
    return " ".join(label.text() for label in sheet.findChildren(QLabel))


def names(room: Room) -> set[str]:
    return {entry.name for entry in MapShelf(room.folder).entries()}


def details(room: Room) -> str:
    [one] = room.window.banners.banners
    return " ".join(label.text() for label in one.findChildren(QLabel))


@pytest.fixture
def slowly_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has read a message before the next one comes, however slow the machine is."""
    monkeypatch.setattr(banner, "SEEN_MS", 600_000)


def told_as_one(room: Room) -> None:
    """Wait for the one message that tells of a map and of a track, and offers what each offers."""
    room.until(lambda: bool(room.window.banners.banners) and "Imported: 1 patrol" in details(room))
    room.until(lambda: "The map sheet is a layer now." in details(room))
    offered = {one.text() for one in room.window.banners.findChildren(QPushButton)}
    assert {"Review the track", "Look at it"} <= offered


def test_lines_of_a_map_are_asked_about_once_and_enter_makes_them_layers(room: Room, tmp_path: Path) -> None:
    drop(room, written(tmp_path / "trail.gpx", TRAIL), written(tmp_path / "line.kml", LINE))

    sheet = question(room)
    assert sheet.heading.text() == "What are these files to be?"
    assert "trail.gpx, line.kml" in said(sheet)
    assert "No time is told in them" in said(sheet)
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "As a map layer"
    QTest.keyClick(focused, Qt.Key.Key_Return)

    room.until(lambda: "2 maps are layers now: trail, line." in room.told())
    room.settle()
    assert names(room) == {"trail", "line"}
    assert not patrol_ids(room.desk.reader)
    assert len(room.window.banners.banners) == 1


@pytest.mark.usefixtures("slowly_read")
def test_what_is_to_be_a_patrol_is_imported(room: Room, tmp_path: Path) -> None:
    drop(room, write_gpx(tmp_path / "walk.gpx", walk(MORNING)), mbtiles(tmp_path / "sheet.mbtiles"))

    sheet = question(room)
    assert sheet.heading.text() == "What is this file to be?"
    assert "No time" not in said(sheet)
    next(one for one in sheet.findChildren(QPushButton) if one.text() == "As a patrol").click()

    room.until(lambda: len(patrol_ids(room.desk.reader)) == 1)
    room.until(lambda: names(room) == {"sheet"})
    told_as_one(room)


@pytest.mark.usefixtures("slowly_read")
def test_maps_and_tracks_of_one_drop_are_told_in_one_message(room: Room, tmp_path: Path) -> None:
    track = tmp_path / "walk.gpx.gz"
    track.write_bytes(gzip.compress(write_gpx(tmp_path / "walk.gpx", walk(MORNING)).read_bytes()))

    drop(room, track, mbtiles(tmp_path / "sheet.mbtiles"))

    told_as_one(room)


@pytest.mark.usefixtures("slowly_read")
def test_what_became_of_one_drop_is_as_grave_as_its_gravest_part(room: Room, tmp_path: Path) -> None:
    bad = [written(tmp_path / f"bad{number}.geojson", "{") for number in range(2)]
    track = tmp_path / "walk.gpx.gz"
    track.write_bytes(gzip.compress(write_gpx(tmp_path / "walk.gpx", walk(MORNING)).read_bytes()))

    drop(room, track, *bad)

    room.until(lambda: len(room.window.banners.banners) == 1 and "Imported: 1 patrol" in details(room))
    room.until(lambda: "2 files were refused." in details(room))
    [one] = room.window.banners.banners
    assert one.kind == "warning"
    assert "bad1.geojson" in details(room)


def test_who_answers_nothing_gets_the_maps_alone(room: Room, tmp_path: Path) -> None:
    drop(room, written(tmp_path / "line.kml", LINE), mbtiles(tmp_path / "sheet.mbtiles"))

    question(room)
    room.window.run("back")

    room.until(lambda: "The map sheet is a layer now." in room.told())
    room.settle()
    assert names(room) == {"sheet"}
    assert not patrol_ids(room.desk.reader)


def test_files_of_which_some_tell_times_are_told_apart(room: Room, tmp_path: Path) -> None:
    drop(room, write_gpx(tmp_path / "walk.gpx", walk(MORNING)), written(tmp_path / "line.kml", LINE))

    assert "No time is told in line.kml, as in" in said(question(room))


def test_every_refused_file_of_a_drop_is_named_with_its_reason_in_one_message(room: Room, tmp_path: Path) -> None:
    bad = [written(tmp_path / f"bad{number}.geojson", "{") for number in range(9)]
    good = mbtiles(tmp_path / "sheet.mbtiles")

    drop(room, *bad, good)
    room.until(lambda: "is a layer now" in room.told())

    assert len(room.window.banners.banners) == 1
    told = details(room)
    assert "The map sheet is a layer now. 9 files were refused: bad0.geojson, " in told
    assert all(path.name in told for path in bad)
    assert told.count("bad1.geojson") == 2
    next(one for one in room.window.banners.findChildren(QPushButton) if one.text() == "Show all").click()
    assert isinstance(room.window.page, ProblemsPage)
    assert [Path(one.file).name for one in room.window.page.problems] == [path.name for path in bad]


def test_a_few_refused_files_stand_each_in_a_line(room: Room, tmp_path: Path) -> None:
    drop(room, *(written(tmp_path / f"bad{number}.geojson", "{") for number in range(2)))
    room.until(lambda: "2 files were refused." in room.told())

    assert "bad0.geojson" in details(room)
    assert "bad1.geojson" in details(room)


def test_parts_of_a_map_that_are_dropped_with_it_are_no_files_of_their_own(room: Room, tmp_path: Path) -> None:
    for ending in ("shx", "dbf", "prj", "cpg"):
        (tmp_path / f"Areas.{ending}").write_bytes(b"part")
    shape = tmp_path / "Areas.shp"
    shape.write_bytes(b"no shape")

    drop(room, *sorted(tmp_path.glob("Areas.*")))
    room.until(lambda: "Areas.shp" in room.told())
    room.settle()

    assert len(room.window.banners.banners) == 1
    assert "Areas.dbf" not in details(room)


@pytest.mark.parametrize(
    ("name", "text", "is_timed"),
    [
        ("trail.gpx", TRAIL, False),
        ("walk.gpx", TRAIL.replace('lon="74.46"/>', 'lon="74.46"><time>2026-03-04T03:00:00Z</time></trkpt>'), True),
        ("line.kml", LINE, False),
        ("when.kml", LINE.replace("<name>", "<TimeStamp><when>2026-03-04</when></TimeStamp><name>"), True),
        ("empty.gpx", "", False),
    ],
)
def test_times_are_those_of_places_and_not_of_writing(tmp_path: Path, name: str, text: str, is_timed: bool) -> None:
    path = tmp_path / name
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(text.encode(encoding))

        assert tells_times(path) is is_timed


def test_times_are_found_in_packed_files_and_behind_much_else(tmp_path: Path) -> None:
    when = LINE.replace("<name>", f"<!--{'x' * 1_048_400}--><TimeStamp><when>2026-03-04</when></TimeStamp><name>")
    packed = tmp_path / "when.kmz"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("doc.kml", when)
    hollow = tmp_path / "hollow.kmz"
    with zipfile.ZipFile(hollow, "w") as package:
        package.writestr("a.json", json.dumps({}))

    assert tells_times(packed)
    assert not tells_times(hollow)
    assert not tells_times(tmp_path / "gone.kml")
    assert not tells_times(written(tmp_path / "broken.kmz", "PK"))


def test_in_a_low_window_a_message_is_short_and_all_of_it_is_one_press_away(room: Room, tmp_path: Path) -> None:
    room.window.show()
    room.window.resize(1024, LOW_PX - 20)
    maps = [mbtiles(tmp_path / f"{number}.mbtiles", metadata={"name": f"{number}" * 60}) for number in range(3)]
    bad = [written(tmp_path / f"bad{number}.geojson", "{") for number in range(6)]

    drop(room, *bad, *maps)
    room.until(lambda: "are layers now" in room.told())

    assert f"3 maps are layers now: {'0' * 40}…, {'1' * 40}…, …. 6 files were refused." in room.told()
    assert "bad" not in details(room)
    next(one for one in room.window.banners.findChildren(QPushButton) if one.text() == "Show all").click()
    assert isinstance(room.window.page, ProblemsPage)
    assert len(room.window.page.problems) == 6


def test_the_words_of_a_message_are_whole_beside_wide_buttons(room: Room) -> None:
    room.window.showNormal()
    room.window.resize(1024, 600)
    acts = [("A button with many words that takes its room", lambda: None)] * 2

    room.window.say("warning", "Words that stand in many lines beside wide buttons. " * 3, acts=acts)
    room.settle()

    [one] = room.window.banners.banners
    label = max(one.findChildren(QLabel), key=lambda one: len(one.text()))
    room.qtbot.wait(200)
    assert label.width() < 350
    assert label.height() >= label.heightForWidth(label.width())
