from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ranger_app import geodesy


def test_lengths_are_geodesic_on_the_ellipsoid() -> None:
    wellington_to_salamanca = geodesy.distance_m(174.81, -41.32, -5.50, 40.96)  # the example of GeographicLib's manual
    one_degree_east_at_the_equator = geodesy.distance_m(0.0, 0.0, 1.0, 0.0)

    assert wellington_to_salamanca == pytest.approx(19_959_679.267, abs=1e-3)
    assert one_degree_east_at_the_equator == pytest.approx(6_378_137.0 * np.pi / 180.0, abs=1e-6)


def test_what_lies_between_parts_is_not_walked() -> None:
    longitude = np.array([0.0, 1.0, 11.0, 12.0])
    latitude = np.zeros(4)
    degree = geodesy.distance_m(0.0, 0.0, 1.0, 0.0)

    assert geodesy.length_m(longitude, latitude) == pytest.approx(12 * degree)
    assert geodesy.track_length_m(longitude, latitude, np.array([0, 2])) == pytest.approx(2 * degree)
    assert geodesy.track_length_m(longitude, latitude, np.array([0, 1, 2, 3])) == 0.0


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_positions_have_no_length(count: int) -> None:
    columns = np.zeros(count), np.zeros(count)

    assert geodesy.length_m(*columns) == 0.0
    assert geodesy.track_length_m(*columns, np.zeros(count, np.int64)) == 0.0
    assert len(geodesy.segment_lengths_m(*columns)) == 0


def test_going_somewhere_and_measuring_gives_the_same_way() -> None:
    longitude, latitude = geodesy.project(74.5, 41.2, 250.0, 1234.5)

    assert geodesy.distance_m(74.5, 41.2, longitude, latitude) == pytest.approx(1234.5, abs=1e-6)
    assert geodesy.bearing_deg(74.5, 41.2, longitude, latitude) == pytest.approx(250.0, abs=1e-6)


def test_over_the_antimeridian_is_a_short_way() -> None:
    assert geodesy.distance_m(179.9, 0.0, -179.9, 0.0) == pytest.approx(22_264, abs=1)


def test_importing_geodesy_loads_neither_numpy_nor_pyproj() -> None:
    code = "import sys, ranger_app.geodesy; sys.exit(bool({'numpy', 'pyproj'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
