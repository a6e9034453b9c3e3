"""What is missing or damaged in a station stops no map: the rest is drawn, and what is not is told."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db.blobs import Blobs
from db.track_rest import track_rest
from ranger_app.i18n import Words
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.map_days import MapDays
from ranger_app.services.map_records import MapTracksUnreadError
from ranger_app.services.map_shading import WantedEffort
from ranger_app.services.map_ways import MOST_TRACKS
from ranger_app.services.maps import MapShelf
from ranger_app.services.print_map import Printed, PrintMap, WantedMap
from tests import made_maps
from tests.service_desk import MORNING, Desk, walk, write_gpx
from tests.stores.test_print_map import ENGLISH, Watching, record

NORTHWARDS = (74.4, 41.1, 74.6, 43.5)
LONG = 20_000
"""Fixes of a walk that is kept in three chunks."""

CHUNK = 8192


@pytest.fixture
def patrol(desk: Desk) -> str:
    path = write_gpx(desk.out.parent / "long.gpx", walk(MORNING, LONG, step_s=1))
    (made,) = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols
    return made


def chunks_of(desk: Desk, place: int = 0) -> list[str]:
    chunks: list[str] = desk.store.reader.entries("track")[place].values["chunks"]
    return chunks


def lose(blobs: Blobs, digest: str, harm: bytes | None = None) -> None:
    """Do to a blob in the journal what a bad disk does; without *harm* it is gone."""
    for trigger in ("blob_is_kept", "blob_is_fixed"):
        blobs._db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    if harm is None:
        blobs._db.execute("DELETE FROM blob WHERE digest = ?", (bytes.fromhex(digest),))
    else:
        blobs._db.execute("UPDATE blob SET bytes = ? WHERE digest = ?", (harm, bytes.fromhex(digest)))


def harmed(station: Path) -> None:
    """Lose every chunk of every track of a station that is closed."""
    with closing(sqlite3.connect(station / "journal.db")) as journal, journal:
        journal.execute("DROP TRIGGER blob_is_kept")
        with closing(sqlite3.connect(station / "derived.db")) as derived:
            chunks = derived.execute("SELECT digest FROM track_chunk").fetchall()
        assert chunks
        journal.executemany("DELETE FROM blob WHERE digest = ?", chunks)


def printed(desk: Desk, painter: Watching, name: str = "map.pdf", words: Words = ENGLISH, **wanted: Any) -> Printed:
    use = PrintMap(desk.store.reader, desk.store.blobs, folder=desk.folder, painter=lambda: painter)
    return use(desk.out / name, WantedMap(**{"bounds": NORTHWARDS, **wanted}), words=words, context=desk.context)


def told(done: Printed) -> list[str]:
    return [error.code for _, error in done.left_out]


# What is left of a track


@pytest.mark.parametrize("harm", [None, b"", b"\0", b"RTC" + bytes(400)], ids=["gone", "empty", "zero", "garbage"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_rest_of_a_track_is_told_and_no_line_crosses_what_is_lost(
    desk: Desk, patrol: str, place: int, harm: bytes | None
) -> None:
    values = desk.store.reader.entries("track")[0].values
    whole = track_rest(values, desk.store.blobs).track
    lose(desk.store.blobs, chunks_of(desk)[place], harm)

    rest = track_rest(values, desk.store.blobs)

    keeps = np.arange(LONG) // CHUNK != place
    assert rest.unread == {place}
    assert rest.track.latitude_deg.tolist() == whole.latitude_deg[keeps].tolist()
    assert rest.track.part_starts.tolist() == ([0, CHUNK] if place == 1 else [0])


def test_edits_keep_their_places_beside_what_is_lost(desk: Desk, patrol: str) -> None:
    track = desk.store.reader.entries("track")[0]
    edit = {"hide/16000-16383": "car", "hide/16384-16999": "car", f"break/{CHUNK * 2}": "join"}
    with desk.store.act(officer=desk.officer) as change:
        change.set("track", track.id, edit)
    values = desk.store.reader.entry(track.id).values
    whole = track_rest(values, desk.store.blobs).track
    lose(desk.store.blobs, chunks_of(desk)[1])

    rest = track_rest(values, desk.store.blobs)

    assert len(rest.track) == CHUNK + LONG - 17_000
    assert rest.track.latitude_deg[CHUNK] == whole.latitude_deg[16_000]
    assert rest.track.part_starts.tolist() == [0, CHUNK]


def test_nothing_is_told_of_an_edited_track_whose_record_does_not_say_how_much_is_lost(desk: Desk, patrol: str) -> None:
    values = dict(desk.store.reader.entries("track")[0].values)
    del values["boxes"]
    lose(desk.store.blobs, chunks_of(desk)[0])

    plain = track_rest(values, desk.store.blobs)
    edited = track_rest({**values, "hide/9000-9001": "spike"}, desk.store.blobs)

    assert len(plain.track) == LONG - CHUNK
    assert (len(edited.track), set(edited.unread)) == (0, {0})


# The map


@pytest.mark.parametrize("name", ["map.pdf", "map.png"])
@pytest.mark.parametrize("asked", ["patrol", "all"])
def test_a_lost_chunk_leaves_the_rest_of_the_map_and_is_told_on_it(
    desk: Desk, patrol: str, asked: str, name: str
) -> None:
    other = write_gpx(desk.out.parent / "other.gpx", walk(MORNING + dt.timedelta(days=3), 30))
    ImportTracks(desk.store)([other], officer=desk.officer, context=desk.context)
    record(desk, patrol_id=patrol)
    lose(desk.store.blobs, chunks_of(desk)[1])
    painter = Watching()
    wanted: dict[str, Any] = {"patrols": (patrol,)} if asked == "patrol" else {"shows_all": True}

    done = printed(desk, painter, name, **wanted)

    (request,) = painter.asked
    assert done.path.is_file()
    assert sorted(map(len, request.tracks)) == [LONG - CHUNK] if asked == "patrol" else [30, LONG - CHUNK]
    assert [mark.kind for mark in request.marks] == ["incident"]
    assert told(done) == ["map-tracks-unread"]
    assert done.left_out[0][0].startswith("KG-NAR")
    assert [note for note in request.notes if done.left_out[0][0] in note and "missing or damaged" in note]


def test_what_is_lost_elsewhere_or_of_another_day_is_not_told(desk: Desk, patrol: str) -> None:
    lose(desk.store.blobs, chunks_of(desk)[2])
    here = (74.4, 41.1, 74.6, 41.9)
    later = MapDays.of_dates(dt.date(2026, 4, 1), None, dt.UTC)

    assert told(printed(desk, Watching(), bounds=here, shows_all=True)) == []
    assert told(printed(desk, Watching(), shows_all=True, days=later)) == []
    assert told(printed(desk, Watching(), patrols=(patrol,), days=later)) == []
    assert told(printed(desk, Watching(), shows_all=True, hidden=frozenset({"tracks"}))) == []
    assert told(printed(desk, Watching(), shows_all=True)) == ["map-tracks-unread"]


def test_a_patrol_of_which_nothing_is_left_is_printed_where_it_was(desk: Desk, patrol: str) -> None:
    for digest in chunks_of(desk):
        lose(desk.store.blobs, digest)
    painter = Watching()

    done = printed(desk, painter, bounds=None, patrols=(patrol,))

    (request,) = painter.asked
    assert request.bounds is not None
    west, south, east, north = request.bounds
    assert (round(west, 2), round(south, 2), round(east, 2), round(north, 2)) == (74.49, 41.19, 74.51, 43.21)
    assert request.tracks == ()
    assert told(done) == ["map-tracks-unread"]


def test_a_patrol_of_which_nothing_is_left_and_nobody_knows_where_it_was_is_refused(desk: Desk, patrol: str) -> None:
    track = desk.store.reader.entries("track")[0]
    with desk.store.act(officer=desk.officer) as change:
        change.set("track", track.id, {"boxes": None})
    for digest in chunks_of(desk):
        lose(desk.store.blobs, digest)

    with pytest.raises(MapTracksUnreadError):
        printed(desk, Watching(), bounds=None, patrols=(patrol,))

    assert list(desk.out.iterdir()) == []


def test_effort_that_could_not_be_counted_whole_is_told(desk: Desk, patrol: str) -> None:
    lose(desk.store.blobs, chunks_of(desk)[0])
    painter = Watching()

    done = printed(desk, painter, effort=WantedEffort("km", 5_000.0))

    assert [(error.code, error.facts) for _, error in done.left_out] == [("map-effort-unread", {"count": 1})]
    assert any("1 track cannot be read" in note for note in painter.asked[0].notes)


@pytest.mark.parametrize("harm", [b"", b"\0" * 40, None])
def test_a_lost_level_of_detail_is_looked_up_in_the_fixes(desk: Desk, patrol: str, harm: bytes | None) -> None:
    from db.track_levels import fill_levels

    fill_levels(desk.store, desk.context)
    change = "DELETE FROM track_level" if harm is None else "UPDATE track_level SET bytes = x'" + harm.hex() + "'"
    desk.store.reader.derived.execute(change)
    painter = Watching()

    done = printed(desk, painter, shows_all=True, bounds=(74.4, 41.25, 74.6, 41.3))

    assert told(done) == []
    assert [len(track) for track in painter.asked[0].tracks] == [LONG]


# Own maps


@pytest.mark.parametrize("harm", ["empty", "cut", "folder"])
def test_a_list_of_maps_that_cannot_be_read_is_told_and_the_map_is_printed(desk: Desk, patrol: str, harm: str) -> None:
    shelf = MapShelf(desk.folder)
    shelf.add(made_maps.mbtiles(desk.out.parent / "a.mbtiles"), name="Elsewhere", keep=False, context=desk.context)
    listed = desk.folder / "maps" / "maps.json"
    told_there = listed.read_bytes()
    listed.unlink()
    if harm == "folder":
        listed.mkdir()
    else:
        listed.write_bytes(b"" if harm == "empty" else told_there[:-40])
    painter = Watching()

    done = printed(desk, painter, patrols=(patrol,), bounds=(73.0, 41.0, 79.0, 46.0))

    assert told(done) == ["map-list-unread" if harm == "folder" else "map-list-damaged"]
    assert painter.asked[0].maps == ()
    assert len(painter.asked[0].tracks) == 1
    assert "The station's list of maps is damaged: own maps may be missing here." in painter.asked[0].notes


# More than one sheet shows


def short_walks(desk: Desk, count: int, start: dt.datetime) -> None:
    """So many tracks of three fixes, one after the other."""
    walks = [walk(start + dt.timedelta(seconds=10 * number), 3, step_s=1) for number in range(count)]
    path = write_gpx(desk.out.parent / f"{count}.gpx", *walks)
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)


def test_of_more_tracks_than_one_sheet_shows_the_latest_are_on_it_and_the_others_are_counted(desk: Desk) -> None:
    short_walks(desk, MOST_TRACKS, MORNING)
    fits, more = Watching(), Watching()

    assert told(printed(desk, fits, shows_all=True)) == []
    short_walks(desk, 3, MORNING - dt.timedelta(days=9))
    done = printed(desk, more, shows_all=True)

    assert [len(painter.asked[0].tracks) for painter in (fits, more)] == [MOST_TRACKS, MOST_TRACKS]
    assert min(int(track.time_us[0]) for track in more.asked[0].tracks) == MORNING.timestamp() * 1_000_000
    assert [(error.code, error.facts) for _, error in done.left_out] == [
        ("map-tracks-left", {"count": 3, "most": MOST_TRACKS})
    ]
    assert [note for note in more.asked[0].notes if note.endswith("the latest 2,000 are on it; left out: 3.")]


def test_of_many_years_of_waypoints_those_of_an_early_year_are_printed_too(desk: Desk) -> None:
    early = write_gpx(desk.out.parent / "w.gpx", walk(MORNING, 40), waypoints=[(41.2015, 74.5, MORNING, "WP1")])
    (patrol,) = ImportTracks(desk.store)([early], officer=desk.officer, context=desk.context).patrols
    told = {"latitude": "41.2", "longitude": "74.5", "at": "2026-06-01T08:00:00+06:00", "number": 2}
    for _ in range(21):
        with desk.store.act(officer=desk.officer) as change:
            for _ in range(1_000):
                change.create("waypoint", told, parent=("patrol", patrol))
    painter = Watching()
    march = MapDays.of_dates(dt.date(2026, 3, 1), dt.date(2026, 3, 31), MORNING.tzinfo or dt.UTC)

    printed(desk, painter, shows_all=True, days=march)

    assert [(mark.latitude_deg, mark.kind) for mark in painter.asked[0].marks] == [(41.2015, "waypoint")]
