"""The map of a station shows all tracks at any zoom, reads more where it is moved, and keeps what was made for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from db.store import Store
from db.track_levels import fill_levels
from ranger_app.domain.track import Track
from ranger_app.domain.track_boxes import boxes_of
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.jobs import JobContext
from ranger_app.services.stations import open_station
from tests.ui.window_room import Room, inside, make_station
from tests.unit.test_track_codec import track_of
from ui.level_keeper import keep_some
from ui.map import MapView, TracksLayer
from ui.pages.map_page import MapPage
from ui.tracks_in_view import TracksSeen, detail_of, grown

OFFICER = "0f" * 16
FIXES = 50_000


def walk(west: float, south: float, count: int = FIXES) -> Track:
    """East along a parallel for half a degree, in small waves."""
    index = np.arange(count)
    longitude = np.round(west + index * 0.5 / count, 7)
    return track_of(longitude, np.round(south + 0.001 * np.sin(index / 20), 7), time_us=index * 1_000_000)


def put(store: Store, track: Track) -> str:
    """Store a track with a leg and a patrol; returns the patrol's id."""
    with store.transaction(OFFICER) as transaction:
        chunks = [transaction.put_blob(chunk) for chunk in encode_chunks(track)]
        with transaction.change() as change:
            patrol = change.create("patrol", {"number": "1"})
            leg = change.create("leg", {"number": 1}, parent=("patrol", patrol))
            values = {"chunks": chunks, "boxes": [str(box) for box in boxes_of(track)]}
            change.create("track", values, parent=("leg", leg), blobs=chunks)
    return patrol


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        for number in range(8):
            put(store, walk(74.5, 41.0 + number / 50))
    with inside(qtbot, station) as found:
        yield found


def settled(room: Room) -> tuple[MapPage, MapView]:
    """The page of the map and its view, once everything is read."""
    room.window.go("map")
    page = room.window.page
    assert isinstance(page, MapPage)
    room.until(lambda: is_settled(page))
    assert page.map.view is not None
    return page, page.map.view


def seen(page: MapPage) -> TracksSeen | None:
    return page._tracks._seen


def layer(page: MapPage) -> Any:
    view = page.map.view
    assert view is not None
    return next((one for one in view.layers if isinstance(one, TracksLayer)), None)


def is_settled(page: MapPage) -> bool:
    view = page.map.view
    assert view is not None
    found = seen(page)
    return found is not None and found.is_enough_for(view.viewport) and not page._tracks._rest.isActive()


def kept(room: Room) -> int:
    count: int = room.desk.reader.derived.execute("SELECT count(*) FROM track_level").fetchone()[0]
    return count


def test_all_tracks_are_shown_with_fewer_points_and_what_was_made_is_kept(room: Room) -> None:
    page, view = settled(room)

    assert len(layer(page)._ids) == 8
    assert len(layer(page)._lines.x) < 8 * FIXES / 2
    assert view.viewport.bounds[0] < 74.5
    assert view.viewport.bounds[2] > 75.0
    room.until(lambda: kept(room) > 0)
    room.until(lambda: not room.desk.levels.is_busy)
    assert lacking(room) == 0


def lacking(room: Room) -> int:
    """How many chunks have no levels yet, asked in the store thread, which makes them."""
    answers: list[int] = []
    room.desk.do(lambda store, _context: fill_levels(store, JobContext()), on_done=answers.append)
    room.until(lambda: bool(answers))
    return answers[0]


def test_a_near_view_is_read_again_in_detail(room: Room) -> None:
    page, view = settled(room)
    far = seen(page)

    view.set_view(74.6, 41.04, 15.0)
    room.until(lambda: seen(page) is not far and is_settled(page))

    near = seen(page)
    assert near is not None
    assert near.detail == 15
    longitude = (layer(page)._lines.x - 0.5) * 360
    assert len(layer(page)._ids) < 8
    assert np.diff(np.sort(longitude[np.abs(longitude - 74.6) < 0.01])).max() < 0.0001


def test_a_small_move_reads_nothing_and_a_large_one_does(room: Room) -> None:
    page, view = settled(room)
    view.set_view(74.6, 41.04, 14.0)
    room.until(lambda: is_settled(page))
    before = seen(page)

    view.set_view(74.601, 41.04, 14.0)
    room.until(lambda: is_settled(page))
    assert seen(page) is before

    view.set_view(74.9, 41.14, 14.0)
    room.until(lambda: is_settled(page))
    assert seen(page) is not before


def test_a_press_on_a_line_opens_its_patrol(room: Room) -> None:
    page, view = settled(room)
    view.set_view(74.75, 41.04, 13.0)
    room.until(lambda: is_settled(page))
    column = layer(page)._lines
    nearest = int(np.argmin(np.abs(column.x - (74.75 / 360 + 0.5)) + np.abs(column.y - column.y.mean()) * 0))
    at = (column.x[nearest], column.y[nearest])
    left, top = view.viewport.origin
    pixel = QPointF((at[0] - left) * view.viewport.world_px, (at[1] - top) * view.viewport.world_px)

    picked = view.pick(pixel)

    assert picked[0][0] == "tracks"
    assert room.desk.reader.entry(picked[0][1].partition("/")[0]).kind == "patrol"


def test_everything_is_shown_again_from_a_near_view(room: Room) -> None:
    page, view = settled(room)
    view.set_view(74.6, 41.04, 16.0)
    room.until(lambda: is_settled(page))

    page._fit()
    room.until(lambda: is_settled(page))

    assert view.viewport.bounds[0] < 74.5
    assert view.viewport.bounds[2] > 75.0
    assert len(layer(page)._ids) == 8


def test_a_track_that_comes_in_is_shown(room: Room) -> None:
    page, _ = settled(room)
    room.desk.do(lambda store, _context: put(store, walk(74.5, 41.15, 3000)))

    room.until(lambda: layer(page) is not None and len(layer(page)._ids) == 9)


def test_levels_of_tracks_that_came_in_are_kept_although_nobody_looks_at_a_map(room: Room) -> None:
    room.desk.levels._rest.setInterval(1)
    room.desk.do(lambda store, _context: put(store, walk(74.5, 41.15, 3000)))
    room.settle()

    room.until(lambda: kept(room) > 0 and not room.desk.levels.is_busy)

    assert lacking(room) == 0


def test_damaged_tables_keep_no_levels_and_nobody_is_bothered(tmp_path: Path) -> None:
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        put(store, walk(74.5, 41.0, 300))
        store.reader.derived.execute("DROP TABLE track_level")

        assert keep_some(store, JobContext()) == 0


def test_details_and_boxes_stay_within_the_world() -> None:
    assert [detail_of(zoom) for zoom in (0.0, 7.2, 8.0, 22.0)] == [4, 8, 8, 18]
    assert grown((-170.0, -80.0, 170.0, 80.0), 0.5) == (-180.0, -90.0, 180.0, 90.0)
    assert grown((0.0, 0.0, 10.0, 20.0), 0.5) == (-5.0, -10.0, 15.0, 30.0)
