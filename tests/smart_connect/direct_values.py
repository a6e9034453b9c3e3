"""Values of observations sent as JSON: what SMART keeps, and what it drops with a warning."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import math
import re
from typing import Any

from ranger_app.domain.data_model import Attribute, AttributeType

SOURCES = frozenset({"MANUAL_DRAW", "MANUAL_POINT", "GPS_MANUAL", "GPS_AUTO", "UNKNOWN"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d", re.ASCII)


class Dropped(Exception):
    """A value that SMART does not keep, and why."""


def moment_from(told: object) -> dt.datetime:
    """A local wall-clock moment, without an offset; ``ValueError`` for anything else."""
    if not isinstance(told, str) or not _MOMENT.fullmatch(told):
        raise ValueError(f"dateTime {told!r} is not yyyy-MM-ddTHH:mm:ss")
    return dt.datetime.fromisoformat(told)


def point_from(geometry: object) -> tuple[float, float]:
    """Longitude and latitude of a Point; ``ValueError`` for anything else."""
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type", "Point") != "Point" or not isinstance(coordinates, list):
        raise ValueError("the geometry is not a Point")
    if len(coordinates) < 2 or not all(_is_number(one) for one in coordinates[:2]):
        raise ValueError("the coordinates are not [longitude, latitude]")
    x, y = float(coordinates[0]), float(coordinates[1])
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise ValueError(f"the coordinates {x}, {y} are not on the earth")
    return x, y


def kept_value(attribute: Attribute, value: object) -> Any:
    """The value as SMART keeps it.

    Raises:
        Dropped: It does not fit the attribute.
    """
    match attribute.type:
        case AttributeType.NUMERIC:
            fits = _is_number(value)
        case AttributeType.BOOLEAN:
            fits = isinstance(value, bool)
        case AttributeType.TEXT:
            fits = isinstance(value, str)
        case AttributeType.DATE:
            fits = isinstance(value, str) and bool(_DATE.fullmatch(value)) and _parses(dt.date.fromisoformat, value)
        case AttributeType.TIME:
            fits = isinstance(value, str) and bool(_TIME.fullmatch(value)) and _parses(dt.time.fromisoformat, value)
        case AttributeType.LIST:
            fits = isinstance(value, str) and attribute.item(value) is not None
        case AttributeType.MLIST:
            fits = isinstance(value, list) and all(
                isinstance(one, str) and attribute.item(one) is not None for one in value
            )
        case AttributeType.TREE:
            fits = isinstance(value, str) and attribute.node(value) is not None
        case AttributeType.LINE | AttributeType.POLYGON:
            fits = _is_shape(value, "LineString" if attribute.type is AttributeType.LINE else "Polygon")
    if not fits:
        raise Dropped(f"{value!r} is no value of {attribute.key} ({attribute.type.value})")
    return value


def attachment_from(told: object) -> tuple[str, bytes]:
    """Name and bytes of an attachment; ``ValueError`` when it is none."""
    if not isinstance(told, dict) or not isinstance(told.get("filename"), str) or not isinstance(told.get("data"), str):
        raise ValueError("an attachment needs filename and data")
    try:
        return told["filename"], base64.b64decode(told["data"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"the data of {told['filename']} is not base64") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _parses(read: Any, value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _is_shape(value: object, kind: str) -> bool:
    if not isinstance(value, dict) or value.get("type") != "Feature":
        return False
    geometry, properties = value.get("geometry"), value.get("properties")
    return (
        isinstance(geometry, dict)
        and geometry.get("type") == kind
        and isinstance(properties, dict)
        and properties.get("source") in SOURCES
    )
