"""Effort and replay of a station's patrols: as edits tell them, of a period, whatever is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db.map_places import track_span
from db.track_effort import EffortFound, effort_found
from db.track_walks import Walks, patrol_numbers, whole_box
from ranger_app.domain.effort import effort
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.domain.track_boxes import boxes_of
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.geodesy import track_length_m
from ranger_app.jobs import Cancelled, JobContext, Progress
from tests.properties.laptops import Laptop
from tests.unit.test_track_codec import track_of

OFFICER = "0f" * 16
CHUNK = 500
DAY_US = 86_400_000_000
MORNING_US = int(dt.datetime(2026, 3, 4, 2, tzinfo=dt.UTC).timestamp()) * 1_000_000


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path, "Naryn")
    yield laptop
    laptop.close()


def walk(day: int = 0, *, count: int = 1_800, west: float = 75.5, parts: list[int] | None = None) -> Track:
    """East along a parallel, a fix each second from eight in the morning on."""
    longitude = np.round(west + np.arange(count) * 2e-5, 7)
    time_us = MORNING_US + day * DAY_US + np.arange(count) * 1_000_000
    return track_of(longitude, np.full(count, 41.2), time_us=time_us, parts=parts)


def put(laptop: Laptop, *tracks: Track, has_boxes: bool = True, edits: dict[str, Any] | None = None) -> list[str]:
    """Store tracks of one patrol; returns their records."""
    records = []
    with laptop.store.transaction(OFFICER) as transaction:
        stored = [[transaction.put_blob(one) for one in encode_chunks(t, fixes_per_chunk=CHUNK)] for t in tracks]
        with transaction.change() as change:
            patrol = change.create("patrol", {"number": "7"})
            leg = change.create("leg", {}, parent=("patrol", patrol))
            for track, chunks in zip(tracks, stored, strict=True):
                values = {"chunks": chunks, **(edits or {})}
                if has_boxes:
                    values["boxes"] = [str(box) for box in boxes_of(track, fixes_per_chunk=CHUNK)]
                records.append(change.create("track", values, parent=("leg", leg), blobs=chunks))
    return records


def count(laptop: Laptop, cell_m: float = 1_000.0, **more: Any) -> EffortFound:
    return effort_found(laptop.store.reader, laptop.store.blobs, cell_m, **more)


def length_m(track: Track) -> float:
    return track_length_m(track.longitude_deg, track.latitude_deg, track.part_starts)


def test_the_effort_of_a_station_is_that_of_its_tracks(laptop: Laptop) -> None:
    mine, other = walk(), walk(1, west=75.51, parts=[0, 700])
    put(laptop, mine)
    put(laptop, other)

    found = count(laptop)

    expected = effort([(1, mine), (2, other)], 1_000.0)
    assert found.grid.cells.parallel_deg == 41
    assert found.grid.cell.tolist() == expected.cell.tolist()
    assert found.grid.metres == pytest.approx(expected.metres)
    assert found.grid.visits.tolist() == expected.visits.tolist()
    assert found.grid.hours == pytest.approx(expected.hours)
    assert found.unread == ()


def test_two_tracks_of_one_patrol_are_one_visit(laptop: Laptop) -> None:
    put(laptop, walk(), walk())

    assert set(count(laptop).grid.visits.tolist()) == {1}


def test_a_companions_way_is_not_counted_twice_but_where_it_went_was_visited(laptop: Laptop) -> None:
    put(laptop, walk())
    alone = count(laptop).grid
    put(laptop, walk(), walk(west=76.5), edits={"companion": True})
    put(laptop, walk(west=76.5), edits={"companion": False})

    both = count(laptop).grid

    assert both.metres.sum() == pytest.approx(2 * alone.metres.sum(), rel=1e-3)
    assert both.hours.sum() == pytest.approx(2 * alone.hours.sum())
    assert set(both.visits.tolist()) == {2}
    assert [walk.is_companion for walk in Walks(laptop.store.reader, laptop.store.blobs)] == [False, True, True, False]


@pytest.mark.parametrize("has_boxes", [True, False])
def test_a_period_opens_only_what_may_reach_into_it(laptop: Laptop, has_boxes: bool) -> None:
    for day in range(5):
        put(laptop, walk(day), has_boxes=has_boxes)
    begin = MORNING_US + 2 * DAY_US + 600_000_000
    end = begin + 299_999_999

    found = count(laptop, from_us=begin, to_us=end)

    assert found.grid.metres.sum() == pytest.approx(length_m(walk(2).slice(600, 901)), rel=1e-6)
    assert found.grid.hours.sum() == pytest.approx(300 / 3600)
    opened = Walks(laptop.store.reader, laptop.store.blobs, from_us=begin, to_us=end)
    assert opened.fixes == (2 * CHUNK if has_boxes else 0)


def test_the_first_fix_of_the_next_chunk_ends_the_last_way_of_a_period(laptop: Laptop) -> None:
    put(laptop, walk())

    found = count(laptop, to_us=MORNING_US + (CHUNK - 1) * 1_000_000 + 500_000)

    assert found.grid.metres.sum() == pytest.approx(length_m(walk().slice(0, CHUNK + 1)), rel=1e-6)


def test_effort_is_counted_as_edits_tell_the_track_and_in_corrected_time(laptop: Laptop) -> None:
    hour = 3_600_000_000
    put(laptop, walk(), edits={"hide/1000-1799": "in a car", "clock/a": "3600 an hour slow"})

    assert count(laptop).grid.metres.sum() == pytest.approx(length_m(walk().slice(0, 1000)), rel=1e-6)
    assert count(laptop, to_us=MORNING_US + hour - 1).grid.metres.sum() == 0.0
    assert count(laptop, from_us=MORNING_US + hour).grid.metres.sum() > 0
    span = track_span(laptop.store.reader)
    assert span is not None
    assert abs(span[0] - MORNING_US - hour) <= 8_000_000


def test_a_chunk_that_is_not_here_is_told_and_the_rest_is_counted(laptop: Laptop) -> None:
    chunks = encode_chunks(walk(), fixes_per_chunk=CHUNK)
    with laptop.store.transaction(OFFICER) as transaction:
        there = [transaction.put_blob(chunks[0]), "ab" * 32, "cd" * 32, transaction.put_blob(chunks[3])]
        with transaction.change() as change:
            values = {"chunks": there, "boxes": [str(box) for box in boxes_of(walk(), fixes_per_chunk=CHUNK)]}
            part = change.create("track", values, blobs=there)
            edited = change.create("track", {**values, "hide/1-2": "spike"}, blobs=there)
            change.create("track", {"chunks": ["ef" * 32]}, blobs=["ef" * 32])

    found = count(laptop)

    read = length_m(walk().slice(0, CHUNK)) + length_m(walk().slice(3 * CHUNK, len(walk())))
    assert found.unread[:2] == (part, edited)
    assert len(found.unread) == 3
    assert found.grid.metres.sum() == pytest.approx(read, rel=1e-6)


def test_counting_says_how_far_it_is_and_can_be_stopped(laptop: Laptop) -> None:
    for day in range(3):
        put(laptop, *(walk(day, west=75 + number / 10) for number in range(6)))
    told: list[Progress] = []

    count(laptop, context=JobContext(told.append))

    assert [one.done for one in told] == sorted({one.done for one in told})
    assert told[-1].done == told[-1].total == 3 * 6 * 4
    stopped = JobContext()
    stopped.cancel()
    with pytest.raises(Cancelled):
        count(laptop, context=stopped)


def test_a_station_without_tracks_has_neither_effort_nor_span(laptop: Laptop) -> None:
    assert len(count(laptop).grid) == 0
    assert track_span(laptop.store.reader) is None
    assert whole_box(laptop.store.reader) is None


def test_tracks_without_times_have_no_span(laptop: Laptop) -> None:
    put(laptop, track_of(np.array([75.5, 75.6]), np.array([41.0, 41.1]), time_us=np.full(2, NO_TIME)))

    assert track_span(laptop.store.reader) is None
    assert whole_box(laptop.store.reader) == (75.5, 41.0, 75.6, 41.1)


def test_patrols_are_called_by_their_numbers(laptop: Laptop) -> None:
    put(laptop, walk())
    [found] = Walks(laptop.store.reader, laptop.store.blobs)

    assert patrol_numbers(laptop.store.reader)[found.patrol] == "7"
