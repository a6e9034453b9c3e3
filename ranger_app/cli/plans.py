"""Planned patrols: written down, listed, shown, changed, called off, done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.json_file import read_json_object
from ranger_app.cli.options import PATH, Family

if TYPE_CHECKING:
    from db.plans import PlanOutcome
    from db.store import Store


@click.group(cls=Family)
def plan() -> None:
    """Plan patrols, and say what became of them."""


def _today(store: Store) -> dt.date:
    from zoneinfo import ZoneInfo

    from ranger_app.services.stations import station_of

    return dt.datetime.now(ZoneInfo(station_of(store).timezone)).date()


@plan.command()
@click.option("--from-json", "file", required=True, type=PATH, metavar="FILE", help="The plan.")
@click.pass_obj
def add(desk: Desk, file: Path) -> Answer:
    """Write one plan down from FILE."""
    from db.plans import plan as one_plan
    from ranger_app.services.plan_patrol import PlanPatrol

    document = read_json_object(file)
    with desk.opened() as store:
        record = PlanPatrol(store)(document, officer=desk.acting(store).id)
        number = one_plan(store.reader, record).number
    text = desk.words.say("Plan {number} ({id}) is stored.", number=number, id=record)
    return Answer(document={"plan_id": record, "number": number}, text=text)


@plan.command("list")
@click.option("--state", type=click.Choice(["planned", "done", "cancelled", "not_carried_out"]), help="Only these.")
@click.pass_obj
def listed(desk: Desk, state: str | None) -> Answer:
    """List all plans with what became of them, the latest days first."""
    from db.plans import outcome_of, plans
    from ranger_app.services.plan_documents import plan_document

    with desk.opened() as store:
        today = _today(store)
        found = [one for one in plans(store.reader) if state is None or one.state == state]
        rows = [plan_document(outcome_of(store.reader, one), today) for one in found]
    text = table(
        (
            one["id"], one["number"], one["start"] or "", one["end"] or "", one["state"],
            f"{one['planned_m'] / 1000:.1f} km", f"{one['outcome']['distance_m'] / 1000:.1f} km", one["name"] or "",
        )
        for one in rows
    )  # fmt: skip
    return Answer(document={"plans": rows}, text=text)


@plan.command()
@click.argument("plan_id", metavar="ID")
@click.pass_obj
def show(desk: Desk, plan_id: str) -> Answer:
    """Show one plan: who, when, which way, and the patrols that were made of it."""
    from db.plans import outcome

    with desk.opened() as store:
        found = outcome(store.reader, desk.record_id(store, "plan", plan_id))
        withdrawn = desk.withdrawn(store, found.plan.id)
        document = _document(store, found)
    text = desk.say_withdrawn(withdrawn) + _told(document)
    return Answer(document={**document, "withdrawn": withdrawn}, text=text)


def _document(store: Store, found: PlanOutcome) -> dict[str, Any]:
    from ranger_app.services.plan_documents import plan_document

    return plan_document(found, _today(store))


def _told(document: Mapping[str, Any]) -> str:
    heads = ("id", "number", "name", "state", "reason", "start", "end", "team", "station", "transport", "mandate",
             "objective", "comment", "leader")  # fmt: skip
    lines = [table((name, str(document[name])) for name in heads if document[name] is not None)]
    lines += [", ".join(document["members"])] if document["members"] else []
    lines += [
        f"{one['latitude_deg']}, {one['longitude_deg']} {one['name'] or ''}".rstrip() for one in document["route"]
    ]
    lines += [
        f"{one['start'] or '-'}  {one['number']}  {one['distance_m'] / 1000:.1f} km"
        for one in document["outcome"]["patrols"]
    ]
    return "\n".join(lines)


@plan.command()
@click.argument("plan_id", metavar="ID")
@click.option("--from-json", "file", required=True, type=PATH, metavar="FILE", help="The parts to change.")
@click.pass_obj
def edit(desk: Desk, plan_id: str, file: Path) -> Answer:
    """Change what FILE names of a plan, and nothing else."""
    from ranger_app.services.plan_patrol import EditPlan

    document = read_json_object(file)
    with desk.opened() as store:
        record = desk.record_id(store, "plan", plan_id)
        is_changed = EditPlan(store)(record, document, officer=desk.acting(store).id)
        called = _called(store, record)
    return _changed(desk, record, called, is_changed)


@plan.command()
@click.argument("plan_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands beside the plan.")
@click.option("--not-carried-out", is_flag=True, help="It was not called off, but nobody went.")
@click.pass_obj
def cancel(desk: Desk, plan_id: str, reason: str, not_carried_out: bool) -> Answer:
    """Say that nothing becomes of a plan, and why."""
    state = "not_carried_out" if not_carried_out else "cancelled"
    return _end(desk, plan_id, state, reason=reason)


@plan.command()
@click.argument("plan_id", metavar="ID")
@click.option("--patrol", "patrols", multiple=True, metavar="ID", help="A patrol that was made of it; may be repeated.")
@click.pass_obj
def done(desk: Desk, plan_id: str, patrols: tuple[str, ...]) -> Answer:
    """Say that a plan was carried out, and by which patrols."""
    return _end(desk, plan_id, "done", patrols=patrols)


@plan.command()
@click.argument("plan_id", metavar="ID")
@click.pass_obj
def start(desk: Desk, plan_id: str) -> Answer:
    """Begin a patrol with what a plan says; import its tracks with --patrol-id."""
    from ranger_app.services.plan_patrol import StartPlannedPatrol

    with desk.opened() as store:
        record = desk.record_id(store, "plan", plan_id)
        patrol = StartPlannedPatrol(store)(record, officer=desk.acting(store).id)
        number = store.reader.entry(patrol).values.get("number")
    text = desk.words.say("Patrol {number} ({id}) is begun.", number=number, id=patrol)
    return Answer(document={"plan_id": record, "patrol_id": patrol, "number": number}, text=text)


def _end(desk: Desk, plan_id: str, state: str, *, reason: str = "", patrols: tuple[str, ...] = ()) -> Answer:
    from ranger_app.domain.plans import PlanState
    from ranger_app.services.plan_patrol import EndPlan

    with desk.opened() as store:
        record = desk.record_id(store, "plan", plan_id)
        named = [desk.record_id(store, "patrol", one) for one in patrols]
        is_changed = EndPlan(store)(
            record, PlanState(state), reason=reason, patrols=named, officer=desk.acting(store).id
        )
        called = _called(store, record)
    return _changed(desk, record, called, is_changed)


def _called(store: Store, record: str) -> str:
    """Number and name of a plan."""
    from db.plans import plan as one_plan

    found = one_plan(store.reader, record)
    return f"{found.number} ({found.name})" if found.name else found.number


def _changed(desk: Desk, record: str, called: str, is_changed: bool) -> Answer:
    say = desk.words.say
    text = say("Plan {plan} is changed.", plan=called) if is_changed else say("Plan {plan} was like this already.",
                                                                              plan=called)  # fmt: skip
    return Answer(document={"plan_id": record, "changed": is_changed}, text=text)
