"""Questions about the outbox: its items, and what a record says as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from db.journal import Stored, act_of
from db.reader import Entry, Reader
from ranger_app.domain.outbox import Item

KIND = "outbox"
NUMBERS = ("size", "answered_at", "steps", "sure")


def items(reader: Reader) -> tuple[Item, ...]:
    """Every item that nobody withdrew, in order of arrival; one that this version cannot read is left out."""
    found = (_item(entry, reader) for entry in reader.entries(KIND))
    return tuple(item for item in found if item is not None)


def item(reader: Reader, record: str) -> Item | None:
    """One item, withdrawn or not.

    Raises:
        RecordMissingError: There is none of this id.
    """
    return _item(reader.entry(record, KIND), reader)


def standing(reader: Reader, records: Iterable[str]) -> str:
    """Digest of what records say with all that is below them: another one when anything says something else."""
    digest = hashlib.sha256()
    for record in sorted(records):
        for entry in sorted(reader.below(record), key=lambda one: one.id):
            told = (entry.id, entry.kind, entry.parent, entry.values)
            digest.update(json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def sealed_records(reader: Reader) -> frozenset[str]:
    """Every record that stands in a sealed dossier."""
    return frozenset(record.hex() for (record,) in reader.derived.execute("SELECT DISTINCT record FROM sealed"))


def _item(entry: Entry, reader: Reader) -> Item | None:
    told = entry.values
    read: dict[str, Any] = {
        name: str(told.get(name) or "")
        for name in (
            "place", "server", "area", "how", "record_kind", "record", "number", "name", "type", "sha256", "version",
            "covers", "origin", "work_item", "outcome", "answer",
        )
    }  # fmt: skip
    try:
        read.update((name, int(told.get(name) or 0)) for name in NUMBERS)
    except (TypeError, ValueError):
        return None
    if not read["name"] or not read["sha256"]:
        return None
    made = reader.journal.by_ref(entry.origin)
    return Item(id=entry.id, queued_at=_at(made), **read)


def _at(stored: Stored | None) -> int:
    return act_of(stored).at if stored is not None else 0
