"""Maps of tiles as other programs write them: the right picture at the right place."""

from __future__ import annotations

import json
import math
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from ranger_app.maps.errors import (
    MapFileMissingError,
    MapNotAMapError,
    MapOtherProjectionError,
    MapVectorTilesError,
)
from ranger_app.maps.tile_files import TileFile, open_tiles
from ranger_app.maps.tiles import bounds_of_tiles, picture_kind
from tests import made_maps
from tests.made_maps import NARYN, colour

COVERED = bounds_of_tiles(7, (90, 91, 45, 46))
NARYN_TOWN = (75.99, 41.43)


def tile_at(opened: TileFile, zoom: int, longitude_deg: float, latitude_deg: float) -> tuple[int, int, int] | None:
    """What the tile over a place says of itself; the formula is that of the OpenStreetMap wiki, not ours."""
    count = 1 << zoom
    x = int((longitude_deg + 180.0) / 360.0 * count)
    y = int((1.0 - math.asinh(math.tan(math.radians(latitude_deg))) / math.pi) / 2.0 * count)
    return colour(opened.tile(zoom, x, y))


def every_way(folder: Path) -> dict[str, Path]:
    """The same tiles in each way that they may be kept."""
    folder.mkdir(exist_ok=True)
    tms = made_maps.tile_folder(folder / "tms", is_south=True)
    (tms / "tilemapresource.xml").write_text(
        '<?xml version="1.0"?><TileMap version="1.0.0" tilemapservice="x"><Title>Naryn</Title>'
        '<SRS>OSGEO:41001</SRS><BoundingBox minx="1" miny="2" maxx="3" maxy="4"/>'
        '<TileFormat width="256" height="256" mime-type="image/png" extension="png"/>'
        '<TileSets profile="global-mercator"></TileSets></TileMap>',
        encoding="utf-8",
    )
    scheme = made_maps.tile_folder(folder / "scheme", is_south=True)
    (scheme / "metadata.json").write_text(json.dumps({"scheme": "tms", "name": "Naryn"}), encoding="utf-8")
    inner = folder / "inner"
    made_maps.tile_folder(inner / "Naryn")
    return {
        "mbtiles": made_maps.mbtiles(folder / "a.mbtiles"),
        "mbtiles, rows from the north": made_maps.mbtiles(
            folder / "north.mbtiles", is_north=True, metadata={"scheme": "xyz"}
        ),
        "mbtiles, a view": made_maps.mbtiles(folder / "view.mbtiles", as_view=True),
        "mbtiles, no index": made_maps.mbtiles(folder / "slow.mbtiles", with_index=False),
        "rmaps": made_maps.rmaps(folder / "a.sqlitedb"),
        "rmaps of Locus, where least and most are the other way round": made_maps.rmaps(
            folder / "locus.sqlitedb", info={"minzoom": 12, "maxzoom": 10}
        ),
        "rmaps whose writer was stopped": made_maps.rmaps(
            folder / "stopped.sqlitedb", info={"minzoom": 0, "maxzoom": 0}
        ),
        "rmaps without info": made_maps.rmaps(folder / "bare.sqlitedb", info={}),
        "osmand, BigPlanet": made_maps.rmaps(
            folder / "big.sqlitedb", info={"minzoom": 10, "maxzoom": 12, "tilenumbering": "BigPlanet"}
        ),
        "osmand, plain numbers": made_maps.rmaps(
            folder / "plain.sqlitedb", is_reversed=False, info={"minzoom": 5, "maxzoom": 7, "tilenumbering": ""}
        ),
        "plain numbers that nobody told": made_maps.rmaps(
            folder / "untold.sqlitedb", ((14, 11650, 6130), (15, 23300, 12260), (7, 91, 47), *NARYN),
            is_reversed=False, info={},
        ),
        "osmand, rows from the south": made_maps.rmaps(
            folder / "south.sqlitedb", is_south=True, info={"minzoom": 10, "maxzoom": 12, "inverted_y": 1}
        ),
        "folder": made_maps.tile_folder(folder / "xyz"),
        "folder of OsmAnd": made_maps.tile_folder(folder / "osmand", ending=".png.tile"),
        "folder of JPEG": made_maps.tile_folder(folder / "jpg", ending=".JPG", kind="PNG"),
        "folder of gdal2tiles": tms,
        "folder of mb-util": scheme,
        "folder in a folder": inner,
    }  # fmt: skip


