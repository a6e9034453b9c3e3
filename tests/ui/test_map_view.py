"""The map in the window: what pointer and keys do, and what it tells."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.map_samples import ENGLISH, colour_at, snares, tracks_layer, walk_east
from ui import theme
from ui.map import COVERAGE, Drawing, Layer, MapPoint, MapView, Tool, base_map_layers, worker
from ui.map.layer import Canvas
from ui.theme import LIGHT

MIDDLE = QPoint(200, 150)
OnMap = Callable[..., MapView]


@pytest.fixture
def on_map(qtbot: QtBot, qapp: QApplication) -> OnMap:
    """Open a map of 400x300 at 76 E 41.4 N that shows the given layers, and wait until it is painted."""
    theme.apply(qapp)

    def opened(*layers: Layer, zoom: float = 11.0) -> MapView:
        view = MapView(ENGLISH)
        qtbot.addWidget(view)
        view.resize(400, 300)
        view.set_layers(layers)
        view.set_view(76.0, 41.4, zoom)
        with qtbot.waitSignal(view.renderFinished):
            view.show()
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow)
        view.setFocus()
        return view

    return opened


def seen(view: MapView) -> QImage:
    return view.grab().toImage()


def test_a_track_is_seen_in_the_window(on_map: OnMap) -> None:
    view = on_map(tracks_layer())

    assert colour_at(seen(view), 120, 150) == LIGHT.map.track
    assert colour_at(view.snapshot(), 120, 150) == LIGHT.map.track


def test_dragging_moves_the_map_with_the_pointer_before_a_new_picture_comes(on_map: OnMap) -> None:
    view = on_map(tracks_layer())
    place = view.to_lonlat(QPointF(MIDDLE))

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=MIDDLE)
    QTest.mouseMove(view, MIDDLE + QPoint(0, 30))
    at_once = seen(view)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=MIDDLE + QPoint(0, 30))

    assert colour_at(at_once, 120, 180) == LIGHT.map.track
    assert colour_at(at_once, 120, 150) != LIGHT.map.track
    assert view.to_lonlat(QPointF(200, 180)) == pytest.approx(place, abs=1e-6)


class SlowLayer(Layer):
    """A layer whose painting waits until the test lets it go on."""

    kind = "tracks"

    def __init__(self) -> None:
        super().__init__("slow")
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.painted = 0

    def paint(self, canvas: Canvas) -> None:
        self.begun.set()
        assert self.may_end.wait(20)
        canvas.check()
        self.painted += 1


def test_the_window_goes_on_while_a_slow_picture_is_painted(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(tracks_layer())
    slow = SlowLayer()

    view.add_layer(slow)
    assert slow.begun.wait(20)
    for _ in range(10):
        QTest.keyClick(view, Qt.Key.Key_Down)
    while_painting = seen(view)
    with qtbot.waitSignal(view.renderFinished):
        slow.may_end.set()

    assert view.viewport.center_lat < 41.0
    assert not while_painting.isNull()


def test_a_picture_nobody_waits_for_is_dropped_and_one_is_painted_at_a_time(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(tracks_layer())
    slow = SlowLayer()
    view.add_layer(slow)
    assert slow.begun.wait(20)

    for latitude in range(5):
        view.update_layer(tracks_layer(walk_east(latitude_deg=41.4 + latitude * 0.01)))
    with qtbot.waitSignal(view.renderFinished):
        slow.may_end.set()

    assert slow.painted == 1
    assert colour_at(seen(view), 120, round(view.viewport.project(76.0, 41.44)[1])) == LIGHT.map.track


def test_the_wheel_zooms_at_the_pointer(on_map: OnMap, qapp: QApplication) -> None:
    view = on_map()
    place = view.to_lonlat(QPointF(300, 50))

    turned = QWheelEvent(
        QPointF(300, 50),
        view.mapToGlobal(QPointF(300, 50)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(view, turned)

    assert view.viewport.zoom == 12.0
    assert view.to_lonlat(QPointF(300, 50)) == pytest.approx(place, abs=1e-6)


def test_every_move_can_be_made_by_keyboard(on_map: OnMap) -> None:
    view = on_map(tracks_layer())
    start = view.viewport

    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.viewport.center_lon > start.center_lon
    assert view.viewport.center_lat > start.center_lat

    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.viewport.zoom == start.zoom + 1
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.viewport.zoom == start.zoom

    QTest.keyClick(view, Qt.Key.Key_Home)
    west, _, east, _ = view.viewport.bounds
    assert west < 75.9 < 76.1 < east
    assert (view.viewport.center_lon, view.viewport.center_lat) == pytest.approx((76.0, 41.4), abs=1e-6)


def test_home_without_anything_shows_all_of_the_base_map(on_map: OnMap) -> None:
    view = on_map(*base_map_layers())

    QTest.keyClick(view, Qt.Key.Key_Home)

    west, south, east, north = view.viewport.bounds
    assert west <= COVERAGE[0]
    assert south <= COVERAGE[1]
    assert east >= COVERAGE[2]
    assert north >= COVERAGE[3]


def test_a_press_tells_the_place_and_what_is_there(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(tracks_layer(), snares())

    with qtbot.waitSignal(view.clicked) as clicked, qtbot.waitSignal(view.featuresPicked) as picked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=MIDDLE)

    assert clicked.args is not None
    lon, lat, button, _ = clicked.args
    assert (lon, lat) == pytest.approx((76.0, 41.4), abs=1e-3)
    assert button == Qt.MouseButton.LeftButton
    assert picked.args == [[("incidents", "snare"), ("tracks", "walk")]]
    assert view.selected == frozenset()


def test_the_selecting_tool_chooses_the_uppermost_and_escape_lets_go(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(tracks_layer(), snares())
    view.set_tool(Tool.SELECT)

    with qtbot.waitSignal(view.selectionChanged) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=MIDDLE)
    assert told.args == [[("incidents", "snare")]]

    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, QPoint(100, 150))
    assert view.selected == {("incidents", "snare"), ("tracks", "walk")}

    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected == frozenset()


def test_enter_chooses_what_is_in_the_middle(on_map: OnMap) -> None:
    view = on_map(snares())
    view.set_tool(Tool.SELECT)

    QTest.keyClick(view, Qt.Key.Key_Return)

    assert view.selected == {("incidents", "snare")}


def test_what_is_chosen_is_painted_as_chosen(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(tracks_layer())

    with qtbot.waitSignal(view.renderFinished):
        view.select([("tracks", "walk")])

    assert LIGHT.map.selection in {colour_at(seen(view), 120, 150 + side) for side in (-3, 3)}


def test_a_dragged_box_takes_what_lies_in_it(on_map: OnMap, qtbot: QtBot) -> None:
    places = [MapPoint(id=str(n), longitude_deg=75.95 + n * 0.05, latitude_deg=41.4) for n in range(3)]
    view = on_map(snares(*places))
    view.set_tool(Tool.BOX)
    x, y = (round(side) for side in view.viewport.project(75.97, 41.42))

    with qtbot.waitSignal(view.drawn) as told:
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
        QTest.mouseMove(view, QPoint(x + 300, y + 90))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(x + 300, y + 90))

    assert view.selected == {("incidents", "1"), ("incidents", "2")}
    assert told.args is not None
    drawing = told.args[0]
    assert drawing.tool is Tool.BOX
    assert drawing.places[0][0] == pytest.approx(75.97, abs=1e-3)


def test_a_place_is_drawn_with_one_press(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map()
    view.set_tool(Tool.POINT)

    with qtbot.waitSignal(view.drawn) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=MIDDLE)

    assert told.args[0].places[0] == pytest.approx((76.0, 41.4), abs=1e-3)


def test_a_distance_is_measured_by_keyboard_along_the_ellipsoid(on_map: OnMap) -> None:
    """Enter sets a corner in the middle of the map; a second time at the same place it ends the line."""
    view = on_map()
    view.set_tool(Tool.MEASURE)
    drawings: list[Drawing] = []
    view.drawn.connect(drawings.append)

    for lon in (76.0, 76.1):
        view.set_view(lon, 41.4, 11.0)
        QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Return)

    (drawing,) = drawings
    assert drawing.length_m == pytest.approx(8_362.6, abs=1.0)
    assert len(drawing.places) == 2


def test_an_area_is_drawn_with_presses_and_ended_with_two(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map()
    view.set_tool(Tool.POLYGON)
    corners = [QPoint(100, 100), QPoint(300, 100), QPoint(300, 200), QPoint(50, 250)]

    for corner in corners:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=corner)
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(view.drawn) as told:
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=corners[2])

    assert told.args[0].tool is Tool.POLYGON
    assert len(told.args[0].places) == 3


def test_the_pointer_tells_where_it_is(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map()

    with qtbot.waitSignal(view.hovered) as told:
        QTest.mouseMove(view, QPoint(10, 10))
        QTest.mouseMove(view, MIDDLE)

    lon, lat = told.args
    assert 75.5 < lon < 76.5
    assert 41.0 < lat < 42.0


def test_flashing_draws_a_ring_and_takes_it_away(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(snares())

    view.flash([("incidents", "snare"), ("incidents", "gone"), ("no layer", "x")])
    assert LIGHT.map.selection in {colour_at(seen(view), 200 + x, 150) for x in range(18, 27)}

    qtbot.waitUntil(lambda: LIGHT.map.selection not in {colour_at(seen(view), 200 + x, 150) for x in range(18, 27)})


def test_a_fitted_map_stays_fitted_while_the_window_grows(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map()
    view.fit_bounds((75.9, 41.3, 76.1, 41.5))
    before = view.viewport.zoom

    with qtbot.waitSignal(view.viewChanged):
        view.resize(800, 600)
    assert view.viewport.zoom > before

    QTest.keyClick(view, Qt.Key.Key_Left)
    moved = view.viewport.zoom
    with qtbot.waitSignal(view.viewChanged):
        view.resize(700, 500)
    assert view.viewport.zoom == moved


def test_layers_come_and_go_by_their_ids(on_map: OnMap) -> None:
    view = on_map(tracks_layer())

    view.update_layer(snares())
    view.update_layer(tracks_layer(walk_east("other")))
    assert [layer.id for layer in view.layers] == ["tracks", "incidents"]

    view.remove_layer("tracks")
    view.remove_layer("never there")
    assert [layer.id for layer in view.layers] == ["incidents"]
    with pytest.raises(ValueError, match="one id"):
        view.add_layer(snares())


def test_the_map_has_a_name_for_screen_readers_and_shows_its_focus(on_map: OnMap) -> None:
    view = on_map()

    assert view.accessibleName() == "Map of patrols"
    assert colour_at(seen(view), 0, 200) == theme.current().primary
    view.clearFocus()
    assert colour_at(seen(view), 0, 200) != theme.current().primary


def test_an_error_in_painting_is_not_hidden(on_map: OnMap, qtbot: QtBot) -> None:
    class BrokenLayer(SlowLayer):
        def paint(self, canvas: Canvas) -> None:
            raise ZeroDivisionError

    view = on_map()

    with qtbot.captureExceptions() as errors:
        view.add_layer(BrokenLayer())
        qtbot.waitUntil(lambda: bool(errors))

    assert errors[0][0] is ZeroDivisionError


def test_a_map_that_is_closed_while_it_paints_leaves_quietly(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map()
    slow = SlowLayer()
    view.add_layer(slow)
    assert slow.begun.wait(20)

    view.close()
    view.deleteLater()
    QApplication.processEvents()
    slow.may_end.set()

    qtbot.waitUntil(lambda: slow.painted == 1)
    QApplication.processEvents()


def test_two_fingers_on_a_touchpad_zoom_at_their_place(on_map: OnMap, qapp: QApplication) -> None:
    view = on_map()
    at = QPointF(300, 50)
    place = view.to_lonlat(at)

    def said(kind: Qt.NativeGestureType, value: float) -> None:
        told = QNativeGestureEvent(
            kind, QPointingDevice.primaryPointingDevice(), 2, at, at, view.mapToGlobal(at), value, QPointF()
        )
        qapp.sendEvent(view, told)

    said(Qt.NativeGestureType.BeginNativeGesture, 0.0)
    for _ in range(2):
        said(Qt.NativeGestureType.ZoomNativeGesture, 1.0)
    assert view.viewport.zoom == pytest.approx(13.0)
    said(Qt.NativeGestureType.ZoomNativeGesture, -0.5)
    said(Qt.NativeGestureType.ZoomNativeGesture, -1.5)

    assert view.viewport.zoom == pytest.approx(10.0)
    assert view.to_lonlat(at) == pytest.approx(place, abs=1e-6)


def test_two_fingers_on_the_screen_zoom_and_choose_nothing(on_map: OnMap, qtbot: QtBot) -> None:
    view = on_map(snares())
    view.set_tool(Tool.SELECT)
    screen = QTest.createTouchDevice()
    place = view.to_lonlat(QPointF(MIDDLE))

    def fingers(apart: int) -> tuple[QPoint, QPoint]:
        return MIDDLE - QPoint(apart, 0), MIDDLE + QPoint(apart, 0)

    left, right = fingers(30)
    QTest.touchEvent(view, screen).press(0, left, view).press(1, right, view).commit()
    for apart in range(35, 125, 5):
        left, right = fingers(apart)
        QTest.touchEvent(view, screen).move(0, left, view).move(1, right, view).commit()
    QTest.touchEvent(view, screen).release(0, left, view).release(1, right, view).commit()

    assert view.viewport.zoom == pytest.approx(13.0, abs=0.01)
    assert view.to_lonlat(QPointF(MIDDLE)) == pytest.approx(place, abs=0.01)
    assert view.selected == frozenset()


def test_one_finger_on_the_screen_moves_the_map_and_a_tap_chooses(on_map: OnMap) -> None:
    view = on_map(snares())
    view.set_tool(Tool.SELECT)
    screen = QTest.createTouchDevice()
    place = view.to_lonlat(QPointF(MIDDLE))

    QTest.touchEvent(view, screen).press(0, MIDDLE, view).commit()
    QTest.touchEvent(view, screen).release(0, MIDDLE, view).commit()
    assert view.selected == {("incidents", "snare")}

    QTest.touchEvent(view, screen).press(0, MIDDLE, view).commit()
    for right in (20, 40, 60):
        QTest.touchEvent(view, screen).move(0, MIDDLE + QPoint(right, 0), view).commit()
    QTest.touchEvent(view, screen).release(0, MIDDLE + QPoint(60, 0), view).commit()

    assert view.to_lonlat(QPointF(MIDDLE + QPoint(60, 0))) == pytest.approx(place, abs=1e-6)
    assert view.selected == {("incidents", "snare")}


class TwoScreens(MapView):
    """A map whose window is pushed from a plain screen to a dense one."""

    density = 1.0

    def devicePixelRatioF(self) -> float:  # noqa: N802 - Qt's name
        return self.density


def test_a_window_that_comes_to_a_dense_screen_is_painted_anew(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp)
    view = TwoScreens(ENGLISH)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_layers([tracks_layer()])
    with qtbot.waitSignal(view.renderFinished):
        view.show()

    view.density = 2.0
    with qtbot.waitSignal(view.renderFinished):
        qapp.sendEvent(view, QEvent(QEvent.Type.DevicePixelRatioChange))

    assert view.viewport.dpr == 2.0
    assert (view.snapshot().width(), view.snapshot().height()) == (800, 600)


def test_the_next_picture_is_begun_when_the_moved_one_has_been_painted(on_map: OnMap, qtbot: QtBot) -> None:
    """A worker that begins at the same time takes the interpreter away, and the frame takes four times as long."""
    view = on_map(tracks_layer())
    happened: list[str] = []
    view.set_overlay(lambda _: happened.append("frame"))
    qtbot.waitUntil(lambda: "frame" in happened)
    view.renderStarted.connect(lambda: happened.append("worker"))
    happened.clear()

    with qtbot.waitSignal(view.renderFinished):
        view.set_view(76.0, 41.4, 12.0)

    assert happened[:2] == ["frame", "worker"]


class Prompt(ThreadPoolExecutor):
    """A thread that has done its work before whoever asks for it goes on."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done = super().submit(fn, *args, **kwargs)
        done.exception()
        return done


