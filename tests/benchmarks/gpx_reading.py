"""GPX files are read: beside gpxpy and GDAL, as files grow, over the real files, and what that costs a window."""

from __future__ import annotations

import json
import logging
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.device_file import write_device_file
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import ROOT, Row, in_own_process, medians

DEVICE_SIZES = (100, 200, 500, 1_000, 2_000, 5_000)
"""What one day of a receiver holds, from a fix every few minutes to one every few seconds."""

LARGE, TEN_TIMES, HUNDRED_TIMES = 5_000, 50_000, 500_000
ROUNDS = 5
GDAL = "GDAL (pyogrio), with times and heights"
TRACKS = ROOT / "tests" / "data" / "tracks"

SMALL, LONG, CORPUS, MEMORY, PAUSES = "small", "long", "corpus", "memory", "pauses"


def run() -> list[Row]:
    """Everything about reading; each figure in a process of its own, and there in rounds that alternate."""
    small, long, corpus = (_ask(which) for which in (SMALL, LONG, CORPUS))
    memory = _ask(MEMORY)
    pauses = [_ask(PAUSES) for _ in range(ROUNDS)]
    return [
        _beside("gpxpy", f"device files of {', '.join(f'{size:,}' for size in DEVICE_SIZES)} fixes, together",
                small["ours"], small["gpxpy"], 10.0),
        *(
            _beside("gpxpy", f"a device file of {size:,} fixes alone", ours, gpxpy, limit)
            for size, ours, gpxpy, limit in zip(
                DEVICE_SIZES, small["each_ours"], small["each_gpxpy"], (2.0, 3.0, 6.0, 10.0, 10.0, 13.0), strict=True
            )
        ),
        _beside("gpxpy", f"{TEN_TIMES:,} fixes, every byte checked to be well-formed",
                long["ours"][1], long["gpxpy"], 13.0),
        _beside(GDAL, f"{LARGE:,} fixes", long["ours"][0], long["gdal"][0], 2.2),
        _beside(GDAL, f"{TEN_TIMES:,} fixes", long["ours"][1], long["gdal"][1], 2.2),
        _beside(GDAL, f"{HUNDRED_TIMES:,} fixes", long["ours"][2], long["gdal"][2], 2.2),
        _beside("our careful reader", f"{TEN_TIMES:,} fixes", long["ours"][1], long["careful"], 3.0),
        _beside("gpxpy", f"{TEN_TIMES:,} fixes of Garmin's long numbers, heart rate and temperature",
                long["garmin_ours"], long["garmin_gpxpy"], 8.0),
        *(
            Row(
                what=f"time a fix of {fixes:,} fixes beside one of {LARGE:,}",
                ours=f"{took / fixes * 1e6:.2f} µs", peer=f"{long['ours'][0] / LARGE * 1e6:.2f} µs",
                measured=took / fixes / (long["ours"][0] / LARGE), limit=1.5,
            )
            for fixes, took in ((TEN_TIMES, long["ours"][1]), (HUNDRED_TIMES, long["ours"][2]))
        ),
        _beside("gpxpy", f"{corpus['files']} real files of tests/data/tracks, small and odd ones too, together",
                corpus["ours"], corpus["gpxpy"], 3.0),
        Row(
            what=f"memory to read {HUNDRED_TIMES:,} fixes; the limit is the file and 150 MB",
            ours=f"{memory['grown_mb']:.0f} MB", peer=f"{memory['file_mb']:.0f} MB (the file)",
            measured=memory["grown_mb"], limit=round(memory["file_mb"] + 150.0), unit="MB",
        ),
        Row(
            what=f"the longest time that another thread waits while {TEN_TIMES:,} fixes are read, less an idle one's",
            ours=f"{statistics.median(one['busy_ms'] for one in pauses):.1f} ms",
            peer=f"{statistics.median(one['idle_ms'] for one in pauses):.1f} ms (idle)",
            measured=statistics.median(one["busy_ms"] - one["idle_ms"] for one in pauses), limit=16.0, unit="ms",
        ),
    ]  # fmt: skip


def _beside(peer: str, what: str, ours_s: float, peer_s: float, limit: float) -> Row:
    return Row(
        what=f"{what}; beside {peer}", ours=f"{ours_s * 1e3:.1f} ms", peer=f"{peer_s * 1e3:.1f} ms",
        measured=peer_s / ours_s, limit=limit, is_least=True,
    )  # fmt: skip


def _ask(which: str) -> dict[str, Any]:
    return in_own_process("tests.benchmarks.gpx_reading", which)


def ours_of(path: Path, *, carefully: bool = False) -> Callable[[], object]:
    """An act that reads *path* as the import does."""
    from ranger_app.importers.gpx import gpx_reading

    return lambda: gpx_reading(path, name=path.name, carefully=carefully)


def gpxpy_of(path: Path) -> Callable[[], object]:
    """An act that reads *path* as gpxpy's own manual shows, without lxml."""
    import gpxpy

    def act() -> object:
        with path.open(encoding="utf-8") as file:
            return gpxpy.parse(file)

    return act


def gdal_of(path: Path) -> Callable[[], object]:
    """An act that reads all fixes of *path* with their times and heights into columns."""
    import pyogrio

    return lambda: pyogrio.raw.read(path, layer="track_points", columns=["ele", "time"])


