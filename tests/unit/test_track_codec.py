from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ranger_app.domain.track import EARLIEST_US, LATEST_US, NO_TIME, Track, empty_track
from ranger_app.domain.track_codec import (
    MOST_FIXES_PER_CHUNK,
    TrackChunkDamagedError,
    decode_chunks,
    decode_line,
    decode_times,
    encode_chunks,
    fixes_in_chunk,
)

Floats = NDArray[np.float64]


def track_of(
    longitude: Floats,
    latitude: Floats,
    *,
    time_us: NDArray[np.int64] | None = None,
    elevation: Floats | None = None,
    parts: list[int] | None = None,
) -> Track:
    count = len(longitude)
    return Track(
        time_us=np.arange(count, dtype=np.int64) * 1_000_000 if time_us is None else time_us,
        longitude_deg=longitude,
        latitude_deg=latitude,
        elevation_m=np.full(count, np.nan) if elevation is None else elevation,
        part_starts=np.array([0] if parts is None else parts, np.int64),
    )


def noisy_walk(count: int, *, decimals: int = 7, elevation_decimals: int = 1) -> Track:
    """A ranger at 1.2 m/s who turns slowly, with receiver noise that wanders, one fix a second."""
    random = np.random.default_rng(20260304)
    heading = np.cumsum(random.normal(0.0, 0.05, count))
    wander = random.normal(0.0, 0.35, (3, count))
    east = np.cumsum(1.2 * np.sin(heading) + wander[0]) / 83_000.0
    north = np.cumsum(1.2 * np.cos(heading) + wander[1]) / 111_000.0
    climb = np.cumsum(random.normal(0.0, 0.25, count) + 0.02)
    time_us = 1_772_600_000_000_000 + np.arange(count, dtype=np.int64) * 1_000_000
    return track_of(
        np.round(74.5 + east, decimals),
        np.round(41.2 + north, decimals),
        time_us=time_us,
        elevation=np.round(2100.0 + climb, elevation_decimals),
    )


