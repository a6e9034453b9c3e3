"""What the window asks the core about offices and what goes to them.

One function an act, each answering work for the thread that does it; everything heavy, the network above all, is
imported inside the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.domain.outbox import Item
    from ranger_app.domain.places import Area, Place
    from ranger_app.services.at_store import AtStore
    from ranger_app.services.export_smart import SmartExported
    from ranger_app.services.outbox import Shown
    from ranger_app.services.passwords import Passwords
    from ranger_app.services.places import Places
    from ranger_app.services.queue_smart import Queued
    from ranger_app.services.read_place import PlaceRead
    from ranger_app.services.sync_places import Synced
    from ui.network_thread import TalkJob
    from ui.store_thread import ReadJob, Sight, StoreJob


@dataclass(frozen=True, slots=True)
class Logs:
    """Which log the open folder writes, and which ones this device ever wrote in this station."""

    own: str
    ever: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a server said of itself when it was tried.

    Attributes:
        place: As it was asked for, with what the server told and the address at which it answers.
    """

    place: Place
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A place as a person typed it, with the password that is kept elsewhere.

    Attributes:
        password: ``None`` keeps the one that is known.
        before: Name of the place that is changed; empty for a new one.
    """

    place: Place
    password: str | None = field(default=None, repr=False)
    before: str = ""


# What waits


def logs() -> StoreJob[Logs]:
    """Which items are ours."""

    def work(store: Store, _context: JobContext) -> Logs:
        from ranger_app.services.outbox import own_log, own_logs

        return Logs(own_log(store), own_logs(store))

    return work


def shown(known: Logs, *, home: Path, station_id: str) -> ReadJob[tuple[Shown, ...]]:
    """Every item of the outbox, the newest first."""

    def work(sight: Sight, _context: JobContext) -> tuple[Shown, ...]:
        from ranger_app.services.outbox import look
        from ranger_app.services.outbox_files import TriedHere

        tried = TriedHere(home, station_id, known.own)
        return look(sight.reader, tried.all, known.own, known.ever)[::-1]

    return work


def check(place: Place, records: Sequence[str], *, officer: str) -> StoreJob[SmartExported]:
    """What would become of these records at a place, as files or directly; nothing is written."""

    def work(store: Store, context: JobContext) -> SmartExported:
        from ranger_app.domain.preflight_findings import joined
        from ranger_app.services.export_direct import ExportDirect
        from ranger_app.services.export_smart import ExportSmart

        patrols = tuple(one for one in records if store.reader.entry(one).kind == "patrol")
        incidents = tuple(one for one in records if one not in patrols)
        done = ExportSmart(store).check(
            patrols=patrols, incidents=incidents, version=place.version or "8", officer=officer, context=context
        )
        if place.how != "direct":
            return done
        direct = ExportDirect(store)
        told = (
            direct.check(one, is_patrol=one in patrols, place=place, officer=officer, context=context)
            for one in records
        )  # fmt: skip
        return replace(done, findings=joined(told))

    return work


def queue(place: Place, records: Sequence[str], *, force: bool, officer: str) -> StoreJob[Queued]:
    """Records go into the outbox, each frozen as a file."""

    def work(store: Store, context: JobContext) -> Queued:
        from ranger_app.services.queue_smart import QueueSmart

        return QueueSmart(store)(place, records, force=force, officer=officer, context=context)

    return work


def retry(item: str, *, home: Path, officer: str) -> StoreJob[Item]:
    """An item is tried at the next pass, whatever went wrong."""

    def work(store: Store, context: JobContext) -> Item:
        from ranger_app.services.retry_item import RetryItem

        return RetryItem(store, home)(item, officer=officer, context=context)

    return work


def withdraw(item: str, reason: str, *, home: Path, officer: str) -> StoreJob[Item]:
    """An item leaves the outbox before it was sent."""

    def work(store: Store, _context: JobContext) -> Item:
        from ranger_app.services.withdraw_item import WithdrawItem

        return WithdrawItem(store, home)(item, reason, officer=officer)

    return work


def sync(
    places: Sequence[Place], *, named: Sequence[str], largest: int | None, folder: Path, home: Path, officer: str
) -> TalkJob[Synced]:
    """One pass over places."""

    def work(run: AtStore, context: JobContext) -> Synced:
        from ranger_app.services.sync_places import SyncPlaces

        passwords = _passwords(run, home)
        sync_places = SyncPlaces(run, folder=folder, home=home, passwords=passwords, largest=largest)
        return sync_places(places, named=named, officer=officer, context=context)

    return work


# Places


def reach(asked: Asked, *, home: Path) -> TalkJob[Reached]:
    """Try a place with a call that needs the password; nothing is kept."""

    def work(run: AtStore, context: JobContext) -> Reached:
        from ranger_app.services.places import Places
        from ranger_app.services.read_place import ReadPlace

        passwords, places = _passwords(run, home), Places(home, run(lambda store: store.station_id))
        password = asked.password
        if password is None:
            password = _known_password(asked, places, passwords)
        place, areas = ReadPlace(run, places, passwords).greeted(asked.place, password, context)
        return Reached(place=place, areas=areas)

    return work


def _known_password(asked: Asked, places: Places, passwords: Passwords) -> str:
    """The password that is kept, for the server and the user to whom it belongs.

    Raises:
        PasswordMissingError: The place is another server's or user's now: it has to be typed.
    """
    from ranger_app.services.keep_place import is_same_account
    from ranger_app.services.passwords import PasswordMissingError

    old = next((one for one in places.all() if one.name == asked.before), None)
    if old is None or not is_same_account(old, asked.place):
        raise PasswordMissingError(name=asked.place.name)
    return passwords.needed(old.name, old.user)


def keep(asked: Asked, *, home: Path) -> TalkJob[str]:
    """Keep a place and its password; what was tried with it before is forgotten. Answers where the password is."""

    def work(run: AtStore, _context: JobContext) -> str:
        from ranger_app.services.places import Places
        from ranger_app.services.retry_item import retry_place

        place = asked.place
        station_id = run(lambda store: store.station_id)
        passwords, places, kept = _passwords(run, home), Places(home, station_id), ""
        with _disk_is_told():
            old = next((one for one in places.all() if one.name == asked.before), None)
            password = asked.password
            is_other = old is not None and (old.name, old.user) != (place.name, place.user)
            if password is None and is_other:
                password = _known_password(asked, places, passwords)
            if password is not None and place.user:
                kept = passwords.put(place.name, place.user, password)
            places.put(place)
            if old is not None and is_other:
                passwords.forget(old.name, old.user)
                if old.name != place.name:
                    places.remove(old.name)
        run(lambda store: retry_place(store, home, place.name))
        return kept

    return work


def forget(place: Place, *, home: Path) -> TalkJob[None]:
    """Forget a place and its password."""

    def work(run: AtStore, _context: JobContext) -> None:
        from ranger_app.services.places import Places

        station_id = run(lambda store: store.station_id)
        with _disk_is_told():
            if place.user:
                _passwords(run, home).forget(place.name, place.user)
            Places(home, station_id).remove(place.name)

    return work


def read(name: str, *, home: Path, officer: str) -> TalkJob[PlaceRead]:
    """Areas, data model and lists of an office, usable without a network afterwards."""

    def work(run: AtStore, context: JobContext) -> PlaceRead:
        from ranger_app.services.places import Places
        from ranger_app.services.read_place import ReadPlace

        places = Places(home, run(lambda store: store.station_id))
        with _disk_is_told():
            return ReadPlace(run, places, _passwords(run, home))(name, officer=officer, context=context)

    return work


def _passwords(run: AtStore, home: Path) -> Passwords:
    from ranger_app.services.passwords import Passwords

    station_id, seed = run(lambda store: (store.station_id, store.keys.device_seed))
    return Passwords(home, station_id, seed)


@contextmanager
def _disk_is_told() -> Iterator[None]:
    """What the disk refuses is an error with words."""
    try:
        yield
    except OSError as error:
        from db.connection import disk_trouble

        trouble = disk_trouble(error)
        if trouble is None:
            raise
        raise trouble from error
