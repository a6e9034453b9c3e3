"""Clocks that were corrected; each correction can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ranger_app.i18n import marked
from ui import telling, theme
from ui.button import Button
from ui.clock_acts import correct, tell_done
from ui.clock_words import ClockWords
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.flow_row import FlowRow
from ui.pages.page import Page
from ui.pages.track_review_words import reason_box
from ui.record_table import ShortTable, TableRow
from ui.sheet import Sheet
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.jobs import JobContext
    from ranger_app.services.clocks import ClockCorrection
    from ui.store_thread import Sight

WHY_BACK = (marked("The clock was right."), marked("It was corrected by mistake."))


class ClocksPage(Page):
    """A table of corrections that stand; Enter takes one back with a reason."""

    name = "clocks"
    kinds = frozenset({"track", "attachment", "waypoint"})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        words = self.words
        self.corrections: tuple[ClockCorrection, ...] = ()
        self._told = ClockWords(words, desk.zone)
        self.table = ShortTable(
            [words.say("Device or camera"), words.say("Shift"), words.say("What"), words.say("Corrected"),
             words.say("Reason")],
            words.say("Clocks that were corrected; Enter takes a correction back"),
            stretch=4, is_short=False, share=0.3,
        )  # fmt: skip
        self.table.opened.connect(lambda _: self.take_back())
        self.nothing = EmptyPlace(words.say("No clock was corrected here."))
        self.button = Button(words.say("Take the correction back"))
        self.button.clicked.connect(self.take_back)
        another = Button(words.say("Correct a clock"))
        another.clicked.connect(lambda: shell.run("correct_a_clock"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        column.addLayout(FlowRow(self.button, another))

    @property
    def title(self) -> str:
        return self.words.say("Corrected clocks")

    def panes(self) -> Sequence[QWidget]:
        return (self.table, self.button) if self.table.isVisible() else (self.nothing,)

    def refresh(self) -> None:
        self.desk.ask(_corrections, self._show, owner=self)

    def _show(self, found: tuple[ClockCorrection, ...]) -> None:
        words, chosen = self.words, max(self.table.currentIndex().row(), 0)
        self.corrections = found
        rows = []
        for place, one in enumerate(found):
            at = one.corrected_at
            rows.append(TableRow(str(place), (
                one.name or words.say("no name"), telling.shift(words, one.shift_s),
                self._told.count(len(one.tracks), len(one.photos), len(one.waypoints)),
                telling.moment(words, at.astimezone(self.desk.zone).replace(second=0)) if at is not None else "",
                one.reason,
            )))  # fmt: skip
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.button.setEnabled(bool(rows))
        if rows:
            self.table.setCurrentIndex(self.table.texts.index(min(chosen, len(rows) - 1), 0))

    def take_back(self) -> None:
        """Ask why the chosen correction goes, and take it back."""
        row = self.table.current_id()
        if not row:
            return
        words, one = self.words, self.corrections[int(row)]
        reason: QComboBox = reason_box(words, WHY_BACK)

        def act() -> None:
            self.desk.do(
                correct(
                    one.shift_s * 0, tracks=one.tracks, photos=one.photos, reason=reason.currentText().strip(),
                    officer=self.desk.officer_id,
                ),
                title=words.say("Taking the correction back"),
                on_done=lambda _: tell_done(
                    self.desk, self.shell,
                    words.say("The clock of {name} counts again as it was.", name=one.name or words.say("no name")),
                ),
            )  # fmt: skip

        sheet = Sheet(
            words, words.say("Take the correction back"), act=words.say("Take back"), on_act=act,
            note=words.say(
                "{name}, {shift}: {what}.", name=one.name, shift=telling.shift(words, one.shift_s),
                what=self._told.count(len(one.tracks), len(one.photos), len(one.waypoints)),
            ),
        )  # fmt: skip
        sheet.add(words.say("Reason"), reason)
        sheet.ready_when(lambda: bool(reason.currentText().strip()))
        self.shell.ask(sheet)


def _corrections(sight: Sight, _context: JobContext) -> tuple[ClockCorrection, ...]:
    from ranger_app.services.clocks import corrections

    return corrections(sight.reader)
