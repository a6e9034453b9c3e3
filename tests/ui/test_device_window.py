"""Places and planned routes are put onto a receiver from the window."""

from __future__ import annotations

from pathlib import Path

import gpxpy
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ranger_app.services.plan_patrol import PlanPatrol
from tests.ui.window_room import Room, choose_first
from ui.device_sheet import DeviceSheet
from ui.import_devices import Device
from ui.pages.list_page import ListPage

ROUTE = [
    {"latitude_deg": 41.2, "longitude_deg": 74.5, "name": "Лагерь"},
    {"latitude_deg": 41.3, "longitude_deg": 74.6, "name": "Перевал"},
]


def plan(room: Room, name: str) -> None:
    officer = room.desk.officer_id
    room.desk.do(lambda store, _context: PlanPatrol(store)({"name": name, "route": ROUTE}, officer=officer))
    room.settle()


def asked(room: Room) -> DeviceSheet:
    room.window.run("to_device")
    sheet = room.window.sheet
    assert isinstance(sheet, DeviceSheet)
    room.settle()
    return sheet


def test_the_places_of_a_patrol_go_into_a_file(full_room: Room, tmp_path: Path) -> None:
    choose_first(full_room, "patrols")
    sheet = asked(full_room)
    sheet.device.setCurrentIndex(0)
    sheet.where.set_paths([tmp_path / "places.gpx"])

    sheet.act_button.click()
    full_room.until(lambda: "waypoints 1, routes 0" in full_room.told())

    found = gpxpy.parse((tmp_path / "places.gpx").read_text(encoding="utf-8"))
    assert [one.name for one in found.waypoints] == ["1 snare"]


def test_a_planned_route_goes_onto_a_receiver_that_is_plugged_in(full_room: Room, tmp_path: Path) -> None:
    plan(full_room, "Обход")
    (tmp_path / "stick" / "Garmin").mkdir(parents=True)
    sheet = asked(full_room)
    sheet.offer_devices([Device("GPSMAP", tmp_path / "stick", 0)])

    sheet.device.setCurrentIndex(sheet.device.findText("GPSMAP", Qt.MatchFlag.MatchStartsWith))
    sheet.which.setCurrentIndex(sheet.which.count() - 1)
    sheet.route.setCurrentIndex(1)
    sheet.is_ascii.setChecked(True)
    QTest.keyClick(sheet.length, Qt.Key.Key_Return)
    full_room.until(lambda: "routes 1" in full_room.told())

    found = gpxpy.parse((tmp_path / "stick" / "Garmin" / "GPX" / "ranger-app.gpx").read_text(encoding="utf-8"))
    assert [(one.name, [stop.name for stop in one.points]) for one in found.routes] == [
        ("Obkhod", ["Lager", "Pereval"])
    ]


def test_on_the_page_of_plans_the_route_of_the_chosen_one_is_meant(full_room: Room) -> None:
    plan(full_room, "Left bank")
    plan(full_room, "Right bank")
    full_room.window.run("plans")
    full_room.settle()
    page = full_room.window.page
    assert isinstance(page, ListPage)
    page.list.setCurrentIndex(page.list.records.index(0, 1))
    full_room.settle()
    row = page.chosen
    assert row is not None

    sheet = asked(full_room)

    assert sheet.route.currentData() == row.id
    assert sheet.which.currentText() == "No places"
    assert sheet.act_button.isEnabled()


def test_nothing_chosen_cannot_be_put_anywhere(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    sheet = asked(full_room)

    sheet.which.setCurrentIndex(sheet.which.count() - 1)

    assert not sheet.act_button.isEnabled()


def test_a_length_of_names_that_no_receiver_has_is_said(full_room: Room, tmp_path: Path) -> None:
    choose_first(full_room, "patrols")
    sheet = asked(full_room)
    sheet.where.set_paths([tmp_path / "places.gpx"])
    sheet.length.setText("2")

    sheet.act_button.click()

    assert full_room.window.sheet is sheet
    assert sheet.message.text() == "Letters of a name: a whole number from 4 to 60."
    assert not (tmp_path / "places.gpx").exists()
