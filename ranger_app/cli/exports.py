"""What leaves: files for SMART offices and for GIS programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import DAY, KILOMETRES, PATH, Family

if TYPE_CHECKING:
    from ranger_app.domain.preflight import Finding
    from ranger_app.services.export_smart import SmartExported
    from ranger_app.services.export_tracks import ExportGeojson, ExportGpx


@click.group(cls=Family, later={"model": "ranger_app.cli.models:export_model"})
def export() -> None:
    """Write files for others: SMART, data models, GPX, GeoJSON, tables of effort."""


@export.command()
@click.argument("out", type=PATH, metavar="OUT.zip|OUTDIR")
@click.option("--version", type=click.Choice(("8", "7", "6")), default="8", help="Of the receiving office's SMART.")
@click.option("--patrol", "patrols", multiple=True, metavar="ID")
@click.option("--incident", "incidents", multiple=True, metavar="ID")
@click.option("--force", is_flag=True, help="Write although SMART would drop something.")
@click.pass_obj
def smart(
    desk: Desk, out: Path, version: str, patrols: tuple[str, ...], incidents: tuple[str, ...], force: bool
) -> Answer:
    """Write SMART patrol and incident files, after looking what SMART would do with them."""
    from ranger_app.services.export_smart import ExportSmart

    with desk.opened() as store:
        done = ExportSmart(store)(
            out, patrols=patrols, incidents=[desk.incident_id(store, one) for one in incidents], version=version,
            force=force, officer=desk.acting(store).id, context=desk.context,
        )  # fmt: skip
        findings = _told_findings(desk, done, lambda record: str(store.reader.entry(record).values.get("number") or ""))
    document = {
        "files": [str(file) for file in done.files],
        "preflight": {
            "fatal": [_row(desk, finding) for finding in done.findings.fatal],
            "lossy": [_row(desk, finding) for finding in done.findings.lossy],
            "clean": done.findings.clean,
            "notes": [_row(desk, finding) for finding in done.findings.notes],
        },
    }
    if done.is_written:
        files = "\n".join(map(str, done.files))
        return Answer(document=document, text=files, notes=findings, code=_exit_code(done))
    count, code = len(done.findings.fatal), "smart-fatal"
    if not count:
        count, code = len(done.findings.lossy), "smart-lossy"
    return Answer(
        document=document, text="\n".join(findings), notes=[desk.said(code, {"count": count})], code=_exit_code(done)
    )


def _row(desk: Desk, finding: Finding) -> dict[str, Any]:
    facts = {"where": finding.where, **finding.facts}
    text = desk.sentence(finding.code, facts)
    mend = {
        "remedy": finding.mend.remedy.value, "what": finding.mend.what, "ours": finding.mend.ours or None,
        "candidates": list(finding.mend.candidates),
    }  # fmt: skip
    return {"code": finding.code, "record": finding.record_id, "where": finding.where, "text": text, "mend": mend}


def _told_findings(desk: Desk, done: SmartExported, number_of: Callable[[str], str]) -> list[str]:
    """A line for each, which begins with the number of its record and the place in it."""
    told = []
    for finding in (*done.findings.fatal, *done.findings.lossy, *done.findings.notes):
        row = _row(desk, finding)
        place = ", ".join(filter(None, (number_of(finding.record_id), finding.where)))
        told.append(f"[{finding.code}] {place}{': ' if place else ''}{row['text']}")
    return told


def _exit_code(done: SmartExported) -> ExitCode:
    if not done.is_written:
        return ExitCode.REFUSED
    return ExitCode.NEEDS_A_LOOK if done.findings.lossy else ExitCode.DONE


def _track_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What both exports of tracks take."""
    for option in (
        click.option("--to", "date_to", type=DAY, help="Nothing that began after this day."),
        click.option(
            "--from", "date_from", type=DAY, help="Nothing that ended before this day; patrols are written whole."
        ),
        click.option("--incident", "incidents", multiple=True, metavar="ID"),
        click.option("--patrol", "patrols", multiple=True, metavar="ID"),
        click.argument("out", type=PATH),
    ):
        command = option(command)
    return command


