"""The plug is pulled at any moment: what was said to be stored is there, and the station opens."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from typing import TypeAlias

from db.audit import audit
from db.store import Store
from ranger_app.jobs import JobContext
from tests.properties.laptops import Laptop
from tests.stores.saving import READY, save_until_killed

Processes: TypeAlias = SpawnContext | ForkServerContext

KILLS = 100
FULL_CHECK_EACH = 20


@contextmanager
def saving(context: Processes, laptop: Laptop, seed: int, *, ends_between_commits: bool) -> Iterator[list[str]]:
    """A process that saves into the station of *laptop*; dead when the block has ended."""
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(
        target=save_until_killed, args=(laptop.folder, laptop.home, seed, ends_between_commits, tells)
    )
    process.start()
    tells.close()
    told: list[str] = []
    assert hears.recv() == READY
    yield told
    if not ends_between_commits:
        process.kill()
    try:
        while True:
            told.append(hears.recv())
    except (EOFError, OSError):
        pass  # it is dead
    process.join()
    process.close()
    hears.close()


def processes() -> Processes:
    """How processes are begun: quickly where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.stores.saving", "cryptography.hazmat.primitives.asymmetric.ed25519"])
    return context


def test_a_process_killed_at_random_moments_loses_nothing_it_said_was_stored(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, "Naryn")
    laptop.close()
    chance = random.Random(17)
    promised: list[str] = []
    context = processes()
    mended = 0

    for number in range(KILLS):
        between = number % 4 == 0
        with saving(context, laptop, number, ends_between_commits=between) as told:
            time.sleep(0 if between else chance.uniform(0, 0.06))
        promised += told
        laptop.open()
        mended += "derived-caught-up" in dict(laptop.store.notices)
        keeps(laptop.store, told)
        if number % FULL_CHECK_EACH == 0:
            assert audit(laptop.store, JobContext()).bad == ()
        laptop.close()

    laptop.open()
    keeps(laptop.store, promised)
    assert len(promised) > KILLS
    assert mended >= KILLS // 4 - 1
    assert audit(laptop.store, JobContext()).bad == ()
    laptop.close()


def keeps(store: Store, told: list[str]) -> None:
    """Whether everything that was said to be stored is there, with its photo."""
    for word in told:
        record, _, is_changed = word.partition(" ")
        values = store.reader.entry(record, "incident").values
        assert store.blobs.is_whole(values["photo"])
        assert not is_changed or values["species"] == "panthera_uncia"
