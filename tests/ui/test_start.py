"""The window starts lean: nothing heavy is loaded before somebody needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.ui.window_room import make_station

ROOT = Path(__file__).parents[2]

LATER = (
    "numpy",
    "lxml",
    "reportlab",
    "pyhanko",
    "pyproj",
    "PIL",
    "gpxpy",
    "pikepdf",
    "cryptography",
    "sqlite_utils",
    "babel",
)

START = """
import json, sys, threading
from pathlib import Path
window_thread = threading.get_ident()
loaded_here = set()

class Watch:
    def find_spec(self, name, path=None, target=None):
        if threading.get_ident() == window_thread:
            loaded_here.add(name.partition(".")[0])

sys.meta_path.insert(0, Watch())
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui import application

def look():
    for window in QApplication.topLevelWidgets():
        page = getattr(window, "_pages", {}).get("patrols")
        if page is not None and page.list.records.rowCount() and window.desk.station_thread._store is not None:
            print(json.dumps(sorted(loaded_here)))
            QApplication.closeAllWindows()
            QApplication.quit()
            return
    QTimer.singleShot(5, look)

real = QApplication.exec
QApplication.exec = lambda *_: (QTimer.singleShot(0, look), real())[1]
sys.exit(application.run(Path(sys.argv[1])))
"""


def test_the_first_page_of_an_open_station_needs_no_heavy_library(tmp_path: Path) -> None:
    station = make_station(tmp_path, with_records=True)
    env = {**os.environ, "RANGER_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [sys.executable, "-c", START, str(station)], env=env, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    loaded = json.loads(done.stdout.decode().strip().splitlines()[-1])
    assert not set(loaded) & set(LATER)
    assert "ui" in loaded
