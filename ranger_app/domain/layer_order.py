"""The one order of a map's layers: for the list of them, for every picture in the window, and for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OWN = "own/"
"""Begins the id of a layer that is made of a station's own map; the map's name follows."""

TOPMOST = ("mark", "replay")
"""A place that was asked for, and a replay: nobody moves them."""

ABOVE = ("incident", "conflict", "waypoint", "tracks", "heat", "effort", "grid")
"""Layers of our own above the ground, the uppermost first, until somebody moves them."""

RECORD_LAYERS = ("tracks", "waypoint", "incident", "conflict")
"""Those that hold what people recorded."""

BASE_NAMES, BASE = GROUND = ("base-names", "base")
"""The base map: its names are written on whatever lies on its shapes."""

SHAPES = "vectors"
"""The kind of own maps that are points, lines and areas; all others cover what lies below them, and are ground."""


def own_id(name: str) -> str:
    """The layer of an own map."""
    return f"{OWN}{name}"


def own_name(layer: str) -> str:
    """The own map of a layer; empty for every other layer."""
    return layer.removeprefix(OWN) if layer.startswith(OWN) else ""


def is_ground(layer: str, own: Mapping[str, str]) -> bool:
    """Whether a layer lies below everything that is not ground."""
    return layer in GROUND or own.get(layer, SHAPES) != SHAPES


def layer_order(chosen: Sequence[str], own: Mapping[str, str]) -> list[str]:
    """Every layer that a map may have, the uppermost first, whether or not this one has it.

    Ground stays below the rest. What nobody has placed yet stands where it can be seen: a sheet or heights on the
    base map and on the sheets that are there, shapes on all ground, but below grid, tracks and records.

    Args:
        chosen: The order that somebody chose, as far as they did; ids that are not known are passed over.
        own: Layers of own maps, the lowest first, with their kinds.
    """
    found = [one for one in dict.fromkeys(chosen) if one in ABOVE or one == BASE or one in own]
    for place, one in enumerate(ABOVE):
        if one not in found:
            before = [found.index(other) for other in ABOVE[:place] if other in found]
            found.insert(before[-1] + 1 if before else 0, one)
    above = [one for one in found if not is_ground(one, own)]
    ground = [one for one in found if is_ground(one, own)]
    if BASE not in ground:
        ground.append(BASE)
    for one in own:
        if one not in found and is_ground(one, own):
            ground.insert(0, one)
        elif one not in found:
            above.insert(max(above.index(other) for other in ABOVE) + 1, one)
    return [*TOPMOST, *above, BASE_NAMES, *ground]
