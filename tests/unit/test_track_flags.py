"""Flags on made-up tracks of which the truth is known, on real ones, and on whatever hypothesis thinks of."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ranger_app.domain.definitions import DefinitionError
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.domain.track_flag import limits, limits_from
from ranger_app.domain.track_flag_times import GPS_EPOCH_US, ROUND_US
from ranger_app.domain.track_flags import KINDS, MOST_A_KIND, Flag, flags_between, flags_of, original_flag, photo_flag
from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx import read_gpx
from ranger_app.paths import resource
from tests.gpx_corpus import TRACKS, gpx_names

START_US = 1_772_600_400_000_000
M_LAT = 1 / 111_132.0
"""Degrees of latitude to a metre, nearly."""


def made_walk(count: int, *, step_s: float = 1.0, speed_m_s: float = 1.3, seed: int = 1) -> dict[str, NDArray[Any]]:
    """A walker's columns: a way to the north that sways, fixes with two metres of noise that wanders."""
    random = np.random.default_rng(seed)
    noise = np.convolve(random.normal(0, 2.0, (count + 9) * 2), np.ones(5) / 5, "valid")
    pace = random.normal(speed_m_s, 0.2, count).cumsum() * step_s
    return {
        "time_us": START_US + (np.arange(count) * step_s * 1e6).astype(np.int64),
        "longitude_deg": 74.5 + noise[:count] * M_LAT,
        "latitude_deg": 42.0 + (pace + noise[-count:]) * M_LAT,
        "elevation_m": np.round(2000 + random.normal(0, 0.4, count).cumsum(), 1),
    }


def as_track(columns: dict[str, NDArray[Any]], parts: tuple[int, ...] = (0,)) -> Track:
    return Track(**columns, part_starts=np.array(parts if len(columns["time_us"]) else (), np.int64))


def told(flags: tuple[Flag, ...]) -> list[tuple[str, int, int]]:
    return [(one.kind, one.first, one.last) for one in flags]


def test_an_honest_walk_has_no_flags() -> None:
    assert flags_of(as_track(made_walk(1200)), transport="foot", now_us=START_US + 10**12) == ()


def test_a_fix_that_flies_away_and_comes_back_is_one_spike() -> None:
    walk = made_walk(300)
    walk["latitude_deg"][150] += 500 * M_LAT
    walk["longitude_deg"][200:203] += 900 * M_LAT

    flags = flags_of(as_track(walk), transport="foot")

    assert told(flags) == [("spike", 150, 150), ("spike", 200, 202)]
    assert flags[0].facts["metres"] == pytest.approx(500, abs=10)


def test_a_way_too_fast_for_the_transport_is_a_jump_and_none_for_a_faster_one() -> None:
    walk = made_walk(300)
    walk["latitude_deg"][150:] += 100 * M_LAT

    (flag,) = flags_of(as_track(walk), transport="foot_patrol")

    assert (flag.kind, flag.first, flag.last) == ("jump", 149, 150)
    assert flag.facts["speed_km_h"] == pytest.approx(365, abs=20)
    assert flags_of(as_track(walk), transport="helicopter") == ()


def test_a_short_step_of_noise_is_no_jump() -> None:
    walk = made_walk(300)
    walk["longitude_deg"][150:] += 15 * M_LAT

    assert flags_of(as_track(walk), transport="foot") == ()


def test_a_rest_under_a_tree_is_a_stop_and_a_round_walk_is_none() -> None:
    walk, rest = made_walk(1500), made_walk(900, speed_m_s=0.0, seed=2)
    walk["latitude_deg"][1400:] += 0
    stays = {name: column.copy() for name, column in walk.items()}
    stays["latitude_deg"][300:1200] = walk["latitude_deg"][300] + (rest["latitude_deg"] - 42.0) * 0.5
    stays["latitude_deg"][1200:] += walk["latitude_deg"][300] - walk["latitude_deg"][1200]

    (flag,) = flags_of(as_track(stays), transport="foot")

    assert flag.kind == "stop"
    assert 260 <= flag.first <= 300
    assert 1195 <= flag.last <= 1240
    assert flag.facts["minutes"] in (15, 16)

    circle = made_walk(1200)
    angle = np.arange(1200) / 600 * 2 * np.pi
    circle["latitude_deg"] = 42.0 + 130 * np.sin(angle) * M_LAT + (circle["longitude_deg"] - 74.5)
    circle["longitude_deg"] = circle["longitude_deg"] + 130 * np.cos(angle) * M_LAT
    assert flags_of(as_track(circle), transport="foot") == ()


def test_a_stop_does_not_reach_over_a_silence() -> None:
    rest = made_walk(700, speed_m_s=0.0)
    rest["latitude_deg"] = 42.0 + (rest["latitude_deg"] - 42.0) * 0.3
    rest["time_us"][350:] += 3600 * 1_000_000

    flags = flags_of(as_track(rest, parts=(0, 350)), transport="foot")

    assert told(flags) == [("gap", 349, 350)]
    assert flags[0].facts["minutes"] == 60


