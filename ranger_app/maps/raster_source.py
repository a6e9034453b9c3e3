"""A scanned sheet or satellite picture as it lies on the ground: opened by rasterio, of the extra ``gis``."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from ranger_app.maps.errors import (
    MapDamagedError,
    MapNoPlaceError,
    MapNotAMapError,
    MapOutsideError,
    MapPictureNotReadError,
)
from ranger_app.maps.projections import pinned, to_wgs84_from
from ranger_app.maps.scanned import fitted, is_ozi, on_ground, picture_of, read_ozi, system_of_numbers
from ranger_app.maps.tiles import MOST_LATITUDE_DEG

DRIVERS = {
    b"II*\x00": "GTiff", b"MM\x00*": "GTiff", b"II+\x00": "GTiff", b"MM\x00+": "GTiff",
    b"\x00\x00\x00\x0cjP": "JP2OpenJPEG", b"\xff\x4f\xff\x51": "JP2OpenJPEG", b"RSW\x00": "RMF", b"MTW\x00": "RMF",
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"BM": "BMP", b"GIF8": "GIF",
}  # fmt: skip
"""First bytes of a file to the one driver of GDAL that may read it; the last four are for sheets of OziExplorer."""

EARTH_M = 40075016.68557849
"""Round the equator, and how wide the world is in Web Mercator."""

_HEAD_BYTES = 256
_ALONG_EDGE = 21
_SAMPLE_PX = 512
_DIMMEST, _BRIGHTEST = 1.0, 99.0
"""Percent of a picture's values that may become black or white, where they are no bytes."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bands:
    """How the values of a picture become colours.

    Attributes:
        numbers: Which bands are read, from 1: one of grey or of numbers of colours, or red, green and blue.
        palette: Red, green, blue and opacity for each number of a colour; ``None`` where values are light.
        low, high: Values of a band that become black and white.
    """

    numbers: tuple[int, ...]
    palette: NDArray[np.uint8] | None
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    is_bytes: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Source:
    """An open picture.

    Attributes:
        picture: Rasterio's.
        system: Its coordinate system, as GDAL takes it, with a pinned operation to WGS 84 where we have one.
        transform: Rasterio's six numbers from pixels to the system.
        box: West, south, east, north in shares of the world's width in Web Mercator, y from the north.
        pixel: Width of its smallest pixel in the same measure.
    """

    picture: Any
    system: str
    transform: Any
    bands: Bands
    box: tuple[float, float, float, float]
    pixel: float
    title: str


