"""Places in web addresses that people paste from chats: geo:, Google, OpenStreetMap, Yandex, 2GIS, Apple, Bing."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

from ranger_app.coordinates.decoded import FROM_LINK, VIEW_CENTRE, Decoded
from ranger_app.coordinates.degrees import read_angles, require_place
from ranger_app.coordinates.errors import CoordinatesError, LinkSystemError, LinkWithoutPlaceError, ZeroPlaceError
from ranger_app.coordinates.letters import plain

_LINK = re.compile(r"(?:https?://|geo:|www\.)[^\s<>]+", re.IGNORECASE)
_BARE = re.compile(
    r"(?:maps\.google\.|google\.[a-z.]+/maps|(?:www\.)?openstreetmap\.org|osm\.org|yandex\.[a-z.]+/maps|2gis\.[a-z]+|maps\.apple\.com|bing\.com/maps)[^\s<>]*",
    re.IGNORECASE,
)
_PAIR = r"([+-]?\d{1,3}(?:\.\d+)?)\s*[,~/;+ ]\s*([+-]?\d{1,3}(?:\.\d+)?)"
_PIN = re.compile(r"!3d([+-]?\d+(?:\.\d+)?)!4d([+-]?\d+(?:\.\d+)?)")
_VIEW = re.compile(rf"@{_PAIR}")
_GOOGLE_PLACE = re.compile(rf"/(?:place|search|dir/[^/]*)/{_PAIR}(?=[/?,]|$)")
_OSM_MAP = re.compile(rf"map=\d+(?:\.\d+)?/{_PAIR}")
_2GIS_POINT = re.compile(rf"/(?:geo|firm)/(?:\d+/)?{_PAIR}")
_2GIS_VIEW = re.compile(rf"[?&]m={_PAIR}")

_Found = tuple[float, float, bool]
"""Latitude, longitude, and whether it is only the middle of what the map shows."""


def read_link(text: str) -> tuple[list[Decoded], str]:
    """The place that a web address in *text* names, and the text without it; no place when there is no address.

    Raises:
        CoordinatesError: There is one, and it names no place that can be taken.
    """
    found = _LINK.search(text) or _BARE.search(text)
    if found is None:
        return [], text
    beside = f"{text[: found.start()]} {text[found.end() :]}"
    address = found[0].rstrip(".,;)]}\"'")
    if address.lower().startswith("geo:"):
        return [_decoded(*_from_geo(address[4:]), False)], beside
    if not address.lower().startswith("http"):
        address = "https://" + address
    place = _from_address(address)
    if place is None:
        raise LinkWithoutPlaceError(link=urlsplit(address).netloc)
    return [_decoded(*place)], beside


def _decoded(latitude: float, longitude: float, is_view: bool) -> Decoded:
    require_place(latitude, longitude)
    notes = (FROM_LINK, VIEW_CENTRE) if is_view else (FROM_LINK,)
    return Decoded(latitude_deg=latitude, longitude_deg=longitude, notation="dd", notes=notes)


def _from_geo(rest: str) -> tuple[float, float]:
    """As RFC 5870 has it, and as Android writes a pin: ``geo:0,0?q=41.2,74.5(label)``."""
    path, _, query = rest.partition("?")
    asked = parse_qs(query).get("q", [""])[0]
    pin = re.match(_PAIR, asked)
    if pin is not None:
        return float(pin[1]), float(pin[2])
    head, *parameters = path.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.lower() == "crs" and value.lower() != "wgs84":
            raise LinkSystemError(system=value)
    point = re.match(r"([+-]?\d+(?:\.\d+)?),([+-]?\d+(?:\.\d+)?)", unquote(head))
    if point is None:
        raise LinkWithoutPlaceError(link="geo:")
    return float(point[1]), float(point[2])


def _from_address(address: str) -> _Found | None:
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    asked |= {name: values[0] for name, values in parse_qs(parts.fragment).items() if name not in asked}
    whole, host = unquote(address), parts.netloc.lower()
    for name, reader in _READERS:
        if name in host:
            return reader(asked, whole) or _by_names(asked)
    return _by_names(asked) or _google(asked, whole) or _openstreetmap(asked, whole)


def _two(text: str | None, *, is_turned: bool = False, is_view: bool = False) -> _Found | None:
    """The first two numbers of a value; *is_turned* when the longitude stands first."""
    found = re.match(rf"\s*(?:loc:)?\s*{_PAIR}", text or "")
    if found is None:
        return _written(text) if text and not is_turned else None
    first, second = float(found[1]), float(found[2])
    return (second, first, is_view) if is_turned else (first, second, is_view)


def _written(text: str) -> _Found | None:
    """A place in degrees, minutes and seconds, as Google takes it in a search."""
    try:
        found = read_angles(plain(text))
    except ZeroPlaceError:
        raise
    except CoordinatesError:
        return None
    return (found[0].latitude_deg, found[0].longitude_deg, False) if len(found) == 1 else None


def _matched(pattern: re.Pattern[str], text: str, *, is_turned: bool = False, is_view: bool = False) -> _Found | None:
    found = pattern.search(text)
    if found is None:
        return None
    first, second = float(found[1]), float(found[2])
    return (second, first, is_view) if is_turned else (first, second, is_view)


def _first(asked: dict[str, str], *names: str, is_turned: bool = False, is_view: bool = False) -> _Found | None:
    for name in names:
        place = _two(asked.get(name), is_turned=is_turned, is_view=is_view)
        if place is not None:
            return place
    return None


def _google(asked: dict[str, str], whole: str) -> _Found | None:
    return (
        _matched(_PIN, whole)
        or _first(asked, "q", "query", "destination", "daddr", "viewpoint")
        or _matched(_GOOGLE_PLACE, whole)
        or _matched(_VIEW, whole, is_view=True)
        or _first(asked, "ll", "sll", "center", is_view=True)
    )


def _openstreetmap(asked: dict[str, str], whole: str) -> _Found | None:
    if "mlat" in asked and "mlon" in asked:
        return _two(f"{asked['mlat']},{asked['mlon']}")
    return _matched(_OSM_MAP, whole, is_view=True)


def _yandex(asked: dict[str, str], _whole: str) -> _Found | None:
    """Yandex writes the longitude first, but not in what was searched for and in routes."""
    return (
        _first(asked, "whatshere[point]", "poi[point]", "pt", is_turned=True)
        or _first(asked, "text")
        or _two(asked.get("rtext", "").split("~")[-1])
        or _first(asked, "ll", is_turned=True, is_view=True)
    )


def _2gis(_asked: dict[str, str], whole: str) -> _Found | None:
    return _matched(_2GIS_POINT, whole, is_turned=True) or _matched(_2GIS_VIEW, whole, is_turned=True, is_view=True)


def _apple(asked: dict[str, str], _whole: str) -> _Found | None:
    return _first(asked, "coordinate", "ll", "q", "daddr") or _first(asked, "center", "sll", is_view=True)


def _bing(asked: dict[str, str], _whole: str) -> _Found | None:
    return _two(asked.get("sp", "").removeprefix("point.").replace("_", ",")) or _first(asked, "cp", is_view=True)


_READERS: tuple[tuple[str, Callable[[dict[str, str], str], _Found | None]], ...] = (
    ("yandex.", _yandex),
    ("2gis.", _2gis),
    ("apple.", _apple),
    ("bing.", _bing),
    ("openstreetmap.", _openstreetmap),
    ("osm.", _openstreetmap),
    ("google.", _google),
)


def _by_names(asked: dict[str, str]) -> _Found | None:
    """Latitude and longitude by their names, as many sites have them."""
    for first, second in (("lat", "lon"), ("lat", "lng"), ("latitude", "longitude"), ("mlat", "mlon")):
        if first in asked and second in asked:
            return _two(f"{asked[first]},{asked[second]}")
    return None
