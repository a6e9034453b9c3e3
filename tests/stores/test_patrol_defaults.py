"""What was said of the last patrol is proposed for the next one, and assumed until somebody confirms it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from db.patrols import patrol
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.patrol_defaults import PatrolDefaults, patrol_defaults, remember_said
from ranger_app.settings import DeviceSettings
from tests.command_line import CommandLine
from tests.service_desk import MORNING, Desk, walk, write_gpx

SAID: dict[str, Any] = {
    "team": "mobileteam1", "station": "HQ", "objective": "Snares of last year", "armed": True,
}  # fmt: skip
LEG = {"transport": "vehicle", "mandate": "followup", "members": ["Bekova, Nurgul", "Asanov, Bek"],
       "leader": "Bekova, Nurgul"}  # fmt: skip


def imported(desk: Desk, day: int, defaults: PatrolDefaults | None = None, **told: str) -> str:
    path = write_gpx(desk.home / f"{day}.gpx", walk(MORNING + dt.timedelta(days=day), 11))
    more = {"defaults": defaults} if defaults is not None else {}
    return ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context, **told, **more).patrols[0]  # type: ignore[arg-type]


def defaults_of(desk: Desk) -> PatrolDefaults:
    return patrol_defaults(desk.home, desk.store.station_id, desk.officer, desk.store.reader)


def say(desk: Desk, record: str, document: dict[str, Any]) -> None:
    EditPatrol(desk.store)(record, document, officer=desk.officer)
    remember_said(desk.home, desk.store.station_id, desk.officer, desk.store.reader, record, document)


def described(desk: Desk) -> str:
    record = imported(desk, 0)
    leg = patrol(desk.store.reader, record).legs[0].id
    say(desk, record, {**SAID, "legs": [{"id": leg, **LEG}]})
    return record


def test_nothing_is_proposed_on_a_new_laptop(desk: Desk) -> None:
    assert defaults_of(desk) == PatrolDefaults()


def test_the_next_patrol_is_assumed_to_be_as_the_last_one(desk: Desk) -> None:
    described(desk)

    found = patrol(desk.store.reader, imported(desk, 1, defaults_of(desk)))

    assert (found.team, found.station, found.objective, found.is_armed) == (
        "mobileteam1", "HQ", "Snares of last year", True,
    )  # fmt: skip
    assert found.assumed == ("armed", "mandate", "objective", "station", "team")
    (leg,) = found.legs
    assert (leg.transport, leg.mandate, {one.name for one in leg.members}) == (
        "vehicle", "followup", {"Bekova, Nurgul", "Asanov, Bek"},
    )  # fmt: skip
    assert next(one.name for one in leg.members if one.id == leg.leader) == "Bekova, Nurgul"
    assert leg.assumed == ("leader", "mandate", "members", "transport")


def test_what_is_told_is_not_assumed_and_replaces_what_was_said_before(desk: Desk) -> None:
    described(desk)

    found = patrol(desk.store.reader, imported(desk, 1, defaults_of(desk), transport="foot", leader="Asanov, Bek"))

    (leg,) = found.legs
    assert (leg.transport, leg.assumed) == ("foot", ("mandate", "members"))
    assert {one.name for one in leg.members} == {"Bekova, Nurgul", "Asanov, Bek"}
    assert next(one.name for one in leg.members if one.id == leg.leader) == "Asanov, Bek"


def test_confirming_states_it_and_giving_back_what_was_shown_does_not(desk: Desk) -> None:
    described(desk)
    record = imported(desk, 1, defaults_of(desk))
    shown = {"team": "mobileteam1", "objective": "Snares of last year", "armed": True, "assumed": ["armed", "team"]}

    EditPatrol(desk.store)(record, shown, officer=desk.officer)
    assert patrol(desk.store.reader, record).assumed == ("armed", "mandate", "station", "team")

    EditPatrol(desk.store)(record, {"team": "mobileteam1", "armed": True, "station": None}, officer=desk.officer)
    found = patrol(desk.store.reader, record)
    assert (found.assumed, found.team, found.station, found.is_armed) == (("mandate",), "mobileteam1", "", True)


def test_only_what_was_said_just_now_is_remembered(desk: Desk) -> None:
    described(desk)
    old = imported(desk, 3, transport="horse", leader="Toktogulov, Aibek")

    say(desk, old, {"comment": "rain", "team": "mobileteam2"})

    found = defaults_of(desk)
    assert (found.team, found.transport, found.station) == ("mobileteam2", "vehicle", "HQ")


def test_somebody_else_at_the_laptop_has_defaults_of_their_own_and_broken_settings_are_none(desk: Desk) -> None:
    described(desk)

    assert patrol_defaults(desk.home, desk.store.station_id, "f" * 32, desk.store.reader) == PatrolDefaults()
    for broken in ("{", "[]", '{"members": 7, "armed": "yes", "team": 3, "leader": "nobody"}'):
        DeviceSettings(desk.home).put(f"patrol/{desk.store.station_id}/{desk.officer}", broken)
        assert defaults_of(desk) == PatrolDefaults()


def test_the_command_line_remembers_and_proposes_too(ranger: CommandLine) -> None:
    first = write_gpx(ranger.folder / "1.gpx", walk(MORNING, 11))
    second = write_gpx(ranger.folder / "2.gpx", walk(MORNING + dt.timedelta(days=1), 11))
    record = ranger.answer("import", "gpx", first, "--transport", "vehicle", "--leader", "Bekova, Nurgul")["patrol_id"]
    told = ranger.write("edit.json", {"team": "mobileteam1"})
    ranger.answer("patrol", "edit", record, "--from-json", told)

    done = ranger.answer("import", "gpx", second)

    shown = ranger.answer("patrol", "show", done["patrol_id"])
    assert done["assumed"] == ["transport", "mandate", "leader", "members"]
    assert (shown["team"], shown["legs"][0]["transport"], shown["legs"][0]["leader"]) == (
        "mobileteam1", "vehicle", "Bekova, Nurgul",
    )  # fmt: skip
    assert shown["assumed"] == ["armed", "mandate", "team"]


def test_an_import_proposes_the_plan_and_the_document_takes_it(ranger: CommandLine) -> None:
    plan = ranger.answer("plan", "add", "--from-json", ranger.write("plan.json", {
        "name": "Ridge", "start": "2026-03-04", "end": "2026-03-05", "members": ["Bekova, Nurgul"],
    }))  # fmt: skip
    walked = write_gpx(ranger.folder / "1.gpx", walk(MORNING, 11))

    done = ranger.answer("import", "gpx", walked, "--leader", "Bekova, Nurgul")

    record = done["patrol_id"]
    assert done["plans"] == [{"patrol_id": record, "plan_id": plan["plan_id"], "number": plan["number"]}]
    told = ranger.write("edit.json", {"plan": plan["number"]})
    assert ranger.answer("patrol", "edit", record, "--from-json", told)["changed"]
    shown = ranger.answer("patrol", "show", record)
    assert shown["plan"] == plan["plan_id"]
    assert ranger.answer("plan", "show", plan["plan_id"])["state"] == "done"
    assert not ranger.answer("patrol", "edit", record, "--from-json", ranger.write("edit.json", shown))["changed"]
    assert ranger.answer("import", "gpx", walked)["plans"] == []
    refused = ranger("patrol", "edit", record, "--from-json", ranger.write("edit.json", {"plan": "no such"}))
    assert "[plan-unknown]" in refused.err
