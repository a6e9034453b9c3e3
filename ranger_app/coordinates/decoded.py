"""One reading of a text as a place."""

from __future__ import annotations

from dataclasses import dataclass

LONGITUDE_FIRST = "longitude-first"
EASTING_FIRST = "easting-first"
VIEW_CENTRE = "view-centre"
FROM_LINK = "from-link"
MIDDLE_OF_CELL = "middle-of-cell"
NOT_THE_BAND = "not-the-band"
BY_SOUND = "by-sound"

DOUBTFUL = frozenset({LONGITUDE_FIRST, VIEW_CENTRE, NOT_THE_BAND, BY_SOUND})
"""Notes of readings that nobody may take without having said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A place that a text can mean.

    Attributes:
        latitude_deg: WGS 84, -90 to 90.
        longitude_deg: WGS 84, -180 to 180.
        notation: Id of the notation it is written in.
        system: Code of the system it was read in, such as ``EPSG:28413``; empty for WGS 84.
        zone: Of the grid, as people write it, such as ``13`` or ``43T``.
        operation: The transformation to WGS 84, such as ``EPSG:15865``; empty where none is needed.
        accuracy_m: Of that transformation; ``None`` where none is needed, or nobody has estimated it.
        cell_m: Side of the square that a shortened reference names; the place is its middle. ``None`` for points.
        notes: What a person should know, as keys of ``NOTE_WORDS``.
    """

    latitude_deg: float
    longitude_deg: float
    notation: str
    system: str = ""
    zone: str = ""
    operation: str = ""
    accuracy_m: float | None = None
    cell_m: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (-90.0 <= self.latitude_deg <= 90.0 and -180.0 <= self.longitude_deg <= 180.0):
            raise ValueError(f"{self.latitude_deg}, {self.longitude_deg} is no place on the Earth")
        if self.latitude_deg == 0.0 and self.longitude_deg == 0.0:
            raise ValueError("0, 0 is where a receiver without a fix says it is")

    @property
    def is_doubtful(self) -> bool:
        """Whether a person must say that this is what was meant, though nothing else can be."""
        return not DOUBTFUL.isdisjoint(self.notes)
