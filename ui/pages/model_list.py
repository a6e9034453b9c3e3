"""The data models of the station, as a part of its page."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import telling, theme
from ui.button import Button
from ui.commands import command
from ui.desk import Desk
from ui.icons import icon
from ui.model_acts import model_label, models_of, take_model
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

_COMMANDS = ("import_model", "export_model")


class ModelList(QWidget):
    """Which models are here and which one is in use; Enter on a row uses it."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__()
        self.desk = desk
        self.shell = shell
        self.words = words = desk.words
        headings = [words.say("Name"), words.say("Format"), words.say("Size"), words.say("In use")]
        self.table = ShortTable(headings, words.say("Data models"), stretch=0)
        self.table.opened.connect(self.use)
        self.use_button = Button(words.say("Use this model"))
        self.use_button.setIcon(icon("check"))
        self.use_button.clicked.connect(lambda: self.use(self.table.current_id()))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACES_PX[1])
        row.addWidget(self.use_button)
        for name in _COMMANDS:
            told = command(name)
            button = Button(words.say(told.label))
            button.setIcon(icon(told.icon))
            button.setToolTip(words.say(told.help))
            button.clicked.connect(lambda _=False, name=name: shell.run(name))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.table)
        column.addLayout(row)
        self._show()

    def _show(self) -> None:
        words = self.words
        known = models_of(self.desk)
        self._current = next((one.id for one in known if one.is_current), "")
        self.table.set_rows([
            TableRow(one.id, (
                model_label(words, one), one.version, self._size(one.size_bytes),
                words.say("Yes") if one.is_current else "",
            ))
            for one in known
        ])  # fmt: skip
        self.table.selectionModel().currentChanged.connect(lambda: self._look())
        place = next((place for place, one in enumerate(known) if one.is_current), 0)
        self.table.setCurrentIndex(self.table.texts.index(place, 0))
        self._look()

    def _size(self, count: int) -> str:
        return self.words.say("{count} kB", count=telling.number(self.words, count / 1000)) if count else ""

    def _look(self) -> None:
        self.use_button.setEnabled(self.table.current_id() != self._current)

    def use(self, record: str) -> None:
        """Let new records follow this model."""
        if record != self._current:
            take_model(self.desk, record, lambda known: self._tell(model_label(self.words, known)))

    def _tell(self, name: str) -> None:
        self.shell.say("information", self.words.say("Data model {name} is in use.", name=name))
