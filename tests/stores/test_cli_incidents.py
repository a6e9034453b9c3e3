"""Incidents, their history, and taking back, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CONFLICT, DEMO, POACHING, WALK, CommandLine

SAID = {
    "kind", "occurred_at", "occurred_until", "position", "place", "reported_by", "patrol_id", "summary", "observations",
    "fields",
}  # fmt: skip


def add(ranger: CommandLine, document: object, kind: str = "poaching") -> dict[str, Any]:
    return ranger.answer("incident", "add", "--kind", kind, "--from-json", ranger.write("record.json", document))


@pytest.mark.parametrize(("kind", "file"), [("poaching", POACHING), ("conflict", CONFLICT)])
def test_an_incident_is_shown_as_it_was_written_down(ranger: CommandLine, kind: str, file: Path) -> None:
    recorded = ranger.answer("incident", "add", "--kind", kind, "--from-json", file)

    shown = ranger.answer("incident", "show", recorded["incident_id"])

    told = json.loads(file.read_text(encoding="utf-8"))
    for part in (*shown["observations"], *shown.get("animals", ())):
        del part["id"]
    for document in (told, shown):
        document["fields"] = {
            name: sorted(value) if isinstance(value, list) else value for name, value in document["fields"].items()
        }
    assert {name: shown[name] for name in SAID} == {name: told[name] for name in SAID}
    assert shown.get("animals") == told.get("animals")
    assert [one["name"] for one in shown["attachments"]] == told["photos"]
    assert (recorded["missing"], shown["missing"]) == ([], [])
    assert ranger.answer("incident", "show", shown["number"])["id"] == recorded["incident_id"]


def test_what_is_missing_never_stops_a_ranger_from_saving(ranger: CommandLine) -> None:
    recorded = add(ranger, {})

    assert "occurred_at" in recorded["missing"]
    assert ranger.answer("incident", "show", recorded["incident_id"])["missing"] == recorded["missing"]


def test_the_list_tells_of_all_kinds_the_newest_first(ranger: CommandLine) -> None:
    for kind, file in (("poaching", POACHING), ("conflict", CONFLICT)):
        ranger.answer("incident", "add", "--kind", kind, "--from-json", file)
    add(ranger, {"occurred_at": "2026-03-09T10:00:00+06:00", "place": "Ridge"}, "other")

    rows = ranger.answer("incident", "list")["incidents"]

    assert [row["kind"] for row in rows] == ["other", "conflict", "poaching"]
    assert rows[0].keys() >= {"id", "number", "occurred_at", "place", "missing", "position"}
    assert rows[0]["position"] is None
    assert rows[2]["position"]["latitude_deg"] == 41.201179


def test_a_photo_is_named_relative_to_the_document(
    ranger: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "IMG_1.jpg").write_bytes((DEMO / "made_up_snare.jpg").read_bytes())
    (folder / "record.json").write_text('{"photos": ["IMG_1.jpg"]}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    recorded = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", "card/record.json")

    shown = ranger.answer("incident", "show", recorded["incident_id"])
    assert [one["name"] for one in shown["attachments"]] == ["IMG_1.jpg"]


def test_a_photo_that_is_not_there_stops_the_whole_record(ranger: CommandLine) -> None:
    file = ranger.write("record.json", {"photos": ["nowhere.jpg"]})

    ran = ranger("incident", "add", "--kind", "poaching", "--from-json", file, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ranger.answer("incident", "list")["incidents"] == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"colour": "red"}, "document-key-unknown"),
        ({"kind": "conflict"}, "document-kind"),
        ({"fields": {"colour": "red"}}, "field-unknown"),
        ({"fields": {"animal_count": "three"}}, "field-type"),
        ({"fields": {"animal_count": -1}}, "field-below-minimum"),
        ({"fields": []}, "field-type"),
        ({"position": {"latitude_deg": 0, "longitude_deg": 0.0}}, "position-zero"),
        ({"position": {"latitude_deg": 91, "longitude_deg": 0.0}}, "position-out-of-range"),
        ({"position": {"latitude_deg": 41, "longitude_deg": 74, "source": "dream"}}, "field-option-unknown"),
        ({"occurred_at": "yesterday"}, "field-not-a-moment"),
        ({"occurred_at": "2026-03-04T09:15:42"}, "field-without-offset"),
        ({"patrol_id": "0" * 32}, "patrol-missing"),
        ({"observations": [{"category": 7}]}, "field-type"),
        ({"photos": "one.jpg"}, "field-type"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_by_name_and_nothing_is_stored(
    ranger: CommandLine, document: dict[str, object], code: str
) -> None:
    file = ranger.write("record.json", document)

    ran = ranger("incident", "add", "--kind", "poaching", "--from-json", file, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[document-refused] ")
    assert f" [{code}] " in ran.err
    assert ran.err.count("\n") == 1
    assert ranger.answer("incident", "list")["incidents"] == []


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"place": None, "summary": True}, "true cannot stand in summary"),
        ({"place": ["a", None, 1.5]}, '["a", null, 1.5] cannot stand in place'),
        ({"fields": {"species": {"a": False}}}, '{"a": false} cannot stand in species'),
        ({"kind": ["poaching"]}, 'of the kind ["poaching"]'),
        ({"position": {"latitude_deg": 10**400, "longitude_deg": 1}}, "cannot stand in position.latitude_deg"),
        ({"position": {"latitude_deg": 1, "longitude_deg": 1, "accuracy_m": 10**400}}, "cannot stand in position.acc"),
        ({"position": {"latitude_deg": None, "longitude_deg": True}}, "true cannot stand in position.longitude_deg"),
    ],
)
def test_what_does_not_fit_is_told_as_the_document_has_it(
    ranger: CommandLine, document: dict[str, object], told: str
) -> None:
    ran = ranger("incident", "add", "--kind", "poaching", "--from-json", ranger.write("record.json", document))

    assert ran.code == 3
    assert told in ran.err


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "json-ill-formed"),
        (b"{", "json-ill-formed"),
        (b"not json", "json-ill-formed"),
        (b'{"place": "a", "place": "b"}', "json-ill-formed"),
        (b'{"position": {"latitude_deg": NaN}}', "json-ill-formed"),
        (b'{"position": {"latitude_deg": 1e999}}', "json-ill-formed"),
        (b'{"place": "\\ud83d"}', "json-ill-formed"),
        (b"[" * 100_000, "json-ill-formed"),
        (b'{"place": ' + b"9" * 5000 + b"}", "json-ill-formed"),
        (b"[]", "json-not-an-object"),
        (b'"text"', "json-not-an-object"),
        (b"null", "json-not-an-object"),
        (b'{"place": "\xff\xfe"}', "json-not-utf8"),
        ('{"place": "Нарын"}'.encode("utf-16"), "json-not-utf8"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "json-not-utf8"),
        (b" " * (8 * 1024 * 1024 + 1), "json-too-large"),
    ],
)
def test_what_is_no_clear_json_is_refused(ranger: CommandLine, content: bytes, code: str) -> None:
    file = ranger.write("record.json", content)

    ran = ranger("incident", "add", "--kind", "poaching", "--from-json", file, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"[{code}] {file} ")
    assert ran.err.count("\n") == 1


def test_json_as_windows_saves_it_is_taken(ranger: CommandLine) -> None:
    recorded = add(ranger, b'\xef\xbb\xbf{"place": "\xd0\x9d\xd0\xb0\xd1\x80\xd1\x8b\xd0\xbd"}')

    assert ranger.answer("incident", "show", recorded["incident_id"])["place"] == "Нарын"


def test_an_incident_is_changed_where_the_document_names_something(ranger: CommandLine) -> None:
    record = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    before = ranger.answer("incident", "show", record)
    parts = ranger.write("parts.json", {"place": "Ridge", "fields": {"animal_count": 2}})

    edited = ranger.answer("incident", "edit", record, "--from-json", parts)

    after = ranger.answer("incident", "show", record)
    assert (edited["incident_id"], edited["missing"]) == (record, [])
    assert (after["place"], after["fields"]["animal_count"]) == ("Ridge", 2)
    assert after == {**before, "place": "Ridge", "fields": {**before["fields"], "animal_count": 2}}


def test_what_an_incident_shows_can_be_given_back(ranger: CommandLine) -> None:
    record = ranger.answer("incident", "add", "--kind", "conflict", "--from-json", CONFLICT)["incident_id"]
    shown = ranger.answer("incident", "show", record)

    edited = ranger.answer("incident", "edit", record, "--from-json", ranger.write("same.json", shown))

    assert edited["changed"] is False
    assert ranger.answer("incident", "show", record) == shown


@pytest.mark.parametrize("kind", ["poaching", "conflict", "other"])
def test_the_schema_tells_of_the_whole_document(ranger: CommandLine, kind: str) -> None:
    schema = ranger.answer("incident", "schema", "--kind", kind)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["kind"] == {"const": kind}
    assert schema["properties"]["fields"]["properties"]
    assert "fields" in schema["required"]
    assert "photos" not in schema["required"]


def test_the_schema_needs_no_station(ranger: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANGER_STATION")

    assert ranger("incident", "schema", "--kind", "other").code == 0


def test_numbers_and_texts_of_attributes_that_no_model_knows_come_back_as_they_were(ranger: CommandLine) -> None:
    told = {"weight": 12.75, "note": "12.75", "count": 3, "low": -0.5, "flag": True, "many": ["a", "b"]}
    record = add(ranger, {"observations": [{"category": "unheard.of.", "attributes": told}]})["incident_id"]

    shown = ranger.answer("incident", "show", record)
    again = ranger.answer("incident", "edit", record, "--from-json", ranger.write("same.json", shown))
    (seen,) = shown["observations"]
    before = dict(seen["attributes"])
    del seen["attributes"]["low"]
    seen["attributes"] |= {"weight": "much", "note": 1.5}
    ranger.answer("incident", "edit", record, "--from-json", ranger.write("parts.json", {"observations": [seen]}))

    assert before == told
    assert again["changed"] is False
    (seen,) = ranger.answer("incident", "show", record)["observations"]
    expected = {"weight": "much", "note": 1.5, "count": 3, "flag": True, "many": ["a", "b"]}
    assert seen["attributes"] == expected


def test_a_withdrawn_record_leaves_the_lists_and_keeps_its_history(ranger: CommandLine) -> None:
    record = add(ranger, {"place": "Ridge"})["incident_id"]

    withdrawn = ranger.answer("retract", "incident", record, "--reason", "Written down twice")

    assert withdrawn["change_id"]
    assert ranger.answer("incident", "list")["incidents"] == []
    changes = ranger.answer("history", "incident", record)["changes"]
    assert all(one.keys() >= {"at", "officer", "act", "fields"} for one in changes)
    assert [(one["act"], one["officer"]) for one in changes] == [("create", "Asanov, Bek"), ("retract", "Asanov, Bek")]
    assert changes[1]["reason"] == "Written down twice"
    assert changes[0]["at"].endswith("+06:00")


def test_the_history_tells_of_observations_when_asked_for(ranger: CommandLine) -> None:
    trap = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}}
    record = add(ranger, {"place": "Ridge", "observations": [trap]})["incident_id"]

    told = ranger.answer("history", "incident", record, "--parts")["changes"]

    assert [(one["kind"], one["did"]) for one in told] == [("incident", "create"), ("observation", "create")]
    assert told[1]["fields"]["attributes/typeoftrap"] == "wiresnare"
    assert len(ranger.answer("history", "incident", record)["changes"]) == 1


def test_a_withdrawn_record_is_not_changed(ranger: CommandLine) -> None:
    record = add(ranger, {"place": "Ridge"})["incident_id"]
    ranger.answer("retract", "incident", record, "--reason", "Written down twice")

    ran = ranger("incident", "edit", record, "--from-json", ranger.write("parts.json", {"place": "Here"}), "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[record-taken-back] ")


def test_withdrawing_needs_a_reason(ranger: CommandLine) -> None:
    record = add(ranger, {})["incident_id"]

    ran = ranger("retract", "incident", record, "--reason", "  ", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[reason-missing] ")


def test_the_last_act_is_taken_back_by_a_new_one(ranger: CommandLine) -> None:
    record = add(ranger, {"place": "Ridge"})["incident_id"]
    ranger.answer("incident", "edit", record, "--from-json", ranger.write("parts.json", {"place": "Bridge"}))
    before = ranger.answer("station", "info")["counts"]["changes"]

    undone = ranger.answer("undo")["undone"]

    assert len(undone) == 1
    assert ranger.answer("incident", "show", record)["place"] == "Ridge"
    assert ranger.answer("station", "info")["counts"]["changes"] == before + 1


def test_edits_of_one_field_are_taken_back_one_after_another_and_then_the_record(ranger: CommandLine) -> None:
    record = add(ranger, {"place": "One"})["incident_id"]
    for place in ("Two", "Three"):
        ranger.answer("incident", "edit", record, "--from-json", ranger.write("parts.json", {"place": place}))

    shown = []
    for _ in range(2):
        ranger.answer("undo")
        shown.append(ranger.answer("incident", "show", record)["place"])
    ranger.answer("undo")

    assert shown == ["Two", "One"]
    assert ranger.answer("incident", "list")["incidents"] == []
    assert ranger.answer("undo") == {"undone": []}
    assert ranger.answer("station", "info")["differences"] == 0


def test_an_edit_of_another_officer_keeps_an_act_from_being_taken_back(ranger: CommandLine) -> None:
    other = ranger.answer("officer", "add", "Toktosunov, Azat", "--role", "inspector")["officer_id"]
    first = ranger.answer("officer", "list")["officers"][0]["id"]
    record = add(ranger, {"place": "One"})["incident_id"]
    parts = ranger.write("parts.json", {"place": "Two"})
    ranger.answer("incident", "edit", record, "--from-json", parts, "--officer", other)

    ran = ranger("undo", "--officer", first, "--json")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("[undo-refused] ")
    assert ranger.answer("undo", "--officer", other)["undone"]
    assert ranger.answer("undo", "--officer", first)["undone"]


def test_several_acts_are_taken_back_the_newest_first(ranger: CommandLine) -> None:
    add(ranger, {"place": "One"})
    add(ranger, {"place": "Two"})

    undone = ranger.answer("undo", "--steps", "2")["undone"]

    assert len(undone) == 2
    assert ranger.answer("incident", "list")["incidents"] == []


def test_nobody_takes_back_the_acts_of_another(ranger: CommandLine) -> None:
    other = ranger.answer("officer", "add", "Toktosunov, Azat", "--role", "inspector")["officer_id"]
    add(ranger, {"place": "Ridge"})

    assert ranger.answer("undo", "--officer", other) == {"undone": []}


def test_an_incident_names_its_patrol_by_number(ranger: CommandLine) -> None:
    patrol = ranger.answer("import", "gpx", WALK, "--patrol-id", "P-1")["patrol_id"]

    record = add(ranger, {"patrol_id": "P-1"})["incident_id"]

    assert ranger.answer("incident", "show", record)["patrol_id"] == patrol


def test_people_read_what_is_missing(ranger: CommandLine) -> None:
    ran = ranger("incident", "add", "--kind", "poaching", "--from-json", ranger.write("record.json", {}))

    assert ran.code == 0
    assert "A complete record still needs: " in ran.out
    assert ranger("incident", "list").out
    assert "create" in ranger("history", "incident", ran.out.partition("(")[2][:32]).out
