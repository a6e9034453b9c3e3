"""Sends what waits in an outbox, pass after pass, until it is killed or all has ended; runs in a process of its own."""

from __future__ import annotations

import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from ranger_app.jobs import JobContext
from ranger_app.services.at_store import directly
from ranger_app.services.outbox import shown_items
from ranger_app.services.passwords import Passwords
from ranger_app.services.places import Places
from ranger_app.services.stations import open_station
from ranger_app.services.sync_places import SyncPlaces
from tests.stores.outbox_room import quick

TEN_YEARS_S = 10 * 365 * 86_400


def send_until_killed(folder: Path, home: Path, seed: int, told: Connection) -> None:
    """Tell ``(open, failed)`` after each pass; the clock of this life is wrong by up to ten years."""
    chance = random.Random(seed)
    wrong_s = chance.uniform(-TEN_YEARS_S, TEN_YEARS_S)
    with open_station(folder, home=home) as store:
        store.clock = lambda: time.time_ns() // 1_000_000 + int(1000 * wrong_s)
        places = Places(home, store.station_id)
        officer = next(entry.id for entry in store.reader.entries("officer"))
        sync = SyncPlaces(
            directly(store), folder=folder, home=home, connect=quick, now=lambda: time.time() + wrong_s,
            pause=lambda wait_s: time.sleep(wait_s / 10),
            passwords=Passwords(home, store.station_id, store.keys.device_seed),
        )  # fmt: skip
        while True:
            passed = sync(places.all(), named=[one.name for one in places.all()], officer=officer, context=JobContext())
            shown = shown_items(store, home)
            told.send((sum(one.item.is_open for one in shown), [(i, e.code) for i, e in passed.failed]))
            if not any(one.item.is_open for one in shown):
                return
