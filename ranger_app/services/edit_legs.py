"""Legs of a patrol are added, split, joined and removed, as one document says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from db.fields import chosen, moment, ordered
from db.patrols import patrol
from db.reader import Entry
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.form_values import moment_of
from ranger_app.domain.ordering import position_at, position_between
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.records import Leg
from ranger_app.domain.typed_text import typed_text
from ranger_app.problem import Problem
from ranger_app.services.change_sheet import ChangeSheet
from ranger_app.services.leg_tracks import move_track, split_track
from ranger_app.services.take_back import with_descendants

JOINED = "joined with another leg"
"""Reason of a leg whose tracks and waypoints another one has now."""

_OF_DAYS = ("rest_minutes", "day_start", "day_end")
_OWN = ("number", "smart_id", "starts_on", "ends_on")
"""Fields that a leg does not hand on to the one that is split off."""


@dataclass(frozen=True, slots=True)
class NewLeg:
    """A leg that the document adds.

    Attributes:
        entry: With the id it will have, and what it takes over from the leg before it.
        told: What the document says of it.
        position: Index among the legs.
        split: The leg that it is split off from, and when; ``None`` where it begins empty.
    """

    entry: Entry
    told: Mapping[str, Any]
    position: str
    split: tuple[Entry, dt.datetime] | None = None


class LegEdits:
    """What one document does to the legs of one patrol as a whole.

    Args:
        told: ``legs`` of the document: one without ``id`` is a new leg, with ``split_at`` (a moment, or the id of a
            waypoint) split off from the leg ``of``; one with ``join_to`` goes over into another, one with ``remove`` (a
            reason) is taken back with its tracks and waypoints.

    Attributes:
        gone: Ids of the legs that are taken back by it.
        added: The new legs, in the order told.
    """

    def __init__(self, store: Store, entry: Entry, told: Sequence[Mapping[str, Any]]) -> None:
        self._store = store
        self._reader = store.reader
        self._patrol = entry
        self._told = told
        self._zone = ZoneInfo(str(entry.values.get("timezone", "UTC")))
        self._legs = ordered(self._reader.entries("leg", parent=entry.id))
        self._by_id = {leg.id: leg for leg in self._legs}
        self._joined = {one["id"]: one["join_to"] for one in told if one.get("id") and one.get("join_to")}
        self._removed = {one["id"]: one["remove"] for one in told if one.get("id") and one.get("remove") is not None}
        self.gone = {*self._joined, *self._removed}
        self.added: list[NewLeg] = []

    # Checking

    def problems(self) -> list[Problem]:
        """What cannot be done of it; prepares :attr:`added` when all can."""
        found = list(self._problems())
        if not found and self.gone and len(self.gone) == len(self._legs):
            found.append(Problem(code="leg-last", where="legs"))
        return found

    def _problems(self) -> Iterator[Problem]:
        for place, told in enumerate(self._told, start=1):
            where = f"legs[{place}]"
            if told.get("join_to") is not None:
                other = told["join_to"]
                if other not in self._by_id or other in self.gone or "id" not in told:
                    yield Problem(code="part-unknown", where=f"{where}.join_to", facts={"value": other[:80]})
            if told.get("remove") is not None and not typed_text(told["remove"]):
                yield Problem(code="reason-missing", where=f"{where}.remove")
            if "id" not in told:
                yield from self._problems_of_new(told, where)

    def _problems_of_new(self, told: Mapping[str, Any], where: str) -> Iterator[Problem]:
        if told.get("split_at") is None:
            self.added.append(self._appended(told))
            return
        at = self._moment(told["split_at"])
        if at is None:
            yield Problem(code="split-no-time", where=f"{where}.split_at", facts={"value": told["split_at"][:80]})
            return
        known = [leg for leg in patrol(self._reader, self._patrol.id).legs if leg.id not in self.gone]
        named = [leg for leg in known if told.get("of") in (None, leg.id)]
        if not named:
            yield Problem(code="part-unknown", where=f"{where}.of", facts={"value": str(told["of"])[:80]})
            return
        hit = [leg for leg in named if self._is_inside(leg, at)]
        if len(hit) != 1:
            code = "split-several" if hit else "split-outside"
            yield Problem(code=code, where=f"{where}.split_at", facts={"value": at.isoformat()})
            return
        self.added.append(self._split_off(told, self._by_id[hit[0].id], at))

    def _moment(self, told: str) -> dt.datetime | None:
        """The moment that a document names, itself or by a waypoint of this patrol."""
        for one in self._reader.entries("waypoint", parent=self._patrol.id):
            if one.id == told:
                return moment(one.values.get("at"))
        found = moment_of(told)
        return found if found is not None and found.tzinfo is not None else None

    def _is_inside(self, leg: Leg, at: dt.datetime) -> bool:
        """Whether something of the leg is before *at*, and something not."""
        times = [
            dt.datetime.combine(day.date, time, self._zone)
            for day in leg.days
            if day.is_timed
            for time in (day.start, day.end)
        ]
        return bool(times) and min(times) < at <= max(times)

    # New legs

    def _appended(self, told: Mapping[str, Any]) -> NewLeg:
        """A leg after all others: it goes on as the last one did until somebody says otherwise."""
        last = self._legs[-1].values if self._legs else {}
        values = {name: last[name] for name in ("transport", "mandate") if name in last}
        values |= {f"assumed/{name}": True for name in values}
        return NewLeg(self._entry(values), told, self._position_after(self._legs[-1] if self._legs else None))

    def _split_off(self, told: Mapping[str, Any], leg: Entry, at: dt.datetime) -> NewLeg:
        values = {
            name: value
            for name, value in leg.values.items()
            if name not in _OWN and not name.startswith(("~", *_OF_DAYS))
        }
        if leg.values.get("ends_on"):
            values |= {"starts_on": at.astimezone(self._zone).date().isoformat(), "ends_on": leg.values["ends_on"]}
        return NewLeg(self._entry(values), told, self._position_after(leg), (leg, at))

    def _entry(self, values: Mapping[str, Any]) -> Entry:
        return Entry(new_id(), "leg", self._patrol.audience, self._patrol.id, "", False, values)

    def _position_after(self, leg: Entry | None) -> str:
        taken = [one.position for one in self.added]
        known = sorted([*(str(one.values.get(POSITION, "")) for one in self._legs), *taken])
        before = str(leg.values.get(POSITION, "")) if leg is not None else ""
        if leg is not None and self._legs[-1] is leg:
            before = max([before, *(one for one in taken if one > before)])
        if leg is not None and not before:
            return position_at(len(known))
        following = next((one for one in known if one > before), "")
        try:
            return position_between(before, following)
        except ValueError:
            return before + "5"

    def create(self, change: ChangeBuilder, added: NewLeg, values: Mapping[str, Any]) -> None:
        """Write a new leg, and hand over to it what it is split off for."""
        number = len(self._legs) + self.added.index(added) + 1
        parent = ("patrol", self._patrol.id)
        change.create("leg", {"number": number, **values}, record=added.entry.id, parent=parent,
                      position=added.position)  # fmt: skip

    # What goes over

    def move(self, change: ChangeBuilder, sheet: ChangeSheet) -> None:
        """Hand over tracks, waypoints and what was typed of days; take back the legs that are gone."""
        for place, added in enumerate(self.added):
            if added.split is not None:
                leg, at = added.split
                self.added[place] = replace(added, entry=self._hand_over_days(sheet, added.entry, leg, at))
                self._split(change, sheet, leg, added.entry.id, at)
        for leg, other in self._joined.items():
            self._join(change, sheet, self._by_id[leg], self._by_id[other])
            change.take_back("leg", leg, JOINED)
        for leg, reason in self._removed.items():
            self._remove(change, leg, typed_text(reason))

    def _hand_over_days(self, sheet: ChangeSheet, entry: Entry, leg: Entry, at: dt.datetime) -> Entry:
        """Rest, beginnings and ends that somebody typed go with their day; of the day itself the end alone does."""
        day = at.astimezone(self._zone).date().isoformat()
        taken = dict(entry.values)
        for name, value in leg.values.items():
            what, _, date = name.partition("/")
            if what in _OF_DAYS and (date > day or (date == day and what == "day_end")):
                taken[name] = value
                sheet.set("leg", leg.id, {name: None})
        if leg.values.get("ends_on"):
            sheet.set("leg", leg.id, {"ends_on": day})
        return entry._replace(values=taken)

    def _split(self, change: ChangeBuilder, sheet: ChangeSheet, leg: Entry, new: str, at: dt.datetime) -> None:
        day = at.astimezone(self._zone).date()
        for one in self._waypoints_of(leg.id):
            told, given = moment(one.values.get("at")), one.values.get("date")
            is_later = told >= at if told is not None else isinstance(given, str) and given > day.isoformat()
            if is_later:
                sheet.set("waypoint", one.id, {"leg": new})
        for place, track in enumerate(ordered(self._reader.entries("track", parent=leg.id))):
            split_track(self._store, change, sheet, track, new, at, position=position_at(place))

    def _join(self, change: ChangeBuilder, sheet: ChangeSheet, leg: Entry, other: Entry) -> None:
        for one in self._waypoints_of(leg.id):
            sheet.set("waypoint", one.id, {"leg": other.id})
        first = len(self._reader.entries("track", parent=other.id))
        for place, track in enumerate(ordered(self._reader.entries("track", parent=leg.id)), start=first):
            move_track(self._store, change, track, other.id, position=position_at(place), reason=JOINED)
        values: dict[str, Any] = {f"members/{one}": True for one in chosen(leg.values, "members")}
        for name, value in leg.values.items():
            what, _, date = name.partition("/")
            if what not in _OF_DAYS or not date:
                continue
            here = sheet.wished("leg", other.id, name, other.values.get(name))
            if what == "rest_minutes":
                values[name] = value + (here if isinstance(here, int) else 0)
            else:
                values[name] = value if here is None else (min if what == "day_start" else max)(value, here)
        ends = [one for one in (leg.values.get("ends_on"), other.values.get("ends_on")) if one]
        starts = [one for one in (leg.values.get("starts_on"), other.values.get("starts_on")) if one]
        values |= {"ends_on": max(ends)} if ends else {}
        values |= {"starts_on": min(starts)} if starts else {}
        sheet.set("leg", other.id, values)

    def _remove(self, change: ChangeBuilder, leg: str, reason: str) -> None:
        below = with_descendants(self._reader, "leg", leg)
        for one in self._waypoints_of(leg):
            below += with_descendants(self._reader, "waypoint", one.id)
        for kind, record in below:
            change.take_back(kind, record, reason)

    def _waypoints_of(self, leg: str) -> list[Entry]:
        return [one for one in self._reader.entries("waypoint", parent=self._patrol.id) if one.values.get("leg") == leg]
