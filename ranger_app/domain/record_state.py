"""What one record is, as a function of the set of writes to it: heads, shown values, conflicts, visibility.

No clock decides what is true: a write replaces those it names in its bases. What is left are a field's heads; heads
with different bytes are a conflict that a person decides. Corrected time decides only which of them is shown meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ranger_app.domain import canonical
from ranger_app.domain.change import is_ref

STATE = "~state"
POSITION = "~position"
EDITED = "~state/edited"
RETRACTED = "retracted"

SCALARS_WITH_SLASH = frozenset({"attributes", "rest_minutes", "day_start", "day_end"})
"""First words of fields that hold one value although their name has a slash."""

UNASKED = frozenset({("patrol", "start"), ("patrol", "end")})
"""(kind, field) of what only sums up other records, for lists to be ordered by: whatever is shown stands."""


def is_set_element(name: str) -> bool:
    """Whether the field is one element of a plain set, such as ``members/<id>`` or ``attributes/<key>/<option>``."""
    parts = name.split("/")
    return len(parts) == 3 if parts[0] in SCALARS_WITH_SLASH else len(parts) == 2


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a field that nobody replaced.

    Attributes:
        at: Corrected time, milliseconds since 1970.
    """

    ref: str
    at: int
    value: Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """A difference that a person decides; the same everywhere.

    Attributes:
        field: Field name, ``~state`` or ``~state/edited``.
        refs: The heads, sorted.
    """

    record: str
    field: str
    refs: tuple[str, ...]

    @property
    def id(self) -> str:
        """32 hex digits, the same on all laptops."""
        return hashlib.sha256("\0".join((self.record, self.field, *self.refs)).encode()).hexdigest()[:32]


def shown_write(name: str, writes: Sequence[Write], covered: frozenset[str]) -> Write:
    """Which of several heads is shown: of a set its presence, else a sealed one first, else the latest."""
    if is_set_element(name):
        present = [write for write in writes if write.value is True]
        if present and _is_membership(writes):
            return max(present, key=lambda write: write.ref)
    return max(writes, key=lambda write: (write.ref in covered, write.at, write.ref))


def is_conflict(name: str, writes: Sequence[Write]) -> bool:
    """Whether a person has to decide between these heads."""
    if len({canonical.encode(write.value) for write in writes}) < 2:
        return False
    return not (is_set_element(name) and _is_membership(writes))


def _is_membership(writes: Sequence[Write]) -> bool:
    return all(write.value is True or write.value is None for write in writes)


