"""Legs of a patrol: added, split, joined, removed; with their tracks, waypoints and days; undone, merged."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from db.patrols import patrol, tracks_of_leg
from ranger_app.domain.preflight import preflight
from ranger_app.domain.records import Leg, Patrol
from ranger_app.domain.smart_office import training_office
from ranger_app.jobs import JobContext
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_incident import DocumentRefusedError
from ranger_app.services.stations import open_station, rebuild_station
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import MORNING, Desk, walk, write_gpx
from tests.smart_samples import default_model

NOON = "2026-03-04T08:10:00+06:00"
HORSEMAN = "Bekova, Nurgul"


@pytest.fixture
def walked(desk: Desk) -> str:
    """A patrol of 20 minutes from eight, a fix a minute, with waypoints at 8:05 and 8:15."""
    marks = [(41.2005, 74.5, MORNING.replace(minute=5), "snare"), (41.2015, 74.5, MORNING.replace(minute=15), "hut")]
    path = write_gpx(desk.home / "walk.gpx", walk(MORNING, 21), waypoints=marks)
    done = ImportTracks(desk.store)(
        [path], officer=desk.officer, transport="foot", mandate="followup", leader="Toktogulov, Aibek",
        context=desk.context,
    )  # fmt: skip
    return done.patrols[0]


def shown(desk: Desk, record: str) -> Patrol:
    return patrol(desk.store.reader, record, blobs=desk.store.blobs)


def edit(desk: Desk, record: str, *legs: dict[str, Any], **more: Any) -> Patrol:
    EditPatrol(desk.store)(record, {"legs": list(legs), **more}, officer=desk.officer)
    return shown(desk, record)


def points(leg: Leg) -> int:
    return sum(day.points for day in leg.days)


def split(desk: Desk, record: str, at: str = NOON, **more: Any) -> Patrol:
    return edit(desk, record, {"split_at": at, **more})


def names(leg: Leg) -> set[str]:
    return {one.name for one in leg.members}


def test_everything_after_the_moment_goes_to_the_new_leg(desk: Desk, walked: str) -> None:
    whole = shown(desk, walked)

    first, second = split(desk, walked, transport="horse", members=[HORSEMAN], leader=HORSEMAN).legs

    assert (first.transport, first.mandate, names(first)) == ("foot", "followup", {"Toktogulov, Aibek"})
    assert (second.transport, second.mandate, names(second)) == ("horse", "followup", {HORSEMAN})
    assert (points(first), points(second)) == (10, 11)
    assert (first.days[0].end.isoformat(), second.days[0].start.isoformat()) == ("08:09:00", "08:10:00")
    assert sum(day.distance_m for leg in (first, second) for day in leg.days) < whole.distance_m
    assert [(one.comment, one.leg_id) for one in shown(desk, walked).waypoints] == [
        ("snare", first.id), ("hut", second.id),
    ]  # fmt: skip
    assert [
        len(track) for leg in (first, second) for track in tracks_of_leg(desk.store.reader, leg.id, desk.store.blobs)
    ] == [10, 11]
    for leg in (first, second):
        assert leg.days[0].track is not None
        assert len(leg.days[0].track) == points(leg)


def test_a_leg_is_split_at_a_waypoint_too(desk: Desk, walked: str) -> None:
    hut = next(one for one in shown(desk, walked).waypoints if one.comment == "hut")

    first, second = split(desk, walked, hut.id).legs

    assert (points(first), points(second)) == (15, 6)
    assert second.members == first.members
    assert next(one for one in shown(desk, walked).waypoints if one.comment == "hut").leg_id == second.id


def test_a_split_is_one_act_and_is_taken_back_as_one(desk: Desk, walked: str) -> None:
    before = shown(desk, walked)
    after = split(desk, walked, transport="horse")

    UndoActs(desk.store)(officer=desk.officer)

    undone = shown(desk, walked)
    assert [(leg.id, leg.transport, points(leg)) for leg in undone.legs] == [(before.legs[0].id, "foot", 21)]
    assert {one.leg_id for one in undone.waypoints} == {before.legs[0].id}
    assert len(after.legs) == 2


def test_a_leg_is_split_twice_and_the_legs_are_counted_in_their_order(desk: Desk, walked: str) -> None:
    split(desk, walked, "2026-03-04T08:15:00+06:00", transport="horse")
    legs = split(desk, walked, "2026-03-04T08:05:00+06:00", transport="vehicle").legs

    assert [(leg.number, leg.transport, points(leg)) for leg in legs] == [
        (1, "foot", 5), (2, "vehicle", 10), (3, "horse", 6),
    ]  # fmt: skip
    assert rebuild_station(desk.store, desk.context).identical


def test_what_was_typed_of_a_day_goes_with_it(desk: Desk, walked: str) -> None:
    leg = shown(desk, walked).legs[0].id
    day = {"date": "2026-03-04", "start": "07:45:00", "end": "09:30:00", "rest_minutes": 20}
    edit(desk, walked, {"id": leg, "days": [day, {"date": "2026-03-05", "rest_minutes": 5, "start": "08:00:00"}]})

    first, second = split(desk, walked).legs

    assert [(one.start.isoformat(), one.rest_minutes) for one in first.days] == [("07:45:00", 20)]
    assert [(one.date.day, one.end.isoformat(), one.rest_minutes) for one in second.days] == [
        (4, "09:30:00", 0), (5, "08:00:00", 5),
    ]  # fmt: skip


def test_joined_legs_are_one_again(desk: Desk, walked: str) -> None:
    first, second = split(desk, walked, transport="horse", members=[HORSEMAN], leader=HORSEMAN).legs

    (joined,) = edit(desk, walked, {"id": second.id, "join_to": first.id}).legs

    assert (joined.id, joined.transport, points(joined)) == (first.id, "foot", 21)
    assert names(joined) == {"Toktogulov, Aibek", HORSEMAN}
    assert {one.leg_id for one in shown(desk, walked).waypoints} == {first.id}
    UndoActs(desk.store)(officer=desk.officer)
    assert [points(leg) for leg in shown(desk, walked).legs] == [10, 11]


def test_a_removed_leg_takes_its_tracks_and_waypoints_along_and_comes_back_with_them(desk: Desk, walked: str) -> None:
    first, second = split(desk, walked).legs

    left = edit(desk, walked, {"id": second.id, "remove": "walked by another patrol"})

    assert [leg.id for leg in left.legs] == [first.id]
    assert [one.comment for one in left.waypoints] == ["snare"]
    UndoActs(desk.store)(officer=desk.officer)
    assert [points(leg) for leg in shown(desk, walked).legs] == [10, 11]
    assert len(shown(desk, walked).waypoints) == 2


def test_a_leg_without_a_track_is_added_with_its_days(desk: Desk, walked: str) -> None:
    told = {"transport": "vehicle", "members": [HORSEMAN], "pilot": HORSEMAN,
            "days": [{"date": "2026-03-04", "start": "13:00:00", "end": "15:30:00", "rest_minutes": 10}]}  # fmt: skip

    legs = edit(desk, walked, told).legs

    added = legs[-1]
    assert (len(legs), added.number, added.transport, added.mandate) == (2, 2, "vehicle", "followup")
    assert (names(added), added.pilot == added.members[0].id, added.assumed) == ({HORSEMAN}, True, ("mandate",))
    assert [(day.start.isoformat(), day.end.isoformat(), day.rest_minutes) for day in added.days] == [
        ("13:00:00", "15:30:00", 10)
    ]


def test_a_new_waypoint_lands_on_the_leg_that_was_walked_then(desk: Desk, walked: str) -> None:
    first, second = split(desk, walked).legs
    at = "2026-03-04T08:12:00+06:00"
    told = {"at": at, "position": {"latitude_deg": 41.2, "longitude_deg": 74.5}, "comment": "fox"}

    found = edit(desk, walked, waypoints=[told, {**told, "at": "2026-03-04T08:02:00+06:00", "comment": "hare"}])

    assert {one.comment: one.leg_id for one in found.waypoints if one.comment in ("fox", "hare")} == {
        "fox": second.id, "hare": first.id,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"split_at": "noon"}, "split-no-time"),
        ({"split_at": "2026-03-04T08:10:00"}, "split-no-time"),
        ({"split_at": "f" * 32}, "split-no-time"),
        ({"split_at": "2026-03-04T07:00:00+06:00"}, "split-outside"),
        ({"split_at": "2026-03-04T08:00:00+06:00"}, "split-outside"),
        ({"split_at": "2026-03-05T08:10:00+06:00"}, "split-outside"),
        ({"split_at": NOON, "of": "f" * 32}, "part-unknown"),
        ({"id": "LEG", "join_to": "f" * 32}, "part-unknown"),
        ({"id": "LEG", "join_to": "LEG"}, "part-unknown"),
        ({"id": "LEG", "remove": " "}, "reason-missing"),
        ({"id": "LEG", "remove": "why not"}, "leg-last"),
        ({"members": [HORSEMAN]}, "field-type"),
    ],
)
def test_what_cannot_be_done_to_legs_is_refused_and_changes_nothing(
    desk: Desk, walked: str, told: dict[str, Any], code: str
) -> None:
    leg = shown(desk, walked).legs[0].id
    before = desk.changes()

    with pytest.raises(DocumentRefusedError) as refused:
        edit(desk, walked, {key: leg if value == "LEG" else value for key, value in told.items()})

    assert [one.code for one in refused.value.problems] == [code]
    assert desk.changes() == before


def test_two_laptops_split_the_same_patrol_and_end_up_the_same(desk: Desk, walked: str, tmp_path: Path) -> None:
    desk.store.close()
    shutil.copytree(desk.folder, tmp_path / "copy")
    with open_station(tmp_path / "copy", home=desk.home) as copy:
        other = Desk(copy, tmp_path / "copy", desk.home, desk.officer, desk.out)
        desk.store = open_station(desk.folder, home=desk.home)
        split(desk, walked, "2026-03-04T08:15:00+06:00", transport="horse")
        split(other, walked, "2026-03-04T08:05:00+06:00", transport="vehicle")
        theirs, ours = list(copy.journal.changes()), list(desk.store.journal.changes())

        desk.store.merge(theirs, JobContext())
        copy.merge(ours, JobContext())

        here, there = (patrol(one.store.reader, walked, blobs=one.store.blobs) for one in (desk, other))
        assert [(leg.id, leg.number, leg.transport, points(leg)) for leg in here.legs] == [
            (leg.id, leg.number, leg.transport, points(leg)) for leg in there.legs
        ]
        assert sorted(leg.transport for leg in here.legs) == ["foot", "horse", "vehicle"]
        assert [leg.number for leg in here.legs] == [1, 2, 3]
        assert desk.content() == other.content()


def test_the_preflight_names_fixes_that_two_laptops_put_on_two_legs(desk: Desk, walked: str, tmp_path: Path) -> None:
    def twice(one: Desk) -> list[tuple[str, str]]:
        found = preflight(patrol(one.store.reader, walked), default_model(), training_office())
        return [(one.where, str(one.facts["other"])) for one in found.lossy if one.code == "smart-track-twice"]

    desk.store.close()
    shutil.copytree(desk.folder, tmp_path / "copy")
    with open_station(tmp_path / "copy", home=desk.home) as copy:
        other = Desk(copy, tmp_path / "copy", desk.home, desk.officer, desk.out)
        desk.store = open_station(desk.folder, home=desk.home)
        split(desk, walked, "2026-03-04T08:15:00+06:00", transport="vehicle")
        split(desk, walked, "2026-03-04T08:12:00+06:00", transport="vehicle")
        split(other, walked, "2026-03-04T08:05:00+06:00", transport="vehicle")
        assert (twice(desk), twice(other)) == ([], [])

        desk.store.merge(list(copy.journal.changes()), JobContext())

        assert len(twice(desk)) == 2
