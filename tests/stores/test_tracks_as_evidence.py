"""What an import of tracks writes down is what the files and people said; everything else is marked, or left open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from db.drafts import Draft
from db.patrol_pages import patrol_page
from db.patrols import patrol
from ranger_app.services.documents import patrol_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.histories import history
from ranger_app.services.import_tracks import ImportTracks, TracksImported
from ranger_app.services.record_incident import RecordIncident
from tests.service_desk import BISHKEK, MORNING, OTHER, Desk, Fix, walk, write_gpx

DAY = dt.date(2026, 3, 1)
AFTERNOON = dt.datetime(2026, 3, 4, 15, 30, tzinfo=BISHKEK)


def imported(desk: Desk, *paths: Any, **more: Any) -> TracksImported:
    return ImportTracks(desk.store)(list(paths), officer=desk.officer, context=desk.context, **more)


def shown(desk: Desk, record: str) -> dict[str, Any]:
    return patrol_document(patrol(desk.store.reader, record))


def edit(desk: Desk, record: str, document: dict[str, Any]) -> bool:
    return EditPatrol(desk.store)(record, document, officer=desk.officer)


def far(degrees: float) -> list[Fix]:
    """Fixes without times, so many degrees of longitude away."""
    return [(latitude, longitude + degrees, at) for latitude, longitude, at in walk(None)]


# What nobody stated


def test_what_an_import_was_not_told_is_marked_as_assumed_until_somebody_says_it(desk: Desk) -> None:
    done = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING)))
    (record,) = done.patrols

    before = shown(desk, record)
    assert done.assumed == ("transport", "mandate", "leader", "members")
    assert before["assumed"] == ["armed", "mandate"]
    assert before["legs"][0]["assumed"] == ["leader", "mandate", "members", "transport"]
    assert not edit(desk, record, before)
    assert patrol_page(desk.store.reader)[0].transport == ""

    leg = before["legs"][0]["id"]
    assert edit(desk, record, {"armed": False, "mandate": "antipoaching", "legs": [{"id": leg, "transport": "foot"}]})

    after = shown(desk, record)
    assert after["assumed"] == []
    assert after["legs"][0]["assumed"] == ["leader", "members"]
    assert patrol_page(desk.store.reader)[0].transport == "foot"
    assert history(desk.store.reader, "leg", leg)[-1]["fields"] == {"assumed/mandate": None, "assumed/transport": None}


def test_what_an_import_was_told_is_not_assumed(desk: Desk) -> None:
    told = {"transport": "horse", "mandate": "surveillance", "leader": "Bekova, Nurgul"}
    done = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING)), **told)

    found = shown(desk, done.patrols[0])

    assert done.assumed == ()
    assert (found["assumed"], found["legs"][0]["assumed"]) == (["armed"], [])


def test_another_leader_takes_the_place_of_the_one_who_was_assumed(desk: Desk) -> None:
    (record,) = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING))).patrols
    document = shown(desk, record)
    document["legs"][0]["leader"] = "Bekova, Nurgul"

    edit(desk, record, document)

    leg = shown(desk, record)["legs"][0]
    assert (leg["leader"], leg["members"]) == ("Bekova, Nurgul", ["Bekova, Nurgul"])
    assert leg["assumed"] == ["mandate", "transport"]


def test_members_who_are_stated_take_the_place_of_the_leader_who_was_assumed(desk: Desk) -> None:
    (record,) = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING))).patrols
    leg = shown(desk, record)["legs"][0]["id"]

    edit(desk, record, {"legs": [{"id": leg, "members": ["Bekova, Nurgul", "Herder"]}]})

    found = shown(desk, record)["legs"][0]
    assert (found["leader"], sorted(found["members"])) == (None, ["Bekova, Nurgul", "Herder"])
    assert found["assumed"] == ["mandate", "transport"]


def test_smart_gets_what_was_assumed_and_the_preflight_says_so(desk: Desk) -> None:
    imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING)))

    done = ExportSmart(desk.store)(desk.out / "one.xml", officer=desk.officer, context=desk.context)

    assert done.is_written
    assert [(one.code, one.where) for one in done.findings.notes] == [("smart-assumed", ""), ("smart-assumed", "leg 1")]
    assert 'transportTypeKey="foot"' in (desk.out / "one.xml").read_text()


# Times that nobody knows


def test_a_waypoint_without_a_time_gets_none_and_moves_no_day(desk: Desk) -> None:
    marks = [(45.0, 70.0, None, "BIRDS NEST"), (41.2, 74.5, AFTERNOON, "snare")]
    path = write_gpx(desk.out / "walk.gpx", walk(AFTERNOON), waypoints=marks)

    (record,) = imported(desk, path, date=dt.date(2020, 1, 1)).patrols

    found = shown(desk, record)
    nest = next(one for one in found["waypoints"] if one["comment"] == "BIRDS NEST")
    assert (nest["at"], nest["date"]) == (None, None)
    assert [(day["date"], day["start"]) for day in found["legs"][0]["days"]] == [("2026-03-04", "15:30:00")]
    assert (found["start"], found["end"]) == ("2026-03-04", "2026-03-04")


def test_smart_gets_a_time_inside_the_day_and_the_preflight_names_it(desk: Desk) -> None:
    marks = [(45.0, 70.0, None, "BIRDS NEST")]
    imported(desk, write_gpx(desk.out / "walk.gpx", walk(AFTERNOON), waypoints=marks))

    done = ExportSmart(desk.store)(desk.out / "one.xml", officer=desk.officer, context=desk.context)

    assert done.is_written
    noted = [(one.code, one.where) for one in done.findings.notes if one.code != "smart-assumed"]
    assert noted == [("smart-waypoint-untimed", "waypoint 1")]
    assert 'time="15:30:00"' in (desk.out / "one.xml").read_text()


def test_a_time_taken_from_the_track_is_marked_until_somebody_says_one(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING), waypoints=[(41.2002, 74.5001, None, "near")])
    (record,) = imported(desk, path).patrols
    (near,) = shown(desk, record)["waypoints"]
    assert (near["at"], near["assumed"]) == ("2026-03-04T08:02:00+06:00", ["at"])
    assert not edit(desk, record, shown(desk, record))

    edit(desk, record, {"waypoints": [{"id": near["id"], "at": "2026-03-04T08:03:00+06:00"}]})

    assert shown(desk, record)["waypoints"][0]["assumed"] == []


def test_a_day_without_any_time_says_none_and_a_track_without_times_moves_no_day(desk: Desk) -> None:
    (record,) = imported(desk, write_gpx(desk.out / "old.gpx", walk(None)), date=DAY).patrols
    (day,) = shown(desk, record)["legs"][0]["days"]
    assert (day["start"], day["end"], day["points"]) == (None, None, 5)

    timed = walk(dt.datetime(2026, 3, 1, 15, tzinfo=BISHKEK))
    imported(desk, write_gpx(desk.out / "timed.gpx", timed), patrol_id=record)

    (day,) = shown(desk, record)["legs"][0]["days"]
    assert (day["start"], day["end"], day["points"]) == ("15:00:00", "15:04:00", 10)


def test_a_time_that_is_stated_later_takes_the_place_of_the_day(desk: Desk) -> None:
    path = write_gpx(desk.out / "old.gpx", waypoints=[(41.2, 74.5, None, "camp")])
    (record,) = imported(desk, path, date=DAY).patrols
    (camp,) = shown(desk, record)["waypoints"]
    assert (camp["at"], camp["date"]) == (None, "2026-03-01")

    edit(desk, record, {"waypoints": [{"id": camp["id"], "date": "2026-03-02"}]})
    assert shown(desk, record)["waypoints"][0]["date"] == "2026-03-02"
    edit(desk, record, {"waypoints": [{"id": camp["id"], "at": "2026-03-02T10:00:00+06:00"}]})

    told = shown(desk, record)["waypoints"][0]
    assert (told["at"], told["date"]) == ("2026-03-02T10:00:00+06:00", None)


def test_the_list_and_the_page_tell_the_same_length_of_tracks_without_a_day(desk: Desk) -> None:
    (record,) = imported(desk, write_gpx(desk.out / "old.gpx", walk(None))).patrols

    row, found = patrol_page(desk.store.reader)[0], patrol(desk.store.reader, record)

    assert found.points == row.points == 5
    assert found.distance_m == row.distance_m > 40
    assert (shown(desk, record)["distance_m"], shown(desk, record)["points"]) == (row.distance_m, row.points)


# Which patrol, which day


def test_files_without_times_are_one_patrol_only_where_they_are_close(desk: Desk) -> None:
    here = write_gpx(desk.out / "here.gpx", walk(None), far(2.0))
    beside = write_gpx(desk.out / "beside.gpx", far(0.01))
    away = write_gpx(desk.out / "away.gpx", far(-1.0))

    done = imported(desk, here, beside, away)

    counts = sorted(patrol(desk.store.reader, record).points for record in done.patrols)
    assert counts == [5, 15]


def test_the_other_side_of_180_degrees_is_close(desk: Desk) -> None:
    east = write_gpx(desk.out / "east.gpx", [(65.0, 179.999, None), (65.001, 179.999, None)])
    west = write_gpx(desk.out / "west.gpx", [(65.0, -179.999, None), (65.001, -179.999, None)])

    assert len(imported(desk, east, west).patrols) == 1


def test_a_day_is_given_only_to_files_that_have_no_time_at_all(desk: Desk) -> None:
    untimed = write_gpx(desk.out / "untimed.gpx", walk(None))
    mixed = write_gpx(desk.out / "mixed.gpx", walk(MORNING), far(3.0), waypoints=[(45.0, 70.0, None, "02-OCT-10")])

    done = imported(desk, untimed, mixed, date=DAY)

    starts = {row.start for row in patrol_page(desk.store.reader)}
    assert starts == {"2026-03-01", "2026-03-04", ""}
    assert [problem.file for problem in done.problems if problem.code == "day-not-given"] == [str(mixed)]


def test_a_day_given_again_to_known_files_leaves_those_alone_that_have_times(desk: Desk) -> None:
    untimed = write_gpx(desk.out / "untimed.gpx", walk(None))
    mixed = write_gpx(desk.out / "mixed.gpx", walk(MORNING), far(3.0), waypoints=[(45.0, 70.0, None, "02-OCT-10")])
    imported(desk, untimed, mixed)

    done = imported(desk, untimed, mixed, date=DAY)
    alone = imported(desk, mixed, date=dt.date(2026, 3, 4))

    assert (done.dated, done.new_points) == (["untimed.gpx"], 0)
    assert "day-not-given" in {problem.code for problem in done.problems}
    assert alone.dated == ["mixed.gpx"]
    assert [row.start for row in patrol_page(desk.store.reader)] == ["2026-03-04", "2026-03-04", "2026-03-01"]
    marks = [one for row in patrol_page(desk.store.reader) for one in patrol(desk.store.reader, row.id).waypoints]
    assert [(one.at, one.is_date_given) for one in marks] == [(None, False)]


# An incident that stays behind


def test_an_incident_that_a_patrol_does_not_take_along_is_named(desk: Desk) -> None:
    (record,) = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING))).patrols
    document = {**OTHER, "patrol_id": record, "occurred_at": "2026-06-04T10:00:00+06:00"}
    incident = RecordIncident(desk.store)("other", document, officer=desk.officer).incident_id

    done = ExportSmart(desk.store)(
        desk.out / "one.xml", patrols=[record], officer=desk.officer, context=desk.context
    )  # fmt: skip

    assert done.is_written
    apart = [one for one in done.findings.notes if one.code == "smart-incident-apart"]
    assert [one.record_id for one in apart] == [incident]


def test_what_somebody_typed_into_a_form_and_did_not_store_is_named_as_not_in_the_file(desk: Desk) -> None:
    (record,) = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING))).patrols
    moment = (MORNING + dt.timedelta(minutes=1)).isoformat()
    document = {
        **OTHER, "patrol_id": record, "occurred_at": moment,
        "position": {"latitude_deg": 41.2, "longitude_deg": 74.5, "source": "gps"},
    }  # fmt: skip
    incident = RecordIncident(desk.store)("other", document, officer=desk.officer).incident_id
    desk.store.drafts.save(Draft("9" * 32, "patrol", record, {"objective": "half"}, {}, 1))
    beside = desk.store.drafts.beside
    assert beside is not None
    beside.save(Draft(desk.officer, "other", incident, {"summary": "half"}, {}, 2))

    done = ExportSmart(desk.store)(
        desk.out / "one.xml", patrols=[record], officer=desk.officer, context=desk.context
    )  # fmt: skip

    assert done.is_written
    ((_, number), along) = next(iter(done.along.items()))
    assert along == incident
    waiting = [(one.record_id, one.where) for one in done.findings.notes if one.code == "smart-draft-waiting"]
    assert waiting == [(record, ""), (record, f"waypoint {number}")]
    desk.store.drafts.drop("9" * 32, "patrol", record)
    desk.store.drafts.drop(desk.officer, "other", incident)
    looked = ExportSmart(desk.store).check(patrols=[record], officer=desk.officer, context=desk.context)
    assert "smart-draft-waiting" not in {one.code for one in looked.findings.notes}
