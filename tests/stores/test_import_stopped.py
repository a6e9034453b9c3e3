"""An import that is stopped, or killed, at any moment leaves the station as it was, or has stored everything."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import threading
import time
from pathlib import Path

import pytest

from db.audit import audit
from db.blobs import LARGEST_INSIDE
from db.patrol_pages import patrol_count
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.stations import open_station
from tests.service_desk import MORNING, CancelAt, Desk, new_desk, walk, write_gpx
from tests.stores.importing import READY, import_until_killed

DAY = dt.timedelta(days=1)
FILES = 30
CANCELS = 100
KILLS = 12


def stick(folder: Path) -> Path:
    """Walks of different days; some files are so large that they are kept beside the database."""
    folder.mkdir()
    for number in range(FILES):
        marks = [(41.2, 74.5, MORNING + number * DAY, f"mark {number}")]
        path = write_gpx(folder / f"{number:02}.gpx", walk(MORNING + number * DAY, 20), waypoints=marks)
        if number % 5 == 0:
            with path.open("a", encoding="ascii") as stream:
                stream.write(f"<!--{number}{'x' * LARGEST_INSIDE}-->")
    return folder


def files_of(desk: Desk) -> list[Path]:
    return [path for path in (desk.folder / "blobs").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps the whole import has."""
    desk = new_desk(tmp_path_factory.mktemp("counted"))
    counting = CancelAt()
    ImportTracks(desk.store)([stick(desk.out / "stick")], officer=desk.officer, context=counting)
    desk.store.close()
    return counting.steps


def test_stopping_at_a_hundred_random_steps_stores_nothing(desk: Desk, steps: int) -> None:
    folder = stick(desk.out / "stick")
    before, content = desk.changes(), desk.content()
    chance = random.Random(5)
    moments = {0, 1, steps - 1, *(chance.randrange(steps) for _ in range(CANCELS))}

    for at in sorted(moments):
        with pytest.raises(Cancelled):
            ImportTracks(desk.store)([folder], officer=desk.officer, context=CancelAt(at))
        assert desk.changes() == before
        assert files_of(desk) == []

    assert desk.content() == content
    assert list(desk.store.blobs.digests()) == []
    assert len(ImportTracks(desk.store)([folder], officer=desk.officer, context=desk.context).patrols) == FILES
    assert audit(desk.store, JobContext()).bad == ()


def test_stopping_from_another_thread_at_any_moment_stores_nothing_or_everything(desk: Desk) -> None:
    folder = stick(desk.out / "stick")
    before = desk.changes()
    chance = random.Random(6)

    for _ in range(10):
        context = JobContext()
        stopper = threading.Timer(chance.uniform(0, 0.05), context.cancel)
        stopper.start()
        try:
            ImportTracks(desk.store)([folder], officer=desk.officer, context=context)
        except Cancelled:
            assert desk.changes() == before
            assert files_of(desk) == []
        else:
            assert patrol_count(desk.store.reader) == FILES
        stopper.join()


def test_a_process_killed_while_it_imports_leaves_nothing_half_stored(tmp_path: Path, steps: int) -> None:
    desk = new_desk(tmp_path)
    desk.store.close()
    folder = stick(desk.out / "stick")
    context = multiprocessing.get_context("spawn")
    chance = random.Random(7)
    stored = False

    for number in range(KILLS):
        hears, tells = context.Pipe(duplex=False)
        process = context.Process(
            target=import_until_killed, args=(desk.folder, desk.home, desk.officer, folder, tells)
        )
        process.start()
        tells.close()
        assert hears.recv() == READY
        for _ in range(chance.randrange(steps)):
            hears.recv()
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.join()
        process.close()
        hears.close()

        with open_station(desk.folder, home=desk.home) as store:
            found = patrol_count(store.reader)
            stored = stored or found == FILES
            assert found == (FILES if stored else 0), number
            assert len(files_of(desk)) == (FILES // 5 if stored else 0), number
            assert audit(store, JobContext()).bad == ()

    with open_station(desk.folder, home=desk.home) as store:
        done = ImportTracks(store)([folder], officer=desk.officer, context=JobContext())
        assert (len(done.patrols), done.new_points) == (FILES, 0 if stored else 20 * FILES)
        assert store.reader.count("waypoint") == FILES
