"""Every map of the window stands on the station's own map files and its grid, as chosen on the map page."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ranger_app.jobs import JobContext
from ranger_app.services.maps import MapShelf
from ranger_app.services.shown_layers import NO_GRID, ShownLayers
from tests.ui.test_form_session import edit_first
from tests.ui.window_room import Room, choose_first
from ui.map import MapView
from ui.pages.incident_details import IncidentDetails
from ui.place_on_map import PlaceOnMapSheet

BORDER = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature", "properties": {"name": "Zone"},
            "geometry": {"type": "Polygon", "coordinates": [[[74, 41], [75, 41], [75, 42], [74, 42], [74, 41]]]},
        }
    ],
}  # fmt: skip


def add_border(room: Room, folder: Path) -> None:
    """A boundary on the shelf of the station."""
    source = folder / "zone.geojson"
    source.write_text(json.dumps(BORDER), "utf-8")
    MapShelf(room.folder).add(source, context=JobContext())


def ids(view: MapView) -> list[str]:
    return [layer.id for layer in view.layers]


def incident_view(room: Room) -> MapView:
    page = choose_first(room, "incidents")
    shown = page.details.currentWidget()
    assert isinstance(shown, IncidentDetails)
    room.until(lambda: shown.map.view is not None)
    assert shown.map.view is not None
    return shown.map.view


def test_the_map_of_an_incident_and_of_a_place_show_own_boundaries(full_room: Room, tmp_path: Path) -> None:
    add_border(full_room, tmp_path)

    view = incident_view(full_room)
    full_room.until(lambda: "own/zone" in ids(view))
    edit_first(full_room)
    full_room.window.run("place_on_map")
    sheet = full_room.window.sheet
    assert isinstance(sheet, PlaceOnMapSheet)
    full_room.settle()

    assert ids(sheet.view).index("base") < ids(sheet.view).index("own/zone") < ids(sheet.view).index("places")


def test_what_is_hidden_on_the_map_page_is_hidden_everywhere(full_room: Room, tmp_path: Path) -> None:
    add_border(full_room, tmp_path)
    MapShelf(full_room.folder).change("zone", visible=False)

    view = incident_view(full_room)
    full_room.until(lambda: "own/zone" in ids(view))

    assert not next(layer for layer in view.layers if layer.id == "own/zone").visible


def test_the_grid_of_the_map_page_is_drawn_on_every_map(full_room: Room) -> None:
    chosen = ShownLayers(full_room.desk.settings, full_room.desk.station_id)
    chosen.grid = "sk42"
    chosen.remember()
    full_room.window.resize(1366, 768)
    view = incident_view(full_room)
    full_room.until(view.isVisible)
    assert type(next(layer for layer in view.layers if layer.id == "graticule")).__name__ == "GridLayer"

    chosen.grid = NO_GRID
    chosen.remember()
    full_room.window.go("patrols")
    full_room.window.go("incidents")
    QApplication.processEvents()

    assert "graticule" not in ids(view)


def test_a_map_added_while_a_window_is_open_is_shown_by_all(full_room: Room, tmp_path: Path) -> None:
    view = incident_view(full_room)
    assert full_room.desk.made_maps is None
    add_border(full_room, tmp_path)

    full_room.desk.maps.look()

    full_room.until(lambda: "own/zone" in ids(view))


def test_a_station_without_maps_of_its_own_reads_nothing(full_room: Room) -> None:
    incident_view(full_room)

    assert full_room.desk.made_maps is None
