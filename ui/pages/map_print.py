"""The map of the screen handed to the panel of printing: a sheet shows what is shown here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranger_app.domain.layer_order import RECORD_LAYERS
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_shading import WantedEffort, WantedHeat
from ranger_app.services.shown_layers import DEGREES
from ui.print_map_sheet import ShownMap, ask_print, choices_of, layers_shown

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.map import Bounds
    from ui.pages.map_replay import MapTime
    from ui.pages.map_stack import LayerStack
    from ui.shell import Shell


def ask_map_print(
    desk: Desk, shell: Shell, bounds: Bounds, stack: LayerStack, time: MapTime | None, *, has_drawing: bool
) -> None:
    """Ask what to print of the map that is shown.

    Args:
        time: The bar of time, where somebody opened one.
        has_drawing: Something is drawn on it by hand.
    """
    shown = shown_map(desk, stack, time, has_drawing=has_drawing)
    ask_print(desk, shell, bounds, choices=choices_of(desk, bounds, shown))


def shown_map(desk: Desk, stack: LayerStack, time: MapTime | None, *, has_drawing: bool = False) -> ShownMap:
    """What a sheet has to know of the screen."""
    shown = stack.shown
    window = None if time is None else time.bar.window_us
    order = tuple(shown.order())
    effort, heat = _shading(stack, time)
    return ShownMap(
        hidden=frozenset(one for one in RECORD_LAYERS if not shown.is_visible(one)),
        grid="dd" if shown.grid == DEGREES else shown.grid,
        days=None if window is None else MapDays.of_span(window, desk.zone),
        effort=effort, heat=heat, order=order,
        opacities=layers_shown(shown, order),
        has_replay=stack.has("replay"), has_drawing=has_drawing or stack.has("mark"),
    )  # fmt: skip


def _shading(stack: LayerStack, time: MapTime | None) -> tuple[WantedEffort | None, WantedHeat | None]:
    """The effort and the heat that are seen."""
    if time is None:
        return None, None
    wanted, shown = time.effort.wanted, stack.shown
    has_effort = wanted.measure and shown.is_visible("effort")
    has_heat = wanted.heat and shown.is_visible("heat")
    return (
        WantedEffort(wanted.measure, wanted.cell_m, wanted.shows_empty) if has_effort else None,
        WantedHeat(wanted.heat, wanted.radius_m) if has_heat else None,
    )
