"""What a set of changes means, computed from the set alone: slowly, with no order of arrival, straight from the rules.

Nothing of the program is used here but the layout of a header, written down once more. A store must say the same as
this after every step, whatever came when and in which order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

View = dict[str, Any]
"""Everything that is derived, by name; two views of one set are equal."""

FIRST = "0" * 64
KNOWN = {"open", "create", "set", "retract", "reinstate", "hand_over", "seal", "clock_note", "witness", "lost"}
ONE_VALUE = {"attributes", "rest_minutes", "day_start", "day_end"}


@dataclass(frozen=True)
class Seen:
    """A change, read apart."""

    id: str
    log: str
    seq: int
    previous: str
    at: int
    ops: tuple[Mapping[str, Any], ...]

    @property
    def ref(self) -> str:
        return self.id[:32]


@lru_cache(maxsize=20_000)
def seen(header: bytes, payload: bytes) -> Seen:
    """Read a change apart; one that says nothing readable has no ops."""
    identity = hashlib.sha256(b"ranger-change-v1\0" + header).hexdigest()
    try:
        said = json.loads(payload)
    except ValueError:
        said = {"at": 0, "ops": []}
    log, seq, previous = header[1:17].hex(), int.from_bytes(header[17:25], "big"), header[25:57].hex()
    return Seen(identity, log, seq, previous, said["at"], tuple(said["ops"]))


@dataclass
class Writes:
    """All writes of one field: what each wrote, and all that any of them names as replaced."""

    values: dict[str, Any] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)

    @property
    def heads(self) -> dict[str, Any]:
        return {ref: value for ref, value in self.values.items() if ref not in self.replaced}


@dataclass
class Record:
    """All that a set of changes says of one record."""

    touched: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    created: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    fields: dict[str, Writes] = field(default_factory=dict)
    covers: dict[str, set[str]] = field(default_factory=dict)
    history: dict[str, int] = field(default_factory=dict)
    is_newer: bool = False

    def write(self, name: str, ref: str, value: Any, bases: Iterable[str]) -> None:
        writes = self.fields.setdefault(name, Writes())
        writes.values[ref] = value
        writes.replaced.update(bases)

    @property
    def origin(self) -> str:
        return min(self.created or self.touched, default="")

    @property
    def first(self) -> Mapping[str, Any]:
        return self.created.get(self.origin) or self.touched.get(self.origin) or {}

    @property
    def parent(self) -> str:
        return (self.first.get("parent") or {}).get("record", "") if self.created else ""

    @property
    def state_heads(self) -> dict[str, Any]:
        return self.fields["~state"].heads if "~state" in self.fields else {}

    @property
    def is_taken_back(self) -> bool:
        return bool(self.state_heads) and all(ref in self.covers for ref in self.state_heads)

    @property
    def unseen(self) -> set[str]:
        """Heads that those who took the record back had not seen."""
        heads = {self.origin} if self.created else set()
        for name, writes in self.fields.items():
            if name != "~state":
                heads.update(writes.heads)
        return heads - {ref for retract in self.state_heads for ref in self.covers.get(retract, ())}


class Naive:
    """The meaning of a set of changes.

    Args:
        changes: Header and payload of each, in any order.
    """

    def __init__(self, changes: Iterable[tuple[bytes, bytes]]) -> None:
        self.all = {change.id: change for change in (seen(*parts) for parts in changes)}
        self.applied = self._applied()
        self.by_ref = {change.ref: change for change in self.applied.values()}

    def _applied(self) -> dict[str, Seen]:
        """All whose predecessors are here, and theirs; what is declared lost is not asked for."""
        found: dict[str, Seen] = {}
        refs: set[str] = set()
        lost: set[str] = set()
        while True:
            ready = [c for c in self.all.values() if c.id not in found and self._stands(c, found, refs | lost)]
            if not ready:
                return found
            for change in ready:
                found[change.id] = change
                refs.add(change.ref)
                lost.update(op["change"][:32] for op in change.ops if op["act"] == "lost")

    def _stands(self, change: Seen, found: Mapping[str, Seen], refs: set[str]) -> bool:
        if change.previous != FIRST and change.previous not in found:
            return False
        needed = [ref for op in change.ops for part in op.get("bases", {}).values() for ref in part]
        needed += [ref for op in change.ops for name in ("covers", "after") for ref in op.get(name, ())]
        return all(ref in refs for ref in needed)

    # Records

    @cached_property
    def records(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for change in self.applied.values():
            for op in change.ops:
                self._note(change, op, found)
        return found

    def _note(self, change: Seen, op: Mapping[str, Any], found: dict[str, Record]) -> None:
        ref, act = change.ref, op["act"]
        if act == "seal":
            for named in op["records"]:
                found.setdefault(named["record"], Record())
            return
        if act == "hand_over":
            above = {"kind": "exhibit", "record": op["exhibit"]}
            op = {**op, "act": "create", "record": op["entry"], "kind": "custody", "parent": above}
        elif act in KNOWN - {"create", "set", "retract", "reinstate"} or "record" not in op:
            return
        record = found.setdefault(op["record"], Record())
        record.history[ref] = max(record.history.get(ref, 0), int("after_seal" in op))
        record.touched.setdefault(ref, op)
        bases = op.get("bases", {}) if op["act"] != "create" else {}
        match op["act"]:
            case "create" | "set":
                if op["act"] == "create":
                    record.created.setdefault(ref, op)
                for name, value in {**op.get("set", {}), **_position(op)}.items():
                    record.write(name, ref, value, bases.get(name, ()))
            case "retract" | "reinstate":
                is_retract = op["act"] == "retract"
                record.write("~state", ref, "retracted" if is_retract else None, bases.get("~state", ()))
                record.covers.pop(ref, None)
                if is_retract:
                    record.covers[ref] = set(op.get("covers", ()))
            case _:
                record.is_newer = True

    def audience(self, change: Seen) -> str:
        while change.previous != FIRST:
            change = self.applied[change.previous]
        return str(change.ops[0]["audience"])

    @cached_property
    def visible(self) -> set[str]:
        """What lists show: created, and not taken back, or edited meanwhile, or with a child that is shown."""
        shown = {
            name for name, record in self.records.items()
            if record.created and (not record.is_taken_back or record.unseen)
        }  # fmt: skip
        while True:
            more = {self.records[name].parent for name in shown} - shown
            more = {name for name in more if name in self.records and self.records[name].created}
            if not more:
                return shown
            shown |= more

    # Time, and what is shown while nobody has decided

    @cached_property
    def notes(self) -> list[tuple[str, Mapping[str, Any]]]:
        return sorted(
            ((c.ref, op) for c in self.applied.values() for op in c.ops if op["act"] == "clock_note"),
            key=lambda note: note[0],
        )

    def corrected(self, ref: str) -> int:
        change = self.by_ref[ref]
        offsets = [
            note["offset_ms"] for _, note in self.notes
            if note["log"] == change.log and note["first"] <= change.seq <= note["last"]
        ]  # fmt: skip
        return change.at - (offsets[-1] if offsets else 0)

    @cached_property
    def seals(self) -> dict[str, Mapping[str, Any]]:
        return {c.ref: op for c in self.applied.values() for op in c.ops if op["act"] == "seal"}

    def seals_of(self, record: str) -> dict[str, Mapping[str, Any]]:
        return {
            ref: op for ref, op in self.seals.items() if record in {named["record"] for named in op["records"]}
        }  # fmt: skip

    def covered(self, record: str) -> set[str]:
        return {ref for op in self.seals_of(record).values() for ref in op["covers"]}

    def shown(self, record: str, name: str, heads: Mapping[str, Any]) -> Any:
        if _is_membership(name, heads) and any(value is True for value in heads.values()):
            return True
        covered = self.covered(record)
        return heads[max(heads, key=lambda ref: (ref in covered, self.corrected(ref), ref))]

    # Differences and alarms

    def conflicts(self) -> set[tuple[str, str, tuple[str, ...]]]:
        found = set()
        for name, record in self.records.items():
            for column, writes in record.fields.items():
                heads = writes.heads
                if len({json.dumps(value) for value in heads.values()}) > 1 and not _is_membership(column, heads):
                    found.add((name, column, tuple(sorted(heads))))
            if record.is_taken_back:
                below = {r.origin for i, r in self.records.items() if r.parent == name and i in self.visible}
                if record.unseen | below:
                    found.add((name, "~state/edited", tuple(sorted({*record.state_heads, *record.unseen, *below}))))
        return found

    def forks(self) -> dict[tuple[str, str], list[str]]:
        after: dict[tuple[str, str], list[str]] = {}
        for change in self.applied.values():
            after.setdefault((change.log, change.previous), []).append(change.id)
        return {point: sorted(ids) for point, ids in after.items() if len(ids) > 1}

    def custody(self) -> set[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
        after: dict[str, dict[str, set[str]]] = {}
        for change in self.applied.values():
            for op in change.ops:
                if op["act"] == "hand_over":
                    entries = after.setdefault(op["exhibit"], {})
                    entries.setdefault(change.ref, set()).update(op.get("after", ()))
        found = set()
        for exhibit, entries in after.items():
            for point in {ref for named in entries.values() for ref in named} | {""}:
                both = sorted(ref for ref, named in entries.items() if point in named or (not point and not named))
                if len(both) > 1:
                    explained = tuple(sorted(ref for ref, named in entries.items() if set(both) <= named))
                    found.add((exhibit, point, tuple(both), explained))
        return found

    def late(self) -> set[tuple[str, str]]:
        return {
            (name, ref) for name, record in self.records.items() if self.seals_of(name)
            for ref, is_after_seal in record.history.items() if not is_after_seal and ref not in self.covered(name)
        }  # fmt: skip

    def sealed_apart(self) -> dict[str, list[str]]:
        found = {}
        for name in self.records:
            seals = self.seals_of(name)
            past = {ref: self._past(ref, seals) for ref in seals}
            apart = {
                ref for ref in seals for other in seals
                if seals[ref]["seal"] != seals[other]["seal"] and ref not in past[other] and other not in past[ref]
                and not any({ref, other} <= past[later] for later in seals)
            }  # fmt: skip
            if apart:
                found[name] = sorted(apart)
        return found

    def _past(self, ref: str, seals: Mapping[str, Mapping[str, Any]]) -> set[str]:
        found: set[str] = set()
        for earlier in set(seals[ref]["covers"]) & set(seals):
            found |= {earlier, *self._past(earlier, seals)}
        return found

    # Trees

    def station_root(self, audience: str) -> str:
        leaves = []
        gone_on = {change.previous for change in self.applied.values()}
        for change in self.applied.values():
            if change.id not in gone_on and self.audience(change) == audience:
                line = [change.id]
                while change.previous != FIRST:
                    change = self.applied[change.previous]
                    line.append(change.id)
                ids = [bytes.fromhex(identity) for identity in reversed(line)]
                leaves.append(bytes.fromhex(change.log) + len(ids).to_bytes(8, "big") + merkle_root(ids))
        return merkle_root(sorted(leaves)).hex()

    # All together

    def view(self) -> View:
        return {
            "applied": set(self.applied),
            "waiting": set(self.all) - set(self.applied),
            "records": {name: self._record(name, record) for name, record in self.records.items()},
            "conflicts": self.conflicts(),
            "forks": self.forks(),
            "custody": self.custody(),
            "late": self.late(),
            "apart": self.sealed_apart(),
            "roots": {audience: self.station_root(audience) for audience in ("station", "case")},
        }

    def _record(self, name: str, record: Record) -> dict[str, Any]:
        heads = {column: writes.heads for column, writes in record.fields.items()}
        shown = {column: self.shown(name, column, writes) for column, writes in heads.items()}
        return {
            "kind": record.first.get("kind", ""),
            "audience": self.audience(self.by_ref[record.origin]) if record.origin else "",
            "parent": record.parent,
            "origin": record.origin,
            "created": bool(record.created),
            "shown": name in self.visible,
            "newer": record.is_newer,
            "values": {column: value for column, value in shown.items() if value is not None},
            "heads": {column: sorted(writes) for column, writes in heads.items()},
            "rivals": {
                column: {ref: (self.corrected(ref), value) for ref, value in writes.items()}
                for column, writes in heads.items() if len(writes) > 1
            },
            "history": record.history,
        }  # fmt: skip


def merkle_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def _position(op: Mapping[str, Any]) -> dict[str, Any]:
    return {"~position": op["position"]} if "position" in op else {}


def _is_membership(name: str, heads: Mapping[str, Any]) -> bool:
    parts = name.split("/")
    is_element = len(parts) == 3 if parts[0] in ONE_VALUE else len(parts) == 2
    return is_element and all(value is True or value is None for value in heads.values())
