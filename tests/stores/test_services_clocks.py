"""Times of a receiver against the clock of the laptop."""

from __future__ import annotations

import datetime as dt

from ranger_app.i18n import Words
from ranger_app.messages import say_code
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.stations import open_station
from tests.service_desk import MORNING, POACHING, Desk, walk, write_gpx


def test_tracks_of_the_future_are_stored_and_named(desk: Desk) -> None:
    late = dt.datetime(2099, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=20)
    path = write_gpx(
        desk.out / "a.gpx", walk(MORNING), walk(late, 3), waypoints=[(41.2, 74.5, late, "a"), (41.3, 74.5, soon, "b")]
    )

    done = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)

    (problem,) = [one for one in done.problems if one.code == "time-in-future"]
    assert (problem.where, problem.count, problem.file) == ("track 2, point 1", 4, str(path))
    assert problem.facts["value"] == "2099-01-02T03:04:05+00:00"
    assert done.points == 8


def test_tracks_of_weeks_counted_anew_and_times_before_gps_are_named(desk: Desk) -> None:
    now = dt.datetime.fromtimestamp(desk.store.clock() // 1000, dt.UTC)
    yesterday = now - dt.timedelta(days=1)
    rolled = yesterday - dt.timedelta(weeks=1024)
    early = dt.datetime(1975, 1, 1, tzinfo=dt.UTC)
    path = write_gpx(
        desk.out / "a.gpx", walk(yesterday), walk(rolled, 3), walk(early, 4), waypoints=[(41.2, 74.5, rolled, "a")]
    )

    done = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context)

    told = {one.code: one for one in done.problems}
    rollover, before = told["time-week-rollover"], told["time-implausible"]
    assert (rollover.where, rollover.count, rollover.file) == ("track 2, point 1", 4, str(path))
    assert rollover.facts == {"value": rolled.isoformat(), "weeks": 1024, "meant": yesterday.isoformat()}
    assert before.count == 4
    assert "1024" in say_code(Words("en"), rollover.code, {**rollover.facts, "count": 4, "where": rollover.where})


def test_a_clock_that_is_behind_the_last_record_is_told_when_the_station_opens(desk: Desk) -> None:
    RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer)
    ahead = desk.store.clock() + 2 * 24 * 3_600_000
    desk.store.clock = lambda: ahead
    RecordIncident(desk.store)("poaching", POACHING, officer=desk.officer)
    desk.store.close()

    desk.store = open_station(desk.folder, home=desk.home)
    told = dict(desk.store.notices)

    assert "clock-behind" in told
    assert say_code(Words("en"), "clock-behind", told["clock-behind"]).count("UTC") == 2
