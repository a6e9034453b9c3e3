"""Many files come in at once: beside gpxpy with rows and GDAL, our growth and memory, and the window's pauses."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.device_file import write_device_file
from tests.benchmarks.gpx_import import new_station, pauses_of_window, rows_by_gpxpy
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import Row, in_own_process

FILES, FIXES = 100, 5_000
PEER_FILES = 20
SMALL_FIXES = 620
MANY = (35, 350, 3_500)
LONG = 1_000_000
WARM_UP_FIXES = 500
ROUNDS = 3
PAUSE_ROUNDS = 5

OURS, GPXPY, GPXPY_BARE, GDAL, PAUSES = "ours", "gpxpy", "gpxpy-bare", "gdal", "pauses"


def run() -> list[Row]:
    """Everything about an import of many files, and of one long one; each figure in processes of their own."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as given:
        folder = Path(given)
        some = write_files(folder / "some", FILES, FIXES)
        many = write_files(folder / "many", MANY[-1], SMALL_FIXES)
        long = folder / "long.gpx"
        long_mb = write_device_file(long, LONG) / 1e6
        return [*_beside_peers(folder / "some", some), *_growth(folder / "many", many), *_long(long, long_mb),
                *_pauses(folder / "some", folder / "many", long)]  # fmt: skip


def write_files(folder: Path, files: int, fixes: int) -> float:
    """Walks of different days, one a file; returns their MB."""
    folder.mkdir()
    paths = [folder / f"{number:05}.gpx" for number in range(files)]
    return sum(write_device_file(path, fixes, number=number) for number, path in enumerate(paths, start=1)) / 1e6


def _beside_peers(folder: Path, size_mb: float) -> list[Row]:
    told: dict[str, list[float]] = {OURS: [], GPXPY_BARE: [], GPXPY: [], GDAL: []}
    for _ in range(ROUNDS):
        for who, times in told.items():
            files = FILES if who in (OURS, GDAL) else PEER_FILES
            times.append(_ask(who, folder, files)["seconds"] * FILES / files)
    took = {who: statistics.median(times) for who, times in told.items()}
    ours = f"{took[OURS]:.2f} s"
    what = f"{FILES} files of {FIXES:,} fixes, {size_mb:.0f} MB: hash, keep, read, store and derive"
    return [
        Row(what=f"{what}; beside gpxpy without lxml, and rows by sqlite-utils (a fifth of the files, times five)",
            ours=ours, peer=f"{took[GPXPY_BARE]:.1f} s", measured=took[GPXPY_BARE] / took[OURS], limit=20.0,
            is_least=True),
        Row(what="the same beside gpxpy as it comes, with lxml",
            ours=ours, peer=f"{took[GPXPY]:.1f} s", measured=took[GPXPY] / took[OURS], limit=20.0, is_least=True),
        Row(what="the same beside GDAL, which writes the fixes into a GeoPackage",
            ours=ours, peer=f"{took[GDAL]:.1f} s", measured=took[GDAL] / took[OURS], limit=6.0, is_least=True),
    ]  # fmt: skip


def _growth(folder: Path, size_mb: float) -> list[Row]:
    rounds: list[list[dict[str, Any]]] = [[_ask(OURS, folder, files) for files in MANY] for _ in range(ROUNDS)]
    each_ms = [
        statistics.median(answers[place]["seconds"] for answers in rounds) * 1000 / files
        for place, files in enumerate(MANY)
    ]
    memory_mb = max(answers[-1]["grown_mb"] for answers in rounds)
    again = rounds[0][-1]["again_seconds"] / rounds[0][-1]["seconds"]
    first, *later = zip(MANY, each_ms, strict=True)
    return [
        *(
            Row(what=f"{files:,} files of {SMALL_FIXES} fixes beside {first[0]}: time a file",
                ours=f"{took:.2f} ms", peer=f"{first[1]:.2f} ms", measured=took / first[1], limit=1.5)
            for files, took in later
        ),
        Row(what=f"memory that {MANY[-1]:,} files, {size_mb:.0f} MB, take on top of the running program",
            ours=f"{memory_mb:.0f} MB", measured=memory_mb, limit=150.0, unit="MB"),
        Row(what="the same files once more, when all of them are here", ours=f"{rounds[0][-1]['again_seconds']:.1f} s",
            peer=f"{rounds[0][-1]['seconds']:.1f} s (first)", measured=again, limit=1.0),
    ]  # fmt: skip


