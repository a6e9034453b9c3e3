"""Real map files on the map: drawn where they lie, and what is broken in one leaves the rest as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from ranger_app.jobs import JobContext
from ranger_app.maps.tile_files import open_tiles
from ranger_app.services.maps import MapShelf
from tests import made_maps
from tests.made_maps import Tile
from tests.ui.map_samples import colour_at
from ui.map import TilesLayer, Viewport, render_map

pytestmark = pytest.mark.usefixtures("qapp")

ZOOM = 8
FOUR: tuple[Tile, ...] = ((8, 182, 95), (8, 183, 95), (8, 182, 96), (8, 183, 96))
"""Four tiles that meet at 77.34 degrees east, 40.98 north."""

CORNER = Viewport(77.34375, 40.979898069620134, float(ZOOM), 256, 256)
PLACES = ((64, 64), (192, 64), (64, 192), (192, 192))


def drawn(path: Path) -> list[tuple[int, int, int]]:
    """Colours at the middles of the four quarters of a picture in which the four tiles meet."""
    with open_tiles(path) as opened:
        image = render_map([TilesLayer("map", opened)], CORNER)
    colours = [QColor(colour_at(image, *place)) for place in PLACES]
    return [(colour.red(), colour.green(), colour.blue()) for colour in colours]


def told(tile: Tile) -> tuple[int, int, int]:
    z, x, y = tile
    return z * 8, x, y


@pytest.mark.parametrize("way", ["mbtiles", "rows from the north", "rmaps", "folder", "tms"])
def test_tiles_are_drawn_where_they_lie(tmp_path: Path, way: str) -> None:
    match way:
        case "mbtiles":
            path = made_maps.mbtiles(tmp_path / "a", FOUR)
        case "rows from the north":
            path = made_maps.mbtiles(tmp_path / "a", FOUR, is_north=True, metadata={"scheme": "xyz"})
        case "rmaps":
            path = made_maps.rmaps(tmp_path / "a", FOUR)
        case "folder":
            path = made_maps.tile_folder(tmp_path / "a", FOUR)
        case _:
            path = made_maps.tile_folder(tmp_path / "a", FOUR, is_south=True)
            (path / "tilemapresource.xml").write_text("<TileMap><SRS>EPSG:3857</SRS></TileMap>", encoding="utf-8")

    assert drawn(path) == [told(tile) for tile in FOUR]


def test_a_copy_is_drawn_as_its_source(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    folder = made_maps.tile_folder(tmp_path / "folder", FOUR, ending=".jpg", kind="PNG")

    entry = MapShelf(tmp_path / "station").add(folder, context=JobContext())

    assert drawn(entry.path) == drawn(folder)


def test_a_damaged_tile_leaves_the_others_where_they_are(tmp_path: Path) -> None:
    path = made_maps.mbtiles(tmp_path / "a.mbtiles", FOUR)
    png = made_maps.picture(1, 1, 1)
    # A picture that says of itself that it is 65,535 pixels wide and high: 17 GB.
    claiming = png[:16] + b"\x00\x00\xff\xff\x00\x00\xff\xff" + png[24:]
    with sqlite3.connect(path) as database:
        for column, tile in ((182, claiming), (183, b"\x89PNG\r\n\x1a\nrubbish")):
            question = "UPDATE tiles SET tile_data = ? WHERE tile_column = ? AND tile_row = 160"
            database.execute(question, (tile, column))
    database.close()

    found = drawn(path)

    assert found[2:] == [told(tile) for tile in FOUR[2:]]
    assert found[0] == found[1] != told(FOUR[0])


def test_a_map_that_vanished_draws_nothing_and_harms_nothing(tmp_path: Path) -> None:
    path, other = (made_maps.mbtiles(tmp_path / name, FOUR) for name in ("a.mbtiles", "b.mbtiles"))

    with open_tiles(path) as gone, open_tiles(other) as there:
        path.unlink()
        image = render_map([TilesLayer("gone", gone), TilesLayer("there", there)], CORNER)

    colour = QColor(colour_at(image, *PLACES[0]))
    assert (colour.red(), colour.green(), colour.blue()) == told(FOUR[0])
