"""The panel of layers says what the colours of the layer under the cursor mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ranger_app.domain.layer_colours import LAYER_COLOURS
from ranger_app.domain.layer_order import own_id
from tests.ui.test_map_own_page import drop, on_map
from tests.ui.window_room import Room, inside, make_station
from ui.pages.map_page import MapPage

NAMES = [f"Zone {number}" for number in range(40)] + ["<b>Ak & Sai</b>"] * 2


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with inside(qtbot, make_station(tmp_path)) as found:
        yield found


def with_zones(room: Room, folder: Path, names: list[str]) -> MapPage:
    """The map with a layer of places, each with a name, under the cursor."""
    features = [
        {
            "type": "Feature", "properties": {"zone": name},
            "geometry": {"type": "Point", "coordinates": [74 + number / 100, 41]},
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    page = on_map(room)
    drop(room, page, path)
    room.until(lambda: page.stack.has(own_id("zones")))
    page.panel.choose(own_id("zones"))
    return page


def colour_by(page: MapPage, field: str) -> None:
    box = page.panel.style_box.by
    box.setCurrentIndex(box.findData(field))
    box.activated.emit(box.currentIndex())


def test_the_colours_of_values_are_told_and_that_of_all_others(room: Room, tmp_path: Path) -> None:
    page = with_zones(room, tmp_path, NAMES)
    legend = page.panel.style_box.legend
    assert legend.isHidden()

    colour_by(page, "zone")
    room.until(lambda: not legend.isHidden())

    told = legend.accessibleName().split(", ")
    assert told[-1] == "other values"
    assert len(told) == len(LAYER_COLOURS) + 1
    assert "<b>Ak & Sai</b>" in told
    assert "&lt;b&gt;Ak\u00a0&amp;\u00a0Sai&lt;/b&gt;" in legend.text()
    assert all(colour in legend.text() for colour in LAYER_COLOURS)


def test_where_every_value_has_a_colour_no_others_are_told(room: Room, tmp_path: Path) -> None:
    page = with_zones(room, tmp_path, ["Naryn", "At-Bashy"])

    colour_by(page, "zone")
    legend = page.panel.style_box.legend
    room.until(lambda: not legend.isHidden())
    assert legend.accessibleName() == "At-Bashy, Naryn"

    colour_by(page, "")
    room.until(legend.isHidden)
