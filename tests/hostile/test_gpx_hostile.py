"""Files made to hurt, and files spoilt by hardware: each gives columns and problems, or one coded refusal, soon."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx import gpx_reading, read_gpx
from ranger_app.importers.gpx_problems import FileRefusedError
from ranger_app.importers.track_file import TrackFile
from tests.gpx_mutants import all_of

LONGEST_S = 20.0
"""Far more than any of these takes alone, for machines that are busy."""

FIX = b'<trkpt lat="41.2" lon="74.5"><time>2026-03-04T09:15:42Z</time></trkpt>'
OPEN, CLOSE = b"<gpx><trk><trkseg>", b"</trkseg></trk></gpx>"
WHOLE = OPEN + FIX + CLOSE
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("doc.kml", "<kml/>")
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        member = tarfile.TarInfo("walk.gpx")
        member.size = len(WHOLE)
        archive.addfile(member, io.BytesIO(WHOLE))
    return target.getvalue()


REFUSED = {
    "empty": (b"", "gpx-is-empty"),
    "blanks": (b" \r\n\t", "gpx-is-empty"),
    "zeros of a power cut": (bytes(4096 * 3), "gpx-is-empty"),
    "gzip": (gzip.compress(WHOLE), "gpx-is-gzip"),
    "gzip bomb": (gzip.compress(bytes(1_000_000)), "gpx-is-gzip"),
    "bzip2": (bz2.compress(WHOLE), "gpx-is-bzip2"),
    "xz": (lzma.compress(WHOLE), "gpx-is-xz"),
    "zip": (zipped(), "gpx-is-zip"),
    "empty zip": (b"PK\x05\x06" + bytes(18), "gpx-is-zip"),
    "tar": (tarred(), "gpx-is-tar"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(26), "gpx-is-7z"),
    "JPEG": (b"\xff\xd8\xff\xe1\x00\x10Exif" + bytes(100), "gpx-is-jpeg"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(100), "gpx-is-picture"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "gpx-is-picture"),
    "PDF": (b"%PDF-1.7\n", "gpx-not-gpx"),
    "SQLite": (b"SQLite format 3\x00" + bytes(100), "gpx-not-gpx"),
    "web page": (b"<!DOCTYPE html>\n<html><body><p>Sign in<br></body></html>", "gpx-is-html"),
    "web page of XHTML": (b'<html xmlns="http://www.w3.org/1999/xhtml"></html>', "gpx-is-html"),
    "GeoJSON": (b'{"type": "FeatureCollection", "features": []}', "gpx-not-gpx"),
    "NMEA": (b"$GPGGA,120044,4112.00,N,07430.00,E,1,08,0.9,2100.0,M,,M,,*47\r\n", "file-is-nmea"),
    "NMEA of a newer receiver": (b"$GNRMC,120044,A,4112.00,N,07430.00,E,0.1,0.0,040326,,*47\r\n", "file-is-nmea"),
    "FIT": (b"\x0e\x10\x5d\x08\x00\x00\x00\x00.FIT\x00\x00", "file-is-fit"),
    "KML": (b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>', "file-is-kml"),
    "KML after a long comment": (b"<!--" + b"x" * 9000 + b"--><kml/>", "file-is-kml"),
    "KML with a prefix": (b'<k:kml xmlns:k="http://www.opengis.net/kml/2.2"/>', "file-is-kml"),
    "TCX": (b"<TrainingCenterDatabase/>", "file-is-tcx"),
    "other XML": (b"<osm><node lat='1' lon='2'/></osm>", "gpx-not-gpx"),
    "root in capitals": (b"<GPX></GPX>", "gpx-not-gpx"),
    "plain text": (b"41.2 74.5", "gpx-not-gpx"),
    "noise": (random.Random(1).randbytes(10_000), "gpx-not-gpx"),
    "a lone bracket": (b"<", "gpx-not-gpx"),
    "only a declaration": (b'<?xml version="1.0"?>', "gpx-not-gpx"),
    "only half a root": (b"<gpx version", "gpx-not-gpx"),
    "UTF-32": (WHOLE.decode().encode("utf-32"), "gpx-not-gpx"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?>' + WHOLE, "gpx-encoding-unknown"),
    "encoding of many bytes": (b'<?xml version="1.0" encoding="shift_jis"?>' + WHOLE, "gpx-encoding-unknown"),
    "encoding that runs code": (b'<?xml version="1.0" encoding="unicode_escape"?>' + WHOLE, "gpx-encoding-unknown"),
    "encoding that is none": (b'<?xml version="1.0" encoding="hex"?>' + WHOLE, "gpx-encoding-unknown"),
    "an encoding of main frames": (b'<?xml version="1.0" encoding="cp037"?>' + WHOLE, "gpx-encoding-unknown"),
    "billion laughs": (b'<!DOCTYPE gpx [<!ENTITY l0 "ha">' + LAUGHS + b"]><gpx>&l9;</gpx>", "gpx-has-entities"),
    "quadratic blow-up": (
        b'<!DOCTYPE gpx [<!ENTITY a "' + b"a" * 50_000 + b'">]><gpx>' + b"&a;" * 50_000 + b"</gpx>",
        "gpx-has-entities",
    ),
    "a file of this machine": (
        b'<!DOCTYPE gpx [<!ENTITY f SYSTEM "file:///etc/passwd">]><gpx><trk><name>&f;</name></trk></gpx>',
        "gpx-has-entities",
    ),
    "a parameter entity": (
        b'<!DOCTYPE gpx [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><gpx/>',
        "gpx-has-entities",
    ),
    "an attribute by declaration": (b'<!DOCTYPE gpx [<!ATTLIST trkpt lat CDATA "1">]>' + WHOLE, "gpx-has-entities"),
    "an empty internal subset": (b"<!DOCTYPE gpx []>" + WHOLE, "gpx-has-entities"),
}

READ = {
    "a foreign document type": (b'<!DOCTYPE gpx SYSTEM "http://127.0.0.1/gpx.dtd">' + WHOLE, 1, "gpx-has-doctype"),
    "nested 200,000 deep": (OPEN + FIX + b"<a>" * 200_000, 1, "gpx-too-deep"),
    "nested 65 deep in extensions": (OPEN + FIX + b"<a>" * 65 + b"</a>" * 65 + FIX + CLOSE, 1, "gpx-too-deep"),
    "points in points": (OPEN + FIX[:-8] * 60_000, 1, "gpx-too-deep"),
    "an attribute of 5 MB": (
        OPEN + FIX + b'<trkpt lat="' + b"1" * 5_000_000 + b'" lon="2"/>' + CLOSE,
        1,
        "gpx-token-too-long",
    ),
    "a number of 500 kB": (
        OPEN + FIX + b'<trkpt lat="' + b"1" * 500_000 + b'" lon="2"/>' + CLOSE,
        1,
        "position-unreadable",
    ),
    "a tag of 5 MB": (OPEN + FIX + b"<" + b"a" * 5_000_000 + b"/>" + CLOSE, 1, "gpx-token-too-long"),
    "20,000 attributes": (
        OPEN + FIX + b"<trkpt " + b" ".join(b'a%d="1"' % n for n in range(20_000)) + b"/>" + CLOSE,
        1,
        "position-missing",
    ),
    "a name of 3 MB": (b"<gpx><trk><name>" + b"n" * 3_000_000 + b"</name><trkseg>" + FIX + CLOSE, 1, "text-cut"),
    "a time of 3 MB": (
        OPEN + b'<trkpt lat="1" lon="2"><time>' + b"2" * 3_000_000 + b"</time></trkpt>" + CLOSE,
        1,
        "time-unreadable",
    ),
    "a comment of 900 kB": (OPEN + FIX + b"<!--" + b"-x" * 450_000 + b"-->" + CLOSE, 1, None),
    "many processing instructions": (OPEN + FIX + b"<?a b?>" * 100_000 + CLOSE, 1, None),
    "3 MB of blanks": (OPEN + b" " * 3_000_000 + FIX + CLOSE, 1, None),
    "200,000 empty segments": (b"<gpx><trk>" + b"<trkseg/>" * 200_000 + b"<trkseg>" + FIX + CLOSE, 1, None),
    "30,000 tracks": (b"<gpx>" + (OPEN[5:] + FIX + CLOSE[:-6]) * 30_000 + b"</gpx>", 30_000, "too-many-tracks"),
    "100,000 empty tracks": (b"<gpx>" + b"<trk/>" * 100_000 + OPEN[5:] + FIX + CLOSE, 1, "track-empty"),
    "150,000 waypoints": (b"<gpx>" + b'<wpt lat="1" lon="2"/>' * 150_000 + b"</gpx>", 0, "too-many-waypoints"),
    "50,000 jumps": (OPEN + (FIX + FIX.replace(b"41.2", b"-41.2")) * 25_000 + CLOSE, 50_000, "jump"),
    "50,000 wrong positions": (OPEN + b'<trkpt lat="x" lon="y"/>' * 50_000 + CLOSE, 0, "position-unreadable"),
    "50,000 wrong times": (OPEN + FIX.replace(b"T09", b"T97") * 50_000 + CLOSE, 50_000, "time-unreadable"),
    "an undefined entity": (OPEN + FIX + b"<name>&nbsp;</name>" + FIX + CLOSE, 1, "gpx-ill-formed"),
    "a control character": (OPEN + FIX + b"\x07" + FIX + CLOSE, 1, "gpx-ill-formed"),
    "an ampersand alone": (OPEN + FIX + b"<name>A & B</name>" + CLOSE, 1, "gpx-ill-formed"),
    "an attribute twice": (OPEN + FIX + b'<trkpt lat="1" lat="2" lon="3"/>' + CLOSE, 1, "gpx-ill-formed"),
    "crossed tags": (OPEN + FIX + b"</trk></trkseg></gpx>", 1, "gpx-ill-formed"),
    "undeclared prefixes": (OPEN + FIX.replace(b"<time>", b"<x:hr>90</x:hr><time>") + CLOSE, 1, None),
    "half a letter at the end": (OPEN + FIX + b"<name>\xd0", 1, "gpx-truncated"),
    "bytes of no encoding": (b"<gpx><trk><name>\xff\xfe\x80</name><trkseg>" + FIX + CLOSE, 1, "gpx-wrong-encoding"),
    "bytes of no encoding, twice wrong": (OPEN + FIX + b"\xff&", 1, "gpx-wrong-encoding"),
    "zeros after the end": (WHOLE + bytes(1000), 1, "gpx-junk-after-end"),
    "zeros in the middle": (OPEN + FIX + bytes(512) + FIX + CLOSE, 1, "gpx-ill-formed"),
    "two documents": (WHOLE * 2, 1, "gpx-junk-after-end"),
    "UTF-16 cut in half a letter": (WHOLE.decode().encode("utf-16")[:-3], 1, "gpx-truncated"),
    "an emoji in a time": (OPEN + FIX.replace(b"T09", "T\U0001f98009".encode()) + CLOSE, 1, "time-unreadable"),
    "nothing in it": (b"<gpx/>", 0, "gpx-holds-nothing"),
    "30,000 points with another element each": (
        OPEN + b"".join(FIX.replace(b"<time", b"<a%d/><time" % number) for number in range(30_000)) + CLOSE,
        30_000,
        None,
    ),
    "2,000 tags with 4 kB of blanks": (
        OPEN + FIX.replace(b"<time", b"<a" + b" " * 4_000 + b"x<time") * 2_000,
        1,
        "gpx-ill-formed",
    ),
    "2,000 points with 4 kB of blanks": (
        OPEN + FIX.replace(b"<time", b" " * 4_000 + b"<time") * 2_000 + CLOSE,
        2_000,
        None,
    ),
    "50,000 odd numbers": (OPEN + FIX.replace(b"74.5", b"7.45e1") * 50_000 + CLOSE, 50_000, None),
    "50,000 numbers of 40 digits": (OPEN + FIX.replace(b"41.2", b"41.2" + b"0" * 36) * 50_000 + CLOSE, 50_000, None),
    "50,000 texts in the place of numbers": (
        OPEN + FIX.replace(b"<time", b"<ele>" + b"a" * 50 + b"</ele><time") * 50_000 + CLOSE,
        50_000,
        "elevation-unreadable",
    ),
    "50,000 days": (
        OPEN
        + b"".join(
            FIX.replace(b"2026-03-04", b"20%02d-%02d-%02d" % (n % 99, n % 12 + 1, n % 28 + 1)) for n in range(50_000)
        )
        + CLOSE,
        50_000,
        "time-goes-back",
    ),
    "a damage after 50,000 fixes": (OPEN + FIX * 50_000 + b"<" + FIX + CLOSE, 50_000, "gpx-ill-formed"),
    "one comment around 10,000 fixes": (OPEN + FIX + b"<!--" + FIX * 10_000 + b"-->" + CLOSE, 1, None),
}


def read_soon(content: bytes) -> TrackFile:
    begun = time.process_time()
    try:
        return read_gpx(content, name="walk.gpx")
    finally:
        assert time.process_time() - begun < LONGEST_S


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_no_gpx_is_refused_by_what_it_is(what: str) -> None:
    content, code = REFUSED[what]

    with pytest.raises(FileRefusedError) as caught:
        read_soon(content)

    assert (caught.value.code, caught.value.facts["file"]) == (code, "walk.gpx")


@pytest.mark.parametrize("what", READ)
def test_a_hostile_file_gives_what_can_be_read_and_says_the_rest(what: str) -> None:
    content, points, code = READ[what]

    file = read_soon(content)

    assert file.point_count == points
    if code is None:
        assert not {problem.code for problem in file.problems} - {"track-empty"}
    else:
        assert code in {problem.code for problem in file.problems}
    assert all_of(gpx_reading(content, name="walk.gpx", carefully=True).file) == all_of(file)


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(FileRefusedError):
        read_gpx(noise, name="walk.gpx")


@given(st.binary(max_size=200))
def test_noise_inside_a_track_never_crashes(noise: bytes) -> None:
    file = read_or_refuse(OPEN + FIX + noise + FIX + CLOSE)

    assert file is None or file.point_count >= 1


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4), st.integers(0, 4))
def test_a_spoilt_file_never_crashes(at: int, put: bytes, leave: int) -> None:
    file = read_or_refuse(WHOLE[:at] + put + WHOLE[at + leave :])

    assert file is None or file.point_count == sum(len(each.track) for each in file.tracks)


@given(st.integers(0, len(WHOLE)), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig"]))
def test_a_file_cut_anywhere_never_crashes(at: int, encoding: str) -> None:
    encoded = WHOLE.decode().encode(encoding)

    file = read_or_refuse(encoded[:at])

    assert file is None or file.problems or at >= len(encoded)


def read_or_refuse(content: bytes) -> TrackFile | None:
    try:
        return read_gpx(content, name="walk.gpx")
    except RangerAppError as error:
        assert error.code.startswith(("gpx-", "file-"))  # noqa: PT017 - a refusal is as good as a file here
        return None
