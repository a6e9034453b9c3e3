"""Patrols that were one, and legs that were one: everything goes to the first, and the others are taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from db.fields import chosen, ordered
from db.incidents import RECORD_KINDS
from db.reader import Entry, Reader
from db.schema import TYPED, VISIBLE
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError
from ranger_app.services.record_moves import Write, created, file_writes, moved
from ranger_app.services.split_patrol import DAY_FIELDS, leg_values
from ranger_app.services.take_back import refuse_taken_back, with_descendants

JOINED = "joined"
"""Reason of what a join takes back, where nobody gave another."""


class JoinRefusedError(RangerAppError):
    """There are not two different patrols, or two different legs of one patrol, to be joined."""

    code = "join-refused"


class JoinPatrols:
    """Make one patrol of several: their legs, tracks, waypoints, photos and incidents go to the first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, into: str, others: Sequence[str], *, officer: str, reason: str = "") -> str:
        """Join *others* into the patrol *into*; return its id.

        Legs with the same transport, mandate and people become one. What the first patrol does not say, such as its
        team, is taken from the others; comments follow each other.

        Raises:
            RecordMissingError, RecordTakenBackError, JoinRefusedError: Nothing is changed.
        """
        reader = self._store.reader
        entries = _joinable(reader, "patrol", (into, *others))
        target, reason = entries[0], typed_text(reason) or JOINED
        with self._store.transaction(officer) as transaction:
            writes = [*self._patrol_writes(target, entries[1:])]
            legs = {_likeness(leg): leg.id for leg in ordered(reader.entries("leg", parent=into))}
            typed = {leg.id: _day_fields(leg) for leg in reader.entries("leg", parent=into)}
            for other in entries[1:]:
                writes += self._moved(target, other, legs, typed, reason)
            writes += (
                partial(ChangeBuilder.set, kind="leg", record=leg, values=fields)
                for leg, fields in typed.items()
                if fields and reader.has(leg)
            )
            transaction.spread(writes)
            for audience, relinked in self._incidents(target, entries[1:]).items():
                transaction.spread(relinked, audience)
        return into

    def _patrol_writes(self, target: Entry, others: Sequence[Entry]) -> Iterator[Write]:
        values: dict[str, Any] = {}
        for other in others:
            for name, value in other.values.items():
                if name in ("team", "station", "mandate", "objective", "armed") or name.startswith("custom."):
                    values.setdefault(name, target.values.get(name, value))
        comments = [one.values.get("comment") for one in (target, *others)]
        values["comment"] = "\n".join(dict.fromkeys(filter(None, comments))) or None
        if "mandate" not in target.values and any(one.values.get("assumed/mandate") for one in others):
            values["assumed/mandate"] = True
        starts = [one.values["start"] for one in (target, *others) if "start" in one.values]
        ends = [one.values["end"] for one in (target, *others) if "end" in one.values]
        values |= {"start": min(starts), "end": max(ends)} if starts and ends else {}
        yield partial(ChangeBuilder.set, kind="patrol", record=target.id, values=values)

    def _moved(
        self, target: Entry, other: Entry, legs: dict[Any, str], typed: dict[str, dict[str, Any]], reason: str
    ) -> Iterator[Write]:
        reader = self._store.reader
        new_legs: dict[str, str] = {}
        parts: list[Entry] = []
        for leg in ordered(reader.entries("leg", parent=other.id)):
            known = legs.get(_likeness(leg))
            record = new_legs[leg.id] = known or new_id()
            if known is None:
                legs[_likeness(leg)] = record
                place = len(typed)
                values = leg_values(leg.values) | _day_fields(leg) | {"number": place + 1}
                yield created("leg", values, record=record, parent=("patrol", target.id), position=position_at(place))
                typed[record] = values  # united with those of other legs before it is written
            else:
                _unite_days(typed[known], _day_fields(leg))
            tracks = ordered(reader.entries("track", parent=leg.id))
            first = len(reader.entries("track", parent=known)) if known is not None and reader.has(known) else 0
            for place, track in enumerate(tracks, start=first):
                yield from moved(reader, track, ("leg", record), reason, **{POSITION: position_at(place)})
            yield partial(ChangeBuilder.take_back, kind="leg", record=leg.id, reason=reason)
            parts += tracks
        for waypoint in reader.entries("waypoint", parent=other.id):
            leg_id = new_legs.get(str(waypoint.values.get("leg")))
            yield from moved(reader, waypoint, ("patrol", target.id), reason, leg=leg_id)
            parts.append(waypoint)
        for attachment in reader.entries("attachment", parent=other.id):
            yield from moved(reader, attachment, ("patrol", target.id), reason)
        yield partial(ChangeBuilder.take_back, kind="patrol", record=other.id, reason=reason)
        yield from file_writes(reader, parts, target.id)

    def _incidents(self, target: Entry, others: Sequence[Entry]) -> dict[str, list[Write]]:
        """Writes that let the incidents of *others* name *target*, by their audience."""
        found: dict[str, list[Write]] = {}
        reader = self._store.reader
        for kind in RECORD_KINDS:
            table = TYPED[kind][0]
            for other in others:
                rows = reader.derived.execute(
                    f'SELECT r.id FROM "{table}" t JOIN record r ON r.no = t.no WHERE t.patrol = ? AND r.{VISIBLE}',
                    (other.id,),
                ).fetchall()
                for (raw,) in rows:
                    entry = reader.entry(raw.hex(), kind)
                    write = partial(ChangeBuilder.set, kind=kind, record=entry.id, values={"patrol": target.id})
                    found.setdefault(entry.audience, []).append(write)
        return found


