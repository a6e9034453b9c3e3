"""What this program wrote comes in again, also through a receiver and after a clock was corrected: nothing is new."""

from __future__ import annotations

from typing import Any

import pytest

from tests.command_line import POACHING, CommandLine
from tests.service_desk import MORNING, walk, write_gpx


def come_in(ranger: CommandLine) -> str:
    marks = [(41.2, 74.5, MORNING, "Капкан у ручья"), (41.2005, 74.5, None, "002"), (41.3, 74.6, None, "far")]
    path = write_gpx(ranger.folder / "device.gpx", walk(MORNING, 60), waypoints=marks)
    return str(ranger.answer("import", "tracks", path)["patrol_id"])


def new_of(told: Any) -> tuple[int, int]:
    return told["new_points"], told["new_waypoints"]


def test_our_own_gpx_brings_nothing_new(ranger: CommandLine) -> None:
    patrol = come_in(ranger)
    incident = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    out = ranger.folder / "o1.gpx"
    ranger.answer("export", "gpx", out, "--patrol", patrol, "--incident", incident)

    told = ranger.answer("import", "tracks", out)

    assert new_of(told) == (0, 0)
    assert told["patrols"] == [patrol]


@pytest.mark.parametrize("more", [[], ["--ascii", "--name-length", "10"]])
def test_what_we_put_onto_a_receiver_brings_nothing_new(ranger: CommandLine, more: list[str]) -> None:
    patrol = come_in(ranger)
    out = ranger.folder / "places.gpx"
    ranger.answer("export", "gpx", out, "--for-device", "--patrol", patrol, *more)

    assert new_of(ranger.answer("import", "tracks", out)) == (0, 0)


def test_a_receiver_that_wrote_them_anew_brings_nothing_new(ranger: CommandLine) -> None:
    patrol = come_in(ranger)
    out = ranger.folder / "places.gpx"
    ranger.answer("export", "gpx", out, "--for-device", "--patrol", patrol, "--name-length", "10")
    out.write_text(out.read_text(encoding="utf-8").replace('creator="ranger-app"', 'creator="eTrex 32x"'))

    assert new_of(ranger.answer("import", "tracks", out)) == (0, 0)


def test_a_clock_that_was_corrected_since_hides_nothing(ranger: CommandLine) -> None:
    patrol = come_in(ranger)
    [track] = [one["id"] for leg in ranger.answer("patrol", "show", patrol)["legs"] for one in leg["tracks"]]
    ranger.answer("clock", "correct", "--track", track, "--shift", "120", "--reason", "clock fast")
    out = ranger.folder / "corrected.gpx"
    ranger.answer("export", "gpx", out, "--patrol", patrol)
    device = ranger.folder / "device.gpx"
    device.write_text(device.read_text(encoding="utf-8").replace('creator="test"', 'creator="other"'))

    assert new_of(ranger.answer("import", "tracks", out)) == (0, 0)
    assert new_of(ranger.answer("import", "tracks", device)) == (0, 0)


def test_a_patrol_that_is_brought_back_beside_its_second_import_says_so(ranger: CommandLine) -> None:
    patrol = come_in(ranger)
    quiet = ranger.answer("retract", "patrol", patrol, "--reason", "wrong")
    back = ranger.answer("retract", "patrol", patrol, "--reason", "right", "--restore")
    ranger.answer("retract", "patrol", patrol, "--reason", "wrong")
    again = ranger.answer("import", "tracks", ranger.folder / "device.gpx")["patrol_id"]

    ran = ranger("retract", "patrol", patrol, "--reason", "right", "--restore", "--json")

    number = ranger.answer("patrol", "show", again)["number"]
    assert (quiet["problems"], back["problems"], ran.code) == ([], [], 1)
    assert [(one["code"], one["count"]) for one in ran.answer["problems"]] == [("restored-twice", 60)]
    assert number in ran.answer["problems"][0]["text"]
