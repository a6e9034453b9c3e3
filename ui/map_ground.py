"""What every map of the window stands on: the station's own map files and the grid, as chosen on the map page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from ranger_app.domain.layer_order import GROUND, own_name
from ranger_app.services.shown_layers import DEGREES, NO_GRID, ShownLayers

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.map import Layer, MapView
    from ui.map_keeper import MapKeeper

GRID, LISTED_GRID = "graticule", "grid"
"""The layer of the grid, of degrees or of metres; and as it stands in the list of the map page."""

MAPS_FOLDER = "maps"
"""In a station; without it there are no maps of its own, and nobody looks for them."""


class MapGround(QObject):
    """Keeps own maps and grid under what a view shows; looks again whenever the view comes into sight.

    Args:
        view: Lives as long as this.
    """

    def __init__(self, desk: Desk, view: MapView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._stands_on: object = None
        self._kept: dict[str, Layer] = {}
        view.installEventFilter(self)
        self._keeper: MapKeeper | None = None
        if desk.made_maps is not None or (desk.folder / MAPS_FOLDER).is_dir():
            self._watch(desk.maps)
            if not desk.maps.maps.entries:
                desk.maps.look()
        else:
            desk.maps_made.connect(self._watch)
        self.put()

    def _watch(self, keeper: MapKeeper) -> None:
        self._keeper = keeper
        keeper.changed.connect(self.put)

    def put(self) -> None:
        """Show the ground as it is chosen now; nothing is drawn again where it is as it was."""
        shown = ShownLayers(self._desk.settings, self._desk.station_id)
        view, own = self._view, self._own(shown)
        below = {**{one.id: one for one in view.layers if one.id in GROUND}, **own}
        order = shown.arranged([*below, LISTED_GRID])
        state = (shown.grid, *((name, id(own.get(name)), *_chosen(name, shown)) for name in order))
        if state == self._stands_on:
            return
        self._stands_on, self._kept = state, own
        others = [one for one in view.layers if one.id not in (GRID, *GROUND) and not own_name(one.id)]
        ground: list[Layer] = []
        for name in reversed(order):
            ground += [_as_chosen(below[name], shown)] if name in below else _grid(shown.grid)
        view.set_layers([*ground, *others])

    def _own(self, shown: ShownLayers) -> dict[str, Layer]:
        """The own maps that can be shown; how each is shown is written on the shelf."""
        if self._keeper is None:
            return {}
        maps = self._keeper.maps
        shown.know(maps.entries)
        return dict(maps.layers)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.put()
        return super().eventFilter(watched, event)


def _chosen(layer: str, shown: ShownLayers) -> tuple[bool, float]:
    """Whether and how strongly a layer is shown; names come and go with the base map."""
    name = "base" if layer in GROUND else layer
    return shown.is_visible(name), shown.opacity(name)


def _as_chosen(layer: Layer, shown: ShownLayers) -> Layer:
    is_visible, opacity = _chosen(layer.id, shown)
    return layer.shown(visible=is_visible, opacity=opacity)


def _grid(notation: str) -> list[Layer]:
    from ui.map import GraticuleLayer, grid_layer

    if notation == NO_GRID:
        return []
    return [GraticuleLayer(GRID) if notation == DEGREES else grid_layer(notation, GRID)]
