"""The SMART office that receives our files: its lists, its people, and how ours are called there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act, Family
from ranger_app.domain.office_mapping import MAPPED
from ranger_app.domain.smart_office import LISTS, PATROL_TYPES
from ranger_app.problem import Problem

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.smart_office import Office


@click.group(cls=Family)
def office() -> None:
    """See and mend what is known of the SMART office: its lists, and how ours are called there."""


@office.command("list")
@click.pass_obj
def everything(desk: Desk) -> Answer:
    """List what the office has, and what is mapped."""
    from db.office import known_mappings
    from ranger_app.services.office import office_of

    with desk.opened() as store:
        reader = store.reader
        found = office_of(reader, store.station_id)
        lists = _lists(reader, found)
        mapped = [one for one in known_mappings(reader) if one.theirs]
    mappings = [{"id": one.id, "what": one.what, "ours": one.ours, "theirs": one.theirs} for one in mapped]
    people = [{"id": one.id, "name": one.name, "employee_id": one.employee_id or None} for one in found.members or ()]
    document: dict[str, Any] = {
        "language": found.language,
        "told": sorted(found.told),
        "lists": lists,
        "members": None if found.members is None else people,
        "mappings": mappings,
    }
    rows = [
        (name, str(one["key"]), ", ".join(one["labels"].values()), str(one["source"]))
        for name, entries in lists.items()
        for one in entries
    ]
    rows += [("member", str(one["employee_id"] or ""), str(one["name"]), "office") for one in people]
    rows += [(f"{one['what']} →", one["ours"], one["theirs"], "") for one in mappings]
    return Answer(document=document, text=table(rows))


def _lists(reader: Reader, found: Office) -> dict[str, list[dict[str, Any]]]:
    """The entries of each list with who said so; ``training`` is SMART's training area."""
    from db.office import known_choices

    told: dict[tuple[str, str], str] = {}
    for one in known_choices(reader):
        told.setdefault((one.list_name, one.choice.key), one.source)
    return {
        name: [
            {
                "key": one.key,
                "labels": dict(one.labels),
                "uuid": one.uuid or None,
                "patrol_type": one.patrol_type or None,
                "source": told.get((name, one.key), "training"),
            }
            for one in found.choices(name).values()
        ]
        for name in LISTS
    }


@office.command()
@click.argument("list_name", type=click.Choice(tuple(LISTS)), metavar="LIST")
@click.argument("label")
@click.option("--key", default="", help="SMART's own key; without it, made from the label.")
@click.option("--language", default="", metavar="CODE", help="Of the label; without it, the office's own.")
@click.option("--patrol-type", type=click.Choice(PATROL_TYPES), default=None, help="Of a transport.")
@click.pass_obj
def add(desk: Desk, list_name: str, label: str, key: str, language: str, patrol_type: str | None) -> Answer:
    """Add an entry to LIST: transport, mandate, team, station, rank, agency or patrol_attribute."""
    from ranger_app.services.office import AddChoice

    with desk.opened() as store:
        made = AddChoice(store)(
            list_name, label, key=key, language=language, patrol_type=patrol_type or "", officer=desk.acting(store).id
        )
    return Answer(document={"list": list_name, "key": made}, text=made)


@office.command()
@click.argument("who")
@click.pass_obj
def person(desk: Desk, who: str) -> Answer:
    """Say that the office has WHO under exactly the name and number known here: an id, a number, or "Family, Given"."""
    from ranger_app.services.office import AddPerson

    with desk.opened() as store:
        record = AddPerson(store)(who, officer=desk.acting(store).id)
    return Answer(document={"member_id": record}, text=record)


@office.command()
@click.argument("list_name", type=click.Choice(tuple(LISTS)), metavar="LIST")
@click.argument("key")
@click.argument("label")
@click.option("--language", default="", metavar="CODE", help="Of the label; without it, the office's own.")
@click.pass_obj
def rename(desk: Desk, list_name: str, key: str, label: str, language: str) -> Answer:
    """Give the entry KEY of LIST the label that the office has for it."""
    from ranger_app.services.office import RenameChoice

    with desk.opened() as store:
        is_changed = RenameChoice(store)(list_name, key, label, language=language, officer=desk.acting(store).id)
    return Answer(document={"list": list_name, "key": key, "changed": is_changed}, text=key)


@office.command("map")
@click.argument("what", type=click.Choice(MAPPED), metavar="WHAT")
@click.argument("ours")
@click.argument("theirs")
@click.pass_obj
def map_to(desk: Desk, what: str, ours: str, theirs: str) -> Answer:
    """Say that OURS is called THEIRS in the office.

    WHAT is category, attribute, option (both as attribute/key), transport, mandate, team, station, patrol_attribute or
    member (by id, employee id or "Family, Given").
    """
    from ranger_app.services.office import SetMapping

    with desk.opened() as store:
        record = SetMapping(store)(what, ours, theirs, officer=desk.acting(store).id)
    return Answer(document={"mapping_id": record}, text=record)


@office.command()
@click.argument("what", type=click.Choice(MAPPED), metavar="WHAT")
@click.argument("ours")
@click.pass_obj
def unmap(desk: Desk, what: str, ours: str) -> Answer:
    """Forget how OURS is called in the office."""
    from ranger_app.services.office import SetMapping

    with desk.opened() as store:
        SetMapping(store).clear(what, ours, officer=desk.acting(store).id)
    return Answer(document={"what": what, "ours": ours}, text=ours)


@click.command(cls=Act)
@click.argument("file", type=PATH)
@click.pass_obj
def employees(desk: Desk, file: Path) -> Answer:
    """Take in the office's list of employees: nine columns of CSV, as SMART has it."""
    from ranger_app.services.office import LoadEmployees

    with desk.opened() as store:
        done = LoadEmployees(store)(file, officer=desk.acting(store).id)
    document = {
        "employees": done.employees,
        "new": done.new,
        "left": done.left,
        "problems": [desk.problem_row(problem) for problem in done.problems],
    }
    text = desk.words.say("Employees: {count}, new: {new}, left: {left}.",
                          count=done.employees, new=done.new, left=done.left)  # fmt: skip
    return _told(desk, document, text, done.problems)


@click.command(cls=Act)
@click.argument("file", type=PATH)
@click.pass_obj
def metadata(desk: Desk, file: Path) -> Answer:
    """Take in the office's lists: what its server answers to /api/metadata/patrol, saved as a file."""
    from ranger_app.importers.office_metadata import metadata_bytes
    from ranger_app.services.office import LoadMetadata

    with desk.opened() as store:
        done = LoadMetadata(store)(metadata_bytes(file), officer=desk.acting(store).id, file=str(file))
    problems = [desk.problem_row(problem) for problem in done.problems]
    document = {"lists": dict(done.lists), "employees": done.employees, "problems": problems}
    text = table((name, str(count)) for name, count in (*done.lists.items(), ("employees", done.employees)))
    return _told(desk, document, text, done.problems)


def _told(desk: Desk, document: Mapping[str, object], text: str, problems: Sequence[Problem]) -> Answer:
    return Answer(
        document=document,
        text=text,
        notes=[desk.say_problem(problem) for problem in problems],
        code=ExitCode.NEEDS_A_LOOK if problems else ExitCode.DONE,
    )
