"""Layers of a station's own map files; made in a reading thread, because files are opened for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ranger_app.domain.layer_order import OWN, own_id
from ranger_app.errors import RangerAppError
from ui.map.vector_style import VectorStyle

if TYPE_CHECKING:
    from ranger_app.services.maps import MapEntry
    from ui.map.layer import Layer


def own_name(layer_id: str) -> str:
    """What the map of a layer is called."""
    return layer_id.removeprefix(OWN)


def own_layers(entries: Sequence[MapEntry]) -> tuple[list[Layer], list[tuple[str, str]]]:
    """Open map files and make a layer of each, the lowest first.

    A layer whose file vanishes later tells so when it is painted. Files of tiles are closed when their layers are not
    used any more.

    Returns:
        The layers, and name and error code of the maps that cannot be shown.
    """
    layers: list[Layer] = []
    failed: list[tuple[str, str]] = []
    for entry in sorted(entries, key=lambda one: one.order):
        try:
            layer = _MAKERS[entry.kind](entry)
        except RangerAppError as error:
            failed.append((entry.name, error.code))
        except OSError:
            failed.append((entry.name, "map-file-missing"))
        else:
            if entry.attribution:
                layer.attribution = (entry.attribution,)
            layers.append(layer.shown(visible=entry.visible, opacity=entry.opacity))
    return layers, failed


def _tiles(entry: MapEntry) -> Layer:
    from ranger_app.maps.tile_files import open_tiles
    from ui.map.tiles import TilesLayer

    file = open_tiles(entry.path)
    return TilesLayer(own_id(entry.name), file, on_end=file.close)


def _vectors(entry: MapEntry) -> Layer:
    from ranger_app.maps.vector_file import load_vectors
    from ui.map.vector_layer import VectorLayer

    layer = VectorLayer(own_id(entry.name), load_vectors(entry.path), style=_style(entry))
    layer.name = entry.name
    return layer


def _style(entry: MapEntry) -> VectorStyle:
    try:
        return VectorStyle.from_json(entry.style)
    except ValueError:
        return VectorStyle()  # written by another version: drawn plainly rather than not at all


def _elevation(entry: MapEntry) -> Layer:
    from ranger_app.maps.elevation import ElevationFile
    from ui.map.hillshade import HillshadeLayer

    return HillshadeLayer(own_id(entry.name), [ElevationFile(entry.path)])


_MAKERS = {"tiles": _tiles, "vectors": _vectors, "elevation": _elevation}
