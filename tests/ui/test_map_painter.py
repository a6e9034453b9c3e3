"""Maps for paper, as the dossier asks for them."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ranger_app.domain.map_request import MapPainter, MapRequest, Mark
from ranger_app.domain.track import NO_TIME, Track
from tests.ui.map_samples import colours_in
from ui.map_painter import painter
from ui.theme import LIGHT

WORDS = {
    "attribution": "Made with Natural Earth.",
    "not_authoritative": "Boundaries shown are not authoritative.",
    "north": "N",
    "scale_m": "m",
    "scale_km": "km",
}


def request() -> MapRequest:
    lon = np.linspace(75.98, 76.02, 100)
    track = Track(
        time_us=np.full(100, NO_TIME, dtype=np.int64),
        longitude_deg=lon,
        latitude_deg=41.4 + (lon - 76.0) / 2,
        elevation_m=np.full(100, np.nan),
        part_starts=np.array([0, 50]),
    )
    mark = Mark(label="KG-NAR_K7QD_000012", longitude_deg=76.0, latitude_deg=41.41)
    return MapRequest(size_mm=(170.0, 90.0), dpi=200, tracks=(track,), marks=(mark,), words=WORDS)


def test_a_map_for_the_dossier_shows_track_and_mark(qapp: QApplication) -> None:
    maps: MapPainter = painter()

    picture = maps.paint(request())

    image = QImage.fromData(picture)
    assert (image.width(), image.height()) == (1339, 709)
    assert {LIGHT.map.track, LIGHT.map.incident, LIGHT.map.land, "#FFFFFF"} <= colours_in(image)


def test_equal_requests_give_equal_bytes_in_this_process_and_in_another_without_a_display(qapp: QApplication) -> None:
    script = (
        "import hashlib; from tests.ui.test_map_painter import request; from ui.map_painter import painter;"
        "print(hashlib.sha256(painter().paint(request())).hexdigest())"
    )
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }

    import hashlib

    here = {hashlib.sha256(painter().paint(request())).hexdigest() for _ in range(2)}
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=bare).stdout

    assert here == {there.strip()}


def test_given_bounds_are_shown_and_nothing_closer(qapp: QApplication) -> None:
    whole = MapRequest(size_mm=(100.0, 80.0), bounds=(70.0, 39.0, 80.0, 44.0), words=WORDS)

    image = QImage.fromData(painter().paint(whole))

    assert {LIGHT.map.land, LIGHT.map.water} <= colours_in(image)


def test_russian_words_bring_cyrillic_names(qapp: QApplication) -> None:
    bounds = (70.0, 39.0, 80.0, 44.0)
    latin = MapRequest(size_mm=(100.0, 80.0), bounds=bounds, words={"scale_km": "km"})
    cyrillic = MapRequest(size_mm=(100.0, 80.0), bounds=bounds, words={"scale_km": "км"})
    image, other = (QImage.fromData(painter().paint(asked)) for asked in (latin, cyrillic))

    assert image.copy(0, 0, 700, 400) != other.copy(0, 0, 700, 400)


def test_a_map_of_nothing_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="track or a mark"):
        painter().paint(MapRequest(size_mm=(100.0, 80.0)))
