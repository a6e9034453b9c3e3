"""The branches of all logs with their Merkle trees, as far as they have been derived."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcipher3.dbapi2 import Connection

from db.journal import Journal, Stored
from ranger_app.domain.change import NO_CHANGE, ref_of
from ranger_app.domain.merkle import Peaks

MOVE = "UPDATE branch SET tip = ?, n = ?, log = ?, audience = ?, size = ?, peaks = ? WHERE tip = ?"
INSERT = "INSERT OR REPLACE INTO branch (tip, n, log, audience, size, peaks) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(slots=True)
class Branch:
    """A branch of a log up to its newest change.

    Attributes:
        audience: What the opening of exactly this branch says.
        n: Place of its newest change in the journal.
        is_stored: Whether the newest change is the one that stands in the table.
    """

    log: bytes
    audience: str
    peaks: Peaks
    n: int = 0
    is_stored: bool = False


class Branches:
    """The ``branch`` table; branches that grow are held in memory, because they will grow again."""

    def __init__(self, derived: Connection, journal: Journal) -> None:
        self._db = derived
        self._journal = journal
        self._held: dict[bytes, Branch] = {}
        self._gone: set[bytes] = set()
        self.forked: set[tuple[bytes, bytes]] = set()
        """Log and change of each place where a log was found to go on twice; whoever takes note empties it."""

    def grow(self, stored: Stored) -> Branch:
        """Add a change to the branch that it belongs to; it may begin one, or leave another one."""
        branch = self._held.pop(stored.previous, None) or self._load(stored)
        if branch.is_stored:
            branch.is_stored = False
            self._gone.add(stored.previous)
        branch.peaks.append(stored.id)
        branch.n = stored.n
        self._held[stored.id] = branch
        return branch

    def _load(self, stored: Stored) -> Branch:
        if stored.previous == NO_CHANGE:
            if self._db.execute("SELECT 1 FROM opened WHERE log = ?", (stored.log,)).fetchone() is not None:
                self.forked.add((stored.log, NO_CHANGE))
            return Branch(stored.log, "", Peaks())
        row = None
        if stored.previous not in self._gone:
            row = self._db.execute(
                "SELECT log, audience, size, peaks FROM branch WHERE tip = ?", (stored.previous,)
            ).fetchone()
        if row is not None:
            return Branch(row[0], row[1], Peaks(row[2], row[3]), is_stored=True)
        self.forked.add((stored.log, stored.previous))
        return self._up_to(stored.log, stored.previous)

    def _up_to(self, log: bytes, newest: bytes) -> Branch:
        """A branch as it was when *newest* was its newest change; the log went on from there before."""
        ids = self._journal.ids_of_branch(newest)
        peaks = Peaks()
        for identity in ids:
            peaks.append(identity)
        opened = bytes.fromhex(ref_of(ids[0])) if ids else b""
        row = self._db.execute("SELECT audience FROM opened WHERE log = ? AND ref = ?", (log, opened)).fetchone()
        return Branch(log, row[0] if row else "", peaks)

    def write(self) -> None:
        """Bring the table up to date."""
        new = [(tip, branch) for tip, branch in self._held.items() if not branch.is_stored]
        rows = [(tip, b.n, b.log, b.audience, b.peaks.size, bytes(b.peaks)) for tip, b in new]
        if len(rows) == len(self._gone) == 1:
            self._db.execute(MOVE, (*rows[0], *self._gone))
        else:
            self._db.executemany("DELETE FROM branch WHERE tip = ?", [(tip,) for tip in self._gone])
            self._db.executemany(INSERT, rows)
        for _, branch in new:
            branch.is_stored = True
        self._gone.clear()