def test_times_that_go_back_or_stand_still_are_told() -> None:
    walk = made_walk(300)
    walk["time_us"][100:] -= 5_000_000
    walk["time_us"][200:203] = walk["time_us"][200]

    flags = flags_of(as_track(walk), transport="foot")

    assert told(flags) == [("time-back", 99, 100), ("time-repeat", 200, 202)]
    assert flags[0].facts["seconds"] == 4
    assert flags[1].facts["count"] == 3


@pytest.mark.parametrize(
    ("first_us", "kinds"),
    [
        (GPS_EPOCH_US - 86_400_000_000, ["before-gps"]),
        (START_US - ROUND_US, ["week-rollover"]),
        (START_US - 2 * ROUND_US, ["week-rollover"]),
        (START_US + 3 * 86_400_000_000, ["future"]),
        (START_US - 500 * 86_400_000_000, []),
    ],
)
def test_clocks_that_cannot_be_right(first_us: int, kinds: list[str]) -> None:
    walk = made_walk(50)
    walk["time_us"] += first_us - START_US

    flags = flags_of(as_track(walk), now_us=START_US + 3600_000_000)

    assert [one.kind for one in flags] == kinds
    assert all((one.first, one.last) == (0, 49) for one in flags)


def test_a_week_number_that_began_again_says_what_would_put_it_right() -> None:
    walk = made_walk(50)
    walk["time_us"] -= ROUND_US

    (flag,) = flags_of(as_track(walk), now_us=START_US + 3600_000_000)

    assert flag.facts["shift_s"] == 619_315_200
    assert str(flag.facts["meant"]).startswith("2026-03-04T05:00:00")


def test_fixes_that_are_none_are_told_and_make_no_jumps() -> None:
    walk = made_walk(300)
    walk["latitude_deg"][50:53], walk["longitude_deg"][50:53] = 0.0, 0.0
    satellites = np.full(300, 9.0)
    satellites[100:110], satellites[0] = 2.0, np.nan
    hdop = np.full(300, 0.9)
    hdop[200] = 99.99

    flags = flags_of(as_track(walk), transport="foot", extras={"satellites": satellites, "hdop": hdop})

    assert told(flags) == [("zero-zero", 50, 52), ("no-fix", 100, 109), ("no-fix", 200, 200)]


def test_one_position_to_the_last_digit_again_and_again_is_told() -> None:
    walk = made_walk(300)
    for name in ("latitude_deg", "longitude_deg"):
        walk[name][100:170] = walk[name][100]

    flags = flags_of(as_track(walk), transport="foot")

    assert ("frozen", 100, 169) in told(flags)


def test_two_devices_of_one_party_in_two_places() -> None:
    one, other = made_walk(900), made_walk(450, step_s=2.0, speed_m_s=1.3, seed=5)
    other["latitude_deg"] = np.interp(other["time_us"], one["time_us"], one["latitude_deg"])
    assert flags_between(as_track(one), as_track(other)) == ()
    other["longitude_deg"][100:300] += 2000 * M_LAT

    (flag,) = flags_between(as_track(one), as_track(other))

    assert flag.kind == "two-places"
    assert 198 <= flag.first <= 202
    assert 596 <= flag.last <= 602
    assert flag.facts["minutes"] == 6
    other["time_us"] += 86_400_000_000
    assert flags_between(as_track(one), as_track(other)) == ()


def test_two_devices_are_compared_across_the_antimeridian() -> None:
    one, other = made_walk(900), made_walk(300, step_s=3.0, seed=5)
    other["latitude_deg"] = np.interp(other["time_us"], one["time_us"], one["latitude_deg"])
    for walk in (one, other):
        walk["longitude_deg"] = (walk["longitude_deg"] - 74.5 + 180.0 + 180.0) % 360.0 - 180.0

    assert flags_between(as_track(one), as_track(other)) == ()


def test_a_way_drawn_on_a_map_looks_simulated_and_says_by_what() -> None:
    drawn = made_walk(200)
    drawn["latitude_deg"] = 42.0 + np.arange(200) * 10 * M_LAT
    drawn["longitude_deg"] = 74.5 + np.arange(200) * 3 * M_LAT
    drawn["elevation_m"][:] = 0.0

    (flag,) = flags_of(as_track(drawn), transport="vehicle")

    assert (flag.kind, flag.first, flag.last) == ("simulated", 0, 199)
    assert flag.facts["signs"] == "speed spacing straight elevation"


def test_a_receiver_that_writes_a_fix_every_ten_metres_is_not_simulated() -> None:
    random = np.random.default_rng(7)
    walk = made_walk(200)
    walk["latitude_deg"] = 42.0 + random.uniform(10, 11.5, 200).cumsum() * M_LAT
    walk["time_us"] = START_US + (random.uniform(6, 10, 200).cumsum() * 1e6).astype(np.int64)

    assert flags_of(as_track(walk), transport="foot") == ()


