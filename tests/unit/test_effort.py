"""Patrol effort in cells: nothing of a walk is lost or counted twice, wherever it goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from ranger_app.domain.effort import EffortSum, effort, lengths_m
from ranger_app.domain.effort_cells import Cells, parallel_between
from ranger_app.domain.track import NO_TIME, Track, empty_track
from ranger_app.geodesy import segment_lengths_m, track_length_m
from tests.unit.test_track_codec import track_of, tracks

HOUR_US = 3_600_000_000
NARYN = 41


def walk(*places: tuple[float, float], hours: tuple[float, ...] = (), parts: tuple[int, ...] = (0,)) -> Track:
    """A walk through places of longitude and latitude, an hour from each to the next unless told otherwise."""
    lon, lat = (np.array(axis, np.float64) for axis in zip(*places, strict=True))
    at = np.array(hours or range(len(lon)), np.float64) * HOUR_US
    return track_of(lon, lat, time_us=at.astype(np.int64), parts=list(parts))


def length_m(track: Track) -> float:
    return track_length_m(track.longitude_deg, track.latitude_deg, track.part_starts)


@settings(max_examples=60, deadline=None)
@given(tracks(), st.sampled_from([2_000.0, 10_000.0, 50_000.0]), st.integers(-80, 80))
def test_all_cells_together_hold_the_length_of_the_track(track: Track, cell_m: float, parallel: int) -> None:
    found = effort([(1, track)], cell_m, parallel_deg=parallel)

    assert found.metres.sum() == pytest.approx(length_m(track), rel=1e-3, abs=1e-3)
    assert (np.diff(found.cell) > 0).all()
    assert set(found.visits.tolist()) <= {1}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)), min_size=2, max_size=40),
    st.floats(-180, 180),
    st.floats(-70, 70),
)
def test_each_piece_lies_in_the_cell_it_is_counted_in(steps: list[tuple[float, float]], lon: float, lat: float) -> None:
    places = np.array(steps)
    column = (lon + places[:, 0] + 180.0) % 360.0 - 180.0
    track = track_of(column, lat + places[:, 1])
    coarse, fine = Cells(5_000.0, 0), 400

    found = effort([(1, track)], 5_000.0, parallel_deg=0)

    share = np.linspace(0, 1, fine, endpoint=False) + 0.5 / fine
    across = np.diff(places[:, 0])
    lons = (lon + places[:-1, 0])[:, None] + across[:, None] * share
    lats = (lat + places[:-1, 1])[:, None] + np.diff(places[:, 1])[:, None] * share
    cell = coarse.at((lons.ravel() + 180.0) % 360.0 - 180.0, lats.ravel())
    metres = np.repeat(segment_lengths_m(track.longitude_deg, track.latitude_deg) / fine, fine)
    for number, walked in zip(found.cell.tolist(), found.metres.tolist(), strict=True):
        assert metres[cell == number].sum() == pytest.approx(walked, abs=3 * metres.max(initial=0.0) * len(steps) + 1)


def test_cells_have_the_same_area_everywhere() -> None:
    cells = Cells(2_000.0, NARYN)
    ellipsoid = Geod(ellps="WGS84")

    for lon, lat in ((76.0, 41.0), (76.0, 36.0), (10.0, 70.0), (179.9999, -40.0)):
        west, south, east, north = (
            float(edge[0]) for edge in cells.boxes_deg(cells.at(np.array([lon]), np.array([lat])))
        )
        along = np.linspace(west, east, 500)
        area, _ = ellipsoid.polygon_area_perimeter(
            np.concatenate((along, along[::-1])), np.repeat([south, north], len(along))
        )
        assert area == pytest.approx(4_000_000.0, rel=1e-6)


def test_cells_are_square_where_the_grid_is_at_home() -> None:
    cells = Cells(1_000.0, NARYN)
    west, south, east, north = (
        float(edge[0]) for edge in cells.boxes_deg(cells.at(np.array([75.5]), np.array([41.0])))
    )

    across, up = (
        lengths_m(np.array([west, east]), np.array([41.0, 41.0])),
        lengths_m(np.array([west, west]), np.array([south, north])),
    )

    assert across[0] == pytest.approx(1_000.0, rel=1e-3)
    assert up[0] == pytest.approx(1_000.0, rel=2e-3)


def test_a_way_over_an_edge_is_shared_between_both_cells_with_its_hours() -> None:
    cells = Cells(1_000.0, 0)
    west = 100 * cells.width_deg - 180.0
    track = walk((west - 0.25 * cells.width_deg, 0.001), (west + 0.75 * cells.width_deg, 0.001), hours=(0, 2))

    found = effort([(1, track)], 1_000.0, parallel_deg=0)

    assert (found.cell % cells.columns).tolist() == [99, 100]
    assert found.hours.tolist() == pytest.approx([0.5, 1.5])
    assert found.metres.tolist() == pytest.approx([250.0, 750.0], rel=1e-3)


def test_a_walk_over_the_180th_meridian_goes_the_short_way() -> None:
    track = walk((179.99, 51.0), (-179.99, 51.0))

    found = effort([(1, track)], 500.0, parallel_deg=51)

    assert found.metres.sum() == pytest.approx(length_m(track), rel=1e-6)
    assert len(found) <= 5
    west, _, east, _ = found.cells.boxes_deg(found.cell)
    assert ((west < -179.98) | (east > 179.98)).all()


def test_a_single_fix_is_a_visit_without_a_way() -> None:
    found = effort([(1, walk((75.5, 41.0)))], 1_000.0)

    assert found.visits.tolist() == [1]
    assert found.metres.tolist() == [0.0]
    assert found.hours.tolist() == [0.0]


def test_nobody_walked_is_no_cell() -> None:
    assert len(effort([], 1_000.0)) == 0
    assert len(effort([(1, empty_track())], 1_000.0)) == 0
    assert effort([], 1_000.0).bounds() is None


def test_a_patrol_that_comes_back_is_one_visit_and_another_patrol_a_second() -> None:
    there = walk((75.500, 41.0), (75.501, 41.0), (75.600, 41.0), (75.501, 41.0))
    again = walk((75.501, 41.0), (75.502, 41.0))

    found = effort([(1, there), (1, again), (2, again)], 1_000.0, parallel_deg=NARYN)

    here = found.cells.at(np.array([75.501]), np.array([41.0]))[0]
    assert found.visits[found.cell == here].tolist() == [2]


def test_what_lies_between_parts_was_not_walked() -> None:
    track = walk((75.50, 41.0), (75.51, 41.0), (75.70, 41.0), (75.71, 41.0), parts=(0, 2))

    found = effort([(1, track)], 1_000.0)

    assert found.metres.sum() == pytest.approx(length_m(track), rel=1e-6)
    assert found.hours.sum() == pytest.approx(2.0)


def test_periods_that_follow_each_other_hold_the_whole() -> None:
    track = walk(*((75.5 + step / 100, 41.0 + step / 300) for step in range(30)))
    whole = effort([(1, track)], 1_000.0, parallel_deg=NARYN)

    early = effort([(1, track)], 1_000.0, parallel_deg=NARYN, to_us=10 * HOUR_US - 1)
    late = effort([(1, track)], 1_000.0, parallel_deg=NARYN, from_us=10 * HOUR_US)

    assert early.metres.sum() + late.metres.sum() == pytest.approx(whole.metres.sum(), rel=1e-9)
    assert early.hours.sum() == pytest.approx(10.0)


def test_tracks_without_times_are_counted_but_belong_to_no_period() -> None:
    track = track_of(np.array([75.5, 75.6]), np.array([41.0, 41.0]), time_us=np.full(2, NO_TIME))

    assert effort([(1, track)], 1_000.0).metres.sum() == pytest.approx(length_m(track), rel=1e-6)
    left_out = effort([(1, track)], 1_000.0, from_us=0)
    assert (len(left_out), left_out.untimed) == (0, 1)


def test_a_receiver_that_jumps_around_the_earth_is_cut_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranger_app.domain.effort._MOST_PIECES", 1_000)
    track = walk(*((170.0 * (-1) ** step, 60.0 * (-1) ** step) for step in range(12)))

    found = effort([(1, track)], 50_000.0, parallel_deg=0)

    assert found.metres.sum() == pytest.approx(length_m(track), rel=1e-6)


def test_many_stays_are_put_together_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    tracks = [(number % 3, walk(*((75.5 + step / 90, 41.0) for step in range(20)))) for number in range(12)]
    whole = effort(tracks, 1_000.0)
    monkeypatch.setattr("ranger_app.domain.effort._MOST_RUNS", 50)

    found = effort(tracks, 1_000.0)

    assert found.cell.tolist() == whole.cell.tolist()
    assert found.visits.tolist() == whole.visits.tolist()
    assert found.metres == pytest.approx(whole.metres)


def test_effort_is_told_in_its_measures() -> None:
    found = effort([(1, walk((75.5, 41.0), (75.5001, 41.0)))], 1_000.0)

    assert found.column("km") * 1000 == pytest.approx(found.metres)
    assert found.column("visits").tolist() == [1.0] * len(found)
    assert found.column("hours").sum() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="not one of"):
        found.column("miles")


def test_the_grid_says_where_it_is_at_home() -> None:
    assert parallel_between(39.2, 43.3) == 41
    assert parallel_between(-90.0, -89.0) == -80
    for wrong in ((50.0, 41), (1_000.0, 85)):
        with pytest.raises(ValueError, match="is not within"):
            Cells(*wrong)


def test_a_box_of_degrees_is_so_many_columns_and_rows() -> None:
    cells = Cells(10_000.0, NARYN)

    columns, rows = cells.within(75.0, 40.0, 76.0, 41.0)

    assert 8 <= len(columns) <= 10
    assert 10 <= len(rows) <= 13


def test_short_ways_are_as_long_as_geodesics() -> None:
    random = np.random.default_rng(6)
    lon = np.cumsum(random.uniform(-0.019, 0.019, 20_000)) + 75.0
    lat = 41.0 + 30.0 * np.sin(np.arange(20_000) / 3_000)

    assert lengths_m(lon, lat) == pytest.approx(segment_lengths_m(lon, lat), rel=5e-8)


def test_nothing_added_is_an_empty_sum() -> None:
    assert len(EffortSum(Cells(1_000.0, 0)).total()) == 0
