"""Records that stand in a list of another one: observations, lines of animals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from db.fields import NUMBERS, observations, ordered
from db.reader import Entry, Reader
from db.transaction import ChangeBuilder
from ranger_app.domain.ordering import positions_in_order
from ranger_app.domain.record_state import POSITION
from ranger_app.problem import Problem
from ranger_app.services.incident_fields import observation_record, observation_values

TAKEN_OUT = "taken out of the list"
"""Reason of those that a new list no longer names."""

_KEY = re.compile(r"[a-z0-9_.~-]+")


class Listed:
    """A list as a document tells it, beside the records that it is stored in.

    Where the document says no ids at all, the first is taken for the first, the second for the second.

    Args:
        told: Parts of the document, with ``id`` where they were answered before.
    """

    def __init__(self, reader: Reader, kind: str, parent: str, told: Sequence[Mapping[str, Any]]) -> None:
        self._kind = kind
        known = ordered(reader.entries(kind, parent=parent))
        by_id = {entry.id: entry for entry in known}
        if any(one.get("id") for one in told):
            old = [by_id.pop(str(one.get("id")), None) for one in told]
        else:
            old = [*known[: len(told)], *([None] * (len(told) - len(known)))]
            by_id = {entry.id: entry for entry in known[len(told) :]}
        self._parts = list(zip(told, old, _positions(known, old), strict=True))
        self._rest = tuple(by_id)

    def __iter__(self) -> Iterator[tuple[Mapping[str, Any], Entry | None, str]]:
        """Each part with the record it is stored in (``None`` for a new one) and its index."""
        return iter(self._parts)

    def take_back_rest(self, change: ChangeBuilder) -> None:
        """Take back the records that the document no longer tells."""
        for record in self._rest:
            change.take_back(self._kind, record, TAKEN_OUT)


def _positions(known: Sequence[Entry], old: Sequence[Entry | None]) -> list[str]:
    """Indexes for the order told; none is changed as long as it is the order that they stand in."""
    left = {entry.id for entry in old if entry is not None}
    stands = [entry.id for entry in known if entry.id in left] == [entry.id for entry in old if entry is not None]
    now = ["" if entry is None else str(entry.values.get(POSITION, "")) for entry in old]
    return now if stands and all(now) else positions_in_order(now)


def edit_observations(
    reader: Reader, change: ChangeBuilder, parent: tuple[str, str], told: Sequence[Mapping[str, Any]]
) -> None:
    """Write the observations of *parent* as *told* has them; those it does not name are taken back."""
    known = {one.id: one for one in observations(reader, parent[1])}
    listed = Listed(reader, "observation", parent[1], told)
    for one, entry, position in listed:
        fields = observation_record(one["category"], observation_values(one.get("attributes") or {}))
        if one.get("group"):
            fields["group"] = one["group"]
        if entry is None:
            change.create("observation", fields, parent=parent, position=position)
        else:
            before = observation_record(known[entry.id].category, known[entry.id].attributes)
            # What was a number and stays one may be known by other means, such as the file it came with.
            still = {name for name in before.keys() & fields.keys() if name.startswith(NUMBERS)}
            values = {**dict.fromkeys(before), **fields}
            values |= {name: old for name, old in before.items() if _is_spelt_otherwise(old, fields.get(name))}
            change.set("observation", entry.id, {n: v for n, v in values.items() if n not in still}, position=position)
    listed.take_back_rest(change)


def _is_spelt_otherwise(old: object, new: object) -> bool:
    """Whether both are the same number, such as 3.0 and 3."""
    numbers = [one for one in (old, new) if isinstance(one, int | Decimal) and not isinstance(one, bool)]
    return len(numbers) == 2 and old == new


def attribute_key_problems(told: Sequence[Mapping[str, Any]], where: str) -> list[Problem]:
    """Name keys of attributes and answers that no record can carry.

    Args:
        where: Path of the list in its document.
    """
    found = []
    for place, one in enumerate(told, start=1):
        for key, value in (one.get("attributes") or {}).items():
            names = (key, *value) if isinstance(value, list) else (key,)
            if not all(_KEY.fullmatch(str(name)) for name in names):
                facts: dict[str, Any] = {"value": str(key)[:80]}
                found.append(Problem(code="attribute-key", where=f"{where}[{place}]", facts=facts))
    return found
