"""SMART's independent incident XML, 2.0 to 2.3."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

from lxml import etree

from ranger_app.importers.smart_observations import place
from ranger_app.importers.smart_parts import SmartPlace, SmartReading
from ranger_app.importers.smart_xml import Reader, SmartVersionUnreadableError, events

VERSIONS: Final = ("2.0", "2.1", "2.2", "2.3")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?", re.ASCII)


def read_incident(chunks: Iterable[bytes], *, file: str, namespace: str, version: str) -> SmartReading:
    """Read one incident.

    Raises:
        SmartFileError: It is refused as a whole, with the place and the reason.
    """
    if version not in VERSIONS:
        raise SmartVersionUnreadableError(file, version=version)
    reader = Reader(file, namespace, version)
    *_, root = events(chunks, reader, ("Waypoint",))
    found = _incident(reader, root)
    return SmartReading(record=found, version=version, problems=reader.problems.rows())


def _incident(reader: Reader, root: etree._Element) -> SmartPlace:
    told = reader.attributes(root, ("id", "x", "y", "dateTime", "type"))
    kind = told.get("type", "").strip()
    if not kind and not reader.is_before((2, 2)):
        reader.refuse(root, "type", "")
    at = _moment(reader, root, told.get("dateTime", ""))
    return place(reader, root, told, smart_id=told.get("id", "").strip(), at=at, kind=kind)


def _moment(reader: Reader, root: etree._Element, text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text.strip()) if _MOMENT.fullmatch(text.strip()) else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2199:
        reader.refuse(root, "dateTime", text)
    return found
