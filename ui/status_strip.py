"""The strip at the foot: who works, what waits, whether the records are whole, the clock, and what is running."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from ranger_app.jobs import Progress
from ui import telling, theme
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.elided_label import ElidedLabel
from ui.job_runner import Job, JobRunner

if TYPE_CHECKING:
    from ui.map_keeper import MapKeeper
    from ui.sending import Sender

PATIENCE_MS = 300
"""Work that is done sooner than this is not shown."""

FIRST_TICK_MS = 40
"""The clock is told when the first page is painted: the time zone takes a moment to load."""

NARROW_PX = 1200
BAR_PX = 120

IN_BYTES = frozenset({"sending"})
"""Stages whose steps are bytes."""


class JobLine(QWidget):
    """The running work: what, how far, how much is left, and Cancel."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._words = desk.words
        self._jobs: list[Job[Any]] = []
        self.what = ElidedLabel()
        self.what.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(BAR_PX)
        self.bar.setTextVisible(False)
        self.cancel = Button(self._words.say("Cancel"))
        self.cancel.setAccessibleName(self._words.say("Cancel what is running"))
        self.cancel.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACES_PX[1])
        for widget in (self.what, self.bar, self.cancel):
            row.addWidget(widget)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        self.hide()

    @property
    def _job(self) -> Job[Any] | None:
        """What is shown: the work that began last."""
        return self._jobs[-1] if self._jobs else None

    def begin(self, job: Job[Any]) -> None:
        """Work has begun."""
        if not job.title:
            return
        self._jobs.append(job)
        self._show(job)
        self._patience.start()

    def fit(self, room_px: int) -> None:
        """Leave the bar out where there is no room for it beside the words and Cancel."""
        between = theme.SPACES_PX[1]
        least = self.what.minimumSizeHint().width() + between + self.cancel.sizeHint().width()
        self.bar.setVisible(least + between + BAR_PX <= room_px)

    def _show(self, job: Job[Any]) -> None:
        self.what.set_text(job.title)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(job.title)
        self.cancel.setEnabled(not job.context.is_cancelled)

    def go_on(self, job: Job[Any], progress: Progress) -> None:
        """Work went on."""
        if job is not self._job:
            return
        if progress.total:
            # as thousandths: a progress bar counts no further than two thousand million
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000 * progress.done // progress.total, 1000))
            self.what.set_text(f"{job.title} · {self._left(progress.total - progress.done, progress.stage)}")
        else:
            self.what.set_text(job.title)

    def _left(self, left: int, stage: str) -> str:
        told = telling.size(self._words, left) if stage in IN_BYTES else telling.number(self._words, left)
        return self._words.say("{count} left", count=told)

    def end(self, job: Job[Any]) -> None:
        """Work is over; what began before it and still runs is shown again."""
        if job not in self._jobs:
            return
        was_shown = job is self._job
        self._jobs.remove(job)
        if self._job is None:
            self._patience.stop()
            self.setVisible(False)
        elif was_shown:
            self._show(self._job)

    def _appear(self) -> None:
        self.setVisible(self._job is not None)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.cancel.setEnabled(False)