def assert_same(found: Track, expected: Track) -> None:
    assert found.time_us.tobytes() == expected.time_us.tobytes()
    assert found.longitude_deg.tobytes() == expected.longitude_deg.tobytes()
    assert found.latitude_deg.tobytes() == expected.latitude_deg.tobytes()
    np.testing.assert_array_equal(np.isnan(found.elevation_m), np.isnan(expected.elevation_m))
    present = ~np.isnan(expected.elevation_m)
    assert found.elevation_m[present].tobytes() == expected.elevation_m[present].tobytes()
    assert found.part_starts.tolist() == expected.part_starts.tolist()


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    count = draw(st.integers(1, 40))
    on_grid = st.integers(-(10**9), 10**9)
    longitude = st.one_of(st.floats(-180, 180), on_grid.map(lambda step: step / 1e7))
    latitude = st.one_of(st.floats(-90, 90), on_grid.map(lambda step: (step % 10**8) / 1e7))
    elevation = st.one_of(st.floats(allow_infinity=False), on_grid.map(lambda step: step / 1e5), st.just(np.nan))
    unit = draw(st.sampled_from([1, 1000, 1_000_000]))
    time = st.one_of(
        st.integers(EARLIEST_US // unit, LATEST_US // unit).map(lambda step: step * unit), st.just(NO_TIME)
    )
    parts = sorted({0, *draw(st.lists(st.integers(0, count - 1), max_size=6))})
    return track_of(
        np.array(draw(st.lists(longitude, min_size=count, max_size=count))),
        np.array(draw(st.lists(latitude, min_size=count, max_size=count))),
        time_us=np.array(draw(st.lists(time, min_size=count, max_size=count)), np.int64),
        elevation=np.array(draw(st.lists(elevation, min_size=count, max_size=count))),
        parts=parts,
    )


@given(tracks(), st.integers(1, 50))
def test_every_track_comes_back_to_the_last_bit(track: Track, fixes_per_chunk: int) -> None:
    assert_same(decode_chunks(encode_chunks(track, fixes_per_chunk=fixes_per_chunk)), track)


@pytest.mark.no_cover
@given(tracks())
def test_the_same_track_gives_the_same_bytes(track: Track) -> None:
    assert encode_chunks(track) == encode_chunks(track)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(TrackChunkDamagedError):
        decode_chunks([noise])


@given(st.binary(max_size=300), st.integers(0, 70_000))
def test_arbitrary_bodies_never_crash(body: bytes, fixes: int) -> None:
    chunk = struct.pack("<3sBII", b"RTC", 1, fixes, len(body)) + zlib.compress(body)
    try:
        found = decode_chunks([chunk])
    except TrackChunkDamagedError:
        return

    assert len(found) == fixes


@given(tracks(), st.data())
def test_a_changed_body_is_refused_or_still_a_track(track: Track, data: st.DataObject) -> None:
    chunk = encode_chunks(track)[0]
    fixes, size = struct.unpack_from("<II", chunk, 4)
    body = bytearray(zlib.decompress(chunk[16:]))
    body[data.draw(st.integers(0, size - 1))] = data.draw(st.integers(0, 255))

    try:
        found = decode_chunks([chunk[:16] + zlib.compress(bytes(body))])
    except TrackChunkDamagedError:
        return

    assert len(found) == fixes


@pytest.mark.no_cover
@given(tracks(), st.data())
def test_a_chunk_cut_short_is_refused(track: Track, data: st.DataObject) -> None:
    chunk = encode_chunks(track)[0]

    with pytest.raises(TrackChunkDamagedError):
        decode_chunks([chunk[: data.draw(st.integers(0, len(chunk) - 1))]])


@given(st.integers(0, 2**32 - 1), st.binary(max_size=60), st.binary(max_size=60))
def test_noise_of_any_length_never_crashes(told: int, noise: bytes, body: bytes) -> None:
    chunk = struct.pack("<3sBIII", b"RTC", 2, 10, len(body), told) + noise + zlib.compress(body)

    with pytest.raises(TrackChunkDamagedError):
        decode_chunks([chunk])


def test_a_chunk_with_noise_that_was_changed_or_cut_is_refused_or_still_a_track() -> None:
    track = noisy_walk(8192)
    [chunk] = encode_chunks(track)
    [size] = struct.unpack_from("<I", chunk, 12)

    assert size > 8000
    assert len(decode_chunks([chunk[:20] + b"????" + chunk[24:]])) == 8192
    for told, cut in ((size - 1, 0), (size - 1, 1), (size + 1, 0), (0, size)):
        with pytest.raises(TrackChunkDamagedError):
            decode_chunks([chunk[:12] + struct.pack("<I", told) + chunk[16 + cut :]])


def test_pieces_of_a_chunk_are_read_without_the_rest() -> None:
    track = noisy_walk(9000).in_parts(np.array([0, 8500]))
    last = encode_chunks(track)[1]

    starts, longitude, latitude = decode_line(last)

    assert starts.tolist() == [8500 - 8192]
    assert longitude.tobytes() == track.longitude_deg[8192:].tobytes()
    assert latitude.tobytes() == track.latitude_deg[8192:].tobytes()
    assert decode_times(last).tobytes() == track.time_us[8192:].tobytes()


@given(st.binary(max_size=300), st.integers(0, 70_000), st.sampled_from([decode_line, decode_times]))
def test_pieces_of_arbitrary_bodies_never_crash(body: bytes, fixes: int, read: Callable[[bytes], object]) -> None:
    chunk = struct.pack("<3sBII", b"RTC", 1, fixes, len(body)) + zlib.compress(body)
    try:
        read(chunk)
    except TrackChunkDamagedError:
        return


def test_a_line_off_the_earth_is_refused() -> None:
    far = b"\x05" + NONE + series(2**40, 2**40 + 1) + NONE + NONE

    with pytest.raises(TrackChunkDamagedError, match="earth"):
        decode_line(chunk_of(NONE, TIME, far, DEGREES, HEIGHT))


def test_an_empty_track_is_no_chunk() -> None:
    assert encode_chunks(empty_track()) == []
    assert len(decode_chunks([])) == 0


def test_a_long_track_is_cut_into_chunks_and_keeps_its_parts() -> None:
    track = noisy_walk(20_000).in_parts(np.array([0, 8191, 8192, 17_000], np.int64))

    chunks = encode_chunks(track)

    assert [fixes_in_chunk(chunk) for chunk in chunks] == [8192, 8192, 3616]
    assert_same(decode_chunks(chunks), track)
    assert decode_chunks(chunks[2:]).part_starts.tolist() == [0, 17_000 - 16_384]


def test_a_walk_at_seven_decimals_takes_at_most_four_and_a_half_bytes_a_fix() -> None:
    track = noisy_walk(50_000)

    assert sum(len(chunk) for chunk in encode_chunks(track)) / len(track) <= 4.5


def test_one_odd_value_does_not_make_the_whole_chunk_dear() -> None:
    track = noisy_walk(4096)
    longitude = track.longitude_deg.copy()
    longitude[1000] = np.nextafter(longitude[1000], 180.0)
    odd = track_of(longitude, track.latitude_deg, time_us=track.time_us, elevation=track.elevation_m)

    plain, with_odd = (len(encode_chunks(each)[0]) for each in (track, odd))

    assert with_odd - plain < 40
    assert_same(decode_chunks(encode_chunks(odd)), odd)


def test_receivers_that_count_in_semicircles_and_single_precision_stay_small() -> None:
    walk = noisy_walk(20_000)
    semicircles = np.rint(walk.longitude_deg * (2.0**31 / 180.0)) * 180.0 / 2.0**31
    latitude = np.rint(walk.latitude_deg * (2.0**31 / 180.0)) * 180.0 / 2.0**31
    track = track_of(
        semicircles, latitude, time_us=walk.time_us, elevation=walk.elevation_m.astype(np.float32).astype(np.float64)
    )

    assert sum(len(chunk) for chunk in encode_chunks(track)) / len(track) <= 6.0
    assert_same(decode_chunks(encode_chunks(track)), track)


def test_missing_times_and_heights_cost_almost_nothing() -> None:
    walk = noisy_walk(4096)
    bare = track_of(walk.longitude_deg, walk.latitude_deg, time_us=np.full(4096, NO_TIME))

    assert len(encode_chunks(bare)[0]) < len(encode_chunks(walk)[0])
    assert_same(decode_chunks(encode_chunks(bare)), bare)


def test_minus_zero_and_the_smallest_numbers_come_back() -> None:
    tiny = np.array([-0.0, 0.0, 5e-324, -180.0, 180.0])
    track = track_of(tiny, tiny / 2.0, elevation=np.array([-0.0, 1e308, -1e308, 5e-324, np.nan]))

    assert_same(decode_chunks(encode_chunks(track)), track)


@pytest.mark.parametrize(
    "chunk",
    [
        b"",
        b"RTC\x02" + struct.pack("<II", 5, 5),
        b"RTC\x03" + bytes(8),
        struct.pack("<3sBII", b"RTC", 1, 0, 0) + zlib.compress(b""),
        struct.pack("<3sBII", b"RTC", 1, MOST_FIXES_PER_CHUNK + 1, 9),
        struct.pack("<3sBII", b"RTC", 1, 10, 2**32 - 1),
        struct.pack("<3sBII", b"RTC", 1, 10, 100) + zlib.compress(bytes(50_000_000), 9),
        struct.pack("<3sBII", b"RTC", 1, 10, 100) + b"not deflated",
        encode_chunks(noisy_walk(5))[0] + b"more",
    ],
)
def test_a_damaged_chunk_is_named_as_such(chunk: bytes) -> None:
    with pytest.raises(TrackChunkDamagedError, match="track-chunk-damaged"):
        decode_chunks([chunk])


@pytest.mark.parametrize("fixes_per_chunk", [0, MOST_FIXES_PER_CHUNK + 1])
def test_a_chunk_has_at_least_one_fix_and_not_too_many(fixes_per_chunk: int) -> None:
    with pytest.raises(ValueError, match="fixes_per_chunk"):
        encode_chunks(noisy_walk(3), fixes_per_chunk=fixes_per_chunk)


def series(*values: int, count: int | None = None, planes: int = 1) -> bytes:
    """A series of small numbers that ascend, as the codec writes it; with a false head where one is given."""
    steps = bytes((after - before) * 2 for before, after in pairwise(values))
    return struct.pack("<IBq", len(values) if count is None else count, planes, values[0] if values else 0) + steps


NONE = struct.pack("<IBq", 0, 0, 0)
TIME = b"\x00" + NONE + series(1, 2) + NONE + NONE
DEGREES = b"\x05" + NONE + series(1, 2) + NONE + NONE
HEIGHT = b"\x01" + NONE + series(1, 2) + NONE + NONE


def chunk_of(*pieces: bytes) -> bytes:
    body = b"".join(pieces)
    return struct.pack("<3sBII", b"RTC", 1, 2, len(body)) + zlib.compress(body)


def test_a_chunk_written_by_hand_is_read() -> None:
    track = decode_chunks([chunk_of(series(0, planes=0), TIME, DEGREES, DEGREES, HEIGHT)])

    assert track.time_us.tolist() == [1_000_000, 2_000_000]
    assert track.latitude_deg.tolist() == [0.00001, 0.00002]
    assert track.elevation_m.tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    "pieces",
    [
        (series(0, 2), TIME, DEGREES, DEGREES, HEIGHT),
        (series(0, 0), TIME, DEGREES, DEGREES, HEIGHT),
        (series(0, planes=0, count=3), TIME, DEGREES, DEGREES, HEIGHT),
        (series(0, planes=9), TIME, DEGREES, DEGREES, HEIGHT),
        (NONE, b"\x01" + TIME[1:], DEGREES, DEGREES, HEIGHT),
        (NONE, b"\x00" + NONE + series(1, planes=0) + NONE + NONE, DEGREES, DEGREES, HEIGHT),
        (NONE, b"\x00" + NONE + series(2**62, 2**62 + 1) + NONE + NONE, DEGREES, DEGREES, HEIGHT),
        (NONE, b"\x00" + NONE + series(2**40, 2**40 + 1) + NONE + NONE, DEGREES, DEGREES, HEIGHT),
        (NONE, TIME, b"\x63" + DEGREES[1:], DEGREES, HEIGHT),
        (NONE, TIME, b"\x05" + NONE + series(1, 2) + series(0, planes=0) + NONE, DEGREES, HEIGHT),
        (NONE, TIME, b"\x05" + series(1, planes=0) + series(1, planes=0) + NONE + NONE, DEGREES, HEIGHT),
        (NONE, TIME, DEGREES, b"\x00" + NONE + series(90, 91) + NONE + NONE, HEIGHT),
        (NONE, TIME, DEGREES, DEGREES, HEIGHT, b"more"),
        (NONE, TIME, DEGREES, DEGREES),
    ],
)
def test_a_body_that_contradicts_itself_is_refused(pieces: tuple[bytes, ...]) -> None:
    with pytest.raises(TrackChunkDamagedError):
        decode_chunks([chunk_of(*pieces)])
