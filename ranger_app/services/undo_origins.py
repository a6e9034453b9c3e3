"""Whose value a field shows after undo and redo: the write that it was set back to, not the act that set it back."""

from __future__ import annotations

from typing import Any

from db.journal import act_of
from db.store import Store
from ranger_app.domain.change import Op
from ranger_app.domain.record_state import POSITION, RETRACTED, STATE


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


class Origins:
    """The origin of every write of one record.

    An ordinary write is its own origin. An act that undoes another one brings back what that one replaced, so its
    writes have the origins of that; nothing where there was nothing.
    """

    def __init__(self, store: Store, record: str) -> None:
        self._found: dict[tuple[str, str], frozenset[str]] = {}
        replaced: dict[tuple[str, str], frozenset[str]] = {}
        for line in store.reader.history(record):
            stored = store.journal.by_ref(line.ref)
            first = line.ref if stored is None else str(act_of(stored).more.get("with", line.ref))
            for op in line.ops:
                bases = op.get("bases") or {}
                for name in written(dict(op)):
                    before = frozenset[str]().union(*(self.of(base, name) for base in bases.get(name, ())))
                    own = replaced.get((line.undoes, name), frozenset()) if line.undoes else frozenset((line.ref,))
                    self._found[line.ref, name] = own
                    replaced[first, name] = replaced.get((first, name), frozenset()) | before

    def of(self, ref: str, name: str) -> frozenset[str]:
        """Refs of the writes whose value *ref* put into the field; none when it put nothing there again."""
        return self._found.get((ref, name), frozenset((ref,)))
