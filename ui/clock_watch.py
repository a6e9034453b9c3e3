"""Sees tracks and photos come in, and asks whether the clock that timed them is to be corrected as it was before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from ui.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from ranger_app.jobs import JobContext
    from ranger_app.services.propose_clock import ClockProposal
    from ui.main_window import MainWindow
    from ui.store_thread import Sight

TIMED = frozenset({"track", "attachment"})
ABOUT = "clock-proposal"
"""What the questions are about."""


class ClockWatch:
    """Keeps what is proposed until it is answered.

    Attributes:
        proposals: What stands in messages now, the newest last.
    """

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._began = desk.reader.last_n()
        self._looked_at: set[str] = set()
        self.proposals: list[ClockProposal] = []

    def hear(self, touched: frozenset[tuple[str, str]]) -> None:
        """Look whether something came in."""
        if not self._desk.is_readable:
            return
        records = sorted(one for one in touched if one[0] in TIMED and one[1] not in self._looked_at)
        if records and self._desk.refusal is None:
            self._looked_at.update(record for _, record in records)
            self._desk.ask(proposed(records, self._began), self._propose, owner=self._window)

    def _propose(self, found: tuple[ClockProposal, ...]) -> None:
        from ui.clock_words import ClockWords

        told = ClockWords(self._desk.words, self._desk.zone)
        for one in found:
            self._window.say(
                "information", told.proposal(one, key=key_of_proposals()), about=ABOUT, is_question=True,
                acts=[(self._desk.words.say("Correct these too"), partial(self._correct, one))],
            )  # fmt: skip
            self.proposals.append(one)

    def _correct(self, one: ClockProposal) -> None:
        if one in self.proposals:
            self.proposals.remove(one)
            self._window.commands.station_acts().clocks.correct_too(one)

    def take(self) -> ClockProposal | None:
        """The newest proposal, whose message goes away; ``None`` when none stands."""
        if not any(one.about == ABOUT for one in self._window.banners.banners):
            self.proposals.clear()  # every message was put away: the answer was no
        if not self.proposals:
            return None
        for banner in self._window.banners.banners:
            if banner.about == ABOUT:
                banner.close_banner()
                break
        return self.proposals.pop()


def proposed(records: list[tuple[str, str]], after: int) -> Callable[[Sight, JobContext], tuple[ClockProposal, ...]]:
    """What is proposed for those of *records* that came in after change number *after*."""

    def work(sight: Sight, _context: JobContext) -> tuple[ClockProposal, ...]:
        from ranger_app.services.propose_clock import came_in, proposals

        new = came_in(sight.reader, records, after=after)
        return proposals(sight.reader, tracks=new["track"], photos=new["attachment"])

    return work


def key_of_proposals() -> str:
    """The key that takes what is proposed, as people read it."""
    from ui.commands import command

    return QKeySequence(command("correct_too").key).toString(QKeySequence.SequenceFormat.NativeText)
