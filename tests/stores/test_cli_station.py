"""Stations and officers on the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.command_line import POACHING, WALK, CommandLine

COUNTED = {
    "patrols",
    "waypoints",
    "observations",
    "incidents",
    "conflicts",
    "cases",
    "exhibits",
    "attachments",
    "changes",
}
CREATE = ("--name", "N", "--area", "KG-NAR", "--officer", "Asanov, Bek", "--role", "ranger")


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path, capsys, monkeypatch)


def test_a_new_station_answers_its_ids(ranger: CommandLine) -> None:
    created = ranger.create()

    assert {len(created["station_id"]), len(created["officer_id"])} == {32}
    assert created["device_id"]
    assert ranger.answer("officer", "list")["officers"] == [
        {
            "id": created["officer_id"], "officer_id": created["officer_id"], "name": "Asanov, Bek", "role": "ranger",
            "employee_id": None,
        }
    ]  # fmt: skip


def test_a_station_is_not_created_unencrypted_unless_told_so(ranger: CommandLine) -> None:
    ran = ranger("station", "create", ranger.station, *CREATE, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[encryption-not-yet] This version keeps stations unencrypted only.")
    assert not ranger.station.exists()


def test_a_folder_with_something_in_it_becomes_no_station(ranger: CommandLine) -> None:
    ranger.create()

    ran = ranger("station", "create", ranger.station, *CREATE, "--unencrypted", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[station-exists] ")


@pytest.mark.parametrize(
    "more", [("--timezone", "Mars/Olympus"), ("--area", "a/b"), ("--area", ""), ("--name", " "), ("--officer", "")]
)
def test_a_station_with_a_wrong_value_is_refused_and_leaves_no_folder(
    ranger: CommandLine, more: tuple[str, str]
) -> None:
    ran = ranger("station", "create", ranger.station, *CREATE, "--unencrypted", "--json", *more)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(("[wrong-value] ", "[area-id-wrong] "))
    assert not ranger.station.exists()


def test_a_station_where_nobody_may_write_is_refused_in_words(ranger: CommandLine) -> None:
    blocker = ranger.write("file", {})

    ran = ranger("station", "create", blocker / "station", *CREATE, "--unencrypted", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(("[system-refused] ", "[station-exists] "))


def test_the_facts_of_a_station_are_counted(ranger: CommandLine) -> None:
    ranger.create()
    ranger.answer("import", "gpx", WALK)
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)

    facts = ranger.answer("station", "info")

    assert facts["counts"].keys() >= COUNTED
    assert (facts["counts"]["patrols"], facts["counts"]["incidents"], facts["counts"]["conflicts"]) == (1, 1, 0)
    assert (facts["waiting"], facts["alarms"], facts["encrypted"], facts["logs"]) == (0, [], False, 1)
    assert len(facts["station_root"]) == 64
    assert isinstance(facts["schema_version"], int)


def test_people_read_a_table_on_standard_output(ranger: CommandLine) -> None:
    ranger.create()

    ran = ranger("station", "info")

    assert ran.code == 0
    assert "patrols" in ran.out
    assert ran.err == ""


def test_a_rebuild_comes_out_the_same(ranger: CommandLine) -> None:
    ranger.create()
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)
    before = ranger.answer("station", "info")

    rebuilt = ranger.answer("station", "rebuild")

    assert rebuilt == {"changes": before["counts"]["changes"], "identical": True}
    assert ranger.answer("station", "info")["counts"] == before["counts"]


def test_people_read_no_words_of_the_programs_language(ranger: CommandLine) -> None:
    ranger.create()

    told = ranger("station", "info").out

    assert "encrypted       false" in told
    assert not {"False", "None", "True"} & set(told.split())


def test_a_rebuild_without_tables_has_nothing_to_compare_with(ranger: CommandLine) -> None:
    ranger.create()
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)
    before = ranger.answer("incident", "list")
    (ranger.station / "derived.db").unlink()

    ran = ranger("station", "rebuild", "--json")

    assert (ran.code, ran.answer["identical"]) == (0, None)
    assert ran.err.startswith("[derived-missing] ")
    assert ranger.answer("incident", "list") == before


def test_a_sound_station_passes_its_check(ranger: CommandLine) -> None:
    ranger.create()
    ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)

    ran = ranger("station", "check", "--json")

    assert (ran.code, ran.answer["bad"]) == (0, [])
    assert ran.answer["blobs"] >= 2


def test_a_check_names_a_photo_that_was_changed(ranger: CommandLine) -> None:
    ranger.create()
    picture = ranger.folder / "large.png"
    _draw_noise(picture)
    sha256 = ranger.answer("import", "photos", picture)["attachments"][0]["sha256"]
    blob = ranger.station / "blobs" / sha256[:2] / sha256
    blob.write_bytes(blob.read_bytes()[:-1])

    ran = ranger("station", "check", "--json")

    assert ran.code == 4
    assert sha256 in ran.answer["bad"][0]
    assert "[station-damaged] " in ran.err


@pytest.mark.parametrize("content", [b"", b"not what it was" * 1000], ids=["emptied", "overwritten"])
@pytest.mark.parametrize("name", ["journal.db", "keys.json"])
def test_a_station_that_does_not_open_is_damage_to_who_checks_or_verifies_it(
    ranger: CommandLine, name: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranger.create()
    (ranger.station / name).write_bytes(content)

    checked = ranger("station", "check", "--json")
    verified = ranger("verify", ranger.station, "--json")
    monkeypatch.delenv("RANGER_STATION")
    from_afar = ranger("verify", ranger.station, "--json")

    assert (checked.code, verified.code, from_afar.code) == (4, 4, 4)
    assert checked.answer["bad"][0].startswith(f"{name}: ")
    assert "[station-damaged] " in checked.err
    assert verified.answer == from_afar.answer
    facts = verified.answer["facts"]
    assert (verified.answer["verdict"], facts["intact"], facts["in_journal"]) == ("damaged", False, None)
    assert facts["first_bad"] == checked.answer["bad"][0]


@pytest.mark.parametrize(
    ("part", "told"),
    [("seed", "the key of this device"), ("logs", "the key of log "), ("pdf_key", "the key that signs dossiers"),
     ("pdf_certificate", "the key that signs dossiers")],
)  # fmt: skip
def test_a_key_that_signs_for_nobody_any_more_is_damage(ranger: CommandLine, part: str, told: str) -> None:
    ranger.create()
    path = ranger.station / "keys.json"
    keys = json.loads(path.read_text(encoding="utf-8"))
    place = keys["logs"] if part == "logs" else keys["device"]
    name = next(iter(keys["logs"])) if part == "logs" else part
    middle = len(place[name]) // 2
    place[name] = place[name][:middle] + ("1" if place[name][middle] != "1" else "2") + place[name][middle + 1 :]
    path.write_text(json.dumps(keys), encoding="utf-8")

    ran = ranger("station", "check", "--json")

    assert ran.code == 4
    assert [line.startswith(f"keys.json: {told}") for line in ran.answer["bad"]] == [True]


def test_a_log_that_has_no_key_any_more_is_damage_and_no_fault_of_ours(ranger: CommandLine) -> None:
    ranger.create()
    path = ranger.station / "keys.json"
    keys = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**keys, "open": {"station": "0" * 32}}), encoding="utf-8")

    checked, asked = ranger("station", "check", "--json"), ranger("station", "info", "--json")

    assert (checked.code, checked.answer["bad"]) == (4, [f"keys.json: no key for the log {'0' * 32}"])
    assert (asked.code, asked.err[:21]) == (3, "[station-unreadable] ")


def test_a_journal_without_its_end_is_damage_too(ranger: CommandLine) -> None:
    ranger.create()
    journal = ranger.station / "journal.db"
    journal.write_bytes(journal.read_bytes()[: journal.stat().st_size // 2])

    assert ranger("station", "check", "--json").code == 4
    assert ranger("verify", ranger.station, "--json").answer["verdict"] == "damaged"
    assert ranger("station", "info", "--json").code == 3


def _draw_noise(path: Path) -> None:
    """A picture too large for the journal itself."""
    from PIL import Image

    Image.frombytes("RGB", (400, 400), os.urandom(400 * 400 * 3)).save(path)


def test_an_officer_is_added_with_the_number_that_smart_knows(ranger: CommandLine) -> None:
    ranger.create()

    added = ranger.answer("officer", "add", "Toktosunov, Azat", "--role", "inspector", "--employee-id", "E-7")

    listed = ranger.answer("officer", "list")["officers"]
    assert [(one["id"], one["employee_id"]) for one in listed if one["role"] == "inspector"] == [
        (added["officer_id"], "E-7")
    ]
