from __future__ import annotations

import math

import numpy as np
import pytest

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.kml import read_kml
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks import read_tracks
from tests.made_track_files import gx_track, kml

T0, T1, T2 = "2026-03-04T09:15:42Z", "2026-03-04T09:15:43.5Z", "2026-03-04T15:15:44+06:00"
MORNING_US = 1_772_615_742_000_000


def read(*placemarks: str) -> TrackFile:
    return read_kml(kml(*placemarks), name="walk.kml")


def line(coordinates: str, mode: str = "absolute") -> str:
    return f"<LineString><altitudeMode>{mode}</altitudeMode><coordinates>{coordinates}</coordinates></LineString>"


def said(file: TrackFile) -> dict[str, tuple[int, str]]:
    return {problem.code: (problem.count, problem.where) for problem in file.problems}


def latitudes(file: TrackFile) -> list[list[float]]:
    return [one.track.latitude_deg.tolist() for one in file.tracks]


def test_a_point_becomes_a_waypoint() -> None:
    file = read(
        "<name>Брод</name><description><![CDATA[<b>deep</b>]]></description>"
        f"<TimeStamp><when>{T0}</when></TimeStamp><Point><coordinates> 74.5,41.2,2100 </coordinates></Point>"
    )

    (one,) = file.waypoints
    assert (one.name, one.description, one.time_us) == ("Брод", "<b>deep</b>", MORNING_US)
    assert (one.latitude_deg, one.longitude_deg, one.elevation_m) == (41.2, 74.5, 2100.0)
    assert (file.tracks, said(file)) == ((), {})


def test_a_span_of_time_begins_with_the_time_of_the_waypoint() -> None:
    span = f"<TimeSpan><begin>{T0}</begin><end>{T2}</end></TimeSpan>"

    assert read(span + "<Point><coordinates>1,2</coordinates></Point>").waypoints[0].time_us == MORNING_US


def test_the_time_of_a_view_is_not_that_of_the_place() -> None:
    view = f"<LookAt><gx:TimeStamp><when>{T2}</when></gx:TimeStamp></LookAt>"

    (one,) = read(
        f"{view}<TimeStamp><when>{T0}</when></TimeStamp><Point><coordinates>1,2</coordinates></Point>"
    ).waypoints

    assert one.time_us == MORNING_US


def test_a_line_becomes_a_track_without_times() -> None:
    file = read("<name>Ridge</name>" + line("74.5,41.2,2100\n 74.6,41.3,2101"))

    one = file.tracks[0]
    assert (one.name, one.track.latitude_deg.tolist(), one.track.longitude_deg.tolist()) == (
        "Ridge", [41.2, 41.3], [74.5, 74.6],
    )  # fmt: skip
    assert one.track.elevation_m.tolist() == [2100.0, 2101.0]
    assert one.track.time_us.tolist() == [NO_TIME] * 2
    assert said(file) == {"fix-without-time": (2, "point 1")}


def test_blanks_around_commas_do_no_harm() -> None:
    assert latitudes(read(line("74.5 , 41.2, 2100  74.6,41.3 ,2101"))) == [[41.2, 41.3]]


def test_lines_of_one_place_are_parts_of_one_track() -> None:
    file = read(f"<MultiGeometry>{line('1,2 3,4')}<Point><coordinates>9,8</coordinates></Point>{line('5,6')}"
                "</MultiGeometry>")  # fmt: skip

    assert latitudes(file) == [[2.0, 4.0, 6.0]]
    assert file.tracks[0].track.part_starts.tolist() == [0, 2]
    assert [one.latitude_deg for one in file.waypoints] == [8.0]


def test_a_track_of_google_has_times() -> None:
    file = read("<name>Walk</name>" + gx_track([(T0, "74.5", "41.2", "2100"), (T1, "74.6", "41.2", "2101")]))

    assert file.tracks[0].track.time_us.tolist() == [MORNING_US, MORNING_US + 1_500_000]
    assert file.tracks[0].track.elevation_m.tolist() == [2100.0, 2101.0]


def test_a_track_of_kml_2_3_needs_no_prefix() -> None:
    content = kml(gx_track([(T0, "74.5", "41.2", "2100")])).replace(b"gx:", b"").replace(b"kml/2.2", b"kml/2.3")

    file = read_kml(content, name="walk.kml")

    assert (file.version, latitudes(file)) == ("2.3", [[41.2]])


