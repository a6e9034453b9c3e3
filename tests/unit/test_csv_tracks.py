from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.csv_tracks import CsvMapping, CsvMappingNeededError, guess_mapping, read_csv
from ranger_app.importers.csv_tracks_text import encoding_of
from ranger_app.importers.gpx_problems import FileRefusedError
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks import read_tracks

MORNING_US = 1_772_615_742_000_000
"""2026-03-04 09:15:42 UTC."""

HOUR_US = 3_600_000_000

LOGGERS = {
    "GPSLogger": (
        "time,lat,lon,elevation,accuracy,bearing,speed,satellites,provider,hdop,vdop,pdop\n"
        "2026-03-04T09:15:42.000Z,41.2,74.5,2100.5,3.9,90,1.25,12,gps,0.9,,1.4\n"
    ),
    "Excel in Russian": (
        "Широта;Долгота;Высота, м;Дата;Время;Скорость, км/ч;Спутники\r\n41,2;74,5;2100,5;04.03.2026;9:15:42;4,5;12\r\n"
    ),
    "Columbus": (
        "INDEX,TAG,DATE,TIME,LATITUDE N/S,LONGITUDE E/W,HEIGHT,SPEED,HEADING\r\n"
        "1     ,T,260304,091542,41.200000N,074.500000E,2100.5,4.5,90\r\n"
    ),
    "tabs": "Latitude\tLongitude\tAltitude (m)\tDate Time\n41.2\t74.5\t2100.5\t2026/03/04 09:15:42\n",
    "seconds since 1970": "y;x;ele;timestamp\n41.2;74.5;2100.5;1772615742\n",
    "milliseconds": "lat,lon,alt,timestamp_ms\n41.2,74.5,2100.5,1772615742000\n",
    "days of Excel": "lat,lon,alt,time\n41.2,74.5,2100.5,46085.38590278\n",
    "a line about the delimiter": "sep=;\nlat;lon;alt;time\n41.2;74.5;2100.5;2026-03-04 09:15:42\n",
    "lines before the headings": "Device: X\nOwner;Asanov\n\nlat;lon;alt;time\n41.2;74.5;2100.5;2026-03-04T09:15:42Z\n",
    "feet": "lat,lon,altitude (ft),time\n41.2,74.5,6891.4042,2026-03-04T09:15:42Z\n",
    "degrees and minutes": "Position;Altitude;Time\nN41 12.000 E74 30.000;2100.5 m;2026-03-04 09:15:42\n",
    "UTM": "Zone;Easting;Northing;Alt;Time\n43N;458076,5;4561079,8;2100,5;2026-03-04 09:15:42\n",
    "MGRS": "Position;Alt;Time\n43TDF5807661079;2100.5;2026-03-04 09:15:42\n",
    "GDAL": "X,Y,ele,time\n74.5,41.2,2100.5,2026/03/04 09:15:42+00\n",
    "points of WKT": 'WKT,ele,time\n"POINT Z (74.5 41.2 7)",2100.5,2026/03/04 15:15:42.000+06\n',
    "points of PostGIS": "geom\tele\ttime\nSRID=4326;POINT(74.5 41.2)\t2100.5\t2026-03-04 09:15:42 UTC\n",
    "KoBo": "_geo_latitude;_geo_longitude;_geo_altitude;time\n41.2;74.5;2100.5;2026-03-04 09:15:42 AM\n",
    "SMART's queries": "Waypoint ID,Waypoint Date,Waypoint Time,X,Y,ele\n1,2026-03-04,09:15:42,74.5,41.2,2100.5\n",
    "Takeout": "timestampMs,latitude,longitude,ele\n1772615742000,41.2,74.5,2100.5\n",
    "months first": "lat,lon,ele,time\n41.2,74.5,2100.5,3/4/2026 9:15:42 AM\n41.2,74.5,2100.5,3/14/2026 9:15:42 AM\n",
}


def read(text: str | bytes, **mapping: Any) -> TrackFile:
    content = text if isinstance(text, bytes) else text.encode()
    return read_csv(content, name="walk.csv", mapping=CsvMapping(**mapping) if mapping else None)


def said(file: TrackFile) -> dict[str, tuple[int, str]]:
    return {problem.code: (problem.count, problem.where) for problem in file.problems}


