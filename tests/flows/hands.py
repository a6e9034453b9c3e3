"""A ranger's hands: keys pressed in the window, whatever has the focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from db.incidents import incident_ids
from db.patrol_pages import patrol_ids
from ranger_app.paths import resource
from ui.application import Application
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from db.reader import Reader

WALK = resource("demo", "made_up_walk.gpx")

SNARES = {
    "When it happened": "04.03.2026 09:15",
    "Position": "41.201111, 74.501234",
    "Place in words": "Kichi-Naryn, left bank above the bridge",
    "Summary": "Three wire snares on an argali trail.",
    "Type of incident": "Snare or trap found",
    "How it became known": "Patrol",
    "When it was found": "04.03.2026 09:20",
    "How the time of the act is known": "Unknown",
    "Species": "Argali",
    "Number of animals": "0",
    "What was found of the animal": "No specimen",
    "Cause of death": "No animal died",
    "Kind of snare or trap": "Wire neck snare",
    "Number of snares or traps": "3",
    "Suspects": "Nobody known",
}

WAIT_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """Works in the program by keyboard alone."""

    def __init__(self, qtbot: QtBot, whole: Application) -> None:
        self.qtbot = qtbot
        self.whole = whole

    @property
    def window(self) -> MainWindow:
        """The window of the open station."""
        assert isinstance(self.whole.window, MainWindow)
        return self.whole.window

    @property
    def reader(self) -> Reader:
        """What the window sees of the station."""
        return self.window.desk.reader

    def told(self) -> str:
        """Everything that messages in the page say now."""
        return " ".join(label.text() for label in self.window.banners.findChildren(QLabel))

    def until_told(self, text: str) -> None:
        """Wait until a message says *text*."""
        self.until(lambda: text in self.told())

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
            self.until(lambda: QApplication.focusWidget() is not None)
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

    # Whole acts

    def import_walk(self, path: Path = WALK) -> str:
        """Make a patrol of a GPX file."""
        before = set(patrol_ids(self.reader))
        self.press(Qt.Key.Key_I, CTRL)
        self.write(str(path))
        self.press(Qt.Key.Key_Return)
        self.until(lambda: len(patrol_ids(self.reader)) == len(before) + 1)
        found = (set(patrol_ids(self.reader)) - before).pop()
        self.until(lambda: [row.id for row in self.window.page.marked().rows] == [found])
        return found

    def write_incident(self) -> str:
        """Write the snares down."""
        self.press(Qt.Key.Key_2, CTRL)
        self.press(Qt.Key.Key_N, CTRL)
        self.until(lambda: self.field_name == "When it happened")
        self.fill(SNARES)
        self.press(Qt.Key.Key_S, CTRL)
        self.until(lambda: len(incident_ids(self.reader)) == 1)
        self.press(Qt.Key.Key_Escape)
        return incident_ids(self.reader)[0]

    def press_button(self, page: Qt.Key, name: str) -> None:
        """Go to a page by its key and press a button there."""
        self.press(page, CTRL)
        self.until(lambda: any(one.text() == name for one in self.window.page.findChildren(QAbstractButton)))
        self.go_to(name)
        self.press(Qt.Key.Key_Space)


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
    return whole, Hands(qtbot, whole)
