"""Maps as other programs write them, made by the tests."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from PIL import Image

Tile = tuple[int, int, int]
"""Zoom, column, row counted from the north."""

NARYN: tuple[Tile, ...] = ((5, 22, 11), (6, 45, 23), (6, 45, 22), (7, 90, 46), (7, 91, 46), (7, 91, 45))
"""Tiles around 75 degrees east, 41 north."""


@cache
def picture(z: int, x: int, y: int, kind: str = "PNG", side: int = 256) -> bytes:
    """A picture of one colour that tells its tile: red is the zoom, green the column, blue the row."""
    stream = io.BytesIO()
    Image.new("RGB", (side, side), (z * 8, x % 256, y % 256)).save(stream, kind)
    return stream.getvalue()


def colour(tile: bytes | None) -> tuple[int, int, int] | None:
    """Zoom, column and row that :func:`picture` wrote into a tile."""
    if tile is None:
        return None
    red, green, blue = Image.open(io.BytesIO(tile)).convert("RGB").getpixel((0, 0))  # type: ignore[misc]
    return red // 8, green, blue


def mbtiles(
    path: Path,
    tiles: Iterable[Tile] = NARYN,
    *,
    metadata: Mapping[str, str] | None = None,
    is_north: bool = False,
    with_index: bool = True,
    as_view: bool = False,
) -> Path:
    """An MBTiles file; *as_view* keeps each picture once, as TileMill does."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", (metadata or {}).items())
        if as_view:
            database.execute(
                "CREATE TABLE map (zoom_level integer, tile_column integer, tile_row integer, tile_id text)"
            )
            database.execute("CREATE TABLE images (tile_id text PRIMARY KEY, tile_data blob)")
            database.execute(
                "CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column,"
                " map.tile_row AS tile_row, images.tile_data AS tile_data FROM map"
                " JOIN images ON images.tile_id = map.tile_id"
            )
        else:
            database.execute(
                "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
            )
        if with_index:
            table = "map" if as_view else "tiles"
            database.execute(f"CREATE UNIQUE INDEX tile_index ON {table} (zoom_level, tile_column, tile_row)")
        for z, x, y in tiles:
            row = y if is_north else (1 << z) - 1 - y
            if as_view:
                database.execute("INSERT INTO map VALUES (?, ?, ?, ?)", (z, x, row, f"{z}/{x}/{y}"))
                database.execute("INSERT INTO images VALUES (?, ?)", (f"{z}/{x}/{y}", picture(z, x, y)))
            else:
                database.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, row, picture(z, x, y)))
    database.close()
    return path


def rmaps(
    path: Path,
    tiles: Iterable[Tile] = NARYN,
    *,
    info: Mapping[str, object] | None = None,
    is_reversed: bool = True,
    is_south: bool = False,
) -> Path:
    """An RMaps file; without *info* its least and most z are told."""
    tiles = tuple(tiles)
    numbers = [17 - z if is_reversed else z for z, _, _ in tiles]
    told = {"minzoom": min(numbers), "maxzoom": max(numbers)} if info is None and tiles else dict(info or {})
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE android_metadata (locale text)")
        database.execute("CREATE TABLE tiles (x int, y int, z int, s int, image blob, PRIMARY KEY (x,y,z,s))")
        if told:
            database.execute(f"CREATE TABLE info ({', '.join(told)})")
            database.execute(f"INSERT INTO info VALUES ({', '.join('?' * len(told))})", tuple(told.values()))
        for z, x, y in tiles:
            row = (1 << z) - 1 - y if is_south else y
            number = 17 - z if is_reversed else z
            database.execute("INSERT INTO tiles VALUES (?, ?, ?, 0, ?)", (x, row, number, picture(z, x, y)))
    database.close()
    return path


def tile_folder(
    path: Path, tiles: Iterable[Tile] = NARYN, *, is_south: bool = False, ending: str = ".png", kind: str = "PNG"
) -> Path:
    """A folder of tiles."""
    for z, x, y in tiles:
        column = path / str(z) / str(x)
        column.mkdir(parents=True, exist_ok=True)
        row = (1 << z) - 1 - y if is_south else y
        (column / f"{row}{ending}").write_bytes(picture(z, x, y, kind))
    return path
