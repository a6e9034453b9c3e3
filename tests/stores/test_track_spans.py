"""What maps draw of a span of time: fixes of that time alone, from levels where the index says enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from db import track_levels
from db.track_levels import Overview, fill_levels, overview
from ranger_app.domain.track import NO_TIME
from ranger_app.jobs import JobContext
from tests.properties.laptops import Laptop
from tests.stores.test_track_effort import CHUNK, DAY_US, MORNING_US, laptop, put, walk
from tests.unit.test_track_codec import track_of

__all__ = ["laptop"]

HOUR_US = 3_600_000_000


def look(laptop: Laptop, begin_us: int, end_us: int, *, zoom: float = 16.0, **more: Any) -> Overview:
    track_levels._levels.clear()
    track_levels._lines.clear()
    return overview(laptop.store.reader, laptop.store.blobs, zoom, span=(begin_us, end_us), **more)


def longitudes(seen: Overview) -> tuple[float, float]:
    """The farthest west and east."""
    degrees = (seen.x - 0.5) * 360
    return float(degrees.min()), float(degrees.max())


@pytest.mark.parametrize(("zoom", "exact"), [(16.0, 300_000), (12.0, 0), (9.0, 0)])
def test_only_fixes_of_the_span_are_drawn(laptop: Laptop, zoom: float, exact: int) -> None:
    records = [put(laptop, walk(day))[0] for day in range(4)]
    fill_levels(laptop.store, JobContext())
    begin = MORNING_US + DAY_US + 700 * 1_000_000
    end = MORNING_US + 2 * DAY_US + 300 * 1_000_000

    seen = look(laptop, begin, end, zoom=zoom, exact=exact)

    assert seen.records == tuple(records[1:3])
    assert exact or seen.made == 0
    cell = 360 / (512 << round(zoom))
    degrees = (seen.x - 0.5) * 360
    owners = np.repeat(seen.owners, np.diff(np.append(seen.starts, len(seen.x))))
    assert degrees[owners == 0].min() == pytest.approx(75.5 + 700 * 2e-5, abs=cell)
    assert degrees[owners == 0].max() == pytest.approx(75.5 + 1799 * 2e-5, abs=cell)
    assert degrees[owners == 1].max() == pytest.approx(75.5 + 300 * 2e-5, abs=cell)


def test_a_line_goes_on_over_the_chunks_of_the_span(laptop: Laptop) -> None:
    put(laptop, walk())

    seen = look(laptop, MORNING_US + 100_000_000, MORNING_US + 1_700_000_000)

    assert seen.starts.tolist() == [0]


def test_a_way_that_leaves_the_span_and_comes_back_is_two_lines(laptop: Laptop) -> None:
    times = MORNING_US + np.array([0, 10, 20, 500, 510, 30, 40]) * 1_000_000
    put(laptop, track_of(75.5 + np.arange(7) / 100, np.full(7, 41.2), time_us=times))

    seen = look(laptop, MORNING_US, MORNING_US + 60_000_000)

    assert seen.starts.tolist() == [0, 3]
    assert len(seen.x) == 5


def test_corrected_clocks_and_hidden_fixes_count(laptop: Laptop) -> None:
    put(laptop, walk(), edits={"hide/1000-1799": "in a car", "clock/a": "3600 an hour slow"})

    assert look(laptop, MORNING_US, MORNING_US + HOUR_US - 1).records == ()
    seen = look(laptop, MORNING_US + HOUR_US + 600 * 1_000_000, MORNING_US + 2 * HOUR_US)
    assert longitudes(seen) == pytest.approx((75.5 + 600 * 2e-5, 75.5 + 999 * 2e-5), abs=1e-4)


def test_a_span_and_a_box_go_together(laptop: Laptop) -> None:
    near, _far = put(laptop, walk()), put(laptop, walk(west=78.0))
    put(laptop, walk(1))
    box = (75.0, 41.0, 76.0, 42.0)

    assert look(laptop, MORNING_US, MORNING_US + DAY_US - 1, box=box).records == tuple(near)
    assert look(laptop, MORNING_US, MORNING_US + DAY_US - 1, box=box, records=near).records == tuple(near)


def test_tracks_without_boxes_or_times_are_looked_into(laptop: Laptop) -> None:
    [boxless] = put(laptop, walk(), has_boxes=False)
    put(laptop, track_of(np.array([75.5, 75.6]), np.array([41.0, 41.1]), time_us=np.full(2, NO_TIME)), has_boxes=False)

    assert look(laptop, MORNING_US, MORNING_US + 60_000_000).records == (boxless,)
    assert look(laptop, MORNING_US - DAY_US, MORNING_US - 1).records == ()


def test_chunks_of_another_time_are_not_opened(laptop: Laptop) -> None:
    for day in range(6):
        put(laptop, walk(day))

    seen = look(laptop, MORNING_US + 3 * DAY_US, MORNING_US + 4 * DAY_US - 1, zoom=8.0, exact=0)

    assert len(seen.records) == 1
    assert seen.made <= -(-1800 // CHUNK)


def test_an_edited_chunk_at_the_end_of_a_span_that_is_not_here_is_told(laptop: Laptop) -> None:
    [record] = put(laptop, walk(), edits={"hide/3-5": "spike"})
    laptop.store.reader.derived.execute("UPDATE track_chunk SET digest = zeroblob(32)")
    values = laptop.store.reader.entry(record).values
    laptop.store.blobs._db.execute("DROP TRIGGER blob_is_kept")
    laptop.store.blobs._db.execute("DELETE FROM blob WHERE digest = ?", (bytes.fromhex(values["chunks"][0]),))

    seen = look(laptop, MORNING_US, MORNING_US + 60_000_000)

    assert seen.unread == (record,)
    assert seen.records == ()
