from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.track import EARLIEST_US, LATEST_US, NO_TIME, Track, concatenate, empty_track
from ranger_app.domain.track_days import leg_days, local_days, patrols_by_silence

BISHKEK = ZoneInfo("Asia/Bishkek")
BERLIN = ZoneInfo("Europe/Berlin")
BEIRUT = ZoneInfo("Asia/Beirut")
APIA = ZoneInfo("Pacific/Apia")
HOUR_US = 3_600_000_000


def at(text: str) -> int:
    moment = dt.datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def track_at(*moments: int, parts: tuple[int, ...] = (0,)) -> Track:
    count = len(moments)
    return Track(
        time_us=np.array(moments, np.int64),
        longitude_deg=np.arange(count, dtype=np.float64),
        latitude_deg=np.zeros(count),
        elevation_m=np.zeros(count),
        part_starts=np.array(parts, np.int64),
    )


def test_a_night_watch_is_cut_at_local_midnight() -> None:
    before = at("2026-03-04T23:59:59.999999+06:00")
    midnight = at("2026-03-05T00:00:00+06:00")
    track = track_at(before - HOUR_US, before, midnight, midnight + HOUR_US)

    first, second = leg_days(track, BISHKEK)

    assert (first.date, second.date) == (dt.date(2026, 3, 4), dt.date(2026, 3, 5))
    assert (first.ranges, second.ranges) == (((0, 2),), ((2, 4),))
    assert first.start_time == dt.time(22, 59, 59, 999999)
    assert first.end_time == dt.time(23, 59, 59, 999999)
    assert (second.start_us, second.start_time, second.end_time) == (midnight, dt.time(0), dt.time(1))
    assert [day.points for day in (first, second)] == [2, 2]


def test_midnight_in_utc_cuts_nothing_in_bishkek() -> None:
    track = track_at(at("2026-03-04T23:59:00+00:00"), at("2026-03-05T00:01:00+00:00"))

    (day,) = leg_days(track, BISHKEK)

    assert (day.date, day.start_time) == (dt.date(2026, 3, 5), dt.time(5, 59))


def test_the_longest_day_of_berlin_has_twenty_five_hours() -> None:
    first = at("2025-10-26T00:00:00+02:00")
    track = track_at(first - 1, first, first + 25 * HOUR_US - 1, first + 25 * HOUR_US)

    days = leg_days(track, BERLIN)

    assert [day.ranges for day in days] == [((0, 1),), ((1, 3),), ((3, 4),)]
    assert days[1].end_time == dt.time(23, 59, 59, 999999)


def test_the_shortest_day_of_berlin_has_twenty_three_hours() -> None:
    first = at("2026-03-29T00:00:00+01:00")
    track = track_at(first, first + 23 * HOUR_US - 1, first + 23 * HOUR_US)

    assert [day.ranges for day in leg_days(track, BERLIN)] == [((0, 2),), ((2, 3),)]


def test_where_clocks_skip_midnight_the_day_begins_when_they_are_moved() -> None:
    moved = at("2022-03-27T01:00:00+03:00")
    track = track_at(moved - 1, moved)

    before, after = leg_days(track, BEIRUT)

    assert (before.date, before.end_time) == (dt.date(2022, 3, 26), dt.time(23, 59, 59, 999999))
    assert (after.date, after.start_time) == (dt.date(2022, 3, 27), dt.time(1))


def test_a_date_that_never_was_gets_no_fixes() -> None:
    skipped = at("2011-12-31T00:00:00+14:00")

    assert [day.date for day in leg_days(track_at(skipped - 1, skipped), APIA)] == [
        dt.date(2011, 12, 29),
        dt.date(2011, 12, 31),
    ]


@given(
    st.lists(st.integers(EARLIEST_US, LATEST_US), min_size=1, max_size=20),
    st.sampled_from([BISHKEK, BERLIN, BEIRUT, APIA, ZoneInfo("America/St_Johns"), ZoneInfo("Africa/Monrovia")]),
)
def test_every_fix_falls_on_the_date_a_wall_calendar_shows(moments: list[int], zone: ZoneInfo) -> None:
    found = local_days(np.array(moments, np.int64), zone)

    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    expected = [
        (epoch + dt.timedelta(microseconds=moment)).astimezone(zone).date().toordinal() - epoch.date().toordinal()
        for moment in moments
    ]
    assert found.tolist() == expected


def test_a_fix_without_a_time_goes_with_the_one_before_it_and_the_first_ones_with_the_first_time() -> None:
    evening, morning = at("2026-03-04T23:00:00+06:00"), at("2026-03-05T06:00:00+06:00")
    track = track_at(NO_TIME, evening, NO_TIME, morning, NO_TIME)

    assert [day.ranges for day in leg_days(track, BISHKEK)] == [((0, 3),), ((3, 5),)]


