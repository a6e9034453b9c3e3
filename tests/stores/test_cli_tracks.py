"""GPX files, data models and patrols on the command line."""

from __future__ import annotations

import gzip
import os
import sys
import zipfile
from pathlib import Path

import pytest

from ranger_app.cli.imports import TIME_ORDERS
from ranger_app.importers import csv_tracks_mapping
from tests.command_line import DEMO, POACHING, ROOT, WALK, CommandLine

PROBLEM = {"code", "file", "where", "count", "text"}
UNTIMED = """<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="41.2" lon="74.5"/><trkpt lat="41.21" lon="74.51"/></trkseg></trk></gpx>"""


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


def test_what_nobody_stated_is_told_in_the_words_of_its_fields(
    ranger: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANGER_LANGUAGE", "ru")

    ran = ranger("import", "tracks", WALK)

    assert "Никто не указал: транспорт, задание, руководитель, участники; взято предположительно." in ran.err


def test_files_of_one_name_are_told_apart_by_where_they_lie(ranger: CommandLine, tmp_path: Path) -> None:
    for place in ("card/a", "card/b", "c", "d"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "t.gpx").write_text(UNTIMED.replace("41.21", f"41.3{ord(place[-1])}"))
    with zipfile.ZipFile(tmp_path / "card.zip", "w") as archive:
        archive.writestr("in/t.gpx", UNTIMED.replace("41.21", "41.4"))

    ran = ranger(
        "import", "tracks", tmp_path / "card", tmp_path / "card.zip", tmp_path / "c/t.gpx", tmp_path / "d/t.gpx"
    )

    told = [line.partition("] ")[2].partition(":")[0] for line in ran.err.splitlines() if "fix-without-time" in line]
    assert told == [
        "card/a/t.gpx",
        "card/b/t.gpx",
        "card.zip/in/t.gpx",
        str(tmp_path / "c/t.gpx"),
        str(tmp_path / "d/t.gpx"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_pipes_are_refused_by_every_command(ranger: CommandLine, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for command in (
        ("import", "tracks", pipe), ("import", "photos", pipe), ("import", "smart", pipe), ("import", "model", pipe),
        ("plan", "add", "--from-json", pipe), ("export", "gpx", pipe),
    ):  # fmt: skip
        ran = ranger(*command)

        assert ran.code == 3
        assert ran.err.startswith(f"[file-not-regular] {pipe} is no file but a pipe, a socket or a device")


def test_a_refused_file_does_not_stop_the_others(ranger: CommandLine) -> None:
    photo = DEMO / "made_up_snare.jpg"

    ran = ranger("import", "gpx", photo, WALK, POACHING, "--json")

    assert ran.code == 1
    refused = [row for row in ran.answer["problems"] if row["code"] in {"gpx-is-jpeg", "gpx-not-gpx"}]
    assert [row["file"] for row in refused] == ran.answer["refused"] == [str(photo), str(POACHING)]
    assert all(row.keys() == PROBLEM for row in ran.answer["problems"])
    assert refused[0]["text"] == f"{photo} is a photo. Add it to an incident instead."
    assert f"[gpx-is-jpeg] {refused[0]['text']}\n" in ran.err
    assert len(ran.answer["patrols"]) == 1


def test_a_whole_folder_is_taken_and_what_is_known_is_told(ranger: CommandLine) -> None:
    folder = ranger.folder / "stick"
    folder.mkdir()
    (folder / "walk.gpx").write_bytes(WALK.read_bytes())
    (folder / "packed.gpx").write_bytes(gzip.compress(WALK.read_bytes()))
    (folder / "letter.txt").write_bytes(b"Dear ranger,")

    first = ranger("import", "tracks", folder, "--json")
    again = ranger("import", "gpx", folder, "--json")

    assert again.code == 0
    assert (first.answer["ignored"], first.answer["refused"]) == (1, [])
    assert first.answer["points"] == 2 * first.answer["new_points"]
    [known] = first.answer["known"]
    assert (known["file"], known["repeats"], known["whole"]) == (
        str(folder / "walk.gpx"), [str(folder / "packed.gpx")], True,
    )  # fmt: skip
    assert known["patrols"] == first.answer["patrols"]
    assert known["text"] in first.err
    assert (again.answer["new_points"], again.answer["patrols"]) == (0, first.answer["patrols"])
    assert sorted(again.answer["duplicates"]) == [str(folder / "packed.gpx"), str(folder / "walk.gpx")]


def test_what_is_here_in_part_needs_a_look(ranger: CommandLine) -> None:
    points = [
        f'<trkpt lat="41.2{place:02}" lon="74.5"><time>2026-03-04T02:{place:02}:00Z</time></trkpt>'
        for place in range(40)
    ]
    head, tail = '<gpx version="1.1" creator="t"><trk><trkseg>', "</trkseg></trk></gpx>"
    first = ranger.answer("import", "gpx", ranger.write("log.gpx", (head + "".join(points[:25]) + tail).encode()))
    grown = ranger.write("later.gpx", (head + "".join(points) + tail).encode())

    ran = ranger("import", "gpx", grown, "--json")

    assert ran.code == 1
    assert [row["code"] for row in ran.answer["problems"]] == ["fixes-partly-known"]
    assert (ran.answer["points"], ran.answer["new_points"]) == (40, 15)
    assert (ran.answer["patrol_id"], ran.answer["known"][0]["whole"]) == (first["patrol_id"], False)
    again = ranger("import", "gpx", grown, "--json")
    assert (again.code, again.answer["duplicates"], again.answer["new_points"]) == (0, [str(grown)], 0)


def test_a_folder_without_tracks_is_a_refusal(ranger: CommandLine) -> None:
    ran = ranger("import", "gpx", DEMO.parent / "icons", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[no-tracks-found] ")


def test_which_column_is_what_can_be_said(ranger: CommandLine) -> None:
    table = ranger.write("log.csv", b"a;b;c\n4.3.2026 08:00;41,2001;74,5\n4.3.2026 08:01;41,2002;74,5\n")
    told = ("--csv-columns", "time=1,latitude=2,longitude=3", "--csv-times", "dmy", "--csv-zone", "+06:00")

    refused = ranger("import", "tracks", table, "--json")
    wrong = ranger("import", "tracks", table, "--csv-columns", "height=1", "--json")
    done = ranger.answer("import", "tracks", table, *told)

    assert (refused.code, refused.err.split()[0]) == (3, "[csv-mapping-needed]")
    assert wrong.code == 2
    assert done["new_points"] == 2
    assert ranger.answer("patrol", "show", done["patrol_id"])["legs"][0]["days"][0]["start"] == "08:00:00"


def test_of_a_table_with_headings_only_the_times_may_be_said(ranger: CommandLine) -> None:
    table = ranger.write("log.csv", b"time,lat,lon\n04/03/2026 08:00,41.2001,74.5\n04/03/2026 08:01,41.2002,74.5\n")
    nothing = ranger.write("none.csv", b"a;b;c\n1;41,2001;74,5\n2;41,2002;74,5\n")

    refused = ranger("import", "tracks", table, "--json")
    wrong = [ranger("import", "tracks", *one, "--json")
             for one in ((table, "--csv-times", "soon"), (nothing, "--csv-zone", "+06:00"))]  # fmt: skip
    done = ranger("import", "tracks", table, "--csv-times", "dmy", "--csv-zone", "Asia/Bishkek", "--json")

    assert (refused.code, refused.err.split()[0]) == (3, "[csv-mapping-needed]")
    assert [(one.code, one.out) for one in wrong] == [(2, ""), (2, "")]
    assert "--csv-columns" in wrong[1].err
    assert (done.code, done.answer["points"]) == (0, 2)
    (day,) = ranger.answer("patrol", "show", done.answer["patrol_id"])["legs"][0]["days"]
    assert (day["date"], day["start"]) == ("2026-03-04", "08:00:00")


def test_orders_of_times_on_the_command_line_are_those_of_the_reader() -> None:
    assert TIME_ORDERS == csv_tracks_mapping.TIME_ORDERS


def test_all_files_refused_is_a_refusal(ranger: CommandLine) -> None:
    ran = ranger("import", "gpx", POACHING, ROOT / "README.md", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[gpx-not-gpx] ")


@pytest.mark.parametrize("command", [("import", "gpx"), ("import", "smart"), ("import", "photos")])
def test_each_of_several_files_that_are_all_refused_is_named(ranger: CommandLine, command: tuple[str, str]) -> None:
    empty = ranger.folder / "empty.xml"
    empty.write_bytes(b"")

    ran = ranger(*command, POACHING, ranger.folder / "gone.xml", empty, "--json")

    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    for file in (POACHING, ranger.folder / "gone.xml", empty):
        assert ran.err.count(file.name) == 1


def test_a_waypoint_that_stands_twice_in_one_file_is_said_to(ranger: CommandLine) -> None:
    waypoint = '<wpt lat="41.2" lon="74.5"><time>2026-03-04T02:16:00Z</time><name>Camp</name></wpt>'
    path = ranger.folder / "walk.gpx"
    path.write_text(f"<gpx>{waypoint * 3}</gpx>", encoding="utf-8")

    ran = ranger("import", "gpx", path, "--json")

    assert (ran.code, ran.answer["waypoints"], ran.answer["new_waypoints"]) == (1, 3, 1)
    (problem,) = ran.answer["problems"]
    assert (problem["code"], problem["count"]) == ("waypoints-repeated", 2)
    assert problem["text"] == "walk.gpx: Waypoints that stand in it once more were taken once: 2."


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


TABLE = b"a;b;c\n4.3.2026 08:00;41,2001;74,5\n4.3.2026 08:01;41,2002;74,5\n"


def test_dates_that_a_mapping_does_not_read_are_asked_for(ranger: CommandLine) -> None:
    table = ranger.write("log.csv", TABLE.replace(b"4.3.", b"4/3/").replace(b".2026", b"/2026"))

    ran = ranger("import", "tracks", table, "--csv-columns", "time=1,latitude=2,longitude=3", "--json")

    assert (ran.code, ran.err.split()[0]) == (3, "[csv-mapping-needed]")


def test_a_table_that_is_here_read_otherwise_says_so(ranger: CommandLine) -> None:
    table = ranger.write("log.csv", TABLE)
    ranger.answer("import", "tracks", table, "--csv-columns", "latitude=2,longitude=3")
    told = ("--csv-columns", "time=1,latitude=2,longitude=3", "--csv-times", "dmy", "--csv-zone", "+06:00")

    done = ranger.answer("import", "tracks", table, *told)

    assert done["duplicates"] == [str(table)]
    assert [(one["code"], one["count"]) for one in done["problems"]] == [("csv-read-otherwise", 2)]


def test_a_day_that_is_given_anew_is_told_with_the_one_before(ranger: CommandLine) -> None:
    table = ranger.write("log.csv", b"latitude;longitude\n41.2001;74.5\n41.2002;74.5\n")
    ranger.answer("import", "tracks", table, "--date", "2026-03-04")

    ran = ranger("import", "tracks", table, "--date", "2026-03-05")
    same = ranger.answer("import", "tracks", table, "--date", "2026-03-05")

    assert ran.code == 1
    assert "log.csv has the day 2026-03-05 now" in ran.out
    assert "log.csv: What has no times in this file had the day 2026-03-04; it has the day 2026-03-05 now" in ran.err
    assert ranger.answer("import", "tracks", table, "--date", "2026-03-06")["problems"][0]["file"] == str(table)
    assert ranger.answer("import", "tracks", table, "--date", "2026-03-05")["dated"] == ["log.csv"]
    assert (same["dated"], same["problems"]) == ([], [])


@pytest.mark.parametrize("day", ["1979-12-31", "0026-03-04", "2126-03-04"])
def test_a_day_on_which_nobody_carried_a_receiver_is_refused(ranger: CommandLine, day: str) -> None:
    table = ranger.write("log.csv", b"latitude;longitude\n41.2001;74.5\n41.2002;74.5\n")

    ran = ranger("import", "tracks", table, "--date", day, "--json")

    assert (ran.code, ran.err.split()[0]) == (3, "[day-refused]")
