"""The station: who we are, whether the records are whole, who works here, and how the window looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from ranger_app.coordinates import NOTATIONS
from ranger_app.i18n import LANGUAGES
from ranger_app.services.place_words import notation_words
from ui import acts, telling, theme
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.commands import command
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.icons import icon
from ui.pages.model_list import ModelList
from ui.pages.page import Page
from ui.pages.reports import COUNT_WORDS
from ui.pages.texts import LANGUAGE_NAMES, ROLE_WORDS
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

OFFERED = (
    "check",
    "rebuild",
    "add_officer",
    "edit_officer",
    "edit_station",
    "office",
    "places",
    "to_send",
    "import_employees",
    "import_metadata",
    "import_smart",
    "import_photos",
    "correct_a_clock",
    "corrected_clocks",
    "verify",
    "export_schema",
    "self_test",
    "demo",
    "other_station",
)
"""Commands with a button on this page."""

_COLUMNS = 3


class StationPage(Page):
    """Facts about the station and buttons for what keeps it in order."""

    name = "station"
    kinds = frozenset({"setting", "officer", "member", "patrol", "incident", "conflict", "case", "attachment", "model"})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.text = FactsView(self.words.say("Station"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)

    @property
    def title(self) -> str:
        return self.words.say("Station")

    def panes(self) -> Sequence[QWidget]:
        return (self.text,)

    @property
    def place_px(self) -> int:
        return self.text.verticalScrollBar().value()

    def stand_at(self, place_px: int) -> None:
        self.text.stand_at(place_px)

    def refresh(self) -> None:
        self.desk.do(acts.station_facts(), on_done=self._show)

    def _show(self, told: dict[str, Any]) -> None:
        words, text, station = self.words, self.text, self.desk.station
        text.keep_place()
        text.clear()
        text.title(station.name)
        text.facts(
            [
                (words.say("Area"), " · ".join(part for part in (station.area_id, station.area_name) if part)),
                (words.say("Time zone"), station.timezone),
                (words.say("Folder"), str(self.desk.folder)),
                (
                    words.say("Encrypted"),
                    words.say("Yes") if told["encrypted"] else words.say("No, not in this version"),
                ),
                (words.say("Size on disk"), self._size(int(told["bytes"]))),
                (words.say("Logs"), telling.number(words, told["logs"])),
                (words.say("Changes that wait for others"), telling.number(words, told["waiting"])),
                (words.say("Root of the records"), str(told["station_root"])),
                (words.say("Form of the files"), str(told["schema_version"])),
            ]
        )
        for alarm in told["alarms"]:
            text.note(words.say("Alarm: {code}", code=str(alarm["code"])), "danger")
        text.heading(words.say("Records"))
        counts = told["counts"]
        text.facts(
            [(words.say(COUNT_WORDS[n]), telling.number(words, c)) for n, c in counts.items() if n in COUNT_WORDS]
        )
        text.heading(words.say("What can be done here"))
        text.widget_below(self._buttons())
        self._tell_officers()
        text.heading(words.say("Data models"))
        text.widget_below(ModelList(self.desk, self.shell))
        text.heading(words.say("This window"))
        text.widget_below(self._looks())

    def _size(self, count: int) -> str:
        return self.words.say("{count} MB", count=telling.number(self.words, count / 1_000_000, 1))

    def _buttons(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACES_PX[1])
        for place, name in enumerate(OFFERED):
            told = command(name)
            button = Button(self.words.say(told.label))
            button.setIcon(icon(told.icon))
            button.setToolTip(self.words.say(told.help))
            button.setAccessibleDescription(self.words.say(told.help))
            button.clicked.connect(lambda _=False, name=name: self.shell.run(name))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        return holder

    def _tell_officers(self) -> None:
        from db.officers import officers

        words = self.words
        self.text.heading(words.say("Who works here"))
        table = ShortTable([words.say("Name"), words.say("Role"), words.say("Employee number")], words.say("Officers"))
        table.set_rows([
            TableRow(one.id, (one.name, words.say(ROLE_WORDS.get(one.role, one.role)), one.employee_id))
            for one in officers(self.desk.reader)
        ])  # fmt: skip
        self.text.widget_below(table)

    def _looks(self) -> QWidget:
        from PySide6.QtWidgets import QFormLayout

        words, settings = self.words, self.desk.settings
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        language = ChoiceBox()
        for code in LANGUAGES:
            language.addItem(LANGUAGE_NAMES[code], code)
        language.setCurrentIndex(max(language.findData(words.language), 0))
        language.setAccessibleName(words.say("Language of the window"))
        language.activated.connect(lambda _: self._choose("window/language", str(language.currentData())))
        form.addRow(words.say("Language"), language)
        notation = ChoiceBox()
        notation.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for one in NOTATIONS:
            notation.addItem(notation_words(words, one.id), one.id)
        notation.setCurrentIndex(max(notation.findData(self.desk.notation), 0))
        notation.setAccessibleName(words.say("Notation in which places are shown"))
        notation.activated.connect(lambda _: self._choose("window/notation", str(notation.currentData())))
        form.addRow(words.say("Places are shown in"), notation)
        for name, label in (
            ("window/dark", words.say("Dark colours")),
            ("window/touch", words.say("Larger buttons, for touch and cold fingers")),
        ):
            box = QCheckBox(label)
            box.setChecked(settings.get(name) == "yes")
            box.clicked.connect(lambda on, name=name: self._choose(name, "yes" if on else ""))
            form.addRow(box)
        return holder

    def _choose(self, name: str, value: str) -> None:
        self.desk.settings.put(name, value)
        self.desk.look_changed.emit()
