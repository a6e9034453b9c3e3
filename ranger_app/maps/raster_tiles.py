"""From a picture on the ground to tiles of Web Mercator: windows of it are warped, and coarser tiles made of finer.

Tiles are made depth first, so that only as many are in memory as there are zooms, however large the picture is.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapTooLargeError
from ranger_app.maps.raster_source import EARTH_M, Source

TILE_PX = 256
MOST_ZOOM = 20
MOST_TILES = 400_000
"""Of the finest zoom: a picture of 160,000 by 160,000 pixels."""

STAGE = "converting-map"

_COARSER_BY = 0.25
"""How much coarser than the picture, in zooms, the finest tiles may be."""

_BLOCK_ZOOMS = 2
"""Tiles of so many zooms are made of what is warped at once: 1024 pixels square."""

_WARP_MB = 64
_JPEG_QUALITY = 85
_FEW_COLOURS = 256
_LOOK_EVERY_PX = 5

Pixels = NDArray[np.uint8]
"""Rows, columns, and red, green, blue, opacity."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile as a file, y from the north.

    Attributes:
        is_photo: Whether it is a JPEG; ``None`` where it could not be one, because a part of it is clear.
    """

    z: int
    x: int
    y: int
    content: bytes
    is_photo: bool | None


class Pyramid:
    """All tiles of a picture.

    Attributes:
        zooms: The coarsest and the finest.
    """

    def __init__(self, source: Source, *, file: str) -> None:
        """Choose the zooms.

        Raises:
            MapTooLargeError: There would be absurdly many tiles.
        """
        self._source = source
        west, north, east, south = source.box
        finest = math.ceil(-math.log2(TILE_PX * source.pixel) - _COARSER_BY)
        finest = min(max(finest, 0), MOST_ZOOM)
        size = max(east - west, south - north)
        coarsest = min(max(math.floor(-math.log2(size)), 0), finest)
        self.zooms = (coarsest, finest)
        self._block_zoom = max(finest - _BLOCK_ZOOMS, coarsest)
        self._blocks = _covering(source.box, self._block_zoom)
        first_x, first_y, last_x, last_y = _covering(source.box, finest)
        if (last_x - first_x + 1) * (last_y - first_y + 1) > MOST_TILES:
            raise MapTooLargeError(file)
        self._side_px = TILE_PX << (finest - self._block_zoom)
        self._done = 0

    def tiles(self, context: JobContext) -> Iterator[Tile]:
        """Make every tile that shows anything."""
        first_x, first_y, last_x, last_y = self._blocks
        block = EARTH_M / 2**self._block_zoom
        corner = rasterio.Affine(
            block / self._side_px,
            0,
            first_x * block - EARTH_M / 2,
            0,
            -block / self._side_px,
            EARTH_M / 2 - first_y * block,
        )
        source, bands = self._source, self._source.bands
        has_palette = bands.palette is not None
        with WarpedVRT(
            source.picture, src_crs=source.system, src_transform=source.transform, crs="EPSG:3857", transform=corner,
            width=(last_x - first_x + 1) * self._side_px, height=(last_y - first_y + 1) * self._side_px,
            resampling=Resampling.nearest if has_palette else Resampling.bilinear, warp_mem_limit=_WARP_MB,
            add_alpha=not _has_alpha(source.picture),
        ) as warped:  # fmt: skip
            first_x, first_y, last_x, last_y = _covering(source.box, self.zooms[0])
            for y in range(first_y, last_y + 1):
                for x in range(first_x, last_x + 1):
                    yield from self._below(warped, self.zooms[0], x, y, context, [])

    def _below(
        self, warped: Any, z: int, x: int, y: int, context: JobContext, made: list[Pixels | None]
    ) -> Iterator[Tile]:
        """Tiles of one square and all below it; what it looks like is left in *made*."""
        first_x, first_y, last_x, last_y = _covering(self._source.box, z)
        if not (first_x <= x <= last_x and first_y <= y <= last_y):
            made.append(None)
            return
        if z == self._block_zoom:
            yield from self._block(warped, x, y, context, made)
            return
        parts: list[Pixels | None] = []
        for down, across in ((0, 0), (0, 1), (1, 0), (1, 1)):
            yield from self._below(warped, z + 1, 2 * x + across, 2 * y + down, context, parts)
        if all(part is None for part in parts):
            made.append(None)
            return
        whole = np.zeros((2 * TILE_PX, 2 * TILE_PX, 4), np.uint8)
        for number, part in enumerate(parts):
            if part is not None:
                top, left = number // 2 * TILE_PX, number % 2 * TILE_PX
                whole[top : top + TILE_PX, left : left + TILE_PX] = part
        pixels = halved(whole)
        yield from _encoded(z, x, y, pixels)
        made.append(pixels)

    def _block(self, warped: Any, x: int, y: int, context: JobContext, made: list[Pixels | None]) -> Iterator[Tile]:
        first_x, first_y, last_x, last_y = self._blocks
        context.step(self._done, (last_x - first_x + 1) * (last_y - first_y + 1), STAGE)
        self._done += 1
        side = self._side_px
        pixels = self._read(warped, Window((x - first_x) * side, (y - first_y) * side, side, side))
        if not pixels[..., 3].any():
            made.append(None)
            return
        for z in range(self.zooms[1], self._block_zoom - 1, -1):
            count = pixels.shape[0] // TILE_PX
            for down in range(count):
                for across in range(count):
                    part = pixels[down * TILE_PX : (down + 1) * TILE_PX, across * TILE_PX : (across + 1) * TILE_PX]
                    yield from _encoded(z, x * count + across, y * count + down, part)
            if z > self._block_zoom:
                pixels = halved(pixels)
        made.append(pixels)

    def _read(self, warped: Any, window: Window) -> Pixels:
        bands = self._source.bands
        values = warped.read([*bands.numbers, warped.count], window=window)
        light, opacity = values[:-1], values[-1]
        pixels = np.empty((*opacity.shape, 4), np.uint8)
        if bands.palette is not None:
            pixels[:] = bands.palette[light[0].astype(np.uint8)]
            pixels[..., 3] = np.where(opacity > 0, pixels[..., 3], 0)
            return pixels
        for number in range(3):
            band = min(number, len(light) - 1)
            pixels[..., number] = (
                light[band] if bands.is_bytes else _as_light(light[band], bands.low[band], bands.high[band])
            )
        pixels[..., 3] = opacity if opacity.dtype == np.uint8 else np.where(opacity > 0, 255, 0)
        if light.dtype.kind == "f":
            pixels[..., 3][~np.isfinite(light).all(axis=0)] = 0
        return pixels


def halved(pixels: Pixels) -> Pixels:
    """Every two by two pixels as one; those that are clear have no say in its colour."""
    four = [pixels[down::2, across::2].astype(np.uint16) for down in (0, 1) for across in (0, 1)]
    if pixels[..., 3].min() == 255:
        return np.asarray((sum(four) + np.uint16(2)) >> 2, np.uint8)
    opacities = [part[..., 3:].astype(np.uint32) for part in four]
    total = np.sum(opacities, axis=0)
    colours = np.sum([part[..., :3] * opacity for part, opacity in zip(four, opacities, strict=True)], axis=0)
    return np.asarray(np.concatenate([colours // np.maximum(total, 1), (total + 2) >> 2], axis=-1), np.uint8)


def _as_light(values: NDArray[Any], low: np.float32, high: np.float32) -> Pixels:
    with np.errstate(invalid="ignore"):
        light = np.nan_to_num((values.astype(np.float32) - low) * (255 / (high - low)), posinf=255, neginf=0)
    return np.asarray(np.clip(np.rint(light), 0, 255), np.uint8)


def _has_alpha(picture: Any) -> bool:
    from rasterio.enums import ColorInterp

    return ColorInterp.alpha in picture.colorinterp


def _covering(box: tuple[float, float, float, float], zoom: int) -> tuple[int, int, int, int]:
    """First column and row, last column and row of the tiles that a box of the world touches."""
    count = 2**zoom
    west, north, east, south = (side * count for side in box)
    return (
        min(math.floor(west), count - 1), min(math.floor(north), count - 1),
        max(math.floor(west), min(math.ceil(east) - 1, count - 1)),
        max(math.floor(north), min(math.ceil(south) - 1, count - 1)),
    )  # fmt: skip


def _encoded(z: int, x: int, y: int, pixels: Pixels) -> Iterator[Tile]:
    """The tile as a file; none where it is clear all over.

    What has few colours, as a drawn map does, stays as it is (PNG); what has many becomes a JPEG, unless a part of it
    is clear, which a JPEG cannot be.
    """
    least = pixels[..., 3].min()
    if least == 0 and not pixels[..., 3].any():
        return
    few = _of_few_colours(pixels)
    content = io.BytesIO()
    if least == 255 and few is None:
        Image.fromarray(np.ascontiguousarray(pixels[..., :3])).save(
            content, "JPEG", quality=_JPEG_QUALITY, subsampling=0
        )
        yield Tile(z, x, y, content.getvalue(), True)
        return
    (few or Image.fromarray(np.ascontiguousarray(pixels))).save(content, "PNG")
    yield Tile(z, x, y, content.getvalue(), False if least == 255 else None)


def _of_few_colours(pixels: Pixels) -> Image.Image | None:
    """The tile with a palette, where that holds all its colours."""
    packed = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    if len(np.unique(packed[::_LOOK_EVERY_PX, ::_LOOK_EVERY_PX])) > _FEW_COLOURS // 2:
        return None
    colours, numbers = np.unique(packed, return_inverse=True)
    if len(colours) > _FEW_COLOURS:
        return None
    image = Image.fromarray(numbers.reshape(packed.shape).astype(np.uint8)).convert("L")
    table = np.ascontiguousarray(colours).view(np.uint8).reshape(-1, 4)
    image.putpalette(table.tobytes(), "RGBA")
    return image
