"""The page of the map at a moment, and in the days that are looked at: what is shown, and what everything is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ranger_app.jobs import JobContext
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station
from tests.service_desk import DOCUMENTS, MORNING, walk, write_gpx
from tests.ui.test_map_page import on_map as with_everything
from tests.ui.window_room import Room, inside, make_station
from ui.map import PointsLayer
from ui.pages.map_data import Place
from ui.pages.map_page import MapPage
from ui.pages.map_records import RecordsInTime

EARLY = dt.datetime(2014, 10, 3, 8, 0, tzinfo=dt.UTC)
NOWHERE = (-180.0, -85.0, 180.0, 85.0)
HOUR_US = 3_600_000_000


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """A station with a patrol and incidents of March 2026, and a patrol of 2014 in another part of the world."""
    station = make_station(tmp_path, with_records=True)
    far = write_gpx(tmp_path / "far.gpx", [(lat, lon - 60.8, at) for lat, lon, at in walk(EARLY)])
    with open_station(station, home=tmp_path / "home") as store:
        RecordIncident(store)("conflict", DOCUMENTS["conflict"], officer="")
        ImportTracks(store)([far], officer="", transport="foot", context=JobContext())
    with inside(qtbot, station) as found:
        yield found


def on_map(room: Room) -> MapPage:
    """The page of the map with its bar of time."""
    page = with_everything(room)
    if page.time is None:
        room.window.run("map_time")
    room.until(lambda: page.time is not None and page.time.bar.scale.window_us is not None)
    room.settle()
    return page


def shown(page: MapPage) -> tuple[int, int, int]:
    """How many incidents, conflicts and waypoints are on the map."""
    layers = {one.id: one for one in page.view.layers}
    incident, conflict, waypoint = (len(layers[one].within(NOWHERE)) for one in ("incident", "conflict", "waypoint"))
    return incident, conflict, waypoint


def us(moment: dt.datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


# Records at a moment


def test_records_after_the_moment_are_hidden_until_the_replay_ends(room: Room) -> None:
    page = on_map(room)
    assert page.time is not None
    bar = page.time.bar
    whole = shown(page)
    assert whole == (1, 1, 1)

    bar._show(us(EARLY) + HOUR_US)
    room.until(lambda: shown(page) == (0, 0, 0))
    bar._show(us(MORNING) + HOUR_US // 2)
    room.until(lambda: shown(page) == (0, 0, 1))
    page.refresh()
    room.settle()
    room.settle()
    assert shown(page) == (0, 0, 1)

    bar.stop()
    room.until(lambda: shown(page) == whole)
    bar._show(us(EARLY) + HOUR_US)
    room.until(lambda: shown(page) == (0, 0, 0))
    room.window.run("map_time")
    room.until(lambda: shown(page) == whole)


def test_layers_are_made_again_only_where_others_are_to_be_seen(room: Room) -> None:
    put: list[Sequence[PointsLayer]] = []
    owner = QObject()
    records = RecordsInTime(room.desk, put.append, owner)
    places = [Place(str(at), "incident", 41.2, 74.5, "", at, ("incident", str(at))) for at in (100, 200, 300)]
    untimed = Place("u", "incident", 41.2, 74.5, "", None, ("incident", "u"))
    records.know([*places, untimed], (), None)
    assert put == [()]

    for moment in range(110, 190, 10):
        records.set_moment(moment)
    room.settle()
    assert [len(layers[0].within(NOWHERE)) for layers in put[1:]] == [1]

    for moment in (210, 250, 310):
        records.set_moment(moment)
    room.settle()
    room.settle()
    assert len(put[-1][0].within(NOWHERE)) == 3
    records.set_window((150, 250))
    room.settle()
    room.settle()
    assert len(put[-1][0].within(NOWHERE)) == 1
    records.set_moment(None)
    records.set_window(None)
    room.settle()
    room.settle()
    assert len(put[-1][0].within(NOWHERE)) == 4


# Everything


def test_what_lies_far_away_is_left_out_in_words_and_shown_by_a_second_press(room: Room) -> None:
    page = on_map(room)

    room.window.run("show_all")
    assert page.view.viewport.center_lon == pytest.approx(74.5, abs=0.1)
    assert page.feet.where.text() == "Something lies far away, and is left out: Alt+0 once more shows all."

    room.window.run("show_all")
    west, south, east, north = page.view.viewport.bounds
    assert west < 13.7 < 74.6 < east
    assert south < 41.1 < 41.3 < north
    assert "far away" not in page.feet.where.text()

    room.window.run("show_all")
    assert page.view.viewport.center_lon == pytest.approx(74.5, abs=0.1)


def test_who_moved_the_map_sees_what_is_near_first(room: Room) -> None:
    page = on_map(room)
    room.window.run("show_all")

    page.view.set_view(75.0, 41.0, 9.0)
    room.window.run("show_all")

    assert page.view.viewport.center_lon == pytest.approx(74.5, abs=0.1)


def test_everything_is_that_of_the_days_that_are_looked_at(room: Room) -> None:
    page = on_map(room)
    assert page.time is not None

    page.time.bar.set_window(us(EARLY), us(EARLY))
    room.until(lambda: page._records.window is not None)
    room.window.run("show_all")
    room.until(lambda: abs(page.view.viewport.center_lon - 13.7) < 0.1)
    assert page.view.viewport.zoom > 12
    assert "far away" not in page.feet.where.text()

    page.time.bar.set_window(us(MORNING), us(MORNING))
    room.until(lambda: page._records.window is not None and page._records.window[0] > us(EARLY) + HOUR_US)
    room.window.run("show_all")
    room.until(lambda: abs(page.view.viewport.center_lon - 74.5) < 0.1)
    assert "far away" not in page.feet.where.text()
