"""How the layers of the map are shown: order, what is hidden, how strongly; remembered for each station."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from ranger_app.domain.layer_order import (
    ABOVE,
    BASE,
    BASE_NAMES,
    TOPMOST,
    is_ground,
    layer_order,
    own_id,
    own_name,
)
from ranger_app.settings import DeviceSettings

if TYPE_CHECKING:
    from ranger_app.services.map_list import MapEntry

HIDDEN_FIRST: Final = frozenset({"waypoint"})
"""What is shown only when somebody wants it."""

OPAQUE: Final = 1.0
LEAST_OPACITY: Final = 0.1
DEGREES, NO_GRID = "degrees", "none"

_VERSION: Final = 2
"""Of what is remembered: before, a map that was just added was listed below the base map, and drawn above it."""


class ShownLayers:
    """The choices of one person on this device for one station; each is remembered as soon as it is made.

    Attributes:
        grid: ``none``, ``degrees``, or the notation whose grid is drawn.
    """

    def __init__(self, settings: DeviceSettings, station_id: str, entries: Iterable[MapEntry] = ()) -> None:
        self._settings = settings
        self._name = f"map/{station_id}"
        told = _read(settings.get(self._name))
        self._order = _mended(told)
        self._own: dict[str, str] = {}
        self._visible = {str(k): v for k, v in _table(told, "visible").items() if isinstance(v, bool)}
        opacities = _table(told, "opacity")
        self._opacity = {str(k): _within(v) for k, v in opacities.items() if isinstance(v, int | float)}
        self.grid = str(told.get("grid", DEGREES))
        self.has_panel = told.get("panel") is not False
        self.has_time = told.get("time") is True
        self.know(entries)

    def know(self, entries: Iterable[MapEntry]) -> None:
        """Take the station's own maps as they are on the shelf now, the lowest first, and how each is shown."""
        self._own = {}
        for entry in entries:
            self._own[own_id(entry.name)] = entry.kind
            self.show(own_id(entry.name), visible=entry.visible, opacity=entry.opacity)

    def is_visible(self, layer: str) -> bool:
        """Whether a layer is shown."""
        return self._visible.get(layer, layer not in HIDDEN_FIRST)

    def opacity(self, layer: str) -> float:
        """How strongly it is shown, 0.1 to 1."""
        return self._opacity.get(layer, OPAQUE)

    def show(self, layer: str, *, visible: bool | None = None, opacity: float | None = None) -> None:
        """Show a layer otherwise from now on."""
        if visible is not None:
            self._visible[layer] = visible
        if opacity is not None:
            self._opacity[layer] = _within(opacity)

    def is_ground(self, layer: str) -> bool:
        """Whether a layer lies below everything that is not ground."""
        return is_ground(layer, self._own)

    def order(self) -> list[str]:
        """Every layer that a map may have, the uppermost first."""
        return layer_order(self._order, self._own)

    def arranged(self, layers: Collection[str]) -> list[str]:
        """These layers in their order, the uppermost first; what is not known comes above all others."""
        order = self.order()
        return [*(one for one in layers if one not in order), *(one for one in order if one in layers)]

    def arrange(self, order: Sequence[str]) -> None:
        """Keep this order, the uppermost first; layers that are not there now keep their places."""
        before, whole = self._order, self.order()
        moved = iter([one for one in order if one in whole])
        whole = [next(moved) if one in order else one for one in whole]
        self._order = [one for one in layer_order(whole, self._own) if one not in (*TOPMOST, BASE_NAMES)]
        for place, one in enumerate(before):
            # of a map whose shelf was not read yet
            if one not in self._order:
                self._order.insert(self._order.index(before[place - 1]) + 1 if place else 0, one)

    def forget(self, layer: str) -> None:
        """Show a layer where a new one is shown, whatever was chosen for an earlier one of its name."""
        if layer in self._order:
            self._order.remove(layer)
            self.remember()

    def remember(self) -> None:
        """Write all of it down; where nothing can be written it holds until the window is closed."""
        told = {
            "version": _VERSION, "order": self._order, "visible": self._visible, "opacity": self._opacity,
            "grid": self.grid, "panel": self.has_panel, "time": self.has_time,
        }  # fmt: skip
        self._settings.put(self._name, json.dumps(told, ensure_ascii=False, sort_keys=True))


def _mended(told: dict[str, Any]) -> list[str]:
    """The order that was remembered; nobody chose what an earlier version put below the base map."""
    rows = told.get("order")
    told_ids = [one for one in rows if isinstance(one, str)] if isinstance(rows, list) else []
    order = [one for one in dict.fromkeys(told_ids) if one in (*ABOVE, BASE) or own_name(one)]
    if told.get("version") == _VERSION or BASE not in order:
        return order
    base = order.index(BASE)
    hidden = [one for one in order[base:] if own_name(one)]
    return [*order[:base], *hidden, BASE, *(one for one in order[base + 1 :] if one not in hidden)]


def _read(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _within(opacity: float) -> float:
    return min(max(float(opacity), LEAST_OPACITY), OPAQUE)
