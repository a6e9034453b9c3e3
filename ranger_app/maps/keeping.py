"""Copies of maps for the station's own folder: whole or not at all, with progress, and quick to read."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from io import FileIO
from pathlib import Path
from typing import Final

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapNotAMapError
from ranger_app.maps.foreign_database import SIGN, read_only_name, told_by_system
from ranger_app.maps.mbtiles_writing import MbtilesWriting
from ranger_app.maps.tile_folder import TileFolder
from ranger_app.maps.tiles import picture_kind
from ranger_app.maps.writing import being_written, is_full, not_written, require_room

_PIECE_BYTES: Final = 4 << 20
_PAGES: Final = 2048
_TILES: Final = 200
"""How much is done between two looks at whether somebody wants to stop."""

_LONGEST_NAME: Final = 64


def copy_file(source: Path, target: Path, context: JobContext) -> None:
    """Copy a file byte by byte; what is not finished stays at *target* for the caller to remove.

    Raises:
        Cancelled: Somebody asked to stop.
        OSError: It cannot be read or written.
    """
    size = source.stat().st_size
    require_room(source, size, target.parent)
    done = 0
    with source.open("rb") as stream, _new_file(source, target) as copy:
        while piece := stream.read(_PIECE_BYTES):
            context.step(done, size, "map-copying")
            with being_written(str(source), target.parent):
                _write(copy, piece)
            done += len(piece)
        with being_written(str(source), target.parent):
            os.fsync(copy.fileno())


def _new_file(source: Path, target: Path) -> FileIO:
    """A file without a buffer, so that nothing is left to be written, and to fail, when it is closed."""
    with being_written(str(source), target.parent):
        return target.open("xb", buffering=0)


def _write(copy: FileIO, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[copy.write(left) :]


def copy_database(source: Path, target: Path, context: JobContext) -> None:
    """Copy a database of tiles, one in WAL mode with what stands in its log, and give it an index where it has none.

    Raises:
        Cancelled: Somebody asked to stop.
        OSError: It cannot be read or written.
    """
    with source.open("rb") as stream:
        head = stream.read(20)
    is_wal = head.startswith(SIGN) and 2 in head[18:20]
    if is_wal:
        require_room(source, source.stat().st_size, target.parent)
        _copy_pages(source, target, context)
    else:
        copy_file(source, target, context)
    _make_quick(target, context, str(source))


def _copy_pages(source: Path, target: Path, context: JobContext) -> None:
    def step(_status: int, remaining: int, total: int) -> None:
        context.step(total - remaining, total, "map-copying")

    with (
        told_by_system(source),
        closing(sqlite3.connect(read_only_name(source), uri=True)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        try:
            read.backup(written, pages=_PAGES, progress=step)
            written.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            if is_full(error):
                raise not_written(error, str(source), target.parent) from error
            raise


_INDEXES: Final = (
    ({"zoom_level", "tile_column", "tile_row"}, "zoom_level, tile_column, tile_row"),
    ({"x", "y", "z"}, "x, y, z"),
)


def _make_quick(path: Path, context: JobContext, file: str) -> None:
    """Give a table of tiles an index where it has none; a view, or a file that takes none, stays as it is."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("trusted_schema = OFF", "mmap_size = 0", "journal_mode = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        missing = _missing_index(connection)
        if missing:
            context.step(0, None, "map-indexing")
            connection.set_progress_handler(lambda: context.is_cancelled, 100_000)
            connection.execute(f"CREATE INDEX ranger_tiles ON tiles ({missing})")
    except (sqlite3.Error, UnicodeError):
        context.step(0, None, "map-indexing")
    finally:
        connection.close()
    with being_written(file, path.parent), path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _missing_index(connection: sqlite3.Connection) -> str:
    """The columns of the index that the table of tiles lacks; empty when it has one, or is no table."""
    kinds = connection.execute("SELECT type FROM sqlite_schema WHERE lower(name) = 'tiles' LIMIT 1").fetchall()
    if kinds != [("table",)]:
        return ""
    columns = {str(row[1]).lower() for row in connection.execute("PRAGMA table_info(tiles)").fetchall()}
    for wanted, index in _INDEXES:
        if wanted <= columns:
            names = [str(row[1]) for row in connection.execute("PRAGMA index_list(tiles)").fetchall()][:100]
            return "" if any(_leads_with(connection, name, wanted) for name in names) else index
    return ""


def _leads_with(connection: sqlite3.Connection, index: str, wanted: set[str]) -> bool:
    rows = connection.execute("SELECT name FROM pragma_index_info(?)", (index,)).fetchall()
    return {str(name).lower() for (name,) in rows[: len(wanted)]} == wanted


def pack_folder(source: TileFolder, target: Path, context: JobContext) -> None:
    """Put a folder of tiles into one MBTiles file: a hundred thousand small files take hours on a stick.

    Tiles that cannot be read, or are no pictures, are left out.

    Raises:
        Cancelled: Somebody asked to stop.
        MapNotAMapError: No tile is a picture.
        OSError: The folder is gone, or the disk does not take the file.
    """
    with MbtilesWriting(target, file=str(source.path)) as packed:
        packed.tell(_metadata_of(source))
        for count, (z, x, y) in enumerate(source.every()):
            if count % _TILES == 0:
                context.step(count, None, "map-packing")
            picture = _picture(source, z, x, y)
            if picture is not None:
                packed.add(z, x, y, picture)
    if not packed.count:
        raise MapNotAMapError(str(source.path), reason="map-without-tiles")


def _metadata_of(source: TileFolder) -> dict[str, str]:
    return {
        "name": source.name,
        "attribution": source.attribution,
        "bounds": ",".join(str(edge) for edge in source.bounds),
        "minzoom": str(source.zooms[0]),
        "maxzoom": str(source.zooms[1]),
    }


def _picture(source: TileFolder, z: int, x: int, y: int) -> bytes | None:
    try:
        tile = source.tile(z, x, y)
    except OSError:
        source.require_there()
        return None
    return tile if tile and picture_kind(tile[:16]) not in ("", "pbf") else None


def file_stem(name: str) -> str:
    """A name as the beginning of a file's name that every system takes; letters that this one has names for stay."""
    signs = "".join(sign if sign.isalnum() else "-" for sign in name)
    kept = "-".join(part for part in signs.split("-") if part).encode("utf-8", "ignore")[:_LONGEST_NAME]
    system = sys.getfilesystemencoding()
    stem = kept.decode("utf-8", "ignore").encode(system, "ignore").decode(system).strip("-")
    # Windows keeps names such as CON for devices.
    return stem if len(stem) > 4 else f"map-{stem}".strip("-")
