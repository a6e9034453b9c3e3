"""The station's shelf of maps: what is added is there, what is not finished is not, and nothing else changes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext, Progress
from ranger_app.maps import tile_table
from ranger_app.maps.errors import (
    MapFileMissingError,
    MapNameTakenError,
    MapNameUnknownError,
    MapNotAMapError,
    MapOtherProjectionError,
)
from ranger_app.maps.tile_files import open_tiles
from ranger_app.services.maps import MapShelf
from tests import made_maps
from tests.made_maps import NARYN, colour

ENTRY: dict[str, object] = {
    "name": "x", "kind": "tiles", "file": None, "path": "/x", "attribution": "", "bounds": [0, 0, 1, 1],
    "zooms": [0, 1], "visible": True, "opacity": 1, "style": {},
}  # fmt: skip
"""One row of a list of maps."""


@pytest.fixture
def shelf(tmp_path: Path) -> MapShelf:
    (tmp_path / "station").mkdir()
    return MapShelf(tmp_path / "station")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def files(shelf: MapShelf) -> set[str]:
    return {path.name for path in shelf.folder.iterdir()} if shelf.folder.exists() else set()


def tiles_of(path: Path) -> list[object]:
    with open_tiles(path) as opened:
        return [colour(opened.tile(*tile)) for tile in NARYN]


def stopped_at(stage: str) -> JobContext:
    """A job that somebody stops once it has come to *stage*."""

    def report(progress: Progress) -> None:
        if progress.stage == stage:
            context.cancel()

    context = JobContext(report)
    return context


def test_a_kept_map_is_there_without_the_stick(shelf: MapShelf, stick: Path) -> None:
    source = made_maps.mbtiles(stick / "a.mbtiles", metadata={"name": "Нарын", "attribution": "Genshtab"})

    entry = shelf.add(source, context=JobContext())
    source.unlink()

    assert shelf.entries() == (entry,)
    assert (entry.name, entry.kind, entry.attribution) == ("Нарын", "tiles", "Genshtab")
    assert (entry.is_kept, entry.zooms, entry.visible, entry.opacity) == (True, (5, 7), True, 1.0)
    assert entry.path.parent == shelf.folder
    assert shelf.problem_of(entry) is None
    assert tiles_of(entry.path) == list(NARYN)
    assert files(shelf) == {"maps.json", "map-a.mbtiles"}


def test_a_map_by_reference_says_when_it_vanished_with_the_stick(shelf: MapShelf, stick: Path) -> None:
    source = made_maps.rmaps(stick / "Ala-Buka.sqlitedb")

    entry = shelf.add(source, keep=False, context=JobContext())
    assert shelf.problem_of(entry) is None
    source.unlink()

    (known,) = shelf.entries()
    problem = shelf.problem_of(known)
    assert (known.name, known.path, known.is_kept) == ("Ala-Buka", source, False)
    assert isinstance(problem, MapFileMissingError)
    assert files(shelf) == {"maps.json"}


def test_a_folder_of_tiles_is_kept_as_one_file(shelf: MapShelf, stick: Path) -> None:
    folder = made_maps.tile_folder(stick / "Naryn")
    (folder / "7" / "90" / "47.png").write_text("no picture", encoding="utf-8")

    entry = shelf.add(folder, context=JobContext())

    assert entry.path.name == "Naryn.mbtiles"
    assert entry.name == "Naryn"
    assert tiles_of(entry.path) == list(NARYN)
    with open_tiles(folder) as before, open_tiles(entry.path) as after:
        assert after.bounds == pytest.approx(before.bounds)
        assert after.zooms == before.zooms
        assert after.tile(7, 90, 47) is None


def test_a_copy_gets_the_index_that_its_source_lacks(shelf: MapShelf, stick: Path) -> None:
    source = made_maps.mbtiles(stick / "slow.mbtiles", with_index=False)
    quick = made_maps.mbtiles(stick / "quick.mbtiles")

    slow_copy = shelf.add(source, context=JobContext())
    quick_copy = shelf.add(quick, context=JobContext())

    def indexes(path: Path) -> list[str]:
        database = sqlite3.connect(path)
        try:
            return [str(name) for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")]
        finally:
            database.close()

    assert indexes(source) == []
    assert indexes(slow_copy.path) == ["ranger_tiles"]
    assert indexes(quick_copy.path) == ["tile_index"]
    assert tiles_of(slow_copy.path) == list(NARYN)


def test_a_map_whose_tiles_take_too_long_is_shown_from_a_copy_alone(
    shelf: MapShelf, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_table, "QUICK_S", 0.001)  # on the quickest machine too
    path = made_maps.mbtiles(stick / "slow.mbtiles", with_index=False)
    with sqlite3.connect(path) as database:
        rows = ((12, x, y, b"\x89PNG\r\n\x1a\n") for x in range(800) for y in range(400))
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.close()

    with pytest.raises(MapNotAMapError) as refused:
        shelf.add(path, keep=False, context=JobContext())
    entry = shelf.add(path, context=JobContext())

    assert refused.value.facts["reason"] == "map-too-slow"
    assert entry.zooms == (5, 12)
    assert tiles_of(entry.path) == list(NARYN)


def test_what_stands_in_the_log_of_a_database_comes_along(shelf: MapShelf, stick: Path) -> None:
    path = made_maps.mbtiles(stick / "wal.mbtiles")
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("INSERT INTO metadata VALUES ('name', 'written last')")
    writer.commit()

    entry = shelf.add(path, context=JobContext())
    writer.close()

    assert entry.name == "written last"
    assert tiles_of(entry.path) == list(NARYN)
    assert files(shelf) == {"maps.json", entry.path.name}


def test_a_name_that_is_taken_is_refused_and_one_that_nobody_chose_gets_a_number(shelf: MapShelf, stick: Path) -> None:
    sources = [made_maps.mbtiles(stick / f"{name}.mbtiles", metadata={"name": "Naryn"}) for name in "abc"]

    names = [shelf.add(source, context=JobContext()).name for source in sources]
    with pytest.raises(MapNameTakenError) as refused:
        shelf.add(sources[0], name=" Naryn\n", context=JobContext())

    assert names == ["Naryn", "Naryn 2", "Naryn 3"]
    assert refused.value.facts["name"] == "Naryn"
    assert len({entry.path for entry in shelf.entries()}) == 3
    assert len(files(shelf)) == 4


def test_what_is_refused_or_stopped_leaves_nothing(shelf: MapShelf, stick: Path) -> None:
    source = made_maps.mbtiles(stick / "a.mbtiles")
    wrong = made_maps.mbtiles(stick / "b.mbtiles", metadata={"crs": "EPSG:3395"})

    for stage in ("map-copying", "map-opening"):
        with pytest.raises(Cancelled):
            shelf.add(source, context=stopped_at(stage))
    with pytest.raises(MapOtherProjectionError):
        shelf.add(wrong, context=JobContext())
    with pytest.raises(MapFileMissingError):
        shelf.add(stick / "gone.mbtiles", context=JobContext())

    assert shelf.entries() == ()
    assert files(shelf) == set()


def test_what_a_killed_program_left_is_gone_after_the_next_map(shelf: MapShelf, stick: Path) -> None:
    left = shelf.folder / ".new-0123"
    left.mkdir(parents=True)
    (left / "half.mbtiles").write_bytes(b"half")

    entry = shelf.add(made_maps.mbtiles(stick / "a.mbtiles"), context=JobContext())

    assert files(shelf) == {"maps.json", entry.path.name}


def test_removing_deletes_the_own_copy_and_never_a_file_elsewhere(shelf: MapShelf, stick: Path) -> None:
    source = made_maps.mbtiles(stick / "a.mbtiles")
    shelf.add(source, name="copy", context=JobContext())
    shelf.add(source, name="reference", keep=False, context=JobContext())

    shelf.remove("copy")
    shelf.remove("reference")
    with pytest.raises(MapNameUnknownError):
        shelf.remove("copy")

    assert shelf.entries() == ()
    assert files(shelf) == {"maps.json"}
    assert source.exists()


def test_how_a_map_is_shown_is_kept(shelf: MapShelf, stick: Path) -> None:
    source = made_maps.mbtiles(stick / "a.mbtiles")
    for name in ("one", "two", "three"):
        shelf.add(source, name=name, keep=False, context=JobContext())

    shelf.change("three", order=0, opacity=0.5)
    shelf.change("one", visible=False, style={"colour": "#ff0000"}, attribution="Genshtab 1984")

    again = MapShelf(shelf.folder.parent).entries()
    assert [(entry.name, entry.order) for entry in again] == [("three", 0), ("one", 1), ("two", 2)]
    assert [entry.opacity for entry in again] == [0.5, 1.0, 1.0]
    assert [entry.visible for entry in again] == [True, False, True]
    assert again[1].style == {"colour": "#ff0000"}
    assert again[1].attribution == "Genshtab 1984"
    with pytest.raises(ValueError, match="path"):
        shelf.change("one", path="/etc")
    with pytest.raises(MapNameUnknownError):
        shelf.change("nobody", visible=True)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{", b'{"maps": 1}', b"\xff\xfe", b'{"maps": [{}]}', b'{"maps": [1]}', b"[" * 100_000,
        json.dumps({"maps": [{**ENTRY, "file": "../../keys.json"}]}).encode(),
        json.dumps({"maps": [{**ENTRY, "path": "keys.json"}]}).encode(),
        json.dumps({"maps": [{**ENTRY, "bounds": [0, 0, 1, float("nan")]}]}).encode(),
        json.dumps({"maps": [ENTRY, ENTRY]}).encode(),
    ],
)  # fmt: skip
def test_a_damaged_list_is_told_kept_aside_and_begun_anew_with_what_lies_there(
    shelf: MapShelf, stick: Path, content: bytes
) -> None:
    source = made_maps.mbtiles(stick / "a.mbtiles", metadata={"name": "Naryn"})
    kept = shelf.add(source, context=JobContext())
    (shelf.folder / "maps.json").write_bytes(content)

    assert [problem.code for problem in shelf.problems()] == ["map-list-damaged"]
    assert [(entry.name, entry.path, entry.is_kept) for entry in shelf.entries()] == [("Naryn", kept.path, True)]
    shelf.add(source, name="more", context=JobContext())

    assert shelf.problems() == ()
    assert [entry.name for entry in shelf.entries()] == ["Naryn", "more"]
    assert (shelf.folder / "maps.damaged-1.json").read_bytes() == content


def test_a_list_of_a_later_version_with_more_in_it_is_read(shelf: MapShelf, stick: Path) -> None:
    shelf.add(made_maps.mbtiles(stick / "a.mbtiles"), name="Naryn", context=JobContext())
    path = shelf.folder / "maps.json"
    told = json.loads(path.read_text("utf-8"))
    told["later"] = told["maps"][0]["later"] = {"anything": 1}
    path.write_text(json.dumps(told), encoding="utf-8")

    assert [entry.name for entry in shelf.entries()] == ["Naryn"]
    assert shelf.problems() == ()


def test_a_full_disk_is_told_before_anything_is_copied(
    shelf: MapShelf, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = made_maps.mbtiles(stick / "a.mbtiles")
    monkeypatch.setattr("ranger_app.maps.writing.ROOM_BYTES", 1 << 60)

    with pytest.raises(RangerAppError) as refused:
        shelf.add(source, context=JobContext())

    assert refused.value.code == "map-no-room"
    assert files(shelf) == set()


def test_what_is_neither_file_nor_folder_is_refused_at_once(shelf: MapShelf, stick: Path) -> None:
    import os

    os.mkfifo(stick / "pipe.mbtiles")

    with pytest.raises(MapNotAMapError):
        shelf.add(stick / "pipe.mbtiles", context=JobContext())
