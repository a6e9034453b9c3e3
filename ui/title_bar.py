"""The line above every page: its title, the search line, the page's main commands, and the menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton

from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.commands import command, command_groups
from ui.elided_label import ElidedLabel
from ui.icons import draw_later, icon
from ui.search_line import SearchLine

NARROW_BUTTONS = 1
"""Buttons that a narrow window shows beside the title; the menu has them all."""


class TitleBar(QFrame):
    """Title, search, buttons, menu.

    Args:
        run: Does a command by its id.
    """

    menu_wanted = Signal()
    """The menu is about to be shown: fill it."""

    def __init__(self, words: Words, search: SearchLine, run: Callable[[str], None]) -> None:
        super().__init__()
        self._words = words
        self._run = run
        self._can: Callable[[str], bool] = lambda _: True
        theme.set_kind(self, "bar")
        self.title = ElidedLabel()
        theme.set_kind(self.title, "title")
        self.search = search
        self.menu_button = Button(words.say("Menu"))
        draw_later(self.menu_button, partial(icon, "list"))
        self.menu_button.setToolTip(words.say("Every command of this page (F10)"))
        self.menu_button.clicked.connect(self.open_menu)
        self._row = QHBoxLayout(self)
        gap = theme.SPACES_PX[1]
        self._row.setContentsMargins(theme.SPACES_PX[2], gap, theme.SPACES_PX[2], gap)
        self._row.setSpacing(gap)
        self._row.addWidget(self.title, 3)
        self._row.addWidget(search, 2)
        self._row.addWidget(self.menu_button)
        self._buttons: list[QPushButton] = []
        self._shown: tuple[str, ...] = ()
        self._is_narrow = False
        self._whole_px = 0
        self._is_tight = False

    def set_title(self, text: str) -> None:
        """Say which page this is."""
        self.title.set_text(text)

    def set_narrow(self, is_narrow: bool) -> None:
        """Show fewer buttons where there is little room."""
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.set_buttons(self._shown, again=True)

    def minimumSizeHint(self) -> QSize:
        """The room that the fewest buttons need: the window can be made that small, and the others go then."""
        whole = super().minimumSizeHint()
        others = sum(one.minimumSizeHint().width() + self._row.spacing() for one in self._buttons[NARROW_BUTTONS:])
        return QSize(whole.width() - others, whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < self._whole_px) != self._is_tight:
            self.set_buttons(self._shown, again=True)

    @property
    def _names(self) -> tuple[str, ...]:
        """The commands that have a button now."""
        return self._shown[:NARROW_BUTTONS] if self._is_narrow or self._is_tight else self._shown

    def set_buttons(self, commands: Sequence[str], *, again: bool = False) -> None:
        """Show a button for each of these commands, the first of them the main one."""
        if tuple(commands) == self._shown and not again:
            return
        self._shown = tuple(commands)
        for old in self._buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = []
        self._is_tight = False
        self._add_buttons(self._names)
        self._whole_px = super().minimumSizeHint().width()
        if self.width() < self._whole_px and not self._is_narrow:
            self._is_tight = True
            for extra in self._buttons[NARROW_BUTTONS:]:
                self._row.removeWidget(extra)
                extra.hide()
                extra.deleteLater()
            del self._buttons[NARROW_BUTTONS:]
        self.show_enabled()

    def _add_buttons(self, names: Sequence[str]) -> None:
        for place, name in enumerate(names):
            button = self._button(name, is_main=place == 0)
            self._row.insertWidget(2 + place, button)
            self._buttons.append(button)

    def _button(self, name: str, *, is_main: bool) -> QPushButton:
        told = command(name)
        button = Button(self._words.say(told.label))
        if told.icon:
            colour = theme.current().on_primary if is_main else ""
            draw_later(button, partial(icon, told.icon, colour=colour))
        key = f" ({told.key})" if told.key else ""
        button.setToolTip(self._words.say(told.help) + key)
        button.setAccessibleDescription(self._words.say(told.help))
        if is_main:
            theme.set_kind(button, "primary")
        button.clicked.connect(partial(self._press, name))
        return button

    def _press(self, name: str) -> None:
        self._run(name)

    def show_enabled(self, can: Callable[[str], bool] | None = None) -> None:
        """Grey what cannot act now."""
        self._can = can or self._can
        for name, button in zip(self._names, self._buttons, strict=True):
            button.setEnabled(self._can(name))

    def fill_menu(self, actions: Mapping[str, QAction], is_offered: Callable[[str], bool]) -> None:
        """Make the menu anew from the commands that belong here."""
        self.menu.clear()
        for group in command_groups():
            offered = [one for one in group.commands if one.id != "menu" and is_offered(one.id)]
            if not offered:
                continue
            below = self.menu.addMenu(self._words.say(group.label))
            for one in offered:
                below.addAction(actions[one.id])

    @cached_property
    def menu(self) -> QMenu:
        """The menu; made when it is first opened."""
        menu = QMenu(self.menu_button)
        menu.aboutToShow.connect(self.menu_wanted)
        return menu

    def open_menu(self) -> None:
        """Open the menu below its button."""
        self.menu_button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
