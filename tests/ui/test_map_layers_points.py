"""Thousands of places: what lies together is one sign with a number, and every one of them can be picked."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from tests.ui.map_tiles import MadeTiles, plain_tile
from ui.map import MapPoint, PointsLayer, TilesLayer, Viewport, render_map
from ui.map.grouping import grouped

pytestmark = pytest.mark.usefixtures("qapp")

KINDS = ("incident", "conflict", "waypoint", "photo")
WIDE = Viewport(76.0, 41.4, 10.0, 1366, 768)


def crowd(count: int) -> PointsLayer:
    """Places around Naryn, denser in the middle."""
    random = np.random.default_rng(11)
    places = zip(random.normal(76.0, 0.5, count).tolist(), random.normal(41.4, 0.3, count).tolist(), strict=True)
    return PointsLayer(
        "places",
        [
            MapPoint(id=str(number), longitude_deg=lon, latitude_deg=lat, kind=KINDS[number % 4], label=f"№ {number}")
            for number, (lon, lat) in enumerate(places)
        ],
    )


def pixels_of(places: list[tuple[float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.array(places, np.float64).reshape(-1, 2).T
    return x, y


@given(
    places=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=80), world_px=st.sampled_from([64.0, 900.0])
)
def test_every_place_is_in_one_group_and_each_group_is_in_the_middle_of_its_places(
    places: list[tuple[float, float]], world_px: float
) -> None:
    x, y = pixels_of(places)

    groups = grouped(x, y, world_px)

    held = [groups.of(number) for number in range(len(groups.x))]
    assert sorted(member for members in held for member in members) == list(range(len(places)))
    assert all(members for members in held)
    for number, members in enumerate(held):
        np.testing.assert_allclose(groups.x[number], x[members].mean(), atol=1e-12)
        np.testing.assert_allclose(groups.y[number], y[members].mean(), atol=1e-12)


def test_groups_keep_apart_so_that_their_signs_do_not_lie_on_each_other() -> None:
    random = np.random.default_rng(4)
    x, y = random.uniform(0, 1, (2, 3_000))
    groups = grouped(x, y, 1_500.0)

    apart = np.hypot(groups.x[:, None] - groups.x, groups.y[:, None] - groups.y) * 1_500
    np.fill_diagonal(apart, np.inf)

    assert len(groups.x) > 500
    assert (apart.min(axis=1) < 20).mean() < 0.02


def test_two_places_near_the_edge_of_a_square_are_one_group() -> None:
    """Squares of the grid end at whole multiples of 34 pixels; these two lie two pixels apart, on both sides of one."""
    x, y = np.array([33.0, 35.0]) / 1000, np.array([10.0, 10.0]) / 1000

    assert grouped(x, y, 1000.0).of(0) == [0, 1]
    assert len(grouped(x, y, 20_000.0).x) == 2


def test_twenty_thousand_places_are_picked_in_a_blink_and_right() -> None:
    layer = crowd(20_000)
    fresh = crowd(20_000)
    random = np.random.default_rng(5)
    for zoom in (6.0, 9.0, 11.5, 14.0):
        view = dataclasses.replace(WIDE, zoom=zoom)
        render_map([layer], view)
        took = []
        for at_x, at_y in random.uniform((200, 200), (1100, 600), (20, 2)).tolist():
            began = time.process_time()
            picked = layer.hit(view, QPointF(at_x, at_y), 8.0)
            took.append(time.process_time() - began)
            if zoom > 9:
                assert set(fresh.hit(view, QPointF(at_x, at_y), 8.0)) == set(picked), "before it was painted as after"
        assert float(np.median(took)) < 0.01, "0.1 ms alone"


def test_a_sign_can_be_picked_where_it_is_seen() -> None:
    layer = crowd(400)
    render_map([layer], WIDE)
    groups = layer._groups(WIDE)
    left, top = WIDE.origin

    for number in range(0, len(groups.x), 7):
        at = QPointF((groups.x[number] - left) * WIDE.world_px, (groups.y[number] - top) * WIDE.world_px)
        picked = layer.hit(WIDE, at, 8.0)
        assert picked[: len(groups.of(number))] == tuple(str(member) for member in groups.of(number))


def test_the_numbers_on_the_signs_add_up_in_every_zoom() -> None:
    layer = crowd(2_000)

    for zoom in (2.0, 7.3, 12.0, 19.0, 20.0):
        groups = layer._groups(dataclasses.replace(WIDE, zoom=zoom))
        assert int(np.diff(groups.starts).sum()) == 2_000


def test_places_at_the_edges_of_the_world_are_drawn_and_picked() -> None:
    edges = [(-180.0, 0.0), (180.0, 0.0), (0.0, 90.0), (0.0, -90.0)]
    layer = PointsLayer(
        "places", [MapPoint(id=str(n), longitude_deg=lon, latitude_deg=lat) for n, (lon, lat) in enumerate(edges)]
    )

    for number, (lon, lat) in enumerate(edges):
        view = Viewport(lon, max(min(lat, 85.0), -85.0), 5.0, 300, 300)
        at = QPointF(*view.project(lon, lat))
        assert layer.hit(view, at, 8.0) == (str(number),)
        assert render_map([layer], view) != render_map([], view)


def test_two_runs_give_the_same_pixels() -> None:
    for zoom in (8.0, 12.0):
        view = dataclasses.replace(WIDE, zoom=zoom)
        assert render_map([crowd(3_000)], view) == render_map([crowd(3_000)], view)


def test_a_number_over_a_dark_picture_stands_on_a_pale_plate() -> None:
    one = MapPoint(id="1", longitude_deg=76.0, latitude_deg=41.4, kind="incident", label="000003")
    near = Viewport(76.0, 41.4, 10.0, 200, 100)
    dark = TilesLayer("dark", MadeTiles(lambda *_: plain_tile("#20004a")))

    image = render_map([dark, PointsLayer("places", [one])], near)

    beside = [image.pixelColor(x, y).lightness() for x in range(114, 150) for y in range(44, 57)]
    assert sum(light > 150 for light in beside) > 0.5 * len(beside)
    assert image.pixelColor(20, 20).lightness() < 80
