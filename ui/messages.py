"""What the window says in its page: errors in words, problems of files, what could not be stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ranger_app.errors import RangerAppError
from ui import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ranger_app.problem import Problem
    from ui.main_window import MainWindow

MOST_DETAILS = 5
"""Problems that a message names one by one."""

LOW_PX = 480
"""Height of a window, in ordinary type, below which a message has room for one problem alone."""

Offers = Sequence[tuple[str, Callable[[], None]]]
"""Labels of buttons, and what each does."""


def is_low(window: QWidget) -> bool:
    """Whether a message of many lines would be cut, or leave nothing of the page."""
    return window.height() < theme.beside_type(LOW_PX)


def tell_error(window: MainWindow, error: RangerAppError) -> None:
    """Show an error in words, its code in small type, and what it names."""
    from ranger_app.messages import say_error, say_problem
    from ranger_app.messages.hints import WINDOW, with_hint

    words = window.words
    kind = "information" if error.code == "cancelled" else "danger"
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    details = [say_problem(words, problem) for problem in problems[:MOST_DETAILS]]
    window.say(kind, with_hint(words, WINDOW, error.code, say_error(words, error)), code=error.code, details=details)


def say_problems(window: MainWindow, text: str, problems: Sequence[Problem], acts: Offers, about: str) -> None:
    """Show what could not be taken as it stood; all of it in a view where it is too much for a message."""
    from ranger_app.messages import say_problem

    words, most = window.words, MOST_DETAILS
    if is_low(window):
        most = 1 if len(problems) == 1 else 0
    told = [say_problem(words, problem) for problem in problems[:most]]
    offers = list(acts)
    if len(problems) > most:
        if most:
            more = len(problems) - most
            told.append(words.say_count("{count} more problem", "{count} more problems", more))
        offers.append((words.say("Show all"), lambda: _show_problems(window, text, problems)))
    window.say("warning" if problems else "information", text, details=told, acts=offers, about=about)


def _show_problems(window: MainWindow, text: str, problems: Sequence[Problem]) -> None:
    from ui.pages.problems import ProblemsPage

    window.show_view(ProblemsPage(window.desk, window, text, problems))
