"""Patrols are planned, the plans changed, called off, and joined with what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.field_names import chosen
from db.patrol_pages import find_patrol
from db.plans import find_plan, last_plan_number, plan, plan_of_patrol
from db.reader import Entry
from db.stations import number_prefix
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.plans import NEEDS_REASON, PlanState, RoutePoint
from ranger_app.domain.typed_text import composed, typed_text
from ranger_app.errors import RangerAppError
from ranger_app.problem import Problem
from ranger_app.services.named_people import NamedPeople
from ranger_app.services.numbers import Numbers
from ranger_app.services.plan_documents import DAYS, TEXTS, plan_problems
from ranger_app.services.record_incident import DocumentRefusedError
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import refuse_taken_back

_NAMED_BY = ("number", "name", *DAYS)
"""Without any of these nobody knows which plan is meant."""


class PlanReasonMissingError(RangerAppError):
    """A plan is not called off without a reason."""

    code = "plan-reason-missing"


class PlanOverError(RangerAppError):
    """No patrol is begun with a plan that is done or was called off."""

    code = "plan-over"


class PlanPatrol:
    """Plan a patrol."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, document: Mapping[str, Any], *, officer: str, record: str = "") -> str:
        """Store a plan; return its id.

        Args:
            record: The id that it will have; a new one when left out.

        Raises:
            DocumentRefusedError: Nothing is stored.
        """
        _refuse_problems(self._store, document, "", is_new=True)
        number = typed_text(str(document.get("number") or "")) or self._next_number(officer)
        with self._store.act(officer=officer) as change:
            values = _values(self._store, change, document, None)
            return change.create("plan", {"state": str(PlanState.PLANNED), **values, "number": number}, record=record)

    def _next_number(self, officer: str) -> str:
        area = station_of(self._store).area_id
        prefix = number_prefix(area, self._store.ensure_log(officer)) + "P"
        return f"{prefix}{last_plan_number(self._store.reader, prefix) + 1:04d}"


class EditPlan:
    """Change a plan: what the document names, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        record: str,
        document: Mapping[str, Any],
        *,
        officer: str,
        bases: Mapping[str, Sequence[str]] | None = None,
    ) -> bool:
        """Store what *document* changes; answers whether anything did.

        Raises:
            RecordMissingError, RecordTakenBackError, DocumentRefusedError: Nothing is changed.
        """
        entry = self._store.reader.entry(record, "plan")
        refuse_taken_back(entry)
        _refuse_problems(self._store, {"reason": entry.values.get("reason"), **document}, record)
        with self._store.act(officer=officer) as change:
            return change.set("plan", record, _values(self._store, change, document, entry), bases=bases)


class EndPlan:
    """Say what became of a plan: cancelled, not carried out, done, or open again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self, record: str, state: PlanState, *, reason: str = "", patrols: Sequence[str] = (), officer: str
    ) -> bool:
        """Store the state; answers whether anything changed.

        Args:
            patrols: Ids of patrols that were made of it, beside those known.

        Raises:
            PlanReasonMissingError, RecordMissingError, RecordTakenBackError: Nothing is changed.
        """
        entry = self._store.reader.entry(record, "plan")
        refuse_taken_back(entry)
        reason = typed_text(reason)
        if state in NEEDS_REASON and not reason:
            raise PlanReasonMissingError
        for one in patrols:
            refuse_taken_back(self._store.reader.entry(one, "patrol"))
        values: dict[str, Any] = {"state": str(state), "reason": reason or None}
        with self._store.act(officer=officer) as change:
            return change.set("plan", record, values | {f"patrols/{one}": True for one in patrols})


