"""One editor for each attribute of the data model; what an old record says is shown and kept, whatever the model says.

The labels are the model's own words, in the reader's language where it has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.forms import Field, FieldType
from ranger_app.domain.model_search import Index, index_of
from ranger_app.domain.observation_questions import SHAPES, Question, fits
from ranger_app.domain.preflight_values import geometry_of
from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.forms.choices import BooleanEditor, ChoicesEditor
from ui.forms.editors import DateEditor, Editor, LineEditor, NumberEditor
from ui.forms.picker import PickEditor, PickLine
from ui.typed_text import read_clock

MOST_BOXES = 12
"""More answers than this are picked one by one instead of ticked."""


class PatternEditor(LineEditor):
    """A text that has to have the form the model asks for."""

    def __init__(self, field: Field, words: Words, pattern: str | None) -> None:
        super().__init__(field, words)
        self._pattern = pattern

    def problem(self) -> str:
        text = self.line.text().strip()
        if text and not fits(self._pattern, text):
            return self.words.say("Not in the form that the data model asks for: {pattern}", pattern=self._pattern)
        return ""


class ClockEditor(LineEditor):
    """A time of day."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self.line.setPlaceholderText(words.say("hh:mm"))
        self.line.setMaximumWidth(self.line.fontMetrics().averageCharWidth() * 24)
        self.row.addStretch(1)

    def value(self) -> object:
        clock = read_clock(self.line.text())
        return None if clock is None else clock.isoformat("seconds")

    def set_value(self, value: object) -> None:
        clock = read_clock(str(value)) if value else None
        self.line.setText(
            str(value or "") if clock is None else clock.isoformat("seconds" if clock.second else "minutes")
        )

    def problem(self) -> str:
        if self.line.text().strip() and self.value() is None:
            return self.words.say("A time, such as 09:15.")
        return ""

    def _tidy(self) -> None:
        self.set_value(self.value() or self.line.text())


class TruthEditor(BooleanEditor):
    """Yes, no, or not said; an old value that is neither stands there as it is."""

    def set_value(self, value: object) -> None:
        if value is None or isinstance(value, bool):
            super().set_value(value)
        else:
            self.box.set_key(str(value))


class PicksEditor(Editor):
    """Several answers of a long list: each is found by typing, Delete takes one out again."""

    def __init__(self, field: Field, words: Words, index: Index) -> None:
        super().__init__(field, words)
        self._index = index
        self._keys: list[str] = []
        self.picker = PickLine(self.label, words, keeps_nothing=True)
        self.picker.setPlaceholderText(words.say("Type to add, F4 shows all"))
        self.picker.offer(index)
        self.picker.picked.connect(self._add)
        self.list = QListWidget()
        self.list.setAccessibleName(words.say("Chosen: {field}", field=self.label))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(self.picker)
        column.addWidget(self.list)
        self.setFocusProxy(self.picker)
        self._show()

    def _add(self, key: str) -> None:
        if key not in self._keys:
            self._keys.append(key)
            self._show()
            self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.list.currentRow()
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus() and 0 <= place < len(self._keys):
            del self._keys[place]
            self._show()
            self.list.setCurrentRow(min(place, len(self._keys) - 1))
            self.edited.emit()
            return
        super().keyPressEvent(event)

    def _show(self) -> None:
        self.list.clear()
        for key in self._keys:
            self.list.addItem(QListWidgetItem(old_answer(self._index, key, self.words)))
        self.list.setVisible(bool(self._keys))
        height = self.list.sizeHintForRow(0) if self._keys else 0
        self.list.setFixedHeight(min(len(self._keys), 5) * height + 2 * self.list.frameWidth() + 2)

    def target(self) -> QWidget:
        return self.picker

    def value(self) -> object:
        return sorted(self._keys) or None

    def set_value(self, value: object) -> None:
        self._keys = [str(one) for one in several(value)]
        self._show()

    def problem(self) -> str:
        return ""


