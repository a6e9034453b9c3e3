"""Tracks are stored, loaded and found, beside a table with a row a fix; with 100,000 fixes, ten and a hundred times."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ranger_app.domain.track import Track
from tests.benchmarks.gpx_import import database_bytes, new_station
from tests.benchmarks.measuring import Row, in_own_process
from tests.benchmarks.walks import FIXES, SLOW_S, SOUTH_DEG, SPREAD_DEG, WEST_DEG, Rows, walk

TRACKS = (20, 200, 2_000)
LOADS, BOXES, SLOW_BOXES, FRAMES, SIZED = 200, 200, 5, 15, 200
BOX_DEG = 0.005
AT_ONCE = 20
"""Tracks in one durable transaction, or read one after the other: what a device held after a patrol."""
FRAME_ZOOMS = (9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0)
WIDTH_PX, HEIGHT_PX = 1600, 1000

STORAGE, SIZES = "storage", "sizes"
_MODULE = "tests.benchmarks.track_storage"


def run() -> list[Row]:
    """All figures; each number of tracks in a process of its own."""
    told = {count: in_own_process(_MODULE, STORAGE, str(count)) for count in TRACKS}
    sizes = {step_s: in_own_process(_MODULE, SIZES, str(step_s)) for step_s in (1, SLOW_S)}
    few, most = told[TRACKS[0]], told[TRACKS[-1]]
    million = f"{TRACKS[-1] * FIXES // 1_000_000} M fixes"
    rows = [
        _beside(
            f"a {FIXES:,}-fix track is stored, {AT_ONCE} in a durable transaction, up to {million}; beside a row a fix",
            most, "insert", 7.0,
        ),
        _beside(
            f"a {FIXES:,}-fix track is loaded, {AT_ONCE} one after the other, with {million} there; beside a row a fix "
            f"(one at a time, with what the rows left in the caches: {most['load_cold']:.1f}x)",
            most, "load", 15.0,
        ),
        _beside(f"which tracks were in a box of 400 by 550 m, among {million}; beside a row a fix", most, "box", 400.0),
        Row(
            what=f"the same box, the median of {BOXES}", ours=f"{most['box_ms']:.2f} ms", measured=most["box_ms"],
            limit=1.0, unit="ms",
        ),
        Row(
            what="the same before any level of detail is kept", ours=f"{most['box_unkept_ms']:.2f} ms",
            measured=most["box_unkept_ms"], limit=10.0, unit="ms",
        ),
    ]  # fmt: skip
    for times, count in ((10, TRACKS[1]), (100, TRACKS[2])):
        for name, what in (("load", "loading a track"), ("insert", "storing a track")):
            rows.append(_growth(f"{what} takes as long with {times}x the fixes there", told[count], few, name, 1.5))
        rows.append(
            _growth(f"the same box with {times}x the fixes in the same reserve", told[count], few, "box", times)
        )
    for step_s, size in sizes.items():
        rows += [
            Row(
                what=f"bytes a fix in both databases, a fix every {step_s} s: chunks, record, boxes, index",
                ours=f"{size['bytes']:.2f}", peer=f"{size['rows']:.1f} (rows)", measured=size["bytes"], limit=4.5,
                unit="bytes",
            ),
            Row(
                what="the same with all levels of detail", ours=f"{size['with_levels']:.2f}", peer="",
                measured=size["with_levels"], limit=4.5, unit="bytes",
            ),
        ]  # fmt: skip
    rows += [
        Row(
            what=f"the lines of one map picture at zoom {zoom}, {WIDTH_PX} by {HEIGHT_PX} pixels, of {million} "
            f"({frame['points']:,} points)",
            ours=f"{frame['ms']:.0f} ms", measured=frame["ms"], limit=200.0, unit="ms",
        )
        for zoom, frame in most["frames"].items()
    ]  # fmt: skip
    return rows


def _beside(what: str, told: dict[str, Any], name: str, limit: float) -> Row:
    ours, rows = told[f"{name}_ms"], told[f"{name}_rows_ms"]
    return Row(
        what=what, ours=f"{ours:.2f} ms", peer=f"{rows:.2f} ms", measured=rows / ours, limit=limit, is_least=True
    )  # fmt: skip


def _growth(what: str, most: dict[str, Any], few: dict[str, Any], name: str, limit: float) -> Row:
    ours, before = most[f"{name}_ms"], few[f"{name}_ms"]
    return Row(what=what, ours=f"{ours:.2f} ms", peer=f"{before:.2f} ms", measured=ours / before, limit=limit)


def median_ms(count: int, act: Callable[[int], object]) -> float:
    """The median time of *act*, which is told the number of its round."""
    return medians_ms(count, act)[0]


def medians_ms(count: int, *acts: Callable[[int], object], turn: int = 1) -> list[float]:
    """The median time of each act, in turns of *turn* rounds, so that a busy machine is busy for all of them."""
    taken: list[list[float]] = [[] for _ in acts]
    for begin in range(0, count, turn):
        for times, act in zip(taken, acts, strict=True):
            for number in range(begin, begin + turn):
                before = time.perf_counter()
                act(number)
                times.append(time.perf_counter() - before)
    return [statistics.median(times) * 1000 for times in taken]


def put(store: Any, officer: str, tracks: Sequence[Track]) -> list[str]:
    """Store tracks in one transaction, as an import does; returns the ids of their records."""
    from ranger_app.domain.track_boxes import boxes_of
    from ranger_app.domain.track_codec import encode_chunks

    records = []
    with store.transaction(officer) as transaction:
        for number, track in enumerate(tracks):
            first_us, last_us = track.span_us() or (None, None)
            chunks = [transaction.put_blob(chunk) for chunk in encode_chunks(track)]
            values = {
                "name": f"Walk {number}", "file": f"{number:032x}", "chunks": chunks, "points": len(track),
                "boxes": [str(box) for box in boxes_of(track)], "start_us": first_us, "end_us": last_us,
                "days": ["2026-06-01|06:00:00|14:00:00|5000|6000000"], "device": "eTrex 32x",
            }  # fmt: skip
            with transaction.change() as change:
                records.append(change.create("track", values, parent=("leg", "0" * 31 + "1"), blobs=chunks))
    return records


def storage(count: int, folder: Path) -> dict[str, Any]:
    """Store, load and find *count* tracks, ours and theirs in turns."""
    from db.patrols import load_track
    from db.track_index import tracks_in_box
    from db.track_levels import fill_levels
    from ranger_app.jobs import JobContext
    from ranger_app.services.stations import open_station

    officer, rows = new_station(folder), Rows(folder / "rows.db")
    with open_station(folder / "station", home=folder / "home") as store:
        first = [walk(count)]  # loads what is needed the first time
        rows.insert(dict(zip(put(store, officer, first), first, strict=True)))
        taken, taken_by_rows = [], []
        records: list[str] = []
        for begin in range(0, count, AT_ONCE):
            tracks = [walk(number, step_s=(1, SLOW_S)[number % 2]) for number in range(begin, begin + AT_ONCE)]
            before = time.perf_counter()
            ids = put(store, officer, tracks)
            between = time.perf_counter()
            rows.insert(dict(zip(ids, tracks, strict=True)))
            taken.append(between - before)
            taken_by_rows.append(time.perf_counter() - between)
            records += ids
        random = np.random.default_rng(5)
        chosen = random.integers(0, count, LOADS).tolist()
        reader, blobs = store.reader, store.blobs
        boxes = [_box(walk(int(one)), random) for one in random.integers(0, count, BOXES)]
        for box in boxes[:SLOW_BOXES]:
            assert {one.id for one in tracks_in_box(reader, *box, blobs=blobs)} == rows.in_box(*box)
        unkept_ms = median_ms(BOXES, lambda n: tracks_in_box(reader, *boxes[n], blobs=blobs))
        fill_levels(store, JobContext())
        acts = (
            lambda n: load_track(reader.entry(records[chosen[n]], "track"), blobs),
            lambda n: rows.load(records[chosen[n]]),
        )
        loaded, cold = medians_ms(LOADS, *acts, turn=AT_ONCE), medians_ms(LOADS, *acts)
        told: dict[str, Any] = {
            "insert_ms": statistics.median(taken) * 1000 / AT_ONCE,
            "insert_rows_ms": statistics.median(taken_by_rows) * 1000 / AT_ONCE,
            "load_ms": loaded[0],
            "load_rows_ms": loaded[1],
            "load_cold": cold[1] / cold[0],
            "box_ms": median_ms(BOXES, lambda n: tracks_in_box(reader, *boxes[n], blobs=blobs)),
            "box_unkept_ms": unkept_ms,
            "box_rows_ms": median_ms(SLOW_BOXES, lambda n: rows.in_box(*boxes[n])),
            "frames": _frames(store),
        }
    rows.close()
    return told


def _box(track: Track, random: np.random.Generator) -> tuple[float, float, float, float]:
    """A small box around some fix of a track."""
    fix = int(random.integers(0, len(track)))
    longitude, latitude = float(track.longitude_deg[fix]), float(track.latitude_deg[fix])
    return longitude - BOX_DEG / 2, latitude - BOX_DEG / 2, longitude + BOX_DEG / 2, latitude + BOX_DEG / 2


def _frames(store: Any) -> dict[str, Any]:
    """The lines of pictures of the middle of the reserve, each looked at from a slightly other place."""
    from db.track_levels import overview

    middle = WEST_DEG + SPREAD_DEG / 2, SOUTH_DEG + SPREAD_DEG / 2
    frames = {}
    for zoom in FRAME_ZOOMS:
        width = 360.0 * WIDTH_PX / (256 * 2.0**zoom)
        height = width * HEIGHT_PX / WIDTH_PX * float(np.cos(np.radians(middle[1])))

        def look(number: int, zoom: float = zoom, width: float = width, height: float = height) -> Any:
            west, south = middle[0] - width / 2 + number * width / 50, middle[1] - height / 2
            return overview(store.reader, store.blobs, zoom, box=(west, south, west + width, south + height))

        frames[f"{zoom:g}"] = {"points": len(look(0).x), "ms": median_ms(FRAMES, look)}
    return frames


def sizes(step_s: int, folder: Path) -> dict[str, float]:
    """Bytes a fix of tracks with a fix every *step_s* seconds."""
    from db.track_levels import fill_levels
    from ranger_app.jobs import JobContext
    from ranger_app.services.stations import open_station

    officer, rows = new_station(folder), Rows(folder / "rows.db")
    before = database_bytes(folder / "station")
    with open_station(folder / "station", home=folder / "home") as store:
        for begin in range(0, SIZED, AT_ONCE):
            tracks = [walk(number, step_s=step_s) for number in range(begin, begin + AT_ONCE)]
            rows.insert(dict(zip(put(store, officer, tracks), tracks, strict=True)))
    rows.close()
    grown = database_bytes(folder / "station") - before
    with open_station(folder / "station", home=folder / "home") as store:
        fill_levels(store, JobContext())
    with_levels = database_bytes(folder / "station") - before
    fixes = SIZED * FIXES
    return {
        "bytes": grown / fixes, "with_levels": with_levels / fixes, "rows": rows.path.stat().st_size / fixes
    }  # fmt: skip


def main(who: str, number: int) -> dict[str, Any]:
    """One measurement, in this process alone."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as folder:
        return storage(number, Path(folder)) if who == STORAGE else sizes(number, Path(folder))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
