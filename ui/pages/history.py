"""The history of one record: who changed what and when, nothing left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from ui import acts, telling, theme
from ui.desk import Desk
from ui.pages.page import Page
from ui.pages.texts import ACT_WORDS
from ui.record_list import ListRow
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel


PARTS = frozenset({"observation", "animal", "attachment", "leg", "waypoint"})
"""Kinds of what belongs to a record and is told in its history."""


class HistoryPage(Page):
    """A table of acts, the first one first."""

    name = "history"

    def __init__(self, desk: Desk, shell: Shell, row: ListRow) -> None:
        super().__init__(desk, shell)
        self.row = row
        words = self.words
        self.table = ShortTable(
            [words.say("When"), words.say("Who"), words.say("Act"), words.say("What")],
            words.say("History of {record}", record=row.title),
            is_short=False,
        )
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.addWidget(self.table, 1)

    @property
    def title(self) -> str:
        return self.words.say("History of {record}", record=self.row.title)

    def panes(self) -> Sequence[QWidget]:
        return (self.table,)

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if any(record == self.row.id or kind in PARTS for kind, record in touched):
            self.refresh()

    def refresh(self) -> None:
        zone = self.desk.station.timezone
        self.desk.ask(acts.history(self.row.kind, self.row.id, zone), self._show)

    def _form_kind(self) -> str:
        if self.row.kind != "incident":
            return self.row.kind
        return str(self.desk.reader.entry(self.row.id).values.get("form_kind", ""))

    def _show(self, told: tuple[Mapping[str, Any], ...]) -> None:
        self.desk.with_model(lambda model: self._tell(told, model))

    def _tell(self, told: tuple[Mapping[str, Any], ...], model: DataModel) -> None:
        from ui.pages.change_words import ChangeWords

        said = ChangeWords(self.desk, self._form_kind(), model)
        rows = []
        for ref, group in groupby(told, key=lambda line: str(line["ref"])):
            lines = list(group)
            own = next((line for line in lines if line["record"] == self.row.id), None)
            first = own or lines[0]
            moment = telling.moment_from_iso(str(first["at"]))
            when = telling.moment(self.words, moment.replace(microsecond=0)) if moment is not None else str(first["at"])
            name = str(first["act"]) if own is not None or first["act"] == "undo" else "set"
            act = self.words.say(ACT_WORDS.get(name, name))
            rows.append(TableRow(ref, (when, str(first["officer"]), act, said.what(lines, main=self.row.id))))
        self.table.set_rows(rows)
        self.table.resizeRowsToContents()