def test_the_same_tiles_lie_at_the_same_places_however_they_are_kept(tmp_path: Path) -> None:
    for way, path in every_way(tmp_path).items():
        with open_tiles(path) as opened:
            assert [colour(opened.tile(*tile)) for tile in NARYN] == list(NARYN), way
            assert opened.tile(7, 90, 45) is None, way
            assert opened.tile(4, 11, 5) is None, way
            assert tile_at(opened, 6, *NARYN_TOWN) == (6, 45, 23), way
            assert tile_at(opened, 5, *NARYN_TOWN) == (5, 22, 11), way


@pytest.mark.parametrize(
    "way", ["mbtiles", "mbtiles, a view", "rmaps", "osmand, plain numbers", "folder", "folder of gdal2tiles"]
)
def test_a_map_knows_what_it_covers_where_nobody_told_it(tmp_path: Path, way: str) -> None:
    with open_tiles(every_way(tmp_path)[way]) as opened:
        assert opened.zooms == (5, 7)
        assert opened.bounds == pytest.approx(COVERED)
        assert opened.path.exists()


def test_metadata_is_told_as_one_line_without_the_links_of_a_web_page(tmp_path: Path) -> None:
    path = made_maps.mbtiles(
        tmp_path / "x.mbtiles",
        metadata={
            "name": "Нарын\n1:100 000", "bounds": "74.5,43.5,76.5,44.0",
            "attribution": '&copy; <a href="https://example.org/?a=1">Genshtab</a>\n 1984',
        },
    )  # fmt: skip

    with open_tiles(path) as opened:
        assert opened.name == "Нарын 1:100 000"
        assert opened.attribution == "© Genshtab 1984"
        assert opened.bounds == (74.5, 43.5, 76.5, 44.0)
        assert opened.kind == "mbtiles"


@pytest.mark.parametrize(
    "bounds", ["", "a,b,c,d", "76,41,75,42", "75,nan,76,42", "75,41,76", "-180,-85,180,85", "1e999,0,1,1"]
)
def test_bounds_that_cannot_be_are_taken_from_the_tiles(tmp_path: Path, bounds: str) -> None:
    path = made_maps.mbtiles(tmp_path / "x.mbtiles", metadata={"bounds": bounds, "minzoom": "0", "maxzoom": "19"})

    with open_tiles(path) as opened:
        assert opened.bounds == pytest.approx(COVERED)
        assert opened.zooms == (5, 7)


def test_the_tiles_decide_and_not_what_the_file_says_of_their_numbering(tmp_path: Path) -> None:
    path = made_maps.rmaps(
        tmp_path / "x.sqlitedb", ((15, 23300, 12260), (14, 11650, 6130)), is_reversed=False,
        info={"minzoom": 14, "maxzoom": 15, "tilenumbering": "BigPlanet"},
    )  # fmt: skip

    with open_tiles(path) as opened:
        assert opened.zooms == (14, 15)
        assert colour(opened.tile(14, 11650, 6130)) == (14, 11650 % 256, 6130 % 256)


def test_zooms_beyond_17_are_negative_in_the_numbering_of_rmaps(tmp_path: Path) -> None:
    path = made_maps.rmaps(tmp_path / "x.sqlitedb", ((18, 186400, 98080), (17, 93200, 49040)))

    with open_tiles(path) as opened:
        assert opened.zooms == (17, 18)
        assert opened.tile(18, 186400, 98080) is not None


