"""Grids on other ellipsoids, and how they reach WGS 84: each by one operation of EPSG, written out.

The steps are written out, and not asked of PROJ by the names of the systems, because PROJ would choose an operation by
place and version: for Pulkovo 1942 at Bishkek EPSG:5044, which was made for Russia alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import Transformer

Box = tuple[float, float, float, float]
"""South, west, north, east."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """An ellipsoid and its operation to WGS 84.

    Attributes:
        name: As it is told in readings.
        ellipsoid: In PROJ's words.
        shift: The Helmert step of the operation in PROJ's words; empty where the two are taken for one.
        degrees_code: Code of the system of degrees on it.
        operation: Code of the operation.
        accuracy_m: As EPSG has it; ``None`` where EPSG has no estimate.
    """

    name: str
    ellipsoid: str
    shift: str
    degrees_code: str
    operation: str
    accuracy_m: float | None


PULKOVO_1942 = Datum(
    name="SK-42", degrees_code="EPSG:4284", ellipsoid="+ellps=krass", operation="EPSG:15865", accuracy_m=4.5,
    shift="+x=25 +y=-141 +z=-78.5 +rx=0 +ry=-0.35 +rz=-0.736 +s=0 +convention=coordinate_frame",
)  # fmt: skip
PULKOVO_1995 = Datum(
    name="SK-95", degrees_code="EPSG:4200", ellipsoid="+ellps=krass", operation="EPSG:5043", accuracy_m=1.0,
    shift="+x=24.47 +y=-130.89 +z=-81.56 +rx=0 +ry=0 +rz=-0.13 +s=-0.22 +convention=coordinate_frame",
)  # fmt: skip
KYRG_06 = Datum(
    name="Kyrg-06", degrees_code="EPSG:7686", ellipsoid="+ellps=GRS80", operation="EPSG:9768", accuracy_m=1.0, shift="",
)  # fmt: skip
KALIANPUR_1962 = Datum(
    name="Kalianpur 1962", degrees_code="EPSG:4145",
    ellipsoid="+a=6377301.243 +rf=300.8017255", operation="EPSG:1247", accuracy_m=None,
    shift="+x=283 +y=682 +z=231",
)  # fmt: skip
WGS_84 = Datum(name="", degrees_code="", ellipsoid="+ellps=WGS84", shift="", operation="", accuracy_m=None)

DATUMS = {"sk42": PULKOVO_1942, "sk95": PULKOVO_1995, "kyrg06": KYRG_06, "kalianpur": KALIANPUR_1962}
"""Notation to its datum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One zone of a grid.

    Attributes:
        notation: Id of the notation it belongs to.
        zone: As people write it.
        code: Of EPSG.
        projection: In PROJ's words.
        area: Where numbers of this zone are taken from or told, on WGS 84.
        common: Where the zone is in use, so that numbers without a name are taken for it.
    """

    notation: str
    datum: Datum
    zone: str
    code: str
    projection: str
    area: Box
    common: Box

    def to_wgs84(self, easting_m: float, northing_m: float) -> tuple[float, float]:
        """Latitude and longitude; infinite where the projection does not reach."""
        longitude, latitude = self._transformer().transform(easting_m, northing_m)
        return float(latitude), float(longitude)

    def from_wgs84(self, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
        """Easting and northing."""
        easting, northing = self._transformer().transform(longitude_deg, latitude_deg, direction="INVERSE")
        return float(easting), float(northing)

    def columns_to_wgs84(
        self, easting_m: NDArray[np.float64], northing_m: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes of whole columns; infinite where the projection does not reach."""
        longitude, latitude = self._transformer().transform(easting_m, northing_m)
        return longitude, latitude

    def columns_from_wgs84(
        self, longitude_deg: NDArray[np.float64], latitude_deg: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Eastings and northings of whole columns; infinite where the projection does not reach."""
        easting, northing = self._transformer().transform(longitude_deg, latitude_deg, direction="INVERSE")
        return easting, northing

    def _transformer(self) -> Transformer:
        return _transformer(f"{self.projection} {self.datum.ellipsoid}", self.datum)

    def holds(self, latitude_deg: float, longitude_deg: float, *, slack_deg: float = 0.0) -> bool:
        """Whether a place lies in the area, widened by *slack_deg*."""
        south, west, north, east = self.area
        widened = (south - slack_deg, west - slack_deg, north + slack_deg, east + slack_deg)
        return is_inside(widened, latitude_deg, longitude_deg)


def is_inside(box: Box, latitude_deg: float, longitude_deg: float) -> bool:
    """Whether a place lies in a box, its edges among it."""
    south, west, north, east = box
    return south <= latitude_deg <= north and west <= longitude_deg <= east


def degrees_to_wgs84(datum: Datum, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """A place in degrees on another ellipsoid, as the edges of old map sheets have them."""
    longitude, latitude = _transformer("", datum).transform(longitude_deg, latitude_deg)
    return float(latitude), float(longitude)


@cache
def _transformer(projection: str, datum: Datum) -> Transformer:
    from pyproj import Transformer

    begin = f"+step +inv {projection}" if projection else "+step +proj=unitconvert +xy_in=deg +xy_out=rad"
    shift = (
        f"+step +proj=push +v_3 +step +proj=cart {datum.ellipsoid} +step +proj=helmert {datum.shift} "
        "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3"
    )
    steps = [begin, shift if datum.shift else "", "+step +proj=unitconvert +xy_in=rad +xy_out=deg"]
    return Transformer.from_pipeline("+proj=pipeline " + " ".join(step for step in steps if step))


_SOVIET_SOUTH, _SOVIET_NORTH = 35.0, 82.0
_OVERLAP_DEG = 4.5
"""How far from its central meridian a sheet may still carry the grid of a six-degree zone."""

_SK95_COMMON_SOUTH = (50.47, 50.66, 54.1, 53.17, 50.69, 49.07, 49.89, 49.73, 49.64, 49.14)
"""South edges of the areas of EPSG:20010 to 20019: SK-95 is Russia's."""

_SK42_COMMON_SOUTH = (37.05, 35.14, 36.67, 36.79, 41.04, 46.82, 49.89, 49.73, 49.64, 49.14)
"""South edges of the areas of EPSG:28410 to 28419."""


def _gauss_krueger(notation: str, datum: Datum, first_code: int, souths: tuple[float, ...]) -> tuple[Grid, ...]:
    grids = []
    for zone, south in enumerate(souths, 10):
        meridian = 6 * zone - 3
        grids.append(
            Grid(
                notation=notation, datum=datum, zone=str(zone), code=f"EPSG:{first_code + zone}",
                projection=f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={zone}500000 +y_0=0",
                area=(_SOVIET_SOUTH, meridian - _OVERLAP_DEG, _SOVIET_NORTH, meridian + _OVERLAP_DEG),
                common=(south, meridian - _OVERLAP_DEG, _SOVIET_NORTH, meridian + _OVERLAP_DEG),
            )
        )  # fmt: skip
    return tuple(grids)


def _kyrg() -> tuple[Grid, ...]:
    grids = []
    for zone in range(1, 6):
        meridian = 68 + 31 / 60 + 3 * (zone - 1)
        area = (38.9, meridian - 2.0, 43.6, meridian + 2.0)
        grids.append(
            Grid(
                notation="kyrg06", datum=KYRG_06, zone=str(zone), code=f"EPSG:{7691 + zone}",
                projection=f"+proj=tmerc +lat_0=0 +lon_0={meridian!r} +k=1 +x_0={zone}300000 +y_0=14743.5",
                area=area, common=area,
            )
        )  # fmt: skip
    return tuple(grids)


def _kalianpur() -> tuple[Grid, ...]:
    def lambert(zone: str, code: str, origin: str, area: Box) -> Grid:
        return Grid(
            notation="kalianpur", datum=KALIANPUR_1962, zone=zone, code=code, area=area, common=area,
            projection=f"+proj=lcc {origin} +k_0=0.99878641 +x_0=2743196.4 +y_0=914398.8",
        )  # fmt: skip

    def utm(zone: int, west: float, east: float) -> Grid:
        area = (23.0, west, 37.5, east)
        return Grid(
            notation="kalianpur", datum=KALIANPUR_1962, zone=f"{zone}N", code=f"EPSG:{24270 + zone}", area=area,
            common=area, projection=f"+proj=tmerc +lat_0=0 +lon_0={6 * zone - 183} +k=0.9996 +x_0=500000 +y_0=0",
        )  # fmt: skip

    return (
        lambert("I", "EPSG:24376", "+lat_1=32.5 +lat_0=32.5 +lon_0=68", (28.0, 60.4, 35.59, 78.3)),
        lambert("IIa", "EPSG:24377", "+lat_1=26 +lat_0=26 +lon_0=74", (23.2, 61.1, 28.0, 72.4)),
        utm(41, 59.5, 66.5),
        utm(42, 65.5, 72.5),
        utm(43, 71.5, 78.5),
    )


GRIDS = {
    "sk42": _gauss_krueger("sk42", PULKOVO_1942, 28400, _SK42_COMMON_SOUTH),
    "sk95": _gauss_krueger("sk95", PULKOVO_1995, 20000, _SK95_COMMON_SOUTH),
    "kyrg06": _kyrg(),
    "kalianpur": _kalianpur(),
}
"""Notation to its zones."""


@cache
def utm_grid(zone: int, *, is_south: bool) -> Grid:
    """A zone of UTM on WGS 84."""
    if not 1 <= zone <= 60:
        raise ValueError(f"UTM has no zone {zone}")
    meridian, false_northing = 6 * zone - 183, 10_000_000 if is_south else 0
    area = (-80.5, -180.0, 84.5, 180.0)
    return Grid(
        notation="utm", datum=WGS_84, zone=f"{zone}{'S' if is_south else 'N'}", area=area, common=area,
        code=f"EPSG:{(32700 if is_south else 32600) + zone}",
        projection=f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9996 +x_0=500000 +y_0={false_northing}",
    )  # fmt: skip
