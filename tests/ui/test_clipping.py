"""Nothing is cut off: not in a small window, not in Russian, not with large type; and nothing is without a name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.clipping import clipped, nameless

pytestmark = pytest.mark.begins_first

LONGEST_S = 400
AT_ONCE = 4
"""Walks mostly wait, so that two cores have room for more than two."""

WALKS = {
    "en in a small window": ("en", "1024", "600", "100", "plain"),
    "ru in a small window": ("ru", "1024", "600", "100", "plain"),
    "en at 200 %": ("en", "1366", "768", "200", "plain"),
    "ru at 200 %, mirrored": ("ru", "1366", "768", "200", "mirrored"),
    "ru at 200 % in a small window": ("ru", "1024", "600", "200", "plain"),
    "ru at 200 % in a small window, mirrored": ("ru", "1024", "600", "200", "mirrored"),
    "en in a small window, mirrored": ("en", "1024", "600", "100", "mirrored"),
    "en in a small window at 150 %": ("en", "1024", "600", "150", "plain"),
}


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[subprocess.CompletedProcess[str]]]]:
    """Walks through every screen, :data:`AT_ONCE` at a time."""

    def walk(asked: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", "tests.ui.walk_screens", str(folder), *asked],
            capture_output=True, text=True, check=False, timeout=LONGEST_S, cwd=Path(__file__).parents[2],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip

    with ThreadPoolExecutor(AT_ONCE) as walkers:
        yield {name: walkers.submit(walk, asked, tmp_path_factory.mktemp("walk")) for name, asked in WALKS.items()}


@pytest.mark.parametrize("name", WALKS)
def test_nothing_is_cut_off_or_nameless_on_any_screen_and_none_makes_the_window_grow(
    walks: Mapping[str, Future[subprocess.CompletedProcess[str]]], name: str
) -> None:
    done = walks[name].result()

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


def test_the_walker_finds_what_has_no_name(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    named, unnamed = QLineEdit(), QLineEdit()
    named.setAccessibleName("Place")
    row.addWidget(named)
    row.addWidget(unnamed)
    window.show()
    QApplication.processEvents()

    assert list(nameless(window)) == ["QLineEdit has no name for screen readers"]
