"""What is typed into the fields of a booklet's row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ranger_app.domain.data_model import Attribute, AttributeType
from ranger_app.domain.track import Track
from tests.service_desk import BISHKEK, MORNING
from ui.booklet_reading import (
    Above,
    Ground,
    NotUnderstood,
    Place,
    Texts,
    document,
    read_bearing,
    read_count,
    read_metres,
    read_time,
    understood,
)

WHERE = document(41.2, 74.5, source="gps")
MORNING_US = round(MORNING.timestamp()) * 1_000_000
WALK = Track(
    time_us=MORNING_US + np.arange(3) * 60_000_000,
    latitude_deg=np.array([41.0, 41.1, 41.2]),
    longitude_deg=np.array([74.0, 74.1, 74.2]),
    elevation_m=np.full(3, np.nan),
    part_starts=np.zeros(1, np.int64),
)
GROUND = Ground(
    zone=BISHKEK,
    days=(dt.date(2026, 3, 4), dt.date(2026, 3, 5)),
    tracks=(WALK,),
    waypoints={3: ("c" * 32, WHERE, MORNING + dt.timedelta(hours=1))},
)
ABOVE = Above(at=MORNING, date=MORNING.date(), position=WHERE, waypoint="a" * 32)


def trouble(texts: Texts, ground: Ground = GROUND) -> str:
    with pytest.raises(NotUnderstood) as caught:
        understood(texts, ground)
    return caught.value.field


@pytest.mark.parametrize(("text", "told"), [
    ("915", dt.time(9, 15)), ("0915", dt.time(9, 15)), ("091542", dt.time(9, 15, 42)), ("9:15", dt.time(9, 15)),
    ("9.15", dt.time(9, 15)), (" 2359 ", dt.time(23, 59)), ("2400", None), ("9", None), ("99", None), ("morning", None),
])  # fmt: skip
def test_a_time_needs_no_sign_between(text: str, told: dt.time | None) -> None:
    assert read_time(text) == told


def test_a_time_alone_is_placed_by_the_track() -> None:
    found = understood(Texts(time="0801"), GROUND)

    assert found.at == MORNING + dt.timedelta(minutes=1)
    assert found.place == Place(position=document(41.1, 74.1, source="track"), how="track", apart_s=0.0)
    assert understood(Texts(time="080110"), GROUND).place.apart_s == 10
    assert trouble(Texts(time="1200")) == "where"


def test_nothing_typed_is_as_above_at_the_same_waypoint() -> None:
    found = understood(Texts(), replace(GROUND, above=ABOVE))

    assert (found.at, found.place.waypoint, found.place.how) == (MORNING, "a" * 32, "above")
    assert trouble(Texts()) == "time"


@pytest.mark.parametrize("sign", ['"', "”", "„", "''"])
def test_a_sign_of_repetition_is_as_above(sign: str) -> None:
    ground = replace(GROUND, above=ABOVE)
    assert understood(Texts(time=sign, where=sign), ground).place.waypoint == "a" * 32
    later = understood(Texts(time="0830", where=sign), ground)
    assert (later.place.position, later.place.waypoint) == (WHERE, "")
    assert trouble(Texts(time=sign)) == "time"
    assert trouble(Texts(time="0800", where=sign)) == "where"


def test_the_day_is_that_of_the_row_above_or_the_first_or_as_typed() -> None:
    above = replace(ABOVE, date=dt.date(2026, 3, 5), at=None)
    assert understood(Texts(time="0800", where="3"), GROUND).date == dt.date(2026, 3, 4)
    assert understood(Texts(time="0800", where="3"), replace(GROUND, above=above)).date == dt.date(2026, 3, 5)
    assert understood(Texts(day="2", time="0800", where="3"), GROUND).date == dt.date(2026, 3, 5)
    assert understood(Texts(day="6.3.2026", time="0800", where="3"), GROUND).date == dt.date(2026, 3, 6)
    assert understood(Texts(day="2", where="3"), replace(GROUND, above=ABOVE)).date == dt.date(2026, 3, 5)
    assert trouble(Texts(day="x", time="0800")) == "day"


def test_a_place_is_a_waypoint_coordinates_or_what_was_pinned() -> None:
    there = understood(Texts(where="#3"), GROUND)
    assert (there.place.waypoint, there.at) == ("c" * 32, MORNING + dt.timedelta(hours=1))
    typed = understood(Texts(where="41.5, 74.6"), GROUND)
    assert (typed.at, typed.place.how, typed.place.position["source"]) == (None, "typed", "gps")
    pinned = Place(position=document(41.1, 74.1, source="track"), how="map")
    ground = replace(GROUND, pinned={"41.10000, 74.10000": pinned})
    assert understood(Texts(where="41.10000,  74.10000"), ground).place is pinned
    grid = understood(Texts(where="43T 459123 4561234"), GROUND).place.position
    assert (grid["typed"], grid["operation"]) == ("43T 459123 4561234", "")
    assert (round(grid["latitude_deg"], 4), round(grid["longitude_deg"], 4)) == (41.2014, 74.5125)
    assert trouble(Texts(where="4")) == "where"
    assert trouble(Texts(where="104.9, 47.9")) == "where"
    assert trouble(Texts(where="https://yandex.ru/maps/?ll=74.5%2C41.2&z=15")) == "where"
    assert trouble(Texts(where="by the river")) == "where"


def test_a_time_that_is_typed_beside_a_waypoint_is_kept() -> None:
    same = understood(Texts(time="0900", where="3"), GROUND)
    assert (same.place.waypoint, same.at) == ("c" * 32, MORNING + dt.timedelta(hours=1))
    other = understood(Texts(time="1130", where="3"), replace(GROUND, above=ABOVE))
    assert (other.place.waypoint, other.place.position) == ("", WHERE)
    assert other.at == dt.datetime(2026, 3, 4, 11, 30, tzinfo=BISHKEK)
    assert understood(Texts(where="3"), replace(GROUND, above=ABOVE)).at == MORNING + dt.timedelta(hours=1)


@pytest.mark.parametrize(("text", "told"), [
    ("", None), ("120", "120"), ("120 m", "120"), ("1,5 км", "1500"), ("1 200", "1200"), ("0.5km", "500"),
])  # fmt: skip
def test_distances(text: str, told: str | None) -> None:
    assert read_metres(text) == told


@pytest.mark.parametrize(("text", "told"), [
    ("", None), ("45", "45"), ("45°", "45"), ("0", "0"), ("360", "360"), ("NE", "45"), ("св", "45"), ("ЮЮЗ", "202.5"),
])  # fmt: skip
def test_bearings(text: str, told: str | None) -> None:
    assert read_bearing(text) == told


@pytest.mark.parametrize(("read", "text"), [
    (read_metres, "far"), (read_metres, "12 miles"), (read_bearing, "361"), (read_bearing, "-5"), (read_bearing, "up"),
])  # fmt: skip
def test_what_is_no_measure_is_refused(read: Any, text: str) -> None:
    with pytest.raises(NotUnderstood):
        read(text)


def test_a_number_is_held_against_the_model() -> None:
    asked = Attribute(key="n", type=AttributeType.NUMERIC, minimum=1, maximum=50)
    assert read_count("7", asked) == 7
    assert read_count("", None) is None
    assert str(read_count("2,5", asked)) == "2.5"
    for text, attribute in (
        ("x", asked),
        ("0", asked),
        ("51", asked),
        ("1", None),
        ("-1", replace(asked, minimum=None)),
    ):
        with pytest.raises(NotUnderstood):
            read_count(text, attribute)
