"""The list of a review: what is odd about a track, and what was changed on it, in the order of the walk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView

from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_edits import BREAK, CLOCK, CUT, DAY, HIDE, PAUSE
from ranger_app.i18n import Words
from ranger_app.services.flag_tracks import TrackFlag, say_flag
from ui import telling, theme
from ui.pages.track_review_data import Part, Review
from ui.record_table import ShortTable, TableRow

MOST_ROWS = 2_000
"""Flags and edits that are told one by one."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row.

    Attributes:
        record: The track.
        field: The field of an edit; empty for a flag.
        place: First and last fix of the patrol; ``None`` where nothing of the track is told.
    """

    record: str
    field: str
    place: tuple[int, int] | None
    when: str
    what: str
    flag: TrackFlag | None = None


class ReviewList(ShortTable):
    """Flags and edits; Enter shows one.

    Signals: ``chosen`` first and last fix of what is to be shown.
    """

    chosen = Signal(object)

    def __init__(self, words: Words, zone: dt.tzinfo) -> None:
        super().__init__(
            [words.say("When"), words.say("What")],
            words.say("Flags and edits; Enter shows one, Delete takes an edit back"),
            stretch=1,
            is_short=False,
        )
        self._words, self._zone = words, zone
        self.lines: tuple[Line, ...] = ()
        self._rows_later = QTimer(self, singleShot=True, interval=0)
        self._rows_later.timeout.connect(self.resizeRowsToContents)
        self.horizontalHeader().sectionResized.connect(lambda *_: self._rows_later.start())
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.opened.connect(self._show)
        self.clicked.connect(lambda index: self._show(self.texts.row(index.row()).id))

    def sizeHintForRow(self, row: int) -> int:
        """As high as the sentence needs: Qt forgets the room that the style leaves at its sides."""
        room = self.columnWidth(1) - 2 * (theme.SPACES_PX[1] + theme.SPACES_PX[0])
        wide = QRect(0, 0, max(room, 1), 10_000)
        text = self.texts.row(row).texts[1]
        needs = self.fontMetrics().boundingRect(wide, Qt.TextFlag.TextWordWrap, text).height()
        return max(super().sizeHintForRow(row), needs + 2 * theme.SPACES_PX[0])

    @property
    def edit_count(self) -> int:
        """Edits that stand."""
        return sum(bool(line.field) for line in self.lines)

    @property
    def has_edits(self) -> bool:
        return self.edit_count > 0

    @property
    def flag_count(self) -> int:
        return len(self.lines) - self.edit_count

    def show_review(self, review: Review) -> None:
        """Show what there is of a patrol; the row that was chosen stays chosen where it still is."""
        kept = self.currentIndex().row()
        self.lines = tuple(sorted(self._lines(review), key=lambda line: (line.place or (1 << 60, 0), line.field)))
        words = self._words
        rows = [TableRow(str(place), (line.when, line.what)) for place, line in enumerate(self.lines[:MOST_ROWS])]
        if len(self.lines) > MOST_ROWS:
            rest = len(self.lines) - MOST_ROWS
            rows.append(
                TableRow(
                    "",
                    (
                        "",
                        words.say_count("{count} more", "{count} more", rest),
                    ),
                )
            )
        if not rows:
            rows = [TableRow("", ("", words.say("Nothing is odd about this track, and nothing was changed.")))]
        self.set_rows(rows)
        self._rows_later.start()
        self._go_to(min(max(kept, 0), len(rows) - 1))

    def _go_to(self, row: int) -> None:
        # selectRow finds no column in a mirrored table that was not laid out yet
        self.setCurrentIndex(self.texts.index(row, 0))

    def step(self, way: int) -> None:
        """Show the next row, or the first again after the last."""
        if not self.lines:
            return
        count = min(len(self.lines), MOST_ROWS)
        # the first press shows the first row, which is chosen without having been shown
        here = max(self.currentIndex().row(), 0)
        row = (here + way) % count if self._was_shown else here
        self._go_to(row)
        self._show(str(row))

    _was_shown = False

    def current_line(self) -> Line | None:
        """The chosen flag or edit."""
        row = self.current_id()
        return self.lines[int(row)] if row else None

    def _show(self, row: str) -> None:
        if row and (line := self.lines[int(row)]).place is not None:
            self._was_shown = True
            self.chosen.emit(line.place)

    # Rows

    def _lines(self, review: Review) -> Iterator[Line]:
        words = self._words
        for part in review.parts:
            for one in part.flags:
                flag = one.flag
                said = say_flag(words, flag)
                if one.seen is not None:
                    said = words.say("{flag} Let be: {reason}", flag=said, reason=one.seen)
                yield Line(
                    record=part.record, field="", place=part.place((flag.first, flag.last)),
                    when=self._when(part, flag.first),
                    what=said, flag=one,
                )  # fmt: skip
            yield from self._edits(part)

    def _edits(self, part: Part) -> Iterator[Line]:
        edits = part.edits
        for run, reason in edits.hidden.items():
            count = run.last - run.first + 1
            told = self._words.say_count("{count} fix deleted", "{count} fixes deleted", count)
            if patrol := part.moved.get(run):
                told = self._words.say_count(
                    "{count} fix went to {patrol}", "{count} fixes went to {patrol}", count, patrol=patrol
                )
            yield self._edit(part, f"{HIDE}{run}", run, told, reason)
        for run, reason in edits.pauses.items():
            yield self._edit(part, f"{PAUSE}{run}", run, self._pause(part, run), reason)
        for index, what in edits.breaks.items():
            told = self._words.say("Cut here") if what == CUT else self._words.say("Joined here")
            yield self._edit(part, f"{BREAK}{index}", (index, index), told, "")
        for run, day in edits.days.items():
            told = self._words.say("Belongs to {day}", day=telling.day(self._words, day))
            yield self._edit(part, f"{DAY}{run}", run, told, "")
        for clock, shift in edits.clocks.items():
            seconds = f"{float(shift.seconds):+g}"
            told = self._words.say("Clock corrected by {seconds} s", seconds=seconds)
            yield self._edit(part, f"{CLOCK}{clock}", (part.edits.first, len(part.original) - 1), told, shift.reason)

    def _edit(self, part: Part, field: str, run: tuple[int, int], told: str, reason: str) -> Line:
        what = self._words.say("Edited: {what}", what=f"{told} · {reason}" if reason else told)
        return Line(record=part.record, field=field, place=part.place(run), when=self._when(part, run[0]), what=what)

    def _pause(self, part: Part, run: tuple[int, int]) -> str:
        times = part.original.time_us
        last = min(run[1], len(times) - 1)
        if run[0] > last or NO_TIME in (int(times[run[0]]), int(times[last])):
            return self._words.say("Pause")
        minutes = (int(times[last]) - int(times[run[0]])) // 60_000_000
        return self._words.say_count("Pause of {count} minute", "Pause of {count} minutes", int(minutes))

    def _when(self, part: Part, original: int) -> str:
        times = part.original.time_us
        if original >= len(times) or int(times[original]) == NO_TIME:
            return ""
        us = int(times[original]) + part.edits.shift_us
        return f"{(EPOCH + dt.timedelta(microseconds=us)).astimezone(self._zone):%H:%M:%S}"
