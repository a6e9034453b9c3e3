"""Patrols in time: where each was at a moment."""

from __future__ import annotations

import numpy as np
import pytest

from ranger_app.domain.replay import Replay, TimedLine, replay_of
from ranger_app.domain.track import NO_TIME
from ranger_app.domain.track_levels import to_world

SECOND = 1_000_000


def line(*fixes: tuple[float, float], name: str = "a", lat: float = 41.0, begins: tuple[int, ...] = (0,)) -> TimedLine:
    """Fixes as seconds and longitude along a parallel."""
    seconds, lon = (np.array(column, np.float64) for column in zip(*fixes, strict=True))
    time_us = np.where(np.isnan(seconds), NO_TIME, np.nan_to_num(seconds) * SECOND).astype(np.int64)
    return TimedLine(name, f"patrol {name}", time_us, lon, np.full(len(lon), lat), np.array(begins, np.int64))


def replay(*lines: TimedLine, begin: float = 0, end: float = 1e6, fixes: int = 10) -> Replay:
    return replay_of(lines, fixes, from_us=int(begin * SECOND), to_us=int(end * SECOND))


def longitudes(found: Replay, second: float) -> list[float]:
    found_deg: list[float] = ((found.at(int(second * SECOND)).x - 0.5) * 360).tolist()
    return found_deg


def test_between_two_fixes_a_patrol_is_where_the_time_says() -> None:
    found = replay(line((0, 75.0), (100, 75.2), (110, 75.3)))

    assert longitudes(found, 0) == pytest.approx([75.0])
    assert longitudes(found, 25) == pytest.approx([75.05])
    assert longitudes(found, 105) == pytest.approx([75.25])
    assert longitudes(found, 110) == pytest.approx([75.3])
    assert longitudes(found, 111) == longitudes(found, -1) == []
    assert found.at(25 * SECOND).y == pytest.approx(to_world(np.zeros(1), np.array([41.0]))[1])


def test_those_on_their_way_are_found_by_their_track() -> None:
    found = replay(line((0, 75.0), (100, 75.2)), line((50, 76.0), (150, 76.2), name="b"))

    assert found.at(20 * SECOND).track.tolist() == [0]
    assert found.at(75 * SECOND).track.tolist() == [0, 1]
    assert found.patrols == ("patrol a", "patrol b")
    assert found.span_us() == (0, 150 * SECOND)


def test_in_a_silence_the_last_place_is_shown_as_one_that_is_not_seen() -> None:
    found = replay(line((0, 75.0), (100, 75.2), (10_000, 75.9), (10_100, 76.0), begins=(0, 2)))

    silent = found.at(5_000 * SECOND)

    assert longitudes(found, 5_000) == pytest.approx([75.2])
    assert silent.is_seen.tolist() == [False]
    assert found.at(100 * SECOND).is_seen.tolist() == [True]
    assert found.at(10_050 * SECOND).is_seen.tolist() == [True]
    assert longitudes(found, 10_050) == pytest.approx([75.95])


def test_fixes_without_a_time_and_times_that_go_back_are_left_out() -> None:
    found = replay(line((0, 75.0), (np.nan, 80.0), (100, 75.2), (50, 79.0), (100, 79.0), (200, 75.4)))

    assert (found.time_us // SECOND).tolist() == [0, 100, 200]
    assert longitudes(found, 150) == pytest.approx([75.3])


def test_a_patrol_crosses_the_180th_meridian_the_short_way() -> None:
    found = replay(line((0, 179.9), (100, -179.9)))

    assert [abs(one) for one in longitudes(found, 50)] == pytest.approx([180.0])
    assert longitudes(found, 75) == pytest.approx([-179.95])


def test_only_the_span_is_replayed() -> None:
    found = replay(
        line((0, 75.0), (100, 75.2), (200, 75.4), (300, 75.6)), line((900, 75.0), (950, 75.1)), begin=100, end=250
    )

    assert found.span_us() == (100 * SECOND, 200 * SECOND)
    assert len(found) == 1


def test_fixes_that_nobody_can_tell_apart_are_left_out_where_there_are_many() -> None:
    lon = 75.0 + np.arange(20_000, dtype=np.float64) * 1e-5
    many = TimedLine("a", "", np.arange(20_000) * SECOND, lon, np.full(20_000, 41.0), np.zeros(1, np.int64))

    few, coarse = replay(many, fixes=20_000), replay(many, fixes=10_000_000)

    assert len(few.time_us) > 10_000
    assert len(coarse.time_us) < 2_000
    assert longitudes(coarse, 12_345) == pytest.approx([75.12345], abs=360 / (512 << 10))
    assert coarse.span_us() == few.span_us()


def test_a_single_fix_is_there_for_its_moment() -> None:
    found = replay(line((60, 75.0)))

    assert longitudes(found, 60) == pytest.approx([75.0])
    assert longitudes(found, 61) == []


def test_silence_between_patrols_is_known() -> None:
    found = replay(line((100, 75.0), (200, 75.1)), line((900, 75.0), (950, 75.1), name="b"))

    assert not found.is_anybody_out(0)
    assert found.is_anybody_out(150 * SECOND)
    assert found.next_begin(300 * SECOND) == 900 * SECOND
    assert found.next_begin(901 * SECOND) is None


def test_nothing_to_replay_is_nobody_anywhere() -> None:
    found = replay()

    assert len(found) == 0
    assert found.span_us() is None
    assert found.next_begin(0) is None
    assert not found.is_anybody_out(0)
    assert len(found.at(0).track) == 0
