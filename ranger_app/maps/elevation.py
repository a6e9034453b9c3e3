"""Heights of the ground from SRTM files (``N41E074.hgt``), and the shade that hills throw.

A file covers one degree by one degree, named by its south-western corner. Its heights stand on the corners of cells,
the edges of neighbours twice, as big-endian 16-bit numbers of metres from the north-west eastward.
"""

from __future__ import annotations

import gzip
import math
import re
import threading
import zlib
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ranger_app.importers.safe_zip import ZipDamagedError, ZipTooLargeError, ZipUnsafeError, opened_zip, unpacked
from ranger_app.maps.errors import MapDamagedError, MapFileMissingError, MapNotAMapError, MapTooLargeError

VOID = -32768
"""Stands where the radar saw nothing."""

_SIZES = {2 * rows * columns: (rows, columns) for rows, columns in ((1201, 1201), (3601, 3601), (3601, 1801))}
"""Bytes of a file to its rows and columns: 3 seconds, 1 second, and 1 by 2 seconds as beyond 50 degrees north."""

_LARGEST_BYTES = max(_SIZES)
_LARGEST_PACKED_BYTES = 2 * _LARGEST_BYTES
_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_ENDING = re.compile(r"\.hgt(?:\.zip|\.gz)?$|\.zip$", re.IGNORECASE)
_MOST_KEPT = 2
"""Files that are kept unpacked: 26 MB each."""

_AS_GOOD_AS_ON_IT = 1e-6
"""Share of a cell, below a millimetre: what rounding leaves, and must not let a neighbour's void count."""

_DAMAGED = (OSError, EOFError, zlib.error)

Box = tuple[float, float, float, float]
"""West, south, east, north."""


