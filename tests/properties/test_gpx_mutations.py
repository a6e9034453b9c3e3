"""Files spoilt in thousands of ways: the fast reader says of each what the careful one says, bit by bit."""

from __future__ import annotations

import random

import pytest

from ranger_app.importers.gpx import gpx_reading
from tests.gpx_corpus import TRACKS, gpx_names
from tests.gpx_mutants import device_like, long_mutants, mutants, told

ROUNDS, FILES_A_ROUND = 10, 500


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_spoilt_file_is_read_the_same_quickly_and_carefully(seed: int) -> None:
    at_once = 0

    for content in mutants(FILES_A_ROUND, seed=seed):
        quickly, points = told(content, carefully=False)
        assert quickly == told(content, carefully=True)[0]
        at_once += points > 0

    assert at_once > FILES_A_ROUND * 0.4


def test_a_spoilt_long_file_is_read_the_same_quickly_and_carefully() -> None:
    at_once = 0

    for content in long_mutants(40, seed=1):
        quickly, points = told(content, carefully=False)
        assert quickly == told(content, carefully=True)[0]
        at_once += points > 0

    assert at_once > 20


@pytest.mark.parametrize("name", gpx_names())
def test_a_real_file_is_read_the_same_quickly_and_carefully(name: str) -> None:
    content = (TRACKS / name).read_bytes()

    assert told(content, carefully=False)[0] == told(content, carefully=True)[0]


def test_what_devices_write_is_read_at_once() -> None:
    readings = [gpx_reading(device_like(random.Random(number)), name="walk.gpx") for number in range(150)]

    whole = sum(reading.at_once >= reading.file.points_in_file * 0.9 for reading in readings)
    assert whole > len(readings) * 0.6
