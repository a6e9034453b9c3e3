"""Acts of a review that move something: a patrol is split or joined with another, a waypoint is put elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from ranger_app.domain.track import NO_TIME
from ranger_app.i18n import marked
from ui import telling, track_acts
from ui.choice_box import ChoiceBox
from ui.forms.choices import FindBox
from ui.forms.place_line import PlaceLine
from ui.pages.texts import list_pairs
from ui.pages.track_review_words import reason_box, say_done
from ui.sheet import Sheet
from ui.typed_text import read_moment, typed_moment

if TYPE_CHECKING:
    from ranger_app.services.split_patrol import Parted
    from ui.pages.track_review import TrackReviewPage

WHY_SPLIT = (marked("Another patrol began here."), marked("The party or its transport changed."))
WHY_JOINED = (marked("It was one patrol."), marked("Two files of one walk."))
WHY_SHIFTED = (
    marked("The clock was compared with a correct one."),
    marked("The receiver was set to another time zone."),
    marked("The date of the receiver had turned over."),
)
WHY_MOVED = (marked("The place was marked too late."), marked("Poor reception: forest, gorge or roof."))

MOST_OFFERED = 200
"""Patrols that are offered to be joined, the nearest in time first."""


class ReviewMoves:
    """Asks, does and tells.

    Attributes:
        acts: What it does, by command.
    """

    def __init__(self, page: TrackReviewPage) -> None:
        self._page = page
        self._words = page.words
        self.acts: dict[str, Callable[[], None]] = {
            "split_patrol": self.split,
            "join_patrol": self.join,
            "move_waypoint": self.move_waypoint,
            "correct_clock": self.correct_clock,
        }

    def can(self, command: str) -> bool:
        """Whether one of them can act now."""
        review = self._page.review
        if review is None:
            return False
        if command == "move_waypoint":
            return bool(review.waypoints)
        if command == "correct_clock":
            return self._recorded() is not None
        return command == "join_patrol" or len(review.profile) > 1

    # Splitting

    def split(self) -> None:
        """Ask what begins at the cursor: another patrol, or another leg."""
        page, words = self._page, self._words
        here = page.review.original_of(page.profile.cursor_fix) if page.review is not None else None
        if here is None:
            return
        what = ChoiceBox()
        what.addItem(words.say("A patrol of its own"), "patrol")
        what.addItem(words.say("Another leg of this patrol"), "leg")
        reason = reason_box(words, WHY_SPLIT)
        number, transport, mandate = QLineEdit(), FindBox(), FindBox()
        number.setPlaceholderText(words.say("the next one when empty"))
        for box, name in ((transport, "transport"), (mandate, "mandate")):
            box.offer(list_pairs(words, page.desk.office, name))

        def act() -> None:
            into_leg = what.currentData() == "leg"
            of_leg = {"transport": transport.key() or "", "mandate": mandate.key() or ""}
            work = track_acts.split_patrol(
                here[0].record, here[1], into_leg=into_leg, reason=reason.currentText().strip(),
                officer=page.desk.officer_id, **(of_leg if into_leg else {"number": number.text().strip()}),
            )  # fmt: skip
            page.desk.do(
                work, title=words.say("Splitting the patrol"), on_done=lambda done: self._split(done, into_leg=into_leg)
            )

        note = words.say("It begins at {when}; waypoints go by their times.", when=page.clock_at_cursor())
        sheet = Sheet(words, words.say("Split here"), act=words.say("Split"), on_act=act, note=note)
        sheet.add(words.say("What begins here"), what)
        sheet.add(words.say("Number of the patrol"), number)
        sheet.add(words.say("Transport, if another"), transport)
        sheet.add(words.say("Mandate, if another"), mandate)
        sheet.add(words.say("Reason"), reason)

        def arrange() -> None:
            into_leg = what.currentData() == "leg"
            for field, is_asked in ((number, not into_leg), (transport, into_leg), (mandate, into_leg)):
                sheet.fields.setRowVisible(field, is_asked)
            sheet.area.updateGeometry()

        what.currentIndexChanged.connect(lambda _: arrange())
        arrange()
        page.shell.ask(sheet)

    def _split(self, done: Parted, *, into_leg: bool) -> None:
        words = self._words
        if not into_leg:
            self._page.add_patrol(done.patrol)
        what = words.say("Another leg begins here.") if into_leg else words.say("Another patrol begins here.")
        say_done(self._page, what)

    # Joining

    def join(self) -> None:
        """Ask which patrol belongs to this one."""
        page, words = self._page, self._words
        other, reason = FindBox(), reason_box(words, WHY_JOINED)
        other.offer(self._patrols())

        def act() -> bool | None:
            other.take_only_match()
            key = other.key()
            if not key:
                sheet.complain(words.say("Choose a patrol of the list."))
                return False
            work = track_acts.join_patrols(
                page.patrol, [key], reason=reason.currentText().strip(), officer=page.desk.officer_id
            )
            page.desk.do(work, title=words.say("Joining the patrols"), on_done=lambda _: self._joined(key))
            return None

        note = words.say("Its legs, tracks, waypoints and photos become part of this patrol.")
        sheet = Sheet(words, words.say("Join with another patrol"), act=words.say("Join"), on_act=act, note=note)
        sheet.add(words.say("Patrol"), other)
        sheet.add(words.say("Reason"), reason)
        page.shell.ask(sheet)

    def _joined(self, other: str) -> None:
        self._page.drop_patrol(other)
        say_done(self._page, self._words.say("The patrols are one now."))

    def _patrols(self) -> list[tuple[str, str]]:
        """Other patrols, those imported with this one and those nearest in time first."""
        from db.patrol_pages import patrol_page

        page, words = self._page, self._words
        assert page.review is not None
        mine = page.review.patrol.start or dt.date.max

        def apart(start: str) -> int:
            day = telling.date_from_iso(start)
            return abs((day - mine).days) if day is not None else 1_000_000

        rows = [row for row in patrol_page(page.desk.reader, limit=MOST_OFFERED) if row.id != page.patrol]
        rows.sort(key=lambda row: (row.id not in page.patrols, apart(row.start)))
        told = []
        for row in rows:
            day = telling.date_from_iso(row.start)
            when = telling.day(words, day) if day is not None else words.say("no day")
            told.append(
                (row.id, " · ".join((when, row.objective or row.number, telling.length(words, row.distance_m))))
            )
        return told

    # Waypoints

    def move_waypoint(self) -> None:
        """Ask which waypoint, and where it really is; the cursor's place stands there."""
        page, words = self._page, self._words
        review = page.review
        if review is None or not review.waypoints:
            return
        which = ChoiceBox()
        for one in review.waypoints:
            comment = next((line for line in one.comment.splitlines() if line.strip()), "")
            which.addItem(" · ".join(part for part in (str(one.number), comment) if part), one.id)
        which.setCurrentIndex(page.nearest_waypoint())
        place = PlaceLine(words, words.say("Place"), page.desk.notation)
        if page.marker.place is not None:
            place.set_place(page.marker.place[::-1])
        reason = reason_box(words, WHY_MOVED)

        def act() -> bool | None:
            place.settle()
            found = place.place()
            if found is None:
                sheet.complain(place.problem())
                return False
            work = track_acts.move_waypoint(
                str(which.currentData()), *found, on_track=page.marker.place == found[::-1],
                reason=reason.currentText().strip(), officer=page.desk.officer_id,
            )  # fmt: skip
            page.desk.do(
                work, title=words.say("Moving the waypoint"),
                on_done=lambda is_other: say_done(page, words.say("The waypoint is moved."), is_other=is_other),
            )  # fmt: skip
            return None

        note = words.say("The place of the cursor stands there. Where it was stays in the history.")
        sheet = Sheet(words, words.say("Move a waypoint"), act=words.say("Move"), on_act=act, note=note)
        sheet.add(words.say("Waypoint"), which)
        sheet.add(words.say("Place"), place)
        sheet.add(words.say("Reason"), reason)
        place.edited.connect(sheet.look)
        sheet.ready_when(lambda: bool(place.line.text().strip()) and bool(reason.currentText().strip()))
        page.shell.ask(sheet)

    # The clock

    def _recorded(self) -> tuple[str, dt.datetime] | None:
        """The track under the cursor, and what its clock said there."""
        page = self._page
        here = page.review.original_of(page.profile.cursor_fix) if page.review is not None else None
        if here is None:
            return None
        us = int(here[0].original.time_us[here[1]])
        if us == NO_TIME:
            return None
        return here[0].record, dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us)

    def correct_clock(self) -> None:
        """Ask what time it really was at the cursor; all times of the same clock follow."""
        page, words = self._page, self._words
        recorded = self._recorded()
        if recorded is None:
            return
        track, told_at = recorded
        line, reason = QLineEdit(), reason_box(words, WHY_SHIFTED)
        zone = page.desk.zone
        line.setText(typed_moment(told_at.astimezone(zone), zone))

        def act() -> bool | None:
            really = read_moment(line.text(), zone=zone, now=told_at.astimezone(zone))
            if really is None:
                sheet.complain(words.say("A day and a time, such as 04.03.2026 09:15:30."))
                return False
            shift = Decimal(str(round((really - told_at).total_seconds(), 3)))
            work = track_acts.correct_clock(
                track, page.patrol, shift, reason=reason.currentText().strip(), officer=page.desk.officer_id
            )
            what = words.say("The clock is corrected by {seconds} s.", seconds=f"{float(shift):+g}")
            page.desk.do(work, title=words.say("Correcting the clock"), on_done=lambda _: say_done(page, what))
            return None

        note = words.say(
            "At the cursor the clock said {when}. All its times in this patrol are shifted alike.",
            when=f"{told_at.astimezone(zone):%d.%m.%Y %H:%M:%S}",
        )
        sheet = Sheet(words, words.say("Correct the clock"), act=words.say("Correct"), on_act=act, note=note)
        sheet.add(words.say("Really it was"), line)
        sheet.add(words.say("Reason"), reason)
        sheet.ready_when(lambda: bool(reason.currentText().strip()))
        page.shell.ask(sheet)
        line.selectAll()
