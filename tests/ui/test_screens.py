"""Every screen on a low window: nothing is clipped, everything has a name, and nothing heavy is loaded too early."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.pictures.gallery import SCREENS, open_window, settle
from ui.application import Application
from ui.main_window import MainWindow
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

SLACK_PX = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("screens")


@pytest.fixture(params=["en", "ru"])
def low_window(request: pytest.FixtureRequest, qapp: QApplication, folder: Path) -> Iterator[MainWindow]:
    """The main window at 1024x600 in each language."""
    whole, window = open_window(folder, request.param, (1024, 600))
    yield window
    whole.close()
    settle(0.05)


def is_cut(widget: QWidget) -> bool:
    """Whether words of a widget in sight have less room than they need."""
    if not widget.isVisible() or widget.visibleRegion().isEmpty():
        return False
    if isinstance(widget, QLabel):
        if widget.wordWrap() or not widget.text() or not widget.pixmap().isNull():
            return False
        return widget.width() + SLACK_PX < widget.sizeHint().width()
    if isinstance(widget, QAbstractButton) and widget.text():
        wanted = widget.sizeHint()
        return widget.width() + SLACK_PX < wanted.width() or widget.height() + SLACK_PX < wanted.height()
    return False


def test_nothing_is_clipped_at_1024x600(low_window: MainWindow) -> None:
    cut = []
    for screen in SCREENS:
        screen.act(low_window)
        settle(0.15)
        cut += [f"{screen.name}: {w.text()}" for w in low_window.findChildren(QLabel) if is_cut(w)]
        cut += [f"{screen.name}: {w.text()}" for w in low_window.findChildren(QAbstractButton) if is_cut(w)]
        assert (low_window.width(), low_window.height()) == (1024, 600), screen.name
        low_window.go_back()
        low_window.go_back()

    assert cut == []


def test_every_control_has_a_name_for_screen_readers(low_window: MainWindow) -> None:
    nameless = []
    for screen in SCREENS:
        screen.act(low_window)
        settle(0.1)
        for kind in (QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView):
            nameless += [
                f"{screen.name}: {type(widget).__name__}"
                for widget in low_window.findChildren(kind)
                if widget.isVisible()
                and not widget.accessibleName()
                and not isinstance(widget, QHeaderView)
                and not isinstance(widget.parent(), QComboBox)
            ]
        low_window.go_back()
        low_window.go_back()

    assert nameless == []


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
