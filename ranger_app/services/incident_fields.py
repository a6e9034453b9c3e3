"""From an incident's document to the fields of its records."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from db.fields import NUMBERS, field_key, observation_fields
from ranger_app.domain.form_definition import Field, FieldType
from ranger_app.domain.form_values import moment_of, typed_value
from ranger_app.domain.records import Value
from ranger_app.domain.typed_text import composed

ENVELOPE_MOMENTS = ("occurred_at", "occurred_until")
ENVELOPE_TEXTS = ("no_position_reason", "place", "reported_by", "summary")
POSITION_FIELDS = ("latitude", "longitude", "accuracy_m", "position_source", "position_typed", "position_operation")
MEASURED_FIELDS = ("latitude", "longitude", "accuracy_m", "direction_deg", "distance_m")
"""Numbers that are kept as texts, in the spelling of their source."""


def envelope_fields(document: Mapping[str, Any]) -> dict[str, Any]:
    """Stored fields of what stands around ``fields``; only what the document names, cleared ones as ``None``."""
    found: dict[str, Any] = {name: moment_text(document[name]) for name in ENVELOPE_MOMENTS if name in document}
    for name in ENVELOPE_TEXTS:
        if name in document:
            value = document[name]
            found[name] = composed(value) or None if isinstance(value, str) else None
    if "patrol_id" in document:
        found["patrol"] = document["patrol_id"] or None
    if "position" in document:
        found.update(position_fields(document["position"]))
    return found


def moment_text(told: object) -> str | None:
    """A moment in the one spelling in which it is stored; ``None`` when it says nothing."""
    moment = moment_of(told) if isinstance(told, str) else None
    return None if moment is None else moment.isoformat()


def position_fields(position: Mapping[str, Any] | None) -> dict[str, Any]:
    """Latitude and longitude are kept as the source wrote them, as texts."""
    if position is None:
        return dict.fromkeys(POSITION_FIELDS)
    accuracy = position.get("accuracy_m")
    return {
        "latitude": _text(position["latitude_deg"]),
        "longitude": _text(position["longitude_deg"]),
        "accuracy_m": None if accuracy is None else _text(accuracy),
        "position_source": str(position.get("source") or "gps"),
        "position_typed": composed(str(position.get("typed") or "")) or None,
        "position_operation": position.get("operation") or None,
    }


def in_kept_spelling(values: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """*values*, but a measured number that is only spelt otherwise (8 for 8.0) as it stands in *old*."""
    return {
        name: old[name] if _is_equal_number(name, value, old.get(name)) else value for name, value in values.items()
    }


def _is_equal_number(name: str, value: object, other: object) -> bool:
    if name not in MEASURED_FIELDS or not isinstance(value, str) or not isinstance(other, str):
        return False
    try:
        return float(value) == float(other)
    except ValueError:
        return False


def _text(number: object) -> str:
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def answer_fields(form_fields: tuple[Field, ...], answers: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Stored fields of a form's answers; several choices become one field each.

    Args:
        old: What is stored now: choices no longer made are cleared.
    """
    found: dict[str, Any] = {}
    for field in form_fields:
        if field.id not in answers:
            continue
        value = typed_value(field, answers[field.id])
        if field.type is FieldType.CHOICES:
            chosen = value if isinstance(value, tuple) else ()
            before = {n.partition("/")[2] for n, v in old.items() if n.startswith(f"{field.id}/") and v is True}
            found.update({f"{field.id}/{option}": True for option in chosen})
            found.update({f"{field.id}/{option}": None for option in sorted(before - set(chosen))})
        else:
            found[field.id] = value
    return found


def observation_record(category: str, attributes: Mapping[str, Value]) -> dict[str, Any]:
    """The fields of an observation, with a mark on each decimal that is a number and no text."""
    fields = observation_fields(category, attributes)
    numbers = (key for key, value in attributes.items() if isinstance(value, Decimal))
    return fields | {NUMBERS + field_key(key): True for key in numbers}


def observation_values(attributes: Mapping[str, Any]) -> dict[str, Value]:
    """Attributes of a document's observation in the spelling in which they are stored."""
    found: dict[str, Value] = {}
    for key, value in attributes.items():
        if value is None:
            continue
        if isinstance(value, list):
            found[key] = tuple(sorted({str(one) for one in value}))
        elif isinstance(value, float):
            number = Decimal(str(value))
            found[key] = int(number) if number == number.to_integral_value() else number
        elif isinstance(value, str):
            found[key] = composed(value)
        else:
            found[key] = value
    return found
