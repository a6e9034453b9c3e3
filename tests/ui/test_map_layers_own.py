"""Layers of a station's own map files: made of what is on its shelf, and of what has been damaged or is gone."""

from __future__ import annotations

import dataclasses
import gzip
import sqlite3
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from ranger_app.maps.vector_file import AREA, VectorMap, save_vectors
from ranger_app.services.maps import MapEntry
from tests.ui.map_samples import NARYN, colour_at, colours_in, tracks_layer
from tests.ui.map_tiles import plain_tile
from ui.map import HillshadeLayer, Layer, TilesLayer, VectorLayer, Viewport, own_layers, render_map
from ui.map.viewport import from_world
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

GREEN, RED = "#00FF00", "#AA0000"


def entry(path: Path, kind: Literal["tiles", "vectors", "elevation"], **shown: Any) -> MapEntry:
    return MapEntry(name=path.stem, kind=kind, path=path, is_kept=False, bounds=(75.0, 41.0, 77.0, 42.0), **shown)


def sheet(folder: Path) -> Path:
    """An MBTiles file with green tiles around Naryn; its rows are counted from the south."""
    path = folder / "sheet.mbtiles"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        database.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        database.executemany(
            "INSERT INTO metadata VALUES (?, ?)",
            [("name", "Sheet"), ("format", "png"), ("bounds", "75.5,41,76.5,42"), ("attribution", "Survey")],
        )
        tile = plain_tile(GREEN)
        rows = [(11, x, 2047 - y, tile) for x in range(1450, 1465) for y in range(755, 775)]
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.close()
    return path


def pastures(folder: Path) -> Path:
    path = folder / "pastures.vectors.npz"
    save_vectors(
        VectorMap(
            name="Pastures",
            longitude_deg=np.array([75.9, 76.1, 76.1, 75.9]),
            latitude_deg=np.array([41.3, 41.3, 41.5, 41.5]),
            starts=np.array([0]),
            owners=np.array([0]),
            shapes=np.array([AREA], np.int8),
            attributes={"use": ["winter"]},
        ),
        path,
    )
    return path


def hills(folder: Path) -> Path:
    path = folder / "N41E076.hgt"
    path.write_bytes(np.broadcast_to(np.arange(1201) * -5, (1201, 1201)).astype(">i2").tobytes())
    return path


def made(*entries: MapEntry) -> list[Layer]:
    layers, failed = own_layers(entries)
    assert failed == []
    return layers


def test_every_kind_of_file_becomes_a_layer_in_the_order_of_the_shelf(tmp_path: Path) -> None:
    layers = made(
        entry(pastures(tmp_path), "vectors", order=2),
        entry(sheet(tmp_path), "tiles", order=0, opacity=0.5, attribution="The Survey of 1982"),
        entry(hills(tmp_path), "elevation", order=1, visible=False),
    )

    assert [type(layer) for layer in layers] == [TilesLayer, HillshadeLayer, VectorLayer]
    assert [layer.id for layer in layers] == ["own/sheet", "own/N41E076", "own/pastures.vectors"]
    assert [(layer.visible, layer.opacity) for layer in layers] == [(True, 0.5), (False, 1.0), (True, 1.0)]
    assert layers[0].attribution == ("The Survey of 1982",)


def test_the_legend_has_the_name_that_the_list_has(tmp_path: Path) -> None:
    listed = entry(pastures(tmp_path), "vectors", style={"colour": "#0072B2"})
    (layer,) = made(dataclasses.replace(listed, name="Pastures 2"))

    assert [one.word for one in layer.legend()] == ["Pastures 2"]


def test_a_file_of_tiles_is_drawn_where_its_rows_belong(tmp_path: Path) -> None:
    layers = made(entry(sheet(tmp_path), "tiles"))

    assert colours_in(render_map(layers, NARYN)) == {GREEN}


