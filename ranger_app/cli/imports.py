"""What comes in: tracks, data models, photos."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ranger_app.cli.answers import Answer, ExitCode
from ranger_app.cli.clocks import clock_row, say_proposal
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import DAY, PATH, TRACKS, Family
from ranger_app.messages import say_problem
from ranger_app.messages.fields import say_fields
from ranger_app.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from db.store import Store
    from ranger_app.importers.csv_tracks import CsvMapping
    from ranger_app.services.tracks_imported import KnownContent, TracksImported


_OFFICE = "ranger_app.cli.offices:"
TIME_ORDERS = ("iso", "ymd", "dmy", "mdy", "unix", "unix_ms", "excel")
"""As in ``csv_tracks_mapping``, which is read when a table comes in."""


@click.group("import", cls=Family, later={"employees": f"{_OFFICE}employees", "metadata": f"{_OFFICE}metadata"})
def importing() -> None:
    """Take files in: tracks, SMART files, data models, an office's lists, photos."""


@importing.command()
@click.argument("files", nargs=-1, required=True, type=TRACKS, metavar="FILE…")
@click.option("--patrol-id", default="", metavar="ID", help="Id or number of the patrol that takes all of it.")
@click.option("--date", type=DAY, help="The day of tracks that have no times.")
@click.option("--transport", default="", metavar="KEY", help="Key of the office's list, such as foot or vehicle.")
@click.option("--mandate", default="", metavar="KEY", help="Key of the office's list, such as antipoaching.")
@click.option("--leader", default="", metavar='"Family, Given"', help="Without it, the officer who acts.")
@click.option(
    "--csv-columns", default="", metavar="ROLE=COLUMN,…",
    help="Columns of a table, by number or heading: latitude, longitude, position, elevation, time, date, name.",
)  # fmt: skip
@click.option(
    "--csv-times", type=click.Choice(TIME_ORDERS), metavar="ORDER",
    help=f"Times: {', '.join(TIME_ORDERS)}.",
)  # fmt: skip
@click.option("--csv-zone", default="", metavar="ZONE", help="Time zone or offset of its times that tell none.")
@click.pass_obj
def tracks(
    desk: Desk,
    files: tuple[Path, ...],
    patrol_id: str,
    date: dt.date | None,
    transport: str,
    mandate: str,
    leader: str,
    csv_columns: str,
    csv_times: str | None,
    csv_zone: str,
) -> Answer:
    """Turn files, folders, archives or a whole device into patrols: GPX, FIT, KML, TCX, NMEA, CSV."""
    from ranger_app.services.import_tracks import ImportTracks
    from ranger_app.services.patrol_defaults import patrol_defaults, remember_import
    from ranger_app.services.patrol_documents import number_problems
    from ranger_app.services.plan_proposals import proposed_plans
    from ranger_app.services.propose_clock import new_proposals
    from ranger_app.services.record_incident import DocumentRefusedError
    from ranger_app.services.unknown_keys import unknown_keys

    desk.given = files
    if problems := number_problems({"number": patrol_id}):
        raise DocumentRefusedError(problems)
    is_told = csv_columns or csv_times or csv_zone
    mapping = _mapping(desk, csv_columns, csv_times or "", csv_zone, files) if is_told else None
    with desk.opened() as store:
        officer = desk.acting(store).id
        known = (desk.home, store.station_id, officer, store.reader)
        before = store.journal.last_n()
        done = ImportTracks(store)(
            files, officer=officer, patrol_id=patrol_id, date=date, transport=transport, mandate=mandate, leader=leader,
            defaults=patrol_defaults(*known), mapping=mapping, context=desk.context,
        )  # fmt: skip
        remember_import(*known, done.patrols, {"transport": transport, "mandate": mandate, "leader": leader})
        plans = [
            {"patrol_id": patrol, "plan_id": plan.id, "number": plan.number}
            for patrol, plan in proposed_plans(store.reader, done.patrols)
        ]
        clocks = new_proposals(store.reader, after=before)
        unknown = unknown_keys(store, {"transport": transport, "mandate": mandate}) if done.patrols else []
    document = {
        "patrol_id": done.patrols[0] if len(done.patrols) == 1 else None,
        "patrols": list(done.patrols),
        "tracks": done.tracks,
        "points": done.points,
        "waypoints": done.waypoints,
        "new_points": done.new_points,
        "new_waypoints": done.new_waypoints,
        "duplicates": list(done.duplicates),
        "known": [_known_row(desk, one) for one in done.known],
        "refused": list(done.refused),
        "ignored": done.ignored,
        "dated": list(done.dated),
        "assumed": list(done.assumed),
        "plans": plans,
        "clocks": [clock_row(one) for one in clocks],
        "problems": [desk.problem_row(problem) for problem in done.problems],
        "notes": [desk.problem_row(problem) for problem in unknown],
    }
    notes = [desk.say_problem(one.problem()) for one in done.known if one.is_whole]
    notes += [desk.say_problem(problem) for problem in done.problems]
    notes += [desk.say_problem(problem) for problem in unknown]
    if done.assumed:
        notes.append(desk.words.say("Nobody stated {fields}: assumed.", fields=say_fields(desk.words, done.assumed)))
    notes += [
        desk.words.say("The patrol {patrol} may be the plan {plan}.", patrol=one["patrol_id"], plan=one["number"])
        for one in plans
    ]
    notes += [say_proposal(desk, one) for one in clocks]
    return Answer(
        document=document,
        text=_imported(desk, done, date),
        notes=notes,
        code=ExitCode.NEEDS_A_LOOK if done.problems else ExitCode.DONE,
    )


