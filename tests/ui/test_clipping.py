"""Nothing is cut off: not in a small window, not in Russian, not with large type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.pictures.gallery import SCREENS, open_window, settle
from tests.ui.clipping import clipped
from tests.ui.window_room import sweep

SLACK_PX = 2
LONGEST_S = 400

LARGE = {
    "en at 200 %": ("en", "1366", "768", "200", "plain"),
    "ru at 200 %, mirrored": ("ru", "1366", "768", "200", "mirrored"),
    "ru at 200 % in a small window": ("ru", "1024", "600", "200", "plain"),
    "ru at 200 % in a small window, mirrored": ("ru", "1024", "600", "200", "mirrored"),
    "en in a small window, mirrored": ("en", "1024", "600", "100", "mirrored"),
    "en in a small window at 150 %": ("en", "1024", "600", "150", "plain"),
}


@dataclass(frozen=True)
class Walked:
    """What one walk through all screens of a small window found, by screen."""

    cut: Mapping[str, Sequence[str]]
    nameless: Mapping[str, Sequence[str]]
    grown: Mapping[str, tuple[int, int]]


@pytest.fixture(scope="module", params=["en", "ru"])
def walked(request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A walk through every screen at 1024x600, in each language."""
    whole, window = open_window(tmp_path_factory.mktemp("screens"), request.param, (1024, 600))
    cut: dict[str, list[str]] = {}
    nameless: dict[str, list[str]] = {}
    grown: dict[str, tuple[int, int]] = {}
    for screen in SCREENS:
        screen.act(window)
        settle(0.2)
        if (window.width(), window.height()) != (1024, 600):
            grown[screen.name] = (window.width(), window.height())
        short = [one for one in window.findChildren(QWidget) if has_too_little_room(one)]
        if told := [*clipped(window), *map(str, short)]:
            cut[screen.name] = told
        if unnamed := [type(one).__name__ for one in window.findChildren(QWidget) if lacks_name(one)]:
            nameless[screen.name] = unnamed
        window.go_back()
        window.go_back()
    whole.close()
    sweep()
    return Walked(cut, nameless, grown)


def has_too_little_room(widget: QWidget) -> bool:
    """Whether words of a widget in sight have less room than they ask for."""
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


def lacks_name(widget: QWidget) -> bool:
    """Whether a control in sight says nothing to a screen reader."""
    return (
        isinstance(widget, QLineEdit | QComboBox | QPlainTextEdit | QAbstractItemView)
        and widget.isVisible()
        and not widget.accessibleName()
        and not isinstance(widget, QHeaderView)
        and not isinstance(widget.parent(), QComboBox)
    )


def test_nothing_is_cut_off_on_any_screen_of_a_small_window(walked: Walked) -> None:
    assert walked.cut == {}


def test_no_screen_makes_a_small_window_grow(walked: Walked) -> None:
    assert walked.grown == {}


def test_every_control_has_a_name_for_screen_readers(walked: Walked) -> None:
    assert walked.nameless == {}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[subprocess.CompletedProcess[str]]]]:
    """Walks with large type and in mirrored windows, two at a time."""

    def walk(asked: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", "tests.ui.large_type", str(folder), *asked],
            capture_output=True, text=True, check=False, timeout=LONGEST_S, cwd=Path(__file__).parents[2],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip

    with ThreadPoolExecutor(2) as walkers:
        yield {name: walkers.submit(walk, asked, tmp_path_factory.mktemp("large")) for name, asked in LARGE.items()}


@pytest.mark.parametrize("name", LARGE)
def test_nothing_is_cut_off_with_large_type_or_in_a_mirrored_window(
    large: Mapping[str, Future[subprocess.CompletedProcess[str]]], name: str
) -> None:
    done = large[name].result()

    told = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert done.returncode == 0, "\n".join(told)
    assert json.loads(done.stdout.splitlines()[-1]) == {}


def test_the_walker_finds_what_is_cut_off(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    label, button = QLabel("Kichi-Naryn, left bank above the bridge"), QPushButton("Export for SMART")
    row.addWidget(label)
    row.addWidget(button)
    label.setFixedWidth(30)
    button.setFixedWidth(30)
    window.show()
    QApplication.processEvents()

    assert len(list(clipped(window))) == 2
