"""What is under the pointer, and what lies in a box."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from tests.ui.map_samples import NARYN, snares, tracks_layer, walk_east
from ui.map import MapPoint
from ui.map.strokes import Lines, crossed_cells, cut_ring, polygon_from_pixels, polylines
from ui.map.tracks import TracksLayer

MIDDLE = QPointF(320, 240)


def test_the_track_under_the_pointer_is_found_and_the_nearest_comes_first() -> None:
    layer = tracks_layer(walk_east("near"), walk_east("nearer", latitude_deg=41.4003))

    assert layer.hit(NARYN, QPointF(320, 239), 8.0) == ("nearer", "near")
    assert layer.hit(NARYN, QPointF(320, 300), 8.0) == ()


def test_a_gap_in_a_track_cannot_be_picked() -> None:
    layer = tracks_layer(walk_east(part_starts=(0, 101)))
    gap_at = QPointF(NARYN.project(76.0005, 41.4)[0], 240)

    assert layer.hit(NARYN, gap_at, 0.4) == ()
    assert layer.hit(NARYN, QPointF(200, 240), 0.4) == ("walk",)


def test_every_place_of_a_group_is_picked_with_it() -> None:
    crowd = [MapPoint(id=str(n), longitude_deg=76.0, latitude_deg=41.4) for n in range(3)]

    assert snares(*crowd).hit(NARYN, MIDDLE, 4.0) == ("0", "1", "2")
    assert snares().hit(NARYN, QPointF(320, 300), 4.0) == ()


def test_a_box_takes_what_lies_in_it() -> None:
    here = MapPoint(id="here", longitude_deg=76.0, latitude_deg=41.4)
    there = MapPoint(id="there", longitude_deg=77.0, latitude_deg=41.4)

    assert snares(here, there).within((75.9, 41.3, 76.1, 41.5)) == ("here",)
    assert tracks_layer(walk_east("a"), walk_east("b", latitude_deg=42.0)).within((76.0, 41.3, 76.2, 41.5)) == ("a",)


def test_a_layer_knows_where_its_things_are() -> None:
    layer = tracks_layer(walk_east("a"), walk_east("b", latitude_deg=42.0))

    west, south, east, north = layer.bounds() or (0, 0, 0, 0)

    np.testing.assert_allclose((west, south, east, north), (75.9, 41.4, 76.1, 42.0), atol=1e-9)
    np.testing.assert_allclose(layer.bounds("b") or (), (75.9, 42.0, 76.1, 42.0), atol=1e-9)
    assert layer.bounds("c") is None
    assert TracksLayer("empty", []).bounds() is None
    assert snares().bounds("snare") == (76.0, 41.4, 76.0, 41.4)


walks = st.lists(st.tuples(st.floats(75.5, 76.5), st.floats(41.0, 41.8)), min_size=2, max_size=60)


@given(walk=walks, zoom=st.floats(3, 19))
def test_a_level_of_detail_is_nowhere_farther_than_a_pixel_from_the_walk(
    walk: list[tuple[float, float]], zoom: float
) -> None:
    lon, lat = np.array(walk).T
    lines = Lines.from_degrees(lon, lat, [0])

    level = lines.level(zoom)

    pixels = 256 * 2.0**zoom
    kept = np.column_stack((level.x, level.y))
    apart = [np.hypot(*(kept - point).T).min() * pixels for point in np.column_stack((lines.x, lines.y))]
    assert max(apart) <= 1.0
    assert (level.x[0], level.y[0], level.x[-1], level.y[-1]) == (lines.x[0], lines.y[0], lines.x[-1], lines.y[-1])


@given(walk=walks)
def test_what_is_cut_away_lies_outside_the_picture(walk: list[tuple[float, float]]) -> None:
    lon, lat = np.array(walk).T
    lines = Lines.from_degrees(lon, lat, [0])

    drawn = {(piece.at(i).x(), piece.at(i).y()) for piece in polylines(lines, NARYN) for i in range(piece.size())}

    x, y = NARYN.project(lon, lat)
    inside = [(px, py) for px, py in zip(x, y, strict=True) if 0 <= px <= 640 and 0 <= py <= 480]
    for px, py in inside:
        assert min((np.hypot(px - dx, py - dy) for dx, dy in drawn), default=np.inf) <= 1.0


@given(ring=st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=3, max_size=12))
def test_a_cut_ring_stays_in_its_box(ring: list[tuple[float, float]]) -> None:
    x, y = np.array(ring).T

    cut_x, cut_y = cut_ring(x, y, (-1.0, -1.0, 1.0, 1.0))

    assert np.all(np.abs(cut_x) <= 1 + 1e-9)
    assert np.all(np.abs(cut_y) <= 1 + 1e-9)
    inside = (np.abs(x) <= 1) & (np.abs(y) <= 1)
    kept = set(zip(cut_x.tolist(), cut_y.tolist(), strict=True))
    assert set(zip(x[inside].tolist(), y[inside].tolist(), strict=True)) <= kept


def test_a_square_cut_in_half_has_half_its_area() -> None:
    x, y = cut_ring(np.array([-1.0, 1, 1, -1]), np.array([-1.0, -1, 1, 1]), (0.0, -2.0, 2.0, 2.0))

    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == 2.0


def test_a_polygon_is_filled_with_every_point() -> None:
    x, y = np.arange(1000.0), np.arange(1000.0) ** 0.5

    polygon = polygon_from_pixels(x, y)

    assert polygon.size() == 1000
    assert (polygon.at(999).x(), polygon.at(999).y()) == (999.0, 999.0**0.5)
    assert polygon_from_pixels(x[:0], y[:0]).isEmpty()


def test_names_are_told_where_lines_run() -> None:
    lines = Lines.from_degrees(np.array([75.5, 76.5]), np.array([41.4, 41.4]), [0])

    cells = crossed_cells(lines, NARYN, 12)

    assert {row for _, row in cells} == {240 // 12}
    assert {column for column, _ in cells} >= set(range(640 // 12))
