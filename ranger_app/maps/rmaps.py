"""RMaps and OsmAnd ``.sqlitedb``: tiles with x, y, z, where z is mostly 17 minus the zoom, and rows from the north.

https://osmand.net/docs/technical/osmand-file-formats/osmand-sqlite/ names what OsmAnd added: ``tilenumbering`` (empty
or ``BigPlanet``), ``ellipsoid`` and ``inverted_y``. RMaps, MOBAC, Locus and SAS.Planet write no ``tilenumbering`` and
mean ``BigPlanet``. Which of ``minzoom`` and ``maxzoom`` is the coarser one differs between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ranger_app.maps.declared import attribution_told, name_told
from ranger_app.maps.errors import MapDamagedError, MapNotAMapError, MapOtherProjectionError
from ranger_app.maps.foreign_database import ForeignDatabase, TooSlowError
from ranger_app.maps.tile_table import TileTable, sharpest_box
from ranger_app.maps.tiles import (
    MOST_ZOOM,
    WORLD,
    Bounds,
    TileFile,
    bounds_of_tiles,
    is_on_earth,
    require_pictures,
)

COLUMNS: Final = frozenset({"x", "y", "z", "image"})

TOP: Final = 17
"""What z and zoom add up to in the numbering of BigPlanet."""

_INFO: Final = ("minzoom", "maxzoom", "tilenumbering", "ellipsoid", "inverted_y", "name", "attribution")


class RMapsFile(TileFile):
    """An RMaps file, open."""

    kind = "rmaps"

    def __init__(
        self,
        table: TileTable,
        *,
        name: str,
        bounds: Bounds,
        zooms: tuple[int, int],
        attribution: str,
        is_reversed: bool,
        is_south: bool,
    ) -> None:
        super().__init__(table.database.path, name=name, bounds=bounds, zooms=zooms, attribution=attribution)
        self._table = table
        self._is_reversed = is_reversed
        self._is_south = is_south

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        if not is_on_earth(z, x, y):
            return None
        return self._table.tile(TOP - z if self._is_reversed else z, x, (1 << z) - 1 - y if self._is_south else y)

    def close(self) -> None:
        self._table.database.close()


def open_rmaps(database: ForeignDatabase) -> RMapsFile:
    """Understand *database* as RMaps; it is closed with the answer, and by the caller when this fails.

    Raises:
        MapFileRefusedError: It holds no tiles that can be shown.
        OSError: It is damaged.
    """
    path, file = database.path, str(database.path)
    info = _info(database)
    if info.get("ellipsoid", "").strip().lower() in {"1", "true", "yes"}:
        raise MapOtherProjectionError(file, projection="EPSG:3395")
    table = TileTable(database, "z", "x", "y", "image")
    some = table.some()
    if not some:
        raise MapNotAMapError(file, reason="map-without-tiles")
    require_pictures(table.first_bytes(), file=file)
    table.require_quick()
    is_reversed = _is_reversed(info, some, file)
    is_south = info.get("inverted_y", "").strip() == "1"
    zooms = _zooms(table, info, file, is_reversed=is_reversed)
    return RMapsFile(
        table,
        name=name_told(info, path.stem),
        bounds=_bounds(table, zooms, is_reversed=is_reversed, is_south=is_south),
        zooms=zooms,
        attribution=attribution_told(info),
        is_reversed=is_reversed,
        is_south=is_south,
    )


def _info(database: ForeignDatabase) -> dict[str, str]:
    """The first row of ``info`` as far as it is understood, everything as text; columns that are null are left out."""
    columns = [name for name in _INFO if name in database.columns("info")]
    if not columns:
        return {}
    found = database.rows(f"SELECT {', '.join(columns)} FROM info LIMIT 1")
    told = dict(zip(columns, found[0], strict=True)) if found else {}
    return {
        name: value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for name, value in told.items()
        if value is not None
    }


def _is_reversed(info: Mapping[str, str], some: list[tuple[int, int, int]], file: str) -> bool:
    """Whether z is 17 minus the zoom: as it is told, unless the tiles themselves cannot lie there.

    Raises:
        MapDamagedError: They can lie nowhere.
    """
    told = info.get("tilenumbering")
    first = True if told is None else told.strip().lower() == "bigplanet"
    for is_reversed in (first, not first):
        if all(is_on_earth(TOP - z if is_reversed else z, x, y) for z, x, y in some):
            return is_reversed
    raise MapDamagedError(file, reason="map-zooms-wrong")


def _zooms(table: TileTable, info: Mapping[str, str], file: str, *, is_reversed: bool) -> tuple[int, int]:
    """The zooms that the file tells, else those of its tiles."""
    try:
        numbers = (int(info.get("minzoom", "")), int(info.get("maxzoom", "")))
    except ValueError:
        numbers = (0, 0)
    found: tuple[int, int] | None = numbers
    if numbers == (0, 0) or not _are_zooms(numbers, is_reversed):
        try:
            found = table.zooms()
        except TooSlowError as error:
            raise MapNotAMapError(file, reason="map-too-slow") from error
    if found is None or not _are_zooms(found, is_reversed):
        raise MapDamagedError(file, reason="map-zooms-wrong")
    zooms = sorted(TOP - number if is_reversed else number for number in found)
    return zooms[0], zooms[1]


def _are_zooms(numbers: tuple[int, int], is_reversed: bool) -> bool:
    return all(0 <= (TOP - number if is_reversed else number) <= MOST_ZOOM for number in numbers)


def _bounds(table: TileTable, zooms: tuple[int, int], *, is_reversed: bool, is_south: bool) -> Bounds:
    found = sharpest_box(table, zooms, z_of_zoom=TOP if is_reversed else 0, sign=-1 if is_reversed else 1)
    if found is None:
        return WORLD
    zoom, (first_x, last_x, first_y, last_y) = found
    if is_south:
        first_y, last_y = (1 << zoom) - 1 - last_y, (1 << zoom) - 1 - first_y
    if not is_on_earth(zoom, first_x, first_y) or not is_on_earth(zoom, last_x, last_y):
        return WORLD
    return bounds_of_tiles(zoom, (first_x, last_x, first_y, last_y))
