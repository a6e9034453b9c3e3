"""What a person must be told of: forked logs, forked custody, seals apart, late changes, unreadable content."""

from __future__ import annotations

import json

from sqlcipher3.dbapi2 import Connection

from db.journal import Journal
from ranger_app.domain.custody import custody_forks
from ranger_app.domain.sealing import SealFacts, unaware_seals


class Alarms:
    """The ``alarm``, ``fork`` and ``late`` tables; each is a function of what else was derived."""

    def __init__(self, derived: Connection, journal: Journal) -> None:
        self._db = derived
        self._journal = journal

    def note(self, identity: str, code: str, **facts: str | list[str]) -> None:
        """Raise an alarm, in place of one with the same name."""
        self._db.execute(
            "INSERT OR REPLACE INTO alarm (id, code, facts) VALUES (?, ?, ?)",
            (identity, code, json.dumps(facts, sort_keys=True)),
        )

    def note_fork(self, log: bytes, previous: bytes) -> None:
        """Say that *log* went on twice after *previous*."""
        ids = self._journal.continued_twice(log, previous)
        if len(ids) > 1:
            self._db.execute(
                "INSERT OR REPLACE INTO fork (log, previous, ids) VALUES (?, ?, ?)",
                (log, previous, json.dumps([identity.hex() for identity in ids])),
            )
            self.note(f"fork/{log.hex()}/{previous.hex()}", "log-forked", log=log.hex(), previous=previous.hex())

    def note_custody(self, exhibit: str) -> None:
        """Look again where the custody of an exhibit forks."""
        entries: dict[str, frozenset[str]] = {}
        for ref, after in self._db.execute(
            "SELECT ref, after FROM custody WHERE exhibit = ?", (bytes.fromhex(exhibit),)
        ):
            entries[ref.hex()] = entries.get(ref.hex(), frozenset()).union(json.loads(after))
        self._db.execute("DELETE FROM alarm WHERE id LIKE ?", (f"custody/{exhibit}/%",))
        for fork in custody_forks(entries):
            self.note(
                f"custody/{exhibit}/{fork.after or 'first'}", "custody-forked",
                exhibit=exhibit, entries=list(fork.entries), explained_by=list(fork.explained_by),
            )  # fmt: skip

    def note_late(self, record: str) -> None:
        """Look again which changes of a sealed record no seal covers, and whether its seals know of each other."""
        raw = bytes.fromhex(record)
        seals = [
            SealFacts(ref.hex(), seal.hex(), frozenset(json.loads(covers)))
            for ref, seal, covers in self._db.execute(
                "SELECT s.ref, s.seal, s.covers FROM sealed d JOIN seal s ON s.ref = d.ref WHERE d.record = ?", (raw,)
            )
        ]
        if not seals:
            return
        covered = frozenset().union(*(seal.covers for seal in seals))
        touching = self._db.execute(
            "SELECT h.n FROM history h JOIN record r ON r.no = h.record WHERE r.id = ? AND h.after_seal = 0", (raw,)
        ).fetchall()
        refs = [self._journal.ref_at(n) for (n,) in touching]
        self._db.execute("DELETE FROM late WHERE record = ?", (raw,))
        self._db.executemany(
            "INSERT INTO late (record, ref) VALUES (?, ?)",
            [(raw, bytes.fromhex(ref)) for ref in refs if ref not in covered],
        )
        self._db.execute("DELETE FROM alarm WHERE id = ?", (f"seals/{record}",))
        apart = unaware_seals(seals)
        if apart:
            self.note(f"seals/{record}", "sealed-apart", record=record, seals=list(apart))
