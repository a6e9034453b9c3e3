"""The window opens on the demo's station: how long until its first list is painted, beside a bare PySide6 window."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from ranger_app.screen import has_screen
from tests.benchmarks.measuring import Row, held_mb, in_own_process

ROUNDS = 7
LONGEST_WAIT_S = 20.0
LOOK_S = 0.002
LATER = ("numpy", "lxml", "reportlab", "pyhanko", "pyproj", "PIL", "gpxpy")
"""What no window may load before somebody needs it."""


def run() -> list[Row]:
    """Start both in turns, each time in a new process."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        folder = Path(name)
        _ask("prepare", folder)
        told: dict[str, list[dict[str, Any]]] = {"window": [], "bare": []}
        for who in told:
            _ask(who, folder)
        for _ in range(ROUNDS):
            for who, answers in told.items():
                answers.append(_ask(who, folder))
    ours, bare = (statistics.median(one["ms"] for one in answers) for answers in told.values())
    ours_cpu, bare_cpu = (statistics.median(one["cpu_ms"] for one in answers) for answers in told.values())
    ours_mb, bare_mb = (max(one["mb"] for one in answers) for answers in told.values())
    too_early = sorted({name for one in told["window"] for name in one["too_early"]})
    return [
        Row(
            what="from the command to the painted first list of the demo's station, beside a bare PySide6 window",
            ours=f"{ours:.0f} ms", peer=f"{bare:.0f} ms", measured=ours / bare, limit=2.0,
        ),
        Row(
            what="processor time until then, which other work on the machine disturbs less",
            ours=f"{ours_cpu:.0f} ms", peer=f"{bare_cpu:.0f} ms", measured=ours_cpu / bare_cpu, limit=2.0,
        ),
        Row(
            what="memory it holds then, beside a bare PySide6 window",
            ours=f"{ours_mb:.0f} MB", peer=f"{bare_mb:.0f} MB", measured=ours_mb, limit=120.0, unit="MB",
        ),
        Row(
            what=f"loaded until then of {', '.join(LATER)}, and of sqlite_utils outside the store thread",
            ours=", ".join(too_early) or "nothing", measured=len(too_early), limit=0.0, unit="modules",
        ),
    ]  # fmt: skip


def _ask(what: str, folder: Path) -> dict[str, Any]:
    return in_own_process(
        "tests.benchmarks.start", what, str(folder), repr(time.monotonic()), offscreen=not has_screen()
    )


def prepare(folder: Path, _started: float) -> dict[str, Any]:
    """Make the demo."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.demo import make_demo
    from ui.map_painter import painter

    made = make_demo(folder / "demo", home=folder / "home", painter=painter(), context=JobContext())
    (folder / "station").write_text(str(made.station), encoding="utf-8")
    return {}


def bare(_folder: Path, started: float) -> dict[str, Any]:
    """A window with one label, and nothing of ours."""
    watch = PaintWatch(started, lambda: True)
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    application = QApplication([])
    empty = QMainWindow()
    empty.setCentralWidget(QLabel("Ranger App"))
    empty.resize(1366, 768)
    empty.show()
    application.exec()
    return watch.told


def window(folder: Path, started: float) -> dict[str, Any]:
    """The program as a person starts it, until the first list shows rows."""
    imports = ImportWatch()
    sys.meta_path.insert(0, imports)
    watch = PaintWatch(started, shows_rows, imports.too_early)
    os.environ["RANGER_HOME"] = str(folder / "home")
    code = start(Path((folder / "station").read_text(encoding="utf-8")))
    assert watch.told, f"no list was shown within {LONGEST_WAIT_S} s; exit code {code}"
    return watch.told


def shows_rows() -> bool:
    """Whether a list in sight has a row."""
    from PySide6.QtWidgets import QAbstractItemView, QApplication

    views = [view for top in QApplication.topLevelWidgets() for view in top.findChildren(QAbstractItemView)]
    return any(view.isVisible() and view.model() and view.model().rowCount() for view in views)


class PaintWatch:
    """Waits until a window is in sight, shows what it should and is painted; then tells time and memory, and ends all.

    It waits in a thread for Qt to be there, so that Qt is loaded when the program wants it and not before.

    Args:
        started: Moment of the command, by ``time.monotonic``.
        is_ready: Whether the window shows what one waits for.
        too_early: Told at that moment.
    """

    def __init__(self, started: float, is_ready: Callable[[], bool], too_early: Callable[[], list[str]] = list) -> None:
        self.told: dict[str, Any] = {}
        self._started = started
        self._is_ready = is_ready
        self._too_early = too_early
        self._answered = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while "ui.application" not in sys.modules and "PySide6.QtWidgets" not in sys.modules:
            time.sleep(LOOK_S)
        time.sleep(LOOK_S)
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        until = time.monotonic() + LONGEST_WAIT_S
        while not self.told and time.monotonic() < until:
            application = QApplication.instance()
            if application is not None:
                self._answered.clear()
                QTimer.singleShot(0, application, self._look)
                self._answered.wait(LONGEST_WAIT_S)
            time.sleep(LOOK_S)
        if not self.told:
            QApplication.exit(1)

    def _look(self) -> None:
        """Look once, in the window's thread."""
        from PySide6.QtWidgets import QApplication

        if any(one.isExposed() for one in QApplication.topLevelWindows()) and self._is_ready():
            QApplication.processEvents()
            self.told = {
                "ms": (time.monotonic() - self._started) * 1000,
                "cpu_ms": time.process_time() * 1000,
                "mb": held_mb(),
                "too_early": self._too_early(),
            }
            QApplication.closeAllWindows()
            QApplication.quit()
        self._answered.set()


def start(station: Path) -> int:
    """Start the program by its command; where nobody could see it, by what the command calls."""
    if has_screen():
        from ranger_app.__main__ import main

        sys.argv[1:] = ["--station", str(station)]
        return main()
    from ui import application

    return application.run(station)


class ImportWatch(MetaPathFinder):
    """Finds nothing; remembers in which thread each module was first asked for."""

    def __init__(self) -> None:
        self._by_window: set[str] = set()

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if threading.current_thread() is threading.main_thread():
            self._by_window.add(fullname.partition(".")[0])

    def too_early(self) -> list[str]:
        """Packages that are loaded and should not be."""
        loaded = {name.partition(".")[0] for name in sys.modules}
        here = {"sqlite_utils"} & self._by_window
        return sorted((loaded & set(LATER)) | here)


def answer(what: str) -> Callable[[Path, float], dict[str, Any]]:
    """The measurement of that name."""
    return {"prepare": prepare, "bare": bare, "window": window}[what]


if __name__ == "__main__":
    print(json.dumps(answer(sys.argv[1])(Path(sys.argv[2]), float(sys.argv[3]))))
