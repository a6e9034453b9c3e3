"""Search everything: a line whose answers drop down while one types."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QRect, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit

from ranger_app.i18n import Words
from ranger_app.jobs import JobContext
from ui import theme
from ui.desk import Desk
from ui.typing_list import HandsBack

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView

    from db.reader import Reader

Found = tuple[str, str, str]
"""Kind and id of a record or a command, and how it is called in the list."""

COMMAND = "command"
"""The kind of what is no record."""

NOT_FOUND = frozenset({"search", "menu", "back", "next_pane"})
"""Commands that only mean something by their key."""

MOST_FOUND = 30
MOST_COMMANDS = 8
MOST_SEEN = 12
"""Answers that are seen without scrolling."""

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


def find_commands(wanted: str, words: Words, can: Callable[[str], bool]) -> tuple[Found, ...]:
    """Commands that can act now with every word of *wanted* in their name, then those with it in their help."""
    from ui.commands import command_groups

    parts = wanted.casefold().split()
    if not parts:
        return ()
    by_name: list[Found] = []
    by_help: list[Found] = []
    for one in (one for group in command_groups() for one in group.commands):
        label = words.say(one.label)
        told = label if not one.key else f"{label} ({one.key})"
        found = (COMMAND, one.id, words.say("Command: {command}", command=told))
        if one.id in NOT_FOUND or not can(one.id):
            continue
        if all(part in label.casefold() for part in parts):
            by_name.append(found)
        elif all(part in f"{label} {words.say(one.help)}".casefold() for part in parts):
            by_help.append(found)
    return tuple((*by_name, *by_help)[:MOST_COMMANDS])


class SearchLine(QLineEdit):
    """The search line of the title bar.

    Args:
        run, can: Does a command; whether it can act now.
    """

    def __init__(
        self,
        desk: Desk,
        open_record: Callable[[str, str], None],
        *,
        run: Callable[[str], None],
        can: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._open_record = open_record
        self._run, self._can = run, can
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
        completer.setMaxVisibleItems(MOST_SEEN)
        completer.setWidget(self)
        HandsBack(completer, self)
        completer.activated[QModelIndex].connect(lambda index: self._open(index.row()))  # type: ignore[index]
        return completer

    def search(self) -> None:
        """Look for what stands in the line now."""
        self._pause.stop()
        wanted = self.text().strip()
        if not wanted or not self._desk.is_readable:
            return
        self._desk.ask(
            lambda sight, context: find_records(wanted, sight.reader, context), lambda found: self._show(wanted, found)
        )

    def _show(self, wanted: str, found: tuple[Found, ...]) -> None:
        if self.text().strip() != wanted:  # chosen, cleared or typed on meanwhile
            return
        self._found = (*found, *find_commands(wanted, self._desk.words, self._can))
        told = [text for _, _, text in self._found]
        self._listed.setStringList(told or [self._desk.words.say("Nothing found.")])
        popup = self._completer.popup()
        if self.hasFocus() and popup is not None:
            popup.ensurePolished()  # Qt places the rows before it styles a list that was never shown
            self._completer.complete()
            popup.setGeometry(self._room_of(popup))
            popup.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def _room_of(self, popup: QAbstractItemView) -> QRect:
        """Where the list stands on the screen: as wide as its answers, as far as the window reaches."""
        window = self.window()
        whole = QRect(window.mapToGlobal(QPoint(0, 0)), window.size()) & self.screen().availableGeometry()
        whole.adjust(theme.SPACES_PX[1], 0, -theme.SPACES_PX[1], 0)
        needed_px = popup.sizeHintForColumn(0) + 2 * popup.frameWidth()
        if len(self._found) > MOST_SEEN and (bar := popup.verticalScrollBar()) is not None:
            needed_px += bar.sizeHint().width()
        room = popup.geometry()
        line = QRect(self.mapToGlobal(QPoint(0, 0)), self.size())
        room.setWidth(max(line.width(), min(needed_px, whole.width())))
        if self.isRightToLeft():
            room.moveLeft(max(line.right() + 1 - room.width(), min(line.left(), whole.left())))
        else:
            room.moveLeft(min(line.left(), max(line.left() + line.width(), whole.right() + 1) - room.width()))
        return room

    def close_list(self) -> bool:
        """Put away what was found; whether it stood there."""
        popup = self._completer.popup() if "_completer" in self.__dict__ else None
        if popup is None or not popup.isVisible():
            return False
        popup.hide()
        return True

    def leave(self) -> None:
        """Give the keys back to the window; while nobody had them, Qt gave them here again when the list had closed."""
        self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, place: int) -> None:
        if place < len(self._found):
            kind, record, _ = self._found[place]
            self.clear()
            self._pause.stop()
            self.close_list()
            self.leave()
            if kind == COMMAND:
                self._run(record)
            else:
                self._open_record(kind, record)
