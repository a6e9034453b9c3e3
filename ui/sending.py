"""What goes to the office, by hand or by itself: one pass at a time, beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from ranger_app.errors import RangerAppError
from ranger_app.jobs import Progress
from ui import connect_acts
from ui.desk import is_stop
from ui.network_thread import NetworkThread

if TYPE_CHECKING:
    from ranger_app.domain.places import Place
    from ranger_app.services.outbox import Shown
    from ranger_app.services.sync_places import Synced
    from ui.connect_acts import Logs
    from ui.connectivity import Connectivity
    from ui.desk import Desk
    from ui.job_runner import Job

BY_ITSELF, CAREFUL, BY_HAND = "automatic", "metered", "hand"
HOWS: Final = (CAREFUL, BY_ITSELF, BY_HAND)
"""When things are sent, the first unless somebody chose: by itself but only small things where bytes cost money, by
itself whatever they cost, by hand."""

LARGEST_METERED: Final = 1_000_000
"""Bytes; what may be sent by itself where they cost money."""

EVERY_MS: Final = 5 * 60_000
"""So often the office is asked what became of things, and what is due is tried again."""

SOON_MS: Final = 1_500
"""What was queued goes out a moment later: there may be more of it."""

LOGS_AFTER_MS: Final = 700
"""Which items are ours is asked when the station is open for work."""

QUEUED: Final = "queued"
"""What the message is about that says that something is in the outbox; it leaves when that left."""

OUTCOMES: Final = """
SELECT coalesce(json_extract(extra, '$.outcome'), ''), coalesce(json_extract(extra, '$.origin'), ''),
    coalesce(json_extract(extra, '$.record'), '')
