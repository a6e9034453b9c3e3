"""Records are taken back with a reason, and brought back; nothing is deleted."""

from __future__ import annotations

from db.reader import Entry, Reader
from db.store import Store
from db.transaction import ChangeBuilder
from ranger_app.errors import RangerAppError

TAKEN_BACK_KINDS = ("patrol", "leg", "track", "waypoint", "observation", "incident", "conflict", "animal",
                    "attachment", "case", "exhibit", "officer", "member")  # fmt: skip
"""Kinds that a person may take back; statements, custody and seals are only ever appended."""


class RecordTakenBackError(RangerAppError):
    """A record that somebody took back is not edited; it is brought back first."""

    code = "record-taken-back"


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


def take_back(change: ChangeBuilder, reader: Reader, kind: str, record: str, reason: str) -> None:
    """Ops that take back a record and what belongs to it."""
    for below, identity in with_descendants(reader, kind, record):
        change.take_back(below, identity, reason)


class TakeBack:
    """Withdraw a record with a reason: it leaves lists, maps and exports, not its history."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, kind: str, record: str, reason: str, *, officer: str) -> str:
        """Take back *record* and what belongs to it; return the change's ref.

        Raises:
            RecordMissingError, RecordTakenBackError, ReasonMissingError, KindFixedError: Nothing is changed.
        """
        if kind not in TAKEN_BACK_KINDS:
            raise KindFixedError(kind=kind)
        entry = self._store.reader.entry(record, kind)
        refuse_taken_back(entry)
        if not reason.strip():
            raise ReasonMissingError
        with self._store.act(officer=officer, audience=entry.audience) as change:
            take_back(change, self._store.reader, kind, record, reason.strip())
        return change.ref


class BringBack:
    """Reinstate a record that was taken back, with what was taken back together with it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, kind: str, record: str, reason: str, *, officer: str) -> str:
        """Bring back *record*; return the change's ref, empty when it had not been taken back.

        Raises:
            RecordMissingError: There is no such record.
        """
        entry = self._store.reader.entry(record, kind)
        if not self._store.reader.state(record).is_taken_back:
            return ""
        with self._store.act(officer=officer, audience=entry.audience) as change:
            for below, identity in self._taken_back_with(record, kind):
                change.bring_back(below, identity, reason)
        return change.ref

    def _taken_back_with(self, record: str, kind: str) -> list[tuple[str, str]]:
        reader = self._store.reader
        heads = set(reader.state(record).heads_of("~state"))
        found = [(kind, record)]
        rows = reader.derived.execute(
            "SELECT kind, id FROM record WHERE parent = ? AND covers IS NOT NULL ORDER BY no", (bytes.fromhex(record),)
        ).fetchall()
        for below, raw in rows:
            if heads & set(reader.state(raw.hex()).heads_of("~state")):
                found += self._taken_back_with(raw.hex(), below)
        return found