class JoinLegs:
    """Make one leg of several of one patrol: their tracks, waypoints and rests go to the first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, into: str, others: Sequence[str], *, officer: str, reason: str = "") -> str:
        """Join the legs *others* into the leg *into*; return its id.

        People of the others who are not in the first join it; its transport, mandate and leader stay.

        Raises:
            RecordMissingError, RecordTakenBackError, JoinRefusedError: Nothing is changed.
        """
        entries = _joinable(self._store.reader, "leg", (into, *others))
        if len({entry.parent for entry in entries}) > 1:
            raise JoinRefusedError
        target, reason = entries[0], typed_text(reason) or JOINED
        with self._store.transaction(officer) as transaction:
            transaction.spread(self._writes(target, entries[1:], reason))
        return into

    def _writes(self, target: Entry, others: Sequence[Entry], reason: str) -> Iterator[Write]:
        reader = self._store.reader
        fields = _day_fields(target)
        place = len(reader.entries("track", parent=target.id))
        for other in others:
            _unite_days(fields, _day_fields(other))
            fields |= {f"members/{one}": True for one in chosen(other.values, "members")}
            for track in ordered(reader.entries("track", parent=other.id)):
                yield from moved(reader, track, ("leg", target.id), reason, **{POSITION: position_at(place)})
                place += 1
            for waypoint in reader.entries("waypoint", parent=target.parent):
                if waypoint.values.get("leg") == other.id:
                    values = {"leg": target.id}
                    yield partial(ChangeBuilder.set, kind="waypoint", record=waypoint.id, values=values)
            for kind, record in with_descendants(reader, "leg", other.id):
                if kind != "track":
                    yield partial(ChangeBuilder.take_back, kind=kind, record=record, reason=reason)
        yield partial(ChangeBuilder.set, kind="leg", record=target.id, values=fields)


def _joinable(reader: Reader, kind: str, records: Sequence[str]) -> list[Entry]:
    """The records that are to become one, the one that stays first.

    Raises:
        RecordMissingError, RecordTakenBackError, JoinRefusedError: There are not two of them.
    """
    entries = [reader.entry(one, kind) for one in dict.fromkeys(records)]
    for entry in entries:
        refuse_taken_back(entry)
    if len(entries) < 2:
        raise JoinRefusedError
    return entries


def _likeness(leg: Entry) -> tuple[object, ...]:
    """What two legs have in common that are one: transport, mandate and people."""
    return leg.values.get("transport"), leg.values.get("mandate"), frozenset(chosen(leg.values, "members"))


def _day_fields(leg: Entry) -> dict[str, Any]:
    return {name: value for name, value in leg.values.items() if name.startswith(DAY_FIELDS)}


def _unite_days(fields: dict[str, Any], more: dict[str, Any]) -> None:
    """What was typed about the days of two legs: rests add up, the earlier beginning and the later end stand."""
    for name, value in more.items():
        before = fields.get(name)
        if before is None:
            fields[name] = value
        elif name.startswith("rest_minutes/"):
            fields[name] = before + value
        else:
            fields[name] = min(before, value) if name.startswith("day_start/") else max(before, value)
