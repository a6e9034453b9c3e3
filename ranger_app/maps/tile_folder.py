"""Folders of tiles: zoom/column/row as names, rows from the north unless a file beside says otherwise.

Who writes them: QGIS, gdal2tiles (``tilemapresource.xml``: TMS, from the south), mb-util (``metadata.json`` with
``scheme``), OsmAnd and OsmDroid (``123.png.tile``, ``.metainfo``).
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ranger_app.maps.declared import attribution_told, bounds_told, name_told, require_shown_here
from ranger_app.maps.errors import MapNotAMapError, MapOtherProjectionError
from ranger_app.maps.tiles import (
    MOST_TILE_BYTES,
    MOST_ZOOM,
    Bounds,
    Presence,
    TileFile,
    bounds_of_tiles,
    is_on_earth,
    is_touching,
    require_pictures,
)

_MOST_NAMES: Final = 200_000
"""Names in one folder that are looked at."""

_MOST_LISTED: Final = 16
"""Columns whose rows are listed to know what the map covers."""

_MOST_ABOUT_BYTES: Final = 1 << 18
_NUMBER: Final = re.compile(r"\d{1,8}")
_TILE: Final = re.compile(r"(\d{1,8})(\.(?:png|jpe?g|webp|pbf|mvt)(?:\.tile)?)", re.IGNORECASE)
_ATTRIBUTE: Final = r"<\s*{element}\b[^>]{{0,2000}}\b{name}\s*=\s*[\"']([^\"']{{0,500}})[\"']"


class TileFolder(TileFile):
    """A folder of tiles.

    A tile is looked for under each ending that the folder uses: hybrid maps mix PNG and JPEG.
    """

    kind = "xyz"

    def __init__(
        self,
        path: Path,
        root: Path,
        *,
        name: str,
        bounds: Bounds,
        zooms: tuple[int, int],
        attribution: str,
        endings: tuple[str, ...],
        is_south: bool,
    ) -> None:
        super().__init__(path, name=name, bounds=bounds, zooms=zooms, attribution=attribution)
        self.root = root
        self._endings = endings
        self._is_south = is_south
        self._presence = Presence(root)
        self._is_closed = False

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        if self._is_closed:
            raise OSError(errno.EBADF, "closed", str(self.path))
        self._presence.check()
        if not is_on_earth(z, x, y):
            return None
        row = (1 << z) - 1 - y if self._is_south else y
        for ending in self._endings:
            try:
                return _tile_bytes(self.root / str(z) / str(x) / f"{row}{ending}") or None
            except (FileNotFoundError, NotADirectoryError):
                continue
        return None

    def every(self) -> Iterator[tuple[int, int, int]]:
        """Zoom, column and row (from the north) of every tile, folder by folder."""
        for z, zoom_folder in _numbered(self.root):
            for x, column in _numbered(zoom_folder) if z <= MOST_ZOOM else ():
                for row in sorted({row for row, _ending in _rows(column)}):
                    y = (1 << z) - 1 - row if self._is_south else row
                    if is_on_earth(z, x, y):
                        yield z, x, y

    def require_there(self) -> None:
        """Do nothing while the folder is there.

        Raises:
            OSError: It is gone.
        """
        self._presence.check()

    def close(self) -> None:
        self._is_closed = True


def _tile_bytes(path: Path) -> bytes:
    """Raises OSError also for a pipe, which nobody may ever write into, and for what is too large."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "no file", str(path))
        if found.st_size > MOST_TILE_BYTES:
            raise OSError(errno.EFBIG, "too large", str(path))
        return stream.read(MOST_TILE_BYTES)


def open_tile_folder(path: Path) -> TileFolder:
    """Understand *path* as a folder of tiles, or as one that holds nothing else.

    Raises:
        MapFileRefusedError: It holds no tiles that can be shown.
        OSError: It cannot be read.
    """
    root, levels = path, dict(_levels(path))
    if not levels:
        inner = [folder for folder in _folders(path) if not folder.name.startswith(".")]
        if len(inner) == 1:
            root, levels = inner[0], dict(_levels(inner[0]))
    if not levels:
        raise MapNotAMapError(str(path), reason="map-no-tile-folder")
    zooms = min(levels), max(levels)
    told, is_south = _declared(root, str(path))
    require_shown_here(told, file=str(path))
    endings = _endings(levels)
    require_pictures(_first_bytes(levels), file=str(path))
    return TileFolder(
        path,
        root,
        name=name_told(told, path.name),
        bounds=_covered(bounds_told(told, zooms[0]), levels, is_south),
        zooms=zooms,
        attribution=attribution_told(told),
        endings=endings,
        is_south=is_south,
    )


