"""What is remembered of a file that was read: of thousands of them, only what planning and writing patrols needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from db.patrol_pages import DaySummary
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.geodesy import distance_m
from ranger_app.importers.track_file import ReadWaypoint

NEAR_TRACK_M = 500.0
"""A waypoint without a time takes that of the nearest fix of its own file, when that is at most so far away."""

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east and north in degrees."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A stored track that holds some fixes of a file.

    Attributes:
        patrol, leg: Ids of stored records.
        timezone: That of the patrol.
        first_us, last_us: Of the track that is there; ``NO_TIME`` both when it has no times.
    """

    patrol: str
    leg: str
    timezone: str
    first_us: int
    last_us: int


def anchor_of(anchors: Sequence[Anchor], first_us: int, last_us: int, *, silence_us: int) -> Anchor | None:
    """The one that no longer silence separates from a span of time; none for what has no times."""
    if first_us == NO_TIME:
        return None
    near = (
        anchor
        for anchor in anchors
        if anchor.first_us != NO_TIME and max(anchor.first_us - last_us, first_us - anchor.last_us) <= silence_us
    )
    return next(near, None)


@dataclass(slots=True, eq=False)
class PlannedFile:
    """A file that was read and holds something new.

    Attributes:
        record: Id that its record will have.
        name: As it is told to people: its path, or that of its archive and its own name in there.
        base_name: Without folders.
        format, device: As its reader says.
        archive, archive_sha256: Name and digest of the archive it came in; empty for a file of its own.
        has_times: Whether anything in it says when it was, known before or not.
        anchors: Stored tracks that hold some of its fixes.
    """

    record: str
    name: str
    base_name: str
    sha256: str
    size: int
    format: str
    device: str = ""
    archive: str = ""
    archive_sha256: str = ""
    has_times: bool = False
    runs: list[PlannedRun] = field(default_factory=list)
    waypoints: list[PlannedWaypoint] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)

    @property
    def lacks_times(self) -> bool:
        """Whether a new track, or waypoint, of it does not say when it was."""
        return any(run.first_us == NO_TIME for run in self.runs) or any(
            one.read.time_us == NO_TIME for one in self.waypoints
        )


@dataclass(slots=True, eq=False)
class PlannedRun:
    """Fixes of one file's track without a long silence; they are kept as blobs already.

    Attributes:
        name: Of the track.
        first_us, last_us: ``NO_TIME`` both when no fix has a time.
        box: The least that holds all fixes, not aware of the 180th meridian.
        chunks, boxes, extras: As the track's record tells them.
        days: Those of tracks without times have no date yet.
        anchor: The stored track of the same file that this continues.
        patrol: The patrol's id, once the run is written.
    """

    file: PlannedFile
    name: str
    count: int
    first_us: int
    last_us: int
    box: Box
    chunks: list[str]
    boxes: list[str]
    extras: list[str]
    days: list[DaySummary]
    device: str = ""
    anchor: Anchor | None = None
    patrol: str = ""

    @property
    def is_timed(self) -> bool:
        return self.first_us != NO_TIME


@dataclass(slots=True, eq=False)
class PlannedWaypoint:
    """A new waypoint of a file.

    Attributes:
        near: The new run of the file that comes nearest; ``None`` when stored fixes do, or the file has no tracks.
        near_patrol: Where the nearest fixes are stored already, when they are.
        near_time_us: Time of the nearest fix of the file, where that is near enough to lend it; else ``NO_TIME``.
    """

    file: PlannedFile
    read: ReadWaypoint
    near: PlannedRun | None = None
    near_patrol: str = ""
    near_time_us: int = NO_TIME


def nearest_fix(track: Track, waypoint: ReadWaypoint) -> tuple[float, int]:
    """Squared degrees to the nearest fix, and its index."""
    spread = np.cos(np.radians(waypoint.latitude_deg))
    squares = (track.latitude_deg - waypoint.latitude_deg) ** 2 + (
        (track.longitude_deg - waypoint.longitude_deg) * spread
    ) ** 2
    place = int(np.argmin(squares))
    return float(squares[place]), place


def time_lent_us(track: Track, waypoint: ReadWaypoint) -> tuple[float, int]:
    """Metres to the nearest fix that has a time, and that time; infinitely far where it is too far to be lent."""
    timed = np.flatnonzero(track.time_us != NO_TIME)
    if not len(timed):
        return float("inf"), NO_TIME
    spread = np.cos(np.radians(waypoint.latitude_deg))
    squares = (track.latitude_deg[timed] - waypoint.latitude_deg) ** 2 + (
        (track.longitude_deg[timed] - waypoint.longitude_deg) * spread
    ) ** 2
    place = int(timed[np.argmin(squares)])
    apart = distance_m(
        waypoint.longitude_deg, waypoint.latitude_deg,
        float(track.longitude_deg[place]), float(track.latitude_deg[place]),
    )  # fmt: skip
    return (apart, int(track.time_us[place])) if apart <= NEAR_TRACK_M else (float("inf"), NO_TIME)
