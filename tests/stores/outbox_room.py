"""A station with incidents, and an office on this computer to which they go."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from db.store import Store
from ranger_app.domain.places import Place
from ranger_app.jobs import JobContext
from ranger_app.services.at_store import directly
from ranger_app.services.outbox import Shown, shown_items
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.services.queue_smart import Queued, QueueSmart
from ranger_app.services.stations import create_station, open_station
from ranger_app.services.sync_places import Synced, SyncPlaces
from ranger_app.sync.smart_connect import Connect
from tests.smart_connect import RANGER, StandIn

LONG_TEXT = 60_000
SEED = 20261122
PATIENCE_S = 2.0


def quick(place: Place, password: str) -> Connect:
    """A client that waits no longer than a test may."""
    return Connect(place.url, place.user, password, pin=place.pin, begin_s=PATIENCE_S, patience_s=PATIENCE_S)


def make_station(tmp_path: Path, count: int) -> tuple[Path, Path]:
    """A station with so many incidents; every tenth has a long text, so that its file is cut in the middle."""
    folder, home = tmp_path / "station", tmp_path / "home"
    create_station(
        folder, name="Naryn", area_id="KG-NAR", officer_name="Toktosunov, Aibek", role="ranger",
        timezone="Asia/Bishkek", is_encrypted=False, home=home,
    )  # fmt: skip
    chance = random.Random(SEED)
    with open_station(folder, home=home) as store, store.transaction(officer_of(store)) as transaction:
        for number in range(count):
            long = "".join(chance.choices("абвгде жзий", k=LONG_TEXT)) if number % 10 == 0 else ""
            values = {
                "number": f"KG-NAR_{number:06d}", "form_kind": "other", "occurred_at": "2026-03-04T09:15:42+06:00",
                "latitude": "41.201111", "longitude": "74.501234", "summary": f"{number} {long}",
            }  # fmt: skip
            with transaction.change() as change:
                change.create("incident", values)
    return folder, home


def officer_of(store: Store) -> str:
    return next(entry.id for entry in store.reader.entries("officer"))


def add_place(store: Store, home: Path, office: StandIn) -> None:
    """Make the office known to this laptop, with its password."""
    place = Place(
        name="office", kind="smart", url=office.address, user=RANGER.name, area=str(office.area.uuid), version="8",
        read={},
    )  # fmt: skip
    Places(home, store.station_id).put(place)
    Passwords(home, store.station_id, store.keys.device_seed).put("office", RANGER.name, RANGER.password)


def fill(folder: Path, home: Path, office: StandIn) -> dict[str, str]:
    """Queue every incident; SHA-256 by record."""
    with open_station(folder, home=home) as store:
        add_place(store, home, office)
        place = place_of(store, home)
        records = [entry.id for entry in store.reader.entries("incident")]
        queued = QueueSmart(store)(place, records, force=True, officer=officer_of(store), context=JobContext())
        assert not queued.refused
        return {item.record: item.sha256 for item in queued.items}


def place_of(store: Store, home: Path) -> Place:
    return Places(home, store.station_id).get("office")


def queue(store: Store, home: Path, records: Sequence[str] = (), *, force: bool = True) -> Queued:
    """Queue *records*, or every incident."""
    wanted = records or [entry.id for entry in store.reader.entries("incident")]
    place = place_of(store, home)
    return QueueSmart(store)(place, wanted, force=force, officer=officer_of(store), context=JobContext())


def one_pass(
    store: Store, home: Path, *, is_named: bool = True, context: JobContext | None = None,
    now: Callable[[], float] = time.time, pause: Callable[[float], None] = lambda _: None,
) -> Synced:  # fmt: skip
    """Send and hear what is due."""
    sync = SyncPlaces(
        directly(store), folder=store.folder, home=home, connect=quick, pause=pause, now=now,
        passwords=Passwords(home, store.station_id, store.keys.device_seed),
    )  # fmt: skip
    places = Places(home, store.station_id).all()
    named = [place.name for place in places] if is_named else []
    return sync(places, named=named, officer=officer_of(store), context=context or JobContext())


def only(store: Store, home: Path) -> Shown:
    """The one item that there is."""
    [shown] = shown_items(store, home)
    return shown
