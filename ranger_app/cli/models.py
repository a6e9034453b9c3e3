"""Data models of the station: which there are, which one counts, what is in one, and written for the office."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act, Family
from ranger_app.i18n import marked

if TYPE_CHECKING:
    from ranger_app.domain.data_model import Attribute, DataModel, ListItem, TreeNode
    from ranger_app.services.export_model import Part
    from ranger_app.services.models import KnownModel

CURRENT = marked("in use")


@click.group(cls=Family)
def model() -> None:
    """List the data models of this station, look into one, choose the one in use."""


@model.command("list")
@click.pass_obj
def list_models(desk: Desk) -> Answer:
    """Every data model that this station has; the first is the one that the program brings."""
    from ranger_app.services.models import known_models

    with desk.opened() as store:
        known = known_models(store.reader, store.station_id)
    rows = [[one.id or one.name, one.version, one.name, desk.words.say(CURRENT) if one.is_current else ""]
            for one in known]  # fmt: skip
    return Answer(document={"models": [_row(one) for one in known]}, text=table(rows))


@model.command()
@click.argument("name", metavar="ID|NAME")
@click.pass_obj
def use(desk: Desk, name: str) -> Answer:
    """Let new records follow this data model; "default" is the one that the program brings."""
    from ranger_app.services.models import UseModel

    with desk.opened() as store:
        known = UseModel(store)(name, officer=desk.acting(store).id)
    return Answer(document=_row(known), text=desk.words.say("Data model {name} is in use.", name=known.name))


@model.command()
@click.argument("name", metavar="ID|NAME", default="")
@click.pass_obj
def show(desk: Desk, name: str) -> Answer:
    """Everything that a data model knows; without a name, the one in use."""
    from ranger_app.services.models import find_model, model_of

    with desk.opened() as store:
        known = find_model(store.reader, store.station_id, name)
        told = model_of(known, store.blobs)
    language = desk.words.language
    text = table([hkey, told.label(told.path(hkey)[-1], language)] for hkey in told.hkeys())
    return Answer(document={**_row(known), **_content(told, language)}, text=text)


def _row(known: KnownModel) -> dict[str, Any]:
    return {
        "id": known.id or known.name,
        "name": known.name,
        "version": known.version,
        "bytes": known.size_bytes,
        "sha256": known.sha256 or None,
        "current": known.is_current,
    }


def _content(told: DataModel, language: str) -> dict[str, Any]:
    return {
        "languages": list(told.languages),
        "categories": [
            {
                "hkey": hkey,
                "label": told.label(told.path(hkey)[-1], language),
                "active": all(category.is_active for category in told.path(hkey)),
                "attributes": [
                    {"key": link.key, "active": link.is_active, "inherited": not link.is_root}
                    for link in told.links(hkey)
                ],
            }
            for hkey in told.hkeys()
        ],
        "attributes": [_attribute(told, attribute, language) for attribute in told.attributes],
    }


def _attribute(told: DataModel, attribute: Attribute, language: str) -> dict[str, Any]:
    answers: list[tuple[str, ListItem | TreeNode]] = [(item.key, item) for item in attribute.items]
    answers += attribute.walk()
    return {
        "key": attribute.key,
        "type": attribute.type.value,
        "label": told.label(attribute, language),
        "required": attribute.is_required,
        "minimum": attribute.minimum,
        "maximum": attribute.maximum,
        "pattern": attribute.pattern,
        "options": [
            {"key": key, "label": told.label(answer, language), "active": answer.is_active} for key, answer in answers
        ],
    }


@click.command("model", cls=Act)
@click.argument("out", type=PATH, metavar="OUT.xml|OUT.zip")
@click.option("--model", "name", default="", metavar="ID|NAME", help="Which one; without it, the one in use.")
@click.option("--version", type=click.Choice(("1.2", "1.1")), default="1.2", help="1.2: SMART 8.1; 1.1: 7.5 to 8.0.")
@click.option("--extension", is_flag=True, help="Our livestock conflict and species alone, to merge into another.")
@click.option("--merged", is_flag=True, help="The office's model with our extension in it.")
@click.pass_obj
def export_model(desk: Desk, out: Path, name: str, version: str, extension: bool, merged: bool) -> Answer:
    """Write a data model for the SMART office."""
    from ranger_app.services.export_model import ExportModel

    if extension and merged:
        raise click.UsageError("--extension and --merged exclude each other")
    part: Part = "extension" if extension else "both" if merged else "office"
    with desk.opened() as store:
        done = ExportModel(store)(out, name=name, version=version, part=part)
    document = {
        "files": [str(done.path)],
        "version": done.version,
        "categories": done.categories,
        "attributes": done.attributes,
        "languages": list(done.languages),
        "problems": [desk.problem_row(problem) for problem in done.problems],
    }
    return Answer(
        document=document,
        text=str(done.path),
        notes=[desk.say_problem(problem) for problem in done.problems],
        code=ExitCode.NEEDS_A_LOOK if done.problems else ExitCode.DONE,
    )
