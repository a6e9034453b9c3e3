"""GPX files, data models and patrols on the command line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.command_line import DEMO, POACHING, ROOT, WALK, CommandLine

PROBLEM = {"code", "file", "where", "count", "text"}
UNTIMED = """<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="41.2" lon="74.5"/><trkpt lat="41.21" lon="74.51"/></trkseg></trk></gpx>"""


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    line = CommandLine(tmp_path, capsys, monkeypatch)
    line.create()
    return line


def test_a_walk_becomes_a_patrol(ranger: CommandLine) -> None:
    done = ranger.answer("import", "gpx", WALK, "--transport", "horse", "--mandate", "antipoaching")

    assert done["patrols"] == [done["patrol_id"]]
    assert (done["tracks"], done["duplicates"]) == (1, [])
    listed = ranger.answer("patrol", "list")["patrols"]
    assert [row["id"] for row in listed] == done["patrols"]
    assert listed[0].keys() >= {"id", "number", "start", "end", "distance_m", "points", "legs"}
    assert (listed[0]["points"], listed[0]["legs"]) == (done["points"], 1)
    shown = ranger.answer("patrol", "show", done["patrol_id"])
    assert (shown["legs"][0]["transport"], shown["legs"][0]["leader"]) == ("horse", "Asanov, Bek")
    assert len(shown["waypoints"]) == done["waypoints"]


def test_a_file_twice_is_no_second_patrol(ranger: CommandLine) -> None:
    first = ranger.answer("import", "gpx", WALK)

    again = ranger.answer("import", "gpx", WALK)

    assert again["patrol_id"] == first["patrol_id"]
    assert (again["points"], again["duplicates"]) == (first["points"], [str(WALK)])
    assert len(ranger.answer("patrol", "list")["patrols"]) == 1


def test_a_refused_file_does_not_stop_the_others(ranger: CommandLine) -> None:
    packed = ranger.folder / "packed.gpx"
    packed.write_bytes(gzip.compress(WALK.read_bytes()))

    ran = ranger("import", "gpx", packed, WALK, POACHING, "--json")

    assert ran.code == 1
    refused = [row for row in ran.answer["problems"] if row["code"] in {"gpx-is-gzip", "gpx-not-gpx"}]
    assert [row["file"] for row in refused] == [str(packed), str(POACHING)]
    assert all(row.keys() == PROBLEM for row in ran.answer["problems"])
    assert refused[0]["text"] == f"{packed} is a gzip file. Unpack it first."
    assert f"[gpx-is-gzip] {refused[0]['text']}\n" in ran.err
    assert len(ran.answer["patrols"]) == 1


def test_all_files_refused_is_a_refusal(ranger: CommandLine) -> None:
    ran = ranger("import", "gpx", POACHING, ROOT / "README.md", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[gpx-not-gpx] ")


def test_paths_are_answered_absolute(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    ranger.answer("import", "gpx", WALK)
    monkeypatch.chdir(WALK.parent)

    assert ranger.answer("import", "gpx", f"./{WALK.name}")["duplicates"] == [str(WALK)]


def test_a_track_without_times_is_given_its_day(ranger: CommandLine) -> None:
    untimed = ranger.write("untimed.gpx", UNTIMED.encode())
    before = ranger("import", "gpx", untimed, "--json")

    dated = ranger("import", "gpx", untimed, "--date", "2026-03-04", "--json")

    assert before.code == 1
    assert [row["code"] for row in before.answer["problems"]] == ["fix-without-time"]
    assert dated.answer["patrol_id"] == before.answer["patrol_id"]
    shown = ranger.answer("patrol", "show", dated.answer["patrol_id"])
    assert (shown["start"], shown["legs"][0]["days"][0]["points"]) == ("2026-03-04", 2)


def test_the_number_of_a_new_patrol_may_be_given(ranger: CommandLine) -> None:
    done = ranger.answer("import", "gpx", WALK, "--patrol-id", "NIGHT-1", "--leader", "Sadyrov, Nurlan")

    shown = ranger.answer("patrol", "show", "NIGHT-1")

    assert (shown["id"], shown["number"]) == (done["patrol_id"], "NIGHT-1")
    assert shown["legs"][0]["leader"] == "Sadyrov, Nurlan"


def test_a_patrol_is_changed_where_the_document_names_something(ranger: CommandLine) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    parts = ranger.write("parts.json", {"number": "N-7", "objective": "Night watch", "armed": True})

    first = ranger.answer("patrol", "edit", patrol, "--from-json", parts)
    second = ranger.answer("patrol", "edit", "N-7", "--from-json", parts)

    shown = ranger.answer("patrol", "show", patrol)
    assert (first["changed"], second["changed"]) == (True, False)
    assert (shown["number"], shown["objective"], shown["armed"], shown["mandate"]) == (
        "N-7", "Night watch", True, "antipoaching",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"colour": "red"}, "document-key-unknown"),
        ({"armed": "perhaps"}, "field-type"),
        ({"legs": [{"id": "0" * 32, "transport": "foot"}]}, "part-unknown"),
        ({"waypoints": [{"position": {"latitude_deg": 0, "longitude_deg": 0}}]}, "position-zero"),
    ],
)
def test_a_patrol_is_not_changed_by_what_does_not_fit(ranger: CommandLine, parts: dict[str, object], code: str) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    before = ranger.answer("patrol", "show", patrol)

    ran = ranger("patrol", "edit", patrol, "--from-json", ranger.write("parts.json", parts), "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[document-refused] ")
    assert f" [{code}] " in ran.err
    assert ran.err.count("\n") == 1
    assert ranger.answer("patrol", "show", patrol) == before


def test_what_a_patrol_shows_can_be_given_back(ranger: CommandLine) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    shown = ranger.answer("patrol", "show", patrol)

    edited = ranger.answer("patrol", "edit", patrol, "--from-json", ranger.write("same.json", shown))

    assert edited["changed"] is False
    assert ranger.answer("patrol", "show", patrol) == shown


def test_a_data_model_is_counted(ranger: CommandLine) -> None:
    model = ROOT / "resources" / "models" / "default_datamodel_8.1.3.xml"

    done = ranger.answer("import", "model", model)

    assert done["categories"] > 10
    assert done["attributes"] > 10
    assert "en" in done["languages"]
    assert done["version"]


def test_photos_are_placed_by_their_own_gps(ranger: CommandLine) -> None:
    kept = ranger.answer("import", "photos", DEMO / "made_up_snare.jpg", DEMO / "made_up_corral.jpg")["attachments"]

    assert [set(one) >= {"id", "sha256", "position_source"} for one in kept] == [True, True]
    assert kept[0]["position_source"] == "photo"
