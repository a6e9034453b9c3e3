"""The row in which one types what a paper booklet says: fields beside each other, Enter goes on and stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from ranger_app.domain.model_search import Index
from ranger_app.i18n import Words
from ui import theme
from ui.booklet_reading import NO_TIME_TOLD, SAME, NotUnderstood, Texts, read_time
from ui.flow_row import FlowRow
from ui.forms.picker import PickLine

_OVERRIDE = QEvent.Type.ShortcutOverride

_WIDTHS = {"day": 8, "time": 8, "seen": 24, "count": 7, "where": 22, "distance": 9, "bearing": 8, "note": 26}
"""Letters that a field has room for."""


class BookletLine(QWidget):
    """The fields of one row.

    Signals: ``edited`` tells that something else stands there; ``finished`` that the row is to be stored.
    """

    edited = Signal()
    finished = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        labels = {
            "day": words.say("Day"), "time": words.say("Time"), "seen": words.say("Seen"),
            "count": words.say("How many"), "where": words.say("Where"), "distance": words.say("Distance, m"),
            "bearing": words.say("Bearing"), "note": words.say("Note"),
        }  # fmt: skip
        self.seen = PickLine(labels["seen"], words)
        self.seen.setPlaceholderText(words.say("as above, or 3 letters"))
        self.lines: dict[str, QLineEdit] = {name: self.seen if name == "seen" else QLineEdit() for name in labels}
        hints = {
            "time": words.say("as above"), "where": words.say("by the track"), "count": "", "distance": "",
            "bearing": "", "day": words.say("as above"), "note": "",
        }  # fmt: skip
        self._row = FlowRow()
        self._fields: dict[str, QWidget] = {}
        for name, line in self.lines.items():
            line.setAccessibleName(labels[name])
            if name != "seen":
                line.setPlaceholderText(hints[name])
            line.setFixedWidth(line.fontMetrics().averageCharWidth() * _WIDTHS[name] + 2 * theme.SPACES_PX[2])
            line.textEdited.connect(lambda _: self._hear())
            self._fields[name] = _labelled(labels[name], line)
            self._row.addWidget(self._fields[name])
        goes_on: dict[str, Callable[[], None]] = {
            "day": lambda: self.go_to("time"), "time": self._leave_time, "seen": lambda: self.go_to("count"),
        }  # fmt: skip
        for name, line in self.lines.items():
            line.returnPressed.connect(goes_on.get(name, self.finished.emit))
            line.installEventFilter(self)
        self.seen.picked.connect(lambda _: self.go_to("count"))
        self.seen.changed.connect(self._hear)
        self.setLayout(self._row)
        self.setFocusProxy(self.lines["time"])

    def _leave_time(self) -> None:
        """Go on to what was seen, unless what stands there is no time."""
        text = self.lines["time"].text().strip()
        if text and text not in SAME and read_time(text) is None:
            self.mark(NotUnderstood("time", NO_TIME_TOLD))
        else:
            self.go_to("seen")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field in which nothing can be undone leaves Ctrl+Z to the window: it takes back the last row."""
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent) and event.type() == _OVERRIDE:
            undo, redo = event.matches(QKeySequence.StandardKey.Undo), event.matches(QKeySequence.StandardKey.Redo)
            if (undo and not watched.isUndoAvailable()) or (redo and not watched.isRedoAvailable()):
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _hear(self) -> None:
        for line in self.lines.values():
            theme.set_kind(line, "")
        self.edited.emit()

    # What stands there

    def texts(self) -> Texts:
        """The fields that are read as text."""
        return Texts(**{name: self.lines[name].text() for name in asdict(Texts())})

    @property
    def note(self) -> str:
        return self.lines["note"].text().strip()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed; the day is set for many rows."""
        return not any(line.text().strip() for name, line in self.lines.items() if name != "day")

    def state(self) -> dict[str, str]:
        """All of it, to be put back after a restart."""
        told = {name: line.text() for name, line in self.lines.items()}
        key = self.seen.key()
        return told | {"seen": key or "", "typed": told["seen"] if key is None else ""}

    def put(self, state: Mapping[str, str]) -> None:
        """Put back what was typed."""
        for name, line in self.lines.items():
            if name == "seen":
                self.seen.set_key(str(state.get(name, "")))
                if state.get("typed"):
                    self.seen.setText(str(state["typed"]))
            else:
                line.setText(str(state.get(name, "")))
        self.edited.emit()

    def clear(self) -> None:
        """Make room for the next row; the day stays."""
        for name, line in self.lines.items():
            if name == "seen":
                self.seen.set_key("")
            elif name != "day":
                line.setText("")  # with nothing left to be undone in the field
            theme.set_kind(line, "")
        self.go_to("time")
        self.edited.emit()

    def offer(self, index: Index) -> None:
        """Offer what may be seen."""
        self.seen.offer(index)

    def show_day(self, is_shown: bool) -> None:
        """Ask the day too: the patrol walked on several."""
        self._fields["day"].setVisible(is_shown)

    # Where the cursor is

    def go_to(self, name: str) -> None:
        """Put the cursor into a field."""
        line = self.lines[name]
        line.setFocus(Qt.FocusReason.TabFocusReason)
        line.selectAll()

    def mark(self, found: NotUnderstood) -> None:
        """Show which field cannot be taken, and put the cursor there."""
        theme.set_kind(self.lines[found.field], "wrong")
        self.go_to(found.field)


def _labelled(label: str, line: QLineEdit) -> QWidget:
    whole = QWidget()
    told = QLabel(label)
    told.setBuddy(line)
    theme.set_kind(told, "caption")
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.SPACES_PX[0] // 2)
    column.addWidget(told)
    column.addWidget(line)
    return whole
