"""Every kind of layer is painted to the same bytes in two runs of the program."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from ranger_app.maps.elevation import ElevationFile
from ranger_app.maps.vector_file import AREA, VectorMap
from tests.ui.map_tiles import MadeTiles, plain_tile, quartered_tile
from ui.map import (
    HillshadeLayer,
    Layer,
    MapPoint,
    PointsLayer,
    TilesLayer,
    VectorLayer,
    VectorStyle,
    Viewport,
    render_map,
)

ROOT = Path(__file__).parents[2]
KINDS = ("tiles", "hills", "crowd", "areas", "places")


def layer_of(kind: str, folder: Path) -> Layer:
    """A layer with much in it."""
    random = np.random.default_rng(12)
    match kind:
        case "tiles":
            tile = quartered_tile(("#00FF00", "#AA0000", "#0000AA", "#808080"))
            return TilesLayer("own", MadeTiles(lambda z, x, y: tile if (x + y) % 3 else plain_tile("#FFFFFF")))
        case "hills":
            path = folder / "N41E076.hgt"
            path.write_bytes(random.integers(500, 4000, (1201, 1201)).astype(">i2").tobytes())
            return HillshadeLayer("own", [ElevationFile(path)])
        case "places":
            lon, lat = random.uniform((75.5, 41.2), (76.5, 41.6), (2_000, 2)).T.tolist()
            places = [
                MapPoint(id=str(n), longitude_deg=lon[n], latitude_deg=lat[n], label=f"№ {n}") for n in range(2_000)
            ]
            return PointsLayer("own", places)
        case _:
            return _areas(20_000 if kind == "crowd" else 300)


def _areas(count: int) -> VectorLayer:
    random = np.random.default_rng(13)
    middle = random.uniform((75.5, 41.2), (76.5, 41.6), (count, 1, 2))
    corners = (middle + random.uniform(-0.02, 0.02, (count, 5, 2))).reshape(-1, 2)
    vectors = VectorMap(
        name="Areas",
        longitude_deg=corners[:, 0].copy(),
        latitude_deg=corners[:, 1].copy(),
        starts=np.arange(0, 5 * count, 5),
        owners=np.arange(count),
        shapes=np.full(count, AREA, np.int8),
        attributes={"use": [("winter", "summer", None)[n % 3] for n in range(count)]},
    )
    colours = (("winter", "#0000AA"), ("summer", "#AA0000"))
    return VectorLayer("own", vectors, style=VectorStyle(by="use", colours=colours, label="use", fill_opacity=0.4))


def painted(kind: str, folder: Path) -> QImage:
    return render_map([layer_of(kind, folder)], Viewport(76.0, 41.4, 10.7, 640, 480), selected=[("own", "7")])


def digest(image: QImage) -> str:
    """What tells one picture from another."""
    return hashlib.sha256(bytes(image.constBits())).hexdigest()


@pytest.mark.usefixtures("qapp")
def test_two_runs_paint_the_same_bytes(tmp_path: Path) -> None:
    """The other run orders its sets and dictionaries otherwise."""
    script = (
        "import sys; from pathlib import Path; from PySide6.QtGui import QGuiApplication;"
        "from tests.ui.test_map_layers_twice import KINDS, digest, painted; app = QGuiApplication(['test']);"
        "print(*(digest(painted(kind, Path(sys.argv[1]))) for kind in KINDS))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "77", "QT_QPA_PLATFORM": "offscreen"},
    )

    here = [digest(painted(kind, tmp_path)) for kind in KINDS]

    assert told.stdout.split() == here
    assert len(set(here)) == len(KINDS)
