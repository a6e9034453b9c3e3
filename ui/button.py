"""A push button that Enter presses too, as people expect it, and not the space bar alone."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


class Button(QPushButton):
    """A button with a word."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setAutoDefault(True)
