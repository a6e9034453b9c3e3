"""Two panes at once where there is room, and on two tabs where there is not."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from ui import theme

ABOVE_PX = (560, 520)
"""Least width and height at which one pane is shown above the other."""

BESIDE_PX = 860
"""Least width, in ordinary type, at which one pane is shown beside the other."""


class _Panes(QStackedWidget):
    """Two panes in a splitter, or each on a tab."""

    arranged = Signal()

    def __init__(
        self, panes: tuple[QWidget, QWidget], names: tuple[str, str], way: Qt.Orientation, shares: tuple[int, int]
    ) -> None:
        super().__init__()
        self._panes, self._names, self._shares = panes, names, shares
        self._splitter = QSplitter(way)
        self._splitter.setChildrenCollapsible(False)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self.addWidget(self._splitter)
        self.addWidget(self._tabs)
        self._is_roomy: bool | None = None
        self._arrange(is_roomy=True)

    @property
    def is_roomy(self) -> bool:
        """Whether both panes are shown at once."""
        return bool(self._is_roomy)

    def show_pane(self, place: int) -> None:
        """Bring a pane to the front where only one is shown."""
        if not self._is_roomy:
            self._tabs.setCurrentWidget(self._panes[place])

    @abstractmethod
    def _has_room(self, size: QSize) -> bool:
        """Whether both are shown at once in so much room."""

    @abstractmethod
    def _in_tabs(self) -> tuple[int, int]:
        """The panes in the order of their tabs."""

    def _arrange(self, *, is_roomy: bool) -> None:
        if is_roomy == self._is_roomy:
            return
        self._is_roomy = is_roomy
        if is_roomy:
            for pane in self._panes:
                self._splitter.addWidget(pane)
                pane.show()
            self._splitter.setSizes(list(self._shares))
        else:
            for place in self._in_tabs():
                self._tabs.addTab(self._panes[place], self._names[place])
        self.setCurrentWidget(self._splitter if is_roomy else self._tabs)
        self.arranged.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(is_roomy=self._has_room(event.size()))


class PanePair(_Panes):
    """The first pane above the second, or each on a tab; the second is the one in front."""

    def __init__(self, first: QWidget, second: QWidget, names: tuple[str, str]) -> None:
        super().__init__((first, second), names, Qt.Orientation.Vertical, (1000, 1200))

    def show_first(self) -> None:
        """Bring the first pane to the front where only one is shown."""
        self.show_pane(0)

    def _has_room(self, size: QSize) -> bool:
        return size.width() >= ABOVE_PX[0] and size.height() >= ABOVE_PX[1]

    def _in_tabs(self) -> tuple[int, int]:
        return 1, 0


class SidePair(_Panes):
    """The main pane at the leading side, the other beside it or on a tab behind it."""

    SHARES = (640, 360)

    def __init__(self, main: QWidget, other: QWidget, names: tuple[str, str]) -> None:
        super().__init__((main, other), names, Qt.Orientation.Horizontal, self.SHARES)
        for place, share in enumerate(self.SHARES):
            self._splitter.setStretchFactor(place, share)

    def _has_room(self, size: QSize) -> bool:
        return size.width() >= theme.beside_type(BESIDE_PX)

    def _in_tabs(self) -> tuple[int, int]:
        return 0, 1
