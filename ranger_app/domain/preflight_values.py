"""What SMART would do with one observation: its category, its attributes and their values."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.records import Observation, Value
from ranger_app.domain.smart_text import is_xml_text
from ranger_app.errors import Fact

UNWRITABLE: Final = (AttributeType.LINE, AttributeType.POLYGON)
"""Kinds of values that our records cannot hold."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFinding:
    """What is wrong with one observation or one of its values."""

    code: str
    is_fatal: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)


def check_values(observation: Observation, model: DataModel) -> Iterator[ValueFinding]:
    """What SMART would drop of *observation* or fail at; of an unknown category only that, for all of it is lost.

    A BOOLEAN without a truth value, a number that is none and geometry stop SMART's import, whatever the category is.
    """
    is_known = model.category(observation.category) is not None
    if not is_known:
        yield ValueFinding(code="smart-category-unknown", facts={"category": observation.category})
    linked = {link.key for link in model.links(observation.category)}
    for key, value in observation.attributes.items():
        attribute = model.attribute(key)
        if not is_writable(attribute, value):
            yield ValueFinding(code="smart-value-unwritable", is_fatal=True, facts={"attribute": key})
        elif is_known:
            yield from _check_value(observation.category, key, attribute, value, is_linked=key in linked)


def is_writable(attribute: Attribute | None, value: Value) -> bool:
    """Whether the value can stand in a file that SMART reads to its end."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and not _is_finite(value):
        return False
    if attribute is None:
        return True
    if attribute.type is AttributeType.BOOLEAN:
        return isinstance(value, bool)
    return attribute.type not in UNWRITABLE


def is_of_type(attribute: Attribute, value: Value) -> bool:
    """Whether *value* is what an attribute of this type holds; whether a key exists is another question."""
    match attribute.type:
        case AttributeType.NUMERIC:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case AttributeType.BOOLEAN:
            return isinstance(value, bool)
        case AttributeType.MLIST:
            return isinstance(value, tuple)
        case AttributeType.DATE:
            return isinstance(value, str) and _DATE.fullmatch(value) is not None and _is_iso(dt.date, value)
        case AttributeType.TIME:
            return isinstance(value, str) and _TIME.fullmatch(value) is not None and _is_iso(dt.time, value)
        case _:
            return isinstance(value, str)


def _check_value(
    category: str, key: str, attribute: Attribute | None, value: Value, *, is_linked: bool
) -> Iterator[ValueFinding]:
    if attribute is None:
        yield ValueFinding(code="smart-attribute-unknown", facts={"attribute": key})
        return
    if not is_linked:
        yield ValueFinding(code="smart-attribute-not-linked", facts={"attribute": key, "category": category})
    if not is_of_type(attribute, value):
        yield ValueFinding(code="smart-value-wrong-type", facts={"attribute": key, "type": attribute.type.value})
        return
    for choice in _unknown_choices(attribute, value):
        yield ValueFinding(code="smart-choice-unknown", facts={"attribute": key, "choice": choice})
    if attribute.type is AttributeType.TEXT and isinstance(value, str) and not is_xml_text(value):
        yield ValueFinding(code="text-not-xml", facts={"attribute": key})


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
