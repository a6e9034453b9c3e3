"""Two panes above each other where there is room, and on two tabs where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

ROOMY_PX = (560, 520)
"""Least width and height of the pair at which both panes are shown at once."""


class PanePair(QStackedWidget):
    """The first pane above the second, or each on a tab; the second is the one in front."""

    arranged = Signal()

    def __init__(self, first: QWidget, second: QWidget, names: tuple[str, str]) -> None:
        super().__init__()
        self._panes = (first, second)
        self._names = names
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self.addWidget(self._splitter)
        self.addWidget(self._tabs)
        self._is_roomy: bool | None = None
        self._arrange(True)

    @property
    def is_roomy(self) -> bool:
        """Whether both panes are shown at once."""
        return bool(self._is_roomy)

    def show_first(self) -> None:
        """Bring the first pane to the front where only one is shown."""
        if not self._is_roomy:
            self._tabs.setCurrentIndex(1)

    def _arrange(self, is_roomy: bool) -> None:
        if is_roomy == self._is_roomy:
            return
        self._is_roomy = is_roomy
        first, second = self._panes
        if is_roomy:
            self._splitter.addWidget(first)
            self._splitter.addWidget(second)
            self._splitter.setSizes([1000, 1200])
            self.setCurrentWidget(self._splitter)
        else:
            self._tabs.addTab(second, self._names[1])
            self._tabs.addTab(first, self._names[0])
            self.setCurrentWidget(self._tabs)
        first.show()
        second.show()
        self.arranged.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width() >= ROOMY_PX[0] and event.size().height() >= ROOMY_PX[1])
