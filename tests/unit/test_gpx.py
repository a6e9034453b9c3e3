from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.gpx import read_gpx
from ranger_app.importers.gpx_problems import FileTooBigError, FileUnreadableError
from ranger_app.importers.gpx_stream import BLOCK_POINTS
from ranger_app.importers.opened import LARGEST_BYTES
from ranger_app.importers.track_file import TrackFile
from ranger_app.jobs import Cancelled, JobContext, Progress

HEAD = '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="eTrex" xmlns="http://www.topografix.com/GPX/1/1">'
NINE = 1_772_615_742_000_000  # 2026-03-04T09:15:42Z


def fix(latitude: str = "41.2", longitude: str = "74.5", inside: str = "<time>2026-03-04T09:15:42Z</time>") -> str:
    return f'<trkpt lat="{latitude}" lon="{longitude}">{inside}</trkpt>'


def at(second: int, latitude: str = "41.2", longitude: str = "74.5") -> str:
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return fix(latitude, longitude, f"<time>2026-03-04T{hours:02}:{minutes:02}:{seconds:02}Z</time>")


def track(*points: str) -> str:
    return f"<trk><trkseg>{''.join(points)}</trkseg></trk>"


def read(body: str, head: str = HEAD) -> TrackFile:
    return read_gpx(f"{head}{body}</gpx>".encode(), name="walk.gpx")


def said(file: TrackFile) -> dict[str, tuple[int, str]]:
    """Count and first place of each problem."""
    return {problem.code: (problem.count, problem.where) for problem in file.problems}


def test_a_track_becomes_columns() -> None:
    file = read(
        "<trk><name> Kichi-Naryn </name><trkseg>"
        + fix(inside="<ele>2100.5</ele><time>2026-03-04T09:15:42Z</time><hdop>1.2</hdop>")
        + fix("-41.25", "-74.75", "<time>2026-03-04T09:15:43.5Z</time><ele> 2101 </ele>")
        + "</trkseg></trk>"
    )

    (walked,) = file.tracks
    assert walked.name == "Kichi-Naryn"
    assert walked.track.latitude_deg.tolist() == [41.2, -41.25]
    assert walked.track.longitude_deg.tolist() == [74.5, -74.75]
    assert walked.track.elevation_m.tolist() == [2100.5, 2101.0]
    assert walked.track.time_us.tolist() == [NINE, NINE + 1_500_000]
    assert (file.version, file.creator, file.point_count, file.points_in_file) == ("1.1", "eTrex", 2, 2)
    assert said(file) == {"jump": (1, "point 2")}


def test_segments_and_silences_are_parts_and_only_silences_inside_a_segment_are_said() -> None:
    first = track(at(0), at(1), at(400))[:-6]
    file = read(first + f"<trkseg/><trkseg>{at(5000)}{at(5001)}</trkseg></trk>")

    assert file.tracks[0].track.part_starts.tolist() == [0, 2, 3]
    assert said(file) == {"gap": (1, "point 3")}
    assert file.problems[0].facts == {"minutes": 6}


def test_a_tracker_that_writes_every_ten_minutes_walks_on_unbroken() -> None:
    file = read(track(*(at(600 * step) for step in range(12)), at(600 * 12 + 4000)))

    assert file.tracks[0].track.part_starts.tolist() == [0, 12]


def test_each_trk_is_a_track_and_empty_ones_are_said() -> None:
    file = read(track(at(0)) + track() + "<trk><name>b</name></trk>" + track(at(90_000 - 5000), at(90_000 - 4999)))

    assert [len(each.track) for each in file.tracks] == [1, 2]
    assert [each.track.part_starts.tolist() for each in file.tracks] == [[0], [0]]
    assert said(file) == {"track-empty": (2, "track 2")}


def test_positions_that_are_none_are_left_out_and_said_with_their_place() -> None:
    points = [
        at(0),
        fix("NaN"),
        fix("41.2", "inf"),
        fix("1e400"),
        fix("41,2"),
        fix("1_0"),
        fix("\u0664\u0661"),
        fix(""),
        fix("999"),
        fix("41.2", "-180.00001"),
        '<trkpt lat="41.2"/>',
        "<trkpt/>",
        '<trkpt latitude="41" lon="74"/>',
        at(1),
    ]

    file = read(track(*points))

    assert file.point_count == 2
    assert file.points_in_file == 14
    assert file.tracks[0].track.time_us.tolist() == [NINE - 33_342_000_000, NINE - 33_341_000_000]
    assert said(file) == {
        "position-unreadable": (7, "point 2"),
        "position-out-of-range": (2, "point 9"),
        "position-missing": (3, "point 11"),
    }
    assert file.problems[0].facts == {"value": "NaN, 74.5"}
    assert {problem.file for problem in file.problems} == {"walk.gpx"}