importing.add_command(tracks, "gpx")


def _mapping(desk: Desk, told: str, times: str, zone: str, files: Sequence[Path]) -> CsvMapping:
    """What a person says of the columns; how they are parted is seen in the first table.

    Raises:
        click.UsageError: It says nothing that can be followed.
    """
    from ranger_app.importers.csv_tracks_told import mapping_as_told

    head = b""
    table = next((path for path in files if path.is_file()), None)
    try:
        if table is not None:
            with table.open("rb") as stream:
                head = stream.read(65_536)
        return mapping_as_told(head, told, time_order=times, zone=zone)
    except (OSError, ValueError) as error:
        if not told:
            wrong = desk.words.say("The headings do not tell which column is what; say it by --csv-columns.")
            raise click.UsageError(wrong) from error
        wrong = desk.words.say("{columns} does not say which column is what: latitude=1,longitude=2.", columns=told)
        raise click.UsageError(wrong) from error


def _known_row(desk: Desk, known: KnownContent) -> dict[str, object]:
    return {
        "file": known.file,
        "repeats": list(known.repeats),
        "patrols": list(known.patrols),
        "points": known.points,
        "waypoints": known.waypoints,
        "whole": known.is_whole,
        "text": say_problem(desk.words, known.problem(), desk.given),
    }


def _imported(desk: Desk, done: TracksImported, date: dt.date | None) -> str:
    say = desk.words.say
    lines = [
        say("Tracks: {tracks}, points: {points}, waypoints: {waypoints}.",
            tracks=done.tracks, points=done.points, waypoints=done.waypoints),
        say("New points: {points}, new waypoints: {waypoints}.",
            points=done.new_points, waypoints=done.new_waypoints),
        *(say("Patrol {patrol}", patrol=patrol) for patrol in done.patrols),
        *(say("Already here: {file}", file=file) for file in done.duplicates),
    ]  # fmt: skip
    if done.dated and date is not None:
        files = ", ".join(done.dated)
        lines.append(say("What has no times in {files} has the day {day} now.", files=files, day=date.isoformat()))
    if done.ignored:
        lines.append(say("Files of other kinds, left alone: {count}.", count=done.ignored))
    return "\n".join(lines)


@importing.command()
@click.argument("file", type=PATH)
@click.pass_obj
def model(desk: Desk, file: Path) -> Answer:
    """Take in the office's SMART data model and use it from now on."""
    from ranger_app.services.models import ImportModel

    with desk.opened() as store:
        done = ImportModel(store)(file, officer=desk.acting(store).id)
    document = {
        "model_id": done.id,
        "version": done.version,
        "categories": done.categories,
        "attributes": done.attributes,
        "languages": list(done.languages),
        "problems": [desk.problem_row(problem) for problem in done.problems],
    }
    text = desk.words.say(
        "Data model {version}: categories: {categories}, attributes: {attributes}, languages: {languages}.",
        version=done.version, categories=done.categories, attributes=done.attributes,
        languages=", ".join(done.languages),
    )  # fmt: skip
    return Answer(
        document=document,
        text=text,
        notes=[desk.say_problem(problem) for problem in done.problems],
        code=ExitCode.NEEDS_A_LOOK if done.problems else ExitCode.DONE,
    )


