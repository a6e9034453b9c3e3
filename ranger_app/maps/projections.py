"""From the coordinate systems that files tell to WGS 84: by the same pinned operations as typed coordinates.

PROJ chooses an operation by place and version; where a file is on one of the ellipsoids of
:mod:`ranger_app.coordinates.systems`, it goes by that module's operation, and by no other.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from ranger_app.coordinates.systems import KALIANPUR_1962, KYRG_06, PULKOVO_1942, PULKOVO_1995, Datum
from ranger_app.maps.errors import MapOtherProjectionError

if TYPE_CHECKING:
    from pyproj import CRS

    from ranger_app.maps.vector_maker import Degrees, ToWgs84

_DATUMS = {
    "pulkovo1942": PULKOVO_1942, "sk42": PULKOVO_1942, "s42pulkovo1942": PULKOVO_1942, "pulkovo1995": PULKOVO_1995,
    "kyrg06": KYRG_06, "kyrgyzstangeodeticdatum2006": KYRG_06, "kalianpur1962": KALIANPUR_1962,
}  # fmt: skip
"""Names of datums and systems, letters and digits only, to what they go by here."""

_REPLACED = re.compile(r"\+(?:ellps|datum|towgs84|nadgrids|a|b|rf|type|no_defs)(?:=\S+)?")


def proj_words(projection: str, datum: Datum) -> str:
    """A system in PROJ's words, with the pinned operation to WGS 84 in it.

    EPSG's Helmert steps turn the coordinate frame; PROJ's older words turn the position, which is the other way round.
    """
    steps = dict(part[1:].split("=") for part in datum.shift.split() if "=" in part)
    moved = [float(steps.get(name, "0")) for name in ("x", "y", "z", "rx", "ry", "rz", "s")]
    turned = [*moved[:3], *(-angle for angle in moved[3:6]), moved[6]]
    return f"{projection} {datum.ellipsoid} +towgs84={','.join(f'{number + 0.0:g}' for number in turned)} +no_defs"


def pinned(crs: CRS) -> str | None:
    """The system in PROJ's words by our operation; ``None`` where we have none, or the file brings its own."""
    if crs.is_bound or not (crs.is_projected or crs.is_geographic):
        return None
    geodetic = crs.geodetic_crs
    names = [geodetic.name, geodetic.datum.name if geodetic.datum else ""] if geodetic else []
    plain = [re.sub(r"^(?:gcs|d)_|[^a-z0-9]", "", name.lower()) for name in names]
    datum = next((_DATUMS[name] for name in plain if name in _DATUMS), None)
    if datum is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells that the datum is lost, which is what this is for
        words = crs.to_proj4()
    return proj_words(" ".join(_REPLACED.sub("", words).split()), datum) if words else None


def _short(crs: CRS) -> str:
    """What a system without a name is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells that words are lost, which is what this is for
        return crs.to_proj4() or crs.to_wkt()


def to_wgs84_from(told: str, *, file: str) -> ToWgs84 | None:
    """How to come from a system to WGS 84; ``None`` where it is that already.

    Args:
        told: As a file names its system: a code, a URN, or well-known text.

    Raises:
        MapOtherProjectionError: The system is not known.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError, ProjError

    name = " ".join(told.split())
    try:
        crs = CRS.from_user_input(told)
        name = crs.name if crs.name != "unknown" else _short(crs)
        if crs.equals(CRS.from_epsg(4326), ignore_axis_order=True):
            return None
        transformer = Transformer.from_crs(pinned(crs) or crs, "EPSG:4326", always_xy=True)
    except (CRSError, ProjError, ValueError) as error:
        raise MapOtherProjectionError(file, projection=name[:60]) from error

    def to_wgs84(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
        longitude, latitude = transformer.transform(x, y)
        return longitude, latitude

    return to_wgs84
