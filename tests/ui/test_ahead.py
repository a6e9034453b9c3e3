"""Pages are read ahead, so that the first press on each of them keeps nobody waiting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from tests.ui.window_room import Room, make_station
from ui.ahead import MODULES, Ahead, is_typing
from ui.pages.map_page import MapPage

MOST_AT_ONCE = 18
"""Modules of ours that one step may read: some milliseconds, also on a slow machine."""

SCRIPT = """
import json, sys, threading
from pathlib import Path
from PySide6.QtWidgets import QApplication
from ui.ahead import Ahead
from ui.application import Application

asked = []
OURS = ("ui", "db", "ranger_app", "exporters")

class Watch:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread() and name.partition(".")[0] in OURS:
            asked.append(name)

sys.meta_path.insert(0, Watch())
app = QApplication([])
whole = Application(Path(sys.argv[2]))
whole.look()
whole.open_station(Path(sys.argv[1]))
while whole.desk is None or not whole.window.findChildren(Ahead):
    app.processEvents()
[ahead] = whole.window.findChildren(Ahead)
steps = []
while not ahead.is_done:
    asked.clear()
    ahead.step()
    steps.append(len(asked))
early = "numpy" in sys.modules
asked.clear()
for name in ("incidents", "conflict", "cases", "map", "reports", "station"):
    whole.window.go(name)
told = {"steps": steps, "asked": list(asked), "numpy": early}
whole.close()
print(json.dumps(told))
"""


def test_the_first_press_on_a_page_reads_no_module_that_could_be_read_before(tmp_path: Path) -> None:
    station = make_station(tmp_path, with_records=True)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(station), str(tmp_path / "home")], capture_output=True, text=True,
        check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    assert told["asked"] == []
    assert max(told["steps"]) <= MOST_AT_ONCE
    assert not told["numpy"]


def reading(room: Room) -> Ahead:
    """What reads ahead, as soon as it has begun."""
    room.until(lambda: bool(room.window.findChildren(Ahead)))
    return room.window.findChildren(Ahead)[0]


def has_map(room: Room) -> bool:
    """Whether the page of the map is made."""
    return bool(room.window.findChildren(MapPage))


def test_each_module_read_ahead_is_named_once() -> None:
    assert len(set(MODULES)) == len(MODULES)


def test_the_map_is_made_before_anybody_asks_for_it(full_room: Room) -> None:
    ahead = reading(full_room)

    full_room.until(lambda: ahead.is_done)

    assert has_map(full_room)
    assert full_room.window.page.name == "patrols"


def test_nobody_who_types_waits_for_a_page_to_be_made(full_room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.ahead.TYPING_MS", 20)
    window = full_room.window
    window.activateWindow()
    ahead = reading(full_room)
    line = window.title_bar.search.findChild(QLineEdit) or window.title_bar.search
    line.setFocus()
    full_room.until(is_typing)
    for _ in range(len(MODULES) + 1):
        ahead.step()
    full_room.qtbot.wait(100)
    assert not has_map(full_room)

    window.rail.focus_page()
    full_room.until(lambda: ahead.is_done)

    assert has_map(full_room)


def test_a_window_that_closes_early_takes_what_reads_ahead_with_it(room: Room) -> None:
    room.reopen()

    ahead = reading(room)
    room.until(lambda: ahead.is_done)
