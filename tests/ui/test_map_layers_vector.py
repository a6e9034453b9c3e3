"""Layers that somebody brought along: points, lines and areas of any number, styled by what a field says."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from ranger_app.maps.vector_file import AREA, LINE, POINT, VectorMap
from tests.ui.map_samples import NARYN, colour_at, colours_in
from ui.map import PAPER, MapArea, PolygonsLayer, VectorLayer, VectorStyle, Viewport, polygon_from_pixels, render_map
from ui.map.fills import Cover
from ui.map.vector_style import Value, proposed_colours
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

MIDDLE = (320.0, 240.0)
RED, BLUE, GREEN = "#AA0000", "#0000AA", "#008800"
Places = Sequence[tuple[float, float]]


def brought(*features: tuple[int, Sequence[Places]], **fields: Sequence[Value]) -> VectorMap:
    """A layer of features, each a shape and its parts, with fields."""
    parts = [part for _, of_feature in features for part in of_feature]
    points = np.array([place for part in parts for place in part], np.float64).reshape(-1, 2)
    return VectorMap(
        name="Pastures",
        attribution="The district",
        longitude_deg=points[:, 0],
        latitude_deg=points[:, 1],
        starts=np.cumsum([0, *(len(part) for part in parts)])[:-1].astype(np.int64),
        owners=np.repeat(np.arange(len(features)), [len(of_feature) for _, of_feature in features]),
        shapes=np.array([shape for shape, _ in features], np.int8),
        attributes=fields,
    )


def square(lon: float, lat: float, half: float) -> Places:
    return [(lon - half, lat - half), (lon + half, lat - half), (lon + half, lat + half), (lon - half, lat + half)]


def many(count: int, *, west: float = 72.0, width: float = 8.0) -> VectorMap:
    """So many pentagons beside each other."""
    side = int(count**0.5)
    random = np.random.default_rng(6)
    number = np.arange(count)
    around = np.linspace(0, 2 * np.pi, 6)
    radius = width / side * 0.4 * random.uniform(0.7, 1.2, (count, 6))
    radius[:, 5] = radius[:, 0]
    lon = west + (number % side)[:, None] / side * width + radius * np.cos(around)
    lat = 39.0 + (number // side)[:, None] / side * width / 2 + 0.6 * radius * np.sin(around)
    return VectorMap(
        name="Parcels",
        longitude_deg=lon.ravel(),
        latitude_deg=lat.ravel(),
        starts=np.arange(0, 6 * count, 6),
        owners=number,
        shapes=np.full(count, AREA, np.int8),
    )


def test_areas_lines_and_points_are_drawn_in_the_colour_of_the_style() -> None:
    walk = [(75.9, 41.4), (76.1, 41.4)]
    for shape, part, beside in (
        (AREA, square(76.0, 41.4, 0.05), (320, 240)),
        (LINE, walk, (200, 240)),
        (POINT, [(76.0, 41.4)], (320, 240)),
    ):
        layer = VectorLayer(
            "own", brought((shape, [part])), style=VectorStyle(colour=RED, width_px=4.0, fill_opacity=1.0)
        )
        image = render_map([layer], NARYN)
        assert colour_at(image, *beside) == RED
        assert colour_at(image, 320, 20) == LIGHT.map.unknown


def test_a_layer_without_a_style_has_the_maps_own_colour() -> None:
    image = render_map([VectorLayer("own", brought((POINT, [[(76.0, 41.4)]])))], NARYN)

    assert colour_at(image, *MIDDLE) == LIGHT.map.area


def test_a_hole_is_left_out_whatever_the_number_of_features() -> None:
    """Alone, and among so many small ones that all are filled pixel by pixel; whichever way round the hole runs."""
    outer, hole = square(76.0, 41.4, 0.1), square(76.0, 41.4, 0.03)
    small = [(AREA, [square(75.8 + n % 100 * 0.0005, 41.25 + n // 100 * 0.0005, 0.0002)]) for n in range(9000)]
    style = VectorStyle(colour=RED, fill_opacity=1.0)
    turned = list(reversed(hole))
    for features in ([(AREA, [outer, hole])], [(AREA, [outer, hole]), *small], [(AREA, [outer, turned]), *small]):
        image = render_map([VectorLayer("own", brought(*features), style=style)], NARYN)
        assert colour_at(image, *MIDDLE) == LIGHT.map.unknown
        assert colour_at(image, *NARYN.project(76.06, 41.4)) == RED


def test_colours_follow_what_a_field_says() -> None:
    layer = VectorLayer(
        "own",
        brought(
            *((POINT, [[(75.9 + 0.05 * number, 41.4)]]) for number in range(5)),
            use=["winter", "summer", None, "other", "winter"],
            zone=[1.0, 2.0, None, 3.5, 1.0],
        ),
    )
    by_word = VectorStyle(colour=GREEN, by="use", colours=(("winter", BLUE), ("summer", RED)))
    by_number = VectorStyle(colour=GREEN, by="zone", colours=(("1", BLUE), ("3.5", RED)))

    def drawn(style: VectorStyle) -> list[str]:
        image = render_map([layer.styled(style)], NARYN)
        return [colour_at(image, *NARYN.project(75.9 + 0.05 * number, 41.4)) for number in range(5)]

    assert drawn(by_word) == [BLUE, RED, GREEN, GREEN, BLUE]
    assert drawn(by_number) == [BLUE, GREEN, GREEN, RED, BLUE]
    assert drawn(VectorStyle(colour=GREEN, by="no such field", colours=(("1", BLUE),))) == [GREEN] * 5


styles = st.builds(
    VectorStyle,
    colour=st.sampled_from(["", RED, BLUE]),
    width_px=st.floats(0.5, 12),
    fill_opacity=st.floats(0, 1),
    by=st.text(max_size=8),
    colours=st.dictionaries(st.text(max_size=8), st.sampled_from([RED, BLUE]), max_size=5).map(
        lambda chosen: tuple(chosen.items())
    ),
    label=st.text(max_size=8),
)


@given(style=styles)
def test_a_style_comes_back_from_json(style: VectorStyle) -> None:
    assert VectorStyle.from_json(json.loads(json.dumps(style.as_json()))) == style


@pytest.mark.parametrize(
    "told",
    [
        [],
        "red",
        {"colour": "red"},
        {"width_px": "1"},
        {"width_px": float("nan")},
        {"width_px": True},
        {"fill_opacity": 2},
        {"colours": ["#000000"]},
        {"colours": {"a": 1}},
        {"colours": {"a": "url(x)"}},
        {"colours": {str(number): "#000000" for number in range(200)}},
    ],
)
def test_what_is_no_style_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        VectorStyle.from_json(told)


def test_the_commonest_values_get_colours() -> None:
    values = ["b"] * 3 + ["a"] * 5 + ["c"] + [None] * 9 + [2.0] * 4

    assert proposed_colours(values, (RED, BLUE, GREEN)) == (("2", RED), ("a", BLUE), ("b", GREEN))


@pytest.mark.parametrize(
    "in_order",
    [
        ("-10", "-9", "1", "2", "10", "11", "nan"),
        ("2", "Sector 2", "Sector 10", "sector 11 b", "Zone"),
        ("Сектор 9", "Сектор 010", "Сектор " + "1" * 5_000),
    ],
)
def test_values_stand_in_the_order_in_which_people_count(in_order: tuple[str, ...]) -> None:
    colours = [RED] * len(in_order)

    assert [value for value, _ in proposed_colours(in_order[::-1], colours)] == list(in_order)


def test_names_stand_inside_areas_beside_points_and_do_not_lie_on_each_other() -> None:
    """The area is a horseshoe: the middle of its box is not in it."""
    horseshoe = [
        (75.9, 41.3), (76.1, 41.3), (76.1, 41.5), (76.06, 41.5), (76.06, 41.34), (75.94, 41.34), (75.94, 41.5),
        (75.9, 41.5),
    ]  # fmt: skip
    crowd = [(POINT, [[(76.0 + number * 1e-5, 41.42)]]) for number in range(30)]
    vectors = brought((AREA, [horseshoe]), *crowd, name=["Ат-Баши", *[f"№ {number}" for number in range(30)]])
    plain = VectorLayer("own", vectors, style=VectorStyle(fill_opacity=0.0))

    image = render_map([plain.styled(VectorStyle(fill_opacity=0.0, label="name"))], NARYN)
    without = render_map([plain], NARYN)

    written = _ink_where_differs(image, without)
    assert written[:, 0].min() > 170, "nothing in the open middle but the points' names"
    around_crowd = np.abs(written - np.array(NARYN.project(76.0, 41.42))).max(axis=1) < 60
    assert 40 < around_crowd.sum() < 3000, "one or a few of thirty names"
    assert (~around_crowd).sum() > 100, "the area has its name as well"


def test_an_area_that_is_seen_in_part_is_named_where_it_is_seen() -> None:
    layer = VectorLayer("own", brought((AREA, [square(77.0, 41.4, 0.95)]), name=["Нарын"]))
    named = layer.styled(VectorStyle(label="name"))

    written = _ink_where_differs(render_map([named], NARYN), render_map([layer], NARYN))

    assert len(written) > 50
    assert written[:, 0].min() > 320


def _ink_where_differs(one: QImage, other: QImage) -> NDArray[np.int64]:
    """Places, x and y, at which two pictures differ."""
    first, second = (
        np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) for image in (one, other)
    )
    return np.argwhere(first != second)[:, ::-1].astype(np.int64)


def test_picking_finds_the_nearest_and_the_smallest_and_not_what_lies_around_a_hole() -> None:
    layer = VectorLayer(
        "own",
        brought(
            (AREA, [square(76.0, 41.4, 0.3), list(reversed(square(76.1, 41.4, 0.02)))]),
            (AREA, [square(76.0, 41.4, 0.05)]),
            (LINE, [[(75.9, 41.4), (76.1, 41.4)]]),
            (POINT, [[(76.0, 41.401)]]),
            name=["reserve", "core", "track", "post"],
        ),
    )

    assert layer.hit(NARYN, QPointF(320, 239), 8.0) == ("3", "2", "1", "0")
    assert layer.hit(NARYN, QPointF(*NARYN.project(76.0, 41.43)), 4.0) == ("1", "0")
    assert layer.hit(NARYN, QPointF(*NARYN.project(76.1, 41.405)), 4.0) == (), "in the hole"
    assert layer.facts("3") == {"name": "post"}
    assert (layer.facts("4"), layer.facts("x"), layer.bounds("4")) == ({}, {}, None)
    np.testing.assert_allclose(layer.bounds("1") or (), (75.95, 41.35, 76.05, 41.45), atol=1e-6)
    assert layer.within((75.94, 41.34, 76.06, 41.46)) == ("1", "3"), "the line has no point in it"
    assert layer.within((75.89, 41.39, 75.91, 41.41)) == ("2",)


def test_a_chosen_feature_is_seen_as_chosen() -> None:
    layer = VectorLayer("own", brought((AREA, [square(75.95, 41.4, 0.02)]), (AREA, [square(76.05, 41.4, 0.02)])))

    image = render_map([layer], NARYN, selected=[("own", "1")])

    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(480, 640)
    chosen = np.argwhere(pixels == QColor(LIGHT.map.selection).rgb())
    assert len(chosen)
    assert chosen[:, 1].min() > 320


def test_a_line_over_the_antimeridian_does_not_cross_the_world() -> None:
    """Chukotka: from 179 E to 179 W; seen from the other side of the world and from both ends."""
    vectors = brought(
        (LINE, [[(179.0, 66.0), (-179.0, 66.0)]]), (AREA, [[(178, 60), (-178, 60), (-178, 62), (178, 62)]])
    )
    layer = VectorLayer("own", vectors, style=VectorStyle(colour=RED, width_px=4.0, fill_opacity=1.0))

    def colours(lon: float, lat: float) -> set[str]:
        return colours_in(render_map([layer], Viewport(lon, lat, 6.0, 60, 60)))

    assert RED in colours(179.5, 66.0)
    assert RED in colours(-179.5, 66.0)
    assert RED in colours(179.0, 61.0)
    assert RED in colours(-179.0, 61.0)
    assert colours(76.0, 66.0) == {LIGHT.map.unknown}
    assert colours(0.0, 61.0) == {LIGHT.map.unknown}
    assert "1" in layer.hit(Viewport(-179.0, 61.0, 6.0, 60, 60), QPointF(30, 30), 4.0)


def test_a_drawn_area_over_the_antimeridian_does_not_cross_the_world_either() -> None:
    lon, lat = np.array([178.0, -178.0, -178.0, 178.0]), np.array([60.0, 60.0, 62.0, 62.0])
    layer = PolygonsLayer("reserve", [MapArea(id="wrangel", rings=((lon, lat),))])

    assert LIGHT.map.unknown not in colours_in(render_map([layer], Viewport(179.0, 61.0, 6.0, 60, 60)))
    assert colours_in(render_map([layer], Viewport(0.0, 61.0, 6.0, 60, 60))) == {LIGHT.map.unknown}


def test_an_area_from_edge_to_edge_of_the_world_covers_it() -> None:
    world = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]
    layer = VectorLayer("own", brought((AREA, [world])), style=VectorStyle(colour=RED, fill_opacity=1.0))

    for lon in (-170.0, 0.0, 76.0):
        assert colour_at(render_map([layer], Viewport(lon, 41.0, 5.0, 60, 60)), 30, 30) == RED
    assert colour_at(render_map([layer], Viewport(76.0, 85.0, 19.0, 60, 60)), 30, 30) == RED


@pytest.mark.parametrize("zoom", [12.0, 16.0, 20.0])
def test_an_area_much_larger_than_the_picture_is_filled_and_its_edge_is_in_place(zoom: float) -> None:
    layer = VectorLayer(
        "own", brought((AREA, [square(86.0, 41.4, 10.0)])), style=VectorStyle(colour=RED, fill_opacity=1.0)
    )

    image = render_map([layer], dataclasses.replace(NARYN, zoom=zoom))

    assert colour_at(image, 340, 240) == RED
    assert colour_at(image, 300, 240) == LIGHT.map.unknown


def test_pixels_filled_at_once_are_those_that_qt_fills() -> None:
    """The areas of a crowd against Qt, one path after the other; where a middle lies on an edge they may differ."""
    random = np.random.default_rng(3)
    rings = [
        (40 + 30 * random.uniform(-1, 1) + radius * np.cos(np.linspace(0, 6, 9)) * random.uniform(0.4, 1, 9),
         40 + 30 * random.uniform(-1, 1) + radius * np.sin(np.linspace(0, 6, 9)) * random.uniform(0.4, 1, 9))
        for radius in random.uniform(2, 20, 12)
    ]  # fmt: skip
    cover = Cover(80, 80)
    starts = np.arange(0, 9 * 13, 9)
    xs, ys = (np.concatenate([ring[axis] for ring in rings]) for axis in (0, 1))
    assert sum(cover.add_rings(xs, ys, starts, np.ones(12, np.int8))) > 0
    expected = QImage(80, 80, QImage.Format.Format_ARGB32_Premultiplied)
    expected.fill(Qt.GlobalColor.transparent)
    painter = QPainter(expected)
    for x, y in rings:
        path = QPainterPath()
        path.addPolygon(polygon_from_pixels(x, y))
        path.setFillRule(Qt.FillRule.WindingFill)
        painter.fillPath(path, QColor(RED))
    painter.end()

    assert len(_ink_where_differs(cover.image(QColor(RED), 1.0), expected)) < 30


def test_two_runs_give_the_same_pixels() -> None:
    for zoom in (6.0, 9.3, 13.0):
        first, second = (
            render_map([VectorLayer("own", many(20_000))], dataclasses.replace(NARYN, zoom=zoom)) for _ in range(2)
        )
        assert first == second


def test_a_legend_names_the_layer_or_the_values() -> None:
    layer = VectorLayer("own", brought(*2 * [(AREA, [square(76.0, 41.4, 0.05)])], use=["winter", None]))
    styled = layer.styled(VectorStyle(by="use", colours=(("winter", BLUE), ("summer", RED))))

    assert [entry.word for entry in layer.legend()] == ["Pastures"]
    assert [entry.word for entry in styled.legend()] == ["winter", "summer", "Pastures"]
    assert render_map([layer], NARYN, furniture=PAPER) != render_map([styled], NARYN, furniture=PAPER)
    assert layer.attribution == ("The district",)


def test_an_empty_layer_draws_nothing() -> None:
    layer = VectorLayer("own", brought(), style=VectorStyle(label="name"))

    assert colours_in(render_map([layer], NARYN)) == {LIGHT.map.unknown}
    assert (layer.bounds(), layer.hit(NARYN, QPointF(*MIDDLE), 8.0), layer.within((0, 0, 1, 1))) == (None, (), ())


def test_a_million_areas_are_painted_and_picked_in_bounded_time() -> None:
    layer = VectorLayer("own", many(1_000_000), style=VectorStyle(fill_opacity=0.4))

    for zoom in (4.0, 8.0, 9.0, 11.0, 14.0):
        view = Viewport(76.0, 41.0, zoom, 1366, 768)
        began = time.process_time()
        image = render_map([layer], view)
        painted = time.process_time()
        layer.hit(view, QPointF(683, 384), 8.0)
        picked = time.process_time()
        assert len(colours_in(image)) > 1
        assert painted - began < 10.0, "a second alone; this is for machines that are busy"
        assert picked - painted < 0.5
