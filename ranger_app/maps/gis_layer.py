"""Shapefiles and GeoPackages as layers, through pyogrio of the extra ``gis``, some thousand features at once."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from ranger_app.importers.safe_zip import opened_zip, unpacked
from ranger_app.jobs import JobContext
from ranger_app.maps.columns import Value
from ranger_app.maps.errors import MapDamagedError, MapNotAMapError, MapPartMissingError, MapTooLargeError
from ranger_app.maps.geojson_layer import STAGE
from ranger_app.maps.projections import to_wgs84_from
from ranger_app.maps.shape_parts import encoding_of_table, require_whole_shapes
from ranger_app.maps.vector_file import MOST_FEATURES, MOST_FIELDS
from ranger_app.maps.vector_maker import VectorMaker
from ranger_app.maps.wkb_parts import WkbDamagedError, shapes_of_wkb

CHUNK_FEATURES = 10_000
LARGEST_ZIPPED_BYTES = 2 << 30

_PARTS_OF_SHAPE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_DAMAGED = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, UnicodeDecodeError, ValueError)


def read_shape_layer(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all features of a shapefile to *maker*.

    Its index (``.shx``) must be there. Without its table (``.dbf``) shapes have no fields, and without its projection
    (``.prj``) numbers that could be degrees are taken for degrees of WGS 84; both are told.

    Raises:
        MapFileRefusedError: It breaks off, a part is missing, or its projection is not known.
    """
    parts = {part.suffix.lower(): part for part in path.parent.iterdir() if part.stem == path.stem}
    if ".shx" not in parts:
        raise MapPartMissingError(path.name, part=path.with_suffix(".shx").name)
    require_whole_shapes(path)
    encoding = None
    if ".dbf" in parts:
        encoding = encoding_of_table(parts[".dbf"], parts.get(".cpg"))
    else:
        maker.note("map-table-missing", part=path.with_suffix(".dbf").name)
    _read_layer(path, path.stem, maker, context, encoding=encoding)


def read_zipped_shape(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all features of the shapefiles in a zip to *maker*.

    Raises:
        RangerAppError: The zip is unsafe or damaged, or a shapefile is refused.
    """
    with tempfile.TemporaryDirectory(prefix="ranger-app-") as folder, path.open("rb") as stream:
        package = opened_zip(stream, file=path.name)
        shapes = []
        for number, entry in enumerate(package.infolist()):
            inside = Path(entry.filename)
            if entry.is_dir() or inside.suffix.lower() not in _PARTS_OF_SHAPE:
                continue
            # Parts that stood in one folder stay together; the names inside are of no other use.
            target = Path(folder) / f"{_number_of(inside.parent, package.namelist())}-{inside.stem}"
            target = target.with_name(target.name + inside.suffix.lower())
            target.write_bytes(unpacked(package, entry, file=path.name, limit=LARGEST_ZIPPED_BYTES))
            shapes += [target] if target.suffix == ".shp" else []
            context.step(number, None, STAGE)
        for shape in shapes:
            read_shape_layer(shape, maker, context=context)


def _number_of(folder: Path, names: list[str]) -> int:
    return sorted({str(Path(name).parent) for name in names}).index(str(folder))


def read_geopackage_layers(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give the features of all layers of a GeoPackage to *maker*, with the layer's name where there are several.

    Raises:
        MapFileRefusedError: It is damaged, no GeoPackage of features, or a projection is not known.
    """
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except DataSourceError as error:
        raise MapNotAMapError(path.name) from error
    for layer in layers:
        also: dict[str, Value] = {"layer": layer} if len(layers) > 1 else {}
        _read_layer(path, layer, maker, context, also=also)


def _read_layer(
    path: Path,
    layer: str,
    maker: VectorMaker,
    context: JobContext,
    *,
    encoding: str | None = None,
    also: dict[str, Value] | None = None,
) -> None:
    try:
        told = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
        count = int(told["features"])
        if count > MOST_FEATURES:
            raise MapTooLargeError(path.name)
        maker.flush()
        maker.to_wgs84 = to_wgs84_from(told["crs"], file=path.name) if told["crs"] else None
        if not told["crs"]:
            _require_degrees(path, layer, maker)
        columns = [str(name) for name in told["fields"][:MOST_FIELDS]]
        for name in told["fields"][MOST_FIELDS:]:
            maker.note("map-field-left-out", field=str(name)[:60])
        for first in range(0, count, CHUNK_FEATURES):
            context.step(first, count, STAGE)
            _read_chunk(path, layer, maker, first, columns, encoding, also or {})
    except _DAMAGED as error:
        raise MapDamagedError(path.name) from error


def _require_degrees(path: Path, layer: str, maker: VectorMaker) -> None:
    """Take numbers without a projection for degrees where they can be."""
    west, south, east, north = pyogrio.read_info(path, layer=layer, force_total_bounds=True)["total_bounds"]
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise MapPartMissingError(path.name, part=path.with_suffix(".prj").name)
    maker.note("map-projection-assumed")


def _read_chunk(
    path: Path,
    layer: str,
    maker: VectorMaker,
    first: int,
    columns: list[str],
    encoding: str | None,
    also: dict[str, Value],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what GDAL mutters is found again in what it gives
        told, _, geometries, values = pyogrio.raw.read(
            path, layer=layer, encoding=encoding, columns=columns, force_2d=True, skip_features=first,
            max_features=CHUNK_FEATURES, datetime_as_string=True,
        )  # fmt: skip
    names = [str(name) for name in told["fields"]]
    rows = zip(*(_values(column) for column in values), strict=True) if names else ((),) * len(geometries)
    for geometry, row in zip(geometries, rows, strict=True):
        maker.begin()
        if geometry is None:
            maker.note("map-feature-without-place", where=maker.where)
            continue
        try:
            found = shapes_of_wkb(geometry)
        except WkbDamagedError:
            maker.note("map-feature-unreadable", where=maker.where)
            continue
        for shape, parts in found.items():
            maker.feature(shape, parts, {**also, **dict(zip(names, row, strict=True))})


def _values(column: np.ndarray[Any, np.dtype[Any]]) -> list[Value]:
    """A field's values as words and numbers; what is neither, such as bytes, is told as words."""
    if column.dtype.kind in "iuf":
        return [None if value != value else float(value) for value in column.tolist()]
    if column.dtype.kind == "b":
        return ["true" if value else "false" for value in column.tolist()]
    if column.dtype.kind == "M":
        return [None if value == "NaT" else value for value in np.datetime_as_string(column).tolist()]
    return [value if value is None or isinstance(value, str) else _told(value) for value in column.tolist()]


def _told(value: object) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return None if value != value else float(value)
    if isinstance(value, bytes):
        return f"{len(value)} B"
    return str(value)
