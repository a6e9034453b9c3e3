"""What can be done with a record of any kind: withdrawn, looked back at; and the last acts taken back."""

from __future__ import annotations

import json

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Act

KINDS = (
    "officer", "member", "setting", "file", "model", "patrol", "leg", "track", "waypoint", "observation", "incident",
    "conflict", "animal", "attachment", "outbox", "case", "person", "statement", "exhibit", "custody", "dossier",
    "seal", "choice", "mapping", "plan",
)  # fmt: skip
"""Kinds of records, as the journal has them."""

KIND = click.Choice(KINDS)


@click.command(cls=Act)
@click.argument("kind", type=KIND, metavar="KIND")
@click.argument("record", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the history.")
@click.option("--restore", is_flag=True, help="Bring back what was withdrawn.")
@click.pass_obj
def retract(desk: Desk, kind: str, record: str, reason: str, restore: bool) -> Answer:
    """Withdraw a record with a reason; nothing is deleted, its history stays, and it can be brought back."""
    from ranger_app.services.restored_twins import restored_problems
    from ranger_app.services.take_back import BringBack, NotTakenBackError, TakeBack

    with desk.opened() as store:
        kind, identity = desk.named(store, kind, record)
        act = BringBack(store) if restore else TakeBack(store)
        change = act(kind, identity, reason, officer=desk.acting(store).id)
        problems = restored_problems(store.reader, kind, identity) if restore and change else ()
    if not change:
        raise NotTakenBackError(kind=kind, id=identity)
    say = desk.words.say
    text = say("Brought back by change {change}.", change=change) if restore else ""
    text = text or say("Withdrawn by change {change}.", change=change)
    return Answer(
        document={"change_id": change, "problems": [desk.problem_row(problem) for problem in problems]},
        text=text,
        notes=[desk.say_problem(problem) for problem in problems],
        code=ExitCode.NEEDS_A_LOOK if problems else ExitCode.DONE,
    )


@click.command(cls=Act)
@click.argument("kind", type=KIND, metavar="KIND")
@click.argument("record", metavar="ID")
@click.option("--parts", is_flag=True, help="Tell of its observations, photos, legs and waypoints too.")
@click.pass_obj
def history(desk: Desk, kind: str, record: str, parts: bool) -> Answer:
    """Tell who changed what of a record, and when."""
    from ranger_app.services.histories import history as history_of
    from ranger_app.services.stations import station_of

    with desk.opened() as store:
        zone = station_of(store).timezone
        changes = history_of(store.reader, *desk.named(store, kind, record), timezone=zone, with_parts=parts)
    rows = [
        (one["at"], one["officer"], one["act"], json.dumps(one["fields"], ensure_ascii=False) if one["fields"] else "")
        for one in changes
    ]
    return Answer(document={"changes": list(changes)}, text=table(rows))


@click.command(cls=Act)
@click.option("--steps", type=click.IntRange(min=1), default=1, help="How many acts, the newest first.")
@click.pass_obj
def undo(desk: Desk, steps: int) -> Answer:
    """Take back the last acts of this officer, by new acts."""
    from ranger_app.services.undo_acts import UndoActs, UndoRefusedError

    undone: list[str] = []
    notes: list[str] = []
    with desk.opened() as store:
        officer = desk.acting(store).id
        for _ in range(steps):
            try:
                taken = UndoActs(store, desk.context)(officer=officer)
            except UndoRefusedError as error:
                if not undone:
                    raise
                notes += desk.error_lines(error)
                break
            if not taken:
                break
            undone += taken
    text = desk.words.say("Taken back: {count}.", count=len(undone))
    return Answer(document={"undone": undone}, text=text, notes=notes,
                  code=ExitCode.NEEDS_A_LOOK if notes else ExitCode.DONE)  # fmt: skip
