"""What a file of maps is, and how it becomes one of the station's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapDamagedError, MapFileMissingError, MapNotAMapError
from ranger_app.services.map_list import LONGEST_ATTRIBUTION, MapEntry, MapKind, one_line

if TYPE_CHECKING:
    from ranger_app.maps.vector_file import VectorMap

Way = Literal["tiles", "elevation", "raster", "vectors"]
VECTORS: Final = ".vectors.npz"

_HEIGHTS: Final = re.compile(r"[NS]\d{2}[EW]\d{3}.*\.hgt(?:\.gz|\.zip)?", re.IGNORECASE)
_BESIDE_SHAPES: Final = (".dbf", ".shx", ".prj", ".cpg")
_TILES: Final = (".mbtiles", ".sqlitedb")


def way_of(source: Path) -> Way:
    """How *source* is taken in, by what it holds; by its name where heights are told by nothing else.

    Raises:
        OSError: It cannot be read.
    """
    from ranger_app.maps.tile_files import is_database

    if source.is_dir():
        return "tiles"
    if source.stat().st_size == 0:
        raise MapNotAMapError(str(source), reason="is-empty")
    if is_database(source):
        return "vectors" if _is_geopackage(source) else "tiles"
    if _HEIGHTS.fullmatch(source.name):
        return "elevation"
    _require_named_rightly(source)
    from ranger_app.maps.rasters import is_raster

    return "raster" if is_raster(source) else "vectors"


def _require_named_rightly(source: Path) -> None:
    """Refuse a file whose name is all that tells what it is, and tells that it cannot be taken alone."""
    name = source.name.lower()
    if name.endswith((".hgt", ".hgt.gz", ".hgt.zip")):
        raise MapNotAMapError(str(source), reason="map-heights-name")
    if name.endswith(_BESIDE_SHAPES):
        part = source.with_suffix(".shp").name
        raise MapNotAMapError(str(source), reason="map-part-of-shape", part=part)


def _is_geopackage(source: Path) -> bool:
    from ranger_app.maps.foreign_database import ForeignDatabase

    database = ForeignDatabase(source)
    try:
        return bool(database.columns("gpkg_contents"))
    finally:
        database.close()


def kind_of_kept(path: Path) -> MapKind | None:
    """What a file in the station's folder of maps is, by the name that it was given there."""
    if path.name.endswith(VECTORS):
        return "vectors"
    if path.suffix in _TILES:
        return "tiles"
    return "elevation" if _HEIGHTS.fullmatch(path.name) else None


def looked_at(kind: str, path: Path) -> MapEntry:
    """What a map says of itself where it lies now.

    Raises:
        MapFileRefusedError: It is gone, damaged or no such map.
    """
    return _LOOKS[kind](path)


def require_there(kind: str, path: Path) -> None:
    """Do nothing where a map could be shown now; a layer is not read for that.

    Raises:
        MapFileRefusedError: It is gone, damaged or no such map.
    """
    if kind != "vectors":
        looked_at(kind, path)
        return
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise MapFileMissingError(str(path)) from error
    if head != b"PK\x03\x04":
        raise MapDamagedError(str(path))


def _tiles(path: Path) -> MapEntry:
    from ranger_app.maps.tile_files import open_tiles

    with open_tiles(path) as opened:
        return MapEntry(
            name=shortened(opened.name), kind="tiles", path=path, is_kept=False, attribution=opened.attribution,
            bounds=opened.bounds, zooms=opened.zooms,
        )  # fmt: skip


def _heights(path: Path) -> MapEntry:
    from ranger_app.maps.elevation import ElevationFile

    try:
        with ElevationFile(path) as heights:
            name = shortened(path.name.partition(".")[0])
            return MapEntry(name=name, kind="elevation", path=path, is_kept=False, bounds=heights.bounds)
    except OSError as error:
        raise MapFileMissingError(str(path)) from error


def _layer(path: Path) -> MapEntry:
    from ranger_app.maps.vector_file import load_vectors

    return _entry_of_layer(load_vectors(path), path)


