from __future__ import annotations

import numpy as np
import pytest

from ranger_app.domain.track import (
    GAP_S,
    LATEST_US,
    NO_TIME,
    Track,
    concatenate,
    empty_track,
    part_starts_at_gaps,
)


def walk(count: int = 4, *, first_us: int = 0, parts: tuple[int, ...] = (0,)) -> Track:
    steps = np.arange(count, dtype=np.float64)
    return Track(
        time_us=first_us + np.arange(count, dtype=np.int64) * 1_000_000,
        longitude_deg=74.5 + steps * 1e-5,
        latitude_deg=41.2 - steps * 1e-5,
        elevation_m=np.full(count, np.nan),
        part_starts=np.array(parts, np.int64),
    )


def test_a_track_knows_its_length_bounds_and_span() -> None:
    track = walk(4)

    assert len(track) == 4
    assert track.bounds() == (74.5, 41.2 - 3e-5, 74.5 + 3e-5, 41.2)
    assert track.span_us() == (0, 3_000_000)


def test_an_empty_track_has_no_bounds_no_span_and_no_parts() -> None:
    track = empty_track()

    assert (len(track), track.bounds(), track.span_us(), list(track.parts())) == (0, None, None, [])
    assert not track.is_timed


def test_columns_cannot_be_written_and_the_callers_array_still_can() -> None:
    longitude = np.zeros(1)
    track = Track(
        time_us=np.array([NO_TIME]),
        longitude_deg=longitude,
        latitude_deg=np.zeros(1),
        elevation_m=np.zeros(1),
        part_starts=np.zeros(1, np.int64),
    )

    with pytest.raises(ValueError, match="read-only"):
        track.longitude_deg[0] = 1.0
    longitude[0] = 2.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_us", np.zeros(3, np.int64)),
        ("time_us", np.zeros(2, np.float64)),
        ("time_us", np.array([0, LATEST_US + 1])),
        ("time_us", np.array([NO_TIME + 1, 0])),
        ("longitude_deg", np.array([0.0, 180.0000001])),
        ("longitude_deg", np.array([0.0, np.nan])),
        ("latitude_deg", np.array([0.0, -90.0000001])),
        ("latitude_deg", np.array([np.inf, 0.0])),
        ("latitude_deg", np.zeros((2, 1))),
        ("latitude_deg", [0.0, 0.0]),
        ("elevation_m", np.array([np.inf, 0.0])),
        ("part_starts", np.array([], np.int64)),
        ("part_starts", np.array([1], np.int64)),
        ("part_starts", np.array([0, 2], np.int64)),
        ("part_starts", np.array([0, 1, 1], np.int64)),
    ],
)
def test_a_track_that_would_be_wrong_is_refused(name: str, value: object) -> None:
    columns: dict[str, object] = {
        "time_us": np.zeros(2, np.int64),
        "longitude_deg": np.zeros(2),
        "latitude_deg": np.zeros(2),
        "elevation_m": np.zeros(2),
        "part_starts": np.zeros(1, np.int64),
    }
    columns[name] = value

    with pytest.raises(ValueError, match=r"track|time_us|_deg|elevation_m|part_starts"):
        Track(**columns)  # type: ignore[arg-type]


def test_a_track_without_fixes_has_no_part() -> None:
    none = np.empty(0)
    with pytest.raises(ValueError, match="empty track"):
        Track(
            time_us=np.empty(0, np.int64),
            longitude_deg=none,
            latitude_deg=none,
            elevation_m=none,
            part_starts=np.zeros(1, np.int64),
        )


def test_the_edges_of_the_world_are_on_it() -> None:
    track = Track(
        time_us=np.array([NO_TIME, LATEST_US]),
        longitude_deg=np.array([-180.0, 180.0]),
        latitude_deg=np.array([90.0, -90.0]),
        elevation_m=np.array([np.nan, -430.0]),
        part_starts=np.zeros(1, np.int64),
    )

    assert track.bounds() == (-180.0, -90.0, 180.0, 90.0)


def test_a_slice_keeps_the_parts_inside_it() -> None:
    track = walk(10, parts=(0, 3, 7))

    piece = track.slice(2, 8)

    assert piece.part_starts.tolist() == [0, 1, 5]
    assert piece.time_us.tolist() == track.time_us[2:8].tolist()
    assert track.slice(3, 7).part_starts.tolist() == [0]
    assert len(track.slice(5, 5)) == 0


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (3, 2), (0, 5)])
def test_a_slice_outside_the_track_is_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="not within"):
        walk(4).slice(start, stop)


def test_tracks_put_together_stay_parts() -> None:
    whole = concatenate([walk(3), empty_track(), walk(4, first_us=10_000_000, parts=(0, 2))])

    assert len(whole) == 7
    assert whole.part_starts.tolist() == [0, 3, 5]
    assert list(whole.parts()) == [(0, 3), (3, 5), (5, 7)]
    assert len(concatenate([])) == 0


def test_a_track_can_be_broken_again() -> None:
    assert walk(6, parts=(0, 2)).in_parts(np.array([0, 4], np.int64)).part_starts.tolist() == [0, 2, 4]


def test_a_long_silence_starts_a_part() -> None:
    second = 1_000_000
    times = np.array([0, 1, 2, 400, 401, 302 + 401], np.int64) * second

    assert part_starts_at_gaps(times, longest_gap_s=GAP_S).tolist() == [0, 3, 5]
    assert part_starts_at_gaps(times, longest_gap_s=1000.0).tolist() == [0]


def test_a_silence_of_exactly_the_limit_is_still_one_walk() -> None:
    times = np.array([0, 300_000_000, 600_000_001], np.int64)

    assert part_starts_at_gaps(times, longest_gap_s=300.0).tolist() == [0, 2]


def test_fixes_without_a_time_never_start_a_part_and_times_that_go_back_are_no_silence() -> None:
    second = 1_000_000
    times = np.array([0, NO_TIME, NO_TIME, 1000 * second, NO_TIME, 5 * second], np.int64)

    assert part_starts_at_gaps(times, longest_gap_s=300.0).tolist() == [0, 3]
    assert part_starts_at_gaps(np.full(3, NO_TIME), longest_gap_s=300.0).tolist() == [0]
    assert part_starts_at_gaps(np.empty(0, np.int64), longest_gap_s=300.0).tolist() == []
