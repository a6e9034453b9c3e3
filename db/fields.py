"""Stored values of records as the values that people's records hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from db.field_names import chosen as chosen
from db.field_names import field_key as field_key
from db.field_names import key_of_field as key_of_field
from db.officers import member
from db.reader import Entry, Reader
from ranger_app.domain.records import Attachment, Observation, Position, PositionSource, Value
from ranger_app.domain.track_edits import total_shift_us
from ranger_app.domain.typed_text import decimal_in

ATTRIBUTES = "attributes/"
NUMBERS = "numbers/"
"""Set of the attributes whose decimals were numbers, whether or not a data model knows them."""
NUMBER = "dValue"
"""SMART's element for numbers, which are texts in a change."""


def moment(value: object) -> dt.datetime | None:
    """An aware moment from its stored ISO 8601 text; ``None`` for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def later(at: dt.datetime, us: int) -> dt.datetime:
    """*at* moved by microseconds, as long as that is still a moment of a calendar; else *at* itself."""
    try:
        return at + dt.timedelta(microseconds=us)
    except OverflowError:
        return at


def position(values: Mapping[str, Any]) -> Position | None:
    """Where a record was; ``None`` without a usable position."""
    try:
        accuracy = values.get("accuracy_m")
        return Position(
            latitude_deg=float(values["latitude"]),
            longitude_deg=float(values["longitude"]),
            accuracy_m=None if accuracy is None else float(accuracy),
            source=PositionSource(values.get("position_source", "gps")),
            typed=str(values.get("position_typed") or ""),
            operation=str(values.get("position_operation") or ""),
        )
    except (KeyError, TypeError, ValueError):
        return None


def number(value: object) -> float | None:
    """A stored decimal as a float; ``None`` when there is none."""
    try:
        return None if value is None or isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def _value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def ordered(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Siblings in their order: by position, ties by id."""
    return tuple(sorted(entries, key=lambda entry: (str(entry.values.get("~position", "~")), entry.id)))


def attachments(reader: Reader, parent: str) -> tuple[Attachment, ...]:
    """Photos and files of a record."""
    return tuple(attachment_from(entry) for entry in ordered(reader.entries("attachment", parent=parent)))


def attachment_from(entry: Entry) -> Attachment:
    """The attachment that a record of this kind tells of."""
    values = entry.values
    taken, shift_us = moment(values.get("taken_at")), total_shift_us(values)
    return Attachment(
        id=entry.id,
        name=str(values.get("name", "")),
        sha256=str(values.get("sha256", "")),
        byte_count=int(values.get("bytes", 0)),
        mime=str(values.get("mime", "application/octet-stream")),
        derivative_sha256=str(values.get("derivative", "")),
        taken_at=None if taken is None else later(taken, shift_us),
        clock_shift_s=shift_us / 1_000_000,
        position=position(values),
        position_source=str(values.get("found_by", "")),
        width_px=int(values.get("width_px", 0)),
        height_px=int(values.get("height_px", 0)),
        camera=str(values.get("camera", "")),
        signature_type=str(values.get("signature_type", "")),
    )


def observations(reader: Reader, parent: str) -> tuple[Observation, ...]:
    """Observations of a waypoint or an incident, in their order."""
    return tuple(_observation(reader, entry) for entry in ordered(reader.entries("observation", parent=parent)))


def _observation(reader: Reader, entry: Entry) -> Observation:
    attributes: dict[str, Value] = {}
    options: dict[str, list[str]] = {}
    for name, value in sorted(entry.values.items()):
        if not name.startswith(ATTRIBUTES):
            continue
        key, option = map(key_of_field, name[len(ATTRIBUTES) :].partition("/")[::2])
        if option:
            if value is True:
                options.setdefault(key, []).append(option)
        else:
            attributes[key] = _value(value)
    orders = _told_orders(entry.values.get("choice_order"))
    for key, found in options.items():
        told = orders.get(key, ())
        attributes[key] = told if sorted(told) == sorted(found) else tuple(sorted(found))
    told_as = told_elements(entry.values.get("told_as"))
    observer = entry.values.get("observer")
    group = entry.values.get("group")
    return Observation(
        id=entry.id,
        category=str(entry.values.get("category", "")),
        attributes=as_told(_with_numbers(attributes, entry.values), told_as),
        observer=member(reader, observer) if isinstance(observer, str) else None,
        attachments=attachments(reader, entry.id),
        group=group if isinstance(group, int) else 0,
        told_as=told_as,
    )


def _with_numbers(attributes: Mapping[str, Value], values: Mapping[str, Any]) -> dict[str, Value]:
    """Attributes with those as numbers that somebody wrote as numbers: a change carries their decimals as texts."""
    return {
        key: _as_number(value) if values.get(NUMBERS + field_key(key)) is True else value
        for key, value in attributes.items()
    }


def told_elements(told: object) -> dict[str, str]:
    """Key to element out of a stored list of ``element key``."""
    pairs = [str(one).partition(" ")[::2] for one in told] if isinstance(told, list) else []
    return {key: element for element, key in pairs}


def choice_orders(attributes: Mapping[str, Value]) -> list[str]:
    """How to store in what order a file told several choices, of those that it did not tell sorted."""
    return [
        " ".join(map(field_key, (key, *value)))
        for key, value in attributes.items()
        if isinstance(value, tuple) and list(value) != sorted(value)
    ]


def _told_orders(told: object) -> dict[str, tuple[str, ...]]:
    """Attribute key to its choices in the order of the file, out of what :func:`choice_orders` made."""
    orders = (map(key_of_field, str(one).split(" ")) for one in told) if isinstance(told, list) else ()
    return {key: tuple(choices) for key, *choices in orders}


def as_told(values: Mapping[str, Value], told_as: Mapping[str, str]) -> dict[str, Value]:
    """Values in the order in which a file told them, numbers as numbers; what came later follows."""
    ordered_keys = [*(key for key in told_as if key in values), *(key for key in values if key not in told_as)]
    return {key: _as_number(values[key]) if told_as.get(key) == NUMBER else values[key] for key in ordered_keys}


def _as_number(value: Value) -> Value:
    number = decimal_in(value) if isinstance(value, str) else None
    return value if number is None else number


def observation_fields(category: str, attributes: Mapping[str, Value]) -> dict[str, Any]:
    """The fields that an observation is stored in; several chosen options become one field each."""
    fields: dict[str, Any] = {"category": category}
    for key, value in attributes.items():
        if isinstance(value, tuple):
            fields.update({f"{ATTRIBUTES}{field_key(key)}/{field_key(option)}": True for option in value})
        else:
            fields[ATTRIBUTES + field_key(key)] = value
    return fields