@pytest.mark.parametrize("logger", LOGGERS)
def test_tables_of_loggers_and_people_are_understood(logger: str) -> None:
    file = read_tracks(LOGGERS[logger].encode(), name="walk.csv")

    track = file.tracks[0].track
    assert file.format == "csv"
    exact = 2e-5 if logger in {"UTM", "MGRS"} else 0.0
    assert (track.latitude_deg[0], track.longitude_deg[0]) == pytest.approx((41.2, 74.5), abs=exact, rel=0)
    assert track.elevation_m[0] == pytest.approx(2100.5, abs=1e-4)
    assert track.time_us[0] == pytest.approx(MORNING_US, abs=1000)
    assert not {code for code in said(file) if code not in {"time-without-zone", "gap"}}


def test_further_columns_are_kept_in_our_units() -> None:
    russian, columbus, logger = (read(LOGGERS[name]).tracks[0].extras
                                 for name in ("Excel in Russian", "Columbus", "GPSLogger"))  # fmt: skip

    assert {name: column.tolist() for name, column in russian.items()} == {
        "speed_mps": [pytest.approx(1.25)], "satellites": [12.0],
    }  # fmt: skip
    assert columbus["speed_mps"].tolist() == [pytest.approx(1.25)]
    assert {name: column.tolist() for name, column in logger.items()} == {
        "speed_mps": [1.25], "course_deg": [90.0], "accuracy_m": [3.9], "hdop": [0.9], "pdop": [1.4],
        "satellites": [12.0],
    }  # fmt: skip


def test_a_speed_whose_unit_nobody_tells_is_not_taken() -> None:
    assert read("lat,lon,speed\n41.2,74.5,3\n").tracks[0].extras == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866"])
def test_russian_headings_are_read_in_every_encoding(encoding: str) -> None:
    text = "Название;Широта;Долгота;Примечание\r\nБрод;41,2;74,5;снег\r\nПеревал;41,3;74,6;\r\n"

    file = read_tracks(text.encode(encoding), name="places.csv")

    assert [(one.name, one.comment, one.latitude_deg) for one in file.waypoints] == [
        ("Брод", "снег", 41.2), ("Перевал", None, 41.3),
    ]  # fmt: skip
    assert said(file) == {"waypoint-without-time": (2, "line 2")}


def test_cyrillic_that_comes_late_is_read_all_the_same() -> None:
    rows = "".join(f"{n},41.2,74.5,x\r\n" for n in range(10_000))
    content = ("name,lat,lon,comment\r\n" + rows).encode() + "Брод,41.3,74.6,y\r\n".encode("cp1251")

    assert read(content).waypoints[-1].name == "Брод"


@pytest.mark.parametrize(
    ("text", "encoding"), [("Höhe, Länge, Größe", "cp1252"), ("Высота", "cp1251"), ("lat", "utf-8")]
)
def test_the_encoding_is_guessed_from_the_letters(text: str, encoding: str) -> None:
    assert encoding_of(text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    "head",
    [
        b"species,count\nibex,2\n",
        b"41.2,74.5\n41.3,74.6\n",
        b"lat,lon,time\n41.2,74.5,03/04/2026 09:15\n",
        b"lat,lon,time\n41.2,74.5,3/4/2026 9:15 AM\n",
        b"lat,lon,date,time\n41.2,74.5,040326,091542\n",
        b"lat,altitude\n41.2,2100\n",
        b"easting,northing\n458082,4561070\n",
        b"zone,easting,northing\n43N,458082,4561070\n44N,458082,4561070\n",
        b"",
    ],
)
def test_what_is_uncertain_is_not_guessed(head: bytes) -> None:
    assert guess_mapping(head) is None
    with pytest.raises(CsvMappingNeededError):
        read(head)


def test_a_person_may_say_what_the_columns_are() -> None:
    text = "A;B;C;D\n04/03/2026 15:15;x;74,5;41,2\n"

    file = read(
        text, columns={"time": 0, "longitude": 2, "latitude": 3}, delimiter=";", decimal=",", time_order="dmy",
        zone="Asia/Bishkek",
    )  # fmt: skip

    assert file.tracks[0].track.time_us.tolist() == [MORNING_US - 42_000_000]
    assert file.tracks[0].track.latitude_deg.tolist() == [41.2]
    assert said(file) == {}


def test_a_table_without_headings_can_be_read() -> None:
    file = read("41.2,74.5\n41.3,74.6\n", columns={"latitude": 0, "longitude": 1}, heading_line=0)

    assert file.tracks[0].track.latitude_deg.tolist() == [41.2, 41.3]


