"""The widget under the map: keeps layers and view, and shows the worker's pictures, moved while the next is painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.map.base_map import COVERAGE
from ui.map.furniture import SCREEN, draw_furniture
from ui.map.layer import Canvas, Layer
from ui.map.render import Painted, Picked, new_canvas, render_map, visible
from ui.map.viewport import UNITS_AN_INCH, Bounds, Viewport
from ui.map.words import MapWords
from ui.map.worker import Job, Worker

_MARGIN_SHARE = 0.25
"""How much larger than the window a picture is, on each side."""

_SPARE_SHARE = 0.08
"""The next picture is painted when a side has less than this left."""


class MapPicture(QWidget):
    """Layers, a view of them, and the picture that shows it; knows nothing of pointer and keys.

    Nothing is painted, and nothing heavy imported, before the widget is shown.

    Signals:
        viewChanged: The new :class:`Viewport`.
        renderStarted, renderFinished: The worker began, or the window now shows what it asked for.
        tilesMissing: How many tiles of the new picture no source had.
        sourceError: Layer id and error code of a tile source.
    """

    viewChanged = Signal(object)
    renderStarted = Signal()
    renderFinished = Signal()
    tilesMissing = Signal(int)
    sourceError = Signal(str, str)

    def __init__(self, words: MapWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._colours = theme.current().map
        self._layers: tuple[Layer, ...] = ()
        self._selected: frozenset[Picked] = frozenset()
        self._revision = 0
        self._painted: Painted | None = None
        self._painted_revision = -1
        self._fitted: Bounds | None = COVERAGE
        self._overlay: Callable[[Canvas], None] | None = None
        self._view = Viewport(0.0, 0.0, 2.0, 640, 480).fit(COVERAGE, margin_px=0.0)
        self._unit_px = theme.type_scale()
        self._stood = QSize(), QPoint()
        self._worker = Worker()
        # queued: a job may end before start() is through, and its beginning has to be told before its end
        self._worker.done.connect(self._take_picture, Qt.ConnectionType.QueuedConnection)
        self._after_frame = QTimer(self, singleShot=True, interval=0)
        self._after_frame.timeout.connect(self._start_wanted)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(words.name)

    # Layers

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, the lowest first."""
        return self._layers

    def set_layers(self, layers: Iterable[Layer]) -> None:
        """Show exactly these layers."""
        chosen = tuple(layers)
        if len({layer.id for layer in chosen}) < len(chosen):
            raise ValueError("two layers have one id")
        self._layers = chosen
        self._change()

    def add_layer(self, layer: Layer) -> None:
        """Add a layer above the others."""
        self.set_layers((*self._layers, layer))

    def update_layer(self, layer: Layer) -> None:
        """Put a layer in the place of the one with the same id, or above the others when there is none."""
        if layer.id in {other.id for other in self._layers}:
            self.set_layers(layer if other.id == layer.id else other for other in self._layers)
        else:
            self.add_layer(layer)

    def remove_layer(self, layer_id: str) -> None:
        """Take a layer away; does nothing when there is none of this id."""
        self.set_layers(layer for layer in self._layers if layer.id != layer_id)

    def _set_selected(self, selected: frozenset[Picked]) -> None:
        self._selected = selected
        self._change()

    def _change(self) -> None:
        self._revision += 1
        self._show_view()

    def set_overlay(self, paint: Callable[[Canvas], None] | None) -> None:
        """Have *paint* draw over the map whenever the window paints: what moves with every key; has to be quick."""
        self._overlay = paint
        self.update()

    # View

    @property
    def viewport(self) -> Viewport:
        """What the map shows."""
        return self._view

    @property
    def _drawn(self) -> Viewport:
        """The same in the units in which layers draw: on a screen all that is drawn grows with the window's letters."""
        return self._view.in_units(self._unit_px)

    def set_view(self, lon: float, lat: float, zoom: float) -> None:
        """Look at a place."""
        self._fitted = None
        self._look(self._view.looking_at(lon, lat, zoom))

    def fit_bounds(self, bounds: Bounds) -> None:
        """Show all of *bounds*; kept so while the window changes its size, until somebody moves the map."""
        self._fitted = bounds
        self._look(self._view.fit(bounds))

    def fit_layers(self) -> None:
        """Show all that the visible layers hold, or all of the base map when they hold nothing."""
        boxes = [box for layer in visible(self._layers) if not layer.is_base and (box := layer.bounds()) is not None]
        if not boxes:
            self.fit_bounds(COVERAGE)
            return
        west, south, east, north = zip(*boxes, strict=True)
        self.fit_bounds((min(west), min(south), max(east), max(north)))

    def to_lonlat(self, at: QPointF) -> tuple[float, float]:
        """The place under a pixel of the widget."""
        return self._view.unproject(at.x(), at.y())

    def snapshot(self) -> QImage:
        """The map as it is seen now, painted completely."""
        return render_map(
            self._layers,
            self._view,
            UNITS_AN_INCH * self._drawn.dpr if self._unit_px != 1.0 else None,
            words=self._words,
            colours=self._colours,
            furniture=SCREEN,
            selected=self._selected,
        )

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def _look(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self.viewChanged.emit(view)
        self._show_view(is_moved=True)

    # Pictures

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        window, before = self.window().size(), event.oldSize()
        is_strip = window == self._stood[0] and before.width() == self.width() and before.height() > 0
        if is_strip and self.isVisible() and self._painted is not None:
            self._make_room()
        else:
            self._take_size()
        self._note_place()

    def _make_room(self) -> None:
        """Go on with what is seen when a strip above or below comes or goes: it lies over an edge, nothing moves."""
        view, height = self._view, self.height()
        if not self._keeps_middle:
            top = self.mapTo(self.window(), QPoint()).y() - self._stood[1].y()
            view = view.panned(0.0, top + (height - view.height_px) / 2)
        self._look(view.resized(view.width_px, max(height, 1)))

    @property
    def _keeps_middle(self) -> bool:
        """Whether the middle is aimed at, and has to stay the middle."""
        return False

    def _note_place(self) -> None:
        """Remember how large the window is, and where in it this stands."""
        window = self.window()
        self._stood = window.size(), self.mapTo(window, QPoint())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        theme.load_fonts()  # here, because the worker must not
        self._take_size()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_size()  # the window went to a screen that is denser, or less so
        return super().event(event)

    def _take_size(self) -> None:
        view = self._view.resized(max(self.width(), 1), max(self.height(), 1), self.devicePixelRatioF())
        self._look(view.fit(self._fitted) if self._fitted is not None else view)

    def _show_view(self, *, is_moved: bool = False) -> None:
        """Move the picture to the view now, and ask for another one when it does not do any more.

        Args:
            is_moved: The picture that is there moves with the view: the worker begins when that has been painted, as
                both at once would get in each other's way.
        """
        self.update()
        if not self.isVisible() or self._is_served():
            return
        running = self._worker.job
        if running is None and is_moved and self._painted is not None:
            self._after_frame.start()
        elif running is None:
            self._start()
        elif running.revision != self._revision or running.viewport.zoom != self._view.zoom:
            self._worker.drop()

    def _start_wanted(self) -> None:
        if self._worker.job is None and self.isVisible() and not self._is_served():
            self._start()

    def _is_served(self) -> bool:
        painted = self._painted
        if painted is None or self._painted_revision != self._revision:
            return False
        have, want = painted.viewport, self._view
        if have.zoom != want.zoom or have.dpr != want.dpr:
            return False
        spare_x, spare_y = (size * _SPARE_SHARE / want.world_px for size in (want.width_px, want.height_px))
        left, top, right, bottom = have.world_box
        return (
            left <= want.world_box[0] - spare_x
            and top <= want.world_box[1] - spare_y
            and right >= want.world_box[2] + spare_x
            and bottom >= want.world_box[3] + spare_y
        )

    def _start(self) -> None:
        share = _MARGIN_SHARE if self._painted is not None else 0.0  # the first is wanted soon, and larger after that
        margin_x, margin_y = (round(size * share) for size in (self._view.width_px, self._view.height_px))
        larger = self._view.resized(self._view.width_px + 2 * margin_x, self._view.height_px + 2 * margin_y)
        self._worker.start(
            Job(
                layers=self._layers,
                viewport=larger,
                words=self._words,
                colours=self._colours,
                selected=self._selected,
                revision=self._revision,
                unit_px=self._unit_px,
            )
        )
        self.renderStarted.emit()

    def _take_picture(self, future: Any) -> None:
        job, painted = self._worker.take(future)
        if painted is not None:
            self._painted, self._painted_revision = painted, job.revision
            if painted.missing_tiles:
                self.tilesMissing.emit(painted.missing_tiles)
            for layer_id, code in painted.source_errors:
                self.sourceError.emit(layer_id, code)
        self._show_view()
        if self._worker.job is None:
            self.renderFinished.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._note_place()
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._colours.land))
            if self._painted is not None:
                _draw_moved(painter, self._painted, self._view)
            painter.save()
            painter.scale(self._unit_px, self._unit_px)
            self._paint_over(new_canvas(painter, self._drawn, words=self._words, colours=self._colours))
            painter.restore()
            if self.hasFocus():
                self._draw_focus(painter)
        finally:
            painter.end()

    def _paint_over(self, canvas: Canvas) -> None:
        """Draw what does not come from the worker."""
        if self._overlay is not None:
            self._overlay(canvas)
        draw_furniture(canvas, SCREEN, visible(self._layers))

    def _draw_focus(self, painter: QPainter) -> None:
        half = theme.FOCUS_PX / 2
        painter.setPen(QPen(QColor(theme.current().primary), theme.FOCUS_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))


def _draw_moved(painter: QPainter, painted: Painted, view: Viewport) -> None:
    """Draw a picture of one view where it belongs in another."""
    have = painted.viewport
    larger = view.world_px / have.world_px
    left, top = ((have.origin[axis] - view.origin[axis]) * view.world_px for axis in (0, 1))
    if larger == 1.0:
        # whole device pixels, or every picture that is moved gets blurred
        painter.drawImage(QPointF(round(left * view.dpr) / view.dpr, round(top * view.dpr) / view.dpr), painted.image)
    else:
        painter.drawImage(QRectF(left, top, have.width_px * larger, have.height_px * larger), painted.image)
