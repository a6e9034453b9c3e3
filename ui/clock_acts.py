"""Clocks that were wrong: ask, correct, tell, take back; and what is proposed for what comes in later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ui.clock_words import ClockWords
from ui.desk import Desk

if TYPE_CHECKING:
    from decimal import Decimal

    from db.store import Store
    from ranger_app.jobs import JobContext
    from ranger_app.services.clocks import ClockCorrection
    from ranger_app.services.known_clocks import KnownClock
    from ranger_app.services.propose_clock import ClockProposal
    from ui.clock_sheet import ClockWanted
    from ui.main_window import MainWindow
    from ui.shell import Shell
    from ui.store_thread import ReadJob, Sight, StoreJob


def known_clocks(record: str = "") -> ReadJob[tuple[list[KnownClock], str]]:
    """Every clock, and the key of the one that timed something of *record*."""

    def work(sight: Sight, context: JobContext) -> tuple[list[KnownClock], str]:
        from ranger_app.services.known_clocks import known_clocks as found

        reader = sight.reader
        clocks = found(reader, stop=lambda done, total: context.step(done, total, "reading-records"))
        below = {one.id for one in reader.below(record)} if record and reader.has(record) else set()
        of_record = (
            one.clock for one in clocks if not below.isdisjoint((*one.whole.tracks, *one.whole.photos))
        )  # fmt: skip
        return clocks, next(of_record, "")

    return work


def correct(
    shift_s: Decimal, *, tracks: Sequence[str], photos: Sequence[str], reason: str, officer: str
) -> StoreJob[ClockCorrection]:
    """Add seconds to all that a clock timed; 0 takes a correction back."""

    def work(store: Store, context: JobContext) -> ClockCorrection:
        from ranger_app.services.correct_clock import CorrectClock

        return CorrectClock(store)(
            shift_s=shift_s, reason=reason, officer=officer, tracks=tracks, photos=photos, context=context
        )

    return work


class ClockActs:
    """What the window does with clocks, whatever page is shown."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {
            "correct_a_clock": self.ask,
            "corrected_clocks": self.show_corrections,
            "correct_too": self.take_proposal,
        }

    def ask(self) -> None:
        """Ask which clock, and by how much."""
        from ui.clock_sheet import ClockSheet

        self._window.page.leave()
        rows = self._window.page.marked().rows
        sheet = ClockSheet(self._desk, on_wanted=self._correct, on_list=self.show_corrections)
        self._window.ask(sheet)
        self._desk.ask(known_clocks(rows[0].id if rows else ""), lambda found: sheet.offer_clocks(*found), owner=sheet)

    def _correct(self, wanted: ClockWanted) -> None:
        part = wanted.part
        self._do(correct(
            wanted.shift_s, tracks=part.tracks, photos=part.photos, reason=wanted.reason, officer=self._desk.officer_id
        ))  # fmt: skip

    def _do(self, work: StoreJob[ClockCorrection]) -> None:
        self._desk.do(work, title=self._words.say("Correcting the clock"), on_done=self._tell)

    def _tell(self, done: ClockCorrection) -> None:
        tell_done(self._desk, self._window, ClockWords(self._words, self._desk.zone).done(done))

    def show_corrections(self) -> None:
        """Show what was corrected."""
        from ui.pages.clocks import ClocksPage

        if not isinstance(self._window.page, ClocksPage):
            self._window.show_view(ClocksPage(self._desk, self._window))
        else:
            self._window.close_sheet()

    # Proposals

    def take_proposal(self) -> None:
        """Correct what is new like what was corrected before."""
        watch = self._window.clock_watch
        found = watch.take()
        if found is None:
            self._window.say("information", self._words.say("No correction of a clock is proposed now."))
            return
        self.correct_too(found)

    def correct_too(self, one: ClockProposal) -> None:
        """Make a correction that was proposed."""
        self._do(correct(
            one.shift_s, tracks=one.tracks, photos=one.photos, reason=one.reason, officer=self._desk.officer_id
        ))  # fmt: skip


def tell_done(desk: Desk, shell: Shell, text: str) -> None:
    """Say what was corrected, and offer to undo it."""
    shell.say("information", text, acts=[(desk.words.say("Undo"), lambda: shell.run("undo"))], is_of_last_act=True)
