"""What leaves by the command line: SMART files after their preflight, GPX and GeoJSON; cases."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import gpxpy
import lxml.etree
import pytest

from exporters.smart_schema import schema_errors
from tests.command_line import CONFLICT, POACHING, WALK, CommandLine

WITHOUT_PLACE = {"occurred_at": "2026-03-09T10:00:00+06:00"}
STRANGE = {
    **WITHOUT_PLACE,
    "position": {"latitude_deg": 41.2, "longitude_deg": 74.5},
    "observations": [{"category": "unheard.of.", "attributes": {}}],
}
SNARES = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}}


def add(ranger: CommandLine, document: object, kind: str = "other") -> str:
    file = ranger.write("record.json", document)
    return str(ranger.answer("incident", "add", "--kind", kind, "--from-json", file)["incident_id"])


def add_samples(ranger: CommandLine) -> tuple[str, str, str]:
    """A patrol, a poaching incident and a conflict."""
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    poaching = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    conflict = ranger.answer("incident", "add", "--kind", "conflict", "--from-json", CONFLICT)["incident_id"]
    return patrol, poaching, conflict


def test_clean_records_become_one_valid_smart_file_each(ranger: CommandLine) -> None:
    add_samples(ranger)

    ran = ranger("export", "smart", ranger.folder / "out", "--json")

    assert ran.code == 0
    told = ran.answer["preflight"]
    assert (told["fatal"], told["lossy"], told["clean"]) == ([], [], 3)
    assert {one["code"] for one in told["notes"]} == {"smart-assumed"}
    files = [Path(name) for name in ran.answer["files"]]
    assert len(files) == 3
    assert all(file.is_absolute() and file.is_file() for file in files)
    for file in files:
        if file.suffix == ".xml":
            assert schema_errors(file.read_bytes()) == ()
        else:
            with zipfile.ZipFile(file) as package:
                name = next(name for name in package.namelist() if name.endswith(".xml"))
                assert schema_errors(package.read(name)) == ()


def test_exactly_one_record_becomes_exactly_one_zip(ranger: CommandLine) -> None:
    _, poaching, _ = add_samples(ranger)
    out = ranger.folder / "one.zip"

    ran = ranger("export", "smart", out, "--incident", poaching, "--json")

    assert (ran.code, ran.answer["files"]) == (0, [str(out)])
    assert zipfile.is_zipfile(out)


@pytest.mark.parametrize("is_named", [True, False], ids=["the patrol by name", "everything"])
def test_an_incident_made_on_a_patrol_travels_as_its_waypoint(ranger: CommandLine, is_named: bool) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    before = len(ranger.answer("patrol", "show", patrol)["waypoints"])
    made = {"position": {"latitude_deg": 41.2, "longitude_deg": 74.5}, "patrol_id": patrol, "observations": [SNARES]}
    add(ranger, {**made, "occurred_at": "2026-03-04T11:11:11+06:00"})
    on_another_day = add(ranger, {**made, "occurred_at": "2026-04-04T11:11:11+06:00"})

    asked = ("--patrol", patrol) if is_named else ()
    ran = ranger("export", "smart", ranger.folder / "out", *asked, "--json")

    assert ran.code == 0
    files = [Path(name) for name in ran.answer["files"]]
    assert [file.name.split("_")[0] for file in files] == ["patrol"] + ["incident"] * (not is_named)
    root = lxml.etree.parse(files[0]).getroot()
    assert len(root.findall(".//{*}waypoints")) == before + 1
    assert len(root.findall(".//{*}observations")) == 1
    both = ranger.answer("export", "smart", ranger.folder / "both", *asked, "--incident", on_another_day)
    assert len(both["files"]) == (2 if is_named else 1)


def test_a_record_named_twice_leaves_once(ranger: CommandLine) -> None:
    patrol, poaching, _ = add_samples(ranger)
    number = ranger.answer("patrol", "show", patrol)["number"]

    asked = ("--patrol", patrol, "--patrol", number, "--incident", poaching, "--incident", poaching)
    ran = ranger("export", "smart", ranger.folder / "out", *asked, "--json")

    assert (ran.code, ran.answer["preflight"]["clean"], len(ran.answer["files"])) == (0, 2, 2)


def test_one_zip_for_several_records_is_refused(ranger: CommandLine) -> None:
    add_samples(ranger)

    ran = ranger("export", "smart", ranger.folder / "all.zip", "--json")

    assert ran.code == 3
    assert ran.err.startswith("[one-file-one-record] ")
    assert not (ranger.folder / "all.zip").exists()


def test_what_smart_would_drop_is_written_only_when_forced(ranger: CommandLine) -> None:
    record = add(ranger, STRANGE)
    out = ranger.folder / "out"

    refused = ranger("export", "smart", out, "--incident", record, "--json")
    forced = ranger("export", "smart", out, "--incident", record, "--force", "--json")

    assert (refused.code, refused.answer["files"]) == (3, [])
    assert [row["code"] for row in refused.answer["preflight"]["lossy"]] == ["smart-category-unknown"]
    assert refused.err.startswith("[smart-lossy] ")
    assert forced.code == 1
    assert len(forced.answer["files"]) == 1
    assert forced.answer["preflight"]["lossy"] == refused.answer["preflight"]["lossy"]
    assert "unheard.of." in Path(forced.answer["files"][0]).read_text(encoding="utf-8")


def test_a_file_that_has_a_track_twice_is_no_leg_that_two_laptops_split(ranger: CommandLine) -> None:
    source = Path(__file__).parents[1] / "data" / "tracks" / "togeojson" / "north_core.gpx"
    ranger.answer("import", "gpx", source, "--date", "2026-05-01")

    lossy = ranger("export", "smart", ranger.folder / "out", "--force", "--json").answer["preflight"]["lossy"]

    assert "smart-track-twice" not in {row["code"] for row in lossy}


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_what_smart_cannot_take_is_never_written(ranger: CommandLine, force: tuple[str, ...]) -> None:
    record = add(ranger, WITHOUT_PLACE)
    out = ranger.folder / "out"

    ran = ranger("export", "smart", out, "--incident", record, "--json", *force)

    assert (ran.code, ran.answer["files"], ran.answer["preflight"]["clean"]) == (3, [], 0)
    fatal = ran.answer["preflight"]["fatal"]
    assert [row["code"] for row in fatal] == ["smart-incident-without-position"]
    assert fatal[0]["record"] == record
    assert fatal[0]["text"]
    assert ran.err.startswith("[smart-fatal] ")
    assert ran.err.count("\n") == 1
    assert not out.exists()
    shown = ranger("export", "smart", out, "--incident", record, *force)
    number = ranger.answer("incident", "show", record)["number"]
    assert shown.out.startswith(f"[smart-incident-without-position] {number}: ")
    assert shown.err == ran.err


@pytest.mark.parametrize(("version", "patrol", "incident"), [("6", "1.2", "2.0"), ("7", "1.3", "2.2")])
def test_an_older_smart_gets_its_own_versions(ranger: CommandLine, version: str, patrol: str, incident: str) -> None:
    add_samples(ranger)

    ran = ranger("export", "smart", ranger.folder / "out", "--version", version, "--force", "--json")

    texts = [Path(file).read_text("utf-8") for file in json.loads(ran.out)["files"] if file.endswith(".xml")]
    assert texts
    assert all(f"xml/{patrol}/patrol" in text or f"xml/{incident}/independentincident" in text for text in texts)
    # Before 7, an incident's id is a whole number: ours is named.
    codes = {row["code"] for row in json.loads(ran.out)["preflight"]["lossy"]}
    assert ("smart-version-id" in codes) is (version == "6")


def test_gpx_holds_every_fix(ranger: CommandLine) -> None:
    points = ranger.answer("import", "gpx", WALK)["points"]
    out = ranger.folder / "out.gpx"

    assert ranger.answer("export", "gpx", out) == {"files": [str(out)]}

    with out.open(encoding="utf-8") as stream:
        assert gpxpy.parse(stream).get_track_points_no() == points


def test_geojson_holds_what_was_asked_for(ranger: CommandLine) -> None:
    _, poaching, _ = add_samples(ranger)
    out = ranger.folder / "out.geojson"

    ranger.answer("export", "geojson", out, "--incident", poaching)

    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert {feature["geometry"]["type"] for feature in features} == {"Point"}


def test_only_the_days_asked_for_leave(ranger: CommandLine) -> None:
    add_samples(ranger)

    ran = ranger("export", "gpx", ranger.folder / "out.gpx", "--from", "2020-01-01", "--to", "2020-01-02", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[nothing-to-export] ")


def test_a_case_names_its_incidents_and_what_they_lack(ranger: CommandLine) -> None:
    _, poaching, _ = add_samples(ranger)
    lacking = add(ranger, {}, "poaching")
    complete = ranger.answer("case", "create", "--title", "Snares", "--incident", poaching)["case_id"]
    incomplete = ranger.answer("case", "create", "--title", "More", "--incident", poaching, "--incident", lacking)

    shown = ranger.answer("case", "show", complete)
    other = ranger.answer("case", "show", incomplete["number"])

    assert (shown["title"], shown["complete"], shown["findings"]) == ("Snares", True, [])
    assert [one["id"] for one in shown["incidents"]] == [poaching]
    assert other["complete"] is False
    assert [row.keys() for row in other["findings"]] == [{"code", "where", "severity", "text"}]
    assert shown["dossiers"] == []
    assert [ranger("case", "show", one).code for one in (complete, incomplete["number"])] == [0, 1]


def test_a_case_without_an_incident_says_that_it_lacks_one(ranger: CommandLine) -> None:
    case = ranger.answer("case", "create", "--title", "Empty")

    ran = ranger("case", "show", case["case_id"], "--json")

    assert (ran.code, ran.answer["complete"]) == (1, False)
    assert [(one["code"], one["where"]) for one in ran.answer["findings"]] == [("case-empty", case["number"])]
    assert "[case-empty] " in ran.err
