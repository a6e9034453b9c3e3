"""How clocks and their corrections are told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ranger_app.i18n import Words
from ui import telling

if TYPE_CHECKING:
    from decimal import Decimal

    from ranger_app.services.clocks import ClockCorrection
    from ranger_app.services.known_clocks import KnownClock, Part, Span
    from ranger_app.services.preview_clock import ClockPreview, DaysMoved
    from ranger_app.services.propose_clock import ClockProposal

MOST_DAYS = 3
"""Patrols with other days that are told one by one."""


class ClockWords:
    """Tells them in the reader's language and the station's zone."""

    def __init__(self, words: Words, zone: dt.tzinfo) -> None:
        self._words = words
        self._zone = zone

    def clock(self, one: KnownClock) -> str:
        """A receiver or a camera with how much it timed."""
        words = self._words
        if one.is_camera:
            name = " ".join(part for part in (one.name, one.serial) if part)
            told = words.say("Camera {name}", name=name) if name else words.say("Photos that name no camera")
        else:
            told = words.say("Receiver {name}", name=one.name)
        return " · ".join((told, self.part(one.whole)))

    def part(self, part: Part) -> str:
        """How much it is, and from when to when by the clock itself."""
        return " · ".join(one for one in (self.count(len(part.tracks), len(part.photos)), self.span(part.span)) if one)

    def card(self, part: Part) -> str:
        """What came in at once."""
        if part.came_in is None:
            return self.part(part)
        when = telling.moment(self._words, part.came_in.astimezone(self._zone).replace(second=0))
        return self._words.say("Came in {when}: {what}", when=when, what=self.part(part))

    def count(self, tracks: int, photos: int, waypoints: int = 0) -> str:
        """So many tracks, waypoints and photos."""
        words = self._words
        told = [
            words.say_count("{count} track", "{count} tracks", tracks) if tracks else "",
            words.say_count("{count} waypoint", "{count} waypoints", waypoints) if waypoints else "",
            words.say_count("{count} photo", "{count} photos", photos) if photos else "",
        ]
        return ", ".join(one for one in told if one)

    def span(self, span: Span | None) -> str:
        """Days, or times where it is one day."""
        if span is None:
            return self._words.say("no time")
        first, last = (one.astimezone(self._zone) for one in span)
        if first.date() == last.date():
            times = "–".join(dict.fromkeys(f"{one:%H:%M}" for one in (first, last)))
            return f"{telling.day(self._words, first.date())}, {times}"
        return f"{telling.day(self._words, first.date())} – {telling.day(self._words, last.date())}"

    def shifted(self, recorded: dt.datetime, shift_s: Decimal) -> str:
        """What a camera wrote, and by how much that was corrected."""
        return self._words.say(
            "by the camera {clock}, corrected by {shift}",
            clock=telling.clock(recorded.astimezone(self._zone)), shift=telling.shift(self._words, shift_s),
        )  # fmt: skip

    def preview(self, found: ClockPreview, shift_s: Decimal, span: Span | None) -> str:
        """What a correction would change."""
        words = self._words
        shift = telling.shift(words, shift_s)
        what = self.count(found.tracks, found.photos, found.waypoints)
        told = [words.say("{shift} for {what}.", shift=shift, what=what)]
        if span is not None:
            first = span[0].astimezone(self._zone)
            after = first + dt.timedelta(seconds=float(shift_s))
            told.append(words.say(
                "The first time, {before}, becomes {after}.",
                before=telling.moment(words, first), after=telling.moment(words, after),
            ))  # fmt: skip
        told += [
            words.say("Patrol {record}: {before} becomes {after}.", record=one.number, before=self._days(one, 0),
                      after=self._days(one, 1))
            for one in found.days[:MOST_DAYS]
        ]  # fmt: skip
        if (rest := len(found.days) - MOST_DAYS) > 0:
            told.append(words.say_count(
                "{count} more patrol gets other days.", "{count} more patrols get other days.", rest
            ))  # fmt: skip
        if found.placed:
            told.append(words.say_count(
                "{count} photo finds another place.", "{count} photos find another place.", found.placed
            ))  # fmt: skip
        earlier = [telling.shift(words, one.seconds) for one in found.earlier]
        if earlier:
            told.append(words.say(
                "Corrected already by {shifts}: this takes the place of it.", shifts=", ".join(dict.fromkeys(earlier))
            ))  # fmt: skip
        return " ".join(told)

    def _days(self, moved: DaysMoved, which: int) -> str:
        days = [telling.date_from_iso(one) for one in (moved.before, moved.after)[which]]
        known = [telling.day_of_month(self._words, one) for one in days if one is not None]
        return ", ".join(known) or self._words.say("no day")

    def done(self, done: ClockCorrection) -> str:
        """What was corrected."""
        return self._words.say(
            "The clock of {name} is corrected by {shift}: {what}.", name=done.name or self._words.say("no name"),
            shift=telling.shift(self._words, done.shift_s),
            what=self.count(len(done.tracks), len(done.photos), len(done.waypoints)),
        )  # fmt: skip

    def proposal(self, one: ClockProposal, *, key: str, photos: int = 0) -> str:
        """The question whether what is new is to be corrected too.

        Args:
            photos: How many there are that are not stored yet.
        """
        words = self._words
        day = telling.day_of_month(words, (one.corrected_at or dt.datetime.now(dt.UTC)).astimezone(self._zone).date())
        shift = telling.shift(words, one.shift_s)
        what = self.count(len(one.tracks), photos or len(one.photos))
        if one.is_camera:
            return words.say(
                "The clock of the camera {name} was corrected by {shift} on {day}. Correct {what} too? ({key})",
                name=one.name, shift=shift, day=day, what=what, key=key,
            )  # fmt: skip
        return words.say(
            "The clock of the receiver {name} was corrected by {shift} on {day}. Correct {what} too? ({key})",
            name=one.name, shift=shift, day=day, what=what, key=key,
        )  # fmt: skip
