from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.gpx_time import GPS_EPOCH_US, LAST_PLAUSIBLE_US, TimeFlag, times_from_texts

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def one(text: str) -> tuple[str | None, TimeFlag]:
    """What is read from *text*, as ISO 8601 in UTC."""
    times, flags = times_from_texts([text])
    moment = int(times[0])
    said = None if moment == NO_TIME else (EPOCH + dt.timedelta(microseconds=moment)).isoformat()
    return (said and said.removesuffix("+00:00")), TimeFlag(int(flags[0]))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-04T09:15:42Z", "2026-03-04T09:15:42"),
        ("2026-03-04T09:15:42.5Z", "2026-03-04T09:15:42.500000"),
        ("2026-03-04T09:15:42.123456Z", "2026-03-04T09:15:42.123456"),
        ("2026-03-04T09:15:42.9999999Z", "2026-03-04T09:15:42.999999"),
        ("2026-03-04T09:15:42.12345678901234567890123456789Z", "2026-03-04T09:15:42.123456"),
        ("2026-03-04T09:15:42+06:00", "2026-03-04T03:15:42"),
        ("2026-03-04T09:15:42.25-03:30", "2026-03-04T12:45:42.250000"),
        ("2026-03-04T09:15:42+14:00", "2026-03-03T19:15:42"),
        ("2026-03-04T09:15:42+0600", "2026-03-04T03:15:42"),
        ("2026-03-04T09:15:42+06", "2026-03-04T03:15:42"),
        ("2026-03-04T09:15:42\u221206:00", "2026-03-04T15:15:42"),
        ("2026-03-04t09:15:42z", "2026-03-04T09:15:42"),
        ("2026-03-04 09:15:42 Z", "2026-03-04T09:15:42"),
        ("\n  2026-03-04T09:15:42Z\t", "2026-03-04T09:15:42"),
        ("2026-3-4T9:5:2Z", "2026-03-04T09:05:02"),
        ("2026-03-04T09:15Z", "2026-03-04T09:15:00"),
        ("2026-03-04T09:15:42,5Z", "2026-03-04T09:15:42.500000"),
        ("2026-03-04T24:00:00Z", "2026-03-05T00:00:00"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00"),
        ("1980-01-06T00:00:00Z", "1980-01-06T00:00:00"),
        ("2099-12-31T23:59:59.999999Z", "2099-12-31T23:59:59.999999"),
    ],
)
def test_a_time_that_names_a_moment_is_read(text: str, moment: str) -> None:
    assert one(text) == (moment, TimeFlag(0))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04T97:15:42Z",
        "2026-03-04T24:00:01Z",
        "2026-03-04T09:60:00Z",
        "2026-03-04T09:15:61Z",
        "2026-03-04T09:15:60Z",
        "2026-02-29T09:15:42Z",
        "2100-02-29T09:15:42Z",
        "2026-00-04T09:15:42Z",
        "2026-13-04T09:15:42Z",
        "2026-03-00T09:15:42Z",
        "2026-04-31T09:15:42Z",
        "0000-01-01T00:00:00Z",
        "2026-03-04T09:15:42+15:00",
        "2026-03-04T09:15:42+06:60",
        "2026-03-04T09:15:42.Z",
        "2026-03-04T09:15:42.5.5Z",
        "2026-03-04T09:15:42ZZ",
        "2026-03-04",
        "yesterday",
        "\u0662\u0660\u0662\u0666-03-04T09:15:42Z",
        "2026-03-04T09:15:42." + "9" * 100 + "Z",
        "20260304T091542Z",
        "-2026-03-04T09:15:42Z",
    ],
)
def test_a_time_that_names_no_moment_is_unreadable(text: str) -> None:
    assert one(text) == (None, TimeFlag.UNREADABLE)


def test_a_time_without_a_zone_is_taken_as_utc_and_said_so() -> None:
    assert one("2026-03-04T09:15:42") == ("2026-03-04T09:15:42", TimeFlag.WITHOUT_ZONE)
    assert one("2026-03-04T09:15:42.125") == ("2026-03-04T09:15:42.125000", TimeFlag.WITHOUT_ZONE)
    assert one("2026-03-04 09:15:42") == ("2026-03-04T09:15:42", TimeFlag.WITHOUT_ZONE)


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "2017-01-01T05:59:60+06:00"])
def test_a_leap_second_is_the_second_after_it(text: str) -> None:
    assert one(text) == ("2017-01-01T00:00:00", TimeFlag.LEAP_SECOND)


@pytest.mark.parametrize(
    "text", ["1901-12-13T20:45:52.2073437Z", "1970-01-01T00:00:00Z", "1980-01-05T23:59:59Z", "2100-01-01T00:00:00Z"]
)
def test_a_time_no_receiver_can_have_seen_is_not_taken(text: str) -> None:
    assert one(text) == (None, TimeFlag.IMPLAUSIBLE)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_time_is_missing(text: str) -> None:
    assert one(text) == (None, TimeFlag.MISSING)


def test_a_column_may_mix_all_shapes() -> None:
    texts = [
        "2026-03-04T09:15:42Z",
        "",
        "2026-03-04T09:15:42.5Z",
        "x",
        "2026-03-04T15:15:43+06:00",
        "2026-03-04T09:15:44",
    ]

    times, flags = times_from_texts(texts)

    first = int(times[0])
    assert times.tolist() == [first, NO_TIME, first + 500_000, NO_TIME, first + 1_000_000, first + 2_000_000]
    assert flags.tolist() == [0, TimeFlag.MISSING, 0, TimeFlag.UNREADABLE, 0, TimeFlag.WITHOUT_ZONE]
    assert [len(column) for column in times_from_texts([])] == [0, 0]


@given(
    st.lists(
        st.tuples(
            st.integers(GPS_EPOCH_US, LAST_PLAUSIBLE_US - 1),
            st.integers(-840, 840),
            st.sampled_from(["auto", "seconds", "milliseconds", "microseconds"]),
        ),
        max_size=20,
    )
)
def test_times_written_by_python_are_read_as_they_were(moments: list[tuple[int, int, str]]) -> None:
    written = [
        (EPOCH + dt.timedelta(microseconds=moment)).astimezone(dt.timezone(dt.timedelta(minutes=offset)))
        for moment, offset, _unit in moments
    ]
    texts = [moment.isoformat(timespec=unit) for moment, (_us, _offset, unit) in zip(written, moments, strict=True)]

    times, _flags = times_from_texts(texts)

    cut = {"seconds": 1_000_000, "milliseconds": 1_000}
    expected = [us - us % cut.get(unit, 1) for us, _offset, unit in moments]
    assert [time for time in times.tolist() if time != NO_TIME] == [us for us in expected if us >= GPS_EPOCH_US]


@given(st.lists(st.text(alphabet="0123456789-:TZ.+ ", max_size=30), max_size=10))
def test_one_by_one_and_as_a_column_is_the_same(texts: list[str]) -> None:
    times, flags = times_from_texts(texts)

    assert [(int(time), int(flag)) for time, flag in zip(times, flags, strict=True)] == [
        (int(column[0][0]), int(column[1][0])) for column in (times_from_texts([text]) for text in texts)
    ]


@given(st.data())
def test_a_changed_character_is_read_the_same_quickly_and_carefully(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(["2026-03-04T09:15:42Z", "2024-02-28T23:59:59.25Z", "2026-12-31T20:00:00+05:45"]))
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("0123456789-:TZ.+ ")) + text[at + 1 :]

    assert one(changed) == one(" " * 40 + changed)
