"""A file from a receiver comes in: our import beside gpxpy with rows, its memory and bytes, the window's pauses."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.device_file import write_device_file
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import Row, in_own_process

if TYPE_CHECKING:
    import sqlite_utils

FIXES = 200_000
WARM_UP_FIXES = 500
ROUNDS = 3
PAUSE_ROUNDS = 5
IDLE_S = 1.5

OURS, GPXPY, GPXPY_BARE, PAUSES = "ours", "gpxpy", "gpxpy-bare", "pauses"


def run() -> list[Row]:
    """Everything about one file of 200,000 fixes; each figure in processes of their own."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as folder:
        path = Path(folder) / "walk.gpx"
        file_mb = write_device_file(path, FIXES) / 1e6
        told: dict[str, list[dict[str, Any]]] = {OURS: [], GPXPY: [], GPXPY_BARE: []}
        for _ in range(ROUNDS):
            for who, answers in told.items():
                answers.append(_ask(who, path))
        pauses = [_ask(PAUSES, path) for _ in range(PAUSE_ROUNDS)]
    took = {who: statistics.median(one["seconds"] for one in answers) for who, answers in told.items()}
    ours = told[OURS][0]
    memory_mb = max(one["grown_mb"] for one in told[OURS])
    pause_ms = statistics.median(one["busy_ms"] - one["idle_ms"] for one in pauses)
    return [
        Row(
            what=f"{FIXES:,} fixes, {file_mb:.0f} MB: hash, keep, read, store and derive; beside gpxpy without lxml, "
            "and rows by sqlite-utils",
            ours=f"{took[OURS]:.2f} s", peer=f"{took[GPXPY_BARE]:.2f} s",
            measured=took[GPXPY_BARE] / took[OURS], limit=4.0, is_least=True,
        ),
        Row(
            what="the same beside gpxpy as it comes, with lxml",
            ours=f"{took[OURS]:.2f} s", peer=f"{took[GPXPY]:.2f} s",
            measured=took[GPXPY] / took[OURS], limit=4.0, is_least=True,
        ),
        Row(
            what="memory the import takes on top of the running program; the limit is the file and 150 MB",
            ours=f"{memory_mb:.0f} MB", peer=f"{max(one['grown_mb'] for one in told[GPXPY_BARE]):.0f} MB (gpxpy)",
            measured=memory_mb, limit=round(file_mb + 150.0), unit="MB",
        ),
        Row(
            what="bytes a fix that the two databases grow by, without the original file",
            ours=f"{ours['grown_bytes'] / FIXES:.2f}", peer=f"{told[GPXPY_BARE][0]['grown_bytes'] / FIXES:.1f} (rows)",
            measured=ours["grown_bytes"] / FIXES, limit=5.0, unit="bytes",
        ),
        Row(
            what="the window's longest pause during the first import after the start, less an idle window's",
            ours=f"{statistics.median(one['busy_ms'] for one in pauses):.1f} ms",
            peer=f"{statistics.median(one['idle_ms'] for one in pauses):.1f} ms (idle)",
            measured=pause_ms, limit=16.0, unit="ms",
        ),
    ]  # fmt: skip


def _ask(who: str, path: Path) -> dict[str, Any]:
    return in_own_process("tests.benchmarks.gpx_import", who, str(path), offscreen=who == PAUSES)


