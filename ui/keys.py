"""The keys of the window: one action for each command."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from ranger_app.i18n import Words
from ui.commands import command_groups


def lay_keys(
    window: QMainWindow, words: Words, run: Callable[[str], None], *, back: Callable[[], None]
) -> dict[str, QAction]:
    """Give *window* an action for each command, by the command's id.

    Args:
        run: Does a command.
        back: Moves the focus to the part of the window before.
    """
    actions = {}
    for group in command_groups():
        for one in group.commands:
            action = QAction(words.say(one.label), window)
            if one.key:
                action.setShortcut(QKeySequence(one.key))
            action.setToolTip(words.say(one.help))
            action.triggered.connect(partial(_run, run, one.id))
            window.addAction(action)
            actions[one.id] = action
    before = QAction(window)
    before.setShortcut(QKeySequence("Shift+F6"))
    before.triggered.connect(lambda: back())
    window.addAction(before)
    return actions


def _run(run: Callable[[str], None], name: str, _is_checked: bool = False) -> None:
    run(name)