def _long(path: Path, size_mb: float) -> list[Row]:
    told = [in_own_process(__spec__.name, OURS, str(path), "1") for _ in range(ROUNDS)]
    took = statistics.median(one["seconds"] for one in told)
    memory_mb = max(one["grown_mb"] for one in told)
    return [
        Row(what=f"memory that one patrol of {LONG:,} fixes, {size_mb:.0f} MB, takes; the limit is the file and 150 MB",
            ours=f"{memory_mb:.0f} MB, {took:.1f} s", measured=memory_mb, limit=round(size_mb + 150.0), unit="MB"),
    ]  # fmt: skip


def _pauses(some: Path, many: Path, long: Path) -> list[Row]:
    rows = []
    for path, what in (
        (some, f"{FILES} files of {FIXES:,} fixes"),
        (many, f"{MANY[-1]:,} small files"),
        (long, f"one file of {LONG:,} fixes"),
    ):
        told = [in_own_process(__spec__.name, PAUSES, str(path), "1", offscreen=True) for _ in range(PAUSE_ROUNDS)]
        idle_ms = statistics.median(one["idle_ms"] for one in told)
        rows.append(
            Row(what=f"the window's longest pause while {what} come in, less an idle window's",
                ours=f"{statistics.median(one['busy_ms'] for one in told):.1f} ms", peer=f"{idle_ms:.1f} ms (idle)",
                measured=statistics.median(one["busy_ms"] - one["idle_ms"] for one in told), limit=16.0, unit="ms")
        )  # fmt: skip
    return rows


def _ask(who: str, folder: Path, files: int) -> dict[str, Any]:
    return in_own_process(__spec__.name, who, str(folder), str(files))


def import_with_ours(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """Import into a station that has seen one small file, so that nothing is loaded for the first time."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.import_tracks import ImportTracks
    from ranger_app.services.stations import open_station

    officer = new_station(folder)
    small = folder / "small.gpx"
    write_device_file(small, WARM_UP_FIXES, number=40_000)
    with open_station(folder / "station", home=folder / "home") as store:
        importing = ImportTracks(store)
        importing([small], officer=officer, context=JobContext())
        mb_before, before = peak_mb(), time.perf_counter()
        done = importing(paths, officer=officer, context=JobContext())
        took, grown = time.perf_counter() - before, peak_mb() - mb_before
        before = time.perf_counter()
        again = importing(paths, officer=officer, context=JobContext())
        took_again = time.perf_counter() - before
    assert done.new_points == done.points == again.points
    assert again.new_points == 0
    return {"seconds": took, "grown_mb": grown, "again_seconds": took_again}


def import_with_gpxpy(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """What a program made of gpxpy and sqlite-utils does."""
    import sqlite_utils

    small = folder / "small.gpx"
    write_device_file(small, WARM_UP_FIXES, number=40_000)
    database = sqlite_utils.Database(folder / "rows.db")
    rows_by_gpxpy(database, small, "small")
    before = time.perf_counter()
    for path in paths:
        rows_by_gpxpy(database, path, path.stem)
    took = time.perf_counter() - before
    database.close()
    return {"seconds": took}


def import_with_gdal(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """What a program made of GDAL does: the fixes of all files in one layer of a GeoPackage."""
    import pyogrio.raw

    small = folder / "small.gpx"
    write_device_file(small, WARM_UP_FIXES, number=40_000)
    columns = ["track_fid", "track_seg_id", "track_seg_point_id", "ele", "time"]

    def take(path: Path, *, is_first: bool) -> int:
        meta, _, geometry, fields = pyogrio.raw.read(path, layer="track_points", columns=columns)
        pyogrio.raw.write(
            folder / "fixes.gpkg", geometry, fields, meta["fields"], geometry_type="Point", crs=meta["crs"],
            layer="fixes", driver="GPKG", append=not is_first,
        )  # fmt: skip
        return len(geometry)

    take(small, is_first=True)
    before = time.perf_counter()
    for path in paths:
        take(path, is_first=False)
    return {"seconds": time.perf_counter() - before}


def main(who: str, given: Path, files: int) -> dict[str, Any]:
    """One measurement, in this process alone."""
    if who == GPXPY_BARE:
        sys.modules["lxml"] = None  # type: ignore[assignment]
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        folder = Path(name)
        if who == PAUSES:
            return pauses_of_window(given, folder)
        paths = sorted(given.iterdir())[:files] if given.is_dir() else [given]
        measured = {OURS: import_with_ours, GDAL: import_with_gdal}.get(who, import_with_gpxpy)
        return measured(paths, folder)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
