"""What SMART would do with one observation: its category, its attributes and their values."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.preflight_findings import Mend, Remedy
from ranger_app.domain.preflight_mends import MOST, attribute_mend, category_mend, edit, list_mend, option_mend
from ranger_app.domain.records import Observation, Value
from ranger_app.domain.smart_office import Choice
from ranger_app.domain.smart_text import is_xml_text
from ranger_app.errors import Fact

GEOMETRIES: Final = {AttributeType.LINE: (2, 5), AttributeType.POLYGON: (3, 6)}
"""Kinds of values that are shapes, and the numbers that well-known binary has for one of them and for several."""

GEOMETRY_SOURCES: Final = frozenset({"MANUAL_DRAW", "MANUAL_POINT", "GPS_MANUAL", "GPS_AUTO", "UNKNOWN"})
"""How a shape was made, in SMART's words."""

_NUMBERS: Final = (AttributeType.NUMERIC.value, AttributeType.BOOLEAN.value)
_CHOSEN: Final = (AttributeType.LIST.value, AttributeType.MLIST.value)

_WKB_HEAD: Final = 5
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFinding:
    """What is wrong with one observation or one of its values."""

    code: str
    mend: Mend
    is_fatal: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)


def check_values(observation: Observation, model: DataModel) -> Iterator[ValueFinding]:
    """What SMART would drop of *observation* or fail at; of an unknown category only that, for all of it is lost.

    A BOOLEAN without a truth value and a number that is none stop SMART's import, whatever the category is.
    """
    is_known = model.category(observation.category) is not None
    if not is_known:
        mend = category_mend(observation.category, model)
        yield ValueFinding(code="smart-category-unknown", mend=mend, facts={"category": observation.category})
    linked = {link.key for link in model.links(observation.category)}
    for key, value in observation.attributes.items():
        attribute = model.attribute(key)
        if not is_writable(attribute, value):
            yield ValueFinding(code="smart-value-unwritable", mend=edit(key), is_fatal=True, facts={"attribute": key})
        elif is_known and key not in linked:
            yield _not_linked(observation.category, key, attribute, model)
        elif is_known and attribute is not None:
            yield from _check_value(attribute, value)


def is_writable(attribute: Attribute | None, value: Value) -> bool:
    """Whether the value can stand in a file that SMART reads to its end."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and not _is_finite(value):
        return False
    if attribute is None:
        return True
    return attribute.type is not AttributeType.BOOLEAN or isinstance(value, bool)


def geometry_of(value: Value) -> tuple[str, bytes] | None:
    """Source and well-known binary of a shape, told as ``SOURCE:base64``; ``None`` when it is not told so."""
    source, colon, told = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not colon or source not in GEOMETRY_SOURCES:
        return None
    try:
        return source, base64.b64decode(told, validate=True)
    except ValueError:
        return None


def _is_geometry(kind: AttributeType, value: Value) -> bool:
    told = geometry_of(value)
    if told is None or len(told[1]) < _WKB_HEAD or told[1][0] not in (0, 1):
        return False
    number = int.from_bytes(told[1][1:_WKB_HEAD], "little" if told[1][0] else "big")
    # Further dimensions are told by the high bits, or by thousands.
    return (number & 0x1FFFFFFF) % 1000 in GEOMETRIES[kind]


def check_custom(custom: Mapping[str, Value], known: Mapping[str, Choice] | None) -> Iterator[ValueFinding]:
    """What SMART would drop of a patrol's custom attributes, or fail at; nothing when nobody told which there are."""
    for key, value in custom.items():
        if isinstance(value, int | Decimal) and not _is_finite(value):
            yield ValueFinding(code="smart-value-unwritable", mend=edit(key), is_fatal=True, facts={"attribute": key})
        elif isinstance(value, tuple):
            facts = {"attribute": key, "type": AttributeType.TEXT.value}
            yield ValueFinding(code="smart-value-wrong-type", mend=edit(key), facts=facts)
        elif known is not None and key not in known:
            mend = list_mend("patrol_attribute", key, known)
            yield ValueFinding(code="smart-patrol-attribute-unknown", mend=mend, facts={"attribute": key})
        elif known is not None:
            yield from _check_custom(known[key], value)
        if isinstance(value, str) and not is_xml_text(value):
            yield ValueFinding(code="text-not-xml", mend=edit(key), facts={"attribute": key})


