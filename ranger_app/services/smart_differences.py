"""What a SMART file says otherwise than a record that is here, in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from db.field_names import key_of_field
from db.officers import members
from ranger_app.domain.smart_office import LISTS
from ranger_app.errors import Fact, RangerAppError
from ranger_app.messages.fields import FIELDS
from ranger_app.problem import Problem

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.smart_office import Office
    from ranger_app.i18n import Words

_PEOPLE = frozenset({"leader", "pilot", "observer", "members"})


class DifferenceFacts:
    """Says people and legs by what they are called: their ids may be those of a plan that is never written.

    Args:
        names: Id of a person to the name, of people who are not here yet.
        labels: List and key of an entry of the office that is not here yet to its label.
    """

    def __init__(self, reader: Reader, names: Mapping[str, str], labels: Mapping[tuple[str, str], str]) -> None:
        self._reader = reader
        self._names = {**names, **{one.id: one.name for one in members(reader).values()}}
        self._labels = labels

    def __call__(self, told: Problem) -> Problem:
        first, _, option = str(told.facts["field"]).partition("/")
        facts: dict[str, Fact] = {**told.facts}
        for side in ("here", "there"):
            value = facts[side]
            if first == "members":
                facts[side] = self._names.get(option, option) if value is True else ""
            elif first in _PEOPLE and value:
                facts[side] = self._names.get(str(value), str(value))
            elif first == "leg" and value:
                facts[side] = self._leg(str(value))
            elif side == "there" and first in LISTS and value:
                facts["label"] = self._labels.get((first, str(value)), "")
        if first == "members":
            facts["field"] = first
        return replace(told, facts=facts)

    def _leg(self, record: str) -> str:
        try:
            return str(self._reader.entry(record).values.get("number", ""))
        except RangerAppError:
            return ""


def in_words(told: Problem, words: Words, model: DataModel, office: Office) -> Problem:
    """A difference with its field and both values as a reader calls them."""
    name = str(told.facts.get("field", ""))
    facts: dict[str, Fact] = {**told.facts, "field": field_in_words(name, words, model)}
    for side in ("here", "there"):
        facts[side] = _value(name, told.facts.get(side), words, model, office)
    if told.facts.get("label") and facts["there"] == told.facts["there"]:
        facts["there"] = told.facts["label"]
    facts.pop("label", None)
    return replace(told, facts=facts)


def field_in_words(name: str, words: Words, model: DataModel) -> str:
    """What a stored field is called."""
    first, _, option = name.partition("/")
    if first == "attributes":
        key = key_of_field(option.partition("/")[0])
        attribute = model.attribute(key)
        return model.label(attribute, words.language) if attribute is not None else key
    if name.startswith("custom."):
        return key_of_field(name.removeprefix("custom."))
    label = words.say(FIELDS[first]) if first in FIELDS else first
    return f"{label}, {option}" if option else label


def _value(name: str, value: Fact, words: Words, model: DataModel, office: Office) -> Fact:
    first, _, option = name.partition("/")
    if first == "attributes":
        key, _, ticked = option.partition("/")
        attribute = model.attribute(key_of_field(key))
        told = key_of_field(ticked) if ticked and value is True else value
        found = (attribute.item(str(told)) or attribute.node(str(told))) if attribute is not None and told else None
        return model.label(found, words.language) if found is not None else told
    if first == "category" and value:
        path = model.path(str(value))
        return model.label(path[-1], words.language) if path else value
    if first in LISTS and value:
        code, label = office.label(office.choices(first), str(value), words.language)
        return label if code == words.language else words.say(label)
    if first in ("at", "occurred_at") and value:
        return str(value)[:19].replace("T", " ")
    return value
