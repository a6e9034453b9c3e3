"""What happened, said inside the page: never a box that must be clicked away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ranger_app.i18n import Words, marked
from ui import theme
from ui.button import Button
from ui.flow_row import FlowRow
from ui.icons import icon

KINDS = {"danger": "error", "warning": "warning", "information": "info"}
"""Kinds of banners and their icons."""

_SAID = {
    "danger": marked("Error"),
    "warning": marked("Warning"),
    "information": marked("Note"),
}


FILES = "files"
"""What messages are about that tell what became of files: those of one drop are said as one."""

STILL_MS = 300
"""When a message is put away, what stood below moves under the pointer: presses do nothing for so long."""

ROOMY_PX = 560
"""Width of a message, in ordinary type, from which its buttons stand beside its words."""

SEEN_MS = 1_500
"""What was told for so long has been read, and leaves when something else is told or begun."""

_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class Banner(QFrame):
    """One message with what can be done about it; Esc or its button puts it away.

    Attributes:
        is_of_last_act: What it offers concerns the last act, and would be another thing after the next one.
        is_question: It waits for an answer, and stays when other things happen.
        about: What it is about, for whoever puts it away when that is over; empty when nobody does.
    """

    closed = Signal()

    def __init__(
        self,
        words: Words,
        kind: str,
        text: str,
        *,
        code: str = "",
        details: tuple[str, ...] = (),
        acts: tuple[tuple[str, Callable[[], None]], ...] = (),
        is_of_last_act: bool = False,
        is_question: bool = False,
        about: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.is_of_last_act = is_of_last_act
        self.about = about
        self.is_question = is_question
        self.text = text
        self._words, self._details = words, details
        self._shown = QElapsedTimer()
        self._shown.start()
        self.setAccessibleDescription(text)
        # never higher than its words need
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(theme.SPACES_PX[1],) * 4)
        row.setSpacing(theme.SPACES_PX[1])
        self._sign = QLabel()
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._take_kind(kind)
        self._lines = self._told(text, code, details)
        self._said = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._said.setSpacing(theme.SPACES_PX[1])
        self._said.addLayout(self._lines, 1)
        self._acts = acts
        self._offered = FlowRow()
        self._offer(acts)
        self._said.addLayout(self._offered)
        row.addLayout(self._said, 1)
        away = Button()
        away.setIcon(icon("cancel"))
        away.setAccessibleName(words.say("Close this message"))
        away.setToolTip(words.say("Close this message"))
        theme.set_kind(away, "plain")
        away.clicked.connect(self.close_banner)
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)

    def _told(self, text: str, code: str, details: tuple[str, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(_line(text, ""))
        for detail in details:
            column.addWidget(_line(detail, ""))
        if code:
            column.addWidget(_line(code, "code"))
        return column

    def _take_kind(self, kind: str) -> None:
        self.kind = kind
        theme.set_kind(self, f"banner-{kind}")
        self.setAccessibleName(self._words.say(_SAID[kind]))
        self._sign.setPixmap(icon(KINDS[kind], colour=getattr(theme.current(), kind)).pixmap(theme.ICON_PX))

    def _offer(self, acts: tuple[tuple[str, Callable[[], None]], ...]) -> None:
        for label, act in acts:
            button = Button(label)
            button.clicked.connect(act)
            button.clicked.connect(self.close_banner)
            self._offered.addWidget(button)

    def sizeHint(self) -> QSize:
        """As high as the words are in this width: a hint of the words alone knows only one that suits them."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, way = event.size().width(), QBoxLayout.Direction
        if width != event.oldSize().width():
            # beside wide buttons words would be a column of one word a line
            self._said.setDirection(way.LeftToRight if width >= theme.beside_type(ROOMY_PX) else way.TopToBottom)
            self.updateGeometry()

    @property
    def was_seen(self) -> bool:
        """Whether it has stood there long enough to be read."""
        return self._shown.elapsed() >= SEEN_MS

    def say_also(self, text: str) -> None:
        """Say in one more line what another message said that has no place of its own."""
        self._lines.addWidget(_line(text, ""))

    def join(self, other: Banner) -> None:
        """Say what *other* says too, and offer what it offers; as grave as the graver one."""
        for text in (other.text, *other._details):
            self.say_also(text)
        self._offer(other._acts)
        self._take_kind(min(self.kind, other.kind, key=list(KINDS).index))
        self.setAccessibleDescription(f"{self.text} {other.text}")

    def close_banner(self) -> None:
        """Put the message away; what had the keyboard in it gives it back to the page."""
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()  # hidden with it, Qt would look for the next one, in the rail
        self.hide()
        self.closed.emit()
        self.deleteLater()