def test_zero_zero_is_kept_and_said() -> None:
    file = read(track(at(0), at(1, "0.0", "-0"), at(2)))

    assert file.point_count == 3
    assert said(file) == {"fix-at-zero-zero": (1, "point 2"), "jump": (2, "point 2")}


def test_seventeen_digits_keep_their_float() -> None:
    text = "35.7804112695157527923583984375"
    file = read(track(fix(text, "-121.329866945743560791015625")))

    assert file.tracks[0].track.latitude_deg[0] == float(text)
    assert file.tracks[0].track.longitude_deg[0] == -121.32986694574356


@pytest.mark.parametrize("text", ["+41.2", " 41.2 ", "41.20", "4.12e1", "4.12E+1", "041.2"])
def test_numbers_may_be_written_in_several_ways(text: str) -> None:
    assert read(track(fix(text))).tracks[0].track.latitude_deg[0] == 41.2


def test_times_that_are_none_leave_the_fix_and_are_said() -> None:
    times = [
        "",
        "<time/>",
        "<time>97:00</time>",
        "<time>1970-01-01T00:00:00Z</time>",
        "<time>2026-03-04T09:15:42</time>",
    ]

    file = read(track(*(fix(inside=time) for time in times)))

    assert file.tracks[0].track.time_us.tolist() == [NO_TIME] * 4 + [NINE]
    assert said(file) == {
        "fix-without-time": (2, "point 1"),
        "time-unreadable": (1, "point 3"),
        "time-implausible": (1, "point 4"),
        "time-without-zone": (1, "point 5"),
    }
    assert file.problems[1].facts == {"value": "97:00"}


def test_heights_that_are_none_leave_the_fix_and_are_said() -> None:
    heights = [
        "",
        "<ele/>",
        "<ele> </ele>",
        "<ele>nan</ele>",
        "<ele>bad</ele>",
        "<ele>-32768</ele>",
        "<ele>1e300</ele>",
    ]
    file = read(track(*(fix(inside=height + "<time>2026-03-04T09:15:42Z</time>") for height in heights)))

    assert np.isnan(file.tracks[0].track.elevation_m).all()
    assert said(file) == {"elevation-unreadable": (2, "point 4"), "elevation-out-of-range": (2, "point 6")}


def test_only_a_points_own_children_count_and_the_first_of_each() -> None:
    inside = (
        "<extensions><ele>1</ele><x:time xmlns:x='u'>2020-01-01T00:00:00Z</x:time></extensions>"
        "<ele>2<b>9</b>1</ele><ele>5</ele><time>2026-03-04T09:15:42Z</time><time>2026-03-05T09:15:42Z</time>"
    )

    walked = read(track(fix(inside=inside))).tracks[0].track

    assert (walked.elevation_m[0], walked.time_us[0]) == (21.0, NINE)


def test_time_that_goes_back_and_jumps_are_said() -> None:
    file = read(track(at(100), at(50), at(51, "41.3"), at(52, "41.3")) + track(at(10)))

    assert said(file) == {"time-goes-back": (1, "point 2"), "jump": (1, "point 3")}
    assert file.problems[1].facts == {"speed_km_h": 39981}


def test_over_the_antimeridian_is_no_jump() -> None:
    assert said(read(track(at(0, "0.5", "179.9999"), at(1, "0.5", "-179.9999")))) == {}


def test_points_directly_in_a_track_are_taken_and_said() -> None:
    file = read(f"<trk>{at(0)}{at(1)}<trkseg>{at(2)}</trkseg>{at(3)}</trk>")

    assert file.tracks[0].track.part_starts.tolist() == [0, 2, 3]
    assert said(file) == {"fix-outside-segment": (3, "point 1")}


