"""Short tables: a model over a tuple of rows of texts, and a view that shows all of it without scrolling inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

BREATH_PX = 20

STRETCH_SHARE = 0.5
"""Of the width of a table that scrolls, what the column with the long texts has at least."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of texts; *id* names what it is about."""

    id: str
    texts: tuple[str, ...]


class TextTable(QAbstractTableModel):
    """Rows of texts under headings."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._rows: tuple[TableRow, ...] = ()

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Show exactly these rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, place: int) -> TableRow:
        return self._rows[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt calls it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt calls it
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            texts = self._rows[index.row()].texts
            return texts[index.column()] if index.column() < len(texts) else ""
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None


def show_rows_of_texts(table: QTableView, texts: TextTable, name: str) -> None:
    """Make *table* show whole rows of *texts*, of which one can be chosen, and none be written into."""
    table.setModel(texts)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)


class ShortTable(QTableView):
    """A table as high as its rows; ``opened`` tells the id of the row that was activated.

    Args:
        stretch: The column that takes what room is left, its texts in several lines where they need them.
        is_short: Whether the table is as high as its rows; else it takes what height there is and scrolls.
        share: Of the width of one that scrolls, what the others leave to the column that stretches.
    """

    opened = Signal(str)
    MOST_ROWS = 12

    def __init__(
        self,
        headings: Sequence[str],
        name: str,
        *,
        stretch: int = -1,
        is_short: bool = True,
        share: float = STRETCH_SHARE,
    ) -> None:
        super().__init__()
        self.texts = TextTable(headings, self)
        show_rows_of_texts(self, self.texts, name)
        self.setWordWrap(True)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(stretch % len(headings), QHeaderView.ResizeMode.Stretch)
        self.is_short = is_short
        self._stretch, self._share = stretch % len(headings), share
        self._needs: dict[int, tuple[int, int]] = {}
        self._fitted_width = 0
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._fit)
        self.activated.connect(lambda index: self.opened.emit(self.texts.row(index.row()).id))

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        """Show exactly these rows; the table takes the height they need."""
        self.texts.set_rows(rows)
        if self.is_short:
            self._later.start()
        else:
            self._needs = {column: self._need(column, rows) for column in self._others()}
            self._share_room()

    def current_id(self) -> str:
        """Id of the chosen row; empty when none is chosen."""
        index = self.currentIndex()
        return self.texts.row(index.row()).id if index.isValid() else ""

    def _others(self) -> list[int]:
        return [column for column in range(self.texts.columnCount()) if column != self._stretch]

    def _need(self, column: int, rows: Sequence[TableRow]) -> tuple[int, int]:
        """Width of a column with every word below the other as far as it can be, and with each text in one line."""
        heading = self.horizontalHeader().sectionSizeHint(column)
        whole = max(self.sizeHintForColumn(column), heading)
        words = {word for row in rows for text in row.texts[column : column + 1] for word in text.split(" ")}
        letters = {text for row in rows for text in row.texts[column : column + 1]}
        measure = self.fontMetrics().horizontalAdvance
        around = whole - max((measure(text) for text in letters), default=whole)
        # the width of letters is rounded, and a word that lacks a part of a dot is cut off
        return max(heading, *(measure(word) + around + 1 for word in words)) if words else heading, whole

    def _share_room(self) -> None:
        """Let the other columns break their texts, the widest first, where the long texts would have too little."""
        header = self.horizontalHeader()
        spare = sum(whole for _, whole in self._needs.values()) - round(self.viewport().width() * (1 - self._share))
        for column in self._others():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column, (least, whole) in sorted(self._needs.items(), key=lambda need: need[1][0] - need[1][1]):
            taken = min(max(spare, 0), whole - least)
            spare -= taken
            if taken:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, whole - taken)
        self._later.start()

    def _fit(self) -> None:
        """Be as high as the rows; long texts take more lines in a narrow table."""
        if not self.is_short:
            self.resizeRowsToContents()
            return
        self._fitted_width = self.width()
        rows = min(self.texts.rowCount(), self.MOST_ROWS)
        height = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2
        height += sum(self.rowHeight(place) for place in range(rows)) or self.fontMetrics().height()
        self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # a scroll bar that comes and goes must not make the table breathe
        if self.is_short and abs(self.width() - self._fitted_width) > BREATH_PX:
            self._later.start()
        elif not self.is_short:
            self._share_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.current_id())
            return
        super().keyPressEvent(event)
