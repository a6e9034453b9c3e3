"""What a SMART file says becomes records, inside one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.fields import choice_orders, field_key, observation_fields
from db.patrol_pages import DaySummary
from db.patrols import CUSTOM
from db.transaction import new_id
from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.forms import form_of_kind
from ranger_app.domain.ordering import position_at
from ranger_app.domain.preflight_versions import INDEPENDENT
from ranger_app.domain.records import Value
from ranger_app.importers.smart_parts import (
    SmartDay,
    SmartFileName,
    SmartLabel,
    SmartLeg,
    SmartObservation,
    SmartPatrol,
    SmartPerson,
    SmartPlace,
    SmartTrack,
    SmartValue,
    labels,
)
from ranger_app.problem import Problem
from ranger_app.services.office_book import OfficeBook
from ranger_app.services.smart_attachments import FileFields
from ranger_app.services.smart_plan import Part
from ranger_app.services.smart_times import moment_in, track_from, zone_for

if TYPE_CHECKING:
    from db.store import Store
    from db.transaction import Transaction

INCIDENT_KIND, CONFLICT_KIND = "other", "conflict"
"""Forms of an incident that SMART sent: it has observations, and none of our own questions was asked."""

CONFLICTS = "humanwildlifeconflict."
"""Root of the categories that tell of a conflict."""

_CRIMES = "humanactivity."
_LIVESTOCK = "humanactivity.domesticanimals."
"""The one category of human activity that stands in for a conflict, where an area has none of its own."""

ROLES = {"is_leader": "isLeader", "is_pilot": "isPilot"}
"""Roles of members in the words of the file."""


class SmartWriter:
    """Plans the records that SMART files become.

    Args:
        model: Says which attributes hold several choices.
        zone: The station's.

    Attributes:
        names: Record of a person whom files name to the name, known here or not yet.
        labels: List and key of an entry of the office to what files call it.
    """

    def __init__(self, store: Store, transaction: Transaction, model: DataModel, zone: ZoneInfo) -> None:
        self._store = store
        self._transaction = transaction
        self._model = model
        self._station_zone = self._zone = zone
        self._book = OfficeBook(store, transaction)
        self._files: Mapping[str, FileFields] = {}
        self._people: dict[SmartPerson, str] = {}
        self._choices: dict[tuple[str, SmartLabel], str] = {}
        self._problems: list[Problem] = []
        self._is_look = False
        self.names: dict[str, str] = {}
        self.labels: dict[tuple[str, str], str] = {}

    def plan(
        self,
        told: SmartPatrol | SmartPlace,
        number: str,
        *,
        file: str,
        files: Mapping[str, FileFields],
        problems: list[Problem],
        is_look: bool = False,
    ) -> Iterator[Part]:
        """The patrol or incident and all below it, one after the other; to be taken whole before the next plan.

        Args:
            file: Id of the record of the original.
            files: Stored fields of its attachments, by name.
            is_look: Write nothing at all, not even what the office must know first.
        """
        self._begin(files, problems, is_look=is_look)
        if isinstance(told, SmartPatrol):
            self._zone = zone_for(told, self._station_zone)
            self._learn(told)
            return self._patrol(told, number, new_id(), file)
        for observation in told.observations:
            self._meet([observation.observer] if observation.observer else [])
        return self._incident(told, number)

    def _begin(self, files: Mapping[str, FileFields], problems: list[Problem], *, is_look: bool) -> None:
        self._files, self._problems = files, problems
        self._people, self._choices = {}, {}
        self._is_look = self._book.is_look = is_look

    # What the office must know first: changes of their own

    def _learn(self, told: SmartPatrol) -> None:
        self._choose("team", told.team)
        self._choose("station", told.station)
        self._choose("mandate", told.mandate)
        for leg in told.legs:
            self._choose("transport", leg.transport, told.patrol_type)
            self._choose("mandate", leg.mandate)
            self._meet(leg.members)
            for day in leg.days:
                for waypoint in day.waypoints:
                    self._meet([one.observer for one in waypoint.observations if one.observer])

    def _choose(self, list_name: str, label: SmartLabel | None, patrol_type: str = "") -> None:
        if label is None or (list_name, label) in self._choices:
            return
        key = self._choices[list_name, label] = self._book.choice(list_name, labels(label), label.key, patrol_type)
        self.labels[list_name, key] = label.text or key

    def _meet(self, people: Sequence[SmartPerson]) -> None:
        for one in people:
            if one not in self._people:
                who = self._people[one] = self._book.person(one.given_name, one.family_name, one.employee_id)
                self.names[who] = ", ".join(filter(None, (one.family_name, one.given_name)))

    def _key(self, list_name: str, label: SmartLabel | None) -> str | None:
        return self._choices[list_name, label] if label is not None else None

    # Patrols

    def _patrol(self, told: SmartPatrol, number: str, patrol: str, file: str) -> Iterator[Part]:
        yield Part(kind="patrol", record=patrol, values=self._patrol_values(told, number))
        numbers = iter(_numbers([one for leg in told.legs for day in leg.days for one in day.waypoints]))
        place = 0
        for leg_place, leg in enumerate(told.legs):
            leg_id = new_id()
            yield Part(
                kind="leg", values=self._leg_values(leg, leg_place), record=leg_id, parent=("patrol", patrol),
                position=position_at(leg_place),
            )  # fmt: skip
            for day_place, day in enumerate(leg.days):
                if day.track is not None:
                    yield self._track(leg_id, day, day.track, day_place, file)
                for waypoint in day.waypoints:
                    values = self._waypoint_values(waypoint, leg_id, next(numbers), file)
                    yield from self._place(waypoint, "waypoint", values, ("patrol", patrol), place)
                    place += 1

    def _patrol_values(self, told: SmartPatrol, number: str) -> dict[str, Any]:
        dates = [day.date for leg in told.legs for day in leg.days]
        dates += [date for date in (told.starts_on, told.ends_on) if date is not None]
        mandate = told.mandate or next((leg.mandate for leg in told.legs if leg.mandate), None)
        values: dict[str, Any] = {
            "number": number,
            "start": min(dates).isoformat() if dates else None,
            "end": max(dates).isoformat() if dates else None,
            "starts_on": _day(told.starts_on),
            "ends_on": _day(told.ends_on),
            "timezone": self._zone.key,
            "patrol_type": told.patrol_type or None,
            "team": self._key("team", told.team),
            "station": self._key("station", told.station),
            "mandate": self._key("mandate", mandate),
            "objective": told.objective or None,
            "comment": told.comment or None,
            "armed": told.is_armed,
            "custom_as": [f"{one.element} {one.key}" for one in told.custom] or None,
        }
        return values | {CUSTOM + field_key(one.key): one.value for one in told.custom}

    def _leg_values(self, leg: SmartLeg, place: int) -> dict[str, Any]:
        members = list(dict.fromkeys(self._people[one] for one in leg.members))
        if len(members) < len(leg.members):
            self._problems.append(Problem(code="smart-person-twice", where=f"leg {leg.smart_id or place + 1}"))
        values: dict[str, Any] = {
            "number": int(leg.smart_id) if _is_whole(leg.smart_id) else place + 1,
            "smart_id": leg.smart_id or None,
            "starts_on": _day(leg.starts_on),
            "ends_on": _day(leg.ends_on),
            "transport": self._key("transport", leg.transport),
            "mandate": self._key("mandate", leg.mandate),
            "member_order": members,
            "leader": self._role(leg, "is_leader", place),
            "pilot": self._role(leg, "is_pilot", place),
        }
        values |= {f"members/{one}": True for one in members}
        for day in leg.days:
            date = day.date.isoformat()
            if f"day_start/{date}" in values:
                self._problems.append(Problem(code="smart-day-twice", where=f"leg {place + 1}", facts={"date": date}))
                values[f"rest_minutes/{date}"] += day.rest_minutes
                values[f"day_start/{date}"] = min(values[f"day_start/{date}"], _clock(day.start))
                values[f"day_end/{date}"] = max(values[f"day_end/{date}"], _clock(day.end))
            else:
                values[f"rest_minutes/{date}"] = day.rest_minutes
                values[f"day_start/{date}"] = _clock(day.start)
                values[f"day_end/{date}"] = _clock(day.end)
        return values

    def _role(self, leg: SmartLeg, role: str, place: int) -> str | None:
        """The one who has a role; a leg of ours has one leader and one pilot, a file may have more."""
        found = list(dict.fromkeys(self._people[one] for one in leg.members if getattr(one, role)))
        if len(found) > 1:
            where = f"leg {leg.smart_id or place + 1}"
            self._problems.append(Problem(code="smart-role-twice", where=where, facts={"name": ROLES[role]}))
        return found[0] if found else None

    def _track(self, leg: str, day: SmartDay, told: SmartTrack, place: int, file: str) -> Part:
        from ranger_app.domain.track_boxes import boxes_of
        from ranger_app.domain.track_codec import encode_chunks
        from ranger_app.geodesy import track_length_m

        track, untimed = track_from(told, self._zone)
        if untimed:
            facts = {"date": day.date.isoformat()}
            self._problems.append(Problem(code="smart-fix-time", where="", count=untimed, facts={**facts}))
        length = track_length_m(track.longitude_deg, track.latitude_deg, track.part_starts)
        span = track.span_us()
        start, end = (_wall_clock(one, self._zone) for one in span) if span else (_clock(day.start), _clock(day.end))
        summary = DaySummary(day.date.isoformat(), start[:8], end[:8], len(track), round(length * 1000))
        chunks = [self._kept(chunk) for chunk in encode_chunks(track)]
        values = {
            "file": file, "chunks": chunks, "points": len(track), "days": [str(summary)],
            "leg_day": day.date.isoformat(), "distance_km": told.distance_km or None, "is_line": told.is_line or None,
            "boxes": [str(box) for box in boxes_of(track)],
            "start_us": span[0] if span else None, "end_us": span[1] if span else None,
        }  # fmt: skip
        return Part(
            kind="track", record=new_id(), values=values, parent=("leg", leg), position=position_at(place), blobs=chunks
        )

    def _kept(self, chunk: bytes) -> str:
        return hashlib.sha256(chunk).hexdigest() if self._is_look else self._transaction.put_blob(chunk)

    def _waypoint_values(self, told: SmartPlace, leg: str, number: int, file: str) -> dict[str, Any]:
        return {
            "number": number,
            "smart_id": told.smart_id or None,
            "leg": leg,
            "file": file,
            "at": told.at.replace(tzinfo=self._zone).isoformat(),
            "comment": told.comment or None,
            **_where(told),
        }

    # Incidents

    def _incident(self, told: SmartPlace, number: str) -> Iterator[Part]:
        form = _form_of(told)
        values = {
            "form_kind": form if form == INCIDENT_KIND else None,
            "number": number,
            "occurred_at": moment_in(told.at, self._station_zone).isoformat(),
            "summary": told.comment or None,
            "smart_type": told.kind or INDEPENDENT,
            **_where(told),
        }
        yield from self._place(told, form_of_kind(form).record, values, None, None)

    # What both have

    def _place(
        self, told: SmartPlace, kind: str, values: Mapping[str, Any], parent: tuple[str, str] | None, place: int | None
    ) -> Iterator[Part]:
        record = new_id()
        position = "" if place is None else position_at(place)
        form = None if kind == "waypoint" else form_of_kind(_form_of(told)).version
        yield Part(kind=kind, values=values, record=record, parent=parent, position=position, form=form)
        yield from self._attachments(told.files, (kind, record))
        yield from self._observations(told.observations, (kind, record))

    def _observations(self, told: Sequence[SmartObservation], parent: tuple[str, str]) -> Iterator[Part]:
        for place, one in enumerate(told):
            record = new_id()
            fields = observation_fields(one.category, {value.key: self._value(value) for value in one.values})
            fields |= {
                "told_as": [f"{value.element} {value.key}" for value in one.values] or None,
                "group": one.group or None,
                "choice_order": choice_orders({value.key: value.value for value in one.values}) or None,
                "observer": self._people[one.observer] if one.observer else None,
            }
            yield Part(kind="observation", values=fields, record=record, parent=parent, position=position_at(place))
            yield from self._attachments(one.files, ("observation", record))

    def _value(self, told: SmartValue) -> Value:
        """A choice alone is a set too, where the model lets people choose several."""
        attribute = self._model.attribute(told.key)
        if told.element == "itemKey" and isinstance(told.value, str) and told.value and attribute is not None:
            return (told.value,) if attribute.type is AttributeType.MLIST else told.value
        return told.value

    def _attachments(self, told: Sequence[SmartFileName], parent: tuple[str, str]) -> Iterator[Part]:
        for place, one in enumerate(told):
            fields = self._files.get(one.name)
            if fields is None:
                continue
            values = {"name": one.name, "signature_type": one.signature_type or None, **fields}
            blobs = [fields["sha256"], *filter(None, [fields.get("derivative")])]
            yield Part(
                kind="attachment", record=new_id(), values=values, parent=parent, position=position_at(place),
                blobs=blobs,
            )  # fmt: skip


def _form_of(told: SmartPlace) -> str:
    """A conflict where the observations tell of one, and of no offence beside it."""
    categories = [one.category for one in told.observations]
    is_conflict = any(one.startswith(CONFLICTS) for one in categories)
    is_crime = any(one.startswith(_CRIMES) and not one.startswith(_LIVESTOCK) for one in categories)
    return CONFLICT_KIND if is_conflict and not is_crime else INCIDENT_KIND


def _where(told: SmartPlace) -> dict[str, Any]:
    return {
        "latitude": told.latitude, "longitude": told.longitude, "position_source": "gps",
        "direction_deg": told.direction or None, "distance_m": told.distance or None,
    }  # fmt: skip


def _numbers(waypoints: Sequence[SmartPlace]) -> list[int]:
    """Numbers of waypoints: the file's own where they are numbers and each stands once, else those that are free."""
    told = [int(one.smart_id) if _is_whole(one.smart_id) else 0 for one in waypoints]
    taken: set[int] = set()
    found = []
    free = max(told, default=0) + 1
    for number in told:
        if not number or number in taken:
            number, free = free, free + 1
        taken.add(number)
        found.append(number)
    return found


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0


def _day(date: dt.date | None) -> str | None:
    return date.isoformat() if date is not None else None


def _clock(time: dt.time) -> str:
    return time.isoformat()


def _wall_clock(time_us: int, zone: ZoneInfo) -> str:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_us)
    return moment.astimezone(zone).time().isoformat("seconds")
