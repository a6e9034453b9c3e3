"""A file of tiles as it is made: MBTiles 1.3, rows counted from the south."""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from ranger_app.maps.writing import being_written, require_room

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = 0x4d504258;
CREATE TABLE metadata (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE tiles (
    zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL,
    PRIMARY KEY (zoom_level, tile_column, tile_row)
);
"""
_TILES_AT_ONCE = 500


class MbtilesWriting:
    """Tiles on their way into a new file; whole and on the disk when the block is left without an error."""

    def __init__(self, path: Path, *, file: str) -> None:
        """Begin a file.

        Args:
            path: Where.
            file: What it is a copy of, for errors.

        Raises:
            MapFileRefusedError: The disk does not take it.
        """
        self._path, self._file = path, file
        with self._being_written():
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.executescript(_TABLES)
            self._database.execute("BEGIN")
        self._waiting: list[tuple[int, int, int, bytes]] = []
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._flush()
                with self._being_written():
                    self._database.execute("COMMIT")
        finally:
            self._database.close()
        if kind is None:
            with self._being_written(), self._path.open("rb+") as written:
                os.fsync(written.fileno())

    def add(self, z: int, x: int, y: int, content: bytes) -> None:
        """Take one tile, y from the north."""
        self._waiting.append((z, x, 2**z - 1 - y, content))
        self.count += 1
        if len(self._waiting) >= _TILES_AT_ONCE:
            self._flush()

    def describe(
        self, *, name: str, picture: str, box: tuple[float, float, float, float], zooms: tuple[int, int]
    ) -> None:
        """Write what the map is.

        Args:
            picture: ``jpg`` or ``png``, whichever most tiles are.
            box: West, north, east, south in shares of the world's width.
        """
        west, north, east, south = box
        bounds = (west * 360 - 180, _latitude_deg(south), east * 360 - 180, _latitude_deg(north))
        middle = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
        told = {
            "name": name, "format": picture, "type": "baselayer", "version": "1", "crs": "EPSG:3857",
            "bounds": ",".join(f"{side:.7f}" for side in bounds), "minzoom": str(zooms[0]), "maxzoom": str(zooms[1]),
            "center": f"{middle[0]:.6f},{middle[1]:.6f},{zooms[0]}",
        }  # fmt: skip
        self.tell(told)

    def tell(self, metadata: Mapping[str, str]) -> None:
        """Write what the map says of itself, word for word."""
        with self._being_written():
            self._database.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())

    def _flush(self) -> None:
        require_room(Path(self._file), 0, self._path.parent)
        with self._being_written():
            self._database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def _being_written(self) -> AbstractContextManager[None]:
        return being_written(self._file, self._path.parent)


def _latitude_deg(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))
