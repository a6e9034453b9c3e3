"""The window of a new station, for flows by keyboard."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ranger_app.services.stations import create_station
from tests.flows.hands import Hands, open_window


@pytest.fixture(autouse=True)
def widgets_are_cleared_away_here() -> Iterator[None]:
    """Collect garbage only while no thread of the station runs, as the program does: see ``ui.garbage``."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def hands(qtbot: QtBot, tmp_path: Path) -> Iterator[Hands]:
    """The window of a new station, with the keyboard."""
    home = tmp_path / "home"
    create_station(
        tmp_path / "station", name="Naryn", area_id="KG-NAR", officer_name="Toktosunov, Aibek", role="ranger",
        timezone="Asia/Bishkek", is_encrypted=False, home=home,
    )  # fmt: skip
    whole, found = open_window(qtbot, home, tmp_path / "station")
    yield found
    whole.close()