def test_vector_tiles_are_refused_by_name_and_by_content(tmp_path: Path) -> None:
    named = made_maps.mbtiles(tmp_path / "named.mbtiles", metadata={"format": "pbf"})
    hidden = made_maps.mbtiles(tmp_path / "hidden.mbtiles", ())
    with sqlite3.connect(hidden) as database:
        database.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", (b"\x1f\x8b\x08\x00" + bytes(40),))
    database.close()
    folder = tmp_path / "folder" / "3" / "4"
    folder.mkdir(parents=True)
    (folder / "2.pbf").write_bytes(b"\x1a\x05abc")

    for path in (named, hidden, tmp_path / "folder"):
        with pytest.raises(MapVectorTilesError) as refused:
            open_tiles(path)
        assert refused.value.facts["file"] == str(path)


def test_tiles_that_nobody_draws_are_refused_but_not_for_one_that_is_damaged(tmp_path: Path) -> None:
    path = made_maps.mbtiles(tmp_path / "a.mbtiles")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE tiles SET tile_data = x'00010203' WHERE zoom_level = 5")
    with open_tiles(path) as opened:
        assert colour(opened.tile(*NARYN[1])) == NARYN[1]

    with database:
        database.execute("UPDATE tiles SET tile_data = x'00010203'")
    database.close()
    with pytest.raises(MapNotAMapError) as refused:
        open_tiles(path)
    assert refused.value.facts["reason"] == "map-no-pictures"


def test_ellipsoidal_mercator_is_refused_where_a_map_declares_it(tmp_path: Path) -> None:
    osmand = made_maps.rmaps(tmp_path / "a.sqlitedb", info={"minzoom": 10, "maxzoom": 12, "ellipsoid": "1"})
    declared = made_maps.mbtiles(tmp_path / "a.mbtiles", metadata={"crs": "EPSG:3395"})
    by_urn = made_maps.mbtiles(tmp_path / "b.mbtiles", metadata={"srs": "urn:ogc:def:crs:EPSG::3395"})
    folder = made_maps.tile_folder(tmp_path / "folder")
    (folder / ".metainfo").write_text("[url_template]\nhttps://x\n[ellipsoid]\ntrue\n", encoding="utf-8")

    for path in (osmand, declared, by_urn, folder):
        with pytest.raises(MapOtherProjectionError) as refused:
            open_tiles(path)
        assert refused.value.facts["projection"] == "EPSG:3395"


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:900913", "urn:ogc:def:crs:EPSG::3857", "Mercator", "WGS 84"])
def test_web_mercator_is_web_mercator_by_each_of_its_names(tmp_path: Path, crs: str) -> None:
    with open_tiles(made_maps.mbtiles(tmp_path / "a.mbtiles", metadata={"crs": crs})) as opened:
        assert opened.zooms == (5, 7)


def test_tiles_in_degrees_are_refused(tmp_path: Path) -> None:
    folder = made_maps.tile_folder(tmp_path / "folder")
    (folder / "tilemapresource.xml").write_text(
        '<TileMap><SRS>EPSG:4326</SRS><TileSets profile="geodetic"/></TileMap>', encoding="utf-8"
    )

    with pytest.raises(MapOtherProjectionError):
        open_tiles(folder)


def test_what_is_no_map_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.mbtiles").write_bytes(b"")
    (tmp_path / "text.mbtiles").write_text("not a map", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "photos" / "2026").mkdir(parents=True)
    (tmp_path / "photos" / "2026" / "1.jpg").write_bytes(made_maps.picture(1, 1, 1, "JPEG"))
    other = tmp_path / "other.mbtiles"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE tiles (a, b)")
    database.close()
    without_tiles = made_maps.mbtiles(tmp_path / "none.mbtiles", ())

    for name in ("empty.mbtiles", "text.mbtiles", "folder", "photos", other.name, without_tiles.name):
        with pytest.raises(MapNotAMapError):
            open_tiles(tmp_path / name)
    with pytest.raises(MapFileMissingError):
        open_tiles(tmp_path / "gone.mbtiles")