@pytest.mark.parametrize(
    ("order", "cell", "offset_us"),
    [
        ("iso", "2026-03-04T09:15:42Z", 0),
        ("iso", "2026-03-04 15:15:42+06:00", 0),
        ("iso", "2026-03-04 9:15:42", 0),
        ("ymd", "2026.03.04 09:15:42.250", 250_000),
        ("ymd", "20260304 091542", 0),
        ("ymd", "260304 91542", 0),
        ("dmy", "4.3.26 9:15:42", 0),
        ("dmy", "04/03/2026 09:15", -42_000_000),
        ("dmy", "04-03-2026, 09:15:42 UTC", 0),
        ("dmy", "040326 091542", 0),
        ("mdy", "3/4/2026 9:15:42 AM", 0),
        ("mdy", "3/4/2026 9:15:42 p.m.", 12 * HOUR_US),
        ("mdy", "3/4/2026 12:15:42 AM", -9 * HOUR_US),
        ("unix", "1772615742.25", 250_000),
        ("unix_ms", "1772615742250", 250_000),
    ],
)
def test_times_are_read_in_every_order(order: str, cell: str, offset_us: int) -> None:
    file = read(f"41.2;74.5;{cell}\n", columns={"latitude": 0, "longitude": 1, "time": 2}, delimiter=";",
                heading_line=0, time_order=order)  # fmt: skip

    assert file.tracks[0].track.time_us.tolist() == [MORNING_US + offset_us]


@pytest.mark.parametrize("cell", ["31.02.2026 09:15:42", "04.03.2026 25:15:42", "04.03.2026", "soon", "4.3.2026 9:75"])
def test_times_that_do_not_exist_are_told_with_their_line(cell: str) -> None:
    file = read(f"41.2;74.5;{cell}\n", columns={"latitude": 0, "longitude": 1, "time": 2}, delimiter=";",
                heading_line=0, time_order="dmy")  # fmt: skip

    assert file.tracks[0].track.time_us.tolist() == [NO_TIME]
    assert said(file)["time-unreadable"] == (1, "line 1")


@pytest.mark.parametrize(("zone", "ahead_h"), [("Asia/Bishkek", 6.0), ("+05:45", 5.75), ("-0330", -3.5), ("UTC", 0.0)])
def test_times_without_a_zone_are_those_of_the_mapping(zone: str, ahead_h: float) -> None:
    file = read("lat,lon,time\n41.2,74.5,2026-03-04 09:15:42\n41.2,74.5,2026-03-04 09:15:42Z\n",
                columns={"latitude": 0, "longitude": 1, "time": 2}, zone=zone)  # fmt: skip

    expected = [MORNING_US - round(ahead_h * HOUR_US), MORNING_US]
    assert file.tracks[0].track.time_us.tolist() == expected
    assert "time-without-zone" not in said(file)


def test_the_clocks_of_summer_are_followed() -> None:
    days = ("2026-03-28 12:00:00", "2026-03-30 12:00:00")

    file = read("".join(f"41.2,74.5,{day}\n" for day in days), columns={"latitude": 0, "longitude": 1, "time": 2},
                heading_line=0, zone="Europe/Berlin")  # fmt: skip

    hours = [dt.datetime.fromtimestamp(time / 1e6, dt.UTC).hour for time in file.tracks[0].track.time_us.tolist()]
    assert hours == [11, 10]


def test_rows_that_cannot_be_used_are_told_with_their_line() -> None:
    file = read("lat,lon,ele,time\nx,74.5,,\n41.2,,,\n95,74.5,,\n41.2,74.5,high,later\n\n41.2,74.5,99999,\n0,0,,\n")

    assert (file.point_count, file.points_in_file) == (3, 6)
    assert said(file) == {
        "position-unreadable": (1, "line 2"), "elevation-unreadable": (1, "line 5"), "time-unreadable": (1, "line 5"),
        "position-missing": (1, "line 3"), "position-out-of-range": (1, "line 4"),
        "elevation-out-of-range": (1, "line 7"), "fix-without-time": (3, "line 5"), "fix-at-zero-zero": (1, "line 8"),
    }  # fmt: skip