def test_points_where_gpx_has_none_are_left_out_and_said() -> None:
    file = read(
        track(at(0), fix(inside=at(1) + "<time>2026-03-04T00:00:01Z</time>"))
        + f"<extensions>{at(2)}</extensions>"
        + at(3)
    )

    assert file.point_count == 2
    assert said(file) == {"fix-out-of-place": (3, "line 1")}


def test_routes_are_counted_and_left_out() -> None:
    file = read('<rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte><rte/>')

    assert said(file) == {"route-left-out": (2, "route 1"), "gpx-holds-nothing": (1, "")}
    assert file.problems[0].facts == {"points": 2}


def test_waypoints_come_with_what_was_said_about_them() -> None:
    file = read(
        '<wpt lat="41.2" lon="74.5"><ele>2100</ele><time>2026-03-04T09:15:42Z</time><name> 7 </name>'
        "<cmt>snare &amp; <![CDATA[<wire>]]></cmt><desc>two\nlines</desc><sym>Flag</sym></wpt>"
        '<wpt lat="0" lon="0"/><wpt lat="91" lon="0"/>'
    )

    first, second = file.waypoints
    assert (first.name, first.comment, first.description) == ("7", "snare & <wire>", "two\nlines")
    assert (first.latitude_deg, first.longitude_deg, first.elevation_m, first.time_us) == (41.2, 74.5, 2100.0, NINE)
    assert (second.name, second.comment, second.description, second.time_us) == (None, None, None, NO_TIME)
    assert math.isnan(second.elevation_m)
    assert file.tracks == ()
    assert said(file) == {
        "position-out-of-range": (1, "waypoint 3"),
        "waypoint-without-time": (1, "waypoint 2"),
        "fix-at-zero-zero": (1, "waypoint 2"),
    }


@pytest.mark.parametrize(
    "head",
    [
        '<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">',
        "<gpx>",
        '<?xml version="1.0"?>\n<!-- a comment -->\n<gpx xmlns="urn:other">',
        '\ufeff<?xml version="1.0" encoding="utf-8"?><gpx>',
    ],
)
def test_versions_and_namespaces_do_not_matter(head: str) -> None:
    assert read(track(at(0)), head).point_count == 1


@pytest.mark.parametrize("declaration", ['xmlns:g="http://www.topografix.com/GPX/1/1"', 'xmlns:g="urn:other"', ""])
def test_prefixed_elements_are_read(declaration: str) -> None:
    body = track(at(0)).replace("</", "</g:").replace("<t", "<g:t")

    file = read_gpx(f"<g:gpx {declaration}>{body}</g:gpx>".encode(), name="walk.gpx")

    assert (file.point_count, file.problems) == (1, ())


def test_a_prefix_that_is_bound_to_gpx_is_none_and_another_is_foreign() -> None:
    head = '<gpx xmlns:g="http://www.topografix.com/GPX/1/1" xmlns="http://www.topografix.com/GPX/1/1">'
    points = track(
        at(0).replace("</t", "</g:t").replace("<t", "<g:t"),
        at(1).replace("</t", "</x:t").replace("<t", "<x:t"),
    )

    file = read(points, head)

    assert file.point_count == 1
    assert said(file) == {"fix-out-of-place": (1, "line 1")}


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1251", "utf-8", "koi8-r"])
def test_encodings_are_understood(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><gpx><trk><name>Walk 5</name><trkseg>{at(0)}</trkseg></trk></gpx>'
    )

    file = read_gpx(text.encode(encoding), name="walk.gpx")

    assert (file.tracks[0].name, file.problems) == ("Walk 5", ())


def test_utf_8_may_be_declared_in_another_spelling() -> None:
    text = '<?xml version="1.0" encoding="utf8"?><gpx><wpt lat="1" lon="2"><name>Застава</name></wpt></gpx>'

    file = read_gpx(text.encode(), name="walk.gpx")

    assert file.waypoints[0].name == "Застава"
    assert said(file) == {"waypoint-without-time": (1, "waypoint 1")}


def test_russian_names_of_windows_are_read() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><gpx><wpt lat="1" lon="2"><name>Застава</name></wpt></gpx>'

    assert read_gpx(text.encode("windows-1251"), name="walk.gpx").waypoints[0].name == "Застава"


