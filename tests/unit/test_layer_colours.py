"""Layers that were added one after the other are told apart by their colours."""

from __future__ import annotations

import json
from colorsys import rgb_to_hls
from pathlib import Path

import pytest

from ranger_app.domain.layer_colours import COLOUR_NAMES, LAYER_COLOURS, next_colour
from ranger_app.jobs import JobContext
from ranger_app.services.maps import MapShelf


def test_each_new_layer_of_shapes_gets_a_colour_that_no_other_has(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    shelf = MapShelf(tmp_path / "station")
    for name in ("fences", "springs", "camps"):
        point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [74.5, 41.2]}}
        path = tmp_path / f"{name}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
        shelf.add(path, context=JobContext())

    assert [one.style["colour"] for one in shelf.entries()] == list(LAYER_COLOURS[:3])

    shelf.remove("springs")
    shelf.add(tmp_path / "springs.geojson", context=JobContext())
    assert {one.name: one.style["colour"] for one in shelf.entries()}["springs"] == LAYER_COLOURS[1]


def test_when_all_colours_are_taken_they_begin_again() -> None:
    assert next_colour([]) == LAYER_COLOURS[0]
    assert next_colour([*LAYER_COLOURS, LAYER_COLOURS[0], "#123456", None]) == LAYER_COLOURS[1]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Orange", 15, 33), ("Amber", 36, 50), ("Green", 90, 170), ("Sky blue", 195, 210), ("Blue", 195, 240),
        ("Violet", 255, 290), ("Pink", 310, 350),
    ],
)  # fmt: skip
def test_a_colour_is_called_what_it_looks_like(name: str, first: int, last: int) -> None:
    colour = next(colour for colour, known in COLOUR_NAMES.items() if known == name)
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))

    assert first <= rgb_to_hls(red, green, blue)[0] * 360 <= last
