"""The list that opens below a line while one types in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QCompleter, QWidget


class HandsBack(QObject):
    """Has the list of a completer hand what it is given to its field only while it is open.

    On a busy machine the window system may say that the list has the keyboard when the list has long been closed and
    the cursor has gone on; Qt would bring the cursor back to the field, and what is typed next would stand there.
    """

    def __init__(self, completer: QCompleter, field: QWidget) -> None:
        super().__init__(completer)
        self._field = field
        popup = completer.popup()
        assert popup is not None
        popup.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget):
            if event.type() == QEvent.Type.Hide:
                watched.setFocusProxy(None)  # type: ignore[arg-type]
            elif event.type() == QEvent.Type.Show:
                watched.setFocusProxy(self._field)
        return False
