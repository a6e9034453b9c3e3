"""What towns of the base map are called where one reads Cyrillic."""

from __future__ import annotations

import csv

import pytest

from ranger_app.paths import resource

RUSSIAN_ALPHABET = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя -")


def places() -> list[dict[str, str]]:
    with resource("basemap", "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "russian"),
    [("Omsk", "Омск"), ("Quetta", "Кветта"), ("Andijon", "Андижан"), ("Mashhad", "Мешхед"), ("Lhasa", "Лхаса"),
     ("Mazār-e Sharīf", "Мазари-Шариф"), ("Ulan Bator", "Улан-Батор")],
)  # fmt: skip
def test_large_towns_have_their_russian_names(name: str, russian: str) -> None:
    assert {place["cyrillic"] for place in places() if place["name"] == name} == {russian}


def test_capitals_and_centres_around_the_region_are_written_in_the_russian_alphabet() -> None:
    west, south, east, north = 52.0, 29.0, 100.0, 58.0
    large = [
        place for place in places()
        if place["kind"] in ("capital", "centre") and west <= float(place["longitude"]) <= east
        and south <= float(place["latitude"]) <= north
    ]  # fmt: skip

    other = [place["name"] for place in large if not place["cyrillic"]
             or not set(place["cyrillic"].lower()) <= RUSSIAN_ALPHABET]  # fmt: skip
    assert len(large) > 40
    assert other == []
