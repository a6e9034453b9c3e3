"""Places being typed: one understood, one that can mean two places, one to go to on the map, one read off it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from ui.forms.place_line import PAUSE_MS
from ui.forms.position import PositionEditor
from ui.forms.record_form import RecordForm
from ui.go_to_sheet import GoToSheet
from ui.main_window import MainWindow
from ui.place_on_map import PlaceOnMapSheet

UNDERSTOOD = "Х 4563082 У 13458215"
TWO_PLACES = "5963078 13458235"
LINK = "https://yandex.ru/maps/?ll=74.5%2C41.2&z=15"


def _type(line: QLineEdit, text: str) -> None:
    """As keys would; QTest types no Cyrillic letters."""
    line.setText(text)
    line.textEdited.emit(text)


def type_position(window: MainWindow, text: str) -> None:
    """Type a place into the form that is open."""
    form = window.page.findChild(RecordForm)
    assert form is not None
    editor = form.view.editor("position")
    assert isinstance(editor, PositionEditor)
    form.view.focus_key("position")
    _type(editor.line, text)
    QTest.qWait(2 * PAUSE_MS)
    form.view.ensureWidgetVisible(editor)


def on_the_map(window: MainWindow) -> None:
    """A place that was marked on the map and is not taken yet."""
    window.run("place_on_map")
    QTest.qWait(1_200)
    sheet = window.sheet
    assert isinstance(sheet, PlaceOnMapSheet)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(sheet.view, key)
    QTest.qWait(400)


def type_goal(window: MainWindow, text: str) -> None:
    """Type a place into the panel that asks where to go."""
    sheet = window.sheet
    assert isinstance(sheet, GoToSheet)
    _type(sheet.place.line, text)
    QTest.qWait(2 * PAUSE_MS)
