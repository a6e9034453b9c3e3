"""What could be meant by a key that the office does not know: candidates for a mapping, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel, matching_node
from ranger_app.domain.lists import taxa
from ranger_app.domain.preflight_findings import Mend, Remedy
from ranger_app.domain.smart_office import Choice
from ranger_app.domain.station import Member

MOST: Final = 20
"""Candidates that one finding names at most."""

_NEAR: Final = 0.5
_NO_CATEGORY_OF_ITS_OWN: Final = "humanactivity.domesticanimals."
"""What the default model has of livestock, where an area has no category of conflicts."""


def edit(what: str, ours: str = "", candidates: Iterable[str] = ()) -> Mend:
    """Only the record itself can be changed."""
    return Mend(remedy=Remedy.EDIT, what=what, ours=ours, candidates=tuple(candidates)[:MOST])


def list_mend(what: str, ours: str, choices: Mapping[str, Choice]) -> Mend:
    """An entry of one of the office's lists: any other could be meant. Nothing to map from means: choose one."""
    candidates = _ranked(ours, choices)
    return _map(what, ours, candidates) if ours else edit(what, "", candidates)


def category_mend(ours: str, model: DataModel) -> Mend:
    """Categories of a like name, and those above it that the office has."""
    above = [hkey for hkey in _above(ours) if model.category(hkey) is not None]
    if ours.startswith("humanwildlifeconflict.") and model.category(_NO_CATEGORY_OF_ITS_OWN) is not None:
        above.append(_NO_CATEGORY_OF_ITS_OWN)
    return _map("category", ours, [*_near(ours, model.hkeys()), *above])


def attribute_mend(ours: str, category: str, model: DataModel) -> Mend:
    """Attributes that an observation of this category may have."""
    return _map("attribute", ours, _ranked(ours, [link.key for link in model.links(category)]))


def option_mend(attribute: Attribute, ours: str) -> Mend:
    """Answers that the office's attribute has: of a list those alike first, of a tree the same taxon or one above."""
    if attribute.type is AttributeType.TREE:
        same = matching_node(attribute, ours, _scientific_name(ours))
        above = [hkey for hkey in _above(ours) if attribute.node(hkey) is not None]
        found: Sequence[str] = [*([same] if same else []), *above] or [f"{node.key}." for node in attribute.nodes]
    else:
        found = _ranked(ours, [item.key for item in attribute.items])
    return _map("option", f"{attribute.key}/{ours}", [f"{attribute.key}/{key}" for key in found])


def member_mend(member: Member, roster: Sequence[Member]) -> Mend:
    """People of the office with the same number or names, or like names."""
    by_name = {one.name: one.id for one in roster}
    same = [one.id for one in roster if is_near(member, one)]
    return _map("member", member.id, [*same, *(by_name[name] for name in _near(member.name, by_name))])


def is_near(member: Member, known: Member) -> bool:
    """Whether SMART would take *known* for *member*, by employee id or by names alone."""
    by_id = bool(member.employee_id) and member.employee_id == known.employee_id
    return by_id or (member.given_name, member.family_name) == (known.given_name, known.family_name)


def _map(what: str, ours: str, candidates: Iterable[str]) -> Mend:
    return Mend(remedy=Remedy.MAP, what=what, ours=ours, candidates=tuple(dict.fromkeys(candidates))[:MOST])


def _ranked(ours: str, keys: Iterable[str]) -> list[str]:
    told = list(keys)
    return list(dict.fromkeys([*_near(ours, told), *told]))


def _near(ours: str, keys: Iterable[str]) -> tuple[str, ...]:
    return _near_of(ours, tuple(keys))


@lru_cache(maxsize=1024)
def _near_of(ours: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    squeezed = _squeezed(ours)
    same = [key for key in keys if squeezed and _squeezed(key) == squeezed]
    return tuple(dict.fromkeys([*same, *get_close_matches(ours[:200], keys, n=5, cutoff=_NEAR)]))


def _squeezed(key: str) -> str:
    return "".join(sign for sign in key.casefold() if sign.isalnum())


def _scientific_name(hkey: str) -> str:
    """The Latin name of the taxon that SMART's own tree has under the last key; empty for what is no taxon we know."""
    key = hkey.removesuffix(".").rpartition(".")[2]
    known = (one for one in taxa() if key and one.smart.removesuffix(".").rpartition(".")[2] == key)
    return next((one.scientific for one in known), "")


def _above(hkey: str) -> list[str]:
    """The hkeys above this one, the nearest first."""
    keys = [key for key in hkey.split(".") if key]
    return [".".join(keys[:depth]) + "." for depth in range(len(keys) - 1, 0, -1)]
