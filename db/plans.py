"""Planned patrols, and what became of them."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass

from db.field_names import chosen
from db.officers import members as all_members
from db.patrol_pages import PatrolRow, patrol_row
from db.reader import Entry, Reader
from db.schema import VISIBLE
from ranger_app.domain.plans import Plan, PlanState, RoutePoint
from ranger_app.domain.station import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """A plan beside the patrols that were made of it.

    Attributes:
        planned_m: Length of the planned route; 0 without one.
        patrols: As the list of patrols has them, the oldest first.
    """

    plan: Plan
    planned_m: float
    patrols: tuple[PatrolRow, ...] = ()

    @property
    def start(self) -> str:
        """First day of the patrols, ISO; empty while there is none."""
        return min((row.start for row in self.patrols if row.start), default="")

    @property
    def end(self) -> str:
        """Last day of the patrols, ISO; empty while there is none."""
        return max((row.end or row.start for row in self.patrols if row.start), default="")

    @property
    def distance_m(self) -> float:
        """What was walked in all of its patrols."""
        return sum(row.distance_m for row in self.patrols)


def plan(reader: Reader, record: str) -> Plan:
    """One plan.

    Raises:
        RecordMissingError: There is no such plan.
    """
    return _plan(reader.entry(record, "plan"), all_members(reader))


def plans(reader: Reader) -> tuple[Plan, ...]:
    """Every plan that lists show: those without a day first, then the latest days first."""
    people = all_members(reader)
    found = [_plan(entry, people) for entry in reader.entries("plan")]
    return tuple(sorted(found, key=lambda one: (one.starts_on or dt.date.max, one.number, one.id), reverse=True))


def find_plan(reader: Reader, name: str, *, with_hidden: bool = False) -> str:
    """Id of the plan with this id or this number, one that lists show first; empty when there is none."""
    entries = reader.entries("plan", with_hidden=with_hidden)
    found = sorted((one.is_hidden, one.id) for one in entries if name in (one.id, one.values.get("number")))
    return found[0][1] if found else ""


def plan_of_patrol(reader: Reader, patrol: str) -> str:
    """Id of the plan that a patrol was made of; empty when it was made of none."""
    field = f"patrols/{patrol}"
    rows = reader.derived.execute(
        f"SELECT id, extra FROM record WHERE kind = 'plan' AND {VISIBLE} AND instr(extra, ?)", (field,)
    )
    found = sorted(raw.hex() for raw, extra in rows if json.loads(extra).get(field) is True)
    return found[0] if found else ""


def outcome(reader: Reader, record: str) -> PlanOutcome:
    """A plan, and what was made of it.

    Raises:
        RecordMissingError: There is no such plan.
    """
    return outcome_of(reader, plan(reader, record))


def outcome_of(reader: Reader, found: Plan) -> PlanOutcome:
    """What became of *found*; patrols that were taken back do not count."""
    rows = [row for one in found.patrols if (row := patrol_row(reader, one)) is not None]
    rows.sort(key=lambda row: (row.start, row.number))
    return PlanOutcome(plan=found, planned_m=route_length_m(found.route), patrols=tuple(rows))


def route_length_m(route: tuple[RoutePoint, ...]) -> float:
    """Geodesic length of a planned way."""
    from ranger_app.geodesy import distance_m

    pairs = itertools.pairwise(route)
    return sum(distance_m(a.longitude_deg, a.latitude_deg, b.longitude_deg, b.latitude_deg) for a, b in pairs)


def last_plan_number(reader: Reader, prefix: str) -> int:
    """The highest counter given to a plan with this prefix, to those taken back too; 0 when none was."""
    told = (str(entry.values.get("number", "")) for entry in reader.entries("plan", with_hidden=True))
    counters = (number.removeprefix(prefix) for number in told if number.startswith(prefix))
    return max((int(one) for one in counters if one.isascii() and one.isdecimal() and len(one) < 10), default=0)


def _plan(entry: Entry, people: Mapping[str, Member]) -> Plan:
    values = entry.values

    def text(name: str) -> str:
        return str(values.get(name, ""))

    route = values.get("route")
    return Plan(
        id=entry.id,
        number=text("number"),
        name=text("name"),
        starts_on=_date(values.get("starts_on")),
        ends_on=_date(values.get("ends_on")),
        team=text("team"),
        station=text("station"),
        mandate=text("mandate"),
        transport=text("transport"),
        objective=text("objective"),
        comment=text("comment"),
        leader=text("leader"),
        members=tuple(people[one] for one in chosen(values, "members") if one in people),
        route=tuple(point for one in (route if isinstance(route, list) else ()) if (point := _point(one)) is not None),
        state=_state(values.get("state")),
        reason=text("reason"),
        patrols=tuple(sorted(chosen(values, "patrols"))),
    )


def _state(value: object) -> PlanState:
    return PlanState(str(value)) if value in set(PlanState) else PlanState.PLANNED


def _point(value: object) -> RoutePoint | None:
    try:
        return RoutePoint.parse(str(value))
    except ValueError:
        return None


def _date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
