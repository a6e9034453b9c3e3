"""Planned patrols: written down, matched with what was walked, called off, taken back, merged."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from db.patrols import patrol
from db.plans import find_plan, outcome, plan, plan_of_patrol, plans
from ranger_app.domain.plans import Plan, PlanState, RoutePoint, likeliest_plan
from ranger_app.domain.station import Member
from ranger_app.i18n import Words
from ranger_app.messages import say_problem
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.plan_patrol import (
    AttachPatrol,
    EditPlan,
    EndPlan,
    PlanPatrol,
    PlanReasonMissingError,
    StartPlannedPatrol,
)
from ranger_app.services.record_incident import DocumentRefusedError
from ranger_app.services.stations import rebuild_station
from ranger_app.services.take_back import TakeBack
from ranger_app.services.undo_acts import UndoActs
from tests.command_line import WALK, CommandLine
from tests.service_desk import MORNING, Desk, walk, write_gpx

RIDGE: dict[str, Any] = {
    "name": "Ridge before the season", "start": "2026-03-04", "end": "2026-03-05", "team": "mobileteam1",
    "station": "HQ", "mandate": "antipoaching", "transport": "foot", "objective": "Look at the snares of last year",
    "leader": "Toktogulov, Aibek", "members": ["Toktogulov, Aibek", "Bekova, Nurgul"],
    "route": [
        {"latitude_deg": 41.2, "longitude_deg": 74.5, "name": "Bridge"},
        {"latitude_deg": 41.21, "longitude_deg": 74.5},
        {"latitude_deg": 41.22, "longitude_deg": 74.51, "name": "Pass (3,240 m)"},
    ],
}  # fmt: skip


def imported(desk: Desk) -> str:
    path = write_gpx(desk.home / "walk.gpx", walk(MORNING, 20))
    done = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    return done.patrols[0]


def test_a_plan_is_stored_as_it_was_said(desk: Desk) -> None:
    record = PlanPatrol(desk.store)(RIDGE, officer=desk.officer)

    found = plan(desk.store.reader, record)

    assert found.number.endswith("_P0001")
    assert find_plan(desk.store.reader, found.number) == record
    assert (found.starts_on, found.ends_on) == (dt.date(2026, 3, 4), dt.date(2026, 3, 5))
    assert {one.name for one in found.members} == {"Bekova, Nurgul", "Toktogulov, Aibek"}
    assert found.leader == desk.officer
    assert found.route == (
        RoutePoint(latitude_deg=41.2, longitude_deg=74.5, name="Bridge"),
        RoutePoint(latitude_deg=41.21, longitude_deg=74.5),
        RoutePoint(latitude_deg=41.22, longitude_deg=74.51, name="Pass (3,240 m)"),
    )
    assert found.state is PlanState.PLANNED
    assert found.is_overdue(dt.date(2026, 3, 6))
    assert outcome(desk.store.reader, record).planned_m == pytest.approx(2498, abs=5)


def test_the_next_plan_has_the_next_number_though_the_first_was_withdrawn(desk: Desk) -> None:
    first = PlanPatrol(desk.store)({"name": "one"}, officer=desk.officer)
    TakeBack(desk.store)("plan", first, "typed twice", officer=desk.officer)

    second = PlanPatrol(desk.store)({"name": "two"}, officer=desk.officer)

    assert plan(desk.store.reader, second).number.endswith("_P0002")
    assert [one.id for one in plans(desk.store.reader)] == [second]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"begin": "2026-03-04"}, "document-key-unknown"),
        ({"start": "4.3.2026"}, "field-type"),
        ({"start": "2026-03-04", "end": "2026-03-03"}, "ends-before-beginning"),
        ({"state": "forgotten"}, "field-type"),
        ({"state": "cancelled"}, "plan-reason-missing"),
        ({}, "plan-empty"),
        ({"name": " ", "objective": "Look"}, "plan-empty"),
        ({"number": "P" * 101}, "number-too-long"),
        ({"route": [{"latitude_deg": 91, "longitude_deg": 74}]}, "latitude-out-of-range"),
        ({"route": [{"latitude_deg": 41, "longitude_deg": 181}]}, "longitude-out-of-range"),
        ({"route": [{"latitude_deg": 41}]}, "field-type"),
        ({"route": [[41, 74]]}, "document-not-an-object"),
        ({"members": [""]}, "field-type"),
        ({"leader": ", Aibek"}, "field-type"),
        ({"patrols": ["KG-NAR_nobody"]}, "patrol-missing"),
        ({"number": " "}, "field-type"),
    ],
)
def test_what_is_no_plan_is_refused_by_name(desk: Desk, document: dict[str, Any], code: str) -> None:
    before = desk.changes()

    with pytest.raises(DocumentRefusedError) as refused:
        PlanPatrol(desk.store)(document, officer=desk.officer)

    assert [one.code for one in refused.value.problems] == [code]
    assert desk.changes() == before


def test_all_that_is_wrong_in_a_plan_is_named_at_once(desk: Desk) -> None:
    document = {
        "begin": "x", "team": 3, "start": "4.3.2026", "leader": ", Aibek", "patrols": ["nobody"],
        "route": [{"latitude_deg": 141.2, "longitude_deg": 74}],
    }  # fmt: skip

    with pytest.raises(DocumentRefusedError) as refused:
        PlanPatrol(desk.store)(document, officer=desk.officer)

    assert sorted(one.where for one in refused.value.problems) == [
        "begin", "leader", "patrols[1]", "route[1].latitude_deg", "start", "team"
    ]  # fmt: skip
    (route,) = [one for one in refused.value.problems if one.where.startswith("route")]
    assert say_problem(Words("en"), route) == (
        "route[1].latitude_deg: 141.2 is no latitude: it is beyond the pole. Latitudes go from -90 to 90."
    )


def test_a_number_stands_for_one_plan(desk: Desk) -> None:
    PlanPatrol(desk.store)({"number": "Spring 1"}, officer=desk.officer)

    with pytest.raises(DocumentRefusedError) as refused:
        PlanPatrol(desk.store)({"number": "Spring 1"}, officer=desk.officer)

    assert refused.value.problems[0].code == "plan-number-taken"


def test_a_plan_is_changed_in_the_parts_that_are_named(desk: Desk) -> None:
    record = PlanPatrol(desk.store)(RIDGE, officer=desk.officer)

    assert EditPlan(desk.store)(record, {"members": ["Bekova, Nurgul"], "end": None}, officer=desk.officer)
    found = plan(desk.store.reader, record)

    assert [one.name for one in found.members] == ["Bekova, Nurgul"]
    assert (found.ends_on, found.starts_on, len(found.route)) == (None, dt.date(2026, 3, 4), 3)
    assert not EditPlan(desk.store)(record, {"end": None}, officer=desk.officer)
    UndoActs(desk.store)(officer=desk.officer)
    assert plan(desk.store.reader, record).ends_on == dt.date(2026, 3, 5)


def test_a_plan_is_called_off_with_a_reason_only(desk: Desk) -> None:
    record = PlanPatrol(desk.store)(RIDGE, officer=desk.officer)
    with pytest.raises(PlanReasonMissingError):
        EndPlan(desk.store)(record, PlanState.CANCELLED, reason="  ", officer=desk.officer)

    EndPlan(desk.store)(record, PlanState.NOT_CARRIED_OUT, reason="snow on the pass", officer=desk.officer)
    found = plan(desk.store.reader, record)

    assert (found.state, found.reason) == (PlanState.NOT_CARRIED_OUT, "snow on the pass")
    assert not found.is_overdue(dt.date(2027, 1, 1))


def test_a_patrol_shows_what_became_of_its_plan(desk: Desk) -> None:
    record = PlanPatrol(desk.store)(RIDGE, officer=desk.officer)
    walked = imported(desk)

    AttachPatrol(desk.store)(walked, record, officer=desk.officer)
    found = outcome(desk.store.reader, record)

    assert found.plan.state is PlanState.DONE
    assert plan_of_patrol(desk.store.reader, walked) == record
    assert (found.start, found.end) == ("2026-03-04", "2026-03-04")
    assert found.distance_m == pytest.approx(211, abs=1)
    AttachPatrol(desk.store)(walked, "", officer=desk.officer)
    assert outcome(desk.store.reader, record).plan.state is PlanState.PLANNED
    assert plan_of_patrol(desk.store.reader, walked) == ""


def test_a_patrol_goes_over_to_another_plan(desk: Desk) -> None:
    first = PlanPatrol(desk.store)(RIDGE, officer=desk.officer)
    second = PlanPatrol(desk.store)({"name": "other"}, officer=desk.officer)
    walked = imported(desk)
    AttachPatrol(desk.store)(walked, first, officer=desk.officer)

    AttachPatrol(desk.store)(walked, second, officer=desk.officer)

    assert [one.state for one in (plan(desk.store.reader, first), plan(desk.store.reader, second))] == [
        PlanState.PLANNED, PlanState.DONE,
    ]  # fmt: skip
    assert plan_of_patrol(desk.store.reader, walked) == second


def test_a_plan_that_is_begun_fills_the_patrol(desk: Desk) -> None:
    record = PlanPatrol(desk.store)(RIDGE, officer=desk.officer)

    begun = patrol(desk.store.reader, StartPlannedPatrol(desk.store)(record, officer=desk.officer))

    assert (begun.team, begun.station, begun.mandate) == ("mobileteam1", "HQ", "antipoaching")
    assert begun.objective == "Look at the snares of last year"
    (leg,) = begun.legs
    assert (leg.transport, leg.mandate, leg.leader, leg.assumed) == ("foot", "antipoaching", desk.officer, ())
    assert {one.name for one in leg.members} == {"Toktogulov, Aibek", "Bekova, Nurgul"}
    assert plan(desk.store.reader, record).patrols == (begun.id,)
    path = write_gpx(desk.home / "walk.gpx", walk(MORNING, 20))
    ImportTracks(desk.store)([path], officer=desk.officer, patrol_id=begun.number, context=desk.context)
    assert [len(one.days) for one in patrol(desk.store.reader, begun.id).legs] == [1]


def test_a_rebuild_shows_the_same_plans(desk: Desk) -> None:
    PlanPatrol(desk.store)(RIDGE, officer=desk.officer)

    assert rebuild_station(desk.store, desk.context).identical


def a_plan(name: str, first: int, last: int, *people: str, **more: Any) -> Plan:
    told = {"starts_on": dt.date(2026, 3, first), "ends_on": dt.date(2026, 3, last)}
    members = tuple(Member(id=one, family_name=one, given_name="") for one in people)
    return Plan(id=name, number=name, members=members, **{**told, **more})


def test_the_plan_of_these_days_and_people_is_proposed() -> None:
    days = dt.date(2026, 3, 4), dt.date(2026, 3, 5)
    theirs = a_plan("theirs", 4, 5, "a", "b")
    others = a_plan("others", 4, 5, "c")
    open_to_all = a_plan("all", 3, 9)

    assert likeliest_plan([theirs, others], *days, {"a"}) is theirs
    assert likeliest_plan([others], *days, {"a"}) is None
    assert likeliest_plan([open_to_all, others], *days, {"a"}) is open_to_all
    assert likeliest_plan([theirs, open_to_all], *days, {"b"}) is theirs
    assert likeliest_plan([theirs, a_plan("twin", 4, 5, "a")], *days, {"a"}) is None
    assert likeliest_plan([a_plan("off", 4, 5, "a", state=PlanState.CANCELLED)], *days, {"a"}) is None
    assert likeliest_plan([a_plan("used", 4, 5, "a", patrols=("x",))], *days, {"a"}) is None
    assert likeliest_plan([theirs], None, None, {"a"}) is None


# By the command line


def in_file(ranger: CommandLine, document: dict[str, Any]) -> Path:
    path = ranger.folder / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_plan_goes_through_its_life_by_the_command_line(ranger: CommandLine) -> None:
    added = ranger.answer("plan", "add", "--from-json", in_file(ranger, RIDGE))
    walked = ranger.answer("import", "gpx", WALK)["patrol_id"]

    shown = ranger.answer("plan", "show", added["number"])
    assert {name: shown[name] for name in RIDGE if name not in ("route", "members")} == {
        name: RIDGE[name] for name in RIDGE if name not in ("route", "members")
    }
    assert shown["route"][1] == {"latitude_deg": 41.21, "longitude_deg": 74.5, "name": None}
    assert (shown["state"], shown["overdue"], shown["patrols"]) == ("planned", True, [])
    assert not ranger.answer("plan", "edit", added["plan_id"], "--from-json", in_file(ranger, shown))["changed"]
    assert ranger.answer("plan", "done", added["number"], "--patrol", walked)["changed"]
    shown = ranger.answer("plan", "show", added["plan_id"])
    assert (shown["state"], shown["patrols"]) == ("done", [walked])
    assert shown["outcome"]["distance_m"] > 0
    assert shown["outcome"]["patrols"][0]["id"] == walked
    assert [one["id"] for one in ranger.answer("plan", "list", "--state", "done")["plans"]] == [added["plan_id"]]
    assert "Ridge before the season" in ranger("plan", "list").out
    assert "Pass (3,240 m)" in ranger("plan", "show", added["number"]).out


def test_a_plan_is_cancelled_begun_withdrawn_and_refused_by_the_command_line(ranger: CommandLine) -> None:
    number = ranger.answer("plan", "add", "--from-json", in_file(ranger, RIDGE))["number"]

    assert ranger("plan", "cancel", number).code == 2
    assert ranger.answer("plan", "cancel", number, "--reason", "snow")["changed"]
    assert ranger.answer("plan", "show", number)["reason"] == "snow"
    assert ranger("plan", "start", number).err == (
        f"[plan-over] The plan {number} is done or was called off. Open it again before a patrol is begun with it.\n"
    )
    opened = ranger("plan", "edit", number, "--from-json", in_file(ranger, {"state": "planned"}))
    assert opened.out == f"Plan {number} (Ridge before the season) is changed.\n"
    begun = ranger.answer("plan", "start", number)
    assert ranger.answer("patrol", "show", begun["number"])["objective"] == RIDGE["objective"]
    refused = ranger("plan", "add", "--from-json", in_file(ranger, {"state": "cancelled"}))
    assert refused.code == 3
    assert "[plan-reason-missing]" in refused.err
    assert ranger("plan", "show", "no such").code == 3
    ranger.answer("retract", "plan", number, "--reason", "typed twice")
    assert ranger.answer("plan", "list")["plans"] == []
    assert [one["act"] for one in ranger.answer("history", "plan", number)["changes"]][-1] == "retract"
