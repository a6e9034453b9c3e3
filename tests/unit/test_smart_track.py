from __future__ import annotations

import datetime as dt
import json
import struct
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.smart_track import WkbKind, decode_wkb, encode_wkb, local_time_us, wkb_hex
from ranger_app.domain.track import NO_TIME, Track, empty_track
from ranger_app.domain.wkb import WkbUnreadableError
from ranger_app.geodesy import segment_lengths_m

VECTORS = json.loads((Path(__file__).parents[1] / "data/smart/samples/track_vectors.json").read_text("utf-8"))
TWO_POINTS = (
    "0080000005000000010080000002000000024052a00000000000404499999999999a4279cb7ea1fa0000"
    "4052a010624dd2f2404499a9fbe76c8b4279cb7eb0a00000"
)
BISHKEK = ZoneInfo("Asia/Bishkek")
BERLIN = ZoneInfo("Europe/Berlin")


def us(*moment: int, zone: dt.tzinfo = dt.UTC) -> int:
    return round(dt.datetime(*moment, tzinfo=zone).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]


def track(times: list[int], parts: tuple[int, ...] = (0,)) -> Track:
    count = len(times)
    return Track(
        time_us=np.array(times, np.int64),
        longitude_deg=np.linspace(74.5, 74.6, count),
        latitude_deg=np.linspace(41.2, 41.3, count),
        elevation_m=np.full(count, np.nan),
        part_starts=np.array(parts, np.int64),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["uuid"][:8] for vector in VECTORS])
def test_a_real_track_is_read_measured_and_written_back_byte_for_byte(vector: dict[str, str | float]) -> None:
    text = str(vector["wkb_hex"])

    kind, parts = decode_wkb(text)

    assert encode_wkb(kind, parts) == text
    assert sum(len(part) for part in parts) == vector["points"]
    assert (parts[0][0, 2], parts[-1][-1, 2]) == (vector["z_first"], vector["z_last"])
    metres = sum(float(segment_lengths_m(part[:, 0].copy(), part[:, 1].copy()).sum()) for part in parts)
    assert metres / 1000 == pytest.approx(float(vector["distance_km"]), abs=1e-5)


def test_two_points_become_the_hexadecimal_of_the_description() -> None:
    walk = Track(
        time_us=np.array([us(2026, 3, 4, 8, 15, zone=BISHKEK), us(2026, 3, 4, 8, 16, zone=BISHKEK)], np.int64),
        longitude_deg=np.array([74.5, 74.501]),
        latitude_deg=np.array([41.2, 41.2005]),
        elevation_m=np.array([np.nan, 2040.0]),
        part_starts=np.array([0], np.int64),
    )

    assert wkb_hex(walk, BISHKEK) == TWO_POINTS


def test_parts_stay_parts_and_a_single_fix_is_written_twice() -> None:
    walk = track([0, 1_000_000, 900_000_000, 1_800_000_000, 1_801_000_000], (0, 2, 3))

    kind, parts = decode_wkb(wkb_hex(walk, dt.UTC))

    assert kind is WkbKind.MULTI_LINE_STRING
    assert [part[:, 2].tolist() for part in parts] == [[0, 1000], [900_000, 900_000], [1_800_000, 1_801_000]]
    assert parts[1][0].tolist() == parts[1][1].tolist() == [walk.longitude_deg[2], walk.latitude_deg[2], 900_000]


def test_a_track_without_fixes_has_no_geometry() -> None:
    with pytest.raises(ValueError, match="empty"):
        wkb_hex(empty_track(), dt.UTC)


def test_a_fix_without_a_time_takes_the_time_before_it() -> None:
    walk = track([NO_TIME, 5_000_000, NO_TIME, NO_TIME, 9_000_000])

    _, [part] = decode_wkb(wkb_hex(walk, dt.UTC))

    assert part[:, 2].tolist() == [5000, 5000, 5000, 5000, 9000]


def test_a_track_without_any_time_needs_one_from_its_leg_day() -> None:
    walk = track([NO_TIME, NO_TIME])

    with pytest.raises(ValueError, match="without any time"):
        wkb_hex(walk, dt.UTC)

    _, [part] = decode_wkb(wkb_hex(walk, dt.UTC, untimed_at_us=3_000_000))
    assert part[:, 2].tolist() == [3000, 3000]


def test_clocks_that_change_during_a_walk_are_followed_to_the_second() -> None:
    change = us(2026, 3, 29, 1)
    times = [change - 1_000_000, change - 1, change, change + 1_000_000]

    local = local_time_us(np.array(times, np.int64), BERLIN)

    assert (local - np.array(times)).tolist() == [3_600_000_000, 3_600_000_000, 7_200_000_000, 7_200_000_000]


def test_clocks_that_change_at_half_past_are_followed_too() -> None:
    change = us(2026, 10, 3, 15, 30)
    times = np.array([change - 600_000_000, change - 1, change, change + 600_000_000], np.int64)

    local = local_time_us(times, ZoneInfo("Australia/Lord_Howe"))

    assert ((local - times) // 1_800_000_000).tolist() == [21, 21, 22, 22]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca"]
)
@given(
    start=st.integers(us(1995, 1, 1), us(2035, 1, 1)),
    steps=st.lists(st.integers(-86_400_000_000, 40 * 86_400_000_000), max_size=12),
)
def test_local_times_are_those_of_the_calendar(zone: str, start: int, steps: list[int]) -> None:
    times = np.cumsum([start, *steps])
    info = ZoneInfo(zone)

    local = local_time_us(times, info)

    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    shown = [(epoch + dt.timedelta(microseconds=at)).astimezone(info).replace(tzinfo=dt.UTC) for at in times.tolist()]
    assert local.tolist() == [(clock - epoch) // dt.timedelta(microseconds=1) for clock in shown]


def test_local_times_of_no_fixes_are_none() -> None:
    assert len(local_time_us(np.empty(0, np.int64), BERLIN)) == 0


def test_the_iso_number_and_the_other_byte_order_are_read() -> None:
    line = struct.pack("<BII6d", 1, 1002, 2, 1, 2, 3, 4, 5, 6)
    several = struct.pack("<BII", 1, 1005, 2) + line + bytes.fromhex(encode_wkb(WkbKind.LINE_STRING, [np.ones((1, 3))]))

    assert [part.tolist() for part in decode_wkb(line.hex())[1]] == [[[1, 2, 3], [4, 5, 6]]]
    kind, parts = decode_wkb(several.hex().upper())
    assert kind is WkbKind.MULTI_LINE_STRING
    assert [len(part) for part in parts] == [2, 1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zz",
        "00",
        TWO_POINTS[:-2],
        TWO_POINTS + "00",
        "02" + TWO_POINTS[2:],
        "0000000002" + "00000000",
        "00800000020fffffff",
        "008000000500000001" + TWO_POINTS,
    ],
)
def test_what_is_no_track_is_refused(text: str) -> None:
    with pytest.raises(WkbUnreadableError):
        decode_wkb(text)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    for text in (noise.hex(), "0080000002" + noise.hex(), "0080000005" + noise.hex()):
        try:
            kind, parts = decode_wkb(text)
        except WkbUnreadableError:
            continue
        assert all(part.shape == (len(part), 3) for part in parts)
        assert kind in WkbKind


def test_a_line_string_has_exactly_one_part() -> None:
    with pytest.raises(ValueError, match="one part"):
        encode_wkb(WkbKind.LINE_STRING, [])
