"""Editors that choose: one of a list by typing a part of it, several of a list, yes or no, a patrol."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from ranger_app.domain.forms import Field, Option
from ranger_app.domain.lists import taxon
from ranger_app.i18n import Words, marked
from ui import theme
from ui.choice_box import ChoiceBox
from ui.forms.editors import Editor
from ui.typing_list import HandsBack

YES, NO = marked("Yes"), marked("No")


def option_label(option: Option, words: Words) -> str:
    """What an answer is called; a taxon by its name in the reader's language."""
    found = taxon(option.taxon) if option.taxon else None
    if found is not None:
        return found.name(words.language)
    return words.say(option.label)


class FindBox(ChoiceBox):
    """A list in which one finds an entry by typing any part of it; F4 opens it, the wheel leaves it alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.keys: list[str] = []
        completer = self.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        HandsBack(completer, self)
        self.setMaxVisibleItems(14)

    def take_width(self) -> None:
        """Take all the width there is: in a panel, where entries are long."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer these (key, label) after an empty entry."""
        self.blockSignals(True)
        self.clear()
        self.keys = [""]
        self.addItem("")
        for key, label in pairs:
            self.keys.append(key)
            self.addItem(label)
        self.setCurrentIndex(0)
        self.blockSignals(False)

    def key(self) -> str | None:
        """The key of what stands in the line; empty for nothing, ``None`` when it names no entry."""
        text = self.currentText().strip()
        if not text:
            return ""
        place = self.findText(text, Qt.MatchFlag.MatchFixedString)
        return self.keys[place] if place >= 0 else None

    def set_key(self, key: str) -> None:
        """Show the entry of this key; an unknown key is shown as it is."""
        if key in self.keys:
            self.setCurrentIndex(self.keys.index(key))
        else:
            self.setEditText(key)

    def take_only_match(self) -> None:
        """Take the one entry that has what was typed in it, when there is exactly one."""
        text = self.currentText().strip().casefold()
        if not text or self.key() is not None:
            return
        matches = [n for n in range(self.count()) if text in self.itemText(n).casefold()]
        begins = [n for n in matches if self.itemText(n).casefold().startswith(text)]
        for found in (matches, begins):
            if len(found) == 1:
                self.setCurrentIndex(found[0])
                return


class ChoiceEditor(Editor):
    """One answer of a list."""

    def __init__(self, field: Field, words: Words, pairs: Sequence[tuple[str, str]] | None = None) -> None:
        super().__init__(field, words)
        self.box = FindBox()
        self.box.setAccessibleName(self.label)
        line = self.box.lineEdit()
        assert line is not None
        line.setAccessibleName(self.label)
        line.setPlaceholderText(words.say("Type to find, F4 shows all"))
        if pairs is None:
            pairs = [(option.key, option_label(option, words)) for option in field.options]
        self.offer(pairs)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.setFocusProxy(self.box)
        line.textEdited.connect(lambda _: self.edited.emit())
        line.editingFinished.connect(self._settle)
        self.box.activated.connect(lambda _: self.edited.emit())

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer other answers."""
        self.box.offer(pairs)

    def _settle(self) -> None:
        before = self.box.key()
        self.box.take_only_match()
        if self.box.key() != before:
            self.edited.emit()

    def target(self) -> QWidget:
        return self.box

    def mark(self, is_wrong: bool) -> None:
        line = self.box.lineEdit()
        assert line is not None
        theme.set_kind(line, "wrong" if is_wrong else "")

    def value(self) -> object:
        return self.box.key() or None

    def set_value(self, value: object) -> None:
        self.box.set_key("" if value is None else str(value))

    def problem(self) -> str:
        if self.box.key() is None:
            return self.words.say("Not in the list. Type a part of an answer, or press F4.")
        return ""

    def typed(self) -> str:
        return self.box.currentText()

    def set_typed(self, text: str) -> None:
        self.box.setEditText(text)


class BooleanEditor(ChoiceEditor):
    """Yes, no, or not said."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words, [("yes", words.say(YES)), ("no", words.say(NO))])

    def value(self) -> object:
        return {"yes": True, "no": False}.get(self.box.key() or "")

    def set_value(self, value: object) -> None:
        self.box.set_key("" if value is None else "yes" if value else "no")


class ChoicesEditor(Editor):
    """Several answers of a list, each with a box to tick; arrow keys walk through them."""

    def __init__(self, field: Field, words: Words, pairs: Sequence[tuple[str, str]] | None = None) -> None:
        super().__init__(field, words)
        if pairs is None:
            pairs = [(option.key, option_label(option, words)) for option in field.options]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setHorizontalSpacing(theme.SPACES_PX[2])
        self._boxes: dict[str, QCheckBox] = {}
        self._columns = 0
        for key, label in pairs:
            self.add_box(key, label)
        self._arrange(1)
        if self._boxes:
            self.setFocusProxy(next(iter(self._boxes.values())))

    def add_box(self, key: str, label: str) -> None:
        """Offer one more answer, below the others."""
        box = QCheckBox(theme.as_it_stands(label))
        box.setAccessibleDescription(self.label)
        box.clicked.connect(lambda: self.edited.emit())
        box.installEventFilter(self)
        self._boxes[key] = box
        if self._columns:
            place = len(self._boxes) - 1
            self._grid.addWidget(box, place // self._columns, place % self._columns)
            self.redrawn.emit()

    def take_box(self, key: str) -> None:
        """Offer an answer no longer; it is the last one."""
        box = self._boxes.pop(key)
        self._grid.removeWidget(box)
        box.deleteLater()

    @property
    def boxes(self) -> tuple[str, ...]:
        """Keys of the answers that are offered."""
        return tuple(self._boxes)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for place, box in enumerate(self._boxes.values()):
            self._grid.addWidget(box, place // columns, place % columns)

    def _widest(self) -> int:
        return max((box.sizeHint().width() for box in self._boxes.values()), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = event.size().width() >= 2 * self._widest() + theme.SPACES_PX[2]
        self._arrange(2 if fits and len(self._boxes) > 1 else 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widest(), super().minimumSizeHint().height())

    def target(self) -> QWidget:
        return next(iter(self._boxes.values()), self)

    def mark(self, is_wrong: bool) -> None:
        """Nothing that can be ticked is wrong."""

    def value(self) -> object:
        return sorted(key for key, box in self._boxes.items() if box.isChecked()) or None

    def problem(self) -> str:
        return ""

    def set_value(self, value: object) -> None:
        chosen = value if isinstance(value, list | tuple) else ()
        for key, box in self._boxes.items():
            box.setChecked(key in chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            boxes = list(self._boxes.values())
            if step and isinstance(watched, QCheckBox):
                boxes[(boxes.index(watched) + step) % len(boxes)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)
