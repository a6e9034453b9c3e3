"""The parts of the window: walking through them by key, and giving way where the window is low."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget


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


def scrolled(inside: QWidget) -> QScrollArea:
    """*inside* in a frame without borders that scrolls where there is less room than it needs."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area