def import_with_ours(path: Path, folder: Path) -> dict[str, Any]:
    """Import into a station that has seen one small file, so that nothing is loaded for the first time."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.import_tracks import ImportTracks
    from ranger_app.services.stations import open_station

    officer = new_station(folder)
    small = folder / "small.gpx"
    write_device_file(small, WARM_UP_FIXES, number=2)
    with open_station(folder / "station", home=folder / "home") as store:
        importing = ImportTracks(store)
        importing([small], officer=officer, context=JobContext())
    bytes_before, mb_before = database_bytes(folder / "station"), peak_mb()
    with open_station(folder / "station", home=folder / "home") as store:
        before = time.perf_counter()
        done = ImportTracks(store)([path], officer=officer, context=JobContext())
        took = time.perf_counter() - before
    assert done.points == FIXES
    grown = database_bytes(folder / "station") - bytes_before
    return {"seconds": took, "grown_mb": peak_mb() - mb_before, "grown_bytes": grown}


def import_with_gpxpy(path: Path, folder: Path) -> dict[str, Any]:
    """What a program made of gpxpy and sqlite-utils does: parse the file, a row a fix, an index by track."""
    import sqlite_utils

    small = folder / "small.gpx"
    write_device_file(small, WARM_UP_FIXES, number=2)
    database = sqlite_utils.Database(folder / "rows.db")

    rows_by_gpxpy(database, small, "small")
    bytes_before, mb_before = (folder / "rows.db").stat().st_size, peak_mb()
    before = time.perf_counter()
    assert rows_by_gpxpy(database, path, "walk") == FIXES
    took = time.perf_counter() - before
    database.close()
    grown = (folder / "rows.db").stat().st_size - bytes_before
    return {"seconds": took, "grown_mb": peak_mb() - mb_before, "grown_bytes": grown}


def rows_by_gpxpy(database: sqlite_utils.Database, source: Path, track: str) -> int:
    """Parse one file, and insert a row a fix; returns the number of fixes."""
    import gpxpy

    with source.open(encoding="utf-8") as file:
        segments = [segment for one in gpxpy.parse(file).tracks for segment in one.segments]
    fixes = [(number, point) for number, segment in enumerate(segments) for point in segment.points]
    database.table("fixes").insert_all(
        {
            "track": track, "segment": segment, "number": number, "longitude": point.longitude,
            "latitude": point.latitude, "elevation": point.elevation,
            "time": point.time.isoformat() if point.time else None,
        }
        for number, (segment, point) in enumerate(fixes)
    )  # fmt: skip
    database.table("fixes").create_index(["track"], if_not_exists=True)
    return len(fixes)


def pauses_of_window(path: Path, folder: Path) -> dict[str, Any]:
    """The longest time for which the window's thread could do nothing, idle and during an import."""
    from PySide6.QtCore import QElapsedTimer, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from ranger_app.__main__ import OBJECTS_BETWEEN_COLLECTIONS
    from ui.garbage import Collector
    from ui.store_thread import StoreThread

    officer = in_own_process("tests.benchmarks.gpx_import", "station", str(folder))["officer"]
    application = QApplication([])
    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)
    collector.begin()
    window = QWidget()
    window.show()
    clock, gaps = QElapsedTimer(), [0]

    def tick() -> None:
        gaps.append(clock.nsecsElapsed())
        clock.restart()

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
    timer.timeout.connect(tick)

    def longest_ms() -> float:
        clock.restart()
        gaps[:] = [0]
        timer.start()
        application.exec()
        timer.stop()
        return max(gaps) / 1e6

    thread = StoreThread(folder / "station", home=folder / "home")
    thread.prepare(lambda _: application.quit())
    thread.begin()
    application.exec()
    QTimer.singleShot(round(IDLE_S * 1000), application.quit)
    idle_ms = longest_ms()

    def importing(store: Any, context: Any) -> int:
        from ranger_app.services.import_tracks import ImportTracks

        return ImportTracks(store)([path], officer=officer, context=context).points

    points: list[int] = []

    def imported(count: int) -> None:
        points.append(count)
        application.quit()

    thread.submit(importing, on_done=imported)
    busy_ms = longest_ms()
    thread.close()
    collector.stop()
    assert points[0]
    return {"idle_ms": idle_ms, "busy_ms": busy_ms}


def new_station(folder: Path) -> str:
    """Make a station in *folder*; returns the id of its officer."""
    from ranger_app.services.stations import create_station

    created = create_station(
        folder / "station", name="Naryn", area_id="KG-NAR", officer_name="Asanov, Bakyt", role="ranger",
        timezone="Asia/Bishkek", is_encrypted=False, home=folder / "home",
    )  # fmt: skip
    return created.officer_id


def database_bytes(station: Path) -> int:
    """What the databases of a closed station weigh; blobs in files of their own are no part of them."""
    return sum((station / name).stat().st_size for name in ("journal.db", "derived.db"))


def main(who: str, given: Path) -> dict[str, Any]:
    """One measurement, in this process alone."""
    if who == "station":
        return {"officer": new_station(given)}
    if who == GPXPY_BARE:
        sys.modules["lxml"] = None  # type: ignore[assignment]
    measured = {OURS: import_with_ours, PAUSES: pauses_of_window}.get(who, import_with_gpxpy)
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as folder:
        return measured(given, Path(folder))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
