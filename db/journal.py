"""The journal: appending, merging, waiting. What is stored here is the truth; nothing is ever rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from sqlcipher3.dbapi2 import Connection, Cursor, DatabaseError

from db.connection import in_groups
from db.log_opening import NotAnOpeningError, check_opening
from db.waiting import Read, Waiting, readable
from ranger_app.domain.change import (
    NO_CHANGE,
    REF_BYTES,
    Act,
    Change,
    Header,
    header_bytes,
    payload_digest,
    ref_of,
)
from ranger_app.domain.checkpoint import Leaf
from ranger_app.domain.merkle import root

REMEMBERED = 50_000
"""Ids whose place is remembered between two look-ups."""

MOVE_HEAD = "UPDATE head SET log = ?, seq = ?, id = ?, signature = ? WHERE id = ?"
INSERT = "INSERT INTO change (n, log, seq, parent, id, salt, payload) VALUES (?, ?, ?, ?, ?, ?, ?)"


class Stored(NamedTuple):
    """A change in its place.

    Attributes:
        n: Order of arrival on this laptop; always a causal order.
    """

    n: int
    log: bytes
    seq: int
    previous: bytes
    id: bytes
    payload: bytes

    @property
    def ref(self) -> str:
        """How ops name it."""
        return self.id[:REF_BYTES].hex()


RowToCheck: TypeAlias = tuple[
    int, int, bytes, bytes | None, bytes | None, int | None, bytes | None, bytes | None, int | None, int | None
]
"""n, seq, id, salt, payload, parent, log, and of the parent: id, seq, whether it is of the same log."""


Versions: TypeAlias = dict[bytes, list[tuple[int, bytes]]]
"""Log to (seq, id) of the newest change of each of its branches, sorted; never seq alone."""


@dataclass(slots=True)
class Merged:
    """What a merge did.

    Attributes:
        new: Inserted changes, in the order of insertion.
        known: How many were here or waiting already.
        waiting: How many of those offered began to wait.
        refused: Ref and reason of what is no change of anybody: wrong digest, broken chain, false opening.
        acts: What the payloads of new changes say, by ref, as far as they could be read.
    """

    new: list[Stored] = field(default_factory=list)
    known: int = 0
    waiting: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    acts: dict[str, Act] = field(default_factory=dict)


class Journal:
    """The change, waiting and head tables over one connection; the caller begins and ends transactions."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._waiting = Waiting(connection, lambda ref: self.n_of(ref) is not None, self._payloads_about_losses)
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered of the tables; needed after a rollback."""
        self._places: dict[str, int] = {}
        self._absent: set[str] = set()
        self._last_n: int | None = None
        self._unwritten: list[tuple[Any, ...]] = []
        self._log_numbers: dict[bytes, int] = {}
        self._tips: dict[bytes, tuple[bytes, int, bytes | None]] | None = None
        self._stored_tips: set[bytes] = set()
        self._stale_tips: set[bytes] = set()
        self._new_tips: set[bytes] = set()
        self._waiting.forget()

    # What is here

    def _ask(self, question: str, values: Sequence[object] = ()) -> Cursor:
        """Ask the change table, after what is to stand in it has been written."""
        self._write()
        return self._db.execute(question, values)

    def _write(self) -> None:
        if self._unwritten:
            self._db.executemany(INSERT, self._unwritten)
            self._unwritten.clear()

    def last_n(self) -> int:
        """Number of the newest change; 0 in an empty journal."""
        return int(self._ask("SELECT coalesce(max(n), 0) FROM change").fetchone()[0])

    def n_of(self, ref: str) -> int | None:
        """Place of the change with this ref."""
        place = self._places.get(ref)
        if place is None and ref not in self._absent:
            low = bytes.fromhex(ref)
            row = self._ask(
                "SELECT n FROM change WHERE id >= ? AND id <= ?", (low + bytes(16), low + b"\xff" * 16)
            ).fetchone()
            if row is None:
                return None
            place = self._remember(ref, int(row[0]))
        return place

    def _look_for(self, changes: Sequence[Change]) -> None:
        """Find out at once which of *changes* are here."""
        here = set()
        for marks, group in in_groups([change.id for change in changes]):
            for identity, n in self._ask(f"SELECT id, n FROM change WHERE id IN {marks}", group):
                ref = ref_of(identity)
                here.add(ref)
                self._remember(ref, n)
        self._absent = {change.ref for change in changes} - here

    def _remember(self, ref: str, n: int) -> int:
        if len(self._places) > REMEMBERED:
            self._places.clear()
        self._places[ref] = n
        return n

    def by_ref(self, ref: str) -> Stored | None:
        """The change with this ref."""
        n = self.n_of(ref)
        if n is None:
            return None
        found = next(self.stored(after=n - 1, up_to=n), None)
        if found is None:
            raise DatabaseError(f"change {n} is of a log that is not there")
        return found

    def stored(self, after: int = 0, up_to: int | None = None) -> Iterator[Stored]:
        """Changes in order of arrival, those after number *after*."""
        rows = self._ask(
            "SELECT c.n, l.id, c.seq, coalesce(p.id, zeroblob(32)), c.id, coalesce(c.payload, x'')"
            " FROM change c JOIN log l ON l.no = c.log LEFT JOIN change p ON p.n = c.parent"
            " WHERE c.n > ? AND c.n <= ? ORDER BY c.n",
            (after, 2**62 if up_to is None else up_to),
        )
        return map(Stored._make, rows)

    def changes(self, after: int = 0, up_to: int | None = None) -> Iterator[Change]:
        """Changes as they travel, in order of arrival: any beginning of it is complete in itself."""
        rows = self._ask(
            "SELECT l.id, c.seq, p.id, c.salt, c.payload FROM change c JOIN log l ON l.no = c.log"
            " LEFT JOIN change p ON p.n = c.parent WHERE c.n > ? AND c.n <= ? ORDER BY c.n",
            (after, 2**62 if up_to is None else up_to),
        )
        for log, seq, previous, salt, payload in rows:
            salt, payload = salt or b"", payload or b""
            yield Change(header_bytes(log, seq, previous or NO_CHANGE, payload_digest(salt, payload)), salt, payload)

    def rows_to_check(self) -> Iterator[RowToCheck]:
        """Every row as it stands, also where the file was tampered with, in order of arrival."""
        return self._ask(
            "SELECT c.n, c.seq, c.id, c.salt, c.payload, c.parent, l.id, p.id, p.seq, p.log = c.log"
            " FROM change c LEFT JOIN log l ON l.no = c.log LEFT JOIN change p ON p.n = c.parent ORDER BY c.n"
        )

    def waiting_changes(self) -> Iterator[Change]:
        """What waits; it is passed on like the rest, because it may be the only copy."""
        return (change for _, change in self._waiting.rows())

    def waiting_rows(self) -> Iterator[tuple[bytes, Change]]:
        """What waits, with the id under which it is kept."""
        return self._waiting.rows()

    def waiting_count(self) -> int:
        """How many changes wait."""
        return self._waiting.count()

    def _payloads_about_losses(self) -> Iterator[bytes]:
        for (payload,) in self._ask("SELECT payload FROM change WHERE instr(payload, ?)", (b'"act":"lost"',)):
            yield payload

    def ids_of_branch(self, tip: bytes) -> list[bytes]:
        """Ids of a branch by seq, from its opening to *tip*."""
        rows = self._ask(
            "WITH RECURSIVE back (n, parent, id) AS (SELECT n, parent, id FROM change WHERE id = ?"
            " UNION ALL SELECT c.n, c.parent, c.id FROM back JOIN change c ON c.n = back.parent AND c.n < back.n)"
            " SELECT id FROM back",
            (tip,),
        ).fetchall()
        return [row[0] for row in reversed(rows)]

    def ids_of_leaf(self, leaf: Leaf) -> list[bytes]:
        """Ids by seq of the branch that *leaf* of a checkpoint told of; empty when no branch here begins so."""
        for _, tip in self.tips_of(leaf.log):
            ids = self.ids_of_branch(tip)[: leaf.size]
            if len(ids) == leaf.size and root(ids) == leaf.root:
                return ids
        return []

    def ids(self) -> dict[int, bytes]:
        """Id of the change in each place."""
        return dict(self._ask("SELECT n, id FROM change"))

    def ref_at(self, n: int) -> str:
        """Ref of the change in this place."""
        return ref_of(self._ask("SELECT id FROM change WHERE n = ?", (n,)).fetchone()[0])

    def continued_twice(self, log: bytes, previous: bytes) -> list[bytes]:
        """Ids of the changes of *log* that follow *previous*, sorted; more than one means a fork."""
        if previous == NO_CHANGE:
            rows = self._ask(
                "SELECT c.id FROM change c JOIN log l ON l.no = c.log WHERE l.id = ? AND c.seq = 0 ORDER BY c.id",
                (log,),
            )
        else:
            rows = self._ask(
                "SELECT c.id FROM change p JOIN change c ON c.parent = p.n WHERE p.id = ? ORDER BY c.id", (previous,)
            )
        return [row[0] for row in rows]

    # Tips

    def tips(self) -> dict[bytes, tuple[bytes, int, bytes | None]]:
        """Newest change of each branch: id to log, seq and the signature of its head, if there is one."""
        if self._tips is None:
            rows = self._db.execute("SELECT id, log, seq, signature FROM head").fetchall()
            self._tips = {identity: (log, seq, signature) for identity, log, seq, signature in rows}
            self._stored_tips = set(self._tips)
        return self._tips

    def tips_of(self, log: bytes) -> list[tuple[int, bytes]]:
        """(seq, id) of each branch of *log*; two mean that the log was continued twice."""
        found = [(tip[1], identity) for identity, tip in self.tips().items() if tip[0] == log]
        found.sort()
        return found

    def versions(self) -> Versions:
        """What is here, for another laptop to compare: (seq, id) of the newest change of each branch of each log."""
        found: Versions = {}
        for identity, (log, seq, _) in self.tips().items():
            found.setdefault(log, []).append((seq, identity))
        return {log: sorted(found[log]) for log in sorted(found)}

    def lacking(self, theirs: Versions) -> Iterator[Change]:
        """Changes that a laptop with these versions lacks, in order of arrival, then what waits here.

        A log of which they have something that is not here may have been continued twice: all of it is offered.
        """
        known_up_to = {}
        for log, tips in self.versions().items():
            told = theirs.get(log, [])
            if told == tips:
                known_up_to[log] = tips[-1][0]
                continue
            is_one_line = len(tips) == 1 and len(told) == 1 and self.n_of(ref_of(told[0][1])) is not None
            known_up_to[log] = told[0][0] if is_one_line else -1
        for change in self.changes():
            if change.parsed.seq > known_up_to[change.parsed.log]:
                yield change
        yield from self.waiting_changes()

    def sign_tip(self, identity: bytes, signature: bytes) -> None:
        """Keep the signature of a branch's head; that of a change which is no tip is not kept."""
        tips = self.tips()
        if identity in tips:
            log, seq, _ = tips[identity]
            tips[identity] = (log, seq, signature)
            self._new_tips.add(identity)

    def write_tips(self) -> None:
        """Bring the change and head tables up to date; called once before each commit."""
        self._write()
        tips = self.tips()
        rows = [(*tips[i][:2], i, tips[i][2]) for i in self._new_tips if i in tips]
        if len(rows) == len(self._stale_tips) == 1:
            self._db.execute(MOVE_HEAD, (*rows[0], *self._stale_tips))
        else:
            self._db.executemany("DELETE FROM head WHERE id = ?", [(identity,) for identity in self._stale_tips])
            self._db.executemany("INSERT OR REPLACE INTO head (log, seq, id, signature) VALUES (?, ?, ?, ?)", rows)
        self._stored_tips -= self._stale_tips
        self._stored_tips.update(row[2] for row in rows)
        self._stale_tips, self._new_tips = set(), set()

    # Growing

    def append(self, change: Change) -> Stored:
        """Insert a change that this program made now."""
        stored = self._insert(change, change.parsed)
        self._write()
        return stored

    def _insert(self, change: Change, header: Header) -> Stored:
        parent = None if header.previous == NO_CHANGE else self.n_of(ref_of(header.previous))
        n, identity, ref = self._next_n(), change.id, change.ref
        self._unwritten.append(
            (n, self._log_number(header.log), header.seq, parent, identity, change.salt, change.payload)
        )
        self._absent.discard(ref)
        self._remember(ref, n)
        tips = self.tips()
        if tips.pop(header.previous, None) is not None:
            self._new_tips.discard(header.previous)
            if header.previous in self._stored_tips:
                self._stale_tips.add(header.previous)
        tips[identity] = (header.log, header.seq, None)
        self._new_tips.add(identity)
        return Stored(n, header.log, header.seq, header.previous, identity, change.payload)

    def _next_n(self) -> int:
        if self._last_n is None:
            self._last_n = self.last_n()
        self._last_n += 1
        return self._last_n

    def _log_number(self, log: bytes) -> int:
        number = self._log_numbers.get(log)
        if number is None:
            self._db.execute("INSERT OR IGNORE INTO log (id) VALUES (?)", (log,))
            number = int(self._db.execute("SELECT no FROM log WHERE id = ?", (log,)).fetchone()[0])
            self._log_numbers[log] = number
        return number

    # Merging

    def merge(self, changes: Iterable[Change]) -> Merged:
        """Unite *changes* with those that are here; what depends on something missing waits."""
        merged = Merged()
        offered = list(changes)
        self._insert_ready(self._waiting.load(), merged)
        self._look_for(offered)
        for change in offered:
            self._take(change, merged)
        self._absent.clear()
        return merged

    def release(self, own: Iterable[tuple[str, Act]]) -> Merged:
        """Let go what waits for changes that our own new acts, given by ref, declare lost."""
        merged = Merged()
        self._insert_ready(self._waiting.load(), merged)
        for ref, act in own:
            self._insert_ready(self._waiting.released_by(ref, act), merged)
        return merged

    def _take(self, change: Change, merged: Merged) -> None:
        try:
            is_whole = change.is_whole
        except ValueError as error:
            merged.refused.append(("", str(error)))
            return
        if not is_whole:
            merged.refused.append((change.ref, "digest"))
            return
        if change.id in self._waiting or self.n_of(change.ref) is not None:
            merged.known += 1
            return
        act = readable(change.payload)
        if missing := self._waiting.missing(change, act):
            merged.waiting += 1
            self._waiting.put(change, missing)
        else:
            self._insert_ready([(change, act)], merged)

    def _insert_ready(self, ready: list[Read], merged: Merged) -> None:
        while ready:
            change, act = ready.pop()
            reason = self._fault(change)
            if reason:
                merged.refused.append((change.ref, reason))
                continue
            merged.new.append(self._insert(change, change.parsed))
            if act is not None:
                merged.acts[change.ref] = act
            ready += self._waiting.released_by(change.ref, act)

    def _fault(self, change: Change) -> str:
        """Why *change* cannot stand where it says it stands; empty when it can."""
        header = change.parsed
        if header.previous == NO_CHANGE:
            try:
                check_opening(header, change.payload)
            except NotAnOpeningError as error:
                return str(error)
            return ""
        tip = self.tips().get(header.previous)
        if tip is not None:
            return "" if tip[:2] == (header.log, header.seq - 1) else "chain"
        row = self._ask(
            "SELECT l.id, c.seq FROM change c JOIN log l ON l.no = c.log WHERE c.n = ? AND c.id = ?",
            (self.n_of(ref_of(header.previous)), header.previous),
        ).fetchone()
        return "" if row == (header.log, header.seq - 1) else "chain"


def act_of(stored: Stored) -> Act:
    """What a stored change says; an act without ops when it cannot be read."""
    return readable(stored.payload) or Act(0, "", "", ())
