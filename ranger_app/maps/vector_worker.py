"""The process that turns one foreign file of points, lines and areas into a layer of ours.

``python -m ranger_app.maps.vector_worker SOURCE TARGET NAME``
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ranger_app.importers.opened import head_of
from ranger_app.importers.sniff import HEAD_BYTES, FileKind, kind_of_file
from ranger_app.importers.tracks_xml import kind_by_root
from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapFileMissingError, MapNotAMapError, MapNotWrittenError
from ranger_app.maps.geojson_layer import read_geojson
from ranger_app.maps.gpx_layer import read_gpx_layer
from ranger_app.maps.kml_layer import read_kml_layer, read_kmz_layer
from ranger_app.maps.vector_file import save_vectors
from ranger_app.maps.vector_maker import VectorMaker
from ranger_app.maps.worker_process import work

Reader = Callable[..., None]

SHAPE_HEAD = b"\x00\x00\x27\x0a"
"""How every shapefile begins."""


def convert(arguments: Sequence[str], context: JobContext) -> None:
    """Read the file *arguments* begin with, and write its layer to the second of them.

    Raises:
        RangerAppError: The file is refused; nothing is written.
    """
    source, target = Path(arguments[0]), Path(arguments[1])
    maker = VectorMaker(source.name)
    reader_of(source)(source, maker, context=context)
    layer = maker.vectors(arguments[2])
    try:
        save_vectors(layer, target)
    except OSError as error:
        # That is no folder of the station's, so that its room is not told.
        told = error.strerror or str(error)
        raise MapNotWrittenError(source.name, folder=str(target.parent), told=told) from error


def reader_of(path: Path) -> Reader:
    """Who reads a file, by its content.

    Raises:
        MapFileRefusedError: Nobody does, or it is not there.
        FileRefusedError: The disk does not give it.
    """
    if not path.exists():
        raise MapFileMissingError(path.name)
    head = head_of(path, name=path.name)
    if head.startswith(SHAPE_HEAD):
        return _gis("read_shape_layer")
    if head.startswith(b"SQLite format 3\x00"):
        return _gis("read_geopackage_layers")
    if head[:4] == b"PK\x03\x04":
        return _gis("read_zipped_shape") if _holds_shape(path) else read_kmz_layer
    kind = kind_of_file(head[:HEAD_BYTES])
    if kind is FileKind.OTHER_XML:
        kind = kind_by_root(path, name=path.name)
    reader = _READERS.get(kind)
    if reader is None and head.lstrip(b"\xef\xbb\xbf\x1e \t\r\n")[:1] in (b"{",):
        reader = read_geojson
    if reader is None:
        raise MapNotAMapError(path.name)
    return reader


_READERS: Mapping[FileKind, Reader] = {
    FileKind.GPX: read_gpx_layer,
    FileKind.KML: read_kml_layer,
    FileKind.JSON: read_geojson,
}


def _gis(name: str) -> Reader:
    from ranger_app.maps import gis_layer

    reader: Reader = getattr(gis_layer, name)
    return reader


def _holds_shape(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            return any(name.lower().endswith(".shp") for name in package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


if __name__ == "__main__":
    sys.exit(work(convert, sys.argv[1:]))
