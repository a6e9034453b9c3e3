from __future__ import annotations

import datetime as dt

import pytest

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.nmea import read_nmea
from ranger_app.importers.nmea_fixes import sum_of_sentence
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks import read_tracks
from tests.made_track_files import gga, rmc, sentence

MORNING = dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
NORTH, EAST = 24_720_000, 44_700_000
"""41.2 and 74.5 degrees in ten thousandths of a minute."""


def read(*sentences: str) -> TrackFile:
    return read_nmea("".join(sentences).encode(), name="log.txt")


def said(file: TrackFile) -> dict[str, tuple[int, str]]:
    return {problem.code: (problem.count, problem.where) for problem in file.problems}


def times(file: TrackFile) -> list[str]:
    return [
        "-" if time == NO_TIME else dt.datetime.fromtimestamp(time / 1e6, dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-4]
        for track in file.tracks
        for time in track.track.time_us.tolist()
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_log_that_a_redirection_of_windows_wrote_is_read(encoding: str) -> None:
    log = "".join(rmc(MORNING + place * SECOND, NORTH, EAST) for place in range(9))

    file = read_tracks(log.encode(encoding), name="log.txt")

    assert (file.format, file.point_count, file.problems) == ("nmea", 9, ())
    assert times(file)[-1] == "2026-03-04 09:15:50.00"


def test_sentences_of_one_moment_are_one_fix() -> None:
    file = read(
        gga(MORNING, NORTH, EAST),
        sentence("GPGSA,A,3,01,02,03,04,05,06,07,08,,,,,1.7,0.9,1.4"),
        rmc(MORNING, NORTH, EAST, talker="GP"),
        sentence("GPVTG,91.0,T,,M,1.6,N,3.0,K"),
        gga(MORNING + SECOND, NORTH + 1, EAST),
        rmc(MORNING + SECOND, NORTH + 1, EAST),
    )

    one = file.tracks[0]
    assert times(file) == ["2026-03-04 09:15:42.00", "2026-03-04 09:15:43.00"]
    assert one.track.latitude_deg.tolist() == [41.2, (NORTH + 1) / 600_000]
    assert one.track.longitude_deg.tolist() == [74.5, 74.5]
    assert one.track.elevation_m.tolist() == [2100.5, 2100.5]
    assert one.extras["speed_mps"].tolist() == [pytest.approx(1.5 * 1852 / 3600)] * 2
    assert {name: column[0] for name, column in one.extras.items() if name != "speed_mps"} == {
        "course_deg": 90.0, "hdop": 0.9, "vdop": 1.4, "pdop": 1.7, "satellites": 8.0,
    }  # fmt: skip
    assert said(file) == {}


@pytest.mark.parametrize("talker", ["GP", "GN", "GL", "GA", "BD", "GB", "QZ", "II"])
def test_every_talker_is_understood(talker: str) -> None:
    assert read(rmc(MORNING, NORTH, EAST, talker=talker)).point_count == 1


def test_south_and_west_are_negative() -> None:
    track = read(rmc(MORNING, -NORTH, -EAST)).tracks[0].track

    assert (track.latitude_deg[0], track.longitude_deg[0]) == (-41.2, -74.5)


def test_the_date_is_carried_over_midnight() -> None:
    late = dt.datetime(2026, 12, 31, 23, 59, 58, tzinfo=dt.UTC)

    file = read(rmc(late, NORTH, EAST), *(gga(late + SECOND * n, NORTH, EAST) for n in range(1, 4)))

    assert times(file) == [
        "2026-12-31 23:59:58.00", "2026-12-31 23:59:59.00", "2027-01-01 00:00:00.00", "2027-01-01 00:00:01.00",
    ]  # fmt: skip


def test_fixes_before_the_first_date_get_it_too() -> None:
    late = dt.datetime(2026, 3, 4, 23, 59, 59, tzinfo=dt.UTC)

    file = read(gga(late, NORTH, EAST), gga(late + SECOND, NORTH, EAST), rmc(late + SECOND * 2, NORTH, EAST))

    assert times(file) == ["2026-03-04 23:59:59.00", "2026-03-05 00:00:00.00", "2026-03-05 00:00:01.00"]


def test_a_sentence_of_date_alone_dates_the_others() -> None:
    file = read(sentence("GPZDA,091542.00,04,03,2026,00,00"), gga(MORNING, NORTH, EAST))

    assert times(file) == ["2026-03-04 09:15:42.00"]


def test_a_log_that_goes_on_another_day_takes_the_new_date() -> None:
    next_week = MORNING + dt.timedelta(days=7, hours=-1)

    file = read(rmc(MORNING, NORTH, EAST), gga(next_week, NORTH, EAST), rmc(next_week, NORTH, EAST))

    assert times(file)[1] == "2026-03-11 08:15:42.00"
    assert file.point_count == 2


def test_a_log_without_any_date_has_no_times() -> None:
    file = read(gga(MORNING, NORTH, EAST), gga(MORNING + SECOND, NORTH, EAST))

    assert times(file) == ["-", "-"]
    assert said(file) == {"log-without-date": (1, ""), "fix-without-time": (2, "point 1")}


def test_years_of_two_digits_are_taken_as_they_stand() -> None:
    # A receiver whose count of weeks ran over; somebody else flags it, nobody repairs it.
    file = read(rmc(dt.datetime(2006, 7, 19, 9, 15, 42, tzinfo=dt.UTC), NORTH, EAST))

    assert times(file) == ["2006-07-19 09:15:42.00"]


@pytest.mark.parametrize(
    "without",
    [
        rmc(MORNING + SECOND, NORTH, EAST, status="V"),
        gga(MORNING + SECOND, NORTH, EAST, quality=0),
        sentence("GNRMC,091543.00,A,4112.0000,N,07430.0000,E,0.0,0.0,040326,,,N"),
        sentence("GPGLL,4112.0000,N,07430.0000,E,091543.00,V"),
        sentence("GPRMC,,V,,,,,,,,,"),
        sentence("GNGNS,091543.00,4112.0000,N,07430.0000,E,NNN,00,99.9,0.0,-40.0,,"),
    ],
)
def test_a_place_that_the_receiver_calls_no_fix_is_left_out(without: str) -> None:
    file = read(rmc(MORNING, NORTH, EAST), without)

    assert (file.point_count, file.points_in_file) == (1, 2)
    assert said(file) == {"position-without-fix": (1, "point 2")}


def test_a_fix_without_a_place_is_missing() -> None:
    file = read(rmc(MORNING, NORTH, EAST), sentence("GPGGA,091543.00,,,,,1,03,2.0,,M,,M,,"))

    assert said(file) == {"position-missing": (1, "point 2")}


def test_places_alone_make_a_track() -> None:
    file = read(rmc(MORNING, NORTH, EAST), sentence("GPGLL,4113.0000,N,07430.0000,E,091543.00,A,A"))

    assert file.tracks[0].track.latitude_deg.tolist() == [41.2, 41 + 13 / 60]


def test_receivers_of_several_systems_tell_heights_too() -> None:
    height = sentence("GNGNS,091542.00,4112.0000,N,07430.0000,E,ANN,12,0.8,2100.5,-40.0,,")

    file = read(rmc(MORNING, NORTH, EAST), height)

    assert file.tracks[0].track.elevation_m.tolist() == [2100.5]
    assert file.tracks[0].extras["satellites"].tolist() == [12.0]


def test_a_wrong_checksum_leaves_the_sentence_out() -> None:
    good = rmc(MORNING + SECOND, NORTH, EAST)

    file = read(rmc(MORNING, NORTH, EAST), good.replace("0000,N", "1000,N"), good[:-6] + "\r\n", good)

    assert file.point_count == 2
    assert said(file) == {"sentence-damaged": (2, "line 2")}


def test_a_log_of_an_old_receiver_may_have_no_checksums() -> None:
    file = read(rmc(MORNING, NORTH, EAST).split("*")[0] + "\r\n")

    assert file.point_count == 1
    assert said(file) == {"sentence-without-checksum": (1, "line 1")}


def test_nonsense_with_a_right_checksum_is_left_out() -> None:
    file = read(
        rmc(MORNING, NORTH, EAST),
        sentence("GPGGA,256099,4112.0,N,07430.0,E,1,08,0.9,2100,M,,M,,"),
        sentence("GPGGA,091543,4172.0,N,07430.0,E,1,08,0.9,2100,M,,M,,"),
        sentence("GPRMC,091543,A,4112.0,N,07430.0,E,0,0,310226,,"),
    )

    assert file.point_count == 1
    assert said(file)["sentence-unreadable"] == (3, "line 2")


def test_what_other_programs_write_before_and_between_does_no_harm() -> None:
    file = read(
        "@log of 4 March\r\n", "\r\n", "[09:15] " + rmc(MORNING, NORTH, EAST), sentence("PGRME,15.0,M,45.0,M,25.0,M"),
        "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*23\r\n", sentence("GPGSV,1,1,00"),
    )  # fmt: skip

    assert file.point_count == 1
    assert said(file) == {"line-left-out": (1, "line 1")}


def test_times_keep_their_decimals() -> None:
    assert times(read(rmc(MORNING + dt.timedelta(milliseconds=250), NORTH, EAST))) == ["2026-03-04 09:15:42.25"]


@pytest.mark.parametrize("body", [b"", b"A", b"AB", b"GPGGA,1", b"x" * 82, bytes(range(1, 200))])
def test_the_sum_of_a_sentence_is_that_of_its_bytes(body: bytes) -> None:
    expected = 0
    for byte in body:
        expected ^= byte

    assert sum_of_sentence(body) == expected
