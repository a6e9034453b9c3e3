"""Streams of zlib come out as zlib has them, or are refused as zlib refuses them."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.inflate import inflated


def by_zlib(packed: bytes, most_bytes: int) -> tuple[bytes, bool] | None:
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, most_bytes)
    except zlib.error:
        return None
    return content, unpacker.eof and not unpacker.unused_data


@given(content=st.binary(max_size=3_000), room=st.integers(1, 5_000), level=st.integers(0, 9))
def test_a_stream_comes_out_as_with_zlib(content: bytes, room: int, level: int) -> None:
    packed = zlib.compress(content * 5, level)

    assert inflated(packed, room)[0] == (content * 5)[:room]
    assert inflated(packed, 5 * len(content) + 1) == (content * 5, True)


@given(content=st.binary(min_size=40, max_size=2_000), data=st.data())
def test_what_is_damaged_is_taken_for_whole_by_neither(content: bytes, data: st.DataObject) -> None:
    packed = bytearray(zlib.compress(content))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    told = by_zlib(bytes(packed), len(content) + 1)

    try:
        found = inflated(bytes(packed), len(content) + 1)
    except ValueError:
        found = None

    whole = told if told is not None and told[1] else None
    assert (found if found is not None and found[1] else None) == whole


def test_what_is_behind_a_stream_and_what_is_cut_off_are_not_whole() -> None:
    packed = zlib.compress(b"saiga" * 100)

    assert inflated(packed + b"\0", 501) == (b"saiga" * 100, False)
    assert not inflated(packed[:-1], 501)[1]
    with pytest.raises(ValueError):
        inflated(b"no stream", 100)
