"""Acts with the data models of the station: choose the one that new records follow, write one for the office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtWidgets import QComboBox

from ranger_app.i18n import Words, marked
from ui.choice_box import ChoiceBox
from ui.path_line import PathLine
from ui.sheet import Sheet

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.jobs import JobContext
    from ranger_app.services.export_model import ModelExported
    from ranger_app.services.models import KnownModel
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.store_thread import StoreJob

VERSION_WORDS = {
    "1.2": marked("1.2, for SMART 8.1"),
    "1.1": marked("1.1, for SMART 7.5 to 8.0"),
}

PART_WORDS = {
    "office": marked("The model as it is"),
    "both": marked("The model with our extension in it"),
    "extension": marked("Our extension alone, for the office to merge"),
}


def model_label(words: Words, known: KnownModel) -> str:
    """What a model of the station is called."""
    return known.name if known.id else words.say("SMART's own model with our extension")


def models_of(desk: Desk) -> tuple[KnownModel, ...]:
    """The models that the station has."""
    from ranger_app.services.models import known_models

    return known_models(desk.reader, desk.station_id)


class ModelActs:
    """Choose a data model; write one."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {
            "use_model": self.use_model,
            "export_model": self.export_model,
        }

    def _models(self) -> QComboBox:
        """The models of the station; the one in use stands there first."""
        box = ChoiceBox()
        for known in models_of(self._desk):
            box.addItem(model_label(self._words, known), known.id)
            if known.is_current:
                box.setCurrentIndex(box.count() - 1)
        return box

    def use_model(self) -> None:
        """Ask which model new records follow from now on."""
        words, box = self._words, self._models()

        def act() -> None:
            take_model(self._desk, str(box.currentData()), self._taken)

        note = words.say("Records that are here keep what they say; forms ask by the model that is chosen.")
        sheet = Sheet(words, words.say("Choose data model"), act=words.say("Use"), on_act=act, note=note)
        sheet.add(words.say("Data model"), box)
        self._window.ask(sheet)

    def _taken(self, known: KnownModel) -> None:
        told = self._words.say("Data model {name} is in use.", name=model_label(self._words, known))
        self._window.say("information", told)

    def export_model(self) -> None:
        """Ask which model, for which SMART, and where to."""
        words, box = self._words, self._models()
        part, version = ChoiceBox(), ChoiceBox()
        for key, label in PART_WORDS.items():
            part.addItem(words.say(label), key)
        for key, label in VERSION_WORDS.items():
            version.addItem(words.say(label), key)
        line = PathLine(words, "save", name=words.say("File to write"), filters=("xml", "zip"))
        line.set_paths([Path.home() / "data_model.xml"])
        part.currentIndexChanged.connect(lambda _: box.setEnabled(part.currentData() != "extension"))

        def act() -> bool | None:
            path = line.path()
            if path is None:
                return False
            work = written_model(path, str(box.currentData()), str(version.currentData()), str(part.currentData()))
            self._desk.do(work, title=words.say("Writing the data model"), on_done=self._written)
            return None

        sheet = Sheet(words, words.say("Export data model"), act=words.say("Write"), on_act=act)
        sheet.add(words.say("What is written"), part)
        sheet.add(words.say("Data model"), box)
        sheet.add(words.say("Format"), version)
        sheet.add(words.say("File"), line)
        sheet.ready_when(lambda: line.path() is not None)
        self._window.ask(sheet)

    def _written(self, done: ModelExported) -> None:
        self._window.say_problems(self._words.say("Written: {files}", files=str(done.path)), done.problems)


def take_model(desk: Desk, record: str, on_done: Callable[[KnownModel], None]) -> None:
    """Let new records follow the model of this id; an empty one is the model that the program brings."""
    desk.do(used_model(record, officer=desk.officer_id), on_done=on_done)


def used_model(record: str, *, officer: str) -> StoreJob[KnownModel]:
    """The model that new records follow from now on."""

    def work(store: Store, _context: JobContext) -> KnownModel:
        from ranger_app.services.models import BUILT_IN, UseModel

        return UseModel(store)(record or BUILT_IN, officer=officer)

    return work


def written_model(out: Path, record: str, version: str, part: str) -> StoreJob[ModelExported]:
    """A model as a file that SMART imports."""

    def work(store: Store, _context: JobContext) -> ModelExported:
        from ranger_app.services.export_model import ExportModel
        from ranger_app.services.models import BUILT_IN

        wanted = cast(Literal["office", "extension", "both"], part)
        return ExportModel(store)(out, name=record or BUILT_IN, version=version, part=wanted)

    return work
