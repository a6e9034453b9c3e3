"""A line for a place in any notation: what was understood is shown before it is taken, and asked where it is not clear.

Every editor of a place is made of this: the position of a record, the place to go to on the map.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ranger_app.coordinates import CoordinatesError, Decoded, notation_of, read_place, tell_dd, tell_place
from ranger_app.coordinates.letters import plain
from ranger_app.i18n import Words
from ranger_app.messages import say_error
from ranger_app.services.place_words import reading_words
from ui import theme
from ui.button import Button
from ui.telling import isolated

_UNPRINTED = re.compile(r"[^\x20-\x7e\u0400-\u04ff°]")
"""Signs of a chat that no page has to print: they say nothing of the place."""

MOST_TYPED = 200
"""So much of a text is kept beside the place that it meant."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

PAUSE_MS = 120
"""What is typed is read when the keys rest this long, or the line is left."""


class PlaceLine(QWidget):
    """Types, pastes and shows one place.

    ``edited`` tells that a person typed or chose; ``redrawn`` that something else is said or offered under the line.

    Args:
        name: What the line is called.
        notation: In which places are shown.

    Attributes:
        line: Where it is typed; Ctrl+V of a text that is a place replaces what stands there.
        choices: One for each reading, when a person has to choose.
    """

    edited = Signal()
    redrawn = Signal()

    def __init__(self, words: Words, name: str, notation: str = "dd") -> None:
        super().__init__()
        self._words = words
        self._notation = notation
        self._readings: tuple[Decoded, ...] = ()
        self._chosen: Decoded | None = None
        self._error: CoordinatesError | None = None
        self._kept: tuple[str, tuple[float, float]] | None = None
        self._read_text = ""
        self._how = ("", "")
        self._shown: tuple[Decoded, ...] = ()
        self.choices: tuple[QRadioButton, ...] = ()
        self.line = QLineEdit()
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.line.setPlaceholderText(tell_place(41.201111, 74.501234, notation))
        self.line.setAccessibleName(name)
        self.line.textEdited.connect(self._type)
        self.line.installEventFilter(self)
        self._paste = Button(words.say("Paste"))
        self._paste.setToolTip(words.say("Take the place that was copied, in any notation or as a link (Ctrl+V)"))
        self._paste.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._paste.clicked.connect(self.paste)
        self.map_button = Button(words.say("On the map"))
        self.map_button.setToolTip(words.say("Read the place off the map (F3)"))
        self.map_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.map_button.hide()
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.hide()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._show)
        self._draw()
        self.setFocusProxy(self.line)

    def _draw(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACES_PX[1])
        row.addWidget(self.line, 1)
        row.addWidget(self._paste)
        row.addWidget(self.map_button)
        self._offered = QGridLayout()
        self._offered.setContentsMargins(0, 0, 0, 0)
        self._offered.setSpacing(theme.SPACES_PX[0])
        self._offered.setColumnStretch(1, 1)
        self._labels: tuple[QLabel, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[0])
        column.addLayout(row)
        column.addWidget(self.told)
        column.addLayout(self._offered)

    def offer_map(self, show: Callable[[], None]) -> None:
        """Have a button beside the line by which the place is read off the map."""
        self.map_button.clicked.connect(show)
        self.map_button.show()

    # What is meant

    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude; ``None`` when there is nothing, nothing that can be read, or nothing was chosen."""
        text = self.line.text()
        if self._kept is not None and text == self._kept[0]:
            return self._kept[1]
        self._read()
        return (self._chosen.latitude_deg, self._chosen.longitude_deg) if self._chosen is not None else None

    def how(self) -> tuple[str, str]:
        """The text in another notation from which the place was read, and the operation; empty for none."""
        if self._kept is not None and self.line.text() == self._kept[0]:
            return self._how
        self._read()
        return self._how_of(self._chosen)

    def _how_of(self, one: Decoded | None) -> tuple[str, str]:
        if one is None or (one.notation == "dd" and not one.notes):
            return "", ""
        return " ".join(_UNPRINTED.sub("", plain(self._read_text)).split())[:MOST_TYPED], one.operation

    def set_place(self, place: tuple[float, float] | None, how: tuple[str, str] = ("", "")) -> None:
        """Show a place in the notation of the window without telling anybody; *how* it was read once."""
        self._how = how
        self._kept = (tell_place(*place, self._notation), place) if place is not None else None
        self.line.setText(self._kept[0] if self._kept is not None else "")
        self.line.setCursorPosition(0)
        self._forget()
        self._tell_kept()

    def set_text(self, text: str) -> None:
        """Put back a text that was typed."""
        self.line.setText(text)
        self._forget()
        self._show()

    def problem(self) -> str:
        """Why there is no place, in words; empty when there is one, or nothing was typed."""
        if not self.line.text().strip() or self.place() is not None:
            return ""
        if self._error is not None:
            return say_error(self._words, self._error)
        if len(self._readings) > 1:
            return self._words.say("This can mean more than one place. Choose the one that is meant.")
        return self._words.say("This is perhaps not the place that is meant. Choose it if it is.")

    def settle(self) -> None:
        """Take what was understood, and write it in the notation of the window."""
        self._pause.stop()
        place = self.place()
        if place is None or (self._kept is not None and self.line.text() == self._kept[0]):
            self._show()
            return
        how, self._how = self._chosen, self._how_of(self._chosen)
        self._kept = (tell_place(*place, self._notation), place)
        self.line.setText(self._kept[0])
        self._offer(())
        self._tell_kept(how)

    def paste(self) -> None:
        """Take the text that was copied; one that is a place replaces what stands in the line."""
        text = QApplication.clipboard().text().strip()
        if not text:
            return
        try:
            read_place(text, shown=self._notation)
        except CoordinatesError:
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.line.paste()
            return
        self.line.setText(" ".join(text.split()))
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._type()
        self._show()

    # Reading

    def _type(self) -> None:
        self._pause.start()
        self.edited.emit()

    def _forget(self) -> None:
        self._pause.stop()
        self._read_text, self._readings, self._chosen, self._error = "", (), None, None
        self._offer(())

    def _read(self) -> None:
        """Read the line again if it changed; a choice made for the same text stays."""
        text = self.line.text()
        if text == self._read_text:
            return
        self._read_text, self._readings, self._chosen, self._error = text, (), None, None
        if not text.strip():
            return
        try:
            self._readings = read_place(text, shown=self._notation)
        except CoordinatesError as error:
            self._error = error
            return
        sure = [one for one in self._readings if not one.is_doubtful]
        own = [one for one in sure if one.notation == self._notation]
        if len(self._readings) == 1 and sure:
            self._chosen = sure[0]
        elif len(own) == 1 and not notation_of(self._notation).is_degrees:
            self._chosen = own[0]

    def _show(self) -> None:
        """Say what the line means now."""
        if self._kept is not None and self.line.text() == self._kept[0]:
            self._offer(())
            self._tell_kept()
            return
        self._read()
        is_clear = len(self._readings) == 1 and self._chosen is not None
        self._offer(() if is_clear else self._readings)
        if self._chosen is not None and is_clear:
            self._tell(self._line_of(self._chosen))
        elif self._readings:
            words, several = self._words, len(self._readings) > 1
            one = words.say("Is this the place that is meant? Press Down, then Enter.")
            self._tell(words.say("Which place is meant? Press Down, then Enter.") if several else one, "warning")
        else:
            self._tell("")

    def _tell_kept(self, how: Decoded | None = None) -> None:
        """Under a place that was taken: how it was read, and decimal degrees where they do not stand above."""
        if self._kept is None:
            self._tell("")
        elif how is not None and (how.notation != self._notation or how.notes):
            self._tell(self._line_of(how))
        else:
            self._tell("" if self._kept[0] == tell_dd(*self._kept[1]) else isolated(tell_dd(*self._kept[1])))

    def _tell(self, text: str, kind: str = "quiet") -> None:
        if text == self.told.text():
            return
        self.told.setText(text)
        theme.set_kind(self.told, kind)
        self.told.setVisible(bool(text))
        self._make_room()
        self.redrawn.emit()

    def _line_of(self, one: Decoded) -> str:
        """Decimal degrees, the notation of the window where it is another, and how it was read."""
        place = one.latitude_deg, one.longitude_deg
        own, degrees = tell_place(*place, self._notation), tell_dd(*place)
        told = [isolated(degrees)] if own == degrees else [isolated(own), isolated(degrees)]
        return " · ".join([*told, reading_words(self._words, one)])

    # Choosing

    def _offer(self, readings: tuple[Decoded, ...]) -> None:
        """Let a person choose among these; a label beside each button, because the words of a button do not wrap."""
        if readings == self._shown:
            return
        self._shown = readings
        for old in (*self.choices, *self._labels):
            self._offered.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.choices = tuple(self._button(one) for one in readings)
        self._labels = tuple(self._label(one, button) for one, button in zip(readings, self.choices, strict=True))
        before: QWidget = self.line
        for row, (button, label) in enumerate(zip(self.choices, self._labels, strict=True)):
            self._offered.addWidget(button, row, 0, Qt.AlignmentFlag.AlignTop)
            self._offered.addWidget(label, row, 1)
            QWidget.setTabOrder(before, button)
            before = button
        self._make_room()
        self.redrawn.emit()

    def _button(self, one: Decoded) -> QRadioButton:
        button = QRadioButton(self)
        button.setAccessibleName(f"{tell_dd(one.latitude_deg, one.longitude_deg)} {reading_words(self._words, one)}")
        button.setChecked(one == self._chosen)
        button.toggled.connect(partial(self._choose, one))
        button.installEventFilter(self)
        return button

    def _label(self, one: Decoded, button: QRadioButton) -> QLabel:
        label = QLabel(f"{isolated(tell_dd(one.latitude_deg, one.longitude_deg))} · {reading_words(self._words, one)}")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setBuddy(button)
        label.installEventFilter(self)
        return label

    def _choose(self, one: Decoded, is_on: bool) -> None:
        if is_on:
            self._chosen = one
            self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._press(event):
                return True
            if event.type() == QEvent.Type.FocusOut:
                self._leave()
        elif isinstance(watched, QLabel) and event.type() == QEvent.Type.MouseButtonPress:
            buddy = watched.buddy()
            if isinstance(buddy, QRadioButton):
                buddy.click()
        elif isinstance(watched, QRadioButton):
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _ENTER:
                watched.setChecked(True)
                self.line.setFocus(Qt.FocusReason.OtherFocusReason)
                self.settle()
                return True
            if event.type() == QEvent.Type.FocusOut and not self._holds_focus():
                self.settle()
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        """Paste a place, or go down to what is offered; whether either was done."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
            return True
        if event.key() == Qt.Key.Key_Down and self.choices:
            self.choices[0].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def _holds_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _leave(self) -> None:
        self._pause.stop()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """What is said under the line takes as many lines as the width wants, in panels too that ask for none."""
        layout = self.layout()
        needs = layout.heightForWidth(self.width()) if layout is not None and self.told.text() else 0
        if needs != self.minimumHeight():
            self.setMinimumHeight(max(needs, 0))

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), self.minimumHeight() or hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 20, super().minimumSizeHint().height())
