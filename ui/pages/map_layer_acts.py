"""What is chosen in the panel of layers, done to the map and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ranger_app.domain.layer_order import own_name
from ranger_app.messages import say_code
from ranger_app.services.shown_layers import DEGREES, NO_GRID
from ui.desk import Desk
from ui.pages.map_layers import LayerPanel
from ui.pages.map_own import OwnMapActs
from ui.pages.map_stack import LayerStack
from ui.shell import Shell

if TYPE_CHECKING:
    from ui.map import Layer

UNREADABLE = "tile-source-unreadable"
"""A source may be there again, with the stick that it lies on."""


LOOK_MS = 5_000
"""A file may vanish while it is shown, and be read on all the same: so often it is looked for."""


class LayerActs(QObject):
    """Joins the panel with the layers on the map.

    Signals: ``changed`` names a layer that is shown otherwise; nothing where only the cursor stands elsewhere.
    """

    changed = Signal(str)

    def __init__(self, desk: Desk, shell: Shell, panel: LayerPanel, stack: LayerStack, own: OwnMapActs) -> None:
        super().__init__(panel)
        self._desk, self._shell, self._words = desk, shell, desk.words
        self._panel, self._stack, self._own = panel, stack, own
        self._shown = stack.shown
        self._warned: set[tuple[str, str]] = set()
        panel.visible_chosen.connect(self._show)
        panel.opacity_chosen.connect(self._fade)
        panel.moved.connect(self._move)
        panel.ordered.connect(self._arrange)
        panel.grid_chosen.connect(self._choose_grid)
        panel.styled.connect(own.restyle)
        panel.attributed.connect(own.attribute)
        panel.current_changed.connect(self._take_current)
        desk.maps.changed.connect(self._take_own)
        self.watch = QTimer(self, interval=LOOK_MS)
        self.watch.timeout.connect(self._look_again)
        self.watch.start()

    def show_rows(self) -> None:
        """Show in the panel how the layers are now."""
        self._panel.show_rows(self._stack.rows(self._words), self._shown.grid)

    @property
    def current_own(self) -> str:
        """Name of the own map under the cursor; empty when it stands on none."""
        row = self._panel.current
        return row.name if row is not None and row.is_own else ""

    def show(self, layer: str) -> None:
        """See to it that a layer is shown."""
        if not self._shown.is_visible(layer):
            self._show(layer, is_visible=True)
            self.show_rows()

    def _show(self, layer: str, is_visible: bool) -> None:
        self._shown.show(layer, visible=is_visible)
        self._keep(layer)

    def _fade(self, layer: str, opacity: float) -> None:
        self._shown.show(layer, opacity=opacity)
        self._keep(layer)

    def _keep(self, layer: str) -> None:
        self._stack.apply()
        self._own.keep_shown(layer)
        self._shown.remember()
        self.changed.emit(layer)

    def _move(self, layer: str, step: int) -> None:
        self._stack.move(layer, step, self._words)
        self._keep_order()

    def _arrange(self, order: list[str]) -> None:
        self._stack.arrange(order)
        self._keep_order()

    def _keep_order(self) -> None:
        self._shown.remember()
        rows = self._stack.rows(self._words)
        self._own.keep_order([row.name for row in reversed(rows) if row.is_own])
        self.show_rows()

    def _choose_grid(self, grid: str) -> None:
        self._shown.grid = grid
        self._shown.remember()
        self.show_grid()
        self.show_rows()

    def show_grid(self) -> None:
        """Draw the chosen grid."""
        if self._shown.grid == NO_GRID:
            self._stack.take("grid")
        else:
            self._stack.put(_grid(self._shown.grid))

    def _take_current(self, _layer: str) -> None:
        self._own.show_style(self._panel)
        self.changed.emit("")

    def _take_own(self) -> None:
        self._stack.put_own()
        gone = self._desk.maps.maps.problems
        self._warned = {(one, code) for one, code in self._warned if code != UNREADABLE or own_name(one) in gone}
        self.show_rows()

    def _look_again(self) -> None:
        if self._stack.is_in_sight and self._desk.maps.maps.entries:
            self._desk.maps.look()

    def tell_source(self, layer: str, code: str) -> None:
        """A source cannot be read any more: said once, while the rest of the map is drawn."""
        if (layer, code) in self._warned or not self._stack.has(layer):
            return
        self._warned.add((layer, code))
        name = own_name(layer) or layer
        self._shell.say("warning", say_code(self._words, code, {"file": name, "name": name}), code=code)
        self._desk.maps.look()


def _grid(notation: str) -> Layer:
    from ui.map import GraticuleLayer, grid_layer

    return GraticuleLayer("grid") if notation == DEGREES else grid_layer(notation, "grid")
