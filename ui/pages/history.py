"""The history of one record: who changed what and when, nothing left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from ranger_app.domain.forms import INCIDENT_KINDS, Field, FieldType, common_form, form_of_kind, forms
from ranger_app.domain.lists import option_list
from ranger_app.errors import RangerAppError
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

NAMED_RECORDS = frozenset({"patrol", "incidents", "leader", "members", "leg"})
"""Stored fields that name another record by its id."""

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
    "no_position_reason": marked("Why there is no position"),
    "leg": marked("Leg"),
    "pilot": marked("Pilot"),
    "at": marked("Time"),
    "direction_deg": marked("Bearing in degrees"),
    "distance_m": marked("Distance in metres"),
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

    def _form_kind(self) -> str:
        if self.row.kind != "incident":
            return self.row.kind
        return str(self.desk.reader.entry(self.row.id).values.get("form_kind", ""))

    def _show(self, told: tuple[Mapping[str, Any], ...]) -> None:
        fields = _fields(self._form_kind())
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
            shown = self._one_of_many(first, option, value, asked) if option else self._value(first, value, asked)
            told.append(f"{label}: {shown[:LONGEST_VALUE]}")
        return "\n".join(part for part in told if part)

    def _one_of_many(self, first: str, option: str, value: object, asked: Sequence[Field]) -> str:
        """An answer that was ticked or taken away, or the value that one of several has, such as the rest of a day."""
        shown = self._value(first, option, asked)
        if value is True:
            return shown
        if not value:
            return self.words.say("not {answer} any more", answer=shown)
        return f"{shown}: {value}"

    def _value(self, first: str, value: object, asked: Sequence[Field]) -> str:
        words = self.words
        if value is None:
            return words.say("cleared")
        if isinstance(value, bool):
            return words.say("Yes") if value else words.say("No")
        answer = next((found for field in asked if (found := field.option(str(value))) is not None), None)
        if first == "position_source":
            answer = next((one for one in option_list("position_sources").options if one.key == value), None)
        if answer is not None:
            return option_label(answer, words)
        if any(field.type is FieldType.DATETIME for field in asked):
            moment = telling.moment_from_iso(str(value))
            return telling.moment(words, moment) if moment is not None else str(value)
        if not asked and first in OFFICE_LISTS:
            return list_label(words, OFFICE_LISTS[first], str(value))
        if first == "form_kind" and str(value) in INCIDENT_KINDS:
            return words.say(form_of_kind(str(value)).label)
        return self._number(str(value)) if first in NAMED_RECORDS else str(value)

    def _number(self, record: str) -> str:
        """What a record is called that a field names by its id."""
        try:
            values = self.desk.reader.entry(record).values
        except RangerAppError:
            return record
        names = (values.get("family_name"), values.get("given_name"))
        return str(values.get("number") or "") or ", ".join(str(name) for name in names if name) or record


def _fields(kind: str) -> dict[str, list[Field]]:
    """The fields of all forms by id, those of the record's own form first: some are asked by several forms."""
    found: dict[str, list[Field]] = {}
    for form in (common_form(), *sorted(forms(), key=lambda form: form.kind != kind)):
        for field in (*form.fields, *(field for line in form.lines for field in line.fields)):
            found.setdefault(field.id, []).append(field)
    return found
