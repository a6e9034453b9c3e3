"""Where one looks: a rectangle of pixels over the world in Web Mercator, without a widget and without Qt.

Inside, places are in *world* units: 0 to 1 from 180 degrees west to east and from 85.05 degrees north to south.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS 84."""

UNITS_AN_INCH = 96
TILE_PX = 256
"""The whole world at zoom 0."""

EQUATOR_M = 2 * math.pi * 6_378_137.0
"""Length of the equator of WGS 84."""

LAST_LATITUDE = 85.05112877980659
"""Where the square world of Web Mercator ends."""

LEAST_ZOOM = 2.0
MOST_ZOOM = 20.0
MOST_FIT_ZOOM = 15.0
"""A single place is not shown closer than this: about 4 metres to a pixel."""

_ROUNDED = 1e-9
"""What is lost of a zoom when it is measured in other units."""


@overload
def to_world(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def to_world(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def to_world(lon: float | Floats, lat: float | Floats) -> tuple[float | Floats, float | Floats]:
    """Degrees to world units; latitudes beyond the square world are taken to its edge."""
    if isinstance(lon, (float, int)) and isinstance(lat, (float, int)):
        lat = min(max(lat, -LAST_LATITUDE), LAST_LATITUDE)
        return lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    import numpy as np

    clipped = np.radians(np.clip(lat, -LAST_LATITUDE, LAST_LATITUDE))
    return np.asarray(lon) / 360 + 0.5, 0.5 - np.arcsinh(np.tan(clipped)) / (2 * np.pi)


@overload
def from_world(x: float, y: float) -> tuple[float, float]: ...
@overload
def from_world(x: Floats, y: Floats) -> tuple[Floats, Floats]: ...
def from_world(x: float | Floats, y: float | Floats) -> tuple[float | Floats, float | Floats]:
    """World units to degrees."""
    if isinstance(x, (float, int)) and isinstance(y, (float, int)):
        return (x - 0.5) * 360, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))
    import numpy as np

    return (np.asarray(x) - 0.5) * 360, np.degrees(np.arctan(np.sinh((0.5 - np.asarray(y)) * 2 * np.pi)))


