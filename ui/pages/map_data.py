"""Everything that has a place, read beside the window and made into layers there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext
from ui import telling
from ui.patrol_tracks import tracks_of
from ui.tracks_in_view import Span, TracksSeen, bounds_of_days, tracks_seen

if TYPE_CHECKING:
    from db.reader import Reader
    from ui.map import Bounds, PointsLayer, Viewport
    from ui.store_thread import Sight

MOST_PLACES = 20_000
"""So many records of each kind are shown, the newest."""

KINDS = ("incident", "conflict", "waypoint")
"""Layers of places, each named by what lies in it."""

US = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A record with a place.

    Attributes:
        kind: Its layer.
        at_us: Microseconds since 1970 UTC; ``None`` when nobody knows.
        record: Kind and id of the record that is opened for it.
    """

    id: str
    kind: str
    latitude_deg: float
    longitude_deg: float
    label: str
    at_us: int | None
    record: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where everything is; ``None`` where nothing has a place.

    Attributes:
        near: A box around all of it that lies on the base map; around all of it where nothing does.
        whole: A box around all of it.
    """

    near: Bounds | None
    whole: Bounds | None


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a map shows of the records.

    Attributes:
        span: First and last moment of all of it; ``None`` where no time is known.
        patrol_of: Waypoint to its patrol.
        extent: Where all of it is.
    """

    tracks: TracksSeen
    places: tuple[Place, ...]
    layers: tuple[PointsLayer, ...]
    span: tuple[int, int] | None
    patrol_of: Mapping[str, str]
    extent: Extent


def everything(sight: Sight, context: JobContext, view: Viewport | None, window: Span | None = None) -> Seen:
    """Read all places, and the tracks for a view or all of them from far away, beside the window.

    Args:
        window: The days that are looked at, in microseconds; ``None`` for all.
    """
    from db.map_places import track_span

    tracks = tracks_seen(sight, context, view, window)
    places = (*_incidents(sight.reader), *_waypoints(sight.reader))
    span = track_span(sight.reader)
    times = [*(span or ()), *(place.at_us for place in places if place.at_us is not None)]
    return Seen(
        tracks=tracks,
        places=places,
        layers=layers_of(places, window),
        span=(min(times), max(times)) if times else None,
        patrol_of={one.id: one.record[1] for one in places if one.kind == "waypoint"},
        extent=_extent(tracks.bounds, places),
    )


def extent_of_days(sight: Sight, context: JobContext, places: Sequence[Place], window: Span) -> Extent:
    """Where the ways and the places of some days are."""
    return _extent(bounds_of_days(sight, context, window), [one for one in places if _is_in(one, window)])


def _extent(tracks: Sequence[Bounds], places: Sequence[Place]) -> Extent:
    """A fix on the wrong side of the Earth hides nothing else."""
    from ui.map import COVERAGE

    west, south, east, north = COVERAGE
    boxes = [*tracks, *((one.longitude_deg, one.latitude_deg) * 2 for one in places)]
    near = _around([b for b in boxes if b[0] >= west and b[2] <= east and b[1] >= south and b[3] <= north])
    whole = _around(boxes)
    return Extent(near or whole, whole)


def _around(boxes: Sequence[Bounds]) -> Bounds | None:
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def layers_of(places: Sequence[Place], window: tuple[int, int] | None = None) -> tuple[PointsLayer, ...]:
    """A layer of each kind, of what happened within a window of microseconds; without one all of it."""
    from ui.map import MapPoint, PointsLayer
    from ui.map_pane import MOST_ALONE

    made = []
    for kind in KINDS:
        points = [
            MapPoint(
                id=one.id, longitude_deg=one.longitude_deg, latitude_deg=one.latitude_deg, kind=kind, label=one.label
            )
            for one in places
            if one.kind == kind and (window is None or _is_in(one, window))
        ]
        made.append(PointsLayer(kind, points, grouped=len(points) > MOST_ALONE))
    return tuple(made)


def _is_in(place: Place, window: Span) -> bool:
    return place.at_us is not None and window[0] <= place.at_us <= window[1]


def _incidents(reader: Reader) -> list[Place]:
    from db.incidents import incident_page

    found = []
    for row in incident_page(reader, limit=MOST_PLACES):
        if row.latitude_deg is None or row.longitude_deg is None:
            continue
        kind = "conflict" if row.kind == "conflict" else "incident"
        found.append(
            Place(
                row.id, kind, row.latitude_deg, row.longitude_deg, row.number[-6:], _moment_us(row.occurred_at),
                (kind, row.id),
            )
        )  # fmt: skip
    return found


def _waypoints(reader: Reader) -> list[Place]:
    from db.map_places import waypoint_places

    return [
        Place(
            row.id, "waypoint", row.latitude_deg, row.longitude_deg, str(row.number or ""), _moment_us(row.at),
            ("patrol", row.patrol),
        )
        for row in waypoint_places(reader, limit=MOST_PLACES)
    ]  # fmt: skip


def _moment_us(text: str) -> int | None:
    moment = telling.moment_from_iso(text)
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return int(aware.timestamp()) * US


def whereabouts(sight: Sight, context: JobContext, records: Mapping[str, Sequence[str]]) -> Bounds | None:
    """A box around records of some kinds, around the incidents of cases; ``None`` when they are nowhere."""
    boxes = _patrol_boxes(sight, context, frozenset(records.get("patrol", ())))
    for kind in ("incident", "conflict"):
        boxes += [box for record in records.get(kind, ()) if (box := _place_of(sight.reader, record)) is not None]
    return _around(boxes)


def _patrol_boxes(sight: Sight, context: JobContext, patrols: frozenset[str]) -> list[Bounds]:
    if not patrols:
        return []
    from db.map_places import patrols_of_tracks, waypoint_places
    from db.track_index import track_boxes

    patrol_of = patrols_of_tracks(sight.reader)
    boxed, others = track_boxes(sight.reader)
    boxes: list[Bounds] = [box for track, box in boxed.items() if patrol_of.get(track) in patrols]
    for patrol in {patrol_of[one] for one in others if one in patrol_of} & patrols:
        for track in tracks_of(patrol)(sight, context):
            lon, lat = track.longitude_deg, track.latitude_deg
            boxes.append((float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())))
    boxes += [
        (place.longitude_deg, place.latitude_deg, place.longitude_deg, place.latitude_deg)
        for place in waypoint_places(sight.reader, limit=MOST_PLACES)
        if place.patrol in patrols
    ]
    return boxes


def _place_of(reader: Reader, record: str) -> Bounds | None:
    from db.incidents import incident

    at = incident(reader, record).position if reader.has(record) else None
    return None if at is None else (at.longitude_deg, at.latitude_deg, at.longitude_deg, at.latitude_deg)


def made_ready(notation: str) -> str:
    """Load beside the window what measuring and a notation need; answers the notation."""
    from ranger_app.coordinates import tell_place
    from ranger_app.geodesy import area_m2

    area_m2([74.0, 74.1, 74.1], [41.0, 41.0, 41.1])
    tell_place(41.2, 74.5, notation)
    return notation
