"""The signs of a printed map: incidents with their photos, what was found, waypoints."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from db.incidents import incident, incident_page
from db.map_places import waypoint_places
from db.reader import Reader
from ranger_app.domain.map_request import Mark
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_refused import Bounds

if TYPE_CHECKING:
    from ranger_app.domain.records import Incident, Patrol, Position

MOST_PLACES = 1_000_000
"""More than a station has: days and bounds choose among all places, not among the last."""


def of_named(
    reader: Reader, named: Sequence[str], days: MapDays | None, *, with_photos: Collection[str]
) -> Iterator[Mark]:
    """Incidents with their numbers, and the places of the photos of some of them."""
    for record in named:
        found = incident(reader, record)
        if days is None or days.holds(found.occurred_at):
            yield from _of_incident(found, with_photos=record in with_photos)


def of_all(
    reader: Reader, bounds: Bounds | None, days: MapDays | None, *,
    kinds: Sequence[str], but: Collection[str], is_numbered: bool,
) -> Iterator[Mark]:  # fmt: skip
    """All incidents of some kinds, those within the bounds where there are some."""
    for row in incident_page(reader, kinds=kinds, limit=MOST_PLACES):
        if row.id in but or row.latitude_deg is None or row.longitude_deg is None:
            continue
        if days is not None and not days.holds(row.occurred_at):
            continue
        mark = _mark(row.number if is_numbered else "", row.kind, row.longitude_deg, row.latitude_deg)
        if bounds is None or lies_in(mark, bounds):
            yield mark


def waypoints_of(patrols: Sequence[Patrol], days: MapDays | None) -> Iterator[Mark]:
    """The waypoints of some patrols."""
    for one in patrols:
        for waypoint in one.waypoints:
            if waypoint.position is not None and (days is None or days.holds(waypoint.at)):
                yield _at(waypoint.position, "waypoint")


def waypoints_within(reader: Reader, bounds: Bounds, days: MapDays | None, *, but: Collection[str]) -> Iterator[Mark]:
    """All waypoints within the bounds, those of some patrols left out."""
    for place in waypoint_places(reader, limit=MOST_PLACES):
        mark = Mark(label="", longitude_deg=place.longitude_deg, latitude_deg=place.latitude_deg, kind="waypoint")
        if place.patrol not in but and lies_in(mark, bounds) and (days is None or days.holds(place.at)):
            yield mark


def lies_in(mark: Mark, bounds: Bounds) -> bool:
    """Whether a sign's place is within the bounds."""
    west, south, east, north = bounds
    return south <= mark.latitude_deg <= north and west <= mark.longitude_deg <= east


def _of_incident(found: Incident, *, with_photos: bool) -> Iterator[Mark]:
    if found.position is not None:
        yield _mark(found.number, found.kind, found.position.longitude_deg, found.position.latitude_deg)
    for number, photo in enumerate(found.attachments if with_photos else (), start=1):
        if photo.position is not None:
            yield _at(photo.position, "photo", str(number))


def _mark(number: str, kind: str, longitude_deg: float, latitude_deg: float) -> Mark:
    sign = "conflict" if kind == "conflict" else "incident"
    return Mark(label=number, longitude_deg=longitude_deg, latitude_deg=latitude_deg, kind=sign)


def _at(position: Position, kind: str, label: str = "") -> Mark:
    return Mark(label=label, longitude_deg=position.longitude_deg, latitude_deg=position.latitude_deg, kind=kind)
