from __future__ import annotations

import fitdecode
import pytest

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.fit import fit_sum, read_fit
from ranger_app.importers.gpx_problems import FileRefusedError
from ranger_app.importers.track_file import TrackFile
from ranger_app.jobs import Cancelled, JobContext, Progress
from tests import made_track_files as made
from tests.gpx_corpus import TRACKS
from tests.made_track_files import fit_file, fit_message, record

MORNING = 1_772_615_742
"""2026-03-04 09:15:42 UTC."""

NORTH, EAST = 491_520_000, 888_800_000


def read(*messages: bytes) -> TrackFile:
    return read_fit(fit_file(*messages), name="walk.fit")


def said(file: TrackFile) -> dict[str, tuple[int, str]]:
    return {problem.code: (problem.count, problem.where) for problem in file.problems}


def test_a_record_becomes_a_fix() -> None:
    more: tuple[made.Field, ...] = (
        (2, "H", round((2100.4 + 500) * 5)), (6, "H", 1250), (3, "B", 88), (4, "B", 60), (13, "b", -7), (31, "B", 4),
    )  # fmt: skip

    one = read(record(MORNING, NORTH, EAST, *more)).tracks[0]

    assert one.track.time_us.tolist() == [MORNING * 1_000_000]
    assert one.track.latitude_deg.tolist() == [NORTH * 180 / 2**31]
    assert one.track.longitude_deg.tolist() == [EAST * 180 / 2**31]
    assert one.track.elevation_m.tolist() == [pytest.approx(2100.4)]
    assert {name: column.tolist() for name, column in one.extras.items()} == {
        "speed_mps": [1.25], "heart_rate_bpm": [88.0], "cadence_rpm": [60.0], "temperature_c": [-7.0],
        "accuracy_m": [4.0],
    }  # fmt: skip


def test_finer_heights_and_speeds_win_over_coarse_ones() -> None:
    more: tuple[made.Field, ...] = (
        (2, "H", 13_000), (78, "I", 13_002), (6, "H", 1000), (73, "I", 1001)
    )  # fmt: skip

    one = read(record(MORNING, NORTH, EAST, *more)).tracks[0]

    assert one.track.elevation_m.tolist() == [pytest.approx(2100.4)]
    assert one.extras["speed_mps"].tolist() == [1.001]


def test_bytes_may_stand_in_either_order() -> None:
    assert read(record(MORNING, NORTH, EAST, endian=">")).tracks[0].track.latitude_deg[0] == NORTH * 180 / 2**31


def test_records_without_a_place_are_counted_and_left_out() -> None:
    file = read(record(MORNING, NORTH, EAST), record(MORNING + 1, None, EAST), record(MORNING + 2, NORTH, EAST))

    assert (file.point_count, file.points_in_file) == (2, 3)
    assert said(file) == {"position-missing": (1, "point 2")}


def test_a_place_that_is_not_on_earth_is_left_out() -> None:
    file = read(record(MORNING, 1_100_000_000, EAST), record(MORNING + 1, NORTH, EAST))

    assert said(file) == {"position-out-of-range": (1, "point 1")}


def test_a_device_that_knows_no_date_gives_fixes_without_a_time() -> None:
    file = read(record(made.FIT_EPOCH_S + 77, NORTH, EAST), record(None, NORTH, EAST))

    assert file.tracks[0].track.time_us.tolist() == [NO_TIME, NO_TIME]
    assert said(file) == {"fix-without-time": (1, "point 2"), "time-implausible": (1, "point 1")}


def test_the_timer_that_stood_still_begins_a_new_part() -> None:
    stop = fit_message(made.EVENT, [(253, "I", 0), (0, "E", 0), (1, "E", 4)])
    start = fit_message(made.EVENT, [(253, "I", 0), (0, "E", 0), (1, "E", 0)])
    battery = fit_message(made.EVENT, [(253, "I", 0), (0, "E", 11), (1, "E", 4)])
    fixes = [record(MORNING + second, NORTH + second, EAST) for second in range(4)]

    file = read(start, fixes[0], battery, fixes[1], stop, start, fixes[2], fixes[3], stop)

    assert file.tracks[0].track.part_starts.tolist() == [0, 2]


def test_a_track_knows_the_device_that_wrote_it() -> None:
    file_id = fit_message(made.FILE_ID, [(0, "E", 4), (1, "H", 1), (2, "H", 1036), (3, "Z", 3_815_000)])

    file = read(file_id, record(MORNING, NORTH, EAST))

    assert (file.creator, file.tracks[0].device) == ("garmin edge500", "garmin edge500 3815000")
    assert (file.format, file.version) == ("fit", "2.0")


