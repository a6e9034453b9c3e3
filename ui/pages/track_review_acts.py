"""What can be done in a review: each act asks at most for a reason, tells what it did, and can be undone for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_edits import Run
from ranger_app.i18n import marked
from ranger_app.services.edit_track import Cut, GiveDay, Hide, Join, Pause, TakeBackEdit, TrackAct
from ui import telling, track_acts
from ui.pages.track_review_data import Part
from ui.pages.track_review_words import reason_box, say_done
from ui.sheet import Sheet
from ui.typed_text import read_day

if TYPE_CHECKING:
    from ui.pages.track_review import TrackReviewPage
    from ui.pages.track_review_list import Line

WHY_HIDDEN = (
    marked("The receiver jumped."),
    marked("Poor reception: forest, gorge or roof."),
    marked("Not part of the patrol: the way there or back."),
    marked("The receiver was left lying."),
)
WHY_TRIMMED = (
    marked("Not part of the patrol: the way there or back."),
    marked("The receiver was switched on too early, or off too late."),
)
WHY_PAUSED = (marked("Rest."), marked("Observation from one place."), marked("Waiting for others."))

WHY_LET_BE = (
    marked("It was so: the place or the walk explains it."),
    marked("Known, and of no consequence."),
    marked("Another device was with somebody else."),
)

NEED_STRETCH = frozenset({"trim_track", "mark_pause"})
"""Commands that act on a chosen stretch only."""


class ReviewActs:
    """Asks, does and tells for a review.

    Attributes:
        acts: What it does, by command.
    """

    def __init__(self, page: TrackReviewPage) -> None:
        self._page = page
        self._words = page.words
        self.acts: dict[str, Callable[[], None]] = {
            "hide_fixes": self.hide,
            "trim_track": self.trim,
            "mark_pause": self.pause,
            "cut_track": self.cut,
            "join_track": self.join,
            "assign_day": self.give_day,
            "let_flag_be": self.let_be,
        }

    def can(self, command: str) -> bool:
        """Whether a command of the page can act now."""
        page = self._page
        if command not in self.acts:
            return True
        if command == "let_flag_be":
            return page.list.flag_count > 0
        has_fixes = page.review is not None and len(page.review.profile) > 0
        return has_fixes and (command not in NEED_STRETCH or page.profile.stretch is not None)

    # What is meant

    def _runs(self) -> list[tuple[Part, Run]]:
        """What is chosen, or the fix under the cursor, as ranges of original fixes."""
        review, fix = self._page.review, self._page.profile.cursor_fix
        if review is None or not len(review.profile):
            return []
        return list(review.runs(self._page.profile.stretch or (fix, fix)))

    def _here(self) -> tuple[Part, int] | None:
        """The track under the cursor, and the original fix."""
        review = self._page.review
        if review is None or not len(review.profile):
            return None
        return review.original_of(self._page.profile.cursor_fix)

    @staticmethod
    def _fixes(runs: Sequence[tuple[Part, Run]]) -> int:
        return sum(int(((part.told.index >= run.first) & (part.told.index <= run.last)).sum()) for part, run in runs)

    # Asking

    def _ask(self, title: str, act: str, reasons: Sequence[str], do: Callable[[str], None], *, note: str) -> None:
        """Ask for a reason; a usual one stands there, and Enter takes it."""
        words = self._words
        reason = reason_box(words, reasons)
        sheet = Sheet(words, title, act=act, on_act=lambda: do(reason.currentText().strip()), note=note)
        sheet.add(words.say("Reason"), reason)
        self._page.shell.ask(sheet)

    def _do(self, told: Sequence[tuple[Part, Sequence[TrackAct]]], what: str, reason: str = "") -> None:
        desk = self._page.desk
        work = track_acts.edit_tracks(
            [(part.record, acts) for part, acts in told], reason=reason, officer=desk.officer_id
        )
        desk.do(work, title=what, on_done=lambda is_other: say_done(self._page, what, is_other=is_other))

    # Acts

    def hide(self) -> None:
        """Tell nothing of some fixes; in the list it takes the chosen edit back."""
        page, words = self._page, self._words
        if page.list.hasFocus():
            line = page.list.current_line()
            if line is not None and line.field:
                self.take_back(line)
                return
        runs = self._runs()
        told = words.say_count("{count} fix deleted.", "{count} fixes deleted.", self._fixes(runs))
        self._ask(
            words.say_count("Delete {count} fix", "Delete {count} fixes", self._fixes(runs)), words.say("Delete"),
            WHY_HIDDEN, lambda reason: self._do([(part, [Hide(*run)]) for part, run in runs], told, reason),
            note=words.say("What is deleted is not shown, counted or exported any more. The original keeps it."),
        )  # fmt: skip

    def trim(self) -> None:
        """Tell only what is chosen of the whole patrol."""
        page, words = self._page, self._words
        review, stretch = page.review, page.profile.stretch
        if review is None or stretch is None:
            return
        last = len(review.profile) - 1
        ends = [(0, stretch[0] - 1), (stretch[1] + 1, last)]
        runs = [one for begin, end in ends if begin <= end for one in review.runs((begin, end))]
        told = words.say_count("{count} fix deleted.", "{count} fixes deleted.", self._fixes(runs))
        self._ask(
            words.say("Keep only what is chosen"), words.say("Keep only this"), WHY_TRIMMED,
            lambda reason: self._do(_by_part([(part, Hide(*run)) for part, run in runs]), told, reason),
            note=words.say("What lies before and after it is not shown, counted or exported any more."),
        )  # fmt: skip

    def pause(self) -> None:
        """Mark a rest."""
        words, runs = self._words, self._runs()
        told = words.say("A pause is marked.")
        self._ask(
            words.say("Mark a pause"), words.say("Mark"), WHY_PAUSED,
            lambda reason: self._do([(part, [Pause(*run)]) for part, run in runs], told, reason),
            note=words.say("What the receiver wrote between its two ends is not told; the time is offered as rest."),
        )  # fmt: skip

    def cut(self) -> None:
        """Let a part begin at the cursor."""
        if (here := self._here()) is not None:
            self._do([(here[0], [Cut(here[1])])], self._words.say("Cut at the cursor."))

    def join(self) -> None:
        """Let no part begin at the cursor, or at the next place where one does."""
        page, words = self._page, self._words
        review, fix = page.review, page.profile.cursor_fix
        if review is None:
            return
        starts = review.profile.part_starts
        after = starts[starts >= fix]
        places = [int(one) for one in after if int(one) not in {part.start for part in review.parts}]
        if not places:
            page.shell.say("information", words.say("No part of this track begins at or after the cursor."))
            return
        found = review.original_of(places[0])
        if found is not None:
            page.profile.set_cursor(places[0])
            self._do([(found[0], [Join(found[1])])], words.say("Joined with what lies before."))

    def give_day(self) -> None:
        """Ask to which day it belongs."""
        page, words = self._page, self._words
        here = self._here()
        if here is None:
            return
        part, fix = here
        runs = self._runs()
        if page.profile.stretch is None:
            runs = [(part, Run(int(part.told.index[0]), int(part.told.index[-1])))]
        line = QLineEdit()
        line.setPlaceholderText(words.say("dd.mm.yyyy"))
        if (day := self._day_of(part, fix)) is not None:
            line.setText(f"{day:%d.%m.%Y}")

        def act() -> bool | None:
            found = read_day(line.text(), today=page.desk.now().date())
            if found is None:
                sheet.complain(words.say("A day, such as 04.03.2026."))
                return False
            told = words.say("The day is now {day}.", day=telling.day(words, found))
            self._do([(part, [GiveDay(run.first, run.last, found)]) for part, run in runs], told)
            return None

        note = words.say("No time is changed by it: only the day of the patrol under which they are told.")
        title = words.say_count("Give {count} fix another day", "Give {count} fixes another day", self._fixes(runs))
        sheet = Sheet(words, title, act=words.say("Give this day"), on_act=act, note=note)
        sheet.add(words.say("Day"), line)
        page.shell.ask(sheet)
        line.selectAll()

    def _day_of(self, part: Part, original: int) -> dt.date | None:
        us = int(part.original.time_us[original])
        if us == NO_TIME:
            return None
        moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us + part.edits.shift_us)
        return moment.astimezone(self._page.desk.zone).date()

    def let_be(self) -> None:
        """Ask why the chosen flag is let be; one that was is raised again."""
        page, words = self._page, self._words
        line = page.list.current_line()
        if line is None or line.flag is None:
            page.shell.say("information", words.say("Choose a flag in the list first."))
            return
        one, desk = line.flag, page.desk

        def do(reason: str | None) -> None:
            told = words.say("The flag is let be.") if reason else words.say("The flag is raised again.")
            work = track_acts.let_flag_be(one, reason=reason, officer=desk.officer_id)
            desk.do(work, title=told, on_done=lambda is_other: say_done(page, told, is_other=is_other))

        if one.seen is not None:
            do(None)
            return
        self._ask(words.say("Let the flag be"), words.say("Let it be"), WHY_LET_BE, do, note=line.what)

    def take_back(self, line: Line) -> None:
        """Let an edit stand no more, whoever made it and whenever."""
        words, desk = self._words, self._page.desk
        work = track_acts.edit_tracks([(line.record, [TakeBackEdit(line.field)])], reason="", officer=desk.officer_id)
        what = words.say("Taken back: {what}.", what=line.what)
        desk.do(
            work,
            title=words.say("Taking the edit back"),
            on_done=lambda is_other: say_done(self._page, what, is_other=is_other),
        )


def _by_part(acts: Sequence[tuple[Part, TrackAct]]) -> list[tuple[Part, list[TrackAct]]]:
    """One row a track: they become one change."""
    found: dict[str, tuple[Part, list[TrackAct]]] = {}
    for part, act in acts:
        found.setdefault(part.record, (part, []))[1].append(act)
    return list(found.values())
