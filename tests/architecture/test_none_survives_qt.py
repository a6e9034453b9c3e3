"""PySide6 6.12.0 takes a reference from ``None`` with every invalid value, until Python 3.11 ends the process."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

ASKED = 1000
NOISE = 50
"""References that may come and go for other reasons meanwhile."""


def test_asking_qt_for_what_is_not_there_takes_nothing_from_none(qtbot: QtBot) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    model = QStandardItemModel(1, 1)
    before = sys.getrefcount(None)

    for _ in range(ASKED):
        box.currentData()
        model.index(0, 0).data(Qt.ItemDataRole.UserRole)
        box.property("missing")

    assert sys.getrefcount(None) > before - NOISE