class StatusStrip(QFrame):
    """Facts about the station that are always in sight."""

    def __init__(self, desk: Desk, *, check: Callable[[], None], show_outbox: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        words = desk.words
        theme.set_kind(self, "strip")
        self.setAccessibleName(words.say("Status"))
        self.officer = ChoiceBox()
        self.officer.setAccessibleName(words.say("Who works now"))
        self.officer.setToolTip(words.say("Who works now: this name stands in every change"))
        self.officer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.officer.activated.connect(self._choose)
        self.to_send = Button()
        theme.set_kind(self.to_send, "plain")
        self.to_send.setToolTip(words.say("What waits to go to the office, and what became of the rest"))
        self.to_send.clicked.connect(show_outbox)
        self.backup = QLabel(words.say("No backup yet"))
        self.intact = Button()
        theme.set_kind(self.intact, "plain")
        self.intact.clicked.connect(check)
        self.clock = QLabel()
        self.job = JobLine(desk)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACES_PX[1], theme.SPACES_PX[0], theme.SPACES_PX[1], theme.SPACES_PX[0])
        row.setSpacing(theme.SPACES_PX[3])
        for widget in (self.officer, self.to_send, self.backup, self.intact, self.clock):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.job)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._tick = QTimer(self, interval=5000)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._watch(desk.station_thread.jobs)
        desk.sending_made.connect(self._watch_sending)
        if desk.made_sending is not None:
            self._watch_sending(desk.made_sending)
        desk.maps_made.connect(self._watch_maps)
        if desk.made_maps is not None:
            self._watch_maps(desk.made_maps)
        desk.officer_changed.connect(self.refresh)
        QTimer.singleShot(FIRST_TICK_MS, self, self._show_time)
        self.refresh()

    def _watch(self, jobs: JobRunner) -> None:
        """Show the long work of a thread too."""
        jobs.began.connect(self.job.begin)
        jobs.progressed.connect(self.job.go_on)
        jobs.ended.connect(self.job.end)

    def _watch_sending(self, sending: Sender) -> None:
        self._watch(sending.network.jobs)
        sending.learnt.connect(self.refresh)

    def _watch_maps(self, maps: MapKeeper) -> None:
        self._watch(maps.jobs)

    def refresh(self) -> None:
        """Read again what the strip tells."""
        if not self._desk.is_readable:
            return
        from db.officers import officers

        words, reader = self._desk.words, self._desk.reader
        self._officers = officers(reader)
        self.officer.clear()
        for one in self._officers:
            self.officer.addItem(one.name)
        ids = [one.id for one in self._officers]
        if self._desk.officer_id in ids:
            self.officer.setCurrentIndex(ids.index(self._desk.officer_id))
        has_items = bool(reader.count("outbox"))
        waiting = self._desk.sending.waiting if has_items else 0
        refused = self._desk.sending.refused if has_items else 0
        told = words.say("To send {count}", count=telling.number(words, waiting))
        if refused:
            told += " · " + words.say_count("{count} refused", "{count} refused", refused)
        self.to_send.setText(told)
        self._show_intact()

    def _show_intact(self) -> None:
        words, alarms = self._desk.words, len(self._desk.reader.alarms())
        checked = telling.moment_from_iso(self._desk.settings.get(f"checked/{self._desk.station_id}"))
        if alarms:
            told = words.say_count("{count} alarm", "{count} alarms", alarms)
        elif checked is None:
            told = words.say("Records not checked yet")
        else:
            told = words.say("Records intact, checked {day}", day=telling.day(words, checked.date()))
        self.intact.setText(told)
        self.intact.setToolTip(words.say("Hash the journal and every file again"))

    def _show_time(self) -> None:
        self.clock.setText(f"{self._desk.now():%H:%M}")
        self.clock.setAccessibleName(self._desk.words.say("Clock: {time}", time=self.clock.text()))

    def _choose(self, place: int) -> None:
        self._desk.choose_officer(self._officers[place])

    def focus_officer(self) -> None:
        """Open the list of officers."""
        self.officer.setFocus()
        self.officer.showPopup()

    def _make_room(self) -> None:
        """Leave out what matters least where there is no room for all: no backup yet, then what the check found."""
        row = self.layout()
        assert row is not None
        margins = row.contentsMargins()
        left = self.width() - margins.left() - margins.right()
        left -= sum(one.sizeHint().width() + row.spacing() for one in (self.officer, self.to_send, self.clock))
        has_job = not self.job.isHidden()
        if has_job:
            self.job.fit(left)
            left -= self.job.sizeHint().width() + row.spacing()
        is_tight = has_job and self.width() < NARROW_PX
        for spare in (self.intact, self.backup):
            left -= spare.sizeHint().width() + row.spacing()
            spare.setVisible(left >= 0 and not is_tight)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
