from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.track import Track
from ranger_app.domain.track_levels import (
    LEVELS,
    Line,
    cells_of,
    decode_levels,
    encode_levels,
    level_for,
    line_of,
    thinned,
    to_world,
)
from ranger_app.domain.track_series import TrackChunkDamagedError
from tests.unit.test_track_codec import noisy_walk, tracks


def as_line(track: Track) -> Line:
    return line_of(track.longitude_deg, track.latitude_deg, track.part_starts)


def cells(line: Line, level: int) -> list[tuple[int, int]]:
    """The cell of each point; the world's last edge belongs to its last cell."""
    most = cells_of(level) - 1
    column, row = (np.clip((axis * (most + 1)).astype(np.int64), 0, most).tolist() for axis in (line.x, line.y))
    return list(zip(column, row, strict=True))


def walked(line: Line, level: int) -> list[list[tuple[int, int]]]:
    """The cells that each part walks through, one after the other."""
    parts: list[list[tuple[int, int]]] = []
    for cell, begins in zip(cells(line, level), line.begins.tolist(), strict=True):
        if begins or not parts:
            parts.append([])
        if not parts[-1] or parts[-1][-1] != cell:
            parts[-1].append(cell)
    return parts


@given(tracks())
def test_a_level_walks_through_the_cells_that_the_fixes_walk_through(track: Track) -> None:
    line = as_line(track)

    for level, blob in encode_levels(line).items():
        found, counts = decode_levels([blob], level)

        assert walked(found, level) == walked(line, level)
        assert counts.tolist() == [len(found.x)]


@given(tracks(), st.integers(13, 20))
def test_a_near_line_walks_through_the_same_cells_too(track: Track, zoom: int) -> None:
    line = as_line(track)

    assert walked(thinned(line, zoom), zoom) == walked(line, zoom)


@given(st.lists(tracks(), max_size=5), st.sampled_from(LEVELS))
def test_many_levels_are_read_at_once(many: list[Track], level: int) -> None:
    blobs = [encode_levels(as_line(track))[level] for track in many]

    line, counts = decode_levels(blobs, level)

    alone = [decode_levels([blob], level)[0] for blob in blobs]
    assert counts.tolist() == [len(one.x) for one in alone]
    assert line.x.tolist() == [x for one in alone for x in one.x.tolist()]
    assert line.y.tolist() == [y for one in alone for y in one.y.tolist()]
    assert line.begins.tolist() == [begins for one in alone for begins in one.begins.tolist()]


def test_a_far_level_holds_few_points_and_few_bytes() -> None:
    line = as_line(noisy_walk(4096))

    levels = encode_levels(line)

    sizes = [len(decode_levels([levels[level]], level)[0].x) for level in LEVELS]
    assert sizes == sorted(sizes)
    assert sizes[0] < 20
    assert sum(map(len, levels.values())) / 4096 < 0.25


def test_no_fix_is_an_empty_level() -> None:
    nothing = line_of(np.empty(0), np.empty(0), np.empty(0, np.int64))
    some = as_line(noisy_walk(50))

    line, counts = decode_levels([encode_levels(nothing)[10], encode_levels(some)[10], b""], 10)

    assert counts.tolist()[0::2] == [0, 0]
    assert len(line.x) == counts[1]
    assert len(decode_levels([], 10)[0].x) == 0
    assert len(thinned(nothing, 17.0).x) == 0


def test_a_zoom_is_drawn_from_cells_of_at_most_a_pixel() -> None:
    assert [level_for(zoom) for zoom in (-1.0, 4.2, 5.0, 5.1, 9.0, 12.9, 13.0)] == [4, 4, 4, 6, 8, 12, 12]
    assert level_for(13.01) is None


def test_the_world_is_the_square_that_maps_draw() -> None:
    x, y = to_world(np.array([-180.0, 0.0, 180.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 90.0, -90.0]))

    assert x.tolist() == [0.0, 0.5, 1.0, 0.5, 0.5]
    assert y == pytest.approx([0.5, 0.5, 0.5, 0.0, 1.0], abs=1e-12)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(noise: bytes) -> None:
    for blob in (b"\x00" + noise, zlib.compress(noise)):
        with pytest.raises(TrackChunkDamagedError):
            decode_levels([blob], 10)


@given(tracks(), st.data())
def test_a_changed_level_is_refused_or_still_a_line(track: Track, data: st.DataObject) -> None:
    body = bytearray(zlib.decompress(encode_levels(as_line(track))[12]))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

    try:
        line, counts = decode_levels([zlib.compress(bytes(body))], 12)
    except TrackChunkDamagedError:
        return

    assert len(line.x) == len(line.y) == len(line.begins) == counts.sum()
    assert ((line.x > 0.0) & (line.x < 1.0)).all()


def test_a_level_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(TrackChunkDamagedError):
        decode_levels([zlib.compress(bytes(50_000_000), 9)], 10)
