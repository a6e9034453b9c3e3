"""What the window says in its page: errors in words, problems of files, what could not be stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ranger_app.errors import Problem, RangerAppError

if TYPE_CHECKING:
    from ui.main_window import MainWindow

MOST_DETAILS = 5
"""Problems that a message names one by one."""

Offers = Sequence[tuple[str, Callable[[], None]]]
"""Labels of buttons, and what each does."""


def tell_error(window: MainWindow, error: RangerAppError) -> None:
    """Show an error in words, its code in small type, and what it names."""
    from ranger_app.messages import say_error, say_problem
    from ranger_app.messages.hints import WINDOW, with_hint

    words = window.words
    kind = "information" if error.code == "cancelled" else "danger"
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    details = [say_problem(words, problem) for problem in problems[:MOST_DETAILS]]
    window.say(kind, with_hint(words, WINDOW, error.code, say_error(words, error)), code=error.code, details=details)


def say_problems(window: MainWindow, text: str, problems: Sequence[Problem], acts: Offers) -> None:
    """Show what could not be taken as it stood; all of it in a view where it is too much for a message."""
    from ranger_app.messages import say_problem

    words = window.words
    told = [say_problem(words, problem) for problem in problems[:MOST_DETAILS]]
    offers = list(acts)
    if len(problems) > MOST_DETAILS:
        more = len(problems) - MOST_DETAILS
        told.append(words.say_count("{count} more problem", "{count} more problems", more))
        offers.append((words.say("Show all"), lambda: _show_problems(window, text, problems)))
    window.say("warning" if problems else "information", text, details=told, acts=offers)


def _show_problems(window: MainWindow, text: str, problems: Sequence[Problem]) -> None:
    from ui.pages.problems import ProblemsPage

    window.show_view(ProblemsPage(window.desk, window, text, problems))
