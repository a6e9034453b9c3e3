"""The plan of a case: where its incidents were, what marks the scene, where exhibits were found, who walked there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext
from ranger_app.services.exhibit_places import place_of_exhibit
from ui.map_pane import Spot, tracks_layer

if TYPE_CHECKING:
    from ranger_app.domain.records import Case, Exhibit, Incident, Patrol, Position
    from ranger_app.domain.track import Track
    from ui.map import Bounds, TracksLayer
    from ui.store_thread import ReadJob, Sight

SHORT_NUMBER = 6
"""So many last signs of a number name an incident on the map."""


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What the map of a case shows.

    Attributes:
        boxes: Where each track lies.
        records: Kind and id of the record that opens, by the id of a spot; an exhibit has no page of its own.
        lost: Numbers of the patrols of whose tracks something is missing or damaged.
    """

    layer: TracksLayer
    boxes: tuple[Bounds, ...]
    spots: tuple[Spot, ...]
    records: Mapping[str, tuple[str, str]]
    lost: tuple[str, ...] = ()


def plan_of(case: str) -> ReadJob[CasePlan]:
    """Read what the map of a case shows, beside the window."""

    def work(sight: Sight, context: JobContext) -> CasePlan:
        from db.cases import case as read_case
        from db.incidents import incident

        found = read_case(sight.reader, case)
        incidents = [incident(sight.reader, record) for record in found.incidents]
        patrols = _patrols(sight, incidents)
        tracks: list[tuple[str, Track]] = []
        lost: list[str] = []
        for number, patrol in enumerate(patrols):
            context.step(number, len(patrols), "reading-tracks")
            found_tracks, is_whole = _tracks(sight, patrol)
            tracks += found_tracks
            lost += [] if is_whole else [patrol.number]
        exhibits = [(one, place) for one in found.exhibits if (place := place_of_exhibit(one)) is not None]
        told = [
            *(pair for patrol in patrols for pair in _of_patrol(patrol)),
            *(pair for one in incidents for pair in _of_incident(one)),
            *(_of_exhibit(one, place, found) for one, place in exhibits),
        ]
        return CasePlan(
            layer=tracks_layer(tracks),
            boxes=tuple(box for _, track in tracks if (box := track.bounds()) is not None),
            spots=tuple(spot for spot, _ in told),
            records={spot.id: target for spot, target in told},
            lost=tuple(lost),
        )

    return work


def _patrols(sight: Sight, incidents: list[Incident]) -> list[Patrol]:
    """The patrols that the incidents name, each once."""
    from db.patrols import patrol

    ids = dict.fromkeys(one.patrol_id for one in incidents if one.patrol_id)
    return [patrol(sight.reader, one) for one in ids if sight.reader.has(one)]


def _tracks(sight: Sight, patrol: Patrol) -> tuple[list[tuple[str, Track]], bool]:
    """What can be read of a patrol's tracks, and whether that is all of them."""
    from db.fields import ordered
    from db.patrols import is_companion
    from db.track_rest import track_rest

    entries = [one for leg in patrol.legs for one in ordered(sight.reader.entries("track", parent=leg.id))]
    rests = [track_rest(one.values, sight.blobs) for one in entries if not is_companion(one)]
    return [(patrol.id, one.track) for one in rests if len(one.track)], not any(one.unread for one in rests)


_Told = tuple[Spot, tuple[str, str]]


def _of_patrol(patrol: Patrol) -> Iterator[_Told]:
    for one in patrol.waypoints:
        yield _spot(one.id, "waypoint", one.position, str(one.number)), ("patrol", patrol.id)


def _of_incident(found: Incident) -> Iterator[_Told]:
    """The incident itself, and its photos as marks of the scene."""
    record = ("conflict" if found.kind == "conflict" else "incident", found.id)
    for number, photo in enumerate(found.attachments, start=1):
        if photo.position is not None:
            yield _spot(photo.id, "photo", photo.position, str(number)), record
    if found.position is not None:
        yield _spot(found.id, record[0], found.position, found.number[-SHORT_NUMBER:]), record


def _of_exhibit(exhibit: Exhibit, place: tuple[float, float], case: Case) -> _Told:
    spot = Spot(id=exhibit.id, kind="exhibit", latitude_deg=place[0], longitude_deg=place[1], label=exhibit.number)
    return spot, ("exhibit", case.id)


def _spot(record: str, kind: str, at: Position, label: str) -> Spot:
    return Spot(id=record, kind=kind, latitude_deg=at.latitude_deg, longitude_deg=at.longitude_deg, label=label)
