"""Rows of a booklet as records of a patrol."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from db.patrols import patrol
from db.reader import RecordMissingError
from db.recent_observations import recent_observations
from ranger_app.importers.photo import NotAPhotoError
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_booklet import BookletRow, RecordBooklet, RowWithoutPlaceError, take_out_row
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import MORNING, Desk, walk, write_gpx, write_photo

HERE = {"latitude_deg": 41.201, "longitude_deg": 74.501, "accuracy_m": None, "source": "track"}
ARGALI = {"category": "animals.liveanimals.", "attributes": {"species": "ovis_rl.", "numberofagesexunknown": 7}}
ROW = BookletRow(observation=ARGALI, at=MORNING + dt.timedelta(minutes=5), position=HERE, comment="on the ridge")


@pytest.fixture
def walked(desk: Desk) -> str:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING))
    [record] = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols
    return record


def test_a_row_is_a_waypoint_with_an_observation_in_one_act(desk: Desk, walked: str) -> None:
    before = desk.changes()

    stored = RecordBooklet(desk.store)(walked, replace(ROW, direction_deg="45", distance_m="120"), officer=desk.officer)

    [waypoint] = patrol(desk.store.reader, walked).waypoints
    assert (waypoint.id, waypoint.number, waypoint.at) == (stored.waypoint, 1, ROW.at)
    assert (waypoint.direction_deg, waypoint.distance_m, waypoint.comment) == (45.0, 120.0, "on the ridge")
    assert waypoint.leg_id == patrol(desk.store.reader, walked).legs[0].id
    [seen] = waypoint.observations
    assert (seen.id, seen.category, dict(seen.attributes)) == (
        stored.observation, ARGALI["category"], ARGALI["attributes"],
    )  # fmt: skip
    assert desk.changes() == before + 1
    assert recent_observations(desk.store.reader) == ((ARGALI["category"], ARGALI["attributes"]),)


def test_a_second_row_of_one_place_goes_to_the_same_waypoint(desk: Desk, walked: str) -> None:
    record = RecordBooklet(desk.store)
    first = record(walked, ROW, officer=desk.officer)

    trap = {"category": "humanactivity.weaponsequipment.trap.", "attributes": {"typeoftrap": "wiresnare"}}
    second = record(
        walked, BookletRow(observation=trap, comment="two"), waypoint=first.waypoint, officer=desk.officer
    )  # fmt: skip

    [waypoint] = patrol(desk.store.reader, walked).waypoints
    assert [one.category for one in waypoint.observations] == [ARGALI["category"], trap["category"]]
    assert waypoint.comment == "on the ridge\ntwo"
    assert not second.is_new
    recent = recent_observations(desk.store.reader)
    assert [category for category, _ in recent] == [trap["category"], ARGALI["category"]]


def test_a_row_is_undone_and_taken_out_as_one(desk: Desk, walked: str) -> None:
    record = RecordBooklet(desk.store)
    record(walked, ROW, officer=desk.officer)
    UndoActs(desk.store)(officer=desk.officer)
    assert patrol(desk.store.reader, walked).waypoints == ()

    stored = record(walked, ROW, officer=desk.officer)
    more = record(walked, replace(ROW, comment=""), waypoint=stored.waypoint, officer=desk.officer)
    take_out_row(desk.store, more.waypoint, more.observation, officer=desk.officer)
    [waypoint] = patrol(desk.store.reader, walked).waypoints
    assert [one.id for one in waypoint.observations] == [stored.observation]
    take_out_row(desk.store, stored.waypoint, stored.observation, officer=desk.officer)
    assert patrol(desk.store.reader, walked).waypoints == ()
    with pytest.raises(RecordTakenBackError):
        take_out_row(desk.store, stored.waypoint, stored.observation, officer=desk.officer)


def test_a_row_of_another_day_lengthens_the_patrol(desk: Desk, walked: str) -> None:
    RecordBooklet(desk.store)(walked, replace(ROW, at=MORNING + dt.timedelta(days=1)), officer=desk.officer)
    RecordBooklet(desk.store)(walked, replace(ROW, at=None, date=dt.date(2026, 3, 2)), officer=desk.officer)

    found = patrol(desk.store.reader, walked)
    assert (found.start, found.end) == (dt.date(2026, 3, 2), dt.date(2026, 3, 5))
    assert [(one.at is None, one.date) for one in found.waypoints] == [(True, dt.date(2026, 3, 2)), (False, None)]


def test_photos_of_a_row_stay_with_its_observation(desk: Desk, walked: str, tmp_path: Path) -> None:
    path = write_photo(tmp_path / "IMG_0001.jpg")

    RecordBooklet(desk.store)(walked, replace(ROW, photos=(path,)), officer=desk.officer)
    RecordBooklet(desk.store)(
        walked, replace(ROW, observation=None, comment="a view", photos=(path,)), officer=desk.officer
    )

    first, second = patrol(desk.store.reader, walked).waypoints
    assert [one.name for one in first.observations[0].attachments] == ["IMG_0001.jpg"]
    assert [one.name for one in second.attachments] == ["IMG_0001.jpg"]


def test_what_cannot_be_stored_is_refused_and_nothing_is_stored(desk: Desk, walked: str, tmp_path: Path) -> None:
    record = RecordBooklet(desk.store)
    letter = tmp_path / "letter.jpg"
    letter.write_text("no photo")
    stored = record(walked, ROW, officer=desk.officer)
    take_out_row(desk.store, stored.waypoint, stored.observation, officer=desk.officer)
    before = desk.content()

    with pytest.raises(RowWithoutPlaceError):
        record(walked, replace(ROW, position=None), officer=desk.officer)
    with pytest.raises(NotAPhotoError):
        record(walked, replace(ROW, photos=(letter,)), officer=desk.officer)
    with pytest.raises(RecordMissingError):
        record("0" * 32, ROW, officer=desk.officer)
    with pytest.raises(RecordTakenBackError):
        record(walked, ROW, waypoint=stored.waypoint, officer=desk.officer)
    assert desk.content() == before
    TakeBack(desk.store)("patrol", walked, "a test", officer=desk.officer)
    with pytest.raises(RecordTakenBackError):
        record(walked, ROW, officer=desk.officer)
