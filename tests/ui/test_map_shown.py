"""How layers are shown is remembered for each station on this device."""

from __future__ import annotations

from pathlib import Path

from ranger_app.settings import DeviceSettings
from ui.pages.map_shown import ShownLayers

OURS = ["incident", "conflict", "waypoint", "tracks", "grid", "base-names", "base"]
GROUND = ["base-names", "base", "own/sheet"]


def shown(home: Path, station: str = "ab") -> ShownLayers:
    return ShownLayers(DeviceSettings(home), station)


def test_records_lie_above_the_grid_and_the_ground_below_everything(tmp_path: Path) -> None:
    order = shown(tmp_path).arranged(["base", "tracks", "grid", "incident", "base-names"], GROUND)

    assert order == ["incident", "tracks", "grid", "base-names", "base"]


def test_a_new_tile_map_lies_on_the_base_map_and_new_boundaries_below_the_records(tmp_path: Path) -> None:
    order = shown(tmp_path).arranged([*OURS, "own/sheet", "own/border"], GROUND)

    assert order == [*OURS[:5], "own/border", "base-names", "own/sheet", "base"]


def test_an_order_that_somebody_chose_is_there_again_after_a_restart(tmp_path: Path) -> None:
    first = shown(tmp_path)
    first.arrange(["tracks", "incident", "grid", "base"])
    first.show("grid", visible=False, opacity=0.4)
    first.grid = "utm"
    first.remember()

    again = shown(tmp_path)

    assert again.arranged([*OURS], GROUND)[:3] == ["tracks", "incident", "conflict"]
    assert (again.is_visible("grid"), again.opacity("grid"), again.grid) == (False, 0.4, "utm")
    assert shown(tmp_path, "cd").is_visible("grid")


def test_ground_never_comes_above_the_records(tmp_path: Path) -> None:
    one = shown(tmp_path)

    one.arrange(["own/sheet", "tracks", "base"])

    assert one.arranged(["tracks", "base", "own/sheet"], GROUND) == ["tracks", "own/sheet", "base"]


def test_what_was_remembered_wrongly_is_as_if_nothing_was(tmp_path: Path) -> None:
    settings = DeviceSettings(tmp_path)
    for told in (
        "[1]",
        "{",
        '{"order": 5, "visible": [], "opacity": {"grid": "x"}, "grid": "utm"}'.replace("5", '"a"'),
    ):
        settings.put("map/ab", told)

        assert ShownLayers(settings, "ab").arranged(OURS, GROUND) == OURS


def test_an_opacity_stays_where_the_layer_can_be_seen(tmp_path: Path) -> None:
    one = shown(tmp_path)

    one.show("grid", opacity=0.0)

    assert one.opacity("grid") == 0.1
