"""Records are taken back with a reason, and brought back; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from db.journal import act_of
from db.reader import Entry, Reader
from db.store import Store
from db.transaction import ChangeBuilder
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError

TAKEN_BACK_KINDS = ("patrol", "leg", "track", "waypoint", "observation", "incident", "conflict", "animal",
                    "attachment", "case", "exhibit", "officer", "member", "choice",
                    "mapping", "plan")  # fmt: skip
"""Kinds that a person may take back; statements, custody and seals are only ever appended."""


class RecordTakenBackError(RangerAppError):
    """A record that somebody took back is not edited; it is brought back first."""

    code = "record-taken-back"


class NotTakenBackError(RangerAppError):
    """What stands cannot be brought back."""

    code = "not-taken-back"


class ReasonMissingError(RangerAppError):
    """Taking back needs a reason."""

    code = "reason-missing"


class KindFixedError(RangerAppError):
    """Records of this kind are never taken back."""

    code = "kind-fixed"


def refuse_taken_back(entry: Entry) -> None:
    """Raise :class:`RecordTakenBackError` when the record was taken back."""
    if entry.is_hidden:
        raise RecordTakenBackError(kind=entry.kind, id=entry.id)


def with_descendants(reader: Reader, kind: str, record: str) -> list[tuple[str, str]]:
    """(kind, id) of a record and of everything visible below it, the record first."""
    found = [(kind, record)]
    rows = reader.derived.execute(
        "SELECT kind, id FROM record WHERE parent = ? AND state & 3 = 1 ORDER BY no", (bytes.fromhex(record),)
    ).fetchall()
    for below, raw in rows:
        if below != "custody":
            found += with_descendants(reader, below, raw.hex())
    return found


class TakeBack:
    """Withdraw a record with a reason: it leaves lists, maps and exports, not its history."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, kind: str, record: str, reason: str, *, officer: str) -> str:
        """Take back *record* and what belongs to it; return the (first) change's ref.

        Raises:
            RecordMissingError, RecordTakenBackError, ReasonMissingError, KindFixedError: Nothing is changed.
        """
        if kind not in TAKEN_BACK_KINDS:
            raise KindFixedError(kind=kind)
        entry = self._store.reader.entry(record, kind)
        refuse_taken_back(entry)
        if not reason.strip():
            raise ReasonMissingError
        reason = typed_text(reason)
        found = with_descendants(self._store.reader, kind, record)
        with self._store.transaction(officer) as transaction:
            writes = (partial(_take_back, kind=below, record=identity, reason=reason) for below, identity in found)
            return transaction.spread(writes, entry.audience)


def _take_back(change: ChangeBuilder, *, kind: str, record: str, reason: str) -> None:
    change.take_back(kind, record, reason)


def _bring_back(change: ChangeBuilder, *, kind: str, record: str, reason: str) -> None:
    change.bring_back(kind, record, reason)


class BringBack:
    """Reinstate a record that was taken back, with what was taken back together with it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._firsts: dict[str, str] = {}

    def __call__(self, kind: str, record: str, reason: str, *, officer: str) -> str:
        """Bring back *record*; return the (first) change's ref, empty when it had not been taken back.

        Raises:
            RecordMissingError: There is no such record.
        """
        entry = self._store.reader.entry(record, kind)
        if not self._store.reader.state(record).is_taken_back:
            return ""
        reason = typed_text(reason)
        found = self._taken_back_with(record, kind)
        with self._store.transaction(officer) as transaction:
            writes = (partial(_bring_back, kind=below, record=identity, reason=reason) for below, identity in found)
            return transaction.spread(writes, entry.audience)

    def _taken_back_with(self, record: str, kind: str) -> list[tuple[str, str]]:
        """(kind, id) of the record and of what the same acts took back below it."""
        reader = self._store.reader
        acts = self._acts_of(reader.state(record).heads_of("~state"))
        found = [(kind, record)]
        rows = reader.derived.execute(
            "SELECT kind, id FROM record WHERE parent = ? AND covers IS NOT NULL ORDER BY no", (bytes.fromhex(record),)
        ).fetchall()
        for below, raw in rows:
            if acts & self._acts_of(reader.state(raw.hex()).heads_of("~state")):
                found += self._taken_back_with(raw.hex(), below)
        return found

    def _acts_of(self, refs: Iterable[str]) -> set[str]:
        """Refs of the first changes of the acts that wrote *refs*: a large act is several changes."""
        for ref in refs:
            if ref not in self._firsts:
                stored = self._store.journal.by_ref(ref)
                self._firsts[ref] = ref if stored is None else str(act_of(stored).more.get("with", ref))
        return {self._firsts[ref] for ref in refs}
