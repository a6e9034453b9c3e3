"""A ranger's hands: keys pressed in the window, whatever has the focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.application import Application
from ui.main_window import MainWindow

WAIT_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """Works in an open main window by keyboard alone."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window

    @property
    def field(self) -> QWidget:
        """What has the focus."""
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        return focused

    @property
    def field_name(self) -> str:
        """What a screen reader calls it."""
        field = self.field
        return field.accessibleName() or (field.text() if isinstance(field, QAbstractButton) else "")

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press one key and let the window answer."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        """Type *text* in the place of what stands in the field."""
        self.press(Qt.Key.Key_A, CTRL)
        QTest.keyClicks(self.field, text)
        QApplication.processEvents()

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is seen."""
        self.qtbot.waitUntil(happened, timeout=WAIT_MS)

    def go_to(self, name: str, *, most: int = 80) -> None:
        """Press Tab until the field called *name* has the focus."""
        for _ in range(most):
            if self.field_name == name:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"no field is called {name}")

    def fill(self, answers: Mapping[str, str], *, most: int = 80) -> None:
        """Walk down the form by Enter and answer the fields that *answers* names."""
        rest = dict(answers)
        for _ in range(most):
            if not rest:
                return
            answer = rest.pop(self.field_name, None)
            if answer is not None:
                self.write(answer)
            is_long = isinstance(self.field, QPlainTextEdit)
            self.press(Qt.Key.Key_Tab if is_long else Qt.Key.Key_Return)
        assert not rest, f"not found: {', '.join(rest)}"


def open_window(qtbot: QtBot, home: Path, station: Path) -> tuple[Application, Hands]:
    """The program with *station* open, in English, with the keyboard."""
    whole = Application(home)
    whole.settings.put("window/language", "en")
    whole.look()
    whole.open_station(station)
    qtbot.waitUntil(lambda: isinstance(whole.window, MainWindow), timeout=WAIT_MS)
    window = whole.window
    assert isinstance(window, MainWindow)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    return whole, Hands(qtbot, window)
