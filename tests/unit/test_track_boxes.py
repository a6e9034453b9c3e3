from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.track import NO_TIME, Track, empty_track
from ranger_app.domain.track_boxes import HALF_TURN, UNITS_PER_DEGREE, ChunkBox, boxes_of
from ranger_app.domain.track_codec import encode_chunks, fixes_in_chunk
from tests.unit.test_track_codec import noisy_walk, track_of, tracks


def holds(box: ChunkBox, track: Track, first: int) -> bool:
    """Whether every fix that the box stands for lies in it."""
    part = slice(first, first + box.count)
    longitude, latitude, times = track.longitude_deg[part], track.latitude_deg[part], track.time_us[part]
    inside = np.zeros(len(longitude), np.bool_)
    for west, east in box.longitudes():
        inside |= (longitude >= west / UNITS_PER_DEGREE) & (longitude <= east / UNITS_PER_DEGREE)
    inside &= (latitude >= box.south / UNITS_PER_DEGREE) & (latitude <= box.north / UNITS_PER_DEGREE)
    timed = times != NO_TIME
    if box.first_us is None or box.last_us is None:
        return bool(inside.all()) and not timed.any()
    return bool(inside.all() and ((times >= box.first_us) & (times <= box.last_us) | ~timed).all())


@given(tracks(), st.integers(1, 50))
def test_a_box_holds_every_fix_of_its_chunk(track: Track, fixes_per_chunk: int) -> None:
    boxes = boxes_of(track, fixes_per_chunk=fixes_per_chunk)

    first = 0
    for box in boxes:
        assert holds(box, track, first)
        first += box.count
    assert first == len(track)


@given(tracks(), st.integers(1, 50))
def test_a_box_comes_back_from_its_text(track: Track, fixes_per_chunk: int) -> None:
    for box in boxes_of(track, fixes_per_chunk=fixes_per_chunk):
        assert ChunkBox.parse(str(box)) == box


def test_there_is_one_box_a_chunk() -> None:
    track = noisy_walk(10_000)

    assert [box.count for box in boxes_of(track)] == [fixes_in_chunk(chunk) for chunk in encode_chunks(track)]
    assert boxes_of(empty_track()) == []


def test_a_box_is_as_narrow_as_its_steps_allow() -> None:
    track = noisy_walk(3000)
    west, south, east, north = (round(edge * UNITS_PER_DEGREE) for edge in track.bounds() or ())

    [box] = boxes_of(track)

    beyond = np.array([west - box.west, south - box.south, box.east - east, box.north - north])
    assert (np.abs(beyond) <= 1).all()
    assert (box.first_us, box.last_us) == track.span_us()


def test_a_walk_over_the_180th_meridian_has_a_box_in_two_narrow_pieces() -> None:
    track = track_of(np.array([179.9, 179.99, -179.98, -179.9]), np.array([66.0, 66.1, 66.2, 66.3]))

    [box] = boxes_of(track)

    assert box.longitudes() == ((1_799_000_000, HALF_TURN), (-HALF_TURN, -1_799_000_000))
    assert holds(box, track, 0)


def test_fixes_all_over_the_earth_have_the_narrower_of_both_boxes() -> None:
    track = track_of(np.array([-170.0, 0.0, 170.0]), np.zeros(3))

    [box] = boxes_of(track)

    assert (box.west, box.east) == (0, -1_700_000_000)
    assert holds(box, track, 0)


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "1 2 3 4", "1 2 3 4 5 6", "1 2 3 4 5 6 7 8", "0 0 0 0 0", "65537 0 0 0 0", "1 0 1 0 0",
        "1 1800000001 0 0 0", "1 0 -900000001 0 0", "1 0 0 0 0 5 4", "1 0 0 0 0 ",
        "01 0 0 0 0", "+1 0 0 0 0", "1 0 0 0 x",
        "1 0 0 0 0 99999999999999999999 99999999999999999999", "١ 0 0 0 0",
    ],
)  # fmt: skip
def test_a_text_that_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"box|count|must"):
        ChunkBox.parse(text)
