"""Boxes and sliders that a wheel passes over: who scrolls a page changes nothing on it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import bidirectional

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSlider

from ui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionComboBox

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
"""Keep the dots behind words that are read in another direction than everything around them."""

GAP_PX = 4
"""Qt leaves so much between a picture and its words."""

AROUND_PX = 2 * theme.SPACES_PX[1] + theme.SPACES_PX[4] + 2 * theme.FOCUS_PX
"""What the style sheet draws around words, room, frame and arrow: so much more room than they need is enough."""


class ChoiceBox(QComboBox):
    """A list of choices; the wheel scrolls what it stands on, and its own list once that is open.

    A choice that has no room ends with three dots.
    """

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        if self.isEditable() or not self.isVisible():
            return  # its line writes the words, or nobody does
        picture_px = 0 if option.currentIcon.isNull() else option.iconSize.width() + GAP_PX
        needed_px = self.fontMetrics().horizontalAdvance(option.currentText) + picture_px + AROUND_PX
        if needed_px > option.rect.width():
            option.currentText = self.told_in(self._room_px(option) - picture_px, option.currentText)

    def _room_px(self, option: QStyleOptionComboBox) -> int:
        from PySide6.QtWidgets import QStyle  # one of the largest types of Qt: the first page does without it

        kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(kind, option, part, self).width()

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
