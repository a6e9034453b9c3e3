"""Whose value a field shows after undo and redo: the write that it was set back to, not the act that set it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from db.journal import act_of
from db.store import Store
from ranger_app.domain.change import Act, Op
from ranger_app.domain.record_state import POSITION, RETRACTED, STATE

REMEMBERED = 1024
"""Acts that are kept while one undo asks for them; each is a few kilobytes."""


def written(op: Op) -> dict[str, Any]:
    """Field to value of what an op writes."""
    if op["act"] == "retract":
        return {STATE: RETRACTED}
    if op["act"] == "reinstate":
        return {STATE: None}
    found = dict(op.get("set") or {})
    if "position" in op:
        found[POSITION] = op["position"]
    return found


class Acts:
    """What changes say, read once: one change tells of many records, and an undo asks for each of these."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.at = lru_cache(maxsize=REMEMBERED)(self._at)

    def _at(self, n: int) -> tuple[str, Act]:
        """Ref and act of the change in place *n*."""
        stored = next(self._store.journal.stored(after=n - 1, up_to=n))
        return stored.ref, act_of(stored)

    def of(self, ref: str) -> Act | None:
        """The act with this ref; ``None`` when it is not here."""
        n = self._store.journal.n_of(ref)
        return None if n is None else self.at(n)[1]

    def about(self, record: str) -> Iterator[tuple[str, Act]]:
        """Ref and act of every change that touched a record, in causal order."""
        rows = self._store.reader.derived.execute(
            "SELECT h.n FROM history h JOIN record r ON r.no = h.record WHERE r.id = ? ORDER BY h.n",
            (bytes.fromhex(record),),
        ).fetchall()
        return (self.at(n) for (n,) in rows)


class Origins:
    """The origin of every write of one record.

    An ordinary write is its own origin. An act that undoes another one brings back what that one replaced, so its
    writes have the origins of that; nothing where there was nothing.
    """

    def __init__(self, acts: Acts, record: str) -> None:
        self._found: dict[tuple[str, str], frozenset[str]] = {}
        self._refs: dict[str, None] = {}
        replaced: dict[tuple[str, str], frozenset[str]] = {}
        for ref, act in acts.about(record):
            first = str(act.more.get("with", ref))
            self._refs[ref] = None
            for op in act.ops:
                if record not in (op.get("record"), op.get("entry"), op.get("exhibit")):
                    continue
                bases = op.get("bases") or {}
                for name in written(op):
                    before = frozenset[str]().union(*(self.of(base, name) for base in bases.get(name, ())))
                    own = replaced.get((act.undoes, name), frozenset()) if act.undoes else frozenset((ref,))
                    self._found[ref, name] = own
                    replaced[first, name] = replaced.get((first, name), frozenset()) | before

    def of(self, ref: str, name: str) -> frozenset[str]:
        """Refs of the writes whose value *ref* put into the field; none when it put nothing there again."""
        return self._found.get((ref, name), frozenset((ref,)))

    def of_all(self, refs: Collection[str], name: str) -> frozenset[str]:
        """The same of those of *refs* that touched the record."""
        return frozenset[str]().union(*(self.of(ref, name) for ref in self._refs if ref in refs))
