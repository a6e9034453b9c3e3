"""Search everything: a line whose answers drop down while one types."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit

from ranger_app.jobs import JobContext
from ui.desk import Desk

if TYPE_CHECKING:
    from db.reader import Reader

Found = tuple[str, str, str]
"""Kind and id of a record, and how it is called in the list."""

MOST_FOUND = 30
PAUSE_MS = 200
"""Silence after a key before the search begins."""


def find_records(wanted: str, reader: Reader, context: JobContext) -> tuple[Found, ...]:
    """Records whose number, place or words have every word of *wanted*, newest first within their kind."""
    from db.cases import case_page
    from db.incidents import incident_page
    from db.patrol_pages import patrol_page

    parts = wanted.casefold().split()
    found: list[Found] = []

    def take(kind: str, record: str, *texts: str) -> None:
        told = " · ".join(text for text in texts if text)
        if len(found) < MOST_FOUND and all(part in told.casefold() for part in parts):
            found.append((kind, record, told))

    for patrol in patrol_page(reader, limit=2000):
        take("patrol", patrol.id, patrol.number, patrol.start, patrol.objective)
    context.step(1, 3, "searching")
    for incident in incident_page(reader, limit=2000):
        kind = "conflict" if incident.kind == "conflict" else "incident"
        take(kind, incident.id, incident.number, incident.occurred_at[:10], incident.place, incident.summary[:80])
    context.step(2, 3, "searching")
    for case in case_page(reader, limit=2000):
        take("case", case.id, case.number, case.title)
    return tuple(found)


class SearchLine(QLineEdit):
    """The search line of the title bar."""

    def __init__(self, desk: Desk, open_record: Callable[[str, str], None]) -> None:
        super().__init__()
        self._desk = desk
        self._open_record = open_record
        self._found: tuple[Found, ...] = ()
        self.setPlaceholderText(desk.words.say("Search everything (Ctrl+K)"))
        self.setAccessibleName(desk.words.say("Search everything"))
        self.setMinimumWidth(140)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self.textEdited.connect(lambda _: self._pause.start())
        self.returnPressed.connect(self.search)

    @cached_property
    def _listed(self) -> QStringListModel:
        """The answers; made with the first search."""
        return QStringListModel(self)

    @cached_property
    def _completer(self) -> QCompleter:
        completer = QCompleter(self._listed, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        completer.setWidget(self)
        completer.activated[QModelIndex].connect(lambda index: self._open(index.row()))  # type: ignore[index]
        return completer

    def search(self) -> None:
        """Look for what stands in the line now."""
        self._pause.stop()
        wanted = self.text().strip()
        if not wanted or not self._desk.is_readable:
            return
        self._desk.ask(lambda sight, context: find_records(wanted, sight.reader, context), self._show)

    def _show(self, found: tuple[Found, ...]) -> None:
        self._found = found
        told = [text for _, _, text in found]
        self._listed.setStringList(told or [self._desk.words.say("Nothing found.")])
        if self.hasFocus():
            self._completer.complete()
            if (popup := self._completer.popup()) is not None:
                popup.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def _open(self, place: int) -> None:
        if place < len(self._found):
            kind, record, _ = self._found[place]
            self.clear()
            self._open_record(kind, record)
