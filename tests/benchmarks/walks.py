"""Walks as receivers write them, as columns, the same every time; and a table that holds a row a fix."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from pathlib import Path

import numpy as np
import sqlcipher3.dbapi2 as sqlcipher

from ranger_app.domain.track import Track

FIXES = 5_000
"""Of one walk: a day's."""

STEP_M = 1.2
METRES_A_DEGREE = 111_320.0
WEST_DEG, SOUTH_DEG = 75.6, 41.1
SPREAD_DEG = 0.6
"""Walks begin anywhere in a reserve of 50 by 67 km."""

START_US = 1_772_600_000_000_000
DAY_US = 86_400_000_000
SLOW_S = 5
"""Seconds between two fixes of receivers that save power; the others write one a second."""

ROWS = """
CREATE TABLE fix (track BLOB, time_us INTEGER, longitude REAL, latitude REAL, elevation REAL);
CREATE INDEX fix_by_track ON fix (track);
"""


def walk(number: int, *, step_s: int = 1, fixes: int = FIXES) -> Track:
    """The walk with this number: 7 decimals, 0.1 m; somebody who turns slowly, and a receiver whose error drifts."""
    random = np.random.default_rng(number)
    seconds = fixes * step_s
    heading = np.cumsum(random.normal(0.0, 0.06, seconds))
    pace = STEP_M * (1.0 + 0.3 * np.sin(np.arange(seconds) / 311.0)) * (random.random(seconds) > 0.02)
    error = np.cumsum(random.normal(0.0, 0.12, (2, seconds)), axis=1) + random.normal(0.0, 0.3, (2, seconds))
    east_m = (np.cumsum(pace * np.cos(heading)) + error[0])[::step_s]
    north_m = (np.cumsum(pace * np.sin(heading)) + error[1])[::step_s]
    climb = np.cumsum(random.normal(0.0, 0.15, seconds))[::step_s]
    west, south = WEST_DEG + SPREAD_DEG * random.random(), SOUTH_DEG + SPREAD_DEG * random.random()
    return Track(
        time_us=START_US + number * DAY_US + np.arange(fixes, dtype=np.int64) * (1_000_000 * step_s),
        longitude_deg=np.round(west + east_m / (METRES_A_DEGREE * np.cos(np.radians(south))), 7),
        latitude_deg=np.round(south + north_m / METRES_A_DEGREE, 7),
        elevation_m=np.round(2600.0 + climb, 1),
        part_starts=np.zeros(1, np.int64),
    )


class Rows:
    """What a program with a row a fix does: durable as ours, tables with ids of 16 bytes, an index by track."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlcipher.connect(str(path), isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(ROWS)

    def insert(self, tracks: Mapping[str, Track]) -> None:
        """Store tracks by their ids in one transaction."""
        self._db.execute("BEGIN IMMEDIATE")
        for identity, track in tracks.items():
            columns = (track.time_us, track.longitude_deg, track.latitude_deg, track.elevation_m)
            rows = zip(repeat(bytes.fromhex(identity)), *(column.tolist() for column in columns), strict=False)
            self._db.executemany("INSERT INTO fix VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def load(self, identity: str) -> Track:
        rows = self._db.execute(
            "SELECT time_us, longitude, latitude, elevation FROM fix WHERE track = ? ORDER BY rowid",
            (bytes.fromhex(identity),),
        ).fetchall()
        times, longitudes, latitudes, elevations = zip(*rows, strict=True)
        return Track(
            time_us=np.array(times, np.int64), longitude_deg=np.array(longitudes), latitude_deg=np.array(latitudes),
            elevation_m=np.array(elevations), part_starts=np.zeros(1, np.int64),
        )  # fmt: skip

    def in_box(self, west: float, south: float, east: float, north: float) -> set[str]:
        found = self._db.execute(
            "SELECT DISTINCT track FROM fix WHERE longitude BETWEEN ? AND ? AND latitude BETWEEN ? AND ?",
            (west, east, south, north),
        )
        return {identity.hex() for (identity,) in found}

    def close(self) -> None:
        self._db.close()
