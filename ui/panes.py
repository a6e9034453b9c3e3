"""Walking through the parts of the window by key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def next_pane(panes: Sequence[QWidget], step: int) -> QWidget:
    """The pane after the one with the focus, *step* further; the first when none has it."""
    focused = QApplication.focusWidget()
    here = next((n for n, p in enumerate(panes) if focused is p or (focused and p.isAncestorOf(focused))), -1)
    return panes[(here + step) % len(panes)]


def focus_into(pane: QWidget) -> None:
    """Focus a pane, or the first thing in it that takes the focus."""
    if pane.focusPolicy() != Qt.FocusPolicy.NoFocus:
        pane.setFocus(Qt.FocusReason.TabFocusReason)
        return
    for below in pane.findChildren(QWidget):
        if below.focusPolicy() & Qt.FocusPolicy.TabFocus and below.isVisible() and below.isEnabled():
            below.setFocus(Qt.FocusReason.TabFocusReason)
            return
