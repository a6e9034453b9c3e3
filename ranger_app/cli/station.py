"""Stations and the people who work there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Family
from ranger_app.domain.people import ROLES
from ranger_app.domain.typed_text import as_written
from ranger_app.i18n import LANGUAGES, marked

REBUILT = {
    True: marked("Changes derived again: {count}. Everything came out the same."),
    False: marked("Changes derived again: {count}. Something had been different, and is right now."),
    None: marked("Changes derived anew: {count}. There was nothing to compare with."),
}


@click.group(cls=Family)
def station() -> None:
    """Create a station, count it, derive it again, check it."""


@station.command()
@click.argument("folder", type=PATH, metavar="DIR")
@click.option("--name", required=True, help="What the station is called.")
@click.option("--area", required=True, metavar="ID", help="Short id of the conservation area, such as KG-NAR.")
@click.option("--area-name", default="", help="What the area is called.")
@click.option("--officer", required=True, metavar='"Family, Given"', help="The first officer.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the first officer is.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="The station's language.")
@click.option("--timezone", default="", metavar="Area/City", help="Without it, the time zone of this machine.")
@click.option("--unencrypted", is_flag=True, help="Keep the records readable for everybody who has the laptop.")
@click.pass_obj
def create(
    desk: Desk,
    folder: Path,
    name: str,
    area: str,
    area_name: str,
    officer: str,
    role: str,
    language: str,
    timezone: str,
    unencrypted: bool,
) -> Answer:
    """Make a new, empty station in DIR with its first officer."""
    from ranger_app.services.officers import remember_officer
    from ranger_app.services.stations import create_station

    created = create_station(
        folder, name=name, area_id=area, area_name=area_name, officer_name=officer, role=role, language=language,
        timezone=timezone, is_encrypted=not unencrypted, home=desk.home,
    )  # fmt: skip
    remember_officer(desk.home, created.station_id, created.officer_id)
    document = {
        "station_id": created.station_id,
        "device_id": created.device_id,
        "officer_id": created.officer_id,
        "station": str(folder),
    }
    text = desk.words.say("Station {name} is ready in {folder}. Its first officer is {officer}.",
                          name=name, folder=folder, officer=created.officer_id)  # fmt: skip
    return Answer(document=document, text=text)


@station.command()
@click.option("--name", default=None, help="What the station is called from now on.")
@click.option("--area-name", default=None, help="What the area is called from now on.")
@click.option("--timezone", default=None, metavar="Area/City", help="In which days of new patrols are cut.")
@click.option("--default-mandate", default=None, metavar="KEY", help="What patrols take when nobody states one.")
@click.pass_obj
def edit(desk: Desk, /, **given: str | None) -> Answer:
    """Put names, time zone or default mandate of the station right."""
    from ranger_app.services.edit_station import EditStation

    if all(value is None for value in given.values()):
        raise click.UsageError(desk.words.say("Say what is to be changed."))
    with desk.opened() as store:
        is_changed = EditStation(store)(**given, officer=desk.acting(store).id)
        station_id = store.station_id
    return _edited(desk, {"station_id": station_id, "changed": is_changed})


def _edited(desk: Desk, document: dict[str, Any]) -> Answer:
    say = desk.words.say
    return Answer(document=document, text=say("It is changed.") if document["changed"] else say("It was so already."))


@station.command()
@click.pass_obj
def info(desk: Desk) -> Answer:
    """Count what the station holds, and name what is wrong with it."""
    from ranger_app.services.stations import station_facts

    with desk.opened() as store:
        facts = station_facts(store)
    notes = [desk.said(alarm["code"], alarm) for alarm in facts["alarms"]]
    return Answer(document=facts, text=_facts_table(facts), notes=notes)


def _facts_table(facts: Mapping[str, Any]) -> str:
    rows: list[tuple[str, str]] = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            rows += [(inner, str(number)) for inner, number in value.items()]
        else:
            rows.append((name, str(len(value)) if isinstance(value, list) else as_written(value)))
    return table(rows)


@station.command()
@click.pass_obj
def rebuild(desk: Desk) -> Answer:
    """Derive every table and index again from the journal, and say whether they came out the same."""
    from ranger_app.services.stations import rebuild_station

    with desk.opened() as store:
        rebuilt = rebuild_station(store, desk.context)
    return Answer(
        document={"changes": rebuilt.changes, "identical": rebuilt.identical},
        text=desk.words.say(REBUILT[rebuilt.identical], count=rebuilt.changes),
        code=ExitCode.NEEDS_A_LOOK if rebuilt.identical is False else ExitCode.DONE,
    )


@station.command()
@click.pass_obj
def check(desk: Desk) -> Answer:
    """Hash the journal and every blob again, and name the first that is not what it was."""
    from db.connection import StationUnreadableError
    from ranger_app.services.stations import check_station, unreadable_audit

    try:
        with desk.opened() as store:
            checked = check_station(store, desk.context)
    except StationUnreadableError as error:
        checked = unreadable_audit(error)
    document = {"changes": checked.changes, "blobs": checked.blobs, "bad": list(checked.bad)}
    counts = desk.words.say(
        "Checked changes: {changes}, photos and files: {blobs}.", changes=checked.changes, blobs=checked.blobs
    )
    if not checked.bad:
        return Answer(document=document, text=counts + " " + desk.words.say("Everything is what it was."))
    note = desk.said("station-damaged", {"count": len(checked.bad), "first": checked.bad[0]})
    return Answer(document=document, text=counts, notes=(note,), code=ExitCode.NOT_VERIFIED)


@click.group(cls=Family)
def officer() -> None:
    """The people who work at this station."""


@officer.command()
@click.argument("name", metavar='"Family, Given"')
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--employee-id", default="", metavar="ID", help="The number by which SMART knows them.")
@click.pass_obj
def add(desk: Desk, name: str, role: str, employee_id: str) -> Answer:
    """Record one more person who works here."""
    from ranger_app.services.officers import AddOfficer

    with desk.opened() as store:
        record = AddOfficer(store)(name, role, employee_id, officer=desk.acting(store).id)
    return Answer(document={"officer_id": record}, text=record)


@officer.command("edit")
@click.argument("officer_id", metavar="ID")
@click.option("--name", default=None, metavar='"Family, Given"')
@click.option("--role", default=None, type=click.Choice(ROLES))
@click.option("--employee-id", default=None, metavar="ID", help="The number by which SMART knows them.")
@click.pass_obj
def edit_officer(desk: Desk, officer_id: str, name: str | None, role: str | None, employee_id: str | None) -> Answer:
    """Change the name, the role or the number of somebody who works here."""
    from ranger_app.services.edit_station import EditOfficer

    if (name, role, employee_id) == (None, None, None):
        raise click.UsageError(desk.words.say("Say what is to be changed."))
    with desk.opened() as store:
        is_changed = EditOfficer(store)(
            officer_id, name=name, role=role, employee_id=employee_id, officer=desk.acting(store).id
        )
    return _edited(desk, {"officer_id": officer_id, "changed": is_changed})


@officer.command("list")
@click.pass_obj
def everybody(desk: Desk) -> Answer:
    """List the people who work here."""
    from db.officers import officers

    with desk.opened() as store:
        found = officers(store.reader)
    rows = [
        {"id": one.id, "officer_id": one.id, "name": one.name, "role": one.role, "employee_id": one.employee_id or None}
        for one in found
    ]
    return Answer(document={"officers": rows}, text=table((one.id, one.name, one.role) for one in found))
