"""A map of a piece of the station's land, on paper or as a picture: tracks, places, own maps, grid and sources."""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.blobs import Blobs
from db.cases import case
from db.incidents import RECORD_KINDS, incident
from db.patrol_pages import find_patrol
from db.patrols import patrol
from db.reader import Reader
from exporters.safe_write import FileNotWrittenError, write_bytes
from ranger_app.domain.hot_spots import HEAT_M, with_heat
from ranger_app.domain.map_request import (
    GRIDS,
    MapPainter,
    MapRequest,
    Mark,
)
from ranger_app.domain.map_words import grid_notes, ground_notes, map_words, natural_grid, reaches
from ranger_app.i18n import Words
from ranger_app.jobs import JobContext
from ranger_app.services.exhibit_places import exhibit_marks
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_gaps import Missing, painted
from ranger_app.services.map_marks import of_all, of_named, waypoints_of, waypoints_within
from ranger_app.services.map_own import own_notes, own_sheets
from ranger_app.services.map_paper import bounds_of, seen_on, size_mm
from ranger_app.services.map_records import (
    MapEffortUnreadError,
    MapGridAwayError,
    MapNoConflictsError,
    MapTracksLeftError,
    MapTracksUnreadError,
    NamedRecords,
    note_of,
    told,
)
from ranger_app.services.map_refused import (
    MOST_LATITUDE,
    Bounds,
    MapBoundsError,
    MapDotsError,
    MapEmptyError,
    MapFormatError,
    refuse_wrong,
    wants_page,
)
from ranger_app.services.map_shading import WantedEffort, WantedHeat, effort_shown, heat_shown
from ranger_app.services.map_ways import MOST_TRACKS, Ways, of_days, ways_of, ways_within
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from ranger_app.domain.records import Incident, Patrol

__all__ = [
    "GRIDS",
    "MOST_LATITUDE",
    "Bounds",
    "MapBoundsError",
    "MapDays",
    "MapDotsError",
    "MapEmptyError",
    "MapFormatError",
    "PrintMap",
    "Printed",
    "WantedMap",
    "known_title",
]

MOST_NAMED = 30
"""Up to so many places each has its number beside it; more are gathered."""

AROUND_DEG = 0.01
"""Land around tracks of which nothing can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMap:
    """What a printed map should show.

    Attributes:
        bounds: What it shows at least; ``None`` fits tracks and places.
        patrols: Ids or numbers of patrols: their tracks, waypoints and incidents are shown.
        incidents: Ids of incidents and livestock conflicts; the places of their photos are shown with them.
        case: Id of a case: all its incidents, the tracks of the patrols that they name, and where its exhibits were
            found.
        shows_all: All patrols and places within the bounds as well.
        hidden: Kinds that are not shown: of marks, and ``tracks``.
        days: Only what was recorded then; ``None`` for all days, and for what has no day.
        hot_spots: All livestock conflicts, those within the bounds where there are some, and where they gather.
        is_gathered: Places that lie near each other become one sign with their number.
        title: Above the map; made from what it shows when empty.
        paper: Key of ``PAPERS_MM``; whether it stands or lies, the bounds decide.
        grid: Notation; that of the sheets in use there when empty.
        printed_on: Printed below the map; ``None`` for a map that comes out the same on every day.
        effort, heat: Of all records of the station, in colours below tracks and signs.
        order, opacities: Of the layers, as a map request has them.
    """

    bounds: Bounds | None = None
    dpi: int = 300
    patrols: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    case: str = ""
    shows_all: bool = False
    hidden: frozenset[str] = frozenset()
    days: MapDays | None = None
    hot_spots: bool = False
    is_gathered: bool = False
    title: str = ""
    paper: str = "A4"
    grid: str = ""
    printed_on: dt.date | None = None
    effort: WantedEffort | None = None
    heat: WantedHeat | None = None
    order: tuple[str, ...] = ()
    opacities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A finished map.

    Attributes:
        left_out: What is not on it as it was wanted: the name of an own map or the number of a record, and why.
    """

    path: Path
    left_out: tuple[Missing, ...] = ()


