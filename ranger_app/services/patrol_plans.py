"""Which tracks and waypoints of several files belong to one patrol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from ranger_app.domain.track import NO_TIME, Track
from ranger_app.domain.track_days import patrols_by_silence
from ranger_app.geodesy import distance_m
from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.importers.track_file import ReadWaypoint, TrackFile
from ranger_app.jobs import JobContext

US = 1_000_000

CLOSE_M = 10_000.0
"""Tracks without times from several files are one patrol where they come so close to each other."""

M_A_DEGREE = 111_000.0
"""Metres of a degree of latitude, roughly."""


class Reading(Protocol):
    """Reads one file; ``read_gpx`` does."""

    def __call__(self, source: Path | bytes, *, name: str, context: JobContext | None = None) -> TrackFile: ...


@dataclass(frozen=True, slots=True, eq=False)
class PlannedFile:
    """A file that was read, and the digest of its bytes."""

    path: Path
    sha256: str
    size: int
    gpx: TrackFile

    @classmethod
    def read(cls, path: Path, reading: Reading, context: JobContext) -> PlannedFile:
        """Hash and read *path*.

        Raises:
            RangerAppError: The file is refused.
        """
        digest = hashlib.sha256()
        size = 0
        try:
            with path.open("rb") as stream:
                for piece in iter(lambda: stream.read(1 << 20), b""):
                    digest.update(piece)
                    size += len(piece)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FileUnreadableError(str(path), reason=reason) from error
        return cls(path, digest.hexdigest(), size, reading(path, name=str(path), context=context))

    @property
    def has_times(self) -> bool:
        """Whether anything in it says when it was."""
        return any(one.track.is_timed for one in self.gpx.tracks) or any(
            one.time_us != NO_TIME for one in self.gpx.waypoints
        )

    @property
    def lacks_times(self) -> bool:
        """Whether a track, or a waypoint, of it does not say when it was."""
        return not all(one.track.is_timed for one in self.gpx.tracks) or any(
            one.time_us == NO_TIME for one in self.gpx.waypoints
        )


@dataclass(frozen=True, slots=True, eq=False)
class PlannedTrack:
    """A run of fixes of one file's track."""

    file: PlannedFile
    name: str
    track: Track


@dataclass(slots=True, eq=False)
class PatrolPlan:
    """What one patrol is made of.

    Attributes:
        start_us, end_us: Earliest and latest moment; ``NO_TIME`` when nothing in it has a time.
    """

    tracks: list[PlannedTrack] = field(default_factory=list)
    waypoints: list[tuple[PlannedFile, ReadWaypoint]] = field(default_factory=list)
    start_us: int = NO_TIME
    end_us: int = NO_TIME

    def take_time(self, start_us: int, end_us: int) -> None:
        if self.start_us == NO_TIME:
            self.start_us, self.end_us = start_us, end_us
        else:
            self.start_us, self.end_us = min(self.start_us, start_us), max(self.end_us, end_us)

    @property
    def files(self) -> tuple[PlannedFile, ...]:
        found = [track.file for track in self.tracks] + [file for file, _ in self.waypoints]
        return tuple(dict.fromkeys(found))

    @classmethod
    def joined(cls, plans: Iterable[PatrolPlan]) -> PatrolPlan:
        """All of it as one patrol, because a person said so."""
        whole = cls()
        for plan in plans:
            whole.tracks += plan.tracks
            whole.waypoints += plan.waypoints
            if plan.start_us != NO_TIME:
                whole.take_time(plan.start_us, plan.end_us)
        return whole


