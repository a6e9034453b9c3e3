"""A table of many rows, each one line high: it takes no longer to show a thousand of them than ten."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from ui import theme
from ui.record_table import TableRow, TextTable, show_rows_of_texts


class LongTable(QTableView):
    """Rows of texts under headings; a text that is too long ends in an ellipsis, and its tip says all of it.

    Args:
        columns: Heading of each column, and for how many letters it has room; the last takes what is left.

    Signals: ``opened`` tells the place of the row on which Enter was pressed, ``wanted_out`` that of Delete.
    """

    opened = Signal(int)
    wanted_out = Signal(int)

    def __init__(self, columns: Sequence[tuple[str, int]], name: str) -> None:
        super().__init__()
        self.texts = TextTable([heading for heading, _ in columns], self)
        show_rows_of_texts(self, self.texts, name)
        self.setWordWrap(False)
        rows, head = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(self.fontMetrics().lineSpacing() + theme.SPACES_PX[2], theme.TARGET_PX))
        head.setStretchLastSection(True)
        letter = self.fontMetrics().averageCharWidth()
        for place, (_, letters) in enumerate(columns):
            head.resizeSection(place, max(letters * letter + 2 * theme.SPACES_PX[2], head.sectionSizeHint(place)))
        self.activated.connect(lambda index: self.opened.emit(index.row()))

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Show exactly these rows."""
        self.texts.set_rows(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.currentIndex().row()
        acts = {
            Qt.Key.Key_Return: self.opened, Qt.Key.Key_Enter: self.opened, Qt.Key.Key_Delete: self.wanted_out,
        }  # fmt: skip
        act = acts.get(Qt.Key(event.key()))
        if act is not None and place >= 0:
            act.emit(place)
            return
        super().keyPressEvent(event)
