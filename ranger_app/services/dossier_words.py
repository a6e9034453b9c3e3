"""Incidents put into words for a dossier: labels of forms, lists and data models in the dossier's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from exporters.dossier.story import told
from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.dossier import Account, Told, ToldObservation, ToldValue
from ranger_app.domain.form_definition import Field, FieldType
from ranger_app.domain.form_values import moment_of
from ranger_app.domain.forms import form_of_kind
from ranger_app.domain.lists import taxon
from ranger_app.domain.records import Incident, Observation, Value
from ranger_app.i18n import Words, marked

NOT_IN_MODEL = marked("not in this data model")


def account(incident: Incident, observations: Sequence[Observation], model: DataModel, words: Words) -> Account:
    """How *incident* is told.

    Args:
        observations: What an office gets of it, the form's own included.
        model: Where categories and attributes have their names.
    """
    form = form_of_kind(incident.kind)
    return Account(
        incident_id=incident.id,
        title=words.say(form.label),
        values=_answers(form.fields, incident.fields, words),
        observations=tuple(_observation(one, model, words) for one in observations),
        animals=tuple(
            _answers(line.fields, animal.fields, words) for line in form.lines for animal in incident.animals
        ),
    )


def _answers(fields: Sequence[Field], values: Mapping[str, Value], words: Words) -> tuple[ToldValue, ...]:
    return tuple(
        ToldValue(label=words.say(field.label), value=_answer(field, values[field.id], words))
        for field in fields
        if field.id in values
    )


def _answer(field: Field, value: Value, words: Words) -> Told:
    match field.type:
        case FieldType.CHOICES if isinstance(value, tuple):
            return tuple(_option(field, key, words) for key in value)
        case FieldType.CHOICE if isinstance(value, str):
            return _option(field, value, words)
        case FieldType.DATETIME if isinstance(value, str):
            return moment_of(value) or value
        case FieldType.INTEGER | FieldType.DECIMAL if field.unit and isinstance(value, (int, Decimal)):
            return f"{told(value, words)} {words.say(field.unit)}"
    return value


def _option(field: Field, key: str, words: Words) -> str:
    option = field.option(key)
    if option is None:
        return key
    known = taxon(option.taxon) if option.taxon else None
    return known.name(words.language) if known is not None else words.say(option.label)


def _observation(one: Observation, model: DataModel, words: Words) -> ToldObservation:
    path = model.path(one.category)
    category = " / ".join(model.label(part, words.language) for part in path)
    values = [
        ToldValue(label=_attribute_label(model, key, words), value=_attribute_value(model, key, value, words))
        for key, value in one.attributes.items()
    ]
    return ToldObservation(
        category=category or f"{one.category} ({words.say(NOT_IN_MODEL)})",
        values=tuple(values),
        observer=one.observer.name if one.observer else "",
    )


def _attribute_label(model: DataModel, key: str, words: Words) -> str:
    attribute = model.attribute(key)
    return model.label(attribute, words.language) if attribute is not None else key


def _attribute_value(model: DataModel, key: str, value: Value, words: Words) -> Told:
    attribute = model.attribute(key)
    if attribute is None:
        return value
    if isinstance(value, tuple):
        return tuple(_item(model, attribute, item, words) for item in value)
    if isinstance(value, str) and attribute.type in (AttributeType.LIST, AttributeType.TREE):
        return _item(model, attribute, value, words)
    return value


def _item(model: DataModel, attribute: Attribute, key: str, words: Words) -> str:
    found = attribute.node(key) if attribute.type is AttributeType.TREE else attribute.item(key)
    return model.label(found, words.language) if found is not None else key
