"""A GPX file as a receiver writes it: a long walk with the noise of real fixes, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

STEP_M = 1.2
METRES_A_DEGREE = 111_320.0
START = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)

HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="eTrex 32x" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd">
  <trk><name>Walk {number}</name><trkseg>
"""
FOOT = "  </trkseg></trk>\n</gpx>\n"


def write_device_file(path: Path, fixes: int, *, number: int = 1) -> int:
    """Write *fixes* a second apart, 7 decimals, 0.1 m; returns the file's bytes.

    The walker turns slowly and keeps a pace; the receiver's error drifts, as a real one's does, and jitters little.
    """
    rng = np.random.default_rng(number)
    heading = np.cumsum(rng.normal(0.0, 0.06, fixes))
    pace = STEP_M * (1.0 + 0.3 * np.sin(np.arange(fixes) / 311.0)) * (rng.random(fixes) > 0.02)
    drift = np.cumsum(rng.normal(0.0, 0.12, (2, fixes)), axis=1)
    drift -= np.cumsum(np.full((2, fixes), drift[:, -1:] / fixes), axis=1)
    jitter = rng.normal(0.0, 0.3, (2, fixes))
    east_m = np.cumsum(pace * np.cos(heading)) + drift[0] + jitter[0]
    north_m = np.cumsum(pace * np.sin(heading)) + drift[1] + jitter[1]
    latitude = 41.4 + 0.01 * number + north_m / METRES_A_DEGREE
    longitude = 75.9 + east_m / (METRES_A_DEGREE * np.cos(np.radians(41.4)))
    climb = np.cumsum(rng.normal(0.0, 0.15, fixes))
    elevation = 2600.0 + climb - np.arange(fixes) * climb[-1] / fixes
    start = START + dt.timedelta(days=number)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD.format(number=number))
        for second, (lat, lon, ele) in enumerate(
            zip(latitude.tolist(), longitude.tolist(), elevation.tolist(), strict=True)
        ):
            moment = (start + dt.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
            file.write(
                f'   <trkpt lat="{lat:.7f}" lon="{lon:.7f}">\n    <ele>{ele:.1f}</ele>\n'
                f"    <time>{moment}</time>\n   </trkpt>\n"
            )
        file.write(FOOT)
    return path.stat().st_size
