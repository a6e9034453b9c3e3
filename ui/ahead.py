"""What the other pages need, read ahead step by step when the first page is painted, so that no page keeps waiting."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.main_window import MainWindow

STEP_MS = 25
TYPING_MS = 1_000
"""Nobody who types is kept waiting for a page that he may never open."""

MODULES = (
    "ranger_app.domain.records", "ranger_app.domain.forms", "ui.forms.form_view", "ranger_app.coordinates",
    "ranger_app.messages", "ui.forms.lines", "ranger_app.domain.preflight_values", "ui.forms.observations",
    "ui.map.layer", "ui.map.base_map", "ui.map.picture", "ui.map_pane", "ui.forms.record_form",
    "ui.pages.incidents", "ui.pages.patrol_details", "ui.forms.waypoints", "ui.forms.patrol_writing",
    "db.incidents", "ui.pages.map_data", "ui.pages.map_own", "ui.pages.map_page", "ui.pages.map_replay",
    "ui.map.graticule", "ui.map.grid", "ranger_app.domain.map_words", "concurrent.futures.thread",
    "ranger_app.maps.writing", "ui.pages.case_plan", "ui.pages.cases", "db.cases", "ui.pages.reports",
    "ui.pages.station",
)  # fmt: skip
"""In the order of need, what others build on first: none takes long, because those before it took their share."""

PAGES = ("map",)
"""Pages that take long to be made, even when all of their code is read."""


class Ahead(QObject):
    """Reads one module at a time, then makes pages, and leaves the window time between; ends with its window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._reading: list[Callable[[], object]] = [partial(import_module, name) for name in reversed(MODULES)]
        self._reading.insert(0, _make_widget_types)
        self._pages = list(reversed(PAGES))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.step)

    def begin(self) -> None:
        """Begin with the next step."""
        self._timer.start(STEP_MS)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be read or made."""
        return not (self._reading or self._pages)

    def step(self) -> None:
        """Do one thing, and have the next one done later."""
        if self._reading:
            self._reading.pop()()
        elif is_typing():
            self._timer.start(TYPING_MS)
            return
        elif self._pages:
            self._window.page_named(self._pages.pop())
        if not self.is_done:
            self._timer.start(STEP_MS)


def _make_widget_types() -> None:
    from ui.qt_types import make_widget_types

    make_widget_types()


def is_typing() -> bool:
    """Whether the cursor stands in a line or a text."""
    return isinstance(QApplication.focusWidget(), (QLineEdit, QPlainTextEdit))
