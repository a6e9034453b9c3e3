"""What a file of a receiver holds, whatever its format: tracks, waypoints, and what could not be taken as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import Track
from ranger_app.problem import Problem

EXTRAS = (
    "speed_mps",
    "course_deg",
    "accuracy_m",
    "hdop",
    "vdop",
    "pdop",
    "satellites",
    "heart_rate_bpm",
    "cadence_rpm",
    "temperature_c",
)
"""What receivers write beside place, time and height; kept, and not shown unless somebody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTrack:
    """One track: its fixes with a usable position; segments, and long silences inside them, are its parts.

    Attributes:
        extras: Columns among :data:`EXTRAS` that the device wrote, one value a fix, NaN where it wrote none; a column
            without any value is left out.
        device: Serial number or name of the receiver where the file tells one for this track.
    """

    name: str | None
    track: Track
    extras: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    device: str = ""

    def __post_init__(self) -> None:
        for name, column in self.extras.items():
            if name not in EXTRAS or column.shape != (len(self.track),):
                raise ValueError(f"{name} is not a column of this track")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWaypoint:
    """One place with a usable position.

    Attributes:
        time_us: Microseconds since 1970 UTC; ``NO_TIME`` where the file has none that can be used.
        elevation_m: NaN where the file has none.
    """

    name: str | None
    comment: str | None
    description: str | None
    time_us: int
    longitude_deg: float
    latitude_deg: float
    elevation_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFile:
    """What one file holds.

    Attributes:
        name: The file's name as it was given.
        format: ``gpx``, ``fit``, ``kml``, ``tcx``, ``nmea`` or ``csv``.
        version, creator: As the file says; empty when it does not.
        tracks: Those with at least one usable fix, in the order of the file.
        waypoints: Those with a usable position, in the order of the file.
        problems: All that could not be taken as it stands, like ones as one row.
        point_count: Fixes in *tracks*.
        points_in_file: Track points the file holds, those without a usable position too.
    """

    name: str
    format: str
    version: str = ""
    creator: str = ""
    tracks: tuple[ReadTrack, ...] = ()
    waypoints: tuple[ReadWaypoint, ...] = ()
    problems: tuple[Problem, ...] = ()
    point_count: int = 0
    points_in_file: int = 0
