"""Writing one planned patrol: its leg, its tracks in chunks, its waypoints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import starmap
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from db.fields import chosen
from db.patrol_pages import DaySummary
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.people import split_name
from ranger_app.domain.records import Station
from ranger_app.domain.track import NO_TIME
from ranger_app.domain.typed_text import typed_text, whole_text
from ranger_app.importers.track_file import ReadWaypoint
from ranger_app.problem import Problem
from ranger_app.services.choose_track import proposed_companions
from ranger_app.services.officers import person_named
from ranger_app.services.patrol_defaults import NO_DEFAULTS, OF_PATROL, PatrolDefaults
from ranger_app.services.patrol_plans import PatrolPlan
from ranger_app.services.planned_files import PlannedFile, PlannedRun, PlannedWaypoint
from ranger_app.services.stations import WrongValueError

if TYPE_CHECKING:
    from db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class LegChoice:
    """What all fixes of an import have in common: one leg per transport, mandate and members.

    Attributes:
        leader: Id of a person; a new member is recorded when *new_name* is given.
        assumed: Fields of the leg that nobody stated.
        members: Ids of those who walked beside the leader.
        of_patrol: What a new patrol is assumed to be: as the one before.
    """

    transport: str
    mandate: str
    leader: str
    new_name: str = ""
    assumed: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    of_patrol: Mapping[str, str | bool] = field(default_factory=dict)


def leg_choice(
    store: Store,
    officer: str,
    transport: str,
    mandate: str,
    leader: str,
    *,
    default_mandate: str,
    defaults: PatrolDefaults = NO_DEFAULTS,
) -> LegChoice:
    """The leg that an import asks for; what is not told is assumed: as last time, else on foot and led by the officer.

    Raises:
        WrongValueError: The leader has no family name.
    """
    leader = typed_text(leader)
    told = {"transport": transport, "mandate": mandate, "leader": leader, "members": leader}
    assumed = tuple(name for name, value in told.items() if not value)
    if leader and not split_name(leader)[0]:
        raise WrongValueError(field="leader", value=leader)
    known = person_named(store.reader, leader) if leader else None
    led_by = known.id if known is not None else new_id() if leader else defaults.leader or officer
    members = defaults.members if not leader or led_by in defaults.members else ()
    if members and "members" not in assumed:
        assumed = (*assumed, "members")
    of_patrol = {name: value for name in OF_PATROL if (value := getattr(defaults, name)) not in (None, "")}
    return LegChoice(
        transport or defaults.transport or "foot",
        mandate or defaults.mandate or default_mandate,
        led_by,
        new_name=leader if leader and known is None else "",
        assumed=assumed,
        members=members,
        of_patrol=of_patrol,
    )


class PatrolWriter:
    """Writes patrols inside one transaction.

    Args:
        dates: Files whose tracks and waypoints without times were given a day by a person.
    """

    def __init__(
        self, store: Store, transaction: Transaction, station: Station, dates: Mapping[PlannedFile, dt.date]
    ) -> None:
        self._store = store
        self._transaction = transaction
        self._station = station
        self._zone = ZoneInfo(station.timezone)
        self._dates = dates
        self._patrols_of: dict[PlannedFile, set[str]] = {}
        self._known_names: dict[str, str] = {}

    def write(self, plan: PatrolPlan, choice: LegChoice, *, into: str, number: str, problems: list[Problem]) -> str:
        """Store one patrol, or add to *into*; return its id."""
        patrol = into or new_id()
        for file in plan.files:
            self._patrols_of.setdefault(file, set()).add(patrol)
        for run in plan.tracks:
            run.patrol = patrol
        self._transaction.spread(self._ops(plan, choice, patrol, into, number, problems))
        return patrol

    def write_files(self) -> None:
        """Record the originals, each with the patrols made of it."""
        self._transaction.spread(starmap(_file, self._patrols_of.items()))

    def _ops(
        self, plan: PatrolPlan, choice: LegChoice, patrol: str, into: str, number: str, problems: list[Problem]
    ) -> Iterator[Any]:
        leader = choice.leader
        if choice.new_name:
            leader = self._known_names.get(choice.new_name, "")
            if not leader:
                leader = self._known_names[choice.new_name] = choice.leader
                family, given = split_name(choice.new_name)
                yield lambda c: c.create("member", {"family_name": family, "given_name": given}, record=leader)
        old = self._store.reader.entry(into, "patrol").values if into else {}
        self._zone = ZoneInfo(str(old.get("timezone", self._station.timezone)))
        summaries = [self._days(run) for run in plan.tracks]
        moments = [self._moment(plan, waypoint, problems) for waypoint in plan.waypoints]
        days_given = [
            self._day_given(plan, waypoint.file)
            for waypoint, moment in zip(plan.waypoints, moments, strict=True)
            if not moment
        ]
        dates = sorted({*(day.date for days in summaries for day in days if day.date),
                        *(moment.date().isoformat() for moment in moments if moment),
                        *(day.isoformat() for day in days_given if day)})  # fmt: skip
        if into:
            dates = sorted({*dates, *(d for d in (old.get("start"), old.get("end")) if isinstance(d, str))})
            if dates:
                yield lambda c: c.set("patrol", into, {"start": dates[0], "end": dates[-1]})
        else:
            values = {
                "number": number, "start": dates[0] if dates else None, "end": dates[-1] if dates else None,
                "timezone": self._station.timezone, "mandate": choice.mandate,
                "assumed/mandate": True if "mandate" in choice.assumed else None,
                **choice.of_patrol, **{f"assumed/{name}": True for name in choice.of_patrol},
            }  # fmt: skip
            yield lambda c: c.create("patrol", values, record=patrol)
        leg, leg_op = (plan.leg, None) if plan.leg else self._leg(patrol, into, choice, leader)
        if leg_op is not None:
            yield leg_op
        first = len(self._store.reader.entries("track", parent=leg)) if into else 0
        beside = self._beside(plan, summaries, leg if into else "", problems)
        for place, (track, days) in enumerate(zip(plan.tracks, summaries, strict=True)):
            yield self._track(leg, track, days, first + place, is_companion=place in beside)
        yield from self._waypoints(plan, moments, patrol, leg, into)

    def _local(self, time_us: int) -> dt.datetime:
        return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_us)).astimezone(self._zone)

    def _leg(self, patrol: str, into: str, choice: LegChoice, leader: str) -> tuple[str, Any]:
        legs = self._store.reader.entries("leg", parent=into) if into else ()
        for leg in legs:
            same = leg.values.get("transport") == choice.transport and leg.values.get("mandate") == choice.mandate
            if same and leader in chosen(leg.values, "members"):
                return leg.id, None
        leg_id = new_id()
        values = {
            "number": len(legs) + 1, "transport": choice.transport, "mandate": choice.mandate, "leader": leader,
            **{f"members/{one}": True for one in (leader, *choice.members)},
            **{f"assumed/{name}": True for name in choice.assumed},
        }  # fmt: skip

        def create(change: ChangeBuilder) -> None:
            change.create("leg", values, record=leg_id, parent=("patrol", patrol), position=position_at(len(legs)))

        return leg_id, create

    def _days(self, run: PlannedRun) -> list[DaySummary]:
        date = None if run.is_timed else self._dates.get(run.file)
        return run.days if date is None else [day._replace(date=date.isoformat()) for day in run.days]

    def _beside(
        self, plan: PatrolPlan, summaries: list[list[DaySummary]], leg: str, problems: list[Problem]
    ) -> frozenset[Hashable]:
        """Places of the tracks that another device recorded on the same way."""
        timed = [
            (place, run.file, days)
            for place, (run, days) in enumerate(zip(plan.tracks, summaries, strict=True))
            if run.is_timed
        ]
        found = proposed_companions(self._store.reader, leg, timed)
        problems += [
            Problem(code="track-beside", file=run.file.name, facts={"track": run.name or run.file.device})
            for place, run in enumerate(plan.tracks)
            if place in found
        ]
        return found

    def _track(self, leg: str, run: PlannedRun, days: list[DaySummary], place: int, *, is_companion: bool) -> Any:
        values: dict[str, Any] = {
            "companion": True if is_companion else None,
            "name": run.name or None,
            "file": run.file.record,
            "chunks": run.chunks,
            "boxes": run.boxes,
            "extras": run.extras or None,
            "points": run.count,
            "days": [str(day) for day in days],
            "start_us": run.first_us if run.is_timed else None,
            "end_us": run.last_us if run.is_timed else None,
            "device": run.device or None,
        }
        if (date := self._dates.get(run.file)) is not None and not run.is_timed:
            values["date"] = date.isoformat()
        blobs = [*run.chunks, *run.extras]

        def create(change: ChangeBuilder) -> None:
            change.create("track", values, parent=("leg", leg), position=position_at(place), blobs=blobs)

        return create

    def _waypoints(
        self, plan: PatrolPlan, moments: list[dt.datetime | None], patrol: str, leg: str, into: str
    ) -> Iterator[Any]:
        timed = list(zip(plan.waypoints, moments, strict=True))
        far = dt.datetime.max.replace(tzinfo=dt.UTC)
        timed.sort(key=lambda row: row[1] or far)
        known = self._store.reader.entries("waypoint", parent=into) if into else ()
        first = max((int(entry.values.get("number", 0)) for entry in known), default=0)
        for place, (planned, moment) in enumerate(timed, start=1):
            waypoint = planned.read
            given = self._day_given(plan, planned.file) if moment is None else None
            values = {
                "number": first + place,
                "leg": leg,
                "file": planned.file.record,
                "at": moment.isoformat() if moment else None,
                "date": given.isoformat() if given else None,
                "assumed/at": True if moment is not None and waypoint.time_us == NO_TIME else None,
                "latitude": repr(waypoint.latitude_deg),
                "longitude": repr(waypoint.longitude_deg),
                "elevation_m": None if np.isnan(waypoint.elevation_m) else repr(float(waypoint.elevation_m)),
                "position_source": "gps",
                "name": waypoint.name or None,
                "comment": _comment(waypoint) or None,
            }
            yield lambda c, values=values: c.create("waypoint", values, parent=("patrol", patrol))

    def _moment(self, plan: PatrolPlan, planned: PlannedWaypoint, problems: list[Problem]) -> dt.datetime | None:
        waypoint = planned.read
        if waypoint.time_us != NO_TIME:
            return self._local(waypoint.time_us)
        if planned.near_time_us == NO_TIME:
            return None
        where = f"waypoint {waypoint.name or ''}".strip()
        problems.append(Problem(code="waypoint-timed-by-track", where=where, file=planned.file.name))
        return self._local(planned.near_time_us)

    def _day_given(self, plan: PatrolPlan, file: PlannedFile) -> dt.date | None:
        """The day of a waypoint without a time; none where tracks of its file tell when this patrol was."""
        is_told = any(run.file is file and run.is_timed for run in plan.tracks)
        return None if is_told else self._dates.get(file)


def _comment(waypoint: ReadWaypoint) -> str:
    """Name, comment and description, each once: a receiver often writes the same into all three."""
    parts = [(part or "").strip() for part in (waypoint.name, waypoint.comment, waypoint.description)]
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _file(file: PlannedFile, patrols: set[str]) -> Callable[[ChangeBuilder], object]:
    values: dict[str, Any] = {
        "name": whole_text(file.base_name), "sha256": file.sha256, "bytes": file.size, "format": file.format,
        "device": whole_text(file.device) or None, "archive": whole_text(file.archive) or None,
        "archive_sha256": file.archive_sha256 or None,
    }  # fmt: skip
    values |= {f"patrols/{patrol}": True for patrol in sorted(patrols)}
    return lambda change: change.create("file", values, record=file.record, blobs=[file.sha256])
