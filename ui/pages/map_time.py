"""The bar of time under a map: which days are looked at, and a replay of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.elided_label import ElidedLabel
from ui.icons import icon
from ui.pages.map_time_scale import TimeScale, moment_of

SPEEDS = (60, 600, 3600, 21_600, 86_400)
"""How many times faster than it was."""

FRAME_MS = 50
REST_MS = 250
"""The ends that stand so long are asked for."""

MOMENT_PX = 215
SCALE_PX = 60
"""What the scale is given beyond its least width before the bar takes a second line."""


class TimeBar(QWidget):
    """A span of time with both ends, and a replay of it with a chosen speed.

    Keys, wherever in the bar one is: see :class:`TimeScale`; Space plays and pauses.

    Signals:
        windowChanged: First and last moment of what is looked at, microseconds since 1970 UTC; both ``None`` when it is
            all there is.
        replayed: The moment that a replay shows; ``None`` when it is over.

    Attributes:
        skip: Told the moment that is to be shown, says the one to be shown in its place: silences may be passed over.
    """

    windowChanged = Signal(object, object)
    replayed = Signal(object)

    def __init__(self, words: Words, zone: dt.tzinfo) -> None:
        super().__init__()
        self._words, self._zone = words, zone
        self.skip: Callable[[int], int] = lambda moment_us: moment_us
        self._is_waiting = False
        self._told_window: tuple[int, int] | None = None
        self._since = QElapsedTimer()
        self._frames = QTimer(self, interval=FRAME_MS)
        self._frames.timeout.connect(self._go_on)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._tell_window)
        self._make()
        self._show_state()
        self._keep_width()

    def _keep_width(self) -> None:
        """Make the button as wide as the longer of its two words, so that nothing moves when it is pressed."""
        shown, widths = self.play.text(), []
        for word in (self._words.say("Play"), self._words.say("Pause")):
            self.play.setText(word)
            widths.append(self.play.sizeHint().width())
        self.play.setText(shown)
        self.play.setMinimumWidth(max(widths))

    def _make(self) -> None:
        words = self._words
        self.play = Button()
        self.play.clicked.connect(self.toggle)
        self.speed = ChoiceBox()
        for speed in SPEEDS:
            self.speed.addItem(words.say("× {times}", times=words.number(speed)), speed)
        self.speed.setCurrentIndex(SPEEDS.index(3600))
        self.speed.setAccessibleName(words.say("Speed of the replay"))
        self.speed.setToolTip(words.say("How many times faster than it was"))
        self.scale = TimeScale(words, self._zone)
        self.scale.moved.connect(self._take_moment)
        self.scale.window_moved.connect(self._begin_rest)
        self.scale.space_pressed.connect(self.toggle)
        self.scale.given_up.connect(self.stop)
        self.moment = ElidedLabel("")
        self.moment.setFixedWidth(theme.beside_type(MOMENT_PX))
        self.whole = Button(words.say("All days"))
        self.whole.setToolTip(words.say("End the replay and look at all days"))
        self.whole.clicked.connect(self.show_all)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        gap = theme.SPACES_PX[1]
        self._row.setContentsMargins(gap, theme.SPACES_PX[0], gap, theme.SPACES_PX[0])
        self._row.setSpacing(gap)
        self._parts = QHBoxLayout(), QHBoxLayout()
        for part in self._parts:
            part.setSpacing(gap)
        self._parts[0].addWidget(self.play)
        self._parts[0].addWidget(self.speed)
        self._parts[0].addWidget(self.scale, 1)
        self._parts[1].addWidget(self.moment)
        self._parts[1].addStretch(1)
        self._parts[1].addWidget(self.whole)
        self._row.addLayout(self._parts[0], 1)
        self._row.addLayout(self._parts[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two lines where there is no room for one."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if event.size().width() >= self.row_px else way.TopToBottom)

    @property
    def row_px(self) -> int:
        """The width that it needs for one line."""
        return sum(part.minimumSize().width() for part in self._parts) + theme.beside_type(SCALE_PX)

    # What is shown

    def set_span(self, first_us: int | None, last_us: int | None) -> None:
        """The first and last moment there are; ``None`` when there is none. What was chosen stays where it can."""
        self.scale.set_span(None if first_us is None or last_us is None else (first_us, last_us))
        self._show_state()

    @property
    def window_us(self) -> tuple[int, int] | None:
        """First and last moment of what is looked at; ``None`` when it is all there is."""
        return self.scale.window_us if self.scale.is_narrowed else None

    @property
    def moment_us(self) -> int | None:
        """The moment that a replay shows; ``None`` when there is none."""
        return self.scale.moment_us

    @property
    def is_playing(self) -> bool:
        return self._frames.isActive()

    def set_window(self, first_us: int, last_us: int) -> None:
        """Look at some days."""
        self.scale.set_window(first_us, last_us)
        self._begin_rest()

    def set_waiting(self, is_waiting: bool, told: str = "") -> None:
        """The replay stands still until what it shows was read.

        Args:
            told: What is said meanwhile in place of the moment.
        """
        if self._is_waiting and not is_waiting:
            self._since.restart()
        self._is_waiting = is_waiting
        if is_waiting and told:
            self.moment.set_text(told)
        else:
            self._show_state()

    def show_all(self) -> None:
        """End the replay, and look at all days."""
        self.stop()
        self.scale.show_all()
        self._begin_rest()

    def _begin_rest(self) -> None:
        self._show_state()
        self._rest.start()

    # Replay

    def toggle(self) -> None:
        """Play, or pause."""
        if self.is_playing:
            self.pause()
        elif self.scale.window_us is not None:
            first, last = self.scale.window_us
            if self.moment_us is None or self.moment_us >= last:
                self._show(first)
            self._since.start()
            self._frames.start()
            self._show_state()

    def pause(self) -> None:
        """Stay where the replay is."""
        self._frames.stop()
        self._show_state()

    def stop(self) -> None:
        """End the replay: all of what is looked at is shown again."""
        self._frames.stop()
        was_shown = self.moment_us is not None
        self.scale.set_moment(None)
        self._show_state()
        if was_shown:
            self.replayed.emit(None)

    def _go_on(self) -> None:
        window = self.scale.window_us
        if self._is_waiting or window is None or self.moment_us is None:
            return
        gone_us = self._since.restart() * 1000 * int(self.speed.currentData())
        moment = min(self.skip(self.moment_us + gone_us), window[1])
        self._show(moment)
        if moment >= window[1]:
            self.pause()

    def _take_moment(self, moment_us: int) -> None:
        """Somebody moved the sign of the moment."""
        self._since.restart()
        self._show_state()
        self.replayed.emit(moment_us)

    def _show(self, moment_us: int) -> None:
        self.scale.set_moment(moment_us)
        self._show_state()
        self.replayed.emit(moment_us)

    def _tell_window(self) -> None:
        window = self.window_us
        if window != self._told_window:
            self._told_window = window
            self.windowChanged.emit(*(window or (None, None)))
        self._show_state()

    def _show_state(self) -> None:
        words, has_span = self._words, self.scale.window_us is not None
        self.play.setText(words.say("Pause") if self.is_playing else words.say("Play"))
        self.play.setIcon(icon("pause" if self.is_playing else "play"))
        for control in (self.play, self.speed, self.scale):
            control.setEnabled(has_span)
        has_other = has_span and (self.scale.is_narrowed or self.moment_us is not None)
        if self.whole.hasFocus() and not has_other:
            self.scale.setFocus()  # Qt would look for the next one, in the rail
        self.whole.setEnabled(has_other)
        if self._is_waiting:
            return
        if not has_span:
            told = words.say("No track here has times.")
        elif self.moment_us is None:
            told = self.scale.window_told()
        else:
            told = words.moment(moment_of(self.moment_us, self._zone))
        self.moment.set_text(told)
        self.scale.tell(told)
