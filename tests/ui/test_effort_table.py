"""The cells that a map shows leave as a table, of the days that are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ranger_app.services.stations import open_station
from tests.stores.test_track_effort import DAY_US, MORNING_US
from tests.ui.test_map_replay import choose, put
from tests.ui.window_room import Room, inside, make_station
from ui.effort_table_sheet import EffortTableSheet
from ui.map import CoverageLayer
from ui.pages.map_effort import EFFORT, EffortPanel
from ui.pages.map_page import MapPage


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        for day in range(3):
            put(store, day)
    with inside(qtbot, station) as found:
        yield found


def effort_panel(room: Room) -> EffortPanel:
    """The controls of effort on the page of the map, with visits chosen."""
    room.window.go("map")
    page = room.window.page
    assert isinstance(page, MapPage)
    if page.time is None:
        page.acts["map_time"]()
    assert page.time is not None
    bar = page.time.bar
    room.until(lambda: bar.scale.window_us is not None)
    choose(page.time.effort.measure, "visits")
    room.until(lambda: any(isinstance(one, CoverageLayer) and one.id == EFFORT for one in page.view.layers))
    return page.time.effort


def sheet(room: Room) -> EffortTableSheet:
    found = room.window.findChildren(EffortTableSheet)
    assert found
    return found[-1]


def test_the_table_holds_the_cells_and_days_that_are_looked_at(room: Room, tmp_path: Path) -> None:
    panel = effort_panel(room)
    panel.set_period(MORNING_US, MORNING_US + 2 * DAY_US - 1)
    out = tmp_path / "cells"

    panel.table.click()
    sheet(room).where.set_paths([out])
    sheet(room).act_button.click()
    room.until(lambda: str(out) in room.told())

    head, *rows = (tmp_path / "cells.csv").read_text(encoding="utf-8").split()
    assert head.startswith("west,")
    assert {row.split(",")[5] for row in rows} == {"2"}


def test_a_folder_that_cannot_be_made_is_told(room: Room, tmp_path: Path) -> None:
    panel = effort_panel(room)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    panel.table.click()
    sheet(room).where.set_paths([tmp_path / "file" / "cells.csv"])
    sheet(room).act_button.click()

    room.until(lambda: "file" in room.told())