def test_points_of_a_course_become_waypoints() -> None:
    file_id = fit_message(made.FILE_ID, [(0, "E", 6)])
    course = fit_message(made.COURSE, [(5, "s", "Ак-Шыйрак".encode())])
    point = fit_message(
        made.COURSE_POINT,
        [(1, "I", MORNING - made.FIT_EPOCH_S), (2, "i", NORTH), (3, "i", EAST), (6, "s", "Брод".encode())],
    )
    lost = fit_message(made.COURSE_POINT, [(1, "I", None), (2, "i", None), (3, "i", EAST), (6, "s", b"?")])

    file = read(file_id, course, record(MORNING, NORTH, EAST), point, lost)

    assert file.tracks[0].name == "Ак-Шыйрак"
    assert [(one.name, one.time_us, one.latitude_deg) for one in file.waypoints] == [
        ("Брод", MORNING * 1_000_000, NORTH * 180 / 2**31)
    ]
    assert said(file) == {"course-taken": (1, "track 1"), "position-missing": (1, "waypoint 2")}


def test_places_saved_on_a_watch_become_waypoints() -> None:
    place = fit_message(
        made.LOCATION,
        [(253, "I", MORNING - made.FIT_EPOCH_S), (0, "s", b"Camp"), (1, "i", NORTH), (2, "i", EAST), (4, "H", 13_000)],
    )

    file = read(place)

    assert [(one.name, one.elevation_m, one.time_us) for one in file.waypoints] == [
        ("Camp", 2100.0, MORNING * 1_000_000)
    ]
    assert said(file) == {}


def test_files_one_after_the_other_are_a_track_each() -> None:
    first = fit_file(record(MORNING, NORTH, EAST), record(MORNING + 1, NORTH, EAST))
    second = fit_file(record(MORNING + 90, NORTH, EAST))

    file = read_fit(first + fit_file(fit_message(3, [(0, "s", b"settings")])) + second, name="walk.fit")

    assert [len(one.track) for one in file.tracks] == [2, 1]
    assert said(file) == {}


def test_a_file_of_something_else_says_that_it_holds_nothing() -> None:
    assert said(read(fit_message(3, [(0, "s", b"settings")]))) == {"file-holds-nothing": (1, "")}


def test_a_changed_byte_is_noticed_by_the_checksum() -> None:
    content = bytearray(fit_file(record(MORNING, NORTH, EAST)))
    content[-4] ^= 1

    file = read_fit(bytes(content), name="walk.fit")

    assert file.point_count == 1
    assert said(file) == {"file-checksum-wrong": (1, f"byte {len(content) - 1}")}


@pytest.mark.parametrize("name", ["Activity.fit", "activity-filecrc.fit", "garmin-fenix-5-walk.fit", "Settings.fit"])
def test_checksums_agree_with_fitdecode(name: str) -> None:
    content = (TRACKS / "fitdecode" / name).read_bytes()
    with fitdecode.FitReader(content, check_crc=fitdecode.CrcCheck.READONLY) as reader:
        matched = [frame.matched for frame in reader if frame.frame_type == fitdecode.FIT_FRAME_CRC]

    told = "file-checksum-wrong" in said(read_fit(content, name=name))

    assert told is not all(matched)


@pytest.mark.parametrize("length", range(6))
def test_the_checksum_takes_any_number_of_bytes(length: int) -> None:
    content = bytes(range(200, 200 + length))

    assert fit_sum(content) == made.fit_sum(content)


def test_what_stands_before_the_break_is_read() -> None:
    content = fit_file(record(MORNING, NORTH, EAST), record(MORNING + 1, NORTH, EAST))

    file = read_fit(content[:-10], name="walk.fit")

    assert file.point_count == 1
    assert said(file) == {"file-truncated": (1, f"byte {len(content) - 9}")}


def test_progress_is_told_and_a_stop_is_heeded() -> None:
    content = (TRACKS / "fitdecode" / "Edge810-Vector-2013-08-16-15-35-10.fit").read_bytes()
    steps: list[Progress] = []
    read_fit(content, name="walk.fit", context=JobContext(steps.append))
    stopped = JobContext()
    stopped.cancel()

    assert [step.total for step in steps] == [len(content)] * len(steps)
    assert sorted(step.done for step in steps) == [step.done for step in steps]
    with pytest.raises(Cancelled):
        read_fit(content, name="walk.fit", context=stopped)


def test_a_file_that_is_not_there_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(FileRefusedError) as caught:
        read_fit(tmp_path_factory.getbasetemp() / "no.fit", name="no.fit")

    assert caught.value.code == "file-unreadable"
