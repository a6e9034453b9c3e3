"""One editor for each type of field: what is typed is read forgivingly, and what cannot be read is said beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ranger_app.domain.forms import Field, FieldType, value_problems
from ranger_app.i18n import Words
from ui import theme
from ui.typed_text import read_day, read_moment, read_number, typed_day, typed_moment

_LONG_LINES = 4


class Editor(QWidget):
    """Edits the value of one field; values are as the JSON documents have them, ``None`` says nothing."""

    edited = Signal()
    redrawn = Signal()
    """Fields inside the editor are others now."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__()
        self.field = field
        self.words = words
        self.label = words.say(field.label)

    def value(self) -> object:
        """What is meant; ``None`` when nothing is, or when it cannot be read."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show a value without telling anybody."""
        raise NotImplementedError

    def problem(self) -> str:
        """Why what is typed cannot be taken, in words; empty when it can."""
        return self.rule_problem(self.value())

    def rule_problem(self, value: object) -> str:
        """What the field's own rules have against *value*, in words."""
        for found in value_problems(self.field, value, self.field.id):
            limit = str(found.facts.get("limit", ""))
            if found.code == "field-below-minimum":
                return self.words.say("At least {limit}.", limit=limit)
            if found.code == "field-above-maximum":
                return self.words.say("At most {limit}.", limit=limit)
            return self.words.say("This cannot be taken.")
        return ""

    def typed(self) -> str:
        """The text as it stands, for the draft of what cannot be read yet."""
        return ""

    def set_typed(self, text: str) -> None:
        """Put back such a text."""

    def unreadable(self) -> dict[str, str]:
        """What is typed here and cannot be taken yet: place inside the editor, empty for the whole, to the text."""
        return {"": self.typed()} if self.problem() else {}

    def set_unreadable(self, place: str, text: str) -> None:
        """Put back a text that could not be taken."""
        self.set_typed(text)

    def label_at(self, place: str) -> str:
        """What a place inside the editor is called."""
        return self.label

    def go_to(self, place: str) -> None:
        """Put the cursor into a place inside the editor, named as :meth:`unreadable` does."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def target(self) -> QWidget:
        """The widget that takes the focus."""
        return self

    def mark(self, is_wrong: bool) -> None:
        """Show that what is typed cannot be taken."""
        theme.set_kind(self.target(), "wrong" if is_wrong else "")


class LineEditor(Editor):
    """A line of text; the base of everything that is typed into one line."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self.line = QLineEdit()
        self.line.setAccessibleName(self.label)
        self.line.textEdited.connect(lambda _: self.edited.emit())
        self.line.editingFinished.connect(self._tidy)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(theme.SPACES_PX[1])
        self.row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)

    def target(self) -> QWidget:
        return self.line

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)

    def value(self) -> object:
        return self.line.text().strip() or None

    def set_value(self, value: object) -> None:
        self.line.setText("" if value is None else str(value))
        self.line.setCursorPosition(0)

    def _tidy(self) -> None:
        """Write what was understood the usual way."""


class LongTextEditor(Editor):
    """Several lines; Tab goes on, Enter begins a line."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.label)
        height = self.text.fontMetrics().lineSpacing() * _LONG_LINES + 3 * theme.SPACES_PX[1]
        self.text.setMinimumHeight(height)
        self.text.setMaximumHeight(height)
        self._is_telling = True
        self.text.textChanged.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        self.setFocusProxy(self.text)

    def _tell(self) -> None:
        if self._is_telling:
            self.edited.emit()

    def target(self) -> QWidget:
        return self.text

    def value(self) -> object:
        return self.text.toPlainText().strip() or None

    def set_value(self, value: object) -> None:
        self._is_telling = False
        self.text.setPlainText("" if value is None else str(value))
        self._is_telling = True


class NumberEditor(LineEditor):
    """A whole or decimal number; spaces between thousands and a decimal comma are understood."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self.line.setMaximumWidth(self.line.fontMetrics().averageCharWidth() * 20)
        if field.unit:
            self.row.addWidget(QLabel(words.say(field.unit)))
        self.row.addStretch(1)

    def value(self) -> object:
        text = read_number(self.line.text())
        if text is None:
            return None
        number = Decimal(text)
        is_whole = number == number.to_integral_value()
        if self.field.type is FieldType.INTEGER:
            return int(number) if is_whole else None
        return int(number) if is_whole else float(number)

    def set_value(self, value: object) -> None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        super().set_value(value)

    def problem(self) -> str:
        if self.line.text().strip() and self.value() is None:
            if self.field.type is FieldType.INTEGER:
                return self.words.say("A whole number, such as 3.")
            return self.words.say("A number, such as 12.5.")
        return super().problem()


class DateEditor(LineEditor):
    """A calendar day, typed as text."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self.line.setPlaceholderText(words.say("dd.mm.yyyy"))
        self.line.setMaximumWidth(self.line.fontMetrics().averageCharWidth() * 24)
        self.row.addStretch(1)

    def _day(self) -> dt.date | None:
        return read_day(self.line.text(), today=dt.datetime.now(dt.UTC).astimezone().date())

    def value(self) -> object:
        day = self._day()
        return None if day is None else day.isoformat()

    def set_value(self, value: object) -> None:
        try:
            self.line.setText(typed_day(dt.date.fromisoformat(str(value))) if value else "")
        except ValueError:
            self.line.setText(str(value))

    def problem(self) -> str:
        if self.line.text().strip() and self._day() is None:
            return self.words.say("A day, such as 04.03.2026.")
        return ""

    def _tidy(self) -> None:
        day = self._day()
        if day is not None:
            self.line.setText(typed_day(day))


class MomentEditor(LineEditor):
    """A day and a time in the station's zone; the offset of a stored moment is kept while nobody changes it."""

    def __init__(self, field: Field, words: Words, zone: dt.tzinfo) -> None:
        super().__init__(field, words)
        self._zone = zone
        self._stored: dt.datetime | None = None
        self.line.setPlaceholderText(words.say("dd.mm.yyyy hh:mm"))
        self.line.setMaximumWidth(self.line.fontMetrics().averageCharWidth() * 30)
        self.row.addStretch(1)

    def _moment(self) -> dt.datetime | None:
        if self._stored is not None and self.line.text() == typed_moment(self._stored, self._zone):
            return self._stored
        return read_moment(self.line.text(), zone=self._zone, now=dt.datetime.now(self._zone))

    def value(self) -> object:
        moment = self._moment()
        return None if moment is None else moment.isoformat()

    def set_value(self, value: object) -> None:
        try:
            self._stored = dt.datetime.fromisoformat(str(value)) if value else None
        except ValueError:
            self._stored = None
        self.line.setText(typed_moment(self._stored, self._zone) if self._stored else "")

    def problem(self) -> str:
        if self.line.text().strip() and self._moment() is None:
            return self.words.say("A day and a time, such as 04.03.2026 09:15.")
        return ""

    def _tidy(self) -> None:
        moment = self._moment()
        if moment is not None:
            self.line.setText(typed_moment(moment, self._zone))


def json_equal(one: object, other: object) -> bool:
    """Whether two values of documents mean the same: numbers by value, nothing like nothing."""
    if one in (None, "", [], ()) and other in (None, "", [], ()):
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(json_equal(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(json_equal(a, b) for a, b in zip(one, other, strict=True))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def focus_soon(widget: QWidget) -> None:
    """Put the cursor into a widget that was just drawn: it can take it when it has its place."""
    QTimer.singleShot(0, widget, partial(widget.setFocus, Qt.FocusReason.TabFocusReason))
