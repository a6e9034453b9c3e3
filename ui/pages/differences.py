"""What SMART files say otherwise than records that are here, before anything is changed: field by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from ranger_app.i18n import marked
from ranger_app.messages import NOTHING
from ranger_app.messages.places import say_place
from ranger_app.problem import Problem
from ui import theme
from ui.button import Button
from ui.desk import Desk
from ui.flow_row import FlowRow
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel

MOST_ROWS = 2_000
"""Differences that are told one by one."""

FILE_SHARE = 0.25
"""Of the table's width, for what the file says: what stands here needs as much."""

TAKEN = marked("the file's is taken")
STAYS = marked("stays as it is here")

PART_WORDS = {
    "smart-part-new": (marked("not here"), marked("new"), TAKEN),
    "smart-part-gone": (marked("as the file had it"), marked("not in it any more"), TAKEN),
    "smart-part-changed": (marked("as the file had it"), marked("another one"), TAKEN),
    "smart-part-kept": (marked("changed here"), marked("gone, or another one"), STAYS),
    "smart-part-away": (marked("withdrawn here"), marked("changed"), STAYS),
}
"""Code to what of a whole part stands here, what in the file, and what an update does."""


class DifferencesPage(Page):
    """A table of differences, and what can be done about all of them.

    Args:
        update: Takes what files changed; its argument says whether also where it was changed here too.
    """

    name = "differences"

    def __init__(
        self, desk: Desk, shell: Shell, text: str, differences: Sequence[Problem], *, update: Callable[[bool], None]
    ) -> None:
        super().__init__(desk, shell)
        from ranger_app.services.smart_merge import STAYING

        self.differences = tuple(differences)
        self._update = update
        words = self.words
        edited = sum(one.code in STAYING for one in differences)
        told = [text]
        if edited:
            told.append(words.say_count(
                "{count} field was changed here too: an update leaves it as it is here.",
                "{count} fields were changed here too: an update leaves them as they are here.", edited,
            ))  # fmt: skip
        self.told = QLabel(" ".join(told))
        self.told.setWordWrap(True)
        theme.set_kind(self.told, "warning" if edited else "quiet")
        self._numbers = list(dict.fromkeys(str(one.facts["number"]) for one in differences))
        headings = [words.say("Place"), words.say("Field"), words.say("Here"), words.say("In the file")]
        headings = [words.say("Record"), *headings] if len(self._numbers) > 1 else headings
        self.table = ShortTable(
            [*headings, words.say("An update")], words.say("Differences"), stretch=len(headings) - 1, is_short=False,
            share=FILE_SHARE,
        )  # fmt: skip
        self._rows_later = QTimer(self, singleShot=True, interval=0)
        self._rows_later.timeout.connect(self.table.resizeRowsToContents)
        self.table.horizontalHeader().sectionResized.connect(lambda *_: self._rows_later.start())
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.update_button = Button(words.say("Update what is here"))
        theme.set_kind(self.update_button, "primary")
        self.update_button.clicked.connect(lambda: self._do(takes_all=False))
        self.all_button = Button(words.say("Update, and take the file's there too"))
        self.all_button.clicked.connect(lambda: self._do(takes_all=True))
        self.all_button.setVisible(bool(edited))
        back = Button(words.say("Change nothing"))
        back.clicked.connect(lambda: shell.run("back"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addLayout(FlowRow(self.update_button, self.all_button, back))

    @property
    def title(self) -> str:
        told = self.words.say("Here already, and different")
        return f"{told} · {self._numbers[0]}" if len(self._numbers) == 1 else told

    def panes(self) -> Sequence[QWidget]:
        return (self.table, self.update_button)

    def refresh(self) -> None:
        self.desk.with_model(self._show)

    def _show(self, model: DataModel) -> None:
        words = self.words
        rows = [self._row(place, one, model) for place, one in enumerate(self.differences[:MOST_ROWS])]
        if len(self.differences) > MOST_ROWS:
            rest = len(self.differences) - MOST_ROWS
            rows.append(TableRow("", (words.say_count("{count} more", "{count} more", rest),)))
        self.table.set_rows(rows)
        self._rows_later.start()
        self.table.selectRow(0)

    def _row(self, place: int, told: Problem, model: DataModel) -> TableRow:
        from ranger_app.services.smart_differences import in_words
        from ranger_app.services.smart_merge import STAYING

        words = self.words
        said = in_words(told, words, model, self.desk.office)
        part = PART_WORDS.get(told.code)
        if part is not None:
            here, there, verdict = (words.say(one) for one in part)
        else:
            here, there = (self._value(said.facts[side]) for side in ("here", "there"))
            verdict = words.say(STAYS if told.code in STAYING else TAKEN)
        record = (str(told.facts["number"]),) if len(self._numbers) > 1 else ()
        where, name = say_place(words, told.where), str(said.facts["field"])
        return TableRow(str(place), (*record, where, name, here, there, verdict))

    def _value(self, value: object) -> str:
        if isinstance(value, bool):
            return self.words.say("Yes") if value else self.words.say("No")
        return str(value) if value not in (None, "") else NOTHING

    def _do(self, *, takes_all: bool) -> None:
        self.shell.run("back")
        self._update(takes_all)
