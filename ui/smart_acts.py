"""Acts with the SMART office's files: its patrols and incidents come in; what is known of it is seen and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.i18n import marked
from ranger_app.problem import Problem
from ui import office_acts, telling
from ui.desk import Desk
from ui.dropped import SMART_ENDINGS, files_in
from ui.pages.differences import DifferencesPage
from ui.path_line import PathLine
from ui.sheet import Sheet

if TYPE_CHECKING:
    from ranger_app.services.import_smart import SmartImported
    from ranger_app.services.office_loading import EmployeesLoaded, MetadataLoaded
    from ui.main_window import MainWindow

KNOWN = frozenset({"smart-patrol-known", "smart-incident-known"})
"""Problems that an update would do away with."""


class SmartActs:
    """Ask, read, tell."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {
            "import_smart": self.import_smart,
            "import_employees": self.import_employees,
            "import_metadata": self.import_metadata,
            "office": self.show_office,
        }

    # Patrols and incidents

    def import_smart(self) -> None:
        """Ask which files."""
        words = self._words
        line = PathLine(words, "files", name=words.say("SMART files, or a folder of them"), filters=("xml", "zip"))

        def act() -> None:
            self.read(line.paths())

        note = words.say("Patrols and incidents as SMART writes them, XML or zip. What is here already is not doubled.")
        sheet = Sheet(words, words.say("Import SMART files"), act=words.say("Import"), on_act=act, note=note)
        sheet.add(words.say("Files"), line)
        sheet.ready_when(lambda: bool(line.paths()))
        self._window.ask(sheet)

    def read(self, paths: Sequence[Path], *, update: bool = False, takes_all: bool = False) -> None:
        """Import files; of folders all SMART files in them.

        Args:
            update: Let files change the records of their numbers.
            takes_all: Also where they were changed here too.
        """
        files = [file for path in paths for file in files_in(path, SMART_ENDINGS)]
        if not files:
            self._window.say("warning", self._words.say("There is no SMART file in this folder."))
            return
        self._desk.do(
            office_acts.import_smart(files, update=update, takes_all=takes_all, officer=self._desk.officer_id),
            title=self._words.say("Importing SMART files"),
            on_done=self._read,
        )

    def _read(self, done: SmartImported) -> None:
        words = self._words
        known = [one for one in done.problems if one.code in KNOWN]
        told = self._counts(done)
        differ = words.say_count(
            "{count} record is here already and differs from its file; it stays as it is.",
            "{count} records are here already and differ from their files; they stay as they are.", len(known),
        )  # fmt: skip
        rest = [self._in_words(one) for one in done.problems if one.code not in KNOWN]
        first = next(iter((*done.new, *done.updated, *done.patrols, *done.incidents)), "")
        if first:
            self._window.open_record(self._desk.reader.entry(first).kind, first)
        if told or rest or not known:
            self._window.say_problems(" ".join([*told, *([differ] if known else [])]), rest)
        if known:
            paths = tuple(dict.fromkeys(Path(one.file) for one in known))
            page = DifferencesPage(
                self._desk, self._window, differ, done.differences,
                update=lambda takes_all: self.read(paths, update=True, takes_all=takes_all),
            )  # fmt: skip
            self._window.show_view(page)

    def _counts(self, done: SmartImported) -> list[str]:
        """What an import changed, and what was here already."""
        words, reader = self._words, self._desk.reader
        told = []
        for records, text in (
            (done.new, marked("Read from SMART: patrols {patrols}, incidents {incidents}.")),
            (done.updated, marked("Brought to what SMART says: patrols {patrols}, incidents {incidents}.")),
        ):
            patrols = sum(reader.entry(one).kind == "patrol" for one in records)
            if records:
                rest = len(records) - patrols
                counts = {"patrols": telling.number(words, patrols), "incidents": telling.number(words, rest)}
                told.append(words.say(text, **counts))
        if done.duplicates:
            told.append(words.say_count(
                "{count} file was here already.", "{count} files were here already.", len(done.duplicates)
            ))  # fmt: skip
        return told

    def _in_words(self, problem: Problem) -> Problem:
        """A difference that stays, with its field in words."""
        if "field" not in problem.facts:
            return problem
        from ranger_app.services.models import picking_model
        from ranger_app.services.smart_differences import in_words

        desk = self._desk
        model = desk.model or picking_model(desk.reader, desk.blobs, desk.station_id)
        return in_words(problem, self._words, model, desk.office)

    # The office

    def show_office(self) -> None:
        """Show what is known of the office."""
        from ui.pages.office import OfficePage

        if not isinstance(self._window.page, OfficePage):
            self._window.page.leave()
            self._window.show_view(OfficePage(self._desk, self._window))

    def import_employees(self) -> None:
        """Ask for the list of employees."""
        words = self._words
        line = PathLine(words, "file", name=words.say("List of employees (CSV)"), filters=("csv",))

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            work = office_acts.load_employees(path, officer=self._desk.officer_id)
            self._desk.do(work, title=words.say("Reading the list of employees"), on_done=self._employees_read)
            return None

        note = words.say("Nine columns, as SMART imports employees. It takes the place of an earlier list.")
        sheet = Sheet(words, words.say("Load employees"), act=words.say("Load"), on_act=act, note=note)
        sheet.add(words.say("File"), line)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    def _employees_read(self, done: EmployeesLoaded) -> None:
        words = self._words
        told = words.say(
            "Employees: {count}, new: {new}, left: {left}.",
            count=telling.number(words, done.employees),
            new=telling.number(words, done.new),
            left=telling.number(words, done.left),
        )
        self._window.say_problems(told, done.problems)

    def import_metadata(self) -> None:
        """Ask for the office's lists."""
        words = self._words
        line = PathLine(words, "file", name=words.say("Lists of the office (JSON)"), filters=("json",))

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            work = office_acts.load_metadata(path, officer=self._desk.officer_id)
            self._desk.do(work, title=words.say("Reading the office's lists"), on_done=self._metadata_read)
            return None

        note = words.say("What a SMART Connect server answers to /api/metadata/patrol, saved as a file.")
        sheet = Sheet(words, words.say("Load the office's lists"), act=words.say("Load"), on_act=act, note=note)
        sheet.add(words.say("File"), line)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    def _metadata_read(self, done: MetadataLoaded) -> None:
        from ui.office_words import WHAT_WORDS

        words = self._words
        lists = [
            f"{words.say(WHAT_WORDS.get(name, name))} {telling.number(words, count)}"
            for name, count in done.lists.items()
        ]
        people = words.say("people {count}", count=telling.number(words, done.employees))
        told = words.say("The office's lists are loaded: {lists}.", lists=", ".join([*lists, people]))
        self._window.say_problems(told, done.problems)
