"""The list of layers keeps the layer under the cursor in sight, in every window and either direction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ranger_app.jobs import JobContext
from ranger_app.services.maps import MapShelf
from tests.made_maps import mbtiles
from tests.ui.map_samples import DISTRICTS
from tests.ui.window_room import Room, enter, make_station
from ui.pages.map_page import MapPage


@pytest.fixture(
    params=[("en", 1366, 768), ("ru", 1024, 600), ("mirrored", 1366, 768)], ids=["wide", "small", "mirrored"]
)
def page(request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path) -> Iterator[MapPage]:
    """A map with a sheet and boundaries, whose boxes stand below the list."""
    language, width, height = request.param
    station = make_station(tmp_path, with_records=True)
    shelf = MapShelf(station)
    shelf.add(mbtiles(tmp_path / "sheet.mbtiles", metadata={"name": "Sheet K-43"}), context=JobContext())
    (tmp_path / "districts.geojson").write_text(json.dumps(DISTRICTS), "utf-8")
    for name in ("districts", "pastures", "springs"):
        shelf.add(tmp_path / "districts.geojson", name=name, context=JobContext())
    if language == "mirrored":
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    whole = enter(qtbot, tmp_path / "home", station, settings={"window/language": "ru" if language == "ru" else "en"})
    found = Room(qtbot, whole, station)
    found.window.resize(width, height)
    found.window.go("map")
    page = found.window.page
    assert isinstance(page, MapPage)
    found.until(lambda: page.stack.has("own/springs") and page.stack.has("incident"))
    found.settle()
    try:
        yield page
    finally:
        found.leave()
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def is_in_sight(page: MapPage) -> bool:
    """Whether the whole row of the layer under the cursor is seen, in the list and in the window."""
    QApplication.processEvents()
    rows = page.panel.list
    row = rows.visualItemRect(rows.currentItem())
    area = page.area.panel.viewport()
    seen = rows.viewport().rect()
    top = rows.viewport().mapTo(area, row.topLeft()).y()
    return seen.top() <= row.top() and row.bottom() <= seen.bottom() and 0 <= top <= area.height() - row.height()


def test_the_layer_under_the_cursor_is_in_sight_wherever_it_stands(page: MapPage) -> None:
    if not page.area.is_open:
        page._toggle_panel()
    rows = page.panel.list
    rows.setFocus()
    for key in (Qt.Key.Key_End, *[Qt.Key.Key_Up] * rows.count(), *[Qt.Key.Key_Down] * rows.count(), Qt.Key.Key_Home):
        QTest.keyClick(rows, key)
        assert is_in_sight(page), (rows.current_id(), rows.height())


def test_it_stays_in_sight_when_it_is_moved_and_when_the_window_changes(page: MapPage) -> None:
    if not page.area.is_open:
        page._toggle_panel()
    page.panel.choose("own/districts")
    assert is_in_sight(page)
    QTest.keyClick(page.panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert page.panel.list.current_id() == "own/districts"
    assert is_in_sight(page)

    window = page.window()
    window.resize(window.width(), window.height() - 60)
    assert is_in_sight(page)
    page.layers.show_rows()
    assert is_in_sight(page)


def test_the_list_shows_four_whole_rows_at_least(page: MapPage) -> None:
    if not page.area.is_open:
        page._toggle_panel()
    page._toggle_time()
    page.panel.choose("own/districts")
    QApplication.processEvents()

    rows = page.panel.list
    assert rows.viewport().height() >= 4 * rows.sizeHintForRow(0)
    assert is_in_sight(page)
