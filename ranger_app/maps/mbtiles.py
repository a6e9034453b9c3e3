"""MBTiles: tiles in a table or view of SQLite, rows counted from the south unless the metadata says otherwise.

https://github.com/mapbox/mbtiles-spec, version 1.3. SAS.Planet can also write rows from the north and says so as
``scheme`` ``xyz``, a word of TileJSON.
"""

from __future__ import annotations

from typing import Final

from ranger_app.maps.declared import (
    KEYS,
    LONGEST_VALUE,
    attribution_told,
    bounds_told,
    name_told,
    require_shown_here,
    zooms_told,
)
from ranger_app.maps.errors import MapDamagedError, MapNotAMapError
from ranger_app.maps.foreign_database import ForeignDatabase, TooSlowError
from ranger_app.maps.tile_table import TileTable, sharpest_box
from ranger_app.maps.tiles import (
    MOST_ZOOM,
    WORLD,
    Bounds,
    TileFile,
    bounds_of_tiles,
    is_on_earth,
    is_touching,
    require_pictures,
)

COLUMNS: Final = frozenset({"zoom_level", "tile_column", "tile_row", "tile_data"})


class MbTiles(TileFile):
    """An MBTiles file, open."""

    kind = "mbtiles"

    def __init__(
        self, table: TileTable, *, name: str, bounds: Bounds, zooms: tuple[int, int], attribution: str, is_north: bool
    ) -> None:
        super().__init__(table.database.path, name=name, bounds=bounds, zooms=zooms, attribution=attribution)
        self._table = table
        self._is_north = is_north

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        if not is_on_earth(z, x, y):
            return None
        return self._table.tile(z, x, y if self._is_north else (1 << z) - 1 - y)

    def close(self) -> None:
        self._table.database.close()


def open_mbtiles(database: ForeignDatabase) -> MbTiles:
    """Understand *database* as MBTiles; it is closed with the answer, and by the caller when this fails.

    Raises:
        MapFileRefusedError: It holds no tiles that can be shown.
        OSError: It is damaged.
    """
    path, file = database.path, str(database.path)
    told = _metadata(database)
    require_shown_here(told, file=file)
    table = TileTable(database, "zoom_level", "tile_column", "tile_row", "tile_data")
    table.require_quick()
    zooms = _zooms(table, told, file)
    is_north = told.get("scheme", "").strip().lower() == "xyz"
    require_pictures(table.first_bytes(), file=file)
    return MbTiles(
        table,
        name=name_told(told, path.stem),
        bounds=_covered(table, bounds_told(told, zooms[0]), zooms, is_north),
        zooms=zooms,
        attribution=attribution_told(told),
        is_north=is_north,
    )


def _metadata(database: ForeignDatabase) -> dict[str, str]:
    """The entries that are read, in the tables of this file as far as they can be read."""
    if not database.columns("metadata") >= {"name", "value"}:
        return {}
    told: dict[str, str] = {}
    question = (
        f"SELECT name, substr(value, 1, {LONGEST_VALUE}) FROM metadata WHERE name IN ({', '.join('?' * len(KEYS))})"
    )
    for name, value in database.rows(question, KEYS, most=100):
        if isinstance(name, bytes):
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
            told.setdefault(name.decode("utf-8", "replace"), text)
    return told


def _zooms(table: TileTable, told: dict[str, str], file: str) -> tuple[int, int]:
    """The zooms that have tiles; the metadata is believed only where the tiles cannot be asked quickly, or at all."""
    try:
        found = table.zooms()
    except OSError as error:
        believed = zooms_told(told)
        if believed is not None:
            return believed
        if isinstance(error, TooSlowError):
            raise MapNotAMapError(file, reason="map-too-slow") from error
        raise
    if found is None:
        raise MapNotAMapError(file, reason="map-without-tiles")
    if not 0 <= found[0] <= found[1] <= MOST_ZOOM:
        raise MapDamagedError(file, reason="map-zooms-wrong")
    return found


def _covered(table: TileTable, told: Bounds | None, zooms: tuple[int, int], is_north: bool) -> Bounds:
    """The box that the metadata tells, unless the tiles lie elsewhere."""
    finest = zooms[1]
    for x, row in table.some_of(finest) if told else ():
        y = row if is_north else (1 << finest) - 1 - row
        if is_on_earth(finest, x, y) and told and is_touching(bounds_of_tiles(finest, (x, x, y, y)), told):
            return told
    found = _bounds(table, zooms, is_north)
    return found if told is None or not is_touching(found, told) else told


def _bounds(table: TileTable, zooms: tuple[int, int], is_north: bool) -> Bounds:
    found = sharpest_box(table, zooms, z_of_zoom=0, sign=1)
    if found is None:
        return WORLD
    zoom, (first_x, last_x, first_y, last_y) = found
    if not is_north:
        first_y, last_y = (1 << zoom) - 1 - last_y, (1 << zoom) - 1 - first_y
    if not is_on_earth(zoom, first_x, first_y) or not is_on_earth(zoom, last_x, last_y):
        return WORLD
    return bounds_of_tiles(zoom, (first_x, last_x, first_y, last_y))
