"""Buttons inside a form: what can be done with a leg, or taken over as a whole. They hold no value of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.flow_row import FlowRow
from ui.forms.editors import Editor


class ActsEditor(Editor):
    """A row of buttons, with a sentence above it where one is needed.

    Args:
        acts: What each button says, and does.
    """

    def __init__(
        self, name: str, label: str, words: Words, acts: Sequence[tuple[str, Callable[[], None]]], *, told: str = ""
    ) -> None:
        super().__init__(Field(id=name, label="", type=FieldType.TEXT), words)
        self.label = label
        self.buttons: list[Button] = []
        for text, act in acts:
            button = Button(text)
            button.setAccessibleDescription(label)
            button.clicked.connect(act)
            self.buttons.append(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[1])
        if told:
            sentence = QLabel(told)
            sentence.setWordWrap(True)
            column.addWidget(sentence)
            self.buttons[0].setAccessibleDescription(told)
        column.addLayout(FlowRow(*self.buttons))
        self.setFocusProxy(self.buttons[0])

    def target(self) -> QWidget:
        return self.buttons[0]

    def mark(self, is_wrong: bool) -> None:
        """Nothing here can be wrong."""

    def value(self) -> object:
        return None

    def set_value(self, value: object) -> None:
        """There is nothing to show."""

    def problem(self) -> str:
        return ""
