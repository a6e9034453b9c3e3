"""Patrol effort is counted in cells, and patrols are replayed, with 10 M fixes in the station."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ranger_app.domain.track import Track
from tests.benchmarks.gpx_import import new_station
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import Row, in_own_process, medians
from tests.benchmarks.track_storage import put
from tests.benchmarks.walks import DAY_US, FIXES, START_US, walk

TRACKS, AT_ONCE, LOOPED = 2_000, 50, 20
DAYS = 30
CELL_M = 1_000.0
ROUNDS = 3
WIDTH_PX, HEIGHT_PX = 1366, 768

_MODULE = "tests.benchmarks.effort"


def run() -> list[Row]:
    """All figures, in a process of its own."""
    told = in_own_process(_MODULE, "count", offscreen=True)
    million = f"{TRACKS * FIXES // 1_000_000} M fixes"
    return [
        Row(
            what=f"fixes counted in cells of {CELL_M / 1000:g} km, {million} in the station; beside a loop over fixes "
            "in memory with pyproj that does not even cut at edges",
            ours=f"{told['ours'] / 1e6:.1f} M/s", peer=f"{told['loop'] / 1e6:.2f} M/s",
            measured=told["ours"] / told["loop"], limit=3.0, is_least=True,
        ),
        Row(
            what=f"the effort of {million}, read, unpacked and counted", ours=f"{told['whole']:.1f} s",
            measured=told["whole"], limit=15.0, unit="s",
        ),
        Row(
            what=f"the effort of {DAYS} days among them", ours=f"{told['month'] * 1000:.0f} ms",
            measured=told["month"] * 1000, limit=500.0, unit="ms",
        ),
        Row(
            what=f"the tracks of {DAYS} days among them, for a picture", ours=f"{told['span'] * 1000:.0f} ms",
            measured=told["span"] * 1000, limit=100.0, unit="ms",
        ),
        Row(
            what=f"a replay of {DAYS} days is read", ours=f"{told['replay'] * 1000:.0f} ms",
            measured=told["replay"] * 1000, limit=1_000.0, unit="ms",
        ),
        Row(
            what=f"a moment of it is painted, {WIDTH_PX} by {HEIGHT_PX} pixels", ours=f"{told['moment'] * 1000:.0f} ms",
            measured=told["moment"] * 1000, limit=60.0, unit="ms",
        ),
        Row(
            what="cells are painted", ours=f"{told['cells'] * 1000:.0f} ms", measured=told["cells"] * 1000, limit=60.0,
            unit="ms",
        ),
        Row(what="memory at most, all of that", ours=f"{told['mb']:.0f} MB", measured=told["mb"], limit=400.0,
            unit="MB"),
    ]  # fmt: skip


def count(folder: Path) -> dict[str, float]:
    """Fill a station and measure."""
    from db.track_effort import effort_found
    from db.track_levels import overview
    from ranger_app.jobs import JobContext
    from ranger_app.services.stations import open_station

    officer = new_station(folder)
    begin = START_US + TRACKS // 2 * DAY_US
    span = begin, begin + DAYS * DAY_US
    with open_station(folder / "station", home=folder / "home") as store:
        some = [walk(number) for number in range(LOOPED)]
        for first in range(0, TRACKS, AT_ONCE):
            put(store, officer, [walk(number) for number in range(first, first + AT_ONCE)])
        reader, blobs = store.reader, store.blobs
        whole, loop = medians(ROUNDS, lambda: effort_found(reader, blobs, CELL_M), lambda: looped(some))
        [month] = medians(ROUNDS, lambda: effort_found(reader, blobs, CELL_M, from_us=span[0], to_us=span[1]))
        [lines] = medians(ROUNDS, lambda: overview(reader, blobs, 9.0, span=span, context=JobContext()))
        painted = paintings(store, span)
    return {
        "ours": TRACKS * FIXES / whole, "loop": LOOPED * FIXES / loop, "whole": whole, "month": month, "span": lines,
        "mb": peak_mb(), **painted,
    }  # fmt: skip


def looped(tracks: Sequence[Track]) -> dict[tuple[int, int], float]:
    """What a script would do: each way between two fixes belongs to the cell it begins in."""
    from pyproj import Geod

    ellipsoid = Geod(ellps="WGS84")
    high = math.degrees(CELL_M / 6_371_000.0)
    wide = high / math.cos(math.radians(41.0))
    found: dict[tuple[int, int], float] = defaultdict(float)
    for track in tracks:
        lon, lat = track.longitude_deg.tolist(), track.latitude_deg.tolist()
        lengths = ellipsoid.line_lengths(lon, lat)
        for west, south, length in zip(lon, lat, lengths, strict=False):
            found[int(west / wide), int(south / high)] += length
    return found


def paintings(store: Any, span: tuple[int, int]) -> dict[str, float]:
    """How long a replay takes to be read, and pictures to be painted."""
    from PySide6.QtGui import QGuiApplication

    from db.track_effort import effort_found
    from ranger_app.domain.effort_classes import class_breaks
    from ranger_app.jobs import JobContext
    from ui import theme
    from ui.map import CoverageLayer, Viewport, render_map
    from ui.pages.map_replay import replay_read
    from ui.store_thread import Sight

    app = QGuiApplication.instance() or QGuiApplication([])
    theme.load_fonts()
    view = Viewport(76.0, 41.4, 9.5, WIDTH_PX, HEIGHT_PX)
    sight = Sight(store.reader, store.blobs)
    [read] = medians(ROUNDS, lambda: replay_read(sight, JobContext(), *span))
    _, layer = replay_read(sight, JobContext(), *span)
    moments = iter(range(span[0] + DAY_US // 20, span[1], DAY_US))
    render_map([layer.at(next(moments))], view)
    [moment] = medians(DAYS - 5, lambda: render_map([layer.at(next(moments))], view))
    grid = effort_found(store.reader, store.blobs, CELL_M).grid
    cover = CoverageLayer("effort", grid, "km", breaks=class_breaks(grid.column("km")), empty_in=grid.bounds())
    [cells] = medians(DAYS, lambda: render_map([cover], view))
    assert app is not None
    return {"replay": read, "moment": moment, "cells": cells}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(count(Path(made))))
    sys.exit()
