"""Edits on a track: a naive walk over the fixes, one by one, says what is told; order never matters."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.track import GAP_S, NO_TIME, Track, longest_gap_s
from ranger_app.domain.track_days import leg_days
from ranger_app.domain.track_edits import NO_DAY, SPIKE_FIXES, Edits, Run, Shift, edit, edited, rest_minutes

BISHKEK = ZoneInfo("Asia/Bishkek")
MORNING_US = 1_772_600_400_000_000
"""2026-03-04 11:00 in Bishkek."""


def made_track(steps_s: list[int | None], parts: list[int]) -> Track:
    """Fixes in a row; a step of ``None`` is a fix without a time."""
    at, times = MORNING_US, []
    for step in steps_s:
        at += (step or 0) * 1_000_000
        times.append(NO_TIME if step is None else at)
    count = len(times)
    starts = sorted({0, *(part for part in parts if part < count)}) if count else []
    return Track(
        time_us=np.array(times, np.int64),
        longitude_deg=np.linspace(74.0, 74.01, count),
        latitude_deg=np.full(count, 42.0),
        elevation_m=np.full(count, np.nan),
        part_starts=np.array(starts, np.int64),
    )


def naive(track: Track, values: dict[str, Any]) -> list[tuple[int, int, int, bool]]:
    """(original index, time, given day, begins a part) of every fix that is told, thought through one by one."""
    spans: dict[str, list[tuple[int, int, Any]]] = {"hide": [], "pause": [], "day": []}
    breaks: dict[int, str] = {}
    shift = Decimal(0)
    for name, value in values.items():
        family, _, rest = name.partition("/")
        if family in spans:
            first, last = map(int, rest.split("-"))
            spans[family].append((first, last, value))
        elif family == "break":
            breaks[int(rest)] = value
        elif family == "clock":
            shift += Decimal(value.split(" ")[0])
    stop = values.get("stop", len(track))
    told: list[tuple[int, int, int, bool]] = []
    pending, before = False, -1
    for place in range(len(track)):
        begins = place in track.part_starts.tolist() or breaks.get(place) == "cut"
        begins = begins and breaks.get(place) != "join"
        begins = begins or any(first < last == place for first, last, _ in spans["pause"])
        pending = pending or begins
        is_hidden = any(first <= place <= last for first, last, _ in spans["hide"])
        is_resting = any(first < place < last for first, last, _ in spans["pause"])
        if is_hidden or is_resting or not values.get("first", 0) <= place < stop:
            continue
        if before >= 0 and place - before > 1 and breaks.get(place) != "join":
            then, now = int(track.time_us[before]), int(track.time_us[place])
            is_timed = NO_TIME not in (then, now)
            silent = abs(now - then) > longest_gap_s(track.time_us) * 1e6 if is_timed else False
            pending = pending or (silent if is_timed else place - before - 1 > SPIKE_FIXES)
        days = [(last - first, -first, value) for first, last, value in spans["day"] if first <= place <= last]
        day = NO_DAY
        if days:
            shortest = min(length for length, _, _ in days)
            latest = max((-first, value) for length, first, value in days if length == shortest)
            day = (dt.date.fromisoformat(latest[1]) - dt.date(1970, 1, 1)).days
        time = int(track.time_us[place])
        told.append((place, time if time == NO_TIME else time + int(shift * 1_000_000), day, pending or not told))
        pending, before = False, place
    return told


def as_rows(track: Track, values: dict[str, Any]) -> list[tuple[int, int, int, bool]]:
    found = edit(track, Edits.parse(values))
    starts = set(found.track.part_starts.tolist())
    return [
        (int(index), int(time), int(day), place in starts)
        for place, (index, time, day) in enumerate(zip(found.index, found.track.time_us, found.day, strict=True))
    ]


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    steps = draw(st.lists(st.one_of(st.none(), st.sampled_from([1, 2, 60, 400, 4000])), max_size=25))
    return made_track(steps, draw(st.lists(st.integers(0, 25), max_size=4)))


def runs() -> st.SearchStrategy[str]:
    ends = st.tuples(st.integers(0, 27), st.integers(0, 27))
    return ends.map(lambda both: f"{min(both)}-{max(both)}")


def edit_fields() -> st.SearchStrategy[tuple[str, Any]]:
    days = st.dates(dt.date(2026, 3, 1), dt.date(2026, 3, 9)).map(dt.date.isoformat)
    return st.one_of(
        st.tuples(runs().map("hide/{}".format), st.just("spike")),
        st.tuples(runs().map("pause/{}".format), st.just("tea")),
        st.tuples(st.integers(0, 27).map("break/{}".format), st.sampled_from(["cut", "join"])),
        st.tuples(runs().map("day/{}".format), days),
        st.tuples(st.sampled_from(["clock/a", "clock/b"]), st.sampled_from(["-3600 zone", "90.5", "619315200 weeks"])),
    )


@given(tracks(), st.lists(edit_fields(), max_size=7), st.data())
def test_what_is_told_is_what_a_person_would_work_out_fix_by_fix(
    track: Track, fields: list[tuple[str, Any]], data: st.DataObject
) -> None:
    values = dict(fields)
    if data.draw(st.booleans()):
        values |= {"first": data.draw(st.integers(0, 10)), "stop": data.draw(st.integers(0, 27))}

    assert as_rows(track, values) == naive(track, values)


@given(tracks(), st.lists(edit_fields(), max_size=8, unique_by=lambda one: one[0]), st.randoms())
def test_edits_made_and_taken_back_in_any_order_come_out_the_same(
    track: Track, fields: list[tuple[str, Any]], random: Any
) -> None:
    standing = dict(fields)
    shuffled = list(fields)
    random.shuffle(shuffled)
    extra = {f"hide/{place}-{place + 2}": "not for long" for place in range(3)}
    back_and_forth: dict[str, Any] = {**extra, **dict(shuffled)}
    for name in extra:
        if name not in standing:
            del back_and_forth[name]
        else:
            back_and_forth[name] = standing[name]

    assert as_rows(track, back_and_forth) == as_rows(track, standing)
    assert Edits.parse(back_and_forth).key() == Edits.parse(standing).key()


def test_a_track_without_edits_is_told_as_it_is() -> None:
    track = made_track([1] * 5, [])

    assert edited(track, Edits.parse({"points": 5, "name": "walk", "hide/x": "no range", "break/2": "fold"})) is track


def test_what_is_no_edit_is_passed_over() -> None:
    values = {"hide/5-2": "backwards", "hide/-1-2": "", "hide/01-2": "", "day/1-2": "4 March", "clock/a": "soon",
              "clock/b": "1e999", "clock/c": 5, "first": -1, "stop": True, "break/1": True}  # fmt: skip

    assert not Edits.parse(values).changes_fixes


def test_a_spike_that_is_hidden_leaves_the_line_whole_and_a_long_way_breaks_it() -> None:
    track = made_track([10] * 100, [])

    assert edited(track, Edits.parse({"hide/20-21": "spike"})).part_starts.tolist() == [0]
    assert edited(track, Edits.parse({"hide/20-79": "ride"})).part_starts.tolist() == [0, 20]
    assert edited(track, Edits.parse({"hide/20-79": "ride", "break/80": "join"})).part_starts.tolist() == [0]
    assert GAP_S < 60 * 10


def test_a_pause_keeps_its_two_ends_and_offers_its_minutes_as_rest() -> None:
    track = made_track([60] * 60, [])
    edits = Edits.parse({"pause/10-40": "tea", "pause/30-45": "more tea", "hide/50-59": "car"})

    told = edit(track, edits)

    assert told.index.tolist() == [*range(11), *range(45, 50)]
    assert told.track.part_starts.tolist() == [0, 11]
    assert rest_minutes(track, Edits.parse({"pause/10-40": "tea"}), BISHKEK) == {dt.date(2026, 3, 4): 30}
    assert rest_minutes(track, Edits.parse({"pause/10-40": "tea", "hide/35-45": "car"}), BISHKEK) == {}


def test_a_day_that_was_given_goes_before_the_time_and_never_ends_after_midnight() -> None:
    track = made_track([3600] * 16, [])
    edits = Edits.parse({"day/12-15": "2026-03-04"})
    told = edit(track, edits)

    (day,) = leg_days(told.track, BISHKEK, given=told.day)

    assert (day.date, day.start_time, day.end_time) == (dt.date(2026, 3, 4), dt.time(12), dt.time(23, 59, 59))
    assert [one.points for one in leg_days(track, BISHKEK)] == [12, 4]


def test_a_track_without_times_takes_the_days_it_is_given() -> None:
    track = made_track([None] * 6, [])
    told = edit(track, Edits.parse({"day/2-3": "2026-03-05"}))

    found = leg_days(told.track, BISHKEK, given=told.day)

    assert [(one.date, one.points) for one in found] == [(None, 4), (dt.date(2026, 3, 5), 2)]


def test_a_time_that_a_correction_moves_out_of_all_years_is_no_time() -> None:
    track = made_track([1, 1, None], [])
    century = str(Shift(Decimal(100 * 365 * 86_400), "far"))

    assert (edited(track, Edits.parse({"clock/a": century, "clock/b": century})).time_us == NO_TIME).all()


@pytest.mark.parametrize("text", ["3-3", "0-12"])
def test_a_range_is_written_as_it_is_read(text: str) -> None:
    run = Run.parse(text)

    assert run is not None
    assert str(run) == text


@given(st.lists(edit_fields(), max_size=6), st.integers(0, 20), st.integers(1, 10))
def test_a_piece_takes_over_the_edits_that_concern_it(fields: list[tuple[str, Any]], first: int, length: int) -> None:
    track = made_track([1, 2, None, 60, 400] * 5, [7])
    whole = Edits.parse(dict(fields))
    stop = min(first + length, len(track))
    piece = {**whole.within(first, stop), "first": first, "stop": stop}

    told = edit(track, Edits.parse(piece))
    as_whole = edit(track, whole)

    inside = (as_whole.index >= first) & (as_whole.index < stop)
    assert told.index.tolist() == as_whole.index[inside].tolist()
    assert told.track.time_us.tolist() == as_whole.track.time_us[inside].tolist()
    assert told.day.tolist() == as_whole.day[inside].tolist()
