"""Planned patrols: who shall walk where and when, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from ranger_app.domain.station import Member


class PlanState(StrEnum):
    """What became of a plan."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"
    NOT_CARRIED_OUT = "not_carried_out"


NEEDS_REASON = frozenset({PlanState.CANCELLED, PlanState.NOT_CARRIED_OUT})
"""States that nobody believes without a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePoint:
    """A place that a planned patrol shall pass.

    Attributes:
        latitude_deg, longitude_deg: WGS 84.
        name: What people call it; empty for a bend of the way.
    """

    latitude_deg: float
    longitude_deg: float
    name: str = ""

    def __post_init__(self) -> None:
        if not -90.0 <= self.latitude_deg <= 90.0:
            raise ValueError(f"latitude_deg {self.latitude_deg} is not within -90..90")
        if not -180.0 <= self.longitude_deg <= 180.0:
            raise ValueError(f"longitude_deg {self.longitude_deg} is not within -180..180")

    def __str__(self) -> str:
        return f"{self.latitude_deg!r} {self.longitude_deg!r} {self.name}".rstrip()

    @classmethod
    def parse(cls, text: str) -> RoutePoint:
        """Read what :meth:`__str__` wrote.

        Raises:
            ValueError: It is something else.
        """
        latitude, _, rest = text.partition(" ")
        longitude, _, name = rest.partition(" ")
        return cls(latitude_deg=float(latitude), longitude_deg=float(longitude), name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A patrol that somebody planned.

    Attributes:
        number: Stable and unique, such as ``KG-NAR_K7QD_P0003``.
        name: What people call it; may be empty.
        starts_on, ends_on: First and last local date; ``None`` while no day is set.
        team, station, mandate, transport: Keys of the office's lists, empty when not given.
        leader: Id of a member, empty when nobody.
        route: Places in the order in which they shall be passed.
        reason: Why it was cancelled or not carried out.
        patrols: Ids of the patrols that were made of it, sorted.
    """

    id: str
    number: str
    name: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    team: str = ""
    station: str = ""
    mandate: str = ""
    transport: str = ""
    objective: str = ""
    comment: str = ""
    leader: str = ""
    members: tuple[Member, ...] = ()
    route: tuple[RoutePoint, ...] = ()
    state: PlanState = PlanState.PLANNED
    reason: str = ""
    patrols: tuple[str, ...] = ()

    def is_overdue(self, today: dt.date) -> bool:
        """Whether its last day is over and nobody has said what became of it."""
        last = self.ends_on or self.starts_on
        return self.state is PlanState.PLANNED and not self.patrols and last is not None and last < today


def likeliest_plan(
    plans: Iterable[Plan], first: dt.date | None, last: dt.date | None, people: Collection[str]
) -> Plan | None:
    """The open plan that a patrol of these days and people is likely to be; ``None`` where none, or no single one, is.

    Args:
        first, last: Days of the patrol.
        people: Ids of its members.
    """
    if first is None:
        return None
    last = last or first
    rated = []
    for plan in plans:
        if plan.state is not PlanState.PLANNED or plan.patrols or plan.starts_on is None:
            continue
        days = (min(last, plan.ends_on or plan.starts_on) - max(first, plan.starts_on)).days + 1
        shared = len({one.id for one in plan.members} & set(people))
        if days > 0 and (shared or not plan.members):
            rated.append(((shared, days), plan))
    best = max((rate for rate, _ in rated), default=None)
    found = [plan for rate, plan in rated if rate == best]
    return found[0] if len(found) == 1 else None
