"""Conflicts gather in hot spots, and are counted by season, animal and predator."""

from __future__ import annotations

import random

import pytest

from ranger_app.domain.hot_spots import (
    HEAT_M,
    ConflictPlace,
    by_animal,
    by_predator,
    by_season,
    hot_spots,
    with_heat,
)
from ranger_app.domain.map_request import are_bounds
from ranger_app.geodesy import distance_m, project


def conflict(
    name: str, east_m: float = 0.0, *, day: str = "2026-01-10", predator: str = "wolf", place: str = "", **dead: int
) -> ConflictPlace:
    """A conflict so far east of a place in the mountains."""
    lon, lat = project(74.5, 41.2, 90.0, east_m)
    return ConflictPlace(
        id=name, number=name, place=place, latitude_deg=lat, longitude_deg=lon, day=day, predator=predator, dead=dead
    )


def test_conflicts_within_two_kilometres_of_one_are_a_hot_spot() -> None:
    spots = hot_spots([conflict("a", 0), conflict("b", 1900), conflict("c", 3800), conflict("d", 6100)])

    assert [(spot.key, set(spot.ids)) for spot in spots] == [("b", {"a", "b", "c"})]


def test_a_chain_of_conflicts_is_no_single_hot_spot() -> None:
    spots = hot_spots([conflict(f"{n:02}", n * 1500.0) for n in range(9)])

    assert sum(len(spot.members) for spot in spots) <= 9
    assert all(len(spot.members) <= 3 for spot in spots)


def test_the_greatest_hot_spot_comes_first_and_no_conflict_is_in_two() -> None:
    chance = random.Random(7)
    many = [conflict(f"{n:03}", chance.uniform(0, 30_000)) for n in range(120)]

    spots = hot_spots(many)

    sizes = [len(spot.members) for spot in spots]
    assert sizes == sorted(sizes, reverse=True)
    ids = [record for spot in spots for record in spot.ids]
    assert len(ids) == len(set(ids))
    assert hot_spots(list(reversed(many))) == spots


def test_conflicts_without_a_position_or_alone_are_in_no_hot_spot() -> None:
    nowhere = ConflictPlace(id="n", number="n", place="", latitude_deg=None, longitude_deg=None, day="", predator="")

    assert hot_spots([conflict("a"), nowhere]) == ()
    assert hot_spots([]) == ()


def test_a_hot_spot_is_called_as_most_of_its_conflicts_are() -> None:
    told = [
        conflict("a", place="Oruk-Tam"),
        conflict("b", 10, place="Kichi-Naryn"),
        conflict("c", 20, place="Oruk-Tam"),
    ]

    (spot,) = hot_spots(told)

    assert spot.name == "Oruk-Tam"
    assert spot.middle == pytest.approx((41.2, 74.5), abs=1e-3)
    assert spot.animals == 0


@pytest.mark.parametrize(
    ("day", "season"),
    [("2026-03-01", "spring"), ("2026-08-31", "summer"), ("2026-11-30", "autumn"), ("2026-12-01", "winter"),
     ("2026-02-28", "winter"), ("", "")],
)  # fmt: skip
def test_seasons_begin_in_march_june_september_and_december(day: str, season: str) -> None:
    assert conflict("a", day=day).season == season


def test_conflicts_are_counted_by_season_in_the_order_of_the_year() -> None:
    told = [conflict("a", day="2026-12-01", sheep=3), conflict("b", day="2026-04-01"), conflict("c", day="")]

    assert [(one.key, len(one.members), one.animals) for one in by_season(told)] == [
        ("spring", 1, 0), ("winter", 1, 3), ("", 1, 0),
    ]  # fmt: skip


def test_a_conflict_counts_for_each_kind_of_animal_that_it_names() -> None:
    told = [conflict("a", sheep=3, goat=1), conflict("b", goat=4), conflict("c")]

    assert [(one.key, len(one.members), one.animals) for one in by_animal(told)] == [
        ("goat", 2, 5), ("sheep", 1, 3), ("", 1, 0),
    ]  # fmt: skip


def test_predators_are_counted_the_most_first_and_those_not_said_last() -> None:
    told = [conflict("a", predator=""), conflict("b", predator=""), conflict("c"), conflict("d", predator="lynx")]

    assert [(one.key, len(one.members)) for one in by_predator(told)] == [("lynx", 1), ("wolf", 1), ("", 2)]


def test_what_stands_out_in_a_hot_spot_is_told() -> None:
    (spot,) = hot_spots([
        conflict("a", sheep=3), conflict("b", 5, predator="lynx", goat=9), conflict("c", 9, day="2026-07-01"),
    ])  # fmt: skip

    assert (spot.mostly("season"), spot.mostly("predator"), spot.mostly("animal")) == (
        ("winter", 2), ("wolf", 2), ("goat", 9),
    )  # fmt: skip


def test_the_heat_of_one_conflict_does_not_fill_the_map() -> None:
    west, south, east, north = with_heat((74.5, 41.2, 74.5, 41.2))

    assert distance_m(west, 41.2, east, 41.2) == pytest.approx(2 * HEAT_M, rel=0.01)
    assert distance_m(74.5, south, 74.5, north) == pytest.approx(2 * HEAT_M, rel=0.01)


@pytest.mark.parametrize("place", [(179.9, 71.0), (-179.95, 65.0), (75.0, 89.95), (75.0, -90.0), (0.0, 0.0)])
def test_the_room_for_heat_ends_with_the_earth(place: tuple[float, float]) -> None:
    west, south, east, north = with_heat((*place, *place))

    assert are_bounds((west, south, east, north))
    assert west <= place[0] <= east
    assert south <= place[1] <= north
