"""Very many lines become pixels: where they run, as wide as they should be, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from tests.ui.map_samples import NARYN, colour_at, colours_in, tracks_layer
from ui.map import MapTrack, MapWords, TracksLayer, Viewport, render_map
from ui.map.layer import Canvas, Stale
from ui.map.render import new_canvas, new_image
from ui.map.strokes import Lines
from ui.map.swarm import Brush, draw_swarm
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

RED = Brush(colour="#FF0000", width=2.4)
GROUND = QColor(LIGHT.map.unknown).name().upper()


def drawn(lines: Lines, brush: Brush = RED, view: Viewport = NARYN, chosen: list[int] | None = None) -> QImage:
    """A picture of lines alone, as a swarm."""
    image = new_image(view, view.dpr, LIGHT.map)
    painter = QPainter(image)
    try:
        draw_swarm(canvas_on(painter, view), lines, brush, None if chosen is None else np.array(chosen))
    finally:
        painter.end()
    return image


def canvas_on(painter: QPainter, view: Viewport, *, is_stale: bool = False) -> Canvas:
    return new_canvas(painter, view, words=MapWords(), colours=LIGHT.map, is_stale=lambda: is_stale)


def lines_of(*lines: list[tuple[float, float]], view: Viewport = NARYN) -> Lines:
    """Lines through pixels of a view."""
    places = [view.unproject(x, y) for line in lines for x, y in line]
    lon, lat = np.array(places).T
    return Lines.from_degrees(lon, lat, np.cumsum([0, *(len(line) for line in lines[:-1])]))


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("brush", [RED, Brush(colour="#FF0000", width=1.0)], ids=["wide", "hair"])
def test_a_line_is_where_it_was_walked_at_any_density(dpr: float, brush: Brush) -> None:
    view = Viewport(76.0, 41.4, 11.0, 640, 480, dpr)
    image = drawn(lines_of([(100, 100.5), (300, 100.5), (300.5, 400)], view=view), brush, view)

    assert (image.width(), image.height()) == (round(640 * dpr), round(480 * dpr))
    for x, y in ((150, 100.5), (299, 100.5), (300.5, 250)):
        near = [(x + a / dpr, y + b / dpr) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        assert min(QColor(colour_at(image, *spot)).green() for spot in near) < 50
    for x, y in ((90, 100), (150, 110), (150, 90), (310, 250), (300, 410)):
        assert colour_at(image, x, y) == GROUND


def test_lines_are_not_joined_and_only_those_chosen_are_drawn() -> None:
    lines = lines_of([(100, 100), (200, 100)], [(300, 100), (400, 100)])

    both, second = drawn(lines), drawn(lines, chosen=[1])

    assert [colour_at(both, x, 100) != GROUND for x in (150, 250, 350)] == [True, False, True]
    assert [colour_at(second, x, 100) != GROUND for x in (150, 250, 350)] == [False, False, True]


def test_a_line_between_places_far_outside_crosses_the_picture() -> None:
    lines = lines_of([(-90_000, -67_460), (90_640, 67_940)])

    image = drawn(lines)

    assert colour_at(image, 320, 240) == "#FF0000"


def test_points_of_every_distance_become_a_line_without_gaps() -> None:
    """From a quarter of a pixel to sixty pixels."""
    across = np.cumsum([0.25 * 1.05**n for n in range(90)]) + 5
    image = drawn(lines_of([(float(x), 200.0) for x in across if x < 600]), Brush(colour="#FF0000", width=1.0))

    last = int(max(x for x in across if x < 600))
    assert all(colour_at(image, x, 199.5) != GROUND for x in range(6, last))


def test_a_halo_is_around_the_line_and_not_on_it() -> None:
    brush = Brush(colour="#FF0000", width=2.4, halo=2.4, halo_colour="#00FF00")

    image = drawn(lines_of([(100, 100), (300, 100)]), brush)

    column = [QColor(colour_at(image, 200, y)) for y in range(94, 107)]
    assert QColor("#FF0000") in column
    assert any(one.green() > 180 and one.red() < 150 for one in column)
    assert column[0] == column[-1] == QColor(GROUND)


def test_nothing_is_drawn_of_lines_elsewhere() -> None:
    assert colours_in(drawn(lines_of([(-500, -500), (-400, -20)], [(700, 0), (700, 480)]))) == {GROUND}
    assert colours_in(drawn(Lines.from_degrees(np.zeros(0), np.zeros(0), [0]))) == {GROUND}


def test_a_picture_nobody_waits_for_is_given_up() -> None:
    image = new_image(NARYN, 1.0, LIGHT.map)
    painter = QPainter(image)
    try:
        with pytest.raises(Stale):
            draw_swarm(canvas_on(painter, NARYN, is_stale=True), lines_of([(0, 0), (9, 9)]), RED)
    finally:
        painter.end()


def swarm_layer(count: int = 200) -> TracksLayer:
    """More points than are stroked, each track a wave of its own."""
    index = np.arange(500.0)
    return tracks_layer(
        *(
            MapTrack(
                id=str(number), longitude_deg=75.9 + index * 4e-4,
                latitude_deg=41.32 + number * 1e-3 + 2e-4 * np.sin(index / (3 + number % 7)),
            )
            for number in range(count)
        ),
        MapTrack(id="dot", longitude_deg=np.array([76.0]), latitude_deg=np.array([41.45])),
    )  # fmt: skip


def test_many_tracks_are_drawn_in_their_colour_and_a_single_fix_stays_a_dot() -> None:
    image = render_map([swarm_layer(60)], NARYN)

    assert LIGHT.map.track in colours_in(image)
    x, y = NARYN.project(76.0, 41.45)
    assert colour_at(image, x, y) == LIGHT.map.track
    assert colour_at(image, x, y + 12) == GROUND


def test_a_chosen_track_stands_out_among_many() -> None:
    image = render_map([swarm_layer(60)], NARYN, selected=[("tracks", "30")])

    _, y = NARYN.project(76.0, 41.35)
    found = {colour_at(image, x, round(y) + side) for x in range(60, 580, 7) for side in range(-6, 7)}
    assert LIGHT.map.selection in found


def test_more_tracks_do_not_take_away_what_fewer_show() -> None:
    """Whatever the number, and so the way of drawing, the middle of a line has the colour of tracks."""
    for count in (2, 60, 200):
        image = render_map([swarm_layer(count)], NARYN)
        x, y = NARYN.project(75.9 + 250 * 4e-4, 41.32 + 2e-4 * np.sin(250 / 3))
        near = {colour_at(image, x, y + side) for side in (-1, 0, 1)}
        assert LIGHT.map.track in near
