"""What the data model asks of observations and a document does not keep to; it never stops anybody from saving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.form_values import is_empty
from ranger_app.domain.observation_questions import fits, lacking
from ranger_app.domain.typed_text import as_written, decimal_in
from ranger_app.problem import Problem


def observation_flaws(model: DataModel, observations: Sequence[Mapping[str, object]], path: str) -> Iterator[Problem]:
    """Name required attributes that say nothing, numbers beyond their limits, texts of another form.

    Args:
        observations: As a document has them, checked by the form already.
        path: Of the list in its document.
    """
    for place, key in lacking(model, observations):
        facts = {"field": key, "category": str(observations[place].get("category", ""))[:80]}
        yield Problem(code="attribute-required", where=f"{path}[{place + 1}].attributes.{key}", facts={**facts})
    for place, one in enumerate(observations, start=1):
        told = one.get("attributes")
        asked = {attribute.key: attribute for attribute in model.attributes_of(str(one.get("category") or ""))}
        for key, value in told.items() if isinstance(told, Mapping) else ():
            if key in asked and not is_empty(value):
                yield from _value_flaws(asked[key], value, f"{path}[{place}].attributes.{key}")


def _value_flaws(attribute: Attribute, value: object, where: str) -> Iterator[Problem]:
    facts = {"field": attribute.key, "value": as_written(value)}
    if attribute.type is AttributeType.TEXT and isinstance(value, str) and not fits(attribute.pattern, value):
        pattern = (attribute.pattern or "")[:80]
        yield Problem(code="attribute-pattern", where=where, facts={**facts, "pattern": pattern})
    number = _number(value) if attribute.type is AttributeType.NUMERIC else None
    if number is None:
        return
    if attribute.minimum is not None and number < Decimal(repr(attribute.minimum)):
        yield Problem(code="field-below-minimum", where=where, facts={**facts, "limit": _limit(attribute.minimum)})
    elif attribute.maximum is not None and number > Decimal(repr(attribute.maximum)):
        yield Problem(code="field-above-maximum", where=where, facts={**facts, "limit": _limit(attribute.maximum)})


def _limit(limit: float) -> str:
    """A limit as people write it: 5 and not 5.0."""
    return str(int(limit)) if limit.is_integer() else repr(limit)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return decimal_in(value) if isinstance(value, str) else Decimal(str(value))
