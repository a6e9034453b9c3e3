"""Heights from SRTM files: the same as GDAL's, nothing made up in voids, hostile files refused by name."""

from __future__ import annotations

import gzip
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ranger_app.maps.elevation import VOID, ElevationFile, hillshade, is_elevation
from ranger_app.maps.errors import (
    MapDamagedError,
    MapFileMissingError,
    MapFileRefusedError,
    MapNotAMapError,
    MapTooLargeError,
)

THREE_SECONDS = 1201


def a_valley(side: int = THREE_SECONDS) -> NDArray[np.int16]:
    down, across = np.mgrid[0:side, 0:side] / (side - 1)
    ground = 2500 + 1500 * np.sin(9 * across) * np.cos(7 * down) + 300 * np.sin(90 * across + 50 * down)
    return np.asarray(ground, np.int16)


def written(path: Path, heights: NDArray[np.int16]) -> Path:
    path.write_bytes(heights.astype(">i2").tobytes())
    return path


def test_heights_are_those_that_gdal_reads(tmp_path: Path) -> None:
    import rasterio

    path = written(tmp_path / "N41E074.hgt", a_valley())
    ours = ElevationFile(path)

    assert ours.bounds == (74.0, 41.0, 75.0, 42.0)
    with rasterio.open(path) as theirs:
        heights = theirs.read(1)
        for row, column in [(0, 0), (0, 1200), (1200, 0), (1200, 1200), (600, 77), (13, 900)]:
            longitude, latitude = theirs.xy(row, column)
            assert ours.elevation_m(latitude, longitude) == pytest.approx(float(heights[row, column]), abs=0.01)


def test_between_four_heights_the_ground_is_bilinear(tmp_path: Path) -> None:
    heights = a_valley()
    ours = ElevationFile(written(tmp_path / "S02W078.hgt", heights))
    a, b, c, d = (float(heights[row, column]) for row, column in ((100, 200), (100, 201), (101, 200), (101, 201)))

    at = ours.elevation_m(-1 - 100.25 / 1200, -78 + 200.5 / 1200)

    assert at == pytest.approx(0.75 * (a + b) / 2 + 0.25 * (c + d) / 2, abs=0.01)


def test_files_of_one_second_are_read_too(tmp_path: Path) -> None:
    heights = np.zeros((3601, 3601), np.int16)
    heights[1800, 900] = 4321
    ours = ElevationFile(written(tmp_path / "n37e072.HGT", heights))

    assert ours.step_deg == (1 / 3600, 1 / 3600)
    assert ours.elevation_m(37.5, 72.25) == pytest.approx(4321, abs=0.01)


def test_outside_and_beside_a_void_there_is_no_height(tmp_path: Path) -> None:
    heights = a_valley()
    heights[600, 600] = VOID
    ours = ElevationFile(written(tmp_path / "N41E074.hgt", heights))

    assert ours.elevation_m(42.0001, 74.5) is None
    assert ours.elevation_m(41.5, 73.9999) is None
    assert ours.elevation_m(41.5, 74.5) is None
    assert ours.elevation_m(41.5 + 0.4 / 1200, 74.5) is None
    assert ours.elevation_m(41.5 + 1 / 1200, 74.5) == pytest.approx(float(heights[599, 600]), abs=0.01)


def test_a_grid_holds_what_its_places_have_and_nothing_beyond_the_file(tmp_path: Path) -> None:
    ours = ElevationFile(written(tmp_path / "N41E074.hgt", a_valley()))

    grid = ours.grid((74.9, 41.9, 75.1, 42.1), 0.01)

    assert grid.shape == (20, 20)
    assert np.isnan(grid[:10]).all()
    assert np.isnan(grid[:, 10:]).all()
    for row, column in [(10, 0), (15, 5), (19, 9)]:
        place = 42.1 - (row + 0.5) * 0.01, 74.9 + (column + 0.5) * 0.01
        assert grid[row, column] == pytest.approx(ours.elevation_m(*place), abs=0.01)
    assert np.isnan(ours.grid((10.0, 10.0, 11.0, 11.0), 0.5)).all()


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_packed_files_are_read_as_they_are(tmp_path: Path, kind: str) -> None:
    plain = written(tmp_path / "N41E074.hgt", a_valley())
    packed = tmp_path / f"N41E074.SRTMGL3.hgt.{kind}"
    if kind == "gz":
        packed.write_bytes(gzip.compress(plain.read_bytes(), 1))
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(plain, plain.name)

    with ElevationFile(packed) as ours:
        found = ours.elevation_m(41.31, 74.77)

    assert found == ElevationFile(plain).elevation_m(41.31, 74.77)


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_lake_that_packs_to_a_thousandth_is_no_bomb(tmp_path: Path, kind: str) -> None:
    lake = np.full((1201, 1201), 1607, ">i2").tobytes()
    path = tmp_path / f"N42E077.hgt.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(lake))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("N42E077.hgt", lake)

    assert ElevationFile(path).elevation_m(42.5, 77.5) == 1607


