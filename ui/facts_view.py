"""What is known of a record, to be read: headings, facts with their names, tables, notes; everything can be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui import theme

SETTLE_MS = 1_000
"""Tables find their heights when they are shown; until then a place that was kept is gone to again."""


class FactsView(QScrollArea):
    """A column of facts; made anew for each record."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._wanted_px = 0
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(lambda: self.stand_at(0))
        self.verticalScrollBar().rangeChanged.connect(self._follow)
        self.clear()

    # Where the reader is in it

    def keep_place(self) -> None:
        """What is told anew now is the same: the reader stays where he is in it."""
        self.stand_at(self._wanted_px or self.verticalScrollBar().value())

    def stand_at(self, place_px: int) -> None:
        """Go to a place as soon as the column is long enough."""
        self._wanted_px = place_px
        if place_px:
            self._settling.start()

    def _follow(self, _least: int, most: int) -> None:
        if self._wanted_px:
            self.verticalScrollBar().setValue(min(self._wanted_px, most))

    def clear(self) -> None:
        """Begin an empty column."""
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        self._column.setSpacing(theme.SPACES_PX[1])
        self._grid: QGridLayout | None = None
        self._column.addStretch(1)
        self.setWidget(inside)

    def _put(self, widget: QWidget) -> None:
        self._grid = None
        self._column.insertWidget(self._column.count() - 1, widget)

    def title(self, text: str) -> None:
        """The name of what is shown."""
        self._put(_label(text, "title"))

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._put(_label(text, "heading"))

    def note(self, text: str, kind: str = "quiet") -> None:
        """A sentence."""
        self._put(_label(text, kind))

    def fact(self, name: str, value: str) -> None:
        """One fact; left out when nothing is known."""
        if not value:
            return
        if self._grid is None:
            holder = QWidget()
            grid = QGridLayout(holder)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(theme.SPACES_PX[2])
            grid.setVerticalSpacing(theme.SPACES_PX[0])
            grid.setColumnStretch(1, 1)
            self._put(holder)
            self._grid = grid
        row = self._grid.rowCount()
        told = _label(value, "")
        called = _label(name, "quiet")
        called.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        called.setMinimumWidth(called.fontMetrics().averageCharWidth() * 22)
        self._grid.addWidget(called, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(told, row, 1, Qt.AlignmentFlag.AlignTop)
        told.setAccessibleName(f"{name}: {value}")

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Several facts."""
        for name, value in pairs:
            self.fact(name, value)

    def widget_below(self, widget: QWidget) -> None:
        """Any other widget."""
        self._put(widget)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if label.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        # a text that can be selected is else put on the side where its own letters begin: numbers far from their names
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
    if kind:
        theme.set_kind(label, kind)
    return label