@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
@pytest.mark.parametrize("rows", ["TMS", "XYZ"])
def test_what_gdal_wrote_is_painted_pixel_by_pixel_in_its_place(tmp_path: Path, rows: str) -> None:
    """Four by four tiles at zoom 11; each pixel tells its column and row. XYZ files count rows from the north."""
    path = tmp_path / "gdal.mbtiles"
    first, count = (1454, 760), 2048
    side = 4 * 256
    down, across = np.mgrid[0:side, 0:side]
    resolution_m = 2 * 20_037_508.342789244 / count / 256
    corner = (-count / 2 + first[0]) * 256 * resolution_m, (count / 2 - first[1]) * 256 * resolution_m
    with rasterio.open(
        path, "w", driver="MBTiles", width=side, height=side, count=3, dtype="uint8", crs="EPSG:3857",
        transform=from_origin(*corner, resolution_m, resolution_m), TILE_FORMAT="PNG",
    ) as target:  # fmt: skip
        target.write(np.stack([across % 256, down % 256, across // 256 * 16 + down // 256]).astype(np.uint8))
    if rows == "XYZ":
        with sqlite3.connect(path) as database:
            database.execute("UPDATE tiles SET tile_row = -tile_row - 1")
            database.execute(f"UPDATE tiles SET tile_row = {count} + tile_row")
            database.execute("INSERT INTO metadata VALUES ('scheme', 'xyz')")
        database.close()
    lon, lat = from_world((first[0] + 2) / count, (first[1] + 2) / count)

    image = render_map(made(entry(path, "tiles")), Viewport(lon, lat, 11.0, 600, 400))

    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(400, 600, 4)
    left, top = 512 - 300, 512 - 200
    np.testing.assert_array_equal(pixels[:, :, 2], across[top : top + 400, left : left + 600] % 256)
    np.testing.assert_array_equal(pixels[:, :, 1], down[top : top + 400, left : left + 600] % 256)


def test_the_style_of_the_shelf_is_that_of_the_layer_and_nonsense_is_passed_over(tmp_path: Path) -> None:
    path = pastures(tmp_path)
    styled = made(entry(path, "vectors", style={"by": "use", "colours": {"winter": RED}, "fill_opacity": 1.0}))
    strange = made(entry(path, "vectors", style={"colour": 7}))

    assert colour_at(render_map(styled, NARYN), 320, 240) == RED
    assert LIGHT.map.unknown != colour_at(render_map(strange, NARYN), 320, 240) != RED


def test_what_cannot_be_shown_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    empty, vectors, heights = tmp_path / "empty.mbtiles", tmp_path / "broken.vectors.npz", tmp_path / "N40E070.hgt"
    empty.write_bytes(b"")
    vectors.write_bytes(pastures(tmp_path).read_bytes()[:200])
    heights.write_bytes(bytes(1000))
    gone = entry(tmp_path / "gone.mbtiles", "tiles")

    layers, failed = own_layers(
        [
            gone,
            entry(empty, "tiles"),
            entry(vectors, "vectors"),
            entry(heights, "elevation"),
            entry(pastures(tmp_path), "vectors"),
        ]
    )

    assert [layer.id for layer in layers] == ["own/pastures.vectors"]
    assert dict(failed) == {
        "gone": "map-file-missing",
        "empty": "map-not-a-map",
        "broken.vectors": "map-not-a-map",
        "N40E070": "map-damaged",
    }


def test_a_file_is_let_go_when_its_layer_is_not_used_any_more(tmp_path: Path) -> None:
    """So that a stick can be taken out: where files cannot be moved while they are open, this would fail."""
    path = sheet(tmp_path)
    layers = made(entry(path, "tiles"))
    render_map(layers, NARYN)

    layers.clear()

    assert not any(str(path) == str(link.resolve()) for link in Path("/proc/self/fd").glob("*")) or not path.exists()
    path.replace(tmp_path / "moved.mbtiles")


def test_heights_that_vanish_are_told_once_and_the_rest_is_drawn(tmp_path: Path) -> None:
    plain = hills(tmp_path)
    packed = tmp_path / "packed" / "N41E075.hgt.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes(), 1))
    layers = made(entry(plain, "elevation"), entry(packed, "elevation"))
    plain.unlink()
    packed.unlink()

    image = render_map([*layers, tracks_layer()], NARYN)

    assert colour_at(image, 220, 240) == LIGHT.map.track
    assert colour_at(image, 500, 100) == LIGHT.map.unknown
