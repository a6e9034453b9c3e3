"""All that could not be taken of some files, one line each: what a message has no room for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ranger_app.messages import say_code
from ranger_app.messages.places import say_place
from ranger_app.problem import Problem
from ui import telling, theme
from ui.button import Button
from ui.desk import Desk
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

MOST_ROWS = 5_000
"""Lines that are told one by one."""


class ProblemsPage(Page):
    """A table of problems with their files and places."""

    name = "problems"

    def __init__(self, desk: Desk, shell: Shell, text: str, problems: Sequence[Problem]) -> None:
        super().__init__(desk, shell)
        self.problems = tuple(problems)
        words = self.words
        told = QLabel(text)
        told.setWordWrap(True)
        theme.set_kind(told, "quiet")
        headings = [words.say("File"), words.say("Place"), words.say("How often"), words.say("What")]
        self.table = ShortTable(headings, words.say("Problems"), is_short=False)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        back = Button(words.say("Back"))
        back.clicked.connect(lambda: shell.run("back"))
        buttons = QHBoxLayout()
        buttons.addWidget(back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(told)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    @property
    def title(self) -> str:
        return self.words.say("Problems")

    def panes(self) -> Sequence[QWidget]:
        return (self.table,)

    def refresh(self) -> None:
        words = self.words
        rows = [self._row(place, one) for place, one in enumerate(self.problems[:MOST_ROWS])]
        if len(self.problems) > MOST_ROWS:
            more = len(self.problems) - MOST_ROWS
            rest = words.say_count("{count} more problem", "{count} more problems", more)
            rows.append(TableRow("", ("", "", "", rest)))
        self.table.set_rows(rows)
        self.table.selectRow(0)

    def _row(self, place: int, problem: Problem) -> TableRow:
        words = self.words
        facts = {"where": problem.where, "count": problem.count, "file": PurePath(problem.file).name, **problem.facts}
        often = telling.number(words, problem.count) if problem.count > 1 else ""
        said = say_code(words, problem.code, facts)
        return TableRow(str(place), (PurePath(problem.file).name, say_place(words, problem.where), often, said))
