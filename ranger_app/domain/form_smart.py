"""How a filled form reads in SMART: the form's own rules, adapted to the office's data model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel, matching_node
from ranger_app.domain.form_definition import AttributeRule, Field, Form, ObservationRule
from ranger_app.domain.form_values import is_empty
from ranger_app.domain.lists import taxon
from ranger_app.domain.records import Value

Answers: TypeAlias = Mapping[str, Value | None]


def smart_observations(
    form: Form,
    values: Answers,
    lines: Mapping[str, Sequence[Answers]] | None = None,
    *,
    model: DataModel | None = None,
    written: Collection[str] = (),
) -> tuple[tuple[str, dict[str, Value]], ...]:
    """What a SMART office gets of a filled form.

    Args:
        form: The form the record was written with.
        values: Answers by field id.
        lines: Answers of each line by line form id.
        model: The office's data model; with it, refinements that the office does not know are left out, answers it
            does not know become its general one, and taxa are found in its own tree. ``None`` takes all as known.
        written: Categories of observations that a person wrote by hand; the form adds no second one.

    Returns:
        Pairs of category hkey and values by attribute key, in the order of the rules; observations without any value
        are left out.
    """
    found = []
    for rule in form.observations:
        if rule.category in written or not _applies(form, rule, values, model):
            continue
        for answers, line in _repetitions(form, rule, values, lines or {}):
            told = dict(_attributes(form, rule, answers, line, model))
            if told:
                found.append((rule.category, told))
    return tuple(found)


def _applies(form: Form, rule: ObservationRule, values: Answers, model: DataModel | None) -> bool:
    if rule.when is not None and not rule.when.holds(values):
        return False
    if rule.instead_of:
        return model is not None and model.category(rule.instead_of) is None
    is_replaced = any(other.instead_of == rule.category for other in form.observations)
    return not is_replaced or model is None or model.category(rule.category) is not None


def _repetitions(
    form: Form, rule: ObservationRule, values: Answers, lines: Mapping[str, Sequence[Answers]]
) -> Iterator[tuple[Answers, Answers]]:
    """Answers of the form and of the line, once for each observation that the rule asks for."""
    if not rule.each:
        yield values, {}
    elif form.line(rule.each) is not None:
        yield from ((values, line) for line in lines.get(rule.each, ()))
    else:
        chosen = values.get(rule.each)
        for answer in chosen if isinstance(chosen, tuple) else ():
            if not rule.among or answer in rule.among:
                yield {**values, rule.each: answer}, {}


def _attributes(
    form: Form, rule: ObservationRule, values: Answers, line: Answers, model: DataModel | None
) -> Iterator[tuple[str, Value]]:
    line_form = form.line(rule.each)
    linked = None if model is None else {known.key: known for known in model.attributes_of(rule.category)}
    for attribute in rule.attributes:
        known = None if linked is None else linked.get(attribute.key)
        if attribute.is_optional and linked is not None and known is None:
            continue
        if attribute.value is not None:
            yield attribute.key, attribute.value
            continue
        field = form.field(attribute.field) if attribute.field else line_form and line_form.field(attribute.line)
        answer = values.get(attribute.field) if attribute.field else line.get(attribute.line)
        if not field or answer is None or is_empty(answer):
            continue
        told = _told(attribute, field, answer, known, model)
        if told is not None:
            yield attribute.key, told


def _told(
    rule: AttributeRule, field: Field, answer: Value, known: Attribute | None, model: DataModel | None
) -> Value | None:
    """The value as SMART has it; ``None`` when SMART has no word for it."""
    if isinstance(answer, tuple):
        words = [_told(rule, field, one, known, model) for one in answer]
        return tuple(sorted({str(word) for word in words if word is not None})) or None
    if rule.is_taxon:
        return _place_in_tree(field, str(answer), known, model)
    if not field.options:
        return answer
    word = rule.values.get(str(answer), rule.otherwise or answer)
    if known is None or _has_answer(known, str(word)):
        return word
    return rule.otherwise or (None if rule.is_optional else word)


def _has_answer(attribute: Attribute, word: str) -> bool:
    match attribute.type:
        case AttributeType.LIST | AttributeType.MLIST:
            return attribute.item(word) is not None
        case AttributeType.TREE:
            return attribute.node(word) is not None
        case _:
            return True


def _place_in_tree(field: Field, answer: str, known: Attribute | None, model: DataModel | None) -> str | None:
    option = field.option(answer)
    named = taxon(option.taxon) if option is not None and option.taxon else None
    if named is None:
        return None
    if model is None or known is None:
        return named.smart or None
    for scientific in (named.scientific, *named.synonyms):
        found = matching_node(known, named.smart, scientific)
        if found is not None:
            return found
    return None