class AttachPatrol:
    """Say of which plan a patrol was made."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, patrol: str, record: str, *, officer: str) -> bool:
        """Join *patrol* with the plan *record*, or with none when it is empty; answers whether anything changed.

        A plan that was open is done by that; one that loses its only patrol is open again.

        Raises:
            RecordMissingError, RecordTakenBackError: Nothing is changed.
        """
        refuse_taken_back(self._store.reader.entry(patrol, "patrol"))
        with self._store.act(officer=officer) as change:
            attach(self._store, change, patrol, record)
            return bool(change.ops)


def attach(store: Store, change: ChangeBuilder, patrol: str, record: str) -> None:
    """Write into *change* that *patrol* was made of the plan *record*, and of no other.

    Raises:
        RecordMissingError, RecordTakenBackError: There is no such plan, or it was taken back.
    """
    before = plan_of_patrol(store.reader, patrol)
    if before == record:
        return
    if before:
        left = set(chosen(store.reader.entry(before).values, "patrols")) - {patrol}
        is_open = not left and store.reader.entry(before).values.get("state") == PlanState.DONE
        opened = {"state": str(PlanState.PLANNED)} if is_open else {}
        change.set("plan", before, {f"patrols/{patrol}": None, **opened})
    if record:
        entry = store.reader.entry(record, "plan")
        refuse_taken_back(entry)
        is_open = entry.values.get("state", PlanState.PLANNED) == PlanState.PLANNED
        change.set("plan", record, {f"patrols/{patrol}": True, **({"state": str(PlanState.DONE)} if is_open else {})})


class StartPlannedPatrol:
    """Begin a patrol with what its plan says; tracks come later."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, record: str, *, officer: str) -> str:
        """Record a patrol with one leg, joined with the plan; return the patrol's id.

        Raises:
            RecordMissingError, RecordTakenBackError, PlanOverError: Nothing is stored.
        """
        refuse_taken_back(self._store.reader.entry(record, "plan"))
        found = plan(self._store.reader, record)
        if found.state is not PlanState.PLANNED:
            raise PlanOverError(plan=found.number)
        station = station_of(self._store)
        mandate = found.mandate or station.default_mandate
        number = Numbers(self._store, officer).next()
        patrol = new_id()
        people = {one.id for one in found.members} | ({found.leader} if found.leader else set())
        assumed = [name for name, value in (("mandate", found.mandate), ("transport", found.transport)) if not value]
        leg = {
            "number": 1, "transport": found.transport or "foot", "mandate": mandate, "leader": found.leader or None,
            **{f"members/{one}": True for one in sorted(people)}, **{f"assumed/{name}": True for name in assumed},
        }  # fmt: skip
        first, last = found.starts_on, found.ends_on or found.starts_on
        with self._store.act(officer=officer) as change:
            change.create(
                "patrol",
                {
                    "number": number, "timezone": station.timezone, "mandate": mandate,
                    "assumed/mandate": None if found.mandate else True,
                    "start": first.isoformat() if first else None, "end": last.isoformat() if last else None,
                    **{name: getattr(found, name) or None for name in ("team", "station", "objective", "comment")},
                },
                record=patrol,
            )  # fmt: skip
            change.create("leg", leg, parent=("patrol", patrol), position=position_at(0))
            change.set("plan", record, {f"patrols/{patrol}": True})
        return patrol


def _refuse_problems(store: Store, document: Mapping[str, Any], record: str, *, is_new: bool = False) -> None:
    problems = plan_problems(document)
    wrong = {one.where for one in problems}
    number = typed_text(str(document.get("number") or "")) if "number" not in wrong else ""
    if number and find_plan(store.reader, number) not in ("", record):
        problems.append(Problem(code="plan-number-taken", where="number", facts={"value": number[:80]}))
    if "patrols" not in wrong:
        for place, one in enumerate(document.get("patrols") or (), start=1):
            if not find_patrol(store.reader, one):
                problems.append(Problem(code="patrol-missing", where=f"patrols[{place}]", facts={"id": one[:80]}))
    if is_new and not problems and not any(typed_text(str(document.get(one) or "")) for one in _NAMED_BY):
        problems.append(Problem(code="plan-empty", where="name"))
    if problems:
        raise DocumentRefusedError(problems)


def _values(store: Store, change: ChangeBuilder, document: Mapping[str, Any], old: Entry | None) -> dict[str, Any]:
    """The fields that a checked document says; of several of one set those no longer named are cleared."""
    people = NamedPeople(store.reader)
    before = old.values if old is not None else {}
    near = chosen(before, "members")
    values: dict[str, Any] = {name: _text(document[name]) for name in TEXTS if name in document}
    values |= {field: document[name] or None for name, field in DAYS.items() if name in document}
    if "state" in document:
        values["state"] = document["state"] or str(PlanState.PLANNED)
    if "reason" in document:
        values["reason"] = _text(document["reason"])
    if "route" in document:
        values["route"] = [_point(one) for one in document["route"] or ()] or None
    if "members" in document:
        ids = {people.id_of(change, name, near) for name in document["members"] or ()}
        values |= _set("members", ids, before)
    if "leader" in document:
        told = document["leader"]
        values["leader"] = people.id_of(change, told, near) if told else None
        if told:
            values[f"members/{values['leader']}"] = True
    if "patrols" in document:
        told = {find_patrol(store.reader, one) for one in document["patrols"] or ()}
        hidden = {one for one in chosen(before, "patrols") if not find_patrol(store.reader, one)}
        values |= _set("patrols", told | hidden, before)
    return values


def _set(name: str, told: set[str], before: Mapping[str, Any]) -> dict[str, Any]:
    gone = set(chosen(before, name)) - told
    return {f"{name}/{one}": True for one in sorted(told)} | {f"{name}/{one}": None for one in sorted(gone)}


def _point(told: Mapping[str, Any]) -> str:
    name = " ".join(composed(told.get("name") or "").split())
    return str(RoutePoint(
        latitude_deg=float(told["latitude_deg"]), longitude_deg=float(told["longitude_deg"]), name=name
    ))  # fmt: skip


def _text(value: object) -> str | None:
    return composed(str(value)) if value not in (None, "") else None
