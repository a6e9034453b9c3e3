"""Long lists of records: a keyset model that reads page by page, and rows of two lines grouped by a heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui import theme
from ui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QBrush

PAGE_ROWS = 100

Index = QModelIndex | QPersistentModelIndex


class ListRow(NamedTuple):
    """One record as a list shows it.

    Attributes:
        when: Stands before the title, such as a day.
        mark: A short warning at the end of the second line; empty for none.
        group: Heading over the first row of those that share it.
        place: What the next page starts after.
    """

    id: str
    kind: str
    title: str
    when: str = ""
    second: str = ""
    mark: str = ""
    group: str = ""
    place: Any = None

    @property
    def told(self) -> str:
        """The row as it is read aloud."""
        return ", ".join(part for part in (self.when, self.title, self.second, self.mark, self.group) if part)


Fetch = Callable[[Any, int], Sequence[ListRow]]
"""Rows after a place (``None``: the first), at most so many."""


_BEGINNING = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
"""Keys that have nothing to act on while no row is chosen: they choose the first."""


class KeysetModel(QAbstractTableModel):
    """Rows read as they are needed, each page beginning after the last row of the one before.

    Columns: when, title, second line, mark.
    """

    COLUMNS = ("when", "title", "second", "mark")

    def __init__(self, fetch: Fetch, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._headings = tuple(headings)
        self._rows: list[ListRow] = []
        self._is_complete = True

    def reload(self) -> None:
        """Read again, as many rows as were there before."""
        wanted = max(len(self._rows), PAGE_ROWS)
        self.beginResetModel()
        self._rows = list(self._fetch(None, wanted))
        self._is_complete = len(self._rows) < wanted
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt calls it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt calls it
        return 0 if parent.isValid() else len(self.COLUMNS)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._is_complete

    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        more = list(self._fetch(self._rows[-1].place if self._rows else None, PAGE_ROWS))
        self._is_complete = len(more) < PAGE_ROWS
        if more:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(more) - 1)
            self._rows += more
            self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return getattr(row, self.COLUMNS[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.told
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.told
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None

    def row(self, place: int) -> ListRow:
        """The record of a row that was read."""
        return self._rows[place]

    def begins_group(self, place: int) -> bool:
        """Whether a heading stands over this row."""
        row = self._rows[place]
        return bool(row.group) and (place == 0 or self._rows[place - 1].group != row.group)

    def place_of(self, record: str) -> int | None:
        """The row of a record; reads on until it is found, ``None`` when it is not there."""
        place = 0
        while True:
            while place < len(self._rows):
                if self._rows[place].id == record:
                    return place
                place += 1
            if self._is_complete:
                return None
            self.fetchMore(QModelIndex())


class RowDelegate(QStyledItemDelegate):
    """Paints a record in two lines, under its group's heading where one begins."""

    def __init__(self, model: KeysetModel, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._plain = theme.font()
        self._bold = theme.font(bold=True)
        self._caption = theme.font(factor=theme.CAPTION_FACTOR)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        small, gap = QFontMetrics(self._caption).height(), theme.SPACES_PX[1]
        height = QFontMetrics(self._bold).height() + small + theme.SPACES_PX[0] + 2 * gap
        return QSize(100, height + (small + gap if self._model.begins_group(index.row()) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.row(index.row())
        colours, gap = theme.current(), theme.SPACES_PX[1]
        box = QRect(option.rect)
        painter.save()
        painter.setLayoutDirection(self._view.layoutDirection())
        if self._model.begins_group(index.row()):
            heading = QRect(box)
            heading.setHeight(QFontMetrics(self._caption).height() + gap)
            _fill(painter, heading, option.palette.brush(QPalette.ColorRole.AlternateBase))
            self._write(painter, heading.adjusted(gap, 0, -gap, 0), row.group, self._caption, colours.quiet_text)
            box.setTop(heading.bottom() + 1)
        if self._view.selectionModel().isSelected(self._model.index(index.row(), index.column())):
            _fill(painter, box, option.palette.brush(QPalette.ColorRole.Highlight))
        self._paint_lines(painter, box.adjusted(gap, gap, -gap, -gap), row)
        painter.setPen(_brush(colours.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if self._view.hasFocus() and self._view.currentIndex() == index:
            painter.setPen(_brush(colours.primary))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_lines(self, painter: QPainter, box: QRect, row: ListRow) -> None:
        """Rectangles are counted from the left, and put where they belong when they are painted into."""
        colours, gap = theme.current(), theme.SPACES_PX[1]
        first = QRect(box)
        first.setHeight(QFontMetrics(self._bold).height())
        second = QRect(box)
        second.setTop(first.bottom() + theme.SPACES_PX[0])
        if row.when:
            used = QFontMetrics(self._plain).horizontalAdvance(row.when)
            day = QRect(first.left(), first.top(), min(used + 1, first.width()), first.height())
            self._write(painter, self._visual(day, box), row.when, self._plain, colours.quiet_text)
            first.setLeft(first.left() + used + gap)
        self._write(painter, self._visual(first, box), row.title, self._bold, colours.text)
        if row.mark:
            sign = round(theme.ICON_PX * 0.8)
            used = min(QFontMetrics(self._caption).horizontalAdvance(row.mark), second.width() - sign - 2)
            end = QRect(second.right() - used, second.top(), used + 1, second.height())
            self._write(painter, self._visual(end, box), row.mark, self._caption, colours.warning)
            beside = QRect(end.left() - sign - 2, second.center().y() - sign // 2, sign, sign)
            picture = icon("warning", colour=colours.warning).pixmap(sign)
            painter.drawPixmap(self._visual(beside, box).topLeft(), picture)
            second.setRight(beside.left() - gap)
        self._write(painter, self._visual(second, box), row.second, self._caption, colours.quiet_text)

    def _visual(self, part: QRect, box: QRect) -> QRect:
        if self._view.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return part
        from PySide6.QtWidgets import QStyle  # one of the largest types of Qt

        return QStyle.visualRect(Qt.LayoutDirection.RightToLeft, box, part)

    def _write(self, painter: QPainter, box: QRect, text: str, font: Any, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(_brush(colour))
        # whoever wrote several lines is told by the first words of them, in one
        said = QFontMetrics(font).elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, said)


def _fill(painter: QPainter, box: QRect, brush: QBrush) -> None:
    """Like ``fillRect``, which makes Python learn the 169 gradients of Qt when it is first asked."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRect(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _brush(colour: str) -> Any:
    from PySide6.QtGui import QColor

    return QColor(colour)


class RecordList(QListView):
    """A list of records; ``chosen`` tells the row under the cursor, ``opened`` the one to be opened.

    Several are marked by Shift with the arrow keys or the pointer, by Ctrl with the pointer, and all by Ctrl+A;
    ``marked`` tells that others are marked now.

    Args:
        takes_many: Whether several can be marked at once.
    """

    chosen = Signal(object)
    opened = Signal(object)
    marked = Signal()

    def __init__(
        self, model: KeysetModel, name: str, parent: QWidget | None = None, *, takes_many: bool = False
    ) -> None:
        super().__init__(parent)
        self.records = model
        self._is_entering = False
        self._takes_all = False
        if takes_many:
            self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        model.setParent(self)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(model, self))
        self.setAccessibleName(name)
        self.setModelColumn(1)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(220)
        self.selectionModel().currentChanged.connect(self._choose)
        self.selectionModel().selectionChanged.connect(self._mark)
        model.rowsInserted.connect(self._mark_more)
        self.activated.connect(lambda index: self.opened.emit(model.row(index.row())))

    def current(self) -> ListRow | None:
        """The chosen row."""
        index = self.currentIndex()
        return self.records.row(index.row()) if index.isValid() else None

    def rows_marked(self) -> tuple[ListRow, ...]:
        """The marked rows, as far as they were read, in the order of the list; the chosen one when none is marked."""
        marks = self.selectionModel().selection()
        parts = [marks.at(number) for number in range(marks.count())]
        places = {place for part in parts for place in range(part.top(), part.bottom() + 1)}
        row = self.current()
        if not places and row is not None:
            return (row,)
        return tuple(self.records.row(place) for place in sorted(places))

    @property
    def is_all_marked(self) -> bool:
        """Whether all records were marked, those too that were not read yet."""
        return self._takes_all

    def selectAll(self) -> None:
        if self.selectionMode() == QListView.SelectionMode.ExtendedSelection and self.records.rowCount():
            self._mark_range(0, self.records.rowCount() - 1)
            self._takes_all = True
            if not self.currentIndex().isValid():
                only_current = QItemSelectionModel.SelectionFlag.NoUpdate
                self.selectionModel().setCurrentIndex(self.records.index(0, 1), only_current)
            self.marked.emit()

    def _mark_range(self, first: int, last: int) -> None:
        rows = QItemSelection(self.records.index(first, 1), self.records.index(last, 1))
        self.selectionModel().select(rows, QItemSelectionModel.SelectionFlag.Select)

    def _mark(self) -> None:
        self._takes_all = False
        self.marked.emit()

    def _mark_more(self, _parent: QModelIndex, first: int, last: int) -> None:
        if self._takes_all:
            self._mark_range(first, last)
            self._takes_all = True

    def reload(self) -> None:
        """Read again and keep the choice and what is marked."""
        before, is_all = self.current(), self._takes_all
        marked = {row.id for row in self.rows_marked()}
        position = self.verticalScrollBar().value()
        self._takes_all = False
        self.records.reload()
        if before is not None and self.choose(before.id):
            self.verticalScrollBar().setValue(position)
        elif before is not None:
            self.chosen.emit(None)
        if is_all:
            self.selectAll()
        elif len(marked) > 1:
            for place in range(self.records.rowCount()):
                if self.records.row(place).id in marked:
                    self._mark_range(place, place)

    def choose(self, record: str) -> bool:
        """Choose a record; whether it is in the list."""
        place = self.records.place_of(record)
        if place is None:
            return False
        self._choose_only(place)
        return True

    def _choose_only(self, place: int) -> None:
        """Choose a row; while Ctrl or Shift is held the view itself would add it to what is marked."""
        only = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.records.index(place, 1), only)

    def _choose(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self.records.row(now.row()) if now.isValid() else None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without choosing a row: reading a record is for whoever wants it."""
        self._is_entering = True
        super().focusInEvent(event)
        self._is_entering = False

    def moveCursor(self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if self._is_entering and not self.currentIndex().isValid():
            return QModelIndex()
        return super().moveCursor(action, modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; with nothing chosen it chooses the first row, as an arrow key and F2 do."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.current())
            return
        if not self.currentIndex().isValid() and event.key() in _BEGINNING:
            if self.records.rowCount():
                self._choose_only(0)
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
