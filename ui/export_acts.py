"""Files that leave: for SMART after a look at what SMART would do with them, GPX, GeoJSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.errors import RangerAppError
from ranger_app.i18n import marked
from ranger_app.problem import Problem
from ui import file_acts, office_acts, telling
from ui.desk import Desk, is_stop
from ui.export_sheet import FORMATS, NEWEST_SMART, ExportSheet, Scope, Wanted
from ui.file_acts import Leaving
from ui.pages.page import Marked

if TYPE_CHECKING:
    from ranger_app.domain.preflight_findings import Finding
    from ranger_app.services.export_smart import SmartExported
    from ui.main_window import MainWindow
    from ui.record_list import ListRow

ALL_WORDS = {
    "patrol": marked("All patrols: {count}"),
    "incident": marked("All incidents: {count}"),
    "conflict": marked("All livestock conflicts: {count}"),
}
"""Record kind to how all of them are called."""

STEMS = {"patrol": "patrols", "incident": "incidents", "conflict": "conflicts"}


class ExportActs:
    """Ask, check, write, tell."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {f"export_{key}": partial(self.ask, key) for key in FORMATS}

    def ask(self, chosen: str, before: Wanted | None = None) -> None:
        """Ask which records leave, as what, and where to; with what was asked *before*, when that failed."""
        self._window.page.leave()
        scopes = self.scopes(self._window.page.marked())
        today = self._desk.now().date()
        sheet = ExportSheet(self._words, scopes, chosen, today=today, on_wanted=self.write)
        if before is not None:
            sheet.fill(before)
        self._window.ask(sheet)
        self._desk.ask(file_acts.smart_versions(), sheet.offer_versions, owner=sheet)

    # Which records

    def scopes(self, marks: Marked) -> list[Scope]:
        """What can be chosen, what a person most likely means first."""
        of_marks = [] if marks.is_all else self._of_rows(marks.rows)
        of_page = [self._all_of(marks.kind)] if marks.kind in ALL_WORDS else []
        return [*of_marks, *(one for one in of_page if one.count), self._everything()]

    def _of_rows(self, rows: tuple[ListRow, ...]) -> list[Scope]:
        words = self._words
        if len(rows) == 1 and rows[0].kind == "case":
            return self._of_case(rows[0])
        if not rows or rows[0].kind not in ALL_WORDS:
            return []
        kind, ids = rows[0].kind, tuple(row.id for row in rows)
        leaving = Leaving(patrols=ids) if kind == "patrol" else Leaving(incidents=ids)
        if len(rows) == 1:
            label, stem = words.say("Only {record}", record=rows[0].title), self._stem(kind, ids[0])
        else:
            label = words.say_count("{count} marked record", "{count} marked records", len(rows))
            stem = STEMS[kind]
        return [Scope(label=label, count=len(rows), leaving=leaving, stem=stem)]

    def _stem(self, kind: str, record: str) -> str:
        """Begin of a file's name: what is in it, and its number."""
        number = str(self._desk.reader.entry(record, kind).values.get("number") or record[:8])
        return f"{kind}_{''.join(sign if sign.isalnum() or sign in '-_.' else '_' for sign in number)[:60]}"

    def _of_case(self, row: ListRow) -> list[Scope]:
        from db.cases import case

        found = case(self._desk.reader, row.id)
        if not found.incidents:
            return []
        label = self._words.say("Incidents of the case {case}: {count}", case=row.title, count=len(found.incidents))
        leaving = Leaving(incidents=tuple(found.incidents))
        return [Scope(label=label, count=len(found.incidents), leaving=leaving, stem=self._stem("case", row.id))]

    def _all_of(self, kind: str) -> Scope:
        count = self._desk.reader.count(kind)
        label = self._words.say(ALL_WORDS[kind], count=telling.number(self._words, count))
        return Scope(label=label, count=count, leaving=Leaving(kinds=(kind,)), stem=STEMS[kind])

    def _everything(self) -> Scope:
        words, reader = self._words, self._desk.reader
        counts = {kind: reader.count(kind) for kind in ALL_WORDS}
        told = {f"{kind}s": telling.number(words, count) for kind, count in counts.items()}
        label = words.say("Everything: patrols {patrols}, incidents {incidents}, conflicts {conflicts}", **told)
        return Scope(label=label, count=sum(counts.values()), leaving=Leaving(), stem="records")

    # Writing

    def write(self, wanted: Wanted) -> None:
        """Write what was asked for."""
        if wanted.format == "smart":
            self._write_smart(wanted, force=False)
            return
        job = file_acts.export_gpx if wanted.format == "gpx" else file_acts.export_geojson
        self._desk.do(
            job(wanted.out, wanted.leaving, date_from=wanted.date_from, date_to=wanted.date_to),
            title=self._words.say("Writing {format}", format=FORMATS[wanted.format]),
            on_done=self._written,
            on_error=partial(self._failed, wanted),
        )

    def _failed(self, wanted: Wanted, error: RangerAppError) -> None:
        """Say why nothing was written, and leave the answers in their fields, to be tried again or mended."""
        if self._window.sheet is None and not is_stop(error):
            self.ask(wanted.format, wanted)
        self._desk.tell(error)

    def _written(self, files: tuple[Path, ...]) -> None:
        told = self._words.say("Written: {files}", files=", ".join(str(path) for path in files))
        self._window.say("information", told)

    def _write_smart(self, wanted: Wanted, *, force: bool) -> None:
        work = file_acts.export_smart(
            wanted.out, wanted.leaving, version=wanted.version, force=force, officer=self._desk.officer_id
        )
        title = self._words.say("Writing for SMART")
        self._desk.do(
            work,
            title=title,
            on_done=lambda done: self._smart_written(wanted, done),
            on_error=partial(self._failed, wanted),
        )

    def _smart_written(self, wanted: Wanted, done: SmartExported) -> None:
        if not done.is_written:
            self._show_findings(wanted, done)
            return
        words, files = self._words, done.files
        if len(files) == 1:
            told = words.say("Written for SMART: {files}", files=str(files[0]))
        else:
            told = words.say_count(
                "Written for SMART: {count} file in {folder}", "Written for SMART: {count} files in {folder}",
                len(files), folder=str(files[0].parent),
            )  # fmt: skip
        said = [*done.findings.lossy, *done.findings.notes]
        self._window.say_problems(told, [self._problem(one) for one in said])

    def _problem(self, finding: Finding) -> Problem:
        """What went out although SMART drops it or takes it for said."""
        facts = dict(finding.facts)
        if "fields" in facts:
            from ui.pages.change_words import fields_told

            facts["fields"] = fields_told(self._words, str(facts["fields"]))
        return Problem(code=finding.code, where=finding.where, facts=facts)

    def _show_findings(self, wanted: Wanted, done: SmartExported) -> None:
        """Show what was found; from there it is mended, looked at again, and written."""
        from ui.pages.findings import FindingsPage

        newest = replace(wanted, version=NEWEST_SMART)

        def check(on_done: Callable[[SmartExported], None], is_newest: bool) -> None:
            told = newest if is_newest else wanted
            work = office_acts.check_smart(told.leaving, version=told.version, officer=self._desk.officer_id)
            self._desk.do(work, title=self._words.say("Looking again"), on_done=on_done)

        def write(is_newest: bool) -> None:
            self._write_smart(newest if is_newest else wanted, force=True)

        self._window.show_view(FindingsPage(self._desk, self._window, done, check=check, write=write))
