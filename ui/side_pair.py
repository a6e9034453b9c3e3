"""Two panes beside each other where there is room, and on two tabs where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from ui import theme

ROOMY_PX = 860
"""Least width, in ordinary type, at which both panes are shown at once."""

SHARES = (640, 360)


class SidePair(QStackedWidget):
    """The main pane at the leading side, the other beside it or on a tab behind it."""

    def __init__(self, main: QWidget, other: QWidget, names: tuple[str, str]) -> None:
        super().__init__()
        self._panes, self._names = (main, other), names
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
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
            self._tabs.setCurrentIndex(place)

    def _arrange(self, *, is_roomy: bool) -> None:
        if is_roomy == self._is_roomy:
            return
        self._is_roomy = is_roomy
        for pane, name in zip(self._panes, self._names, strict=True):
            if is_roomy:
                self._splitter.addWidget(pane)
                pane.show()
            else:
                self._tabs.addTab(pane, name)
        if is_roomy:
            self._splitter.setSizes(list(SHARES))
            self._splitter.setStretchFactor(0, SHARES[0])
            self._splitter.setStretchFactor(1, SHARES[1])
        self.setCurrentWidget(self._splitter if is_roomy else self._tabs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(is_roomy=event.size().width() >= theme.beside_type(ROOMY_PX))
