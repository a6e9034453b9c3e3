"""Photos attached to records: kept as they are, placed by the camera or by the track."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from db.fields import attachments
from db.reader import RecordMissingError
from ranger_app.domain.records import Attachment
from ranger_app.importers.photo import NotAPhotoError
from ranger_app.jobs import Cancelled
from ranger_app.services.attach_photos import AttachPhotos, photo_problems
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.open_case import OpenCase
from ranger_app.services.record_incident import EditIncident, RecordIncident
from ranger_app.services.take_back import RecordTakenBackError, TakeBack
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import (
    BISHKEK,
    MORNING,
    POACHING,
    CancelAt,
    Desk,
    Fix,
    photo_bytes,
    walk,
    write_gpx,
    write_photo,
)


@pytest.fixture
def incident(desk: Desk) -> tuple[str, str]:
    return "incident", RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer).incident_id


def attached(desk: Desk, *paths: Path, parent: tuple[str, str] | None = None, **more: Any) -> tuple[Attachment, ...]:
    return AttachPhotos(desk.store)(paths, officer=desk.officer, parent=parent, **{"context": desk.context, **more})


def exif(moment: dt.datetime) -> str:
    return moment.strftime("%Y:%m:%d %H:%M:%S")


def test_the_original_and_a_small_picture_are_kept(desk: Desk, incident: tuple[str, str]) -> None:
    path = write_photo(desk.out / "a.jpg", size=(2000, 900), taken="2026:03:04 09:15:42", position=(41.2, 74.5))

    (found,) = attached(desk, path, parent=incident)

    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert desk.store.blobs.get(found.sha256) == path.read_bytes()
    assert hashlib.sha256(desk.store.blobs.get(found.derivative_sha256)).hexdigest() == found.derivative_sha256
    assert (found.name, found.byte_count, found.mime) == ("a.jpg", path.stat().st_size, "image/jpeg")
    assert (found.width_px, found.height_px, found.camera, found.position_source) == (
        2000,
        900,
        "Example EX-1",
        "photo",
    )
    assert found.taken_at == dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=BISHKEK)
    assert attachments(desk.store.reader, incident[1]) == (found,)


def test_the_same_photo_twice_is_one_attachment(desk: Desk, incident: tuple[str, str]) -> None:
    path, copy = write_photo(desk.out / "a.jpg"), write_photo(desk.out / "b.jpg")

    first, second = attached(desk, path, copy, parent=incident)
    (again,) = attached(desk, copy, parent=incident)
    (loose,) = attached(desk, path)
    (loose_again,) = attached(desk, copy)

    assert first == second == again
    assert loose == loose_again
    assert loose.id != first.id
    assert len(attachments(desk.store.reader, incident[1])) == 1


def test_a_withdrawn_photo_may_be_attached_again(desk: Desk, incident: tuple[str, str]) -> None:
    path = write_photo(desk.out / "a.jpg")
    (first,) = attached(desk, path, parent=incident)
    TakeBack(desk.store)("attachment", first.id, "wrong incident", officer=desk.officer)

    (second,) = attached(desk, path, parent=incident)

    assert [one.id for one in attachments(desk.store.reader, incident[1])] == [second.id]


def test_photos_keep_the_order_they_were_given_in(desk: Desk, incident: tuple[str, str]) -> None:
    paths = [write_photo(desk.out / f"{colour}.jpg", colour=colour) for colour in ("red", "blue", "green", "black")]

    attached(desk, *paths[:3], parent=incident)
    attached(desk, paths[3], parent=incident)

    assert [one.name for one in attachments(desk.store.reader, incident[1])] == [path.name for path in paths]


@pytest.mark.parametrize(
    ("seconds", "source"), [(0, "track"), (125, "track"), (299, "track"), (-299, "track"), (-301, "")]
)
def test_the_track_of_that_time_places_a_photo(desk: Desk, seconds: int, source: str) -> None:
    ImportTracks(desk.store)(
        [write_gpx(desk.out / "walk.gpx", walk(MORNING))], officer=desk.officer, context=desk.context
    )
    path = write_photo(desk.out / "a.jpg", taken=exif(MORNING + dt.timedelta(seconds=seconds)))

    (found,) = attached(desk, path)

    assert found.position_source == source
    assert (found.position is not None) is bool(source)
    if found.position is not None:
        nearest = max(0, min(4, round(seconds / 60)))
        assert found.position.latitude_deg == pytest.approx(41.2 + nearest * 1e-4)


def test_the_cameras_own_place_goes_before_the_track(desk: Desk) -> None:
    ImportTracks(desk.store)(
        [write_gpx(desk.out / "walk.gpx", walk(MORNING))], officer=desk.officer, context=desk.context
    )

    (found,) = attached(desk, write_photo(desk.out / "a.jpg", taken=exif(MORNING), position=(10.0, 20.0)))

    assert found.position is not None
    assert (found.position.latitude_deg, found.position_source) == (10.0, "photo")


def test_a_photo_after_midnight_is_placed_by_the_evening_before(desk: Desk) -> None:
    evening = dt.datetime(2026, 3, 4, 23, 55, tzinfo=BISHKEK)
    ImportTracks(desk.store)(
        [write_gpx(desk.out / "walk.gpx", walk(evening))], officer=desk.officer, context=desk.context
    )

    (found,) = attached(desk, write_photo(desk.out / "a.jpg", taken="2026:03:05 00:01:00"))

    assert found.position_source == "track"


def test_a_track_that_cannot_place_a_photo_is_no_obstacle(desk: Desk) -> None:
    nowhere: list[Fix] = [(0.0, 0.0, MORNING), (0.0, 0.0, MORNING + dt.timedelta(seconds=1)), (41.9, 74.9, None)]
    paths = [write_gpx(desk.out / "zero.gpx", nowhere), write_gpx(desk.out / "untimed.gpx", walk(None))]
    ImportTracks(desk.store)(paths, officer=desk.officer, date=MORNING.date(), context=desk.context)
    with desk.store.act(officer=desk.officer) as change:  # as if its chunks had been lost
        leg = desk.store.reader.entries("leg")[0].id
        days = ["2026-03-04|08:00:00|09:00:00|5|100"]
        change.create("track", {"days": days, "chunks": ["f" * 64], "points": 5}, parent=("leg", leg))

    (found,) = attached(desk, write_photo(desk.out / "a.jpg", taken=exif(MORNING)))

    assert found.position is None


def test_one_bad_photo_refuses_them_all(desk: Desk, incident: tuple[str, str]) -> None:
    good = write_photo(desk.out / "a.jpg")
    (desk.out / "b.jpg").write_text("no photo")
    before = desk.changes()

    with pytest.raises(NotAPhotoError):
        attached(desk, good, desk.out / "b.jpg", parent=incident)

    assert desk.changes() == before


def test_a_photo_that_breaks_off_is_kept_and_said_to_be_damaged(desk: Desk, incident: tuple[str, str]) -> None:
    whole = photo_bytes(size=(900, 900))
    half, odd = desk.out / "half.jpg", desk.out / "odd.jpg"
    half.write_bytes(whole[: len(whole) * 3 // 4])
    odd.write_bytes(whole.replace(b"\xff\xc0", b"\xff\xc3"))  # a kind of JPEG that nobody decodes

    kept = attached(desk, half, odd, write_photo(desk.out / "good.jpg"), parent=incident)

    assert [desk.store.blobs.get(one.sha256) for one in kept[:2]] == [half.read_bytes(), odd.read_bytes()]
    assert [bool(one.derivative_sha256) for one in kept] == [True, False, True]
    assert [(one.code, one.facts["file"]) for one in photo_problems(desk.store.reader, kept)] == [
        ("photo-cut-off", "half.jpg"), ("photo-undecodable", "odd.jpg"),
    ]  # fmt: skip
    edit = EditIncident(desk.store)
    edited = edit(incident[1], {"photos": ["half.jpg"]}, officer=desk.officer, photo_folder=desk.out)
    assert [one.code for one in edited.problems] == ["photo-cut-off"]


def test_stopping_stores_nothing(desk: Desk, incident: tuple[str, str]) -> None:
    paths = [write_photo(desk.out / f"{colour}.jpg", colour=colour) for colour in ("red", "blue")]
    before = desk.changes()

    for at in range(2):
        with pytest.raises(Cancelled):
            attached(desk, *paths, parent=incident, context=CancelAt(at))

    assert desk.changes() == before


def test_photos_belong_to_records_that_are_here(desk: Desk, incident: tuple[str, str]) -> None:
    path = write_photo(desk.out / "a.jpg")
    for parent in (("incident", "0" * 32), ("patrol", incident[1])):
        with pytest.raises(RecordMissingError):
            attached(desk, path, parent=parent)
    TakeBack(desk.store)("incident", incident[1], "test", officer=desk.officer)
    with pytest.raises(RecordTakenBackError):
        attached(desk, path, parent=incident)


def test_a_photo_of_a_case_is_not_told_to_everybody(desk: Desk, incident: tuple[str, str]) -> None:
    case = OpenCase(desk.store)("Snares", [incident[1]], officer=desk.officer)
    path = write_photo(desk.out / "a.jpg")

    (of_case,) = attached(desk, path, parent=("case", case))
    (of_incident,) = attached(desk, path, parent=incident)

    assert desk.store.reader.entry(of_case.id).audience == "case"
    assert desk.store.reader.entry(of_incident.id).audience == "station"


def test_attaching_is_undone_as_one(desk: Desk, incident: tuple[str, str]) -> None:
    paths = [write_photo(desk.out / f"{colour}.jpg", colour=colour) for colour in ("red", "blue")]
    attached(desk, *paths, parent=incident)

    UndoActs(desk.store)(officer=desk.officer)

    assert attachments(desk.store.reader, incident[1]) == ()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_name_in_another_encoding_is_no_obstacle(desk: Desk) -> None:
    path = Path(os.fsdecode(os.fsencode(desk.out) + b"/\xd4\xee\xf2\xee.jpg"))

    (found,) = attached(desk, write_photo(path))

    assert found.name == "\ufffd\ufffd\ufffd\ufffd.jpg"
