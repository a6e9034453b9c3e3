"""On the screen a map's letters and signs are as large as the window's; on paper they keep their size in inches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.map_samples import ENGLISH, NARYN, colour_at, snares, tracks_layer
from ui import theme
from ui.map import Drawing, LabelsLayer, Layer, MapName, MapPoint, MapView, Tool, Viewport, render_map
from ui.map.layer import Canvas
from ui.map.viewport import MOST_ZOOM
from ui.theme import LIGHT

OnMap = Callable[..., MapView]
NEARLY = 150
"""Sum of the differences in red, green and blue: thin strokes are nowhere of their full colour."""

TOWN = MapName(kind="town", rank=0, longitude_deg=76.0, latitude_deg=41.4, name="Naryn")


@pytest.fixture(params=[1.0, 1.5, 2.0], ids=["100 %", "150 %", "200 %"])
def scale(request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[float]:
    """How much larger than ordinary the window's letters are."""
    times: float = request.param
    monkeypatch.setattr(theme, "BASE_POINTS", theme.BASE_POINTS * times)
    theme.apply(qapp)
    yield times
    monkeypatch.undo()
    theme.apply(qapp)


@pytest.fixture
def on_map(qtbot: QtBot, scale: float) -> OnMap:
    """Open a map of 401x301 around 76 E 41.4 N in the letters of the window, and wait until it is painted."""

    def opened(*layers: Layer, zoom: float = 11.0) -> MapView:
        view = MapView(ENGLISH)
        qtbot.addWidget(view)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no frame around what is measured
        view.resize(401, 301)
        view.set_layers(layers)
        view.set_view(76.0, 41.4, zoom)
        with qtbot.waitSignal(view.renderFinished):
            view.show()
        return view

    return opened


def box_of(image: QImage, colour: str) -> QRectF:
    """The smallest box around all pixels of nearly a colour."""
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1, 4)[:, : image.width(), 2::-1]
    ink = QColor(colour)
    wanted = np.array([ink.red(), ink.green(), ink.blue()])
    rows, columns = np.nonzero(np.abs(pixels.astype(int) - wanted).sum(axis=2) < NEARLY)
    return QRectF(QPointF(columns.min(), rows.min()), QPointF(columns.max() + 1, rows.max() + 1))


def test_names_are_written_as_much_larger_as_the_letters_of_the_window(on_map: OnMap, scale: float) -> None:
    plain = box_of(render_map([LabelsLayer("names", lambda: [TOWN])], NARYN), LIGHT.map.place)

    view = on_map(LabelsLayer("names", lambda: [TOWN]))
    seen = box_of(view.grab(QRect(150, 110, 230, 80)).toImage(), LIGHT.map.place)  # without bar and arrow

    assert seen.width() == pytest.approx(plain.width() * scale, rel=0.12)
    assert seen.height() == pytest.approx(plain.height() * scale, rel=0.25)


def test_signs_grow_about_their_place(on_map: OnMap, scale: float) -> None:
    plain = box_of(render_map([snares()], NARYN), LIGHT.map.incident)

    seen = box_of(on_map(snares()).grab().toImage(), LIGHT.map.incident)

    assert seen.width() == pytest.approx(plain.width() * scale, abs=2)
    assert seen.center().x() == pytest.approx(200.5, abs=1.5)


def test_the_scale_bar_is_as_long_as_it_says_in_letters_of_any_size(on_map: OnMap, scale: float) -> None:
    """Beside the sources, or above their lines where these are long."""
    view = on_map()

    foot = 301 - round({1.0: 16, 1.5: 14 + 12, 2.0: 2 * 14 + 12}[scale] * scale)
    bar = box_of(view.grab(QRect(0, foot - 1, 300, 2)).toImage(), LIGHT.map.furniture)

    assert bar.width() == pytest.approx(5000 / view.viewport.scale + 1.6 * scale, abs=2)


def test_sources_are_named_whole_where_the_map_is_narrow(on_map: OnMap, scale: float) -> None:
    view = on_map()
    view.resize(round(160 * scale), 301)

    words = box_of(
        view.grab(QRect(0, 301 - round(27 * scale), round(160 * scale), round(27 * scale))).toImage(),
        LIGHT.map.furniture,
    )

    assert words.left() > 4
    assert words.right() < 160 * scale - 4


def test_a_track_lies_where_it_lay(on_map: OnMap) -> None:
    assert colour_at(on_map(tracks_layer()).grab().toImage(), 120, 150) == LIGHT.map.track


