"""Acts that prove something: the records are whole, the tables are what the journal says, the program works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranger_app.i18n import marked
from ui import acts, file_acts, telling
from ui.desk import Desk
from ui.job_runner import Job
from ui.path_line import PathLine
from ui.sheet import Sheet

if TYPE_CHECKING:
    from db.audit import Audit
    from ranger_app.services.demo import DemoMade
    from ranger_app.services.self_test import Step
    from ranger_app.services.stations import Rebuilt
    from ui.main_window import MainWindow

STEP_WORDS = {
    "resources": marked("Everything shipped can be read"),
    "main-job": marked("The main job, from tracks to a sealed dossier"),
    "smart-files": marked("The files for SMART are valid"),
    "dossier": marked("The dossier verifies"),
    "station": marked("The station's records are whole"),
}


class ProofActs:
    """Check, rebuild, self-test, demo."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {
            "check": self.check,
            "rebuild": self.rebuild,
            "self_test": self.self_test,
            "demo": self.demo,
        }

    def check(self) -> None:
        """Hash everything again."""
        self._desk.do(acts.check(), title=self._words.say("Checking records"), on_done=self._checked)

    def _checked(self, done: Audit) -> None:
        words = self._words
        if done.bad:
            self._window.say("danger", words.say("The records are damaged. The first bad thing comes first:"),
                             details=done.bad[:5])  # fmt: skip
        else:
            self._desk.settings.put(f"checked/{self._desk.station_id}", self._desk.now().isoformat())
            told = words.say(
                "Records intact: {changes} changes and {blobs} files were hashed again.",
                changes=telling.number(words, done.changes), blobs=telling.number(words, done.blobs),
            )  # fmt: skip
            self._window.say("information", told)
        self._window.strip.refresh()

    def rebuild(self) -> None:
        """Derive every table again; no page reads meanwhile."""
        self._window.page.leave()
        self._desk.readers.forget()
        self._desk.do(_nothing, on_done=lambda _: self._rebuild())

    def _rebuild(self) -> None:
        self._desk.close_reader()
        self._desk.do(
            acts.rebuild(),
            title=self._words.say("Rebuilding tables"),
            on_done=self._rebuilt,
            on_error=self._not_rebuilt,
        )

    def _rebuilt(self, done: Rebuilt) -> None:
        words = self._words
        self._read_again()
        changes = telling.number(words, done.changes)
        if done.identical is False:
            told = words.say("Tables made anew from {changes} changes; they were not the same before.", changes=changes)
            self._window.say("warning", told)
        else:
            told = words.say("Tables made anew from {changes} changes, and they are the same.", changes=changes)
            self._window.say("information", told)

    def _not_rebuilt(self, error: Any) -> None:
        self._read_again()
        self._desk.tell(error)

    def _read_again(self) -> None:
        self._desk.open_reader()
        self._window.reread()

    def self_test(self) -> None:
        """The program proves itself in a folder of its own."""
        work = file_acts.self_test(file_acts.map_painter)
        self._outside(Job(work, self._words.say("Self-test"), self._tested, self._desk.tell))

    def _tested(self, steps: tuple[Step, ...]) -> None:
        words = self._words
        details = []
        for step in steps:
            said = words.say("done") if step.is_ok else words.say("failed: {code}", code=step.error)
            details.append(f"{words.say(STEP_WORDS.get(step.code, step.code))}: {said}")
        if all(step.is_ok for step in steps):
            self._window.say("information", words.say("The program proved itself."), details=details)
        else:
            self._window.say("danger", words.say("The program could not prove itself."), details=details)

    def demo(self) -> None:
        """Ask where a demo station is to be written."""
        words = self._words
        line = PathLine(words, "folder", name=words.say("New folder"))
        line.set_paths([Path.home() / "ranger-demo"])

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            work = file_acts.demo(path, home=self._desk.home, language=words.language, painter=file_acts.map_painter)
            self._outside(Job(work, words.say("Making the demo"), self._demo_made, self._desk.tell))
            return None

        sheet = Sheet(words, words.say("Make a demo station"), act=words.say("Make"), on_act=act)
        sheet.add(words.say("Folder"), line)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    def _demo_made(self, made: DemoMade) -> None:
        told = self._words.say(
            "The demo station is in {folder}. Open it from the first page.", folder=str(made.station)
        )
        self._window.say("information", told)

    def _outside(self, job: Job[Any]) -> None:
        """Work without the open station, in the same thread and strip as everything else."""
        self._desk.station_thread.jobs.submit(job)


def _nothing(_store: object, _context: object) -> None:
    """Wait until everything before is done."""