def _entry_of_layer(layer: VectorMap, path: Path) -> MapEntry:
    return MapEntry(
        name=shortened(layer.name), kind="vectors", path=path, is_kept=False, bounds=layer.bounds,
        attribution=one_line(layer.attribution, LONGEST_ATTRIBUTION),
    )  # fmt: skip


_LOOKS: Final[Mapping[str, Callable[[Path], MapEntry]]] = {"tiles": _tiles, "elevation": _heights, "vectors": _layer}


def shortened(told: str) -> str:
    """A name as one line; ``map`` where nothing of it can be seen."""
    return one_line(told) or "map"


def make_copy(way: Way, source: Path, room: Path, named: str, context: JobContext, datum: str) -> MapEntry:
    """Make a file of the station's from *source* in the empty folder *room*, and look at what came out.

    Args:
        named: How it is to be called; empty for what it calls itself.

    Raises:
        MapFileRefusedError: It is no map that can be shown.
        Cancelled: Somebody asked to stop.
        OSError: It cannot be read or written.
    """
    made = _MAKERS[way](source, room, named, context, datum)
    return replace(made, is_kept=True, name=named or made.name)


def _tiles_copied(source: Path, room: Path, named: str, context: JobContext, _datum: str) -> MapEntry:
    from ranger_app.maps.keeping import copy_database, file_stem, pack_folder
    from ranger_app.maps.tile_files import open_tiles
    from ranger_app.maps.tile_folder import TileFolder

    name, ending = shortened(source.stem), ".mbtiles"
    try:
        with open_tiles(source) as opened:
            name, ending = shortened(opened.name), ".sqlitedb" if opened.kind == "rmaps" else ".mbtiles"
            target = room / f"{file_stem(named or source.stem)}{ending}"
            if isinstance(opened, TileFolder):
                pack_folder(opened, target, context)
    except MapNotAMapError as error:
        # The copy gets the index that is missing.
        if error.facts.get("reason") != "map-too-slow":
            raise
        target = room / f"{file_stem(named or source.stem)}{ending}"
    if not target.exists():
        copy_database(source, target, context)
    return replace(_tiles(target), name=name)


def _heights_copied(source: Path, room: Path, _named: str, context: JobContext, _datum: str) -> MapEntry:
    from ranger_app.maps.keeping import copy_file

    _heights(source)
    target = room / source.name
    copy_file(source, target, context)
    return _heights(target)


def _raster_converted(source: Path, room: Path, named: str, context: JobContext, datum: str) -> MapEntry:
    from ranger_app.maps.keeping import file_stem
    from ranger_app.maps.rasters import convert_raster

    target = room / f"{file_stem(named or source.stem)}.mbtiles"
    convert_raster(source, target, context=context, datum=datum)
    return replace(_tiles(target), name=shortened(source.stem))


def _layer_converted(source: Path, room: Path, named: str, context: JobContext, _datum: str) -> MapEntry:
    from ranger_app.maps.keeping import file_stem
    from ranger_app.maps.vector_file import SUFFIX, save_vectors
    from ranger_app.maps.vectors import read_vectors
    from ranger_app.maps.writing import being_written, require_room

    layer = read_vectors(source, name=named or shortened(source.stem), context=context)
    target = room / f"{file_stem(named or source.stem)}{SUFFIX}"
    require_room(source, _size_of(layer), room)
    with being_written(str(source), room):
        save_vectors(layer, target)
    return replace(_entry_of_layer(layer, target), problems=layer.problems)


def _size_of(layer: VectorMap) -> int:
    """Bytes of a layer's shapes; its words are few beside them."""
    arrays = (layer.longitude_deg, layer.latitude_deg, layer.starts, layer.owners, layer.shapes)
    return sum(array.nbytes for array in arrays)


_Maker = Callable[[Path, Path, str, JobContext, str], MapEntry]
_MAKERS: Final[Mapping[Way, _Maker]] = {
    "tiles": _tiles_copied, "elevation": _heights_copied, "raster": _raster_converted, "vectors": _layer_converted,
}  # fmt: skip
