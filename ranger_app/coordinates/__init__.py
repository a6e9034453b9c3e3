"""Places as people write them: degrees, grids and map links of every kind read into WGS 84, and told again.

pyproj and mgrs load when a grid is first read or told; degrees and links need neither.
"""

from __future__ import annotations

from ranger_app.coordinates.decoded import Decoded
from ranger_app.coordinates.errors import CoordinatesError, CoordinatesUnreadableError
from ranger_app.coordinates.notations import NOTATIONS, NOTE_WORDS, Notation, notation_of
from ranger_app.coordinates.reading import read_place
from ranger_app.coordinates.systems import Grid
from ranger_app.coordinates.telling import grid_at, tell_dd, tell_place
from ranger_app.coordinates.zones import ZoneCell, zone_cells

__all__ = [
    "NOTATIONS",
    "NOTE_WORDS",
    "CoordinatesError",
    "CoordinatesUnreadableError",
    "Decoded",
    "Grid",
    "Notation",
    "ZoneCell",
    "grid_at",
    "notation_of",
    "read_place",
    "tell_dd",
    "tell_place",
    "zone_cells",
]
