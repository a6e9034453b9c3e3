"""Waypoints and routes for a receiver, as GPX 1.1 written by gpxpy: no tracks, no extensions, names it can show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import gpxpy.gpx as gpx_format

from exporters.device_names import DeviceNames
from ranger_app.domain.smart_text import xml_text

_NAMESPACE = "http://www.topografix.com/GPX/1/1"
NAME_LETTERS = 30
"""Letters of a name that Garmin's handhelds of the last years show; older ones show 10, or 6."""

ROUTE_POINTS = 250
"""Points of one route that Garmin's handhelds take; a longer one becomes several that begin where the last ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePoint:
    """A place for a receiver.

    Attributes:
        name: Wanted; it is shortened, and numbered where another point has it.
        comment: Shown with the point.
    """

    latitude_deg: float
    longitude_deg: float
    name: str = ""
    comment: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRoute:
    """A way to walk, through at least two places."""

    name: str
    points: tuple[DevicePoint, ...]


class _PlaceNames:
    """One name for each place: a receiver takes a second point of that name for the same place."""

    def __init__(self, names: DeviceNames) -> None:
        self._names = names
        self._known: dict[tuple[float, float, str], str] = {}

    def of(self, point: DevicePoint, otherwise: str) -> str:
        place = point.latitude_deg, point.longitude_deg, point.name
        if place not in self._known:
            self._known[place] = self._names.name(point.name, otherwise)
        return self._known[place]


def device_gpx(
    points: Sequence[DevicePoint],
    routes: Sequence[DeviceRoute] = (),
    *,
    longest_name: int = NAME_LETTERS,
    is_ascii: bool = False,
) -> bytes:
    """One GPX file of waypoints and routes; names of waypoints are unique, and so are names of routes."""
    document = gpx_format.GPX()
    document.creator = "ranger-app"
    document.schema_locations = [_NAMESPACE, f"{_NAMESPACE}/gpx.xsd"]
    names = _PlaceNames(DeviceNames(longest_name, is_ascii=is_ascii))
    for number, point in enumerate(points, 1):
        document.waypoints.append(
            gpx_format.GPXWaypoint(
                latitude=point.latitude_deg, longitude=point.longitude_deg, comment=xml_text(point.comment) or None,
                name=names.of(point, f"P{number:03}"),
                time=point.at.astimezone(dt.UTC) if point.at is not None else None,
            )
        )  # fmt: skip
    of_routes = DeviceNames(longest_name, is_ascii=is_ascii)
    for route in routes:
        for part in parts_of(route.points):
            made = gpx_format.GPXRoute(name=of_routes.name(route.name, "R"))
            made.points = list(_route_points(part, names))
            document.routes.append(made)
    return (document.to_xml("1.1") + "\n").encode()


def parts_of(points: Sequence[DevicePoint]) -> list[Sequence[DevicePoint]]:
    """The points of a route in parts that a receiver takes; each begins with the last point of the one before."""
    step = ROUTE_POINTS - 1
    return [points[at : at + ROUTE_POINTS] for at in range(0, max(len(points) - 1, 1), step)]


def _route_points(points: Sequence[DevicePoint], names: _PlaceNames) -> Iterator[gpx_format.GPXRoutePoint]:
    for number, point in enumerate(points, 1):
        yield gpx_format.GPXRoutePoint(
            latitude=point.latitude_deg, longitude=point.longitude_deg, name=names.of(point, f"P{number:03}"),
            comment=xml_text(point.comment) or None,
        )  # fmt: skip
