"""Saves records in a loop, as an import or an officer does, and says each id after it was stored; then is killed."""

from __future__ import annotations

import os
import random
from multiprocessing.connection import Connection
from pathlib import Path

from db.store import Store
from db.transaction import new_id

READY = "ready"


def save_until_killed(folder: Path, home: Path, seed: int, ends_between_commits: bool, told: Connection) -> None:
    """Runs in a process of its own; ends by itself only between the two commits of some save, if asked to."""
    chance = random.Random(seed)
    with Store(folder, home=home) as store:
        saves_left = chance.randint(0, 3)
        told.send(READY)
        rooms_left = chance.choice((0, 3, 99))  # of the steps in which a window makes room, some are done or all
        while True:
            if ends_between_commits and not saves_left:
                store.between_commits = lambda: os._exit(9)
            saves_left -= 1
            if rooms_left:
                rooms_left = rooms_left - 1 if store.make_room() else 0
            for record in save(store, chance):
                told.send(record)
            with store.act(officer="o") as change:
                change.set("incident", record, {"species": "panthera_uncia"})
            told.send(f"{record} changed")


def save(store: Store, chance: random.Random) -> list[str]:
    """One incident, or thirty in one act; each with a photo, small or large."""
    records: list[str] = []
    with store.transaction("o") as transaction:
        for _ in range(chance.choice((1, 1, 30))):
            photo = transaction.put_blob(chance.randbytes(chance.choice((100, 300_000) if not records else (100,))))
            with transaction.change() as change:
                records.append(change.create("incident", {"photo": photo}, blobs=[photo], record=new_id()))
    return records
