"""A withdrawn record says so wherever it is shown, and the command line brings it back."""

from __future__ import annotations

from tests.command_line import CONFLICT, POACHING, WALK, CommandLine

NOBODY = "0" * 32


def records(ranger: CommandLine) -> list[tuple[str, str, str]]:
    """A patrol, an incident and a case: the family of commands, the kind, the id."""
    patrol = ranger.answer("import", "gpx", WALK)["patrol_id"]
    incident = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    case = ranger.answer("case", "create", "--title", "Snares")["case_id"]
    return [("patrol", "patrol", patrol), ("incident", "incident", incident), ("case", "case", case)]


def test_whoever_withdrew_a_record_is_told_with_the_time_and_the_reason(ranger: CommandLine) -> None:
    for family, kind, record in records(ranger):
        standing = ranger.answer(family, "show", record)
        ranger.answer("retract", kind, record, "--reason", "Written\ndown twice")

        withdrawn = ranger.answer(family, "show", record)["withdrawn"]
        shown = ranger(family, "show", record).out.splitlines()[0]

        assert standing["withdrawn"] is None
        assert (withdrawn["officer"], withdrawn["reason"]) == ("Asanov, Bek", "Written\ndown twice")
        assert withdrawn["at"].endswith("+06:00")
        assert shown == f"Withdrawn by Asanov, Bek, {withdrawn['at']}: Written\\ndown twice"


def test_a_withdrawn_record_is_brought_back_with_its_parts(ranger: CommandLine) -> None:
    for family, kind, record in records(ranger):
        before = ranger.answer(family, "show", record)
        ranger.answer("retract", kind, record, "--reason", "Written down twice")

        restored = ranger.answer("retract", kind, record, "--restore", "--reason", "It was another one")

        assert restored["change_id"]
        assert ranger.answer(family, "show", record) == before
        last = ranger.answer("history", kind, record)["changes"][-1]
        assert (last["act"], last["reason"]) == ("reinstate", "It was another one")


def test_what_stands_is_not_brought_back(ranger: CommandLine) -> None:
    for _, kind, record in records(ranger):
        ran = ranger("retract", kind, record, "--restore", "--reason", "r", "--json")

        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("[not-taken-back] ")
    assert ranger("retract", "incident", NOBODY, "--restore", "--reason", "r").err.startswith("[record-missing] ")


def test_a_record_whose_beginning_was_undone_says_so_too(ranger: CommandLine) -> None:
    record = ranger.answer("incident", "add", "--kind", "poaching", "--from-json", POACHING)["incident_id"]
    ranger.answer("undo")

    assert ranger.answer("incident", "show", record)["withdrawn"]["officer"] == "Asanov, Bek"


def test_a_livestock_conflict_is_an_incident_for_whoever_names_it(ranger: CommandLine) -> None:
    record = ranger.answer("incident", "add", "--kind", "conflict", "--from-json", CONFLICT)["incident_id"]
    number = ranger.answer("incident", "show", record)["number"]

    for name in (record, number):
        assert ranger.answer("history", "incident", name) == ranger.answer("history", "conflict", name)
    assert ranger.answer("retract", "incident", number, "--reason", "twice")["change_id"]
    assert ranger.answer("incident", "show", record)["withdrawn"]["reason"] == "twice"


def test_what_is_shown_can_still_be_given_back(ranger: CommandLine) -> None:
    for family, _, record in records(ranger)[:2]:
        shown = ranger.write("shown.json", ranger.answer(family, "show", record))

        assert ranger.answer(family, "edit", record, "--from-json", shown)["changed"] is False