@contextmanager
def opened_source(path: Path, *, datum: str) -> Iterator[Source]:
    """A picture that lies somewhere on Earth.

    Args:
        datum: An answer of somebody who was asked for it.

    Raises:
        MapFileRefusedError: It is damaged, missing, has no place, or nobody knows its system.
    """
    is_sheet = is_ozi(_head(path))
    picture_path = picture_of(path, read_ozi(path)) if is_sheet else path
    head = _head(picture_path)
    driver = next((driver for beginning, driver in DRIVERS.items() if head.startswith(beginning)), None)
    if driver is None:
        raise (MapPictureNotReadError if is_sheet else MapNotAMapError)(picture_path.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            picture = rasterio.open(picture_path, driver=driver)
        except RasterioError as error:
            raise MapDamagedError(picture_path.name) from error
        with picture:
            try:
                yield _source(path, picture, is_sheet, datum)
            except RasterioError as error:
                raise MapDamagedError(picture_path.name) from error


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise MapDamagedError(path.name) from error


def _source(path: Path, picture: Any, is_sheet: bool, datum: str) -> Source:
    title = path.stem
    if is_sheet:
        ozi = read_ozi(path)
        ground = on_ground(ozi, width=picture.width, height=picture.height, datum=datum)
        system, transform = ground.words, rasterio.Affine(*ground.pixels.ravel())
        title = ozi.title or title
    else:
        system, transform = _placed(picture, path.name, datum)
    box, pixel = _on_world(system, transform, picture, path.name)
    return Source(picture=picture, system=system, transform=transform, bands=_bands(picture), box=box, pixel=pixel,
                  title=title)  # fmt: skip


def _placed(picture: Any, file: str, datum: str) -> tuple[str, Any]:
    """The system and the way from pixels to it, as the file tells them, or as somebody answered who was asked."""
    from pyproj import CRS

    transform, crs = picture.transform, picture.crs
    if transform.is_identity:
        ties, crs = picture.gcps
        if len(ties) < 2:
            raise MapNoPlaceError(file)
        pixels = np.array([(tie.col, tie.row) for tie in ties], np.float64)
        matrix, worst_px = fitted(pixels, np.array([(tie.x, tie.y) for tie in ties], np.float64))
        if not math.isfinite(worst_px):
            raise MapNoPlaceError(file)
        transform = rasterio.Affine(*matrix.ravel())
    if not crs:
        column, row = picture.width / 2, picture.height / 2
        x = transform.a * column + transform.b * row + transform.c
        y = transform.d * column + transform.e * row + transform.f
        return system_of_numbers(file, x, y, datum=datum), transform
    words = crs.to_wkt()
    return pinned(CRS.from_wkt(words)) or words, transform


def _on_world(system: str, transform: Any, picture: Any, file: str) -> tuple[tuple[float, float, float, float], float]:
    """What a picture covers on the world of Web Mercator, and its smallest pixel."""
    shares = np.linspace(0, 1, _ALONG_EDGE)
    zeros, ones = np.zeros(_ALONG_EDGE), np.ones(_ALONG_EDGE)
    columns = np.concatenate([shares, shares, zeros, ones]) * picture.width
    rows = np.concatenate([zeros, ones, shares, shares]) * picture.height
    # One pixel to the right and one down, at every place.
    x, y = _world(system, transform, np.concatenate([columns, columns + 1, columns]),
                  np.concatenate([rows, rows, rows + 1]), file)  # fmt: skip
    is_seen = np.isfinite(x) & np.isfinite(y)
    count = len(columns)
    edge = is_seen[:count]
    if not edge.any():
        raise MapOutsideError(file, projection=_name_of(picture, system))
    right = np.hypot(x[count : 2 * count] - x[:count], y[count : 2 * count] - y[:count])
    down = np.hypot(x[2 * count :] - x[:count], y[2 * count :] - y[:count])
    sides = np.concatenate([right, down])
    sides = sides[np.isfinite(sides) & (sides > 0)]
    box = tuple(float(side) for side in (x[:count][edge].min(), y[:count][edge].min(), x[:count][edge].max(),
                                         y[:count][edge].max()))  # fmt: skip
    west, north, east, south = box
    if not len(sides) or west >= east or north >= south:
        raise MapOutsideError(file, projection=_name_of(picture, system))
    return (west, north, east, south), float(np.median(sides))


def _name_of(picture: Any, system: str) -> str:
    """What a coordinate system calls itself."""
    from pyproj import CRS

    return CRS.from_wkt(picture.crs.to_wkt()).name if picture.crs else system[:60]


def _world(
    system: str, transform: Any, columns: NDArray[np.float64], rows: NDArray[np.float64], file: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = (
        transform.a * columns + transform.b * rows + transform.c,
        transform.d * columns + transform.e * rows + transform.f,
    )
    to_wgs84 = to_wgs84_from(system, file=file)
    longitude, latitude = to_wgs84(x, y) if to_wgs84 else (x, y)
    outside = ~((np.abs(longitude) <= 180.001) & (np.abs(latitude) <= 90.001))
    bent = np.radians(np.clip(np.where(outside, 0, latitude), -MOST_LATITUDE_DEG, MOST_LATITUDE_DEG))
    world_x = np.where(outside, np.nan, (np.clip(longitude, -180, 180) + 180) / 360)
    world_y = np.where(outside, np.nan, 0.5 - np.arcsinh(np.tan(bent)) / (2 * math.pi))
    return world_x, world_y


def _bands(picture: Any) -> Bands:
    kinds = list(picture.colorinterp)
    if ColorInterp.palette in kinds[:1]:
        return _with_palette(picture)
    colours = [
        kinds.index(kind) + 1 for kind in (ColorInterp.red, ColorInterp.green, ColorInterp.blue) if kind in kinds
    ]
    light = [number + 1 for number, kind in enumerate(kinds) if kind != ColorInterp.alpha]
    numbers = tuple(colours if len(colours) == 3 else light[:3] if len(light) >= 3 else light[:1])
    if not numbers or any(np.dtype(kind).kind not in "uif" for kind in picture.dtypes):
        raise MapPictureNotReadError(Path(picture.name).name)
    is_bytes = all(picture.dtypes[number - 1] == "uint8" for number in numbers)
    if is_bytes and not _is_of_bits(picture):
        low, high = np.zeros(len(numbers), np.float32), np.full(len(numbers), 255, np.float32)
    else:
        low, high = _spread(picture, numbers)
    return Bands(numbers=numbers, palette=None, low=low, high=high, is_bytes=is_bytes and float(high[0]) == 255)


def _with_palette(picture: Any) -> Bands:
    palette = np.zeros((256, 4), np.uint8)
    palette[:, 3] = 255
    for number, colour in picture.colormap(1).items():
        if 0 <= number < 256:
            palette[number] = colour
    none = np.zeros(1, np.float32)
    return Bands(numbers=(1,), palette=palette, low=none, high=none, is_bytes=True)


def _is_of_bits(picture: Any) -> bool:
    return int(picture.tags(1, ns="IMAGE_STRUCTURE").get("NBITS", 8)) < 8


def _spread(picture: Any, numbers: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Between which values a picture of other numbers than bytes has its light, by a look from afar."""
    if _is_of_bits(picture):
        most = 2 ** int(picture.tags(1, ns="IMAGE_STRUCTURE")["NBITS"]) - 1
        return np.zeros(len(numbers), np.float32), np.full(len(numbers), most, np.float32)
    share = min(1.0, _SAMPLE_PX / max(picture.width, picture.height))
    shape = (len(numbers), max(1, int(picture.height * share)), max(1, int(picture.width * share)))
    sample = picture.read(list(numbers), out_shape=shape, masked=True)
    spreads = [
        _light_of(band.compressed(), np.dtype(picture.dtypes[number - 1]))
        for band, number in zip(sample, numbers, strict=True)
    ]
    return np.array([low for low, _ in spreads], np.float32), np.array([high for _, high in spreads], np.float32)


def _light_of(values: NDArray[Any], kind: np.dtype[Any]) -> tuple[float, float]:
    """What becomes black and white: nearly all values, else all of them, else all that their kind of number can be.

    A drawn sheet is paper but for a few thin lines, so that nearly all its values are one.
    """
    values = values[np.isfinite(values)].astype(np.float64)
    if not len(values):
        return 0.0, 1.0
    dark, bright = (float(value) for value in np.percentile(values, [_DIMMEST, _BRIGHTEST]))
    if bright > dark:
        return dark, bright
    dark, bright = float(values.min()), float(values.max())
    if bright > dark:
        return dark, bright
    if kind.kind == "f":
        return min(dark, 0.0), max(dark, 1.0)
    range_of = np.iinfo(kind)
    return float(range_of.min if dark < 0 else 0), float(range_of.max)
