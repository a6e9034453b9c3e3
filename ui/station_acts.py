"""Acts of the whole window: files that come in, checks, undo, people; each asks in a panel and tells in the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from ranger_app.domain.forms import INCIDENT_KINDS, form_of_kind
from ranger_app.domain.people import ROLES
from ui import acts, file_acts, telling
from ui.choice_box import ChoiceBox
from ui.clock_acts import ClockActs
from ui.desk import Desk
from ui.device_acts import DeviceActs
from ui.dropped import MODEL, PHOTO, SMART, TRACKS, kind_of_file
from ui.export_acts import ExportActs
from ui.import_acts import ImportActs
from ui.model_acts import ModelActs
from ui.name_acts import NameActs
from ui.pages.texts import FACT_WORDS, ROLE_WORDS, STATION_VERDICT_WORDS, VERDICT_WORDS, fact_value
from ui.path_line import PathLine
from ui.photo_list import ENDINGS as PHOTO_ENDINGS
from ui.proof_acts import ProofActs
from ui.send_acts import SendActs
from ui.sheet import Sheet
from ui.smart_acts import SmartActs

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.services.models import ModelImported
    from ranger_app.services.verify_file import Verified
    from ui.main_window import MainWindow


class StationActs:
    """What can be done whatever page is shown."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self._smart = SmartActs(desk, window)
        self._tracks = ImportActs(desk, window)
        self.clocks = ClockActs(desk, window)
        exports = ExportActs(desk, window)
        self.acts: dict[str, Callable[[], None]] = {
            "import_photos": self.import_photos,
            "verify": self.verify,
            "export_schema": self.export_schema,
            "undo": self.undo,
            "redo": self.redo,
            "add_officer": self.add_officer,
            "import_model": self.import_model,
            "other_station": desk.leave_wanted.emit,
            **NameActs(desk, window).acts,
            **ModelActs(desk, window).acts,
            **ProofActs(desk, window).acts,
            **exports.acts,
            **DeviceActs(desk, window, exports).acts,
            **SendActs(desk, window).acts,
            **self._smart.acts,
            **self._tracks.acts,
            **self.clocks.acts,
        }

    # Files that come in

    def take_files(self, paths: Sequence[Path]) -> None:
        """Import what was dropped: photos to the open or chosen record, SMART's files, data models, and tracks."""
        kinds = {path: kind_of_file(path) for path in paths}
        by_kind = {kind: [path for path in paths if kinds[path] == kind] for kind in kinds.values()}
        if PHOTO in by_kind:
            self._keep_photos(by_kind[PHOTO])
        if SMART in by_kind:
            self._smart.read(by_kind[SMART])
        for path in by_kind.get(MODEL, ()):
            self._read_model(path)
        if TRACKS in by_kind:
            self._tracks.read(by_kind[TRACKS], {})

    def import_photos(self) -> None:
        """Ask which photos; they go to the open or chosen record, else they are kept for later."""
        words = self._words
        line = PathLine(words, "files", name=words.say("Photos"), filters=PHOTO_ENDINGS)

        def act() -> None:
            self._keep_photos(line.paths())

        note = words.say("They go to the incident that is open or chosen; without one they are kept for later.")
        sheet = Sheet(words, words.say("Import photos"), act=words.say("Import"), on_act=act, note=note)
        sheet.add(words.say("Photos"), line)
        sheet.ready_when(lambda: bool(line.paths()))
        self._window.ask(sheet)

    def _keep_photos(self, paths: Sequence[Path]) -> None:
        words = self._words
        if self._window.page.take_photos(paths):
            return
        self._desk.do(
            acts.attach_photos(paths, officer=self._desk.officer_id, parent=None),
            title=words.say("Keeping photos"),
            on_done=lambda done: self._window.say_problems(
                words.say_count("{count} photo kept.", "{count} photos kept.", len(done[0])), done[1]
            ),
        )

    def import_model(self) -> None:
        """Ask for the office's data model."""
        words = self._words
        line = PathLine(words, "file", name=words.say("Data model (XML or zip)"), filters=("xml", "zip"))

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            self._read_model(path)
            return None

        sheet = Sheet(words, words.say("Import data model"), act=words.say("Import"), on_act=act)
        sheet.add(words.say("File"), line)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    def _read_model(self, path: Path) -> None:
        work = file_acts.import_model(path, officer=self._desk.officer_id)
        self._desk.do(work, title=self._words.say("Reading the data model"), on_done=self._model_read)

    def _model_read(self, done: ModelImported) -> None:
        words = self._words
        self._desk.model = None
        told = words.say(
            "Data model read, and in use from now on: {categories} categories, {attributes} attributes, languages "
            "{languages}.",
            categories=telling.number(words, done.categories),
            attributes=telling.number(words, done.attributes),
            languages=", ".join(done.languages),
        )
        self._window.say_problems(told, done.problems)

    # Files that are looked at or written

    def verify(self) -> None:
        """Ask which file, and tell every fact separately."""
        words = self._words
        line = PathLine(words, "file", name=words.say("What to verify"), filters=("pdf",))
        kind = ChoiceBox()
        kind.addItem(words.say("A dossier (PDF)"))
        kind.addItem(words.say("The folder of a station"))
        kind.currentIndexChanged.connect(
            lambda place: line.ask_for("folder") if place else line.ask_for("file", ("pdf",))
        )

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            self._desk.do(
                file_acts.verify_file(path, home=self._desk.home),
                title=words.say("Verifying"),
                on_done=lambda done: self._verified(path, done),
            )
            return None

        sheet = Sheet(words, words.say("Verify a file"), act=words.say("Verify"), on_act=act)
        sheet.add(words.say("File"), line)
        sheet.add(words.say("What it is"), kind)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    def _verified(self, path: Path, done: Verified) -> None:
        words = self._words
        details = [
            f"{words.say(label)}: {fact_value(words, done.facts[name])}"
            for name, label in FACT_WORDS.items()
            if name in done.facts and not (name == "first_bad" and done.facts[name] is None)
        ]
        kind = {"verified": "information", "unknown_signer": "warning", "unsigned": "warning"}.get(
            done.verdict, "danger"
        )
        verdicts = STATION_VERDICT_WORDS if path.is_dir() else VERDICT_WORDS
        told = f"{path.name}: {words.say(verdicts.get(done.verdict, done.verdict))}"
        self._window.say(kind, told, code=done.verdict, details=details)

    def export_schema(self) -> None:
        """Ask which form and where to."""
        words = self._words
        kind = ChoiceBox()
        for one in INCIDENT_KINDS:
            kind.addItem(words.say(form_of_kind(one).label), one)
        line = PathLine(words, "save", name=words.say("File to write"), filters=("json",))
        line.set_paths([Path.home() / "form.schema.json"])

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            self._desk.do(
                file_acts.form_schema(str(kind.currentData()), path),
                title=words.say("Writing the schema"),
                on_done=lambda file: self._window.say("information", words.say("Written: {files}", files=str(file))),
            )
            return None

        sheet = Sheet(words, words.say("Save a form as JSON Schema"), act=words.say("Write"), on_act=act)
        sheet.add(words.say("Form"), kind)
        sheet.add(words.say("File"), line)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    # Undo, people

    def undo(self) -> None:
        """Take back the last act; an open form is put away first, so that its typing is the last act."""
        self._window.page.leave()
        self._desk.do(acts.undo(self._desk.officer_id), on_done=lambda done: self._undone(done, is_redo=False))

    def redo(self) -> None:
        """Do again what was undone last."""
        self._desk.do(acts.redo(self._desk.officer_id), on_done=lambda done: self._undone(done, is_redo=True))

    def _undone(self, done: tuple[acts.Written, ...], *, is_redo: bool) -> None:
        words = self._words
        if not done:
            told = words.say("There is nothing to do again.") if is_redo else words.say("There is nothing to undo.")
            self._window.say("information", told)
            return
        self._desk.with_model(lambda model: self._tell_undone(done, model, is_redo=is_redo))

    def _tell_undone(self, done: tuple[acts.Written, ...], model: DataModel, *, is_redo: bool) -> None:
        from ui.pages.change_words import ChangeWords

        words = self._words
        what = ChangeWords(self._desk, "", model).in_one_line(done[0])
        told = words.say("Done again: {what}", what=what) if is_redo else words.say("Undone: {what}", what=what)
        other = ("undo", words.say("Undo")) if is_redo else ("redo", words.say("Redo"))
        offers = [(other[1], lambda: self._window.run(other[0]))]
        self._window.say("information", told, acts=offers, is_of_last_act=True)

    def add_officer(self) -> None:
        """Ask for name and role of one more person."""
        words = self._words
        name, employee, role = QLineEdit(), QLineEdit(), ChoiceBox()
        name.setPlaceholderText(words.say("Family, Given"))
        for one in ROLES:
            role.addItem(words.say(ROLE_WORDS[one]), one)

        def act() -> None:
            self._desk.do(
                acts.add_officer(
                    name.text().strip(), str(role.currentData()), employee.text().strip(), officer=self._desk.officer_id
                ),
                title=words.say("Adding the officer"),
                on_done=lambda _: self._window.strip.refresh(),
            )

        sheet = Sheet(words, words.say("Add officer"), act=words.say("Add"), on_act=act)
        sheet.waits = True
        sheet.add(words.say("Name"), name)
        sheet.add(words.say("Role"), role)
        sheet.add(words.say("Employee number"), employee)
        sheet.ready_when(lambda: bool(name.text().strip()))
        self._window.ask(sheet)
