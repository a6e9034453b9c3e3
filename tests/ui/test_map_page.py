"""The page of the map: its layers, its tools, and a choice that is the same on the map and in the lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.incidents import incident_ids
from db.patrol_pages import patrol_ids
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station
from ranger_app.services.take_back import TakeBack
from tests.ui.window_room import SNARES, Room, choose_first, enter, inside, make_station
from ui.button import Button
from ui.map import GraticuleLayer, Tool
from ui.pages.list_page import ListPage
from ui.pages.map_page import MapPage
from ui.print_map_sheet import PrintMapSheet

HERE = (74.501234, 41.201111)


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """A station with a patrol, its waypoint, and two incidents."""
    station = make_station(tmp_path, with_records=True)
    with open_station(station, home=tmp_path / "home") as store:
        other = SNARES | {"position": {"latitude_deg": 41.3, "longitude_deg": 74.6, "source": "gps"}}
        RecordIncident(store)("poaching", other, officer="")
    with inside(qtbot, station) as found:
        yield found


def on_map(room: Room) -> MapPage:
    """The page of the map, with everything on it."""
    room.window.go("map")
    page = room.window.page
    assert isinstance(page, MapPage)
    room.until(lambda: page.stack.has("incident") and bool(page._tracks.ids))
    room.settle()
    return page


def on_list(room: Room, name: str) -> ListPage:
    room.window.go(name)
    page = room.window.page
    assert isinstance(page, ListPage)
    room.settle()
    return page


def shown(page: MapPage) -> list[str]:
    """The visible layers, the uppermost first."""
    return [layer.id for layer in reversed(page.view.layers) if layer.visible]


# Layers


def test_everything_with_a_place_is_a_layer_that_can_be_hidden(room: Room) -> None:
    page = on_map(room)
    assert shown(page) == ["incident", "conflict", "tracks", "grid", "base-names", "base"]

    page.panel.choose("incident")
    QTest.keyClick(page.panel.list, Qt.Key.Key_Space)

    assert "incident" not in shown(page)
    page = on_map(room.reopen())
    assert "incident" not in shown(page)


def test_a_layer_is_moved_by_key_and_stays_there(room: Room) -> None:
    page = on_map(room)

    page.panel.choose("tracks")
    for _ in range(3):
        QTest.keyClick(page.panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)

    assert shown(page)[0] == "tracks"
    assert page.panel.list.current_id() == "tracks"
    room.settle()
    assert shown(on_map(room.reopen()))[0] == "tracks"


def test_the_base_map_is_hidden_with_its_names(room: Room) -> None:
    page = on_map(room)

    page.panel.visible_chosen.emit("base", False)

    assert not {"base", "base-names"} & set(shown(page))


def test_a_layer_is_shown_as_strongly_as_the_slider_says(room: Room) -> None:
    page = on_map(room)
    page.panel.choose("tracks")

    page.panel.slider.setValue(40)
    room.until(lambda: page.shown.opacity("tracks") == 0.4)

    assert next(layer for layer in page.view.layers if layer.id == "tracks").opacity == 0.4
    page._tracks.show(page._tracks._seen)  # type: ignore[arg-type]
    assert next(layer for layer in page.view.layers if layer.id == "tracks").opacity == 0.4


def test_the_grid_is_that_of_the_chosen_coordinates(room: Room) -> None:
    page = on_map(room)

    page.panel.grid_chosen.emit("sk42")
    assert not isinstance(next(one for one in page.view.layers if one.id == "grid"), GraticuleLayer)

    page.panel.grid_chosen.emit("none")
    assert "grid" not in shown(page)
    page.panel.grid_chosen.emit("degrees")
    assert isinstance(next(one for one in page.view.layers if one.id == "grid"), GraticuleLayer)


def test_a_waypoint_is_shown_when_wanted_and_stands_for_its_patrol(room: Room) -> None:
    page = on_map(room)

    page.layers.show("waypoint")
    layer = next(one for one in page.view.layers if one.id == "waypoint")
    [waypoint] = layer.within((74.0, 41.0, 75.0, 42.0))

    assert page.choice.record_of(("waypoint", waypoint)) == ("patrol", patrol_ids(room.desk.reader)[0])


def test_the_panel_takes_the_place_of_the_map_in_a_narrow_window(room: Room) -> None:
    page = on_map(room)
    room.window.showNormal()
    room.window.resize(760, 600)
    room.until(lambda: not page.area.is_roomy)
    assert page.map.isVisible()

    room.window.run("map_layers")
    assert page.panel.isVisible()
    assert not page.map.isVisible()

    room.window.run("back")
    assert page.map.isVisible()


# Choosing


def take_box(room: Room, bounds: tuple[float, float, float, float]) -> None:
    """Choose what lies in a box, by the keys: Enter at both of its corners."""
    page = room.window.page
    assert isinstance(page, MapPage)
    room.window.run("map_box")
    for corner in (bounds[:2], bounds[2:]):
        page.view.set_view(*corner, 12.0)
        QTest.keyClick(page.view, Qt.Key.Key_Return)


def test_what_lies_in_a_box_is_chosen_and_told(room: Room) -> None:
    page = on_map(room)

    take_box(room, (74.0, 41.0, 75.0, 42.0))

    assert page.feet.told.text() == "Chosen: 1 patrol, 2 incidents"
    assert set(room.desk.chosen.of("incident")) == set(incident_ids(room.desk.reader, kinds=("incident",)))


def test_the_list_shows_what_was_chosen_on_the_map_until_all_is_wanted_again(room: Room) -> None:
    on_map(room)
    take_box(room, (74.0, 41.0, 75.0, 42.0))

    room.window.run("list_chosen")
    found = room.window.page
    assert isinstance(found, ListPage)
    assert (found.name, found.list.records.rowCount()) == ("incidents", 2)
    assert found.narrowed.isVisible()

    room.window.run("back")
    assert not found.narrowed.isVisible()
    assert found.list.records.rowCount() == 2


def test_a_narrowed_list_holds_no_other_record(room: Room) -> None:
    records = incident_ids(room.desk.reader, kinds=("incident",))
    found = on_list(room, "incidents")

    found.narrow(records[:1])

    assert [found.list.records.row(0).id, found.list.records.rowCount()] == [records[0], 1]
    found.show_record("incident", records[1])
    assert found.list.records.rowCount() == 2
    assert found.chosen is not None
    assert found.chosen.id == records[1]


def test_one_record_chosen_on_the_map_is_opened_and_chosen_in_its_list(room: Room) -> None:
    on_map(room)
    take_box(room, (74.59, 41.29, 74.61, 41.31))
    [record] = room.desk.chosen.of("incident")

    found = on_list(room, "incidents")

    assert found.chosen is not None
    assert found.chosen.id == record


def test_what_is_chosen_in_a_list_is_chosen_on_the_map(room: Room) -> None:
    row = choose_first(room, "patrols").chosen
    assert row is not None

    page = on_map(room)

    assert {layer for layer, _ in page.view.selected} == {"tracks"}
    assert all(feature.startswith(row.id) for _, feature in page.view.selected)
    assert page.feet.told.text() == "Chosen: 1 patrol"


def test_a_record_of_a_list_is_looked_at_on_the_map(room: Room) -> None:
    found = on_list(room, "incidents")
    record = next(one for one in incident_ids(room.desk.reader, kinds=("incident",)) if _longitude(room, one) > 74.55)
    found.show_record("incident", record)

    room.window.run("show_on_map")
    page = on_map(room)
    room.until(lambda: abs(page.view.viewport.center_lon - 74.6) < 1e-6)

    assert page.view.selected == {("incident", record)}


def _longitude(room: Room, record: str) -> float:
    from db.incidents import incident

    where = incident(room.desk.reader, record).position
    return where.longitude_deg if where is not None else 0.0


def test_a_press_with_the_tool_for_choosing_opens_nothing(room: Room) -> None:
    page = on_map(room)
    room.window.run("map_select")
    page.view.set_view(*HERE, 14.0)

    middle = page.view.rect().center()
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=middle)

    assert room.window.page is page
    assert len(room.desk.chosen.of("incident")) == 1
    room.window.run("list_chosen")
    assert room.window.page.name == "incidents"


def test_a_patrol_is_taken_out_of_the_choice_with_all_its_lines(room: Room) -> None:
    page = on_map(room)
    take_box(room, (74.0, 41.0, 75.0, 42.0))
    lines = [one for one in page.view.selected if one[0] == "tracks"]

    page.view.select(page.view.selected - {lines[0]})

    assert "patrol" not in page.choice.records
    assert len(page.choice.records["incident"]) == 2
    assert not [one for one in page.view.selected if one[0] == "tracks"]


# Tools


def test_every_tool_is_taken_by_its_command_and_its_button_is_pressed(room: Room) -> None:
    page = on_map(room)

    for name, tool in (("map_measure", Tool.MEASURE), ("map_area", Tool.POLYGON), ("map_pan", Tool.PAN)):
        room.window.run(name)

        assert page.view.tool is tool
        assert [one for one, button in page.tools.buttons.items() if button.isChecked() and one != "map_layers"] == [
            name
        ]


def test_what_is_drawn_is_told_and_its_corners_are_copied_as_one_sees_places(room: Room) -> None:
    room.desk.settings.put("window/notation", "utm")
    page = on_map(room)
    room.window.run("map_line")
    page.view.set_view(74.5, 41.2, 13.0)

    for spot in (QPoint(200, 150), QPoint(300, 150)):
        QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(page.view, Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
    room.window.run("copy_drawn")

    assert page.feet.told.text().startswith("Length: 1,43")
    copied = QGuiApplication.clipboard().text().splitlines()
    assert [line[:4] for line in copied] == ["43T ", "43T "]
    assert page.feet.where.text() == "2 corners are copied."


def test_back_puts_away_what_was_begun_last_first(room: Room) -> None:
    page = on_map(room)
    take_box(room, (74.0, 41.0, 75.0, 42.0))
    room.window.run("map_point")
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert page.drawing.drawing is not None

    assert page.go_back()
    assert not page.view.selected
    assert page.feet.told.text().startswith("Point: ")
    assert page.go_back()
    assert page.feet.told.text() == ""
    assert not page.go_back()


def test_who_moves_the_map_by_keys_is_told_the_place_in_its_middle(room: Room) -> None:
    page = on_map(room)
    page.view.setFocus()
    room.until(page.view.hasFocus)
    page.view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)  # wherever the pointer of the screen is
    page.view.set_view(*HERE, 14.0)

    QTest.keyClick(page.view, Qt.Key.Key_Right)

    seen = page.view.viewport
    assert f"{seen.center_lat:.6f}, {seen.center_lon:.6f}" in page.feet.where.text()


def test_the_place_that_is_told_follows_the_map_below_a_pointer_that_rests(room: Room) -> None:
    page = on_map(room)
    corner = QPoint(30, 40)

    def told_at(at: QPointF) -> bool:
        longitude, latitude = page.view.to_lonlat(at)
        return f"{latitude:.6f}, {longitude:.6f}" in page.feet.where.text()

    QTest.mouseMove(page.view, QPoint(10, 10))
    QTest.mouseMove(page.view, corner)
    room.until(lambda: told_at(QPointF(corner)))

    page.view.set_view(*HERE, 14.0)
    assert told_at(QPointF(corner))
    QTest.keyClick(page.view, Qt.Key.Key_Right)
    assert told_at(QPointF(page.view.width() / 2, page.view.height() / 2))
    QTest.mouseMove(page.view, QPoint(50, 60))
    room.until(lambda: told_at(QPointF(50, 60)))


def test_a_record_that_was_taken_back_is_not_chosen_any_more(room: Room) -> None:
    gone, stays = incident_ids(room.desk.reader)
    room.desk.chosen.choose("incident", (gone, stays))
    page = on_map(room)
    room.until(lambda: "2 incidents" in page.feet.told.text())

    room.desk.do(lambda store, _: TakeBack(store)("incident", gone, "written twice", officer=room.desk.officer_id))

    room.until(lambda: room.desk.chosen.of("incident") == (stays,))
    room.until(lambda: "1 incident" in page.feet.told.text())


def test_the_place_under_the_pointer_is_told_as_one_sees_places(room: Room) -> None:
    room.desk.settings.put("window/notation", "mgrs")
    page = on_map(room)

    page.view.hovered.emit(*HERE)

    assert "43T DF 58180 61202" in page.feet.where.text()


def test_the_bar_of_time_is_opened_by_key_and_narrows_what_is_shown(room: Room) -> None:
    page = on_map(room)
    room.window.run("map_time")
    assert page.time is not None
    room.until(lambda: page.time is not None and page.time.bar.scale.window_us is not None)

    page.time.windowChanged.emit(0, 1)
    room.until(lambda: _places(page) == 0)
    page.time.windowChanged.emit(None, None)
    room.until(lambda: _places(page) == 2)

    room.window.run("map_time")
    assert not page.time.isVisible()


def _places(page: MapPage) -> int:
    layer = next(one for one in page.view.layers if one.id == "incident")
    return len(layer.within((-180.0, -85.0, 180.0, 85.0)))


def test_a_printed_map_begins_with_what_is_chosen(room: Room) -> None:
    on_map(room)
    take_box(room, (74.0, 41.0, 75.0, 42.0))

    room.window.run("print_map")

    assert isinstance(room.window.sheet, PrintMapSheet)
    assert room.window.sheet.which.currentText().startswith("3 chosen records")


@pytest.mark.parametrize(("size", "time_px"), [((1366, 768), 60), ((1024, 600), 95)])
def test_in_russian_the_tools_take_one_row_and_leave_the_map_its_room(
    room: Room, qtbot: QtBot, size: tuple[int, int], time_px: int
) -> None:
    room.leave()
    room.whole = enter(qtbot, room.folder.parent / "home", room.folder, settings={"window/language": "ru"})
    page = on_map(room)
    room.window.resize(*size)
    page.acts["map_time"]()
    room.window.say("warning", "Карта")
    qtbot.wait(50)

    assert page.tools.height() < 60
    assert page.tools.buttons["print_map"].text() == "Печать"
    assert page._time_area.height() <= time_px
    assert page.map.height() > size[1] * 0.45
    last = page.panel.findChildren(Button)[-1]
    assert last.isVisible()
    below = last.mapTo(page.area.panel.viewport(), last.rect().bottomRight()).y()
    assert below <= page.area.panel.viewport().height()


def test_a_low_page_keeps_its_tools_and_says_that_time_has_no_room(room: Room) -> None:
    page = on_map(room)
    button = page.tools.buttons["map_time"]

    page.setMaximumHeight(200)
    room.until(lambda: page.height() == 200)
    for _ in range(2):
        button.click()
        room.settle()

        assert page.tools.isVisible()
        assert page.feet.isVisible()
        assert page.time is None or not page.time.isVisible()
        assert "too low for the bar of time" in room.told()
        assert not button.isChecked()

    page.setMaximumHeight(500)
    room.until(lambda: page.height() > 400)
    button.click()
    assert page.time is not None
    assert page.time.isVisible()
    assert button.isChecked()
    page.setMaximumHeight(200)
    room.until(lambda: page.height() == 200)
    assert not button.isChecked()
    page.setMaximumHeight(500)
    room.until(lambda: page.height() > 400)
    assert page.time.isVisible()
    assert button.isChecked()
