"""Drafts: unfinished forms of one officer on this laptop; no record, no change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlcipher3.dbapi2 import Connection

from db.drafts_beside import DraftsBeside


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it stood after the last pause in typing.

    Attributes:
        record: Id of the record being edited; of a new record the id it will have.
        bases: Field to the refs that stood behind the values when the form was opened.
        saved_at: Milliseconds since 1970.
    """

    officer: str
    form: str
    record: str
    values: Mapping[str, Any]
    bases: Mapping[str, tuple[str, ...]]
    saved_at: int


class Drafts:
    """The draft table of ``journal.db``, with what waits outside the station because its disk took nothing.

    Attributes:
        beside: Drafts outside the station; ``None`` when nobody said where they are.
    """

    def __init__(self, connection: Connection, beside: DraftsBeside | None = None) -> None:
        self._db = connection
        self.beside = beside

    def save(self, draft: Draft) -> None:
        """Keep *draft* in place of an earlier one of the same form and record."""
        self._db.execute(
            "INSERT OR REPLACE INTO draft (officer, form, record, json, bases, saved_at) VALUES (?, ?, ?, ?, ?, ?)",
            (draft.officer, draft.form, draft.record, json.dumps(dict(draft.values)), json.dumps(dict(draft.bases)),
             draft.saved_at),
        )  # fmt: skip
        if self.beside is not None:
            self.beside.drop(draft.officer, draft.form, draft.record)

    def of(self, officer: str) -> tuple[Draft, ...]:
        """What this officer left unfinished, the newest first."""
        rows = self._db.execute(
            "SELECT form, record, json, bases, saved_at FROM draft WHERE officer = ? ORDER BY saved_at DESC", (officer,)
        ).fetchall()
        stored = [
            Draft(officer, form, record, json.loads(values),
                  {name: tuple(refs) for name, refs in json.loads(bases).items()}, saved_at)
            for form, record, values, bases, saved_at in rows
        ]  # fmt: skip
        waiting = self.beside.of(officer) if self.beside is not None else ()
        newest = sorted((*stored, *waiting), key=lambda draft: draft.saved_at)
        return tuple(reversed({(draft.form, draft.record): draft for draft in newest}.values()))

    def one(self, officer: str, form: str, record: str) -> Draft | None:
        """What this officer left unfinished of one record; ``None`` when nothing."""
        return next((draft for draft in self.of(officer) if (draft.form, draft.record) == (form, record)), None)

    def records(self) -> frozenset[str]:
        """Of which records anybody left something unfinished here."""
        found = {str(record) for (record,) in self._db.execute("SELECT DISTINCT record FROM draft")}
        return frozenset(found | (self.beside.records() if self.beside is not None else set()))

    def drop(self, officer: str, form: str, record: str) -> None:
        """Forget a draft that became a change, or that the officer gave up."""
        if self.beside is not None:
            self.beside.drop(officer, form, record)
        self._db.execute("DELETE FROM draft WHERE officer = ? AND form = ? AND record = ?", (officer, form, record))
