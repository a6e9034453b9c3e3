"""Layers of points, lines and areas as columns, and the file that keeps one: ``.vectors.npz``.

The file is NumPy's own container of arrays, unpacked, so that it is read at the speed of the disk; what it claims of
itself is checked before memory is asked for.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ranger_app.importers.safe_zip import ZipDamagedError, ZipTooLargeError, ZipUnsafeError, opened_zip
from ranger_app.maps.columns import Column, NumberColumn, Value, WordsColumn, column_of
from ranger_app.maps.errors import MapDamagedError, MapFileMissingError, MapNotAMapError, MapTooLargeError
from ranger_app.problem import Problem

SUFFIX = ".vectors.npz"
POINT, LINE, AREA = 0, 1, 2
MOST_POINTS = 20_000_000
MOST_FEATURES = 2_000_000
MOST_FIELDS = 100
MOST_LETTERS = 1 << 28
"""Bytes of the different words of one field."""

_FORMAT = "ranger-app-vectors"
_VERSION = 1
_MOST_ABOUT_BYTES = 1 << 20
_HEADER = re.compile(rb"{'descr': '([|<]\w\d)', 'fortran_order': False, 'shape': \((\d{1,18}),\), } *\n\Z")
_WHEN = (1980, 1, 1, 0, 0, 0)

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class VectorMap:
    """Features of one layer as columns, on WGS 84.

    Attributes:
        name: What the layer is called.
        attribution: What has to be written on a map that shows it.
        longitude_deg, latitude_deg: float64, all points, one part after the other.
        starts: int64, the first point of each part, ascending: a line, or a ring of an area, or points of one feature.
        owners: int64, the feature of each part, ascending. A ring inside another of the same feature is a hole.
        shapes: int8, what each feature is: `POINT`, `LINE` or `AREA`.
        attributes: Name of a field to its values, one for each feature.
        problems: What of the file that it came from could not be taken as it stands.
        bounds: What holds all points; zeros where there are none.
    """

    name: str
    attribution: str = ""
    longitude_deg: NDArray[np.float64]
    latitude_deg: NDArray[np.float64]
    starts: NDArray[np.int64]
    owners: NDArray[np.int64]
    shapes: NDArray[np.int8]
    attributes: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    bounds: Bounds = field(init=False)

    def __post_init__(self) -> None:
        longitude, latitude = self.longitude_deg, self.latitude_deg
        if longitude.ndim != 1 or longitude.shape != latitude.shape or self.starts.shape != self.owners.shape:
            raise ValueError("columns are not of one length")
        if not _is_rising(self.starts, 0, len(longitude)) or (len(longitude) > 0) != (len(self.starts) > 0):
            raise ValueError("parts do not follow each other")
        if len(self.starts) and (self.starts[0] != 0 or np.any(np.diff(self.starts) == 0)):
            raise ValueError("a part has no point")
        if not _is_rising(self.owners, 0, len(self.shapes)):
            raise ValueError("parts are not in the order of features")
        if len(self.shapes) and not 0 <= int(self.shapes.min()) <= int(self.shapes.max()) <= AREA:
            raise ValueError("a feature is neither point nor line nor area")
        if any(len(values) != len(self.shapes) for values in self.attributes.values()):
            raise ValueError("a field does not have a value for each feature")
        box = (0.0, 0.0, 0.0, 0.0)
        if len(longitude):
            box = (float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max()))
        # NaN is in no order, so that it is caught here as well.
        if not (-180 <= box[0] <= box[2] <= 180 and -90 <= box[1] <= box[3] <= 90):
            raise ValueError("a point is nowhere on Earth")
        object.__setattr__(self, "bounds", box)

    @property
    def ends(self) -> NDArray[np.int64]:
        """Where each part ends: the first point after it."""
        return np.append(self.starts[1:], len(self.longitude_deg)) if len(self.starts) else self.starts


def _is_rising(numbers: NDArray[np.int64], least: int, below: int) -> bool:
    if not len(numbers):
        return True
    return bool(numbers.ndim == 1 and numbers[0] >= least and numbers[-1] < below and np.all(np.diff(numbers) >= 0))


def save_vectors(vectors: VectorMap, path: Path) -> None:
    """Write a layer; what lies at *path* is replaced once the new file is whole.

    The same layer gives the same bytes.
    """
    columns = {name: column_of(values) for name, values in vectors.attributes.items()}
    beside = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED, allowZip64=True) as package:
            package.writestr(zipfile.ZipInfo("about.json", _WHEN), _about(vectors, columns))
            for name, array in (*_geometry(vectors), *_arrays_of(columns)):
                with package.open(zipfile.ZipInfo(f"{name}.npy", _WHEN), "w", force_zip64=True) as stream:
                    npy.write_array(stream, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _about(vectors: VectorMap, columns: Mapping[str, Column]) -> bytes:
    fields = [{"name": name, "kind": column.kind} for name, column in columns.items()]
    told = {"format": _FORMAT, "version": _VERSION, "name": vectors.name, "attribution": vectors.attribution}
    problems = [asdict(problem) for problem in vectors.problems]
    return json.dumps({**told, "fields": fields, "problems": problems}, ensure_ascii=False).encode("utf-8", "replace")


def _geometry(vectors: VectorMap) -> list[tuple[str, NDArray[Any]]]:
    return [
        ("longitude_deg", vectors.longitude_deg.astype("<f8", copy=False)),
        ("latitude_deg", vectors.latitude_deg.astype("<f8", copy=False)),
        ("starts", vectors.starts.astype("<i8", copy=False)),
        ("owners", vectors.owners.astype("<i8", copy=False)),
        ("shapes", vectors.shapes.astype("|i1", copy=False)),
    ]


def _arrays_of(columns: Mapping[str, Column]) -> list[tuple[str, NDArray[Any]]]:
    found: list[tuple[str, NDArray[Any]]] = []
    for number, column in enumerate(columns.values()):
        if isinstance(column, NumberColumn):
            found.append((f"field{number}.numbers", column.numbers.astype("<f8", copy=False)))
        else:
            found.append((f"field{number}.codes", column.codes.astype("<i4", copy=False)))
            found.append((f"field{number}.ends", column.ends.astype("<i8", copy=False)))
            found.append((f"field{number}.letters", column.letters))
    return found


def load_vectors(path: Path) -> VectorMap:
    """Read a layer that :func:`save_vectors` wrote; its arrays cannot be written to.

    Raises:
        MapFileRefusedError: It is missing, damaged, no such file, or claims more than a layer may have.
    """
    name = path.name
    try:
        with path.open("rb") as stream, opened_zip(stream, file=name) as package:
            return _read(_Package(package, name))
    except FileNotFoundError as error:
        raise MapFileMissingError(name) from error
    except ZipTooLargeError as error:
        raise MapTooLargeError(name) from error
    except (ZipDamagedError, ZipUnsafeError) as error:
        raise MapNotAMapError(name) from error
    except (OSError, ValueError, TypeError, zipfile.BadZipFile, KeyError, EOFError) as error:
        raise MapDamagedError(name) from error


class _Package:
    """The arrays in a file, each looked at before it is read."""

    def __init__(self, package: zipfile.ZipFile, name: str) -> None:
        self._package = package
        self.name = name

    def about(self) -> dict[str, Any]:
        entry = self._entry("about.json", _MOST_ABOUT_BYTES)
        told = json.loads(self._package.read(entry))
        if not isinstance(told, dict) or told.get("format") != _FORMAT or told.get("version") != _VERSION:
            raise MapNotAMapError(self.name)
        return told

    def array(self, name: str, kind: str, most: int) -> NDArray[Any]:
        width = np.dtype(kind).itemsize
        entry = self._entry(f"{name}.npy", most * width + 256)
        with self._package.open(entry) as stream:
            count = _count_of(stream, kind)
            if count > most:
                raise MapTooLargeError(self.name)
            content = stream.read(count * width + 1)
        if len(content) != count * width:
            raise MapDamagedError(self.name)
        return np.frombuffer(content, kind)

    def _entry(self, name: str, most_bytes: int) -> zipfile.ZipInfo:
        entry = self._package.getinfo(name)
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise MapDamagedError(self.name)
        if entry.file_size > most_bytes:
            raise MapTooLargeError(self.name)
        return entry


def _count_of(stream: IO[bytes], kind: str) -> int:
    """How many there are by the header of an array, which is the one that :func:`save_vectors` writes or refused."""
    magic, length = stream.read(8), stream.read(2)
    if magic != npy.magic(1, 0):
        raise ValueError("another version of NumPy's files")
    found = _HEADER.match(stream.read(int.from_bytes(length, "little")))
    if not found or found.group(1) != kind.encode():
        raise ValueError("an array of another kind")
    return int(found.group(2))


def _read(package: _Package) -> VectorMap:
    about = package.about()
    fields = about["fields"]
    if not isinstance(fields, list) or len(fields) > MOST_FIELDS:
        raise MapTooLargeError(package.name)
    shapes = package.array("shapes", "|i1", MOST_FEATURES)
    attributes = {str(told["name"]): _column(package, number, str(told["kind"])) for number, told in enumerate(fields)}
    return VectorMap(
        name=str(about["name"]),
        attribution=str(about["attribution"]),
        longitude_deg=package.array("longitude_deg", "<f8", MOST_POINTS),
        latitude_deg=package.array("latitude_deg", "<f8", MOST_POINTS),
        starts=package.array("starts", "<i8", MOST_POINTS),
        owners=package.array("owners", "<i8", MOST_POINTS),
        shapes=shapes,
        attributes=attributes,
        problems=tuple(Problem(**told) for told in about["problems"]),
    )


def _column(package: _Package, number: int, kind: str) -> Column:
    name = f"field{number}"
    if kind == NumberColumn.kind:
        return NumberColumn(package.array(f"{name}.numbers", "<f8", MOST_FEATURES))
    codes = package.array(f"{name}.codes", "<i4", MOST_FEATURES)
    ends = package.array(f"{name}.ends", "<i8", MOST_FEATURES)
    letters = package.array(f"{name}.letters", "|u1", MOST_LETTERS)
    if len(codes) and not -1 <= int(codes.min()) <= int(codes.max()) < len(ends):
        raise ValueError("words that are not there")
    if not _is_rising(ends, 0, len(letters) + 1):
        raise ValueError("words out of order")
    return WordsColumn(codes, ends, letters)
