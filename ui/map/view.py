"""The map as the window uses it: the picture, with pointer, keys, tools and what is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPen,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from ui.map.gestures import Fingers, Pinch, pinch_on_touchpad
from ui.map.layer import Canvas
from ui.map.picture import MapPicture
from ui.map.render import Picked, visible
from ui.map.tools import Drawing, Place, Sketch, Tool, box_drawing, draw_box
from ui.map.viewport import Bounds
from ui.map.words import MapWords

_WHEEL_NOTCH = 120.0
_ZOOM_A_NOTCH = 0.5
_KEY_PAN_PX = 96.0
_DRAW_PAN_PX = 32.0
_FINE_PAN_PX = 8.0
_DRAW_PAN_SHARE = 0.125
_REACH_PX = 8.0
_FLASH_MS = 1500
_FLASH_RADIUS_PX = 22.0
_AIM_PX = 9.0

_PANS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ZOOMS = {
    Qt.Key.Key_Plus: 1.0,
    Qt.Key.Key_Equal: 1.0,
    Qt.Key.Key_Minus: -1.0,
    Qt.Key.Key_PageUp: 1.0,
    Qt.Key.Key_PageDown: -1.0,
}
_CURSORS = {Tool.PAN: Qt.CursorShape.OpenHandCursor, Tool.SELECT: Qt.CursorShape.ArrowCursor}


class MapView(MapPicture):
    """A map to look at, to pick from and to draw on.

    Keys: arrows move, with Shift and while something is drawn by little, plus and minus zoom, Home shows everything,
    Enter presses in the middle of the map (for a box at two of its corners), Backspace takes a corner back, Escape ends
    a drawing or a choice.

    Signals:
        clicked: Longitude, latitude, button and modifiers of a press that was not a drag.
        hovered: Longitude and latitude under the pointer.
        featuresPicked: Pairs of layer id and feature id under a press, the uppermost and nearest first; may be empty.
        selectionChanged: The pairs that are chosen now; also after :meth:`select`.
        drawn: A finished :class:`Drawing`.
    """

    clicked = Signal(float, float, object, object)
    hovered = Signal(float, float)
    featuresPicked = Signal(list)
    selectionChanged = Signal(list)
    drawn = Signal(object)

    def __init__(self, words: MapWords, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._fingers = Fingers()
        self._sketch = Sketch(Tool.PAN)
        self._pressed_at: QPointF | None = None
        self._pressed_view = self._view
        self._is_dragging = False
        self._dragged_to = QPointF()
        self._flashing: tuple[Picked, ...] = ()
        self._aims = False
        self._pointer_at: QPointF | None = None
        self._corner: Place | None = None
        self._flash_end = QTimer(self)
        self._flash_end.setSingleShot(True)
        self._flash_end.setInterval(_FLASH_MS)
        self._flash_end.timeout.connect(self._end_flash)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.set_tool(Tool.PAN)

    # Tools and choice

    @property
    def tool(self) -> Tool:
        """What a press does."""
        return self._sketch.tool

    def set_tool(self, tool: Tool) -> None:
        """Change what a press does; an unfinished drawing is given up."""
        self._sketch = Sketch(tool)
        self._corner = None
        self._show_tool()
        self.update()

    def _show_tool(self) -> None:
        self.setCursor(_CURSORS.get(self.tool, Qt.CursorShape.CrossCursor))

    @property
    def selected(self) -> frozenset[Picked]:
        """The pairs of layer id and feature id that are chosen."""
        return self._selected

    def select(self, picked: Iterable[Picked]) -> None:
        """Choose exactly these features."""
        chosen = frozenset(picked)
        if chosen != self._selected:
            self._set_selected(chosen)
            self.selectionChanged.emit(sorted(chosen))

    def flash(self, picked: Iterable[Picked]) -> None:
        """Draw rings around features for a moment, to show where they are."""
        self._flashing = tuple(picked)
        self._flash_end.start()
        self.update()

    def _end_flash(self) -> None:
        self._flashing = ()
        self.update()

    def pick(self, at: QPointF) -> list[Picked]:
        """The features under a pixel of the widget, the uppermost layer's first."""
        return [
            (layer.id, feature_id)
            for layer in reversed(visible(self._layers))
            for feature_id in layer.hit(self._drawn, at / self._unit_px, _REACH_PX)
        ]

    # Pointer

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
        elif isinstance(event, QNativeGestureEvent):
            self._pinch(pinch_on_touchpad(event))
        else:
            return super().event(event)
        event.accept()
        return True

    def _touch(self, event: QTouchEvent) -> None:
        self._pinch(self._fingers.pinch(event))
        mouse = self._fingers.as_mouse(event)
        if mouse is None:
            return
        match mouse.type():
            case QEvent.Type.MouseButtonPress:
                self.mousePressEvent(mouse)
            case QEvent.Type.MouseMove:
                self.mouseMoveEvent(mouse)
            case _:
                self.mouseReleaseEvent(mouse)

    def _pinch(self, pinch: Pinch | None) -> None:
        if pinch is None:
            return
        self._pressed_at = None  # the first finger began to drag
        self._is_dragging = False
        self._pan(-pinch.moved.x(), -pinch.moved.y())
        self._zoom(pinch.steps, pinch.at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        self._aims, self._pointer_at = False, event.position()
        if notches:
            self._zoom(notches * _ZOOM_A_NOTCH, event.position())
        event.accept()

    def _zoom(self, steps: float, at: QPointF | None = None) -> None:
        self._fitted = None
        self._look(self._view.zoomed(steps, (at.x(), at.y()) if at is not None else None))

    def _pan(self, right_px: float, down_px: float) -> None:
        self._fitted = None
        self._look(self._view.panned(right_px, down_px))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._aims = False
        self._pressed_at = event.position()
        self._pressed_view = self._view
        self._is_dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer_at = None
        super().leaveEvent(event)

    @property
    def _keeps_middle(self) -> bool:
        return self._aims

    @property
    def aimed(self) -> Place:
        """The place below the pointer; the middle after a key, and where no pointer is over the map."""
        return self.to_lonlat(self._middle if self._aims or self._pointer_at is None else self._pointer_at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._pointer_at = event.position()
        self._sketch.pointer = self.to_lonlat(at)
        if self._pressed_at is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = at - self._pressed_at
            if self._is_dragging or moved.manhattanLength() >= QApplication.startDragDistance():
                self._drag(at, moved)
        elif self._sketch.places:
            self.update()
        self.hovered.emit(*self.to_lonlat(at))

    def _drag(self, at: QPointF, moved: QPointF) -> None:
        self._is_dragging = True
        self._dragged_to = at
        if self.tool is Tool.BOX:
            self.update()
            return
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._fitted = None
        there = self._pressed_view.panned(-moved.x(), -moved.y())
        self._look(self._view.looking_at(there.center_lon, there.center_lat, there.zoom))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed_at, self._pressed_at = self._pressed_at, None
        was_dragging, self._is_dragging = self._is_dragging, False
        if pressed_at is None:
            return
        if not was_dragging:
            self._press(event.position(), event.button(), event.modifiers())
        elif self.tool is Tool.BOX:
            self._take_box(bounds_between(self.to_lonlat(pressed_at), self.to_lonlat(event.position())))
        else:
            self._show_tool()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._sketch.takes_places:
            self._finish()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._zoom(1.0, event.position())

    def _press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        place = self.to_lonlat(at)
        self.clicked.emit(*place, button, modifiers)
        if button != Qt.MouseButton.LeftButton:
            return
        if self._sketch.takes_places:
            self._draw(self._sketch.add(place))
            return
        picked = self.pick(at)
        self.featuresPicked.emit(picked)
        if self.tool is Tool.SELECT:
            nearest = frozenset(picked[:1])
            adds = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            self.select(self._selected ^ nearest if adds else nearest)

    def _take_box(self, bounds: Bounds) -> None:
        picked = [
            (layer.id, feature_id) for layer in reversed(visible(self._layers)) for feature_id in layer.within(bounds)
        ]
        self.drawn.emit(box_drawing(bounds))
        self.featuresPicked.emit(picked)
        self.select(picked)
        self.update()

    def _finish(self) -> None:
        self._draw(self._sketch.finished())

    def _draw(self, drawing: Drawing | None) -> None:
        if drawing is not None:
            self.drawn.emit(drawing)
        self.update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        self._aims = True
        if key in _PANS:
            step = self._key_step(event.modifiers())
            self._pan(*(way * step for way in _PANS[key]))
        elif key in _ZOOMS:
            self._zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_Home:
            self.fit_layers()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press_by_key(event.modifiers())
        elif key == Qt.Key.Key_Backspace and self._sketch.take_back():
            self.update()
        elif key != Qt.Key.Key_Escape or not self.give_up():
            super().keyPressEvent(event)
            return
        self._sketch.pointer = self.to_lonlat(self._middle)
        event.accept()

    def _key_step(self, modifiers: Qt.KeyboardModifier) -> float:
        """How far an arrow key moves the map: by little with Shift, and never so that what is begun flies away."""
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return _FINE_PAN_PX
        if self._sketch.places or self._corner is not None:
            return min(_DRAW_PAN_PX, _DRAW_PAN_SHARE * min(self.width(), self.height()))
        return _KEY_PAN_PX

    def give_up(self) -> bool:
        """End an unfinished drawing, or else the choice; whether there was either."""
        if self._sketch.places or self._corner is not None:
            self._sketch.clear()
            self._corner = None
            self.update()
            return True
        was_chosen = bool(self._selected)
        self.select(())
        return was_chosen

    def _press_by_key(self, modifiers: Qt.KeyboardModifier) -> None:
        """Press in the middle of the map; pressing twice at one place ends a drawing, at two places makes a box."""
        middle = self._middle
        if self.tool is Tool.BOX:
            corner, self._corner = self._corner, None
            if corner is None:
                self._corner = self.to_lonlat(middle)
            else:
                self._take_box(bounds_between(corner, self.to_lonlat(middle)))
        elif self._sketch.places and self._sketch.places[-1] == self.to_lonlat(middle):
            self._finish()
        else:
            self._press(middle, Qt.MouseButton.LeftButton, modifiers & ~Qt.KeyboardModifier.KeypadModifier)
        self.update()

    @property
    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._aims = False
        super().focusOutEvent(event)
        self.update()

    # Drawing over the map

    def _paint_over(self, canvas: Canvas) -> None:
        self._sketch.paint(canvas)
        if self.tool is Tool.BOX and self._is_dragging and self._pressed_at is not None:
            corners = self._pressed_at / self._unit_px, self._dragged_to / self._unit_px
            draw_box(canvas, QRectF(*corners).normalized())
        elif self._corner is not None:
            corner = QPointF(*canvas.viewport.project(*self._corner))
            draw_box(canvas, QRectF(corner, self._middle / self._unit_px).normalized())
        self._draw_flash(canvas)
        super()._paint_over(canvas)
        if self._aims and self.hasFocus():
            self._draw_aim(canvas)

    def _draw_flash(self, canvas: Canvas) -> None:
        layers = {layer.id: layer for layer in self._layers}
        canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
        for layer_id, feature_id in self._flashing:
            bounds = layers[layer_id].bounds(feature_id) if layer_id in layers else None
            if bounds is None:
                continue
            west, south, east, north = bounds
            x0, y0 = canvas.viewport.project(west, north)
            x1, y1 = canvas.viewport.project(east, south)
            half_width = max((x1 - x0) / 2, 0.0) + _FLASH_RADIUS_PX
            half_height = max((y1 - y0) / 2, 0.0) + _FLASH_RADIUS_PX
            for colour, width in ((canvas.colours.furniture, 6.0), (canvas.colours.selection, 3.5)):
                canvas.painter.setPen(QPen(QColor(colour), width))
                canvas.painter.drawEllipse(QPointF((x0 + x1) / 2, (y0 + y1) / 2), half_width, half_height)

    def _draw_aim(self, canvas: Canvas) -> None:
        """Show where Enter presses."""
        middle = self._middle / self._unit_px
        for colour, width in ((canvas.colours.halo, 4.0), (canvas.colours.furniture, 1.6)):
            canvas.painter.setPen(QPen(QColor(colour), width))
            canvas.painter.drawLine(middle - QPointF(_AIM_PX, 0), middle + QPointF(_AIM_PX, 0))
            canvas.painter.drawLine(middle - QPointF(0, _AIM_PX), middle + QPointF(0, _AIM_PX))


def bounds_between(one: tuple[float, float], other: tuple[float, float]) -> Bounds:
    """The box with two places at its corners."""
    (lon, lat), (other_lon, other_lat) = one, other
    return min(lon, other_lon), min(lat, other_lat), max(lon, other_lon), max(lat, other_lat)
