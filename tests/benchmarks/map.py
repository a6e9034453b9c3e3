"""The map beside QtLocation without a GPU and beside pyqtgraph: until it is seen, frames, pauses, memory.

QtLocation moves its map and paints all of it in the window's thread. Ours shows the picture it has at once, moved, and
a worker paints the next one, half as wide and as high again; both are measured.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ranger_app.screen import has_screen
from tests.benchmarks.map_scene import MARKER_COUNT, MARKERS, OPEN, TILES
from tests.benchmarks.measuring import ROOT, Row, in_own_process
from tests.benchmarks.walks import FIXES

FEW, MANY = "200", "2000"
ROUNDS, OPEN_ROUNDS, PAN_ROUNDS = 3, 5, 5
OURS, QTLOCATION, PYQTGRAPH = "ours", "qtlocation", "pyqtgraph"
SHOWN = {
    TILES: "raster tiles",
    MARKERS: f"{MARKER_COUNT:,} markers",
    FEW: f"{int(FEW) * FIXES // 1_000_000} M fixes",
    MANY: f"{int(MANY) * FIXES // 1_000_000} M fixes",
}
PEERS_PYTHON = ROOT / "build" / "map-peers" / "bin" / "python"

Told = dict[str, Any]


def run() -> list[Row]:
    """All figures, ours and theirs in turns, each in a process of its own."""
    if not PEERS_PYTHON.exists():
        raise SystemExit("the maps of others are not there; python3 dev.py bench sets them up")
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        folder = Path(name)
        for tracks in (FEW, MANY):
            in_own_process("tests.benchmarks.map_data", name, tracks, offscreen=True)
        beside = {what: _beside(what, folder, 1 if what == MANY else ROUNDS) for what in SHOWN}
        in_open = {what: _in_open_program(what, folder) for what in (TILES, MARKERS)}
        empty = [_child("empty", TILES, folder) for _ in range(ROUNDS)]
        empty_mb, empty_ms = (statistics.median(one[name] for one in empty) for name in ("mb", "first_ms"))
        both: list[tuple[str, list[Told]]] = [("pans", []), ("one core", [])]
        for _ in range(PAN_ROUNDS):
            for who, answers in both:
                answers.append(_child(who, MANY, folder))
    rows = [row for what, told in beside.items() for row in _compared(what, told, empty_ms)]
    rows += [_opened(what, told) for what, told in in_open.items()]
    for who, answers in both:
        rows += _alone(answers, empty_mb, is_pinned=who == "one core")
    return rows


def _child(who: str, what: str, folder: Path) -> Told:
    module = "tests.benchmarks.map_child"
    return in_own_process(module, who, what, str(folder), repr(time.monotonic()), offscreen=not has_screen())


def _peer(who: str, what: str, folder: Path) -> Told:
    return in_own_process(
        "tests.benchmarks.map_peers", who, what, str(folder), repr(time.monotonic()),
        offscreen=not has_screen(), python=str(PEERS_PYTHON),
    )  # fmt: skip


def _beside(what: str, folder: Path, rounds: int) -> dict[str, Told]:
    """The median of each figure of each program."""
    asked: dict[str, Callable[[], Told]] = {
        OURS: lambda: _child(OURS, what, folder),
        QTLOCATION: lambda: _peer(QTLOCATION, what, folder),
    }
    if what != TILES:
        asked[PYQTGRAPH] = lambda: _peer(PYQTGRAPH, what, folder)
    told: dict[str, list[Told]] = {who: [] for who in asked}
    for _ in range(rounds):
        for who, ask in asked.items():
            told[who].append(ask())
    return {
        who: {name: statistics.median(one[name] for one in answers) for name in answers[0]}
        for who, answers in told.items()
    }


def _in_open_program(what: str, folder: Path) -> dict[str, float]:
    """The median of the milliseconds to a first map where Python, Qt and a window are there already."""
    asked = {OURS: _child, QTLOCATION: _peer}
    told: dict[str, list[float]] = {who: [] for who in asked}
    for _ in range(OPEN_ROUNDS):
        for who, ask in asked.items():
            told[who].append(ask(OPEN, what, folder)["open_ms"])
    return {who: statistics.median(taken) for who, taken in told.items()}


def _opened(what: str, told: dict[str, float]) -> Row:
    return Row(
        what=f"{SHOWN[what]}: from the wish to the first map in a program whose window stands open, every module "
        "imported; beside QtLocation in software mode, its engine running",
        ours=f"{told[OURS]:.1f} ms",
        peer=f"{told[QTLOCATION]:.1f} ms",
        measured=told[QTLOCATION] / told[OURS],
        limit=2.0,
        is_least=True,
    )


def _compared(what: str, told: dict[str, Told], empty_ms: float) -> list[Row]:
    ours, shown = told[OURS], SHOWN[what]
    rows = []
    for who, peer in told.items():
        if who == OURS:
            continue
        is_map = who == QTLOCATION
        name = "QtLocation in software mode" if is_map else "pyqtgraph"

        def ratio(what: str, mine: str, theirs: str, limit: float, peer: Told = peer, name: str = name) -> Row:
            return Row(
                what=f"{shown}: {what}; beside {name}",
                ours=f"{ours[mine]:.1f} ms",
                peer=f"{peer[theirs]:.1f} ms",
                measured=peer[theirs] / ours[mine],
                limit=limit,
                is_least=True,
            )

        if is_map:
            first = f"from the command to the first map (a window of PySide6 with nothing in it: {empty_ms:.0f} ms)"
            rows.append(ratio(first, "first_ms", "first_ms", 2.0))
        least = 3.0 if is_map else 1.0
        rows.append(ratio("a frame as the map is moved, in the window's thread", "pan_ms", "pan_ms", least))
        rows.append(ratio("a frame as it is zoomed", "zoom_ms", "zoom_ms", least))
        if what != TILES:
            # it keeps nobody waiting, so it may take longer than a frame that does
            least = 1.0 if is_map else 0.25
            rows.append(
                ratio("a new picture in the worker, of more than twice the area", "painted_ms", "pan_ms", least)
            )
        rows.append(
            Row(
                what=f"{shown}: memory after that; beside {name}",
                ours=f"{ours['mb']:.0f} MB",
                peer=f"{peer['mb']:.0f} MB",
                measured=ours["mb"] / peer["mb"],
                limit=1.0,
            )
        )
    return rows


def _alone(answers: list[Told], empty_mb: float, *, is_pinned: bool) -> list[Row]:
    """What the window feels of the map with all fixes, the base map below them and names above, moved for seconds."""
    where = ", pinned to one core" if is_pinned else ""
    zooms = answers[0]["zooms"]

    def worst(name: str, less: str = "") -> tuple[float, str]:
        """The worst of all zooms, of each the median of all runs; and which zoom that is."""
        found = {
            zoom: statistics.median(one["zooms"][zoom][name] - (one[less] if less else 0.0) for one in answers)
            for zoom in zooms
        }
        zoom = max(found, key=lambda one: found[one])
        return found[zoom], zoom

    idle_ms = statistics.median(one["idle_ms"] for one in answers)
    frame, frame_zoom = worst("slow_ms")
    pause, pause_zoom = worst("gap_ms", "idle_ms")
    worked, painted_zoom = worst("worked_ms")
    painted = statistics.median(one["zooms"][painted_zoom]["painted_ms"] for one in answers)
    held = statistics.median(one["mb"] for one in answers)
    most = max(one["peak_mb"] for one in answers)
    limit = 50.0 if is_pinned else 16.0
    rows = [
        Row(
            what=f"{SHOWN[MANY]} on the base map{where}: 19 of 20 frames in the window's thread as it is moved, at the "
            f"slowest of zooms {', '.join(zooms)}",
            ours=f"{frame:.1f} ms (zoom {frame_zoom})", measured=frame, limit=limit, unit="ms",
        ),
        Row(
            what=f"the same{where}: the longest pause of a timer of 1 ms while it is moved, less an idle window's",
            ours=f"{pause + idle_ms:.1f} ms (zoom {pause_zoom})", peer=f"{idle_ms:.1f} ms (idle)", measured=pause,
            limit=limit, unit="ms",
        ),
        Row(
            what=f"the same{where}: memory after that, on top of an empty window", ours=f"{held:.0f} MB, {most:.0f} MB "
            "for a moment", peer=f"{empty_mb:.0f} MB", measured=held - empty_mb, limit=120.0, unit="MB",
        ),
    ]  # fmt: skip
    if not is_pinned:
        rows.insert(
            2,
            Row(
                what="the same: a new picture of more than twice the window's area is painted, in processor time",
                ours=f"{worked:.0f} ms (zoom {painted_zoom}; {painted:.0f} ms by the clock until it is in the window)",
                measured=worked,
                limit=60.0, unit="ms",
            ),
        )  # fmt: skip
    return rows
