"""What patrol and incident files share: people, attachments, observations with their values, places."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from lxml import etree

from ranger_app.importers.smart_parts import (
    SmartFileName,
    SmartObservation,
    SmartPerson,
    SmartPlace,
    SmartValue,
    Told,
)
from ranger_app.importers.smart_xml import Reader

GROUPS_SINCE: Final = {"patrol": (1, 3), "Waypoint": (2, 1)}
"""Root to the version since which observations stand in groups."""

PLACE_PARTS: Final = ("direction", "distance", "comment", "attachments", "groups", "observations")
"""Elements of a waypoint or an incident."""

VALUE_ELEMENTS: Final = ("sValue", "dValue", "itemKey", "bValue", "geomValue")
_PERSON: Final = ("givenName", "familyName", "employeeId", "isPilot", "isLeader")
_UNKNOWN_SOURCE = "UNKNOWN"


def person(reader: Reader, element: etree._Element, *, has_roles: bool) -> SmartPerson:
    """A member or an observer; one without any name or id is possible in a file."""
    told = reader.attributes(element, _PERSON)
    reader.sorted_out(element, ())
    return SmartPerson(
        given_name=told.get("givenName", ""),
        family_name=told.get("familyName", ""),
        employee_id=told.get("employeeId", ""),
        is_pilot=has_roles and reader.truth(element, "isPilot", told.get("isPilot")),
        is_leader=has_roles and reader.truth(element, "isLeader", told.get("isLeader")),
    )


def file_names(reader: Reader, elements: Sequence[etree._Element]) -> tuple[SmartFileName, ...]:
    """Attachments: by an attribute, or as older versions have it by the element's text."""
    found = []
    for element in elements:
        told = reader.attributes(element, ("filename", "signatureTypeKey"))
        name = told.get("filename") or _word(reader.text(element))
        if name:
            found.append(SmartFileName(name=name, signature_type=told.get("signatureTypeKey", "")))
        else:
            reader.problems.note("smart-value-assumed", reader.place(element), name="filename")
    return tuple(found)


def _word(text: str) -> str:
    """A key or a name as it stands; where a program broke the line to make the file pretty, without its spaces."""
    return text.strip() if "\n" in text or not text.strip() else text


def place(
    reader: Reader, element: etree._Element, told: Mapping[str, str], *, smart_id: str, at: dt.datetime, kind: str = ""
) -> SmartPlace:
    """A waypoint or an incident with everything observed there."""
    parts = reader.sorted_out(element, PLACE_PARTS)
    longitude = reader.degrees(element, "x", told.get("x"), 180.0)
    latitude = reader.degrees(element, "y", told.get("y"), 90.0)
    if float(longitude) == 0.0 and float(latitude) == 0.0:
        reader.problems.note("smart-position-zero", reader.place(element), name=smart_id)
    observations: list[SmartObservation] = []
    groups = [(group, reader.sorted_out(group, ("observations",))["observations"]) for group in parts["groups"]]
    if parts["observations"]:
        groups.append((element, parts["observations"]))
    for number, (group, members) in enumerate(groups):
        if not members:
            reader.problems.note("smart-group-empty", reader.place(group))
        observations += [_observation(reader, one, number) for one in members]
    comment = reader.first(parts["comment"])
    return SmartPlace(
        smart_id=smart_id,
        longitude=longitude,
        latitude=latitude,
        at=at,
        direction=_measure(reader, parts["direction"], "direction"),
        distance=_measure(reader, parts["distance"], "distance"),
        comment=reader.text(comment) if comment is not None else "",
        files=file_names(reader, parts["attachments"]),
        observations=tuple(observations),
        kind=kind,
    )


def _measure(reader: Reader, elements: Sequence[etree._Element], name: str) -> str:
    element = reader.first(elements)
    return "" if element is None else reader.number(element, name, reader.text(element))


def _observation(reader: Reader, element: etree._Element, group: int) -> SmartObservation:
    told = reader.attributes(element, ("categoryKey",))
    category = told.get("categoryKey")
    if category is None:
        reader.refuse(element, "categoryKey", "")
    parts = reader.sorted_out(element, ("attributes", "attachments", "observer"))
    values: dict[str, SmartValue] = {}
    for attribute in parts["attributes"]:
        value = _value(reader, attribute)
        if value is None:
            continue
        if value.key in values:  # SMART drops the second one too
            reader.problems.note("smart-value-twice", reader.place(attribute), name=value.key)
        else:
            values[value.key] = value
    observer = reader.first(parts["observer"])
    return SmartObservation(
        category=category,
        values=tuple(values.values()),
        files=file_names(reader, parts["attachments"]),
        observer=person(reader, observer, has_roles=False) if observer is not None else None,
        group=group,
    )


def _value(reader: Reader, element: etree._Element) -> SmartValue | None:
    """One attribute with its value; ``None`` for one without a key or any value, which is noted."""
    key = reader.attributes(element, ("attributeKey",)).get("attributeKey", "")
    parts = reader.sorted_out(element, VALUE_ELEMENTS)
    told = [name for name in reversed(VALUE_ELEMENTS) if parts[name]]
    if " " in key:
        reader.problems.note("smart-key-unusable", reader.place(element), name=key)
        return None
    if not key or not told:
        reader.problems.note("smart-value-missing", reader.place(element), name=key)
        return None
    name = told[0]
    extra = [one for one in told[1:] if not (name == "geomValue" and one == "sValue")]
    for one in extra:
        reader.problems.note("smart-value-twice", reader.place(element), name=one)
    if name == "itemKey":
        value: Told = _chosen(reader, key, parts["itemKey"])
    else:
        only = reader.first(parts[name])
        assert only is not None
        value = _single(reader, name, only, parts["sValue"])
    return SmartValue(key=key, element=name, value=value)


def _chosen(reader: Reader, key: str, elements: Sequence[etree._Element]) -> Told:
    """The keys of a choice, each once, in the order of the file; a choice of nothing beside others is none."""
    found: dict[str, None] = {}
    for element in elements:
        told = _word(reader.text(element))
        if told in found:
            reader.problems.note("smart-value-twice", reader.place(element), name=told or key)
        elif not told and len(elements) > 1:
            reader.problems.note("smart-value-missing", reader.place(element), name=key)
        else:
            found[told] = None
    return next(iter(found)) if len(found) == 1 else tuple(found)


def _single(reader: Reader, name: str, element: etree._Element, sources: Sequence[etree._Element]) -> Told:
    text = reader.text(element)
    match name:
        case "dValue":
            return Decimal(reader.number(element, name, text))
        case "bValue":
            return reader.truth(element, name, text)
        case "geomValue":
            source = reader.text(sources[0]).strip() if sources else ""
            try:
                base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError):
                reader.refuse(element, name, text)
            return f"{source or _UNKNOWN_SOURCE}:{''.join(text.split())}"
        case _:
            return text