FROM record WHERE kind = 'outbox' AND state & 3 = 1
"""


class Sender(QObject):
    """Sends for one open station.

    Attributes:
        network: Where everything that talks to an office runs.
        progress: Bytes of the pass that runs now; ``None`` before the first.
        has_places: Whether an office is known, as of the last look.

    Signals: ``changed`` that a pass began, went on or ended; ``places_changed``; ``learnt`` which items are ours.
    """

    changed = Signal()
    places_changed = Signal()
    learnt = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.network = NetworkThread(desk.station_thread, self)
        self.progress: Progress | None = None
        self.has_places = False
        self._pass: Job[Synced] | None = None
        self._logs: Logs | None = None
        self._connectivity: Connectivity | None = None
        self._count = 0
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.consider)
        self._often = QTimer(self, interval=EVERY_MS)
        self._often.timeout.connect(self.consider)
        desk.touched.connect(self._hear)
        self.network.jobs.ended.connect(self._forget)
        self._told: set[tuple[str, str]] = set()
        QTimer.singleShot(LOGS_AFTER_MS, self, self._learn)

    # What there is

    @property
    def places(self) -> tuple[Place, ...]:
        """The offices that this device knows; none when its file cannot be read, which is told."""
        from ranger_app.services.places import Places, PlacesUnreadableError

        try:
            known = Places(self._desk.home, self._desk.station_id).all()
        except PlacesUnreadableError as error:
            self._desk.tell(error)
            return ()
        return tuple(place for place in known if place.kind == "smart")

    @property
    def how(self) -> str:
        """When things are sent: one of :data:`HOWS`."""
        told = self._desk.settings.get(f"send/{self._desk.station_id}")
        return told if told in HOWS else HOWS[0]

    def choose(self, how: str) -> None:
        """Send so from now on."""
        self._desk.settings.put(f"send/{self._desk.station_id}", how)
        self.changed.emit()
        self._soon.start()

    @property
    def waiting(self) -> int:
        """How many things are still to be sent from here; those of every laptop until it is known which are ours."""
        return sum(1 for outcome, is_ours, _ in self._outcomes() if is_ours and not outcome)

    @property
    def refused(self) -> int:
        """How many records of ours the office refused, and nobody sent again since."""
        told = [(outcome, record) for outcome, is_ours, record in self._outcomes() if is_ours]
        no = {record for outcome, record in told if outcome == "refused"}
        return len(no - {record for outcome, record in told if outcome != "refused"})

    def _outcomes(self) -> list[tuple[str, bool, str]]:
        logs = self._logs
        rows = self._desk.reader.derived.execute(OUTCOMES).fetchall()
        return [
            (outcome, logs is None or origin in logs.ever or origin == logs.own, record)
            for outcome, origin, record in rows
        ]

    def _learn(self) -> None:
        if self._desk.refusal is None and not self._desk.is_closed:
            self._desk.do(connect_acts.logs(), on_done=self._take)

    def _take(self, known: Logs) -> None:
        if known != self._logs:
            self._logs = known
            self.learnt.emit()

    def items(self, on_done: Callable[[tuple[Shown, ...]], None], owner: QObject) -> None:
        """Hand every item of the outbox to *on_done*, the newest first."""

        def ask(known: Logs) -> None:
            self._take(known)
            work = connect_acts.shown(known, home=self._desk.home, station_id=self._desk.station_id)
            self._desk.ask(work, on_done, owner=owner)

        self._desk.do(connect_acts.logs(), on_done=ask)

    # Sending

    @property
    def is_sending(self) -> bool:
        """Whether a pass runs."""
        return self._pass is not None

    def send(self, names: Sequence[str] = ()) -> None:
        """Send now what waits for these places, or for all."""
        places = [place for place in self.places if not names or place.name in names]
        if places and not self.is_sending:
            self._begin(places, named=[place.name for place in places], largest=None)

    def stop(self) -> None:
        """Stop the pass that runs; what has arrived is written down."""
        if self._pass is not None:
            self._pass.cancel()

    def _begin(self, places: Sequence[Place], *, named: Sequence[str], largest: int | None) -> None:
        desk = self._desk
        if desk.refusal is not None:
            desk.tell(desk.refusal)
            return
        is_asked = bool(named)
        self.progress = None
        self._count = desk.reader.count("outbox")
        work = connect_acts.sync(
            places, named=named, largest=largest, folder=desk.folder, home=desk.home, officer=desk.officer_id
        )
        self._pass = self.network.submit(
            work,
            title=desk.words.say("Sending to the office"),
            on_done=lambda done: self._end(done, is_asked=is_asked),
            on_error=self._failed,
            on_progress=self._go_on,
        )
        self.changed.emit()

    def _go_on(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _forget(self, job: object) -> None:
        if job is self._pass:
            self._pass = None
            self.changed.emit()

    def _end(self, done: Synced, *, is_asked: bool) -> None:
        from ui.main_window import MainWindow
        from ui.send_telling import tell_pass

        told = {(name, error.code) for name, error in done.failed}
        if not is_asked:  # said once: nobody wants to hear it every few minutes
            done.failed = [(name, error) for name, error in done.failed if (name, error.code) not in self._told]
        self._told = told
        window = self._desk.front
        if isinstance(window, MainWindow):
            is_awaited = bool(done.sent) and window.banners.close_about(QUEUED)
            tell_pass(self._desk.words, window, done, is_asked=is_asked or is_awaited)
        if self._desk.is_readable and self._desk.reader.count("outbox") > self._count:
            self._soon.start()

    def _failed(self, error: RangerAppError) -> None:
        if not is_stop(error):
            self._desk.tell(error)

    # By itself

    def begin(self, network: Connectivity | None = None) -> None:
        """Send by itself from now on, as it was chosen.

        Args:
            network: Who says whether there is one; the system unless told.
        """
        if self._connectivity is None:
            from ui.connectivity import Connectivity

            self._connectivity = network or Connectivity(self)
            self._connectivity.came_back.connect(self._soon.start)
            self._often.start()
            self._soon.start()
            self._look_for_places()

    def consider(self) -> None:
        """Send what is due, if that is wanted now and makes sense."""
        desk, told = self._desk, self._connectivity
        if told is None or self.is_sending or self.how == BY_HAND or told.is_away:
            return
        if desk.refusal is not None or not desk.is_readable or not self._has_open:
            return
        is_dear = self.how == CAREFUL and told.is_metered
        if places := self.places:
            self._begin(places, named=(), largest=LARGEST_METERED if is_dear else None)

    @property
    def _has_open(self) -> bool:
        return any(outcome not in ("accepted", "refused") for outcome, _, _ in self._outcomes())

    def _hear(self, touched: frozenset[tuple[str, str]]) -> None:
        if not self.is_sending and any(kind == "outbox" for kind, _ in touched):
            self._soon.start()

    def tell_places(self) -> None:
        """A place was added, changed or removed."""
        self.places_changed.emit()
        self.begin()
        self._soon.start()
        self._look_for_places()

    def _look_for_places(self) -> None:
        """Commands that send stand beside the title where there is somebody to send to."""
        from ui.main_window import MainWindow

        self.has_places = bool(self.places)
        if isinstance(self._desk.front, MainWindow):
            self._desk.front.refresh_commands()

    def close(self) -> None:
        """Stop and end."""
        for timer in (self._soon, self._often):
            timer.stop()
        self.network.close()
