"""A strip of words that comes above or below a map lies over its edge: nothing that is looked at moves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.map_samples import ENGLISH, tracks_layer
from ui import theme
from ui.map import MapView, Tool

STRIP_PX = 40
SPOT = QPoint(150, 200)


class Framed(QWidget):
    """A map between two strips."""

    def __init__(self) -> None:
        super().__init__()
        self.view = MapView(ENGLISH)
        self.above, self.below = QLabel("above"), QLabel("below")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for strip in (self.above, self.below):
            strip.setFixedHeight(STRIP_PX)
            strip.hide()
        for widget in (self.above, self.view, self.below):
            column.addWidget(widget)
        self.resize(400, 400)

    def place_at(self, at: QPoint) -> tuple[float, float]:
        """Longitude and latitude under a pixel of the window."""
        return self.view.to_lonlat(QPointF(self.view.mapFrom(self, at)))


@pytest.fixture
def framed(qtbot: QtBot, qapp: QApplication) -> Framed:
    theme.apply(qapp)
    window = Framed()
    qtbot.addWidget(window)
    window.view.set_layers([tracks_layer()])
    window.view.set_view(76.0, 41.4, 11.0)
    with qtbot.waitSignal(window.view.renderFinished):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.mark.parametrize("strips", [("below",), ("above",), ("above", "below")])
def test_a_strip_moves_no_place_on_the_screen(framed: Framed, strips: tuple[str, ...]) -> None:
    before, zoom = framed.place_at(SPOT), framed.view.viewport.zoom

    for strip in strips:
        getattr(framed, strip).show()
        QTest.qWait(20)

    assert framed.view.height() == 400 - STRIP_PX * len(strips)
    assert framed.view.viewport.height_px == framed.view.height()
    assert framed.place_at(SPOT) == pytest.approx(before, abs=1e-9)
    for strip in strips:
        getattr(framed, strip).hide()
        QTest.qWait(20)
    assert framed.place_at(SPOT) == pytest.approx(before, abs=1e-9)
    assert framed.view.viewport.zoom == zoom


def test_a_map_that_shows_everything_does_not_go_farther_for_a_strip(framed: Framed) -> None:
    framed.view.fit_bounds((75.0, 41.0, 77.0, 43.0))
    before, view = framed.place_at(SPOT), framed.view.viewport

    framed.below.show()
    QTest.qWait(20)

    assert framed.view.viewport.zoom == view.zoom
    assert framed.place_at(SPOT) == pytest.approx(before, abs=1e-9)
    framed.resize(300, 300)
    QTest.qWait(20)
    assert framed.view.viewport.zoom < view.zoom
    framed.below.hide()
    framed.resize(400, 400)
    QTest.qWait(20)
    assert framed.view.viewport == view


def test_what_the_keys_aim_at_stays_in_the_middle(framed: Framed) -> None:
    """A second press of Enter ends a drawing only at the place of the first."""
    view = framed.view
    view.set_tool(Tool.MEASURE)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    middle = view.viewport.center_lon, view.viewport.center_lat

    framed.below.show()
    QTest.qWait(20)

    assert (view.viewport.center_lon, view.viewport.center_lat) == middle


def test_a_window_of_another_size_keeps_the_middle(framed: Framed) -> None:
    middle = framed.view.viewport.center_lon, framed.view.viewport.center_lat

    framed.resize(400, 300)
    QTest.qWait(20)

    assert framed.view.height() == 300
    assert (framed.view.viewport.center_lon, framed.view.viewport.center_lat) == middle
