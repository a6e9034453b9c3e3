"""Something in the window always has the keyboard: the one place that gives it back when nothing has it any more.

A widget that had the focus may be hidden or cleared away while its page is told anew. Qt then looks for another one,
and finds none when the page is just empty. What had it is looked for again by its kind and its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ui.panes import focus_into

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

WAIT_MS = 30
"""A page that is told anew has its first field a moment later."""

MOST_WAITS_FOR_SAME = 5
"""What bears the same name and is not in sight after so many waits is hidden on purpose."""

MOST_WAITS = 100
"""After so many waits the page is empty for good, and its place in the rail gets the keyboard."""


class FocusKeeper(QObject):
    """Gives the keyboard back inside *window*.

    Args:
        places: Where it may go, the first wish first: the open panel, then the panes of the page.
        last: What takes it where none of them can.
    """

    def __init__(self, window: QMainWindow, places: Callable[[], Sequence[QWidget]], last: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._places, self._last = window, places, last
        self._was: tuple[type[QWidget], str] | None = None
        self._waits = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._give)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._changed)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._begin()
        return super().eventFilter(watched, event)

    def _changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            self._begin()
            return
        self._timer.stop()
        if self._window.isAncestorOf(now):
            self._was = type(now), _name(now)

    def _begin(self) -> None:
        self._waits = 0
        self._timer.start(0)

    def _give(self) -> None:
        if not self._is_wanted():
            return
        places = [place for place in self._places() if place.isVisible()]
        same = self._same(places)
        if same is not None and same.isVisible():
            same.setFocus(Qt.FocusReason.OtherFocusReason)
        elif same is not None and self._waits < MOST_WAITS_FOR_SAME:
            self._wait()
            return
        for place in places:
            if QApplication.focusWidget() is not None:
                return
            focus_into(place)
        if QApplication.focusWidget() is not None:
            return
        if self._waits < MOST_WAITS:
            self._wait()
        else:
            self._last()

    def _wait(self) -> None:
        self._waits += 1
        self._timer.start(WAIT_MS)

    def _is_wanted(self) -> bool:
        """Whether the window is the one that is worked in, and nothing in it has the keyboard."""
        above = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        return QApplication.focusWidget() is None and self._window.isActiveWindow() and above is None

    def _same(self, places: Sequence[QWidget]) -> QWidget | None:
        """What stands now where the keyboard was; what was made this moment may not be in sight yet."""
        if self._was is None or not self._was[1]:
            return None
        kind, name = self._was
        found = [
            one
            for place in places
            for one in (place, *place.findChildren(kind))
            if type(one) is kind and one.isEnabled() and _name(one) == name
        ]
        return next((one for one in found if one.isVisible()), found[0] if found else None)


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