def _line(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMinimumHeight(label.fontMetrics().height())
    if kind:
        theme.set_kind(label, kind)
    return label


class BannerPlace(QWidget):
    """Where the messages of the page stand, the newest first.

    What was told leaves when the next thing is told or begun; a question stays until it is answered.
    """

    MOST = 2
    MOST_QUESTIONS = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACES_PX[0])
        self._banners: list[Banner] = []
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._move_again)
        self.hide()

    @property
    def banners(self) -> tuple[Banner, ...]:
        return tuple(self._banners)

    def show_banner(self, banner: Banner) -> Banner:
        """Show *banner* above the others."""
        said = (banner.kind, banner.text, banner.about)
        for other in [one for one in self._banners if (one.kind, one.text, one.about) == said]:
            other.close_banner()
        self._close([one for one in self._told if one.was_seen])
        for other in [one for one in self._told if one.about == banner.about == FILES]:
            banner.join(other)
            other.close_banner()
        while len(self._banners) >= self.MOST:
            told = [one for one in self._banners if not one.is_question]
            if told and told[-1].kind != "information":
                banner.say_also(told[-1].text)
            elif not told and len(self._banners) < self.MOST_QUESTIONS:
                break
            (told or self._banners)[-1].close_banner()
        self._banners.insert(0, banner)
        self._column.insertWidget(0, banner)
        banner.closed.connect(lambda: self._forget(banner))
        self._column.setContentsMargins(theme.SPACES_PX[2], theme.SPACES_PX[1], theme.SPACES_PX[2], 0)
        self.show()
        return banner

    @property
    def _told(self) -> list[Banner]:
        """What waits for nothing."""
        return [one for one in self._banners if not one.is_question and not one.is_of_last_act]

    def begin_act(self) -> None:
        """Put away what was told of the acts before; an error that came this very moment is still to be read."""
        self._close([one for one in self._told if one.was_seen or one.kind == "information"])

    def close_newest(self) -> bool:
        """Put the newest message away; whether there was one."""
        if not self._banners:
            return False
        self._banners[0].close_banner()
        return True

    def another_act(self) -> None:
        """Put away what offers to take back an act that is the last one no longer."""
        self._close([one for one in self._banners if one.is_of_last_act])

    def close_about(self, about: str) -> bool:
        """Put away what was said about something that is over; whether it still stood there."""
        found = [one for one in self._banners if one.about == about]
        self._close(found)
        return bool(found)

    def clear(self) -> None:
        """Put every message away."""
        self._close(self.banners)

    def _close(self, banners: Sequence[Banner]) -> None:
        for banner in tuple(banners):
            banner.close_banner()

    def _stand_still(self) -> None:
        frame = self.window().windowHandle()
        if frame is not None and not self._still.isActive():
            frame.installEventFilter(self)
        self._still.start()

    def _move_again(self) -> None:
        frame = self.window().windowHandle()
        if frame is not None:
            frame.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow a press in this window that was meant for what stood there a moment ago."""
        return event.type() in _PRESSES

    def _forget(self, banner: Banner) -> None:
        if banner in self._banners:
            self._banners.remove(banner)
            if self.isVisible():
                self._stand_still()
        if not self._banners:
            self._column.setContentsMargins(0, 0, 0, 0)
            self.hide()
