"""What the window asks the core to do with plans: one function an act, each answering work for the store thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store
    from ui.acts import Bases
    from ui.store_thread import StoreJob


def plan_patrol(document: Mapping[str, Any], *, officer: str, record: str) -> StoreJob[str]:
    """Write a new plan down."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.plan_patrol import PlanPatrol

        return PlanPatrol(store)(document, officer=officer, record=record)

    return work


def edit_plan(record: str, document: Mapping[str, Any], *, officer: str, bases: Bases | None) -> StoreJob[bool]:
    """Change some fields of a plan."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.plan_patrol import EditPlan

        return EditPlan(store)(record, document, officer=officer, bases=bases)

    return work


def end_plan(record: str, state: str, *, reason: str, patrols: Sequence[str], officer: str) -> StoreJob[bool]:
    """Say what became of a plan."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.domain.plans import PlanState
        from ranger_app.services.plan_patrol import EndPlan

        return EndPlan(store)(record, PlanState(state), reason=reason, patrols=patrols, officer=officer)

    return work


def attach_patrol(patrol: str, record: str, *, officer: str) -> StoreJob[bool]:
    """Say of which plan a patrol was made."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.plan_patrol import AttachPatrol

        return AttachPatrol(store)(patrol, record, officer=officer)

    return work


def start_planned(record: str, *, officer: str) -> StoreJob[str]:
    """Begin a patrol with what its plan says; answers the patrol."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.plan_patrol import StartPlannedPatrol

        return StartPlannedPatrol(store)(record, officer=officer)

    return work
