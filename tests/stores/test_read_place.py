"""What a SMART Connect tells is read by the command line, and is there afterwards without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.command_line import CommandLine
from tests.key_store import MemoryKeyStore
from tests.smart_connect import (
    RANGER,
    Area,
    Entry,
    Fault,
    FaultKind,
    StandIn,
    sample_area,
)
from tests.stores.placing import STRANGER, VIEWER, added, changes, read


@pytest.fixture(autouse=True)
def key_store() -> Iterator[MemoryKeyStore]:
    before, store = keyring.get_keyring(), MemoryKeyStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


@pytest.fixture
def ranger(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    line = CommandLine(tmp_path, capsys, monkeypatch)
    monkeypatch.setenv("RANGER_PLACE_PASSWORD", RANGER.password)
    line.create()
    return line


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(users=[RANGER, VIEWER, STRANGER]) as server:
        yield server
        server.check()


# Reading


def test_what_the_office_has_is_read_and_is_there_without_a_network(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address)

    told = read(ranger).answer

    area = str(server.area.uuid)
    (place,) = told["places"]
    assert (place["version"], place["told_version"], place["area"]) == ("8", "8.1.3", area)
    assert place["areas"] == [{"id": area, "label": "Kichi-Naryn"}]
    assert told["parts"] == dict.fromkeys(("data_model", "patrol_metadata", "incident_metadata"), "new")
    assert told["problems"] == []
    assert (told["employees"], told["incident_types"], told["lists"]["mandate"]) == (3, 1, 3)
    server.stop()
    office = ranger.answer("office", "list")
    assert {"mandate", "transport", "team", "station", "patrol_attribute"} <= set(office["told"])
    assert [one["key"] for one in office["lists"]["mandate"] if one["source"] == "office"] == [
        "antipoaching", "followup", "surveillance",
    ]  # fmt: skip
    models = ranger.answer("model", "list")["models"]
    assert [(one["name"], one["current"]) for one in models] == [("default", False), ("Kichi-Naryn.xml", True)]
    server.start()


def test_what_is_the_same_is_neither_fetched_nor_written_again(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address)
    read(ranger)
    before = changes(ranger)

    told = read(ranger).answer

    assert set(told["parts"].values()) == {"same"}
    assert changes(ranger) == before
    assert len([one for one in server.ledger.requests if one.path.endswith(str(server.area.uuid))]) == 1 + 2 * 2
    model = server.area.model_xml.replace(b"Human Activity", b"Human activity")
    assert model != server.area.model_xml
    server.area.take_model(model, at=server.area.model_changed_at.replace(year=2027))
    assert read(ranger).answer["parts"]["data_model"] == "new"
    assert len(ranger.answer("model", "list")["models"]) == 3


def test_a_model_that_the_station_lost_is_fetched_again(ranger: CommandLine, server: StandIn, tmp_path: Path) -> None:
    added(ranger, server.address)
    read(ranger)
    (file,) = (ranger.home / "places").iterdir()
    entries = json.loads(file.read_text())
    digest = f"data_model_sha256/{server.area.uuid}"
    entries[0]["read"][digest] = "0" * 64  # as after a backup of an earlier day
    file.write_text(json.dumps(entries))

    assert read(ranger).answer["parts"]["data_model"] == "new"


@pytest.mark.parametrize(
    ("version", "told_version", "parts"),
    [
        ("6.3.0", "6", {"data_model": "absent", "patrol_metadata": "absent", "incident_metadata": "absent"}),
        ("7.4.0", "7", {"data_model": "new", "patrol_metadata": "new", "incident_metadata": "absent"}),
        ("7.5.3", "", {"data_model": "new", "patrol_metadata": "new", "incident_metadata": "absent"}),
        ("8.0.0", "", {"data_model": "new", "patrol_metadata": "new", "incident_metadata": "absent"}),
    ],
)
def test_an_older_server_is_asked_only_what_it_knows(
    ranger: CommandLine, version: str, told_version: str, parts: dict[str, str]
) -> None:
    with StandIn(version=version) as server:
        added(ranger, server.address, *(["--smart-version", told_version] if told_version else []))

        first, second = read(ranger).answer, read(ranger).answer

        assert first["parts"] == parts
        assert first["places"][0]["version"] == version[0]
        assert second["parts"] == {part: "same" if state == "new" else state for part, state in parts.items()}
        server.check()


def test_a_server_of_an_unknown_version_takes_files_only(ranger: CommandLine) -> None:
    with StandIn(version="7.4.0") as server:
        added(ranger, server.address)

        ran = read(ranger, code=1)

        assert [one["code"] for one in ran.answer["problems"]] == ["place-version-unknown"]
        assert ran.answer["places"][0]["area"] == str(server.area.uuid)
        server.check()


def test_among_several_areas_a_person_chooses(ranger: CommandLine) -> None:
    areas = [sample_area(), sample_area(label="Sary-Chat", code="SCH")]
    with StandIn(areas=areas) as server:
        added(ranger, server.address)
        ran = read(ranger, code=1)
        assert [one["code"] for one in ran.answer["problems"]] == ["place-area-open"]
        assert [one["label"] for one in ran.answer["places"][0]["areas"]] == ["Kichi-Naryn", "Sary-Chat"]
        assert (ran.answer["places"][0]["area"], ran.answer["parts"]) == (None, {})
        added(ranger, server.address, "--area", areas[1].uuid.hex)
        assert read(ranger).answer["places"][0]["area"] == str(areas[1].uuid)
        server.check()


def test_an_area_that_the_server_does_not_show_is_an_error(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address, "--area", "0c7f2c62-b5a1-4e1c-bf0f-4f0e5d3c2b1a")

    ran = read(ranger, code=3)

    assert ran.out == ""
    assert "[place-area-not-there]" in ran.err
    assert str(server.area.uuid) in ran.err


def test_a_user_who_sees_no_area_is_told(ranger: CommandLine) -> None:
    with StandIn(areas=[]) as server:
        added(ranger, server.address)
        assert [one["code"] for one in read(ranger, code=1).answer["problems"]] == ["place-without-areas"]


def test_an_address_without_a_path_is_tried_with_the_usual_one(ranger: CommandLine) -> None:
    with StandIn() as server:
        added(ranger, server.address.removesuffix("/server"))

        assert read(ranger).answer["places"][0]["url"] == server.address

    with StandIn(context="/smart") as server:
        added(ranger, server.address.removesuffix("/smart"))
        ran = read(ranger, code=3)
        assert "[connect-missing]" in ran.err
        assert ranger.answer("place", "list")["places"][0]["url"] == server.address.removesuffix("/smart")


@pytest.mark.parametrize(
    ("path", "fault", "failed", "code"),
    [
        ("/api/metadata/datamodel/[^/]+$", Fault(kind=FaultKind.HTML, status=200), "data_model", "connect-not-smart"),
        ("/api/metadata/datamodel/[^/]+$", Fault(kind=FaultKind.ERROR, status=404), "data_model", "connect-missing"),
        ("/api/metadata/patrol", Fault(kind=FaultKind.HTML, status=404), "patrol_metadata", "connect-missing"),
        ("/api/metadata/patrol", Fault(kind=FaultKind.HTML, status=200), "patrol_metadata", "connect-not-smart"),
        ("/api/metadata/incident", Fault(kind=FaultKind.ERROR, status=403), "incident_metadata", "connect-refused"),
    ],
)
def test_a_part_that_fails_does_not_lose_the_others(
    ranger: CommandLine, server: StandIn, path: str, fault: Fault, failed: str, code: str
) -> None:
    added(ranger, server.address)
    server.faults.add(fault, path=path)

    ran = read(ranger, code=1)

    assert [part for part, state in ran.answer["parts"].items() if state != "new"] == [failed]
    assert [one["code"] for one in ran.answer["problems"]][1:] == [code]
    assert set(read(ranger).answer["parts"].values()) == {"same", "new"}


def test_odd_content_is_a_problem_of_its_part(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address)
    server.area.model_xml = b"<?xml version='1.0'?><html/>"
    server.area.incident_types = (Entry(id="", names={}), Entry(id="incident", names={"en": "Incident"}))

    ran = read(ranger, code=1)

    assert ran.answer["parts"] == {"data_model": "failed", "patrol_metadata": "new", "incident_metadata": "new"}
    assert ran.answer["problems"][0]["code"] == "place-model-unread"
    assert "metadata-entry" in [one["code"] for one in ran.answer["problems"]]
    assert ran.answer["incident_types"] == 1


def test_after_a_refusal_nothing_more_is_asked(ranger: CommandLine) -> None:
    with StandIn() as server:
        added(ranger, server.address)
        server.faults.add(Fault(kind=FaultKind.ERROR, status=401), path="/api/metadata/datamodel")

        ran = read(ranger, code=1)

        assert set(ran.answer["parts"].values()) == {"failed"}
        assert "connect-not-allowed" in [one["code"] for one in ran.answer["problems"]]
        assert server.ledger.of("GET", "/api/metadata/patrol") == []
        assert len(server.ledger.of("GET", "/api/metadata/datamodel")) == 1


def test_a_broken_connection_is_taken_up_again(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address)
    for path in ("/api/info", "/api/conservationarea", "/api/metadata/datamodel", "/api/metadata/patrol"):
        server.faults.add(Fault(kind=FaultKind.CUT_ANSWER, share=0.5), path=path)

    assert set(read(ranger).answer["parts"].values()) == {"new"}


def test_types_of_incidents_follow_the_office(ranger: CommandLine, server: StandIn) -> None:
    added(ranger, server.address)
    read(ranger)
    types(server.area, wildlife="Wildlife", incident="Event")
    assert read(ranger).answer["incident_types"] == 2
    types(server.area, wildlife="Wildlife")

    told = read(ranger).answer

    assert (told["incident_types"], told["parts"]["incident_metadata"]) == (1, "new")
    assert read(ranger).answer["parts"]["incident_metadata"] == "same"


def types(area: Area, **labels: str) -> None:
    area.incident_types = tuple(Entry(id=key, names={"en": label}) for key, label in labels.items())