def test_columns_of_track_and_segment_part_the_fixes() -> None:
    file = read("track,segment,lat,lon\nRidge,1,41.1,74\nRidge,2,41.2,74\nRidge,2,41.3,74\nFord,1,41.4,74\n")

    assert [(one.name, len(one.track), one.track.part_starts.tolist()) for one in file.tracks] == [
        ("Ridge", 3, [0, 1]), ("Ford", 1, [0]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("41°12'30.5\"N", 41.208472222222225), ("N 41 12.5", 41.208333333333336), ("-41.2", -41.2), ("41.2S", -41.2),
        ("41,5", 41.5), ("41.2° с.ш.", 41.2), ("41 72", None), ("N41.2N", None), ("", None),
    ],
)  # fmt: skip
def test_angles_are_read_as_people_write_them(cell: str, expected: float | None) -> None:
    file = read(f"{cell};74.5\n10;10\n", columns={"latitude": 0, "longitude": 1}, delimiter=";", heading_line=0,
                decimal="," if cell == "41,5" else ".")  # fmt: skip

    found = file.tracks[0].track.latitude_deg.tolist()
    assert found[:-1] == ([] if expected is None else [pytest.approx(expected, abs=1e-12)])


@pytest.mark.parametrize(
    "cell",
    [
        "41.2, 74.5",
        "41.2 74.5",
        "POINT (74.5 41.2)",
        "SRID=4326;POINT ZM(7.45e1 41.20 8 9)",
        "N41 12.000 E74 30.000",
        "41°12'N 74°30'E",
        "41.2N, 74.5E",
    ],
)
def test_a_place_in_one_cell_is_parted(cell: str) -> None:
    file = read(f"{cell}\n", columns={"position": 0}, delimiter="|", heading_line=0)

    assert file.tracks[0].track.latitude_deg.tolist() == [pytest.approx(41.2)]
    assert file.tracks[0].track.longitude_deg.tolist() == [pytest.approx(74.5)]


def test_a_quoted_cell_may_hold_lines_and_delimiters() -> None:
    file = read('name,lat,lon,comment\nA,41.2,74.5,"one, two\nthree"\nB,41.3,74.6,\nC,x,74,\n')

    assert [(one.name, one.comment) for one in file.waypoints] == [("A", "one, two\nthree"), ("B", None)]
    assert said(file)["position-unreadable"] == (1, "line 5")


def test_waypoints_have_heights_and_times() -> None:
    (one,) = read("name,lat,lon,ele,time\nCamp,41.2,74.5,2100,2026-03-04T09:15:42Z\n").waypoints

    assert (one.elevation_m, one.time_us) == (2100.0, MORNING_US)


def test_a_name_that_is_always_the_same_makes_no_waypoints() -> None:
    file = read("name,lat,lon\n" + "Ridge,41.2,74.5\n" * 10)

    assert (len(file.tracks), file.waypoints) == (1, ())


def test_a_cut_row_at_the_end_is_left_out() -> None:
    file = read("lat,lon,time\n41.2,74.5,2026-03-04T09:15:42Z\n41.2,7")

    assert file.point_count == 1
    assert said(file) == {"file-truncated": (1, "line 3")}


@pytest.mark.parametrize(("change", "code"), [({"zone": "Mars/Olympus"}, "csv-zone-unknown"),
                                              ({"zone": "../../etc/passwd"}, "csv-zone-unknown"),
                                              ({"encoding": "klingon"}, "file-encoding-unknown")])  # fmt: skip
def test_a_mapping_that_names_what_does_not_exist_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        read("41.2,74.5\n", columns={"latitude": 0, "longitude": 1}, **change)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": {"latitude": 0}},
        {"columns": {"latitude": 0, "longitude": -1}},
        {"columns": {"latitude": 0, "longitude": 1, "colour": 2}},
        {"columns": {"easting": 0, "northing": 1}},
        {"columns": {"easting": 0, "northing": 1}, "utm_zone": "61N"},
        {"columns": {"position": 0}, "delimiter": ";;"},
        {"columns": {"position": 0}, "decimal": "'"},
        {"columns": {"position": 0}, "time_order": "dym"},
        {"columns": {"position": 0}, "kind": "route"},
        {"columns": {"position": 0}, "speed_unit": "furlongs"},
    ],
)
def test_a_mapping_cannot_be_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        CsvMapping(**wrong)


def test_many_rows_come_in_blocks() -> None:
    rows = "".join(f"{n / 100000},74.5,{n if n % 3 else ''}\n" for n in range(40_000))

    track = read("lat,lon,ele\n" + rows).tracks[0].track

    assert track.latitude_deg.tolist() == [n / 100000 for n in range(40_000)]
    assert all(math.isnan(one) == (n % 3 == 0 or n > 20_000) for n, one in enumerate(track.elevation_m.tolist()))


