"""A form drawn from its definition: sections of fields, labels above or before by width, Enter walks through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.forms.editors import Editor
from ui.forms.picker import PickLine

LABEL_CHARS = 26
"""Labels longer than this take two lines."""

UNLIMITED_PX = 16_777_215
"""Qt's own way to say that a width has no limit."""

INSIDE = "#"
"""Between the key of an editor of lines and a place inside it."""

LABELS_BESIDE_PX = 560
"""From this width on a label stands before its field, else above it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One field as it is drawn.

    Attributes:
        key: Name in the flat document (``place``, ``fields.species``, ``animals``).
        is_wide: Takes the whole width, its label above.
    """

    key: str
    editor: Editor
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class DrawnSection:
    """A heading with its fields."""

    id: str
    label: str
    fields: tuple[Drawn, ...]
    help: str = ""


class FieldRow(QWidget):
    """An editor with its help, and what is wrong with it."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(editor)
        self._problem = _caption("", "danger")
        self._problem.hide()
        column.addWidget(self._problem)
        if editor.field.help:
            told = editor.words.say(editor.field.help)
            column.addWidget(_caption(told, "caption"))
            editor.target().setAccessibleDescription(told)

    @property
    def has_problem(self) -> bool:
        """Whether something is said to be wrong."""
        return bool(self._problem.text())

    def show_problem(self) -> str:
        """Say what cannot be taken; the words, empty when all can."""
        told = self.editor.problem()
        self._problem.setText(told)
        self._problem.setVisible(bool(told))
        self.editor.mark(bool(told))
        return told


def _caption(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    theme.set_kind(label, kind)
    return label


class FormView(QScrollArea):
    """Sections of fields in one column that scrolls; ``edited`` tells the key of a field that a person changed."""

    edited = Signal(str)

    def __init__(self, sections: Sequence[DrawnSection], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._last_key = ""
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._remember)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.sections = tuple(sections)
        self._rows: dict[str, FieldRow] = {}
        self._headings: dict[str, QLabel] = {}
        self._layouts: list[QFormLayout] = []
        self._labels: list[QLabel] = []
        inside = QWidget(self.viewport())
        column = QVBoxLayout(inside)
        column.setContentsMargins(*(theme.SPACES_PX[3],) * 4)
        column.setSpacing(theme.SPACES_PX[2])
        self.setWidget(inside)
        for section in self.sections:
            self._draw(section, column)
        column.addStretch(1)

    def _draw(self, section: DrawnSection, column: QVBoxLayout) -> None:
        heading = QLabel(section.label)
        theme.set_kind(heading, "heading")
        self._headings[section.id] = heading
        column.addWidget(heading)
        if section.help:
            column.addWidget(_caption(section.help, "caption"))
        grid = QFormLayout()
        grid.setHorizontalSpacing(theme.SPACES_PX[2])
        grid.setVerticalSpacing(theme.SPACES_PX[1])
        grid.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        grid.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        column.addLayout(grid)
        self._layouts.append(grid)
        for drawn in section.fields:
            row = self._rows[drawn.key] = FieldRow(drawn.editor)
            drawn.editor.edited.connect(lambda key=drawn.key: self._hear(key))
            if drawn.is_wide:
                grid.addRow(row)
            else:
                label = QLabel(theme.as_it_stands(drawn.editor.label))
                label.setWordWrap(True)
                label.setBuddy(drawn.editor.target())
                label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
                label.setContentsMargins(0, theme.SPACES_PX[1] - 2, 0, 0)
                self._labels.append(label)
                grid.addRow(label, row)
            self._watch(drawn.editor)

    def _watch(self, editor: Editor) -> None:
        self._watch_inside(editor)
        editor.redrawn.connect(partial(self._watch_inside, editor))

    def _watch_inside(self, editor: Editor) -> None:
        for widget in (editor, *editor.findChildren(QWidget)):
            if isinstance(widget, QLineEdit | QComboBox | QCheckBox):
                widget.installEventFilter(self)

    def _hear(self, key: str) -> None:
        row = self._rows[key]
        if row.has_problem:
            row.show_problem()
        self.edited.emit(key)

    # Values

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._rows)

    def editor(self, key: str) -> Editor | None:
        """The editor of a field; ``None`` when the form has none."""
        row = self._rows.get(key)
        return row.editor if row is not None else None

    def values(self) -> dict[str, object]:
        """What is meant, by key; what cannot be read is ``None``."""
        return {key: row.editor.value() for key, row in self._rows.items()}

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show a document; fields it does not name become empty."""
        for key, row in self._rows.items():
            row.editor.set_value(values.get(key))
            row.show_problem()

    def unreadable(self) -> dict[str, str]:
        """What is typed and cannot be read yet, by key; ``key#place`` for a place inside an editor of lines."""
        return {
            f"{key}{INSIDE}{place}" if place else key: text
            for key, row in self._rows.items()
            for place, text in row.editor.unreadable().items()
        }

    def set_unreadable(self, texts: Mapping[str, str]) -> None:
        """Put back what could not be read."""
        for name, text in texts.items():
            key, _, place = name.partition(INSIDE)
            if key in self._rows:
                self._rows[key].editor.set_unreadable(place, text)

    def show_problems(self) -> tuple[str, ...]:
        """Say beside each field what is wrong with it; the labels of those fields."""
        typed = self.focusWidget()
        if isinstance(typed, PickLine):
            typed.settle()
        for row in self._rows.values():
            row.show_problem()
        return tuple(row.editor.label_at(place) for row in self._rows.values() for place in row.editor.unreadable())

    # Walking

    def focus_key(self, key: str) -> None:
        """Put the cursor into a field and bring it into sight."""
        row = self._rows.get(key)
        if row is not None:
            row.editor.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(row, 0, theme.SPACES_PX[4])

    def focus_wrong(self) -> None:
        """Put the cursor into the first field whose text cannot be read."""
        name = next(iter(self.unreadable()), "")
        key, _, place = name.partition(INSIDE)
        self.focus_key(key)
        if place:
            self._rows[key].editor.go_to(place)

    def focus_section(self, section: str) -> None:
        """Bring a section to the top and put the cursor into its first field."""
        found = next((one for one in self.sections if one.id == section), None)
        if found is None:
            return
        self.verticalScrollBar().setValue(self._headings[section].y() - theme.SPACES_PX[1])
        if found.fields:
            self._rows[found.fields[0].key].editor.setFocus(Qt.FocusReason.TabFocusReason)

    def focused_key(self) -> str:
        """The field with the cursor; empty when it is elsewhere."""
        focused = QApplication.focusWidget()
        for key, row in self._rows.items():
            if focused is not None and (row is focused or row.isAncestorOf(focused)):
                return key
        return ""

    def _remember(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self._last_key = self.focused_key()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the cursor on to the field that had it last, or to the first: only a field shows where it is."""
        super().focusInEvent(event)
        key = self._last_key or next(iter(self._rows), "")
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.focus_key(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if isinstance(watched, PickLine) and watched.enter():
                    return True
                self.walk(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
                return True
        elif event.type() == QEvent.Type.FocusOut and isinstance(watched, QWidget):
            self._show_problem_of(watched)
        elif event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            # later: what was just drawn has no place yet
            QTimer.singleShot(0, watched, partial(self.ensureWidgetVisible, watched, 0, theme.SPACES_PX[4]))
        return super().eventFilter(watched, event)

    def walk(self, is_back: bool = False) -> None:
        """Go to the next field, or back to the one before."""
        self.focusNextPrevChild(not is_back)

    def _show_problem_of(self, widget: QWidget) -> None:
        for row in self._rows.values():
            if row.isAncestorOf(widget):
                row.show_problem()
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= LABELS_BESIDE_PX * self.fontMetrics().height() / 19
        policy = QFormLayout.RowWrapPolicy.DontWrapRows if is_wide else QFormLayout.RowWrapPolicy.WrapAllRows
        for grid in self._layouts:
            grid.setRowWrapPolicy(policy)
        self._align_labels(is_wide)

    def _align_labels(self, is_beside: bool) -> None:
        """All fields begin below each other, whatever section they are in; long labels take two lines."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(label.text()) for label in self._labels), default=0) + 2
        width = min(widest, metrics.averageCharWidth() * LABEL_CHARS)
        for label in self._labels:
            label.setMinimumWidth(width if is_beside else 0)
            label.setMaximumWidth(width if is_beside else UNLIMITED_PX)
