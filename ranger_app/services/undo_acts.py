"""Undo and redo: new acts that set back what the last acts of an officer set; they work after a restart too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from db.journal import Stored, act_of
from db.store import Store
from db.transaction import ChangeBuilder
from ranger_app.domain.change import Act, Op
from ranger_app.domain.record_state import POSITION, STATE, UNASKED, RecordState
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.undo_origins import Acts, Origins, written

UNDONE_ACTS = frozenset({"create", "set", "retract", "reinstate"})
"""Statements, custody and seals have no undo."""

PAGE = 200


class UndoRefusedError(RangerAppError):
    """Somebody changed it since, or it is an act that is never taken back."""

    code = "undo-refused"


def _is_of_outbox(act: Act) -> bool:
    """What was sent and answered is never taken back: a queued item is withdrawn instead."""
    return all(op.get("kind") == "outbox" for op in act.ops)


@dataclass(slots=True)
class PastAct:
    """What one use case wrote, newest change first.

    Attributes:
        first: Ref of its first change, which names the whole.
        undoes: Ref of the act that it took back; empty for an ordinary act.
    """

    first: str
    undoes: str
    changes: list[Stored] = field(default_factory=list)
    refs: set[str] = field(default_factory=set)

    def add(self, change: Stored) -> None:
        self.changes.append(change)
        self.refs.add(change.ref)

    @property
    def founds_station(self) -> bool:
        """Whether it made the station itself, with its first officer: there is nothing to go back to."""
        ops = (op for change in self.changes for op in act_of(change).ops)
        return any(op["act"] == "create" and op.get("kind") == "setting" for op in ops)


class UndoActs:
    """Take back the last acts of an officer by new ones."""

    def __init__(self, store: Store, context: JobContext | None = None) -> None:
        self._store = store
        self._context = context or JobContext()
        self._told = Acts(store)

    def __call__(self, *, officer: str, steps: int = 1) -> tuple[str, ...]:
        """Undo up to *steps* acts, the newest first; return the refs of what was undone.

        Raises:
            UndoRefusedError: The next one cannot be undone; those before it were.
            Cancelled: Nothing of the next one is undone; those before it were.
        """
        undone = []
        for _ in range(steps):
            act = next(self._standing(officer, wants_undo=False), None)
            if act is None:
                break
            self._undo(act, officer)
            undone.append(act.first)
        return tuple(undone)

    def redo(self, *, officer: str, steps: int = 1) -> tuple[str, ...]:
        """Take back the last undos, while nothing new was done since; return the refs of what stands again."""
        redone = []
        for _ in range(steps):
            act = next(self._standing(officer, wants_undo=True), None)
            if act is None:
                break
            self._undo(act, officer)
            redone.append(act.undoes)
        return tuple(redone)

    def _standing(self, officer: str, *, wants_undo: bool) -> Iterator[PastAct]:
        """The officer's acts that nobody took back, newest first.

        With *wants_undo* the undos themselves, up to the newest ordinary act; else ordinary acts.
        """
        taken_back: set[str] = set()
        for act in self._acts(officer):
            stands = act.first not in taken_back
            if act.undoes and stands:
                taken_back.add(act.undoes)
            if not stands or (act.undoes and self._undoes_undo(act)) or act.founds_station:
                continue
            if bool(act.undoes) is wants_undo:
                yield act
            elif wants_undo:
                return

    def _undoes_undo(self, act: PastAct) -> bool:
        undone = self._store.journal.by_ref(act.undoes)
        return undone is not None and bool(act_of(undone).undoes)

    def _acts(self, officer: str) -> Iterator[PastAct]:
        current: PastAct | None = None
        for stored in self._newest_first():
            act = act_of(stored)
            if act.by != officer or not act.ops or act.ops[0]["act"] == "open" or _is_of_outbox(act):
                continue
            first = str(act.more.get("with", stored.ref))
            if current is None or current.first != first:
                if current is not None:
                    yield current
                current = PastAct(first, act.undoes)
            current.add(stored)
            current.undoes = current.undoes or act.undoes
        if current is not None:
            yield current

    def _newest_first(self) -> Iterator[Stored]:
        last = self._store.journal.last_n()
        while last > 0:
            page = list(self._store.journal.stored(after=max(0, last - PAGE), up_to=last))
            yield from reversed(page)
            last -= PAGE

    def _undo(self, act: PastAct, officer: str) -> None:
        ops = [(stored, op) for stored in act.changes for op in reversed(act_of(stored).ops)]
        standing = {str(op["act"]) for _, op in ops} - UNDONE_ACTS
        if standing:
            raise UndoRefusedError(reason="undo-sealed" if "seal" in standing else "undo-stands", act=min(standing))
        created = {op["record"] for _, op in ops if op["act"] == "create"}
        self._refuse_changed_since(act, [op for _, op in ops], created)
        done: set[str] = set()
        with self._store.transaction(officer) as transaction:
            for audience in ("station", "case"):
                states = ((op, self._store.reader.state(op["record"])) for op in self._stepping([op for _, op in ops]))
                writes = (
                    partial(self._undo_op, op=op, state=state, created=created, done=done, act=act)
                    for op, state in states
                    if state.audience == audience
                )
                transaction.spread(writes, audience, undoes=act.first)

    def _stepping(self, ops: Sequence[Op]) -> Iterator[Op]:
        for number, op in enumerate(ops):
            self._context.step(number, len(ops), "taking-back")
            yield op

    def _undo_op(
        self,
        change: ChangeBuilder,
        *,
        op: Op,
        state: RecordState,
        created: set[str],
        done: set[str],
        act: PastAct,
    ) -> None:
        kind, record = op["kind"], op["record"]
        match op["act"]:
            case "create" if record not in done:
                done.add(record)
                change.take_back(kind, record, "undone")
            case "retract":
                change.bring_back(kind, record, "undone")
            case "reinstate":
                change.take_back(kind, record, "undone")
            case "set" if record not in created:
                before = {name: self._value_before(op, name) for name in self._to_set_back(act, op, state)}
                if not before:
                    return
                bases = {name: sorted(heads) for name in before if (heads := state.heads_of(name))}
                position = before.pop(POSITION, None)
                back: Op = {"act": "set", "kind": kind, "record": record, "set": before, "bases": bases}
                if position is not None:
                    back["position"] = position
                change.ops.append(back)

    def _to_set_back(self, act: PastAct, op: Op, state: RecordState) -> list[str]:
        """Fields that the op wrote, but none that only sums up other records and was written again since."""
        names = list(written(op))
        if not any((state.kind, name) in UNASKED for name in names):
            return names
        origins = Origins(self._told, state.id)
        return [name for name in names if (state.kind, name) not in UNASKED or not _others(act, name, state, origins)]

    def _value_before(self, op: Op, name: str) -> Any:
        """The value that the op replaced; ``None`` when the field had none."""
        for ref in sorted((op.get("bases") or {}).get(name, ()), reverse=True):
            told = self._told.of(ref)
            for earlier in told.ops if told is not None else ():
                if earlier.get("record") == op["record"] and name in written(earlier):
                    return written(earlier)[name]
        return None

    def _refuse_changed_since(self, act: PastAct, ops: Sequence[Op], created: set[str]) -> None:
        """Refuse when a field that the act wrote, or any field of a record it created, shows somebody else's value.

        Or when somebody added something to a record that it created.
        """
        own = self._refs_of_line(act)
        changed: dict[str, Origins | None] = {}
        for op in self._stepping(ops):
            record = op["record"]
            if record not in changed:
                is_own = own.issuperset(self._store.reader.refs_of(record))
                changed[record] = None if is_own else Origins(self._told, record)
            origins = changed[record]
            if origins is not None:
                self._refuse_others(act, op, origins, is_created=record in created)
        for record in created:
            for child, origin in self._store.reader.children(record):
                if origin not in own:
                    self._refuse(origin, child)

    def _refuse_others(self, act: PastAct, op: Op, origins: Origins, *, is_created: bool) -> None:
        state = self._store.reader.state(op["record"])
        for name in {*written(op), *({STATE, *state.heads} if is_created else ())}:
            if (state.kind, name) in UNASKED:
                continue
            if others := _others(act, name, state, origins):
                self._refuse(min(others), op["record"])

    def _refuse(self, ref: str, record: str) -> None:
        by = self._store.journal.by_ref(ref)
        raise UndoRefusedError(reason="undo-changed", by=act_of(by).by if by else "", record=record)

    def _refs_of_line(self, act: PastAct) -> frozenset[str]:
        """Refs of the act and of all that it took back, set again, and so on."""
        found = set(act.refs)
        undone = act.undoes
        while undone and undone not in found:
            changes = self._changes_of(undone)
            found.update(change.ref for change in changes)
            undone = act_of(changes[0]).undoes if changes else ""
        return frozenset(found)

    def _changes_of(self, first: str) -> list[Stored]:
        """The changes of the act whose first change this is; what is written together arrives together."""
        n = self._store.journal.n_of(first)
        found: list[Stored] = []
        for stored in self._store.journal.stored(after=n - 1) if n is not None else ():
            told = act_of(stored)
            if stored.ref != first and told.more.get("with") != first:
                if told.ops and told.ops[0]["act"] == "open":
                    continue
                break
            found.append(stored)
        return found


def _others(act: PastAct, name: str, state: RecordState, origins: Origins) -> frozenset[str]:
    """Refs of the writes that a field shows, of others than *act*."""
    own = origins.of_all(act.refs, name)
    shown = frozenset[str]().union(*(origins.of(head, name) for head in state.heads_of(name)))
    return shown - own - act.refs


class RedoActs:
    """Take back the last undos of an officer."""

    def __init__(self, store: Store, context: JobContext | None = None) -> None:
        self._undo = UndoActs(store, context)

    def __call__(self, *, officer: str, steps: int = 1) -> tuple[str, ...]:
        """Redo up to *steps* acts; return the refs of what stands again."""
        return self._undo.redo(officer=officer, steps=steps)
