"""A map needs nobody else: its pixels are the same in every process, and nothing is asked of a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENE = """
import hashlib, json, sys
import numpy as np
from PySide6.QtWidgets import QApplication
app = QApplication([])
from ui import theme
theme.apply(app)
theme.load_fonts()
from tests.ui.map_samples import ENGLISH, snares, tracks_layer, walk_east
from ui.map import (
    SCREEN, GraticuleLayer, MapArea, MapPoint, MapTrack, MapView, PolygonsLayer, Viewport, base_map_layers, render_map
)

def walk(number):
    random = np.random.default_rng(number)
    lon, lat = (start + np.cumsum(random.normal(0, 1e-4, 1500)) for start in (75.9 + number / 200, 41.3))
    return MapTrack(id=str(number), longitude_deg=lon, latitude_deg=lat)

square = np.array([-1, 1, 1, -1, -1.0]) * 0.05
places = [MapPoint(id=str(n), longitude_deg=75.9 + n / 300, latitude_deg=41.4, label=str(n)) for n in range(60)]
layers = [
    *base_map_layers("cyrillic"), GraticuleLayer("g"), tracks_layer(*map(walk, range(40))),
    tracks_layer(walk_east()).__class__("one", [walk_east()]), snares(*places),
    PolygonsLayer("area", [MapArea(id="a", rings=((76 + square, 41.4 + np.roll(square, 1)),))]),
]
"""

PICTURES = """
for zoom, dpr in ((5.0, 1.0), (8.5, 1.0), (11.0, 1.0), (11.0, 2.0), (14.0, 1.5)):
    view = Viewport(76.0, 41.4, zoom, 640, 480, dpr)
    image = render_map(layers, view, words=ENGLISH, furniture=SCREEN, selected=[("one", "walk")])
    print(hashlib.sha256(bytes(image.constBits())).hexdigest())
"""

WINDOW = """
from PySide6.QtCore import QTimer
asked = []
sys.addaudithook(lambda event, _: asked.append(event) if event.startswith("socket.") else None)
view = MapView(ENGLISH)
view.resize(640, 480)
view.set_layers(layers)
view.set_view(76.0, 41.4, 11.0)
shown = []
view.renderFinished.connect(lambda: shown.append(view.viewport.zoom))
view.renderFinished.connect(lambda: view.set_view(76.0, 41.4, view.viewport.zoom - 1) if len(shown) < 4 else app.quit())
QTimer.singleShot(0, view.show)
QTimer.singleShot(30000, app.quit)
app.exec()
view.snapshot()
loaded = open("/proc/self/maps").read() if sys.platform == "linux" else ""
print(json.dumps({"shown": shown, "asked": asked, "network": "Qt6Network" in loaded}))
"""


def told(script: str, *, seed: str) -> list[str]:
    """What a script prints in a process of its own, offscreen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", SCENE + script], capture_output=True, text=True, check=False, env=environment,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_two_processes_paint_equal_pixels() -> None:
    first = told(PICTURES, seed="1")

    assert first == told(PICTURES, seed="2")
    assert len(set(first)) == 5


@pytest.mark.usefixtures("qapp")
def test_a_map_is_painted_without_any_network() -> None:
    """Python tells of every socket before it is made; of Qt's, not even the library is there."""
    [line] = told(WINDOW, seed="1")

    assert json.loads(line) == {"shown": [11.0, 10.0, 9.0, 8.0], "asked": [], "network": False}