@pytest.mark.parametrize(
    "space", ["http://earth.google.com/kml/2.0", "http://earth.google.com/kml/2.1", "http://opengis.net/kml/2.2", ""]
)
def test_every_namespace_is_taken(space: str) -> None:
    content = kml(line("1,2")).replace(b"http://www.opengis.net/kml/2.2", space.encode())

    assert latitudes(read_kml(content, name="walk.kml")) == [[2.0]]


def test_a_prefix_before_every_element_is_taken() -> None:
    content = (b'<k:kml xmlns:k="http://www.opengis.net/kml/2.2"><k:Placemark><k:LineString><k:coordinates>1,2 3,4'
               b"</k:coordinates></k:LineString></k:Placemark></k:kml>")  # fmt: skip

    assert latitudes(read_tracks(content, name="walk.kml")) == [[2.0, 4.0]]


def test_tracks_of_several_segments_are_parts_of_one() -> None:
    file = read("<gx:MultiTrack>" + gx_track([(T0, "1", "2", "3")]) + gx_track([(T1, "4", "5", "6")])
                + "</gx:MultiTrack>")  # fmt: skip

    assert file.tracks[0].track.part_starts.tolist() == [0, 1]


def test_times_and_places_that_differ_in_number_are_told() -> None:
    track = gx_track([(T0, "74.5", "41.2", "0")]).replace("</gx:Track>", "<gx:coord>74.6 41.3 0</gx:coord></gx:Track>")

    file = read(track)

    assert file.tracks[0].track.time_us.tolist() == [MORNING_US, NO_TIME]
    assert said(file) == {"times-and-places-differ": (1, "track 1"), "fix-without-time": (1, "point 2")}


def test_times_that_go_back_and_places_that_lack_are_told() -> None:
    track = gx_track([(T2, "74.5", "41.2", "0"), (T0, "74.5", "41.2", "0")]).replace(
        "</gx:Track>", f"<when>{T2}</when><gx:coord/></gx:Track>"
    )

    assert said(read(track)) == {"position-missing": (1, "point 3"), "time-goes-back": (1, "point 2")}


def test_columns_beside_the_places_are_kept() -> None:
    def array(name: str, *values: str) -> str:
        inside = "".join(f"<gx:value>{value}</gx:value>" for value in values)
        return f'<gx:SimpleArrayData name="{name}">{inside}</gx:SimpleArrayData>'

    columns = array("heart_rate", "88", "") + array("Cadence", "60", "61") + array("speed", "3.6")
    extended = f'<ExtendedData><SchemaData schemaUrl="#s">{columns}</SchemaData></ExtendedData>'
    schema = ('<Schema id="s"><gx:SimpleArrayField name="speed" type="float"><displayName>Speed (km/h)</displayName>'
              "</gx:SimpleArrayField></Schema>")  # fmt: skip
    track = gx_track([(T0, "1", "2", "3"), (T1, "1", "2", "3")]).replace(
        "</gx:Track>", f"<gx:angles>90.5 0 0</gx:angles><gx:angles/>{extended}</gx:Track>"
    )

    file = read_kml(kml(track).replace(b"<Document>", b"<Document>" + schema.encode()), name="walk.kml")

    found = {name: [None if math.isnan(one) else one for one in column.tolist()]
             for name, column in file.tracks[0].extras.items()}  # fmt: skip
    assert found == {
        "heart_rate_bpm": [88.0, None], "cadence_rpm": [60.0, 61.0], "speed_mps": [1.0, None],
        "course_deg": [90.5, None],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "heights", "expected", "code"),
    [
        ("absolute", "0 0", [0.0, 0.0], None),
        ("absolute", "2100 0", [2100.0, 0.0], None),
        ("clampToGround", "2100 0", [2100.0, 0.0], None),
        ("clampToGround", "0 0", [None, None], "heights-all-zero"),
        ("relativeToGround", "50 50", [None, None], "heights-above-ground"),
    ],
)
def test_only_heights_above_the_sea_are_taken(
    mode: str, heights: str, expected: list[float | None], code: str | None
) -> None:
    low, high = heights.split()

    file = read(line(f"1,2,{low} 3,4,{high}", mode))

    found = [None if math.isnan(one) else one for one in file.tracks[0].track.elevation_m.tolist()]
    assert found == expected
    assert (code in said(file)) is (code is not None)


