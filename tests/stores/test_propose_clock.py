"""A clock that was corrected: the same is proposed for what comes in later, by one rule, and never done unasked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from db.fields import attachment_from
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.clocks import ShiftRefusedError, corrections
from ranger_app.services.correct_clock import CorrectClock
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.known_clocks import known_clocks
from ranger_app.services.preview_clock import preview_correction
from ranger_app.services.propose_clock import ClockProposal, came_in, proposal_for_camera, proposals
from tests.service_desk import MORNING, ZONE, Desk, walk, write_gpx, write_photo

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
CAMERA = "Example EX-1"


def card(desk: Desk, *moments: dt.datetime, name: str = "card") -> list[str]:
    """Photos of one camera that come in together; their ids."""
    paths = [
        write_photo(desk.out / f"{name}-{n}.jpg", taken=at.strftime("%Y:%m:%d %H:%M:%S"))
        for n, at in enumerate(moments)
    ]
    kept = AttachPhotos(desk.store)(paths, officer=desk.officer, parent=None, context=desk.context)
    return [one.id for one in kept]


def correct(desk: Desk, photos: list[str], minutes: int = 7) -> None:
    CorrectClock(desk.store)(shift_s=minutes * 60, reason="compared", officer=desk.officer, photos=photos)


def proposed(desk: Desk, photos: list[str]) -> list[tuple[int, tuple[str, ...]]]:
    return [(int(one.shift_s), one.photos) for one in proposals(desk.store.reader, photos=photos)]


def test_the_next_card_of_a_corrected_camera_is_proposed_with_day_and_reason(desk: Desk) -> None:
    correct(desk, card(desk, MORNING, MORNING + MINUTE))
    new = card(desk, MORNING + 3 * DAY, name="next")
    changes = desk.changes()

    (one,) = proposals(desk.store.reader, photos=new)

    assert one.is_camera is True
    assert (one.name, one.shift_s, one.reason, one.photos) == (CAMERA, Decimal(420), "compared", tuple(new))
    assert one.corrected_at is not None
    assert abs(one.corrected_at - dt.datetime.now(dt.UTC)) < 10 * MINUTE
    assert desk.changes() == changes


def test_a_clock_that_was_left_as_it_was_since_is_proposed_no_more(desk: Desk) -> None:
    correct(desk, card(desk, MORNING))
    declined = card(desk, MORNING + 3 * DAY, name="declined")

    assert proposed(desk, declined) == [(420, tuple(declined))]
    assert proposed(desk, card(desk, MORNING + 4 * DAY, name="later")) == []
    between = card(desk, MORNING + DAY, name="between")
    assert proposed(desk, between) == [(420, tuple(between))]


def test_after_a_month_a_clock_may_be_wrong_by_anything(desk: Desk) -> None:
    correct(desk, card(desk, MORNING))

    near = card(desk, MORNING + 31 * DAY, name="near")
    assert proposed(desk, near) == [(420, tuple(near))]
    correct(desk, near, 0)
    assert proposed(desk, card(desk, MORNING - 32 * DAY, name="far")) == []


def test_of_two_corrections_the_nearer_one_is_proposed_and_none_of_equally_near_ones(desk: Desk) -> None:
    correct(desk, card(desk, MORNING), 7)
    correct(desk, card(desk, MORNING + 10 * DAY, name="other"), 9)

    near, middle = card(desk, MORNING + 8 * DAY, name="near"), card(desk, MORNING + 5 * DAY, name="middle")

    assert [shift for shift, _ in proposed(desk, near + middle)] == [540]


def test_tracks_of_a_receiver_are_proposed_and_what_is_corrected_is_not(desk: Desk) -> None:
    first = ImportTracks(desk.store)(
        [write_gpx(desk.out / "one.gpx", walk(MORNING))], officer=desk.officer, context=desk.context
    )
    tracks = [one.id for one in desk.store.reader.entries("track")]
    assert first.patrols
    CorrectClock(desk.store)(shift_s=-3600, reason="zone", officer=desk.officer, tracks=tracks)
    after = desk.changes()
    path = write_gpx(desk.out / "two.gpx", walk(MORNING + 2 * DAY))
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    every = [("track", one.id) for one in desk.store.reader.entries("track")]

    new = came_in(desk.store.reader, every, after=after)

    assert len(every) == 2
    assert len(new["track"]) == 1
    (one,) = proposals(desk.store.reader, tracks=new["track"])
    assert (one.is_camera, one.name, one.shift_s, one.tracks) == (False, "test", Decimal(-3600), tuple(new["track"]))
    assert proposals(desk.store.reader, tracks=tracks) == ()


def test_photos_that_are_not_stored_yet_are_proposed_and_stored_with_the_correction(desk: Desk) -> None:
    correct(desk, card(desk, MORNING))
    path = write_photo(desk.out / "new.jpg", taken=(MORNING + DAY).strftime("%Y:%m:%d %H:%M:%S"))
    found = proposal_for_camera(desk.store.reader, camera=CAMERA, serial="", taken=[MORNING + DAY])
    assert isinstance(found, ClockProposal)

    keep = AttachPhotos(desk.store)
    photos = keep.read([path], desk.context, shift=found.shift)
    with desk.store.transaction(desk.officer) as transaction:
        (record,) = keep.write(transaction, photos, None)

    assert photos[0].really_at == MORNING + DAY + 7 * MINUTE
    stored = attachment_from(desk.store.reader.entry(record))
    assert (stored.taken_at, stored.clock_shift_s) == (MORNING + DAY + 7 * MINUTE, 420)
    assert len(corrections(desk.store.reader)[0].photos) == 2
    assert proposal_for_camera(desk.store.reader, camera="Other", serial="", taken=[MORNING]) is None


def test_every_clock_is_known_with_what_came_in_at_once(desk: Desk) -> None:
    ImportTracks(desk.store)(
        [write_gpx(desk.out / "one.gpx", walk(MORNING, 5))], officer=desk.officer, context=desk.context
    )
    first, second = card(desk, MORNING, MORNING + DAY), card(desk, MORNING + 2 * DAY, name="second")

    receiver, camera = known_clocks(desk.store.reader)

    assert (receiver.is_camera, receiver.name, len(receiver.whole.tracks)) == (False, "test", 1)
    assert receiver.whole.span == (MORNING, MORNING + 4 * MINUTE)
    assert (camera.is_camera, camera.name, camera.serial) == (True, CAMERA, "")
    assert [set(part.photos) for part in camera.parts] == [set(second), set(first)]
    assert camera.whole.span == (MORNING, MORNING + 2 * DAY)


def test_a_preview_tells_days_and_places_and_changes_nothing(desk: Desk) -> None:
    evening = MORNING + 15 * dt.timedelta(hours=1)
    path = write_gpx(desk.out / "late.gpx", walk(evening, 60), waypoints=[(41.2, 74.5, evening, "snare")])
    ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    card(desk, evening + 30 * MINUTE)
    tracks = [one.id for one in desk.store.reader.entries("track")]
    changes = desk.changes()

    found = preview_correction(
        desk.store, ZoneInfo(ZONE), Decimal(3600), tracks=tracks, photos=(), context=desk.context
    )

    assert (found.tracks, found.waypoints, found.photos, found.placed) == (1, 1, 0, 1)
    (moved,) = found.days
    assert (moved.before, moved.after) == (("2026-03-04",), ("2026-03-05",))
    assert desk.changes() == changes
    stopped = JobContext()
    stopped.cancel()
    with pytest.raises(Cancelled):
        preview_correction(desk.store, ZoneInfo(ZONE), Decimal(60), tracks=tracks, photos=(), context=stopped)
    with pytest.raises(ShiftRefusedError):
        preview_correction(desk.store, ZoneInfo(ZONE), Decimal(10**12), tracks=tracks, photos=(), context=desk.context)
