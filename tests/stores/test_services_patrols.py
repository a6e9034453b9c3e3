"""Patrols changed by their documents."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest

from db.officers import members
from db.patrol_pages import patrol_count, patrol_page
from db.patrols import patrol
from db.reader import RecordMissingError
from ranger_app.services.documents import patrol_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.officers import AddOfficer
from ranger_app.services.record_incident import DocumentRefusedError
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from tests.service_desk import BISHKEK, MORNING, Desk, walk, write_gpx

SEEN = {
    "at": "2026-03-04T08:02:00+06:00",
    "position": {"latitude_deg": 41.2, "longitude_deg": 74.5, "accuracy_m": 5},
    "comment": "Снежный барс",
    "direction_deg": 45,
    "distance_m": 120.5,
    "observations": [
        {"category": "animals.sign.", "attributes": {"species": "snowleopard", "n": 2, "who": ["b", "a"]}}
    ],
}
"""A waypoint as a ranger adds it."""


@pytest.fixture
def walked(desk: Desk) -> str:
    """A patrol of two days with two timed waypoints and one without a time."""
    late = dt.datetime(2026, 3, 4, 23, 58, tzinfo=BISHKEK)
    marks = [(41.2, 74.5, MORNING, "snare"), (41.2001, 74.5, late, "camp"), (45.0, 70.0, None, "pass")]
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING), walk(late), waypoints=marks)
    return ImportTracks(desk.store)([path], officer=desk.officer, patrol_id="Walk 1", context=desk.context).patrols[0]


def shown(desk: Desk, record: str) -> dict[str, Any]:
    return patrol_document(patrol(desk.store.reader, record))


def edit(desk: Desk, record: str, document: dict[str, Any], **more: Any) -> bool:
    return EditPatrol(desk.store)(record, document, officer=desk.officer, **more)


def test_giving_back_what_was_answered_changes_nothing(desk: Desk, walked: str) -> None:
    edit(desk, walked, {"waypoints": [SEEN], "armed": True, "legs": [{"id": shown(desk, walked)["legs"][0]["id"],
         "days": [{"date": "2026-03-04", "start": "07:30:00", "rest_minutes": 30}]}]})  # fmt: skip
    document = shown(desk, walked)
    before = desk.changes()

    assert json.loads(json.dumps(document)) == document
    assert not edit(desk, walked, document)
    assert not edit(desk, walked, document, bases=desk.store.reader.bases(walked))
    assert desk.changes() == before


def test_what_is_said_of_a_patrol_is_shown(desk: Desk, walked: str) -> None:
    told = {
        "number": "Walk 2", "team": "mobileteam1", "station": "HQ", "mandate": "surveillance", "armed": True,
        "objective": "Снежный барс", "comment": "\tспокойно\n",
    }  # fmt: skip

    assert edit(desk, walked, told)

    document = shown(desk, walked)
    assert {name: document[name] for name in told} == told
    assert document["legs"][0]["mandate"] == "surveillance"
    edit(desk, walked, {"team": None, "comment": "", "armed": False})
    assert (shown(desk, walked)["team"], shown(desk, walked)["comment"], shown(desk, walked)["armed"]) == (
        None,
        None,
        False,
    )


def test_people_transport_rest_and_hours_of_a_leg(desk: Desk, walked: str) -> None:
    gulnara = AddOfficer(desk.store)("Asanova, Gulnara", "inspector", officer=desk.officer)
    leg = shown(desk, walked)["legs"][0]

    edit(
        desk,
        walked,
        {
            "legs": [
                {
                    "id": leg["id"], "transport": "horse", "leader": "Asanova, Gulnara", "pilot": "Herder",
                    "members": ["Asanova, Gulnara", "Herder", gulnara],
                    "days": [{"date": "2026-03-04", "start": "07:00", "end": "23:59:59", "rest_minutes": 45}],
                }
            ]
        },
    )  # fmt: skip

    after = shown(desk, walked)["legs"][0]
    assert (after["transport"], after["leader"], after["pilot"]) == ("horse", "Asanova, Gulnara", "Herder")
    assert sorted(after["members"]) == ["Asanova, Gulnara", "Herder"]
    day = {name: value for name, value in after["days"][0].items() if name in ("start", "end", "rest_minutes")}
    assert day == {"start": "07:00:00", "end": "23:59:59", "rest_minutes": 45}
    assert after["days"][1] == leg["days"][1]
    assert [one.role for one in members(desk.store.reader).values() if one.name == "Herder"] == [""]


def test_of_two_people_with_one_name_the_one_on_the_leg_stays(desk: Desk, walked: str) -> None:
    AddOfficer(desk.store)("Toktogulov, Aibek", "station_head", officer=desk.officer)
    AddOfficer(desk.store)("Toktogulov, Aibek", "inspector", officer=desk.officer)

    assert not edit(desk, walked, shown(desk, walked))
    assert patrol(desk.store.reader, walked).legs[0].leader == desk.officer


def test_new_waypoints_get_numbers_a_leg_and_observations(desk: Desk, walked: str) -> None:
    edit(desk, walked, {"waypoints": [SEEN, {**SEEN, "comment": "second"}]})

    new = [one for one in shown(desk, walked)["waypoints"] if one["number"] > 3]
    assert [(one["number"], one["comment"]) for one in new] == [(4, "Снежный барс"), (5, "second")]
    assert {one["leg"] for one in new} == {shown(desk, walked)["legs"][0]["id"]}
    assert new[0]["position"] == {**SEEN["position"], "source": "gps"}  # type: ignore[dict-item]
    assert (new[0]["direction_deg"], new[0]["distance_m"]) == (45, 120.5)
    assert new[0]["observations"][0]["attributes"] == {"n": 2, "species": "snowleopard", "who": ["a", "b"]}


def test_a_waypoint_is_moved_said_otherwise_and_observed(desk: Desk, walked: str) -> None:
    first = shown(desk, walked)["waypoints"][0]

    changed = {**first, **SEEN, "at": "2026-03-04T03:00:00Z"}
    edit(desk, walked, {"waypoints": [changed]})
    told = next(one for one in shown(desk, walked)["waypoints"] if one["id"] == first["id"])
    edit(desk, walked, {"waypoints": [{"id": first["id"], "observations": []}]})

    assert dt.datetime.fromisoformat(told["at"]) == dt.datetime(2026, 3, 4, 9, tzinfo=BISHKEK)
    assert (told["comment"], told["number"]) == ("Снежный барс", first["number"])
    after = next(one for one in shown(desk, walked)["waypoints"] if one["id"] == first["id"])
    assert after == {**told, "observations": []}


def test_a_waypoint_without_a_time_stands_on_the_first_day_until_it_gets_one(desk: Desk, walked: str) -> None:
    first = next(one for one in shown(desk, walked)["waypoints"] if one["at"] is None)
    assert (first["comment"], first["date"]) == ("pass", None)

    edit(desk, walked, {"waypoints": [{"id": first["id"], "at": "2026-03-05T12:00:00+06:00"}]})

    assert shown(desk, walked)["waypoints"][-1]["at"] == "2026-03-05T12:00:00+06:00"


def test_a_waypoint_of_another_day_makes_the_patrol_longer(desk: Desk, walked: str) -> None:
    edit(desk, walked, {"waypoints": [{**SEEN, "at": "2026-03-07T23:30:00+06:00"}]})

    row = patrol_page(desk.store.reader)[0]
    assert (row.start, row.end) == ("2026-03-04", "2026-03-07")
    assert (shown(desk, walked)["start"], shown(desk, walked)["end"]) == ("2026-03-04", "2026-03-07")


def test_a_day_that_somebody_tells_of_makes_the_patrol_longer(desk: Desk, walked: str) -> None:
    leg = shown(desk, walked)["legs"][0]["id"]

    edit(desk, walked, {"legs": [{"id": leg, "days": [{"date": "2026-03-07", "rest_minutes": 5},
                                                      {"date": "2026-04-07", "rest_minutes": 0}]}]})  # fmt: skip

    row = patrol_page(desk.store.reader)[0]
    assert (row.start, row.end) == ("2026-03-04", "2026-03-07")
    assert (shown(desk, walked)["start"], shown(desk, walked)["end"]) == ("2026-03-04", "2026-03-07")


@pytest.mark.parametrize(
    ("day", "facts"),
    [
        ({"start": "10:00", "end": "09:00:00"}, ("10:00:00", "09:00:00")),
        ({"start": "23:59:59"}, ("23:59:59", "END")),
        ({"end": "00:00"}, ("START", "00:00:00")),
    ],
)
def test_a_day_cannot_end_before_it_begins(
    desk: Desk, walked: str, day: dict[str, str], facts: tuple[str, str]
) -> None:
    leg = shown(desk, walked)["legs"][0]
    known = {"START": leg["days"][0]["start"], "END": leg["days"][0]["end"]}

    with pytest.raises(DocumentRefusedError) as refused:
        edit(desk, walked, {"legs": [{"id": leg["id"], "days": [{"date": "2026-03-04", **day}]}]})

    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("day-reversed", "legs[1].days[1]")
    assert tuple(problem.facts.values()) == tuple(known.get(fact, fact) for fact in facts)


@pytest.mark.parametrize(
    "wrong",
    [
        [], {"nonsense": 1}, {"number": ""}, {"number": None}, {"number": 7}, {"armed": "yes"}, {"legs": {}},
        {"legs": [{"id": "f" * 32}]}, {"legs": [{}]}, {"legs": [{"id": "LEG", "leader": " , "}]},
        {"legs": [{"id": "LEG", "members": [", Aibek"]}]}, {"legs": [{"id": "LEG", "members": [7]}]},
        {"legs": [{"id": "LEG", "days": [{"date": "4 March"}]}]}, {"legs": [{"id": "LEG", "days": [{}]}]},
        {"legs": [{"id": "LEG", "days": [{"date": "2026-03-04", "start": "25:00"}]}]},
        {"legs": [{"id": "LEG", "days": [{"date": "2026-03-04", "rest_minutes": -1}]}]},
        {"waypoints": [{"id": "f" * 32}]}, {"waypoints": [{}]}, {"waypoints": [{**SEEN, "at": None}]},
        {"waypoints": [{**SEEN, "at": "2026-03-04T08:02:00"}]}, {"waypoints": [{**SEEN, "position": None}]},
        {"waypoints": [{**SEEN, "position": {"latitude_deg": 0, "longitude_deg": 0}}]},
        {"waypoints": [{**SEEN, "position": {"latitude_deg": float("nan"), "longitude_deg": 0}}]},
        {"waypoints": [{**SEEN, "position": {"latitude_deg": 41, "longitude_deg": 74, "source": "guess"}}]},
        {"waypoints": [{**SEEN, "direction_deg": 361}]}, {"waypoints": [{**SEEN, "distance_m": float("nan")}]},
        {"waypoints": [{**SEEN, "leg": "f" * 32}]}, {"waypoints": [{**SEEN, "observations": [{}]}]},
        {"waypoints": [{**SEEN, "observations": [{"category": "a.", "attributes": {"Big Key": 1}}]}]},
        {"waypoints": [{**SEEN, "observations": [{"category": "a.", "attributes": {"k": {"a": 1}}}]}]},
        {"waypoints": [{**SEEN, "observations": [{"category": "a.", "attributes": {"k": None}}]}]},
        {"waypoints": [{**SEEN, "observations": [{"category": "a.", "attributes": {"k": float("inf")}}]}]},
        {"waypoints": [{**SEEN, "observations": [7]}]}, {"waypoints": [7]}, {"legs": ["LEG"]}, {"number": "Walk 9"},
    ],
    ids=str,
)  # fmt: skip
def test_a_document_that_does_not_fit_changes_nothing(desk: Desk, walked: str, wrong: Any) -> None:
    other = write_gpx(desk.out / "other.gpx", walk(MORNING, 9))
    ImportTracks(desk.store)([other], officer=desk.officer, patrol_id="Walk 9", context=desk.context)
    wrong = copy.deepcopy(wrong)
    for leg in wrong.get("legs") or () if isinstance(wrong, dict) else ():
        if isinstance(leg, dict) and leg.get("id") == "LEG":
            leg["id"] = shown(desk, walked)["legs"][0]["id"]
    before = desk.changes()

    with pytest.raises(DocumentRefusedError) as refused:
        edit(desk, walked, wrong)

    assert refused.value.problems
    assert desk.changes() == before


def test_a_number_may_be_kept_and_taken_over_from_a_withdrawn_patrol(desk: Desk, walked: str) -> None:
    other = write_gpx(desk.out / "other.gpx", walk(MORNING, 9))
    second = ImportTracks(desk.store)([other], officer=desk.officer, patrol_id="Walk 9", context=desk.context).patrols[
        0
    ]
    TakeBack(desk.store)("patrol", second, "test", officer=desk.officer)

    assert not edit(desk, walked, {"number": "Walk 1"})
    assert edit(desk, walked, {"number": "Walk 9"})


def test_a_withdrawn_or_unknown_patrol_is_not_edited(desk: Desk, walked: str) -> None:
    TakeBack(desk.store)("patrol", walked, "twice", officer=desk.officer)

    with pytest.raises(RecordTakenBackError):
        edit(desk, walked, {"comment": "x"})
    with pytest.raises(RecordMissingError):
        edit(desk, "0" * 32, {"comment": "x"})


def test_a_form_that_was_open_too_long_loses_nothing_silently(desk: Desk, walked: str) -> None:
    bases = desk.store.reader.bases(walked)
    edit(desk, walked, {"comment": "quiet", "objective": "snares"})

    edit(desk, walked, {"comment": "noisy"}, bases=bases)

    assert {write.value for write in desk.store.reader.state(walked).rivals["comment"]} == {"quiet", "noisy"}
    assert shown(desk, walked)["objective"] == "snares"


def test_pages_of_patrols_hold_each_once(desk: Desk) -> None:
    records = []
    for number, day in enumerate((0, 3, 3, 7, None)):
        start = None if day is None else MORNING + dt.timedelta(days=day)
        path = write_gpx(desk.out / f"{number}.gpx", walk(start, 5 + number))
        records += ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols

    rows, before = list(patrol_page(desk.store.reader, limit=2)), None
    while page := patrol_page(desk.store.reader, before=rows[-1].place if before is None else before, limit=2):
        rows += page
        before = page[-1].place

    assert sorted(row.id for row in rows) == sorted(records)
    assert [row.start for row in rows] == ["2026-03-11", "2026-03-07", "2026-03-07", "2026-03-04", ""]
    assert [row.points for row in rows] == [8, 7, 6, 5, 9]
    assert patrol_count(desk.store.reader) == 5
    assert {row.transport for row in rows} == {""}
