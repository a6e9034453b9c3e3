"""Open a map of tiles, whatever it is called: what it holds decides."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ranger_app.maps.errors import MapDamagedError, MapFileMissingError, MapNotAMapError
from ranger_app.maps.tiles import Bounds, Kind, TileFile
from ranger_app.paths import is_special

__all__ = ["Bounds", "Kind", "TileFile", "open_tiles"]

_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO)


def open_tiles(path: Path) -> TileFile:
    """Open an MBTiles or RMaps file, or a folder of tiles; nothing beside it is written.

    Raises:
        MapFileRefusedError: It is not there, or holds no tiles that can be shown.
    """
    try:
        if is_special(path):
            raise MapNotAMapError(str(path), reason="map-no-file")
        if path.is_dir():
            from ranger_app.maps.tile_folder import open_tile_folder

            return open_tile_folder(path)
        return _open_database(path)
    except OSError as error:
        if error.errno in _GONE or not os.path.lexists(path):
            raise MapFileMissingError(str(path)) from error
        raise MapDamagedError(str(path), reason="map-unreadable", told=error.strerror or str(error)) from error


def is_database(path: Path) -> bool:
    """Whether the file begins as every SQLite file does.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\x00"


def _open_database(path: Path) -> TileFile:
    if not is_database(path):
        raise MapNotAMapError(str(path), reason="is-empty" if path.stat().st_size == 0 else "map-unknown-content")
    from ranger_app.maps import mbtiles, rmaps
    from ranger_app.maps.foreign_database import ForeignDatabase

    database = ForeignDatabase(path)
    opened: TileFile | None = None
    try:
        columns = database.columns("tiles")
        if columns >= mbtiles.COLUMNS:
            opened = mbtiles.open_mbtiles(database)
        elif columns >= rmaps.COLUMNS:
            opened = rmaps.open_rmaps(database)
        else:
            raise MapNotAMapError(str(path), reason="map-no-table")
    finally:
        if opened is None:
            database.close()
    return opened