def test_areas_and_links_are_left_out_and_told() -> None:
    ring = "<LinearRing><coordinates>1,2 3,4 5,6 1,2</coordinates></LinearRing>"

    file = read(
        f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs><innerBoundaryIs>{ring}</innerBoundaryIs></Polygon>",
        line("1,2"),
        "<NetworkLink><Link><href>http://127.0.0.1/more.kml</href></Link></NetworkLink>",
    )

    assert latitudes(file) == [[2.0]]
    assert said(file) == {
        "fix-without-time": (1, "point 1"), "area-left-out": (1, ""), "link-left-out": (1, ""),
    }  # fmt: skip


def test_words_for_coordinates_are_told() -> None:
    file = read(line("no,no 74.5,41.2"), "<Point><coordinates>200,41</coordinates></Point>")

    assert (file.point_count, file.points_in_file) == (1, 2)
    assert said(file) == {
        "position-unreadable": (1, "point 1"), "fix-without-time": (1, "point 2"),
        "position-out-of-range": (1, "waypoint 1"),
    }  # fmt: skip


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_line_that_breaks_off_loses_only_the_point_it_breaks_off_in(cut: int) -> None:
    content = kml(line("74.5,41.2 74.6,41.3 74.7,41.4"))
    end = content.index(b"41.4") + 4

    file = read_kml(content[: end - cut], name="walk.kml")

    assert latitudes(file) == [[41.2, 41.3]] if cut < 10 else [[41.2]]
    assert "file-truncated" in said(file)


def test_coordinates_come_in_pieces_without_losing_any() -> None:
    points = [(n / 1000 - 180, n / 2000 - 80) for n in range(150_000)]
    content = kml(line(" ".join(f"{longitude:.6f},{latitude:.6f},{n % 7}" for n, (longitude, latitude)
                                in enumerate(points))))  # fmt: skip

    track = read_kml(content, name="walk.kml").tracks[0].track

    assert track.longitude_deg.tolist() == [float(f"{longitude:.6f}") for longitude, _ in points]
    assert track.elevation_m.tolist() == [float(n % 7) for n in range(150_000)]


def test_many_times_and_places_keep_together() -> None:
    def moment(second: int) -> str:
        return f"2026-03-04T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"

    speeds = "".join(f"<gx:value>{n % 50}</gx:value>" for n in range(40_000))
    extended = f'<ExtendedData><SchemaData><gx:SimpleArrayData name="speed">{speeds}</gx:SimpleArrayData></SchemaData>'
    rows = [(moment(n), f"{n / 100000:.5f}", "41.2", f"{n % 9}") for n in range(40_000)]
    track = gx_track(rows).replace("</gx:Track>", f"<gx:coord>1 2 3</gx:coord>{extended}</ExtendedData></gx:Track>")

    one = read(track).tracks[0]

    assert one.track.longitude_deg.tolist() == [n / 100000 for n in range(40_000)] + [1.0]
    assert np.diff(one.track.time_us[:-1]).tolist() == [1_000_000] * 39_999
    assert one.track.time_us[-1] == NO_TIME
    assert one.extras["speed_mps"].tolist()[:-1] == [n % 50 for n in range(40_000)]


def test_the_root_may_stand_far_from_the_beginning() -> None:
    content = kml(line("1,2")).replace(b"<kml", b"<!--" + b"x" * 9000 + b"--><kml")

    assert read_tracks(content, name="walk.kml").format == "kml"


@pytest.mark.parametrize(
    ("mode", "height", "expected"),
    [
        ("absolute", "0", 0.0),
        ("clampToGround", "0", None),
        ("clampToGround", "7", 7.0),
        ("relativeToGround", "7", None),
    ],
)
def test_heights_of_waypoints_are_above_the_sea(mode: str, height: str, expected: float | None) -> None:
    (one,) = read(
        f"<Point><altitudeMode>{mode}</altitudeMode><coordinates>1,2,{height}</coordinates></Point>"
    ).waypoints

    assert math.isnan(one.elevation_m) if expected is None else one.elevation_m == expected


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "iso-8859-5"])
def test_names_are_read_in_every_encoding(encoding: str) -> None:
    content = kml("<name>Брод</name>" + line("1,2")).decode().replace("UTF-8", encoding).encode(encoding)

    assert read_tracks(content, name="walk.kml").tracks[0].name == "Брод"
