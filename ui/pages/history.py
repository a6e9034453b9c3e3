"""The history of one record: who changed what and when, nothing left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from ranger_app.domain.forms import common_form, forms
from ui import acts, telling, theme
from ui.desk import Desk
from ui.pages.page import Page
from ui.pages.texts import ACT_WORDS
from ui.record_list import ListRow
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

LONGEST_VALUE = 200


class HistoryPage(Page):
    """A table of acts, the first one first."""

    name = "history"

    def __init__(self, desk: Desk, shell: Shell, row: ListRow) -> None:
        super().__init__(desk, shell)
        self.row = row
        self.kinds_shown = frozenset({row.kind})
        words = self.words
        self.table = ShortTable(
            [words.say("When"), words.say("Who"), words.say("Act"), words.say("What")],
            words.say("History of {record}", record=row.title),
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
        if any(record == self.row.id for _, record in touched):
            self.refresh()

    def refresh(self) -> None:
        zone = self.desk.station.timezone
        self.desk.ask(acts.history(self.row.kind, self.row.id, zone), self._show)

    def _show(self, told: tuple[Mapping[str, Any], ...]) -> None:
        labels = _labels()
        rows = []
        for place, line in enumerate(told):
            moment = telling.moment_from_iso(str(line["at"]))
            when = telling.moment(self.words, moment.replace(microsecond=0)) if moment is not None else str(line["at"])
            act = self.words.say(ACT_WORDS.get(str(line["act"]), str(line["act"])))
            rows.append(TableRow(str(place), (when, str(line["officer"]), act, self._what(line, labels))))
        self.table.set_rows(rows)
        self.table.resizeRowsToContents()

    def _what(self, line: Mapping[str, Any], labels: Mapping[str, str]) -> str:
        told = [str(line.get("reason") or "")]
        for name, value in dict(line["fields"]).items():
            first = name.partition("/")[0]
            label = self.words.say(labels[first]) if first in labels else first
            option = name.partition("/")[2]
            shown = self.words.say("cleared") if value is None else str(value)
            told.append(f"{label}: {option or shown[:LONGEST_VALUE]}")
        return "\n".join(part for part in told if part)


def _labels() -> dict[str, str]:
    fields = [field for form in (common_form(), *forms()) for field in form.fields]
    fields += [field for form in forms() for line in form.lines for field in line.fields]
    return {field.id: field.label for field in fields}
