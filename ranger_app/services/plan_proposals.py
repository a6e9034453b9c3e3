"""Which plan a patrol is likely to be."""

from __future__ import annotations

from collections.abc import Iterable

from db.patrols import patrol
from db.plans import plan_of_patrol, plans
from db.reader import Reader
from ranger_app.domain.plans import Plan, likeliest_plan
from ranger_app.domain.records import Patrol


def proposed_plan(reader: Reader, found: Patrol) -> Plan | None:
    """The open plan of these days and people; ``None`` where none fits, and for a patrol that has its plan."""
    if found.start is None or plan_of_patrol(reader, found.id):
        return None
    people = {one.id for leg in found.legs for one in leg.members}
    return likeliest_plan(plans(reader), found.start, found.end, people)


def proposed_plans(reader: Reader, patrols: Iterable[str]) -> list[tuple[str, Plan]]:
    """Patrols that an import brought with the plan that each is likely to be; those without one are left out."""
    if not reader.count("plan"):
        return []
    told = ((one, proposed_plan(reader, patrol(reader, one))) for one in patrols)
    return [(one, plan) for one, plan in told if plan is not None]
