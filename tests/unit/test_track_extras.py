from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ranger_app.domain.track_codec import encode_chunks
from ranger_app.domain.track_extras import MOST_COLUMNS, decode_extras, encode_extras
from ranger_app.domain.track_series import TrackChunkDamagedError
from ranger_app.importers.track_file import EXTRAS
from tests.unit.test_track_codec import noisy_walk

Columns = dict[str, NDArray[np.float64]]


@st.composite
def columns(draw: st.DrawFn) -> tuple[Columns, int]:
    count = draw(st.integers(1, 40))
    value = st.one_of(
        st.floats(), st.integers(-(10**6), 10**6).map(lambda step: step / 100), st.integers(0, 250).map(float),
        st.just(np.nan), st.floats(0, 40, width=32),
    )  # fmt: skip
    names = draw(st.lists(st.sampled_from(EXTRAS), unique=True, max_size=4))
    return {name: np.array(draw(st.lists(value, min_size=count, max_size=count))) for name in names}, count


def assert_same(found: Columns, expected: Columns) -> None:
    kept = {name: column for name, column in expected.items() if not np.isnan(column).all()}
    assert found.keys() == kept.keys()
    for name, column in kept.items():
        np.testing.assert_array_equal(np.isnan(found[name]), np.isnan(column))
        is_given = ~np.isnan(column)
        assert found[name][is_given].tobytes() == column[is_given].tobytes()


@given(columns(), st.integers(1, 50))
def test_every_column_comes_back_to_the_last_bit(given_columns: tuple[Columns, int], fixes_per_chunk: int) -> None:
    extras, count = given_columns

    blobs = encode_extras(extras, count, fixes_per_chunk=fixes_per_chunk)

    assert_same(decode_extras(blobs), extras)
    assert blobs == encode_extras(dict(reversed(extras.items())), count, fixes_per_chunk=fixes_per_chunk)


def test_there_is_a_blob_for_each_chunk_of_the_track() -> None:
    track = noisy_walk(9000)
    hdop = np.full(9000, np.nan)
    hdop[8500:] = 1.2

    blobs = encode_extras({"hdop": hdop, "speed_mps": np.full(9000, np.nan)}, 9000)

    assert len(blobs) == len(encode_chunks(track))
    assert_same(decode_extras(blobs), {"hdop": hdop})
    assert decode_extras(blobs[:1]) == {}


def test_what_a_receiver_writes_each_second_stays_small() -> None:
    random = np.random.default_rng(7)
    speed = np.round(1.2 + random.normal(0, 0.2, 20_000), 2)
    satellites = np.round(11 + np.cumsum(random.integers(-1, 2, 20_000) * (random.random(20_000) > 0.98))).astype(float)
    heart_rate = np.round(110 + 10 * np.sin(np.arange(20_000) / 500))

    blobs = encode_extras({"speed_mps": speed, "satellites": satellites, "heart_rate_bpm": heart_rate}, 20_000)

    assert sum(map(len, blobs)) / 20_000 < 1.6


def test_nothing_written_is_no_blob() -> None:
    assert encode_extras({}, 10) == []
    assert encode_extras({"hdop": np.full(10, np.nan)}, 10) == []
    assert encode_extras({"hdop": np.empty(0)}, 0) == []
    assert decode_extras([]) == {}


@given(st.binary(max_size=300), st.integers(0, 70_000))
def test_arbitrary_bodies_never_crash(body: bytes, fixes: int) -> None:
    blob = struct.pack("<3sBII", b"RTX", 1, fixes, len(body)) + zlib.compress(body)
    try:
        found = decode_extras([blob])
    except TrackChunkDamagedError:
        return

    assert all(len(column) == fixes for column in found.values())


@given(columns(), st.data())
def test_a_changed_body_is_refused_or_still_columns(given_columns: tuple[Columns, int], data: st.DataObject) -> None:
    extras, count = given_columns
    for blob in encode_extras(extras, count)[:1]:
        body = bytearray(zlib.decompress(blob[16:]))
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

        try:
            found = decode_extras([blob[:16] + zlib.compress(bytes(body))])
        except TrackChunkDamagedError:
            return

        assert all(len(column) == count for column in found.values())


NONE = struct.pack("<IBq", 0, 0, 0)
COLUMN = b"\x00" + NONE + struct.pack("<IBq", 2, 1, 5) + b"\x02" + NONE + NONE


def blob_of(body: bytes) -> bytes:
    return struct.pack("<3sBII", b"RTX", 1, 2, len(body)) + zlib.compress(body)


def test_a_blob_written_by_hand_is_read() -> None:
    assert decode_extras([blob_of(b"\x01\x04hdop" + COLUMN)])["hdop"].tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x01", b"\x01\x04hdo", b"\x01\x00" + COLUMN, b"\x01\x04Hdop" + COLUMN, b"\x01\x02\xc3\xa9" + COLUMN,
        b"\x02\x04hdop" + COLUMN + b"\x04hdop" + COLUMN, b"\x01\x04hdop" + COLUMN + b"more", b"\x21",
        b"\x01\x04hdop\x63" + COLUMN[1:], b"\x01\x04hdop" + b"\x00" + NONE * 4,
    ],
)  # fmt: skip
def test_a_body_that_contradicts_itself_is_refused(body: bytes) -> None:
    with pytest.raises(TrackChunkDamagedError):
        decode_extras([blob_of(body)])


@pytest.mark.parametrize(
    "blob",
    [b"", b"RTC\x01" + bytes(8), struct.pack("<3sBII", b"RTX", 1, 10, 2**32 - 1), blob_of(b"\x00") + b"more",
     struct.pack("<3sBII", b"RTX", 1, 10, 100) + zlib.compress(bytes(50_000_000), 9)],
)  # fmt: skip
def test_a_damaged_blob_is_named_as_such(blob: bytes) -> None:
    with pytest.raises(TrackChunkDamagedError, match="track-chunk-damaged"):
        decode_extras([blob])


@pytest.mark.parametrize(
    ("extras", "count"),
    [
        ({"hdop": np.zeros(3)}, 4), ({"Hdop": np.zeros(3)}, 3), ({"hdop": np.zeros(3, np.float32)}, 3),
        ({f"column_{number}": np.zeros(1) for number in range(MOST_COLUMNS + 1)}, 1),
    ],
)  # fmt: skip
def test_what_is_no_column_is_a_bug(extras: Columns, count: int) -> None:
    with pytest.raises(ValueError, match="column"):
        encode_extras(extras, count)


def test_a_chunk_has_at_least_one_fix() -> None:
    with pytest.raises(ValueError, match="fixes_per_chunk"):
        encode_extras({"hdop": np.zeros(3)}, 3, fixes_per_chunk=0)
