"""Where a station exchanges with others: a SMART Connect server, a folder, a store in the network."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from ranger_app.errors import RangerAppError

KINDS: Final = ("smart", "folder", "webdav", "s3", "sftp")
HOWS: Final = ("queue", "direct")
"""How a patrol travels: as a file that a person at the office processes, or straight into the office's database."""

VERSIONS: Final = ("8", "7", "6")
PAGES: Final = re.compile(r"/(?:connect|api|j_security_check)(?:/.*)?$")
"""What follows the base address when somebody copies it from a browser."""

HOST: Final = re.compile(r"(?:[^\W_]|[-._])+|[0-9a-f:.]+(?:%[\w.-]+)?")
"""A name of letters and digits in any script, or an address of numbers."""

LOCAL_NAMES: Final = ("localhost", "localhost.localdomain")
LONGEST_NAME: Final = 60
LONGEST_URL: Final = 1000


class PlaceWrongError(RangerAppError):
    """A place cannot be kept as it was told; ``reason`` is the key of a sentence."""

    code = "place-wrong"


class PlainHttpError(RangerAppError):
    """A password would travel where anybody can read it."""

    code = "place-plain-http"


class PlaceKindLaterError(RangerAppError):
    """This version cannot exchange with places of this kind yet."""

    code = "place-kind-later"


class AreaNotThereError(RangerAppError):
    """The server does not show the conservation area that was chosen; ``areas`` names those that it shows."""

    code = "place-area-not-there"


class NoPlaceError(RangerAppError):
    """This laptop knows no place for the station yet."""

    code = "place-none"


