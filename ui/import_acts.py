"""Tracks come in: from files, folders, archives and devices; what became of them is told, and reviewed from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QLineEdit

from ui import acts, telling
from ui.banner import FILES
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.dropped import TRACK_FILTERS
from ui.forms.choices import FindBox
from ui.import_devices import Device, devices
from ui.pages.texts import list_label, list_pairs
from ui.path_line import PathLine
from ui.sheet import Sheet
from ui.typed_text import read_day

if TYPE_CHECKING:
    from ranger_app.errors import RangerAppError
    from ranger_app.problem import Problem
    from ranger_app.services.tracks_imported import TracksImported
    from ui.main_window import MainWindow


class ImportActs:
    """Ask, read, tell, and open the review."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {"import_tracks": self.import_tracks}

    def import_tracks(self) -> None:
        """Ask which files or which device, and who walked how."""
        words = self._words
        line = PathLine(words, "files", name=words.say("Track files, folders or archives"), filters=TRACK_FILTERS)
        device, transport, mandate = ChoiceBox(), FindBox(), FindBox()
        transport.offer(list_pairs(words, self._desk.office, "transport"))
        mandate.offer(list_pairs(words, self._desk.office, "mandate"))
        day, leader, into = QLineEdit(), QLineEdit(), ChoiceBox()
        day.setPlaceholderText(words.say("dd.mm.yyyy, only for tracks without times"))
        leader.setPlaceholderText(words.say("Family, Given; who works now when empty"))
        self._propose(transport, mandate, leader)
        into.addItem(words.say("New patrols"), "")
        for row in self._window.page.marked().rows[:1]:
            if row.kind == "patrol":
                into.addItem(words.say("The patrol {record}", record=row.title), row.id)

        def act() -> bool | None:
            told: dict[str, Any] = {
                "transport": transport.key() or "", "mandate": mandate.key() or "", "leader": leader.text().strip(),
                "patrol_id": str(into.currentData()),
            }  # fmt: skip
            if day.text().strip():
                told["date"] = read_day(day.text(), today=dt.datetime.now(self._desk.zone).date())
                if told["date"] is None:
                    sheet.complain(words.say("A day, such as 04.03.2026."))
                    return False
            if gone := next((path for path in line.paths() if not path.exists()), None):
                sheet.complain(words.say("{file} is not there.", file=str(gone)))
                return False
            self.read(line.paths(), told)
            return None

        note = words.say(
            "GPX, FIT, KML, TCX, NMEA and CSV, packed or not, single files or all of a folder. The originals are kept."
        )
        sheet = Sheet(words, words.say("Import tracks"), act=words.say("Import"), on_act=act, note=note)
        sheet.add(words.say("Files"), line)
        sheet.add(words.say("Device"), device)
        sheet.add(words.say("Transport"), transport)
        sheet.add(words.say("Mandate"), mandate)
        sheet.add(words.say("Leader"), leader)
        sheet.add(words.say("Day"), day)
        sheet.add(words.say("They become"), into)
        sheet.ready_when(lambda: bool(line.paths()))
        sheet.fields.setRowVisible(device, False)
        self._offer_devices(device, line, sheet)
        self._window.ask(sheet)

    def _propose(self, transport: FindBox, mandate: FindBox, leader: QLineEdit) -> None:
        """Show what is taken where nothing is said: as it was last time."""
        from db.officers import members
        from ranger_app.services.patrol_defaults import patrol_defaults

        desk, words = self._desk, self._words
        if not desk.is_readable:
            return
        last = patrol_defaults(desk.home, desk.station_id, desk.officer_id, desk.reader)
        people = members(desk.reader)
        told = {
            transport.lineEdit(): list_label(words, desk.office, "transport", last.transport),
            mandate.lineEdit(): list_label(words, desk.office, "mandate", last.mandate),
            leader: people[last.leader].name if last.leader in people else "",
        }
        for line, value in told.items():
            if line is not None and value:
                line.setPlaceholderText(words.say("as last time: {value}", value=value))
        transport.take_width()
        mandate.take_width()

    def _offer_devices(self, box: QComboBox, line: PathLine, sheet: Sheet) -> None:
        """Name what is plugged in; one of them, chosen, is read as a whole."""
        words = self._words
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

        def show(found: tuple[Device, ...]) -> None:
            box.addItem(words.say("None of those that are plugged in"), None)
            for one in found:
                size = f" · {telling.size(words, one.size)}" if one.size else ""
                box.addItem(f"{one.name}{size} · {one.root}", one.root)
            sheet.fields.setRowVisible(box, bool(found))

        def take(place: int) -> None:
            root = box.itemData(place)
            if root is not None:
                line.set_paths([Path(root)])

        box.activated.connect(take)
        self._desk.ask(lambda _sight, _context: devices(), show, owner=sheet)

    def read(self, paths: Sequence[Path], told: dict[str, Any]) -> None:
        """Import files; of folders, archives and devices all that hold tracks."""
        refused: list[Problem] = []
        self._desk.do(
            acts.import_tracks(paths, officer=self._desk.officer_id, home=self._desk.home, refused=refused, **told),
            title=self._words.say("Importing tracks"),
            on_done=lambda done: self._read(paths, done),
            on_error=lambda error: self._refused(paths, told, error, refused),
        )

    def _refused(
        self, paths: Sequence[Path], told: dict[str, Any], error: RangerAppError, refused: Sequence[Problem]
    ) -> None:
        """Nothing was taken: ask for the columns where they are what is missing."""
        from ui.import_summary import COLUMNS_UNKNOWN

        if error.code == COLUMNS_UNKNOWN and len(paths) == 1 and paths[0].is_file():
            self.ask_columns(paths[0], told)
        elif len(refused) > 1:
            words = self._words
            text = words.say_count("{count} file was refused.", "{count} files were refused.", len(refused))
            self._window.say_problems(text, refused)
        else:
            self._desk.tell(error)

    def ask_columns(self, path: Path, told: dict[str, Any] | None = None) -> None:
        """Ask which column of a table is what, and read it."""
        from ui.import_csv import ask_columns

        ask_columns(
            self._desk, self._window, path, lambda mapping: self.read([path], {**(told or {}), "mapping": mapping})
        )

    # What became of them

    def _read(self, paths: Sequence[Path], done: TracksImported) -> None:
        from ui.import_summary import ImportSummary, counts, is_soon_told

        if done.patrols:
            self._window.open_record("patrol", done.patrols[0])
        if is_soon_told(done, paths):
            offers = [(self._words.say("Review the track"), lambda: self.review(done.patrols, files=1))]
            self._window.say_problems(
                " ".join(counts(self._words, done)), done.problems, acts=offers if done.patrols else (), about=FILES
            )
            return
        self._window.show_view(
            ImportSummary(self._desk, self._window, done, review=self.review, ask_columns=self.ask_columns)
        )

    def review(self, patrols: Sequence[str], *, files: int = 0) -> None:
        """Show the tracks of patrols, one after the other."""
        from ui.pages.track_review import TrackReviewPage

        self._window.show_view(TrackReviewPage(self._desk, self._window, patrols, files=files))
