"""The map with its panel of layers: beside it where there is room, in its place where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ranger_app.services.shown_layers import ShownLayers
from ui import theme
from ui.panes import scrolled

ROOMY_PX = 820
"""Width, in ordinary type, from which the panel stands beside the map."""

PANEL_PX = 310


class MapArea(QSplitter):
    """The two of them; whether the panel stands beside the map is remembered, where it covers it is not.

    Signals: ``arranged`` tells whether the panel is open.
    """

    arranged = Signal(bool)

    def __init__(self, main: QWidget, panel: QWidget, shown: ShownLayers) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._main, self._shown = main, shown
        self.panel = scrolled(panel)
        self.setChildrenCollapsible(False)
        self.addWidget(main)
        self.addWidget(self.panel)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setSizes([4 * PANEL_PX, theme.beside_type(PANEL_PX)])
        self.is_roomy, self.is_over = True, False
        self._arrange()

    @property
    def is_open(self) -> bool:
        """Whether the panel is in sight."""
        return self._shown.has_panel if self.is_roomy else self.is_over

    def toggle(self) -> None:
        """Open or close the panel."""
        if self.is_roomy:
            self._shown.has_panel = not self._shown.has_panel
            self._shown.remember()
        else:
            self.is_over = not self.is_over
        self._arrange()

    def _arrange(self) -> None:
        self.panel.setVisible(self.is_open)
        self._main.setVisible(self.is_roomy or not self.is_open)
        self.arranged.emit(self.is_open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_roomy = event.size().width() >= theme.beside_type(ROOMY_PX)
        if is_roomy != self.is_roomy:
            self.is_roomy, self.is_over = is_roomy, False
            self._arrange()
