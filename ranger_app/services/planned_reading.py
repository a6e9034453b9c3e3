"""One file that was read becomes what is to be written: cut into runs, compared with what is here, kept as blobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from db.patrol_pages import DaySummary
from db.transaction import new_id
from ranger_app.domain.track import NO_TIME, PATROL_SILENCE_S, Track, concatenate
from ranger_app.domain.track_boxes import boxes_of
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.domain.track_days import leg_days, runs_of
from ranger_app.domain.track_extras import encode_extras
from ranger_app.geodesy import segment_lengths_m, sum_m
from ranger_app.importers.track_file import ReadTrack, ReadWaypoint, TrackFile
from ranger_app.services.gather_tracks import Content
from ranger_app.services.known_fixes import Found, KnownFixes, KnownTrack
from ranger_app.services.known_waypoints import KnownWaypoints
from ranger_app.services.planned_files import (
    Anchor,
    PlannedFile,
    PlannedRun,
    PlannedWaypoint,
    anchor_of,
    nearest_fix,
    time_lent_us,
)

if TYPE_CHECKING:
    from db.transaction import Transaction

SILENCE_US = int(PATROL_SILENCE_S * 1_000_000)

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]

NOTHING_FOUND = Found([])


@dataclass(slots=True)
class Compared:
    """A file beside what is here already.

    Attributes:
        file: What is new in it; ``None`` when nothing is.
        known_points, known_waypoints: How many of its fixes and waypoints are here already.
        new_points, new_waypoints: How many are not.
        tracks: Where its known fixes are, those with the most of them first.
        patrols: Where its known waypoints are, as ids.
        sources: Names of the files that these came from, or numbers of incidents and patrols.
    """

    file: PlannedFile | None = None
    known_points: int = 0
    new_points: int = 0
    known_waypoints: int = 0
    new_waypoints: int = 0
    tracks: list[KnownTrack] = field(default_factory=list)
    patrols: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Run:
    """A run of fixes beside what is here of it, before anything is kept."""

    read: ReadTrack
    track: Track
    extras: Columns
    lengths_m: Floats | None
    found: Found


class FilePlanner:
    """Turns files into plans, one after the other; each is known to those that come after it.

    Args:
        zone: Of the station, or of the patrol that takes everything.
        is_into_one: Whether everything goes to one patrol that a person named.
    """

    def __init__(
        self,
        transaction: Transaction,
        fixes: KnownFixes,
        waypoints: KnownWaypoints,
        zone: ZoneInfo,
        *,
        is_into_one: bool,
    ) -> None:
        self._transaction = transaction
        self._fixes = fixes
        self._waypoints = waypoints
        self._zone = zone
        self._is_into_one = is_into_one

    def compare(self, content: Content, read: TrackFile, lengths_m: Sequence[Floats]) -> Compared:
        """Keep what is new in a file, but not yet its own bytes; say what is not.

        Args:
            lengths_m: For each track, the lengths from each fix to the next.
        """
        file = PlannedFile(
            new_id(), content.name, content.base_name, content.sha256, content.size, read.format, read.creator,
            has_times=_has_times(read),
        )  # fmt: skip
        done = Compared()
        runs: list[_Run] = []
        for track, lengths in zip(read.tracks, lengths_m, strict=True):
            for piece in runs_of(track.track):
                run = _first_cut(track, lengths, piece.start, piece.stop)
                run.found = self._fixes.look(run.track)
                runs.append(run)
                done.known_points += run.found.known
                done.tracks += [one for one in run.found.tracks if one not in done.tracks]
        file.anchors = self._anchors(done.tracks)
        planned = [self._keep(file, run) for run in runs]
        file.runs = [run for run in planned if run is not None]
        done.new_points = sum(run.count for run in file.runs)
        self._compare_waypoints(file, read.waypoints, list(zip(runs, planned, strict=True)), done)
        done.new_waypoints = len(file.waypoints)
        done.file = file if file.runs or file.waypoints else None
        return done

    def _anchors(self, tracks: Sequence[KnownTrack]) -> list[Anchor]:
        found = [self._fixes.anchor(one) for one in tracks]
        return [one for one in found if one is not None]

    def _keep(self, file: PlannedFile, run: _Run) -> PlannedRun | None:
        """Keep what is new of a run as blobs."""
        if not run.found.new:
            return None
        if run.found.known:
            run = _cut(run, run.found.new)
        track = run.track
        first_us, last_us = track.span_us() or (NO_TIME, NO_TIME)
        anchor = None
        if not self._is_into_one:
            anchor = anchor_of(file.anchors, first_us, last_us, silence_us=SILENCE_US)
        zone = self._zone if anchor is None else ZoneInfo(anchor.timezone)
        put = self._transaction.put_blob
        planned = PlannedRun(
            file, run.read.name or "", len(track), first_us, last_us, track.bounds() or (0.0, 0.0, 0.0, 0.0),
            chunks=[put(chunk) for chunk in encode_chunks(track)],
            boxes=[str(box) for box in boxes_of(track)],
            extras=[put(chunk) for chunk in encode_extras(run.extras, len(track))],
            days=day_summaries(track, zone, run.lengths_m),
            device=run.read.device or file.device,
            anchor=anchor,
        )  # fmt: skip
        self._fixes.add(planned)
        return planned

    def _compare_waypoints(
        self,
        file: PlannedFile,
        waypoints: Sequence[ReadWaypoint],
        runs: Sequence[tuple[_Run, PlannedRun | None]],
        done: Compared,
    ) -> None:
        for read in waypoints:
            known = self._waypoints.look(read, file)
            if known is None:
                planned = PlannedWaypoint(file, read)
                file.waypoints.append(planned)
                if read.time_us == NO_TIME and runs:
                    self._find_nearest(planned, runs)
                self._waypoints.add(planned)
                continue
            done.known_waypoints += 1
            if known.patrol and known.patrol not in done.patrols:
                done.patrols.append(known.patrol)
            if known.source and known.source not in done.sources:
                done.sources.append(known.source)

    def _find_nearest(self, planned: PlannedWaypoint, runs: Sequence[tuple[_Run, PlannedRun | None]]) -> None:
        squares = [nearest_fix(run.track, planned.read)[0] for run, _ in runs]
        run, planned.near = runs[int(np.argmin(squares))]
        if planned.near is None:
            anchors = self._anchors(run.found.tracks[:1])
            planned.near_patrol = anchors[0].patrol if anchors else ""
        _, planned.near_time_us = time_lent_us(run.track, planned.read)


def day_summaries(track: Track, zone: ZoneInfo, lengths_m: Floats | None = None) -> list[DaySummary]:
    """What a track record says of its days: wall-clock times of *zone*, geodesic length of each day's own parts.

    Fixes without any time are one day without a date.

    Args:
        lengths_m: Of each geodesic from one fix to the next, where somebody has measured them already.
    """
    if lengths_m is None:
        lengths_m = segment_lengths_m(track.longitude_deg, track.latitude_deg)
    walked = lengths_m.copy()
    walked[track.part_starts[1:] - 1] = 0.0
    found = []
    for day in leg_days(track, zone):
        start, end = day.start_time, day.end_time
        found.append(
            DaySummary(
                date=day.date.isoformat() if day.date else "",
                start=start.isoformat("seconds") if start else "00:00:00",
                end=end.isoformat("seconds") if end else "00:00:00",
                points=day.points,
                distance_mm=round(1000 * sum_m([walked[first : stop - 1] for first, stop in day.ranges])),
            )
        )
    return found


def _has_times(read: TrackFile) -> bool:
    return any(one.track.is_timed for one in read.tracks) or any(one.time_us != NO_TIME for one in read.waypoints)


def _first_cut(read: ReadTrack, lengths_m: Floats, start: int, stop: int) -> _Run:
    """One run of a track."""
    if (start, stop) == (0, len(read.track)):
        return _Run(read, read.track, read.extras, lengths_m, NOTHING_FOUND)
    extras = {name: column[start:stop] for name, column in read.extras.items()}
    return _Run(read, read.track.slice(start, stop), extras, lengths_m[start : stop - 1], NOTHING_FOUND)


def _cut(run: _Run, stretches: Sequence[tuple[int, int]]) -> _Run:
    """Some stretches of a run, each of them a part of its own, with what the device wrote beside."""
    track = concatenate([run.track.slice(start, stop) for start, stop in stretches])
    extras = {
        name: np.concatenate([column[start:stop] for start, stop in stretches]) for name, column in run.extras.items()
    }
    return _Run(run.read, track, extras, None, NOTHING_FOUND)
