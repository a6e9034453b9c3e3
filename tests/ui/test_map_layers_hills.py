"""Shaded hills."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ranger_app.maps.elevation import ElevationFile
from tests.ui.map_samples import NARYN, colour_at, colours_in
from ui.map import HillshadeLayer, Viewport, render_map
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

MIDDLE_OF_FILE = Viewport(76.5, 41.5, 11.0, 400, 300)


def written(folder: Path, heights: NDArray[np.float64], name: str = "N41E076.hgt") -> ElevationFile:
    """A file of 3 seconds with these heights."""
    path = folder / name
    path.write_bytes(np.broadcast_to(heights, (1201, 1201)).astype(">i2").tobytes())
    return ElevationFile(path)


def eastward(slope_m: float) -> NDArray[np.float64]:
    """Ground that rises so many metres from one column to the next."""
    return np.arange(1201, dtype=np.float64)[np.newaxis, :] * slope_m


def brightness(image: QImage) -> int:
    return image.pixelColor(200, 150).lightness()


def ground() -> int:
    return brightness(render_map([], MIDDLE_OF_FILE))


def test_slopes_to_the_light_are_lighter_and_those_away_from_it_darker(tmp_path: Path) -> None:
    """The light comes from the north-west: ground that rises eastward looks at it."""
    rising = render_map([HillshadeLayer("hills", [written(tmp_path, eastward(5.0))])], MIDDLE_OF_FILE)
    falling = render_map([HillshadeLayer("hills", [written(tmp_path, eastward(-5.0))])], MIDDLE_OF_FILE)
    flat = render_map([HillshadeLayer("hills", [written(tmp_path, eastward(0.0))])], MIDDLE_OF_FILE)

    assert brightness(falling) < brightness(flat) < brightness(rising)
    assert abs(brightness(flat) - ground()) <= 1


def test_hills_are_where_their_file_is_and_voids_stay_empty(tmp_path: Path) -> None:
    heights = np.broadcast_to(eastward(-5.0), (1201, 1201)).copy()
    heights[500:700, 500:700] = -32768
    layer = HillshadeLayer("hills", [written(tmp_path, heights)])

    image = render_map([layer], dataclasses.replace(MIDDLE_OF_FILE, zoom=8.0))

    assert colour_at(image, *dataclasses.replace(MIDDLE_OF_FILE, zoom=8.0).project(76.2, 41.2)) != LIGHT.map.unknown
    assert colour_at(image, 200, 150) == LIGHT.map.unknown
    assert colour_at(image, 20, 20) == LIGHT.map.unknown
    assert layer.bounds() == (76.0, 41.0, 77.0, 42.0)


@pytest.mark.parametrize("zoom", [8.0, 11.0, 12.6])
def test_no_seam_shows_between_neighbouring_files_and_squares(tmp_path: Path, zoom: float) -> None:
    """One even slope over two files; each is a layer of its own, as every file of a station is."""
    slope = eastward(-5.0)
    west, east = written(tmp_path, slope, "N41E075.hgt"), written(tmp_path, slope - 6000, "N41E076.hgt")

    image = render_map(
        [HillshadeLayer("west", [west]), HillshadeLayer("east", [east])], dataclasses.replace(NARYN, zoom=zoom)
    )

    inside = image.copy(280, 200, 80, 80)
    assert max(abs(int(c[1:3], 16) - int(next(iter(colours_in(inside)))[1:3], 16)) for c in colours_in(inside)) <= 6


def test_a_packed_file_gives_the_same_hills(tmp_path: Path) -> None:
    plain = written(tmp_path, eastward(4.0))
    packed = tmp_path / "N41E076.hgt.gz"
    packed.write_bytes(gzip.compress(plain.path.read_bytes(), 1))

    images = [render_map([HillshadeLayer("hills", [file])], MIDDLE_OF_FILE) for file in (plain, ElevationFile(packed))]

    assert images[0] == images[1]


def test_hills_are_made_once_and_shown_from_what_is_kept(tmp_path: Path) -> None:
    class Counted:
        def __init__(self, file: ElevationFile) -> None:
            self.bounds = file.bounds
            self.asked = 0
            self._file = file

        def heights_at(
            self, latitude_deg: NDArray[np.float64], longitude_deg: NDArray[np.float64]
        ) -> NDArray[np.float32]:
            self.asked += 1
            return self._file.heights_at(latitude_deg, longitude_deg)

    counted = Counted(written(tmp_path, eastward(4.0)))
    layer = HillshadeLayer("hills", [counted])
    first = render_map([layer], MIDDLE_OF_FILE)
    asked = counted.asked

    again = render_map([layer.shown(opacity=1.0)], MIDDLE_OF_FILE)

    assert 0 < asked == counted.asked
    assert again == first == render_map([HillshadeLayer("hills", [counted])], MIDDLE_OF_FILE)


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert colours_in(render_map([HillshadeLayer("hills", [])], MIDDLE_OF_FILE)) == {LIGHT.map.unknown}
