"""How the layers of the map are shown: order, what is hidden, how strongly; remembered for each station."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ranger_app.settings import DeviceSettings

ABOVE = ("mark", "replay", "incident", "conflict", "waypoint", "tracks", "heat", "effort", "grid")
"""Layers of our own above the ground, the uppermost first; own boundaries come below them."""

RECORD_LAYERS = ("tracks", "waypoint", "incident", "conflict")
"""Those that hold what people recorded."""

GROUND = ("base-names", "base")
"""The base map; own tiles and hillshade come between its names and its shapes."""

HIDDEN_FIRST = frozenset({"waypoint"})
"""What is shown only when somebody wants it."""

OPAQUE = 1.0
LEAST_OPACITY = 0.1
DEGREES, NO_GRID = "degrees", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """A layer as the list of layers shows it.

    Attributes:
        kind: ``base``, ``grid``, ``records``, ``effort``, or of an own map ``tiles``, ``vectors``, ``elevation``.
        is_ground: It lies below all that is not ground.
        note: What is wrong with it, or what else is to be known of it.
        has_problem: It cannot be shown.
        attribution: Whose map it is; of own maps only.
    """

    id: str
    name: str
    kind: str
    is_ground: bool
    visible: bool
    opacity: float
    note: str = ""
    has_problem: bool = False
    attribution: str = ""

    @property
    def is_own(self) -> bool:
        """Whether somebody added it."""
        return self.kind in ("tiles", "vectors", "elevation")


class ShownLayers:
    """The choices of one person on this device for one station; each is remembered as soon as it is made.

    Attributes:
        grid: ``none``, ``degrees``, or the notation whose grid is drawn.
    """

    def __init__(self, settings: DeviceSettings, station_id: str) -> None:
        self._settings = settings
        self._name = f"map/{station_id}"
        told = _read(settings.get(self._name))
        self._order = [str(one) for one in told.get("order", []) if isinstance(one, str)]
        self._visible = {str(k): v for k, v in _table(told, "visible").items() if isinstance(v, bool)}
        opacities = _table(told, "opacity")
        self._opacity = {str(k): _within(v) for k, v in opacities.items() if isinstance(v, int | float)}
        self.grid = str(told.get("grid", DEGREES))
        self.has_panel = told.get("panel") is not False
        self.has_time = told.get("time") is True

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

    def arranged(self, layers: Collection[str], ground: Collection[str]) -> list[str]:
        """The layers in their order, the uppermost first; what is new comes above the ground, or below the records."""
        found = [one for one in self._order if one in layers]
        for one in (*ABOVE, *GROUND):
            if one in layers and one not in found:
                found.insert(_place_of(one, found), one)
        first_ground = GROUND[0]
        for one in sorted(set(layers) - set(found)):
            found.insert(found.index(first_ground) + 1 if one in ground and first_ground in found else len(found), one)
        return sorted(found, key=lambda one: one in ground)

    def arrange(self, order: Sequence[str]) -> None:
        """Keep this order, the uppermost first; layers that are not there now keep their place among themselves."""
        self._order = [*order, *(one for one in self._order if one not in order)]

    def remember(self) -> None:
        """Write all of it down; where nothing can be written it holds until the window is closed."""
        told = {
            "order": self._order, "visible": self._visible, "opacity": self._opacity, "grid": self.grid,
            "panel": self.has_panel, "time": self.has_time,
        }  # fmt: skip
        self._settings.put(self._name, json.dumps(told, ensure_ascii=False, sort_keys=True))


def _place_of(layer: str, found: Sequence[str]) -> int:
    """Where a layer of ours goes that nobody has moved yet: after the one that stands before it from the start."""
    shipped = (*ABOVE, *GROUND)
    before = [found.index(one) for one in shipped[: shipped.index(layer)] if one in found]
    return before[-1] + 1 if before else 0


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
