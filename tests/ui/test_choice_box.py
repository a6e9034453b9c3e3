"""A wheel scrolls the page, and changes nothing that lies under the pointer."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

import ui
from tests.ui.window_room import Room
from ui.choice_box import QuietSlider


def turn(widget: QWidget) -> bool:
    """Turn the wheel one notch over a widget; answers whether it took that for itself."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_changes_no_choice_of_any_page(room: Room) -> None:
    for page in ("station", "map", "reports"):
        room.window.go(page)
        room.settle()
        for box in room.window.findChildren(QComboBox):
            before = box.currentIndex()
            box.setFocus()
            turn(box)
            assert box.currentIndex() == before, box.accessibleName()


def test_the_wheel_moves_no_slider(room: Room) -> None:
    slider = QuietSlider(Qt.Orientation.Horizontal, room.window)
    slider.setValue(50)

    turn(slider)

    assert slider.value() == 50


def test_every_box_of_choices_lets_the_wheel_pass() -> None:
    sources = sorted(Path(str(ui.__file__)).parent.rglob("*.py"))

    makers = [path.name for path in sources if re.search(r"\bQ(ComboBox|Slider)\(", path.read_text("utf-8"))]

    assert makers == []