def test_a_photo_that_knows_its_place_says_how_wrong_its_clock_is() -> None:
    walk = as_track(made_walk(7200))
    place = 5000
    right = int(walk.time_us[place])
    flag_at = partial(
        photo_flag,
        walk,
        longitude_deg=float(walk.longitude_deg[place]),
        latitude_deg=float(walk.latitude_deg[place]),
    )

    flag = flag_at(taken_us=right - 3600_000_000)

    assert flag is not None
    assert flag.first == place - 3600
    assert flag.facts["shift_s"] == pytest.approx(3600, abs=3)
    assert flag_at(taken_us=right + 30_000_000) is None
    day_off = flag_at(taken_us=right - 86_400_000_000)
    assert day_off is not None
    assert (day_off.first, list(day_off.facts)) == (0, ["shift_s"])
    assert photo_flag(walk, taken_us=right + 86_400_000_000, longitude_deg=70.0, latitude_deg=40.0) is None
    apart = photo_flag(walk, taken_us=right, longitude_deg=70.0, latitude_deg=40.0)
    assert apart is not None
    assert list(apart.facts) == ["metres"]


def test_many_flags_of_one_kind_end_in_one_that_counts_the_rest() -> None:
    walk = made_walk(1000)
    walk["time_us"][1::2] -= 3_000_000

    flags = flags_of(as_track(walk))

    assert len(flags) == MOST_A_KIND
    assert flags[-1].facts["more"] == 499 - MOST_A_KIND + 1 + 1
    assert flags[-1].last == 999


def test_a_flag_is_told_of_original_fixes() -> None:
    (flag,) = flags_of(as_track(made_walk(50)), now_us=START_US - 86_400_000_000 * 2)

    moved = original_flag(flag, np.arange(100, 150))

    assert (moved.first, moved.last) == (100, 149)


def test_real_tracks_have_few_flags_and_none_stops_the_program() -> None:
    counts: Counter[str] = Counter()
    fixes = 0
    for name in gpx_names():
        try:
            file = read_gpx(TRACKS / name, name=name)
        except RangerAppError:
            continue
        for one in file.tracks:
            fixes += len(one.track)
            found = flags_of(one.track, now_us=2_000_000_000_000_000, extras=one.extras)
            counts.update(flag.kind for flag in found)
            assert all(0 <= flag.first <= flag.last < len(one.track) for flag in found)
            for other in file.tracks[:3]:
                flags_between(one.track, other.track)

    assert fixes > 10_000
    assert counts["simulated"] == 0
    assert counts["spike"] + counts["jump"] < 10
    assert sum(counts.values()) < 100


@st.composite
def any_tracks(draw: st.DrawFn) -> Track:
    count = draw(st.integers(0, 80))
    times = st.one_of(st.just(NO_TIME), st.integers(-(2**50), 2**52), st.integers(0, 90).map(lambda s: s * 1_000_000))
    degrees = st.sampled_from([0.0, -0.0, 1e-7, 41.5, 41.6, 89.9, -90.0, 90.0, 180.0, -180.0, 179.999999])
    heights = st.sampled_from([0.0, np.nan, 5.5])
    starts = sorted({0, *draw(st.lists(st.integers(0, max(count - 1, 0)), max_size=4))}) if count else []
    return Track(
        time_us=np.array(draw(st.lists(times, min_size=count, max_size=count)), np.int64),
        longitude_deg=np.array(draw(st.lists(degrees, min_size=count, max_size=count)), np.float64),
        latitude_deg=np.clip(np.array(draw(st.lists(degrees, min_size=count, max_size=count)), np.float64), -90, 90),
        elevation_m=np.array(draw(st.lists(heights, min_size=count, max_size=count)), np.float64),
        part_starts=np.array(starts, np.int64),
    )


@given(any_tracks(), any_tracks(), st.integers(-(2**50), 2**52))
@settings(max_examples=200)
def test_no_track_stops_the_program(track: Track, other: Track, now_us: int) -> None:
    for flag in (*flags_of(track, transport="foot", now_us=now_us), *flags_between(track, other)):
        assert flag.kind in KINDS
        assert flag.severity is KINDS[flag.kind]
        assert 0 <= flag.first <= flag.last < len(track)
    photo_flag(track, taken_us=now_us, longitude_deg=74.0, latitude_deg=42.0)


def test_every_number_has_its_source_and_foot_is_slower_than_a_car() -> None:
    assert limits().fastest_m_s("Foot Patrol") < limits().fastest_m_s("vehicle") < limits().fastest_m_s("")
    assert all(one.source for one in limits().transports)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('key = "noise_m"', 'key = "noise"'),
        ("value = 20\n", "value = 0\n"),
        ('words = []\nfastest_kmh = 360', 'words = ["any"]\nfastest_kmh = 360'),
        ("fastest_kmh = 360", "fastest_kmh = -1"),
        ('[[limits]]\nkey = "noise_m"', '[[limits]]\nkey = "spike_fixes"'),
    ],
)  # fmt: skip
def test_a_file_of_numbers_that_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (resource("tracks") / "flags.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "flags.toml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(DefinitionError):
        limits_from(tmp_path / "flags.toml")
