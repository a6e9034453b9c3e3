"""What the office has, in words: the pairs that a picker offers for each kind of thing, those likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.smart_office import LISTS
from ranger_app.i18n import Words, marked
from ui.pages.texts import distinct, list_label

if TYPE_CHECKING:
    from ranger_app.domain.data_model import Attribute
    from ranger_app.domain.smart_office import Office
    from ranger_app.domain.station import Member

ARROW = " › "

WHAT_WORDS = {
    "transport": marked("Transport"),
    "mandate": marked("Mandate"),
    "team": marked("Team"),
    "station": marked("Station"),
    "rank": marked("Rank"),
    "agency": marked("Agency"),
    "patrol_attribute": marked("Patrol attribute"),
    "member": marked("Person"),
    "category": marked("Category"),
    "attribute": marked("Attribute"),
    "option": marked("Answer"),
    "leader": marked("Leader"),
    "pilot": marked("Pilot or driver"),
}
"""Kinds of things that the office has, and that can be mapped or set."""


def category_label(model: DataModel, words: Words, hkey: str) -> str:
    """A category with those above it; its key where the model does not have it."""
    path = model.path(hkey)
    return ARROW.join(model.label(one, words.language) for one in path) if path else hkey


def attribute_label(model: DataModel, words: Words, key: str) -> str:
    """What an attribute is called; its key where the model does not have it."""
    attribute = model.attribute(key)
    return model.label(attribute, words.language) if attribute is not None else key


def option_label(model: DataModel, words: Words, told: str) -> str:
    """An answer, told as ``attribute/key``, with what it answers."""
    name, _, key = told.partition("/")
    attribute = model.attribute(name)
    item = (attribute.item(key) or attribute.node(key)) if attribute is not None else None
    label = model.label(item, words.language) if item is not None else key
    return f"{attribute_label(model, words, name)}: {label}"


def person_label(person: Member) -> str:
    """Name and employee number."""
    return f"{person.name} ({person.employee_id})" if person.employee_id else person.name


def thing_label(words: Words, office: Office, model: DataModel, people: dict[str, Member], what: str, key: str) -> str:
    """What something of ours, or of the office, is called."""
    if what in LISTS:
        return list_label(words, office, what, key)
    if what in ("member", "leader", "pilot"):
        return person_label(people[key]) if key in people else key
    if what == "category":
        return category_label(model, words, key)
    if what == "option":
        return option_label(model, words, key)
    return attribute_label(model, words, key)


def things(
    words: Words, office: Office, model: DataModel, what: str, *, of: str = "", first: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Key and label of all that the office has of a kind, *first* in the order given, the rest by label.

    Args:
        of: Of answers the attribute; without one the answers of all.
    """
    people = {one.id: one for one in office.members or ()}

    def labelled(keys: Iterable[str]) -> list[tuple[str, str]]:
        return [(key, thing_label(words, office, model, people, what, key)) for key in keys]

    likely = [key for key in first if what != "member" or key in people]
    rest = dict.fromkeys(_keys(office, model, what, of)).keys() - set(likely)
    return distinct([*labelled(likely), *sorted(labelled(rest), key=lambda pair: pair[1].casefold())])


def _keys(office: Office, model: DataModel, what: str, of: str) -> Iterator[str]:
    if what in LISTS:
        yield from office.choices(what)
    elif what == "member":
        yield from (one.id for one in office.members or ())
    elif what == "category":
        yield from model.hkeys()
    elif what == "attribute":
        yield from (one.key for one in model.attributes)
    elif what == "option":
        for attribute in model.attributes:
            if of in ("", attribute.key):
                yield from (f"{attribute.key}/{key}" for key in _options(attribute))


def _options(attribute: Attribute) -> Iterator[str]:
    if attribute.type is AttributeType.TREE:
        yield from (hkey for hkey, _ in attribute.walk())
    else:
        yield from (item.key for item in attribute.items)
