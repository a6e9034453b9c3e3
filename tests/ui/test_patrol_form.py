"""The form of a patrol without a mouse: what is proposed is taken, legs are split and joined, waypoints are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.domain.records import Patrol
from ranger_app.jobs import JobContext
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.patrol_defaults import PatrolDefaults
from ranger_app.services.plan_patrol import PlanPatrol
from ranger_app.services.stations import open_station
from tests.service_desk import MORNING, walk, write_gpx
from tests.ui.window_room import Room, form_of, inside, make_station
from ui.forms.leg_acts import ActsEditor
from ui.forms.record_form import RecordForm
from ui.forms.waypoints import WaypointsEditor
from ui.pages.list_page import ListPage

AIBEK = "Toktosunov, Aibek"


@pytest.fixture
def walked(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """A station with one patrol of 20 minutes from eight, of which nobody has said anything, and a plan for it."""
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        officer = store.reader.entries("officer")[0].id
        marks = [
            (41.2005, 74.5, MORNING.replace(minute=5), "snare"),
            (41.2015, 74.5, MORNING.replace(minute=15), "hut"),
        ]
        path = write_gpx(tmp_path / "walk.gpx", walk(MORNING, 21), waypoints=marks)
        defaults = PatrolDefaults(team="mobileteam1", objective="Snares of last year")
        ImportTracks(store)([path], officer=officer, defaults=defaults, context=JobContext())
        PlanPatrol(store)({"name": "Ridge", "start": "2026-03-04", "members": [AIBEK]}, officer=officer)
    with inside(qtbot, station) as found:
        yield found


def opened(room: Room) -> RecordForm:
    """The form of the only patrol, opened by keys."""
    room.window.go("patrols")
    page = room.window.page
    assert isinstance(page, ListPage)
    press(page.list, Qt.Key.Key_Down)
    room.settle()
    room.window.run("edit")
    return form_of(room)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
    QApplication.processEvents()


def type_text(text: str) -> None:
    for letter in text:  # one by one: a list that opens below the field has to be seen to
        QTest.keyClicks(focused(), letter)
        QApplication.processEvents()


def push(room: Room, text: str) -> None:
    """Reach a button of the form by Tab, and press it by Enter."""
    for _ in range(200):
        here = focused()
        if isinstance(here, QPushButton) and here.text() == text:
            press(here, Qt.Key.Key_Return)
            return
        press(here, Qt.Key.Key_Tab)
    raise AssertionError(f"no Tab leads to {text}")


def stored(room: Room) -> Patrol:
    return patrol(room.desk.reader, patrol_ids(room.desk.reader)[0])


def points(found: Patrol) -> list[int]:
    return [sum(day.points for day in leg.days) for leg in found.legs]


def test_enter_takes_all_that_is_proposed(walked: Room) -> None:
    form = opened(walked)
    row = form.view.editor("~proposed")
    assert isinstance(row, ActsEditor)
    assert focused() is row.buttons[0]
    told = row.buttons[0].accessibleDescription()
    for word in ("Foot", "Anti-poaching", AIBEK, "Mobile Team 1", "Snares of last year", "Ridge"):
        assert word in told

    press(focused(), Qt.Key.Key_Return)
    walked.until(lambda: stored(walked).assumed == ("armed",))

    found = stored(walked)
    assert (found.team, found.objective, found.legs[0].assumed) == ("mobileteam1", "Snares of last year", ())
    assert walked.desk.reader.entries("plan")[0].values[f"patrols/{found.id}"] is True
    walked.settle()
    assert not form_of(walked).session.is_dirty
    assert form_of(walked).view.editor("~proposed") is None
    assert form_of(walked).view.focused_key() == "station"
    walked.window.run("undo")
    walked.until(lambda: "team" in stored(walked).assumed)
    walked.settle()
    assert form_of(walked).view.editor("~proposed") is not None


def test_a_leg_is_split_at_a_time_by_keys_and_undone(walked: Room) -> None:
    opened(walked)
    push(walked, "Split this leg")
    sheet = walked.window.sheet
    assert sheet is not None

    type_text("8:10")
    press(focused(), Qt.Key.Key_Return)
    type_text("Vehicle")
    press(focused(), Qt.Key.Key_Return)
    walked.until(lambda: points(stored(walked)) == [10, 11])
    walked.settle()

    form = form_of(walked)
    assert [leg.transport for leg in stored(walked).legs] == ["foot", "vehicle"]
    assert form.view.editor("legs/1/transport") is not None
    assert form.view.focused_key() == "legs/1/transport"
    walked.window.run("undo")
    walked.until(lambda: points(stored(walked)) == [21])
    walked.settle()
    assert form_of(walked).view.editor("legs/1/transport") is None


def test_a_leg_is_split_at_a_waypoint_joined_and_removed_by_keys(walked: Room) -> None:
    opened(walked)
    push(walked, "Split this leg")
    type_text("hut")
    press(focused(), Qt.Key.Key_Tab)
    assert walked.window.sheet is not None
    walked.window.sheet.press()
    walked.until(lambda: points(stored(walked)) == [15, 6])
    walked.settle()

    push(walked, "Join with leg 1")
    walked.until(lambda: points(stored(walked)) == [21])
    walked.settle()
    walked.window.run("undo")
    walked.until(lambda: points(stored(walked)) == [15, 6])
    walked.settle()

    form_of(walked).view.focus_key("legs/1/transport")
    push(walked, "Remove this leg")
    type_text("another patrol walked it")
    press(focused(), Qt.Key.Key_Return)
    walked.until(lambda: points(stored(walked)) == [15])
    assert [one.comment for one in stored(walked).waypoints] == ["snare"]


def test_a_leg_that_no_receiver_recorded_is_added(walked: Room) -> None:
    opened(walked)
    push(walked, "Add a leg")
    for text in ("Vehicle", "04.03.2026", "13:00", "15:30"):
        field = focused()
        if isinstance(field, QLineEdit):
            field.selectAll()
        type_text(text)
        press(focused(), Qt.Key.Key_Return)
    walked.until(lambda: len(stored(walked).legs) == 2)

    added = stored(walked).legs[1]
    assert (added.transport, added.days[0].start, added.days[0].end) == ("vehicle", dt.time(13), dt.time(15, 30))


def waypoints(room: Room) -> WaypointsEditor:
    found = form_of(room).view.editor("waypoints")
    assert isinstance(found, WaypointsEditor)
    return found


def test_a_waypoint_is_written_by_keys_and_stands_where_its_time_puts_it(walked: Room) -> None:
    form = opened(walked)
    form.view.focus_key("waypoints")
    push(walked, "Add a waypoint")
    walked.settle()

    type_text("8:12")
    press(focused(), Qt.Key.Key_Return)
    type_text("41.2012, 74.5003")
    form.view.focus_key("waypoints")
    rows = waypoints(walked)._rows
    rows["direction_deg"].editor.setFocus()
    type_text("45")
    press(focused(), Qt.Key.Key_Return)
    type_text("120")
    rows["comment"].editor.setFocus()
    type_text("fox")
    walked.window.run("save")
    walked.until(lambda: len(stored(walked).waypoints) == 3)

    found = stored(walked)
    assert [one.comment for one in found.waypoints] == ["snare", "fox", "hut"]
    fox = found.waypoints[1]
    assert fox.at is not None
    assert fox.at.isoformat() == "2026-03-04T08:12:00+06:00"
    assert (fox.position.latitude_deg, fox.position.longitude_deg) == (41.2012, 74.5003)
    assert (fox.direction_deg, fox.distance_m) == (45.0, 120.0)
    walked.settle()
    assert not form.session.is_dirty
    assert [line.get("comment") for line in waypoints(walked)._lines] == ["snare", "fox", "hut"]
    type_text(" and cubs")
    walked.window.run("save")
    walked.until(lambda: stored(walked).waypoints[1].comment == "fox and cubs")
    assert len(stored(walked).waypoints) == 3


def test_a_waypoint_without_a_place_stays_a_draft_and_is_named(walked: Room) -> None:
    form = opened(walked)
    form.view.focus_key("waypoints")
    push(walked, "Add a waypoint")
    walked.settle()
    type_text("8:12")

    walked.window.run("save")
    walked.settle()

    labels = [one.text() for banner in walked.window.banners.banners for one in banner.findChildren(QLabel)]
    assert "Waypoints 3: Position" in " ".join(labels)
    assert len(stored(walked).waypoints) == 2
    walked.window.go_back()
    walked.settle()
    again = opened(walked)
    assert [line.get("at") for line in waypoints(walked)._lines][-1] == "2026-03-04T08:12:00+06:00"
    waypoints(walked).list.setCurrentRow(2)
    waypoints(walked).remove()
    walked.window.run("save")
    walked.settle()
    assert not again.session.is_dirty
    assert len(stored(walked).waypoints) == 2


def test_a_stored_waypoint_is_moved_and_given_another_time(walked: Room) -> None:
    form = opened(walked)
    form.view.focus_key("waypoints")
    walked.settle()
    editor = waypoints(walked)
    editor.list.setCurrentRow(0)
    editor._rows["at"].editor.setFocus()
    line = focused()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    type_text("04.03.2026 08:18")
    editor._rows["position"].editor.setFocus()
    line = focused()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    type_text("41.2018, 74.5")
    walked.window.run("save")
    walked.until(lambda: stored(walked).waypoints[-1].comment == "snare")

    moved = stored(walked).waypoints[-1]
    assert moved.at is not None
    assert (moved.at.minute, moved.position.latitude_deg, moved.is_at_from_track) == (18, 41.2018, False)
    walked.settle()
    assert not form.session.is_dirty


def placeholders(room: Room) -> str:
    assert room.window.sheet is not None
    return " ".join(line.placeholderText() for line in room.window.sheet.findChildren(QLineEdit))


def test_what_is_said_is_proposed_for_the_next_patrol(walked: Room, tmp_path: Path) -> None:
    form = opened(walked)
    editor = form.view.editor("station")
    assert editor is not None
    editor.set_value("HQ")
    editor.edited.emit()
    walked.window.run("save")
    walked.until(lambda: stored(walked).station == "HQ")
    walked.window.go_back()

    from ui.import_acts import ImportActs

    assert ImportActs is not None
    walked.window.run("import_tracks")
    assert walked.window.sheet is not None
    assert "as last time" not in placeholders(walked)
    walked.window.go_back()
    opened(walked)
    push(walked, "Take all of it")
    walked.until(lambda: stored(walked).legs[0].assumed == ())
    walked.settle()
    walked.window.go_back()
    walked.window.run("import_tracks")
    assert f"as last time: {AIBEK}" in placeholders(walked)
    assert "as last time: Foot" in placeholders(walked)
    walked.window.go_back()

    path = write_gpx(tmp_path / "next.gpx", walk(MORNING + dt.timedelta(days=3), 11))
    walked.window.take_files([path])
    walked.until(lambda: len(patrol_ids(walked.desk.reader)) == 2)

    newest = patrol(walked.desk.reader, patrol_ids(walked.desk.reader)[-1])
    assert (newest.station, "station" in newest.assumed) == ("HQ", True)


def test_the_track_that_counts_is_ticked(qtbot: QtBot, tmp_path: Path) -> None:
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        officer = store.reader.entries("officer")[0].id
        paths = [write_gpx(tmp_path / "leader.gpx", walk(MORNING, 21)),
                 write_gpx(tmp_path / "other.gpx", walk(MORNING, 16, latitude=41.2003))]  # fmt: skip
        ImportTracks(store)(paths, officer=officer, context=JobContext())
    with inside(qtbot, station) as room:
        form = opened(room)
        editor = form.view.editor("legs/0/tracks")
        assert editor is not None
        first, second = stored(room).legs[0].tracks
        assert editor.value() == [first.id]

        editor.set_value([second.id])
        editor.edited.emit()
        room.window.run("save")
        room.until(lambda: points(stored(room)) == [16])

        room.settle()
        assert not form.session.is_dirty
