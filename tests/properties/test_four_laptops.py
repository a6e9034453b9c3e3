"""Four laptops of one station, whatever happens to them: in the end they say the same, and nothing is lost."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable

import pytest
from hypothesis import settings

from tests.properties.four_laptops import FIELDS, VALUES, FourLaptops
from tests.properties.laptops import Laptop, are_the_same

TestFourLaptops = FourLaptops.TestCase
TestFourLaptops.settings = settings(max_examples=40, stateful_step_count=40)


# A long season: the same acts, more of them, chosen by chance alone

OFTEN = {
    "create": 3, "edit": 10, "open_form": 6, "save_form_opened_earlier": 8, "undo": 3, "take_back": 4, "bring_back": 3,
    "decide": 6, "hand_over": 4, "seal": 3, "correct_a_clock": 2, "act_of_a_newer_version": 1,
    "create_what_another_created": 1, "write_about_what_is_not_here": 1, "give": 14, "put_on_a_stick": 3,
    "take_from_a_stick": 5, "declare_lost": 2, "start_again": 3, "back_up": 2, "restore": 2, "copy_the_folder": 1,
}  # fmt: skip
"""How often each act happens against the others."""

ARGUMENTS: dict[str, Callable[[random.Random], object]] = {
    "kind": lambda chance: chance.choice(("incident", "observation", "exhibit")),
    "field": lambda chance: chance.choice(FIELDS),
    "value": lambda chance: chance.choice(VALUES),
    "act": lambda chance: chance.choice(("weigh", "photograph")),
    "manner": lambda chance: chance.choice(("all", "prefix", "half", "versions")),
    "how": lambda chance: chance.choice(("reopen", "lose derived", "power cut")),
    "years": lambda chance: chance.choice((-10, 0, 10)),
    "first": lambda chance: chance.randrange(6),
}
TRUTHS = {"after_seal", "with_children", "knows_last", "knows_seals", "whole_machine", "same_user"}


def season(seed: int, acts: int = 200) -> FourLaptops:
    """Many acts by chance; after each, the laptops that it touched equal the naive function of their sets."""
    chance = random.Random(seed)
    station = FourLaptops()
    try:
        station.begin()
        for name in chance.choices(list(OFTEN), list(OFTEN.values()), k=acts):
            act = getattr(station, name)
            act(**{argument: _argument(argument, chance) for argument in inspect.signature(act).parameters})
            station.all_agree()
        station.end()
    except BaseException:
        station.close()
        raise
    return station


@pytest.mark.parametrize("seed", range(8))
def test_a_long_season_ends_the_same_everywhere(seed: int) -> None:
    season(seed).close()


def test_any_causal_order_gives_identical_tables() -> None:
    station = season(77)
    changes = station.laptops[0].changes()

    for seed in range(6):
        random.Random(seed).shuffle(changes)
        newcomer = Laptop(station.place, f"newcomer {seed}")
        station.laptops.append(newcomer)
        newcomer.take(changes)
        newcomer.agrees_with_the_rules()

    are_the_same(station.laptops)
    station.close()


def _argument(name: str, chance: random.Random) -> object:
    if name in TRUTHS:
        return chance.random() < 0.5
    return ARGUMENTS[name](chance) if name in ARGUMENTS else chance.randrange(1000)