class KeepingBoxes(ChoicesEditor):
    """Several answers to tick; those that an old record has and nobody may pick any more stay with it."""

    def __init__(self, field: Field, words: Words, index: Index) -> None:
        hits = [index.at(place, words.language) for place in range(len(index))]
        super().__init__(field, words, [(hit.hkey, hit.label) for hit in hits])
        self._index = index
        self._asked = frozenset(hit.hkey for hit in hits)

    def set_value(self, value: object) -> None:
        told = [str(one) for one in several(value)]
        for key in self.boxes:
            if key not in self._asked:
                self.take_box(key)
        for key in told:
            if key not in self.boxes:
                self.add_box(key, old_answer(self._index, key, self.words))
        super().set_value(told)


class KeptEditor(Editor):
    """What an old record says and the form cannot ask: shown as it is, and only taken out."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self._value: object = None
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.line.setAccessibleName(self.label)
        self.take_out = Button(words.say("Take out"))
        self.take_out.setAccessibleName(words.say("Take out: {field}", field=self.label))
        self.take_out.clicked.connect(self._take_out)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACES_PX[1])
        row.addWidget(self.line, 1)
        row.addWidget(self.take_out)
        self.setFocusProxy(self.line)

    def _take_out(self) -> None:
        self.set_value(None)
        self.edited.emit()

    def target(self) -> QWidget:
        return self.line

    def value(self) -> object:
        return self._value

    def set_value(self, value: object) -> None:
        self._value = value
        self.line.setText("" if value is None else plain_value(value, self.words))
        self.line.setCursorPosition(0)
        self.take_out.setEnabled(value is not None)

    def problem(self) -> str:
        return ""


def attribute_editor(model: DataModel, question: Question, words: Words) -> Editor:
    """The editor for one question of the model."""
    attribute = question.attribute
    label = model.label(attribute, words.language) if attribute is not None else question.key
    if question.is_required:
        label = words.say("{field} (required)", field=label)
    note = "" if question.is_in_use else words.say("No longer asked; kept as it is.")
    field = Field(id=question.key, label=label, type=FieldType.TEXT, help=note)
    if attribute is None or attribute.type in SHAPES:
        return KeptEditor(field, words)
    index = index_of(attribute, model.languages)
    match attribute.type:
        case AttributeType.NUMERIC:
            return _number_editor(field, attribute, words)
        case AttributeType.BOOLEAN:
            return TruthEditor(field, words)
        case AttributeType.DATE:
            return DateEditor(field, words)
        case AttributeType.TIME:
            return ClockEditor(field, words)
        case AttributeType.LIST | AttributeType.TREE:
            return PickEditor(field, words, index)
        case AttributeType.MLIST if len(index) > MOST_BOXES:
            return PicksEditor(field, words, index)
        case AttributeType.MLIST:
            return KeepingBoxes(field, words, index)
        case _:
            return PatternEditor(field, words, attribute.pattern)


def _number_editor(field: Field, attribute: Attribute, words: Words) -> Editor:
    least, most = _bound(attribute.minimum), _bound(attribute.maximum)
    bounded = Field(
        id=field.id, label=field.label, type=FieldType.DECIMAL, help=field.help, minimum=least, maximum=most
    )
    editor = NumberEditor(bounded, words)
    if least is not None and most is not None:
        editor.line.setPlaceholderText(words.say("{least} to {most}", least=least, most=most))
    return editor


def _bound(limit: float | None) -> Decimal | None:
    """A bound as people write it: 0 and not 0.0."""
    if limit is None:
        return None
    return Decimal(int(limit)) if limit.is_integer() else Decimal(str(limit))


def several(value: object) -> Sequence[object]:
    """The answers of a value, of which an old record may have only one."""
    if value in (None, ""):
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def old_answer(index: Index, key: str, words: Words) -> str:
    """What the answer of this key is called, and that nobody may pick it any more."""
    hit = index.get(key, words.language)
    if hit is None:
        return words.say("{key} (not in the data model)", key=key)
    return hit.label if hit.is_active else words.say("{answer} (no longer in use)", answer=hit.label)


def plain_value(value: object, words: Words) -> str:
    """A value of which the model says nothing, or that is drawn on a map."""
    if isinstance(value, bool):
        return words.say("Yes") if value else words.say("No")
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    shape = geometry_of(value) if isinstance(value, str) else None
    if shape is not None:
        source, drawn = shape
        return words.say("Drawn on a map ({source}), {count} bytes", source=source, count=words.number(len(drawn)))
    return str(value)