@dataclass(frozen=True, slots=True)
class Viewport:
    """What part of the world a picture shows.

    Attributes:
        center_lon, center_lat: The middle, in degrees of WGS 84.
        zoom: 0 shows the world in 256 pixels; each step doubles it; need not be whole.
        width_px, height_px: Size in pixels that do not depend on the screen's density.
        dpr: Device pixels for each of them.
        unit_px: Pixels of the window for each of them: more than one where letters are large.
    """

    center_lon: float
    center_lat: float
    zoom: float
    width_px: int
    height_px: int
    dpr: float = 1.0
    unit_px: float = 1.0

    def __post_init__(self) -> None:
        if not (-180.0 <= self.center_lon <= 180.0 and -LAST_LATITUDE <= self.center_lat <= LAST_LATITUDE):
            raise ValueError(f"the centre {self.center_lon}, {self.center_lat} is not on the map")
        if self.width_px < 1 or self.height_px < 1 or self.dpr <= 0:
            raise ValueError("a viewport needs at least one pixel")

    @property
    def world_px(self) -> float:
        """Size of the whole world in this view's pixels."""
        return float(TILE_PX * 2.0**self.zoom)

    @property
    def is_closest(self) -> bool:
        """Whether nobody can look closer."""
        return self.zoom + math.log2(self.unit_px) >= MOST_ZOOM - _ROUNDED

    @property
    def scale(self) -> float:
        """Metres on the ground for one pixel, at the centre."""
        return EQUATOR_M * math.cos(math.radians(self.center_lat)) / self.world_px

    @property
    def origin(self) -> tuple[float, float]:
        """World units of the top left corner."""
        x, y = to_world(self.center_lon, self.center_lat)
        return x - self.width_px / 2 / self.world_px, y - self.height_px / 2 / self.world_px

    @property
    def world_box(self) -> Bounds:
        """World units of the left, top, right and bottom edge."""
        left, top = self.origin
        return left, top, left + self.width_px / self.world_px, top + self.height_px / self.world_px

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of what is seen; may reach beyond the world when it is small."""
        left, top, right, bottom = self.world_box
        west, north = from_world(left, top)
        east, south = from_world(right, bottom)
        return west, south, east, north

    @overload
    def project(self, lon: float, lat: float) -> tuple[float, float]: ...
    @overload
    def project(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
    def project(self, lon: float | Floats, lat: float | Floats) -> tuple[float | Floats, float | Floats]:
        """Degrees to pixels from the top left corner; numbers or whole columns."""
        x, y = to_world(lon, lat)  # type: ignore[arg-type]
        left, top = self.origin
        return (x - left) * self.world_px, (y - top) * self.world_px

    @overload
    def unproject(self, x: float, y: float) -> tuple[float, float]: ...
    @overload
    def unproject(self, x: Floats, y: Floats) -> tuple[Floats, Floats]: ...
    def unproject(self, x: float | Floats, y: float | Floats) -> tuple[float | Floats, float | Floats]:
        """Pixels from the top left corner to degrees; numbers or whole columns."""
        left, top = self.origin
        return from_world(left + x / self.world_px, top + y / self.world_px)  # type: ignore[arg-type]

    def fit(self, bounds: Bounds, *, margin_px: float = 24.0, most_zoom: float = MOST_FIT_ZOOM) -> Viewport:
        """The same picture looking at all of *bounds*, as close as it goes with *margin_px* left free on each side."""
        west, south, east, north = bounds
        left, top = to_world(float(west), float(north))
        right, bottom = to_world(float(east), float(south))
        zooms = [most_zoom]
        for span, size in ((abs(right - left), self.width_px), (abs(bottom - top), self.height_px)):
            if span > 0:
                zooms.append(math.log2(max(size - 2 * margin_px, 1.0) / (span * TILE_PX)))
        lon, lat = from_world((left + right) / 2, (top + bottom) / 2)
        return self.looking_at(lon, lat, min(zooms))

    def looking_at(self, lon: float, lat: float, zoom: float) -> Viewport:
        """The same picture of another place; a centre or zoom beyond the limits is taken to them."""
        return replace(
            self,
            center_lon=min(max(lon, -180.0), 180.0),
            center_lat=min(max(lat, -LAST_LATITUDE), LAST_LATITUDE),
            zoom=min(max(zoom, LEAST_ZOOM), MOST_ZOOM),
        )

    def panned(self, right_px: float, down_px: float) -> Viewport:
        """The same picture moved over the ground."""
        return self.looking_at(*self.unproject(self.width_px / 2 + right_px, self.height_px / 2 + down_px), self.zoom)

    def zoomed(self, steps: float, at: tuple[float, float] | None = None) -> Viewport:
        """Closer (or farther, when negative), with the place under the pixel *at* staying where it is."""
        x, y = at or (self.width_px / 2, self.height_px / 2)
        place = self.unproject(x, y)
        nearer = self.looking_at(self.center_lon, self.center_lat, self.zoom + steps)
        moved_x, moved_y = nearer.project(*place)
        return nearer.panned(moved_x - x, moved_y - y)

    def resized(self, width_px: int, height_px: int, dpr: float | None = None) -> Viewport:
        """The same centre and zoom in a picture of another size."""
        return replace(self, width_px=width_px, height_px=height_px, dpr=self.dpr if dpr is None else dpr)

    def drawn_at(self, dpi: float) -> Viewport:
        """The same picture measured in drawing units of 1/96 inch, for an image of *dpi* dots per inch."""
        unit_px = dpi / UNITS_AN_INCH / self.dpr
        return replace(
            self,
            width_px=max(math.floor(self.width_px / unit_px), 1),
            height_px=max(math.floor(self.height_px / unit_px), 1),
            zoom=self.zoom - math.log2(unit_px),
            dpr=dpi / UNITS_AN_INCH,
        )

    def in_units(self, unit_px: float) -> Viewport:
        """The same picture from the same top left corner, measured in drawing units of so many pixels."""
        if unit_px == 1.0:
            return self
        width, height = math.ceil(self.width_px / unit_px), math.ceil(self.height_px / unit_px)
        lon, lat = self.unproject(width * unit_px / 2, height * unit_px / 2)
        return replace(
            self,
            center_lon=min(max(lon, -180.0), 180.0),
            center_lat=min(max(lat, -LAST_LATITUDE), LAST_LATITUDE),
            zoom=self.zoom - math.log2(unit_px),
            width_px=width,
            height_px=height,
            dpr=self.dpr * unit_px,
            unit_px=self.unit_px * unit_px,
        )
