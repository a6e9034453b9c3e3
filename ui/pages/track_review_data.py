"""What a review shows of a patrol, read and measured beside the window: one walk of all its tracks, and their flags."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ranger_app.domain.track import NO_TIME, Track, concatenate
from ranger_app.domain.track_edits import EditedTrack, Edits, Run, edit
from ranger_app.domain.track_flag import Severity
from ranger_app.jobs import JobContext
from ranger_app.services.flag_tracks import TrackFlag, flags_of_patrol
from ranger_app.services.shared_fixes import moved_to
from ui.map import Bounds, MapTrack, TracksLayer
from ui.profile_columns import Profile, profile_of
from ui.profile_paint import Mark

if TYPE_CHECKING:
    from db.reader import Entry
    from ranger_app.domain.records import Leg, Patrol, Waypoint
    from ui.store_thread import ReadJob, Sight

SHOWN, ORIGINAL, BESIDE = "tracks", "original", "beside"
"""Layers of the map: the track as it is told, as it was recorded, and what other devices recorded on the same way."""


ELSEWHERE = frozenset({"zero-zero", "spike", "no-fix"})
"""Kinds of flags on fixes that say nothing of where the walk was."""

MARK_OF = {Severity.NOTE: "note", Severity.WARNING: "flag", Severity.ERROR: "grave"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """One track record of the patrol.

    Attributes:
        record, leg: Ids.
        leg_number: As people count them.
        name: Of its file, or of the track in it.
        original: As it was recorded, all of its chunks.
        told: As it is told where its edits stand.
        start: Place of its first fix among those of the whole patrol.
        flags: What is odd about it; they name original fixes.
        moved: Hidden runs that another patrol tells, and its number.
    """

    record: str
    leg: str
    leg_number: int
    name: str
    original: Track
    edits: Edits
    told: EditedTrack
    start: int
    flags: tuple[TrackFlag, ...] = ()
    moved: Mapping[Run, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """Fixes that are told."""
        return len(self.told.track)

    def place(self, run: tuple[int, int]) -> tuple[int, int] | None:
        """First and last fix among those of the patrol of a range of original ones.

        Where none of the range is told, the fixes beside the hole; ``None`` where nothing of the track is told at all.
        """
        if not len(self):
            return None
        first = int(np.searchsorted(self.told.index, run[0]))
        last = int(np.searchsorted(self.told.index, run[1], side="right")) - 1
        first, last = min(first, last), max(first, last)
        return self.start + max(first, 0), self.start + min(last, len(self) - 1)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Review:
    """A patrol as a review shows it.

    Attributes:
        parts: Its tracks that count, the earliest first.
        profile: All of their fixes, one after the other.
        layer, original: What the map draws.
        beside: What the map draws of other devices on the same way; they are no parts.
        bounds: Where the walk is, spikes and positions of 0, 0 left out; ``None`` when it is nowhere.
    """

    patrol: Patrol
    parts: tuple[Part, ...]
    profile: Profile
    layer: TracksLayer
    original: TracksLayer
    beside: TracksLayer
    bounds: Bounds | None

    @property
    def waypoints(self) -> tuple[Waypoint, ...]:
        return self.patrol.waypoints

    def part_of(self, fix: int) -> Part | None:
        """The track that a fix is of."""
        found = bisect_right([part.start for part in self.parts], fix) - 1
        while found >= 0 and not len(self.parts[found]):
            found -= 1
        return self.parts[found] if found >= 0 else None

    def original_of(self, fix: int) -> tuple[Part, int] | None:
        """The track of a fix, and its place there as it was recorded."""
        part = self.part_of(fix)
        return (part, int(part.told.index[fix - part.start])) if part is not None else None

    def runs(self, stretch: tuple[int, int]) -> Iterator[tuple[Part, Run]]:
        """A stretch as ranges of original fixes, one a track."""
        first, last = stretch
        for part in self.parts:
            begin, end = max(first, part.start), min(last, part.start + len(part) - 1)
            if begin <= end:
                index = part.told.index
                yield part, Run(int(index[begin - part.start]), int(index[end - part.start]))

    def place_of(self, record: str, original: int) -> int | None:
        """Where a fix stands now that was recorded there; the nearest that is told."""
        for part in self.parts:
            if part.record == record and (found := part.place((original, original))) is not None:
                return found[0]
        return None

    def marks(self) -> tuple[Mark, ...]:
        """What the profile shows below and behind the curves."""
        found = [Mark(first=part.start, last=part.start, kind="edge") for part in self.parts[1:] if len(part)]
        for part in self.parts:
            told = [(run, "pause") for run in part.edits.pauses]
            told += [
                (Run(one.flag.first, one.flag.last), MARK_OF[one.flag.severity])
                for one in part.flags
                if one.seen is None
            ]
            found += [
                Mark(first=place[0], last=place[1], kind=kind)
                for run, kind in told
                if (place := part.place(run)) is not None
            ]
        return tuple(found)

    def track(self, stretch: tuple[int, int] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Longitudes and latitudes of a stretch, of everything when none is given."""
        first, last = stretch or (0, len(self.profile) - 1)
        return self.profile.longitude_deg[first : last + 1], self.profile.latitude_deg[first : last + 1]