def _check_custom(known: Choice, value: Value) -> Iterator[ValueFinding]:
    """The format has one place for numbers and yes or no, and one for all texts and keys."""
    is_number = isinstance(value, int | Decimal)
    if known.type and is_number != (known.type in _NUMBERS):
        facts = {"attribute": known.key, "type": known.type}
        yield ValueFinding(code="smart-value-wrong-type", mend=edit(known.key), facts=facts)
    elif known.type in _CHOSEN and known.options and value not in known.options:
        candidates = tuple(f"{known.key}/{option}" for option in known.options)
        mend = Mend(remedy=Remedy.MAP, what="option", ours=f"{known.key}/{value}", candidates=candidates[:MOST])
        facts = {"attribute": known.key, "choice": str(value)}
        yield ValueFinding(code="smart-choice-unknown", mend=mend, facts=facts)


def is_of_type(attribute: Attribute, value: Value) -> bool:
    """Whether *value* is what an attribute of this type holds; whether a key exists is another question."""
    match attribute.type:
        case AttributeType.NUMERIC:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case AttributeType.BOOLEAN:
            return isinstance(value, bool)
        case AttributeType.MLIST:
            return isinstance(value, tuple)
        case AttributeType.LINE | AttributeType.POLYGON:
            return _is_geometry(attribute.type, value)
        case AttributeType.DATE:
            return isinstance(value, str) and _DATE.fullmatch(value) is not None and _is_iso(dt.date, value)
        case AttributeType.TIME:
            return isinstance(value, str) and _TIME.fullmatch(value) is not None and _is_iso(dt.time, value)
        case _:
            return isinstance(value, str)


def _not_linked(category: str, key: str, attribute: Attribute | None, model: DataModel) -> ValueFinding:
    mend = attribute_mend(key, category, model)
    if attribute is None:
        return ValueFinding(code="smart-attribute-unknown", mend=mend, facts={"attribute": key})
    facts = {"attribute": key, "category": category}
    return ValueFinding(code="smart-attribute-not-linked", mend=mend, facts=facts)


def _check_value(attribute: Attribute, value: Value) -> Iterator[ValueFinding]:
    key = attribute.key
    if not is_of_type(attribute, value):
        facts = {"attribute": key, "type": attribute.type.value}
        yield ValueFinding(code="smart-value-wrong-type", mend=edit(key), facts=facts)
        return
    for choice in _unknown_choices(attribute, value):
        facts = {"attribute": key, "choice": choice}
        yield ValueFinding(code="smart-choice-unknown", mend=option_mend(attribute, choice), facts=facts)
    if attribute.type is AttributeType.TEXT and isinstance(value, str) and not is_xml_text(value):
        yield ValueFinding(code="text-not-xml", mend=edit(key), facts={"attribute": key})


def _unknown_choices(attribute: Attribute, value: Value) -> Iterator[str]:
    chosen = value if isinstance(value, tuple) else (str(value),)
    match attribute.type:
        case AttributeType.LIST | AttributeType.MLIST:
            yield from (choice for choice in chosen if attribute.item(choice) is None)
        case AttributeType.TREE:
            yield from (choice for choice in chosen if attribute.node(choice) is None)


def _is_finite(value: int | Decimal) -> bool:
    try:
        return math.isfinite(float(value))
    except (OverflowError, ValueError):
        return False


def _is_iso(kind: type[dt.date | dt.time], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True
