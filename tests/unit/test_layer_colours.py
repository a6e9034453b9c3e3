"""Layers that were added one after the other are told apart by their colours."""

from __future__ import annotations

import json
from pathlib import Path

from ranger_app.domain.layer_colours import LAYER_COLOURS, next_colour
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
