"""What maps draw of tracks: as coarse as the zoom allows, as edits tell them, whether or not anything is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db import track_levels
from db.patrols import load_track
from db.track_levels import Overview, fill_levels, overview
from ranger_app.domain.track import Track
from ranger_app.domain.track_boxes import boxes_of
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.domain.track_levels import cells_of, to_world
from ranger_app.jobs import Cancelled, JobContext
from tests.properties.laptops import Laptop
from tests.unit.test_track_codec import noisy_walk, track_of

OFFICER = "0f" * 16
CHUNK = 4096
EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    forget()
    laptop = Laptop(tmp_path, "Naryn")
    yield laptop
    laptop.close()


def forget() -> None:
    """As after a restart of the program."""
    track_levels._levels.clear()
    track_levels._lines.clear()


def put(laptop: Laptop, track: Track, *, has_boxes: bool = True, edits: dict[str, Any] | None = None) -> str:
    with laptop.store.transaction(OFFICER) as transaction:
        chunks = [transaction.put_blob(chunk) for chunk in encode_chunks(track, fixes_per_chunk=CHUNK)]
        values = {"chunks": chunks, **(edits or {})} | (
            {"boxes": [str(box) for box in boxes_of(track, fixes_per_chunk=CHUNK)]} if has_boxes else {}
        )
        with transaction.change() as change:
            patrol = change.create("patrol", {})
            leg = change.create("leg", {}, parent=("patrol", patrol))
            return change.create("track", values, parent=("leg", leg), blobs=chunks)


def look(laptop: Laptop, zoom: float = 12.0, **more: Any) -> Overview:
    """The lines from levels at far zooms, from fixes at near ones."""
    return overview(laptop.store.reader, laptop.store.blobs, zoom, **{"exact": 0, **more})


def same(one: Overview, other: Overview) -> bool:
    columns = all(getattr(one, n).tolist() == getattr(other, n).tolist() for n in ("x", "y", "starts", "owners"))
    return columns and (one.records, one.patrols) == (other.records, other.patrols)


def farthest_px(seen: Overview, track: Track, zoom: int) -> float:
    """How far the farthest fix is from the points that are drawn, along one of the axes."""
    cell = cells_of(zoom)
    drawn = np.column_stack((seen.x, seen.y))
    fixes = np.column_stack(to_world(track.longitude_deg, track.latitude_deg))
    return float(max(np.abs(drawn - fix).max(axis=1).min() for fix in fixes)) * cell / 2


@pytest.mark.parametrize("zoom", [8, 11, 12, 13, 16])
def test_every_fix_lies_within_half_a_pixel_of_what_is_drawn(laptop: Laptop, zoom: int) -> None:
    track = noisy_walk(6000)
    put(laptop, track)

    seen = look(laptop, zoom)

    assert farthest_px(seen, track, zoom) <= 0.5
    assert len(seen.x) < 6000
    assert seen.starts.tolist() == [0]


def test_few_fixes_are_drawn_exactly_where_they_are(laptop: Laptop) -> None:
    track = noisy_walk(300)
    put(laptop, track)

    exact, on_grid = (look(laptop, 12.0, exact=most) for most in (300, 299))

    x, y = to_world(track.longitude_deg, track.latitude_deg)
    assert set(zip(exact.x.tolist(), exact.y.tolist(), strict=True)) <= set(zip(x.tolist(), y.tolist(), strict=True))
    assert exact.x[0] == x[0] != on_grid.x[0]


def test_what_is_kept_is_drawn_as_what_is_made(laptop: Laptop) -> None:
    for number in range(3):
        put(laptop, noisy_walk(5000 + number).in_parts(np.array([0, 3000, 4096 + number])))
    made = look(laptop)
    assert made.made == 6

    forget()
    assert fill_levels(laptop.store, JobContext()) == 6
    forget()
    kept = look(laptop)

    assert kept.made == 0
    assert same(made, kept)
    assert len(set(kept.patrols)) == 3
    assert fill_levels(laptop.store, JobContext()) == 0


def test_a_line_goes_on_from_chunk_to_chunk_and_breaks_where_parts_begin(laptop: Laptop) -> None:
    record = put(laptop, noisy_walk(10_000).in_parts(np.array([0, 2000, 4096])))

    for zoom in (10.0, 17.0):
        seen = look(laptop, zoom)

        assert len(seen.starts) == 3
        assert seen.owners.tolist() == [0, 0, 0]
        assert seen.records == (record,)


@pytest.mark.parametrize("zoom", [12.0, 17.0])
@pytest.mark.parametrize("has_boxes", [True, False])
def test_only_pieces_near_the_view_are_drawn(laptop: Laptop, zoom: float, has_boxes: bool) -> None:
    line = track_of(74.0 + np.arange(40_000) / 10_000, np.full(40_000, 41.0))
    record = put(laptop, line, has_boxes=has_boxes)
    put(laptop, track_of(np.array([10.0, 10.1]), np.array([41.0, 41.0])), has_boxes=has_boxes)

    seen = look(laptop, zoom, box=(76.0, 40.9, 76.1, 41.1))

    degrees = (seen.x - 0.5) * 360
    assert seen.records == (record,)
    assert len(seen.starts) == 1
    assert degrees.min() < 76.0 and degrees.max() > 76.1  # noqa: PT018
    assert degrees.max() - degrees.min() < 1.7
    assert look(laptop, zoom, box=(0.0, 0.0, 1.0, 1.0)).records == ()


def test_a_piece_that_begins_in_the_next_chunk_is_drawn_to_its_beginning(laptop: Laptop) -> None:
    longitude = np.concatenate((np.full(4096, 74.0), np.full(10, 75.0)))
    put(laptop, track_of(longitude, np.full(4106, 41.0)))

    seen = look(laptop, 12.0, box=(74.9, 40.9, 75.1, 41.1))

    assert ((seen.x - 0.5) * 360).min() == pytest.approx(74.0, abs=0.01)
    assert len(seen.starts) == 1


def test_one_track_alone_can_be_drawn(laptop: Laptop) -> None:
    first, second = put(laptop, noisy_walk(5000)), put(laptop, noisy_walk(300))

    assert look(laptop, records=[second]).records == (second,)
    assert look(laptop, records=[first, second], box=EVERYWHERE).records == (first, second)
    assert look(laptop, records=["ab" * 16]).records == ()
    assert look(laptop, box=EVERYWHERE).records == (first, second)


@pytest.mark.parametrize("zoom", [12.0, 17.0])
def test_edits_are_drawn_as_they_are_told(laptop: Laptop, zoom: float) -> None:
    track = noisy_walk(9000)
    record = put(laptop, track)
    plain = look(laptop, zoom)
    with laptop.store.act(officer=OFFICER) as change:
        change.set("track", record, {"hide/3000-8500": "in the car", "break/100": "cut"})
    fill_levels(laptop.store, JobContext())
    told = load_track(laptop.store.reader.entry(record), laptop.store.blobs)

    seen = look(laptop, zoom)

    assert len(told) == 3499
    assert len(seen.starts) == len(told.part_starts) == 3
    assert farthest_px(seen, told, 12) <= 0.5
    with laptop.store.act(officer=OFFICER) as change:
        change.set("track", record, {"hide/3000-8500": None, "break/100": None})
    assert same(look(laptop, zoom), plain)


def test_a_chunk_of_which_nothing_is_told_does_not_break_the_line(laptop: Laptop) -> None:
    still = track_of(74.0 + np.arange(9000) / 1e6, np.full(9000, 41.0), time_us=np.full(9000, 0))
    record = put(laptop, still, edits={"hide/4096-8191": "spike"})

    for zoom in (12.0, 17.0):
        seen = look(laptop, zoom)

        assert seen.records == (record,)
        assert len(seen.starts) == 1


def test_levels_of_edits_that_stand_no_more_are_removed(laptop: Laptop) -> None:
    record = put(laptop, noisy_walk(300))
    count = "SELECT count(*) FROM track_level WHERE level = 12"
    for reason in ("car", None, "car", None):
        with laptop.store.act(officer=OFFICER) as change:
            change.set("track", record, {"hide/3-30": reason})
        fill_levels(laptop.store, JobContext())

    assert laptop.store.reader.derived.execute(count).fetchone() == (1,)


def test_what_is_taken_back_is_not_drawn(laptop: Laptop) -> None:
    record = put(laptop, noisy_walk(300))
    with laptop.store.act(officer=OFFICER) as change:
        change.take_back("track", record, "not ours")

    assert look(laptop).records == ()
    assert look(laptop, 17.0, box=EVERYWHERE).records == ()


@pytest.mark.parametrize("harm", [b"", b"\0" * 40], ids=["empty", "zero"])
def test_a_damaged_level_is_made_again_from_the_fixes(laptop: Laptop, harm: bytes) -> None:
    put(laptop, noisy_walk(300))
    whole = look(laptop)
    fill_levels(laptop.store, JobContext())
    laptop.store.reader.derived.execute("UPDATE track_level SET bytes = ?", (harm,))
    forget()

    assert same(look(laptop), whole)


@pytest.mark.parametrize("zoom", [12.0, 17.0])
def test_a_chunk_that_is_not_here_is_told_and_the_rest_is_drawn(laptop: Laptop, zoom: float) -> None:
    whole = put(laptop, noisy_walk(300))
    track = noisy_walk(9000)
    chunks = encode_chunks(track, fixes_per_chunk=CHUNK)
    with laptop.store.transaction(OFFICER) as transaction:
        there = [transaction.put_blob(chunks[0]), "ab" * 32, transaction.put_blob(chunks[2])]
        with transaction.change() as change:
            values = {"chunks": there, "boxes": [str(box) for box in boxes_of(track, fixes_per_chunk=CHUNK)]}
            part = change.create("track", values, blobs=there)
            edited = change.create("track", {**values, "hide/1-2": "spike"}, blobs=there)

    seen = look(laptop, zoom)

    assert seen.records == (whole, part)
    assert seen.unread == tuple(sorted((part, edited)))
    assert seen.owners.tolist() == [0, 1, 1]
    assert fill_levels(laptop.store, JobContext()) == 3
    assert same(look(laptop, zoom), seen)


def test_a_damaged_level_is_made_again(laptop: Laptop) -> None:
    for count in (300, 400):
        put(laptop, noisy_walk(count))
    fill_levels(laptop.store, JobContext())
    expected = look(laptop)
    laptop.store.reader.derived.execute("UPDATE track_level SET bytes = x'00' WHERE length(bytes) % 2 = 0")
    laptop.store.reader.derived.execute(
        "UPDATE track_level SET bytes = x'00' WHERE shown = (SELECT min(shown) FROM track_level)"
    )

    assert same(look(laptop), expected)


def test_levels_survive_neither_a_rebuild_nor_their_loss(laptop: Laptop) -> None:
    put(laptop, noisy_walk(5000))
    fill_levels(laptop.store, JobContext())
    expected = look(laptop)

    laptop.store.rederive(JobContext())

    assert laptop.store.reader.derived.execute("SELECT count(*) FROM track_level").fetchone() == (0,)
    assert same(look(laptop), expected)


def test_levels_are_kept_some_at_a_time(laptop: Laptop) -> None:
    for count in range(100, 105):
        put(laptop, noisy_walk(count))

    assert [fill_levels(laptop.store, JobContext(), most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_filling_can_be_stopped_and_goes_on(laptop: Laptop) -> None:
    put(laptop, noisy_walk(5000))
    context = JobContext()
    context.cancel()

    with pytest.raises(Cancelled):
        fill_levels(laptop.store, context)

    assert fill_levels(laptop.store, JobContext()) == 2


def test_an_empty_station_draws_nothing(laptop: Laptop) -> None:
    for zoom in (3.0, 17.0):
        seen = look(laptop, zoom, box=EVERYWHERE)

        assert (len(seen.x), len(seen.starts), seen.records) == (0, 0, ())
