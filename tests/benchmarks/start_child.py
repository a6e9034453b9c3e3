"""One start of a window, measured by itself; it imports as little as it can before that."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

LONGEST_WAIT_S = 20.0
LOOK_S = 0.002
LATER = frozenset({"numpy", "lxml", "reportlab", "pyhanko", "pyproj", "PIL", "gpxpy"})
"""What no window may load before somebody needs it."""


def bare(started: float) -> dict[str, object]:
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


def window(folder: Path, started: float) -> dict[str, object]:
    """The program as a person starts it, with the station of last time, until the first list shows rows."""
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
        self.told: dict[str, object] = {}
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
    from ranger_app.__main__ import OBJECTS_BETWEEN_COLLECTIONS, main, show_window
    from ranger_app.screen import has_screen

    if has_screen():
        del sys.argv[1:]
        return main()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)  # as the command does
    return show_window(station)


class ImportWatch:
    """Finds nothing; remembers in which thread each module was first asked for."""

    def __init__(self) -> None:
        self._by_window: set[str] = set()

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if threading.current_thread() is threading.main_thread():
            self._by_window.add(fullname.partition(".")[0])

    def too_early(self) -> list[str]:
        """Packages that are loaded and should not be."""
        loaded = {name.partition(".")[0] for name in sys.modules}
        here = {"sqlite_utils"} & self._by_window
        return sorted((loaded & LATER) | here)


def held_mb() -> float:
    """The memory this process holds now, in MB; 0 where nobody can say."""
    if sys.platform != "linux":
        return 0.0
    with open("/proc/self/statm", encoding="ascii") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    who, folder, moment = sys.argv[1:]
    given = float(moment)
    print(json.dumps(bare(given) if who == "bare" else window(Path(folder), given)))
