"""A question asked inside the window: a panel above the page with fields, one main button, and Cancel."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.flow_row import FlowRow

MOST_LEAST_PX = 600
"""No panel needs more width, whatever its letters: the smallest screen is 1024 wide, and the rail takes of it."""


class _Fields(QScrollArea):
    """The fields of a panel: as high as they need, with scroll bars where the window is too small for them."""

    def __init__(self, note: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.form = QFormLayout(inside)
        self.form.setContentsMargins(0, 0, 0, 0)
        self._note = QLabel(note)
        if note:
            # among the fields, so that a low window scrolls to it
            self._note.setWordWrap(True)
            self._note.setContentsMargins(0, 0, 0, theme.SPACES_PX[0])
            theme.set_kind(self._note, "quiet")
            self.form.addRow(self._note)
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        hint = self.form.sizeHint()
        if self.isVisible() and self.form.hasHeightForWidth():
            least = self.form.minimumSize().width()
            hint.setHeight(self.form.heightForWidth(max(self.width(), least)))
        # the border of the focused field is wider than it was when the room was given
        return hint + QSize(0, 2 * (theme.FOCUS_PX - 1) + self._bar_px())

    def _bar_px(self) -> int:
        """The height of the scroll bar below, where one is needed."""
        is_narrow = self.isVisible() and self.form.minimumSize().width() > self.width()
        return self.horizontalScrollBar().sizeHint().height() if is_narrow else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        if width != event.oldSize().width():
            self._note.setMaximumWidth(width)  # fields may be wider, and are scrolled to
            self._note.setMinimumHeight(max(self._note.heightForWidth(width), 0))
            self.updateGeometry()
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.ensureWidgetVisible(focused)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # a field wants more room than before
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        least, wished = self.form.minimumSize(), self.form.sizeHint()
        return QSize(min(least.width(), MOST_LEAST_PX), min(wished.height(), 3 * theme.TARGET_PX))


class Sheet(QFrame):
    """A panel for one act.

    Args:
        act: Label of the main button.
        on_act: Called when the main button is pressed and :attr:`is_ready` says yes; the sheet closes unless it
            answers ``False``.

    Attributes:
        enter_walks: Enter goes to the next field, and presses the main button in the last one only.
        is_large: It stands in the place of the page, which is hidden meanwhile.
        waits: Words typed into it wait while another page is in sight. Not those of a panel that shows what is stored
            now, or asks another machine meanwhile: what it began with may be over when it comes back.
        is_soon_filled: What is typed into it is soon typed again: nobody is asked before the window closes over it.
    """

    is_large = False
    is_soon_filled = False
    waits = False

    closed = Signal()

    def __init__(
        self, words: Words, title: str, *, act: str, on_act: Callable[[], bool | None], note: str = ""
    ) -> None:
        super().__init__()
        self._words = words
        self._on_act = on_act
        self._ready: Callable[[], bool] = lambda: True
        self.enter_walks = False
        theme.set_kind(self, "card")
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[3],) * 4)
        column.setSpacing(theme.SPACES_PX[2])
        heading = self.heading = QLabel(title)
        heading.setWordWrap(True)
        theme.set_kind(heading, "heading")
        column.addWidget(heading)
        self.area = _Fields(note)
        self.fields = self.area.form
        self.fields.setHorizontalSpacing(theme.SPACES_PX[2])
        self.fields.setVerticalSpacing(theme.SPACES_PX[1])
        self.fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.fields.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(self.area)
        self.message = QLabel()
        self.message.setWordWrap(True)
        theme.set_kind(self.message, "danger")
        self.message.hide()
        column.addWidget(self.message)
        self.state = QLabel()
        self.state.setWordWrap(True)
        theme.set_kind(self.state, "quiet")
        self.state.hide()
        column.addWidget(self.state)
        buttons = self._buttons = FlowRow()
        self.act_button = Button(act)
        theme.set_kind(self.act_button, "primary")
        self.act_button.clicked.connect(self.press)
        cancel = self.cancel_button = Button(words.say("Cancel"))
        cancel.clicked.connect(self.close_sheet)
        buttons.addWidget(self.act_button)
        buttons.addWidget(cancel)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(theme.SPACES_PX[1])
        self._foot.addLayout(buttons, 1)
        column.addLayout(self._foot)
        self._first: QWidget | None = None

    # What it asks

    def add(self, label: str, field: QWidget) -> None:
        """Add a field with its label; the first one gets the focus."""
        caption = QLabel(label)
        caption.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(label)
        self.fields.addRow(caption, field)
        self._watch(field)

    def add_whole(self, field: QWidget) -> None:
        """Add a field that is its own label, or takes the whole width."""
        if isinstance(field, QCheckBox):
            field.setAccessibleName(field.text())
        self.fields.addRow(field)
        self._watch(field)

    def _watch(self, field: QWidget) -> None:
        takes_focus = field.focusProxy() is not None or field.focusPolicy() != Qt.FocusPolicy.NoFocus
        if self._first is None and takes_focus:
            self._first = field
        for one in (field, *field.findChildren(QWidget)):
            if isinstance(one, QLineEdit | QComboBox | QCheckBox):
                one.installEventFilter(self)
            if isinstance(one, QLineEdit):
                one.textChanged.connect(self.look)
            elif isinstance(one, QComboBox):
                one.currentIndexChanged.connect(self.look)
            elif isinstance(one, QCheckBox):
                one.toggled.connect(self.look)

    def ready_when(self, ready: Callable[[], bool]) -> None:
        """Enable the main button only while *ready* answers yes."""
        self._ready = ready
        self.look()

    def look(self) -> None:
        """See again whether the main button may be pressed."""
        self.act_button.setEnabled(self._ready())

    def complain(self, text: str) -> None:
        """Say what has to be put right before the act."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def tell(self, text: str) -> None:
        """Say what is being done meanwhile."""
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def offer(self, label: str, act: Callable[[], None]) -> None:
        """Add another button, between the main one and Cancel."""
        button = Button(label)
        button.clicked.connect(act)
        self._buttons.insert(1, button)

    @property
    def holds_typed(self) -> bool:
        """Whether somebody typed what would be lost when the sheet is closed."""
        lines, texts = self.area.findChildren(QLineEdit), self.area.findChildren(QPlainTextEdit)
        return not self.is_soon_filled and (
            any(one.isModified() and one.text().strip() for one in lines)
            or any(one.document().isModified() and one.toPlainText().strip() for one in texts)
        )

    # Acting and closing

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height() - self._spare())

    def _spare(self) -> int:
        return max(self.area.sizeHint().height() - self.area.minimumSizeHint().height(), 0)

    def take_focus(self) -> None:
        """Put the cursor into the first field; Tab goes from there through the fields to the buttons."""
        places = [self._buttons.itemAt(place) for place in range(self._buttons.count())]
        buttons = [one.widget() for one in places if one is not None and one.widget() is not None]
        others = [one for area in (self.area, self) for one in area.findChildren(QWidget) if one not in buttons]
        walk = [
            one
            for one in (*others, *buttons)
            if one is not None
            and one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and one.focusProxy() is None
            and one.window() is self.window()
        ]
        walk = list(dict.fromkeys(walk))
        for before, after in pairwise(walk):
            QWidget.setTabOrder(before, after)
        (self._first or self.act_button).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def press(self) -> None:
        """Do what the sheet is for."""
        self.look()
        if self.act_button.isEnabled() and self._on_act() is not False:
            self.close_sheet()

    def close_sheet(self) -> None:
        """Close without an act."""
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and isinstance(watched, QLineEdit | QCheckBox | QComboBox):
                return self._enter(watched)
        return super().eventFilter(watched, event)

    def _enter(self, field: QWidget) -> bool:
        """Press the main button, or go to the next field where it cannot be pressed yet; whether either was done."""
        fields = [one for one in self.area.findChildren(QLineEdit) if one.isVisible() and one.isEnabled()]
        line = field.lineEdit() if isinstance(field, QComboBox) else field
        following = fields[fields.index(line) + 1 :] if isinstance(line, QLineEdit) and line in fields else []
        if self.act_button.isEnabled() and not (self.enter_walks and following):
            self.press()
            return True
        if not self.enter_walks:
            return False
        empty = [one for one in fields if not one.text().strip()]
        for one in (following or empty)[:1]:
            one.setFocus(Qt.FocusReason.TabFocusReason)
            one.selectAll()
        return True
