"""Plans in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranger_app.domain.plans import PlanState
from ranger_app.i18n import Words, marked
from ui import telling

if TYPE_CHECKING:
    from ranger_app.domain.plans import Plan

STATE_WORDS = {
    PlanState.PLANNED: marked("planned"),
    PlanState.DONE: marked("carried out"),
    PlanState.CANCELLED: marked("cancelled"),
    PlanState.NOT_CARRIED_OUT: marked("not carried out"),
}


GROUP_WORDS = {
    PlanState.PLANNED: marked("Open plans"),
    PlanState.DONE: marked("Carried out"),
    PlanState.CANCELLED: marked("Cancelled"),
    PlanState.NOT_CARRIED_OUT: marked("Not carried out"),
}
"""Headings of the list."""


def plan_label(words: Words, plan: Plan) -> str:
    """A plan in one line: its days, its name, its number."""
    return " · ".join(part for part in (plan_days(words, plan), plan.name, plan.number) if part)


def plan_days(words: Words, plan: Plan) -> str:
    """First and last day of a plan; empty while none is set."""
    days = (plan.starts_on, plan.ends_on)
    return " – ".join(dict.fromkeys(telling.day(words, day) for day in days if day is not None))