def test_a_track_without_times_is_one_day_and_waits_for_its_date() -> None:
    track = track_at(NO_TIME, NO_TIME)

    (undated,) = leg_days(track, BISHKEK)
    (dated,) = leg_days(track, BISHKEK, date=dt.date(2026, 3, 4))

    assert (undated.date, undated.start_us, undated.end_time, undated.points) == (None, None, None, 2)
    assert dated.date == dt.date(2026, 3, 4)
    assert leg_days(empty_track(), BISHKEK) == ()


def test_a_given_date_does_not_overrule_the_receiver() -> None:
    (day,) = leg_days(track_at(at("2026-03-05T06:00:00+06:00")), BISHKEK, date=dt.date(2020, 1, 1))

    assert day.date == dt.date(2026, 3, 5)


def test_times_that_go_back_over_midnight_give_one_day_two_ranges() -> None:
    evening, morning = at("2026-03-04T23:00:00+06:00"), at("2026-03-05T06:00:00+06:00")
    track = track_at(evening, morning, evening + 1, parts=(0, 2))

    first, second = leg_days(track, BISHKEK)

    assert first.ranges == ((0, 1), (2, 3))
    assert first.fixes_of(track).longitude_deg.tolist() == [0.0, 2.0]
    assert first.fixes_of(track).part_starts.tolist() == [0, 1]
    assert second.ranges == ((1, 2),)


def test_a_silence_of_over_twelve_hours_proposes_the_next_patrol() -> None:
    first = at("2026-03-04T08:00:00+06:00")
    tracks = [
        track_at(first + 30 * HOUR_US, first + 31 * HOUR_US),
        track_at(first, first + HOUR_US, first + 13 * HOUR_US),
    ]

    proposals = patrols_by_silence(tracks)

    assert [[(piece.track, piece.start, piece.stop) for piece in pieces] for pieces in proposals] == [
        [(1, 0, 3)],
        [(0, 0, 2)],
    ]


def test_one_file_with_two_patrols_is_cut_inside() -> None:
    first = at("2026-03-04T08:00:00+06:00")
    track = track_at(NO_TIME, first, first + HOUR_US, NO_TIME, first + 14 * HOUR_US, NO_TIME)

    proposals = patrols_by_silence([track])

    assert [[(piece.start, piece.stop) for piece in pieces] for pieces in proposals] == [[(0, 4)], [(4, 6)]]
    assert proposals[1][0].fixes_of([track]).longitude_deg.tolist() == [4.0, 5.0]


def test_tracks_that_overlap_are_one_patrol_even_when_a_short_one_lies_inside_a_long_one() -> None:
    first = at("2026-03-04T08:00:00+06:00")
    long = track_at(*(first + hour * HOUR_US for hour in range(0, 40, 10)))
    short = track_at(first + HOUR_US)
    later = track_at(first + 41 * HOUR_US)

    assert len(patrols_by_silence([later, short, long])) == 1


def test_days_recorded_in_the_wrong_order_are_put_in_order() -> None:
    first = at("2026-03-04T08:00:00+06:00")
    track = track_at(first + 48 * HOUR_US, first + 49 * HOUR_US, first, first + HOUR_US)

    proposals = patrols_by_silence([track])

    assert [[(piece.start, piece.stop) for piece in pieces] for pieces in proposals] == [[(2, 4)], [(0, 2)]]


def test_tracks_without_times_are_a_proposal_of_their_own_and_empty_ones_of_none() -> None:
    proposals = patrols_by_silence([track_at(NO_TIME), empty_track(), track_at(0), track_at(NO_TIME, NO_TIME)])

    assert [[piece.track for piece in pieces] for pieces in proposals] == [[2], [0, 3]]
    assert patrols_by_silence([]) == ()


@given(st.lists(st.integers(0, 200), min_size=1, max_size=30), st.integers(1, 29))
def test_every_fix_is_in_exactly_one_piece(hours: list[int], cut: int) -> None:
    moments = [hour * HOUR_US for hour in hours]
    tracks = [track_at(*half) for half in (moments[:cut], moments[cut:]) if half]

    proposals = patrols_by_silence(tracks)

    pieces = [piece for proposal in proposals for piece in proposal]
    assert sorted(concatenate([piece.fixes_of(tracks) for piece in pieces]).time_us.tolist()) == sorted(moments)
    ends = [max(int(piece.fixes_of(tracks).time_us.max()) for piece in proposal) for proposal in proposals]
    begins = [min(int(piece.fixes_of(tracks).time_us.min()) for piece in proposal) for proposal in proposals]
    assert all(begin - end > 12 * HOUR_US for end, begin in zip(ends[:-1], begins[1:], strict=True))


def test_two_hundred_thousand_fixes_are_cut_into_three_days() -> None:
    count = 200_000
    track = Track(
        time_us=at("2026-03-04T08:00:00+06:00") + np.arange(count, dtype=np.int64) * 1_000_000,
        longitude_deg=np.zeros(count),
        latitude_deg=np.zeros(count),
        elevation_m=np.zeros(count),
        part_starts=np.zeros(1, np.int64),
    )

    assert [day.points for day in leg_days(track, BISHKEK)] == [57_600, 86_400, 56_000]
