"""Flags of stored patrols: told once somebody looks, gone when the cause is, let be for a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from db.patrol_pages import patrol_ids
from ranger_app.domain.track_flags import KINDS
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.clocks import photos_of_camera
from ranger_app.services.correct_clock import CorrectClock
from ranger_app.services.edit_track import EditTrack, Hide, TrackRangeError
from ranger_app.services.flag_tracks import (
    DismissFlag,
    FlagMissingError,
    FlagReasonMissingError,
    FlagUnknownError,
    TrackFlag,
    flags_of_patrol,
    flags_of_track,
    say_flag,
)
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.split_patrol import SplitPatrol
from ranger_app.services.undo_acts import UndoActs
from tests.gpx_corpus import TRACKS, gpx_names
from tests.service_desk import MORNING, Desk, Fix, walk, write_gpx, write_photo

MINUTE = dt.timedelta(minutes=1)


def swaying(start: dt.datetime, count: int = 60, **more: Any) -> list[Fix]:
    """A walk that nobody drew with a ruler."""
    return [
        (lat + (place * 7 % 5) * 1e-5, lon + (place * 11 % 7) * 1e-5, at)
        for place, (lat, lon, at) in enumerate(walk(start, count, **more))
    ]


def imported(desk: Desk, *tracks: list[Fix], name: str = "walk", **more: Any) -> str:
    path = write_gpx(desk.out / f"{name}.gpx", *tracks, **more)
    done = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)
    return done.patrols[0]


def flags(desk: Desk, record: str = "") -> tuple[TrackFlag, ...]:
    return flags_of_patrol(desk.store.reader, record or patrol_ids(desk.store.reader)[0], desk.store.blobs)


def kinds(desk: Desk, record: str = "") -> list[tuple[str, int, int]]:
    return [(one.flag.kind, one.flag.first, one.flag.last) for one in flags(desk, record)]


def with_spike(start: dt.datetime = MORNING) -> list[Fix]:
    fixes = swaying(start)
    fixes[30] = (fixes[30][0] + 0.2, fixes[30][1], fixes[30][2])
    return fixes


def test_a_spike_is_flagged_until_it_is_hidden_or_let_be(desk: Desk) -> None:
    imported(desk, with_spike())
    (found,) = flags(desk)
    assert (found.flag.kind, found.flag.first, found.seen) == ("spike", 30, None)

    DismissFlag(desk.store)(found.track, "spike", 30, 30, officer=desk.officer, reason="By helicopter")
    assert [one.seen for one in flags(desk)] == ["By helicopter"]
    DismissFlag(desk.store)(found.track, "spike", 30, 30, officer=desk.officer, reason=None)
    assert [one.seen for one in flags(desk)] == [None]
    UndoActs(desk.reopen().store)(officer=desk.officer)
    assert [one.seen for one in flags(desk)] == ["By helicopter"]

    EditTrack(desk.store)(found.track, [Hide(30, 30)], officer=desk.officer, reason="spike")
    assert flags(desk) == ()


def test_flags_name_original_fixes_and_go_along_with_a_split(desk: Desk) -> None:
    record = imported(desk, with_spike())
    (found,) = flags(desk)
    EditTrack(desk.store)(found.track, [Hide(0, 9)], officer=desk.officer)
    DismissFlag(desk.store)(found.track, "spike", 30, 30, officer=desk.officer, reason="seen")
    assert kinds(desk) == [("spike", 30, 30)]

    parted = SplitPatrol(desk.store)(found.track, 20, officer=desk.officer)

    assert kinds(desk, record) == []
    assert [(one.flag.first, one.seen) for one in flags(desk, parted.patrol)] == [(30, "seen")]


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    imported(desk, with_spike())
    (found,) = flags(desk)
    changes = desk.changes()

    for refusal, kind, last, reason in (
        (FlagUnknownError, "dragon", 30, "seen"), (FlagReasonMissingError, "spike", 30, " "),
        (TrackRangeError, "spike", 60, "seen"), (FlagMissingError, "spike", 31, "seen"),
        (FlagMissingError, "gap", 30, "seen"), (FlagMissingError, "spike", 31, None),
    ):  # fmt: skip
        with pytest.raises(refusal):
            DismissFlag(desk.store)(found.track, kind, 30, last, officer=desk.officer, reason=reason)
    assert desk.changes() == changes


def test_two_devices_of_one_officer_are_held_against_each_other(desk: Desk) -> None:
    record = imported(desk, swaying(MORNING), [(41.5, 74.9, at) for _, _, at in walk(MORNING, 60)])

    found = [one for one in flags(desk, record) if one.flag.kind == "two-places"]

    assert [(one.flag.first, one.flag.last, bool(one.other)) for one in found] == [(0, 59, True)]


def test_an_officer_is_not_on_two_patrols_at_once(desk: Desk) -> None:
    first = imported(desk, swaying(MORNING))
    path = write_gpx(desk.out / "other.gpx", swaying(MORNING + MINUTE, latitude=42.0))
    importer = ImportTracks(desk.store)
    importer([path], officer=desk.officer, patrol_id="ELSEWHERE", context=desk.context)

    assert [one.flag.kind for one in flags(desk, first)] == ["two-places"]


def test_photos_are_held_against_the_track_and_no_longer_when_their_clock_is_right(desk: Desk) -> None:
    record = imported(desk, swaying(MORNING, 120), waypoints=[(41.203, 74.5, MORNING + 30 * MINUTE, "snare")])
    waypoint = desk.store.reader.entries("waypoint")[0].id
    taken = (MORNING + 30 * MINUTE - dt.timedelta(hours=6)).strftime("%Y:%m:%d %H:%M:%S")
    photos = [
        write_photo(desk.out / "placed.jpg", taken=taken, position=(41.203, 74.5)),
        write_photo(desk.out / "unplaced.jpg", taken=taken, colour="blue"),
    ]
    AttachPhotos(desk.store)(photos, officer=desk.officer, parent=("waypoint", waypoint), context=desk.context)

    found = {str(one.flag.facts["photo"]): one for one in flags(desk, record)}

    assert found["placed.jpg"].flag.facts["shift_s"] == pytest.approx(6 * 3600, abs=120)
    assert found["unplaced.jpg"].flag.facts["minutes"] == 360
    camera = photos_of_camera(desk.store.reader, "Example EX-1")
    CorrectClock(desk.store)(photos=camera, shift_s=6 * 3600, reason="UTC", officer=desk.officer)
    assert flags(desk, record) == ()


def test_a_device_that_counts_weeks_again_is_told_what_puts_it_right(desk: Desk) -> None:
    desk.store.clock = lambda: int((MORNING + dt.timedelta(days=2)).timestamp() * 1000)
    record = imported(desk, swaying(MORNING - dt.timedelta(weeks=1024)))
    (found,) = flags(desk, record)
    assert found.flag.kind == "week-rollover"

    shift = found.flag.facts["shift_s"]
    assert isinstance(shift, int)
    CorrectClock(desk.store)(tracks=[found.track], shift_s=shift, reason="weeks", officer=desk.officer)

    assert flags(desk, record) == ()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_flag_has_its_words(desk: Desk, language: str) -> None:
    imported(desk, with_spike(), swaying(MORNING, 5, latitude=45.0))
    words = Words(language)

    said = [say_flag(words, one.flag) for one in flags(desk)]

    assert len(said) >= 2
    assert not any("{" in one or "flag-" in one for one in said)


def test_real_files_are_flagged_without_a_crash(desk: Desk) -> None:
    for name in gpx_names()[::3]:
        try:
            ImportTracks(desk.store)([TRACKS / name], officer=desk.officer, context=desk.context)
        except RangerAppError:
            continue
    words = Words("en")
    for record in patrol_ids(desk.store.reader):
        for one in flags(desk, record):
            assert one.flag.kind in KINDS
            assert say_flag(words, one.flag)
            assert one.flag.first <= one.flag.last
    track = desk.store.reader.entries("track")[0].id
    assert isinstance(flags_of_track(desk.store.reader, track, desk.store.blobs), tuple)
