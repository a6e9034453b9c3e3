"""The layers of the map have one order, and how they are shown is remembered for each station on this device."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from ranger_app.services.map_list import MapEntry, MapKind
from ranger_app.services.shown_layers import ShownLayers
from ranger_app.settings import DeviceSettings

OURS = ["incident", "conflict", "waypoint", "tracks", "grid", "base-names", "base"]
LISTED = [one for one in OURS if one != "base-names"]


def entry(name: str, kind: MapKind) -> MapEntry:
    return MapEntry(name=name, kind=kind, path=Path("/maps", name), is_kept=False, bounds=(74.0, 41.0, 75.0, 42.0))


SHEET, WINTER, BORDER = entry("sheet", "tiles"), entry("winter", "tiles"), entry("border", "vectors")
HILLS = entry("hills", "elevation")


def shown(home: Path, station: str = "ab", *entries: MapEntry) -> ShownLayers:
    return ShownLayers(DeviceSettings(home), station, entries)


def test_records_lie_above_the_grid_and_the_ground_below_everything(tmp_path: Path) -> None:
    order = shown(tmp_path).arranged(["base", "tracks", "grid", "incident", "base-names"])

    assert order == ["incident", "tracks", "grid", "base-names", "base"]


def test_a_new_tile_map_lies_on_the_base_map_and_new_boundaries_below_the_records(tmp_path: Path) -> None:
    order = shown(tmp_path, "ab", SHEET, BORDER).arranged([*OURS, "own/sheet", "own/border"])

    assert order == [*OURS[:5], "own/border", "base-names", "own/sheet", "base"]


@pytest.mark.parametrize(
    "chosen",
    [
        [],
        ["tracks", "incident", "base"],
        ["own/border", "grid", "base", "own/sheet"],
        ["own/sheet", "grid", "own/border", "incident"],
        ["base", "own/hills", "own/border", "own/sheet", "conflict"],
    ],
)
def test_no_layer_of_a_list_stands_otherwise_than_in_a_picture_that_has_other_layers(
    tmp_path: Path, chosen: list[str]
) -> None:
    one = shown(tmp_path, "ab", SHEET, BORDER, WINTER, HILLS)
    one.arrange(chosen)
    everything = [*OURS, "heat", "effort", "mark", "own/sheet", "own/border", "own/winter", "own/hills"]

    whole = one.arranged(everything)

    for missing in combinations(everything, 2):
        kept = [layer for layer in everything if layer not in missing]
        assert one.arranged(kept) == [layer for layer in whole if layer in kept]


def test_new_maps_stand_where_they_are_seen_whatever_was_moved_before(tmp_path: Path) -> None:
    one = shown(tmp_path, "ab", SHEET)
    one.arrange(["tracks", "incident", "conflict", "waypoint", "grid", "base", "own/sheet"])

    one.know([SHEET, HILLS, BORDER, WINTER])

    layers = ["tracks", "grid", "base", "own/sheet", "own/hills", "own/border", "own/winter"]
    assert one.arranged(layers) == ["tracks", "grid", "own/border", "own/winter", "own/hills", "base", "own/sheet"]


def test_a_sheet_that_somebody_put_below_the_base_map_stays_there(tmp_path: Path) -> None:
    first = shown(tmp_path, "ab", SHEET)
    first.arrange([*LISTED, "own/sheet"])
    first.remember()

    assert shown(tmp_path, "ab", SHEET).arranged(["base", "own/sheet"]) == ["base", "own/sheet"]


def test_a_map_that_is_added_anew_does_not_take_the_place_of_one_that_is_gone(tmp_path: Path) -> None:
    first = shown(tmp_path, "ab", SHEET)
    first.arrange([*LISTED, "own/sheet"])
    first.know([])
    first.arrange(LISTED)

    first.forget("own/sheet")

    assert shown(tmp_path, "ab", SHEET).arranged(["base", "own/sheet"]) == ["own/sheet", "base"]


def test_what_an_earlier_version_hid_below_the_base_map_is_seen_again(tmp_path: Path) -> None:
    settings = DeviceSettings(tmp_path)
    order = ["conflict", "incident", "waypoint", "tracks", "grid", "base", "own/sheet", "own/winter", "own/border"]
    settings.put("map/ab", json.dumps({"order": order, "grid": "utm"}))

    one = ShownLayers(settings, "ab", [SHEET, WINTER, BORDER])

    told = one.arranged([*LISTED, "own/sheet", "own/winter", "own/border"])
    assert told == [*order[:5], "own/border", "own/sheet", "own/winter", "base"]
    assert one.grid == "utm"


def test_an_order_that_is_chosen_before_the_shelf_was_read_loses_no_map(tmp_path: Path) -> None:
    first = shown(tmp_path, "ab", SHEET, WINTER)
    first.arrange([*LISTED[:-1], "own/sheet", "base", "own/winter"])
    first.remember()
    early = shown(tmp_path)
    early.arrange(["tracks", *(one for one in LISTED if one != "tracks")])
    early.remember()

    told = shown(tmp_path, "ab", SHEET, WINTER).arranged([*LISTED, "own/sheet", "own/winter"])

    assert told == ["tracks", "incident", "conflict", "waypoint", "grid", "own/sheet", "base", "own/winter"]


def test_an_order_that_somebody_chose_is_there_again_after_a_restart(tmp_path: Path) -> None:
    first = shown(tmp_path)
    first.arrange(["tracks", "incident", "grid", "base"])
    first.show("grid", visible=False, opacity=0.4)
    first.grid = "utm"
    first.remember()

    again = shown(tmp_path)

    assert again.arranged(["tracks", "incident", "grid", "base"]) == ["tracks", "incident", "grid", "base"]
    assert (again.is_visible("grid"), again.opacity("grid"), again.grid) == (False, 0.4, "utm")
    assert shown(tmp_path, "cd").is_visible("grid")


def test_layers_that_are_not_there_while_others_are_moved_keep_their_places(tmp_path: Path) -> None:
    one = shown(tmp_path)
    one.arrange(["effort", "incident", "conflict", "waypoint", "tracks", "heat", "grid", "base"])

    one.arrange(["tracks", "incident"])

    assert one.arranged(["effort", "incident", "tracks", "heat"]) == ["effort", "tracks", "incident", "heat"]


def test_ground_never_comes_above_the_records(tmp_path: Path) -> None:
    one = shown(tmp_path, "ab", SHEET)

    one.arrange(["own/sheet", "tracks", "base"])

    assert one.arranged(["tracks", "base", "own/sheet"]) == ["tracks", "own/sheet", "base"]


def test_what_was_remembered_wrongly_is_as_if_nothing_was(tmp_path: Path) -> None:
    settings = DeviceSettings(tmp_path)
    for told in (
        "[1]",
        "{",
        '{"order": "a", "visible": [], "opacity": {"grid": "x"}, "grid": "utm"}',
        '{"order": ["lake", 5, "base", "base", "own/gone"]}',
    ):
        settings.put("map/ab", told)

        assert ShownLayers(settings, "ab").arranged(OURS) == OURS


def test_an_opacity_stays_where_the_layer_can_be_seen(tmp_path: Path) -> None:
    one = shown(tmp_path)

    one.show("grid", opacity=0.0)

    assert one.opacity("grid") == 0.1
