"""What goes to the office: what waits, what travels, what arrived, and what became of it there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import connect_acts, theme
from ui.button import Button
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.flow_row import FlowRow
from ui.pages.outbox_table import OutboxTable
from ui.pages.page import Page
from ui.pages.to_send_words import ItemWords
from ui.panes import scrolled
from ui.queueing import Queueing
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.outbox import Item
    from ranger_app.services.outbox import Shown

LATER_MS = 300
"""Changes that follow each other closely are read together."""

SELDOM_MS = 1_000
"""The same while much is being sent."""


class ToSendPage(Page):
    """The outbox as a list; below it the chosen item in full, and what can be done with it."""

    name = "to_send"
    kinds = frozenset({
        "outbox", "patrol", "leg", "track", "waypoint", "observation", "attachment", "incident", "conflict", "animal",
    })  # fmt: skip

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts = {"withdraw": self.withdraw}
        self._items: tuple[Shown, ...] = ()
        self._told = ItemWords(desk)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.refresh)
        self._build()
        desk.sending.changed.connect(self._show_pass)
        desk.sending.places_changed.connect(self.refresh)

    def _build(self) -> None:
        words = self.words
        self.table = OutboxTable(words, self._told)
        self.table.opened.connect(self.open_record)
        self.table.chosen.connect(self._show_item)
        self.told = QLabel()
        self.told.setWordWrap(True)
        theme.set_kind(self.told, "quiet")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(words.say("How much has been sent"))
        self.send_button, self.stop_button = Button(words.say("Send now")), Button(words.say("Stop"))
        self.places_button = Button(words.say("Places"))
        theme.set_kind(self.send_button, "primary")
        self.send_button.clicked.connect(lambda: self.shell.run("send_now"))
        self.stop_button.clicked.connect(self._stop)
        self.places_button.clicked.connect(lambda: self.shell.run("places"))
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.table, 1)
        column.addWidget(self._card())
        self._empty = EmptyPlace(words.say(
            "Patrols and incidents that go to the office wait here, and tell here what became of them. Mark some in"
            " their list and choose Send to the office."
        ), words.say("Places"), lambda: self.shell.run("places"))  # fmt: skip
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        top = QVBoxLayout(self)
        top.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        top.setSpacing(theme.SPACES_PX[1])
        top.addWidget(self.told)
        top.addWidget(self.progress)
        top.addLayout(FlowRow(self.send_button, self.stop_button, self.places_button))
        top.addWidget(scrolled(self._stack), 1)
        self._show_pass()

    def _card(self) -> QWidget:
        words = self.words
        card = QFrame()
        theme.set_kind(card, "card")
        card.setAccessibleName(words.say("The chosen one"))
        self.details = QLabel()
        self.details.setWordWrap(True)
        self.retry_button, self.withdraw_button = Button(words.say("Try again")), Button(words.say("Take back"))
        self.anew_button, self.open_button = (
            Button(words.say("Queue it as it is now")),
            Button(words.say("Open the record")),
        )
        for button, act in (
            (self.retry_button, self.retry), (self.anew_button, self.queue_anew),
            (self.withdraw_button, self.withdraw), (self.open_button, self.open_record),
        ):  # fmt: skip
            button.clicked.connect(act)
        column = QVBoxLayout(card)
        column.setContentsMargins(*(theme.SPACES_PX[1],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.details)
        column.addLayout(FlowRow(self.retry_button, self.anew_button, self.withdraw_button, self.open_button))
        return card

    @property
    def title(self) -> str:
        return self.words.say("To send")

    def panes(self) -> Sequence[QWidget]:
        return (self.table, self.send_button) if self._items else (self._empty,)

    def can(self, command: str) -> bool:
        return command in self.acts and self._may_leave(self.chosen)

    @property
    def chosen(self) -> Shown | None:
        """The chosen item."""
        return self.table.current

    # Showing

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if any(kind in self.kinds for kind, _ in touched) and not self._later.isActive():
            self._later.start(SELDOM_MS if self.desk.sending.is_sending else LATER_MS)

    def refresh(self) -> None:
        if self.desk.is_readable:
            self.desk.sending.items(self._show, owner=self)

    def _show(self, items: tuple[Shown, ...]) -> None:
        had_none, self._items = not self._items, items
        self.table.set_items(items)
        self._stack.setCurrentIndex(1 if items else 0)
        self._show_item()
        self._show_pass()
        if items and had_none and self._is_front():
            self.table.setFocus()

    def _is_front(self) -> bool:
        return self.isVisible() and (self.hasFocus() or self._empty.isAncestorOf(self.focusWidget() or self._empty))

    def _show_item(self) -> None:
        shown = self.chosen
        self.details.setText("\n".join(self._told.full(shown)) if shown is not None else "")
        self.open_button.setEnabled(shown is not None)
        self.retry_button.setVisible(shown is not None and self._told.may_retry(shown))
        self.withdraw_button.setVisible(self._may_leave(shown))
        self.anew_button.setVisible(shown is not None and shown.is_changed and self._may_leave(shown))
        self.changed.emit()

    def _may_leave(self, shown: Shown | None) -> bool:
        return shown is not None and not self.desk.sending.is_sending and self._told.may_withdraw(shown)

    def _show_pass(self) -> None:
        """What is being sent, or when it will be."""
        sender = self.desk.sending
        progress = sender.progress
        is_sending = sender.is_sending
        self.progress.setVisible(is_sending)
        self.stop_button.setVisible(is_sending)
        self.send_button.setVisible(not is_sending)
        self.send_button.setEnabled(bool(self._items))
        if is_sending:
            total = progress.total if progress is not None and progress.total else 0
            done = progress.done if progress is not None else 0
            # as thousandths: a progress bar of Qt counts no further than two thousand million
            self.progress.setRange(0, 1000 if total else 0)
            self.progress.setValue(1000 * done // total if total else 0)
            self.told.setText(self._told.travelling(done, total))
        else:
            self.stop_button.setEnabled(True)
            self.told.setText(self._told.summary(self._items, sender.how, has_places=bool(sender.places)))
        self._show_travelling(is_sending)

    def _show_travelling(self, is_sending: bool) -> None:
        shown = self.chosen
        self.withdraw_button.setVisible(self._may_leave(shown))
        self.retry_button.setEnabled(not is_sending)

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.told.setText(self.words.say("Stopping…"))
        self.desk.sending.stop()

    # Acts

    def open_record(self) -> None:
        """Show the record of the chosen item."""
        shown = self.chosen
        if shown is not None:
            self.shell.open_record(shown.item.record_kind, shown.item.record)

    def retry(self) -> None:
        """Have the chosen item tried again, and try it now."""
        shown = self.chosen
        if shown is None or not self._told.may_retry(shown) or self.desk.sending.is_sending:
            return
        place = shown.item.place
        work = connect_acts.retry(shown.item.id, home=self.desk.home, officer=self.desk.officer_id)
        self.desk.do(work, title=self.words.say("Preparing"), on_done=lambda _: self._send(place))

    def _send(self, place: str) -> None:
        self.desk.sending.send([place])
        self.refresh()

    def withdraw(self) -> None:
        """Take the chosen item out of the outbox."""
        shown = self.chosen
        if shown is not None and self._may_leave(shown):
            self._withdraw(shown.item, self._tell_withdrawn)

    def _withdraw(self, item: Item, on_done: Callable[[Item], None]) -> None:
        reason = self.words.say("Taken out of the outbox before it was sent.")
        work = connect_acts.withdraw(item.id, reason, home=self.desk.home, officer=self.desk.officer_id)
        self.desk.do(work, title=self.words.say("Withdrawing"), on_done=on_done)

    def _tell_withdrawn(self, item: Item) -> None:
        told = self.words.say("{record} does not go to the office. The record itself stays.", record=item.number)
        self.shell.say("information", told)

    def queue_anew(self) -> None:
        """Let the chosen item go as its record is now."""
        shown = self.chosen
        place = next((one for one in self.desk.sending.places if shown and one.name == shown.item.place), None)
        if shown is not None and place is not None and self._may_leave(shown):
            queueing = Queueing(self.desk, self.shell)
            self._withdraw(shown.item, lambda item: queueing.queue(place, [item.record]))
