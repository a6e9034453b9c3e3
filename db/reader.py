"""Questions about records in general: their values with the refs behind them, history, conflicts, trees.

Works over any pair of connections: the store's own, or the window's read-only one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlcipher3.dbapi2 import Connection

from db.applied import last_tip
from db.connection import in_groups
from db.schema import CREATED, HIDDEN, TYPED, VISIBLE
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:  # a first list needs none of these, and the window waits for it
    from pathlib import Path

    from db.blobs import Blobs
    from db.drafts import Drafts
    from db.journal import Journal
    from ranger_app.domain.checkpoint import Leaf
    from ranger_app.domain.record_state import RecordState


BELOW = f"""
WITH RECURSIVE below (id, kind) AS (
    SELECT id, kind FROM record WHERE id = ? AND {VISIBLE}
    UNION SELECT r.id, r.kind FROM below b JOIN record r ON r.parent = b.id WHERE r.{VISIBLE}
) SELECT id, kind FROM below
"""


class RecordMissingError(RangerAppError):
    """No record of this kind has this id here."""

    code = "record-missing"


class Entry(NamedTuple):
    """A record with its shown values.

    Attributes:
        origin: Ref of the change that created it.
        is_hidden: Somebody took it back.
    """

    id: str
    kind: str
    audience: str
    parent: str
    origin: str
    is_hidden: bool
    values: Mapping[str, Any]


class HistoryLine(NamedTuple):
    """One act on a record.

    Attributes:
        at: Milliseconds since 1970 by the laptop's clock.
        ops: The ops of the change that concern the record.
    """

    ref: str
    at: int
    officer: str
    ops: tuple[Mapping[str, Any], ...]
    undoes: str


class Reader:
    """Answers from the derived tables and the journal; never writes.

    Attributes:
        drafts_home: The user's data folder and the station's id, where drafts may lie outside of the station too.
    """

    def __init__(self, derived: Connection, journal: Connection) -> None:
        self.derived = derived
        self._journal_db = journal
        self.drafts_home: tuple[Path, str] | None = None

    def last_n(self) -> int:
        """Number of the newest change that the tables know; 0 when they know none."""
        tip = last_tip(self.derived)
        return 0 if tip is None else tip[0]

    @cached_property
    def journal(self) -> Journal:
        """The changes themselves."""
        from db.journal import Journal

        return Journal(self._journal_db)

    @cached_property
    def blobs(self) -> Blobs:
        """The bytes that records name, for reading: those of the station whose journal this is."""
        from pathlib import Path

        from db.blobs import Blobs

        journal = Path(self._journal_db.execute("PRAGMA database_list").fetchone()[2])
        return Blobs(self._journal_db, journal.parent / "blobs")

    @cached_property
    def drafts(self) -> Drafts:
        """What is unfinished on this laptop."""
        from db.drafts import Drafts
        from db.drafts_beside import DraftsBeside

        beside = DraftsBeside(*self.drafts_home) if self.drafts_home is not None else None
        return Drafts(self._journal_db, beside)

    def state(self, record: str) -> RecordState:
        """The full state of a record: values with their heads, rivals, what is hidden.

        Raises:
            RecordMissingError: It is not here.
        """
        from db.derived_rows import RecordRows

        state = RecordRows(self.derived).load(record)
        if not state.is_created:
            raise RecordMissingError(id=record)
        return state

    def bases(self, record: str) -> dict[str, tuple[str, ...]]:
        """What a form keeps when it is opened: field to the refs that stand behind the value it shows.

        Raises:
            RecordMissingError: It is not here.
        """
        state = self.state(record)
        found = {}
        for name in {*state.values, *state.heads}:
            shown = state.values.get(name)
            rivals = state.rivals.get(name, ())
            found[name] = tuple(w.ref for w in rivals if w.value == shown) if rivals else state.heads_of(name)
        return found

    def written(self, ref: str, record: str, name: str) -> Any:
        """The value that a change gave to a field; ``None`` when it cleared it, did not write it, or is not here."""
        from db.journal import act_of
        from ranger_app.domain.record_state import POSITION

        stored = self.journal.by_ref(ref)
        if stored is None:
            return None
        for op in act_of(stored).ops:
            values = op.get("set")
            if op.get("record") == record and isinstance(values, dict) and name in values:
                return values[name]
            if op.get("record") == record and name == POSITION and "position" in op:
                return op["position"]
        return None

    def has(self, record: str) -> bool:
        """Whether the record was written here, hidden or not."""
        row = self.derived.execute("SELECT state FROM record WHERE id = ?", (bytes.fromhex(record),)).fetchone()
        return row is not None and bool(row[0] & CREATED)

    def entry(self, record: str, *kinds: str) -> Entry:
        """One record, hidden or not.

        Args:
            kinds: Kinds that will do; any when none is given.

        Raises:
            RecordMissingError: It is not here, or is of another kind.
        """
        if len(record) != 32 or set(record) - set("0123456789abcdef"):
            raise RecordMissingError(id=record)
        raw = bytes.fromhex(record)
        if len(kinds) == 1:
            found = self._select(kinds[0], "r.id = ? AND r.kind = ?", [raw, kinds[0]])
        else:
            row = self.derived.execute("SELECT kind FROM record WHERE id = ?", (raw,)).fetchone()
            if row is None or (kinds and row[0] not in kinds):
                raise RecordMissingError(id=record)
            found = self._select(row[0], "r.id = ?", [raw])
        for entry in found:
            return entry
        raise RecordMissingError(id=record)

    def entries(self, kind: str, *, parent: str = "", with_hidden: bool = False) -> tuple[Entry, ...]:
        """Records of a kind, in order of arrival; those taken back only when asked for."""
        where = "r.kind = ?"
        arguments: list[Any] = [kind]
        if not with_hidden:
            where += f" AND r.{VISIBLE}"
        if parent:
            where += " AND r.parent = ?"
            arguments.append(bytes.fromhex(parent))
        return tuple(self._select(kind, where, arguments))

    def below(self, record: str) -> tuple[Entry, ...]:
        """A record and everything below it, as far as lists show it, kind by kind."""
        rows = self.derived.execute(BELOW, (bytes.fromhex(record),)).fetchall()
        by_kind: dict[str, list[bytes]] = {}
        for identity, kind in rows:
            by_kind.setdefault(kind, []).append(identity)
        found: list[Entry] = []
        for kind, identities in by_kind.items():
            for marks, group in in_groups(identities):
                found += {one.id: one for one in self._select(kind, f"r.id IN {marks}", [*group])}.values()
        return tuple(found)

    def _select(self, kind: str, where: str, arguments: list[Any]) -> Iterator[Entry]:
        """Records of one kind that were created, with the values of their typed table."""
        table, columns = TYPED.get(kind, ("", {}))
        names = "".join(f', t."{name}"' for name in columns)
        join = f' LEFT JOIN "{table}" t ON t.no = r.no' if table else ""
        rows = self.derived.execute(
            f"SELECT r.id, r.audience, r.parent, r.origin, r.state, r.extra{names} FROM record r{join}"
            f" WHERE {where} AND r.state & {CREATED} ORDER BY r.no",
            arguments,
        )
        for identity, audience, above, origin, bits, extra, *typed in rows:
            values = json.loads(extra) if extra else {}
            values.update((n, v) for n, v in zip(columns, typed, strict=True) if v is not None)
            yield Entry(
                identity.hex(), kind, audience, above.hex() if above else "", origin.hex(), bool(bits & HIDDEN), values
            )

    def children(self, parent: str) -> tuple[tuple[str, str], ...]:
        """(id, ref of its create) of every record right below *parent* that lists show."""
        rows = self.derived.execute(
            f"SELECT id, origin FROM record WHERE parent = ? AND {VISIBLE}", (bytes.fromhex(parent),)
        ).fetchall()
        return tuple((identity.hex(), origin.hex()) for identity, origin in rows)

    def count(self, kind: str) -> int:
        """How many records of a kind lists show."""
        row = self.derived.execute(f"SELECT count(*) FROM record WHERE kind = ? AND {VISIBLE}", (kind,)).fetchone()
        return int(row[0])

    def history(self, record: str) -> tuple[HistoryLine, ...]:
        """Who changed what and when, in causal order."""
        from db.journal import act_of

        rows = self.derived.execute(
            "SELECT h.n FROM history h JOIN record r ON r.no = h.record WHERE r.id = ? ORDER BY h.n",
            (bytes.fromhex(record),),
        ).fetchall()
        lines = []
        for (n,) in rows:
            for stored in self.journal.stored(after=n - 1, up_to=n):
                act = act_of(stored)
                ops = tuple(op for op in act.ops if record in (op.get("record"), op.get("entry"), op.get("exhibit")))
                lines.append(HistoryLine(stored.ref, act.at, act.by, ops, act.undoes))
        return tuple(lines)

    def refs_of(self, record: str) -> tuple[str, ...]:
        """Refs of every change that touched the record, those that sealed it too, sorted."""
        raw = bytes.fromhex(record)
        rows = self.derived.execute(
            "SELECT h.n FROM history h JOIN record r ON r.no = h.record WHERE r.id = ?", (raw,)
        ).fetchall()
        seals = self.derived.execute("SELECT ref FROM sealed WHERE record = ?", (raw,)).fetchall()
        return tuple(sorted({self.journal.ref_at(n) for (n,) in rows} | {ref.hex() for (ref,) in seals}))

    def alarms(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """(code, facts) of everything that is wrong with logs, custody and seals."""
        rows = self.derived.execute("SELECT code, facts FROM alarm ORDER BY id").fetchall()
        return tuple((code, json.loads(facts)) for code, facts in rows)

    def conflicts(self) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
        """(id, record, field, refs) of everything that a person has to decide."""
        rows = self.derived.execute("SELECT id, record, field, refs FROM conflict ORDER BY id").fetchall()
        return tuple((i.hex(), record.hex(), name, tuple(json.loads(refs))) for i, record, name, refs in rows)

    def leaves(self, audience: str) -> tuple[Leaf, ...]:
        """One leaf for each branch of each log of the audience, sorted by bytes."""
        from ranger_app.domain.checkpoint import Leaf
        from ranger_app.domain.merkle import Peaks

        rows = self.derived.execute("SELECT log, size, peaks FROM branch WHERE audience = ?", (audience,)).fetchall()
        return tuple(sorted((Leaf(log, size, Peaks(size, peaks).root) for log, size, peaks in rows), key=bytes))
