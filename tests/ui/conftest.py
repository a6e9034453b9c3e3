"""Rooms for the window's tests."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.made_maps import mbtiles
from tests.ui.map_samples import DISTRICTS
from tests.ui.window_room import Room, inside, make_station


@pytest.fixture(autouse=True)
def widgets_are_cleared_away_here() -> Iterator[None]:
    """Collect garbage only while no thread of the station runs, as the program does: see ``ui.garbage``."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """The window on a new station."""
    station = make_station(tmp_path)
    with inside(qtbot, station) as found:
        yield found


@pytest.fixture
def full_room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """The window on a station with a patrol and an incident."""
    station = make_station(tmp_path, with_records=True)
    with inside(qtbot, station) as found:
        yield found


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    """A sheet of tiles that calls itself "Sheet K-43"."""
    return mbtiles(tmp_path / "sheet.mbtiles", metadata={"name": "Sheet K-43"})


@pytest.fixture
def districts(tmp_path: Path) -> Path:
    """A file of :data:`DISTRICTS`."""
    path = tmp_path / "districts.geojson"
    path.write_text(json.dumps(DISTRICTS), "utf-8")
    return path
