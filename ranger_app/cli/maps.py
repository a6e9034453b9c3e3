"""Map files of the station: added, listed, removed, printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Family

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.store import Store
    from ranger_app.errors import RangerAppError
    from ranger_app.services.maps import MapEntry, MapShelf


class Datum(click.ParamType[str]):
    """What the datum of a scanned map can be said to mean."""

    name = "datum"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ranger_app.coordinates.systems import DATUMS

        choices = (*DATUMS, "wgs84")
        if value and value not in choices:
            self.fail(f"{value} is none of {', '.join(choices)}", param, ctx)
        return str(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "NAME"


@click.group("map", cls=Family, later={"print": "ranger_app.cli.map_print:map_print"})
def maps() -> None:
    """Map files of other programs, shown with the station's records; never in journal, blobs or backup."""


@maps.command()
@click.argument("file", type=PATH, metavar="FILE")
@click.option("--name", default=None, help="How the map is called; without it, what it calls itself.")
@click.option(
    "--reference", is_flag=True,
    help="Use tiles and heights from where they are, without a copy; scanned maps and layers are always converted.",
)  # fmt: skip
@click.option("--datum", default="", type=Datum(), help="What the datum of a scanned map means, where it asks.")
@click.option(
    "--attribution", default=None, metavar="TEXT", help="Whose map it is, where the file tells none or wrong."
)
@click.pass_obj
def add(desk: Desk, file: Path, name: str | None, reference: bool, datum: str, attribution: str | None) -> Answer:
    """Take in FILE: MBTiles, RMaps, a folder of tiles, a scanned map, a layer, heights."""
    if name is not None and not name.strip():
        raise click.UsageError(desk.words.say("--name needs a name."))
    with desk.opened() as store:
        shelf = _shelf(store)
        entry = shelf.add(file, name=name or "", keep=not reference, context=desk.context, datum=datum)
        if attribution is not None:
            entry = replace(shelf.change(entry.name, attribution=attribution), problems=entry.problems)
    return Answer(
        document={
            "maps": [_row(desk, entry, None)],
            "problems": [desk.problem_row(one) for one in entry.problems],
        },
        text=_lines([entry]),
        notes=[desk.say_problem(one) for one in entry.problems],
        code=ExitCode.NEEDS_A_LOOK if entry.problems else ExitCode.DONE,
    )


@maps.command("list")
@click.pass_obj
def everything(desk: Desk) -> Answer:
    """List the maps, the lowest first."""
    shelf = _shelf_to_read(desk)
    entries, problems = shelf.entries(), (*shelf.problems(), *shelf.unlisted())
    wrong = {entry.name: shelf.problem_of(entry) for entry in entries}
    rows = [_row(desk, entry, wrong[entry.name]) for entry in entries]
    notes = [desk.say_problem(one) for one in problems]
    notes += [desk.said(error.code, error.facts) for error in wrong.values() if error is not None]
    return Answer(
        document={"maps": rows, "problems": [desk.problem_row(one) for one in problems]},
        text=_lines(entries),
        notes=notes,
        code=ExitCode.NEEDS_A_LOOK if notes else ExitCode.DONE,
    )


@maps.command()
@click.argument("name")
@click.pass_obj
def remove(desk: Desk, name: str) -> Answer:
    """Show the map NAME no more; the station's copy is deleted, a file elsewhere stays."""
    with desk.opened() as store:
        shelf = _shelf(store)
        shelf.remove(name)
        left = [(entry, shelf.problem_of(entry)) for entry in shelf.entries()]
    return Answer(document={"name": name, "maps": [_row(desk, entry, wrong) for entry, wrong in left]}, text=name)


def _shelf(store: Store) -> MapShelf:
    from ranger_app.services.maps import MapShelf
    from ranger_app.services.stations import folder_of

    return MapShelf(folder_of(store))


def _shelf_to_read(desk: Desk) -> MapShelf:
    """The maps of the station, also while another program is at work in it, such as one that takes a map in."""
    from db.lock import StationLockedError
    from ranger_app.services.maps import MapShelf

    try:
        with desk.opened() as store:
            return _shelf(store)
    except StationLockedError:
        return MapShelf(desk.station_folder())


def _row(desk: Desk, entry: MapEntry, error: RangerAppError | None) -> dict[str, Any]:
    return {
        "name": entry.name, "kind": entry.kind, "path": str(entry.path), "kept": entry.is_kept,
        "attribution": entry.attribution or None, "bounds": list(entry.bounds),
        "zooms": None if entry.zooms is None else list(entry.zooms), "visible": entry.visible,
        "opacity": entry.opacity, "problem": None if error is None else error.code,
        "text": None if error is None else desk.sentence(error.code, error.facts),
    }  # fmt: skip


def _lines(entries: Sequence[MapEntry]) -> str:
    return table([(entry.name, entry.kind, str(entry.path), entry.attribution) for entry in entries])
