"""Our map, measured by itself: until it is seen, frames as it is moved, the window's pauses, memory."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.light import held_mb, median, peak_mb
from tests.benchmarks.map_scene import (
    FRAMES,
    HEIGHT_PX,
    MARKERS,
    MIDDLE,
    OPEN,
    STEP_DEG,
    TILES,
    WIDTH_PX,
    ZOOM,
)

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.map import Bounds, Layer, MapView

EMPTY = "empty"
ONE_CORE = "one core"
PAN_ZOOMS = (8.0, 10.0, 12.0, 14.0, 16.0)
PAN_S = 1.2
FRAME_MS = 16
PAN_FRAMES = 60
"""So many frames in one direction, then back: more than a picture reaches beyond the window."""

JUMPS = (50, 0, 50, 0)
"""In steps of eight pixels: each needs another picture, of lines that were read already."""

LONGEST_WAIT_S = 30.0
REST_S = 0.6
LOOK_S = 0.0005
MOST_WAIT_S = 0.0005
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""As the program has them."""

NEEDED = (
    "concurrent.futures.thread", "ctypes", "numpy", "ui.map.furniture", "ui.map.points", "ui.map.swarm",
    "ui.map.tiles", "ui.map.view", "ui.map.worker",
)  # fmt: skip
"""What a program that has shown a map before has imported."""


class Files:
    """The tiles that QtLocation reads, as a source of ours."""

    bounds: Bounds = (75.0, 40.5, 77.0, 42.5)
    zooms = (8, 12)
    attribution = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        path = self._folder / f"osm_100-l-1-{z}-{x}-{y}.png"
        return path.read_bytes() if path.exists() else None


