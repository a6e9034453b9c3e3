"""What a printed map cannot be: bounds that are no land, dots that nobody prints, grids that are none."""

from __future__ import annotations

import math
from pathlib import Path

from ranger_app.domain.map_request import GRIDS, MARGIN_MM, PAPERS_MM, are_bounds
from ranger_app.errors import RangerAppError
from ranger_app.services.stations import WrongValueError

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS 84."""

SUFFIXES = (".pdf", ".png")
LEAST_DPI, MOST_DPI = 72, 600
LEAST_SIDE_DEG = 1e-5
"""About a metre: less than that is a place and not a piece of land."""

MOST_LATITUDE = 85.0
MOST_PIXELS = 48_000_000
"""Of a picture: 192 MB while it is painted."""


class MapBoundsError(RangerAppError):
    """West, south, east and north are no piece of the Earth that a map can show."""

    code = "map-bounds-wrong"

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(bounds=", ".join(f"{edge:.10g}" for edge in bounds))


class MapBoundsNoNumberError(MapBoundsError):
    """One of them is no finite number."""

    code = "map-bounds-number"


class MapBoundsOutsideError(MapBoundsError):
    """They reach beyond what a map can show."""

    code = "map-bounds-outside"


class MapBoundsReversedError(MapBoundsError):
    """West is east of east, or south north of north."""

    code = "map-bounds-reversed"


class MapBoundsTinyError(MapBoundsError):
    """Less than a metre."""

    code = "map-bounds-tiny"


class MapDotsError(RangerAppError):
    """So many dots per inch cannot be printed."""

    code = "map-dpi-wrong"


class MapFormatError(RangerAppError):
    """The file's name does not end like that of a page or a picture."""

    code = "map-format-unknown"


class MapEmptyError(RangerAppError):
    """There is nothing that tells where the map should be."""

    code = "map-shows-nothing"


def wants_page(out: Path) -> bool:
    """Whether the name is that of a page and not of a picture; raises for every other."""
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise MapFormatError(file=out.name, endings=", ".join(SUFFIXES))
    return suffix == ".pdf"


def refuse_wrong(*, bounds: Bounds | None, dpi: int, paper: str, grid: str, is_page: bool) -> None:
    """Raise what cannot be printed so."""
    if bounds is not None:
        refuse_bounds(bounds)
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise MapDotsError(dpi=dpi, least=LEAST_DPI, most=MOST_DPI)
    if paper not in PAPERS_MM:
        raise WrongValueError(field="paper", value=paper)
    if grid and grid not in GRIDS:
        raise WrongValueError(field="notation", value=grid)
    area = math.prod((side - 2 * MARGIN_MM) / 25.4 for side in PAPERS_MM[paper])
    if not is_page and area * dpi**2 > MOST_PIXELS:
        raise MapDotsError(dpi=dpi, least=LEAST_DPI, most=math.floor(math.sqrt(MOST_PIXELS / area)))


def refuse_bounds(bounds: Bounds) -> None:
    """Raise :class:`MapBoundsError` when no map can show these bounds."""
    west, south, east, north = bounds
    if not all(map(math.isfinite, bounds)):
        raise MapBoundsNoNumberError(bounds)
    if not (min(west, east) >= -180 and max(west, east) <= 180 and max(abs(south), abs(north)) <= MOST_LATITUDE):
        raise MapBoundsOutsideError(bounds)
    if west > east or south > north:
        raise MapBoundsReversedError(bounds)
    if east - west < LEAST_SIDE_DEG or north - south < LEAST_SIDE_DEG:
        raise MapBoundsTinyError(bounds)
    assert are_bounds(bounds)
