"""The list below a line while the window is busy: what is typed ahead stands where it belongs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ranger_app.i18n import Words
from ui.forms.choices import FindBox
from ui.sheet import Sheet

REST_MS = 100
"""Long enough for the window system to say all it has to say."""


@pytest.mark.parametrize("first", ["8:10", "08:15 hut"])
def test_what_is_typed_ahead_goes_on_in_the_next_field(qtbot: QtBot, first: str) -> None:
    window, done = QWidget(), list[str]()
    qtbot.addWidget(window)
    start, transport = FindBox(), FindBox()
    start.offer([("1", "08:15 hut"), ("2", "08:05 snare")])
    transport.offer([("foot", "Foot"), ("vehicle", "Vehicle")])
    sheet = Sheet(Words("en"), "Split leg 1", act="Split the leg", on_act=lambda: done.append(transport.currentText()))
    sheet.enter_walks = True
    sheet.add("From then on", start)
    sheet.add("Transport", transport)
    QVBoxLayout(window).addWidget(sheet)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    sheet.take_focus()
    qtbot.waitUntil(start.hasFocus)

    QTest.keyClicks(start, first)
    QTest.keyClick(start, Qt.Key.Key_Return)
    qtbot.wait(REST_MS)
    assert QApplication.focusWidget() is transport
    QTest.keyClicks(transport, "vehicle")
    QTest.keyClick(transport, Qt.Key.Key_Return)
    qtbot.wait(REST_MS)

    assert start.currentText() == first
    assert [text.casefold() for text in done] == ["vehicle"]