class PrintMap:
    """Print a map.

    Args:
        reader, blobs: Of the station.
        folder: The station's folder, where its own maps are; ``None`` prints without them.
        painter: Makes the painter when one is needed.
    """

    def __init__(self, reader: Reader, blobs: Blobs, *, folder: Path | None, painter: Callable[[], MapPainter]) -> None:
        self._reader = reader
        self._blobs = blobs
        self._folder = folder
        self._painter = painter

    def __call__(self, out: Path, wanted: WantedMap, *, words: Words, context: JobContext) -> Printed:
        """Write the map to *out*, a PDF of one page or a PNG; whole or not at all.

        Raises:
            MapBoundsError, MapDotsError, MapFormatError, WrongValueError, MapEmptyError: It cannot be printed so.
            RecordMissingError, RecordTakenBackError: A patrol or an incident.
            FileNotWrittenError: The folder is missing, may not be written, or the disk is full.
        """
        is_page = wants_page(out)
        refuse_wrong(
            bounds=wanted.bounds, dpi=wanted.dpi, paper=wanted.paper, grid=wanted.grid, is_page=is_page
        )  # fmt: skip
        if not out.absolute().parent.is_dir():
            raise FileNotWrittenError(out, os.strerror(errno.ENOENT))
        context.step(0, 3, "map-reading")
        request, left_out = self.request(wanted, words=words, context=context, is_page=is_page)
        context.step(1, 3, "map-painting")
        content, gaps = painted(self._painter(), request, words=words, is_page=is_page)
        context.step(2, 3, "map-writing")
        write_bytes(out, content)
        return Printed(path=out.absolute(), left_out=(*left_out, *gaps))

    def request(
        self, wanted: WantedMap, *, words: Words, context: JobContext, is_page: bool = True
    ) -> tuple[MapRequest, tuple[Missing, ...]]:
        """What the painter is asked for, and what cannot be shown of what was wanted."""
        wanted = self._with_case(wanted, words)
        patrols, days = tuple(self._patrol(name) for name in wanted.patrols), wanted.days
        incidents = [self._incident(one) for one in wanted.incidents]
        own, others = self._ways(wanted, patrols, context)
        named = NamedRecords(patrols=patrols, incidents=incidents, ways=own.tracks, unread=own.unread)
        context.step(0, 3, "map-reading")
        marks = tuple(mark for mark in self._marks(wanted, patrols) if mark.kind not in wanted.hidden)
        walked = [track for ways in (own, others) for tracks in ways.tracks.values() for track in tracks]
        tracks = () if "tracks" in wanted.hidden else of_days(walked, days)
        left_out = [*named.missing(wanted.bounds), *self._not_walked(wanted, own, others)]
        bounds = wanted.bounds or bounds_of(marks, tracks)
        asked = wanted.bounds
        if wanted.hot_spots and asked is None and bounds is not None:
            bounds = asked = with_heat(bounds)
        if bounds is None:
            bounds = asked = _bounds_of_lost(own, left_out)
        middle = ((bounds[1] + bounds[3]) / 2, (bounds[0] + bounds[2]) / 2)
        grid = wanted.grid or natural_grid(*middle)
        if not reaches(grid, bounds):
            left_out += [(grid, MapGridAwayError(grid=grid))] if wanted.grid else []
            grid = ""
        if wanted.hot_spots and not any(mark.kind == "conflict" for mark in marks):
            left_out.append(("", MapNoConflictsError()))
        paper_mm = size_mm(wanted.paper, bounds, is_page=is_page)
        notes = [*grid_notes(words, grid, *middle, bounds), *ground_notes(words, seen_on(paper_mm, bounds))]
        notes += [note_of(words, error) for _, error in left_out]
        notes += [] if days is None else [days.note(words)]
        effort, heat = None, None
        if wanted.effort is not None:
            effort, amount, unread = effort_shown(
                self._reader, self._blobs, wanted.effort, days, words=words, context=context
            )  # fmt: skip
            notes.append(amount)
            left_out += [("effort", MapEffortUnreadError(count=unread))] if unread else []
        if wanted.heat is not None:
            heat = heat_shown(self._reader, wanted.heat, days, words=words)
        if wanted.printed_on is not None:
            notes.append(words.say("Printed on {day}.", day=words.day(wanted.printed_on)))
        maps, unreadable = own_sheets(self._folder, bounds)
        notes += own_notes(words, unreadable)
        return MapRequest(
            size_mm=paper_mm, bounds=asked, dpi=wanted.dpi,
            tracks=tracks, marks=marks, words=map_words(words), grid=grid, notes=tuple(notes), maps=maps,
            title=known_title(words, wanted) or named.title(words),
            is_gathered=wanted.is_gathered or len(marks) > MOST_NAMED,
            heat_m=HEAT_M if wanted.hot_spots else 0.0, heat=heat, effort=effort,
            order=wanted.order, opacities=wanted.opacities,
        ), (*left_out, *unreadable)  # fmt: skip

    def _ways(self, wanted: WantedMap, patrols: Sequence[Patrol], context: JobContext) -> tuple[Ways, Ways]:
        """The tracks of the patrols that were named, and those of all others where all are wanted."""
        own, others = ways_of(self._reader, self._blobs, patrols, wanted.days), Ways(tracks={})
        if wanted.shows_all and wanted.bounds is not None and "tracks" not in wanted.hidden:
            others = ways_within(
                self._reader, self._blobs, wanted.bounds, wanted.days, but=own.tracks, context=context
            )  # fmt: skip
        return own, others

    def _not_walked(self, wanted: WantedMap, own: Ways, others: Ways) -> Iterator[Missing]:
        """What of the tracks is not on the map."""
        if "tracks" in wanted.hidden:
            return
        if unread := list(dict.fromkeys((*own.unread, *others.unread))):
            from db.track_walks import patrol_numbers

            numbers = patrol_numbers(self._reader)
            names = sorted(numbers.get(one) or one for one in unread)
            yield names[0], MapTracksUnreadError(records=told(names))
        if others.more:
            yield "", MapTracksLeftError(count=others.more, most=MOST_TRACKS)

    def _with_case(self, wanted: WantedMap, words: Words) -> WantedMap:
        """The same with the records that its case names."""
        if not wanted.case:
            return wanted
        refuse_taken_back(self._reader.entry(wanted.case, "case"))
        found = case(self._reader, wanted.case)
        own = self._shown(found.incidents)
        patrols = self._shown(incident(self._reader, one).patrol_id for one in own)
        title = wanted.title or words.say("Plan of case {number}", number=found.number)
        return replace(
            wanted, incidents=(*wanted.incidents, *own), patrols=(*wanted.patrols, *patrols), title=title
        )  # fmt: skip

    def _shown(self, records: Iterable[str]) -> tuple[str, ...]:
        """Those that lists show, each once."""
        ids = dict.fromkeys(one for one in records if one and self._reader.has(one))
        return tuple(one for one in ids if not self._reader.entry(one).is_hidden)

    def _patrol(self, name: str) -> Patrol:
        record = find_patrol(self._reader, name) or name
        refuse_taken_back(self._reader.entry(record, "patrol"))
        return patrol(self._reader, record)

    def _incident(self, record: str) -> Incident:
        refuse_taken_back(self._reader.entry(record, *RECORD_KINDS))
        return incident(self._reader, record)

    def _marks(self, wanted: WantedMap, patrols: Sequence[Patrol]) -> Iterator[Mark]:
        """Incidents with their numbers, their photos, then waypoints."""
        reader, days, bounds = self._reader, wanted.days, wanted.bounds
        named = list(dict.fromkeys([*wanted.incidents, *self._of_patrols(wanted, patrols)]))
        yield from of_named(reader, named, days, with_photos=wanted.incidents)
        is_whole = wanted.shows_all and bounds is not None
        if wanted.hot_spots or is_whole:
            kinds = RECORD_KINDS if wanted.shows_all else ("conflict",)
            yield from of_all(reader, bounds, days, kinds=kinds, but=named, is_numbered=not wanted.hot_spots)
        if wanted.case:
            yield from exhibit_marks(case(reader, wanted.case))
        yield from waypoints_of(patrols, days)
        if is_whole and bounds is not None:
            yield from waypoints_within(reader, bounds, days, but={one.id for one in patrols})

    def _of_patrols(self, wanted: WantedMap, patrols: Sequence[Patrol]) -> list[str]:
        """Incidents of the patrols that were named."""
        own = {one.id for one in patrols}
        if not own or wanted.shows_all:
            return []
        return [
            entry.id for kind in RECORD_KINDS for entry in self._reader.entries(kind)
            if entry.values.get("patrol") in own
        ]  # fmt: skip


def _bounds_of_lost(own: Ways, left_out: Sequence[Missing]) -> Bounds:
    """Where the tracks were of which nothing can be read."""
    if own.lost_box is None:
        raise next((error for _, error in left_out if isinstance(error, MapTracksUnreadError)), MapEmptyError())
    west, south, east, north = own.lost_box
    return (
        max(west - AROUND_DEG, -180.0),
        max(south - AROUND_DEG, -MOST_LATITUDE),
        min(east + AROUND_DEG, 180.0),
        min(north + AROUND_DEG, MOST_LATITUDE),
    )


def known_title(words: Words, wanted: WantedMap) -> str:
    """The title, as far as it is known before anything is read; empty where the records are named in it."""
    if wanted.title:
        return wanted.title
    if wanted.hot_spots:
        return words.say("Livestock conflicts: hot spots")
    names_records = wanted.case or wanted.patrols or wanted.incidents
    return "" if names_records and not wanted.shows_all else words.say("Map")
