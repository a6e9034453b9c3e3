"""What a person says about a patrol: its people, transport, rest, objective, and what was seen at its waypoints."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from db.fields import chosen, observation_fields, observations
from db.officers import members
from db.reader import Entry
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.people import split_name
from ranger_app.errors import Problem
from ranger_app.services.incident_fields import in_kept_spelling, observation_values, position_fields
from ranger_app.services.officers import person_named
from ranger_app.services.patrol_documents import patrol_problems
from ranger_app.services.record_incident import DocumentRefusedError
from ranger_app.services.take_back import refuse_taken_back

TEXTS = ("number", "team", "station", "mandate", "objective", "comment")


class EditPatrol:
    """Change a patrol: what the document names, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        patrol: str,
        document: Mapping[str, Any],
        *,
        officer: str,
        bases: Mapping[str, Sequence[str]] | None = None,
    ) -> bool:
        """Store what *document* changes; answers whether anything did.

        Args:
            bases: Field of the patrol record to the refs that stood behind its value when the form was opened.

        Raises:
            RecordMissingError, RecordTakenBackError, DocumentRefusedError: Nothing is changed.
        """
        entry = self._store.reader.entry(patrol, "patrol")
        refuse_taken_back(entry)
        problems = patrol_problems(document) + self._unknown_parts(entry, document)
        if problems:
            raise DocumentRefusedError(problems)
        with self._store.act(officer=officer) as change:
            self._people: dict[str, str] = {}
            values: dict[str, Any] = {name: _nfc(document[name]) for name in TEXTS if name in document}
            if "armed" in document and bool(document["armed"]) is not bool(entry.values.get("armed")):
                values["armed"] = bool(document["armed"])
            change.set("patrol", patrol, values, bases=bases)
            for leg in self._store.reader.entries("leg", parent=patrol):
                told = next((one for one in document.get("legs") or () if one.get("id") == leg.id), None)
                self._edit_leg(change, leg, told or {}, values.get("mandate"))
            for told in document.get("waypoints") or ():
                self._edit_waypoint(change, patrol, told)
            return bool(change.ops)

    def _unknown_parts(self, entry: Entry, document: Mapping[str, Any]) -> list[Problem]:
        reader = self._store.reader
        legs = {leg.id for leg in reader.entries("leg", parent=entry.id)}
        waypoints = {waypoint.id for waypoint in reader.entries("waypoint", parent=entry.id)}
        found = []
        for name, known in (("legs", legs), ("waypoints", waypoints)):
            for place, told in enumerate(document.get(name) or (), start=1):
                if told.get("id") not in known and not (name == "waypoints" and "id" not in told):
                    value = str(told.get("id", ""))[:80]
                    found.append(Problem(code="part-unknown", where=f"{name}[{place}]", facts={"value": value}))
        return found

    def _edit_leg(self, change: ChangeBuilder, leg: Entry, told: Mapping[str, Any], mandate: str | None) -> None:
        values: dict[str, Any] = {}
        if mandate:
            values["mandate"] = mandate
        for name in ("transport", "mandate"):
            if told.get(name):
                values[name] = _nfc(told[name])
        if "members" in told:
            ids = {self._person(change, name) for name in told["members"] or ()}
            gone = set(chosen(leg.values, "members")) - ids
            values |= {f"members/{one}": True for one in sorted(ids)} | {f"members/{one}": None for one in sorted(gone)}
        for name in ("leader", "pilot"):
            if name in told:
                person = self._person(change, told[name]) if told[name] else None
                values[name] = person
                if person:
                    values[f"members/{person}"] = True
        for day in told.get("days") or ():
            date = day["date"]
            rest = int(day.get("rest_minutes") or 0)
            if "rest_minutes" in day and rest != (leg.values.get(f"rest_minutes/{date}") or 0):
                values[f"rest_minutes/{date}"] = rest
            for name, field in (("start", "day_start"), ("end", "day_end")):
                if day.get(name) and self._differs(leg, date, name, day[name]):
                    values[f"{field}/{date}"] = dt.time.fromisoformat(day[name]).isoformat("seconds")
        if values:
            change.set("leg", leg.id, values)

    def _differs(self, leg: Entry, date: str, name: str, told: str) -> bool:
        """Whether a typed time is not the one that follows from the tracks anyway."""
        from db.patrols import patrol

        for one in patrol(self._store.reader, leg.parent).legs:
            for day in one.days:
                if one.id == leg.id and day.date.isoformat() == date:
                    shown = day.start if name == "start" else day.end
                    return shown != dt.time.fromisoformat(told)
        return True

    def _person(self, change: ChangeBuilder, name: str) -> str:
        if name in members(self._store.reader):
            return name
        known = person_named(self._store.reader, name)
        if known is not None:
            return known.id
        if name not in self._people:
            family, given = split_name(name)
            self._people[name] = change.create("member", {"family_name": family, "given_name": given}, record=new_id())
        return self._people[name]

    def _edit_waypoint(self, change: ChangeBuilder, patrol: str, told: Mapping[str, Any]) -> None:
        values: dict[str, Any] = {}
        for name in ("comment", "at"):
            if name in told:
                values[name] = _nfc(told[name])
        for name in ("direction_deg", "distance_m"):
            if name in told:
                values[name] = None if told[name] is None else str(told[name])
        if told.get("position") is not None:
            values |= position_fields(told["position"])
        record = told.get("id")
        if record is None:
            record = self._new_waypoint(change, patrol, told, values)
        elif values:
            old = self._store.reader.entry(record, "waypoint").values
            change.set("waypoint", record, in_kept_spelling(values, old))
        if told.get("observations") is not None:
            self._edit_observations(change, record, told["observations"], is_new="id" not in told)

    def _new_waypoint(
        self, change: ChangeBuilder, patrol: str, told: Mapping[str, Any], values: Mapping[str, Any]
    ) -> str:
        reader = self._store.reader
        legs = reader.entries("leg", parent=patrol)
        known = reader.entries("waypoint", parent=patrol)
        number = max((int(one.values.get("number", 0)) for one in known), default=0) + 1
        leg = told.get("leg") or (legs[0].id if legs else None)
        return change.create("waypoint", {**values, "number": number, "leg": leg}, parent=("patrol", patrol))

    def _edit_observations(
        self, change: ChangeBuilder, waypoint: str, told: Sequence[Mapping[str, Any]], *, is_new: bool
    ) -> None:
        known = {} if is_new else {one.id: one for one in observations(self._store.reader, waypoint)}
        kept = set()
        for place, one in enumerate(told):
            fields = observation_fields(one["category"], observation_values(one.get("attributes") or {}))
            old = known.get(str(one.get("id", "")))
            if old is None:
                change.create("observation", fields, parent=("waypoint", waypoint), position=position_at(place))
            else:
                kept.add(old.id)
                before = observation_fields(old.category, old.attributes)
                change.set("observation", old.id, {**dict.fromkeys(before), **fields})
        for gone in known.keys() - kept:
            change.take_back("observation", gone, "taken out of the list")


def _nfc(value: object) -> str | None:
    return unicodedata.normalize("NFC", str(value)) if value not in (None, "") else None