def _names(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count >= _MOST_NAMES:
                return
            yield entry


def _folders(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _names(folder) if _is_folder(entry)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is one; a link that leads back to itself is none, and no reason to refuse what lies beside it."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    """Sub-folders that are called like numbers, in order; 07 is no such name."""
    found = [
        (int(entry.name), Path(entry.path))
        for entry in _names(folder)
        if _NUMBER.fullmatch(entry.name) and str(int(entry.name)) == entry.name and _is_folder(entry)
    ]
    return sorted(found)


def _rows(column: Path) -> list[tuple[int, str]]:
    """Row and ending of each tile of a column."""
    matches = (_TILE.fullmatch(entry.name) for entry in _names(column))
    return [(int(found.group(1)), found.group(2)) for found in matches if found is not None]


def _levels(root: Path) -> Iterator[tuple[int, list[tuple[int, Path]]]]:
    """Zooms and their columns, where a column holds at least one tile among the first looked at."""
    for zoom, folder in _numbered(root):
        if zoom > MOST_ZOOM:
            continue
        columns = [(x, column) for x, column in _numbered(folder) if x < 1 << zoom]
        if any(_rows(column) for _, column in columns[:3]):
            yield zoom, columns


def _endings(levels: dict[int, list[tuple[int, Path]]]) -> tuple[str, ...]:
    """Endings of tiles by how often they were seen in a few columns of each zoom."""
    seen: dict[str, int] = {}
    for columns in levels.values():
        for _, column in columns[:2]:
            for _, ending in _rows(column)[:100]:
                seen[ending] = seen.get(ending, 0) + 1
    return tuple(sorted(seen, key=lambda ending: -seen[ending])[:4])


def _first_bytes(levels: dict[int, list[tuple[int, Path]]]) -> list[bytes]:
    """How the first tile of each of a few columns begins."""
    heads: list[bytes] = []
    for columns in levels.values():
        for _, column in columns[:2]:
            for row, ending in _rows(column)[:1]:
                with suppress(OSError):
                    heads.append(_tile_bytes(column / f"{row}{ending}")[:16])
    return heads


def _covered(told: Bounds | None, levels: dict[int, list[tuple[int, Path]]], is_south: bool) -> Bounds:
    """The box that was told, unless the tiles lie elsewhere."""
    found = _bounds(levels, is_south)
    return found if told is None or not is_touching(found, told) else told


def _bounds(levels: dict[int, list[tuple[int, Path]]], is_south: bool) -> Bounds:
    """What is covered at the finest zoom that has only a few columns."""
    few = [zoom for zoom, columns in levels.items() if len(columns) <= _MOST_LISTED]
    zoom = max(few) if few else min(levels)
    columns = levels[zoom]
    step = max(1, len(columns) // _MOST_LISTED)
    rows = [row for _, column in columns[::step] for row, _ in _rows(column) if row < 1 << zoom]
    first_x, last_x = columns[0][0], columns[-1][0]
    if is_south:
        rows = [(1 << zoom) - 1 - row for row in rows]
    return bounds_of_tiles(zoom, (first_x, last_x, min(rows, default=0), max(rows, default=(1 << zoom) - 1)))


def _declared(root: Path, file: str) -> tuple[dict[str, str], bool]:
    """What files beside the tiles say, and whether rows are counted from the south.

    Raises:
        MapOtherProjectionError: They say that the map is in another projection.
    """
    told = _json_told(_text(root / "metadata.json")) | _metainfo_told(_text(root / ".metainfo"), file)
    is_south = told.get("scheme", "").strip().lower() == "tms"
    tms = _text(root / "tilemapresource.xml")
    if "<TileMap" in tms:
        is_south = True
        told |= _tms_told(tms)
    return told, is_south


def _text(path: Path) -> str:
    """A small text file; empty when there is none."""
    try:
        with path.open("rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return ""
            return stream.read(_MOST_ABOUT_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _json_told(text: str) -> dict[str, str]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    told = {key: value for key, value in found.items() if isinstance(value, str | int | float)}
    bounds = found.get("bounds")
    if isinstance(bounds, list):
        told["bounds"] = ",".join(map(str, bounds[:5]))
    return {str(key): str(value) for key, value in told.items()}


def _metainfo_told(text: str, file: str) -> dict[str, str]:
    """OsmAnd's sections of one line each.

    Raises:
        MapOtherProjectionError: It says that the map is in ellipsoidal Mercator.
    """
    found = dict(re.findall(r"^\[(\w{1,40})\]\s*\n([^\[\n]{0,500})", text, re.MULTILINE))
    if found.get("ellipsoid", "").strip().lower() == "true":
        raise MapOtherProjectionError(file, projection="EPSG:3395")
    return {"name": found["name"]} if found.get("name") else {}


def _tms_told(text: str) -> dict[str, str]:
    """What a TileMap of TMS says, but for its bounding box: gdal2tiles wrote it with the axes swapped for years."""
    told: dict[str, str] = {}
    for key, element, name in (("format", "TileFormat", "extension"), ("profile", "TileSets", "profile")):
        found = re.search(_ATTRIBUTE.format(element=element, name=name), text)
        if found:
            told[key] = found.group(1)
    for key, element in (("name", "Title"), ("srs", "SRS")):
        found = re.search(rf"<{element}>([^<]{{0,500}})</{element}>", text)
        if found:
            told[key] = found.group(1)
    return told
