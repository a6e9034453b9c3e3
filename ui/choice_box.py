"""Boxes and sliders that a wheel passes over: who scrolls a page changes nothing on it."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSlider


class ChoiceBox(QComboBox):
    """A list of choices; the wheel scrolls what it stands on, and its own list once that is open."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class QuietSlider(QSlider):
    """A slider that is moved by dragging and by keys alone."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
