"""The office by the command line: its lists, its people, mappings; and what they do to an export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import ROOT, WALK, CommandLine

HEADING = "employee_id,given_name,family_name,birth_date,gender,start_date,end_date,agency,rank\n"
MODEL = ROOT / "resources" / "models" / "default_datamodel_8.1.3.xml"


def exported(ranger: CommandLine, *more: str, code: int) -> dict[str, Any]:
    ran = ranger("export", "smart", ranger.folder / "out", "--json", *more)
    assert ran.code == code, ran.err
    return ran.answer


def metadata(*mandates: str) -> dict[str, Any]:
    told = [{"id": key, "names": [{"name": key.title(), "locale": "en"}]} for key in mandates]
    return {"patrolMetadata": [], "patrolLegMetadata": [{"id": "mandate", "listOptions": told}]}


def test_what_is_known_of_the_office_can_be_seen_and_mended(ranger: CommandLine) -> None:
    assert ranger.answer("office", "add", "mandate", "Patrulla", "--language", "es") == {
        "list": "mandate", "key": "patrulla",
    }  # fmt: skip
    assert ranger.answer("office", "rename", "mandate", "patrulla", "Ronda", "--language", "es")["changed"]
    mapping = ranger.answer("office", "map", "mandate", "picnic", "patrulla")["mapping_id"]

    seen = ranger.answer("office", "list")

    assert (seen["language"], seen["told"], seen["members"]) == ("en", [], None)
    assert {"key": "patrulla", "labels": {"es": "Ronda"}, "uuid": None, "patrol_type": None, "source": "typed"} in (
        seen["lists"]["mandate"]
    )
    assert [one["source"] for one in seen["lists"]["transport"]] == ["training", "training"]
    assert seen["mappings"] == [{"id": mapping, "what": "mandate", "ours": "picnic", "theirs": "patrulla"}]
    assert "Ronda" in ranger("office", "list").out
    ranger.answer("office", "unmap", "mandate", "picnic")
    assert ranger.answer("office", "list")["mappings"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("office", "add", "boats", "x"), 2, "[wrong-usage]"),
        (("office", "map", "boat", "a", "b"), 2, "[wrong-usage]"),
        (("office", "add", "mandate", "x", "--key", "antipoaching"), 3, "[choice-known]"),
        (("office", "rename", "mandate", "picnic", "x"), 3, "[choice-missing]"),
        (
            ("office", "map", "mandate", "a", "nothing"),
            3,
            "[office-lacks] The office has no mandate",
        ),
        (("office", "map", "mandate", "foot", "foot"), 3, "[office-lacks]"),
        (("office", "map", "transport", "foot", "foot"), 3, "[mapping-to-itself]"),
        (("office", "map", "option", "snare", "typeoftrap/wiresnare"), 3, "[mapping-wrong]"),
        (("office", "map", "option", "/", "typeoftrap/wiresnare"), 3, "[mapping-wrong]"),
        (("office", "map", "member", "Nobody", "Nobody"), 3, "[person-unknown]"),
        (("office", "map", "member", "Asanov, Bek", "R-9"), 3, "[office-person-unknown]"),
        (("office", "person", "Nobody"), 3, "[person-unknown]"),
        (("office", "unmap", "mandate", "a"), 3, "[mapping-missing]"),
        (("import", "employees", WALK), 3, "[employees-unreadable]"),
        (("import", "metadata", WALK), 3, "[metadata-unreadable]"),
        (("import", "metadata", ROOT), 3, "[metadata-unreadable]"),
    ],
)
def test_what_cannot_be_said_of_the_office_is_refused_in_a_line(
    ranger: CommandLine, arguments: tuple[str, ...], code: int, told: str
) -> None:
    ran = ranger(*arguments, "--json")

    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(told)


def test_a_mandate_that_the_office_has_not_stops_the_export_until_it_is_mapped(ranger: CommandLine) -> None:
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    file = ranger.write("metadata.json", metadata("vigilance", "survey"))
    assert ranger.answer("import", "metadata", file)["lists"] == {"mandate": 2, "patrol_attribute": 0}

    [finding] = exported(ranger, "--force", code=3)["preflight"]["fatal"]

    assert (finding["code"], finding["record"], finding["where"]) == ("smart-mandate-unknown", patrol, "leg 1")
    mend = finding["mend"]
    assert (mend["remedy"], mend["what"], mend["ours"]) == ("map", "mandate", "antipoaching")
    assert set(mend["candidates"]) == {"vigilance", "survey"}
    ranger.answer("office", "map", mend["what"], mend["ours"], "vigilance")
    done = exported(ranger, code=0)
    assert 'value="Vigilance"' in Path(done["files"][0]).read_text()
    assert ranger.answer("patrol", "show", patrol)["legs"][0]["mandate"] == "antipoaching"


def test_people_are_checked_once_the_office_told_them_and_mapped_by_number(ranger: CommandLine) -> None:
    ranger.answer("import", "gpx", WALK)
    exported(ranger, code=0)
    people = HEADING + "R-1,Bek,Asanov,,M,2020-01-01,,,Ranger\nR-2,Aida,Osmonova,,F,2020-01-01,,,\n"
    file = ranger.write("employees.csv", people.encode())
    assert ranger.answer("import", "employees", file) == {"employees": 2, "new": 2, "left": 0, "problems": []}

    [finding] = exported(ranger, code=3)["preflight"]["lossy"]

    assert (finding["code"], finding["mend"]["what"]) == ("smart-member-differs", "member")
    roster = {one["id"]: one["employee_id"] for one in ranger.answer("office", "list")["members"]}
    assert roster[finding["mend"]["candidates"][0]] == "R-1"
    ranger.answer("office", "map", "member", finding["mend"]["ours"], "R-1")
    assert 'employeeId="R-1"' in Path(exported(ranger, code=0)["files"][0]).read_text()


def test_a_person_whom_the_office_has_after_all_is_added_by_hand(ranger: CommandLine) -> None:
    file = ranger.write("employees.csv", (HEADING + "R-2,Aida,Osmonova,,F,2020-01-01,,,\n").encode())
    ranger.answer("import", "employees", file)
    ranger.answer("import", "gpx", WALK)
    assert "smart-member-unknown" in {one["code"] for one in exported(ranger, code=3)["preflight"]["lossy"]}
    person = next(one["name"] for one in ranger.answer("officer", "list")["officers"])

    record = ranger.answer("office", "person", person)["member_id"]

    assert record in {one["id"] for one in ranger.answer("office", "list")["members"]}
    assert exported(ranger, code=0)["files"]
    assert ranger("office", "person", "Nobody, Here").code == 3


def test_a_list_with_a_line_that_cannot_be_read_needs_a_look(ranger: CommandLine) -> None:
    file = ranger.write("employees.csv", (HEADING + "R-1,Bek,Asanov,,M,yesterday,,,\n").encode())

    ran = ranger("import", "employees", file, "--json")

    assert (ran.code, ran.answer["employees"]) == (1, 1)
    assert [(one["code"], one["where"]) for one in ran.answer["problems"]] == [("employee-field", "line 2")]


def test_livestock_is_told_coarsely_to_an_office_without_our_categories_and_the_loss_is_named(
    ranger: CommandLine,
) -> None:
    ranger.answer("import", "model", MODEL)
    loss = {
        "category": "humanwildlifeconflict.livestockloss.",
        "attributes": {"typeofdomesticanimal": "sheep", "numberofdomesticanimals": 2},
    }
    position = {"latitude_deg": 41.2, "longitude_deg": 74.5}
    document = {"occurred_at": "2026-03-09T10:00:00+06:00", "position": position, "observations": [loss]}
    file = ranger.write("record.json", document)
    ranger.answer("incident", "add", "--kind", "other", "--from-json", file)

    [finding] = exported(ranger, code=3)["preflight"]["lossy"]
    done = exported(ranger, "--force", code=1)

    assert finding["code"] == "smart-category-blurred"
    assert (finding["mend"]["what"], finding["mend"]["ours"]) == ("category", loss["category"])
    text = Path(done["files"][0]).read_text()
    assert 'categoryKey="humanactivity.domesticanimals."' in text
    assert "<itemKey>other</itemKey>" in text


def test_every_finding_says_its_mend(ranger: CommandLine) -> None:
    file = ranger.write(
        "record.json", {"occurred_at": "2026-03-09T10:00:00+06:00", "observations": [{"category": "x."}]}
    )
    ranger.answer("incident", "add", "--kind", "other", "--from-json", file)

    found = exported(ranger, code=3)["preflight"]

    for finding in (*found["fatal"], *found["lossy"]):
        assert set(finding) == {"code", "record", "where", "text", "mend"}
        assert set(finding["mend"]) == {"remedy", "what", "ours", "candidates"}
        assert json.dumps(finding)
    assert len(found["fatal"]) == len(found["lossy"]) == 1
