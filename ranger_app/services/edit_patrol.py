"""What a person says about a patrol: legs, people, transport, rest, objective, and what was seen at its waypoints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from db.fields import chosen
from db.patrol_pages import find_patrol
from db.patrols import patrol
from db.plans import find_plan
from db.reader import Entry
from db.store import Store
from db.transaction import ChangeBuilder
from ranger_app.domain.form_values import moment_of
from ranger_app.domain.records import Patrol, Waypoint
from ranger_app.domain.typed_text import composed
from ranger_app.errors import Fact
from ranger_app.problem import Problem
from ranger_app.services.change_sheet import ChangeSheet
from ranger_app.services.child_records import edit_observations
from ranger_app.services.choose_track import choose
from ranger_app.services.edit_legs import LegEdits
from ranger_app.services.incident_fields import in_kept_spelling, position_fields
from ranger_app.services.named_people import NamedPeople
from ranger_app.services.patrol_documents import patrol_problems
from ranger_app.services.plan_patrol import attach
from ranger_app.services.record_incident import DocumentRefusedError
from ranger_app.services.take_back import refuse_taken_back

TEXTS = ("number", "team", "station", "mandate", "objective", "comment")

PROPOSED = ("mandate", "team", "station", "objective", "armed")
"""What of a patrol may be assumed until somebody says it."""


class EditPatrol:
    """Change a patrol: what the document names, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        patrol_id: str,
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
        entry = self._store.reader.entry(patrol_id, "patrol")
        refuse_taken_back(entry)
        problems = patrol_problems(document) or self._unknown_parts(entry, document)
        if problems:
            raise DocumentRefusedError(problems)
        legs = LegEdits(self._store, entry, document.get("legs") or ())
        problems = legs.problems() or [*self._reversed_days(entry, document)]
        if problems:
            raise DocumentRefusedError(problems)
        with self._store.act(officer=officer) as change:
            self._people = NamedPeople(self._store.reader)
            sheet = ChangeSheet()
            values = self._patrol_values(entry, document)
            sheet.set("patrol", patrol_id, values)
            legs.move(change, sheet)
            {one.get("id"): one for one in document.get("legs") or ()}
            for leg in self._store.reader.entries("leg", parent=patrol_id):
                told: Mapping[str, Any] = next(
                    (one for one in document.get("legs") or () if one.get("id") == leg.id), {}
                )
                if leg.id not in legs.gone:
                    sheet.set("leg", leg.id, self._leg_values(change, leg, told, values))
            for added in legs.added:
                said = self._leg_values(change, added.entry, added.told, {})
                legs.create(change, added, {**added.entry.values, **said})
            self._choose_tracks(change, entry, document)
            self._edit_waypoints(change, sheet, entry, document.get("waypoints") or ())
            self._stretch(sheet, entry, document)
            sheet.write(change, bases={patrol_id: bases} if bases is not None else {})
            if "plan" in document:
                attach(self._store, change, patrol_id, find_plan(self._store.reader, document["plan"] or ""))
            return bool(change.ops)

    def _choose_tracks(self, change: ChangeBuilder, entry: Entry, document: Mapping[str, Any]) -> None:
        """Whose track is the patrol's, where two devices walked one leg."""
        for leg in document.get("legs") or ():
            for told in leg.get("tracks") or ():
                track = self._store.reader.entry(told["id"], "track") if told.get("companion") is not None else None
                if track is not None and (track.values.get("companion") is True) != told["companion"]:
                    choose(self._store.reader, change, track, is_leaders=not told["companion"])

    def _patrol_values(self, entry: Entry, document: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {name: _nfc(document[name]) for name in TEXTS if name in document}
        if "armed" in document and document["armed"] is None:
            values["armed"] = None
        elif _is_stated(document, "armed", entry.values.get("armed", False)):
            values["armed"] = document["armed"]
        for name in PROPOSED:
            if _is_stated(document, name, entry.values.get(name)) or (name in document and document[name] is None):
                values[f"assumed/{name}"] = None
        return values

    def _unknown_parts(self, entry: Entry, document: Mapping[str, Any]) -> list[Problem]:
        reader = self._store.reader
        legs = {leg.id for leg in reader.entries("leg", parent=entry.id)}
        waypoints = {waypoint.id for waypoint in reader.entries("waypoint", parent=entry.id)}
        found = []
        number = str(document.get("number") or "").strip()
        if number and find_patrol(reader, _nfc(number) or "") not in ("", entry.id):
            found.append(Problem(code="number-taken", where="number", facts={"value": number[:80]}))
        if document.get("plan") and not find_plan(reader, document["plan"]):
            found.append(Problem(code="plan-unknown", where="plan", facts={"value": document["plan"][:80]}))
        for place, told in enumerate(document.get("waypoints") or (), start=1):
            if told.get("leg") is not None and told["leg"] not in legs:
                value = str(told["leg"])[:80]
                found.append(Problem(code="part-unknown", where=f"waypoints[{place}].leg", facts={"value": value}))
        found += self._unknown_tracks(document, legs)
        for name, known in (("legs", legs), ("waypoints", waypoints)):
            for place, told in enumerate(document.get(name) or (), start=1):
                if "id" in told and told["id"] not in known:
                    value = str(told.get("id", ""))[:80]
                    found.append(Problem(code="part-unknown", where=f"{name}[{place}]", facts={"value": value}))
        return found

    def _unknown_tracks(self, document: Mapping[str, Any], legs: Collection[str]) -> Iterator[Problem]:
        for place, told in enumerate(document.get("legs") or (), start=1):
            is_known = told.get("id") in legs
            here = self._store.reader.entries("track", parent=told["id"]) if is_known and told.get("tracks") else ()
            for number, track in enumerate(told.get("tracks") or (), start=1):
                if track.get("id") not in {one.id for one in here}:
                    where, value = f"legs[{place}].tracks[{number}]", str(track.get("id", ""))[:80]
                    yield Problem(code="part-unknown", where=where, facts={"value": value})

    def _reversed_days(self, entry: Entry, document: Mapping[str, Any]) -> Iterator[Problem]:
        """Days that are told to end before they begin."""
        told = [
            (leg.get("id"), day, f"legs[{place}].days[{number}]")
            for place, leg in enumerate(document.get("legs") or (), start=1)
            for number, day in enumerate(leg.get("days") or (), start=1)
            if day.get("start") or day.get("end")
        ]
        legs = patrol(self._store.reader, entry.id).legs if told else ()
        here = {
            (leg.id, day.date.isoformat()): (day.start, day.end) for leg in legs for day in leg.days if day.is_timed
        }
        for leg, day, where in told:
            before = here.get((leg, day["date"]), (dt.time.min, dt.time.max))
            start, end = (dt.time.fromisoformat(day[name]) if day.get(name) else known
                          for name, known in zip(("start", "end"), before, strict=True))  # fmt: skip
            if end < start and (start, end) != before:
                facts: dict[str, Fact] = {"start": f"{start:%H:%M:%S}", "end": f"{end:%H:%M:%S}"}
                yield Problem(code="day-reversed", where=where, facts=facts)

    def _leg_values(
        self, change: ChangeBuilder, leg: Entry, told: Mapping[str, Any], of_patrol: Mapping[str, Any]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if of_patrol.get("mandate"):
            values["mandate"] = of_patrol["mandate"]
            values |= {"assumed/mandate": None} if "assumed/mandate" in of_patrol else {}
        for name in ("transport", "mandate"):
            if told.get(name):
                values[name] = _nfc(told[name])
            if _is_stated(told, name, leg.values.get(name)):
                values[f"assumed/{name}"] = None
        values |= self._people_of_leg(change, leg, told)
        for day in told.get("days") or ():
            date = day["date"]
            rest = int(day.get("rest_minutes") or 0)
            if "rest_minutes" in day and rest != (leg.values.get(f"rest_minutes/{date}") or 0):
                values[f"rest_minutes/{date}"] = rest
            for name, field in (("start", "day_start"), ("end", "day_end")):
                if day.get(name) and self._differs(leg, date, name, day[name]):
                    values[f"{field}/{date}"] = dt.time.fromisoformat(day[name]).isoformat("seconds")
        return values

    def _people_of_leg(self, change: ChangeBuilder, leg: Entry, told: Mapping[str, Any]) -> dict[str, Any]:
        """Leader, pilot and members; people whom an import assumed go when others are stated."""
        values: dict[str, Any] = {}
        near = chosen(leg.values, "members")
        before, assumed = set(near), set(chosen(leg.values, "assumed"))
        if "members" in told:
            ids = {self._people.id_of(change, name, near) for name in told["members"] or ()}
            values |= {f"members/{one}": True for one in sorted(ids)}
            values |= {f"members/{one}": None for one in sorted(before - ids)}
            if ids != before or "members" not in (told.get("assumed") or ()):
                values["assumed/members"] = None
            for name in ("leader", "pilot"):
                if leg.values.get(name) and leg.values[name] not in ids:  # nobody leads a leg that they were not on
                    values |= {name: None, f"assumed/{name}": None}
        for name in ("leader", "pilot"):
            if name in told:
                person = self._people.id_of(change, told[name], near) if told[name] else None
                values[name] = person
                if person:
                    values[f"members/{person}"] = True
                if name == "leader" and _is_stated({**told, "leader": person}, "leader", leg.values.get("leader")):
                    values["assumed/leader"] = None
                    if "members" in assumed and "assumed/members" not in values:
                        values |= {f"members/{one}": None for one in sorted(before) if one != person}
                        values["assumed/members"] = None
        return values

    def _differs(self, leg: Entry, date: str, name: str, told: str) -> bool:
        """Whether a typed time is not the one that follows from the tracks anyway."""
        for one in patrol(self._store.reader, leg.parent).legs:
            for day in one.days:
                if one.id == leg.id and day.date.isoformat() == date:
                    shown = day.start if name == "start" else day.end
                    return not day.is_timed or shown != dt.time.fromisoformat(told)
        return True

    def _edit_waypoints(
        self, change: ChangeBuilder, sheet: ChangeSheet, entry: Entry, told: Sequence[Mapping[str, Any]]
    ) -> None:
        reader = self._store.reader
        found = patrol(reader, entry.id) if told else None
        shown = {one.id: one for one in found.waypoints} if found is not None else {}
        number = max(
            (int(one.values.get("number", 0)) for one in reader.entries("waypoint", parent=entry.id)), default=0
        )
        for one in told:
            record = one.get("id")
            values = self._waypoint_values(one, shown.get(str(record)))
            if record is None:
                number += 1
                first = {"leg": _leg_at(found, values.get("at")), "number": number}
                record = change.create("waypoint", {**first, **values}, parent=("patrol", entry.id))
            elif values:
                old = reader.entry(record, "waypoint").values
                sheet.set("waypoint", record, in_kept_spelling(values, old))
            if one.get("observations") is not None:
                edit_observations(reader, change, ("waypoint", record), one["observations"])

    def _waypoint_values(self, told: Mapping[str, Any], shown: Waypoint | None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if "comment" in told:
            values["comment"] = _nfc(told["comment"])
        moment = moment_of(told["at"]) if told.get("at") else None
        if moment is not None and (shown is None or shown.at != moment):
            values |= {"at": moment.isoformat(), "date": None, "assumed/at": None}
        elif moment is None and told.get("date"):
            values["date"] = told["date"]
        for name in ("direction_deg", "distance_m"):
            if name in told:
                values[name] = None if told[name] is None else str(told[name])
        if told.get("leg") is not None:
            values["leg"] = told["leg"]
        if told.get("position") is not None:
            values |= position_fields(told["position"])
        return values

    def _stretch(self, sheet: ChangeSheet, entry: Entry, document: Mapping[str, Any]) -> None:
        """Let the patrol's first and last day hold the days of its waypoints, and those of which something is told."""
        told = document.get("waypoints") or ()
        zone = ZoneInfo(str(entry.values.get("timezone", "UTC")))
        moments = [moment_of(one["at"]) for one in told if one.get("at")]
        days = {moment.astimezone(zone).date().isoformat() for moment in moments if moment is not None}
        days |= {one["date"] for one in told if one.get("date") and not one.get("at")}
        days |= {
            day["date"]
            for leg in document.get("legs") or ()
            for day in leg.get("days") or ()
            if any(day.get(name) for name in ("start", "end", "rest_minutes"))
        }
        days |= {str(entry.values[name]) for name in ("start", "end") if name in entry.values}
        if days:
            sheet.set("patrol", entry.id, {"start": min(days), "end": max(days)})


def _leg_at(found: Patrol | None, at: object) -> str | None:
    """The leg that was walked at a moment, else the last that was begun before it, else the first."""
    legs = found.legs if found is not None else ()
    when = moment_of(at) if isinstance(at, str) else None
    if found is None or when is None or not legs:
        return legs[0].id if legs else None
    local = when.astimezone(ZoneInfo(found.timezone)).replace(tzinfo=None)
    begun = []
    for leg in legs:
        for day in leg.days:
            first, last = (dt.datetime.combine(day.date, time) for time in (day.start, day.end))
            if first <= local <= last:
                return leg.id
            if first <= local:
                begun.append((first, leg.id))
    return max(begun)[1] if begun else legs[0].id


def _is_stated(told: Mapping[str, Any], name: str, stored: object) -> bool:
    """Whether a document says the value itself, and does not only give back what it was told to be assumed."""
    value = told.get(name)
    return value not in (None, "") and (value != stored or name not in (told.get("assumed") or ()))


def _nfc(value: object) -> str | None:
    return composed(str(value)) if value not in (None, "") else None
