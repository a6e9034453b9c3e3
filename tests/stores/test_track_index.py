"""The index of tracks answers what looking at every fix would answer, whatever was edited, merged or built again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.blobs import Blobs
from db.content import derived_content, identical
from db.derived_rows import RecordRows
from db.keys_file import new_device
from db.patrols import load_track
from db.schema import DERIVED_VERSION
from db.sight import open_read_only
from db.store import DERIVED, Store
from db.track_index import FoundTrack, track_boxes, tracks_in_box
from db.track_levels import fill_levels
from db.track_rows import rows_of
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.domain.track_boxes import boxes_of
from ranger_app.domain.track_codec import encode_chunks
from ranger_app.jobs import JobContext
from tests.properties.laptops import MEMORY, Laptop
from tests.unit.test_track_codec import noisy_walk, track_of

OFFICER = "0f" * 16
MINUTE_US = 60_000_000
CHUNK = 4096

longitudes = st.sampled_from([-180.0, -179.9999999, -120.0, -60.0, 0.0, 0.0000001, 60.0, 120.0, 179.9999999, 180.0])
latitudes = st.sampled_from([-90.0, -45.0, 0.0, 0.0000001, 45.0, 90.0])


@dataclass
class Walk:
    """A track as a record is to hold it."""

    track: Track
    fixes_per_chunk: int
    has_boxes: bool
    edits: dict[str, Any]


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    count = draw(st.integers(1, 12))
    index = st.integers(0, count)
    spans = st.tuples(index, index).map(lambda pair: f"{min(pair)}-{max(pair)}")
    times = st.one_of(st.integers(0, 9).map(lambda minute: minute * MINUTE_US), st.just(NO_TIME))
    edits: dict[str, Any] = {}
    edits |= dict.fromkeys((f"hide/{span}" for span in draw(st.lists(spans, max_size=2))), "spike")
    edits |= dict.fromkeys((f"pause/{span}" for span in draw(st.lists(spans, max_size=1))), "rest")
    if draw(st.booleans()):
        edits["clock/1"] = f"{draw(st.integers(-5, 5)) * 60} slow"
    if draw(st.booleans()):
        edits |= {"first": draw(index), "stop": draw(index)}
    return Walk(
        track_of(
            np.array(draw(st.lists(longitudes, min_size=count, max_size=count))),
            np.array(draw(st.lists(latitudes, min_size=count, max_size=count))),
            time_us=np.array(draw(st.lists(times, min_size=count, max_size=count)), np.int64),
        ),
        draw(st.integers(1, 5)),
        draw(st.booleans()),
        edits if draw(st.booleans()) else {},
    )


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    south, north = sorted((draw(latitudes), draw(latitudes)))
    window: dict[str, Any] = {"west": draw(longitudes), "south": south, "east": draw(longitudes), "north": north}
    minutes = st.integers(0, 12).map(lambda minute: minute * MINUTE_US) | st.none()
    return window | {"from_us": draw(minutes), "to_us": draw(minutes)}


def put(laptop: Laptop, walk: Walk) -> str:
    """Record a walk; return the id of the record."""
    with laptop.store.transaction(OFFICER) as transaction:
        chunks = [
            transaction.put_blob(chunk) for chunk in encode_chunks(walk.track, fixes_per_chunk=walk.fixes_per_chunk)
        ]
        values: dict[str, Any] = {"chunks": chunks, "points": len(walk.track), **walk.edits}
        if walk.has_boxes:
            values["boxes"] = [str(box) for box in boxes_of(walk.track, fixes_per_chunk=walk.fixes_per_chunk)]
        with transaction.change() as change:
            return change.create("track", values, blobs=chunks)


def is_inside(track: Track, window: dict[str, Any]) -> bool:
    """Whether any fix is inside, by looking at one after the other."""
    west, east = window["west"], window["east"]
    for time_us, longitude, latitude in zip(
        track.time_us.tolist(), track.longitude_deg.tolist(), track.latitude_deg.tolist(), strict=True
    ):
        same_meridian = {longitude, -longitude} if abs(longitude) == 180.0 else {longitude}
        is_between = any(west <= one <= east if west <= east else one >= west or one <= east for one in same_meridian)
        if not is_between or not window["south"] <= latitude <= window["north"]:
            continue
        if window["from_us"] is None and window["to_us"] is None:
            return True
        if time_us == NO_TIME or (window["from_us"] is not None and time_us < window["from_us"]):
            continue
        if window["to_us"] is None or time_us <= window["to_us"]:
            return True
    return False


def brute_force(laptop: Laptop, window: dict[str, Any]) -> set[str]:
    store = laptop.store
    return {
        entry.id for entry in store.reader.entries("track") if is_inside(load_track(entry, store.blobs), window)
    }  # fmt: skip


def found(laptop: Laptop, window: dict[str, Any]) -> set[str]:
    answer = tracks_in_box(laptop.store.reader, blobs=laptop.store.blobs, **window)
    assert not any(one.unread for one in answer)
    return {one.id for one in answer}


def content(laptop: Laptop) -> list[object]:
    return list(derived_content(laptop.store.reader.derived, laptop.store.journal))


@contextmanager
def laptop_at(place: Path) -> Iterator[Laptop]:
    laptop = Laptop(place, "Naryn")
    try:
        yield laptop
    finally:
        laptop.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with laptop_at(tmp_path) as laptop:
        yield laptop


@settings(max_examples=40, deadline=None)
@given(
    st.lists(walks(), min_size=1, max_size=4),
    st.lists(windows(), min_size=1, max_size=12),
    st.booleans(),
    st.booleans(),
)
def test_the_index_answers_what_every_fix_answers(
    told: list[Walk], asked: list[dict[str, Any]], is_taken_back: bool, has_levels: bool
) -> None:
    with TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True) as place, laptop_at(Path(place)) as laptop:
        records = [put(laptop, walk) for walk in told]
        if is_taken_back:
            take_back(laptop, records[0])
        if has_levels:
            fill_levels(laptop.store, JobContext())
        for window in asked:
            assert found(laptop, window) == brute_force(laptop, window)
            by_boxes = {one.id for one in tracks_in_box(laptop.store.reader, **window)}
            assert by_boxes >= brute_force(laptop, window)
        before = content(laptop)
        laptop.store.rederive(JobContext())
        assert content(laptop) == before


def long_walk(count: int = 9000, *, west: float = 74.0) -> Walk:
    """A straight way east, ten thousand fixes a degree, one a second."""
    track = track_of(west + np.arange(count) / 10_000.0, np.full(count, 41.0))
    return Walk(track, CHUNK, True, {})


def around(longitude: float, *, latitude: float = 41.0, by: float = 0.005) -> dict[str, Any]:
    return {"west": longitude - by, "south": latitude - by, "east": longitude + by, "north": latitude + by}


def take_back(laptop: Laptop, record: str) -> None:
    with laptop.store.act(officer=OFFICER) as change:
        change.take_back("track", record, "not ours")


def test_only_the_chunks_with_fixes_inside_are_named(laptop: Laptop) -> None:
    record = put(laptop, long_walk())
    reader, blobs = laptop.store.reader, laptop.store.blobs

    middle = tracks_in_box(reader, 74.5, 40.9, 74.6, 41.1, blobs=blobs)
    seam = tracks_in_box(reader, 74.40, 40.9, 74.42, 41.1, blobs=blobs)

    assert middle == (FoundTrack(record, (1,)),)
    assert seam == (FoundTrack(record, (0, 1)),)
    assert tracks_in_box(reader, 73.0, 40.9, 73.9, 41.1, blobs=blobs) == ()


def test_a_box_inside_the_chunks_box_that_no_fix_is_in_is_empty(laptop: Laptop) -> None:
    loop = track_of(np.array([74.0, 75.0, 75.0, 74.0]), np.array([41.0, 41.0, 42.0, 42.0]))
    record = put(laptop, Walk(loop, CHUNK, True, {}))

    assert tracks_in_box(laptop.store.reader, **around(74.5, latitude=41.5)) == (FoundTrack(record, (0,)),)
    assert tracks_in_box(laptop.store.reader, **around(74.5, latitude=41.5), blobs=laptop.store.blobs) == ()


@pytest.mark.parametrize("has_boxes", [True, False])
def test_a_walk_over_the_180th_meridian_is_found_from_both_sides(laptop: Laptop, has_boxes: bool) -> None:
    over = track_of(np.array([179.9, 179.99, -179.99, -179.9]), np.full(4, 66.0))
    record = put(laptop, Walk(over, CHUNK, has_boxes, {}))
    reader, blobs = laptop.store.reader, laptop.store.blobs

    for west, east in ((179.0, 179.95), (-179.95, -179.0), (179.95, -179.95), (179.0, 180.0), (-180.0, -179.0)):
        assert tracks_in_box(reader, west, 65.0, east, 67.0, blobs=blobs) == (FoundTrack(record, (0,)),)
    assert tracks_in_box(reader, -170.0, 65.0, 170.0, 67.0, blobs=blobs) == ()


def test_a_track_that_is_taken_back_is_not_found_until_it_is_brought_back(laptop: Laptop) -> None:
    record = put(laptop, long_walk())

    take_back(laptop, record)
    assert tracks_in_box(laptop.store.reader, **around(74.2)) == ()

    with laptop.store.act(officer=OFFICER) as change:
        change.bring_back("track", record, "ours after all")
    assert tracks_in_box(laptop.store.reader, **around(74.2)) == (FoundTrack(record, (0,)),)


def test_the_index_follows_the_fields_of_the_record(laptop: Laptop) -> None:
    record = put(laptop, long_walk())
    moved = long_walk(5000, west=10.0)
    with laptop.store.transaction(OFFICER) as transaction:
        chunks = [transaction.put_blob(chunk) for chunk in encode_chunks(moved.track, fixes_per_chunk=CHUNK)]
        with transaction.change() as change:
            boxes = [str(box) for box in boxes_of(moved.track, fixes_per_chunk=CHUNK)]
            change.set("track", record, {"chunks": chunks, "boxes": boxes}, blobs=chunks)

    assert tracks_in_box(laptop.store.reader, **around(74.2)) == ()
    assert tracks_in_box(laptop.store.reader, **around(10.45)) == (FoundTrack(record, (1,)),)
    before = content(laptop)
    laptop.store.rederive(JobContext())
    assert content(laptop) == before


@pytest.mark.parametrize("boxes", [None, "x", ["x", "y", "z"], ["1 0 0 0 0"], [7, 8, 9]])
def test_boxes_that_cannot_be_those_of_the_chunks_are_counted_from_the_fixes(laptop: Laptop, boxes: object) -> None:
    walk = long_walk()
    record = put(laptop, walk)
    with laptop.store.act(officer=OFFICER) as change:
        change.set("track", record, {"boxes": boxes})

    assert found(laptop, around(74.2) | {"from_us": None, "to_us": None}) == {record}
    assert tracks_in_box(laptop.store.reader, **around(10.0), blobs=laptop.store.blobs) == ()


def test_two_laptops_that_dispute_the_fields_of_a_track_agree_in_any_order(tmp_path: Path) -> None:
    naryn = Laptop(tmp_path, "Naryn")
    record = put(naryn, long_walk())
    osh = Laptop(tmp_path, "Osh")
    osh.take(naryn.changes())
    for laptop, west in ((naryn, 10.0), (osh, 20.0)):
        with laptop.store.act(officer=OFFICER) as change:
            moved = long_walk(west=west)
            change.set("track", record, {"boxes": [str(box) for box in boxes_of(moved.track, fixes_per_chunk=CHUNK)]})
        with laptop.store.act(officer=OFFICER) as change:
            change.set("track", record, {f"hide/{int(west)}-{int(west) + 5}": "spike"})
    put(osh, long_walk(5000, west=30.0))
    take_back(naryn, record)

    theirs, ours = osh.changes(), naryn.changes()
    naryn.take(reversed(theirs))
    osh.take(ours)

    expected = content(naryn)
    assert content(osh) == expected
    for laptop in (naryn, osh):
        laptop.store.rederive(JobContext())
        assert content(laptop) == expected
        laptop.close()


def test_a_chunk_that_is_not_here_or_damaged_is_told(laptop: Laptop) -> None:
    walk = long_walk()
    chunks = encode_chunks(walk.track, fixes_per_chunk=CHUNK)
    damaged = b"RTC" + chunks[2][3:-1] + b"?"
    with laptop.store.transaction(OFFICER) as transaction:
        there = [transaction.put_blob(chunks[0]), "ab" * 32, transaction.put_blob(damaged)]
        values = {"chunks": there, "boxes": [str(box) for box in boxes_of(walk.track, fixes_per_chunk=CHUNK)]}
        with transaction.change() as change:
            record = change.create("track", values, blobs=there)

    reader, blobs = laptop.store.reader, laptop.store.blobs

    assert tracks_in_box(reader, 74.2, 40.9, 74.5, 41.1, blobs=blobs) == (FoundTrack(record, (0,), unread=(1,)),)
    assert tracks_in_box(reader, **around(74.85), blobs=blobs) == (FoundTrack(record, (), unread=(2,)),)


def test_a_station_of_an_earlier_version_has_its_index_after_opening(laptop: Laptop) -> None:
    record = put(laptop, long_walk())
    before = content(laptop)

    def set_back() -> None:
        with sqlite3.connect(laptop.folder / DERIVED) as connection:
            connection.execute("DROP TABLE track_box")
            connection.execute("DROP TABLE track_chunk")
            connection.execute(f"PRAGMA user_version = {DERIVED_VERSION - 1}")
        connection.close()

    laptop.reopen(set_back)

    assert content(laptop) == before
    assert tracks_in_box(laptop.store.reader, **around(74.2)) == (FoundTrack(record, (0,)),)
    assert "derived-outdated" in {code for code, _ in laptop.store.notices}


def test_the_index_catches_up_after_a_power_cut(laptop: Laptop) -> None:
    put(laptop, long_walk())
    with laptop.power_cut():
        put(laptop, long_walk(west=10.0))
    laptop.reopen()

    assert len(tracks_in_box(laptop.store.reader, 0.0, 40.0, 80.0, 42.0)) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE track_chunk SET first = first + 1", "UPDATE track_chunk SET digest = zeroblob(32)",
        "DELETE FROM track_chunk", "DELETE FROM track_box", "UPDATE track_box SET west = west - 1",
    ],
)  # fmt: skip
def test_a_comparison_with_a_rebuild_looks_at_the_index(laptop: Laptop, tmp_path: Path, damage: str) -> None:
    put(laptop, long_walk())
    beside = laptop.store.derive_beside(tmp_path / "beside.db", JobContext())
    assert identical(laptop.store.reader.derived, beside, laptop.store.journal)

    beside.execute(damage)

    assert not identical(laptop.store.reader.derived, beside, laptop.store.journal)
    beside.close()


def test_a_record_that_turns_out_to_be_no_track_leaves_the_index(laptop: Laptop) -> None:
    record = put(laptop, long_walk())
    rows = RecordRows(laptop.store.reader.derived)
    state = rows.load(record)
    state.kind = "note"

    rows.write([state])

    assert tracks_in_box(laptop.store.reader, **around(74.2)) == ()
    assert laptop.store.reader.derived.execute("SELECT count(*) FROM track_chunk").fetchone() == (0,)


@pytest.mark.parametrize("has_levels", [False, True])
def test_fixes_at_the_edge_of_a_small_box_count_and_those_beyond_do_not(laptop: Laptop, has_levels: bool) -> None:
    walk = Walk(noisy_walk(5000), CHUNK, True, {})
    put(laptop, walk)
    if has_levels:
        assert fill_levels(laptop.store, JobContext()) == 2
    longitude, latitude = walk.track.longitude_deg, walk.track.latitude_deg
    random = np.random.default_rng(3)
    for fix in random.integers(0, 5000, 60).tolist():
        west, south = float(longitude[fix]), float(latitude[fix])
        for by in (0.0, 1e-7, 1e-5, 1e-3):
            boxes: tuple[dict[str, Any], ...] = (
                {"west": west, "south": south, "east": west + by, "north": south + by},
                {"west": west + 1e-7, "south": south - by, "east": west + 1e-7 + by, "north": south + by},
            )
            for window in boxes:
                expected = brute_force(laptop, window | {"from_us": None, "to_us": None})
                assert {
                    one.id for one in tracks_in_box(laptop.store.reader, **window, blobs=laptop.store.blobs)
                } == expected


def test_a_damaged_level_does_not_change_the_answer(laptop: Laptop) -> None:
    record = put(laptop, long_walk())
    fill_levels(laptop.store, JobContext())
    laptop.store.reader.derived.execute("UPDATE track_level SET bytes = x'00'")

    assert found(laptop, around(74.2) | {"from_us": None, "to_us": None}) == {record}


def test_the_whole_extent_of_tracks_is_told_without_their_fixes(laptop: Laptop) -> None:
    plain, edited = put(laptop, long_walk()), put(laptop, long_walk())
    bare = put(laptop, Walk(long_walk().track, CHUNK, False, {}))
    with laptop.store.act(officer=OFFICER) as change:
        change.set("track", edited, {"hide/3-5": "spike"})

    boxed, others = track_boxes(laptop.store.reader)

    assert boxed == {plain: (74.0, 41.0, 74.8999, 41.0)}
    assert sorted(others) == sorted((edited, bare))


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["ab" * 32, "1 0 0 0 0", "5 slow"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
fields = st.sampled_from(["chunks", "boxes", "first", "stop", "hide/0-5", "pause/x", "clock/1", "break/3", "day/0-1"])


@given(st.dictionaries(fields, anything))
def test_whatever_a_record_says_it_has_rows_or_none(values: dict[str, Any]) -> None:
    chunks, boxes = rows_of(7, values)

    assert all(row.no == 7 and len(row.digest) == 32 for row in chunks)
    assert all(-(2**31) <= edge < 2**31 for row in boxes for edge in row[1:])


def test_an_encrypted_station_has_an_index_and_levels_too(tmp_path: Path) -> None:
    keys = new_device("Naryn", pdf_key_pem=b"key", pdf_certificate_pem=b"certificate")
    with Store.create(tmp_path / "station", keys, "5a" * 16, home=tmp_path / "home", key=b"k" * 32) as store:
        laptop = Laptop.__new__(Laptop)
        laptop.store = store
        record = put(laptop, long_walk())

        assert tracks_in_box(store.reader, **around(74.2), blobs=store.blobs) == (FoundTrack(record, (0,)),)
        assert fill_levels(store, JobContext()) == 3
        assert tracks_in_box(store.reader, **around(74.2), blobs=store.blobs) == (FoundTrack(record, (0,)),)
    assert b"track_chunk" not in (tmp_path / "station" / DERIVED).read_bytes()


def test_a_station_that_is_only_read_answers_too(laptop: Laptop) -> None:
    record = put(laptop, long_walk())
    reader, derived, journal = open_read_only(laptop.folder)
    blobs = Blobs(journal, laptop.folder / "blobs")

    answer = tracks_in_box(reader, **around(74.2), from_us=0, to_us=10**12, blobs=blobs)

    derived.close()
    journal.close()
    assert answer == (FoundTrack(record, (0,)),)
