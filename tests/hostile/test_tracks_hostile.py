"""Files of any format made to hurt, or spoilt by hardware: each gives fixes and problems, or one refusal, soon."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranger_app.errors import RangerAppError
from ranger_app.importers.containers import members
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks import read_tracks
from tests.gpx_corpus import TRACKS

LONGEST_S = 20.0
"""Far more than any of these takes alone, for machines that are busy."""

KML_OPEN, KML_CLOSE = b"<kml><Document>", b"</Document></kml>"
LINE_OPEN, LINE_CLOSE = b"<Placemark><LineString><coordinates>", b"</coordinates></LineString></Placemark>"
LINE = LINE_OPEN + b"74.5,41.2,2100 74.6,41.3,2101" + LINE_CLOSE
KML = KML_OPEN + LINE + KML_CLOSE
TCX_OPEN = b"<TrainingCenterDatabase><Activities><Activity><Lap><Track>"
TCX_CLOSE = b"</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
TCX_FIX = (
    b"<Trackpoint><Time>2026-03-04T09:15:42Z</Time><Position><LatitudeDegrees>41.2</LatitudeDegrees>"
    b"<LongitudeDegrees>74.5</LongitudeDegrees></Position></Trackpoint>"
)
TCX = TCX_OPEN + TCX_FIX + TCX_CLOSE
NMEA = (
    b"$GPGGA,041437.919,0043.999,S,01134.528,E,1,12,1.0,0.0,M,0.0,M,,*71\r\n"
    b"$GPRMC,041437.919,A,0043.999,S,01134.528,E,194.4,340.0,271119,000.0,W*67\r\n"
)
CSV = b"lat,lon,ele,time\r\n41.2,74.5,2100,2026-03-04T09:15:42Z\r\n41.3,74.6,2101,2026-03-04T09:15:52Z\r\n"
FIT = (TRACKS / "fitdecode" / "Activity.fit").read_bytes()
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


def fit_of(body: bytes) -> bytes:
    """A FIT file with that body; the last two bytes are a checksum nobody computed."""
    return struct.pack("<BBHI4s", 12, 16, 100, len(body), b".FIT") + body + b"\x00\x00"


def archive_of(*files: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def zip_of(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def made(content: bytes | Callable[[], bytes]) -> bytes:
    """What is large is made when its test runs."""
    return content if isinstance(content, bytes) else content()


REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "gpx-is-empty"),
    "zeros of a power cut": (bytes(5000), "gpx-is-empty"),
    "JPEG": (b"\xff\xd8\xff\xe1\x00\x10Exif" + bytes(100), "gpx-is-jpeg"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(100), "file-is-picture"),
    "GIF": (b"GIF89a" + bytes(100), "file-is-picture"),
    "WebP": (b"RIFF\x00\x01\x00\x00WEBPVP8 " + bytes(100), "file-is-picture"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "file-is-picture"),
    "MP4": (b"\x00\x00\x00\x18ftypisom" + bytes(100), "file-is-video"),
    "PDF": (b"%PDF-1.7\n", "file-is-pdf"),
    "SQLite": (b"SQLite format 3\x00" + bytes(100), "file-is-database"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "file-is-office"),
    "web page": (b"<!DOCTYPE html>\n<html><body>Sign in<br></body></html>", "file-is-html"),
    "GeoJSON": (b'{"type": "FeatureCollection", "features": []}', "gpx-not-gpx"),
    "other XML": (b"<osm><node lat='1' lon='2'/></osm>", "gpx-not-gpx"),
    "half a tag": (b"<kml version", "gpx-not-gpx"),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(30), "file-is-rar"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(26), "gpx-is-7z"),
    "zip": (zip_of(("walk.gpx", b"<gpx/>")), "gpx-is-zip"),
    "tar": (archive_of(("walk.gpx", b"<gpx/>")), "gpx-is-tar"),
    "prose": (b"Hello, world\nwe saw tracks, dung, and two goats.\nThen it snowed.\n", "gpx-not-gpx"),
    "noise": (random.Random(1).randbytes(10_000), "gpx-not-gpx"),
    "a table of anything": (b"species,count,remark\nibex,2,\nargali,3,\n", "csv-mapping-needed"),
    "numbers without headings": (b"41.2,74.5\n41.3,74.6\n41.4,74.7\n", "csv-mapping-needed"),
    "days or months first": (b"lat,lon,time\n41.2,74.5,03/04/2026 09:15\n41.2,74.5,03/04/2026 09:16\n",
                             "csv-mapping-needed"),
    "gzip in gzip": (gzip.compress(gzip.compress(KML)), "packed-in-packed"),
    "a tar in gzip": (gzip.compress(archive_of(("walk.gpx", b"<gpx/>"))), "packed-in-packed"),
    "a zip in bzip2": (bz2.compress(zip_of(("walk.gpx", b"<gpx/>"))), "packed-in-packed"),
    "gzip bomb": (lambda: gzip.compress(b"<kml>" + bytes(300_000_000)), "packed-too-large"),
    "bzip2 bomb": (lambda: bz2.compress(b"<kml>" + bytes(20_000_000)), "packed-too-large"),
    "xz bomb": (lambda: lzma.compress(b"<kml>" + bytes(50_000_000)), "packed-too-large"),
    "gzip of nothing": (gzip.compress(b""), "gpx-is-empty"),
    "only the head of gzip": (gzip.compress(KML)[:10], "gpx-is-empty"),
    "xz that wants 4 GB": (b"\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F\x02\x00!\x01\x28" + bytes(30), "gpx-is-empty"),
    "laughs in KML": (b"<!DOCTYPE kml [<!ENTITY l0 'ha'>" + LAUGHS + b"]><kml>&l9;</kml>", "file-has-entities"),
    "laughs in TCX": (b"<!DOCTYPE t [<!ENTITY l0 'ha'>" + LAUGHS + b"]><TrainingCenterDatabase>&l9;",
                      "file-has-entities"),
    "a file for an entity": (b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
                             "file-has-entities"),
    "KML of no encoding": (b'<?xml version="1.0" encoding="klingon"?>' + KML, "file-encoding-unknown"),
    "TCX of an encoding that runs code": (b'<?xml version="1.0" encoding="unicode_escape"?>' + TCX,
                                          "file-encoding-unknown"),
}  # fmt: skip

READ = {
    "KML with a foreign document type": (b'<!DOCTYPE kml SYSTEM "http://127.0.0.1/x">' + KML, 2, "file-has-doctype"),
    "KML 100,000 deep": (KML_OPEN + LINE + b"<Folder>" * 100_000, 2, "file-too-deep"),
    "KML in 200 folders": (b"<kml>" + b"<Folder>" * 200 + LINE + b"</Folder>" * 200 + b"</kml>", 2, None),
    "a tag of 5 MB": (KML_OPEN + LINE + b"<" + b"a" * 5_000_000, 2, "file-token-too-long"),
    "coordinates of 5 MB without a blank": (
        KML_OPEN + LINE + LINE_OPEN + b"1" * 5_000_000 + LINE_CLOSE + KML_CLOSE, 2, "position-missing"),
    "coordinates of 5 MB of commas": (
        KML_OPEN + LINE + LINE_OPEN + b"," * 5_000_000 + LINE_CLOSE + KML_CLOSE, 2, "position-missing"),
    "coordinates of 5 MB of blanks": (KML_OPEN + LINE_OPEN + b" " * 5_000_000 + LINE_CLOSE + LINE + KML_CLOSE, 2, None),
    "300,000 coordinates": (KML_OPEN + LINE_OPEN + b"74.5,41.2\n" * 300_000 + LINE_CLOSE + KML_CLOSE, 300_000, None),
    "a point of 5 MB": (
        KML_OPEN + b"<Placemark><Point><coordinates>" + b"1" * 5_000_000 + b"</coordinates></Point></Placemark>"
        + LINE + KML_CLOSE, 2, "position-missing"),
    "a name of 3 MB": (
        KML_OPEN + LINE.replace(b"<LineS", b"<name>" + b"n" * 3_000_000 + b"</name><LineS") + KML_CLOSE, 2, "text-cut"),
    "200,000 whens and no place": (
        KML_OPEN + b"<Placemark><Track>" + b"<when>x</when>" * 200_000 + b"</Track></Placemark>" + LINE + KML_CLOSE, 2,
        "times-and-places-differ"),
    "lines in lines": (KML_OPEN + b"<Placemark>" + b"<LineString>" * 100 + KML_CLOSE, 0, "file-ill-formed"),
    "areas in tracks": (
        KML_OPEN + b"<Placemark><Track><Polygon><Track><coord>1 2 3</coord></Track></Polygon></Track></Placemark>"
        + LINE + KML_CLOSE, None, "area-left-out"),
    "150,000 waypoints": (
        KML_OPEN + b"<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>" * 150_000 + KML_CLOSE, 0,
        "too-many-waypoints"),
    "30,000 tracks": (KML_OPEN + LINE * 30_000 + KML_CLOSE, 60_000, "too-many-tracks"),
    "undeclared prefixes": (KML.replace(b"Line", b"x:Line"), 2, None),
    "an ampersand alone": (KML_OPEN + LINE + b"<name>A & B</name>" + KML_CLOSE, 2, "file-ill-formed"),
    "an undefined entity": (KML_OPEN + LINE + b"<name>&nbsp;</name>" + KML_CLOSE, 2, "file-ill-formed"),
    "half a letter at the end": (KML_OPEN + LINE + b"<name>\xd0", 2, "file-truncated"),
    "bytes of no encoding": (KML_OPEN + b"<name>\xff\xfe\x80</name>" + LINE + KML_CLOSE, 2, "file-wrong-encoding"),
    "zeros for an end": (KML_OPEN + LINE + bytes(1000), 2, "file-truncated"),
    "two documents": (KML * 2, 2, "file-junk-after-end"),
    "TCX cut in a point": (TCX_OPEN + TCX_FIX + TCX_FIX[:150], 2, "file-truncated"),
    "points in points of TCX": (TCX_OPEN + TCX_FIX[:-13] * 200, None, "file-truncated"),
    "50,000 laps": (TCX.replace(b"<Lap>", b"<Lap/>" * 50_000 + b"<Lap>"), 1, None),
    "a log of one endless line": (NMEA + b"$GPGGA," + b"1" * 5_000_000, 1, "line-left-out"),
    "a log of 100,000 wrong sums": (
        NMEA + NMEA.replace(b"*7", b"*8").replace(b"*6", b"*8") * 50_000, 1, "sentence-damaged"),
    "a log with zeros in it": (NMEA + bytes(50_000) + NMEA, None, None),
    "a log of nonsense that sums up": (NMEA + b"$GPGGA,99,x,y,z*" + b"%02X\r\n" % 0x14, 1, None),
    "a quote that never closes": (CSV + b'"' + b"41,74\n" * 200_000, 2, "file-damaged"),
    "a table with zeros in it": (CSV + bytes(5000) + b"\r\n" + CSV.split(b"\r\n", 1)[1], 4, "zeros-left-out"),
    "a table of 5 MB of delimiters": (CSV + b"," * 5_000_000 + b"\r\n", 2, None),
    "a cell of 5 MB": (CSV + b"9" * 5_000_000 + b",1,1,1\r\n", 2, None),
    "a table whose headings come again": (CSV * 3, 6, None),
    "a cut table": (CSV + b"41.4,74", 2, "file-truncated"),
    "a message of FIT nobody defined": (fit_of(b"\x05" * 50), 0, "file-damaged"),
    "a definition of FIT with 255 fields": (
        fit_of(b"\x40\x00\x00\x14\x00\xff" + b"\x00\xff\x8e" * 255 + b"\x00" + bytes(255 * 255)), 0, None),
    "a FIT file that promises 4 GB": (FIT[:4] + b"\xff\xff\xff\xff" + FIT[8:], 14, "file-truncated"),
    "FIT after FIT, 200 times": (FIT * 200, 2800, None),
    "FIT with zeros behind it": (FIT + bytes(1000), 14, "file-junk-after-end"),
    "fields of FIT that are no numbers": (
        fit_of(b"\x40\x00\x00\x14\x00\x03\x00\x08\x07\x01\x08\x07\xfd\x10\x07\x00" + b"N41.2\x00\x00\x00" * 4), 0,
        "position-missing"),
    "gzip that breaks off": (gzip.compress(KML + b" " * 100 + random.Random(2).randbytes(5000))[:400], None,
                             "packed-damaged"),
    "gzip after gzip": (gzip.compress(CSV) + gzip.compress(CSV.split(b"\r\n", 1)[1]), 4, None),
    "xz of a log": (lzma.compress(NMEA), 1, None),
    "bzip2 of FIT": (bz2.compress(FIT), 14, None),
}  # fmt: skip

ARCHIVES: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "a path out of the zip": (zip_of(("../walk.gpx", b"x")), "zip-unsafe"),
    "a zip bomb": (lambda: zip_of(("walk.gpx", bytes(300_000_000))), "zip-too-large"),
    "half a zip": (zip_of(("walk.gpx", KML * 50))[:60], "zip-damaged"),
    "a zip in a zip": (zip_of(("a.zip", zip_of(("walk.gpx", b"x")))), "packed-in-packed"),
    "a tar in a zip": (zip_of(("a.tar", archive_of(("walk.gpx", b"x")))), "packed-in-packed"),
    "20,000 files in a zip": (lambda: zip_of(*((f"{n}.gpx", b"") for n in range(20_000))), "zip-too-large"),
    "a path out of the tar": (archive_of(("../walk.gpx", b"x")), "archive-unsafe"),
    "a path from the root": (archive_of(("/etc/passwd", b"x")), "archive-unsafe"),
    "20,000 files in a tar": (lambda: archive_of(*((f"{n}.gpx", b"") for n in range(20_000))), "archive-too-large"),
    "a tar in a tar": (archive_of(("a.tar", archive_of(("walk.gpx", b"x")))), "packed-in-packed"),
    "half a tar": (archive_of(("walk.gpx", KML * 50))[:900], "archive-damaged"),
    "a tar bomb in gzip": (lambda: gzip.compress(archive_of(("walk.gpx", bytes(300_000_000)))), "packed-too-large"),
    "gzip of one file": (gzip.compress(KML), "gpx-is-gzip"),
    "a JPEG": (b"\xff\xd8\xff\xe1" + bytes(100), "gpx-is-jpeg"),
}
SEEDS = {
    "kml": KML,
    "gx": (TRACKS / "OpenTracks" / "legacy_kml22_statistics_marker.kml").read_bytes(),
    "tcx": (TRACKS / "togeojson" / "sample.tcx").read_bytes(),
    "nmea": (TRACKS / "ctmobile" / "simulateGPS.nmea").read_bytes()[:3000],
    "csv": CSV,
    "garmin": (
        b"Grid\tLat/Lon hddd.ddddd\r\nDatum\tWGS 84\r\n\r\nHeader\tPosition\tTime\tAltitude\r\n\r\n"
        b"Trackpoint\tN41.20000 E74.50000\t04.03.2026 9:15:42 \t2100 m\r\n"
        b"Trackpoint\tN41.20010 E74.50000\t04.03.2026 9:15:43 \t2101 m\r\n"
    ),
    "fit": FIT,
    "chained": (TRACKS / "fitdecode" / "activity-settings.fit").read_bytes(),
    "developer": (TRACKS / "fitdecode" / "elemnt-bolt-no-application-id-inside-developer-data-id.fit").read_bytes(),
    "gzip": gzip.compress(NMEA),
    "xz": lzma.compress(CSV),
    "bzip2": bz2.compress(TCX),
}


def read_soon(content: bytes) -> TrackFile:
    begun = time.process_time()
    try:
        return read_tracks(content, name="walk.gpx")
    finally:
        assert time.process_time() - begun < LONGEST_S


def read_or_refuse(content: bytes) -> TrackFile | None:
    try:
        return read_soon(content)
    except RangerAppError:
        return None


def places(file: TrackFile | None) -> list[tuple[float, float]]:
    if file is None:
        return []
    return [
        place
        for one in file.tracks
        for place in zip(one.track.latitude_deg.tolist(), one.track.longitude_deg.tolist(), strict=True)
    ]


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_without_tracks_is_refused_by_what_it_is(what: str) -> None:
    content, code = made(REFUSED[what][0]), REFUSED[what][1]

    with pytest.raises(RangerAppError) as caught:
        read_soon(content)

    assert (caught.value.code, caught.value.facts["file"]) == (code, "walk.gpx")


@pytest.mark.parametrize("what", READ)
def test_a_hostile_file_gives_what_can_be_read_and_says_the_rest(what: str) -> None:
    content, points, code = READ[what]

    file = read_soon(content)

    assert points is None or file.point_count == points
    assert code is None or code in {problem.code for problem in file.problems}


@pytest.mark.parametrize("what", ARCHIVES)
def test_a_hostile_archive_is_refused(what: str, tmp_path: Path) -> None:
    content, code = made(ARCHIVES[what][0]), ARCHIVES[what][1]
    path = tmp_path / "patrols.zip"
    path.write_bytes(content)

    with pytest.raises(RangerAppError) as caught:
        [member.open().read() for member in members(path)]

    assert caught.value.code == code


@pytest.mark.parametrize("kind", SEEDS)
@given(data=st.data())
@settings(max_examples=120)
def test_a_file_cut_anywhere_never_crashes(kind: str, data: st.DataObject) -> None:
    seed = SEEDS[kind]

    read_or_refuse(seed[: data.draw(st.integers(0, len(seed)))])


@pytest.mark.parametrize("kind", ["kml", "tcx", "nmea", "fit", "developer"])
@given(data=st.data())
@settings(max_examples=60)
def test_a_file_cut_anywhere_gives_the_first_of_its_fixes_and_no_others(kind: str, data: st.DataObject) -> None:
    seed = SEEDS[kind]
    whole = places(read_tracks(seed, name="walk.gpx"))

    part = places(read_or_refuse(seed[: data.draw(st.integers(0, len(seed)))]))

    assert part == whole[: len(part)]


@pytest.mark.parametrize("kind", SEEDS)
@given(data=st.data())
@settings(max_examples=120)
def test_flipped_bytes_never_crash(kind: str, data: st.DataObject) -> None:
    spoilt = bytearray(SEEDS[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))

    read_or_refuse(bytes(spoilt))


@pytest.mark.parametrize("kind", SEEDS)
@given(data=st.data(), noise=st.binary(max_size=40))
@settings(max_examples=80)
def test_noise_in_the_middle_never_crashes(kind: str, data: st.DataObject, noise: bytes) -> None:
    seed = SEEDS[kind]
    at = data.draw(st.integers(0, len(seed)))

    read_or_refuse(seed[:at] + noise + seed[at:])


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refuse(text.encode("utf-8", "replace"))


@given(st.lists(st.lists(st.sampled_from(["lat", "lon", "time", "name", "41.2", "74,5", '"', "", "04.03.2026", "N"]),
                         max_size=4), max_size=6), st.sampled_from([",", ";", "\t"]))  # fmt: skip
def test_any_table_is_read_or_refused(rows: list[list[str]], delimiter: str) -> None:
    read_or_refuse("\n".join(delimiter.join(row) for row in rows).encode())


@given(st.binary(max_size=200))
def test_any_body_of_fit_is_read(body: bytes) -> None:
    assert read_or_refuse(fit_of(body)) is not None
