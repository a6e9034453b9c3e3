"""A file that another program wrote again is no second patrol, and one that grew adds only what is new."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from db.officers import members
from db.patrol_pages import patrol_ids
from db.patrols import patrol, tracks_of_leg
from ranger_app.services.edit_patrol import EditPatrol
from ranger_app.services.import_tracks import ImportTracks, TracksImported
from ranger_app.services.stations import rebuild_station
from ranger_app.services.take_back import TakeBack
from ranger_app.services.undo_acts import UndoActs
from tests.service_desk import MORNING, Desk, Fix, walk, write_gpx

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)

Texts = Callable[[float], str]


def imported(desk: Desk, *paths: Path, **more: Any) -> TracksImported:
    return ImportTracks(desk.store)(paths, officer=desk.officer, **{"context": desk.context, **more})


def stored(desk: Desk) -> int:
    """Fixes in all tracks of all patrols."""
    legs = [leg for record in patrol_ids(desk.store.reader) for leg in patrol(desk.store.reader, record).legs]
    return sum(len(track) for leg in legs for track in tracks_of_leg(desk.store.reader, leg.id, desk.store.blobs))


def wandering(count: int, start: dt.datetime = MORNING, *, step_s: float = 1.0, seed: int = 1) -> list[Fix]:
    """Fixes of a device that writes many decimals and fractions of seconds."""
    chance = random.Random(seed)
    latitude, longitude = 41.2, 74.5
    found: list[Fix] = []
    for place in range(count):
        latitude += chance.uniform(-1e-5, 1.5e-5)
        longitude += chance.uniform(-1e-5, 1.5e-5)
        moment = start + place * step_s * SECOND + chance.randrange(1000) * dt.timedelta(milliseconds=1)
        found.append((latitude, longitude, moment))
    return found


def again(fixes: Iterable[Fix], texts: Texts, *, whole_seconds: bool = True, ele: str = "") -> str:
    """The same fixes as points of a segment, as another program writes them."""
    points = []
    for latitude, longitude, moment in fixes:
        told = ""
        if moment is not None:
            utc = moment.astimezone(dt.UTC)
            told = utc.strftime("%Y-%m-%dT%H:%M:%SZ") if whole_seconds else utc.isoformat()
            told = f"\n   <time>{told}</time>"
        points.append(f'  <trkpt lon="{texts(longitude)}" lat="{texts(latitude)}">{ele}{told}</trkpt>\n')
    return "".join(points)


def segments(*inner: str) -> str:
    return "<trk>" + "".join(f"<trkseg>\n{one}</trkseg>" for one in inner) + "</trk>"


def written(desk: Desk, name: str, *tracks: str) -> Path:
    path = desk.out / name
    path.write_text(f'<gpx version="1.0" creator="other">{"".join(tracks)}</gpx>', encoding="utf-8")
    return path


def decimals(count: int) -> Texts:
    return lambda degrees: f"{degrees:.{count}f}"


def semicircles(degrees: float) -> str:
    """What a FIT file keeps of a position, told with nine decimals."""
    return f"{round(degrees * 2**31 / 180) * 180 / 2**31:.9f}"


@pytest.mark.parametrize(
    "texts", [decimals(6), decimals(7), decimals(9), decimals(17), repr, semicircles], ids=lambda one: str(one)[:20]
)
def test_the_same_fixes_in_other_bytes_are_no_second_patrol(desk: Desk, texts: Texts) -> None:
    fixes = wandering(500)
    first = imported(desk, write_gpx(desk.out / "device.gpx", fixes))
    before = desk.changes()
    copy = written(desk, "again.gpx", segments(again(fixes, texts, ele="<ele>1800.5</ele>")))

    done = imported(desk, copy)

    assert (done.patrols, done.points, done.new_points) == (first.patrols, 500, 0)
    assert done.duplicates == [str(copy)]
    [known] = done.known
    assert (known.repeats, known.points, known.is_whole) == (("device.gpx",), 500, True)
    assert desk.changes() == before
    assert desk.store.reader.entries("file")[0].values["name"] == "device.gpx"


@pytest.mark.parametrize("is_the_rough_one_first", [False, True])
def test_either_of_the_two_may_come_first(desk: Desk, is_the_rough_one_first: bool) -> None:
    fixes = wandering(300)
    fine = write_gpx(desk.out / "fine.gpx", fixes)
    rough = written(desk, "rough.gpx", segments(again(fixes, decimals(6))))
    order = [rough, fine] if is_the_rough_one_first else [fine, rough]

    together = imported(desk, *order)

    assert (len(together.patrols), together.points, together.new_points) == (1, 600, 300)
    assert together.duplicates == [str(order[1])]
    assert together.known[0].repeats == (str(order[0]),)
    assert stored(desk) == 300


def test_segments_that_were_split_or_merged_are_the_same_walk(desk: Desk) -> None:
    fixes = wandering(400)
    imported(desk, write_gpx(desk.out / "device.gpx", fixes))
    pieces = [again(fixes[start : start + 100], decimals(7)) for start in range(0, 400, 100)]

    split = imported(desk, written(desk, "split.gpx", segments(*pieces)))
    apart = imported(desk, written(desk, "apart.gpx", *(segments(piece) for piece in pieces)))
    each = imported(desk, *(written(desk, f"{place}.gpx", segments(piece)) for place, piece in enumerate(pieces)))

    assert (split.new_points, apart.new_points, each.new_points) == (0, 0, 0)
    assert len(each.duplicates) == 4
    assert stored(desk) == 400


def test_several_files_that_were_joined_into_one_are_the_same_walks(desk: Desk) -> None:
    first, second = wandering(200), wandering(200, MORNING + HOUR, seed=2)
    days = [wandering(100, MORNING + (day + 2) * 24 * HOUR, seed=day + 5) for day in range(2)]
    paths = [write_gpx(desk.out / f"{number}.gpx", one) for number, one in enumerate([first, second, *days])]
    before = imported(desk, *paths)

    done = imported(desk, written(desk, "all.gpx", segments(again([*first, *second, *days[0], *days[1]], decimals(6)))))

    assert sorted(done.patrols) == sorted(before.patrols)
    assert (done.new_points, done.known[0].points, len(done.known[0].repeats)) == (0, 600, 4)


def test_a_file_that_grew_adds_its_new_run_to_the_patrol_and_leg_of_the_old(desk: Desk) -> None:
    fixes = wandering(600)
    first = imported(desk, write_gpx(desk.out / "log.gpx", fixes[:400]), transport="horse")
    (record,) = first.patrols

    done = imported(desk, write_gpx(desk.out / "log later.gpx", fixes))

    assert (done.patrols, done.points, done.new_points, done.duplicates) == ([record], 600, 200, [])
    assert [problem.code for problem in done.problems] == ["fixes-partly-known"]
    assert (done.known[0].points, done.known[0].is_whole) == (400, False)
    found = patrol(desk.store.reader, record, blobs=desk.store.blobs)
    assert [leg.transport for leg in found.legs] == ["horse"]
    assert stored(desk) == found.points == 600
    grown = imported(desk, desk.out / "log later.gpx")
    assert (grown.patrols, grown.new_points, grown.duplicates) == ([record], 0, [str(desk.out / "log later.gpx")])
    assert rebuild_station(desk.store, desk.context).identical is True


def test_what_comes_days_after_the_known_part_is_a_patrol_of_its_own(desk: Desk) -> None:
    fixes = wandering(100)
    first = imported(desk, write_gpx(desk.out / "log.gpx", fixes))
    later = wandering(50, MORNING + 72 * HOUR, seed=4)

    done = imported(desk, write_gpx(desk.out / "log later.gpx", [*fixes, *later]))

    assert len(done.patrols) == 2
    assert set(first.patrols) < set(done.patrols)
    assert stored(desk) == 150


def test_a_named_patrol_takes_what_is_new_of_a_file_that_grew(desk: Desk) -> None:
    fixes = wandering(100)
    first = imported(desk, write_gpx(desk.out / "log.gpx", fixes[:60])).patrols[0]

    imported(desk, write_gpx(desk.out / "later.gpx", fixes), patrol_id="Other")

    counts = {one.number: one.points for one in (patrol(desk.store.reader, x) for x in patrol_ids(desk.store.reader))}
    assert counts == {patrol(desk.store.reader, first).number: 60, "Other": 40}


def test_a_few_fixes_that_are_known_by_chance_are_not_cut_out(desk: Desk) -> None:
    fixes = wandering(200)
    imported(desk, write_gpx(desk.out / "thin.gpx", fixes[::5]))

    done = imported(desk, write_gpx(desk.out / "full.gpx", fixes))

    assert (done.new_points, done.known) == (200, [])


def test_two_devices_on_one_walk_are_two_tracks(desk: Desk) -> None:
    fixes = wandering(300)
    beside = [(latitude + 2e-5, longitude + 1e-5, moment) for latitude, longitude, moment in fixes]

    done = imported(desk, write_gpx(desk.out / "a.gpx", fixes), write_gpx(desk.out / "b.gpx", beside))

    assert (len(done.patrols), done.new_points, done.known) == (1, 600, [])


def test_the_same_way_on_another_day_is_another_walk(desk: Desk) -> None:
    one = walk(MORNING, 50)
    other = walk(MORNING + 24 * HOUR, 50)

    imported(desk, write_gpx(desk.out / "a.gpx", one))
    done = imported(desk, write_gpx(desk.out / "b.gpx", other))

    assert (done.new_points, done.known) == (50, [])


def test_tracks_without_times_are_known_by_all_their_places(desk: Desk) -> None:
    fixes: list[Fix] = [(latitude, longitude, None) for latitude, longitude, _ in wandering(80)]
    first = imported(desk, write_gpx(desk.out / "old.gpx", fixes))

    done = imported(desk, written(desk, "again.gpx", segments(again(fixes, decimals(6)))))
    longer = imported(desk, written(desk, "longer.gpx", segments(again([*fixes, (41.3, 74.6, None)], decimals(6)))))

    assert (done.patrols, done.new_points) == (first.patrols, 0)
    assert longer.new_points == 81


def test_a_day_given_to_a_known_walk_without_times_goes_to_the_stored_one(desk: Desk) -> None:
    fixes: list[Fix] = [(latitude, longitude, None) for latitude, longitude, _ in wandering(80)]
    (record,) = imported(desk, write_gpx(desk.out / "old.gpx", fixes)).patrols

    copy = written(desk, "again.gpx", segments(again(fixes, decimals(6))))
    done = imported(desk, copy, date=dt.date(2026, 3, 1))

    assert done.dated == ["old.gpx"]
    assert patrol(desk.store.reader, record).start == dt.date(2026, 3, 1)


def test_waypoints_are_known_by_place_time_and_name(desk: Desk) -> None:
    marks = [(41.2000001, 74.5, MORNING, "den"), (41.2000001, 74.5, None, "snare"), (41.21, 74.5, MORNING, "camp")]
    (record,) = imported(desk, write_gpx(desk.out / "marks.gpx", waypoints=marks)).patrols
    moved = [(41.2000004, 74.5000002, MORNING + SECOND, "den"), (41.2000004, 74.5, None, "snare"),
             (41.21, 74.5, MORNING, "other name"), (41.21, 74.5, MORNING + HOUR, "camp")]  # fmt: skip

    done = imported(desk, write_gpx(desk.out / "again.gpx", waypoints=moved))

    assert (done.waypoints, done.new_waypoints, done.known[0].waypoints) == (4, 2, 2)
    assert record in done.patrols
    assert desk.store.reader.count("waypoint") == 5


def test_a_waypoint_that_took_its_time_from_the_track_is_known_again(desk: Desk) -> None:
    fixes = wandering(50)
    marks = [(fixes[20][0], fixes[20][1], None, "snare")]
    first = imported(desk, write_gpx(desk.out / "a.gpx", fixes, waypoints=marks))

    copy = write_gpx(desk.out / "b.gpx", fixes, waypoints=marks)
    copy.write_text(copy.read_text().replace('creator="test"', 'creator="other"'))
    done = imported(desk, copy)

    assert (done.patrols, done.duplicates, done.new_waypoints) == (first.patrols, [str(copy)], 0)


def test_new_waypoints_of_a_known_walk_go_to_its_patrol(desk: Desk) -> None:
    fixes = wandering(50)
    (record,) = imported(desk, write_gpx(desk.out / "a.gpx", fixes)).patrols
    marks = [(fixes[20][0], fixes[20][1], None, "snare"), (41.2, 74.5, MORNING + HOUR, "den")]

    done = imported(desk, write_gpx(desk.out / "b.gpx", fixes, waypoints=marks))

    assert (done.patrols, done.new_points, done.new_waypoints) == ([record], 0, 2)
    found = patrol(desk.store.reader, record)
    assert sorted(one.comment for one in found.waypoints) == ["den", "snare"]
    assert all(one.at for one in found.waypoints)


def test_a_walk_whose_patrol_was_taken_back_or_undone_comes_in_again(desk: Desk) -> None:
    fixes = wandering(60)
    first = imported(desk, write_gpx(desk.out / "a.gpx", fixes)).patrols[0]
    TakeBack(desk.store)("patrol", first, "wrong", officer=desk.officer)

    second = imported(desk, written(desk, "b.gpx", segments(again(fixes, decimals(6)))))
    UndoActs(desk.store)(officer=desk.officer)
    third = imported(desk, written(desk, "c.gpx", segments(again(fixes, decimals(7)))))

    assert (second.new_points, third.new_points) == (60, 60)
    assert len({first, *second.patrols, *third.patrols}) == 3


def test_what_was_edited_since_is_still_the_same_walk(desk: Desk) -> None:
    fixes = wandering(60)
    (record,) = imported(desk, write_gpx(desk.out / "a.gpx", fixes)).patrols
    EditPatrol(desk.store)(record, {"number": "N-1", "objective": "x"}, officer=desk.officer)

    done = imported(desk, written(desk, "b.gpx", segments(again(fixes, decimals(6)))))

    assert (done.patrols, done.new_points) == ([record], 0)


def test_times_that_go_back_and_fixes_without_a_time_do_not_hide_a_known_walk(desk: Desk) -> None:
    fixes: list[Fix] = list(wandering(120))
    fixes[30:60], fixes[60:90] = fixes[60:90], fixes[30:60]
    fixes[7] = (fixes[7][0], fixes[7][1], None)
    first = imported(desk, write_gpx(desk.out / "a.gpx", fixes))

    done = imported(desk, written(desk, "b.gpx", segments(again(fixes, decimals(7)))))

    assert (done.patrols, done.new_points) == (first.patrols, 0)


def test_a_walk_over_the_180th_meridian_is_known_again(desk: Desk) -> None:
    fixes: list[Fix] = [
        (65.0, (179.9990 + 1e-5 * place + 180) % 360 - 180, MORNING + place * SECOND) for place in range(300)
    ]
    first = imported(desk, write_gpx(desk.out / "a.gpx", fixes))

    done = imported(desk, written(desk, "b.gpx", segments(again(fixes, decimals(6)))))

    assert (done.patrols, done.new_points) == (first.patrols, 0)
    assert 135 < patrol(desk.store.reader, first.patrols[0]).distance_m < 145


def test_tracks_of_an_older_version_that_do_not_tell_where_they_lie_are_known_too(desk: Desk) -> None:
    fixes = wandering(100)
    (record,) = imported(desk, write_gpx(desk.out / "a.gpx", fixes)).patrols
    [leg] = patrol(desk.store.reader, record).legs
    [track] = desk.store.reader.entries("track", parent=leg.id)
    with desk.store.act(officer=desk.officer) as change:
        change.set("track", track.id, {"boxes": None, "start_us": None, "end_us": None})

    done = imported(desk, written(desk, "b.gpx", segments(again(fixes, decimals(6)))))

    assert (done.patrols, done.new_points) == ([record], 0)


def test_no_second_person_or_number_is_made_for_what_is_known(desk: Desk) -> None:
    fixes = wandering(60)
    imported(desk, write_gpx(desk.out / "a.gpx", fixes))
    people = len(members(desk.store.reader))

    done = imported(desk, written(desk, "b.gpx", segments(again(fixes, decimals(6)))), leader="New, Man")

    assert (done.new_points, done.assumed, len(members(desk.store.reader))) == (0, (), people)


def marks_written(desk: Desk, name: str, *marks: str, creator: str = "other") -> Path:
    path = desk.out / name
    points = "".join(f'<wpt lat="41.2" lon="74.5">{mark}</wpt>' for mark in marks)
    path.write_text(f'<gpx version="1.1" creator="{creator}">{points}</gpx>', encoding="utf-8")
    return path


def comments(desk: Desk) -> list[str]:
    return sorted(str(one.values.get("comment")) for one in desk.store.reader.entries("waypoint"))


@pytest.mark.parametrize("time", ["", "<time>2026-03-04T02:00:00Z</time>"])
@pytest.mark.parametrize("text", ["cmt", "desc"])
def test_two_waypoints_of_one_name_and_place_that_say_different_things_both_stay(
    desk: Desk, text: str, time: str
) -> None:
    snare, carcass = (f"<name>001</name>{time}<{text}>{word}</{text}>" for word in ("snare", "carcass"))

    done = imported(desk, marks_written(desk, "a.gpx", snare, carcass, snare))
    again = imported(desk, marks_written(desk, "b.gpx", carcass, snare))

    assert (done.new_waypoints, again.new_waypoints) == (2, 0)
    assert comments(desk) == ["001\ncarcass", "001\nsnare"]
    assert [one.repeats for one in done.known] == [(str(desk.out / "a.gpx"),)]
    assert [one.repeats for one in again.known] == [("a.gpx",)]


def test_a_waypoint_that_says_more_than_the_one_of_its_name_is_new(desk: Desk) -> None:
    imported(desk, marks_written(desk, "a.gpx", "<name>001</name>"))

    done = imported(desk, marks_written(desk, "b.gpx", "<name>001</name><cmt>snare</cmt>"))

    assert done.new_waypoints == 1


def test_a_waypoint_whose_comment_was_written_anew_here_is_still_known(desk: Desk) -> None:
    imported(desk, marks_written(desk, "a.gpx", "<name>001</name><cmt>snare</cmt>"))
    [waypoint] = desk.store.reader.entries("waypoint")
    with desk.store.act(officer=desk.officer) as change:
        change.set("waypoint", waypoint.id, {"comment": "wire snare, removed"})

    done = imported(desk, marks_written(desk, "b.gpx", "<name>001</name><cmt>snare</cmt>", creator="x"))

    assert (done.new_waypoints, done.known[0].waypoints) == (0, 1)


def test_a_copy_with_five_decimals_is_known_when_all_its_seconds_and_places_agree(desk: Desk) -> None:
    fixes = wandering(300)
    first = imported(desk, write_gpx(desk.out / "device.gpx", fixes))

    done = imported(desk, written(desk, "again.gpx", segments(again(fixes, decimals(5)))))

    assert (done.patrols, done.new_points, done.known[0].repeats) == (first.patrols, 0, ("device.gpx",))


def test_a_second_person_a_metre_behind_is_no_copy_with_five_decimals(desk: Desk) -> None:
    fixes = wandering(300)
    chance = random.Random(7)
    beside = [(one + chance.gauss(0, 1e-5), other + chance.gauss(0, 1e-5), at) for one, other, at in fixes]
    few = walk(MORNING + HOUR, 9, step_s=1)
    imported(desk, write_gpx(desk.out / "a.gpx", fixes), write_gpx(desk.out / "c.gpx", few))

    done = imported(desk, written(desk, "b.gpx", segments(again(beside, decimals(5)))))
    aside: list[Fix] = [(latitude + 5e-6, longitude, at) for latitude, longitude, at in few]
    short = imported(desk, written(desk, "d.gpx", segments(again(aside, repr))))

    assert (done.new_points, short.new_points) == (300, 9)


def test_a_copy_that_lost_its_times_is_known_by_all_its_places(desk: Desk) -> None:
    fixes = wandering(80)
    first = imported(desk, write_gpx(desk.out / "device.gpx", fixes))
    untimed: list[Fix] = [(latitude, longitude, None) for latitude, longitude, _ in fixes]

    for places in (5, 6, 7):
        done = imported(desk, written(desk, f"{places}.gpx", segments(again(untimed, decimals(places)))))
        assert (done.patrols, done.new_points, done.known[0].points) == (first.patrols, 0, 80)


@pytest.mark.parametrize("end", ["<time>2026-03-04T02:0", "<time>", "</time>"])
def test_a_log_that_broke_off_inside_its_last_fix_has_no_fix_twice_when_it_comes_whole(desk: Desk, end: str) -> None:
    fixes = wandering(60)
    whole = write_gpx(desk.out / "whole.gpx", fixes)
    text = whole.read_text(encoding="utf-8")
    cut = desk.out / "cut.gpx"
    cut.write_text(text[: text.rindex(end.partition("2026")[0]) + len(end)], encoding="utf-8")

    first = imported(desk, cut)
    imported(desk, whole)

    assert "gpx-truncated" in [problem.code for problem in first.problems]
    assert stored(desk) == 60


def test_waypoints_with_five_decimals_are_known_by_their_time_and_without_one_are_new(desk: Desk) -> None:
    marks = [(41.200004, 74.500004, MORNING, "den"), (41.210004, 74.510004, None, "snare")]
    imported(desk, write_gpx(desk.out / "a.gpx", waypoints=marks))

    rough = [(round(one, 5), round(other, 5), at, name) for one, other, at, name in marks]
    done = imported(desk, write_gpx(desk.out / "b.gpx", waypoints=rough))

    assert (done.new_waypoints, done.known[0].waypoints) == (1, 1)
