"""Marks on paper: every one is seen and named, and none lies on another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QImage, QPainter

from ui.map import MapPoint, MapTrack, MapWords, TracksLayer, Viewport, render_map
from ui.map.mark_labels import Label, _lead, apart
from ui.map.marks import MarksLayer
from ui.map.render import new_canvas
from ui.map.signs import SIGN_PX
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

VIEW = Viewport(74.5, 41.2, 15.0, 800, 600)


def mark(number: int, lon: float = 74.5, lat: float = 41.2, label: str = "") -> MapPoint:
    return MapPoint(id=str(number), longitude_deg=lon, latitude_deg=lat, kind="incident", label=label)


def boxes(layer: MarksLayer) -> list[QRectF]:
    half = SIGN_PX / 2
    return [QRectF(one.sign.x() - half, one.sign.y() - half, SIGN_PX, SIGN_PX) for one in layer._placed(VIEW)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-3e-4, 3e-4), st.floats(-3e-4, 3e-4)), min_size=1, max_size=25))
def test_no_sign_lies_on_another(places: list[tuple[float, float]]) -> None:
    layer = MarksLayer("marks", [mark(n, 74.5 + x, 41.2 + y) for n, (x, y) in enumerate(places)])

    found = boxes(layer)

    assert len(found) == len(places)
    assert not any(one.intersects(other) for one, other in combinations(found, 2))


def test_a_mark_that_is_alone_stands_where_it_is() -> None:
    (only,) = MarksLayer("marks", [mark(1, 74.5013, 41.2007)])._placed(VIEW)

    assert only.sign == only.at


def test_one_that_is_named_keeps_its_place_before_one_that_is_not() -> None:
    layer = MarksLayer("marks", [mark(1), mark(2, label="KG-NAR_000031")])

    named, other = layer._placed(VIEW)

    assert named.point.label == "KG-NAR_000031"
    assert named.sign == named.at
    assert other.sign != other.at


def test_twenty_names_at_one_place_are_all_written_and_none_over_another() -> None:
    written = [one.box for one in named(MarksLayer("marks", [mark(n, label=f"KG-NAR_K7QD_{n:06}") for n in range(20)]))]

    assert len(written) == 20
    assert not any(one.intersects(other) for one, other in combinations(written, 2))


def test_a_thousand_marks_at_one_place_are_no_trouble() -> None:
    layer = MarksLayer("marks", [mark(n, label=str(n)) for n in range(1_000)])

    assert render_map([layer], VIEW) == render_map([layer], VIEW)


def named(layer: MarksLayer) -> list[Label]:
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas = new_canvas(painter, VIEW, words=MapWords(), colours=LIGHT.map)
    layer.paint(canvas)
    found = layer._named(canvas)
    painter.end()
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-4e-4, 4e-4), st.floats(-3e-4, 3e-4)), min_size=2, max_size=12))
def test_a_name_is_nearest_to_its_own_sign_or_has_a_line_to_it(places: list[tuple[float, float]]) -> None:
    layer = MarksLayer("marks", [mark(n, 74.5 + x, 41.2 + y, label=str(n)) for n, (x, y) in enumerate(places)])

    found, placed = named(layer), layer._placed(VIEW)

    assert len(found) == len(placed)
    for one in found:
        away = {other.point.label: apart(one.box, other.sign) for other in placed}
        assert one.is_led_to or min(away, key=lambda label: away[label]) == one.text


def crosses(line: QLineF, box: QRectF) -> bool:
    """Whether a line goes through a box."""
    steps = max(round(line.length()), 1)
    return any(box.contains(line.pointAt(step / steps)) for step in range(steps + 1))


def test_lines_to_names_cross_no_name_no_sign_and_no_other_line_and_end_beside_no_other_sign() -> None:
    """Conflicts along a valley, as close as on a sheet of a district: each name is wider than the signs are apart."""
    rows = [(n * 1.15e-3, n * 6.4e-4) for n in range(-4, 5)]
    places = [*rows, *((x + 1e-3, y - 1.6e-3) for x, y in rows)]
    layer = MarksLayer("marks", [mark(n, 74.5 + x, 41.2 + y, f"DEMO_VNXX_{n:06}") for n, (x, y) in enumerate(places)])

    found, signs = named(layer), boxes(layer)

    led = [(one, QLineF(*_lead(one.sign, one.box))) for one in found if one.is_led_to]
    assert led
    for one, line in led:
        assert not any(crosses(line, other.box.adjusted(1, 1, -1, -1)) for other in found if other is not one)
        others = [box for box in signs if not box.contains(one.sign)]
        assert not any(crosses(line, box) for box in others)
        assert min(apart(one.box, box.center()) for box in others) >= SIGN_PX
    for (_, line), (_, other) in combinations(led, 2):
        assert line.intersects(other)[0] != QLineF.IntersectionType.BoundedIntersection


def test_a_name_beside_a_track_goes_out_of_the_way_of_another_part_of_it() -> None:
    """As on the way there and back: beside the sign there is room on either side, but a track runs through it."""
    view = Viewport(74.5, 41.2, 15.0, 800, 600)
    ways = [view.unproject(np.array([350.0, 450.0]) + across, np.array([250.0, 350.0])) for across in (0.0, -120.0)]
    tracks = TracksLayer(
        "tracks", [MapTrack(id=str(n), longitude_deg=lon, latitude_deg=lat) for n, (lon, lat) in enumerate(ways)]
    )
    beside, _ = view.unproject(421.0, 300.0)
    layer = MarksLayer("marks", [mark(1, label="KG-NAR_K7QD_000031"), mark(2, lon=beside)])
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas = new_canvas(painter, view, words=MapWords(), colours=LIGHT.map)

    tracks.paint(canvas)
    layer.paint(canvas)
    (label,) = layer._named(canvas)
    painter.end()

    assert label.is_led_to
    assert canvas.labels.lines_below(label.box) == 0
    assert apart(label.box, label.sign) < 80


def test_the_number_of_a_photo_does_not_stand_beside_a_waypoint_near_it() -> None:
    photo = MapPoint(id="p", longitude_deg=74.5, latitude_deg=41.2, kind="photo", label="1")
    waypoint = MapPoint(id="w", longitude_deg=74.50033, latitude_deg=41.2, kind="waypoint", label="")
    layer = MarksLayer("marks", [photo, waypoint])

    (label,) = named(layer)

    own, other = (one.sign for one in layer._placed(VIEW))
    assert other.x() - own.x() < 30
    assert not label.is_led_to
    assert label.box.right() < own.x()
