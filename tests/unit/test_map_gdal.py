"""Maps that GDAL wrote, asked at random places by GDAL's own eyes and by ours."""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from pyproj import Transformer
from rasterio.enums import Resampling
from rasterio.transform import from_origin

from ranger_app.jobs import JobContext
from ranger_app.maps.tile_files import TileFile, open_tiles
from ranger_app.services.maps import MapShelf

# rasterio 1.4 multiplies affine transforms in a way that affine 3.1 wants written otherwise.
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")

HALF_M = 20_037_508.342789244
ZOOM = 11
SIDE = 256
RESOLUTION_M = 2 * HALF_M / (1 << ZOOM) / SIDE
FIRST = (1444, 762)
"""Column and row of the first tile, north of Naryn."""

TILES = 4
TO_MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MBTiles file of GDAL's with three zooms, each pixel of the finest as no other."""
    path = tmp_path_factory.mktemp("gdal") / "Naryn.mbtiles"
    side = TILES * SIDE
    rows, columns = np.mgrid[0:side, 0:side]
    image = np.stack([columns % 256, rows % 256, columns // 256 * 16 + rows // 256]).astype(np.uint8)
    edge = (-HALF_M + FIRST[0] * SIDE * RESOLUTION_M, HALF_M - FIRST[1] * SIDE * RESOLUTION_M)
    with rasterio.open(
        path, "w", driver="MBTiles", width=side, height=side, count=3, dtype="uint8", crs="EPSG:3857",
        transform=from_origin(*edge, RESOLUTION_M, RESOLUTION_M), TILE_FORMAT="PNG",
    ) as target:  # fmt: skip
        target.write(image)
    with rasterio.open(path, "r+") as target:
        target.build_overviews([2, 4], Resampling.nearest)
    return path


def with_rows_from_the_north(source: Path, target: Path) -> Path:
    shutil.copy(source, target)
    with sqlite3.connect(target) as database:
        database.execute("CREATE TABLE other AS SELECT * FROM tiles")
        database.execute("DELETE FROM tiles")
        database.execute(
            "INSERT INTO tiles SELECT zoom_level, tile_column, (1 << zoom_level) - 1 - tile_row, tile_data FROM other"
        )
        database.execute("INSERT INTO metadata VALUES ('scheme', 'xyz')")
    database.close()
    return target


def as_rmaps(source: Path, target: Path) -> Path:
    with sqlite3.connect(target) as database:
        database.execute("ATTACH ? AS gdal", (str(source),))
        database.execute("CREATE TABLE info (minzoom, maxzoom)")
        database.execute("INSERT INTO info VALUES (?, ?)", (17 - ZOOM, 17 - ZOOM + 2))
        database.execute("CREATE TABLE tiles (x int, y int, z int, s int, image blob, PRIMARY KEY (x,y,z,s))")
        database.execute(
            "INSERT INTO tiles SELECT tile_column, (1 << zoom_level) - 1 - tile_row, 17 - zoom_level, 0, tile_data"
            " FROM gdal.tiles"
        )
    database.close()
    return target


def as_folder(source: Path, target: Path) -> Path:
    database = sqlite3.connect(source)
    for z, x, row, tile in database.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"):
        column = target / str(z) / str(x)
        column.mkdir(parents=True, exist_ok=True)
        (column / f"{(1 << z) - 1 - row}.png").write_bytes(tile)
    database.close()
    return target


def ours(opened: TileFile, zoom: int, easting_m: float, northing_m: float) -> tuple[int, ...]:
    across, down = (HALF_M + easting_m) / (2 * HALF_M), (HALF_M - northing_m) / (2 * HALF_M)
    x, y = across * (1 << zoom), down * (1 << zoom)
    tile = opened.tile(zoom, int(x), int(y))
    assert tile is not None
    image = Image.open(io.BytesIO(tile)).convert("RGB")
    found = image.getpixel((int(x % 1 * image.width), int(y % 1 * image.height)))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("way", ["as written", "rows from the north", "rmaps", "folder", "kept folder"])
def test_a_map_of_gdal_shows_at_each_place_what_gdal_shows_there(written: Path, tmp_path: Path, way: str) -> None:
    path = written
    match way:
        case "rows from the north":
            path = with_rows_from_the_north(written, tmp_path / "north.mbtiles")
        case "rmaps":
            path = as_rmaps(written, tmp_path / "a.sqlitedb")
        case "folder":
            path = as_folder(written, tmp_path / "folder")
        case "kept folder":
            shelf = MapShelf(tmp_path)
            path = shelf.add(as_folder(written, tmp_path / "folder"), context=JobContext()).path
    chance = random.Random(11)

    with open_tiles(path) as opened, rasterio.open(written) as gdal:
        west, south, east, north = opened.bounds
        assert opened.zooms == (ZOOM - 2, ZOOM)
        places = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(200)]
        inside = [TO_MERCATOR.transform(*place) for place in places]
        inside = [place for place in inside if _is_within(gdal.bounds, place)]
        seen = [tuple(int(value) for value in values[:3]) for values in gdal.sample(inside)]
        assert len(inside) > 20
        assert [ours(opened, ZOOM, *place) for place in inside] == seen


def _is_within(bounds: tuple[float, float, float, float], place: tuple[float, float]) -> bool:
    # The outermost pixel is left out: which one a place on the very edge belongs to is a matter of rounding.
    west, south, east, north = bounds
    return (
        west + RESOLUTION_M < place[0] < east - RESOLUTION_M and south + RESOLUTION_M < place[1] < north - RESOLUTION_M
    )


def test_bounds_are_gdals(written: Path, tmp_path: Path) -> None:
    with rasterio.open(written) as gdal, open_tiles(written) as opened:
        back = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
        west, south = back.transform(gdal.bounds.left, gdal.bounds.bottom)
        east, north = back.transform(gdal.bounds.right, gdal.bounds.top)

        assert opened.bounds == pytest.approx((west, south, east, north), abs=1e-9)
