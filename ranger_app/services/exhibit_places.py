"""Where an exhibit was found, out of what people wrote about it."""

from __future__ import annotations

from collections.abc import Iterator

from ranger_app.coordinates import CoordinatesError, read_place
from ranger_app.domain.map_request import Mark
from ranger_app.domain.records import Case, Exhibit


def exhibit_marks(case: Case) -> Iterator[Mark]:
    """The exhibits of a case whose place is known, for a map."""
    for exhibit in case.exhibits:
        place = place_of_exhibit(exhibit)
        if place is not None:
            yield Mark(label=exhibit.number, latitude_deg=place[0], longitude_deg=place[1], kind="exhibit")


def place_of_exhibit(exhibit: Exhibit) -> tuple[float, float] | None:
    """Where an exhibit was found or seized, where somebody wrote that as a place that means one thing only."""
    seized = [link.place for link in exhibit.custody if link.place]
    return next((place for text in (exhibit.found_at, *seized[:1]) if (place := _read(text)) is not None), None)


def _read(text: str) -> tuple[float, float] | None:
    try:
        readings = read_place(text) if text.strip() else ()
    except CoordinatesError:
        return None
    if len(readings) != 1 or readings[0].is_doubtful:
        return None
    return readings[0].latitude_deg, readings[0].longitude_deg
