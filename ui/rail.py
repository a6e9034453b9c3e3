"""The rail at the leading edge: the pages, with a picture and a word each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from ranger_app.i18n import Words
from ui import theme
from ui.commands import command
from ui.icons import draw_later, icon

PAGES = ("patrols", "incidents", "conflict", "cases", "map", "reports")
FOOT = ("station",)


class Rail(QFrame):
    """Buttons for the pages; beside a narrow page the words stand under the pictures."""

    def __init__(self, words: Words, go: Callable[[str], None]) -> None:
        super().__init__()
        theme.set_kind(self, "rail")
        self.setAccessibleName(words.say("Pages"))
        column = QVBoxLayout(self)
        self._column = column
        column.setContentsMargins(*(theme.SPACES_PX[0],) * 4)
        column.setSpacing(theme.SPACES_PX[0])
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        for page in (*PAGES, *FOOT):
            if page in FOOT:
                column.addStretch(1)
            column.addWidget(self._button(words, page, go))
        self._is_narrow: bool | None = None

    def _button(self, words: Words, page: str, go: Callable[[str], None]) -> QToolButton:
        told = command(f"go_{page}")
        button = QToolButton()
        button.setText(words.say(told.label))
        button.setCheckable(True)
        button.setToolTip(f"{words.say(told.help)} ({told.key})" if told.key else words.say(told.help))
        button.setAccessibleName(words.say(told.label))
        button.setAccessibleDescription(words.say(told.help))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.set_kind(button, "rail")
        button.clicked.connect(lambda: go(page))
        self._group.addButton(button)
        self._buttons[page] = button
        return button

    def set_narrow(self, is_narrow: bool) -> None:
        """Put the words under the pictures, or beside them."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if is_narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        room = 0 if is_narrow else theme.SPACES_PX[0]
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for page, button in self._buttons.items():
            button.setToolButtonStyle(style)
            button.setIconSize(QSize(theme.ICON_PX + room, theme.ICON_PX))
            named = command(f"go_{page}").icon
            draw_later(button, partial(icon, named, is_mirrored=is_mirrored, room_px=room))
        self._column.setSpacing(0 if is_narrow else theme.SPACES_PX[0])

    def choose(self, page: str) -> None:
        """Mark the page that is shown."""
        button = self._buttons.get(page)
        if button is not None:
            button.setChecked(True)

    def is_chosen(self, page: str) -> bool:
        """Whether this page of the rail is the one that is shown, or lies below a view."""
        button = self._buttons.get(page)
        return button is not None and button.isChecked()

    def focus_page(self) -> None:
        """Put the focus on the page that is shown."""
        chosen = self._group.checkedButton() or self._buttons[PAGES[0]]
        chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk through the pages."""
        buttons = list(self._buttons.values())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        focused = next((place for place, one in enumerate(buttons) if one.hasFocus()), None)
        if step and focused is not None:
            buttons[(focused + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)
