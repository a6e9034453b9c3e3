"""What a printed map was asked for by name: what it is called after that, and what of it is not on the map."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ranger_app.coordinates import notation_of
from ranger_app.domain.map_words import fact, joined, listed
from ranger_app.domain.records import Incident, Patrol
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words, marked
from ranger_app.services.map_gaps import Missing
from ranger_app.services.map_refused import Bounds

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

MOST_IN_TITLE = 4
"""So many numbers are told; more are counted."""

MOST_TOLD = 12


class MapRecordsAwayError(RangerAppError):
    """Records that were named lie outside the bounds."""

    code = "map-records-away"


class MapRecordsPlacelessError(RangerAppError):
    """Records that were named have no place."""

    code = "map-records-placeless"


class MapNoConflictsError(RangerAppError):
    """No livestock conflict lies within the bounds of a map of hot spots."""

    code = "map-no-conflicts"


class MapGridAwayError(RangerAppError):
    """The grid that was named does not reach the land of the map."""

    code = "map-grid-away"


class MapTracksUnreadError(RangerAppError):
    """Chunks of the tracks of some patrols are missing or damaged."""

    code = "map-tracks-unread"


class MapTracksLeftError(RangerAppError):
    """There are more tracks than one sheet shows."""

    code = "map-tracks-left"


class MapEffortUnreadError(RangerAppError):
    """Effort was counted without what is missing or damaged of some tracks."""

    code = "map-effort-unread"


NOTES = {
    MapRecordsAwayError.code: marked("Outside the bounds of this map: {records}."),
    MapRecordsPlacelessError.code: marked("Without a place, and not on this map: {records}."),
    MapNoConflictsError.code: marked("No livestock conflict is known here."),
    MapGridAwayError.code: marked("The grid {grid} does not reach this land."),
    MapTracksUnreadError.code: marked(
        "Tracks of these patrols are shown with gaps or not at all, because parts of them are missing or damaged in the"
        " station: {records}."
    ),
    MapTracksLeftError.code: marked(
        "There are more tracks here than one sheet shows: the latest {most} are on it; left out: {count}."
    ),
}
"""What the sheet itself says."""


def note_of(words: Words, error: RangerAppError) -> str:
    """The line below a map that says what is not on it."""
    return words.say(NOTES[error.code], **{key: _told(words, key, told) for key, told in error.facts.items()})


def _told(words: Words, key: str, told: object) -> str:
    if isinstance(told, int):
        return words.number(told)
    return words.say(notation_of(str(told)).label) if key == "grid" else fact(words, str(told))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRecords:
    """Patrols and incidents that were asked for, whether or not they have a place.

    Attributes:
        ways: The tracks of each patrol by its id.
        unread: Ids of patrols whose tracks are not all here.
    """

    patrols: Sequence[Patrol]
    incidents: Sequence[Incident]
    ways: Mapping[str, Sequence[Track]] = field(default_factory=dict)
    unread: Collection[str] = ()

    def title(self, words: Words) -> str:
        """All of them, or how many."""
        patrols, incidents = ([one.number for one in records] for records in (self.patrols, self.incidents))
        parts = []
        if len(patrols) == 1:
            parts.append(words.say("Patrol {number}", number=fact(words, patrols[0])))
        elif len(patrols) > MOST_IN_TITLE:
            parts.append(words.say("Patrols: {count}", count=len(patrols)))
        elif patrols:
            parts.append(words.say("Patrols {numbers}", numbers=listed(words, patrols)))
        if len(incidents) == 1 and not patrols:
            parts.append(words.say("Plan of the scene: incident {number}", number=fact(words, incidents[0])))
        elif len(incidents) == 1:
            parts.append(words.say("Incident {number}", number=fact(words, incidents[0])))
        elif len(incidents) > MOST_IN_TITLE:
            parts.append(words.say("Incidents: {count}", count=len(incidents)))
        elif incidents:
            parts.append(words.say("Incidents {numbers}", numbers=listed(words, incidents)))
        return joined(words, parts) or words.say("Map")

    def missing(self, bounds: Bounds | None) -> Iterator[Missing]:
        """Those that have no place, and those of which nothing lies within the bounds; not those known in part."""
        placeless, away = [], []
        records: list[Patrol | Incident] = [*self.patrols, *self.incidents]
        for record in records:
            if record.id in self.unread:
                continue
            lies_in = list(_lie_in(record, self.ways.get(record.id, ()), bounds))
            if not lies_in:
                placeless.append(record.number)
            elif not any(lies_in):
                away.append(record.number)
        if placeless:
            yield placeless[0], MapRecordsPlacelessError(records=told(placeless))
        if away:
            yield away[0], MapRecordsAwayError(records=told(away))


def told(numbers: Sequence[str]) -> str:
    """Numbers in a row; only the first of many."""
    return ", ".join(numbers[:MOST_TOLD]) + (f" … ({len(numbers)})" if len(numbers) > MOST_TOLD else "")


def _lie_in(record: Patrol | Incident, ways: Sequence[Track], bounds: Bounds | None) -> Iterator[bool]:
    """For each part of a record that has a place, whether any of it lies within the bounds."""
    west, south, east, north = bounds or (-180.0, -90.0, 180.0, 90.0)
    waypoints = record.waypoints if isinstance(record, Patrol) else (record,)
    for one in waypoints:
        if one.position is not None:
            yield south <= one.position.latitude_deg <= north and west <= one.position.longitude_deg <= east
    for track in ways:
        lon, lat = track.longitude_deg, track.latitude_deg
        yield bool(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).any())
