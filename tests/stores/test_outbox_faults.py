"""A thousand items on a bad network, from a laptop that is killed again and again: each arrives exactly once."""

from __future__ import annotations

import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from db.audit import audit
from ranger_app.domain.outbox import State
from ranger_app.jobs import JobContext
from ranger_app.services.outbox import shown_items
from ranger_app.services.stations import open_station
from tests.smart_connect import Schedule, StandIn, accepts_all
from tests.stores.outbox_room import SEED, fill, make_station
from tests.stores.sending import send_until_killed
from tests.stores.test_killed import processes

pytestmark = pytest.mark.begins_first

ITEMS = 1_000
LIVES = 25
WAIT_S = 240.0


def test_each_item_arrives_exactly_once_whatever_goes_wrong(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    folder, home = make_station(tmp_path, ITEMS)
    schedule = Schedule(SEED, chance=0.15, late_s=0.05, down_s=0.1)
    with StandIn(person=accepts_all, schedule=schedule) as office:
        wanted = fill(folder, home, office)
        assert len(wanted) == ITEMS
        chance, until, lives = random.Random(SEED), time.monotonic() + WAIT_S, 0
        is_done = False
        while not is_done:
            assert time.monotonic() < until, office.queue.unfinished()
            lives += 1
            is_done = one_life(folder, home, lives, chance.uniform(0.3, 4.0) if lives <= LIVES else WAIT_S)
        assert lives > LIVES / 2
        office.faults.clear()
        office.check()
        arrived = sorted(item.sha256 for item in office.queue.items if item.is_whole)
        assert arrived == sorted(wanted.values())
        with open_station(folder, home=home) as store:
            shown = shown_items(store, home)
            assert {one.item.record for one in shown} == wanted.keys()
            assert {one.state for one in shown} == {State.ACCEPTED}
            assert not list((folder / "outbox").iterdir())
            assert audit(store, JobContext()).bad == ()


def one_life(folder: Path, home: Path, seed: int, lasts_s: float) -> bool:
    """Let a process send until it is killed; whether it said that all has ended."""
    context = processes()
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=send_until_killed, args=(folder, home, seed, tells))
    process.start()
    tells.close()
    process.join(lasts_s)
    if process.is_alive():
        process.kill()
        process.join()
    assert process.exitcode in (0, -signal.SIGKILL), "it ended by itself"
    left = last_told(hears)
    process.close()
    hears.close()
    return left == 0


def last_told(hears: Connection) -> int:
    left = -1
    try:
        while hears.poll(0):
            left, _ = hears.recv()
    except (EOFError, OSError):
        pass  # all was heard
    return left
