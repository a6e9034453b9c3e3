"""How SMART's reader takes the value of each type of attribute; a part of :mod:`tests.smart_reader`."""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Callable

from ranger_app.domain.data_model import AttributeType

SOURCES = {"MANUAL_DRAW", "MANUAL_POINT", "GPS_MANUAL", "GPS_AUTO", "UNKNOWN"}
"""How a shape was made."""


def _reads(convert: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            convert(text)
        except ValueError:
            return False
        return True

    return check


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def _shape(text: str) -> bytes:
    told = base64.b64decode(text, validate=True)
    if len(told) < 9 or told[0] > 1:
        raise ValueError("no geometry")
    return told


def _anything(_text: str) -> bool:
    return True


CHILDREN = ("sValue", "dValue", "itemKey", "bValue", "geomValue")
TYPES: dict[AttributeType, tuple[tuple[str, ...], Callable[[str], bool]]] = {
    AttributeType.TEXT: (("sValue",), _anything),
    AttributeType.DATE: (("sValue",), _reads(dt.date.fromisoformat)),
    AttributeType.TIME: (("sValue",), _reads(dt.time.fromisoformat)),
    AttributeType.NUMERIC: (("dValue",), _reads(_finite)),
    AttributeType.BOOLEAN: (("bValue",), _anything),
    AttributeType.LIST: (("itemKey",), _anything),
    AttributeType.MLIST: (("itemKey",), _anything),
    AttributeType.TREE: (("itemKey",), _anything),
    AttributeType.LINE: (("geomValue", "sValue"), _reads(_shape)),
    AttributeType.POLYGON: (("geomValue", "sValue"), _reads(_shape)),
}
"""The children that each type is read from, the first of them with the value itself, and whether it can be read."""
