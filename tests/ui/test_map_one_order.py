"""The list of layers and every picture in the window show one order, whatever is added, moved or missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ranger_app.domain.layer_order import own_id
from ranger_app.jobs import JobContext
from ranger_app.services.maps import MapShelf
from tests.made_maps import mbtiles
from tests.ui.test_map_own_page import drop, on_map
from tests.ui.window_room import Room, choose_first, inside, make_station
from ui.map import MapView
from ui.map.render import visible
from ui.pages.incident_details import IncidentDetails
from ui.pages.map_page import MapPage

SHEET, BORDER = own_id("Sheet K-43"), own_id("districts")


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with inside(qtbot, make_station(tmp_path, with_records=True)) as found:
        yield found


def painted(view: MapView) -> list[str]:
    """What a picture shows, the uppermost first, but for names, which are written on all ground."""
    return [layer.id for layer in reversed(visible(view.layers)) if layer.id != "base-names"]


def listed(page: MapPage) -> list[str]:
    """What the list says that the picture shows."""
    items = [page.panel.list.item(place) for place in range(page.panel.list.count())]
    return [
        str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() == Qt.CheckState.Checked
    ]  # fmt: skip


def settled(room: Room) -> MapPage:
    """The page of the map with its records."""
    page = on_map(room)
    room.until(lambda: page.stack.has("incident"))
    room.settle()
    return page


def move(page: MapPage, layer: str, key: Qt.Key) -> None:
    page.panel.choose(layer)
    QTest.keyClick(page.panel.list, key, Qt.KeyboardModifier.ControlModifier)


def test_a_sheet_that_was_just_added_stands_in_the_list_where_it_is_drawn(
    room: Room, tiles: Path, districts: Path
) -> None:
    page = settled(room)

    drop(room, page, districts, tiles)
    room.until(lambda: page.stack.has(SHEET) and page.stack.has(BORDER))

    assert listed(page) == painted(page.view)
    assert listed(page)[-4:] == ["grid", BORDER, SHEET, "base"]


def test_moving_another_layer_hides_no_sheet(room: Room, tiles: Path) -> None:
    page = settled(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(SHEET))

    move(page, "conflict", Qt.Key.Key_Down)

    assert listed(page) == painted(page.view)
    assert listed(page)[-2:] == [SHEET, "base"]
    room.settle()
    page = settled(room.reopen())
    room.until(lambda: page.stack.has(SHEET))
    assert listed(page) == painted(page.view)
    assert listed(page)[-2:] == [SHEET, "base"]


def test_a_key_that_moves_nothing_in_the_list_changes_no_picture(room: Room, tiles: Path) -> None:
    page = settled(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(SHEET))
    before = painted(page.view)

    move(page, "grid", Qt.Key.Key_Down)
    move(page, SHEET, Qt.Key.Key_Up)

    assert listed(page) == painted(page.view) == before
    assert not page.panel.up.isEnabled()
    assert page.panel.down.isEnabled()


def test_a_sheet_goes_below_the_base_map_only_when_somebody_puts_it_there(room: Room, tiles: Path) -> None:
    page = settled(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(SHEET))

    move(page, SHEET, Qt.Key.Key_Down)

    assert listed(page) == painted(page.view)
    assert listed(page)[-2:] == ["base", SHEET]


def test_maps_that_cannot_be_shown_keep_their_places_in_the_list(room: Room, tiles: Path, tmp_path: Path) -> None:
    page = settled(room)
    page.own.add([tiles], is_kept=False)
    drop(room, page, mbtiles(tmp_path / "winter.mbtiles", metadata={"name": "Winter"}))
    room.until(lambda: page.stack.has(SHEET) and page.stack.has(own_id("Winter")))
    before = listed(page)
    tiles.unlink()
    room.desk.maps.look()
    room.until(lambda: not page.stack.has(SHEET))

    assert listed(page) == before
    assert painted(page.view) == [one for one in before if one != SHEET]


def test_other_maps_of_the_window_are_drawn_in_the_order_of_the_list(room: Room, tiles: Path, districts: Path) -> None:
    for source in (districts, tiles):
        MapShelf(room.folder).add(source, context=JobContext())
    page = settled(room)
    room.until(lambda: page.stack.has(SHEET) and page.stack.has(BORDER))
    move(page, "grid", Qt.Key.Key_Down)

    incidents = choose_first(room, "incidents")
    details = incidents.details.currentWidget()
    assert isinstance(details, IncidentDetails)
    room.until(lambda: details.map.view is not None)
    view = details.map.view
    assert view is not None
    room.until(lambda: SHEET in painted(view))

    assert [one for one in painted(view) if one not in ("places", "tracks")] == [BORDER, "graticule", SHEET, "base"]


def test_sheets_lie_below_shapes_on_the_shelf_too(room: Room, tiles: Path, districts: Path) -> None:
    shelf = MapShelf(room.folder)

    added = [shelf.add(source, context=JobContext()) for source in (districts, tiles)]

    assert [(one.name, one.order) for one in added] == [("districts", 0), ("Sheet K-43", 0)]
    assert [(one.name, one.order) for one in shelf.entries()] == [("Sheet K-43", 0), ("districts", 1)]
