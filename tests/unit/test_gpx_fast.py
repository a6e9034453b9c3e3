"""The fast reader of GPX: what the usual programs write is read at once, and what is odd as carefully as ever."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest

from ranger_app.importers.gpx import gpx_reading
from ranger_app.importers.gpx_digits import PADDING, numbers_at, windows
from ranger_app.importers.gpx_moments import times_at
from ranger_app.importers.gpx_template import template_of
from ranger_app.importers.gpx_time import TimeFlag, times_from_texts
from ranger_app.importers.track_file import TrackFile
from tests.benchmarks.device_file import write_device_file
from tests.gpx_corpus import TRACKS, gpx_names
from tests.gpx_mutants import all_of

COUNT = 60
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="x"><trk><trkseg>\n'
FOOT = "\n</trkseg></trk></gpx>\n"
TIME = "2026-03-04T09:15:%02dZ"
TPX = "gpxtpx:TrackPointExtension"

PROGRAMS = {
    "eTrex": '<trkpt lat="{lat}" lon="{lon}"><ele>2100.5</ele><time>{time}</time></trkpt>',
    "Garmin Connect": (
        '      <trkpt lat="41.42{row:02}762946605682373046875" lon="-75.9{row:02}897029876708984375">\n'
        "        <ele>92.{row:02}00000762939453125</ele>\n        <time>2026-03-04T09:15:{row:02}.000Z</time>\n"
        "        <extensions>\n          <ns3:TrackPointExtension>\n            <ns3:atemp>22.0</ns3:atemp>\n"
        "            <ns3:hr>1{row:02}</ns3:hr>\n            <ns3:cad>{row}</ns3:cad>\n"
        "          </ns3:TrackPointExtension>\n        </extensions>\n      </trkpt>\n"
    ),
    "BaseCamp": (
        '<trkpt lat="{lat}" lon="{lon}"><ele>92.03</ele><time>{time}</time><extensions>'
        '<gpxtpx:TrackPointExtension xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
        "<gpxtpx:atemp>21</gpxtpx:atemp></gpxtpx:TrackPointExtension></extensions></trkpt>"
    ),
    "OsmAnd": (
        '  <trkpt lat="{lat}" lon="{lon}">\n    <ele>2100.{row}</ele>\n    <time>{time}</time>\n    <hdop>3.9</hdop>\n'
        "    <extensions>\n      <osmand:speed>0.{row:02}</osmand:speed>\n"
        "      <osmand:bearing>{row}.5</osmand:bearing>\n"
        "    </extensions>\n  </trkpt>\n"
    ),
    "Locus": (
        '<trkpt lat="{lat}" lon="{lon}">\n\t<ele>2100.50</ele>\n\t<time>2026-03-04T09:15:{row:02}.{row:03}Z</time>\n'
        "\t<hdop>4.0</hdop>\n\t<speed>1.{row:02}</speed>\n\t<course>{row}.0</course>\n</trkpt>\n"
    ),
    "OruxMaps": (
        '<trkpt lat="{lat}" lon="{lon}">\n<ele>92.{row:02}</ele>\n<time>{time}</time>\n<extensions>'
        '<om:oruxmapsextensions xmlns:om="http://www.oruxmaps.com/oruxmapsextensions/1/0">'
        '<om:ext type="ACC" subtype="0">{row}.0</om:ext></om:oruxmapsextensions></extensions>\n</trkpt>\n'
    ),
    "GPSLogger": (
        '<trkpt lat="41.4{row}" lon="74.5{row}"><ele>451.{row}</ele><time>2026-03-04T09:15:{row:02}.000Z</time>'
        "<course>1{row}.5</course><speed>0.{row}</speed><geoidheight>-41.2</geoidheight><src>gps</src><sat>{row}</sat>"
        "<hdop>1.{row}</hdop><vdop>0.9</vdop><pdop>1.5</pdop></trkpt>"
    ),
    "OpenTracks": (
        '<trkpt lat="{lat}" lon="{lon}">\n<ele>15.{row}</ele>\n<time>2026-03-04T15:15:{row:02}.250+06:00</time>\n'
        "<extensions><gpxtpx:TrackPointExtension>\n<gpxtpx:speed>{row}.25</gpxtpx:speed>\n"
        "<opentracks:accuracy_horizontal>{row}.0</opentracks:accuracy_horizontal></gpxtpx:TrackPointExtension>"
        "</extensions></trkpt>\n"
    ),
    "QGIS and GDAL": (
        '<trkpt lat="{lat}" lon="{lon}">\n  <ele>2100.5</ele>\n  <time>{time}</time>\n  <extensions>\n'
        "    <ogr:track_fid>0</ogr:track_fid>\n    <ogr:track_seg_point_id>{row}</ogr:track_seg_point_id>\n"
        "  </extensions>\n</trkpt>\n"
    ),
    "gpxpy": (
        '      <trkpt lat="{lat}" lon="{lon}">\n        <ele>2100.5</ele>\n'
        "        <time>{time}</time>\n      </trkpt>\n"
    ),
    "GPSBabel": (
        '      <trkpt lat="41.4143{row:02}000" lon="75.9000{row:02}000">\r\n        <ele>2600.{row:03}</ele>\r\n'
        "        <time>{time}</time>\r\n"
        "        <course>{row}.440002</course>\r\n        <speed>1.{row:02}0000</speed>\r\n"
        "        <fix>3d</fix>\r\n        <sat>9</sat>\r\n        <hdop>0.{row:02}0000</hdop>\r\n      </trkpt>\r\n"
    ),
    "a telephone": (
        '<trkpt lon="{lon}" lat="{lat}"><ele>25.79</ele><time>{time}</time><extensions><speed>{row}.5</speed>'
        "<course>-1</course><hAcc>{row}.25</hAcc><vAcc>4.5</vAcc></extensions></trkpt>"
    ),
    "MapSource with comments": (
        '<trkpt lat="{lat}" lon="{lon}">\n<ele>1.0</ele>\n<time>{time}</time>\n'
        "<cmt><![CDATA[fix no. {row}]]></cmt>\n<sym>Dot</sym>\n</trkpt>\n"
    ),
    "a program with names": "<trkpt lat='{lat}' lon='{lon}'><time>{time}</time><name>Кордон {row}</name></trkpt>\n",
    "a logger without a zone": (
        '<trkpt lat="{lat}" lon="{lon}"><ele>1.5</ele><time>2026-03-04T09:15:{row:02}</time></trkpt>\n'
    ),
    "a drawn line": '<trkpt lat="{lat}" lon="{lon}"/>\n',
    "a line with heights": '<trkpt lat="{lat}" lon="{lon}"><ele/></trkpt>\n'.replace("<ele/>", "<ele>{row}</ele>"),
}
ALL_EXTRAS = {
    "Garmin Connect": {"temperature_c": 22.0, "heart_rate_bpm": 103.0, "cadence_rpm": 3.0},
    "BaseCamp": {"temperature_c": 21.0},
    "OsmAnd": {"hdop": 3.9, "speed_mps": 0.03, "course_deg": 3.5},
    "Locus": {"hdop": 4.0, "speed_mps": 1.03, "course_deg": 3.0},
    "GPSLogger": {"course_deg": 13.5, "speed_mps": 0.3, "satellites": 3.0, "hdop": 1.3, "vdop": 0.9, "pdop": 1.5},
    "OpenTracks": {"speed_mps": 3.25, "accuracy_m": 3.0},
    "GPSBabel": {"course_deg": 3.440002, "speed_mps": 1.03, "satellites": 9.0, "hdop": 0.03},
    "a telephone": {"speed_mps": 3.5, "accuracy_m": 3.25},
}


def file_of(program: str) -> bytes:
    rows = (
        PROGRAMS[program].format(lat=f"41.{row:07}", lon=f"-75.{row:07}", time=TIME % row, row=row)
        for row in range(COUNT)
    )
    return (HEAD + "".join(rows) + FOOT).encode()


def both_ways(content: bytes) -> tuple[TrackFile, int]:
    """The file, when both readers say the same of it, and how much of it was read at once."""
    quickly = gpx_reading(content, name="walk.gpx")
    carefully = gpx_reading(content, name="walk.gpx", carefully=True)
    assert (carefully.at_once, all_of(carefully.file)) == (0, all_of(quickly.file))
    return quickly.file, quickly.at_once


@pytest.mark.parametrize("program", PROGRAMS)
def test_all_points_that_a_program_writes_are_read_at_once(program: str) -> None:
    file, at_once = both_ways(file_of(program))

    assert (at_once, file.point_count) == (COUNT, COUNT)
    extras = file.tracks[0].extras
    assert {name: column[3] for name, column in extras.items()} == ALL_EXTRAS.get(program, {})


def test_all_points_of_a_long_file_are_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    write_device_file(path, 20_000)

    reading = gpx_reading(path, name="walk.gpx")

    assert reading.at_once >= 19_990
    assert all_of(reading.file) == all_of(gpx_reading(path, name="walk.gpx", carefully=True).file)


def test_most_points_of_the_real_files_are_read_at_once() -> None:
    readings = [gpx_reading(TRACKS / name, name=name) for name in gpx_names()]

    at_once = sum(reading.at_once for reading in readings)
    assert at_once > 0.95 * sum(reading.file.points_in_file for reading in readings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<time>", "<time >"),
        ("<ele>2100.5</ele>", "<extensions><ele>2100.5</ele></extensions>"),
        ("T09:", "T97:"),
        ("<trkpt ", "<x:trkpt xmlns:x='u' "),
        ("</ele>", "</ele><undeclared:hr>90</undeclared:hr>"),
        ("</ele>", "</ele><!-- <ele>7</ele> -->"),
        ("2100.5", "21&#48;0.5"),
        ("2100.5", "<![CDATA[2100.5]]>"),
        ("2100.5", "2100.5<b/>"),
        ("<ele>2100.5</ele>", "<ele>1</ele><ele>2100.5</ele>"),
        ("<ele>2100.5</ele>", "<ele/>"),
        (' lon="-75', ' x="1" lon="-75'),
        (' lon="-75', ' lat="3" lon="-75'),
        (' lon="-75', ' lon="175'),
        (' lon="-75', ' lon="275'),
        ("</trkpt>", "</trkpt></trkseg><trkseg>"),
        ("</trkpt>", "</trkpt>]]>"),
        ("</trkpt>", "</trkpt><x/>"),
        ("</trkpt>", ""),
        ("</time>", "</time"),
        ("Z<", "<"),
        ("2026-03", "1975-03"),
    ],
)
@pytest.mark.parametrize("every", [True, False])
def test_a_point_of_another_shape_is_read_as_carefully_as_before(old: str, new: str, every: bool) -> None:
    text = file_of("eTrex").decode()
    half = len(text) // 2

    both_ways((text.replace(old, new) if every else text[:half] + text[half:].replace(old, new, 1)).encode())


@pytest.mark.parametrize("beginning", ["<!-- ", "<![CDATA[", "<x>", "<name>", "<?x ", '<x y="'])
@pytest.mark.parametrize("ending", [" -->", "]]>", "</x>", "</name>", "?>", '"/>', ""])
def test_points_inside_something_else_are_no_fixes(beginning: str, ending: str) -> None:
    points = file_of("eTrex").decode()[len(HEAD) : -len(FOOT)]

    file, _at_once = both_ways(f"{HEAD}{points}{beginning}{points}{ending}{points}{FOOT}".encode())

    assert file.point_count >= COUNT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "windows-1251", "us-ascii"])
def test_encodings_are_read_alike(encoding: str) -> None:
    text = file_of("GPSLogger").decode().replace("UTF-8", "UTF-8" if encoding == "utf-8-sig" else encoding)

    file, _at_once = both_ways(text.encode("ascii" if encoding == "us-ascii" else encoding))

    assert file.point_count == COUNT


def test_lines_are_counted_over_points_that_were_read_at_once() -> None:
    text = HEAD + file_of("gpxpy").decode()[len(HEAD) : -len(FOOT)] + "</trkseg>\n<extensions><trkpt/></extensions>"

    file, at_once = both_ways((text + "<trkseg>" + FOOT).encode())

    assert at_once == COUNT
    assert [(each.code, each.where) for each in file.problems] == [("fix-out-of-place", f"line {4 + 4 * COUNT}")]


def test_every_decimal_is_the_float_that_python_reads() -> None:
    rng = random.Random(3)
    texts = ["-0", "0", "-0.0", "5.", "007.5", "99999999", "9007199254740993.5", "1" * 9, "1.5.2", ".5", "-", "", "--1"]
    for _ in range(20_000):
        value = rng.uniform(-180, 180)
        middle = (value + math.nextafter(value, math.inf)) / 2
        texts += [
            repr(value),
            f"{value:.{rng.randint(0, 32)}f}",
            f"{middle:.17f}",
            repr(rng.randint(0, 2**31) * 180 / 2**31),
        ]
    together = "\0".join(texts).encode() + PADDING
    lengths = np.array([len(text) for text in texts], np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1

    values, certain = numbers_at(windows(together), starts, starts + lengths)

    assert certain.mean() > 0.99
    for text, value, is_certain in zip(texts, values.tolist(), certain.tolist(), strict=True):
        assert not is_certain or (value, math.copysign(1, value)) == (float(text), math.copysign(1, float(text)))


@pytest.mark.parametrize(
    "tail", ["Z", ".5Z", ".000Z", ".123456Z", ".12345678Z", ".123456789Z", "+06:00", ".25-03:30", "", ".5"]
)
def test_every_time_is_the_one_that_is_read_carefully(tail: str) -> None:
    rng = random.Random(4)
    texts = [
        f"{rng.randint(1975, 2105)}-{rng.randint(1, 12):02}-{rng.randint(1, 31):02}"
        f"T{rng.randint(0, 24):02}:{rng.randint(0, 60):02}:{rng.randint(0, 60):02}{tail}"
        for _ in range(3_000)
    ]
    texts += [text[:at] + "x" + text[at + 1 :] for text in texts[:50] for at in range(len(text))]
    together = "<".join(texts).encode() + PADDING
    starts = np.arange(len(texts)) * (len(texts[0]) + 1)

    times, certain, without_zone = times_at(
        windows(together), np.frombuffer(together, np.uint8), starts, starts + len(texts[0])
    )

    expected, flags = times_from_texts(texts)
    assert certain.sum() > 1_000
    assert (flags[certain] == np.where(without_zone[certain], TimeFlag.WITHOUT_ZONE, 0)).all()
    assert (times[certain] == expected[certain]).all()


@pytest.mark.parametrize(
    "point",
    [
        '<trkpt lat="1" lat="2"/>',
        '<trkpt lat="1" lon="2" x="3"/>',
        "<trkpt lat=\"1\" lon='2'/>",
        '<trkpt lat="1" lon="2"><ele><b>5</b></ele></trkpt>',
        '<trkpt lat="1" lon="2"><g:ele>5</g:ele></trkpt>',
        '<trkpt lat="1" lon="2"><x:trkpt/></trkpt>',
        '<trkpt lat="1" lon="2"><a></b></trkpt>',
        '<trkpt lat="1" lon="2"><a x="1" x="2">5</a></trkpt>',
        '<trkpt lat="1" lon="2">&amp;</trkpt>',
        '<trkpt lat="1" lon="2"><ele>5</ele>',
    ],
)
def test_a_point_that_is_not_regular_makes_no_template(point: str) -> None:
    assert template_of(point.encode() + b"<trkpt", prefixes={"", "g"}) is None
