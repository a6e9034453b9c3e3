"""The history of one record: who changed what and when, nothing left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from ranger_app.domain.forms import Field, common_form, forms
from ranger_app.i18n import marked
from ui import acts, telling, theme
from ui.desk import Desk
from ui.forms.choices import option_label
from ui.pages.page import Page
from ui.pages.texts import ACT_WORDS, list_label
from ui.record_list import ListRow
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

LONGEST_VALUE = 200

OFFICE_LISTS = {"mandate": "mandates", "transport": "transports", "team": "teams", "station": "stations"}
"""Stored fields that hold a key of one of the office's lists."""

OTHER_FIELDS = {
    "number": marked("Number"),
    "start": marked("First day"),
    "end": marked("Last day"),
    "timezone": marked("Time zone"),
    "mandate": marked("Mandate"),
    "transport": marked("Transport"),
    "leader": marked("Leader"),
    "members": marked("Members"),
    "team": marked("Team"),
    "station": marked("Station"),
    "objective": marked("Objective"),
    "comment": marked("Comment"),
    "armed": marked("Armed"),
    "title": marked("Title"),
    "incidents": marked("Incidents"),
    "latitude": marked("Latitude"),
    "longitude": marked("Longitude"),
    "accuracy_m": marked("Accuracy in metres"),
    "position_source": marked("How the position is known"),
    "patrol": marked("Patrol"),
    "form_kind": marked("Form"),
}
"""Stored fields that are not asked by a form of their own name."""


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
        if any(record == self.row.id for _, record in touched):
            self.refresh()

    def refresh(self) -> None:
        zone = self.desk.station.timezone
        self.desk.ask(acts.history(self.row.kind, self.row.id, zone), self._show)

    def _show(self, told: tuple[Mapping[str, Any], ...]) -> None:
        fields = _fields()
        rows = []
        for place, line in enumerate(told):
            moment = telling.moment_from_iso(str(line["at"]))
            when = telling.moment(self.words, moment.replace(microsecond=0)) if moment is not None else str(line["at"])
            act = self.words.say(ACT_WORDS.get(str(line["act"]), str(line["act"])))
            rows.append(TableRow(str(place), (when, str(line["officer"]), act, self._what(line, fields))))
        self.table.set_rows(rows)
        self.table.resizeRowsToContents()

    def _what(self, line: Mapping[str, Any], fields: Mapping[str, Sequence[Field]]) -> str:
        told = [str(line.get("reason") or "")]
        for name, value in dict(line["fields"]).items():
            first, _, option = name.partition("/")
            asked = fields.get(first, ())
            label = self.words.say(asked[0].label if asked else OTHER_FIELDS.get(first, first))
            shown = self.words.say("cleared") if value is None else str(value)[:LONGEST_VALUE]
            if not asked and first in OFFICE_LISTS:
                shown = list_label(self.words, OFFICE_LISTS[first], shown)
            answers = (field.option(option or shown) for field in asked)
            answer = next((one for one in answers if one is not None), None)
            told.append(f"{label}: {option_label(answer, self.words) if answer is not None else option or shown}")
        return "\n".join(part for part in told if part)


def _fields() -> dict[str, list[Field]]:
    """The fields of all forms by id; several forms ask some of them, each with answers of its own."""
    found: dict[str, list[Field]] = {}
    for form in (common_form(), *forms()):
        for field in (*form.fields, *(field for line in form.lines for field in line.fields)):
            found.setdefault(field.id, []).append(field)
    return found