def test_a_picture_that_is_painted_at_once_still_ends_after_it_began(
    on_map: OnMap, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    with Prompt(1) as threads:
        monkeypatch.setattr(worker, "_threads", lambda: threads)
        view = on_map(tracks_layer())
        told: list[str] = []
        view.renderStarted.connect(lambda: told.append("began"))
        view.renderFinished.connect(lambda: told.append("ended"))

        with qtbot.waitSignal(view.renderFinished):
            view.set_layers([snares()])

    assert told == ["began", "ended"]


def test_a_short_move_shows_the_map_at_the_edge_without_another_picture(on_map: OnMap, qtbot: QtBot) -> None:
    """A picture reaches a quarter of the window beyond its edges."""
    view = on_map(tracks_layer(walk_east(latitude_deg=41.31)))
    pictures = []
    view.renderStarted.connect(lambda: pictures.append(view.viewport))
    _, y = view.viewport.project(76.0, 41.31)
    assert 300 < y < 360

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=MIDDLE)
    QTest.mouseMove(view, MIDDLE - QPoint(0, 45))

    assert LIGHT.map.track in {colour_at(seen(view), 200, round(y) - 45 + side) for side in (-1, 0, 1)}
    assert pictures == []
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=MIDDLE - QPoint(0, 45))
