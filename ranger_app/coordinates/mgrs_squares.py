"""MGRS references: squares from 100 km down to 1 m, read as their middles."""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING

from ranger_app.coordinates.bands import band_limits
from ranger_app.coordinates.decoded import BY_SOUND, MIDDLE_OF_CELL, Decoded
from ranger_app.coordinates.errors import MgrsUnevenError, MgrsUnknownError, ZoneUnknownError
from ranger_app.coordinates.letters import LATIN, SOUNDS

if TYPE_CHECKING:
    from mgrs import MGRS

MOST_DIGITS = 5
WIDEST_CELL_M = 100_000.0
_EQUATOR_DEG = 1e-7
"""Nearer to the equator than a centimetre the library names squares of the south that do not exist."""

_EDGE_DEG = 2e-5
"""The last metre of a square, which its corners leave out."""

_NAMED = re.compile(r"\s*(?:MGRS|USNG|MГPC)\s*[:=]?\s*")
_SHAPE = re.compile(r"(?:(\d{1,2})\s*([C-HJ-NP-X])|([ABYZ]))\s*([A-HJ-NP-Z])\s*([A-HJ-NP-Z])\s*(\d*)[\s,]*(\d*)")


@cache
def _squares() -> MGRS:
    from mgrs import MGRS

    return MGRS()


def read_mgrs(text: str) -> list[Decoded]:
    """The middle of the square that *text*, plain, names; none when it has another shape.

    Raises:
        CoordinatesError: It has the shape, and there is no such square.
    """
    told = text.upper().translate(LATIN)
    named = _NAMED.match(told)
    told = told[named.end() :] if named else told
    sounding = told.translate(SOUNDS)
    found = _SHAPE.fullmatch(sounding)
    if found is None:
        return []
    zone, band, polar, column, row, first, second = found.groups()
    if zone is not None and not 1 <= int(zone) <= 60:
        raise ZoneUnknownError(zone=zone, least=1, most=60)
    digits = first + second
    if len(digits) % 2 or (second and len(first) != len(second)) or len(digits) > 2 * MOST_DIGITS:
        raise MgrsUnevenError(first=first, second=second, text=digits)
    name = f"{int(zone):02}{band}{column}{row}" if zone else f"{polar}{column}{row}"
    half = len(digits) // 2
    latitude, longitude = _place(name + digits)
    if zone and not _is_in_band(name, band):
        raise MgrsUnknownError(text=name)
    return [
        Decoded(
            latitude_deg=round(latitude, 7), longitude_deg=round(longitude, 7), notation="mgrs",
            zone=spaced(name[:-2] + "  ", "").strip(), cell_m=WIDEST_CELL_M / 10**half,
            notes=(*((MIDDLE_OF_CELL,) if half < MOST_DIGITS else ()), *((BY_SOUND,) if sounding != told else ())),
        )
    ]  # fmt: skip


def _is_in_band(name: str, band: str) -> bool:
    """Whether a square of 100 km has a part in the band of latitude that it is named after.

    A square that two bands share is named after either of them where maps print one name on a whole sheet.
    """
    south, north = band_limits(band)
    # a parallel is curved, and each side of a square lies on one side of the zone's middle: a corner is the extreme
    corners = [easting * MOST_DIGITS + northing * MOST_DIGITS for easting in "09" for northing in "09"]
    try:
        latitudes = [_place(name + digits)[0] for digits in corners]
    except MgrsUnknownError:
        return True  # the grid ends here, at 80 degrees south or 84 north, and the band with it
    return min(latitudes) < north + _EDGE_DEG and south - _EDGE_DEG < max(latitudes)


def _place(reference: str) -> tuple[float, float]:
    from mgrs.core import MGRSError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of another band: looked at here
            latitude, longitude = _squares().toLatLon(reference)
    except MGRSError as error:
        raise MgrsUnknownError(text=reference) from error
    return float(latitude), float(longitude)


def spaced(name: str, digits: str) -> str:
    """A reference as people write it: ``43T DF 58180 61202``."""
    half = len(digits) // 2
    parts = (name[:-2].lstrip("0"), name[-2:], digits[:half], digits[half:])
    return " ".join(part for part in parts if part)


def mgrs_of(latitude_deg: float, longitude_deg: float, digits: int = MOST_DIGITS) -> str:
    """The square of a place, 1 m wide when *digits* is 5."""
    if -_EQUATOR_DEG < latitude_deg < 0:
        latitude_deg = 0.0
    reference = str(_squares().toMGRS(latitude_deg, longitude_deg, MGRSPrecision=digits))
    return spaced(reference[: len(reference) - 2 * digits], reference[len(reference) - 2 * digits :])
