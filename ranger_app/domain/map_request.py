"""What a map for paper should show; painted by whoever can paint, behind :class:`MapPainter`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ranger_app.coordinates import NOTATIONS
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from ranger_app.domain.effort import EffortGrid
    from ranger_app.domain.track import Track

LEAST_DPI, MOST_DPI = 50, 600
PAPERS_MM = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
"""Paper to its longer and its shorter side."""

GRIDS = tuple(one.id for one in NOTATIONS if one.id != "mgrs")
"""What a map can be ruled in; degrees have one way. The lines of MGRS are those of UTM, whose numbers are written."""

MARGIN_MM = 12.0
"""Stays white around a page: most printers reach no farther."""


Gap = tuple[str, str]
"""What an own map is called, and a code of what is missing of it."""

GAP_CODES = ("tile-damaged", "tile-source-unreadable", "layer-too-dense", "map-too-detailed")
"""What can be missing of a map that is shown all the same; every other code says that it could not be opened."""


class MapNotShownError(RangerAppError):
    """An own map file could not be read as it should while the map was painted.

    Attributes:
        gaps: What is missing, each once; nothing that the request told already.
    """

    code = "map-not-shown"

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self.gaps = tuple(dict.fromkeys(gaps))
        super().__init__(file=self.gaps[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A labelled place on the map.

    Attributes:
        kind: ``incident``, ``conflict``, ``waypoint`` or ``photo``; decides the sign.
    """

    label: str
    longitude_deg: float
    latitude_deg: float
    kind: str = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSheet:
    """A map file of the station's own, as it is to be shown.

    Attributes:
        bounds: West, south, east, north of what it covers.
        zooms: The lowest and the highest, for tiles.
        style: For vectors and elevation.
    """

    name: str
    kind: Literal["tiles", "vectors", "elevation"]
    path: Path
    bounds: tuple[float, float, float, float]
    attribution: str = ""
    zooms: tuple[int, int] | None = None
    opacity: float = 1.0
    style: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatShown:
    """Colour where places gather.

    Attributes:
        places: Longitude and latitude of each, whether or not it has a sign.
        word: What the legend says of it.
    """

    places: tuple[tuple[float, float], ...]
    radius_m: float
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortShown:
    """Patrol effort in cells.

    Attributes:
        measure: Which column of the grid.
        breaks: Where classes end, ascending.
        words: What each class is called, one more than *breaks*.
        empty_word: What hatched cells are called in which nobody was; none are hatched when empty.
    """

    grid: EffortGrid
    measure: str
    breaks: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    empty_word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRequest:
    """One map for paper.

    Attributes:
        bounds: West, south, east, north in degrees; ``None`` fits tracks and marks.
        size_mm: Width and height on paper.
        words: The furniture's words by name: ``attribution``, ``not_authoritative``, ``north``, ``scale_m``,
            ``scale_km``, and the others of :func:`ranger_app.domain.map_words.map_words`.
        title: Above the map; long ones are broken into two lines.
        grid: Notation whose grid is drawn; degrees when empty.
        notes: Lines below the map: coordinate system, operation, accuracy, and the day of printing when it is wanted.
        maps: The station's own map files, the lowest first.
        is_gathered: Places that lie near each other become one sign with their number.
        known_gaps: What may be missing of own maps, because the notes say so.
        heat_m: Colour where the marks gather, within this radius in metres; 0 for none.
        heat, effort: Colour where other places gather, and patrol effort.
        order: Ids of layers, the uppermost first, as :func:`ranger_app.domain.layer_order.layer_order` has them; its
            own order when empty.
        opacities: How strongly a layer is shown that is not wholly shown; 0 for none of it.
    """

    size_mm: tuple[float, float]
    bounds: tuple[float, float, float, float] | None = None
    dpi: int = 200
    tracks: tuple[Track, ...] = ()
    marks: tuple[Mark, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    grid: str = ""
    notes: tuple[str, ...] = ()
    maps: tuple[MapSheet, ...] = ()
    is_gathered: bool = False
    known_gaps: frozenset[Gap] = frozenset()
    heat_m: float = 0.0
    heat: HeatShown | None = None
    effort: EffortShown | None = None
    order: tuple[str, ...] = ()
    opacities: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not LEAST_DPI <= self.dpi <= MOST_DPI:
            raise ValueError(f"dpi {self.dpi} is not within {LEAST_DPI}..{MOST_DPI}")
        if not all(40.0 <= side <= 1200.0 for side in self.size_mm):
            raise ValueError(f"size_mm {self.size_mm} is no sheet of paper")
        if self.bounds is not None and not are_bounds(self.bounds):
            raise ValueError(f"bounds {self.bounds} are not west, south, east, north")


def are_bounds(bounds: tuple[float, float, float, float]) -> bool:
    """Whether these are west, south, east, north of a piece of the Earth."""
    west, south, east, north = bounds
    return all(map(math.isfinite, bounds)) and -180 <= west < east <= 180 and -90 <= south < north <= 90


class MapPainter(Protocol):
    """Paints maps for paper."""

    def paint(self, request: MapRequest) -> bytes:
        """The map as PNG; equal requests give equal bytes.

        Raises:
            MapNotShownError: Something is missing of an own map that the request does not know.
        """
        ...

    def paint_pdf(self, request: MapRequest) -> bytes:
        """The map as a PDF of one page of ``size_mm``; see :meth:`paint`."""
        ...
