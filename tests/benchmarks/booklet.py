"""A page of a paper booklet is typed by keyboard: keys and dialogs are counted, and the time a stored row takes."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from db.patrols import patrol
from ranger_app.services.import_tracks import ImportTracks
from tests.benchmarks.measuring import Row, in_own_process
from tests.flows.booklet_script import PAGE, KeyCounter, type_page
from tests.service_desk import MORNING, new_desk, walk, write_gpx
from ui.application import Application
from ui.main_window import MainWindow
from ui.pages.booklet import BookletPage

MOST_KEYS = 12
"""For one observation, all told: time, three letters, number, and Enter after each."""

LONGEST_KEY_PRESS_MS = 50.0
PAGES = 5
WAIT_S = 20


def run() -> list[Row]:
    """Type in a process of its own: Qt starts once in each."""
    told = in_own_process("tests.benchmarks.booklet", offscreen=True)
    rows = int(told["rows"])
    return [
        Row(
            what=f"keys pressed for one of {rows} observations (time, species by a few letters, number; one of them"
            " with distance and bearing)",
            ours=f"{told['keys']:.0f} keys for {rows}", measured=told["keys"] / rows, limit=MOST_KEYS, unit="keys",
        ),
        Row(what="dialogs and panels opened on the way", ours=f"{told['dialogs']:.0f}", measured=told["dialogs"],
            limit=0, unit="dialogs"),
        Row(
            what="the longest key press of a page, storing its row among them (median of pages)",
            ours=f"{told['press']:.1f} ms", measured=told["press"], limit=LONGEST_KEY_PRESS_MS, unit="ms",
        ),
    ]  # fmt: skip


class _TimedKeys(KeyCounter):
    """Measures each key press until what it changed is painted."""

    longest_ms: float = 0.0

    def press(self, key: object) -> None:
        began = time.perf_counter()
        super().press(key)  # type: ignore[arg-type]
        QCoreApplication.processEvents()
        self.longest_ms = max(self.longest_ms, 1000 * (time.perf_counter() - began))


def measure() -> dict[str, float]:
    """Keys, dialogs and milliseconds."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    pages = []
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        desk = new_desk(Path(name))
        path = write_gpx(desk.out / "walk.gpx", walk(MORNING + dt.timedelta(minutes=-5), 2000, step_s=5))
        [record] = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols
        folder, home = desk.folder, desk.home
        desk.store.close()
        whole = Application(home)
        whole.settings.put("window/language", "en")
        whole.look()
        whole.open_station(folder)
        _until(lambda: isinstance(whole.window, MainWindow))
        window = whole.window
        assert isinstance(window, MainWindow)
        window.activateWindow()
        page = BookletPage(window.desk, window, record)
        window.show_view(page)
        _until(lambda: page.line.seen.known("animals~carcass.") is not None and bool(page._ground.tracks))
        for number in range(1, PAGES + 1):
            counter = _TimedKeys()
            app.installEventFilter(counter)
            type_page(counter)
            app.removeEventFilter(counter)
            _until(lambda number=number: _observed(page, record) == number * len(PAGE))
            pages.append(counter)
        whole.close()
    return {
        "rows": float(len(PAGE)),
        "keys": float(pages[0].keys),
        "dialogs": float(len([one for one in pages[0].dialogs if one != "PickPopup"])),
        "press": statistics.median(one.longest_ms for one in pages),
    }


def _observed(page: BookletPage, record: str) -> int:
    return sum(len(one.observations) for one in patrol(page.desk.reader, record).waypoints)


def _until(happened: object) -> None:
    assert callable(happened)
    end = time.monotonic() + WAIT_S
    while not happened():
        QCoreApplication.processEvents()
        if time.monotonic() > end:
            raise TimeoutError("it did not happen")


if __name__ == "__main__":
    print(json.dumps(measure()))
