"""The layer of shaded hills: light and shade over whatever lies below, made of files of heights square by square."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QImage

from ranger_app.errors import RangerAppError
from ui.map.layer import Canvas
from ui.map.tiled import Square, TiledLayer
from ui.map.viewport import EQUATOR_M, TILE_PX, Bounds, from_world

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Heights = NDArray[np.float32]

_LEAST_ZOOM, _MOST_ZOOM = 2, 13
"""The finest heights have 30 metres between them, as the pixels of zoom 12; closer they would be scaled anyway."""

_FLAT = 180
"""What flat ground has under a sun halfway up: 255 times the sine of 45 degrees."""

_DARKEST, _LIGHTEST = 150, 90
"""How much at most is put over the map: black in the shade, white in the light, of 255."""

_STRETCH_BELOW_ZOOM = 11.0
_STRETCH_A_ZOOM = 1.25
_MOST_STRETCH = 4.0
"""Farther away slopes get flatter, because each pixel averages more ground: heights are stretched for it."""


class HeightSource(Protocol):
    """Heights of a piece of the world; asked from several threads."""

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north."""

    def heights_at(self, latitude_deg: NDArray[np.float64], longitude_deg: NDArray[np.float64]) -> Heights:
        """Heights where each of some parallels crosses each of some meridians; NaN where none is known.

        Raises:
            OSError: It cannot be read any more.
        """


class HillshadeLayer(TiledLayer):
    """Shaded hills; lies over tiles, under everything else, and lets both be seen."""

    kind = "hillshade"

    def __init__(
        self,
        layer_id: str,
        files: Sequence[HeightSource],
        *,
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
        on_end: Callable[[], object] | None = None,
    ) -> None:
        west, south, east, north = zip(*(file.bounds for file in files), strict=True) if files else ((0.0,),) * 4
        super().__init__(
            layer_id,
            bounds=(min(west), min(south), max(east), max(north)),
            zooms=(_LEAST_ZOOM, _MOST_ZOOM),
            visible=visible,
            opacity=opacity,
            attribution=attribution,
            on_end=on_end,
        )
        self._files = tuple(files)

    def _picture(self, square: Square, halvings: int, canvas: Canvas) -> QImage | None:
        side = TILE_PX >> halvings
        box = _degrees(square)
        files = [file for file in self._files if _overlap(file.bounds, box)]
        if not files:
            return None
        try:
            heights = _heights(files, square, side)
        except RangerAppError as error:  # a packed file that is unpacked again, and is gone
            raise OSError(error.code) from error
        canvas.check()
        return _shaded(heights, square, side)


def _degrees(square: Square) -> Bounds:
    count = 2**square.z
    west, north = from_world(square.x / count, square.y / count)
    east, south = from_world((square.x + 1) / count, (square.y + 1) / count)
    return west, south, east, north


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _heights(files: Sequence[HeightSource], square: Square, side: int) -> Heights:
    """Heights at the middles of a square's pixels and one more all around; NaN where no file knows them."""
    import numpy as np

    count = 2**square.z
    middles = (np.arange(-1, side + 1) + 0.5) / side
    longitude, latitude = from_world((square.x + middles) / count, (square.y + middles) / count)
    heights = np.full((side + 2, side + 2), np.nan, np.float32)
    for file in files:
        found = file.heights_at(latitude, longitude)
        heights = np.where(np.isnan(heights), found, heights)
    return heights


def _shaded(heights: Heights, square: Square, side: int) -> QImage | None:
    import numpy as np

    from ranger_app.maps.elevation import hillshade

    is_known = ~np.isnan(heights[1:-1, 1:-1])
    if not is_known.any():
        return None
    middle = from_world(0.5, (square.y + 0.5) / 2**square.z)[1]
    cell_m = EQUATOR_M * math.cos(math.radians(middle)) / 2**square.z / side
    stretch = min(_STRETCH_A_ZOOM ** max(_STRETCH_BELOW_ZOOM - square.z, 0.0), _MOST_STRETCH)
    light = hillshade(_continued(heights), cell_m, exaggeration=stretch).astype(np.int32)
    is_known &= light > 0
    shade = np.clip((_FLAT - light) * _DARKEST // _FLAT, 0, _DARKEST)
    shine = np.clip((light - _FLAT) * _LIGHTEST // (255 - _FLAT), 0, _LIGHTEST)
    white = (shine << 24) | (shine << 16) | (shine << 8) | shine
    pixels = np.where(is_known, np.where(shade > 0, shade << 24, white), 0).astype(np.uint32)
    image = QImage(pixels.tobytes(), side, side, 4 * side, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()


def _continued(heights: Heights) -> Heights:
    """Heights that go on as they end by one cell, so that the last known ones have a slope as well."""
    import numpy as np

    filled = heights.copy()
    for axis in (0, 1):
        for step in (1, -1):
            last, before = _moved(filled, step, axis), _moved(filled, 2 * step, axis)
            filled = np.where(np.isnan(filled), np.where(np.isnan(before), last, 2 * last - before), filled)
    return filled


def _moved(heights: Heights, step: int, axis: int) -> Heights:
    import numpy as np

    moved = np.roll(heights, step, axis)
    edge = slice(0, step) if step > 0 else slice(step, None)
    moved[(edge, slice(None)) if axis == 0 else (slice(None), edge)] = np.nan
    return moved
