"""What was withdrawn of one kind, and the way to bring it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui import acts, theme
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.pages.page import Page
from ui.record_table import ShortTable, TableRow
from ui.sheet import Sheet
from ui.shell import Shell


class WithdrawnPage(Page):
    """A table of withdrawn records; Enter brings one back with a reason."""

    name = "withdrawn"

    def __init__(self, desk: Desk, shell: Shell, kind: str) -> None:
        super().__init__(desk, shell)
        self.kind = kind
        words = self.words
        self.table = ShortTable(
            [words.say("Number"), words.say("What it was")], words.say("Withdrawn records; Enter brings one back")
        )
        self.table.opened.connect(self._ask)
        self.nothing = EmptyPlace(words.say("Nothing was withdrawn here."))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.addWidget(self.table)
        column.addWidget(self.nothing)
        column.addStretch(1)

    @property
    def title(self) -> str:
        return self.words.say("Withdrawn records")

    def panes(self) -> Sequence[QWidget]:
        return (self.table,) if self.table.isVisible() else (self.nothing,)

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if any(kind == self.kind for kind, _ in touched):
            self.refresh()

    def refresh(self) -> None:
        hidden = [e for e in self.desk.reader.entries(self.kind, with_hidden=True) if e.is_hidden]
        rows = []
        for entry in reversed(hidden):
            told = [str(entry.values.get(name, "")) for name in ("title", "objective", "place", "summary")]
            rows.append(
                TableRow(entry.id, (str(entry.values.get("number", "")), " · ".join(part for part in told if part)))
            )
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        if rows:
            self.table.selectRow(0)

    def _ask(self, record: str) -> None:
        words = self.words
        reason = QLineEdit()

        def act() -> None:
            self.desk.do(
                acts.bring_back(self.kind, record, reason.text().strip(), officer=self.desk.officer_id),
                title=words.say("Bringing back"),
                on_done=lambda _: self.shell.open_record(self.kind, record),
            )

        sheet = Sheet(words, words.say("Bring the record back"), act=words.say("Bring back"), on_act=act)
        sheet.add(words.say("Reason"), reason)
        sheet.ready_when(lambda: bool(reason.text().strip()))
        self.shell.ask(sheet)
