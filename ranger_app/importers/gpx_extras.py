"""What loggers write into a GPX point beside place, height and time, by which names, and between which limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

OWN = {
    "speed": "speed_mps",
    "course": "course_deg",
    "hdop": "hdop",
    "vdop": "vdop",
    "pdop": "pdop",
    "sat": "satellites",
}
"""Children of a point itself: those of GPX 1.0, which many programs write into 1.1 as well."""

EXTENSIONS = "extensions"
"""The child of a point that holds what GPX does not know."""

WRAPPER = "TrackPointExtension"
"""Garmin's element inside ``extensions``, under whatever prefix a program gives it."""

IN_EXTENSIONS = {
    "speed": "speed_mps",
    "course": "course_deg",
    "bearing": "course_deg",
    "accuracy": "accuracy_m",
    "accuracy_horizontal": "accuracy_m",
    "hAcc": "accuracy_m",
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "cad": "cadence_rpm",
    "cadence": "cadence_rpm",
    "atemp": "temperature_c",
    "temp": "temperature_c",
}
"""Elements directly inside ``extensions`` or Garmin's wrapper, by local name: every program has a prefix of its own.

Garmin (hr, cad, atemp, speed, course), OsmAnd (speed, bearing), OpenTracks (speed, accuracy_horizontal), Apple (speed,
course, hAcc) and Strava (heartrate, cadence, temp) were seen in files.
"""

LIMITS = {
    "speed_mps": (0.0, 1_000.0),
    "course_deg": (0.0, 360.0),
    "accuracy_m": (0.0, 100_000.0),
    "hdop": (0.0, 1_000.0),
    "vdop": (0.0, 1_000.0),
    "pdop": (0.0, 1_000.0),
    "satellites": (0.0, 1_000.0),
    "heart_rate_bpm": (0.0, 1_000.0),
    "cadence_rpm": (0.0, 10_000.0),
    "temperature_c": (-200.0, 200.0),
}
"""Least and most that can be meant; phones write -1 where they know nothing."""


def within_limits(name: str, values: Floats) -> Floats:
    """The values of one column, NaN for those that can mean nothing."""
    least, most = LIMITS[name]
    return np.where((values >= least) & (values <= most), values, np.nan)
