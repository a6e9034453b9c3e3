"""Incidents and livestock conflicts: written down, listed, shown, corrected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.json_file import read_json_object
from ranger_app.cli.options import PATH, Family
from ranger_app.domain.forms import INCIDENT_KINDS

if TYPE_CHECKING:
    from ranger_app.services.record_incident import Recorded

KIND = click.Choice(INCIDENT_KINDS)


@click.group(cls=Family)
def incident() -> None:
    """Write down, list, show and correct poaching incidents, livestock conflicts and others."""


@incident.command()
@click.option("--kind", required=True, type=KIND)
@click.option("--from-json", "file", required=True, type=PATH, metavar="FILE", help="The record, as the schema has it.")
@click.pass_obj
def add(desk: Desk, kind: str, file: Path) -> Answer:
    """Write one incident down from FILE; photos are named relative to it."""
    from ranger_app.services.record_incident import RecordIncident

    document = read_json_object(file)
    with desk.opened() as store:
        recorded = RecordIncident(store)(
            kind, document, officer=desk.acting(store).id, photo_folder=file.parent, context=desk.context
        )
        number = store.reader.entry(recorded.incident_id).values.get("number")
    answer = {"incident_id": recorded.incident_id, "number": number, "missing": list(recorded.missing)}
    return _recorded(desk, answer, recorded, str(number))


def _recorded(desk: Desk, document: dict[str, Any], recorded: Recorded, number: str) -> Answer:
    text = desk.words.say("Incident {number} ({id}) is stored.", number=number, id=recorded.incident_id)
    if recorded.missing:
        missing = ", ".join(recorded.missing)
        text += " " + desk.words.say("A complete record still needs: {missing}.", missing=missing)
    return Answer(
        document={**document, "problems": [desk.problem_row(problem) for problem in recorded.problems]},
        text=text,
        notes=[desk.say_problem(problem) for problem in recorded.problems],
        code=ExitCode.NEEDS_A_LOOK if recorded.problems else ExitCode.DONE,
    )


@incident.command("list")
@click.pass_obj
def listed(desk: Desk) -> Answer:
    """List all incidents and conflicts, the newest first."""
    from db.incidents import incident as one_incident
    from db.incidents import incident_ids
    from ranger_app.services.documents import position_document

    with desk.opened() as store:
        found = [one_incident(store.reader, record) for record in reversed(incident_ids(store.reader))]
    rows = [
        {
            "id": one.id, "kind": one.kind, "number": one.number,
            "occurred_at": one.occurred_at.isoformat() if one.occurred_at else None,
            "place": one.place or None, "position": position_document(one.position), "missing": list(one.missing),
        }
        for one in found
    ]  # fmt: skip
    text = table(
        (one.id, one.kind, one.number, f"{one.occurred_at:%Y-%m-%d %H:%M}" if one.occurred_at else "", one.place)
        for one in found
    )
    return Answer(document={"incidents": rows}, text=text)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.pass_obj
def show(desk: Desk, incident_id: str) -> Answer:
    """Show one incident as the document it was written from."""
    from ranger_app.services.documents import incident_document
    from ranger_app.services.loading import loaded_incident
    from ranger_app.services.models import office_model

    with desk.opened() as store:
        model = office_model(store.reader, store.blobs, store.station_id)
        found = loaded_incident(store.reader, desk.incident_id(store, incident_id), model)
        withdrawn = desk.withdrawn(store, found.id)
    document = incident_document(found)
    text = desk.say_withdrawn(withdrawn) + _told(document)
    return Answer(document={**document, "withdrawn": withdrawn}, text=text)


def _told(document: Mapping[str, Any]) -> str:
    rows = []
    for name, value in document.items():
        if name == "fields":
            rows += [(f"  {field}", _cell(answer)) for field, answer in value.items()]
        elif value not in (None, [], ""):
            rows.append((name, _cell(value)))
    return table(rows)


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.option("--from-json", "file", required=True, type=PATH, metavar="FILE", help="The parts to change.")
@click.pass_obj
def edit(desk: Desk, incident_id: str, file: Path) -> Answer:
    """Change what FILE names of an incident, and nothing else; photos are added."""
    from ranger_app.services.record_incident import EditIncident

    document = read_json_object(file)
    with desk.opened() as store:
        record = desk.incident_id(store, incident_id)
        recorded = EditIncident(store)(
            record, document, officer=desk.acting(store).id, photo_folder=file.parent, context=desk.context
        )
        number = store.reader.entry(record).values.get("number")
    answer = {"incident_id": record, "missing": list(recorded.missing), "changed": recorded.is_changed}
    return _recorded(desk, answer, recorded, str(number))


@incident.command()
@click.option("--kind", required=True, type=KIND)
@click.pass_obj
def schema(_desk: Desk, kind: str) -> Answer:
    """Print the record's JSON Schema; what it requires is needed for a complete record, never for saving."""
    from ranger_app.domain.forms import form_of_kind, json_schema

    document = json_schema(form_of_kind(kind))
    return Answer(document=document, text=json.dumps(document, ensure_ascii=False, indent=2))
