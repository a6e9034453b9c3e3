"""The profile of a walk: speed and height, a place marked, a stretch chosen, and zoom; by keyboard or pointer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ranger_app.i18n import Words
from ui import theme
from ui.profile_columns import Axis, Profile
from ui.profile_paint import Look, Mark, margins, paint_profile

Stretch = tuple[int, int]
"""First and last fix of what is chosen."""

CHOSEN_ALPHA = 70
CURSOR_PX = 1.6
DOT_PX = 4.0
ZOOM = 2.0
PAGE_SHARE = 0.1
LEAST_FIXES = 8
"""One cannot look at fewer fixes than this."""

LINES = 7
"""Lines of text that the smallest profile is high."""

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class ProfileView(QWidget):
    """Speed and height of a patrol over time or distance.

    Keys: Left and Right move the cursor by what one can see, with Ctrl by one fix, Page up and Page down by a tenth of
    the picture, Home and End to the ends; with Shift they choose a stretch. Plus and minus zoom, 0 shows everything,
    Enter is for whoever shows it, Escape chooses nothing.

    Signals: ``cursorMoved`` the fix under the cursor; ``stretchChanged`` the chosen :data:`Stretch` or ``None``;
    ``entered`` that Enter was pressed.
    """

    cursorMoved = Signal(int)
    stretchChanged = Signal(object)
    entered = Signal()

    def __init__(self, words: Words, zone: dt.tzinfo = dt.UTC) -> None:
        super().__init__()
        self._words, self._zone = words, zone
        self._profile: Profile | None = None
        self._axis = Axis.TIME
        self._span = (0.0, 1.0)
        self._marks: tuple[Mark, ...] = ()
        self._cursor = 0
        self._anchor: int | None = None
        self._picture: QPixmap | None = None
        self._pressed_at: QPointF | None = None
        self._is_choosing = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words.say(
            "Profile of speed and height. Arrow keys move along the track, with Shift they choose a stretch, plus and "
            "minus zoom, 0 shows everything."
        ))  # fmt: skip

    # What it shows

    @property
    def profile(self) -> Profile | None:
        """What is shown."""
        return self._profile

    def set_profile(self, profile: Profile | None) -> None:
        """Show another walk, or the same after an edit: cursor, stretch and view stay where they still make sense."""
        was, self._profile = self._profile, profile
        if profile is None or not len(profile):
            self._cursor, self._anchor = 0, None
        else:
            if self._axis not in profile.axes:
                self._axis = profile.axes[0]
            self._cursor = min(self._cursor, len(profile) - 1)
            self._anchor = None
        self._span = self._whole() if was is None or not self._is_inside() else self._span
        self._repaint()
        self.stretchChanged.emit(self.stretch)

    def _is_inside(self) -> bool:
        """Whether the view lies within the walk, and shows the cursor."""
        begin, end = self._whole()
        if self._profile is None or not len(self._profile):
            return False
        here = float(self._profile.along(self._axis)[self._cursor])
        return begin <= self._span[0] < self._span[1] <= end and self._span[0] <= here <= self._span[1]

    @property
    def axis(self) -> Axis:
        return self._axis

    def set_axis(self, axis: Axis) -> None:
        """Draw over time, or over distance; all of it is shown."""
        if self._profile is not None and axis in self._profile.axes:
            self._axis = axis
            self.show_all()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show exactly these flags, pauses and edges."""
        self._marks = tuple(marks)
        self._repaint()

    # Cursor and stretch

    @property
    def cursor_fix(self) -> int:
        """The fix under the cursor."""
        return self._cursor

    @property
    def stretch(self) -> Stretch | None:
        """First and last fix of what is chosen; ``None`` when nothing is."""
        if self._anchor is None or self._anchor == self._cursor:
            return None
        return min(self._anchor, self._cursor), max(self._anchor, self._cursor)

    def set_cursor(self, fix: int, *, is_choosing: bool = False, follow: bool = True) -> None:
        """Put the cursor on a fix.

        Args:
            is_choosing: Choose from where the cursor was, or where choosing began.
            follow: Move the view when the fix is not in sight.
        """
        if self._profile is None or not len(self._profile):
            return
        was, chosen = self._cursor, self.stretch
        self._cursor = min(max(fix, 0), len(self._profile) - 1)
        if is_choosing:
            self._anchor = was if self._anchor is None else self._anchor
        else:
            self._anchor = None
        if follow:
            self._follow()
        self.update()
        if self._cursor != was:
            self.cursorMoved.emit(self._cursor)
        if self.stretch != chosen:
            self.stretchChanged.emit(self.stretch)

    def choose(self, stretch: Stretch | None) -> None:
        """Choose a stretch, or nothing; the cursor goes to its end."""
        if self._profile is None:
            return
        was = self.stretch
        if stretch is None:
            self._anchor = None
        else:
            most = len(self._profile) - 1
            self._anchor, self._cursor = (min(max(one, 0), most) for one in stretch)
            self.cursorMoved.emit(self._cursor)
        self.update()
        if self.stretch != was:
            self.stretchChanged.emit(self.stretch)

    def tell(self, text: str) -> None:
        """Let a screen reader say what stands at the cursor."""
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    # View

    def show_all(self) -> None:
        """Show the whole walk."""
        self._look(self._whole())

    def show_stretch(self, stretch: Stretch) -> None:
        """Look closely at some fixes, with what lies before and after them."""
        if self._profile is None or not len(self._profile):
            return
        along = self._profile.along(self._axis)
        first, last = max(stretch[0] - LEAST_FIXES, 0), min(stretch[1] + LEAST_FIXES, len(along) - 1)
        begin, end = float(along[first]), float(along[last])
        whole = self._whole()
        spare = max(end - begin, (whole[1] - whole[0]) / 100) / 2
        self._look((begin - spare, end + spare))

    def zoom(self, times: float, *, at: float | None = None) -> None:
        """Look *times* closer, with a place of the axis staying where it is: the cursor's unless told otherwise."""
        if self._profile is None or not len(self._profile):
            return
        middle = float(self._profile.along(self._axis)[self._cursor]) if at is None else at
        begin, end = self._span
        if not begin <= middle <= end:
            middle = (begin + end) / 2
        self._look((middle - (middle - begin) / times, middle + (end - middle) / times))

    def _whole(self) -> tuple[float, float]:
        if self._profile is None or not len(self._profile):
            return 0.0, 1.0
        return 0.0, max(float(self._profile.along(self._axis)[-1]), 1.0)

    def _look(self, span: tuple[float, float]) -> None:
        whole = self._whole()
        count = len(self._profile) if self._profile is not None else 1
        least = (whole[1] - whole[0]) * min(LEAST_FIXES / max(count, 1), 1.0)
        wide = min(max(span[1] - span[0], least), whole[1] - whole[0])
        begin = min(max((span[0] + span[1] - wide) / 2, whole[0]), whole[1] - wide)
        self._span = begin, begin + wide
        self._repaint()

    def _follow(self) -> None:
        """Bring the cursor into sight."""
        assert self._profile is not None
        at = float(self._profile.along(self._axis)[self._cursor])
        begin, end = self._span
        if at < begin or at > end:
            wide = end - begin
            spare = wide * PAGE_SHARE
            begin = at - spare if at < begin else at - wide + spare
            self._look((begin, begin + wide))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._do_key(Qt.Key(event.key()), event.modifiers()):
            super().keyPressEvent(event)

    def _do_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        step = self._step(key, bool(modifiers & CTRL))
        if step is not None:
            self.set_cursor(self._cursor + step, is_choosing=bool(modifiers & SHIFT))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers & (CTRL | SHIFT):
            self.entered.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM)
        elif key == Qt.Key.Key_0:
            self.show_all()
        else:
            return False
        return True

    def _step(self, key: Qt.Key, is_fine: bool) -> int | None:
        """How many fixes a key moves the cursor; ``None`` for a key that moves none."""
        if self._profile is None or not len(self._profile):
            return None
        ahead = Qt.Key.Key_Left if self._is_mirrored else Qt.Key.Key_Right
        back = Qt.Key.Key_Right if self._is_mirrored else Qt.Key.Key_Left
        match key:
            case Qt.Key.Key_Home:
                return -self._cursor
            case Qt.Key.Key_End:
                return len(self._profile)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                way = 1 if key == Qt.Key.Key_PageDown else -1
                return self._moved(way * (self._span[1] - self._span[0]) * PAGE_SHARE, way)
            case _ if key in (ahead, back):
                way = 1 if key == ahead else -1
                return way if is_fine else self._moved(way * self._look_now().units_a_px, way)
            case _:
                return None

    def _moved(self, by: float, way: int) -> int:
        """Fixes between the cursor and a place that far away on the axis; at least one."""
        assert self._profile is not None
        there = self._profile.at(self._axis, float(self._profile.along(self._axis)[self._cursor]) + by)
        return max((there - self._cursor) * way, 1) * way

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()
            self._is_choosing = False
            self.set_cursor(self._fix_at(event.position()), is_choosing=bool(event.modifiers() & SHIFT))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed_at is not None:
            self.set_cursor(self._fix_at(event.position()), is_choosing=True)
        elif self.stretch is None:
            self.set_cursor(self._fix_at(event.position()), follow=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.zoom(ZOOM ** (event.angleDelta().y() / 120 / 2), at=self._look_now().value(event.position().x()))
        event.accept()

    def _fix_at(self, at: QPointF) -> int:
        return self._profile.at(self._axis, self._look_now().value(at.x())) if self._profile is not None else 0

    # Painting

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _lettering(self) -> QFont:
        return theme.font(factor=theme.CAPTION_FACTOR)

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(self._lettering()).height()
        return QSize(480, round(line * LINES * 1.6))

    def minimumSizeHint(self) -> QSize:
        line = QFontMetricsF(self._lettering()).height()
        return QSize(240, round(line * LINES))

    def _look_now(self) -> Look:
        assert self._profile is not None
        left, top, right, bottom = margins(self._profile, self._lettering())
        return Look(
            profile=self._profile, axis=self._axis, span=self._span, marks=self._marks, zone=self._zone,
            area=QRectF(left, top, max(self.width() - left - right, 8.0), max(self.height() - top - bottom, 8.0)),
            is_mirrored=self._is_mirrored,
        )  # fmt: skip

    def _repaint(self) -> None:
        self._picture = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            if self._profile is None or not len(self._profile):
                painter.fillRect(self.rect(), QColor(theme.current().ground))
            else:
                look = self._look_now()
                painter.drawPixmap(0, 0, self._painted(look))
                painter.save()
                self._paint_chosen(painter, look)
                painter.restore()
            if self.hasFocus():
                half = theme.FOCUS_PX / 2
                painter.setPen(QPen(QColor(theme.current().primary), theme.FOCUS_PX))
                painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))
        finally:
            painter.end()

    def _painted(self, look: Look) -> QPixmap:
        if self._picture is None:
            dpr = self.devicePixelRatioF()
            picture = QPixmap(self.size() * dpr)
            picture.setDevicePixelRatio(dpr)
            picture.fill(QColor(theme.current().ground))
            painter = QPainter(picture)
            try:
                paint_profile(painter, look, self._words, self._lettering())
            finally:
                painter.end()
            self._picture = picture
        return self._picture

    def _paint_chosen(self, painter: QPainter, look: Look) -> None:
        colours = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(look.area.adjusted(-DOT_PX, 0, DOT_PX, 0))
        chosen = self.stretch
        if chosen is not None:
            left, right = sorted(look.px_of(one) for one in chosen)
            fill = QColor(colours.map.selection)
            fill.setAlpha(CHOSEN_ALPHA)
            painter.fillRect(QRectF(left, look.area.top(), max(right - left, 1.0), look.area.height()), fill)
            painter.setPen(QPen(QColor(colours.text), 1.0, Qt.PenStyle.DashLine))
            for px in (left, right):
                painter.drawLine(QPointF(px, look.area.top()), QPointF(px, look.area.bottom()))
        px = look.px_of(self._cursor)
        painter.setPen(QPen(QColor(colours.text), CURSOR_PX))
        painter.drawLine(QPointF(px, look.area.top()), QPointF(px, look.area.bottom()))
        speed = float(look.profile.speed_kmh.values[self._cursor])
        if speed == speed:  # a number
            share = min(speed / (look.profile.top_kmh * 1.05), 1.0)
            painter.setBrush(QColor(colours.information))
            painter.drawEllipse(QPointF(px, look.area.bottom() - share * look.area.height()), DOT_PX, DOT_PX)
