"""Clocks that were wrong: corrected once for a whole card, kept as they were, undone after a restart."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.fields import attachments
from db.patrol_pages import patrol_ids, patrol_page
from db.patrols import load_track, original_track, patrol
from ranger_app.domain.records import Attachment
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.clocks import (
    ShiftRefusedError,
    corrections,
    photos_of_camera,
    photos_of_card,
    shift_by_photo,
    tracks_of_device,
)
from ranger_app.services.correct_clock import ClockUnknownError, CorrectClock
from ranger_app.services.documents import patrol_document
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.edit_track import ClockEditError, EditTrack, Hide, TakeBackEdit, edit_fields
from ranger_app.services.histories import history
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import rebuild_station
from ranger_app.services.take_back import ReasonMissingError
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import (
    MORNING,
    POACHING,
    ZONE,
    Desk,
    exchanged,
    new_desk,
    twin,
    walk,
    write_gpx,
    write_photo,
)

HOUR = dt.timedelta(hours=1)


def with_patrol(desk: Desk, *, start: dt.datetime = MORNING, name: str = "walk") -> str:
    path = write_gpx(desk.out / f"{name}.gpx", walk(start, 60), waypoints=[(41.2, 74.5, start, "snare")])
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    return desk.store.reader.entries("track")[-1].id


def with_photo(desk: Desk, taken: dt.datetime, name: str = "a.jpg", **more: Any) -> Attachment:
    path = write_photo(desk.out / name, taken=taken.strftime("%Y:%m:%d %H:%M:%S"), **more)
    incident = RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id
    parent = ("incident", incident)
    (found,) = AttachPhotos(desk.store)([path], officer=desk.officer, parent=parent, context=desk.context)
    return found


def photo_now(desk: Desk, photo: Attachment) -> Attachment:
    parent = desk.store.reader.entry(photo.id, "attachment").parent
    return next(one for one in attachments(desk.store.reader, parent) if one.id == photo.id)


def corrected(desk: Desk, **more: Any) -> Any:
    return CorrectClock(desk.store)(officer=desk.officer, **{"reason": "zone not set", **more})


def told(desk: Desk) -> list[Any]:
    reader = desk.store.reader
    rows = [(row.number, row.start, row.end, row.points) for row in patrol_page(reader)]
    found = [patrol_document(patrol(reader, record, blobs=desk.store.blobs)) for record in patrol_ids(reader)]
    return [rows, found, [one.values for one in reader.entries("attachment")]]


def test_days_and_waypoints_follow_the_clock_of_their_device_and_come_back(desk: Desk) -> None:
    track = with_patrol(desk, start=MORNING + 15 * HOUR)
    before = told(desk)
    bytes_before = {digest: desk.store.blobs.get(digest) for digest in desk.store.blobs.digests()}
    original = original_track(desk.store.reader.entry(track), desk.store.blobs)
    changes = desk.changes()

    done = corrected(desk, shift_s=3600, tracks=[track])

    assert desk.changes() == changes + 1
    assert (len(done.tracks), len(done.waypoints), done.name) == (1, 1, "test")
    (row,) = patrol_page(desk.store.reader)
    assert (row.start, row.end) == ("2026-03-05", "2026-03-05")
    found = patrol(desk.store.reader, row.id, blobs=desk.store.blobs)
    assert [(day.date.day, day.start) for day in found.legs[0].days] == [(5, dt.time(0, 0))]
    assert found.waypoints[0].at == MORNING + 16 * HOUR
    shifted = load_track(desk.store.reader.entry(track), desk.store.blobs)
    assert (shifted.time_us - original.time_us).tolist() == [3_600_000_000] * 60
    assert {digest: desk.store.blobs.get(digest) for digest in desk.store.blobs.digests()} == bytes_before
    assert history(desk.store.reader, "track", track)[-1]["fields"][f"clock/{done.clock}"] == "3600 zone not set"
    assert rebuild_station(desk.store, desk.context).identical is True
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert told(desk) == before


def test_the_next_correction_takes_the_place_of_the_last_and_none_ends_it(desk: Desk) -> None:
    track = with_patrol(desk)
    before = told(desk)
    EditTrack(desk.store)(track, [Hide(0, 4)], officer=desk.officer)

    corrected(desk, shift_s=3600, tracks=[track])
    corrected(desk, shift_s=Decimal("-90.5"), tracks=[track], reason="seen on the screen")

    (one,) = corrections(desk.store.reader)
    assert (one.shift_s, one.reason, one.tracks, len(one.waypoints)) == (
        Decimal("-90.5"), "seen on the screen", (track,), 1,
    )  # fmt: skip
    found = patrol(desk.store.reader, patrol_ids(desk.store.reader)[0])
    assert found.waypoints[0].at == MORNING - dt.timedelta(seconds=90.5)
    corrected(desk, shift_s=0, tracks=[track])
    assert corrections(desk.store.reader) == ()
    UndoActs(desk.store)(officer=desk.officer, steps=4)
    assert told(desk) == before


def test_a_time_that_a_person_noted_is_left_alone(desk: Desk) -> None:
    track = with_patrol(desk)
    (record,) = patrol_ids(desk.store.reader)
    waypoint = patrol(desk.store.reader, record).waypoints[0].id
    at = (MORNING + 2 * HOUR).isoformat()
    EditPatrol(desk.store)(record, {"waypoints": [{"id": waypoint, "at": at}]}, officer=desk.officer)

    done = corrected(desk, shift_s=3600, tracks=[track])

    assert done.waypoints == ()
    assert patrol(desk.store.reader, record).waypoints[0].at == MORNING + 2 * HOUR


def test_photos_of_a_card_are_placed_again_by_their_corrected_time(desk: Desk) -> None:
    with_patrol(desk)
    placed = with_photo(desk, MORNING + dt.timedelta(minutes=10))
    lost = with_photo(desk, MORNING + dt.timedelta(hours=-1, minutes=40), "b.jpg")
    knows = with_photo(desk, MORNING + dt.timedelta(minutes=20), "c.jpg", position=(41.7, 74.7))
    assert (placed.position_source, lost.position_source, knows.position_source) == ("track", "", "photo")

    done = corrected(desk, shift_s=1800, photos=photos_of_camera(desk.store.reader, "example ex-1"))

    assert set(done.photos) == {placed.id, lost.id, knows.id}
    moved, found, own = (photo_now(desk, one) for one in (placed, lost, knows))
    assert moved.position is not None
    assert moved.position.latitude_deg == pytest.approx(41.2 + 40e-4)
    assert found.position is not None
    assert found.position.latitude_deg == pytest.approx(41.2 + 10e-4)
    assert (found.position_source, found.clock_shift_s) == ("track", 1800)
    assert own.position == knows.position
    assert moved.taken_at == MORNING + dt.timedelta(minutes=40)
    assert desk.store.reader.entry(placed.id).values["taken_at"] == (MORNING + dt.timedelta(minutes=10)).isoformat()
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert [photo_now(desk, one) for one in (placed, lost, knows)] == [placed, lost, knows]


def test_photos_follow_the_corrected_clock_of_the_track(desk: Desk) -> None:
    track = with_patrol(desk)
    photo = with_photo(desk, MORNING + dt.timedelta(minutes=10))
    late = with_photo(desk, MORNING + dt.timedelta(hours=3), "late.jpg")

    corrected(desk, shift_s=-300, tracks=[track])
    assert photo_now(desk, photo).position.latitude_deg == pytest.approx(41.2 + 15e-4)  # type: ignore[union-attr]

    corrected(desk, shift_s=3 * 3600, tracks=[track])
    assert photo_now(desk, photo).position is None
    assert photo_now(desk, late).position is not None


def test_a_photo_of_a_screen_says_how_wrong_the_camera_was(desk: Desk) -> None:
    zone = ZoneInfo(ZONE)
    photo = with_photo(desk, dt.datetime(2026, 3, 4, 23, 50, 12))
    untimed = with_photo(desk, MORNING, "untimed.jpg")
    with desk.store.act(officer=desk.officer) as change:
        change.set("attachment", untimed.id, {"taken_at": None})
    reader = desk.store.reader

    assert shift_by_photo(reader, photo.id, dt.time(23, 40, 2), zone) == -610
    assert shift_by_photo(reader, photo.id, dt.time(0, 10, 12), zone) == 1200
    assert shift_by_photo(reader, photo.id, dt.datetime(2026, 3, 6, 23, 50, 12), zone) == 2 * 86_400
    assert shift_by_photo(reader, photo.id, dt.datetime(2026, 3, 4, 17, 50, 12, tzinfo=dt.UTC), zone) == 0
    with pytest.raises(ShiftRefusedError):
        shift_by_photo(reader, untimed.id, dt.time(1), zone)


def test_a_card_is_what_came_in_together_from_one_camera(desk: Desk) -> None:
    paths = [write_photo(desk.out / f"{number}.jpg", colour=colour) for number, colour in enumerate(("red", "blue"))]
    card = AttachPhotos(desk.store)(paths, officer=desk.officer, parent=None, context=desk.context)
    other = write_photo(desk.out / "other.jpg", colour="green")
    AttachPhotos(desk.store)([other], officer=desk.officer, parent=None, context=desk.context)

    assert set(photos_of_card(desk.store.reader, card[0].id)) == {one.id for one in card}
    assert len(photos_of_camera(desk.store.reader, "Example EX-1")) == 3
    assert photos_of_camera(desk.store.reader, "") == ()


def test_the_tracks_of_a_device_are_found_by_its_name_or_its_file(desk: Desk) -> None:
    first = with_patrol(desk)
    second = with_patrol(desk, start=MORNING + 48 * HOUR, name="second")

    assert tracks_of_device(desk.store.reader, "TEST") == (first, second)
    assert tracks_of_device(desk.store.reader, "test", file="second.gpx") == (second,)
    assert tracks_of_device(desk.store.reader, "", file="walk.gpx") == (first,)
    assert tracks_of_device(desk.store.reader, "") == tracks_of_device(desk.store.reader, "other") == ()


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    track = with_patrol(desk)
    changes = desk.changes()

    with pytest.raises(ReasonMissingError):
        corrected(desk, shift_s=5, tracks=[track], reason=" ")
    with pytest.raises(ShiftRefusedError):
        corrected(desk, shift_s=10**11, tracks=[track])
    with pytest.raises(ClockUnknownError):
        corrected(desk, shift_s=5)
    assert desk.changes() == changes


def test_two_laptops_that_correct_one_clock_alike_have_nothing_to_decide(tmp_path: Path) -> None:
    one = new_desk(tmp_path)
    track = with_patrol(one, start=MORNING + 15 * HOUR)
    photo = with_photo(one, MORNING + 15 * HOUR + dt.timedelta(minutes=50))
    other = twin(one, tmp_path)
    for desk in (one, other):
        corrected(desk, shift_s=3600, tracks=[track])

    exchanged(one, other)

    for desk in (one, other):
        assert desk.store.reader.conflicts() == ()
        (found,) = corrections(desk.store.reader)
        assert found.shift_s == 3600
        assert patrol(desk.store.reader, patrol_ids(desk.store.reader)[0]).waypoints[0].at == MORNING + 16 * HOUR
        assert photo_now(desk, photo).position is None
    corrected(other, shift_s=7200, tracks=[track])
    exchanged(one, other)
    assert [found.shift_s for found in corrections(one.store.reader)] == [7200]
    for desk in (one, other):
        desk.store.close()


def test_a_correction_is_taken_back_whole_and_never_of_a_track_alone(desk: Desk) -> None:
    track = with_patrol(desk)
    (waypoint,) = desk.store.reader.entries("waypoint")
    CorrectClock(desk.store)(tracks=[track], shift_s=3600, reason="zone", officer=desk.officer)
    (name,) = edit_fields(desk.store.reader.entry(track))
    moved = desk.store.reader.entry(waypoint.id).values["at"]

    with pytest.raises(ClockEditError) as refused:
        EditTrack(desk.store)(track, [TakeBackEdit(name)], officer=desk.officer)
    assert refused.value.facts == {"track": track}
    assert desk.store.reader.entry(waypoint.id).values["at"] == moved

    CorrectClock(desk.store)(tracks=[track], shift_s=0, reason="it was right", officer=desk.officer)
    assert edit_fields(desk.store.reader.entry(track)) == {}
    assert desk.store.reader.entry(waypoint.id).values["at"] == waypoint.values["at"] != moved
