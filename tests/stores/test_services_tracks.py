"""GPX files become patrols: nothing twice, nothing lost, nothing stored when it is stopped."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.fields import chosen
from db.officers import members
from db.patrol_pages import patrol_count, patrol_ids, patrol_page
from db.patrols import patrol, tracks_of_leg
from ranger_app.domain.records import Patrol
from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx import read_gpx
from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.jobs import Cancelled
from ranger_app.messages import TEXTS
from ranger_app.services.import_tracks import ImportTracks, PatrolMissingError, TracksImported
from ranger_app.services.officers import AddOfficer
from ranger_app.services.stations import WrongValueError, check_station, rebuild_station
from ranger_app.services.take_back import BringBack, TakeBack
from ranger_app.services.undo_acts import RedoActs, UndoActs
from tests.gpx_corpus import TRACKS, gpx_names, other_names
from tests.service_desk import BISHKEK, MORNING, CancelAt, Desk, Fix, new_desk, walk, write_gpx

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def imported(desk: Desk, *paths: Path, **more: Any) -> TracksImported:
    return ImportTracks(desk.store)(paths, officer=desk.officer, **{"context": desk.context, **more})


def loaded(desk: Desk, record: str) -> Patrol:
    return patrol(desk.store.reader, record, blobs=desk.store.blobs)


def fixes_of(desk: Desk, record: str) -> int:
    """Fixes in the stored chunks of all tracks of a patrol."""
    legs = patrol(desk.store.reader, record).legs
    return sum(len(track) for leg in legs for track in tracks_of_leg(desk.store.reader, leg.id, desk.store.blobs))


def test_every_real_file_comes_in_or_is_refused_by_code(desk: Desk) -> None:
    seen: set[bytes] = set()
    for name in gpx_names():
        path, content = TRACKS / name, (TRACKS / name).read_bytes()
        file = read_gpx(path, name=name)
        before = set(patrol_ids(desk.store.reader))

        done = imported(desk, path)

        assert (done.points, done.waypoints, done.tracks) == (
            file.point_count,
            len(file.waypoints),
            len(file.tracks),
        ), name
        is_again = content in seen and bool(done.patrols)
        assert done.duplicates == [str(path)] or not is_again, name
        assert is_again or done.new_points + sum(one.points for one in done.known) == done.points, name
        assert is_again or done.new_waypoints + sum(one.waypoints for one in done.known) == done.waypoints, name
        new = set(done.patrols) - before
        if not done.duplicates and not any(one.patrols for one in done.known):
            assert sum(fixes_of(desk, record) for record in new) == done.new_points, name
            entries = [e for record in new for e in desk.store.reader.entries("waypoint", parent=record)]
            assert len(entries) == done.new_waypoints, name
            assert len(done.problems) >= len(file.problems), name
        for record in done.patrols:
            assert loaded(desk, record).number
        seen.add(content)
    refusals = []
    for name in other_names():
        try:
            assert imported(desk, TRACKS / name).files == 1, name
        except RangerAppError as error:
            refusals.append(error.code)
    assert set(refusals) <= set(TEXTS)
    assert check_station(desk.store, desk.context).bad == ()
    assert rebuild_station(desk.store, desk.context).identical is True


def test_refused_files_do_not_stop_the_others(desk: Desk) -> None:
    good = write_gpx(desk.out / "walk.gpx", walk(MORNING))
    (desk.out / "letter.gpx").write_text("Dear ranger,")
    paths = [desk.out / "letter.gpx", desk.out / "missing.gpx", good]

    done = imported(desk, *paths)

    assert len(done.patrols) == 1
    assert done.refused == [str(path) for path in paths[:2]]
    assert [(one.file, one.code) for one in done.problems] == [
        (str(paths[0]), "gpx-not-gpx"), (str(paths[1]), "file-unreadable"),
    ]  # fmt: skip
    before = desk.changes()
    with pytest.raises(FileUnreadableError):
        imported(desk, *paths[1:2])
    assert desk.changes() == before


def test_the_same_bytes_are_no_second_patrol(desk: Desk) -> None:
    first = write_gpx(desk.out / "walk.gpx", walk(MORNING), walk(MORNING + DAY))
    done = imported(desk, first)
    copy = desk.out / "copy.gpx"
    copy.write_bytes(first.read_bytes())
    before = desk.changes()

    again = imported(desk, copy, first)

    assert (again.patrols, again.points) == (done.patrols, 2 * done.points)
    assert again.duplicates == [str(copy), str(first)]
    assert desk.changes() == before


def test_one_file_given_twice_at_once_is_one_patrol(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING))
    copy = write_gpx(desk.out / "copy.gpx", walk(MORNING))

    done = imported(desk, path, path, copy)

    assert done.duplicates == [str(path), str(copy)]
    assert (len(done.patrols), done.points, fixes_of(desk, done.patrols[0])) == (1, 15, 5)


def test_a_silence_of_twelve_hours_starts_the_next_patrol_over_all_files(desk: Desk) -> None:
    late = MORNING + 2 * DAY
    paths = [
        write_gpx(desk.out / "c.gpx", walk(late)),
        write_gpx(desk.out / "a.gpx", walk(MORNING), walk(MORNING + 9 * HOUR)),
        write_gpx(desk.out / "b.gpx", walk(MORNING + 20 * HOUR), walk(late + 11 * HOUR)),
    ]

    done = imported(desk, *paths)

    assert [(row.start, row.end) for row in patrol_page(desk.store.reader)] == [
        ("2026-03-06", "2026-03-06"), ("2026-03-04", "2026-03-05"),
    ]  # fmt: skip
    assert [fixes_of(desk, record) for record in done.patrols] == [15, 10]
    files = {entry.values["name"]: chosen(entry.values, "patrols") for entry in desk.store.reader.entries("file")}
    assert files["b.gpx"] == tuple(sorted(done.patrols))
    assert sorted(imported(desk, paths[2]).patrols) == sorted(done.patrols)


def test_a_named_patrol_takes_all_of_it(desk: Desk) -> None:
    paths = [write_gpx(desk.out / f"{day}.gpx", walk(MORNING + day * DAY)) for day in range(3)]

    done = imported(desk, *paths, patrol_id=" Spring round\n")

    found = patrol(desk.store.reader, done.patrols[0])
    assert (len(done.patrols), found.number) == (1, "Spring round")
    assert [day.date.day for day in found.legs[0].days] == [4, 5, 6]
    assert [day.points for day in found.legs[0].days] == [5, 5, 5]


def test_tracks_are_added_to_a_patrol_by_number_and_by_id(desk: Desk) -> None:
    first = imported(desk, write_gpx(desk.out / "1.gpx", walk(MORNING)), patrol_id="Round").patrols[0]
    more = {"waypoints": [(41.3, 74.6, MORNING + 3 * DAY, "den")]}

    by_number = imported(desk, write_gpx(desk.out / "2.gpx", walk(MORNING + DAY)), patrol_id="Round")
    by_id = imported(desk, write_gpx(desk.out / "3.gpx", walk(MORNING - DAY), **more), patrol_id=first)

    found = patrol(desk.store.reader, first)
    assert (by_number.patrols, by_id.patrols) == ([first], [first])
    assert (len(found.legs), found.points, len(found.waypoints)) == (1, 15, 1)
    row = patrol_page(desk.store.reader)[0]
    assert (row.start, row.end, row.number) == ("2026-03-03", "2026-03-07", "Round")


def test_no_tracks_are_added_to_a_patrol_that_is_not_here(desk: Desk) -> None:
    path = write_gpx(desk.out / "1.gpx", walk(MORNING))
    gone = imported(desk, path).patrols[0]
    TakeBack(desk.store)("patrol", gone, "test", officer=desk.officer)
    before = desk.changes()

    for patrol_id in ("0" * 32, gone):
        with pytest.raises(PatrolMissingError):
            imported(desk, path, patrol_id=patrol_id)

    assert desk.changes() == before


def test_one_leg_for_each_transport_mandate_and_leader(desk: Desk) -> None:
    AddOfficer(desk.store)("Asanova, Gulnara", "inspector", officer=desk.officer)
    choices: list[dict[str, str]] = [
        {}, {"transport": "horse"}, {"mandate": "surveillance"}, {"leader": "asanova, gulnara"}, {"leader": "New, Man"},
        {"transport": "horse"}, {"leader": "New, Man"}, {},
    ]  # fmt: skip
    for place, choice in enumerate(choices):
        path = write_gpx(desk.out / f"{place}.gpx", walk(MORNING + place * HOUR))
        done = imported(desk, path, patrol_id="Round", **choice)

    found = patrol(desk.store.reader, done.patrols[0])
    legs = [
        (leg.number, leg.transport, leg.mandate, [one.name for one in leg.members], leg.days[0].points)
        for leg in found.legs
    ]
    assert legs == [
        (1, "foot", "antipoaching", ["Toktogulov, Aibek"], 10),
        (2, "horse", "antipoaching", ["Toktogulov, Aibek"], 10),
        (3, "foot", "surveillance", ["Toktogulov, Aibek"], 5),
        (4, "foot", "antipoaching", ["Asanova, Gulnara"], 5),
        (5, "foot", "antipoaching", ["New, Man"], 10),
    ]  # fmt: skip
    assert [leg.leader for leg in found.legs] == [leg.members[0].id for leg in found.legs]
    assert len([one for one in members(desk.store.reader).values() if one.name == "New, Man"]) == 1


def test_a_leader_without_a_family_name_is_nobody(desk: Desk) -> None:
    before = desk.changes()

    with pytest.raises(WrongValueError):
        imported(desk, write_gpx(desk.out / "1.gpx", walk(MORNING)), leader=" , Aibek")

    assert desk.changes() == before


def test_a_new_leader_of_several_patrols_is_one_person(desk: Desk) -> None:
    path = write_gpx(desk.out / "two.gpx", walk(MORNING), walk(MORNING + 3 * DAY))

    done = imported(desk, path, leader="New, Man")

    assert len(done.patrols) == 2
    assert len({patrol(desk.store.reader, one).legs[0].leader for one in done.patrols}) == 1


@pytest.mark.parametrize(
    ("zone", "midnight", "dates"),
    [
        ("Asia/Bishkek", dt.datetime(2026, 3, 4, 18, tzinfo=dt.UTC), ["2026-03-04", "2026-03-05"]),
        ("Asia/Kathmandu", dt.datetime(2026, 3, 4, 18, 15, tzinfo=dt.UTC), ["2026-03-04", "2026-03-05"]),
        # Clocks go back an hour at one in the morning: the day has 25 hours, and midnight comes at +2.
        ("Europe/Berlin", dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC), ["2026-10-24", "2026-10-25"]),
        ("Europe/Berlin", dt.datetime(2026, 10, 25, 23, tzinfo=dt.UTC), ["2026-10-25", "2026-10-26"]),
        # Clocks jump from midnight to one: the day begins at one.
        ("Asia/Beirut", dt.datetime(2026, 3, 28, 22, tzinfo=dt.UTC), ["2026-03-28", "2026-03-29"]),
    ],
)  # fmt: skip
def test_leg_days_are_cut_at_local_midnight(tmp_path: Path, zone: str, midnight: dt.datetime, dates: list[str]) -> None:
    desk = new_desk(tmp_path, timezone=zone)
    start = midnight - dt.timedelta(minutes=3)
    marks = [(41.2, 74.5, midnight - dt.timedelta(seconds=1), "before"), (41.2, 74.5, midnight, "after")]
    with desk.store:
        done = imported(desk, write_gpx(desk.out / "night.gpx", walk(start, 6), waypoints=marks))

        found = loaded(desk, done.patrols[0])
        days = found.legs[0].days
        assert [day.date.isoformat() for day in days] == dates
        assert [day.points for day in days] == [3, 3]
        assert [0 if day.track is None else len(day.track) for day in days] == [3, 3]
        assert all(abs(day.distance_m - 22.2) < 0.2 for day in days)
        local = [one.at.astimezone(ZoneInfo(zone)).date().isoformat() for one in found.waypoints if one.at]
        assert local == dates


def test_a_patrol_keeps_the_zone_it_was_walked_in(desk: Desk) -> None:
    evening = dt.datetime(2026, 3, 4, 23, 0, tzinfo=BISHKEK)
    first = imported(desk, write_gpx(desk.out / "1.gpx", walk(evening))).patrols[0]
    with desk.store.act(officer=desk.officer) as change:
        change.set("setting", desk.store.station_id, {"timezone": "Europe/Berlin"})

    imported(desk, write_gpx(desk.out / "2.gpx", walk(evening + 2 * HOUR, 4)), patrol_id=first)

    found = loaded(desk, first)
    assert found.timezone == "Asia/Bishkek"
    assert [(day.date.day, day.points, len(day.track or ())) for day in found.legs[0].days] == [(4, 5, 5), (5, 4, 4)]
    new = imported(desk, write_gpx(desk.out / "3.gpx", walk(evening + 4 * DAY))).patrols[0]
    assert patrol(desk.store.reader, new).timezone == "Europe/Berlin"


def test_tracks_without_times_wait_for_a_day(desk: Desk) -> None:
    marks = [(41.2, 74.5, None, "snare")]
    path = write_gpx(desk.out / "old.gpx", walk(None), waypoints=marks)

    first = imported(desk, path)
    record = first.patrols[0]
    waiting = loaded(desk, record)
    dated = imported(desk, path, date=dt.date(2026, 3, 1))

    assert (waiting.start, waiting.has_untimed_tracks, waiting.legs[0].days) == (None, True, ())
    assert [(one.at, one.date) for one in waiting.waypoints] == [(None, None)]
    assert (dated.patrols, dated.duplicates) == ([record], [str(path)])
    found = loaded(desk, record)
    assert not found.has_untimed_tracks
    assert [(day.date.isoformat(), day.points, len(day.track or ())) for day in found.legs[0].days] == [
        ("2026-03-01", 5, 5)
    ]
    assert [(one.at, one.date, one.is_date_given) for one in found.waypoints] == [(None, dt.date(2026, 3, 1), True)]
    assert dated.dated == [path.name]
    row = patrol_page(desk.store.reader)[0]
    assert (row.start, row.end) == ("2026-03-01", "2026-03-01")


def test_a_wrong_day_is_put_right_by_importing_again(desk: Desk) -> None:
    marks = [(41.2, 74.5, None, "snare"), (41.2, 74.5, dt.datetime(2026, 3, 3, 12, tzinfo=BISHKEK), "timed")]
    path = write_gpx(desk.out / "old.gpx", walk(None), waypoints=marks)
    record = imported(desk, path, date=dt.date(2026, 3, 1), patrol_id="Old").patrols[0]
    before = patrol(desk.store.reader, record)

    imported(desk, path, path, date=dt.date(2026, 3, 2))
    changes = desk.changes()
    imported(desk, path, date=dt.date(2026, 3, 2))

    assert desk.changes() == changes
    found = patrol(desk.store.reader, record)
    assert [day.date.day for day in before.legs[0].days] == [1, 3]
    assert [day.date.day for day in found.legs[0].days] == [2, 3]
    assert [one.at.day if one.at else one.date for one in found.waypoints] == [dt.date(2026, 3, 2), 3]
    assert desk.store.reader.conflicts() == ()
    assert not desk.store.reader.state(record).rivals
    row = patrol_page(desk.store.reader)[0]
    assert (row.start, row.end) == ("2026-03-02", "2026-03-03")


def test_a_day_that_is_given_changes_nothing_that_has_times(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING), waypoints=[(41.2, 74.5, MORNING, "x")])
    record = imported(desk, path, date=dt.date(2020, 1, 1)).patrols[0]
    before = patrol(desk.store.reader, record)

    imported(desk, path, date=dt.date(2021, 1, 1))

    assert patrol(desk.store.reader, record) == before
    assert before.start == dt.date(2026, 3, 4)


def test_waypoints_alone_are_a_patrol(desk: Desk) -> None:
    timed = write_gpx(
        desk.out / "timed.gpx", waypoints=[(41.2, 74.5, MORNING, "a"), (41.2, 74.5, MORNING + 3 * DAY, "b")]
    )
    untimed = write_gpx(desk.out / "untimed.gpx", waypoints=[(41.2, 74.5, None, "c")])

    assert len(imported(desk, timed).patrols) == 2
    record = imported(desk, untimed, date=dt.date(2026, 3, 1)).patrols[0]

    assert [row.start for row in patrol_page(desk.store.reader)] == ["2026-03-07", "2026-03-04", "2026-03-01"]
    assert [day.date.day for day in patrol(desk.store.reader, record).legs[0].days] == [1]


def test_a_waypoint_without_a_time_takes_that_of_the_nearest_fix_of_its_file(desk: Desk) -> None:
    marks = [(41.2002, 74.5001, None, "near"), (45.0, 70.0, None, "far")]

    done = imported(desk, write_gpx(desk.out / "walk.gpx", walk(MORNING), waypoints=marks))

    times = {one.comment: one.at for one in patrol(desk.store.reader, done.patrols[0]).waypoints}
    assert times["near"] == MORNING + dt.timedelta(minutes=2)
    assert times["far"] is None
    assert "waypoint-timed-by-track" in {problem.code for problem in done.problems}


def test_fixes_at_zero_zero_are_kept_and_named(desk: Desk) -> None:
    fixes: list[Fix] = [*walk(MORNING), (0.0, 0.0, MORNING + 10 * dt.timedelta(minutes=1))]

    done = imported(desk, write_gpx(desk.out / "walk.gpx", fixes, waypoints=[(0.0, 0.0, MORNING, "nowhere")]))

    assert (done.points, fixes_of(desk, done.patrols[0])) == (6, 6)
    assert any("zero" in problem.code for problem in done.problems)
    assert patrol(desk.store.reader, done.patrols[0]).waypoints == ()


@pytest.mark.parametrize("year", [1980, 2036, 2099])
def test_a_clock_that_is_wrong_by_years_poisons_nothing(desk: Desk, year: int) -> None:
    wrong = write_gpx(desk.out / "wrong.gpx", walk(MORNING.replace(year=year)))
    right = write_gpx(desk.out / "right.gpx", walk(MORNING))
    desk.store.clock = lambda: int(MORNING.replace(year=year).timestamp() * 1000)

    done = imported(desk, wrong, right)

    assert len(done.patrols) == 2
    assert sorted(row.start for row in patrol_page(desk.store.reader)) == sorted(["2026-03-04", f"{year}-03-04"])


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"])
def test_moments_at_the_ends_of_time_do_no_harm(desk: Desk, moment: str) -> None:
    text = write_gpx(desk.out / "x.gpx", walk(MORNING), waypoints=[(41.2, 74.5, MORNING, "x")]).read_text()
    path = desk.out / "odd.gpx"
    path.write_text(text.replace("2026-03-04T02:00:00Z", moment))

    done = imported(desk, path)

    for record in done.patrols:
        assert loaded(desk, record).number
    assert sum(fixes_of(desk, record) for record in done.patrols) == 5


def test_lengths_are_right_over_the_pole_and_over_the_180th_meridian(desk: Desk) -> None:
    steps = range(201)
    over_the_pole: list[Fix] = [
        (90 - abs(place - 100) * 1e-4, 10.0 if place < 100 else -170.0, MORNING + place * dt.timedelta(seconds=10))
        for place in steps
    ]
    over_the_line: list[Fix] = [
        (65.0, (179.99 + place * 1e-4 + 180) % 360 - 180, MORNING + 2 * DAY + place * dt.timedelta(seconds=10))
        for place in steps
    ]

    done = imported(
        desk, write_gpx(desk.out / "pole.gpx", over_the_pole), write_gpx(desk.out / "line.gpx", over_the_line)
    )

    pole, line = (patrol(desk.store.reader, record).distance_m for record in done.patrols)
    assert abs(pole - 2233.8795) < 0.01
    assert abs(line - 943.5106) < 0.01


def test_many_waypoints_and_long_words_are_spread_over_changes(desk: Desk) -> None:
    marks = [(41 + place * 1e-5, 74.5, MORNING, "ю" * 9_000 if place < 60 else f"w{place}") for place in range(6_000)]
    path = write_gpx(desk.out / "many.gpx", walk(MORNING), waypoints=marks)
    before = desk.changes()

    record = imported(desk, path).patrols[0]

    found = patrol(desk.store.reader, record)
    assert len(found.waypoints) == 6_000
    assert sorted(one.number for one in found.waypoints) == list(range(1, 6_001))
    assert desk.changes() - before >= 3
    assert UndoActs(desk.store)(officer=desk.officer)
    assert patrol_count(desk.store.reader) == 0
    assert desk.store.reader.count("waypoint") == 0
    assert RedoActs(desk.store)(officer=desk.officer)
    assert patrol(desk.store.reader, record) == found
    TakeBack(desk.store)("patrol", record, "test", officer=desk.officer)
    assert desk.store.reader.count("waypoint") == 0
    BringBack(desk.store)("patrol", record, "test", officer=desk.officer)
    assert patrol(desk.store.reader, record) == found


def test_stopping_at_any_step_stores_nothing(desk: Desk) -> None:
    paths = [
        write_gpx(
            desk.out / "a.gpx", walk(MORNING, 50), walk(MORNING + 3 * DAY), waypoints=[(41.2, 74.5, MORNING, "x")]
        ),
        write_gpx(desk.out / "b.gpx", walk(None)),
    ]
    counting = CancelAt()
    before, content = desk.changes(), desk.content()
    for at in range(1000):
        with_stop = CancelAt(at)
        try:
            imported(desk, *paths, context=with_stop)
        except Cancelled:
            assert (desk.changes(), desk.content()) == (before, content)
            assert list(desk.store.blobs.digests()) == []
            continue
        break
    assert at > 4
    assert patrol_count(desk.store.reader) == 3
    imported(desk, *paths, context=counting)


def test_a_withdrawn_patrol_can_be_imported_again(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING))
    first = imported(desk, path).patrols[0]
    TakeBack(desk.store)("patrol", first, "wrong leader", officer=desk.officer)

    done = imported(desk, path, leader="New, Man")

    assert done.duplicates == []
    assert done.patrols != [first]
    assert patrol_ids(desk.store.reader) == tuple(done.patrols)
    assert imported(desk, path).patrols == done.patrols


def test_an_import_is_undone_and_done_again_as_one(desk: Desk) -> None:
    before = {kind: desk.store.reader.count(kind) for kind in ("patrol", "leg", "track", "waypoint", "file", "member")}
    marks = [(41.2, 74.5, MORNING, "x")]
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING), walk(MORNING + 3 * DAY), waypoints=marks)
    done = imported(desk, path, leader="New, Man")
    stored = [loaded(desk, record).number for record in done.patrols]

    assert len(UndoActs(desk.store)(officer=desk.officer)) == 1
    assert {kind: desk.store.reader.count(kind) for kind in before} == before
    assert len(RedoActs(desk.store)(officer=desk.officer)) == 1

    assert [loaded(desk, record).number for record in done.patrols] == stored
    assert imported(desk, path).patrols == done.patrols
    UndoActs(desk.store)(officer=desk.officer)
    again = imported(desk, path)
    assert (again.duplicates, len(again.patrols)) == ([], 2)
    assert set(again.patrols).isdisjoint(done.patrols)


def test_adding_to_a_patrol_is_undone_alone(desk: Desk) -> None:
    first = imported(desk, write_gpx(desk.out / "1.gpx", walk(MORNING))).patrols[0]
    before = patrol(desk.store.reader, first)
    imported(desk, write_gpx(desk.out / "2.gpx", walk(MORNING + DAY)), patrol_id=first, transport="horse")

    UndoActs(desk.store)(officer=desk.officer)

    assert patrol(desk.store.reader, first) == before
    assert (patrol_page(desk.store.reader)[0].start, patrol_page(desk.store.reader)[0].end) == ("2026-03-04",) * 2


def test_the_original_is_kept_as_it_was(desk: Desk) -> None:
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING))

    imported(desk, path)

    entry = desk.store.reader.entries("file")[0]
    assert desk.store.blobs.get(entry.values["sha256"]) == path.read_bytes()
    assert (entry.values["name"], entry.values["bytes"]) == ("walk.gpx", path.stat().st_size)


def test_an_empty_gpx_file_makes_no_patrol(desk: Desk) -> None:
    before = desk.changes()

    done = imported(desk, write_gpx(desk.out / "empty.gpx"), patrol_id="Empty")

    assert (done.patrols, done.points) == ([], 0)
    assert desk.changes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_name_in_another_encoding_is_no_obstacle(desk: Desk) -> None:
    path = Path(os.fsdecode(os.fsencode(desk.out) + b"/\xcf\xee\xf1\xf2.gpx"))
    write_gpx(path, walk(MORNING))

    imported(desk, path)

    assert desk.store.reader.entries("file")[0].values["name"] == "\ufffd\ufffd\ufffd\ufffd.gpx"
