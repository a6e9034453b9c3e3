"""Printing what the map shows, from the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot

from ranger_app.services.map_shading import WantedEffort, WantedHeat
from ranger_app.services.print_map import WantedMap
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station
from tests.ui.window_room import SNARES, Room, inside, make_station
from ui.pages.map_page import MapPage
from ui.print_map_sheet import PrintMapSheet, ask_print

VALLEY = (74.3, 41.1, 74.7, 41.3)


def opened(room: Room) -> PrintMapSheet:
    room.window.go("map")
    ask_print(room.desk, room.window, VALLEY)
    sheet = room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    return sheet


def printed(room: Room, sheet: PrintMapSheet, out: Path) -> str:
    """The words on the page that a panel writes."""
    sheet.where.set_paths([out])
    sheet.press()
    room.settle()
    with pypdfium2.PdfDocument(out) as pdf:
        return " ".join(pdf[0].get_textpage().get_text_range().split())


def test_the_map_is_written_as_a_page_and_its_place_is_told(full_room: Room, tmp_path: Path) -> None:
    sheet = opened(full_room)
    out = tmp_path / "page.pdf"
    sheet.where.set_paths([out])
    sheet.title.setText("The valley")
    sheet.is_dated.setChecked(True)

    sheet.press()
    full_room.settle()

    with pypdfium2.PdfDocument(out) as pdf:
        text = " ".join(pdf[0].get_textpage().get_text_range().split())
    assert text.startswith("The valley")
    assert "Printed on" in text
    assert "Incident" in text
    assert str(out) in full_room.told()


def test_the_command_of_the_map_page_opens_the_panel(full_room: Room) -> None:
    full_room.window.go("map")

    full_room.window.run("print_map")

    assert isinstance(full_room.window.sheet, PrintMapSheet)
    assert isinstance(full_room.window.page, MapPage)


def test_a_name_that_is_neither_page_nor_picture_is_put_right_before_anything_is_read(
    full_room: Room, tmp_path: Path
) -> None:
    sheet = opened(full_room)
    sheet.where.set_paths([tmp_path / "map.docx"])

    sheet.press()

    assert full_room.window.sheet is sheet
    assert ".pdf" in sheet.message.text()


def test_after_a_failure_the_answers_stand_in_their_fields_again(full_room: Room, tmp_path: Path) -> None:
    sheet = opened(full_room)
    sheet.where.set_paths([tmp_path / "nowhere" / "map.png"])
    sheet.title.setText("The valley")
    sheet.dots.setCurrentIndex(sheet.dots.findData(150))
    sheet.language.setCurrentIndex(sheet.language.findData("ur"))

    sheet.press()
    full_room.settle()

    again = full_room.window.sheet
    assert isinstance(again, PrintMapSheet)
    assert again.title.text() == "The valley"
    assert (again.dots.currentData(), again.language.currentData()) == (150, "ur")
    assert again.where.path() == tmp_path / "nowhere" / "map.png"


def test_what_is_chosen_is_offered_first(full_room: Room) -> None:
    full_room.desk.chosen.choose("patrol", ("ab" * 16,))

    sheet = opened(full_room)

    assert sheet.which.itemText(0) == "1 chosen record, all of it"
    assert sheet.which.count() == 5


@pytest.mark.parametrize("size", [(1024, 600), (1366, 768)])
def test_the_panel_fits_into_a_small_window(full_room: Room, qtbot: QtBot, size: tuple[int, int]) -> None:
    full_room.window.resize(*size)
    sheet = opened(full_room)
    qtbot.wait(50)

    assert sheet.act_button.isVisible()
    assert sheet.act_button.mapTo(full_room.window, sheet.act_button.rect().bottomRight()).y() <= size[1]


def test_the_sheet_hides_what_the_map_hides_and_is_ruled_as_the_map_is(full_room: Room, tmp_path: Path) -> None:
    full_room.window.go("map")
    page = full_room.window.page
    assert isinstance(page, MapPage)
    page.shown.show("incident", visible=False)
    page.shown.grid = "kyrg06"
    page.view.fit_bounds(VALLEY)

    full_room.window.run("print_map")
    sheet = full_room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    assert sheet.grid.currentData() == "kyrg06"
    text = printed(full_room, sheet, tmp_path / "page.pdf")
    assert "Incident" not in text
    assert "Waypoint" not in text
    assert "Track" in text


def test_the_line_of_the_title_says_what_the_sheet_is_called_without_one(full_room: Room, tmp_path: Path) -> None:
    sheet = opened(full_room)

    assert sheet.title.placeholderText() == "Without a title: Map"
    sheet.which.setCurrentIndex(1)
    assert sheet.title.placeholderText() == "Without a title: Livestock conflicts: hot spots"
    sheet.language.setCurrentIndex(sheet.language.findData("ru"))
    assert "Livestock" not in sheet.title.placeholderText()


def test_only_what_a_sheet_can_be_ruled_in_is_offered_and_degrees_once(full_room: Room) -> None:
    sheet = opened(full_room)

    offered = [sheet.grid.itemData(place) for place in range(sheet.grid.count())]

    assert offered == ["", "dd", "utm", "sk42", "sk95", "kyrg06", "kalianpur"]


# What the screen shows


def on_map(room: Room) -> MapPage:
    room.window.go("map")
    page = room.window.page
    assert isinstance(page, MapPage)
    room.until(lambda: page.stack.has("incident"))
    if not page.shown.has_time:
        room.window.run("map_time")
    room.settle()
    return page


def asked(room: Room) -> PrintMapSheet:
    room.window.run("print_map")
    sheet = room.window.sheet
    assert isinstance(sheet, PrintMapSheet)
    return sheet


def wanted_of(sheet: PrintMapSheet, label: str) -> WantedMap:
    sheet.which.setCurrentIndex(sheet.which.findText(label))
    return sheet._choices[sheet.which.currentIndex()].wanted


@pytest.fixture
def room_of_days(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """A station with a patrol and an incident, and one of five days later."""
    station = make_station(tmp_path, with_records=True)
    with open_station(station, home=tmp_path / "home") as store:
        RecordIncident(store)("poaching", SNARES | {"occurred_at": "2026-03-09T10:00:00+06:00"}, officer="")
    with inside(qtbot, station) as found:
        yield found


def test_the_sheet_takes_over_days_order_and_strength_of_the_map(room_of_days: Room, tmp_path: Path) -> None:
    page = on_map(room_of_days)
    assert page.time is not None
    span = page.time.bar.scale.window_us
    assert span is not None
    page.time.bar.set_window(span[1] - 86_400_000_000 + 1, span[1])
    page.view.fit_bounds(VALLEY)
    page.shown.show("tracks", opacity=0.5)
    page.shown.show("base", visible=False)
    room_of_days.settle()

    sheet = asked(room_of_days)

    everything = wanted_of(sheet, "Everything on this map")
    assert everything.days is not None
    assert everything.days.span_us == page.time.bar.window_us
    assert everything.order == tuple(page.shown.order())
    assert everything.opacities == {"tracks": 0.5, "base": 0.0, "base-names": 0.0}
    assert sheet.state.text() == ""
    text = printed(room_of_days, sheet, tmp_path / "page.pdf")
    assert "Shown is what was recorded on 9 Mar 2026" in text
    assert "Track" not in text
    assert "Incident" in text


def test_effort_and_heat_that_are_seen_are_printed_and_where_they_are_not_the_panel_says_so(full_room: Room) -> None:
    page = on_map(full_room)
    assert page.time is not None
    panel = page.time.effort
    panel.measure.setCurrentIndex(panel.measure.findData("visits"))
    panel.heat.setCurrentIndex(panel.heat.findData("waypoint"))
    full_room.settle()

    sheet = asked(full_room)

    everything = wanted_of(sheet, "Everything on this map")
    assert everything.effort == WantedEffort("visits", 5_000.0)
    assert everything.heat == WantedHeat("waypoint", 5_000.0)
    assert sheet.state.isHidden()
    land = wanted_of(sheet, "The land alone, without any record")
    assert (land.effort, land.heat) == (None, None)
    assert sheet.state.text() == "Patrol effort is not printed. The heat map is not printed."
    assert not sheet.state.isHidden()


def test_what_no_sheet_can_show_is_told_before_it_is_printed(full_room: Room) -> None:
    page = on_map(full_room)
    page.look_at(41.2, 74.5)
    assert page.time is not None
    span = page.time.bar.scale.window_us
    assert span is not None
    page.time.bar._show((span[0] + span[1]) // 2)
    full_room.until(lambda: page.stack.has("replay"))

    sheet = asked(full_room)

    assert sheet.state.text() == "The replay is not printed. What was drawn or marked on the map is not printed."


def test_maps_of_other_pages_are_printed_in_the_order_of_the_list_of_layers(full_room: Room) -> None:
    page = on_map(full_room)
    page.shown.arrange(["tracks", *(one for one in page.shown.order() if one != "tracks")])
    page.shown.show("base", opacity=0.3)
    page.shown.show("tracks", opacity=0.5)
    page.shown.remember()

    sheet = opened(full_room)

    wanted = sheet._choices[0].wanted
    assert wanted.order == tuple(page.shown.order())
    assert wanted.order.index("tracks") < wanted.order.index("incident")
    assert wanted.opacities == {"base": 0.3, "base-names": 0.3}