def small_files(folder: Path) -> dict[str, Any]:
    """Device files of all sizes, each read by both."""
    ours, theirs = [], []
    for number, fixes in enumerate(DEVICE_SIZES, start=1):
        path = folder / f"{fixes}.gpx"
        write_device_file(path, fixes, number=number)
        repeats = max(1, 5_000 // fixes)
        took = medians(
            ROUNDS, *(_repeated(act, repeats) for act in (ours_of(path), gpxpy_of(path)))
        )  # fmt: skip
        ours.append(took[0] / repeats)
        theirs.append(took[1] / repeats)
    return {"ours": sum(ours), "gpxpy": sum(theirs), "each_ours": ours, "each_gpxpy": theirs}


def _repeated(act: Callable[[], object], repeats: int) -> Callable[[], object]:
    def acts() -> None:
        for _ in range(repeats):
            act()

    return acts


def long_files(folder: Path) -> dict[str, Any]:
    """Files of many fixes, and ten and a hundred times as many."""
    paths = [folder / f"{fixes}.gpx" for fixes in (LARGE, TEN_TIMES, HUNDRED_TIMES)]
    for path in paths:
        write_device_file(path, int(path.stem))
    first, middle, last = paths
    garmin = folder / "garmin.gpx"
    write_garmin_file(garmin, TEN_TIMES)
    took = medians(
        ROUNDS, ours_of(first), ours_of(middle), gdal_of(first), gdal_of(middle), gpxpy_of(middle),
        ours_of(middle, carefully=True), ours_of(last), gdal_of(last), ours_of(garmin), gpxpy_of(garmin),
    )  # fmt: skip
    return {
        "ours": [took[0], took[1], took[6]], "gdal": [took[2], took[3], took[7]], "gpxpy": took[4], "careful": took[5],
        "garmin_ours": took[8], "garmin_gpxpy": took[9],
    }  # fmt: skip


def write_garmin_file(path: Path, fixes: int) -> None:
    """Write points as Garmin's website does: places to the last bit, heart rate, cadence and temperature."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<gpx creator="Garmin Connect" version="1.1" '
            'xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" '
            'xmlns="http://www.topografix.com/GPX/1/1">\n  <trk>\n    <trkseg>\n'
        )
        for row in range(fixes):
            minutes, second = divmod(row, 60)
            hour, minute = divmod(minutes, 60)
            latitude, longitude = (494_000_000 + 97 * row) * 180 / 2**31, (905_500_000 - 61 * row) * 180 / 2**31
            file.write(
                f'      <trkpt lat="{latitude!r}" lon="{longitude!r}">\n'
                f"        <ele>{2600 + row % 997 / 5:.17g}</ele>\n"
                f"        <time>2026-06-{1 + hour // 24:02}T{hour % 24:02}:{minute:02}:{second:02}.000Z</time>\n"
                "        <extensions>\n          <ns3:TrackPointExtension>\n            <ns3:atemp>22.0</ns3:atemp>\n"
                f"            <ns3:hr>{90 + row % 70}</ns3:hr>\n            <ns3:cad>{row % 80}</ns3:cad>\n"
                "          </ns3:TrackPointExtension>\n        </extensions>\n      </trkpt>\n"
            )
        file.write("</trkseg></trk></gpx>\n")


def real_files(_folder: Path) -> dict[str, Any]:
    """All GPX files of the corpus, one after another."""
    import gpxpy

    logging.disable(logging.CRITICAL)
    paths = sorted(TRACKS.rglob("*.gpx"))
    ours = [ours_of(path) for path in paths]

    def act() -> None:
        for each in ours:
            each()

    def by_gpxpy() -> None:
        for path in paths:
            try:
                gpxpy.parse(path.read_bytes())
            except gpxpy.gpx.GPXException:
                continue

    took = medians(ROUNDS, act, by_gpxpy)
    return {"files": len(paths), "ours": took[0], "gpxpy": took[1]}


def memory(folder: Path) -> dict[str, Any]:
    """How much more memory this process holds at its peak for having read one large file."""
    small, large = folder / "small.gpx", folder / "large.gpx"
    write_device_file(small, 1_000)
    in_own_process("tests.benchmarks.gpx_reading", "write", str(large))
    ours_of(small)()
    before = peak_mb()
    ours_of(large)()
    return {"grown_mb": peak_mb() - before, "file_mb": large.stat().st_size / 1e6}


def pauses(folder: Path) -> dict[str, Any]:
    """The longest time between two wakings of a thread that asks for one every millisecond, idle and while we read."""
    path = folder / "walk.gpx"
    write_device_file(path, TEN_TIMES)
    ours_of(path)()

    def longest_ms(act: Callable[[], object]) -> float:
        worker = threading.Thread(target=act)
        longest, last = 0.0, time.perf_counter()
        worker.start()
        while worker.is_alive():
            time.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        worker.join()
        return longest * 1e3

    idle_ms = longest_ms(lambda: time.sleep(0.1))
    return {"idle_ms": idle_ms, "busy_ms": longest_ms(_repeated(ours_of(path), 3))}


MEASURED: dict[str, Callable[[Path], dict[str, Any]]] = {
    SMALL: small_files, LONG: long_files, CORPUS: real_files, MEMORY: memory, PAUSES: pauses,
}  # fmt: skip


def main(which: str, *given: str) -> dict[str, Any]:
    """One measurement, in this process alone."""
    if which == "write":
        return {"bytes": write_device_file(Path(given[0]), HUNDRED_TIMES)}
    # gpxpy takes lxml where it finds it, and is twice as slow with it.
    sys.modules["lxml"] = None  # type: ignore[assignment]
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as folder:
        return MEASURED[which](Path(folder))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
