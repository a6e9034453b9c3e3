"""What maps are measured with: a station of walks and the same walks as columns, places, tiles; the same every time."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from tests.benchmarks.map_scene import LINE, MARKER_COUNT, MARKER_PX
from tests.benchmarks.walks import SLOW_S, SOUTH_DEG, SPREAD_DEG, WEST_DEG, walk

AT_ONCE = 50
TILE_ZOOMS = range(8, 13)
TILE_PX = 256
TILE_DEGREES = 0.45
"""Tiles reach so far from the middle of the reserve."""


def make_station(folder: Path, tracks: int) -> None:
    """A station with so many walks, their levels of detail kept; and ``walks.npy`` beside it for programs of others."""
    from db.track_levels import fill_levels
    from ranger_app.jobs import JobContext
    from ranger_app.services.stations import open_station
    from tests.benchmarks.gpx_import import new_station
    from tests.benchmarks.track_storage import put

    folder.mkdir(parents=True)
    officer = new_station(folder)
    columns = []
    with open_station(folder / "station", home=folder / "home") as store:
        for begin in range(0, tracks, AT_ONCE):
            some = [walk(number, step_s=(1, SLOW_S)[number % 2]) for number in range(begin, begin + AT_ONCE)]
            put(store, officer, some)
            columns += [np.array([one.longitude_deg, one.latitude_deg]) for one in some]
        fill_levels(store, JobContext())
    np.save(folder / "walks.npy", np.array(columns))


def make_markers(folder: Path) -> None:
    """Places anywhere in the reserve, as rows of longitude and latitude; and what QtLocation marks them with."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QColor, QImage, QPainter

    folder.mkdir(parents=True, exist_ok=True)
    # round, as a marker is: QtLocation takes minutes and gigabytes for square ones without anything to be seen through
    sign = QImage(MARKER_PX, MARKER_PX, QImage.Format.Format_ARGB32_Premultiplied)
    sign.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sign)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(LINE))
    painter.drawEllipse(sign.rect())
    painter.end()
    sign.save(str(folder / "marker.png"))
    places = np.random.default_rng(7).random((MARKER_COUNT, 2)) * SPREAD_DEG
    np.save(folder / "markers.npy", places + np.array([WEST_DEG, SOUTH_DEG]))


def make_tiles(folder: Path) -> None:
    """Tiles of a relief, named as QtLocation wants them where it has no network."""
    from PySide6.QtGui import QImage

    from ui.map import Viewport

    folder.mkdir(parents=True)
    random = np.random.default_rng(11)
    middle = WEST_DEG + SPREAD_DEG / 2, SOUTH_DEG + SPREAD_DEG / 2
    for zoom in TILE_ZOOMS:
        world = Viewport(0.0, 0.0, float(zoom), TILE_PX << zoom, TILE_PX << zoom)
        left, top = world.project(middle[0] - TILE_DEGREES, middle[1] + TILE_DEGREES)
        right, bottom = world.project(middle[0] + TILE_DEGREES, middle[1] - TILE_DEGREES)
        for x in range(int(left) // TILE_PX - 5, int(right) // TILE_PX + 6):
            for y in range(int(top) // TILE_PX - 2, int(bottom) // TILE_PX + 3):
                slopes = np.cumsum(random.normal(0.0, 1.2, (TILE_PX, TILE_PX)), axis=1)
                shade = np.clip(190.0 + slopes, 120, 235).astype(np.uint8)
                pixels = np.dstack([shade - 40, shade, shade - 10, np.full_like(shade, 255)])
                image = QImage(pixels.tobytes(), TILE_PX, TILE_PX, QImage.Format.Format_RGB32)
                image.save(str(folder / f"osm_100-l-1-{zoom}-{x}-{y}.png"))


if __name__ == "__main__":
    made, number = Path(sys.argv[1]), int(sys.argv[2])
    make_station(made / str(number), number)
    if not (made / "markers.npy").exists():
        make_markers(made)
        make_tiles(made / "tiles")
    print(json.dumps({}))