def test_several_threads_read_from_one_map(tmp_path: Path) -> None:
    tiles = [(8, 150 + x, 80 + y) for x in range(10) for y in range(10)]
    wrong: list[object] = []
    for path in (made_maps.mbtiles(tmp_path / "a.mbtiles", tiles), made_maps.tile_folder(tmp_path / "a", tiles)):
        with open_tiles(path) as opened:

            def read(source: TileFile = opened) -> None:
                wrong.extend(tile for tile in tiles if colour(source.tile(*tile)) != tile)

            threads = [threading.Thread(target=read) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    assert wrong == []


@pytest.mark.parametrize("kind", ["mbtiles", "rmaps"])
def test_a_large_map_is_open_in_a_blink_and_knows_its_edges(tmp_path: Path, kind: str) -> None:
    path = (made_maps.mbtiles if kind == "mbtiles" else made_maps.rmaps)(tmp_path / "large", ())
    tiles = [
        (z, x, y)
        for z in range(8, 14)
        for x in range(182 << z - 8, 185 << z - 8)
        for y in range(95 << z - 8, 97 << z - 8)
    ]
    rows = [(z, x, (1 << z) - 1 - y) if kind == "mbtiles" else (x, y, 17 - z) for z, x, y in tiles]
    question = "INSERT INTO tiles VALUES (?, ?, ?, x'89504E470D0A1A0A')"
    with sqlite3.connect(path) as database:
        database.executemany(question if kind == "mbtiles" else question.replace(", x", ", 0, x"), rows)
    database.close()

    took: list[float] = []
    for _ in range(3):
        begun = time.process_time()
        with open_tiles(path) as opened:
            took.append(time.process_time() - begun)
            assert opened.zooms == (8, 13)
            assert opened.bounds == pytest.approx(bounds_of_tiles(8, (182, 184, 95, 96)))

    assert min(took) < 0.05


def test_a_map_in_wal_mode_is_read_without_writing_beside_it(tmp_path: Path) -> None:
    path = made_maps.mbtiles(tmp_path / "a.mbtiles")
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("INSERT INTO metadata VALUES ('name', 'Naryn')")
    database.commit()
    database.close()
    before = sorted(one.name for one in tmp_path.iterdir())

    with open_tiles(path) as opened:
        assert opened.name == "Naryn"
        assert colour(opened.tile(*NARYN[0])) == NARYN[0]
        assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_a_name_that_means_something_in_an_address_is_only_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "100% ?mode=rwc#x &"
    folder.mkdir()
    with open_tiles(made_maps.mbtiles(folder / "a?b.mbtiles")) as opened:
        assert colour(opened.tile(*NARYN[0])) == NARYN[0]


@pytest.mark.parametrize(
    ("kind", "told"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", ""), ("BMP", "")]
)
def test_a_picture_is_known_by_its_first_bytes(kind: str, told: str) -> None:
    assert picture_kind(made_maps.picture(1, 1, 1, kind)) == told
    assert picture_kind(b"hello") == ""


@pytest.mark.parametrize("bounds", ["10,10,11,11", "-75.5,41,-74.5,42", "74,-42,76,-41"])
def test_bounds_where_no_tile_lies_are_taken_from_the_tiles(tmp_path: Path, bounds: str) -> None:
    path = made_maps.mbtiles(tmp_path / "x.mbtiles", ((0, 0, 0), *NARYN), metadata={"bounds": bounds})
    folder = made_maps.tile_folder(tmp_path / "tiles")
    (folder / "metadata.json").write_text(json.dumps({"bounds": bounds}), encoding="utf-8")

    for source in (path, folder):
        with open_tiles(source) as opened:
            assert opened.bounds == pytest.approx(COVERED)


def test_bounds_that_touch_some_tiles_are_believed(tmp_path: Path) -> None:
    path = made_maps.mbtiles(tmp_path / "x.mbtiles", metadata={"bounds": "76.5,43.5,80,45"})

    with open_tiles(path) as opened:
        assert opened.bounds == (76.5, 43.5, 80.0, 45.0)
