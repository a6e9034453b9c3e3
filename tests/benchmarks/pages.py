"""How long the window is busy with one press: each page and each form for the first time after a start, and again."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import Row, in_own_process

BLINK_MS = 50.0
"""Nobody waits for a window longer than that: the limit of the project's own rules."""

ROUNDS = 5
PAGES = ("map", "incidents", "conflict", "cases", "reports", "station")
FORMS = ("patrols", "incidents", "conflict")
SETTLED_S = 0.5
LONGEST_WAIT_S = 30.0


def run() -> list[Row]:
    """Every start in a process of its own; medians of the rounds, in processor time of the window's thread."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        in_own_process("tests.benchmarks.start", name, offscreen=True)
        rounds = [in_own_process("tests.benchmarks.pages", name, offscreen=True) for _ in range(ROUNDS)]

    def slowest(what: str, names: tuple[str, ...]) -> tuple[float, str]:
        found = {one: statistics.median(told[what][one] for told in rounds) for one in names}
        return max((ms, one) for one, ms in found.items())

    asked = (
        ("page", "the longest that the window is busy while a page of the rail is opened for the first time", PAGES),
        ("form", "the same while the form of a chosen record is opened for the first time", FORMS),
        ("again", "the same while it is opened once more", FORMS),
    )
    rows = []
    for what, told, names in asked:
        ms, one = slowest(what, names)
        rows.append(Row(what=told, ours=f"{ms:.0f} ms ({one})", measured=ms, limit=BLINK_MS, unit="ms"))
    ahead = statistics.median(told["step"] for told in rounds)
    rows.append(
        Row(
            what="the longest of the steps in which all of that is read ahead",
            ours=f"{ahead:.0f} ms", measured=ahead, limit=BLINK_MS, unit="ms",
        )
    )  # fmt: skip
    return rows


class Busy:
    """Runs the window, and knows how long its thread worked on one event at most."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        self._application = QApplication.instance()
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tick)
        self._last = self.most_s = 0.0

    def _tick(self) -> None:
        now = time.thread_time()
        self.most_s = max(self.most_s, now - self._last)
        self._last = now

    def until(self, happened: Callable[[], bool]) -> None:
        """Go on until something is so."""
        assert self._application is not None
        end = time.monotonic() + LONGEST_WAIT_S
        while not happened():
            self._application.processEvents()
            time.sleep(0.001)
            if time.monotonic() > end:
                raise TimeoutError("it did not happen")

    def settle(self) -> None:
        """Let everything come to an end."""
        end = time.monotonic() + SETTLED_S
        self.until(lambda: time.monotonic() > end)

    def during(self, act: Callable[[], object]) -> float:
        """Milliseconds of the longest work in one piece, of an act and of all that follows from it."""
        self._timer.start()
        self.settle()
        self._last, self.most_s = time.thread_time(), 0.0
        act()
        self.settle()
        self._timer.stop()
        return self.most_s * 1000


def measure(folder: Path) -> dict[str, Any]:
    """One start, and the first presses after it."""
    from ui.ahead import Ahead
    from ui.application import OBJECTS_BETWEEN_COLLECTIONS, Application, _new_application
    from ui.garbage import Collector
    from ui.main_window import MainWindow
    from ui.pages.list_page import ListPage

    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)
    application = _new_application()
    whole = Application(folder / "home")
    whole.look()
    whole.open_station(Path((folder / "station").read_text(encoding="utf-8")))
    window = whole.window
    assert isinstance(window, MainWindow)
    busy = Busy()
    busy.until(lambda: bool(window.findChildren(Ahead)))
    [ahead] = window.findChildren(Ahead)
    steps = []
    while not ahead.is_done:
        before = time.thread_time()
        ahead.step()
        steps.append((time.thread_time() - before) * 1000)
        application.processEvents()
    busy.settle()
    told: dict[str, Any] = {"step": max(steps), "form": {}, "again": {}}
    told["page"] = {name: busy.during(lambda name=name: window.go(name)) for name in PAGES}  # type: ignore[misc]
    for name in FORMS:
        window.go(name)
        busy.settle()
        page = window.page
        assert isinstance(page, ListPage)
        page.list.setCurrentIndex(page.list.model().index(0, 1))
        for what in ("form", "again"):
            busy.settle()
            told[what][name] = busy.during(lambda: window.run("edit"))
            assert page.form is not None
            window.go_back()
    whole.close()
    collector.stop()
    return told


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
