"""Cases: the incidents they name, and their dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QWidget

from ranger_app.i18n import LANGUAGES
from ranger_app.messages import say_code
from ui import acts, file_acts, theme
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.pages.case_details import CaseDetails
from ui.pages.list_page import ListPage
from ui.pages.texts import LANGUAGE_WORDS, answer_label
from ui.path_line import PathLine
from ui.record_list import ListRow
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.records import Case
    from ranger_app.services.seal_dossier import Sealed

MOST_INCIDENTS = 500
"""Incidents to choose from when a case is opened, the newest first."""

MOST_ROWS = 7
"""So many of them are seen at once."""


class CasesPage(ListPage):
    """The list of cases with the chosen one beside it."""

    name = "cases"
    record_kind = "case"
    takes_many = False
    kinds = frozenset({"case", "dossier", "incident", "conflict", "exhibit", "seal", "attachment", "patrol", "track"})
    bar = ("new", "dossier", "edit")

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts = {
            "new": lambda: self._ask_case(None),
            "edit": self.run_edit,
            "dossier": self._ask_dossier,
            "print_map": self._print_plan,
            **self.record_acts("case"),
        }
        self._shown: CaseDetails | None = None

    @property
    def title(self) -> str:
        return self.words.say("Cases")

    @property
    def list_name(self) -> str:
        return self.title

    @property
    def hint(self) -> str:
        return self.words.say("Choose a case in the list, or open a new one with Ctrl+N.")

    def make_empty(self) -> QWidget:
        told = self.words.say(
            "A case file names the incidents that belong together, and gives the prosecutor a dossier."
        )
        return EmptyPlace(told, self.words.say("Open a case"), lambda: self.shell.run("new"))

    def fetch(self, before: Any, limit: int) -> Sequence[ListRow]:
        from db.cases import case_page

        words = self.words
        return [
            ListRow(
                id=row.id,
                kind="case",
                title=row.title,
                second=" · ".join((
                    row.number,
                    words.say_count("{count} incident", "{count} incidents", row.incidents),
                    words.say_count("{count} dossier", "{count} dossiers", row.dossiers),
                )),
                place=row.place_key,
            )
            for row in case_page(self.desk.reader, before=before, limit=limit)
        ]  # fmt: skip

    # The chosen one

    def records_on_map(self, record: str) -> dict[str, tuple[str, ...]]:
        from db.cases import case

        reader = self.desk.reader
        found: dict[str, tuple[str, ...]] = {}
        for one in case(reader, record).incidents:
            if reader.has(one):
                kind = reader.entry(one).kind
                found[kind] = (*found.get(kind, ()), one)
        return found

    def show_details(self, row: ListRow) -> None:
        if self._shown is None:
            self._shown = CaseDetails(self.desk, self.shell)
            self.details.addWidget(self._shown)
        self._shown.show_case(row.id)
        self.details.setCurrentWidget(self._shown)

    def _print_plan(self) -> None:
        if self._shown is not None and self.chosen is not None:
            self._shown.print_map()

    # Writing

    def run_edit(self, row: ListRow | None = None) -> None:
        row = row or self.chosen
        if row is not None:
            self._ask_case(row)

    def _ask_case(self, row: ListRow | None) -> None:
        from db.cases import case

        words = self.words
        found = case(self.desk.reader, row.id) if row is not None else None
        title = QLineEdit(found.title if found is not None else "")
        listed = self._choosable(found.incidents if found is not None else ())

        def act() -> None:
            items = [listed.item(n) for n in range(listed.count())]
            chosen = [_record(one) for one in items if one.checkState() == Qt.CheckState.Checked]
            self._write_case(row, title.text().strip(), chosen, [_record(one) for one in items])

        name = (
            words.say("Open a case")
            if row is None
            else words.say("Edit case {number}", number=found.number if found else "")
        )
        sheet = Sheet(words, name, act=words.say("Open the case") if row is None else words.say("Save"), on_act=act)
        sheet.add(words.say("Title"), title)
        sheet.add(words.say("Incidents"), listed)
        sheet.ready_when(lambda: bool(title.text().strip()))
        sheet.waits = row is None
        self.shell.ask(sheet)

    def _write_case(self, row: ListRow | None, title: str, incidents: Sequence[str], offered: Sequence[str]) -> None:
        officer = self.desk.officer_id
        if row is None:
            self.desk.do(
                acts.open_case(title, incidents, officer=officer),
                title=self.words.say("Opening the case"),
                on_done=lambda record: self.shell.open_record("case", record),
            )
        else:
            work = acts.edit_case(row.id, title, incidents, offered=offered, officer=officer)
            self.desk.do(work, title=self.words.say("Saving the case"))

    def _choosable(self, chosen: Sequence[str]) -> QListWidget:
        from db.incidents import incident_page, incident_row

        listed = QListWidget()
        listed.setAccessibleDescription(self.words.say("Space ticks one"))
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        reader = self.desk.reader
        rows = list(incident_page(reader, limit=MOST_INCIDENTS))
        newest = {row.id for row in rows}
        older = [one for one in chosen if one not in newest and reader.has(one)]
        found = (incident_row(reader, reader.entry(one).kind, one) for one in older)
        for row in (*rows, *(row for row in found if row is not None)):
            told = " · ".join(part for part in (row.number, row.occurred_at[:10], row.place, row.summary[:60]) if part)
            item = QListWidgetItem(told)
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if row.id in chosen else Qt.CheckState.Unchecked)
            listed.addItem(item)
        listed.setCurrentRow(0)
        high = min(max(listed.count(), 2), MOST_ROWS)
        listed.setFixedHeight(high * max(listed.sizeHintForRow(0), theme.TARGET_PX) + 2 * listed.frameWidth() + 2)
        return listed

    # The dossier

    def _ask_dossier(self) -> None:
        row = self.chosen
        if row is None:
            return
        from db.cases import case

        found = case(self.desk.reader, row.id)
        words = self.words
        line = PathLine(words, "save", name=words.say("File to write"), filters=("pdf",))
        language = self._languages("")
        second = self._languages(words.say("none"))
        seal = QCheckBox(words.say("Seal and sign it: this revision can never be changed again"))
        typed = QLineEdit()
        typed.setPlaceholderText(found.number)

        lacking = self._lacking(found)

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            self._make(found.id, path, str(language.currentData()), str(second.currentData() or ""), seal.isChecked())
            return None

        sheet = Sheet(
            words, words.say("Dossier of {case}", case=found.title), act=words.say("Write"), on_act=act,
            note="\n".join(lacking),
        )  # fmt: skip
        seal.setEnabled(not lacking)
        sheet.add(words.say("File"), line)
        sheet.add(words.say("Language"), language)
        sheet.add(words.say("Second language"), second)
        sheet.add_whole(seal)
        sheet.add(words.say("To seal, type the case number {number}", number=found.number), typed)
        typed.setEnabled(False)
        seal.toggled.connect(typed.setEnabled)
        seal.toggled.connect(lambda is_sealed: self._propose_file(found, line, is_sealed=is_sealed))
        sheet.ready_when(
            lambda: line.path() is not None and (not seal.isChecked() or typed.text().strip() == found.number)
        )
        self._propose_file(found, line, is_sealed=False)
        self.shell.ask(sheet)
        line.line.selectAll()

    def _lacking(self, found: Case) -> list[str]:
        """For each incident that is not complete, what it lacks, as the form calls it."""
        from db.incidents import incident

        words = self.words
        told = []
        for record in found.incidents:
            one = incident(self.desk.reader, record)
            if one.missing:
                labels = ", ".join(answer_label(words, one.kind, key) for key in one.missing)
                told.append(
                    words.say(
                        "{incident} cannot be sealed yet, it lacks: {labels}.", incident=one.number, labels=labels
                    )
                )
        return told

    def _propose_file(self, found: Case, line: PathLine, *, is_sealed: bool) -> None:
        """A name for the file that says whether it is a draft, unless somebody chose another one."""
        from db.cases import dossiers

        revision = 1 + max((one.revision for one in dossiers(self.desk.reader, found.id)), default=0)
        names = {False: f"{found.number}-draft.pdf", True: f"{found.number}-r{revision}.pdf"}
        path = line.path()
        if path is None or path.name == names[not is_sealed]:
            line.set_paths([(Path.home() if path is None else path.parent) / names[is_sealed]])

    def _languages(self, none: str) -> QComboBox:
        box = ChoiceBox()
        if none:
            box.addItem(none, "")
        for code in LANGUAGES:
            box.addItem(self.words.say(LANGUAGE_WORDS[code]), code)
        if not none:
            box.setCurrentIndex(max(box.findData(self.words.language), 0))
        return box

    def _make(self, case: str, path: Path, language: str, second: str, is_sealed: bool) -> None:
        words = self.words
        second = "" if second == language else second
        work = file_acts.make_dossier(
            case, path, officer=self.desk.officer_id, language=language, second_language=second,
            is_draft=not is_sealed, painter=file_acts.map_painter,
        )  # fmt: skip
        title = words.say("Sealing the dossier") if is_sealed else words.say("Writing a draft")
        self.desk.do(work, title=title, on_done=self._made)

    def _made(self, made: Sealed) -> None:
        words = self.words
        pages = words.say_count("{count} page", "{count} pages", made.pages)
        told = words.say("Dossier written: {file}, {pages}.", file=str(made.path), pages=pages)
        details = [f"SHA-256 {made.sha256}"]
        if made.kept is not None:
            details.append(words.say("The sealed dossier that lay there is kept as {file}.", file=str(made.kept)))
        if made.lost:
            details.append(say_code(words, "dossier-tracks-lost", {"records": ", ".join(made.lost)}))
        self.shell.say("warning" if made.lost else "information", told, details=details)


def _record(item: QListWidgetItem) -> str:
    return str(item.data(Qt.ItemDataRole.UserRole))
