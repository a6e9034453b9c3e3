"""Rows of a paper booklet in a data model's words: one pick names category and species, one number says how many.

A pick is an answer of a made-up tree: each category that may be observed, and below it what it may be of. So the picker
that finds a species in a long list finds both at once, by three letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from ranger_app.domain.data_model import Attribute, AttributeType, Category, DataModel, TreeNode, matching_node
from ranger_app.domain.definitions import definition
from ranger_app.domain.lists import taxa
from ranger_app.paths import resource

_DOT = "~"
"""Stands for the dots of a key inside the key of a pick; no key of a data model holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookletRules:
    """Which attributes a row of a booklet says, as patterns over their keys."""

    what: tuple[str, ...]
    count: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What was picked.

    Attributes:
        category: Its hkey.
        attribute, answer: What it is of, and the answer; empty when only the category was named.
    """

    category: str
    attribute: str = ""
    answer: str = ""


def read_rules(path: Path) -> BookletRules:
    """Read ``resources/booklet.toml``.

    Raises:
        DefinitionError: A key is missing, unknown or of another type.
    """
    table = definition(path)
    found = BookletRules(what=table.texts("what"), count=table.texts("count"))
    table.done()
    if not found.what or not found.count:
        raise table.wrong("no patterns")
    return found


@cache
def rules() -> BookletRules:
    """The shipped rules."""
    return read_rules(resource("booklet.toml"))


def picks(model: DataModel, recent: Sequence[Pick] = ()) -> Attribute:
    """Everything that a row may name, as a tree to be searched: categories, and below each what it may be of.

    Args:
        recent: What was observed lately, the latest first: it comes first here too.
    """
    place: dict[str, int] = {}
    answers: dict[str, list[str]] = {}
    for number, pick in enumerate(recent):
        place.setdefault(pick.category, number)
        answers.setdefault(pick.category, []).append(pick.answer)
    asked = [(hkey, category) for hkey in model.hkeys() if _is_observed(category := model.category(hkey), model, hkey)]
    # Of those that nobody used yet, what can be counted comes first: a live animal before a mention of its kind.
    asked.sort(key=lambda one: (place.get(one[0], len(recent)), count_attribute(model, one[0]) is None))
    nodes = tuple(
        _node(model, hkey, category, answers.get(hkey, ())) for hkey, category in asked if category is not None
    )
    return Attribute(key="pick", type=AttributeType.TREE, nodes=nodes)


def pick_of(model: DataModel, key: str) -> Pick | None:
    """What the key of an answer of :func:`picks` stands for; ``None`` when the model has no such thing."""
    category, _, answer = key.removesuffix(".").partition(".")
    hkey = f"{category.replace(_DOT, '.')}."
    if model.category(hkey) is None:
        return None
    if not answer:
        return Pick(category=hkey)
    what = what_attribute(model, hkey)
    if what is None:
        return None
    told = answer.replace(_DOT, ".")
    return Pick(category=hkey, attribute=what.key, answer=f"{told}." if what.type is AttributeType.TREE else told)


def key_of(pick: Pick) -> str:
    """The key by which :func:`picks` names it."""
    return f"{_part(pick.category)}.{_part(pick.answer)}." if pick.answer else f"{_part(pick.category)}."


def what_attribute(model: DataModel, category: str) -> Attribute | None:
    """The attribute that says what an observation of *category* is of; ``None`` when nothing does."""
    choices = (AttributeType.TREE, AttributeType.LIST)
    return _first(model, category, rules().what, lambda one: one.type in choices)


def count_attribute(model: DataModel, category: str) -> Attribute | None:
    """The attribute that says how many; ``None`` when the category asks no number."""
    return _first(model, category, rules().count, lambda one: one.type is AttributeType.NUMERIC)


def observation(model: DataModel, pick: Pick, count: int | Decimal | None) -> dict[str, Any]:
    """The observation as a document has it.

    Raises:
        ValueError: A number for a category that asks none.
    """
    attributes: dict[str, Any] = {pick.attribute: pick.answer} if pick.attribute else {}
    if count is not None:
        counted = count_attribute(model, pick.category)
        if counted is None:
            raise ValueError(f"{pick.category} asks no number")
        attributes[counted.key] = count
    return {"category": pick.category, "attributes": attributes}


def picked(model: DataModel, category: str, attributes: Mapping[str, object]) -> Pick:
    """What a row of a booklet would have named for an observation."""
    what = what_attribute(model, category)
    answer = attributes.get(what.key) if what is not None else None
    if what is None or not isinstance(answer, str) or not answer:
        return Pick(category=category)
    return Pick(category=category, attribute=what.key, answer=answer)


def _is_observed(category: Category | None, model: DataModel, hkey: str) -> bool:
    if category is None or not all(one.is_active for one in model.path(hkey)):
        return False
    return category.is_multiple or not any(child.is_active for child in category.children)


def _node(model: DataModel, hkey: str, category: Category, recent: Sequence[str]) -> TreeNode:
    what = what_attribute(model, hkey)
    below = list(_answers(what)) if what is not None else []
    place = {_part(answer): number for number, answer in reversed(list(enumerate(recent)))}
    below.sort(key=lambda node: place.get(node.key, len(place)))
    return TreeNode(
        key=_part(hkey),
        names=category.names,
        children=tuple(below),
    )


def _part(key: str) -> str:
    """A key of the data model as one part of the key of a pick."""
    return key.removesuffix(".").replace(".", _DOT)


def _answers(what: Attribute) -> tuple[TreeNode, ...]:
    """All answers on one level, species before their genera and families: whoever types three letters means those."""
    if what.type is AttributeType.LIST:
        return tuple(TreeNode(key=one.key, names=one.names) for one in what.items if one.is_active)
    more = _names_of_taxa(what)
    found: tuple[list[TreeNode], list[TreeNode]] = ([], [])
    off: list[str] = []
    for hkey, node in what.walk():
        if not node.is_active or any(hkey.startswith(above) for above in off):
            off.append(hkey)
            continue
        told = TreeNode(key=_part(hkey), names=node.names)
        found[bool(node.children)].append(replace(told, names=(*node.names, *more.get(hkey, ()))))
    return (*found[0], *found[1])


def _names_of_taxa(tree: Attribute) -> dict[str, list[tuple[str, str]]]:
    """Names that we know of a species and the office's tree lacks, by the place of the species in that tree."""
    found: dict[str, list[tuple[str, str]]] = {}
    for taxon in taxa():
        hkey = matching_node(tree, taxon.smart, taxon.scientific) if taxon.smart else None
        if hkey is not None:
            found.setdefault(hkey, []).extend((name.language, name.text) for name in taxon.names)
    return found


def _first(
    model: DataModel, category: str, patterns: Sequence[str], is_fit: Callable[[Attribute], bool]
) -> Attribute | None:
    asked = [one for one in model.attributes_of(category, in_use=True) if is_fit(one)]
    for pattern in patterns:
        for one in asked:
            if fnmatchcase(one.key, pattern):
                return one
    return None
