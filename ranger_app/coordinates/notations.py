"""The notations that are read and told, and what is said of a reading."""

from __future__ import annotations

from dataclasses import dataclass

from ranger_app.coordinates.decoded import (
    BY_SOUND,
    EASTING_FIRST,
    FROM_LINK,
    LONGITUDE_FIRST,
    MIDDLE_OF_CELL,
    NOT_THE_BAND,
    VIEW_CENTRE,
)
from ranger_app.i18n import marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """A way to write a place.

    Attributes:
        label: English source words.
        example: One place, 41.201111, 74.501234 where the notation reaches it, as it is told.
        operation: The transformation to WGS 84 that is pinned; empty where none is needed.
        accuracy_m: Of that transformation, as its source says; ``None`` where none is needed or nobody estimated it.
        is_degrees: Nothing has to be loaded to read and tell it.
    """

    id: str
    label: str
    example: str
    operation: str = ""
    accuracy_m: float | None = None
    is_degrees: bool = False


NOTATIONS = (
    Notation(id="dd", label=marked("Decimal degrees"), example="41.201111, 74.501234", is_degrees=True),
    Notation(
        id="ddm", label=marked("Degrees and minutes"), example="41°12.0667′ N, 74°30.0740′ E", is_degrees=True
    ),
    Notation(
        id="dms", label=marked("Degrees, minutes, seconds"), example="41°12′04.00″ N, 74°30′04.44″ E", is_degrees=True
    ),
    Notation(id="utm", label=marked("UTM"), example="43T 458181 4561203"),
    Notation(id="mgrs", label=marked("MGRS"), example="43T DF 58180 61202"),
    Notation(
        id="sk42", label=marked("SK-42 (Pulkovo 1942, Gauss-Krueger)"), example="SK-42 X 4563082 Y 13458215",
        operation="EPSG:15865", accuracy_m=4.5,
    ),
    Notation(
        id="sk95", label=marked("SK-95 (Pulkovo 1995, Gauss-Krueger)"), example="SK-95 X 4563088 Y 13458219",
        operation="EPSG:5043", accuracy_m=1.0,
    ),
    Notation(
        id="kyrg06", label=marked("Kyrg-06 (Kyrgyzstan)"), example="Kyrg-06 E 3298706 N 4577651",
        operation="EPSG:9768", accuracy_m=1.0,
    ),
    Notation(
        id="kalianpur", label=marked("Kalianpur 1962 (Pakistan)"), example="Kalianpur I E 2954255 N 695081",
        operation="EPSG:1247",
    ),
)  # fmt: skip

NOTE_WORDS = {
    LONGITUDE_FIRST: marked("the longitude written first"),
    EASTING_FIRST: marked("the easting written first"),
    VIEW_CENTRE: marked("the middle of the map that the link shows"),
    FROM_LINK: marked("from a link"),
    BY_SOUND: marked("Cyrillic letters read by their sound"),
    NOT_THE_BAND: marked("S read as the southern hemisphere: the northing is not in band S, 32° to 40° N"),
    MIDDLE_OF_CELL: marked("the middle of a square of {size}"),
}
"""Key of a note to what it says; ``{size}`` is a length in words."""


def notation_of(notation_id: str) -> Notation:
    """The notation of this id; decimal degrees for one that is not known."""
    return next((one for one in NOTATIONS if one.id == notation_id), NOTATIONS[0])
