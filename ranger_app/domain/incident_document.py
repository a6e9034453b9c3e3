"""The JSON of one incident as the command line takes it: its schema, and what is wrong in one."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from ranger_app.domain.form_definition import Field, FieldType, Form, LineForm
from ranger_app.domain.form_values import LARGEST_WHOLE, value_problems
from ranger_app.domain.records import PositionSource
from ranger_app.domain.typed_text import as_written
from ranger_app.problem import Problem

Schema = dict[str, object]

OBSERVATION_KEYS = frozenset({"id", "category", "attributes", "group"})

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(form: Form, common: Form, *, categories: Sequence[str] = ()) -> Schema:
    """The whole document of one kind of incident as JSON Schema 2020-12; ``required`` means needed to be complete.

    Args:
        form: The form of the kind.
        common: The form of what every document has around ``fields``.
        categories: hkeys that observations may name; empty allows any text.
    """
    properties: Schema = {"kind": {"const": form.kind}}
    required = ["kind"]
    for field in common.fields:
        needed = field.is_required or field.type is FieldType.POSITION
        properties[field.id] = _envelope_schema(field, needed=needed)
        if needed:
            required.append(field.id)
    category: Schema = {"type": "string"}
    if categories:
        category["enum"] = list(categories)
    observation: Schema = {
        "category": category, "attributes": {"type": "object"}, "group": {"type": "integer", "minimum": 0},
    }  # fmt: skip
    properties["observations"] = _list_of(_object(observation, ["category"]))
    properties["photos"] = {"type": "array", "items": {"type": "string"}}
    properties["fields"] = _fields_schema(form.fields)
    required.append("fields")
    for line in form.lines:
        properties[line.id] = _lines_schema(line)
        if line.is_required:
            required.append(line.id)
    return {"$schema": SCHEMA_DIALECT, **_object(properties, required)}


def _object(properties: Schema, required: Sequence[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _fields_schema(fields: Sequence[Field]) -> Schema:
    return _object(
        {field.id: _field_schema(field) for field in fields}, [field.id for field in fields if field.is_required]
    )


def _lines_schema(line: LineForm) -> Schema:
    schema = _list_of(_fields_schema(line.fields))
    return {**schema, "minItems": 1} if line.is_required else schema


def _field_schema(field: Field) -> Schema:
    answers = [option.key for option in field.options]
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL:
            schema: Schema = {"type": "integer" if field.type is FieldType.INTEGER else "number"}
            if field.minimum is not None:
                whole = field.minimum == field.minimum.to_integral_value()
                schema["minimum"] = int(field.minimum) if whole else float(field.minimum)
            return schema
        case FieldType.BOOLEAN:
            return {"type": "boolean"}
        case FieldType.DATE:
            return {"type": "string", "format": "date"}
        case FieldType.DATETIME:
            return {"type": "string", "format": "date-time"}
        case FieldType.CHOICE:
            return {"type": "string", "enum": answers}
        case FieldType.CHOICES:
            schema = _list_of({"type": "string", "enum": answers})
            return {**schema, "minItems": 1} if field.is_required else schema
        case FieldType.POSITION:
            return _position_schema()
        case _:
            return {"type": "string"}


def _position_schema() -> Schema:
    return _object(
        {
            "latitude_deg": {"type": "number", "minimum": -90},
            "longitude_deg": {"type": "number", "minimum": -180},
            "accuracy_m": {"type": ["number", "null"], "minimum": 0},
            "source": {"type": "string", "enum": [source.value for source in PositionSource], "default": "gps"},
            "typed": {"type": "string"},
            "operation": {"type": "string"},
        },
        ["latitude_deg", "longitude_deg"],
    )


def _envelope_schema(field: Field, *, needed: bool) -> Schema:
    """As :func:`_field_schema`, and null where a document may say that there is nothing."""
    schema = _field_schema(field)
    if field.type is FieldType.POSITION or not needed:
        schema["type"] = [schema["type"], "null"]
    return schema


def check_document(form: Form, common: Form, document: object, *, ignored: Collection[str] = ()) -> tuple[Problem, ...]:
    """Name what in a document is not as the form has it; what is missing is never a problem.

    Args:
        form: The form of the document's kind.
        common: The form of what every document has around ``fields``.
        document: As JSON was read.
        ignored: Keys to pass over, such as those that only answers have (``number``, ``attachments``).

    Returns:
        Problems with their place as a path (``fields.animal_count``, ``animals[2].species``); empty when all is well.
    """
    if not isinstance(document, Mapping):
        return (Problem(code="document-not-an-object", where="document"),)
    return tuple(_document_problems(form, common, document, frozenset(ignored)))


def _document_problems(
    form: Form, common: Form, document: Mapping[str, object], ignored: frozenset[str]
) -> Iterator[Problem]:
    lines = {line.id: line for line in form.lines}
    envelope = {field.id for field in common.fields}
    for key, value in document.items():
        if key in envelope or key in ignored:
            continue
        if key in lines:
            yield from _line_problems(lines[key], value)
        elif key == "kind":
            if value != form.kind:
                yield Problem(code="document-kind", where="kind", facts={"value": as_written(value), "kind": form.kind})
        elif key == "fields":
            yield from _answers_problems(form.fields, value, "fields")
        elif key == "observations":
            yield from observation_problems(value, "observations")
        elif key == "photos":
            if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
                yield wrong_type("photos", value)
        else:
            yield Problem(code="document-key-unknown", where=str(key), facts={"key": str(key)[:80]})
    for field in common.fields:
        yield from _envelope_problems(field, document.get(field.id))


def wrong_type(where: str, value: object) -> Problem:
    """Name a value that its key cannot have."""
    return Problem(code="field-type", where=where, facts={"field": where, "value": as_written(value)})


def _answers_problems(fields: Sequence[Field], answers: object, where: str) -> Iterator[Problem]:
    if not isinstance(answers, Mapping):
        yield wrong_type(where, answers)
        return
    known = {field.id: field for field in fields}
    for field_id, value in answers.items():
        if field_id in known:
            yield from value_problems(known[field_id], value, f"{where}.{field_id}")
        else:
            yield Problem(code="field-unknown", where=f"{where}.{field_id}", facts={"field": str(field_id)[:80]})


def _line_problems(line: LineForm, told: object) -> Iterator[Problem]:
    if not isinstance(told, list):
        yield wrong_type(line.id, told)
        return
    for place, answers in enumerate(told, start=1):
        if isinstance(answers, Mapping) and isinstance(answers.get("id"), str):
            answers = {name: value for name, value in answers.items() if name != "id"}
        yield from _answers_problems(line.fields, answers, f"{line.id}[{place}]")


def _envelope_problems(field: Field, value: object) -> Iterator[Problem]:
    if value is None:
        return
    if field.type is FieldType.POSITION:
        yield from _position_problems(value)
    else:
        yield from value_problems(field, value, field.id)


def _position_problems(value: object) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield wrong_type("position", value)
        return
    degrees = [value.get("latitude_deg"), value.get("longitude_deg")]
    limits = (("latitude_deg", 90.0), ("longitude_deg", 180.0))
    for (name, limit), number in zip(limits, degrees, strict=True):
        if not _is_number(number):
            yield wrong_type(f"position.{name}", number)
        elif not -limit <= float(str(number)) <= limit:
            yield Problem(code="position-out-of-range", where=f"position.{name}", facts={"value": str(number)})
    if all(_is_number(number) and float(str(number)) == 0.0 for number in degrees):
        yield Problem(code="position-zero", where="position")
    accuracy = value.get("accuracy_m")
    if accuracy is not None and not (_is_number(accuracy) and float(str(accuracy)) >= 0.0):
        yield wrong_type("position.accuracy_m", accuracy)
    source = value.get("source", PositionSource.GPS.value)
    if source not in [known.value for known in PositionSource]:
        yield Problem(
            code="field-option-unknown", where="position.source", facts={"field": "source", "value": as_written(source)}
        )
    for name in ("typed", "operation"):
        if not isinstance(value.get(name, ""), str):
            yield wrong_type(f"position.{name}", value[name])
    for key in value:
        if key not in {"latitude_deg", "longitude_deg", "accuracy_m", "source", "typed", "operation"}:
            yield Problem(code="document-key-unknown", where=f"position.{key}", facts={"key": str(key)[:80]})


def _is_number(value: object) -> bool:
    """A finite number that a measure can be; whole numbers of hundreds of digits are none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def observation_problems(told: object, path: str) -> Iterator[Problem]:
    """Name what in a list of observations, which stands at *path* of its document, is not as it should be."""
    if not isinstance(told, list):
        yield wrong_type(path, told)
        return
    for place, observation in enumerate(told, start=1):
        where = f"{path}[{place}]"
        if not isinstance(observation, Mapping):
            yield wrong_type(where, observation)
            continue
        category = observation.get("category")
        if not isinstance(category, str) or not category:
            yield wrong_type(f"{where}.category", category)
        group = observation.get("group")
        if group is not None and (not isinstance(group, int) or isinstance(group, bool) or group < 0):
            yield wrong_type(f"{where}.group", group)
        attributes = observation.get("attributes", {})
        if not isinstance(attributes, Mapping):
            yield wrong_type(f"{where}.attributes", attributes)
            continue
        for key, value in attributes.items():
            if not _is_observation_value(value):
                yield wrong_type(f"{where}.attributes.{key}", value)
        for key in sorted(observation.keys() - OBSERVATION_KEYS):
            yield Problem(code="document-key-unknown", where=f"{where}.{key}", facts={"key": str(key)[:80]})


def _is_observation_value(value: object) -> bool:
    """A text, a finite number, a truth, or the keys of several answers."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str) or (isinstance(value, int) and abs(value) <= LARGEST_WHOLE)
