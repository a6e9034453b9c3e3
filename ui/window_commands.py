"""The commands of an open window: which of them can act now, and what does each: the page in sight or the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from ui.commands import STATION_ACTS, command
from ui.rail import FOOT, PAGES

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.station_acts import StationActs

WITHOUT_ACT = frozenset({"search", "next_pane", "back", "menu", "choose_officer"})
"""Commands that begin nothing: messages stay over them."""


class WindowCommands:
    """Does commands by name, and keeps their actions, keys and buttons as they can act.

    Attributes:
        acts: What the window itself does, by command.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.acts = self._window_acts()

    def _window_acts(self) -> dict[str, Callable[[], None]]:
        window = self._window
        acts: dict[str, Callable[[], None]] = {f"go_{page}": partial(window.go, page) for page in (*PAGES, *FOOT)}
        acts |= {
            "search": lambda: window.title_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "next_pane": window.next_pane,
            "back": window.go_back,
            "menu": lambda: window.title_bar.open_menu(),
            "help": window.show_help,
            "quit": window.quit,
            "choose_officer": lambda: window.strip.focus_officer(),
        }
        return acts | {name: partial(self._run_station_act, name) for name in STATION_ACTS}

    def station_acts(self) -> StationActs:
        """The acts of the whole window, loaded when the first of them is wanted."""
        from ui.station_acts import StationActs

        return StationActs(self._window.desk, self._window)

    def _run_station_act(self, name: str) -> None:
        self.station_acts().acts[name]()

    @cached_property
    def actions_by_id(self) -> dict[str, QAction]:
        """Actions with their keys by command; made when the first page stands, or when they are first wanted."""
        from ui.keys import lay_keys

        window = self._window
        return lay_keys(window, window.words, window.run, back=partial(window.next_pane, -1))

    def run(self, name: str) -> None:
        """Do a command: the page's own act, or the window's."""
        window = self._window
        if window.desk.refusal is not None and command(name).writes:
            window.tell_error(window.desk.refusal)
            return
        if name not in WITHOUT_ACT:
            window.banners.begin_act()
        page = window.page
        act = page.acts.get(name) if self._is_offered(name) and page.can(name) else None
        act = act or self.acts.get(name)
        if act is not None:
            act()

    def _is_offered(self, name: str) -> bool:
        told, page = command(name), self._window.page
        if not any(told.acts_on(place) for place in page.places):
            return False
        return name in self.acts or name in page.acts

    def can(self, name: str) -> bool:
        """Whether a command can act now."""
        if self._window.desk.refusal is not None and command(name).writes:
            return False
        return self._is_offered(name) and (name in self.acts or self._window.page.can(name))

    def refresh(self) -> None:
        """See again which commands can act now."""
        window = self._window
        if window.stack.currentWidget() is None:
            return
        page = window.page
        window.title_bar.set_title(page.title)
        window.title_bar.set_buttons([name for name in page.buttons if self._is_offered(name)])
        window.title_bar.show_enabled(self.can)
        if "actions_by_id" in self.__dict__:
            for name, action in self.actions_by_id.items():
                action.setEnabled(self.can(name))

    def fill_menu(self) -> None:
        """Put what is offered into the menu."""
        self._window.title_bar.fill_menu(self.actions_by_id, self._is_offered)

    def make_keys(self) -> None:
        """Lay the keys, unless they are laid."""
        if "actions_by_id" not in self.__dict__:
            assert self.actions_by_id
            self.refresh()