def plan_patrols(files: Sequence[PlannedFile], *, silence_s: float) -> list[PatrolPlan]:
    """Propose patrols: what no silence longer than *silence_s* separates belongs together.

    Of tracks without any time those of one file stay together, and those of several files only where they are close to
    each other. A waypoint goes to the patrol whose time it falls into or next to; one without a time to the patrol of
    its own file.
    """
    sources = [(file, track.name or "", track.track) for file in files for track in file.gpx.tracks]
    tracks = [track for _, _, track in sources]
    plans = []
    for proposal in patrols_by_silence(tracks, silence_s=silence_s):
        plan = PatrolPlan()
        for piece in proposal:
            file, name, whole = sources[piece.track]
            run = whole.slice(piece.start, piece.stop)
            plan.tracks.append(PlannedTrack(file, name, run))
            if (span := run.span_us()) is not None:
                plan.take_time(*span)
        plans += [plan] if plan.start_us != NO_TIME else _plans_by_place(plan)
    for file in files:
        _place_waypoints(file, plans, int(silence_s * US))
    return plans


def _plans_by_place(plan: PatrolPlan) -> list[PatrolPlan]:
    """Tracks without times: one patrol a file, and one for files whose tracks are close to each other."""
    found: list[PatrolPlan] = []
    for file in plan.files:
        near = PatrolPlan(tracks=[one for one in plan.tracks if one.file is file])
        apart = [one for one in found if not _are_close(one, near)]
        near = PatrolPlan.joined([*(one for one in found if one not in apart), near])
        found = [*apart, near]
    return found


def _are_close(one: PatrolPlan, other: PatrolPlan) -> bool:
    return any(
        _gap_m(first, second) <= CLOSE_M for first in map(_box, one.tracks) for second in map(_box, other.tracks)
    )


def _box(planned: PlannedTrack) -> tuple[float, float, float, float]:
    longitude, latitude = planned.track.longitude_deg, planned.track.latitude_deg
    return float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max())


def _gap_m(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Metres between two boxes of west, south, east, north; 0 where they touch."""
    west, east = (one, other) if one[2] <= other[2] else (other, one)
    south, north = (one, other) if one[3] <= other[3] else (other, one)
    across = max(east[0] - west[2], 0.0)
    up = max(north[1] - south[3], 0.0)
    level = (one[1] + one[3] + other[1] + other[3]) / 4
    return distance_m(0.0, level, min(across, 360.0 - across), level) + up * M_A_DEGREE


def _place_waypoints(file: PlannedFile, plans: list[PatrolPlan], silence_us: int) -> None:
    def is_timed(waypoint: ReadWaypoint) -> bool:
        return waypoint.time_us != NO_TIME

    for waypoint in sorted(filter(is_timed, file.gpx.waypoints), key=lambda w: w.time_us):
        near = min(plans, key=lambda plan: _silence(plan, waypoint.time_us), default=None)
        if near is None or _silence(near, waypoint.time_us) > silence_us:
            near = PatrolPlan()
            plans.append(near)
        near.waypoints.append((file, waypoint))
        near.take_time(waypoint.time_us, waypoint.time_us)
    for waypoint in file.gpx.waypoints:
        if not is_timed(waypoint):
            plan = _plan_of_file(file, plans, waypoint)
            plan.waypoints.append((file, waypoint))


def _silence(plan: PatrolPlan, time_us: int) -> float:
    if plan.start_us == NO_TIME:
        return float("inf")
    return max(plan.start_us - time_us, time_us - plan.end_us, 0)


def _plan_of_file(file: PlannedFile, plans: list[PatrolPlan], waypoint: ReadWaypoint) -> PatrolPlan:
    own = [plan for plan in plans if file in plan.files]
    if not own:
        plans.append(PatrolPlan())
        return plans[-1]
    return min(own, key=lambda plan: _nearness(plan, file, waypoint))


def _nearness(plan: PatrolPlan, file: PlannedFile, waypoint: ReadWaypoint) -> float:
    """Squared degrees to the nearest fix of the file in this plan: only for choosing between plans."""
    found = [
        float(np.min((t.track.longitude_deg - waypoint.longitude_deg) ** 2
                     + (t.track.latitude_deg - waypoint.latitude_deg) ** 2))
        for t in plan.tracks
        if t.file is file and len(t.track)
    ]  # fmt: skip
    return min(found, default=float("inf"))