class PlaceMissingError(RangerAppError):
    """No place has this name."""

    code = "place-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A conservation area that a server has.

    Attributes:
        id: UUID with dashes, lower case.
    """

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place, as this device knows it; its password is kept elsewhere.

    Attributes:
        url: Base address without a slash at the end, such as ``https://connect.example.org/server``.
        user: Who signs in; empty when nobody has to.
        area: UUID of the conservation area that the station sends to; empty while nobody chose.
        version: Of SMART at the office: ``8``, ``7`` or ``6``; empty while nobody knows.
        told_version: What the server said of itself, such as ``8.1.3``.
        pin: SHA-256 of the server's own certificate, 64 lower-case hex digits; empty to ask the usual authorities.
        how: ``queue`` or ``direct``.
        areas: What the server showed last.
        read: What was read from the server last and when it changed there, by name.
    """

    name: str
    kind: str
    url: str
    user: str = ""
    area: str = ""
    version: str = ""
    told_version: str = ""
    pin: str = ""
    how: str = "queue"
    areas: tuple[Area, ...] = ()
    read: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Every field, to be kept and read again by :func:`place_from`."""
        told: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("name", "kind", "url", "user", "area", "version", "told_version", "pin", "how")
        }
        return {**told, "areas": [{"id": a.id, "label": a.label} for a in self.areas], "read": dict(self.read)}


def place_from(told: Mapping[str, Any]) -> Place:
    """The place that :meth:`Place.as_json` told of.

    Raises:
        PlaceWrongError: It is none.
    """
    try:
        words = {name: str(told[name]) for name in ("name", "kind", "url")}
        more = {name: str(told.get(name, "")) for name in ("user", "area", "version", "told_version", "pin")}
        areas = tuple(Area(id=area_id(str(one["id"])), label=str(one["label"])) for one in told.get("areas", ()))
        read = {str(key): str(value) for key, value in told.get("read", {}).items()}
        place = Place(**words, **more, how=str(told.get("how", "queue")), areas=areas, read=read)
        is_whole = place.name == place_name(place.name) and _is_whole(place)
    except (KeyError, TypeError, AttributeError, PlaceWrongError, PlainHttpError) as error:
        raise PlaceWrongError(reason="place-unreadable", name="") from error
    if not is_whole:
        raise PlaceWrongError(reason="place-unreadable", name=place.name)
    return place


def _is_whole(place: Place) -> bool:
    """Whether every field says what :func:`connect_address` and the like would have made of it."""
    return (
        place.kind in KINDS
        and (place.kind != "smart" or place.url == connect_address(place.url))
        and place.area in ("", area_id(place.area or "0" * 32))
        and place.pin in ("", pin_of(place.pin or "0" * 64))
        and place.version in ("", *VERSIONS)
        and place.how in HOWS
    )


def place_name(told: str) -> str:
    """A name as it is kept: one line, without blanks at its ends.

    Raises:
        PlaceWrongError: It is empty, too long or holds signs that nobody can see.
    """
    name = unicodedata.normalize("NFC", told).strip()
    if not name or len(name) > LONGEST_NAME or any(unicodedata.category(sign)[0] == "C" for sign in name):
        raise PlaceWrongError(reason="place-name-wrong", name=told)
    return name


def user_name(told: str) -> str:
    """Who signs in, without blanks at the ends.

    Raises:
        PlaceWrongError: It holds a colon, which parts name and password on the way (RFC 7617), or signs nobody can see.
    """
    name = unicodedata.normalize("NFC", told).strip()
    if ":" in name or any(unicodedata.category(sign)[0] == "C" for sign in name):
        raise PlaceWrongError(reason="place-user-wrong", name=name)
    return name


def connect_address(told: str) -> str:
    """The base address of a SMART Connect, from what an office writes or a browser shows.

    An address without ``https://`` gets it; the pages behind the base (``/connect/home``, ``/api/…``), a question and
    a slash at the end are cut off. Plain http is for this computer alone.

    Raises:
        PlaceWrongError: It is no web address, or a name or password stands in it.
        PlainHttpError: It is http and not this computer.
    """
    text = told.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise PlaceWrongError(reason="place-address-wrong", name=_without_user(told)) from error
    if parts.username is not None or parts.password is not None:
        raise PlaceWrongError(reason="place-address-has-user", name=host)
    is_web = parts.scheme.lower() in ("http", "https") and HOST.fullmatch(host) and len(text) <= LONGEST_URL
    if not is_web or port == 0 or any(sign.isspace() or not sign.isprintable() or sign == "\\" for sign in text):
        raise PlaceWrongError(reason="place-address-wrong", name=_without_user(told))
    if parts.scheme.lower() == "http" and not is_this_computer(host):
        raise PlainHttpError(host=host)
    named = f"[{host}]" if ":" in host else host
    path = PAGES.sub("", parts.path.partition(";")[0].rstrip("/")).rstrip("/")
    return urlunsplit((parts.scheme.lower(), named if port is None else f"{named}:{port}", path, "", ""))


def _without_user(told: str) -> str:
    """An address to be shown, without the name and password that somebody may have typed into it."""
    return re.sub(r"[^/\s]*@", "", told)


def server_of(url: str) -> str:
    """Whom an address leads to: what a password and a pinned certificate belong to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_this_computer(host: str) -> bool:
    """Whether a host name means the loopback address, without asking anybody."""
    if host.lower() in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def area_id(told: str) -> str:
    """A UUID with dashes, lower case; servers and people write both forms.

    Raises:
        PlaceWrongError: It is no UUID.
    """
    try:
        return str(uuid.UUID(told.strip()))
    except ValueError as error:
        raise PlaceWrongError(reason="place-area-wrong", name=told) from error


def pin_of(told: str) -> str:
    """A SHA-256 fingerprint as 64 lower-case hex digits; colons and blanks are left out.

    Raises:
        PlaceWrongError: It is none.
    """
    digits = re.sub(r"(?i)^sha-?256[ :=/]+|[\s:]", "", told.strip()).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise PlaceWrongError(reason="place-pin-wrong", name=told)
    return digits


def version_numbers(told: str) -> tuple[int, ...]:
    """What a server calls itself, to be compared; empty when it says nothing that can be."""
    found = re.match(r"\s*(\d{1,4}(?:\.\d{1,4})*)", told)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def smart_version(told: str) -> str:
    """The generation of SMART that a server names itself: its files are what the office reads; empty for none known."""
    found = re.match(r"\s*(\d+)\.", f"{told}.")
    if found is None:
        return ""
    return str(max(6, min(8, int(found[1]))))
