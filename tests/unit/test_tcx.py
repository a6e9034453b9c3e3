from __future__ import annotations

import math

from ranger_app.importers.tcx import read_tcx
from ranger_app.importers.track_file import TrackFile
from tests.made_track_files import tcx, trackpoint

T0, T1, T2, T3 = (f"2026-03-04T09:15:{second}Z" for second in (42, 43, 44, 45))
MORNING_US = 1_772_615_742_000_000
EMPTY = f"<Trackpoint><Time>{T1}</Time></Trackpoint>"


def read(inside: str) -> TrackFile:
    return read_tcx(tcx(inside), name="walk.tcx")


def activity(*laps: str, after: str = "") -> str:
    inside = "".join(f'<Lap StartTime="{T0}">{lap}</Lap>' for lap in laps)
    return f'<Activities><Activity Sport="Other"><Id>{T0}</Id>{inside}{after}</Activity></Activities>'


def said(file: TrackFile) -> dict[str, tuple[int, str]]:
    return {problem.code: (problem.count, problem.where) for problem in file.problems}


def test_a_point_becomes_a_fix() -> None:
    more = ("<AltitudeMeters>2100.5</AltitudeMeters><HeartRateBpm><Value>88</Value></HeartRateBpm><Cadence>60</Cadence>"
            "<Extensions><ns3:TPX><ns3:Speed>1.25</ns3:Speed></ns3:TPX></Extensions>")  # fmt: skip

    one = read(activity(f"<Track>{trackpoint(T0, '41.2', '74.5', more)}</Track>")).tracks[0]

    assert one.track.time_us.tolist() == [MORNING_US]
    assert (one.track.latitude_deg[0], one.track.longitude_deg[0], one.track.elevation_m[0]) == (41.2, 74.5, 2100.5)
    assert {name: column.tolist() for name, column in one.extras.items()} == {
        "heart_rate_bpm": [88.0], "cadence_rpm": [60.0], "speed_mps": [1.25],
    }  # fmt: skip


def test_what_a_lap_says_of_itself_is_no_fix() -> None:
    lap = ("<AverageHeartRateBpm><Value>99</Value></AverageHeartRateBpm><Cadence>77</Cadence>"
           f"<Track>{trackpoint(T0, '41.2', '74.5')}</Track>")  # fmt: skip

    assert read(activity(lap)).tracks[0].extras == {}


def test_laps_go_on_and_pauses_begin_a_part() -> None:
    first = f"<Track>{trackpoint(T0, '1', '1')}</Track><Track>{trackpoint(T1, '2', '2')}</Track>"
    second = f"<Track>{trackpoint(T2, '3', '3')}{trackpoint(T3, '4', '4')}</Track>"

    track = read(activity(first, second)).tracks[0].track

    assert track.part_starts.tolist() == [0, 1]
    assert track.latitude_deg.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_points_without_a_place_are_counted() -> None:
    file = read(activity(f"<Track>{trackpoint(T0, '1', '1')}{EMPTY}{trackpoint(T2, 'x', 'y')}</Track>"))

    assert (file.point_count, file.points_in_file) == (1, 3)
    assert said(file) == {"position-unreadable": (1, "point 3"), "position-missing": (1, "point 2")}


def test_the_receiver_and_the_program_are_told_apart() -> None:
    creator = "<Creator><Name>Edge 520</Name><UnitId>3931533084</UnitId></Creator>"
    author = "<Author><Name>Garmin Connect</Name></Author>"
    inside = activity(f"<Track>{trackpoint(T0, '1', '1')}</Track>", after=creator) + author

    file = read(inside)

    assert (file.format, file.version, file.creator) == ("tcx", "2", "Edge 520")
    assert file.tracks[0].device == "Edge 520 3931533084"
    assert read(inside.replace(creator, "")).creator == "Garmin Connect"


def test_a_course_is_taken_and_its_points_are_waypoints() -> None:
    place = "<Position><LatitudeDegrees>1.5</LatitudeDegrees><LongitudeDegrees>2.5</LongitudeDegrees></Position>"
    point = (f"<CoursePoint><Name>Брод</Name><Time>{T1}</Time>{place}<AltitudeMeters>2100</AltitudeMeters>"
             "<PointType>Danger</PointType><Notes>deep</Notes></CoursePoint>")  # fmt: skip

    file = read(f"<Courses><Course><Name>Ridge</Name><Lap/><Track>{trackpoint(T0, '1', '1')}</Track>{point}</Course>"
                "</Courses>")  # fmt: skip

    (one,) = file.waypoints
    assert (one.name, one.comment, one.description) == ("Брод", "Danger", "deep")
    assert (one.latitude_deg, one.longitude_deg, one.elevation_m) == (1.5, 2.5, 2100.0)
    assert one.time_us == MORNING_US + 1_000_000
    assert (file.tracks[0].name, said(file)) == ("Ridge", {"course-taken": (1, "track 1")})


def test_every_sport_of_one_outing_is_a_track() -> None:
    def sport(time: str) -> str:
        return f'<Activity Sport="Other"><Lap><Track>{trackpoint(time, "1", "1")}</Track></Lap></Activity>'

    file = read(f"<Activities><MultiSportSession><FirstSport>{sport(T0)}</FirstSport><NextSport><Transition/>"
                f"{sport(T1)}</NextSport></MultiSportSession></Activities>")  # fmt: skip

    assert [len(one.track) for one in file.tracks] == [1, 1]


def test_many_points_come_in_blocks() -> None:
    points = "".join(
        trackpoint(f"2026-03-04T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z", f"{n / 100000}", "1",
                   f"<Cadence>{n % 90}</Cadence>" if n % 3 else "")
        for n in range(40_000)
    )  # fmt: skip

    file = read(activity(f"<Track>{points}</Track>"))

    assert file.tracks[0].track.latitude_deg.tolist() == [n / 100000 for n in range(40_000)]
    cadence = file.tracks[0].extras["cadence_rpm"].tolist()
    assert all(math.isnan(one) if n % 3 == 0 else one == n % 90 for n, one in enumerate(cadence))
    assert said(file) == {}


def test_an_activity_without_fixes_holds_nothing() -> None:
    assert said(read(activity(f"<Track>{EMPTY}</Track>"))) == {
        "position-missing": (1, "point 1"), "track-empty": (1, "track 1"), "file-holds-nothing": (1, ""),
    }  # fmt: skip