GARMIN = (
    "Grid\tLat/Lon hddd.ddddd°\r\nDatum\tWGS 84\r\n\r\n"
    "Header\tName\tDescription\tType\tPosition\tAltitude\r\n\r\n"
    "Waypoint\tБрод\tdeep\tUser Waypoint\tN41.20000 E74.50000\t2100 m\r\n\r\n"
    "Header\tName\tStart Time\tElapsed Time\tLength\tAverage Speed\tLink\r\n\r\n"
    "Track\tACTIVE LOG\t04.03.2026 9:15:42 \t0:00:01\t4 m\t1.2 kph\r\n\r\n"
    "Header\tPosition\tTime\tAltitude\tDepth\tTemperature\tLeg Length\r\n\r\n"
    "Trackpoint\tN41.20000 E74.50000\t04.03.2026 9:15:42 \t2100 m\r\n"
    "Trackpoint\tN41.20010 E74.50000\t04.03.2026 15:15:43 (UTC+6)\t6890 ft\t\t\t4 m\r\n\r\n"
    "Track\tACTIVE LOG 2\t04.03.2026 9:20:00 \t0:00:00\t0 m\t0 kph\r\n\r\n"
    "Trackpoint\tsomewhere\t04.03.2026 9:20:00 \t\r\n"
    "Trackpoint\tN41.20020 E74.50000\t04.03.2026 9:20:01 \t\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16"])
def test_the_text_of_mapsource_and_basecamp_is_read(encoding: str) -> None:
    file = read_tracks(GARMIN.encode(encoding), name="export.txt")

    first, second = file.tracks
    assert (first.name, second.name) == ("ACTIVE LOG", "ACTIVE LOG 2")
    assert first.track.latitude_deg.tolist() == [41.2, 41.2001]
    assert first.track.time_us.tolist() == [MORNING_US, MORNING_US + 1_000_000]
    assert first.track.elevation_m.tolist() == [2100.0, 2100.072]
    assert [(one.name, one.comment, one.elevation_m) for one in file.waypoints] == [("Брод", "deep", 2100.0)]
    assert (file.point_count, file.points_in_file) == (3, 4)
    assert said(file) == {
        "position-unreadable": (1, "line 19"), "time-without-zone": (2, "line 14"),
        "waypoint-without-time": (1, "line 6"),
    }  # fmt: skip


def test_places_in_another_datum_are_refused() -> None:
    with pytest.raises(FileRefusedError) as caught:
        read(GARMIN.replace("WGS 84", "Pulkovo 1942"))

    assert (caught.value.code, caught.value.facts["datum"]) == ("csv-datum-unknown", "Pulkovo 1942")


def test_days_that_may_be_months_are_asked_in_garmin_text_too() -> None:
    american = GARMIN.replace("04.03.2026", "3/4/2026")

    with pytest.raises(CsvMappingNeededError):
        read(american)
    file = read(american, columns={"position": 0}, time_order="mdy", zone="UTC")
    assert file.tracks[0].track.time_us.tolist() == [MORNING_US, MORNING_US + 1_000_000]


def test_garmin_text_without_fixes_holds_nothing() -> None:
    assert said(read("Grid\tLat/Lon\nDatum\tWGS 84\n")) == {"file-holds-nothing": (1, "")}


@pytest.mark.parametrize("time", ["03/04/2026 09:15:42", "04.03.2026 09:15:42"])
def test_a_given_mapping_that_reads_no_time_is_refused(time: str) -> None:
    table = f"a;b;c\n{time};41.2;74.5\n{time};41.3;74.5\n"

    with pytest.raises(CsvMappingNeededError):
        read(table, columns={"time": 0, "latitude": 1, "longitude": 2}, delimiter=";")

    assert read(table, columns={"latitude": 1, "longitude": 2}, delimiter=";").point_count == 2


def test_a_latitude_that_most_rows_have_nowhere_on_earth_is_refused() -> None:
    table = "a;b;c\n1800;41.2;74.5\n1801;41.3;74.5\n80;41.3;74.5\n"

    with pytest.raises(CsvMappingNeededError):
        read(table, columns={"latitude": 0, "longitude": 2}, delimiter=";")
