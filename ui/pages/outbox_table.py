"""The outbox as a table of any length: only what is in sight is put into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ranger_app.i18n import Words
from ui import theme
from ui.pages.to_send_words import ItemWords
from ui.record_table import Index

if TYPE_CHECKING:
    from ranger_app.services.outbox import Shown

RECORD, STATE, KNOWN, WHEN, PLACE = range(5)
SHARES = {RECORD: 0.22, STATE: 0.14, WHEN: 0.13, PLACE: 0.15}
"""Of the width of the table; what is known takes the rest."""

LINES = 2


class OutboxModel(QAbstractTableModel):
    """Items under headings; their words are made when they are drawn."""

    def __init__(self, words: Words, told: ItemWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = (
            words.say("Record"), words.say("State"), words.say("What is known"), words.say("When"), words.say("Place"),
        )  # fmt: skip
        self._told = told
        self._items: tuple[Shown, ...] = ()
        self._texts: dict[int, tuple[str, ...]] = {}

    def set_items(self, items: Sequence[Shown]) -> None:
        """Show exactly these; where they are the same ones, whatever is chosen stays so."""
        is_same = [one.item.id for one in items] == [one.item.id for one in self._items]
        if is_same:
            self._take(items)
            if self._items:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._items) - 1, PLACE))
            return
        self.beginResetModel()
        self._take(items)
        self.endResetModel()

    def _take(self, items: Sequence[Shown]) -> None:
        self._items = tuple(items)
        self._texts.clear()

    def shown(self, place: int) -> Shown:
        """The item of a row."""
        return self._items[place]

    def texts(self, place: int) -> tuple[str, ...]:
        """What a row says."""
        if place not in self._texts:
            self._texts[place] = self._told.row(self._items[place])
        return self._texts[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt calls it
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt calls it
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.texts(index.row())[index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None


class OutboxTable(QTableView):
    """Rows of one height; ``opened`` that the chosen one was activated, ``chosen`` that it is another."""

    opened = Signal()
    chosen = Signal()

    def __init__(self, words: Words, told: ItemWords) -> None:
        super().__init__()
        self.texts = OutboxModel(words, told, self)
        self.setModel(self.texts)
        self.setAccessibleName(words.say("What goes to the office; Enter opens the record"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(KNOWN, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.chosen.emit())
        self.activated.connect(lambda _: self.opened.emit())

    @property
    def current(self) -> Shown | None:
        """The chosen item."""
        index = self.currentIndex()
        return self.texts.shown(index.row()) if index.isValid() else None

    def set_items(self, items: Sequence[Shown]) -> None:
        """Show these; the chosen one stays chosen where it is still there."""
        before = self.current
        self.verticalHeader().setDefaultSectionSize(LINES * self.fontMetrics().lineSpacing() + 2 * theme.SPACES_PX[0])
        self.texts.set_items(items)
        if items and not self.currentIndex().isValid():
            ids = [one.item.id for one in items]
            wanted = before.item.id if before is not None else ""
            self.selectRow(ids.index(wanted) if wanted in ids else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, share in SHARES.items():
            self.setColumnWidth(column, round(share * self.viewport().width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the record."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
            return
        super().keyPressEvent(event)
