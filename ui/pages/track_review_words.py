"""Words of a review: what was proposed, what stands at the cursor, a reason, and what an act did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox

from ranger_app.domain.track import NO_TIME
from ranger_app.i18n import Words
from ui import telling
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.pages.track_review_data import Review

if TYPE_CHECKING:
    from ui.pages.track_review import TrackReviewPage

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def proposal(words: Words, review: Review, *, files: int, place: tuple[int, int], edits: int) -> str:
    """What was proposed and where one is in it, what the patrol is, and how much of it was changed.

    Args:
        files: From how many files it was just imported; 0 when it was not.
        place: Which of how many patrols this is, counted from 0.
    """
    here, count = place
    told = []
    if files:
        patrols = words.say_count("{count} patrol", "{count} patrols", count)
        of_files = words.say_count("{count} file", "{count} files", files)
        told.append(words.say("Proposed: {patrols} from {files}.", patrols=patrols, files=of_files))
    if count > 1:
        told.append(words.say("This is {number} of {count}.", number=here + 1, count=count))
    metres = float(review.profile.metres[-1]) if len(review.profile) else 0.0
    told.append(words.say(
        "{length}, {fixes}, {legs}.",
        length=telling.length(words, metres),
        fixes=words.say_count("{count} fix", "{count} fixes", len(review.profile)),
        legs=words.say_count("{count} leg", "{count} legs", len(review.patrol.legs)),
    ))  # fmt: skip
    if edits:
        told.append(words.say_count(
            "{count} edit; the original is untouched.", "{count} edits; the original is untouched.", edits
        ))  # fmt: skip
    return " ".join(told)


class Readout:
    """Says what stands at a fix or in a stretch of a review."""

    def __init__(self, desk: Desk, review: Review) -> None:
        self._desk, self._words, self._review = desk, desk.words, review

    def clock(self, time_us: int) -> str:
        """A recorded time in the station's zone, with its day where the patrol has several."""
        if time_us == NO_TIME:
            return self._words.say("no time")
        moment = (EPOCH + dt.timedelta(microseconds=time_us)).astimezone(self._desk.zone)
        is_long = self._review.patrol.start != self._review.patrol.end
        return telling.moment(self._words, moment) if is_long else f"{moment:%H:%M:%S}"

    def of_fix(self, fix: int) -> str:
        """When and where it was, how far, how fast and how high."""
        words, profile = self._words, self._review.profile
        if not len(profile):
            return words.say("This patrol has no track.")
        speed, height = float(profile.speed_kmh.values[fix]), float(profile.height_m.values[fix])
        told = [
            self.clock(int(profile.time_us[fix])),
            telling.length(words, float(profile.metres[fix])),
            words.say("{count} km/h", count=telling.number(words, speed, 1)) if speed == speed else "",
            words.say("{count} m", count=telling.number(words, height)) if height == height else "",
            telling.place(self._desk.notation, float(profile.latitude_deg[fix]), float(profile.longitude_deg[fix])),
        ]
        return " · ".join(part for part in told if part)

    def of_stretch(self, stretch: tuple[int, int]) -> str:
        """From when to when, how far, and how many fixes."""
        words, profile, (first, last) = self._words, self._review.profile, stretch
        return words.say(
            "Chosen: {begin} to {end}, {length}, {fixes}",
            begin=self.clock(int(profile.time_us[first])),
            end=self.clock(int(profile.time_us[last])),
            length=telling.length(words, float(profile.metres[last] - profile.metres[first])),
            fixes=words.say_count("{count} fix", "{count} fixes", last - first + 1),
        )


def reason_box(words: Words, reasons: Sequence[str]) -> QComboBox:
    """Usual reasons, the first of them chosen; another one can be typed."""
    box = ChoiceBox()
    box.setEditable(True)
    box.addItems([words.say(one) for one in reasons])
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    line = box.lineEdit()
    if line is not None:
        line.setAccessibleName(words.say("Reason"))
        line.selectAll()
    return box


def say_done(page: TrackReviewPage, what: str, *, is_other: bool = True) -> None:
    """Say what an act did, and offer to undo it."""
    words, shell = page.words, page.shell
    if not is_other:
        shell.say("information", words.say("Nothing is told otherwise by that."), is_of_last_act=True)
        return
    told = words.say("{what} The original is untouched.", what=what)
    shell.say("information", told, acts=[(words.say("Undo"), lambda: shell.run("undo"))], is_of_last_act=True)