def test_packed_files_that_unpack_to_too_much_are_refused(tmp_path: Path) -> None:
    (tmp_path / "N41E074.hgt.gz").write_bytes(gzip.compress(bytes(40_000_000), 1))
    with zipfile.ZipFile(tmp_path / "N41E074.hgt.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("N41E074.hgt", bytes(40_000_000))

    for name in ("N41E074.hgt.gz", "N41E074.hgt.zip"):
        with pytest.raises(MapTooLargeError):
            ElevationFile(tmp_path / name)


def test_broken_files_are_refused_by_name(tmp_path: Path) -> None:
    whole = a_valley().astype(">i2").tobytes()
    (tmp_path / "N41E074.hgt").write_bytes(whole[:-2])
    (tmp_path / "N42E074.hgt.gz").write_bytes(gzip.compress(whole)[:-100])
    (tmp_path / "N43E074.hgt.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "N95E074.hgt").write_bytes(whole)
    with zipfile.ZipFile(tmp_path / "N44E074.hgt.zip", "w") as package:
        package.writestr("N10E010.hgt", whole)
    with zipfile.ZipFile(tmp_path / "N45E074.hgt.zip", "w") as package:
        package.writestr("readme.txt", "no heights")

    for name, error in {
        "N41E074.hgt": MapDamagedError, "N42E074.hgt.gz": MapDamagedError, "N43E074.hgt.zip": MapDamagedError,
        "N95E074.hgt": MapNotAMapError, "N44E074.hgt.zip": MapDamagedError, "N45E074.hgt.zip": MapNotAMapError,
        "N46E074.hgt": MapFileMissingError,
    }.items():  # fmt: skip
        with pytest.raises(MapFileRefusedError) as refused:
            ElevationFile(tmp_path / name)
        assert type(refused.value) is error
        assert refused.value.facts["file"] == name


def test_a_file_that_vanishes_with_the_stick_is_an_error_of_the_disk(tmp_path: Path) -> None:
    path = written(tmp_path / "N41E074.hgt", a_valley())
    ours = ElevationFile(path)

    path.write_bytes(b"short")
    with pytest.raises(OSError, match="shorter"):
        ours.elevation_m(41.5, 74.5)
    path.unlink()
    with pytest.raises(OSError, match="N41E074"):
        ours.elevation_m(41.5, 74.5)


def test_files_of_heights_are_known_by_their_names() -> None:
    assert is_elevation(Path("N41E074.hgt"))
    assert is_elevation(Path("n41e074.SRTMGL1.hgt.zip"))
    assert is_elevation(Path("S41W074.HGT.GZ"))
    assert not is_elevation(Path("heights.hgt"))
    assert not is_elevation(Path("N41E074.tif"))


def shade_of(heights: NDArray[np.float32], row: int, column: int, cell_m: float) -> float:
    """Horn's slope and a matt surface, one cell by angles: slope, aspect and the sun's height."""
    (a, b, c), (d, _, f), (g, h, i) = heights[row - 1 : row + 2, column - 1 : column + 2].tolist()
    east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * cell_m)
    south = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * cell_m)
    slope = math.atan(math.hypot(east, south))
    aspect = math.atan2(-east, south)  # the way down, clockwise from north
    sun, zenith = math.radians(315), math.radians(45)
    return math.cos(zenith) * math.cos(slope) + math.sin(zenith) * math.sin(slope) * math.cos(sun - aspect)


def test_the_shade_of_hills_is_horns() -> None:
    heights = a_valley(60).astype(np.float32)

    shade = hillshade(heights, 90.0)

    assert shade.shape == (58, 58)
    for row, column in [(1, 1), (30, 20), (58, 58), (7, 50)]:
        expected = 1 + 254 * max(0.0, shade_of(heights, row, column, 90.0))
        assert abs(float(shade[row - 1, column - 1]) - expected) < 1


def test_light_comes_from_the_north_west() -> None:
    down, across = np.mgrid[0:20, 0:20].astype(np.float32)

    to_north_west, to_south_east = hillshade((down + across) * 50, 90.0), hillshade(-(down + across) * 50, 90.0)

    assert to_north_west.min() > hillshade(np.zeros((20, 20), np.float32), 90.0).max() > to_south_east.max()


def test_cells_may_be_wider_than_high() -> None:
    across = np.mgrid[0:9, 0:9][1].astype(np.float32) * 30

    assert np.array_equal(hillshade(across, (60.0, 20.0)), hillshade(across, 60.0))


def test_where_a_height_is_not_known_there_is_no_shade() -> None:
    heights = np.zeros((9, 9), np.float32)
    heights[4, 4] = np.nan

    shade = hillshade(heights, 90.0)

    assert (shade[2:5, 2:5] == 0).sum() == 9
    assert (shade == 0).sum() == 9