def test_what_is_seen_is_what_is_pressed(on_map: OnMap, scale: float) -> None:
    view = on_map(snares(MapPoint(id="snare", longitude_deg=76.06, latitude_deg=41.43, kind="incident")))
    sign = box_of(view.grab().toImage(), LIGHT.map.incident).center()

    assert [feature for _, feature in view.pick(sign)] == ["snare"]
    assert view.pick(sign + QPointF(40 * scale, 0)) == []


def test_a_box_is_drawn_where_it_is_dragged(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map()
    view.set_tool(Tool.BOX)
    before = view.grab().toImage()

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    QTest.mouseMove(view, QPoint(300, 200))

    during = view.grab().toImage()
    changed = [(x, y) for y in range(301) for x in range(401) if during.pixel(x, y) != before.pixel(x, y)]
    columns, rows = zip(*changed, strict=True)
    assert (min(columns), min(rows)) == pytest.approx((100, 80), abs=2)
    assert (max(columns), max(rows)) == pytest.approx((300, 200), abs=2)
    with qtbot.waitSignal(view.drawn) as drawn:
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert isinstance(drawn.args[0], Drawing)
    assert drawn.args[0].places[1] == pytest.approx(view.to_lonlat(QPointF(300, 80)))


def test_what_others_draw_over_the_map_stands_where_its_place_is(on_map: OnMap) -> None:
    view = on_map()

    def dot(canvas: Canvas) -> None:
        at = QPointF(*canvas.viewport.project(76.05, 41.42))
        canvas.painter.fillRect(QRectF(at.x() - 3, at.y() - 3, 6, 6), QColor("#FF00FF"))

    view.set_overlay(dot)

    place = view.viewport.project(76.05, 41.42)
    middle = box_of(view.grab().toImage(), "#FF00FF").center()
    assert (middle.x(), middle.y()) == pytest.approx(place, abs=1)


def test_signs_that_would_lie_on_each_other_are_one_however_large_they_are(on_map: OnMap, scale: float) -> None:
    """Places 30 pixels apart are two signs in ordinary letters, and one in larger ones."""
    apart_deg = 30 / NARYN.world_px * 360
    places = [MapPoint(id=f"{n}", longitude_deg=76.0 + n * apart_deg, latitude_deg=41.4) for n in (0, 1)]
    view = on_map(snares(*places))

    at = QPointF(*view.viewport.project(76.0, 41.4))
    assert len(view.pick(at)) == (2 if scale > 1.0 else 1)


def test_at_the_closest_look_each_place_has_its_own_sign(on_map: OnMap) -> None:
    places = [MapPoint(id=f"{n}", longitude_deg=76.0 + n * 4.8e-5, latitude_deg=41.4) for n in (0, 1)]
    view = on_map(snares(*places), zoom=MOST_ZOOM)

    assert len(view.pick(QPointF(*view.viewport.project(76.0, 41.4)))) == 1


def test_a_picture_of_the_view_is_as_the_window_shows_it(on_map: OnMap) -> None:
    view = on_map(snares())

    picture = view.snapshot()

    assert (picture.width(), picture.height()) == (401, 301)
    seen, kept = (box_of(one, LIGHT.map.incident) for one in (view.grab().toImage(), picture))
    assert kept.width() == pytest.approx(seen.width(), abs=1)


@pytest.mark.usefixtures("scale")
def test_paper_does_not_know_of_the_letters_of_the_window() -> None:
    sheet = Viewport(76.0, 41.4, 12.0, 1200, 900)

    sign = box_of(render_map([snares()], sheet, 300, words=ENGLISH), LIGHT.map.incident)
    name = box_of(render_map([LabelsLayer("names", lambda: [TOWN])], sheet, 300), LIGHT.map.place)

    assert sign.height() / 300 == pytest.approx(0.127, abs=0.01)
    assert name.height() / 300 == pytest.approx(0.13, abs=0.02)


@given(
    times=st.sampled_from([1.0, 1.25, 1.5, 1.75, 2.0, 3.0]),
    width=st.integers(1, 3000),
    height=st.integers(1, 3000),
    x=st.floats(0, 3000),
    y=st.floats(0, 3000),
)
def test_in_other_units_every_place_is_where_it_was(times: float, width: int, height: int, x: float, y: float) -> None:
    view = Viewport(76.0, 41.4, 12.0, width, height)

    drawn = view.in_units(times)

    assert drawn.project(*view.unproject(x, y)) == pytest.approx((x / times, y / times), abs=1e-3)
    assert width <= drawn.width_px * times < width + times
    assert math.isclose(drawn.scale, view.scale * times, rel_tol=1e-3)
