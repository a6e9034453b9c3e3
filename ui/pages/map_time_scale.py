"""The scale of time: both ends of what is looked at, and the moment of a replay; by pointer or keyboard."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ranger_app.i18n import Words
from ui import theme

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
US = dt.timedelta(microseconds=1)
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000

BAR_PX = 6.0
GRIP_PX = 8.0
REACH_PX = 9.0
EDGE_PX = 12.0
WIDE_PX = 200
STEPS = 100
"""An arrow key moves the moment by this part of what is looked at, whole minutes."""

PAGE = 30

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def moment_of(moment_us: int, zone: dt.tzinfo) -> dt.datetime:
    """A moment on the wall clock of *zone*."""
    return (EPOCH + dt.timedelta(microseconds=moment_us)).astimezone(zone)


def day_begin_us(moment_us: int, zone: dt.tzinfo, days: int = 0) -> int:
    """When the day of a moment began where *zone* is, or a day so many later."""
    day = moment_of(moment_us, zone).date() + dt.timedelta(days=days)
    return (dt.datetime.combine(day, dt.time(), zone) - EPOCH) // US


class TimeScale(QWidget):
    """A line of time. What is looked at lies between its two ends, which are whole days.

    Keys: Left and Right move the moment, with Shift the beginning and with Ctrl the end by a day; Page up and Page down
    do so thirty times as far, up to an earlier time; Home and End put the moment at an end; Space is for whoever plays,
    Escape ends the replay.

    Signals:
        moved: Somebody moved the moment there.
        window_moved: Somebody moved an end.
        space_pressed, given_up: Space or Escape was pressed.
    """

    moved = Signal(object)
    window_moved = Signal()
    space_pressed = Signal()
    given_up = Signal()

    def __init__(self, words: Words, zone: dt.tzinfo) -> None:
        super().__init__()
        self._words, self._zone = words, zone
        self._span: tuple[int, int] | None = None
        self._window: tuple[int, int] | None = None
        self._moment: int | None = None
        self._held = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words.say(
            "Time. Arrow keys move the moment, with Shift the first day, with Ctrl the last; Space plays and pauses."
        ))  # fmt: skip
        self.setToolTip(words.say(
            "Drag the ends to look at some days, press between them to see a moment. Arrow keys move the moment, with "
            "Shift the first day, with Ctrl the last; Space plays and pauses, Escape ends the replay."
        ))  # fmt: skip

    # What it shows

    @property
    def window_us(self) -> tuple[int, int] | None:
        """First and last moment of what is looked at; ``None`` when there is no time."""
        return self._window

    @property
    def is_narrowed(self) -> bool:
        """Whether that is less than all there is."""
        return self._window is not None and self._window != self._span

    @property
    def moment_us(self) -> int | None:
        return self._moment

    def set_span(self, span: tuple[int, int] | None) -> None:
        """The first and last moment there are; taken to whole days."""
        was_whole = not self.is_narrowed
        if span is None:
            self._span = self._window = self._moment = None
            self.update()
            return
        zone = self._zone
        self._span = day_begin_us(span[0], zone), day_begin_us(span[1], zone, 1) - 1
        if was_whole or self._window is None:
            self._window = self._span
        else:
            self.set_window(*self._window)
        self.update()

    def set_window(self, first_us: int, last_us: int) -> None:
        """Look at the days of two moments and all between; the moment is taken along."""
        if self._span is None:
            return
        first = day_begin_us(max(first_us, self._span[0]), self._zone)
        last = day_begin_us(min(last_us, self._span[1]), self._zone, 1) - 1
        if first > last:
            return
        self._window = first, last
        if self._moment is not None:
            self._moment = min(max(self._moment, first), last)
        self.update()

    def show_all(self) -> None:
        """Look at all there is."""
        self._window = self._span
        self.update()

    def set_moment(self, moment_us: int | None) -> None:
        """Show a moment, or none."""
        if moment_us is not None and self._window is not None:
            moment_us = min(max(moment_us, self._window[0]), self._window[1])
        self._moment = moment_us if self._window is not None else None
        self.update()

    def window_told(self) -> str:
        """The days that are looked at."""
        if self._window is None:
            return ""
        first, last = (self._day(moment) for moment in self._window)
        return first if first == last else self._words.say("{first} to {last}", first=first, last=last)

    def _day(self, moment_us: int) -> str:
        return self._words.day(moment_of(moment_us, self._zone).date())

    def tell(self, text: str) -> None:
        """Let a screen reader say what is shown."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            if self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    # Where a moment is

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def x_of(self, moment_us: int) -> float:
        """Where a moment stands; time runs as one reads."""
        assert self._span is not None
        share = (moment_us - self._span[0]) / max(self._span[1] - self._span[0], 1)
        share = 1.0 - share if self._is_mirrored else share
        return EDGE_PX + share * max(self.width() - 2 * EDGE_PX, 1.0)

    def moment_at(self, x: float) -> int:
        """The moment that stands there."""
        assert self._span is not None
        share = min(max((x - EDGE_PX) / max(self.width() - 2 * EDGE_PX, 1.0), 0.0), 1.0)
        share = 1.0 - share if self._is_mirrored else share
        return round(self._span[0] + share * (self._span[1] - self._span[0]))

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._window is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        apart = {"first": abs(x - self.x_of(self._window[0])), "last": abs(x - self.x_of(self._window[1]))}
        if self._moment is not None and abs(x - self.x_of(self._moment)) <= REACH_PX and self._is_above(event):
            self._held = "moment"
        else:
            nearest = min(apart, key=lambda end: apart[end])
            self._held = nearest if apart[nearest] <= REACH_PX else "moment"
        self._drag(x)

    def _is_above(self, event: QMouseEvent) -> bool:
        """The sign of the moment stands above the line, so that it can be taken where an end is too."""
        return event.position().y() < self._line_y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held and self._window is not None:
            self._drag(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = ""

    def _drag(self, x: float) -> None:
        assert self._window is not None
        at, (first, last) = self.moment_at(x), self._window
        match self._held:
            case "first":
                self._move_window(min(at, last), last)
            case "last":
                self._move_window(first, max(at, first))
            case _:
                self._move_moment(at)

    def _move_window(self, first_us: int, last_us: int) -> None:
        was = self._window
        self.set_window(first_us, last_us)
        if self._window != was:
            self.window_moved.emit()

    def _move_moment(self, moment_us: int) -> None:
        self.set_moment(moment_us)
        self.moved.emit(self._moment)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._do_key(Qt.Key(event.key()), event.modifiers()):
            super().keyPressEvent(event)

    def _do_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if self._window is None:
            return False
        first, last = self._window
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        leaps = {Qt.Key.Key_PageUp: -PAGE, Qt.Key.Key_PageDown: PAGE}
        if key in steps or key in leaps:
            step = leaps[key] if key in leaps else -steps[key] if self._is_mirrored else steps[key]
            if modifiers & SHIFT:
                self._move_window(day_begin_us(first, self._zone, step), last)
            elif modifiers & CTRL:
                self._move_window(first, day_begin_us(last, self._zone, step))
            else:
                minutes = max((last - first) // STEPS // MINUTE_US, 1)
                self._move_moment((first if self._moment is None else self._moment) + step * minutes * MINUTE_US)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_moment(first if key == Qt.Key.Key_Home else last)
        elif key == Qt.Key.Key_Space:
            self.space_pressed.emit()
        elif key == Qt.Key.Key_Escape and self._moment is not None:
            self.given_up.emit()
        else:
            return False
        return True

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(WIDE_PX, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        line = QFontMetricsF(self.font()).height()
        return QSize(WIDE_PX, round(max(line + 3 * GRIP_PX, theme.TARGET_PX)))

    def _line_y(self) -> float:
        return 1.6 * GRIP_PX

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        colours = theme.current()
        y = self._line_y()
        whole = QRectF(EDGE_PX, y - BAR_PX / 2, self.width() - 2 * EDGE_PX, BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(whole, BAR_PX / 2, BAR_PX / 2)
        if self._window is not None:
            ends = [self.x_of(moment) for moment in self._window]
            painter.setBrush(QColor(colours.primary if self.isEnabled() else colours.edge))
            painter.drawRect(QRectF(min(ends), whole.top(), abs(ends[1] - ends[0]), BAR_PX))
            for x in ends:
                painter.drawRoundedRect(QRectF(x - GRIP_PX / 2, y - GRIP_PX, GRIP_PX, 2 * GRIP_PX), 2, 2)
            self._paint_days(painter, y + GRIP_PX)
            if self._moment is not None:
                self._paint_moment(painter, self.x_of(self._moment), y)
        if self.hasFocus():
            half = theme.FOCUS_PX / 2
            painter.setPen(QPen(QColor(colours.primary), theme.FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))

    def _paint_moment(self, painter: QPainter, x: float, y: float) -> None:
        colours = theme.current()
        painter.setPen(QPen(QColor(colours.ground), 1.5))
        painter.setBrush(QColor(colours.text))
        tip = y + GRIP_PX * 0.6
        half = GRIP_PX * 0.75
        painter.drawPolygon(QPolygonF([QPointF(x - half, 1.0), QPointF(x + half, 1.0), QPointF(x, tip)]))

    def _paint_days(self, painter: QPainter, top: float) -> None:
        """Write the first and last day below the ends, side by side where these are near each other."""
        assert self._window is not None
        painter.setPen(QColor(theme.current().quiet_text))
        metrics = QFontMetricsF(painter.font())
        texts = [self._day(moment) for moment in self._window]
        ends = [self.x_of(moment) for moment in self._window]
        if texts[0] == texts[1]:
            texts, ends = texts[:1], [(ends[0] + ends[1]) / 2]
        widths = [metrics.horizontalAdvance(text) for text in texts]
        lefts = [min(max(x - w / 2, 2.0), self.width() - w - 2.0) for x, w in zip(ends, widths, strict=True)]
        if len(texts) == 2:
            one, other = sorted((0, 1), key=lambda number: ends[number])
            gap = metrics.height()
            overlap = lefts[one] + widths[one] + gap - lefts[other]
            if overlap > 0:
                lefts[one] = max(lefts[one] - overlap / 2, 2.0)
                lefts[other] = lefts[one] + widths[one] + gap
                over = max(lefts[other] + widths[other] + 2.0 - self.width(), 0.0)
                lefts = [left - over for left in lefts]
        for text, left, width in zip(texts, lefts, widths, strict=True):
            painter.drawText(QRectF(left, top, width + 1, metrics.height()), Qt.AlignmentFlag.AlignLeft, text)