def review_of(patrol: str) -> ReadJob[Review]:
    """Read a patrol, its tracks as they were recorded and as they are told, and what is odd about them."""

    def work(sight: Sight, context: JobContext) -> Review:
        from db.patrols import load_track, original_track
        from db.patrols import patrol as read_patrol

        found = read_patrol(sight.reader, patrol)
        rows = [(leg, entry) for leg in found.legs for entry in sight.reader.entries("track", parent=leg.id)]
        beside = [load_track(entry, sight.blobs) for _, entry in rows if entry.values.get("companion") is True]
        rows = [row for row in rows if row[1].values.get("companion") is not True]
        flags = flags_of_patrol(sight.reader, patrol, sight.blobs)
        parts = []
        for number, (leg, entry) in enumerate(rows):
            context.step(number, len(rows), "reading-tracks")
            part = _part(leg, entry, original_track(entry, sight.blobs), flags)
            parts.append(replace(part, moved=moved_to(sight.reader, entry)))
        parts = _in_order(parts)
        profile = profile_of(concatenate([part.told.track for part in parts]))
        return Review(
            patrol=found, parts=tuple(parts), profile=profile, bounds=_bounds(parts, profile),
            layer=TracksLayer(SHOWN, _drawn(parts, [part.told.track for part in parts])),
            beside=TracksLayer(BESIDE, _lines(beside), is_quiet=True, is_dashed=True),
            original=TracksLayer(ORIGINAL, _drawn(parts, [part.original for part in parts]), is_quiet=True),
        )  # fmt: skip

    return work


def _part(leg: Leg, entry: Entry, original: Track, flags: Sequence[TrackFlag]) -> Part:
    edits = Edits.parse(entry.values)
    told = edit(original, edits)
    return Part(
        record=entry.id, leg=leg.id, leg_number=leg.number, name=str(entry.values.get("name", "")), original=original,
        edits=edits, told=told, start=0, flags=tuple(one for one in flags if one.track == entry.id),
    )  # fmt: skip


def _in_order(parts: Sequence[Part]) -> list[Part]:
    """The same, the earliest first, each with its place in the whole."""
    found, start = [], 0
    for part in sorted(parts, key=lambda one: _begin(one.told.track)):
        found.append(replace(part, start=start))
        start += len(part)
    return found


def _begin(track: Track) -> int:
    """The first time of a track; those without times come last."""
    known = track.time_us[track.time_us != NO_TIME]
    return int(known[0]) if len(known) else int(np.iinfo(np.int64).max)


def _bounds(parts: Sequence[Part], profile: Profile) -> Bounds | None:
    """Where the fixes are that are not likely to be somewhere else."""
    is_there = np.ones(len(profile), np.bool_)
    for part in parts:
        for one in part.flags:
            run = (one.flag.first, one.flag.last)
            if one.flag.kind in ELSEWHERE and (place := part.place(run)) is not None:
                is_there[place[0] : place[1] + 1] = False
    if not is_there.any():
        is_there[:] = True
    lon, lat = profile.longitude_deg[is_there], profile.latitude_deg[is_there]
    return (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())) if len(lon) else None


def _lines(tracks: Sequence[Track]) -> list[MapTrack]:
    return [
        MapTrack(id=str(place), longitude_deg=one.longitude_deg, latitude_deg=one.latitude_deg,
                 part_starts=one.part_starts)
        for place, one in enumerate(tracks)
    ]  # fmt: skip


def _drawn(parts: Sequence[Part], tracks: Sequence[Track]) -> list[MapTrack]:
    return [
        MapTrack(
            id=part.record, longitude_deg=track.longitude_deg, latitude_deg=track.latitude_deg,
            part_starts=track.part_starts,
        )
        for part, track in zip(parts, tracks, strict=True)
    ]  # fmt: skip
