"""The types of incidents that the receiving office has; what goes straight into its database has to name one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from db.office import OFFICE, choice_fields, known_choices, label_field
from db.reader import Reader
from db.store import Store
from db.transaction import ChangeBuilder
from ranger_app.domain.smart_office import Choice
from ranger_app.importers.office_metadata import IncidentTypesRead

Write = Callable[[ChangeBuilder], object]

LIST: Final = "incident_type"
"""What entries of this list are marked with; people neither choose from it nor add to it."""


def incident_types(reader: Reader) -> tuple[Choice, ...]:
    """The types that the office has now, by key; empty when its server never told."""
    return tuple(one.choice for one in known_choices(reader, LIST) if one.is_active)


class LoadIncidentTypes:
    """Take in the office's types of incidents; those that it has no more are kept and count as gone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, read: IncidentTypesRead, *, officer: str) -> int:
        """Store what was read; answers how many types there are now."""
        with self._store.transaction(officer) as transaction:
            transaction.spread(list(self._writes(read)))
        return len(read.types)

    def _writes(self, read: IncidentTypesRead) -> Iterator[Write]:
        known = {one.choice.key: one for one in known_choices(self._store.reader, LIST)}
        for choice in read.types:
            fields = choice_fields(LIST, choice, OFFICE)
            before = known.pop(choice.key, None)
            if before is None:
                yield partial(ChangeBuilder.create, kind="choice", values=fields)
            else:
                gone = {label_field(code): None for code in before.choice.labels.keys() - choice.labels.keys()}
                yield partial(ChangeBuilder.set, kind="choice", record=before.id, values={**gone, **fields})
        for before in known.values():
            if before.is_active:
                yield partial(ChangeBuilder.set, kind="choice", record=before.id, values={"is_active": False})
