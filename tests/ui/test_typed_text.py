"""What people type is read forgivingly, and never guessed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.typed_text import (
    read_clock,
    read_day,
    read_moment,
    read_number,
    read_shift,
    typed_day,
    typed_moment,
)

BISHKEK = ZoneInfo("Asia/Bishkek")
NOW = dt.datetime(2026, 3, 4, 18, 0, tzinfo=BISHKEK)
TODAY = NOW.date()


@pytest.mark.parametrize(
    "text", ["04.03.2026", "4.3.2026", "4.3.26", "2026-03-04", "04/03/2026", " 4-3-2026 ", "4.3", "4.3."]
)
def test_a_day_is_understood_however_it_is_written(text: str) -> None:
    assert read_day(text, today=TODAY) == dt.date(2026, 3, 4)


@pytest.mark.parametrize("text", ["", "31.02.2026", "yesterday", "4", "4.13.2026", "2026"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_day(text, today=TODAY) is None


@pytest.mark.parametrize("text", ["9:15", "09:15", "09.15", "9h15", "9ч15", "09:15:00"])
def test_a_time_is_understood_however_it_is_written(text: str) -> None:
    assert read_clock(text) == dt.time(9, 15)


@pytest.mark.parametrize("text", ["", "25:00", "9", "12:60", "noon"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read_clock(text) is None


@pytest.mark.parametrize("text", ["04.03.2026 09:15", "4.3.26, 9:15", "2026-03-04T09:15", "9:15", "4.3 9.15"])
def test_a_moment_is_of_the_stations_zone(text: str) -> None:
    found = read_moment(text, zone=BISHKEK, now=NOW)

    assert found == dt.datetime(2026, 3, 4, 9, 15, tzinfo=BISHKEK)
    assert found is not None
    assert found.utcoffset() == dt.timedelta(hours=6)


def test_an_offset_that_is_written_counts() -> None:
    found = read_moment("2026-03-04 09:15+05:00", zone=BISHKEK, now=NOW)
    utc = read_moment("2026-03-04 09:15Z", zone=BISHKEK, now=NOW)

    assert found is not None
    assert utc is not None
    assert found.utcoffset() == dt.timedelta(hours=5)
    assert utc == dt.datetime(2026, 3, 4, 9, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["", "04.03.2026", "morning", "31.02.2026 09:15"])
def test_a_day_without_a_time_is_no_moment(text: str) -> None:
    assert read_moment(text, zone=BISHKEK, now=NOW) is None


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)))
def test_every_moment_that_is_shown_is_read_again(moment: dt.datetime) -> None:
    local = moment.replace(microsecond=0, tzinfo=BISHKEK)
    if local.astimezone(dt.UTC).astimezone(BISHKEK).replace(tzinfo=None) != moment.replace(microsecond=0):
        return  # a wall-clock time that the zone skipped
    found = read_moment(typed_moment(local, BISHKEK), zone=BISHKEK, now=NOW)

    assert found is not None
    assert found.replace(tzinfo=None) == local.replace(tzinfo=None)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_every_day_that_is_shown_is_read_again(day: dt.date) -> None:
    assert read_day(typed_day(day), today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "number"), [("3", "3"), ("1 200", "1200"), ("12,5", "12.5"), ("-4.25", "-4.25"), ("x", None), ("", None)]
)
def test_numbers_have_points_or_commas(text: str, number: str | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("+1:00:00", "3600"), ("-7 min", "-420"), ("−7 мин", "-420"), ("45", "45"), ("1 h 5 min", "3900"),
        ("7m30s", "450"), ("2 дня", "172800"), ("+10:15", "36900"), ("1,5 h", "5400"), ("0", "0"),
    ],
)  # fmt: skip
def test_a_shift_of_a_clock_is_read_as_people_write_it(text: str, seconds: str) -> None:
    assert read_shift(text) == Decimal(seconds)


@pytest.mark.parametrize("text", ["", "+", "soon", "7:75", "3 5", "7 min later", "1:2:3"])
def test_what_is_no_shift_is_refused(text: str) -> None:
    assert read_shift(text) is None