@pytest.mark.parametrize("declared", ["UTF-8", "US-ASCII"])
def test_letters_in_another_encoding_than_claimed_cost_the_letters_only(declared: str) -> None:
    named = f"<trk><name>Caf\u00e9</name><trkseg>{at(0)}</trkseg></trk>"
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<gpx>\n{named}</gpx>'

    file = read_gpx(text.encode("latin-1"), name="walk.gpx")

    assert (file.tracks[0].name, file.point_count) == ("Caf\ufffd", 1)
    assert said(file) == {"gpx-wrong-encoding": (1, "line 3")}


def test_a_file_that_breaks_off_gives_what_stands_before() -> None:
    whole = HEAD + "\n" + track(at(0), at(1), at(2))
    cut = whole[: whole.rindex("<time>") + 12]

    file = read_gpx(cut.encode(), name="walk.gpx")

    assert file.point_count == 2
    assert NO_TIME not in file.tracks[0].track.time_us.tolist()
    assert said(file) == {"gpx-truncated": (1, "line 2")}


def test_a_fix_that_breaks_off_after_its_time_is_taken() -> None:
    whole = HEAD + "\n" + track(at(0), at(1), at(2))

    file = read_gpx(whole[: whole.rindex("</time>") + 9].encode(), name="walk.gpx")

    assert file.point_count == 3
    assert said(file) == {"gpx-truncated": (1, "line 2")}


def test_a_power_cut_that_left_zeros_is_a_file_that_breaks_off() -> None:
    file = read_gpx((HEAD + track(at(0), at(1))[:-15]).encode() + bytes(100_000), name="walk.gpx")

    assert file.point_count == 2
    assert "gpx-truncated" in said(file)


def test_a_damaged_file_gives_what_stands_before_the_damage() -> None:
    file = read_gpx((HEAD + "\n" + track(at(0), "<trkpt </", at(1)) + "</gpx>").encode(), name="walk.gpx")

    assert file.point_count == 1
    assert said(file) == {"gpx-ill-formed": (1, "line 2")}
    assert file.problems[0].facts == {"reason": "not well-formed (invalid token)"}


def test_what_follows_the_end_is_said() -> None:
    whole = (HEAD + track(at(0)) + "</gpx>").encode()

    assert said(read_gpx(whole + b"\n" + whole, name="walk.gpx")) == {"gpx-junk-after-end": (1, "line 2")}
    assert said(read_gpx(whole + b"\n\n", name="walk.gpx")) == {}


def test_a_file_longer_than_a_block_is_read_as_one(tmp_path: Path) -> None:
    count = BLOCK_POINTS * 2 + 10
    path = tmp_path / "long.gpx"
    points = "".join(f'<trkpt lat="{41 + row / 1e6:.6f}" lon="74.5"/>\n' for row in range(count))
    path.write_text(HEAD + track(points) + track('<trkpt lat="x" lon="1"/>', at(0)) + "</gpx>", encoding="utf-8")

    file = read_gpx(path, name="long.gpx")

    assert [len(each.track) for each in file.tracks] == [count, 1]
    assert file.tracks[0].track.latitude_deg[[0, BLOCK_POINTS, -1]].tolist() == [
        41.0,
        float(f"{41 + BLOCK_POINTS / 1e6:.6f}"),
        float(f"{41 + (count - 1) / 1e6:.6f}"),
    ]
    assert said(file) == {"fix-without-time": (count, "point 1"), "position-unreadable": (1, f"point {count + 1}")}


def test_a_job_hears_of_bytes_and_can_stop(tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_text(HEAD + track(*(at(second) for second in range(20_000))) + "</gpx>", encoding="utf-8")
    heard: list[Progress] = []
    context = JobContext(heard.append)

    read_gpx(path, name="walk.gpx", context=context)

    size = path.stat().st_size
    assert (heard[0].done, heard[-1].done, {progress.total for progress in heard}) == (0, size, {size})
    context.cancel()
    with pytest.raises(Cancelled):
        read_gpx(path, name="walk.gpx", context=context)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError) as caught:
        read_gpx(tmp_path / "none.gpx", name="none.gpx")

    assert caught.value.facts == {"file": "none.gpx", "reason": "No such file or directory"}


def test_a_file_beyond_all_measure_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.gpx"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)

    with pytest.raises(FileTooBigError, match="file-too-big"):
        read_gpx(path, name="big.gpx")
