"""What a person answered: checked against the form, in one spelling, and what is still missing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ranger_app.domain.form_definition import Field, FieldType, Form
from ranger_app.domain.records import Value
from ranger_app.domain.typed_text import as_written, composed
from ranger_app.problem import Problem


def is_empty(value: object) -> bool:
    """Whether a value says nothing: absent, cleared, an empty text or an empty set."""
    return value is None or value in ("", (), [])


def value_problems(field: Field, value: object, where: str) -> Iterator[Problem]:
    """What is wrong with one answer; an answer that says nothing is never wrong.

    Args:
        field: The question.
        value: As JSON has it, or as :func:`typed_value` answers.
        where: Path of the value in the document (``fields.animal_count``).
    """
    if is_empty(value):
        return
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL:
            yield from _number_problems(field, value, where)
        case FieldType.BOOLEAN:
            if not isinstance(value, bool):
                yield _problem("field-type", field, value, where)
        case FieldType.CHOICE:
            yield from _answer_problems(field, value, where)
        case FieldType.CHOICES:
            if not isinstance(value, list | tuple):
                yield _problem("field-type", field, value, where)
            else:
                for one in value:
                    yield from _answer_problems(field, one, where)
        case FieldType.POSITION:
            return
        case _:
            yield from _text_problems(field, value, where)


LARGEST_WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike; the journal keeps none beyond it."""


def _number_problems(field: Field, value: object, where: str) -> Iterator[Problem]:
    number = _number(field, value)
    if number is None:
        yield _problem("field-type", field, value, where)
    elif field.type is FieldType.INTEGER and number > LARGEST_WHOLE:
        yield _problem("field-above-maximum", field, value, where, limit=str(LARGEST_WHOLE))
    elif field.minimum is not None and number < field.minimum:
        yield _problem("field-below-minimum", field, value, where, limit=str(field.minimum))
    elif field.maximum is not None and number > field.maximum:
        yield _problem("field-above-maximum", field, value, where, limit=str(field.maximum))


def _number(field: Field, value: object) -> Decimal | None:
    """A finite number, whole for an integer; decimals may be written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and field.type is FieldType.INTEGER:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not math.isfinite(number) or (field.type is FieldType.INTEGER and number != number.to_integral_value()):
        return None
    return number


def _answer_problems(field: Field, value: object, where: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _problem("field-type", field, value, where)
    elif field.option(value) is None:
        yield _problem("field-option-unknown", field, value, where)


def _text_problems(field: Field, value: object, where: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _problem("field-type", field, value, where)
    elif field.type is FieldType.DATE and not is_date(value):
        yield _problem("field-not-a-date", field, value, where)
    elif field.type is FieldType.DATETIME:
        moment = moment_of(value)
        if moment is None:
            yield _problem("field-not-a-moment", field, value, where)
        elif moment.tzinfo is None:
            yield _problem("field-without-offset", field, value, where)


def is_date(value: object) -> bool:
    """Whether *value* is a date as the text ``2026-03-04``."""
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def moment_of(text: str) -> dt.datetime | None:
    """The moment that an ISO 8601 text with a date and a time names; ``None`` when it names none.

    The first and the last year that Python knows are none: in another zone their days may lie outside of its calendar.
    Nor is an offset of odd seconds, which no calendar in use has and other programs refuse.
    """
    if "T" not in text.upper() and " " not in text:
        return None
    try:
        found = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if not dt.MINYEAR < found.year < dt.MAXYEAR or (found.utcoffset() or dt.timedelta()) % dt.timedelta(minutes=1):
        return None
    return found


def _problem(code: str, field: Field, value: object, where: str, **facts: str) -> Problem:
    return Problem(code=code, where=where, facts={"field": field.id, "value": as_written(value), **facts})


def typed_value(field: Field, value: object) -> Value | None:
    """Bring an answer without problems into the one spelling in which it is stored.

    Texts in NFC, whole numbers as int, other numbers as Decimal, several choices as a sorted tuple; ``None`` when it
    says nothing.
    """
    if is_empty(value):
        return None
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        number = Decimal(str(value))
        return int(number) if field.type is FieldType.INTEGER else number
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return tuple(sorted({str(one) for one in value}))
    return composed(str(value))


def typed_values(fields: Sequence[Field], answers: Mapping[str, object]) -> dict[str, Value | None]:
    """Bring the answers to *fields* into the spelling in which they are stored; ``None`` clears a field.

    Only fields that *answers* names are in the result; answers to other fields are left out.
    """
    return {field.id: typed_value(field, answers[field.id]) for field in fields if field.id in answers}


def json_value(value: Value | None) -> object:
    """A stored value as a JSON document says it: decimals as numbers, several choices as a list."""
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value


def missing(
    form: Form,
    values: Mapping[str, object],
    *,
    lines: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    envelope: Mapping[str, object] | None = None,
    common: Form | None = None,
) -> tuple[str, ...]:
    """Name what a complete record still needs; it never stops anybody from saving.

    Args:
        form: The form the record was written with.
        values: Answers by field id.
        lines: Answers of each line by line form id; ``None`` leaves lines unchecked.
        envelope: What stands around ``fields`` in the document (``occurred_at``, ``position``); ``None`` leaves it out.
        common: The form of the envelope's fields; needed with *envelope*.

    Returns:
        Field ids in the order of the form, envelope first; a line form's id when it has no line; ``animals.species``
        when a line lacks its species.
    """
    found = []
    if envelope is not None and common is not None:
        found += _missing_fields(common.fields, envelope)
    found += _missing_fields(form.fields, values)
    if lines is not None:
        for line_form in form.lines:
            told = lines.get(line_form.id, ())
            if line_form.is_required and not told:
                found.append(line_form.id)
            lacking = {name for line in told for name in _missing_fields(line_form.fields, line)}
            found += [f"{line_form.id}.{field.id}" for field in line_form.fields if field.id in lacking]
    return tuple(found)


def _missing_fields(fields: Sequence[Field], values: Mapping[str, object]) -> list[str]:
    return [field.id for field in fields if field.is_needed(values) and is_empty(values.get(field.id))]
