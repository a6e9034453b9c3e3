"""The layers of the map page in their order, each as somebody wants to see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ranger_app.domain.layer_order import BASE_NAMES, GROUND, TOPMOST, own_id, own_name
from ranger_app.i18n import Words
from ranger_app.messages import say_error
from ranger_app.services.shown_layers import ShownLayers
from ui.map_keeper import MapKeeper
from ui.pages.layer_row import LayerRow

if TYPE_CHECKING:
    from ranger_app.services.maps import MapEntry
    from ui.map import Layer, MapView

UNLISTED = frozenset({*TOPMOST, BASE_NAMES})
"""Layers that nobody chooses: the place that was asked for, a replay, and names, which come with the base map."""


class LayerStack:
    """Puts layers on the view as they are to be shown.

    Attributes:
        shown: What was chosen for each.
    """

    def __init__(self, view: MapView, shown: ShownLayers, keeper: MapKeeper) -> None:
        self._view = view
        self._keeper = keeper
        self._raw: dict[str, Layer] = {}
        self.shown = shown

    def put(self, *layers: Layer) -> None:
        """Show these layers, in the place of those with the same ids."""
        for layer in layers:
            self._raw[layer.id] = layer
        self.apply()

    def take(self, layer: str) -> bool:
        """Show a layer no more; whether it was there."""
        was_there = self._raw.pop(layer, None) is not None
        if was_there:
            self.apply()
        return was_there

    def facts(self, picked: Sequence[tuple[str, str]]) -> dict[str, str]:
        """What the file of the first own boundary says of it; empty for everything else."""
        from ui.map import VectorLayer, value_text

        for layer_id, feature in picked:
            layer = self._raw.get(layer_id)
            if isinstance(layer, VectorLayer):
                told = {name: value_text(value) for name, value in layer.facts(feature).items()}
                return {name: text for name, text in told.items() if text}
        return {}

    @property
    def is_in_sight(self) -> bool:
        """Whether somebody sees the map."""
        return self._view.isVisible()

    def has(self, layer: str) -> bool:
        """Whether a layer is there."""
        return layer in self._raw

    def put_own(self) -> None:
        """Show the own maps as they were read last, and none that cannot be shown any more."""
        maps = self._keeper.maps
        for gone in [one for one in self._raw if own_name(one) and one not in maps.layers]:
            del self._raw[gone]
        self.shown.know(maps.entries)
        self._raw |= maps.layers
        self.apply()

    def apply(self) -> None:
        """Hand everything to the view, the lowest first."""
        order = self.shown.arranged(self._raw)
        self._view.set_layers([self._as_shown(self._raw[one]) for one in reversed(order)])

    def _as_shown(self, layer: Layer) -> Layer:
        chosen = "base" if layer.id in GROUND else layer.id
        if layer.id in TOPMOST:
            return layer
        return layer.shown(visible=self.shown.is_visible(chosen), opacity=self.shown.opacity(chosen))

    # What the panel lists

    def rows(self, words: Words) -> list[LayerRow]:
        """The layers as the panel lists them, the uppermost first; own maps that cannot be shown among them."""
        own = {own_id(entry.name): entry for entry in self._keeper.maps.entries}
        ids = [one for one in {**self._raw, **own} if one not in UNLISTED]
        return [
            self._own_row(words, one, own[one]) if one in own else self._row(words, one)
            for one in self.shown.arranged(ids)
        ]

    def _row(self, words: Words, layer: str) -> LayerRow:
        names = {
            "incident": words.say("Incidents"), "conflict": words.say("Livestock conflicts"),
            "waypoint": words.say("Waypoints"), "tracks": words.say("Tracks"), "effort": words.say("Patrol effort"),
            "heat": words.say("Heat map"),
            "grid": words.say("Grid"), "base": words.say("Base map"),
        }  # fmt: skip
        kind = "base" if layer == "base" else "grid" if layer == "grid" else "records"
        return LayerRow(
            id=layer, name=names.get(layer, layer), kind=kind, is_ground=self.shown.is_ground(layer),
            visible=self.shown.is_visible(layer), opacity=self.shown.opacity(layer),
            note=words.say("Boundaries are not authoritative.") if layer == "base" else "",
        )  # fmt: skip

    def _own_row(self, words: Words, layer: str, entry: MapEntry) -> LayerRow:
        problem = self._keeper.maps.problems.get(entry.name)
        return LayerRow(
            id=layer, name=entry.name, kind=entry.kind, is_ground=self.shown.is_ground(layer),
            visible=self.shown.is_visible(layer), opacity=self.shown.opacity(layer),
            note=say_error(words, problem) if problem is not None else own_note(words, entry),
            has_problem=problem is not None, attribution=entry.attribution,
        )  # fmt: skip

    def move(self, layer: str, step: int, words: Words) -> None:
        """Move a layer one place up or down; ground stays below the rest."""
        ids = [row.id for row in self.rows(words)]
        place = ids.index(layer)
        to = place + step
        if 0 <= to < len(ids) and self.shown.is_ground(layer) == self.shown.is_ground(ids[to]):
            ids[place], ids[to] = ids[to], ids[place]
            self.arrange(ids)

    def arrange(self, ids: list[str]) -> None:
        """Keep this order, the uppermost first."""
        self.shown.arrange(ids)
        self.apply()


def own_note(words: Words, entry: MapEntry) -> str:
    """What is to be known of an own map: what it is, and where its file lies."""
    kinds = {
        "tiles": words.say("Map of tiles"), "vectors": words.say("Lines, areas and places"),
        "elevation": words.say("Heights, shown as shade"),
    }  # fmt: skip
    told = [kinds.get(entry.kind, entry.kind)]
    if entry.kind == "tiles" and entry.zooms is not None:
        told.append(words.say("zooms {least} to {most}", least=entry.zooms[0], most=entry.zooms[1]))
    told.append(words.say("kept in the station") if entry.is_kept else str(entry.path))
    return " · ".join(told)
