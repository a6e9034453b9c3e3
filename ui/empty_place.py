"""A place where nothing is yet: one sentence says what belongs there, one button begins it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.button import Button


class EmptyPlace(QWidget):
    """A sentence, and a button when there is something to do."""

    def __init__(self, text: str, label: str = "", act: Callable[[], None] | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[4],) * 4)
        column.setSpacing(theme.SPACES_PX[2])
        self.text = QLabel(text)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_kind(self.text, "quiet")
        column.addStretch(1)
        column.addWidget(self.text)
        if label and act is not None:
            button = Button(label)
            theme.set_kind(button, "primary")
            button.clicked.connect(act)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
