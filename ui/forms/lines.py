"""Editors of lists of lines: a short list on top, the fields of the chosen line below it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ranger_app.domain.forms import Field, FieldType, LineForm
from ranger_app.i18n import Words, marked
from ui import theme
from ui.button import Button
from ui.forms.editors import Editor, focus_soon
from ui.forms.fields import make_editor
from ui.forms.form_view import FieldRow
from ui.icons import icon

_MOST_SHOWN = 5
TYPED = "~typed"
"""Under this name a line remembers what was typed into it and cannot be taken yet."""

NO_ANSWER = marked("not said yet")


class LineList(QListWidget):
    """The lines as short texts; Delete takes the chosen one out."""

    def __init__(self, name: str, remove: Callable[[], None]) -> None:
        super().__init__()
        self._remove = remove
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def fit(self) -> None:
        """Be as high as the lines, up to a few."""
        rows = min(max(self.count(), 1), _MOST_SHOWN)
        height = self.sizeHintForRow(0) if self.count() else theme.TARGET_PX
        self.setFixedHeight(rows * height + 2 * self.frameWidth() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentRow() >= 0:
            self._remove()
            return
        super().keyPressEvent(event)


class LinesEditor(Editor):
    """A list of lines, each with the same questions; the value is a list of answers by field id."""

    def __init__(self, line: LineForm, words: Words, zone: dt.tzinfo = dt.UTC) -> None:
        super().__init__(Field(id=line.id, label=line.label, type=FieldType.TEXT, help=line.help), words)
        self.line = line
        self._zone = zone
        self.top = QVBoxLayout()
        self._lines: list[dict[str, object]] = []
        self._rows: dict[str, FieldRow] = {}
        self.list = LineList(self.label, self.remove)
        self.list.currentRowChanged.connect(self._show_line)
        self.add_button = Button(words.say("Add a line"))
        self.add_button.setIcon(icon("add"))
        self.add_button.clicked.connect(self.add)
        self.remove_button = Button(words.say("Take the line out"))
        self.remove_button.clicked.connect(self.remove)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACES_PX[1])
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        self._fields = QWidget()
        self._grid = QFormLayout(self._fields)
        self._grid.setContentsMargins(theme.SPACES_PX[2], 0, 0, 0)
        self._grid.setVerticalSpacing(theme.SPACES_PX[0])
        self._grid.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[1])
        column.addLayout(self.top)
        column.addWidget(self.list)
        column.addLayout(buttons)
        column.addWidget(self._fields)
        self.setFocusProxy(self.list)
        self._draw_fields(line.fields)
        self._show_line(-1)

    # Drawing

    def _draw_fields(self, fields: Sequence[Field]) -> None:
        self._draw_editors([make_editor(field, self.words, self._zone) for field in fields])

    def _draw_editors(self, editors: Sequence[Editor]) -> None:
        while self._grid.rowCount():
            self._grid.removeRow(0)
        self._rows = {}
        for editor in editors:
            editor.edited.connect(lambda field=editor.field.id: self._take(field))
            editor.redrawn.connect(self.redrawn)
            row = self._rows[editor.field.id] = FieldRow(editor)
            if isinstance(editor, LinesEditor):
                self._grid.addRow(row)
                continue
            label = QLabel(theme.as_it_stands(editor.label))
            label.setBuddy(editor.target())
            self._grid.addRow(label, row)
        self.redrawn.emit()

    def summary(self, answers: Mapping[str, object]) -> str:
        """A line in a few words."""
        told: list[str] = []
        for field in self.line.fields:
            value = answers.get(field.id)
            if value in (None, "", []):
                continue
            option = field.option(str(value))
            text = self.words.say(option.label) if option is not None else str(value)
            told.append(text if option is not None and not told else f"{self.words.say(field.label)} {text}")
        return " · ".join(told) or self.words.say(NO_ANSWER)

    def _show_line(self, place: int) -> None:
        has_line = 0 <= place < len(self._lines)
        self._fields.setVisible(has_line)
        self.remove_button.setEnabled(has_line)
        if has_line:
            for field, row in self._rows.items():
                self._show_answer(row, self._lines[place], field, self._lines[place].get(field))

    def _show_answer(self, row: FieldRow, line: Mapping[str, object], field: str, value: object) -> None:
        row.editor.set_value(value)
        text = typed_into(line).get(field)
        if text is not None:
            row.editor.set_typed(text)
        row.show_problem()

    def _fill_list(self, chosen: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for line in self._lines:
            self.list.addItem(QListWidgetItem(self.summary(line)))
        self.list.fit()
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(chosen, len(self._lines) - 1))
        self._show_line(self.list.currentRow())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask once more where the fields got less height than they need, as when the list above them has grown."""
        super().resizeEvent(event)
        if self._fields.height() < self._fields.heightForWidth(self._fields.width()):
            QTimer.singleShot(0, self._fields, self._fields.updateGeometry)

    # Changing

    def _take(self, field: str) -> None:
        place = self.list.currentRow()
        if not 0 <= place < len(self._lines):
            return
        value = self._take_answer(self._lines[place], field)
        if value is None:
            self._lines[place].pop(field, None)
        else:
            self._lines[place][field] = value
        self.list.item(place).setText(self.summary(self._lines[place]))
        self.edited.emit()

    def _take_answer(self, line: dict[str, object], field: str) -> object:
        """The answer in a field's editor; what cannot be taken is remembered in the line as it was typed."""
        row = self._rows[field]
        typed = {name: text for name, text in typed_into(line).items() if name != field}
        is_wrong = bool(row.show_problem())
        if is_wrong:
            typed[field] = row.editor.typed()
        if typed:
            line[TYPED] = typed
        else:
            line.pop(TYPED, None)
        return None if is_wrong else row.editor.value()

    def add(self) -> None:
        """Begin a line and put the cursor into its first field."""
        self._lines.append({})
        self._fill_list(len(self._lines) - 1)
        first = next(iter(self._rows.values()), None)
        if first is not None:
            focus_soon(first.editor)
        self.edited.emit()

    def remove(self) -> None:
        """Take the chosen line out."""
        place = self.list.currentRow()
        if 0 <= place < len(self._lines):
            del self._lines[place]
            self._fill_list(place)
            self.edited.emit()

    def target(self) -> QWidget:
        return self.list

    def mark(self, is_wrong: bool) -> None:
        """Each field of the line is marked by itself."""

    def problem(self) -> str:
        return ""

    def unreadable(self) -> dict[str, str]:
        return {
            f"{place}/{field}": text
            for place, line in enumerate(self._lines)
            for field, text in typed_into(line).items()
        }

    def set_unreadable(self, place: str, text: str) -> None:
        number, _, field = place.partition("/")
        if number.isdecimal() and int(number) < len(self._lines):
            line = self._lines[int(number)]
            line[TYPED] = {**typed_into(line), field: text}
            self._show_line(self.list.currentRow())

    def label_at(self, place: str) -> str:
        number, _, field = place.partition("/")
        return f"{self.label} {int(number) + 1}: {self.name_of(field)}"

    def name_of(self, field: str) -> str:
        """What a question is called."""
        found = self.line.field(field)
        row = self._rows.get(field)
        return self.words.say(found.label) if found is not None else row.editor.label if row is not None else field

    def go_to(self, place: str) -> None:
        number, _, field = place.partition("/")
        if number.isdecimal() and int(number) < len(self._lines):
            self.list.setCurrentRow(int(number))
            if field in self._rows:
                focus_soon(self._rows[field].editor)

    def value(self) -> object:
        return [without_typed(line) for line in self._lines]

    def set_value(self, value: object) -> None:
        told = value if isinstance(value, list | tuple) else ()
        chosen = max(self.list.currentRow(), 0)
        self._lines = [dict(line) for line in told if isinstance(line, Mapping)]
        self._fill_list(chosen)

    def take_ids(self, stored: object) -> None:
        """Lines that were new when they were stored have ids now."""
        told = stored if isinstance(stored, list | tuple) else ()
        for line, known in zip(self._lines, told, strict=False):
            if isinstance(known, Mapping) and "id" in known:
                line.setdefault("id", known["id"])


def typed_into(line: Mapping[str, object]) -> dict[str, str]:
    """What was typed into a line and cannot be taken yet, by field."""
    told = line.get(TYPED)
    return dict(told) if isinstance(told, Mapping) else {}


def without_typed(line: Mapping[str, object]) -> dict[str, object]:
    """The answers of a line alone."""
    return {name: answer for name, answer in line.items() if name != TYPED}