@dataclass(slots=True)
class RecordState:
    """One record between two writes to the database.

    Attributes:
        id: 32 hex digits.
        origin: Ref of its create; the smallest when there are several, and of any write while the create is not here.
        is_created: Whether its create has arrived; until then no list shows it.
        values: Shown values; a cleared field is absent.
        heads: Field to refs, only where they are not exactly the origin.
        rivals: Fields with more than one head, with each head's value.
        covers: For each head of ``~state`` that retracts: the refs it had seen.
        is_newer: A newer version wrote an act here that this one does not know.
        superseded: (field, ref) of writes that were replaced before they came: they had been declared lost.
    """

    id: str
    kind: str = ""
    audience: str = ""
    parent: str = ""
    origin: str = ""
    is_created: bool = False
    is_hidden: bool = False
    is_newer: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    heads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rivals: dict[str, tuple[Write, ...]] = field(default_factory=dict)
    covers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sealed_refs: frozenset[str] = frozenset()
    superseded: frozenset[tuple[str, str]] = frozenset()
    no: int = 0

    def heads_of(self, name: str) -> tuple[str, ...]:
        """Refs of the writes of this field that nobody replaced; empty when it was never written."""
        known = self.heads.get(name)
        if known is not None:
            return known
        return (self.origin,) if self.is_created and name in self.values else ()

    def all_heads(self) -> set[str]:
        """Every ref that stands for a part of what the record says now, its create among them, ``~state`` not."""
        found = {self.origin} if self.is_created else set()
        for name, refs in self.heads.items():
            if name != STATE:
                found.update(refs)
        return found

    def create(self, ref: str, at: int, op: Mapping[str, Any], audience: str, moment_of: Callable[[str], int]) -> None:
        """Apply a create; a second one writes its fields like any other write."""
        if not self.is_created or ref < self.origin:
            self._write_out_origin()
            self.kind, self.audience, self.origin = str(op.get("kind", "")), audience, ref
            self.parent, self.is_created = _parent_id(op.get("parent")), True
        values = op.get("set")
        written = values if isinstance(values, dict) else {}
        if isinstance(op.get("position"), str):
            written = {**written, POSITION: op["position"]}
        if self.values or self.heads or self.superseded or self.origin != ref:
            for name, value in written.items():
                self.write(name, ref, at, value, (), moment_of)
            return
        for name, value in written.items():
            if value is None:
                self.heads[name] = (ref,)
            else:
                self.values[name] = value

    def _write_out_origin(self) -> None:
        if self.is_created:
            for name in self.values:
                self.heads.setdefault(name, (self.origin,))

    def seen_before_create(self, ref: str, kind: str, audience: str) -> None:
        """Remember what an op says of a record whose create is not here yet."""
        if not self.is_created and (not self.origin or ref < self.origin):
            self.origin, self.kind, self.audience = ref, kind, audience

    def write(
        self, name: str, ref: str, at: int, value: Any, bases: Iterable[str], moment_of: Callable[[str], int]
    ) -> None:
        """Apply one write: it takes the place of the heads that *bases* names.

        Args:
            moment_of: Corrected time of an earlier change, by ref.
        """
        before = self.heads_of(name)
        if before:
            replaced = set(bases)
            kept = [head for head in before if head not in replaced and head != ref]
        else:
            kept = []
        if name == STATE:
            self.covers = {head: seen for head, seen in self.covers.items() if head in kept}
        if not kept:
            if self.rivals:
                self.rivals.pop(name, None)
            self._show(name, value)
            self._set_heads(name, (ref,), value)
            return
        rivals = self.rivals.get(name) or tuple(Write(head, moment_of(head), self.values.get(name)) for head in before)
        writes = [write for write in rivals if write.ref in kept]
        if (name, ref) not in self.superseded:
            writes.append(Write(ref, at, value))
        self._stand(name, sorted(writes, key=lambda write: write.ref))

    def _stand(self, name: str, writes: Sequence[Write]) -> None:
        shown = shown_write(name, writes, self.sealed_refs).value
        if len(writes) > 1:
            self.rivals[name] = tuple(writes)
        else:
            self.rivals.pop(name, None)
        self._show(name, shown)
        self._set_heads(name, tuple(write.ref for write in writes), shown)

    def _set_heads(self, name: str, refs: tuple[str, ...], value: Any) -> None:
        if self.is_created and refs == (self.origin,) and value is not None:
            self.heads.pop(name, None)
        else:
            self.heads[name] = refs

    def _show(self, name: str, value: Any) -> None:
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def show_again(self, moment_of: Callable[[str], int]) -> None:
        """Choose again what is shown where several heads stand: a clock was corrected, or a seal arrived."""
        for name, writes in self.rivals.items():
            again = tuple(Write(write.ref, moment_of(write.ref), write.value) for write in writes)
            self.rivals[name] = again
            self._show(name, shown_write(name, again, self.sealed_refs).value)

    def change_state(
        self, ref: str, at: int, op: Mapping[str, Any], bases: Iterable[str], moment_of: Callable[[str], int]
    ) -> None:
        """Apply a retract or a reinstate."""
        retracts = op.get("act") == "retract"
        self.write(STATE, ref, at, RETRACTED if retracts else None, bases, moment_of)
        if retracts and ref in self.heads_of(STATE):
            covers = op.get("covers")
            self.covers[ref] = tuple(sorted(str(seen) for seen in covers)) if isinstance(covers, list) else ()

    def uncovered(self) -> tuple[str, ...]:
        """Heads that whoever took the record back had not seen, sorted; empty while nobody took it back."""
        if not self.is_taken_back:
            return ()
        seen = {ref for refs in self.covers.values() for ref in refs}
        return tuple(sorted(self.all_heads() - seen))

    @property
    def is_left_out(self) -> bool:
        """Whether lists leave the record out as long as no child of it is to be seen."""
        return self.is_taken_back and not self.uncovered()

    @property
    def is_taken_back(self) -> bool:
        """Whether every head of ``~state`` takes the record back."""
        standing = self.heads_of(STATE)
        return bool(standing) and all(head in self.covers for head in standing)

    def conflicts(self, visible_children: Sequence[str] = ()) -> tuple[Conflict, ...]:
        """Everything a person has to decide here.

        Args:
            visible_children: Origins of children that are still to be seen; a record with such children stays
                visible although somebody took it back.
        """
        found = [
            Conflict(self.id, name, tuple(write.ref for write in writes))
            for name, writes in self.rivals.items()
            if is_conflict(name, writes) and (self.kind, name) not in UNASKED
        ]
        if self.is_taken_back:
            seen_later = {*self.uncovered(), *visible_children}
            if seen_later:
                refs = tuple(sorted({*self.heads_of(STATE), *seen_later}))
                found.append(Conflict(self.id, EDITED, refs))
        return tuple(found)


def _parent_id(parent: object) -> str:
    if isinstance(parent, dict) and is_ref(parent.get("record")):
        return str(parent["record"])
    return ""
