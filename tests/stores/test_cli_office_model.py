"""A station follows an office's own data model: what is recorded by it, what it asks for, and how it travels."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import DEMO, ROOT, CommandLine
from tests.service_desk import photo_bytes
from tests.spanish_model import EVERYTHING, spanish_model

CATEGORY = "caza.trampas."
MakeStation = Callable[[str], CommandLine]


@pytest.fixture
def stations(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> MakeStation:
    def made(name: str) -> CommandLine:
        folder = tmp_path / name
        folder.mkdir()
        line = CommandLine(folder, capsys, monkeypatch)
        line.create()
        return line

    return made


def with_model(line: CommandLine) -> CommandLine:
    told = line.answer("import", "model", line.write("modelo.xml", spanish_model().encode()))
    assert (told["languages"], told["attributes"], told["problems"]) == (["es_MX", "en"], 10, [])
    return line


def document(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "kind": "poaching", "occurred_at": "2026-03-04T09:15:42+06:00", "summary": "Lazos junto al río",
        "position": {"latitude_deg": 41.201111, "longitude_deg": 74.501234, "source": "gps"},
        "observations": [{"category": CATEGORY, "attributes": attributes}], "fields": {}, **more,
    }  # fmt: skip


def added(line: CommandLine, told: dict[str, Any]) -> dict[str, Any]:
    return line.answer("incident", "add", "--kind", "poaching", "--from-json", line.write("record.json", told))


def told_codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["where"].rpartition(".")[2]) for one in answer["problems"]]


def test_what_the_data_model_asks_for_otherwise_is_told_and_stored_all_the_same(stations: MakeStation) -> None:
    line = with_model(stations("one"))
    wrong = {"placa": "abc", "activo": True}

    answer = added(line, document(wrong))

    assert told_codes(answer) == [("attribute-required", "cantidad"), ("attribute-pattern", "placa")]
    assert "[A-Z]{3}-[0-9]{3}" in answer["problems"][1]["text"]
    shown = line.answer("incident", "show", answer["incident_id"])
    assert shown["observations"][0]["attributes"] == wrong
    for number, code in ((0.5, "field-below-minimum"), ("51", "field-above-maximum")):
        seen = [{"category": CATEGORY, "attributes": {"cantidad": number}}]
        change = line.write("change.json", {"observations": seen})
        ran = line("incident", "edit", answer["incident_id"], "--from-json", change, "--json")
        assert (ran.code, told_codes(ran.answer)) == (1, [(code, "cantidad")])
    assert told_codes(added(line, document(EVERYTHING))) == []
    place = line.write("place.json", {"place": "Río"})
    assert line("incident", "edit", answer["incident_id"], "--from-json", place).code == 0


def test_signs_that_cannot_be_shown_are_named_when_they_are_left_out(stations: MakeStation) -> None:
    line = stations("one")

    answer = added(line, {"summary": "two\x07snares\r\nby the \x1bstream", "place": "\x00", "photos": []})

    assert [(one["code"], one["where"]) for one in answer["problems"]] == [
        ("text-signs-left-out", "summary"), ("text-signs-left-out", "place"),
    ]  # fmt: skip
    assert line.answer("incident", "show", answer["incident_id"])["summary"] == "twosnares\nby the stream"


def recorded(line: CommandLine) -> str:
    (line.folder / "a.jpg").write_bytes((DEMO / "made_up_snare.jpg").read_bytes())
    (line.folder / "b.jpg").write_bytes(photo_bytes(size=(65, 48)))
    return str(added(line, document(EVERYTHING, photos=["a.jpg", "b.jpg"]))["incident_id"])


def said(line: CommandLine, incident: str) -> dict[str, Any]:
    """What both stations have to say alike of an incident."""
    shown = line.answer("incident", "show", incident)
    names = "number", "occurred_at", "summary"
    place = {name: shown["position"][name] for name in ("latitude_deg", "longitude_deg")}
    observations = [(one["category"], one["attributes"]) for one in shown["observations"]]
    photos = sorted(one["sha256"] for one in shown["attachments"])
    return {**{name: shown[name] for name in names}, "at": place, "seen": observations, "photos": photos}


def sent(line: CommandLine, name: str, *more: str, code: int = 0) -> tuple[Path, dict[str, Any]]:
    ran = line("export", "smart", line.folder / name, *more, "--json")
    assert ran.code == code, ran.err
    return line.folder / name, ran.answer["preflight"]


def test_a_record_of_every_type_is_equal_in_another_station_of_the_same_model(stations: MakeStation) -> None:
    here = with_model(stations("here"))
    incident = recorded(here)
    file, preflight = sent(here, "out.zip")
    before = said(here, incident)

    there = with_model(stations("there"))
    done = there("import", "smart", shutil.copy(file, there.folder / "in.zip"), "--json")

    assert (preflight["lossy"], done.code, done.answer["problems"]) == ([], 0, [])
    assert said(there, done.answer["incidents"][0]) == before


def test_a_station_without_the_model_loses_nothing_and_is_told_what_its_office_would(stations: MakeStation) -> None:
    here = with_model(stations("here"))
    incident = recorded(here)
    file, _ = sent(here, "out.zip")
    before = said(here, incident)

    there = stations("there")
    done = there.answer("import", "smart", shutil.copy(file, there.folder / "in.zip"))
    _, refused = sent(there, "no.zip", code=3)
    back, _ = sent(there, "back.zip", "--force", code=1)

    assert said(there, done["incidents"][0]) == before
    assert [one["code"] for one in refused["lossy"]] == ["smart-category-unknown"]
    third = with_model(stations("third"))
    again = third.answer("import", "smart", shutil.copy(back, third.folder / "in.zip"))
    assert said(third, again["incidents"][0]) == before


def test_a_patrols_waypoints_are_held_against_the_model_when_they_are_corrected(stations: MakeStation) -> None:
    line = with_model(stations("one"))
    sample = ROOT / "tests" / "data" / "smart" / "samples" / "patrol_1.4.xml"
    (patrol,) = line.answer("import", "smart", sample)["patrols"]
    shown = line.answer("patrol", "show", patrol)
    assert not line.answer("patrol", "edit", patrol, "--from-json", line.write("same.json", shown))["changed"]
    waypoint = shown["waypoints"][0]
    seen = [{"category": CATEGORY, "attributes": {"placa": "x"}}]
    change = {"comment": "a\x07b", "waypoints": [{"id": waypoint["id"], "observations": seen}]}

    ran = line("patrol", "edit", patrol, "--from-json", line.write("change.json", change), "--json")

    assert (ran.code, ran.answer["changed"]) == (1, True)
    assert told_codes(ran.answer) == [
        ("text-signs-left-out", "comment"), ("attribute-required", "cantidad"), ("attribute-pattern", "placa"),
    ]  # fmt: skip
    shown = line.answer("patrol", "show", patrol)
    assert (shown["comment"], shown["waypoints"][0]["observations"][0]["category"]) == ("ab", CATEGORY)