class Stage:
    """A map in a window of its own, and what is seen of it.

    Attributes:
        painted_ms: How long each picture took, from the wish for it until the window has it.
        started: How many were begun.
    """

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        self.application = QApplication(["map", "-style", "Fusion"])
        sys.setswitchinterval(MOST_WAIT_S)
        self.painted_ms: list[float] = []
        self.started = 0
        self.desk: Desk | None = None
        self._view: MapView | None = None
        self._begun = 0.0
        self._shown = 0

    @property
    def view(self) -> MapView:
        assert self._view is not None
        return self._view

    def show_map(self, *layers: Layer) -> None:
        """A map with these layers, in sight."""
        from ui.map import MapView, MapWords

        words = MapWords(
            name="Map", attribution="Map: {sources}", north="N", south="S", east="E", west="W", scale_m="{count} m",
            scale_km="{count} km",
        )  # fmt: skip
        self._view = MapView(words)
        self.view.resize(WIDTH_PX, HEIGHT_PX)
        self.view.set_layers(layers)
        self.view.set_view(*MIDDLE, ZOOM)
        self.view.renderStarted.connect(self._begin)
        self.view.renderFinished.connect(self._finish)
        self.view.show()

    def _begin(self) -> None:
        self._begun = time.perf_counter()
        self.started += 1

    def _finish(self) -> None:
        self.painted_ms.append((time.perf_counter() - self._begun) * 1000)
        self._shown += 1

    def until(self, happened: Callable[[], bool]) -> None:
        end = time.monotonic() + LONGEST_WAIT_S
        while not happened():
            self.application.processEvents()
            time.sleep(LOOK_S)  # the interpreter is for the threads that read and paint
            if time.monotonic() > end:
                raise TimeoutError("it did not happen")

    def rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def painted(self, act: Callable[[], None]) -> float:
        """Milliseconds from an act until its picture is in the window."""
        before, began = self._shown, time.perf_counter()
        act()
        self.until(lambda: self._shown > before)
        self.view.repaint()
        return (time.perf_counter() - began) * 1000

    def worked(self, number: int) -> float:
        """Milliseconds of processor time for a picture as the worker paints it: half as wide and as high again."""
        from ui.map import render_map

        view = self.view.viewport.panned(5.0 * number, 0.0)
        began = time.thread_time()
        render_map(self.view.layers, view.resized(WIDTH_PX * 3 // 2, HEIGHT_PX * 3 // 2))
        return (time.thread_time() - began) * 1000

    def show_walks(self, folder: Path) -> None:
        """The tracks of a station, read for each view as in the program."""
        from db.sight import first_sight
        from ui.desk import Desk
        from ui.store_thread import StoreThread
        from ui.tracks_in_view import TracksInView, tracks_seen

        sight = first_sight(folder / "station")
        assert sight is not None
        thread = StoreThread(folder / "station", home=folder / "home")
        thread.prepare(lambda _: None)
        self.desk = desk = Desk(thread, sight.station_id, sight=sight)
        tracks = TracksInView(desk, self.view, lambda: True, self.view)
        view = self.view.viewport
        desk.ask(lambda sight, context: tracks_seen(sight, context, view), tracks.show)
        self.until(lambda: any(layer.id == "tracks" for layer in self.view.layers))

    def close(self) -> None:
        if self.desk is not None:
            self.desk.close()
        self.view.close()


def ours(what: str, folder: Path, started: float) -> dict[str, Any]:
    """The same steps as those of the peers."""
    from ui.garbage import Collector

    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)  # as the program has it from its start
    stage = Stage()
    if what in {TILES, MARKERS}:
        _show_first(stage, what, folder)
    else:
        stage.show_map()
        stage.show_walks(folder / what)
        before = len(stage.painted_ms)
        stage.until(lambda: len(stage.painted_ms) > before)
    stage.view.repaint()
    told = {"first_ms": (time.monotonic() - started) * 1000, "first_mb": held_mb()}
    stage.rest(REST_S)
    longitude, latitude = MIDDLE

    def look(number: int, zoom: float) -> None:
        stage.view.set_view(longitude + STEP_DEG * number, latitude, zoom)

    def painted(moves: Sequence[tuple[int, float]]) -> float:
        return median(stage.painted(partial(look, *moves[n % 2])) for n in range(FRAMES // 3))

    def in_window(moves: Callable[[int], tuple[int, float]]) -> float:
        taken = []
        for number in range(FRAMES):
            began = time.perf_counter()
            look(*moves(number))
            stage.view.repaint()
            taken.append((time.perf_counter() - began) * 1000)
            stage.rest(FRAME_MS / 1000)
        stage.rest(REST_S)
        return median(taken)

    # farther than a picture reaches beyond the window, so that each move needs another one
    told["painted_ms"] = painted([(WIDTH_PX // 8 // 3, ZOOM), (0, ZOOM)])
    told["pan_ms"] = in_window(lambda number: (number + 1, ZOOM))
    told["zoomed_ms"] = painted([(0, ZOOM + 0.5), (0, ZOOM + 1.0)])
    told["zoom_ms"] = in_window(lambda number: (0, ZOOM + (0.5, 1.0)[number % 2]))
    told["mb"] = held_mb()
    stage.close()
    collector.stop()
    return told


def in_open_program(what: str, folder: Path) -> dict[str, Any]:
    """From the wish for a map until it is seen, in a program whose window stands open and knows what a map is."""
    from PySide6.QtWidgets import QLabel, QMainWindow

    from ui.garbage import Collector
    from ui.theme import load_fonts

    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)
    stage = Stage()
    load_fonts()
    window = QMainWindow()
    window.setCentralWidget(QLabel("Patrols"))
    window.resize(WIDTH_PX, HEIGHT_PX)
    window.show()
    for needed in NEEDED:
        import_module(needed)
    stage.rest(REST_S)
    began = time.monotonic()
    _show_first(stage, what, folder)
    stage.view.repaint()
    told = {"open_ms": (time.monotonic() - began) * 1000}
    stage.close()
    window.close()
    collector.stop()
    return told


def _show_first(stage: Stage, what: str, folder: Path) -> None:
    stage.show_map(_tiles(folder) if what == TILES else _markers(folder))
    # a second, larger one is begun when the window has the first
    stage.until(lambda: stage.started > 1)


def _tiles(folder: Path) -> Layer:
    from ui.map import TilesLayer

    return TilesLayer("sheet", Files(folder / "tiles"))


def _markers(folder: Path) -> Layer:
    import numpy as np

    from ui.map import MapPoint, PointsLayer

    places = np.load(folder / "markers.npy").tolist()
    return PointsLayer(
        "places",
        [
            MapPoint(id=str(number), longitude_deg=longitude, latitude_deg=latitude, kind="incident")
            for number, (longitude, latitude) in enumerate(places)
        ],
    )


def pans(folder: Path) -> dict[str, Any]:
    """Pauses of the window while the whole map with all tracks is moved for seconds, at one zoom after the other."""
    from ui.garbage import Collector
    from ui.map import GraticuleLayer, base_map_layers

    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)
    stage = Stage()
    stage.show_map(*base_map_layers(), GraticuleLayer("graticule"))
    stage.show_walks(folder)
    stage.rest(REST_S)
    collector.begin()
    idle = max(_pauses(stage, PAN_S, lambda _: None)[0])
    told: dict[str, Any] = {"idle_ms": idle, "zooms": {}}
    for zoom in PAN_ZOOMS:
        stage.view.set_view(*MIDDLE, zoom)
        stage.rest(REST_S)
        degrees = 360.0 / 256 / 2**zoom * 8
        place = [MIDDLE[0]]

        def move(number: int, degrees: float = degrees, zoom: float = zoom, place: list[float] = place) -> None:
            place[0] += degrees if number // PAN_FRAMES % 2 == 0 else -degrees
            stage.view.set_view(place[0], MIDDLE[1], zoom)

        gaps, frames = _pauses(stage, PAN_S, move)
        stage.rest(REST_S)
        stage.view.set_view(*MIDDLE, zoom)
        stage.rest(REST_S)
        jumps = []
        for steps in JUMPS:
            jumps.append(stage.painted(partial(stage.view.set_view, MIDDLE[0] + degrees * steps, MIDDLE[1], zoom)))
            stage.rest(REST_S / 2)
        told["zooms"][f"{zoom:g}"] = {
            "gap_ms": max(gaps),
            "frame_ms": median(frames),
            "slow_ms": sorted(frames)[len(frames) * 95 // 100],
            "painted_ms": median(jumps),
            "worked_ms": median(stage.worked(number) for number in range(FRAMES // 3)),
        }  # fmt: skip
    told |= {"mb": held_mb(), "peak_mb": peak_mb()}
    stage.close()
    collector.stop()
    return told


def _pauses(stage: Stage, seconds: float, act: Callable[[int], None]) -> tuple[list[float], Sequence[float]]:
    """Gaps of a timer of 1 ms while *act* is done for each frame, and how long each frame took; in milliseconds."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    gaps: list[float] = []
    frames: list[float] = []
    last = [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        gaps.append((now - last[0]) * 1000)
        last[0] = now

    def frame() -> None:
        began = time.perf_counter()
        act(len(frames))
        stage.view.repaint()
        frames.append((time.perf_counter() - began) * 1000)

    ticking = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
    ticking.timeout.connect(tick)
    moving = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=FRAME_MS)
    moving.timeout.connect(frame)
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    last[0] = time.perf_counter()
    ticking.start()
    moving.start()
    loop.exec()
    ticking.stop()
    moving.stop()
    return gaps, frames


def empty(started: float) -> dict[str, Any]:
    """A window with nothing in it: until it is painted, and what it holds."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.resize(WIDTH_PX, HEIGHT_PX)
    window.show()
    while not window.windowHandle().isExposed():
        application.processEvents()
    window.repaint()
    first_ms = (time.monotonic() - started) * 1000
    end = time.monotonic() + REST_S
    while time.monotonic() < end:
        application.processEvents()
    return {"mb": held_mb(), "first_ms": first_ms}


if __name__ == "__main__":
    who, given, where, moment = sys.argv[1:]
    if who == ONE_CORE and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if who == EMPTY:
        answer = empty(float(moment))
    elif who == "ours":
        answer = ours(given, Path(where), float(moment))
    elif who == OPEN:
        answer = in_open_program(given, Path(where))
    else:
        answer = pans(Path(where) / given)
    print(json.dumps(answer))
