"""Own map files on the page of the map: added by a panel or dropped, shown, styled, missed, removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ranger_app.domain.layer_order import own_id
from ranger_app.services.maps import MapShelf
from tests.made_maps import mbtiles
from tests.ui.window_room import Room, inside, make_station
from ui.map import TilesLayer, VectorLayer
from ui.pages.map_own import is_map_file
from ui.pages.map_page import MapPage
from ui.path_line import PathLine


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with inside(qtbot, make_station(tmp_path)) as found:
        yield found


def on_map(room: Room) -> MapPage:
    room.window.go("map")
    page = room.window.page
    assert isinstance(page, MapPage)
    room.settle()
    return page


def drop(room: Room, page: MapPage, *paths: Path) -> None:
    """Drop files on the map, as from a file manager."""
    told = QMimeData()
    told.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, told, left, none))


def names(room: Room) -> list[str]:
    return [entry.name for entry in MapShelf(room.folder).entries()]


def test_a_map_that_is_dropped_is_a_layer_above_the_base_map(room: Room, tiles: Path) -> None:
    page = on_map(room)

    drop(room, page, tiles)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))

    ids = [layer.id for layer in page.view.layers]
    assert isinstance(page.view.layers[ids.index("own/Sheet K-43")], TilesLayer)
    assert ids.index("base") < ids.index("own/Sheet K-43") < ids.index("grid")
    assert "The map Sheet K-43 is a layer now." in room.told()
    assert names(room) == ["Sheet K-43"]


def test_a_map_is_added_by_the_panel_without_a_copy_and_removed_again(room: Room, tiles: Path) -> None:
    page = on_map(room)

    room.window.run("add_map_file")
    sheet = room.window.sheet
    assert sheet is not None
    line = sheet.findChild(PathLine)
    assert line is not None
    line.set_paths([tiles])
    keep = sheet.findChild(QCheckBox)
    assert keep is not None
    keep.setChecked(False)
    sheet.act_button.click()
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))
    assert [entry.is_kept for entry in MapShelf(room.folder).entries()] == [False]

    page.panel.choose(own_id("Sheet K-43"))
    room.window.run("remove_map_file")
    room.until(lambda: not page.stack.has(own_id("Sheet K-43")))
    room.until(lambda: names(room) == [])
    assert tiles.exists()


def test_a_copy_in_the_station_is_removed_only_after_a_question(room: Room, tiles: Path) -> None:
    page = on_map(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))
    page.panel.choose(own_id("Sheet K-43"))

    room.window.run("remove_map_file")
    assert names(room) == ["Sheet K-43"]
    assert "cannot be brought back" in room.told()
    button = next(one for one in room.window.banners.findChildren(QPushButton) if one.text() == "Remove")
    button.click()

    room.until(lambda: names(room) == [])
    assert not page.stack.has(own_id("Sheet K-43"))


def test_whose_map_it_is_stands_on_the_map_and_on_the_shelf(room: Room, tiles: Path) -> None:
    page = on_map(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))
    page.panel.choose(own_id("Sheet K-43"))

    page.panel.owner.setText("General Staff 1984")
    page.panel.owner.editingFinished.emit()

    def attributions() -> list[tuple[str, ...]]:
        return [layer.attribution for layer in page.view.layers if layer.id == own_id("Sheet K-43")]

    room.until(lambda: attributions() == [("General Staff 1984",)])
    assert [entry.attribution for entry in MapShelf(room.folder).entries()] == ["General Staff 1984"]


def test_how_a_map_is_shown_is_written_on_the_shelf(room: Room, tiles: Path) -> None:
    page = on_map(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))

    page.panel.visible_chosen.emit(own_id("Sheet K-43"), False)
    page.panel.opacity_chosen.emit(own_id("Sheet K-43"), 0.5)

    def told() -> list[tuple[bool, float]]:
        return [(entry.visible, entry.opacity) for entry in MapShelf(room.folder).entries()]

    room.until(lambda: told() == [(False, 0.5)])
    page = on_map(room.reopen())
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))
    layer = next(one for one in page.view.layers if one.id == own_id("Sheet K-43"))
    assert (layer.visible, layer.opacity) == (False, 0.5)


def test_the_order_of_two_maps_is_that_of_the_shelf_and_of_paper(room: Room, tiles: Path, tmp_path: Path) -> None:
    page = on_map(room)
    other = mbtiles(tmp_path / "other.mbtiles", metadata={"name": "Winter"})
    drop(room, page, tiles, other)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")) and page.stack.has(own_id("Winter")))
    before = [row.name for row in page.stack.rows(room.desk.words) if row.is_own]

    page.panel.moved.emit(own_id(before[1]), -1)

    assert [row.name for row in page.stack.rows(room.desk.words) if row.is_own] == before[::-1]
    room.until(lambda: names(room) == before)


def test_a_map_whose_stick_was_pulled_out_is_named_and_the_rest_is_drawn(room: Room, tiles: Path) -> None:
    page = on_map(room)
    page.own.add([tiles], is_kept=False)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))

    tiles.unlink()
    page.view.sourceError.emit(own_id("Sheet K-43"), "tile-source-unreadable")
    room.until(lambda: "Sheet K-43" in room.desk.maps.maps.problems)
    page.panel.choose(own_id("Sheet K-43"))

    assert "Sheet K-43" in room.told()
    row = page.panel.current
    assert row is not None
    assert row.has_problem
    assert "is not there" in page.panel.note.text()
    page.view.sourceError.emit(own_id("Sheet K-43"), "tile-source-unreadable")
    assert len(room.window.banners.banners) <= 2


def test_boundaries_are_coloured_by_what_a_field_says(room: Room, districts: Path) -> None:
    page = on_map(room)
    drop(room, page, districts)
    room.until(lambda: page.stack.has(own_id("districts")))
    page.panel.choose(own_id("districts"))
    box = page.panel.style_box
    assert not box.isHidden()

    box.by.setCurrentIndex(box.by.findData("keeper"))
    box.label.setCurrentIndex(box.label.findData("district"))
    box.label.activated.emit(box.label.currentIndex())

    def layer() -> VectorLayer:
        found = next(one for one in page.view.layers if one.id == own_id("districts"))
        assert isinstance(found, VectorLayer)
        return found

    room.until(lambda: layer().style.by == "keeper")
    assert [value for value, _ in layer().style.colours] == ["Asanov", "Bekova"]
    assert layer().style.label == "district"
    room.until(lambda: MapShelf(room.folder).entries()[0].style.get("by") == "keeper")


def test_a_file_that_is_no_map_is_refused_in_words_and_nothing_is_kept(room: Room, tmp_path: Path) -> None:
    page = on_map(room)
    path = tmp_path / "letter.mbtiles"
    path.write_text("Dear colleague", "utf-8")

    drop(room, page, path)
    room.until(lambda: "letter.mbtiles" in room.told())

    assert names(room) == []


def test_tracks_that_are_dropped_on_the_map_are_imported(room: Room, tmp_path: Path, tiles: Path) -> None:
    assert is_map_file(tiles)
    assert is_map_file(tmp_path / "N41E074.hgt")
    assert not is_map_file(tmp_path / "walk.gpx")
    assert not is_map_file(tmp_path / "photo.jpg")
    assert not is_map_file(tmp_path)
    (tmp_path / "tiles" / "7").mkdir(parents=True)
    assert is_map_file(tmp_path / "tiles")


def test_a_press_on_a_boundary_tells_what_its_file_says(room: Room, districts: Path) -> None:
    page = on_map(room)
    drop(room, page, districts)
    room.until(lambda: page.stack.has(own_id("districts")))

    page.view.featuresPicked.emit([(own_id("districts"), "1")])

    assert page.feet.where.text() == "district: At-Bashy · keeper: Asanov"


def test_a_stick_that_is_back_shows_its_map_again(room: Room, tiles: Path) -> None:
    page = on_map(room)
    page.own.add([tiles], is_kept=False)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))
    away = tiles.rename(tiles.with_suffix(".away"))
    room.window.go("patrols")
    room.window.go("map")
    room.until(lambda: not page.stack.has(own_id("Sheet K-43")))

    away.rename(tiles)
    room.window.go("patrols")
    room.window.go("map")

    room.until(lambda: page.stack.has(own_id("Sheet K-43")))
    assert room.desk.maps.maps.problems == {}


def test_a_file_that_is_gone_is_marked_while_the_map_is_looked_at(room: Room, tiles: Path) -> None:
    page = on_map(room)
    page.own.add([tiles], is_kept=False)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))

    tiles.unlink()
    page.layers.watch.setInterval(20)

    room.until(lambda: any(row.has_problem for row in page.stack.rows(room.desk.words)))
    assert not page.stack.has(own_id("Sheet K-43"))


def test_what_was_typed_stands_in_the_panel_again_when_the_file_is_refused(room: Room, tmp_path: Path) -> None:
    on_map(room)
    bad = tmp_path / "sheet.mbtiles"
    bad.write_bytes(b"no map")
    room.window.run("add_map_file")
    sheet = room.window.sheet
    assert sheet is not None
    line = sheet.findChild(PathLine)
    assert line is not None
    line.line.setText(str(bad))
    sheet.findChildren(QLineEdit)[-1].setText("Upper valley")
    sheet.findChildren(QCheckBox)[0].setChecked(False)

    sheet.press()
    room.until(lambda: room.window.sheet not in (None, sheet))

    again = room.window.sheet
    assert again is not None
    assert str(bad) in again.message.text()
    assert again.findChildren(QLineEdit)[-1].text() == "Upper valley"
    assert not again.findChildren(QCheckBox)[0].isChecked()
    found = again.findChild(PathLine)
    assert found is not None
    assert found.path() == bad


def test_all_fields_of_the_panel_are_in_sight_in_a_small_window(room: Room, qtbot: QtBot) -> None:
    on_map(room)
    room.window.resize(1024, 600)

    room.window.run("add_map_file")
    qtbot.wait(50)

    sheet = room.window.sheet
    assert sheet is not None
    area = sheet.area.viewport()
    assert all(
        area.rect().contains(one.mapTo(area, one.rect().center()))
        for one in (*sheet.findChildren(QLineEdit), *sheet.findChildren(QCheckBox))
    )


def test_a_file_that_is_dropped_twice_is_there_already(room: Room, tiles: Path) -> None:
    page = on_map(room)
    drop(room, page, tiles)
    room.until(lambda: page.stack.has(own_id("Sheet K-43")))

    drop(room, page, tiles)
    room.until(lambda: "sheet.mbtiles is there already: it is the map Sheet K-43." in room.told())

    assert names(room) == ["Sheet K-43"]
