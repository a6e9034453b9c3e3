"""The command line's maps: taken in, listed, removed, and never in what leaves the station or proves it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ranger_app.services.stations import open_station
from tests import made_maps
from tests.command_line import POACHING, CommandLine


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    ranger = CommandLine(tmp_path, capsys, monkeypatch)
    ranger.create()
    return ranger


def test_a_map_is_added_listed_and_removed(ranger: CommandLine, tmp_path: Path) -> None:
    source = made_maps.mbtiles(tmp_path / "Naryn.mbtiles", metadata={"attribution": "Genshtab"})

    added = ranger.answer("map", "add", source)
    listed = ranger.answer("map", "list")
    removed = ranger.answer("map", "remove", "Naryn")

    (row,) = added["maps"]
    assert {key: row[key] for key in ("name", "kind", "kept", "attribution", "zooms", "problem")} == {
        "name": "Naryn", "kind": "tiles", "kept": True, "attribution": "Genshtab", "zooms": [5, 7], "problem": None,
    }  # fmt: skip
    assert row["path"] == str(ranger.station / "maps" / "Naryn.mbtiles")
    assert row["bounds"] == pytest.approx([73.125, 43.0688878, 78.75, 47.0401821])
    assert listed["maps"] == added["maps"]
    assert removed == {"name": "Naryn", "maps": []}
    assert not Path(row["path"]).exists()
    assert source.exists()


def test_a_map_by_reference_that_vanished_needs_a_look(ranger: CommandLine, tmp_path: Path) -> None:
    source = made_maps.rmaps(tmp_path / "a.sqlitedb")
    added = ranger.answer("map", "add", source, "--name", "Ala-Archa", "--reference", "--attribution", "Genshtab\n1984")
    source.unlink()

    ran = ranger("map", "list", "--json")

    assert [(row["kept"], row["attribution"]) for row in added["maps"]] == [(False, "Genshtab 1984")]
    assert ran.code == 1
    assert [(row["name"], row["problem"]) for row in ran.answer["maps"]] == [("Ala-Archa", "map-file-missing")]
    assert f"[map-file-missing] {source} is not there." in ran.err


def test_a_damaged_list_needs_a_look(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "Naryn.mbtiles"))
    (ranger.station / "maps" / "maps.json").write_bytes(b"{")

    ran = ranger("map", "list", "--json")

    assert ran.code == 1
    assert [row["name"] for row in ran.answer["maps"]] == ["Naryn"]
    assert [row["code"] for row in ran.answer["problems"]] == ["map-list-damaged"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "map-not-a-map"), (b"SQLite format 3\x00", "map-damaged"), (None, "map-file-missing"),
        (b"SQLite format 3\x00" + bytes(4096), "map-damaged"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused_in_one_line(
    ranger: CommandLine, tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "a.mbtiles"
    if content is not None:
        path.write_bytes(content)

    ran = ranger("map", "add", path, "--json")

    assert ran.code == 3
    assert ran.out == ""
    assert ran.err.startswith(f"[{code}] {path} ")
    assert ran.err.count("\n") == 1
    assert "–" not in ran.err
    assert not (ranger.station / "maps").exists() or list((ranger.station / "maps").iterdir()) == []


def test_a_name_nobody_knows_and_one_that_is_taken_are_refused(ranger: CommandLine, tmp_path: Path) -> None:
    source = made_maps.mbtiles(tmp_path / "a.mbtiles")
    ranger.answer("map", "add", source, "--name", "Naryn")

    assert ranger("map", "remove", "Osh").err == "[map-name-unknown] There is no map called Osh.\n"
    ran = ranger("map", "add", source, "--name", "Naryn")
    assert (ran.code, ran.err) == (3, "[map-name-taken] There is a map called Naryn already. Choose another name.\n")


def test_maps_are_in_no_journal_blob_check_or_export(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)
    before = ranger.answer("station", "info")["counts"]
    checked = ranger.answer("station", "check")
    sign = b"a tile of the map that nobody else has"
    source = made_maps.mbtiles(tmp_path / "Naryn.mbtiles", metadata={"attribution": sign.decode()})

    ranger.answer("map", "add", source)
    ranger.answer("map", "add", source, "--reference", "--name", "There")
    out = tmp_path / "out.geojson"
    ranger.answer("export", "geojson", out)
    ranger.answer("station", "rebuild")

    assert ranger.answer("station", "info")["counts"] == before
    assert ranger.answer("station", "check") == checked
    holding = [path for path in ranger.station.rglob("*") if path.is_file() and sign in path.read_bytes()]
    assert {path.parent.name for path in holding} == {"maps"}
    assert sign not in out.read_bytes()
    assert "maps" not in json.loads(out.read_text("utf-8"))


def test_a_station_without_its_maps_is_whole(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "Naryn.mbtiles"))
    for path in (ranger.station / "maps").iterdir():
        path.unlink()
    (ranger.station / "maps").rmdir()

    assert ranger.answer("map", "list")["maps"] == []
    assert ranger("station", "check").code == 0


@pytest.mark.parametrize("arguments", [("map",), ("map", "add"), ("map", "remove"), ("map", "add", ""), ("map", "x")])
def test_wrong_arguments_answer_nothing(ranger: CommandLine, arguments: tuple[str, ...]) -> None:
    ran = ranger(*arguments)

    assert (ran.code, ran.out) == (2, "")


def test_a_pipe_is_refused_before_it_is_opened(ranger: CommandLine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mbtiles")

    ran = ranger("map", "add", tmp_path / "a.mbtiles")

    assert ran.code == 3
    assert ran.err.startswith("[file-not-regular]")


def test_sentences_about_maps_are_in_the_readers_language(
    ranger: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANGER_LANGUAGE", "ru")
    (tmp_path / "a.mbtiles").write_bytes(b"")

    ran = ranger("map", "add", tmp_path / "a.mbtiles")

    assert ran.err.endswith("нельзя показать как карту: файл пуст.\n")


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--datum", "SK-42", "sk42, sk95, kyrg06, kalianpur, wgs84"), ("--name", " ", "--name")],
)
def test_a_misspelt_datum_or_an_empty_name_is_wrong_usage(
    ranger: CommandLine, tmp_path: Path, option: str, value: str, told: str
) -> None:
    ran = ranger("map", "add", made_maps.mbtiles(tmp_path / "a.mbtiles"), option, value)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ranger.answer("map", "list")["maps"] == []


def test_maps_that_are_left_after_one_was_removed_say_what_is_wrong_with_them(
    ranger: CommandLine, tmp_path: Path
) -> None:
    source = made_maps.mbtiles(tmp_path / "a.mbtiles")
    ranger.answer("map", "add", source, "--name", "gone", "--reference")
    ranger.answer("map", "add", source, "--name", "other")
    source.unlink()

    left = ranger.answer("map", "remove", "other")["maps"]

    assert [(row["name"], row["problem"]) for row in left] == [("gone", "map-file-missing")]


def test_a_file_of_the_stations_own_folder_of_maps_is_not_used_by_reference(
    ranger: CommandLine, tmp_path: Path
) -> None:
    (row,) = ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "Naryn.mbtiles"))["maps"]
    (tmp_path / "link.mbtiles").symlink_to(row["path"])

    for path in (row["path"], tmp_path / "link.mbtiles"):
        ran = ranger("map", "add", path, "--reference")
        assert ran.code == 3
        assert ran.err.startswith("[map-own-file]")
    assert len(ranger.answer("map", "list")["maps"]) == 1


def test_files_that_no_map_of_the_list_has_are_told_with_their_size(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "Naryn.mbtiles"))
    assert ranger("map", "list").code == 0
    (ranger.station / "maps" / "left.mbtiles").write_bytes(bytes(2_500_000))

    ran = ranger("map", "list", "--json")

    assert ran.code == 1
    assert [row["code"] for row in ran.answer["problems"]] == ["map-file-unlisted"]
    assert "[map-file-unlisted] left.mbtiles (2.5 MB)" in ran.err


def test_maps_are_listed_while_another_program_works_in_the_station(ranger: CommandLine, tmp_path: Path) -> None:
    ranger.answer("map", "add", made_maps.mbtiles(tmp_path / "Naryn.mbtiles"))

    with open_station(ranger.station, home=ranger.home):
        assert ranger("station", "info").code == 3
        listed = ranger.answer("map", "list")["maps"]

    assert [row["name"] for row in listed] == ["Naryn"]
