"""A station beside a stand-in office that takes direct JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from ranger_app.domain.direct_office import client_uuid
from ranger_app.domain.places import Place
from ranger_app.jobs import JobContext
from ranger_app.services.at_store import directly
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.outbox import Shown, shown_items
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.services.queue_smart import Queued, QueueSmart
from ranger_app.services.read_place import ReadPlace
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.sync_places import Synced, SyncPlaces
from ranger_app.sync.smart_connect import Connect
from tests.service_desk import MORNING, Desk, new_desk, photo_bytes, walk, write_gpx
from tests.smart_connect import (
    RANGER,
    StandIn,
)
from tests.smart_connect.direct_records import Records

SNARE = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}}
INCIDENT: dict[str, Any] = {
    "kind": "other", "occurred_at": "2026-03-04T08:01:30+06:00", "summary": "Петли",
    "position": {"latitude_deg": 41.2002, "longitude_deg": 74.5, "source": "gps"}, "observations": [SNARE],
    "photos": ["petla.jpg"], "fields": {},
}  # fmt: skip
NIGHT = dt.timedelta(hours=30)


@dataclass
class Room:
    """A station beside an office that takes direct JSON."""

    desk: Desk
    office: StandIn

    @property
    def records(self) -> Records:
        return self.office.office.records(self.office.area)

    def place(self) -> Place:
        return Places(self.desk.home, self.desk.store.station_id).get("office")

    def queue(self, *records: str, force: bool = True, **changes: Any) -> Queued:
        place = replace(self.place(), **changes)
        return QueueSmart(self.desk.store)(
            place, records, force=force, officer=self.desk.officer, context=self.desk.context
        )

    def sync(self, context: JobContext | None = None) -> Synced:
        store = self.desk.store
        passes = SyncPlaces(
            directly(store), folder=store.folder, home=self.desk.home, passwords=self.passwords(), connect=quick,
            pause=lambda _: None,
        )  # fmt: skip
        return passes([self.place()], named=["office"], officer=self.desk.officer, context=context or JobContext())

    def passwords(self) -> Passwords:
        return Passwords(self.desk.home, self.desk.store.station_id, self.desk.store.keys.device_seed)

    def shown(self) -> Shown:
        return shown_items(self.desk.store, self.desk.home)[-1]

    def walked(self, *, name: str = "walk", days: int = 0) -> str:
        """A patrol of a short walk; with *days* another leg on the next day, by vehicle."""
        path = write_gpx(self.desk.out / f"{name}.gpx", walk(MORNING, latitude=41.2 + len(name) / 100))
        store, officer = self.desk.store, self.desk.officer
        told = {"transport": "foot", "leader": "Toktosunov, Aibek", "mandate": "antipoaching"}
        record = ImportTracks(store)([path], officer=officer, context=JobContext(), **told).patrols[0]  # type: ignore[arg-type]
        for day in range(1, days + 1):
            more = write_gpx(
                self.desk.out / f"{name}{day}.gpx", walk(MORNING + day * NIGHT, latitude=41.5 + day + len(name) / 100)
            )
            told |= {"transport": "vehicle", "mandate": ("followup", "surveillance")[day - 1]}
            ImportTracks(store)([more], patrol_id=record, officer=officer, context=JobContext(), **told)  # type: ignore[arg-type]
        return record

    def happened(self, **more: Any) -> str:
        self.desk.out.joinpath("petla.jpg").write_bytes(photo_bytes(comment=b"p"))
        record = RecordIncident(self.desk.store)
        done = record("other", {**INCIDENT, **more}, officer=self.desk.officer, photo_folder=self.desk.out)
        return done.incident_id

    def client_id(self, kind: str, record: str) -> UUID:
        return UUID(client_uuid(self.place().area, kind, record))


def quick(place: Place, password: str) -> Connect:
    return Connect(place.url, place.user, password, pin=place.pin, begin_s=2, patience_s=2)


@contextmanager
def opened_room(folder: Path, office: StandIn) -> Iterator[Room]:
    """A new station that has read all of the office."""
    desk = new_desk(folder, officer_name="Toktosunov, Aibek")
    room = Room(desk, office)
    places = Places(desk.home, desk.store.station_id)
    places.put(Place(name="office", kind="smart", url=office.address, user=RANGER.name, how="direct", read={}))
    passwords = room.passwords()
    passwords.put("office", RANGER.name, RANGER.password)
    reads = ReadPlace(directly(desk.store), places, passwords, connecting=quick)
    reads("office", officer=desk.officer, context=JobContext())
    yield room
    desk.store.close()
