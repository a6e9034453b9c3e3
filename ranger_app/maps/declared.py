"""What a map says of itself in its metadata: read with doubt, since every tool writes it its own way."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from typing import Final

from ranger_app.maps.errors import MapOtherProjectionError, MapVectorTilesError
from ranger_app.maps.tiles import MOST_LATITUDE_DEG, MOST_ZOOM, Bounds

KEYS: Final = (
    "name", "attribution", "bounds", "minzoom", "maxzoom", "format", "scheme", "crs", "projection", "srs", "epsg",
    "profile",
)  # fmt: skip
"""The only entries that are read."""

LONGEST_VALUE: Final = 4096

_LONGEST_NAME: Final = 120
_LONGEST_ATTRIBUTION: Final = 300
_VECTOR_FORMATS: Final = frozenset({"pbf", "mvt", "application/x-protobuf", "application/vnd.mapbox-vector-tile"})
_WEB_MERCATOR: Final = frozenset({"3857", "900913", "3785", "102100", "102113", "41001"})
"""EPSG's number of the one projection that tiles here are in, and what it was called before it had one."""

_WHOLE_WORLD_DEG: Final = 350.0
_TAG = re.compile(r"<[^<>]{0,2000}>")
_CODE = re.compile(r"(?:EPSG|ESRI|OSGEO)\W{0,3}(?:[\d.]*\W{1,2})?(\d{3,6})\b", re.IGNORECASE)


def require_shown_here(told: Mapping[str, str], *, file: str) -> None:
    """Refuse a map that says that its tiles cannot be shown.

    Raises:
        MapVectorTilesError: They are no pictures.
        MapOtherProjectionError: They are in another projection than Web Mercator.
    """
    if told.get("format", "").strip().lower() in _VECTOR_FORMATS:
        raise MapVectorTilesError(file)
    for key in ("crs", "projection", "srs", "epsg"):
        projection = other_projection(told.get(key, ""))
        if projection:
            raise MapOtherProjectionError(file, projection=projection)
    if told.get("profile", "").strip().lower() in {"geodetic", "global-geodetic", "raster", "none"}:
        raise MapOtherProjectionError(file, projection=told["profile"].strip())


def other_projection(told: str) -> str:
    """The projection that *told* names, when it is another one than Web Mercator; empty when it names none surely."""
    code = told.strip() if told.strip().isdecimal() else ""
    if not code:
        found = _CODE.search(told)
        code = found.group(1) if found else ""
    return f"EPSG:{code}" if code and code not in _WEB_MERCATOR else ""


def name_told(told: Mapping[str, str], otherwise: str) -> str:
    """The map's name as one line; *otherwise* where it tells none."""
    return _plain(told.get("name", ""))[:_LONGEST_NAME] or _plain(otherwise)[:_LONGEST_NAME]


def attribution_told(told: Mapping[str, str]) -> str:
    """Whose map it is as one line, without the links of a web page."""
    return _plain(html.unescape(_TAG.sub("", told.get("attribution", ""))))[:_LONGEST_ATTRIBUTION]


def undisguised(told: str) -> str:
    """A text whose letters came as bytes, because the language of the system has no such letters."""
    try:
        return told.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return told


def _plain(text: str) -> str:
    text = undisguised(text)
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else " " for sign in text).split())


def bounds_told(told: Mapping[str, str], least_zoom: int) -> Bounds | None:
    """The box that the metadata tells; ``None`` when it tells none, nonsense, or the whole world of a detailed map."""
    try:
        west, south, east, north = (float(part) for part in told.get("bounds", "").split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (west, south, east, north))):
        return None
    west, east = max(west, -180.0), min(east, 180.0)
    south, north = max(south, -MOST_LATITUDE_DEG), min(north, MOST_LATITUDE_DEG)
    if west >= east or south >= north or (east - west > _WHOLE_WORLD_DEG and least_zoom > 4):
        return None
    return west, south, east, north


def zooms_told(told: Mapping[str, str]) -> tuple[int, int] | None:
    """The lowest and highest zoom that the metadata tells; ``None`` when it tells none or nonsense."""
    try:
        zooms = sorted((int(told.get("minzoom", "")), int(told.get("maxzoom", ""))))
    except ValueError:
        return None
    return (zooms[0], zooms[1]) if zooms[0] >= 0 and zooms[1] <= MOST_ZOOM else None
