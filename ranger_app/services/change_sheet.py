"""What one change shall write, gathered record by record: several wishes for one record become one op."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.transaction import ChangeBuilder


class ChangeSheet:
    """New values of records that are here already; what is wished later of a field wins."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], dict[str, Any]] = {}

    def set(self, kind: str, record: str, values: Mapping[str, Any]) -> None:
        """Wish for *values* in a record."""
        self._values.setdefault((kind, record), {}).update(values)

    def wished(self, kind: str, record: str, name: str, otherwise: object = None) -> Any:
        """What was wished for a field so far; *otherwise* when nothing was."""
        return self._values.get((kind, record), {}).get(name, otherwise)

    def forget(self, kind: str, record: str) -> None:
        """Wish for nothing in a record: it is taken back."""
        self._values.pop((kind, record), None)

    def write(self, change: ChangeBuilder, *, bases: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Put it into *change*.

        Args:
            bases: Record to what stood behind its fields when its form was opened; of other records, what does now.
        """
        for (kind, record), values in self._values.items():
            change.set(kind, record, values, bases=bases.get(record))
