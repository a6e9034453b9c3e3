"""The fix of a moment, and the fix of a place."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.track import NO_TIME, Track, empty_track
from ranger_app.domain.track_places import fix_at, fix_near
from ranger_app.geodesy import distance_m

DAY_US = 1_772_600_000_000_000


def track(*fixes: tuple[int, float, float]) -> Track:
    """Fixes of (seconds after the beginning, -1 for none; latitude; longitude)."""
    return Track(
        time_us=np.array([DAY_US + s * 1_000_000 if s >= 0 else NO_TIME for s, _, _ in fixes], np.int64),
        latitude_deg=np.array([lat for _, lat, _ in fixes], np.float64),
        longitude_deg=np.array([lon for _, _, lon in fixes], np.float64),
        elevation_m=np.full(len(fixes), np.nan),
        part_starts=np.zeros(1, np.int64),
    )


def test_the_nearest_fix_in_time_is_found_where_the_receiver_knew_the_place() -> None:
    walked = track((0, 41.0, 74.0), (60, 0.0, 0.0), (100, 41.2, 74.2), (-1, 41.3, 74.3))

    found = fix_at(walked, DAY_US + 61_000_000)

    assert found is not None
    assert (found.index, found.apart, found.latitude_deg) == (2, 39.0, 41.2)
    assert fix_at(walked, DAY_US + 401_000_000) is None
    assert fix_at(walked, DAY_US + 400_000_000) is not None
    assert fix_at(empty_track(), DAY_US) is None
    assert fix_at(track((-1, 41.0, 74.0)), DAY_US) is None


def test_the_nearest_fix_to_a_place_is_found_over_the_antimeridian_too() -> None:
    walked = track((0, 65.0, 179.999), (10, 65.0, -179.999), (20, 65.0, -179.9))

    found = fix_near(walked, 65.0, 179.9995, within_m=100)

    assert found is not None
    assert found.index == 0
    assert fix_near(walked, 65.1, 179.9995, within_m=100) is None
    assert fix_near(empty_track(), 65.0, 179.0, within_m=1e9) is None


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_the_distance_is_right_to_a_hundredth(lat: float, lon: float, north: float, east: float) -> None:
    found = fix_near(track((0, lat, lon)), lat + north, (lon + east + 180) % 360 - 180, within_m=1e6)

    assert found is not None
    true = distance_m(lon, lat, lon + east, lat + north)
    assert abs(found.apart - true) <= 0.01 * true + 0.01
