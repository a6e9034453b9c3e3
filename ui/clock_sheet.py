"""The panel that asks which clock was wrong, and by how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout

from ranger_app.errors import RangerAppError
from ranger_app.i18n import marked
from ui import telling, theme
from ui.choice_box import ChoiceBox
from ui.clock_words import ClockWords
from ui.desk import Desk
from ui.pages.track_review_words import reason_box
from ui.photo_list import thumbnail
from ui.sheet import Sheet
from ui.typed_text import read_clock, read_moment, read_shift

if TYPE_CHECKING:
    from ranger_app.jobs import JobContext
    from ranger_app.services.known_clocks import KnownClock, Part
    from ranger_app.services.preview_clock import ClockPreview
    from ui.job_runner import Job
    from ui.store_thread import Sight

WHY = (
    marked("The clock was compared with a correct one."),
    marked("The clock was set to another time zone."),
    marked("A photo shows the screen of a receiver."),
    marked("The date of the receiver had turned over."),
)
BY_PHOTO = 2
MOST_PHOTOS = 300
"""Photos that are offered as that of a screen, the first ones taken."""

PREVIEW_AFTER_MS = 250
PICTURE_PX = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWanted:
    """What a person asked for."""

    part: Part
    shift_s: Decimal
    reason: str


class _Picture(QLabel):
    """A photo that gives up its lower part in a low window."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class _Told(QLabel):
    """What would change, as high as it is in the width that there is."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        theme.set_kind(self, "quiet")
        self.hide()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), self.heightForWidth(max(self.width(), hint.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()


class ClockSheet(Sheet):
    """Asks for a clock, what of it is meant, a shift and a reason, and tells what that would change.

    Args:
        on_wanted: Called with the answer.
        on_list: Shows what was corrected already.
    """

    def __init__(self, desk: Desk, *, on_wanted: Callable[[ClockWanted], None], on_list: Callable[[], None]) -> None:
        words = desk.words
        super().__init__(
            words, words.say("Correct a clock"), act=words.say("Correct"), on_act=self._press,
            note=words.say("What a receiver or a camera timed is shifted alike. The times that were written are kept."),
        )  # fmt: skip
        self._desk, self._on_wanted = desk, on_wanted
        self._told = ClockWords(words, desk.zone)
        self._clocks: tuple[KnownClock, ...] = ()
        self._asked: Job[ClockPreview] | None = None
        self.clock, self.part, self.photo = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.shift, self.shown, self.picture = QLineEdit(), QLineEdit(), _Picture()
        self.shift.setPlaceholderText(words.say("+1:00:00, -7 min or 45 s; added to every time"))
        self.shown.setPlaceholderText(words.say("10:15:30, as the screen in the photo shows it"))
        self.reason = reason_box(words, WHY)
        for box in (self.clock, self.part, self.photo, self.reason):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(16)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add(words.say("Device or camera"), self.clock)
        self.add(words.say("What of it"), self.part)
        self.add(words.say("Photo of a screen"), self.photo)
        self.add(words.say("The screen shows"), self.shown)
        self.add(words.say("Shift"), self.shift)
        self.add(words.say("Reason"), self.reason)
        self.state = _Told()  # among the fields: long words must not make a low window grow
        self.fields.addRow(self.state)
        self._put_picture_beside()
        self.offer(words.say("What was corrected"), on_list)
        self._later = QTimer(self, singleShot=True, interval=PREVIEW_AFTER_MS)
        self._later.timeout.connect(self._preview)
        self.clock.currentIndexChanged.connect(self._clock_chosen)
        self.part.currentIndexChanged.connect(self._part_chosen)
        self.photo.currentIndexChanged.connect(self._photo_chosen)
        self.shown.textChanged.connect(self._screen_told)
        self.shift.textChanged.connect(self._look_again)
        self.closed.connect(self._leave)
        self._arrange()
        self.ready_when(self._is_ready)
        self.tell(words.say("Looking for clocks"))

    def _put_picture_beside(self) -> None:
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        place = column.indexOf(self.area)
        column.removeWidget(self.area)
        beside = QHBoxLayout()
        beside.setSpacing(theme.SPACES_PX[2])
        beside.addWidget(self.area, 1)
        beside.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        column.insertLayout(place, beside)

    # What there is

    def offer_clocks(self, clocks: Sequence[KnownClock], chosen: str = "") -> None:
        """Offer these clocks; that of key *chosen* first."""
        words = self._words
        self._clocks = tuple(clocks)
        self.clock.blockSignals(True)
        self.clock.clear()
        for one in clocks:
            self.clock.addItem(self._told.clock(one))
        self.clock.setCurrentIndex(next((n for n, one in enumerate(clocks) if one.clock == chosen), 0))
        self.clock.blockSignals(False)
        self._clock_chosen()
        if not clocks:
            self.complain(words.say("Nothing here was timed by a receiver or a camera yet."))

    @property
    def chosen(self) -> KnownClock | None:
        """The clock that is chosen."""
        place = self.clock.currentIndex()
        return self._clocks[place] if 0 <= place < len(self._clocks) else None

    @property
    def chosen_part(self) -> Part | None:
        """What of it is meant."""
        clock, place = self.chosen, self.part.currentIndex()
        if clock is None or place < 0:
            return None
        return clock.whole if place == 0 else clock.parts[place - 1]

    def _clock_chosen(self) -> None:
        clock = self.chosen
        self.part.blockSignals(True)
        self.part.clear()
        if clock is not None:
            self.part.addItem(self._words.say("Everything: {what}", what=self._told.part(clock.whole)))
            for part in clock.parts if len(clock.parts) > 1 else ():
                self.part.addItem(self._told.card(part))
        self.part.blockSignals(False)
        self._part_chosen()

    def _part_chosen(self) -> None:
        self.photo.blockSignals(True)
        self.photo.clear()
        self.photo.addItem(self._words.say("None: the shift is typed"), "")
        part = self.chosen_part
        for record in part.photos[:MOST_PHOTOS] if part is not None else ():
            values = self._desk.reader.entry(record, "attachment").values
            taken = telling.moment_from_iso(str(values.get("taken_at")))
            when = telling.moment(self._words, taken.astimezone(self._desk.zone)) if taken is not None else ""
            self.photo.addItem(f"{values.get('name', '')} · {when}", record)
        self.photo.blockSignals(False)
        self._photo_chosen()

    def _photo_chosen(self) -> None:
        """Show the photo, so that its screen can be read."""
        photo = str(self.photo.currentData() or "")
        self.picture.clear()
        self.picture.setAccessibleName(self.photo.currentText())
        self._screen_told()
        if not photo:
            return
        values = self._desk.reader.entry(photo, "attachment").values

        def show(image: QImage) -> None:
            if photo == self.photo.currentData() and not image.isNull():
                self.picture.setPixmap(QPixmap.fromImage(image))
                self._arrange()

        self._desk.ask(picture(str(values.get("derivative") or values.get("sha256"))), show, owner=self)

    def _arrange(self) -> None:
        clock = self.chosen
        self.fields.setRowVisible(self.part, clock is not None and len(clock.parts) > 1)
        self.fields.setRowVisible(self.photo, clock is not None and clock.is_camera)
        self.fields.setRowVisible(self.shown, bool(self.photo.currentData()))
        self.picture.setVisible(not self.picture.pixmap().isNull())
        self.area.updateGeometry()

    # The shift

    def _screen_told(self) -> None:
        """The shift follows from a photo and what its screen shows."""
        photo = str(self.photo.currentData() or "")
        self._arrange()
        shown = self._read_shown() if photo else None
        if shown is not None:
            from zoneinfo import ZoneInfo

            from ranger_app.services.clocks import shift_by_photo

            zone = ZoneInfo(self._desk.station.timezone)
            self.shift.setText(typed_shift(shift_by_photo(self._desk.reader, photo, shown, zone)))
            if self.reason.currentIndex() == 0:
                self.reason.setCurrentIndex(BY_PHOTO)
        self._look_again()

    def _read_shown(self) -> dt.datetime | dt.time | None:
        text = self.shown.text().strip()
        return read_clock(text) or read_moment(text, zone=self._desk.zone, now=self._desk.now())

    @property
    def shift_s(self) -> Decimal | None:
        """What is typed, in seconds."""
        return read_shift(self.shift.text())

    def _look_again(self) -> None:
        self.complain("")
        self.tell("")
        self._leave()
        if self.chosen_part is not None and self.shift_s:
            self._later.start()
        self.look()

    def _leave(self) -> None:
        self._later.stop()
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    def _preview(self) -> None:
        part, shift_s = self.chosen_part, self.shift_s
        if part is None or not shift_s:
            return

        def tell(found: ClockPreview) -> None:
            if (part, shift_s) == (self.chosen_part, self.shift_s):
                self.tell(self._told.preview(found, shift_s, part.span))

        def refuse(error: RangerAppError) -> None:
            from ranger_app.messages import say_error

            if error.code != "cancelled" and (part, shift_s) == (self.chosen_part, self.shift_s):
                self.complain(say_error(self._words, error))

        self.tell(self._words.say("Looking at what that changes"))
        self._asked = self._desk.ask(
            preview(self._desk.station.timezone, shift_s, part), tell, on_error=refuse, owner=self
        )

    # The answer

    def _is_ready(self) -> bool:
        return self.chosen_part is not None and bool(self.shift_s) and bool(self.reason.currentText().strip())

    def _press(self) -> bool | None:
        part, shift_s = self.chosen_part, self.shift_s
        if part is None or not shift_s:
            return False
        self._on_wanted(ClockWanted(part=part, shift_s=shift_s, reason=self.reason.currentText().strip()))
        return None


def preview(timezone: str, shift_s: Decimal, part: Part) -> Callable[[Sight, JobContext], ClockPreview]:
    """What a correction would change; stopped when something else is typed."""

    def work(sight: Sight, context: JobContext) -> ClockPreview:
        from zoneinfo import ZoneInfo

        from ranger_app.services.preview_clock import preview_correction

        return preview_correction(
            sight, ZoneInfo(timezone), shift_s, tracks=part.tracks, photos=part.photos, context=context
        )

    return work


def picture(digest: str) -> Callable[[Sight, JobContext], QImage]:
    """A photo, small; a null picture where it is not here."""

    def work(sight: Sight, _context: JobContext) -> QImage:
        from db.blobs import BlobMissingError

        try:
            return thumbnail(sight.blobs.get(digest), PICTURE_PX)
        except BlobMissingError:
            return QImage()  # the check of the records names what is missing

    return work


def typed_shift(seconds: Decimal) -> str:
    """A shift as it is typed: ``+0:07:00``."""
    whole = int(abs(seconds))
    return f"{'-' if seconds < 0 else '+'}{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
