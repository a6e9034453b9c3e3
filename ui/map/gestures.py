"""What fingers say, on a touchpad or on the screen."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QTouchEvent

_LEAST_APART_PX = 16.0
"""Fingers nearer to each other than this count as so far apart: what they do there is mostly trembling."""

_LEAST_FACTOR = 0.25
"""No single step on a touchpad makes the map smaller than by this."""

_AS_MOUSE = {
    QEvent.Type.TouchBegin: QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchUpdate: QEvent.Type.MouseMove,
    QEvent.Type.TouchEnd: QEvent.Type.MouseButtonRelease,
}


class Pinch(NamedTuple):
    """One step of two fingers.

    Attributes:
        steps: How many zooms nearer, or farther when negative.
        at: Between the fingers, in pixels of the widget.
        moved: How far that place went since the last step.
    """

    steps: float
    at: QPointF
    moved: QPointF


class Fingers:
    """Follows the fingers on a screen from the first that comes to the last that goes."""

    def __init__(self) -> None:
        self._before: tuple[QPointF, float] | None = None
        self._has_pinched = False

    def pinch(self, event: QTouchEvent) -> Pinch | None:
        """What two fingers did since the last event; ``None`` while there are not two."""
        if event.type() == QEvent.Type.TouchBegin:
            self._before, self._has_pinched = None, False
        held = [point.position() for point in event.points() if point.state() != point.State.Released]
        if len(held) < 2:
            self._before = None
            return None
        between, across = (held[0] + held[1]) / 2, held[1] - held[0]
        apart = max(math.hypot(across.x(), across.y()), _LEAST_APART_PX)
        middle, last_apart = self._before or (between, apart)
        self._before, self._has_pinched = (between, apart), True
        return Pinch(steps=math.log2(apart / last_apart), at=between, moved=between - middle)

    def as_mouse(self, event: QTouchEvent) -> QMouseEvent | None:
        """What a mouse would have said in the place of one finger; ``None`` once there were two."""
        kind = _AS_MOUSE.get(event.type())
        if kind is None or self._has_pinched or not event.points():
            return None
        point = event.points()[0]
        is_up = kind == QEvent.Type.MouseButtonRelease
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if is_up else Qt.MouseButton.LeftButton
        return QMouseEvent(kind, point.position(), point.globalPosition(), button, held, event.modifiers())


def pinch_on_touchpad(event: QNativeGestureEvent) -> Pinch | None:
    """What two fingers on a touchpad did; ``None`` for what moves no map."""
    match event.gestureType():
        case Qt.NativeGestureType.ZoomNativeGesture:
            steps = math.log2(max(1.0 + event.value(), _LEAST_FACTOR))
            return Pinch(steps=steps, at=event.position(), moved=QPointF())
        case Qt.NativeGestureType.SmartZoomNativeGesture:
            return Pinch(steps=1.0 if event.value() else -1.0, at=event.position(), moved=QPointF())
        case Qt.NativeGestureType.PanNativeGesture:
            return Pinch(steps=0.0, at=event.position(), moved=event.delta())
        case _:
            return None
