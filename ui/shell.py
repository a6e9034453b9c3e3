"""What a page may ask of the window around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ranger_app.problem import Problem
    from ui.pages.page import Page
    from ui.sheet import Sheet


class Shell(Protocol):
    """The window as its pages see it."""

    def say(
        self,
        kind: str,
        text: str,
        *,
        code: str = "",
        details: Sequence[str] = (),
        acts: Sequence[tuple[str, Callable[[], None]]] = (),
        is_of_last_act: bool = False,
        about: str = "",
        is_question: bool = False,
    ) -> None:
        """Show a message in the page: ``danger``, ``warning`` or ``information``.

        Args:
            is_of_last_act: What *acts* offer concerns the last act; the message goes away with the next one.
            about: What it is about, for whoever puts it away when that is over.
            is_question: It waits for an answer, and stays when other things happen.
        """
        ...

    def put_away(self, about: str) -> bool:
        """Put away what was said about something that is over; whether it still stood there."""
        ...

    def say_problems(
        self,
        text: str,
        problems: Sequence[Problem],
        *,
        acts: Sequence[tuple[str, Callable[[], None]]] = (),
        about: str = "",
    ) -> None:
        """Show what could not be taken as it stood, the first few in words; all of it is one press away."""
        ...

    def ask(self, sheet: Sheet) -> None:
        """Show a panel above the page and put the cursor into it; another panel is closed."""
        ...

    def show_view(self, view: Page) -> None:
        """Show a view above the page until one goes back, and a panel that holds words with it: a history, the help."""
        ...

    def open_record(self, kind: str, record: str) -> None:
        """Show the page of a record with the record chosen."""
        ...

    def run(self, command: str) -> None:
        """Do a command as if its key had been pressed."""
        ...

    def take_files(self, paths: Sequence[Path]) -> None:
        """Import files that were dropped."""
        ...

    def offer_draft(self, record: str) -> None:
        """Offer to go on with what was left unfinished of a record."""
        ...

    def refresh_commands(self) -> None:
        """See again which commands can act now."""
        ...
