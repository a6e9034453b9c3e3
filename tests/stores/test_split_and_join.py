"""Patrols and legs that are split at a fix, and joined again: nothing lost, nothing twice, all of it undone."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from db.fields import ordered
from db.incidents import incident
from db.patrol_pages import patrol_ids, patrol_page
from db.patrols import load_track, patrol
from db.reader import Entry
from ranger_app.domain.records import Patrol, Position, PositionSource
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.documents import patrol_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.edit_track import EditTrack, Hide, Pause, TrackRangeError
from ranger_app.services.histories import history
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.join_patrols import JoinLegs, JoinPatrols, JoinRefusedError
from ranger_app.services.known_files import known_file
from ranger_app.services.move_waypoint import MoveWaypoint
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.split_patrol import NumberTakenError, Parted, SplitEmptyError, SplitPatrol
from ranger_app.services.stations import rebuild_station
from ranger_app.services.take_back import ReasonMissingError
from ranger_app.services.undo_acts import RedoActs, UndoActs
from tests.service_desk import MORNING, POACHING, Desk, walk, write_gpx, write_photo

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def with_patrol(desk: Desk, *, name: str = "walk", start: dt.datetime = MORNING) -> str:
    """A patrol of two tracks and two waypoints; answers the id of the first track."""
    path = write_gpx(
        desk.out / f"{name}.gpx",
        walk(start, 40),
        walk(start + 2 * HOUR, 20, latitude=41.3),
        waypoints=[(41.201, 74.5, start + dt.timedelta(minutes=5), "snare"),
                   (41.3, 74.5, start + 2 * HOUR, "camp")],
    )  # fmt: skip
    done = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    return tracks_of(desk, done.patrols[0])[0].id


def tracks_of(desk: Desk, record: str) -> list[Entry]:
    reader = desk.store.reader
    return [
        track
        for leg in ordered(reader.entries("leg", parent=record))
        for track in ordered(reader.entries("track", parent=leg.id))
    ]


def loaded(desk: Desk, record: str) -> Patrol:
    return patrol(desk.store.reader, record, blobs=desk.store.blobs)


def told(desk: Desk) -> list[Any]:
    """All that lists show of patrols."""
    rows = [(row.id, row.number, row.start, row.end, row.points, row.legs) for row in patrol_page(desk.store.reader)]
    return [rows, *(patrol_document(loaded(desk, record)) for record in patrol_ids(desk.store.reader))]


def split(desk: Desk, track: str, index: int, **more: Any) -> Parted:
    return SplitPatrol(desk.store)(track, index, officer=desk.officer, **more)


def fixes_and_points(desk: Desk) -> int:
    """Fixes of all patrols, which must be what the lists say."""
    patrols = [loaded(desk, record) for record in patrol_ids(desk.store.reader)]
    tracks = [day.track for one in patrols for leg in one.legs for day in leg.days if day.track is not None]
    points = sum(one.points for one in patrols)
    assert points == sum(row.points for row in patrol_page(desk.store.reader)) == sum(map(len, tracks))
    return points


def test_what_comes_after_a_fix_becomes_a_patrol_of_its_own(desk: Desk) -> None:
    track = with_patrol(desk)
    (old,) = patrol_ids(desk.store.reader)
    EditPatrol(desk.store)(old, {"team": "mobileteam1", "objective": "Snares"}, officer=desk.officer)
    before, changes = told(desk), desk.changes()

    parted = split(desk, track, 30)

    assert desk.changes() == changes + 1
    first, second = loaded(desk, old), loaded(desk, parted.patrol)
    assert (first.points, second.points) == (30, 30)
    assert (second.team, second.objective, second.number) == ("mobileteam1", "Snares", "KG-NAR_" + second.number[7:])
    assert [one.comment for one in first.waypoints] == ["snare"]
    assert [one.comment for one in second.waypoints] == ["camp"]
    assert second.waypoints[0].leg_id == parted.leg == second.legs[0].id
    assert second.legs[0].days[0].start == dt.time(8, 30)
    piece = desk.store.reader.entry(parted.track, "track")
    assert piece.values["chunks"] == desk.store.reader.entry(track, "track").values["chunks"]
    assert (piece.values["first"], piece.values["stop"]) == (30, 40)
    assert len(load_track(piece, desk.store.blobs)) == 10
    file = known_file(desk.store.reader, str(desk.store.reader.entries("file")[0].values["sha256"]))
    assert file is not None
    assert set(file.patrols) == {old, parted.patrol}
    assert fixes_and_points(desk) == 60
    assert rebuild_station(desk.store, desk.context).identical is True
    after = told(desk)
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert told(desk) == before
    RedoActs(desk.store)(officer=desk.officer)
    assert told(desk) == after


def test_a_new_leg_begins_with_its_own_transport(desk: Desk) -> None:
    track = with_patrol(desk)
    (record,) = patrol_ids(desk.store.reader)
    leg = desk.store.reader.entries("leg")[0].id
    EditPatrol(desk.store)(
        record,
        {"legs": [{"id": leg, "transport": "foot", "days": [{"date": "2026-03-04", "rest_minutes": 20}]}]},
        officer=desk.officer,
    )
    EditTrack(desk.store)(track, [Hide(35, 39), Pause(3, 6)], officer=desk.officer, reason="tea")
    before = told(desk)

    parted = split(desk, track, 10, into_leg=True, transport="horse")

    found = loaded(desk, record)
    assert parted.patrol == record
    assert [(one.transport, one.id, one.number) for one in found.legs] == [("foot", leg, 1), ("horse", parted.leg, 2)]
    assert [sum(day.points for day in one.days) for one in found.legs] == [8, 45]
    assert [one.days[0].rest_minutes for one in found.legs] == [20, 0]
    assert [one.leg_id for one in found.waypoints] == [leg, parted.leg]
    assert "transport" not in found.legs[1].assumed
    values = desk.store.reader.entry(parted.track, "track").values
    assert values["hide/35-39"] == "tea"
    assert "pause/3-6" not in values
    assert fixes_and_points(desk) == 53
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert told(desk) == before


def test_what_was_typed_about_later_days_goes_along(desk: Desk) -> None:
    path = write_gpx(desk.out / "days.gpx", walk(MORNING, 300, step_s=600))
    (record,) = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols
    leg = desk.store.reader.entries("leg")[0].id
    days = [{"date": f"2026-03-0{day}", "rest_minutes": day} for day in (4, 5, 6)]
    EditPatrol(desk.store)(record, {"legs": [{"id": leg, "days": days}]}, officer=desk.officer)

    parted = split(desk, tracks_of(desk, record)[0].id, 150, number="SECOND")

    both = [loaded(desk, one).legs[0].days for one in (record, parted.patrol)]
    rests = [[(day.date.day, day.rest_minutes) for day in days] for days in both]
    assert rests == [[(4, 4), (5, 5)], [(5, 0), (6, 6)]]
    assert patrol_page(desk.store.reader)[0].number == "SECOND"
    assert {(row.start, row.end) for row in patrol_page(desk.store.reader)} == {
        ("2026-03-04", "2026-03-05"), ("2026-03-05", "2026-03-06"),
    }  # fmt: skip


def test_a_split_that_leaves_nothing_is_refused(desk: Desk) -> None:
    track = with_patrol(desk)
    EditTrack(desk.store)(track, [Hide(0, 4)], officer=desk.officer)
    changes = desk.changes()

    for index in (0, 5):
        with pytest.raises(SplitEmptyError):
            split(desk, track, index)
    with pytest.raises(TrackRangeError):
        split(desk, track, 40)
    with pytest.raises(NumberTakenError):
        split(desk, track, 20, number=next(iter(patrol_page(desk.store.reader))).number)
    assert desk.changes() == changes


def test_a_track_without_times_is_split_alone(desk: Desk) -> None:
    path = write_gpx(desk.out / "untimed.gpx", walk(None, 20), walk(None, 10))
    (record,) = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols

    parted = split(desk, tracks_of(desk, record)[0].id, 15)

    assert [loaded(desk, one).points for one in (record, parted.patrol)] == [25, 5]


def test_patrols_that_were_one_are_joined_with_all_that_belongs_to_them(desk: Desk) -> None:
    track = with_patrol(desk)
    (first,) = patrol_ids(desk.store.reader)
    with_patrol(desk, name="second", start=MORNING + DAY)
    (second,) = set(patrol_ids(desk.store.reader)) - {first}
    EditTrack(desk.store)(track, [Hide(0, 4)], officer=desk.officer)
    waypoint = loaded(desk, second).waypoints[0].id
    seen = [{"category": "threat.", "attributes": {"count": 3}}]
    EditPatrol(desk.store)(
        second, {"team": "mobileteam1", "comment": "Rain", "waypoints": [{"id": waypoint, "observations": seen}]},
        officer=desk.officer,
    )  # fmt: skip
    photo = write_photo(desk.out / "snare.jpg")
    AttachPhotos(desk.store)([photo], officer=desk.officer, parent=("waypoint", waypoint), context=desk.context)
    done = RecordIncident(desk.store)("poaching", {**POACHING, "patrol_id": second}, officer=desk.officer)
    before = told(desk)

    assert JoinPatrols(desk.store)(first, [second], officer=desk.officer, reason="one patrol") == first

    assert patrol_ids(desk.store.reader) == (first,)
    found = loaded(desk, first)
    assert (found.team, found.comment, found.points, len(found.legs)) == ("mobileteam1", "Rain", 115, 1)
    assert [day.date.day for day in found.legs[0].days] == [4, 5]
    assert len(found.waypoints) == 4
    moved = next(one for one in found.waypoints if one.observations)
    assert (moved.observations[0].attributes["count"], moved.attachments[0].name) == (3, "snare.jpg")
    assert incident(desk.store.reader, done.incident_id).patrol_id == first
    assert [line["reason"] for line in history(desk.store.reader, "patrol", second)][-1] == "one patrol"
    assert fixes_and_points(desk) == 115
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert told(desk) == before
    assert incident(desk.store.reader, done.incident_id).patrol_id == second


def test_split_and_joined_again_is_the_same_way(desk: Desk) -> None:
    track = with_patrol(desk)
    (first,) = patrol_ids(desk.store.reader)
    before = loaded(desk, first)

    parted = split(desk, track, 30)
    JoinPatrols(desk.store)(first, [parted.patrol], officer=desk.officer)

    after = loaded(desk, first)
    assert after.points == before.points
    assert [day.date for leg in after.legs for day in leg.days] == [day.date for leg in before.legs for day in leg.days]
    assert sorted(one.comment for one in after.waypoints) == ["camp", "snare"]
    assert fixes_and_points(desk) == 60


def test_legs_with_other_people_stay_legs_until_somebody_joins_them(desk: Desk) -> None:
    with_patrol(desk)
    (first,) = patrol_ids(desk.store.reader)
    path = write_gpx(desk.out / "other.gpx", walk(MORNING + DAY, 10))
    imported = partial(ImportTracks(desk.store), [path], officer=desk.officer, context=desk.context)
    imported(leader="Other, Ranger", transport="horse")
    (second,) = set(patrol_ids(desk.store.reader)) - {first}
    JoinPatrols(desk.store)(first, [second], officer=desk.officer)
    one, other = loaded(desk, first).legs
    assert [one.transport, other.transport] == ["foot", "horse"]

    JoinLegs(desk.store)(one.id, [other.id], officer=desk.officer)

    (leg,) = loaded(desk, first).legs
    assert (leg.transport, len(leg.members), sum(day.points for day in leg.days)) == ("foot", 2, 70)
    with pytest.raises(JoinRefusedError):
        JoinLegs(desk.store)(one.id, [one.id], officer=desk.officer)
    with pytest.raises(JoinRefusedError):
        JoinPatrols(desk.store)(first, [first], officer=desk.officer)


def test_a_waypoint_is_moved_for_a_reason_and_its_first_place_stays_in_its_history(desk: Desk) -> None:
    with_patrol(desk)
    (record,) = patrol_ids(desk.store.reader)
    waypoint = loaded(desk, record).waypoints[0]
    to = Position(latitude_deg=41.25, longitude_deg=74.6, source=PositionSource.MAP)
    with pytest.raises(ReasonMissingError):
        MoveWaypoint(desk.store)(waypoint.id, to, officer=desk.officer, reason=" ")

    assert MoveWaypoint(desk.store)(waypoint.id, to, officer=desk.officer, reason="over the ridge")
    assert not MoveWaypoint(desk.store)(waypoint.id, to, officer=desk.officer, reason="again")

    assert loaded(desk, record).waypoints[0].position == to
    lines = history(desk.store.reader, "waypoint", waypoint.id)
    assert [line["fields"].get("latitude") for line in lines] == ["41.201", "41.25"]
    assert lines[-1]["fields"]["moved_because"] == "over the ridge"
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert loaded(desk, record).waypoints[0] == waypoint
