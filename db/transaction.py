"""A transaction: one or more changes of one officer, all or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ranger_app.domain.canonical import NotCanonicalError
from ranger_app.domain.change import LARGEST_PAYLOAD, MOST_OPS, NotAnActError, Op
from ranger_app.domain.record_state import POSITION, is_conflict
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from db.store import Store


OPS_A_CHANGE = MOST_OPS - 10
SIGNS_A_CHANGE = LARGEST_PAYLOAD // 8
"""Of what is spread over several changes; a sign takes at most six bytes in a payload."""


def new_id() -> str:
    """A record id made on this laptop: 16 random bytes in hex."""
    return secrets.token_hex(16)


class ChangeRefusedError(RangerAppError):
    """What is to be stored is too much for one change, or holds what no change carries: nothing of it is stored."""

    code = "change-refused"


class ChangeBuilder:
    """Collects the ops of one change; written when its ``with`` block ends."""

    def __init__(self, store: Store, officer: str, audience: str, undoes: str) -> None:
        self._store = store
        self._officer = officer
        self.audience = audience
        self._undoes = undoes
        self.ops: list[Op] = []
        self.ref = ""

    def __enter__(self) -> ChangeBuilder:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or not self.ops:
            return
        try:
            self.ref = self._store.write_change(self._officer, self.audience, self.ops, self._undoes)
        except (NotAnActError, NotCanonicalError) as error:
            raise ChangeRefusedError(reason=str(error)[:120]) from error

    def create(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        record: str = "",
        parent: tuple[str, str] | None = None,
        position: str = "",
        blobs: Sequence[str] = (),
        form: int | None = None,
    ) -> str:
        """A new record with its first values; cleared fields are left out.

        Args:
            parent: Kind and id of the record it belongs to.
            position: Fractional index among its siblings.
            blobs: Digests of every blob that the values name.

        Returns:
            The record's id.
        """
        record = record or new_id()
        op: Op = {"act": "create", "kind": kind, "record": record}
        op["set"] = {
            name: value if value.__class__ is str else plain(value)  # the usual case needs no call
            for name, value in values.items()
            if value is not None
        }
        if form is not None:
            op["form"] = form
        if parent is not None:
            op["parent"] = {"kind": parent[0], "record": parent[1]}
        if position:
            op["position"] = position
        if blobs:
            op["blobs"] = sorted(set(blobs))
        self.ops.append(op)
        return record

    def set(
        self,
        kind: str,
        record: str,
        values: Mapping[str, Any],
        *,
        bases: Mapping[str, Sequence[str]] | None = None,
        position: str = "",
        blobs: Sequence[str] = (),
        form: int | None = None,
        after_seal: str = "",
    ) -> bool:
        """New values of some fields.

        Args:
            bases: Field to the refs that stood behind the shown value when the form was opened; a field not in it had
                no value then. ``None`` means now.
            position: A new fractional index among its siblings; empty leaves it where it is.

        Returns:
            Whether anything was written: a field set to the value it has, or had in the form, is no change.
        """
        state = self._store.state(record)
        written: dict[str, Any] = {}
        told: dict[str, list[str]] = {}
        for name, value in values.items():
            value, shown, heads = plain(value), state.values.get(name), state.heads_of(name)
            rivals = state.rivals.get(name, ())
            if bases is not None:
                seen: Sequence[str] = bases.get(name, ())
                is_untouched = set(seen) != set(heads) and _is_same(value, self._value_then(record, name, seen))
            else:
                # Only the heads that hold what is shown: another value that nobody looked at stays open.
                seen = [write.ref for write in rivals if _is_same(write.value, shown)] if rivals else heads
                is_untouched = False
            is_decision = is_conflict(name, rivals) and set(seen) >= set(heads)
            if is_untouched or (_is_same(value, shown) and not is_decision):
                continue
            written[name] = value
            if seen:
                told[name] = sorted(seen)
        moves = bool(position) and position != state.values.get(POSITION)
        if not written and not moves:
            return False
        op: Op = {"act": "set", "kind": kind, "record": record, "set": written}
        if moves:
            op["position"] = position
            told[POSITION] = sorted(state.heads_of(POSITION))
        if told:
            op["bases"] = told
        if form is not None:
            op["form"] = form
        if blobs:
            op["blobs"] = sorted(set(blobs))
        if after_seal:
            op["after_seal"] = after_seal
        self.ops.append(op)
        return True

    def _value_then(self, record: str, name: str, refs: Sequence[str]) -> Any:
        """What the field said when *refs* stood behind it; ``None`` when nothing did."""
        return next(
            (value for ref in refs if (value := self._store.reader.written(ref, record, name)) is not None), None
        )

    def take_back(self, kind: str, record: str, reason: str) -> None:
        """Retract: the record leaves lists, maps and exports, not its history."""
        state = self._store.state(record)
        self._change_state("retract", kind, record, reason, sorted(state.all_heads()), state.heads_of("~state"))

    def bring_back(self, kind: str, record: str, reason: str) -> None:
        """Reinstate what was taken back."""
        state = self._store.state(record)
        self._change_state("reinstate", kind, record, reason, [], state.heads_of("~state"))

    def _change_state(
        self, act: str, kind: str, record: str, reason: str, covers: list[str], heads: Iterable[str]
    ) -> None:
        op: Op = {"act": act, "kind": kind, "record": record, "reason": reason}
        if covers:
            op["covers"] = covers
        if heads := sorted(heads):
            op["bases"] = {"~state": heads}
        self.ops.append(op)

    def hand_over(self, exhibit: str, values: Mapping[str, Any], *, after: Sequence[str]) -> str:
        """One more link in an exhibit's chain of custody; returns the entry's id."""
        entry = new_id()
        op: Op = {"act": "hand_over", "exhibit": exhibit, "entry": entry, "set": dict(values)}
        if after:
            op["after"] = sorted(after)
        self.ops.append(op)
        return entry

    def seal(
        self, seal: str, records: Sequence[tuple[str, str]], *, covers: Sequence[str], revision: int, checkpoint: str
    ) -> None:
        """Freeze records as (kind, id) at exactly the changes in *covers*."""
        self.ops.append({
            "act": "seal", "seal": seal, "revision": revision, "checkpoint": checkpoint, "covers": sorted(covers),
            "records": [{"kind": kind, "record": record} for kind, record in records],
        })  # fmt: skip


class Transaction:
    """Changes of one officer that become durable together."""

    def __init__(self, store: Store, officer: str) -> None:
        self._store = store
        self.officer = officer

    def __enter__(self) -> Transaction:
        self._store.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._store.commit()
        else:
            self._store.roll_back()

    def change(self, audience: str = "station", *, undoes: str = "") -> ChangeBuilder:
        """One act, for a ``with`` block; nothing is written when it ends without ops.

        Raises:
            ChangeRefusedError: When the block ends: its values are more, or others, than a change can carry.
        """
        return ChangeBuilder(self._store, self.officer, audience, undoes)

    def spread(
        self, writes: Iterable[Callable[[ChangeBuilder], object]], audience: str = "station", *, undoes: str = ""
    ) -> str:
        """Carry out *writes* in as many changes as they need, each a few ops; returns the ref of the first change."""
        first = ""
        ahead = iter(writes)
        is_done = False
        while not is_done:
            signs = 0
            with self.change(audience, undoes=undoes) as change:
                for write in ahead:
                    before = len(change.ops)
                    write(change)
                    signs += sum(len(repr(op)) for op in change.ops[before:])
                    if len(change.ops) >= OPS_A_CHANGE or signs >= SIGNS_A_CHANGE:
                        break
                else:
                    is_done = True
            first = first or change.ref
        return first

    def put_blob(self, data: bytes) -> str:
        """Keep a blob in this transaction; returns its digest."""
        return self._store.blobs.put(data)


class SingleChange:
    """A transaction of one change.

    Classes and no generators here: each save passes through both.
    """

    def __init__(self, transaction: Transaction, audience: str) -> None:
        self._transaction = transaction
        self._change = transaction.change(audience)

    def __enter__(self) -> ChangeBuilder:
        self._transaction.__enter__()
        return self._change

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self._change.__exit__(kind, *rest)
        except BaseException as error:
            self._transaction.__exit__(type(error), error, error.__traceback__)
            raise
        self._transaction.__exit__(kind, *rest)


def _is_same(one: Any, other: Any) -> bool:
    return one == other and type(one) is type(other)


def plain(value: object) -> Any:
    """Bring what forms and readers give into what a payload carries."""
    if value is None or isinstance(value, (str, int)):
        return value
    from decimal import Decimal

    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return repr(value)
    if value.__class__ in (tuple, list):  # a tuple with names is no field value
        return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} is no field value")
