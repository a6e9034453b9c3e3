"""The list that a picker opens below its line: levels to walk through, or what was found with the names above it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ranger_app.i18n import Words
from ui import theme
from ui.forms.pick_model import MOST_HITS, PATH_ROLE, PickModel

_ROWS = 9
_LEAST_ROWS = 3
_LEAST_PX = 420
"""A popup is this wide even below a short line, where the window has the room."""


class _TwoLines(QStyledItemDelegate):
    """A name and, in small letters below it, the names above it in the tree."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._small = QFontMetrics(theme.font(factor=theme.CAPTION_FACTOR))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = option.fontMetrics.height()
        lines = height + (self._small.height() if index.data(PATH_ROLE) else 0)
        return QSize(0, max(lines + theme.SPACES_PX[1], theme.TARGET_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        chosen = QStyleOptionViewItem(option)
        self.initStyleOption(chosen, index)
        text, path = chosen.text, str(index.data(PATH_ROLE) or "")
        chosen.text = ""
        style = chosen.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, chosen, painter, chosen.widget)
        room = chosen.rect.adjusted(theme.SPACES_PX[1], 0, -theme.SPACES_PX[1], 0)
        side = Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextSingleLine
        metrics = chosen.fontMetrics
        painter.save()
        painter.setPen(QColor(theme.current().text))
        if path:
            top = (room.height() - metrics.height() - self._small.height()) // 2
            upper = QRect(room.left(), room.top() + top, room.width(), metrics.height())
            lower = QRect(room.left(), upper.bottom() + 1, room.width(), self._small.height())
            painter.drawText(upper, side, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
            painter.setFont(theme.font(factor=theme.CAPTION_FACTOR))
            painter.setPen(QColor(theme.current().quiet_text))
            # the nearest of those above tells most
            painter.drawText(lower, side, self._small.elidedText(path, Qt.TextElideMode.ElideLeft, room.width()))
        else:
            middle = side | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, middle, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
        painter.restore()


class PickPopup(QFrame):
    """The open list of a picker, above everything else in the window; the keys stay with the picker's line.

    Signals: ``picked`` tells the key of the answer that was chosen.
    """

    picked = Signal(str)

    def __init__(self, line: QWidget, model: PickModel, words: Words) -> None:
        super().__init__(line.window())
        self._line = line
        self._window = line.window()
        self._words = words
        self.answers = model
        theme.set_kind(self, "card")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(line)
        self.tree = QTreeView()
        self.tree.setAccessibleName(words.say("Answers for {field}", field=line.accessibleName()))
        self.tree.setModel(model)
        self.tree.setItemDelegate(_TwoLines(self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setIndentation(theme.SPACES_PX[3])
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.clicked.connect(self._click)
        self.note = QLabel()
        self.note.setWordWrap(True)
        theme.set_kind(self.note, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[0],) * 4)
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(self.tree, 1)
        column.addWidget(self.note)

    # What is shown

    def show_tree(self, hkey: str) -> None:
        """Show all answers by levels, opened at the one of this key."""
        self.answers.show_tree()
        self.tree.show()
        self.tree.setRootIsDecorated(any(self.answers.hasChildren(place) for place in self._first_places()))
        place = self.answers.place_of(hkey) if hkey else QModelIndex()
        self.tree.setCurrentIndex(place if place.isValid() else self.answers.index(0, 0))
        self._tell(self._words.say("Enter chooses, the arrow keys open and close levels; or type to find."))

    def show_found(self, text: str) -> None:
        """Show what holds the words of *text*, the first of them chosen."""
        self.answers.show_found(text)
        self.tree.setRootIsDecorated(False)
        self.tree.setVisible(self.answers.rowCount() > 0)
        self.tree.setCurrentIndex(self.answers.index(0, 0))
        if not self.answers.rowCount():
            self._tell(self._words.say("Nothing is called so. F4 shows all."))
        elif self.answers.rowCount() >= MOST_HITS:
            self._tell(self._words.say("The first {count}; go on typing.", count=MOST_HITS))
        else:
            self._tell("")

    def _first_places(self) -> list[QModelIndex]:
        return [self.answers.index(row, 0) for row in range(min(self.answers.rowCount(), MOST_HITS))]

    def _tell(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def place(self) -> None:
        """Stand below the line, or above it where there is more room."""
        window, line = self._window, self._line
        at = line.mapTo(window, QPoint(0, 0))
        below = window.height() - at.y() - line.height() - theme.SPACES_PX[1]
        above = at.y() - theme.SPACES_PX[1]
        rows = _ROWS if self.answers.is_tree else min(self.answers.rowCount(), _ROWS)
        wanted = self._height(rows)
        height = min(wanted, below if below >= min(wanted, above) else above)
        height = max(height, min(self._height(min(rows, _LEAST_ROWS)), window.height()))
        width = min(max(line.width(), _LEAST_PX), window.width())
        left = min(max(at.x(), 0), window.width() - width)
        top = at.y() + line.height() if below >= min(wanted, above) else max(at.y() - height, 0)
        self.setGeometry(left, min(top, window.height() - height), width, height)
        self.raise_()

    def _height(self, rows: int) -> int:
        note = self.note.heightForWidth(_LEAST_PX) + theme.SPACES_PX[0] if not self.note.isHidden() else 0
        row = max(self.tree.sizeHintForRow(0), theme.TARGET_PX)
        return rows * row + note + 2 * (theme.SPACES_PX[0] + self.frameWidth() + self.tree.frameWidth())

    def put_away(self) -> None:
        """Close for good; the cursor stays in the line."""
        # Qt would take the focus from the line too: a widget has the focus when its proxy has it
        self.setFocusProxy(None)  # type: ignore[arg-type]
        self.hide()
        self.deleteLater()

    # Walking and choosing

    def walk(self, key: Qt.Key) -> bool:
        """Answer a key of the keyboard; whether it was one that the list understands."""
        place = self.tree.currentIndex()
        match key:
            case Qt.Key.Key_Down | Qt.Key.Key_Up | Qt.Key.Key_PageDown | Qt.Key.Key_PageUp:
                self._step(key)
            case Qt.Key.Key_Right if self.answers.is_tree:
                if self.tree.isExpanded(place):
                    self._step(Qt.Key.Key_Down)
                else:
                    self.tree.expand(place)
            case Qt.Key.Key_Left if self.answers.is_tree:
                if self.tree.isExpanded(place):
                    self.tree.collapse(place)
                elif place.parent().isValid():
                    self.tree.setCurrentIndex(place.parent())
            case _:
                return False
        return True

    def _step(self, key: Qt.Key) -> None:
        place = self.tree.currentIndex()
        rows = max(self.tree.viewport().height() // max(self.tree.sizeHintForRow(0), 1) - 1, 1)
        for _ in range(rows if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) else 1):
            is_down = key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
            further = self.tree.indexBelow(place) if is_down else self.tree.indexAbove(place)
            if not further.isValid():
                break
            place = further
        self.tree.setCurrentIndex(place)

    def chosen(self) -> str:
        """Key of the answer under the cursor; empty where it may not be picked."""
        hit = self.answers.hit(self.tree.currentIndex())
        return hit.hkey if hit is not None and self.answers.is_pickable(hit) else ""

    def meant(self, text: str) -> str:
        """Key of the one answer that was found, or of the one that is called exactly so; empty in any other case."""
        if self.answers.is_tree:
            return ""
        found = [hit for place in self._first_places() if (hit := self.answers.hit(place)) is not None]
        named = [hit for hit in found if hit.label.casefold() == text.strip().casefold()]
        for hits in (found, named):
            if len(hits) == 1:
                return hits[0].hkey
        return ""

    def open_level(self) -> None:
        """Open or close the level under the cursor."""
        place = self.tree.currentIndex()
        self.tree.setExpanded(place, not self.tree.isExpanded(place))

    def _click(self, place: QModelIndex) -> None:
        hit = self.answers.hit(place)
        if hit is None:
            return
        if self.answers.is_pickable(hit):
            self.picked.emit(hit.hkey)
        else:
            self.open_level()
