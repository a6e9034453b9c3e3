"""What is drawn on the map is told with its size, and a box needs no pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ranger_app.geodesy import area_m2
from ranger_app.i18n import Words
from tests.ui.map_samples import snares
from ui.map import Drawing, MapView, MapWords, Tool
from ui.pages.map_tools import drawing_told

WORDS = MapWords(area_ha="{count} ha", area_km2="{count} km²", decimal_mark=",")


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    made = MapView(WORDS)
    made.set_layers([snares()])
    made.resize(400, 300)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.set_view(76.0, 41.4, 11.0)
    return made


def test_the_area_of_a_degree_square_is_that_of_the_ellipsoid() -> None:
    """Against the closed formula for a zone between two parallels, from which geodesics bulge a little."""
    square, flat = 0.00669437999014, 6_356_752.314245
    root = math.sqrt(square)

    def zone(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        return sine / (1 - square * sine * sine) + math.atanh(root * sine) / root

    area, around = area_m2([75.0, 76.0, 76.0, 75.0], [41.0, 41.0, 42.0, 42.0])

    assert area == pytest.approx(flat**2 / 2 * math.radians(1) * (zone(42) - zone(41)), rel=1e-3)
    assert around == pytest.approx(389_140, rel=1e-3)


def test_a_drawn_area_tells_its_size_and_its_circumference(view: MapView) -> None:
    told: list[Drawing] = []
    view.drawn.connect(told.append)
    view.set_tool(Tool.POLYGON)

    for corner in (QPoint(100, 100), QPoint(300, 100), QPoint(300, 200)):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))

    [drawing] = told
    lons, lats = zip(*drawing.places, strict=True)
    assert (drawing.area_m2, drawing.length_m) == pytest.approx(area_m2(lons, lats))
    assert drawing.area_m2 > 1e6


@pytest.mark.parametrize(
    ("corners", "is_crossed"),
    [
        ([(100, 100), (300, 200), (300, 100), (100, 200)], True),
        ([(100, 100), (300, 100), (300, 200), (100, 200)], False),
        ([(100, 100), (300, 100), (200, 150), (300, 200), (100, 200)], False),
    ],
)
def test_an_area_whose_sides_cross_is_not_measured(
    view: MapView, corners: Sequence[tuple[int, int]], is_crossed: bool
) -> None:
    told: list[Drawing] = []
    view.drawn.connect(told.append)
    view.set_tool(Tool.POLYGON)

    for corner in corners:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*corner))
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*corners[-1]))

    [drawing] = told
    assert (drawing.area_m2 == 0) == is_crossed
    assert drawing.length_m > 1e4
    assert ("cross" in drawing_told(Words("en"), drawing, "dd")) == is_crossed


def test_a_box_is_drawn_with_enter_at_two_corners(view: MapView) -> None:
    told: list[Drawing] = []
    view.drawn.connect(told.append)
    view.set_tool(Tool.BOX)

    view.set_view(75.9, 41.3, 11.0)
    QTest.keyClick(view, Qt.Key.Key_Return)
    view.set_view(76.1, 41.5, 11.0)
    QTest.keyClick(view, Qt.Key.Key_Return)

    assert view.selected == {("incidents", "snare")}
    south_west, north_east = told[0].places
    assert south_west == pytest.approx((75.9, 41.3), abs=1e-6)
    assert north_east == pytest.approx((76.1, 41.5), abs=1e-6)


def test_giving_up_ends_first_the_drawing_and_then_the_choice(view: MapView) -> None:
    view.select([("incidents", "snare")])
    view.set_tool(Tool.LINE)
    QTest.keyClick(view, Qt.Key.Key_Return)

    assert view.give_up()
    assert view.selected
    assert view.give_up()
    assert not view.selected
    assert not view.give_up()


@pytest.mark.parametrize(
    ("metres2", "told"), [(500.0, "0,05 ha"), (123_400.0, "12,3 ha"), (1_500_000.0, "1,50 km²"), (9.2e9, "9200 km²")]
)
def test_an_area_is_said_in_hectares_until_it_is_a_square_kilometre(metres2: float, told: str) -> None:
    assert WORDS.area(metres2) == told


def test_the_arrow_keys_move_the_map_by_little_with_shift_and_while_something_is_drawn(view: MapView) -> None:
    def moved_px(modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> float:
        middle = view.viewport.center_lon, view.viewport.center_lat
        QTest.keyClick(view, Qt.Key.Key_Right, modifier)
        return view.width() / 2 - view.viewport.project(*middle)[0]

    assert moved_px() == pytest.approx(96.0)
    assert moved_px(Qt.KeyboardModifier.ShiftModifier) == pytest.approx(8.0)
    view.set_tool(Tool.LINE)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert moved_px() == pytest.approx(32.0)
    view.resize(400, 120)
    assert moved_px() == pytest.approx(15.0)


def test_the_line_that_is_drawn_by_keys_leads_to_the_middle_of_the_map(qtbot: QtBot, view: MapView) -> None:
    def beside_the_middle() -> int:
        return view.grab().toImage().pixelColor(view.width() // 2 - 60, view.height() // 2).lightness()

    view.set_tool(Tool.LINE)
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: beside_the_middle() > 120)  # until then the sign may stand where the last view had it
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Right)

    assert beside_the_middle() < 120
