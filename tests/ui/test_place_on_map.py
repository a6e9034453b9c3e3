"""A place is read off the map: pressed or aimed at with the keys, told before it is taken, and stored as such."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.incidents import incident, incident_ids
from db.patrol_pages import patrol_ids, patrols_of_day
from db.patrols import patrol
from ranger_app.domain.records import Position, PositionSource
from tests.ui.test_form_session import drafts, edit_first, new_form, type_into
from tests.ui.window_room import Room, form_of
from ui.forms.position import PositionEditor
from ui.forms.record_form import RecordForm
from ui.forms.waypoints import WaypointsEditor
from ui.map import Viewport
from ui.place_on_map import NEAR_ZOOM, PlaceOnMapSheet, doubt_m
from ui.telling import ISOLATE_END, LEFT_TO_RIGHT


def position_of(form: RecordForm) -> PositionEditor:
    editor = form.view.editor("position")
    assert isinstance(editor, PositionEditor)
    return editor


def asked(room: Room) -> PlaceOnMapSheet:
    """The panel with the map, when everything around the place is shown."""
    sheet = room.window.sheet
    assert isinstance(sheet, PlaceOnMapSheet)
    room.settle()
    QApplication.processEvents()
    return sheet


def by_key(room: Room, editor: PositionEditor) -> PlaceOnMapSheet:
    """Open the map with the key, the cursor being in the line of the place."""
    editor.line.setFocus()
    QTest.keyClick(editor.line, Qt.Key.Key_F3)
    return asked(room)


def told(sheet: PlaceOnMapSheet) -> str:
    return sheet.told.text().replace(LEFT_TO_RIGHT, "").replace(ISOLATE_END, "").replace("\u00a0", " ")


def stored(room: Room, at_least: int = 1) -> Position:
    """The position of the newest incident as it is stored."""
    room.until(lambda: len(incident_ids(room.desk.reader)) >= at_least)
    room.settle()
    where = incident(room.desk.reader, incident_ids(room.desk.reader)[0]).position
    assert where is not None
    return where


def test_a_place_is_chosen_and_taken_with_the_keys_alone(full_room: Room) -> None:
    form = edit_first(full_room)
    sheet = by_key(full_room, position_of(form))
    assert sheet.view.hasFocus()
    assert (sheet.view.viewport.center_lat, sheet.view.viewport.center_lon) == pytest.approx((41.201111, 74.501234))

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Return):
        QTest.keyClick(sheet.view, key)
    middle = sheet.view.viewport
    chosen = sheet.chosen
    assert chosen == (round(middle.center_lat, 6), round(middle.center_lon, 6))
    assert told(sheet) == f"{chosen[0]:.6f}, {chosen[1]:.6f} · ± {doubt_m(middle):g} m"
    assert full_room.window.sheet is sheet
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)

    assert full_room.window.sheet is None
    QApplication.processEvents()
    assert position_of(form).line.hasFocus()
    form.save()
    full_room.settle()
    where = stored(full_room)
    assert where.source is PositionSource.MAP
    assert (where.latitude_deg, where.longitude_deg) == chosen
    assert where.accuracy_m == doubt_m(middle)
    assert (where.typed, where.operation) == ("", "")


def test_a_place_is_pressed_with_the_pointer_and_taken_with_the_button(room: Room) -> None:
    form = new_form(room)
    editor = position_of(form)
    QTest.mouseClick(editor.place.map_button, Qt.MouseButton.LeftButton)
    sheet = asked(room)
    assert not sheet.act_button.isEnabled()
    sheet.view.set_view(74.5, 41.2, NEAR_ZOOM)

    at = QPoint(sheet.view.width() // 2 + 40, sheet.view.height() // 2 - 25)
    QTest.mouseClick(sheet.view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseClick(sheet.act_button, Qt.MouseButton.LeftButton)
    form.save()

    lon, lat = Viewport(74.5, 41.2, NEAR_ZOOM, sheet.view.width(), sheet.view.height()).unproject(at.x(), at.y())
    where = stored(room)
    assert where == Position(
        latitude_deg=round(lat, 6), longitude_deg=round(lon, 6), accuracy_m=72, source=PositionSource.MAP
    )


def test_enter_after_a_press_takes_what_was_pressed_and_after_a_move_marks_anew(full_room: Room) -> None:
    sheet = by_key(full_room, position_of(edit_first(full_room)))
    QTest.mouseClick(sheet.view, Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    pressed = sheet.chosen

    QTest.keyClick(sheet.view, Qt.Key.Key_Right)
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)

    assert full_room.window.sheet is sheet
    assert sheet.chosen != pressed
    QTest.mouseClick(sheet.view, Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    chosen = sheet.chosen
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    assert full_room.window.sheet is None
    assert position_of(form_of(full_room)).place.place() == chosen


def test_a_press_beside_the_world_marks_nothing(full_room: Room) -> None:
    full_room.window.resize(1366, 768)
    sheet = by_key(full_room, position_of(edit_first(full_room)))
    sheet.view.set_view(180.0, 41.0, 2.0)

    for x in (sheet.view.width() - 5, 5):
        QTest.mouseClick(sheet.view, Qt.MouseButton.LeftButton, pos=QPoint(x, sheet.view.height() // 2))

    assert sheet.chosen is not None
    assert -180 < sheet.chosen[1] < 180


def test_shift_moves_the_map_by_little(full_room: Room) -> None:
    sheet = by_key(full_room, position_of(edit_first(full_room)))
    before = sheet.view.viewport

    QTest.keyClick(sheet.view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)

    assert before.project(sheet.view.viewport.center_lon, sheet.view.viewport.center_lat)[0] == pytest.approx(
        before.width_px / 2 - 8
    )


def test_escape_leaves_the_place_as_it_was(full_room: Room) -> None:
    form = edit_first(full_room)
    before = position_of(form).value()
    sheet = by_key(full_room, position_of(form))
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)

    QTest.keyClick(sheet.view, Qt.Key.Key_Escape)

    assert full_room.window.sheet is None
    assert position_of(form).value() == before
    QApplication.processEvents()
    assert position_of(form).line.hasFocus()


def test_what_was_taken_is_a_draft_and_can_be_undone(full_room: Room) -> None:
    before = stored(full_room)
    form = edit_first(full_room)
    sheet = by_key(full_room, position_of(form))
    QTest.keyClick(sheet.view, Qt.Key.Key_Down)
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)

    form.session.keep_draft()
    full_room.settle()
    assert [draft.values["position"]["source"] for draft in drafts(full_room)] == ["map"]
    form.save()
    full_room.settle()
    assert stored(full_room).source is PositionSource.MAP
    full_room.window.run("undo")
    full_room.settle()
    assert stored(full_room) == before


def test_the_tracks_of_the_day_are_shown_around(full_room: Room) -> None:
    day = full_room.desk.reader
    start = patrol(day, patrol_ids(day)[0]).start
    assert start is not None
    form = new_form(full_room)
    type_into(form, {"occurred_at": f"{start.isoformat()}T09:00:00+06:00"})

    sheet = by_key(full_room, position_of(form))

    layers = {layer.id: layer for layer in sheet.view.layers}
    assert layers["tracks"].bounds() is not None
    assert layers["places"].bounds() == pytest.approx((74.5, 41.2, 74.5, 41.2))
    assert sheet.view.viewport.zoom > 9


def test_a_day_without_a_patrol_shows_where_the_station_has_been(full_room: Room) -> None:
    form = new_form(full_room)

    sheet = by_key(full_room, position_of(form))

    assert "tracks" not in {layer.id for layer in sheet.view.layers}
    assert (sheet.view.viewport.center_lat, sheet.view.viewport.center_lon) == pytest.approx((41.2, 74.5), abs=0.1)
    assert patrols_of_day(full_room.desk.reader, "1999-01-01") == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Say in the form when it was, and the tracks of that day are shown here."),
        ({"occurred_at": "1999-01-01T09:00:00+06:00"}, "No patrol of 01 Jan 1999 has a track here."),
    ],
)
def test_where_no_track_leads_to_the_place_it_is_said_what_to_do(
    full_room: Room, values: dict[str, object], said: str
) -> None:
    form = new_form(full_room)
    type_into(form, values)

    sheet = by_key(full_room, position_of(form))

    assert sheet.bare.isVisibleTo(sheet)
    assert sheet.bare.text() == f"{said} Without a track: zoom in with the wheel or +, and press the place."


def test_nothing_is_missing_where_tracks_or_the_place_itself_are_known(full_room: Room) -> None:
    assert not by_key(full_room, position_of(edit_first(full_room))).bare.isVisibleTo(full_room.window)
    full_room.window.run("back")
    start = patrol(full_room.desk.reader, patrol_ids(full_room.desk.reader)[0]).start
    assert start is not None
    form = new_form(full_room)
    type_into(form, {"occurred_at": f"{start.isoformat()}T09:00:00+06:00"})

    assert not by_key(full_room, position_of(form)).bare.isVisibleTo(full_room.window)


def test_the_place_is_told_in_the_notation_of_the_window(full_room: Room) -> None:
    full_room.desk.settings.put("window/notation", "sk42")
    sheet = by_key(full_room, position_of(edit_first(full_room)))

    QTest.keyClick(sheet.view, Qt.Key.Key_Return)

    assert told(sheet) == "SK-42 X 4563082 Y 13458215 · 41.201111, 74.501234 · ± 72 m"


def test_a_waypoint_of_a_patrol_is_placed_on_the_map(full_room: Room) -> None:
    reader = full_room.desk.reader
    record = patrol_ids(reader)[0]
    form = edit_first(full_room, "patrols")
    editor = form.view.editor("waypoints")
    assert isinstance(editor, WaypointsEditor)
    editor.list.setCurrentRow(0)
    place = editor.findChild(PositionEditor)
    assert place is not None

    sheet = by_key(full_room, place)
    assert "tracks" in {layer.id for layer in sheet.view.layers}
    QTest.keyClick(sheet.view, Qt.Key.Key_Left)
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    chosen = sheet.chosen
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    form.save()
    full_room.settle()

    where = patrol(reader, record).waypoints[0].position
    assert (where.latitude_deg, where.longitude_deg) == chosen
    assert where.source is PositionSource.MAP


@pytest.mark.parametrize(("zoom", "metres"), [(13.0, 72.0), (16.0, 9.0), (20.0, 1.0), (8.0, 2300.0)])
def test_the_doubt_is_what_five_pixels_are_worth(zoom: float, metres: float) -> None:
    assert doubt_m(Viewport(74.5, 41.2, zoom, 800, 600)) == metres