class ElevationFile:
    """One file of heights; asked from several threads, and open only while it is read.

    Attributes:
        path: Where it lies.
        bounds: West, south, east, north of what it covers.
        step_deg: Width and height of a cell in degrees.
    """

    def __init__(self, path: Path) -> None:
        """Look at the name and the size; of a packed file, unpack it.

        Raises:
            MapFileRefusedError: It is missing, damaged, or no file of heights.
        """
        self.path = path
        corner = _corner(path.name)
        if corner is None or not _ENDING.search(path.name):
            raise MapNotAMapError(path.name)
        self.bounds: Box = (float(corner[0]), float(corner[1]), corner[0] + 1.0, corner[1] + 1.0)
        self._is_packed = path.suffix.lower() != ".hgt"
        size = len(_unpacked(path)) if self._is_packed else _size_of(path)
        if size not in _SIZES:
            raise MapDamagedError(path.name)
        self._rows, self._columns = _SIZES[size]
        self.step_deg = (1.0 / (self._columns - 1), 1.0 / (self._rows - 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what was unpacked."""
        with _LOCK:
            _KEPT.pop(self.path, None)

    def elevation_m(self, latitude_deg: float, longitude_deg: float) -> float | None:
        """Metres above the sea at a place, between its four neighbours; ``None`` outside, or where one is a void.

        Raises:
            OSError: The file cannot be read any more.
        """
        height = float(self.heights_at(np.array([latitude_deg]), np.array([longitude_deg]))[0, 0])
        return None if math.isnan(height) else height

    def grid(self, box: Box, step: float) -> NDArray[np.float32]:
        """Heights at the middles of squares of *step* degrees that fill *box*, rows from the north.

        Args:
            box: West, south, east, north; it may reach over the edge of the file.

        Returns:
            NaN in voids and outside.

        Raises:
            OSError: The file cannot be read any more.
        """
        west, south, east, north = box
        columns, rows = (max(1, round(length / step)) for length in (east - west, north - south))
        down, across = (np.arange(count, dtype=np.float64) + 0.5 for count in (rows, columns))
        return self.heights_at(north - down * step, west + across * step)

    def heights_at(self, latitude_deg: NDArray[np.float64], longitude_deg: NDArray[np.float64]) -> NDArray[np.float32]:
        """Heights where each of some parallels crosses each of some meridians, as the pixels of a tile do.

        Returns:
            One row a latitude, one column a longitude; NaN in voids and outside.

        Raises:
            OSError: The file cannot be read any more.
        """
        found = np.full((len(latitude_deg), len(longitude_deg)), np.nan, np.float32)
        west, _, _, north = self.bounds
        rows, row_share, row_in = _cells((north - latitude_deg) / self.step_deg[1], self._rows)
        columns, column_share, column_in = _cells((longitude_deg - west) / self.step_deg[0], self._columns)
        if not len(rows) or not len(columns):
            return found
        needed, places = np.unique(np.concatenate([rows, rows + 1]), return_inverse=True)
        lines = self._lines(needed, int(columns.min()), int(columns.max()) + 2)
        across = columns - columns.min()
        level = _between(lines[:, across], lines[:, across + 1], column_share)
        upper, lower = level[places[: len(rows)]], level[places[len(rows) :]]
        found[np.ix_(row_in, column_in)] = _between(upper, lower, row_share[:, np.newaxis])
        return found

    def _lines(self, rows: NDArray[np.int64], first: int, last: int) -> NDArray[np.float32]:
        """Some rows of heights between two columns, NaN in voids."""
        found = np.empty((len(rows), last - first), np.float32)
        runs = np.split(np.arange(len(rows)), np.flatnonzero(np.diff(rows) > 1) + 1)
        width = 2 * self._columns
        content = _unpacked(self.path) if self._is_packed else None
        with self.path.open("rb") as file:
            for run in runs:
                start, length = int(rows[run[0]]) * width, len(run) * width
                if content is None:
                    file.seek(start)
                    piece = file.read(length)
                else:
                    piece = content[start : start + length]
                if len(piece) != length:
                    raise OSError(f"{self.path.name} has become shorter")
                found[run] = np.frombuffer(piece, ">i2").reshape(-1, self._columns)[:, first:last]
        found[found == VOID] = np.nan
        return found


def is_elevation(path: Path) -> bool:
    """Whether a file is called as files of heights are."""
    name = path.name.lower()
    return _corner(name) is not None and name.endswith((".hgt", ".hgt.zip", ".hgt.gz"))


def hillshade(
    heights: NDArray[np.float32],
    cell_m: float | tuple[float, float],
    *,
    azimuth_deg: float = 315.0,
    altitude_deg: float = 45.0,
    exaggeration: float = 1.0,
) -> NDArray[np.uint8]:
    """How light the ground is where the sun stands at one place, by the slope of its eight neighbours.

    The slope is that of B. K. P. Horn, "Hill shading and the reflectance map", Proceedings of the IEEE 69 (1981),
    pages 14-47: differences over two cells, the nearest weighing double. The light is that of a matt surface.

    Args:
        heights: Rows from the north, with one more cell all around than is wanted.
        cell_m: Metres from one column to the next, and from one row to the next where that differs.
        azimuth_deg: Where the light comes from, clockwise from north.
        altitude_deg: How high it stands.
        exaggeration: Times that heights are stretched.

    Returns:
        1 in the shade to 255 in full light, two rows and two columns less; 0 where a neighbour's height is not known.
    """
    east_m, north_m = cell_m if isinstance(cell_m, tuple) else (cell_m, cell_m)
    across = heights[:-2] + heights[2:]
    across += 2 * heights[1:-1]
    down = heights[:, :-2] + heights[:, 2:]
    down += 2 * heights[:, 1:-1]
    slope_east = (across[:, 2:] - across[:, :-2]) * np.float32(exaggeration / (8 * east_m))
    slope_north = (down[:-2] - down[2:]) * np.float32(exaggeration / (8 * north_m))
    azimuth, altitude = math.radians(azimuth_deg), math.radians(altitude_deg)
    light_east, light_north = math.sin(azimuth) * math.cos(altitude), math.cos(azimuth) * math.cos(altitude)
    steepness = np.sqrt(1 + slope_east * slope_east + slope_north * slope_north)
    light = np.float32(math.sin(altitude)) - slope_east * np.float32(light_east) - slope_north * np.float32(light_north)
    shade = 1 + 254 * np.clip(light / steepness, 0, 1)
    shade[np.isnan(shade) | np.isnan(heights[1:-1, 1:-1])] = 0
    return np.rint(shade).astype(np.uint8)


_KEPT: OrderedDict[Path, bytes] = OrderedDict()
_LOCK = threading.Lock()


def _unpacked(path: Path) -> bytes:
    """The content of a packed file; the last few are kept."""
    with _LOCK:
        if path in _KEPT:
            _KEPT.move_to_end(path)
            return _KEPT[path]
    content = _from_gzip(path) if path.suffix.lower() == ".gz" else _from_zip(path)
    with _LOCK:
        _KEPT[path] = content
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return content


def _from_gzip(path: Path) -> bytes:
    _size_of(path)
    try:
        with gzip.open(path) as stream:
            content = stream.read(_LARGEST_BYTES + 1)
    except _DAMAGED as error:
        raise MapDamagedError(path.name) from error
    if len(content) > _LARGEST_BYTES:
        raise MapTooLargeError(path.name)
    return content


def _from_zip(path: Path) -> bytes:
    _size_of(path)
    try:
        # A lake or a sea is one height all over, and packs to a thousandth: what is unpacked is bounded all the same.
        with path.open("rb") as stream, opened_zip(stream, file=path.name, largest_ratio=None) as package:
            inside = [entry for entry in package.infolist() if entry.filename.lower().endswith(".hgt")]
            if len(inside) != 1:
                raise MapNotAMapError(path.name)
            if _corner(Path(inside[0].filename).name) not in {None, _corner(path.name)}:
                raise MapDamagedError(path.name)
            return unpacked(package, inside[0], file=path.name, limit=_LARGEST_BYTES)
    except ZipTooLargeError as error:
        raise MapTooLargeError(path.name) from error
    except (ZipDamagedError, ZipUnsafeError, OSError) as error:
        raise MapDamagedError(path.name) from error


def _size_of(path: Path) -> int:
    """Bytes of a file that is there and not absurdly large."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise MapFileMissingError(path.name) from error
    except OSError as error:
        raise MapDamagedError(path.name) from error
    if size > _LARGEST_PACKED_BYTES:
        raise MapTooLargeError(path.name)
    return size


def _corner(name: str) -> tuple[int, int] | None:
    """Longitude and latitude of the south-western corner, as a file's name begins; ``None`` where it does not."""
    found = _NAME.match(name)
    if not found:
        return None
    latitude = int(found.group(2)) * (1 if found.group(1).upper() == "N" else -1)
    longitude = int(found.group(4)) * (1 if found.group(3).upper() == "E" else -1)
    return (longitude, latitude) if -90 <= latitude < 90 and -180 <= longitude < 180 else None


def _cells(place: NDArray[np.float64], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Between which heights of *count* in a line places lie.

    Returns:
        Number of the one before, the share of the one after, and which of the places lie in the line at all.
    """
    nearest = np.rint(place)
    place = np.where(np.abs(place - nearest) < _AS_GOOD_AS_ON_IT, nearest, place)
    inside = np.flatnonzero((place >= 0) & (place <= count - 1))
    before = np.minimum(place[inside].astype(np.int64), count - 2)
    return before, (place[inside] - before).astype(np.float32), inside


def _between(
    first: NDArray[np.float32], second: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    # Nothing of a void is nothing, which is not what NaN makes of it.
    mixed = first + (second - first) * share
    return np.where(share == 0, first, np.where(share == 1, second, mixed))
