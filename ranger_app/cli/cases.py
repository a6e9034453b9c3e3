"""Case files and their dossiers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import PATH, Act, Family
from ranger_app.errors import RangerAppError
from ranger_app.i18n import LANGUAGES

if TYPE_CHECKING:
    from ranger_app.domain.records import Incident

LOST = "dossier-tracks-lost"


class RedactionNotYetError(RangerAppError):
    """A dossier with names blacked out was asked for; this version cannot do that, and must not pretend to."""

    code = "redaction-not-yet"


@click.group(cls=Family)
def case() -> None:
    """Open a case file, and see what it still lacks."""


@case.command()
@click.option("--title", required=True, metavar="TEXT")
@click.option("--incident", "incidents", multiple=True, metavar="ID", help="An incident that the case is about.")
@click.pass_obj
def create(desk: Desk, title: str, incidents: tuple[str, ...]) -> Answer:
    """Open a case file for incidents."""
    from ranger_app.services.open_case import OpenCase

    with desk.opened() as store:
        named = [desk.incident_id(store, one) for one in incidents]
        record = OpenCase(store)(title, named, officer=desk.acting(store).id)
        number = str(store.reader.entry(record).values.get("number", ""))
    text = desk.words.say("Case {number} ({id}) is open.", number=number, id=record)
    return Answer(document={"case_id": record, "number": number}, text=text)


@case.command()
@click.argument("case_id", metavar="ID")
@click.pass_obj
def show(desk: Desk, case_id: str) -> Answer:
    """Show a case: its incidents, its dossiers, and what its incidents still lack."""
    from db.cases import case as one_case
    from db.cases import dossiers
    from db.incidents import incident

    with desk.opened() as store:
        found = one_case(store.reader, desk.record_id(store, "case", case_id))
        incidents = [incident(store.reader, one) for one in found.incidents]
        sealed = [
            {
                "id": one.id, "revision": one.revision, "sha256": one.sha256, "manifest_sha256": one.manifest_sha256,
                "sealed_at": one.sealed_at, "language": one.language,
            }
            for one in dossiers(store.reader, found.id)
        ]  # fmt: skip
        withdrawn = desk.withdrawn(store, found.id)
    findings = [_finding(desk, one) for one in incidents if one.missing]
    if not incidents:
        findings = [_finding_of(desk, "case-empty", found.number, {"case": found.number})]
    document = {
        "case_id": found.id, "id": found.id, "number": found.number, "title": found.title,
        "incidents": [
            {"id": one.id, "number": one.number, "kind": one.kind, "missing": list(one.missing)} for one in incidents
        ],
        "dossiers": sealed, "complete": not findings, "findings": findings,
        "withdrawn": withdrawn,
    }  # fmt: skip
    rows = [(found.number, found.title), *((one.number, one.place or one.summary) for one in incidents)]
    text = desk.say_withdrawn(withdrawn) + table(rows)
    return Answer(
        document=document,
        text=text,
        notes=[f"[{one['code']}] {one['text']}" for one in findings],
        code=ExitCode.NEEDS_A_LOOK if findings else ExitCode.DONE,
    )


def _finding(desk: Desk, found: Incident) -> dict[str, Any]:
    facts = {"incident": found.number, "missing": ", ".join(found.missing)}
    return _finding_of(desk, "incident-incomplete", found.number, facts)


def _finding_of(desk: Desk, code: str, where: str, facts: dict[str, str]) -> dict[str, Any]:
    return {"code": code, "where": where, "severity": "error", "text": desk.sentence(code, facts)}


@click.command(cls=Act)
@click.argument("case_id", metavar="CASE")
@click.argument("out", type=PATH, metavar="OUT.pdf")
@click.option("--language", type=click.Choice(LANGUAGES), help="Without it, the station's language.")
@click.option("--second-language", type=click.Choice(LANGUAGES), default=None, help="Headings in one more language.")
@click.option("--redact", default="", metavar="PROFILE", help="Not in this version.")
@click.option("--draft", is_flag=True, help="Print DRAFT on every page, seal nothing and do not sign.")
@click.pass_obj
def dossier(
    desk: Desk, case_id: str, out: Path, language: str | None, second_language: str | None, redact: str, draft: bool
) -> Answer:
    """Write the sealed, signed dossier of a case."""
    if redact:
        raise RedactionNotYetError(profile=redact)
    from ranger_app.services.seal_dossier import SealDossier
    from ranger_app.services.stations import station_of

    with desk.opened() as store:
        sealed = SealDossier(store, desk.map_painter())(
            desk.record_id(store, "case", case_id), out, officer=desk.acting(store).id,
            language=language or station_of(store).language, second_language=second_language or "", is_draft=draft,
            context=desk.context,
        )  # fmt: skip
    document: dict[str, Any] = {
        "file": str(sealed.path), "pages": sealed.pages, "sha256": sealed.sha256,
        "manifest_sha256": sealed.manifest_sha256, "checkpoint": dict(sealed.checkpoint), "draft": draft,
        "problems": [],
    }  # fmt: skip
    rows = [("file", str(sealed.path)), ("pages", str(sealed.pages)), ("sha256", sealed.sha256)]
    rows += [(audience, root) for audience, root in sealed.checkpoint.items()]
    notes, code = [], ExitCode.DONE
    if sealed.lost:
        facts = {"records": ", ".join(sealed.lost)}
        row = {"code": LOST, "file": "", "where": sealed.lost[0], "count": 1, "text": desk.sentence(LOST, facts)}
        document["problems"] = [row]
        notes, code = [desk.said(LOST, facts)], ExitCode.NEEDS_A_LOOK
    if sealed.kept is not None:
        document["kept"] = str(sealed.kept)
        notes += [f"[dossier-kept] {desk.sentence('dossier-kept', {'file': str(sealed.kept)})}"]
    return Answer(document=document, text=table(rows), notes=notes, code=code)
