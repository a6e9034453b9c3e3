"""Waypoints, incidents and planned routes go onto a receiver: ``export gpx --for-device``."""

from __future__ import annotations

from pathlib import Path

import gpxpy

from tests.command_line import POACHING, WALK, CommandLine

PLAN = {
    "name": "Обход хребта",
    "route": [
        {"latitude_deg": 41.2, "longitude_deg": 74.5, "name": "Лагерь"},
        {"latitude_deg": 41.25, "longitude_deg": 74.55},
        {"latitude_deg": 41.3, "longitude_deg": 74.6, "name": "Перевал"},
    ],
}


def planned(ranger: CommandLine) -> str:
    return str(ranger.answer("plan", "add", "--from-json", ranger.write("plan.json", PLAN))["plan_id"])


def receiver(ranger: CommandLine, *folders: str) -> Path:
    root = ranger.folder / "GARMIN"
    (root.joinpath(*folders)).mkdir(parents=True)
    return root


def test_a_planned_route_is_put_where_a_receiver_looks_for_it(ranger: CommandLine) -> None:
    root = receiver(ranger, "garmin", "gpx")

    told = ranger.answer("export", "gpx", root, "--for-device", "--plan", planned(ranger))

    assert told["files"] == [str(root / "garmin" / "gpx" / "ranger-app.gpx")]
    assert (told["waypoints"], told["routes"], told["split"]) == (0, 1, [])
    found = gpxpy.parse(Path(told["files"][0]).read_text(encoding="utf-8"))
    assert [(one.name, len(one.points)) for one in found.routes] == [("Обход хребта", 3)]
    assert [one.name for one in found.routes[0].points] == ["Лагерь", "P002", "Перевал"]


def test_waypoints_and_incidents_are_put_onto_it_with_names_it_shows(ranger: CommandLine) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    incident = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    out = ranger.folder / "places.gpx"

    told = ranger.answer(
        "export", "gpx", out, "--for-device", "--patrol", patrol, "--incident", incident, "--ascii",
        "--name-length", "10",
    )  # fmt: skip

    found = gpxpy.parse(out.read_text(encoding="utf-8"))
    names = [str(one.name) for one in found.waypoints]
    assert told["waypoints"] == len(names) > 1
    assert len(set(names)) == len(names)
    assert all(len(one) <= 10 and one.isascii() for one in names)
    assert found.tracks == []


def test_what_lies_on_the_receiver_stays(ranger: CommandLine) -> None:
    root, plan = receiver(ranger, "Garmin"), planned(ranger)

    first = ranger.answer("export", "gpx", root, "--for-device", "--plan", plan)["files"][0]
    second = ranger.answer("export", "gpx", root, "--for-device", "--plan", plan)["files"][0]

    assert [Path(first).name, Path(second).name] == ["ranger-app.gpx", "ranger-app-2.gpx"]
    assert Path(first).read_bytes() == Path(second).read_bytes()
    assert sorted(one.name for one in (root / "Garmin" / "GPX").iterdir()) == ["ranger-app-2.gpx", "ranger-app.gpx"]


def test_a_folder_that_is_no_receiver_is_refused_by_name(ranger: CommandLine) -> None:
    ran = ranger("export", "gpx", ranger.folder, "--for-device", "--plan", planned(ranger))

    assert ran.code == 3
    assert ran.err.startswith("[no-device]")
    assert str(ranger.folder) in ran.err


def test_nothing_chosen_is_nothing_written(ranger: CommandLine) -> None:
    out = ranger.folder / "places.gpx"

    ran = ranger("export", "gpx", out, "--for-device")

    assert ran.code == 3
    assert ran.err == (
        "[nothing-named] Name the patrols, incidents or plans that shall go onto the receiver. "
        "Add --patrol ID, --incident ID or --plan ID.\n"
    )
    assert not out.exists()


def test_a_plan_without_a_route_is_no_file_for_a_receiver(ranger: CommandLine) -> None:
    file = ranger.folder / "bare.json"
    file.write_text('{"name": "North"}')
    number = ranger.answer("plan", "add", "--from-json", file)["number"]

    ran = ranger("export", "gpx", ranger.folder / "places.gpx", "--for-device", "--plan", number)

    assert ran.code == 3
    assert ran.err.startswith("[nothing-for-device]")


def test_no_folder_is_made_where_a_receiver_is_not_plugged_in(ranger: CommandLine) -> None:
    gone = ranger.folder / "GARMIN"

    ran = ranger("export", "gpx", gone / "places.gpx", "--for-device", "--plan", planned(ranger))

    assert ran.code == 3
    assert ran.err.startswith("[file-not-written]")
    assert not gone.exists()


def test_what_is_for_receivers_alone_is_wrong_usage_without_one(ranger: CommandLine) -> None:
    out = ranger.folder / "places.gpx"

    assert ranger("export", "gpx", out, "--ascii").code == 2
    assert ranger("export", "gpx", out, "--for-device", "--from", "2026-03-01").code == 2
    assert ranger("export", "gpx", out, "--for-device", "--name-length", "2").code == 2
