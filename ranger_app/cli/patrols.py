"""Patrols: listed, shown, corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.json_file import read_json_object
from ranger_app.cli.options import PATH, Family

if TYPE_CHECKING:
    from db.patrol_pages import PatrolRow
    from db.reader import Reader

PAGE = 500


@click.group(
    cls=Family,
    later={
        "flags": "ranger_app.cli.tracks:flags",
        "join": "ranger_app.cli.tracks:join",
        "move-waypoint": "ranger_app.cli.tracks:move_waypoint",
    },
)
def patrol() -> None:
    """List, show and correct patrols."""


def _rows(reader: Reader) -> Iterator[PatrolRow]:
    from db.patrol_pages import patrol_page

    page = patrol_page(reader, limit=PAGE)
    while page:
        yield from page
        page = patrol_page(reader, before=page[-1].place, limit=PAGE)


@patrol.command("list")
@click.pass_obj
def listed(desk: Desk) -> Answer:
    """List all patrols, the newest first."""
    with desk.opened() as store:
        rows = list(_rows(store.reader))
    document = [
        {
            "id": row.id, "number": row.number, "start": row.start or None, "end": row.end or None,
            "distance_m": row.distance_m, "points": row.points, "legs": row.legs,
        }
        for row in rows
    ]  # fmt: skip
    text = table(
        (row.id, row.number, row.start, row.end, f"{row.distance_m / 1000:.1f} km", str(row.points)) for row in rows
    )
    return Answer(document={"patrols": document}, text=text)


@patrol.command()
@click.argument("patrol_id", metavar="ID")
@click.pass_obj
def show(desk: Desk, patrol_id: str) -> Answer:
    """Show one patrol: its legs, days, waypoints and observations."""
    from db.patrol_pages import find_patrol
    from db.plans import plan_of_patrol
    from ranger_app.services.documents import patrol_document
    from ranger_app.services.loading import loaded_patrol
    from ranger_app.services.models import office_model

    with desk.opened() as store:
        model = office_model(store.reader, store.blobs, store.station_id)
        found = loaded_patrol(store.reader, find_patrol(store.reader, patrol_id) or patrol_id, model)
        withdrawn = desk.withdrawn(store, found.id)
        plan = plan_of_patrol(store.reader, found.id)
    document = {**patrol_document(found), "plan": plan or None}
    text = desk.say_withdrawn(withdrawn) + _told(document, desk.words.say)
    return Answer(document={**document, "withdrawn": withdrawn}, text=text)


def _said(leg: Mapping[str, Any], say: Callable[..., str]) -> list[str]:
    """Transport, mandate and people of a leg; what nobody stated is marked."""
    told = [("transport", leg["transport"]), ("mandate", leg["mandate"]), *(("members", one) for one in leg["members"])]
    return [say("{value} (assumed)", value=one) if name in leg["assumed"] else one for name, one in told if one]


def _told(document: Mapping[str, Any], say: Callable[..., str]) -> str:
    heads = ("id", "number", "start", "end", "team", "station", "mandate", "objective", "comment")
    lines = [table((name, str(document[name])) for name in heads if document[name] is not None)]
    for leg in document["legs"]:
        lines.append("\n" + ", ".join(_said(leg, say)))
        lines.append(
            table(
                (
                    day["date"],
                    day["start"] or "",
                    day["end"] or "",
                    f"{day['distance_m'] / 1000:.1f} km",
                    str(day["points"]),
                )
                for day in leg["days"]
            )
        )
    lines += [
        say("Kept beside, not counted: {track}", track=track["name"] or track["device"] or track["id"])
        for leg in document["legs"]
        for track in leg["tracks"]
        if track["companion"]
    ]
    lines += [f"{one['at'] or one['date'] or '-'}  {one['comment'] or ''}".rstrip() for one in document["waypoints"]]
    return "\n".join(lines)


@patrol.command()
@click.argument("patrol_id", metavar="ID")
@click.option("--from-json", "file", required=True, type=PATH, metavar="FILE", help="The parts to change.")
@click.pass_obj
def edit(desk: Desk, patrol_id: str, file: Path) -> Answer:
    """Change what FILE names of a patrol, and nothing else."""
    from db.patrol_pages import find_patrol
    from ranger_app.services.document_flaws import document_flaws
    from ranger_app.services.edit_patrol import EditPatrol
    from ranger_app.services.patrol_defaults import remember_said
    from ranger_app.services.unknown_keys import unknown_keys

    document = read_json_object(file)
    with desk.opened() as store:
        record = find_patrol(store.reader, patrol_id) or patrol_id
        is_changed = EditPatrol(store)(record, document, officer=desk.acting(store).id)
        problems = document_flaws(store, document)
        unknown = unknown_keys(store, document)
        remember_said(desk.home, store.station_id, desk.acting(store).id, store.reader, record, document)
    say = desk.words.say
    text = (
        say("Patrol {patrol} is changed.", patrol=record)
        if is_changed
        else say("Patrol {patrol} was like this already.", patrol=record)
    )
    rows = [desk.problem_row(problem) for problem in problems]
    return Answer(
        document={
            "patrol_id": record,
            "changed": is_changed,
            "problems": rows,
            "notes": [*map(desk.problem_row, unknown)],
        },
        text=text,
        notes=[desk.say_problem(problem) for problem in (*problems, *unknown)],
        code=ExitCode.NEEDS_A_LOOK if problems else ExitCode.DONE,
    )
