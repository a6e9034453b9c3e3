"""What every page of the window works with: the reader's words, the open station, who works, and the two threads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.settings import DeviceSettings
from ui.chosen import Chosen
from ui.job_runner import Job
from ui.level_keeper import LevelKeeper
from ui.store_thread import Opened, ReadJob, ReadThread, Rescue, StoreJob, StoreThread

if TYPE_CHECKING:
    from db.blobs import Blobs
    from db.sight import FirstSight
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.records import Member, Station
    from ranger_app.domain.smart_office import Office
    from ui.forms.session import FormSession
    from ui.map_keeper import MapKeeper
    from ui.sending import Sender
    from ui.store_thread import Sight

Answer = TypeVar("Answer")

OF_OFFICE = frozenset({"choice", "member", "setting"})
"""Kinds of records that tell what is known of the receiving office."""


class Desk(QObject):
    """An open station in the window.

    Attributes:
        reader: The window's own read-only view; quick questions only.
        blobs: The station's blobs over the same view.
        officer: Who works now; stands in every change.
        front: The window in sight; what it asked for is told to nobody once it is closed.
        refusal: Why nothing can be changed: the station is only read; ``None`` when it is open for work.
        levels: Keeps what maps draw of the tracks that came in.
        chosen: What is chosen on the map and in the lists.

    Signals: ``touched`` carries the set of (kind, id) that an act changed; ``trouble`` an error to be told in the page;
    ``look_changed`` that language or colours of the window were chosen anew; ``leave_wanted`` that the first page is
    wanted, for another station.
    """

    touched = Signal(object)
    trouble = Signal(object)
    officer_changed = Signal()
    officer_leaving = Signal()
    look_changed = Signal()
    leave_wanted = Signal()
    again_wanted = Signal()
    """The station, which is only read, is to be opened again."""
    not_stored = Signal(object)
    """The session of a form whose station took neither change nor draft."""
    stored_at_last = Signal(object)
    """The session of a form that is stored again, or given up."""
    sending_made = Signal(object)
    """What sends was made, and can be watched."""
    maps_made = Signal(object)
    """What keeps the own maps was made, and can be watched."""
    draft_taken = Signal(str)
    """The record of a form that goes on with its draft."""
    draft_left = Signal(str)
    """The record of a form that is closed, was refused, and is kept as a draft."""

    def __init__(
        self, thread: StoreThread, station_id: str, *, sight: FirstSight | None = None, opened: Opened | None = None
    ) -> None:
        super().__init__()
        from db.officers import officers
        from db.stations import station

        self.station_thread = thread
        thread.setParent(self)
        self.folder: Path = thread.folder
        self.home: Path = thread.home
        self.settings = DeviceSettings(self.home)
        self.station_id = station_id
        self.tables = self.folder
        self.refusal: RangerAppError | None = None
        self.readers = ReadThread(self.folder, self)
        if opened is not None:
            self._take(opened)
        self.open_reader(sight)
        self.station: Station = station(self.reader, station_id)
        self.words = Words(self.settings.get("window/language") or self.station.language)
        everybody = officers(self.reader)
        last = self.settings.get(f"officer/{station_id}")
        self.officer: Member | None = next((one for one in everybody if one.id == last), next(iter(everybody), None))
        self.model: DataModel | None = None
        self.front: QObject | None = None
        self.sessions: set[FormSession] = set()
        self.is_closed = False
        self._has_grids = False
        self._office: Office | None = None
        thread.touched.connect(self._forget)
        thread.touched.connect(self.touched)
        self.levels = LevelKeeper(self)
        self.chosen = Chosen(self)

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The station's time zone."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.station.timezone)

    @property
    def notation(self) -> str:
        """In which notation this person sees places; exports and what is stored stay in decimal degrees."""
        return self.settings.get("window/notation", "dd")

    def load_grids(self) -> None:
        """Load beside the window what grids need, before somebody types or sees a place in one."""
        if not self._has_grids:
            self._has_grids = True
            self.ask(_load_grids, lambda _: None, owner=self)

    @property
    def office(self) -> Office:
        """What is known of the receiving office now."""
        if self._office is None:
            from ranger_app.services.known_office import office_of

            self._office = office_of(self.reader, self.station_id)
        return self._office

    @cached_property
    def sending(self) -> Sender:
        """What goes to the office, by hand or by itself."""
        from ui.sending import Sender

        made = Sender(self)
        self.sending_made.emit(made)
        return made

    @property
    def made_sending(self) -> Sender | None:
        """The same, if something asked for it already."""
        return self.__dict__.get("sending")

    @cached_property
    def maps(self) -> MapKeeper:
        """The own map files of the station."""
        from ui.map_keeper import MapKeeper

        made = self.__dict__["maps"] = MapKeeper(self.folder, self)  # who hears of it may ask for it
        made.trouble.connect(self.tell)
        self.maps_made.emit(made)
        return made

    @property
    def made_maps(self) -> MapKeeper | None:
        """The same, if something asked for them already."""
        return self.__dict__.get("maps")

    def begin_sending(self) -> None:
        """Send by itself from now on, where an office is known to which something could be sent."""
        from ranger_app.services.places import Places

        if self.refusal is None and not self.is_closed and Places(self.home, self.station_id).path.exists():
            self.sending.begin()

    def _forget(self, touched: frozenset[tuple[str, str]]) -> None:
        """What was kept of records that changed is read again when it is next wanted."""
        kinds = {kind for kind, _ in touched}
        if kinds & OF_OFFICE:
            self._office = None
        if kinds & {"model", "setting"}:
            self.model = None
        if self.is_readable:
            self.chosen.leave_out({one for kind, one in touched if one in self.chosen.of(kind) and self._is_gone(one)})

    def _is_gone(self, record: str) -> bool:
        """Whether a record was taken back, or its coming was undone."""
        from db.reader import RecordMissingError

        try:
            return self.reader.entry(record).is_hidden
        except RecordMissingError:
            return True

    # Reading

    def open_reader(self, sight: FirstSight | None = None) -> None:
        """Open the window's own view of the files, or take the one that is open."""
        if sight is not None:
            self.reader, self._derived, self._journal = sight.reader, sight.derived, sight.journal
        else:
            from db.sight import open_read_only

            self.reader, self._derived, self._journal = open_read_only(self.tables)
        if self.refusal is None:
            self.reader.drafts_home = self.home, self.station_id
        self.__dict__.pop("blobs", None)
        self.is_readable = True

    @cached_property
    def blobs(self) -> Blobs:
        """The window's own view of photos and tracks."""
        from db.blobs import Blobs

        return Blobs(self._journal, self.folder / "blobs")

    def _take(self, opened: Opened) -> None:
        self.refusal = opened.refusal
        self.tables = self.readers.tables = opened.tables

    def only_read(self, opened: Opened) -> None:
        """Look at the copy that opening made, because the station takes no writing."""
        self.readers.forget()
        self.close_reader()
        self._take(opened)
        self.open_reader()

    def close_reader(self) -> None:
        """Let go of the files: they are about to be made anew. No page may ask until they are open again."""
        self.is_readable = False
        self._derived.close()
        self._journal.close()

    def ask(
        self,
        work: ReadJob[Answer],
        on_done: Callable[[Answer], None],
        on_error: Callable[[RangerAppError], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job[Answer]:
        """Have a long question answered beside the window; nobody hears of it when *owner* is closed meanwhile."""
        return self.readers.submit(work, on_done=on_done, on_error=on_error or self.tell, owner=owner or self.front)

    # Acting

    @property
    def officer_id(self) -> str:
        return self.officer.id if self.officer is not None else ""

    def choose_officer(self, officer: Member) -> None:
        """Somebody else works from now on; open forms are put away first under the name of who typed them."""
        if self.officer is not None and officer.id == self.officer.id:
            return
        self.officer_leaving.emit()
        self.officer = officer
        self.settings.put(f"officer/{self.station_id}", officer.id)
        self.officer_changed.emit()

    def do(
        self,
        work: StoreJob[Answer],
        *,
        title: str = "",
        on_done: Callable[[Answer], None] | None = None,
        on_error: Callable[[RangerAppError], None] | None = None,
        is_urgent: bool = False,
        rescue: Rescue[Answer] | None = None,
    ) -> Job[Answer]:
        """Have an act done in the store thread; an error nobody asked for is told in the page."""
        return self.station_thread.submit(
            work,
            title=title,
            on_done=on_done,
            on_error=on_error or self.tell,
            is_urgent=is_urgent,
            owner=None if is_urgent else self.front,
            rescue=rescue,
        )

    def tell(self, error: RangerAppError) -> None:
        """Show an error in the page."""
        self.trouble.emit(error)

    def now(self) -> dt.datetime:
        """Now, in the station's zone."""
        return dt.datetime.now(self.zone)

    def with_model(self, use: Callable[[DataModel], None]) -> None:
        """Call *use* with the station's data model, at once when it is known, else when it has been read."""
        if self.model is not None:
            use(self.model)
            return

        def keep(model: DataModel) -> None:
            self.model = model
            use(model)

        from ui import acts

        self.ask(acts.data_model(self.station_id), keep)

    def close(self) -> None:
        """Save what was typed, end the threads, let go of the folder."""
        self.is_closed = True
        if self.made_sending is not None:
            self.made_sending.close()
        if self.made_maps is not None:
            self.made_maps.close()
        self.readers.close()
        self.station_thread.close()
        if self.is_readable:
            self.close_reader()


def _load_grids(_sight: Sight, _context: JobContext) -> None:
    from ranger_app.coordinates import tell_place

    for notation in ("utm", "mgrs", "sk42"):
        tell_place(41.2, 74.5, notation)


def is_stop(error: RangerAppError) -> bool:
    """Whether a person asked for this error: work that was cancelled."""
    return isinstance(error, Cancelled)
