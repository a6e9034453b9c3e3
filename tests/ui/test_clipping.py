"""Nothing is cut off: not in a small window, not in Russian, not with large type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.pictures.gallery import SCREENS, open_window, settle
from tests.ui.clipping import clipped
from tests.ui.window_room import sweep


@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_is_cut_off_on_any_screen_of_a_small_window(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    whole, window = open_window(tmp_path, language, (1024, 600))
    found = {}

    for screen in SCREENS:
        screen.act(window)
        settle(0.2)
        assert (window.width(), window.height()) == (1024, 600), screen.name
        if told := list(clipped(window)):
            found[screen.name] = told
        window.go_back()
        window.go_back()

    whole.close()
    sweep()
    assert found == {}


@pytest.mark.parametrize(
    ("language", "size", "percent", "direction"),
    [
        ("en", (1366, 768), 200, "plain"),
        ("ru", (1366, 768), 200, "mirrored"),
        ("en", (1024, 600), 100, "mirrored"),
        ("en", (1024, 600), 150, "plain"),
    ],
)
def test_nothing_is_cut_off_with_large_type_or_in_a_mirrored_window(
    tmp_path: Path, language: str, size: tuple[int, int], percent: int, direction: str
) -> None:
    asked = [str(tmp_path), language, *map(str, size), str(percent), direction]

    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.large_type", *asked],
        capture_output=True, text=True, check=False, timeout=120, cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
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
