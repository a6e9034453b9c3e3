"""Boxes and sliders that a wheel passes over: who scrolls a page changes nothing on it."""

from __future__ import annotations

from unicodedata import bidirectional

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSlider, QStyle, QStyleOptionComboBox

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
"""Keep the dots behind words that are read in another direction than everything around them."""

GAP_PX = 4
"""Qt leaves so much between a picture and its words."""


class ChoiceBox(QComboBox):
    """A list of choices; the wheel scrolls what it stands on, and its own list once that is open.

    A choice that has no room ends with three dots.
    """

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        if self.isEditable():
            return  # its line writes the words
        style = QStyle.SubControl
        room_px = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, style.SC_ComboBoxEditField, self
        ).width()  # fmt: skip
        if not option.currentIcon.isNull():
            room_px -= option.iconSize.width() + GAP_PX
        option.currentText = self.told_in(room_px, option.currentText)

    def told_in(self, room_px: int, text: str) -> str:
        """As much of the beginning of a text as has room."""
        said = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room_px)
        if said == text:
            return text
        return said + (RIGHT_TO_LEFT if _begins_on_the_right(text) else LEFT_TO_RIGHT)


def _begins_on_the_right(text: str) -> bool:
    ways = (bidirectional(sign) for sign in text)
    return next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"


class QuietSlider(QSlider):
    """A slider that is moved by dragging and by keys alone."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