@export.command()
@_track_options
@click.option("--for-device", is_flag=True, help="Waypoints and routes alone, for a receiver; OUT may be its folder.")
@click.option("--plan", "plans", multiple=True, metavar="ID", help="Its route; with --for-device.")
@click.option("--name-length", type=click.IntRange(min=4, max=60), help="Letters of names that the receiver shows: 30.")
@click.option("--ascii", "is_ascii", is_flag=True, help="Names in Latin letters; with --for-device.")
@click.pass_obj
def gpx(
    desk: Desk, /, for_device: bool, plans: tuple[str, ...], name_length: int | None, is_ascii: bool, **wanted: Any
) -> Answer:
    """Write tracks, waypoints and incidents as GPX 1.1; for a receiver also planned routes."""
    if for_device:
        return _to_device(desk, plans=plans, name_length=name_length, is_ascii=is_ascii, **wanted)
    if plans or name_length is not None or is_ascii:
        raise click.UsageError(desk.words.say("--plan, --name-length and --ascii go with --for-device."))
    from ranger_app.services.export_tracks import ExportGpx

    return _tracks(desk, ExportGpx, **wanted)


def _to_device(
    desk: Desk,
    *,
    out: Path,
    plans: tuple[str, ...],
    name_length: int | None,
    is_ascii: bool,
    patrols: tuple[str, ...],
    incidents: tuple[str, ...],
    date_from: dt.date | None,
    date_to: dt.date | None,
) -> Answer:
    from db.patrol_pages import find_patrol
    from exporters.device_gpx import NAME_LETTERS
    from ranger_app.services.export_to_device import ExportToDevice

    if date_from is not None or date_to is not None:
        raise click.UsageError(desk.words.say("--from and --to do not go with --for-device; name the records."))
    with desk.opened() as store:
        done = ExportToDevice(store)(
            out, patrols=[find_patrol(store.reader, one) or one for one in patrols], plans=plans,
            incidents=[desk.incident_id(store, one) for one in incidents], is_ascii=is_ascii,
            longest_name=name_length or NAME_LETTERS, context=desk.context,
        )  # fmt: skip
    document = {
        "files": [str(done.file)], "waypoints": done.waypoints, "routes": done.routes, "split": list(done.split),
    }  # fmt: skip
    return Answer(document=document, text=str(done.file))


@export.command()
@_track_options
@click.pass_obj
def geojson(desk: Desk, /, **wanted: Any) -> Answer:
    """Write tracks, waypoints and incidents as GeoJSON."""
    from ranger_app.services.export_tracks import ExportGeojson

    return _tracks(desk, ExportGeojson, **wanted)


def _tracks(
    desk: Desk,
    job: type[ExportGpx | ExportGeojson],
    *,
    out: Path,
    patrols: tuple[str, ...],
    incidents: tuple[str, ...],
    date_from: dt.date | None,
    date_to: dt.date | None,
) -> Answer:
    with desk.opened() as store:
        files = job(store)(
            out, patrols=patrols, incidents=[desk.incident_id(store, one) for one in incidents], date_from=date_from,
            date_to=date_to, context=desk.context,
        )  # fmt: skip
    return Answer(document={"files": [str(file) for file in files]}, text=table([str(file)] for file in files))


@export.command()
@click.argument("out", type=PATH, metavar="OUT.csv")
@click.option("--cell", "cell_km", type=KILOMETRES, default=5.0, help="Side of a cell, km: 5.")
@click.option("--from", "date_from", type=DAY, help="The first day.")
@click.option("--to", "date_to", type=DAY, help="The last day.")
@click.pass_obj
def effort(desk: Desk, out: Path, cell_km: float, date_from: dt.date | None, date_to: dt.date | None) -> Answer:
    """Write kilometres, visits and hours of patrols as CSV, a row a cell of equal area."""
    from zoneinfo import ZoneInfo

    from ranger_app.services.export_effort import ExportEffort, span_of_days
    from ranger_app.services.stations import station_of

    with desk.opened() as store:
        from_us, to_us = span_of_days(date_from, date_to, ZoneInfo(station_of(store).timezone))
        done = ExportEffort(store.reader, store.blobs)(
            out, cell_m=cell_km * 1000, from_us=from_us, to_us=to_us, context=desk.context
        )
    document = {
        "files": [str(done.file)], "cells": done.cells, "parallel_deg": done.parallel_deg,
        "distance_m": round(done.distance_m), "hours": round(done.hours, 2), "untimed": done.untimed,
        "unread": list(done.unread),
    }  # fmt: skip
    code = ExitCode.NEEDS_A_LOOK if done.unread or done.untimed else ExitCode.DONE
    return Answer(document=document, text=str(done.file), code=code)
