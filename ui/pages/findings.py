"""What SMART would do with records that were to leave, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ranger_app.messages import say_code
from ranger_app.messages.places import say_place
from ui import theme
from ui.button import Button
from ui.desk import Desk
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.preflight_findings import Finding, Findings

MOST_ROWS = 500
"""Findings that are told one by one, the fatal ones first."""


class FindingsPage(Page):
    """A table of findings; Enter opens the record, the button writes what SMART would take with losses.

    Args:
        write: Writes all the same; offered when nothing is fatal.
    """

    name = "findings"

    def __init__(self, desk: Desk, shell: Shell, findings: Findings, write: Callable[[], None]) -> None:
        super().__init__(desk, shell)
        self.findings = findings
        self._write = write
        self._records: dict[str, tuple[str, str]] = {}
        words = self.words
        self.table = ShortTable(
            [words.say("Record"), words.say("SMART would"), words.say("Place"), words.say("What")],
            words.say("Findings; Enter opens the record"),
            is_short=False,
        )
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.opened.connect(self._open)
        told = QLabel(self._summary())
        told.setWordWrap(True)
        theme.set_kind(told, "danger" if findings.fatal else "warning")
        self.write_button = Button(words.say("Write all the same"))
        theme.set_kind(self.write_button, "primary")
        self.write_button.clicked.connect(self._write_all)
        self.write_button.setVisible(not findings.fatal)
        back = Button(words.say("Write nothing"))
        back.clicked.connect(lambda: shell.run("back"))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACES_PX[1])
        buttons.addWidget(self.write_button)
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
        return self.words.say("Before it goes to SMART")

    def _summary(self) -> str:
        words, found = self.words, self.findings
        if found.fatal:
            told = words.say_count(
                "Nothing was written: SMART's import would fail on {count} thing. It has to be mended first.",
                "Nothing was written: SMART's import would fail on {count} things. They have to be mended first.",
                len(found.fatal),
            )
        else:
            told = words.say_count(
                "Nothing was written yet: SMART would drop {count} thing.",
                "Nothing was written yet: SMART would drop {count} things.",
                len(found.lossy),
            )
        clean = words.say_count(
            "{count} record is as SMART wants it.", "{count} records are as SMART wants them.", found.clean
        )
        return f"{told} {clean}" if found.clean else told

    def panes(self) -> Sequence[QWidget]:
        return (self.table, self.write_button) if self.write_button.isVisibleTo(self) else (self.table,)

    def refresh(self) -> None:
        told = [(one, self.words.say("fail")) for one in self.findings.fatal]
        told += [(one, self.words.say("drop it")) for one in self.findings.lossy]
        told += [(one, self.words.say("take it")) for one in self.findings.notes]
        rows = [self._row(place, one, verdict) for place, (one, verdict) in enumerate(told[:MOST_ROWS])]
        if len(told) > MOST_ROWS:
            more = len(told) - MOST_ROWS
            rows.append(
                TableRow("", ("", "", "", self.words.say_count("{count} more finding", "{count} more findings", more)))
            )
        self.table.set_rows(rows)
        self.table.resizeRowsToContents()
        self.table.selectRow(0)

    def _row(self, place: int, finding: Finding, verdict: str) -> TableRow:
        if finding.record_id not in self._records:
            entry = self.desk.reader.entry(finding.record_id)
            self._records[finding.record_id] = (entry.kind, str(entry.values.get("number", "")))
        number = self._records[finding.record_id][1]
        said = say_code(self.words, finding.code, {"where": finding.where, **finding.facts})
        return TableRow(str(place), (number, verdict, say_place(self.words, finding.where), said))

    def _open(self, place: str) -> None:
        if place:
            finding = (*self.findings.fatal, *self.findings.lossy, *self.findings.notes)[int(place)]
            self.shell.open_record(self._records[finding.record_id][0], finding.record_id)

    def _write_all(self) -> None:
        self.shell.run("back")
        self._write()
