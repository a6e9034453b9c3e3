"""Days, replay and effort on the map of a station: read beside the window, drawn as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from db.store import Store
from ranger_app.domain.replay import TimedLine, replay_of
from ranger_app.domain.track_boxes import boxes_of
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.services.stations import open_station
from tests.stores.test_track_effort import DAY_US, MORNING_US, walk
from tests.ui.map_samples import NARYN, colours_in
from tests.ui.window_room import Room, inside, make_station
from ui.map import Layer, MapView, MapWords, ReplayLayer, Viewport, render_map
from ui.pages.map_choice import REPLAY, MapChoice
from ui.pages.map_data import Place
from ui.pages.map_effort import EFFORT, HEAT
from ui.pages.map_replay import MapTime
from ui.pages.map_time import REST_MS
from ui.theme import LIGHT
from ui.tracks_in_view import LAYER, TracksInView, tracks_seen

OFFICER = "0f" * 16
SPAN = MORNING_US, MORNING_US + 4 * DAY_US + 1_800_000_000
SNARE = Place("s", "incident", 41.2, 75.52, "1", MORNING_US + DAY_US, ("incident", "s"))


def put(store: Store, day: int) -> None:
    """Store a patrol of one day, with the number of that day."""
    track = walk(day)
    with store.transaction(OFFICER) as transaction:
        chunks = [transaction.put_blob(chunk) for chunk in encode_chunks(track)]
        with transaction.change() as change:
            patrol = change.create("patrol", {"number": f"P-{day}"})
            leg = change.create("leg", {"number": 1}, parent=("patrol", patrol))
            values = {"chunks": chunks, "boxes": [str(box) for box in boxes_of(track)]}
            change.create("track", values, parent=("leg", leg), blobs=chunks)


@dataclass
class Map:
    """A map with a bar of time below it, in a room of its own."""

    room: Room
    view: MapView
    tracks: TracksInView
    time: MapTime
    taken: list[str] = field(default_factory=list)

    def layer(self, name: str) -> Any:
        return next((one for one in self.view.layers if one.id == name), None)

    def until(self, happened: Any) -> None:
        self.room.until(happened)


@pytest.fixture
def field_map(qtbot: QtBot, tmp_path: Path) -> Iterator[Map]:
    station = make_station(tmp_path)
    with open_station(station, home=tmp_path / "home") as store:
        for day in range(5):
            put(store, day)
    with inside(qtbot, station) as room:
        view = MapView(MapWords())
        qtbot.addWidget(view)
        view.resize(500, 400)
        view.set_view(75.52, 41.2, 12.0)
        tracks = TracksInView(room.desk, view, lambda: True, view)
        time = MapTime(room.desk, view, view.update_layer, view.remove_layer, tracks)
        qtbot.addWidget(time)
        view.show()
        time.show()
        made = Map(room, view, tracks, time)
        room.desk.ask(lambda sight, context: tracks_seen(sight, context, None), tracks.show)
        time.know([SNARE], SPAN)
        room.until(lambda: made.layer(LAYER) is not None)
        yield made
        room.settle()


def drawn_tracks(found: Map) -> int:
    layer = found.layer(LAYER)
    return 0 if layer is None else len(layer._ids)


def test_only_the_days_that_are_looked_at_are_drawn(field_map: Map) -> None:
    assert drawn_tracks(field_map) == 5

    field_map.time.bar.set_window(MORNING_US + DAY_US, MORNING_US + 2 * DAY_US)
    field_map.until(lambda: drawn_tracks(field_map) == 2)

    field_map.time.bar.show_all()
    field_map.until(lambda: drawn_tracks(field_map) == 5)


def test_a_replay_draws_patrols_where_they_were_and_gives_the_tracks_back(field_map: Map) -> None:
    bar = field_map.time.bar
    moment = MORNING_US + DAY_US + 900_000_000

    bar._show(moment)
    field_map.until(lambda: field_map.layer(REPLAY) is not None)

    replayed = field_map.layer(REPLAY)
    standing = replayed.standing()
    assert len(standing.track) == 1
    assert (float(standing.x[0]) - 0.5) * 360 == pytest.approx(75.5 + 900 * 2e-5, abs=1e-5)
    assert replayed._names[replayed._replay.patrols[int(standing.track[0])]] == "P-1"
    assert drawn_tracks(field_map) == 0
    bar.stop()
    field_map.until(lambda: drawn_tracks(field_map) == 5)
    assert field_map.layer(REPLAY) is None


def test_playing_moves_the_signs_and_passes_over_nights(field_map: Map) -> None:
    bar = field_map.time.bar
    bar.speed.setCurrentIndex(bar.speed.findData(3600))
    bar.scale.set_moment(MORNING_US + 1_700_000_000)

    bar.toggle()
    field_map.until(lambda: bar.moment_us is not None and bar.moment_us > MORNING_US + DAY_US)
    bar.pause()

    assert bar.moment_us is not None
    assert bar.moment_us < MORNING_US + 2 * DAY_US
    field_map.until(lambda: field_map.layer(REPLAY) is not None and field_map.layer(REPLAY).moment_us == bar.moment_us)


def test_other_days_are_read_again_for_a_replay(field_map: Map) -> None:
    bar = field_map.time.bar
    bar._show(MORNING_US + 60_000_000)
    field_map.until(lambda: field_map.layer(REPLAY) is not None)
    first = field_map.layer(REPLAY)._replay

    bar.set_window(MORNING_US + 3 * DAY_US, MORNING_US + 3 * DAY_US)
    field_map.until(lambda: field_map.layer(REPLAY) is not None and field_map.layer(REPLAY)._replay is not first)

    assert len(field_map.layer(REPLAY)._replay) == 1


def test_a_press_on_a_moving_sign_opens_its_patrol(field_map: Map) -> None:
    choice = MapChoice(field_map.view, field_map.room.desk.chosen, lambda: (), lambda: None)
    field_map.time.bar._show(MORNING_US + 60_000_000)
    field_map.until(lambda: field_map.layer(REPLAY) is not None)
    [(layer, feature)] = [
        one for one in field_map.view.pick(QPointF(*field_map.view.viewport.project(75.5012, 41.2))) if one[0] == REPLAY
    ]

    found = choice.record_of((layer, feature))

    assert found is not None
    assert field_map.room.desk.reader.entry(found[1]).kind == found[0] == "patrol"
    assert choice.record_of((REPLAY, "/3")) is None


def test_put_away_the_bar_narrows_nothing(field_map: Map) -> None:
    bar = field_map.time.bar
    bar.set_window(MORNING_US + DAY_US, MORNING_US + DAY_US)
    field_map.until(lambda: drawn_tracks(field_map) == 1)
    bar.toggle()

    field_map.time.hide()

    field_map.until(lambda: drawn_tracks(field_map) == 5)
    assert not bar.is_playing
    assert bar.moment_us is None


@pytest.mark.parametrize("end", ["stop", "all days", "put away"])
def test_another_moment_of_the_same_days_hides_the_tracks_again(field_map: Map, end: str) -> None:
    bar, moment = field_map.time.bar, MORNING_US + DAY_US + 900_000_000
    bar._show(moment)
    field_map.until(lambda: field_map.layer(REPLAY) is not None)
    if end == "put away":
        field_map.time.hide()
        field_map.time.show()
    else:
        (bar.stop if end == "stop" else bar.show_all)()
    field_map.until(lambda: drawn_tracks(field_map) == 5)
    field_map.room.qtbot.wait(2 * REST_MS)

    bar._show(moment)
    field_map.until(lambda: field_map.layer(REPLAY) is not None)

    assert drawn_tracks(field_map) == 0
    field_map.view.set_view(75.52, 41.2, 9.0)
    field_map.room.qtbot.wait(2 * REST_MS)
    field_map.room.settle()
    assert drawn_tracks(field_map) == 0
    bar.stop()
    field_map.until(lambda: drawn_tracks(field_map) == 5)


def choose(box: Any, value: object) -> None:
    box.setCurrentIndex(box.findData(value))


def test_effort_is_counted_beside_the_window_and_explained(field_map: Map) -> None:
    panel = field_map.time.effort
    choose(panel.measure, "visits")
    field_map.until(lambda: field_map.layer(EFFORT) is not None)

    assert panel.samples.accessibleName() == "1 to 5 visits"
    assert panel.told.text().startswith(("1 cell", "2 cells"))
    assert panel.cell.isVisible()
    choose(panel.cell, 1_000.0)
    choose(panel.measure, "km")
    panel.empty.setChecked(True)
    field_map.until(lambda: "nobody was here" in panel.samples.accessibleName())
    km = 5 * 1_799 * 2e-5 * 111.3 * np.cos(np.radians(41.2))
    assert f"{round(km)} km in all" in panel.told.text()
    choose(panel.measure, "")
    field_map.until(lambda: field_map.layer(EFFORT) is None)
    assert not panel.samples.entries


def test_effort_and_heat_are_those_of_the_days_that_are_looked_at(field_map: Map) -> None:
    panel = field_map.time.effort
    choose(panel.measure, "visits")
    choose(panel.heat, "incident")
    field_map.until(lambda: field_map.layer(HEAT) is not None and field_map.layer(EFFORT) is not None)
    assert field_map.layer(HEAT).peak() == pytest.approx(1.0, abs=0.05)

    field_map.time.bar.set_window(MORNING_US + 3 * DAY_US, MORNING_US + 4 * DAY_US)

    field_map.until(lambda: panel.samples.accessibleName() == "1 to 2 visits")
    assert field_map.layer(HEAT).bounds() is None


def test_records_that_changed_are_counted_again(field_map: Map) -> None:
    panel = field_map.time.effort
    choose(panel.measure, "visits")
    field_map.until(lambda: panel.samples.accessibleName() == "1 to 5 visits")
    done: list[object] = []
    field_map.room.desk.do(lambda store, _context: put(store, 5), on_done=done.append)
    field_map.until(lambda: bool(done))

    field_map.time.know([SNARE], (SPAN[0], SPAN[1] + DAY_US))

    field_map.until(lambda: panel.samples.accessibleName().endswith(", 6 visits"))


def test_what_nobody_waits_for_is_counted_when_the_page_is_seen_again(field_map: Map) -> None:
    panel = field_map.time.effort
    choose(panel.measure, "km")
    assert panel._job is not None

    panel.hide()
    field_map.room.settle()
    assert field_map.layer(EFFORT) is None

    panel.show()
    field_map.until(lambda: field_map.layer(EFFORT) is not None)


def replay(*tracks: tuple[str, float, float]) -> ReplayLayer:
    """Walks east along parallels, a hundred seconds each: id, latitude, second of the beginning."""
    lines = [
        TimedLine(
            name, name, ((np.arange(101) + begin) * 1e6).astype(np.int64), np.linspace(75.9, 76.1, 101),
            np.full(101, latitude), np.zeros(1, np.int64),
        )
        for name, latitude, begin in tracks
    ]  # fmt: skip
    found = replay_of(lines, 300, from_us=0, to_us=10**12)
    return ReplayLayer("replay", found, 0, names={"a": "17"})


def coloured(layer: Layer, view: Viewport = NARYN) -> tuple[int, int]:
    """First and last column of the picture with the colour of tracks."""
    image = render_map([layer], view)
    wanted = QColor(LIGHT.map.track).rgb()
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)
    columns = np.flatnonzero((pixels == wanted).any(axis=0))
    return (int(columns[0]), int(columns[-1])) if len(columns) else (-1, -1)


def test_ways_are_drawn_up_to_the_moment(qapp: object) -> None:
    layer = replay(("a", 41.4, 0))

    for second in (25, 50.5, 90):
        first, last = coloured(layer.at(int(second * 1e6)))
        expected = NARYN.project(75.9 + 0.2 * second / 100, 41.4)[0]
        assert first == pytest.approx(max(NARYN.project(75.9, 41.4)[0], 0), abs=3)
        assert last == pytest.approx(expected + 6, abs=3)


def test_before_anybody_set_out_nothing_is_drawn_and_afterwards_all_ways_stay(qapp: object) -> None:
    layer = replay(("a", 41.4, 0), ("b", 41.45, 1_000))

    assert len(colours_in(render_map([layer.at(-1)], NARYN))) == 1
    later = layer.at(2_000_000_000)
    assert coloured(later)[0] >= 0
    assert len(later.standing().track) == 0
    assert len(later.walked(12.0)) == 2
    assert len(layer.at(500_000_000).walked(12.0)) == 1


def test_a_sign_is_found_under_the_pointer_and_named(qapp: object) -> None:
    layer = replay(("a", 41.4, 0)).at(50_000_000)
    at = QPointF(*NARYN.project(76.0, 41.4))

    assert layer.hit(NARYN, at, 4.0) == ("a/0",)
    assert layer.hit(NARYN, at + QPointF(60, 0), 4.0) == ()
    named, bare = (render_map([one], NARYN) for one in (layer, ReplayLayer("replay", layer._replay, 50_000_000)))
    assert named != bare
    assert layer.bounds() == pytest.approx((75.9, 41.4, 76.1, 41.4), abs=1e-4)
    assert len(layer.legend()) == 1
