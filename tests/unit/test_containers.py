from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ranger_app.errors import RangerAppError
from ranger_app.importers.containers import holds_members, members
from ranger_app.importers.tracks import read_tracks
from ranger_app.jobs import Cancelled, JobContext
from tests.made_track_files import kml

KML = kml("<Point><coordinates>74.5,41.2</coordinates></Point>")
GPX = b'<gpx><trk><trkseg><trkpt lat="41.2" lon="74.5"/></trkseg></trk></gpx>'


def zip_of(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tar_of(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link.gpx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


def found(content: bytes) -> list[tuple[str, int, bytes]]:
    return [(one.name, one.size, one.open().read()) for one in members(content, name="patrols")]


@pytest.mark.parametrize(
    "pack",
    [
        zip_of,
        tar_of,
        lambda files: gzip.compress(tar_of(files)),
        lambda files: bz2.compress(tar_of(files)),
        lambda files: lzma.compress(tar_of(files)),
    ],
)
def test_the_files_of_an_archive_are_told_in_their_order(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    content = pack({"b/walk.gpx": GPX, "a.kml": KML, "notes.txt": b"x"})

    assert holds_members(content, name="patrols")
    assert found(content) == [("b/walk.gpx", len(GPX), GPX), ("a.kml", len(KML), KML), ("notes.txt", 1, b"x")]


def test_what_systems_leave_behind_is_passed_over() -> None:
    junk = {"__MACOSX/._walk.gpx": b"x", "._walk.gpx": b"x", "a/Thumbs.db": b"x", "a/b/": b""}
    content = zip_of({"walk.gpx": GPX, **junk})

    assert [name for name, _, _ in found(content)] == ["walk.gpx"]


def test_of_a_kmz_only_its_kml_is_told() -> None:
    content = zip_of({"files/camera.png": b"\x89PNG\r\n\x1a\n", "more.kml": KML, "doc.kml": KML})

    assert [name for name, _, _ in found(content)] == ["doc.kml", "more.kml"]


def test_a_kmz_may_call_its_kml_anything() -> None:
    content = zip_of({"images/a.png": b"\x89PNG\r\n\x1a\n", "Патруль.kml": KML})

    assert [name for name, _, _ in found(content)] == ["Патруль.kml"]


def test_a_zip_with_other_tracks_is_no_kmz() -> None:
    content = zip_of({"photo.png": b"\x89PNG\r\n\x1a\n", "walk.gpx": GPX, "doc.kml": KML})

    assert [name for name, _, _ in found(content)] == ["photo.png", "walk.gpx", "doc.kml"]


def test_a_member_can_be_read_as_a_track(tmp_path: Path) -> None:
    path = tmp_path / "walk.kmz"
    path.write_bytes(zip_of({"doc.kml": KML}))

    files = [read_tracks(one.open().read(), name=f"{path.name}/{one.name}") for one in members(path)]

    assert [(file.format, file.name, len(file.waypoints)) for file in files] == [("kml", "walk.kmz/doc.kml", 1)]


def test_a_locked_zip_is_refused() -> None:
    content = bytearray(zip_of({"walk.gpx": GPX}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(RangerAppError) as caught:
        found(bytes(content))

    assert caught.value.code == "zip-unsafe"


@pytest.mark.parametrize(
    ("content", "is_archive"),
    [(GPX, False), (gzip.compress(GPX), False), (zip_of({}), True), (gzip.compress(tar_of({"a": b""})), True)],
    ids=["track", "packed track", "zip", "packed tar"],
)
def test_what_holds_files_is_known_by_its_content(content: bytes, is_archive: bool) -> None:
    assert holds_members(content, name="x.gpx") is is_archive


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_read_as_what_is_in_it(pack: Callable[[bytes], bytes]) -> None:
    file = read_tracks(pack(GPX), name="walk.gpx.gz")

    assert (file.format, file.name, file.point_count) == ("gpx", "walk.gpx.gz", 1)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_packed_file_with_a_broken_end_gives_what_stands_before(pack: Callable[[bytes], bytes]) -> None:
    file = read_tracks(pack(GPX)[:-4], name="walk.gpx.gz")

    told = {problem.code for problem in file.problems} if file.point_count else {"packed-damaged"}
    assert "packed-damaged" in told


def test_a_stop_is_heeded_in_every_format() -> None:
    stopped = JobContext()
    stopped.cancel()
    for content in (GPX, KML, b"lat,lon\n41.2,74.5\n41.3,74.6\n", b"$GPGGA,1\r\n", b"<TrainingCenterDatabase/>"):
        with pytest.raises(Cancelled):
            read_tracks(content, name="walk", context=stopped)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for act in (lambda: read_tracks(tmp_path / "no.gpx", name="no.gpx"), lambda: [*members(tmp_path / "no.zip")]):
        with pytest.raises(RangerAppError) as caught:
            act()
        assert caught.value.code == "file-unreadable"
