"""Lists that Qt finds no fault with, and a start that loads nothing heavy too early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.pictures.gallery import open_window
from tests.pictures.waiting import settle
from ui.application import Application
from ui.pages.list_page import ListPage

LATE = ("numpy", "lxml", "reportlab", "pyhanko", "pyproj", "PIL", "gpxpy", "pikepdf", "sqlite_utils", "requests",
        "keyring", "PySide6.QtNetwork")  # fmt: skip
"""Libraries that a window does not need before somebody asks for what they do."""

START = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from ui.application import Application
whole = Application(Path(sys.argv[1]))
whole.settings.put("window/language", "en")
whole.look()
whole.open_station(Path(sys.argv[2]))
until = time.monotonic() + 3
while time.monotonic() < until:
    app.processEvents()
assert type(whole.window).__name__ == "MainWindow"
print(",".join(name for name in {late!r} if name in sys.modules))
whole.close()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("screens")


def test_lists_are_models_that_qt_finds_no_fault_with(qapp: QApplication, folder: Path) -> None:
    whole, window = open_window(folder, "en", (1366, 768))
    for name in ("patrols", "incidents", "conflict", "cases"):
        window.go(name)
        settle(0.1)
        page = window.page
        assert isinstance(page, ListPage)
        model = page.list.model()
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
        page.refresh()
        settle(0.1)
        assert model.rowCount() > 0
    whole.close()


def test_the_window_opens_without_what_it_does_not_need_yet(qtbot: QtBot, qapp: QApplication, folder: Path) -> None:
    whole, _ = open_window(folder, "en", (1366, 768))
    assert isinstance(whole, Application)
    whole.close()
    settle(0.1)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "RANGER_HOME": str(folder / "home-en")}

    done = subprocess.run(
        [sys.executable, "-c", START.replace("{late!r}", repr(LATE)), str(folder / "home-en"),
         str(folder / "en" / "station")],
        capture_output=True, text=True, check=False, timeout=60, env=environment, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert set(done.stdout.strip().split(",")) - {"", "sqlite_utils"} == set()
