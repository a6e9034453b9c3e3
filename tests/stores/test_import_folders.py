"""A folder, a receiver's storage or a stick is given as a whole: what holds tracks is taken, the rest is counted."""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import hashlib
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from db.patrol_pages import patrol_count, patrol_ids
from db.patrols import patrol
from ranger_app.importers.csv_tracks import CsvMapping, CsvMappingNeededError
from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.importers.tracks_unpack import PackedInPackedError
from ranger_app.services.import_tracks import ImportTracks, NoTracksFoundError, TracksImported
from tests.service_desk import MORNING, Desk, photo_bytes, walk, write_gpx

DAY = dt.timedelta(days=1)


def imported(desk: Desk, *paths: Path, **more: Any) -> TracksImported:
    return ImportTracks(desk.store)(paths, officer=desk.officer, **{"context": desk.context, **more})


def walked(path: Path, day: int = 0, latitude: float = 41.2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_gpx(path, walk(MORNING + day * DAY, latitude=latitude))


def files(desk: Desk) -> list[str]:
    return sorted(str(entry.values["name"]) for entry in desk.store.reader.entries("file"))


def test_a_folder_gives_all_tracks_below_it_and_counts_the_rest(desk: Desk) -> None:
    folder = desk.out / "stick"
    walked(folder / "a.gpx", 0)
    walked(folder / "2026" / "deep" / "no ending", 1)
    (folder / "letter.txt").write_text("Dear ranger,")
    (folder / "photo.jpg").write_bytes(photo_bytes())
    (folder / "film.bin").write_bytes(bytes(range(256)) * 100)
    (folder / ".hidden.gpx").write_text("x")

    done = imported(desk, folder)

    assert files(desk) == ["a.gpx", "no ending"]
    assert (len(done.patrols), done.files, done.ignored, done.refused) == (2, 2, 3, [])
    assert done.problems == []


def test_what_is_called_a_track_in_a_folder_and_is_none_is_named(desk: Desk) -> None:
    folder = desk.out / "stick"
    walked(folder / "a.gpx")
    (folder / "empty.gpx").write_bytes(b"")
    (folder / "photo.gpx").write_bytes(photo_bytes())

    done = imported(desk, folder)

    assert done.refused == [str(folder / "empty.gpx"), str(folder / "photo.gpx")]
    assert [problem.code for problem in done.problems] == ["gpx-is-empty", "gpx-is-jpeg"]


def test_an_archive_inside_an_archive_is_named_and_an_office_document_is_not(desk: Desk) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("a.gpx", "<gpx/>")
    outer = desk.out / "outer.zip"
    with zipfile.ZipFile(outer, "w") as package:
        package.writestr("old/inner.zip", inner.getvalue())
        package.writestr("letter.docx", inner.getvalue())

    with pytest.raises(PackedInPackedError) as refused:
        imported(desk, outer)

    assert refused.value.facts["file"] == "old/inner.zip"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_not_opened(desk: Desk) -> None:
    pipe = desk.out / "pipe.gpx"
    os.mkfifo(pipe)
    walked(desk.out / "a.gpx")

    done = imported(desk, pipe, desk.out / "a.gpx")

    assert (done.refused, done.files) == ([str(pipe)], 1)
    assert [problem.code for problem in done.problems] == ["file-not-regular"]
    assert imported(desk, desk.out).refused == []


def test_a_receiver_gives_its_tracks_and_activities_only(desk: Desk) -> None:
    device = desk.out / "GARMIN"
    walked(device / "Garmin" / "GPX" / "Current" / "Current.gpx", 0)
    walked(device / "Garmin" / "GPX" / "Waypoints_04-MAR-26.gpx", 1)
    walked(device / "Garmin" / "Activities" / "2026.gpx", 2)
    walked(device / "Garmin" / "Courses" / "plan.gpx", 3)
    walked(device / "DCIM" / "101" / "x.gpx", 4)
    (device / "Garmin" / "GarminDevice.xml").write_text("<Device/>")

    done = imported(desk, device)

    assert files(desk) == ["2026.gpx", "Current.gpx", "Waypoints_04-MAR-26.gpx"]
    assert len(done.patrols) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_do_not_lead_out_of_a_folder_nor_round_in_it(desk: Desk) -> None:
    folder = desk.out / "stick"
    walked(folder / "a.gpx", 0)
    outside = walked(desk.out / "other" / "b.gpx", 1)
    (folder / "out").symlink_to(outside.parent)
    (folder / "b.gpx").symlink_to(outside)
    (folder / "round").symlink_to(folder)

    imported(desk, folder)
    assert files(desk) == ["a.gpx"]

    assert len(imported(desk, folder / "b.gpx").patrols) == 1  # a link that a person points at is followed
    assert files(desk) == ["a.gpx", "b.gpx"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")
def test_pipes_and_sockets_in_a_folder_are_not_waited_for(desk: Desk) -> None:
    folder = desk.out / "stick"
    walked(folder / "a.gpx")
    os.mkfifo(folder / "pipe.gpx")

    assert len(imported(desk, folder).patrols) == 1


def test_a_folder_without_tracks_is_refused_and_nothing_is_stored(desk: Desk) -> None:
    folder = desk.out / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo_bytes())
    before = desk.changes()

    with pytest.raises(NoTracksFoundError) as refused:
        imported(desk, folder)

    assert refused.value.facts == {"folder": str(folder), "ignored": 1}
    assert desk.changes() == before


def test_three_hundred_small_files_come_in_once(desk: Desk) -> None:
    folder = desk.out / "stick"
    for number in range(300):
        walked(folder / f"{number // 30}" / f"{number:03}.gpx", number)

    first = imported(desk, folder)
    before = desk.changes()
    again = imported(desk, folder)

    assert (len(first.patrols), first.new_points) == (300, 1500)
    assert (again.patrols, again.points, again.new_points) == (first.patrols, 1500, 0)
    assert len(again.duplicates) == 300
    assert desk.changes() == before
    assert patrol_count(desk.store.reader) == 300
    assert {patrol(desk.store.reader, record).points for record in patrol_ids(desk.store.reader)} == {5}


def test_three_hundred_walks_without_times_are_told_apart_by_place(desk: Desk) -> None:
    folder = desk.out / "stick"
    folder.mkdir()
    for number in range(300):
        write_gpx(folder / f"{number:03}.gpx", walk(None, 4, latitude=-40 + number // 3 + (number % 3) * 0.01))

    done = imported(desk, folder)

    assert len(done.patrols) == 100
    assert {patrol(desk.store.reader, record).points for record in done.patrols} == {12}


def test_a_file_that_may_not_be_read_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.out / "stick"
    walked(folder / "a.gpx")
    locked = walked(folder / "b.gpx", 1)
    opened = Path.open

    def refused(path: Path, *more: Any, **named: Any) -> Any:
        if path == locked:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *more, **named)

    monkeypatch.setattr(Path, "open", refused)

    done = imported(desk, folder)

    assert done.refused == [str(locked)]
    assert [problem.facts["reason"] for problem in done.problems] == ["Permission denied"]


def test_a_stick_that_is_pulled_out_leaves_what_was_read_and_names_the_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.out / "stick"
    paths = [walked(folder / f"{number}.gpx", number) for number in range(10)]
    opened = Path.open

    def gone(path: Path, *more: Any, **named: Any) -> Any:
        if path.parent == folder and path.name >= "6":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return opened(path, *more, **named)

    monkeypatch.setattr(Path, "open", gone)

    done = imported(desk, folder)

    assert (len(done.patrols), done.refused) == (6, [str(path) for path in paths[6:]])
    assert {problem.code for problem in done.problems} == {"file-unreadable"}
    with pytest.raises(FileUnreadableError):
        imported(desk, paths[9])


def test_a_disk_that_is_full_stores_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.out / "stick"
    for number in range(3):
        path = walked(folder / f"{number}.gpx", number)
        path.write_text(path.read_text() + f"<!--{'x' * 300_000}-->")
    before, content = desk.changes(), desk.content()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            imported(desk, folder)

    assert (desk.changes(), desk.content()) == (before, content)
    assert [path for path in (desk.folder / "blobs").rglob("*") if path.is_file()] == []
    assert len(imported(desk, folder).patrols) == 3


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return path


def test_an_archive_gives_its_members_and_their_own_bytes_are_kept(desk: Desk) -> None:
    one, other = walked(desk.out / "a.gpx").read_bytes(), walked(desk.out / "b.gpx", 3).read_bytes()
    archive = packed(desk.out / "stick.zip", {"2026/a.gpx": one, "b.gpx": other, "readme.txt": b"Dear ranger,"})

    done = imported(desk, archive)

    assert (len(done.patrols), done.files, done.ignored) == (2, 2, 1)
    entries = {entry.values["name"]: entry.values for entry in desk.store.reader.entries("file")}
    assert desk.store.blobs.get(entries["a.gpx"]["sha256"]) == one
    assert entries["b.gpx"]["archive"] == "stick.zip"
    assert entries["b.gpx"]["archive_sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert imported(desk, desk.out / "a.gpx", archive).duplicates == [
        str(desk.out / "a.gpx"), f"{archive}/2026/a.gpx", f"{archive}/b.gpx",
    ]  # fmt: skip


def test_an_archive_without_tracks_is_refused_by_name_and_left_alone_in_a_folder(desk: Desk) -> None:
    folder = desk.out / "stick"
    walked(folder / "a.gpx")
    archive = packed(folder / "letter.docx", {"word/document.xml": b"<document/>", "[Content_Types].xml": b"<Types/>"})

    done = imported(desk, folder)

    assert (done.files, done.ignored, done.refused) == (1, 1, [])
    with pytest.raises(NoTracksFoundError):
        imported(desk, archive)


def test_a_packed_file_is_read_and_kept_as_it_was(desk: Desk) -> None:
    content = gzip.compress(walked(desk.out / "a.gpx").read_bytes())
    path = desk.out / "a.gpx.gz"
    path.write_bytes(content)

    done = imported(desk, path)

    assert (len(done.patrols), done.new_points) == (1, 5)
    [entry] = desk.store.reader.entries("file")
    assert desk.store.blobs.get(entry.values["sha256"]) == content


def test_a_table_is_read_by_its_headings_or_by_what_a_person_says(desk: Desk) -> None:
    rows = "".join(f"41.20{row},74.5,2026-03-04T02:0{row}:00Z\n" for row in range(5))
    clear = desk.out / "clear.csv"
    clear.write_text(f"lat,lon,time\n{rows}")
    unclear = desk.out / "unclear.csv"
    unclear.write_text(f"a,b,c\n{rows.replace('2026-03-04', '2026-05-04')}")

    assert imported(desk, clear).new_points == 5
    with pytest.raises(CsvMappingNeededError):
        imported(desk, unclear)
    mapping = CsvMapping(columns={"latitude": 0, "longitude": 1, "time": 2})
    assert imported(desk, unclear, mapping=mapping).new_points == 5