@importing.command()
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE…")
@click.option(
    "--update", is_flag=True,
    help="Let a file change the patrol or incident that is here already; what was changed here too stays.",
)  # fmt: skip
@click.option("--take-all", is_flag=True, help="With --update: take the file's word there too.")
@click.pass_obj
def smart(desk: Desk, files: tuple[Path, ...], update: bool, take_all: bool) -> Answer:
    """Take in SMART patrols and incidents, XML or zip."""
    from ranger_app.services.import_smart import ImportSmart
    from ranger_app.services.smart_merge import STAYING

    if take_all and not update:
        raise click.UsageError(desk.words.say("--take-all goes with --update."))
    desk.given = files
    with desk.opened() as store:
        done = ImportSmart(store)(
            files, officer=desk.acting(store).id, update=update, takes_all=take_all, context=desk.context
        )
        said = _reader_of_differences(desk, store)
        problems = [said(problem) for problem in done.problems]
        differences = [said(problem) for problem in done.differences]
    document = {
        "patrols": list(done.patrols),
        "incidents": list(done.incidents),
        "updated": list(done.updated),
        "duplicates": list(done.duplicates),
        "differences": [
            {
                **desk.problem_row(one),
                "field": raw.facts["field"], "here": raw.facts["here"], "there": raw.facts["there"],
                "stays": one.code in STAYING,
            }
            for one, raw in zip(differences, done.differences, strict=True)
        ],
        "problems": [desk.problem_row(problem) for problem in problems],
    }  # fmt: skip
    say = desk.words.say
    lines = [
        *(say("Patrol {patrol}", patrol=patrol) for patrol in done.patrols),
        *(say("Incident {incident}", incident=incident) for incident in done.incidents),
        *(say("Already here: {file}", file=file) for file in done.duplicates),
    ]
    told = [*problems, *(one for one in differences if one not in problems)]
    return Answer(
        document=document,
        text="\n".join(lines),
        notes=[desk.say_problem(problem) for problem in told],
        code=ExitCode.NEEDS_A_LOOK if problems else ExitCode.DONE,
    )


def _reader_of_differences(desk: Desk, store: Store) -> Callable[[Problem], Problem]:
    """Says fields and values of differences in words; other problems stay as they are."""
    from ranger_app.services.models import picking_model
    from ranger_app.services.office import office_of
    from ranger_app.services.smart_differences import in_words

    model = picking_model(store.reader, store.blobs, store.station_id)
    office = office_of(store.reader, store.station_id)
    return lambda told: in_words(told, desk.words, model, office) if "field" in told.facts else told


@importing.command()
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE…")
@click.option("--incident", default="", metavar="ID", help="The incident or conflict they belong to.")
@click.pass_obj
def photos(desk: Desk, files: tuple[Path, ...], incident: str) -> Answer:
    """Keep original photos, with the position that the camera or the track gives."""
    from db.incidents import RECORD_KINDS
    from ranger_app.services.attach_photos import AttachPhotos, photo_problems
    from ranger_app.services.documents import attachment_document
    from ranger_app.services.propose_clock import new_proposals

    desk.given = files
    with desk.opened() as store:
        parent = None
        if incident:
            entry = store.reader.entry(desk.incident_id(store, incident), *RECORD_KINDS)
            parent = entry.kind, entry.id
        problems: list[Problem] = []
        before = store.journal.last_n()
        kept = AttachPhotos(store)(
            files, officer=desk.acting(store).id, parent=parent, context=desk.context, refused=problems
        )
        refused = {one.file for one in problems}
        problems += photo_problems(store.reader, kept, [file for file in files if str(file) not in refused])
        clocks = new_proposals(store.reader, after=before)
    return Answer(
        document={
            "attachments": [attachment_document(one) for one in kept],
            "clocks": [clock_row(one) for one in clocks],
            "problems": [desk.problem_row(problem) for problem in problems],
        },
        text="\n".join(f"{one.id}  {one.name}  {one.position_source}".rstrip() for one in kept),
        notes=[*(desk.say_problem(problem) for problem in problems), *(say_proposal(desk, one) for one in clocks)],
        code=ExitCode.NEEDS_A_LOOK if problems else ExitCode.DONE,
    )
