"""Layers of tiles: which of them a picture takes, and what it does without."""

from __future__ import annotations

import dataclasses
import gc
import math

import pytest
from PySide6.QtGui import QImage, QPainter

from tests.ui.map_samples import NARYN, colour_at, colours_in, tracks_layer
from tests.ui.map_tiles import MadeTiles, plain_tile, quartered_tile
from ui.map import TilesLayer, Viewport, render_map
from ui.map.render import new_canvas, new_image, paint_shapes
from ui.map.tiled import KEPT, MOST_KEPT_BYTES, Square, _KeptTiles
from ui.map.words import MapWords
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

MIDDLE = (320.0, 240.0)
GREEN, RED, BLUE, GREY = "#00FF00", "#FF0000", "#0000FF", "#808080"


def told(layer: TilesLayer, view: Viewport) -> tuple[int, list[tuple[str, str]]]:
    """How many tiles were missing, and what went wrong."""
    image = new_image(view, view.dpr, LIGHT.map)
    painter = QPainter(image)
    canvas = new_canvas(painter, view, words=MapWords(), colours=LIGHT.map)
    paint_shapes(canvas, [layer])
    painter.end()
    return canvas.missing_tiles, canvas.source_errors


def tile_at(zoom: int, view: Viewport = NARYN) -> tuple[int, int]:
    """Column and row of the tile in the middle of a picture, by the formula that everybody publishes."""
    count = 2**zoom
    latitude = math.radians(view.center_lat)
    column = (view.center_lon + 180) / 360 * count
    return int(column), int((1 - math.log(math.tan(latitude) + 1 / math.cos(latitude)) / math.pi) / 2 * count)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_tiles_of_each_kind_are_shown(form: str) -> None:
    tile = plain_tile("#808080", form=form)

    image = render_map([TilesLayer("sheet", MadeTiles(lambda z, x, y: tile))], NARYN)

    assert colours_in(image) == {GREY}


def test_a_tile_is_drawn_where_it_lies() -> None:
    """Only the tile under the middle is there; what lies a tile's width beside it stays empty."""
    here = (11, *tile_at(11))
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN) if (z, x, y) == here else None)

    image = render_map([TilesLayer("sheet", source)], NARYN)

    assert colour_at(image, *MIDDLE) == GREEN
    assert {colour_at(image, x, y) for x, y in ((60, 240), (580, 240), (320, 470))} == {LIGHT.map.unknown}


@pytest.mark.parametrize(("dpr", "zoom"), [(1.0, 11), (1.25, 11), (1.5, 12), (2.0, 12), (3.125, 13)])
def test_a_dense_screen_takes_tiles_of_a_closer_zoom(dpr: float, zoom: int) -> None:
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN))

    image = render_map([TilesLayer("sheet", source)], dataclasses.replace(NARYN, dpr=dpr))

    assert {z for z, _, _ in source.asked} == {zoom}
    assert colours_in(image) == {GREEN}


def test_paper_takes_tiles_for_its_dots() -> None:
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN))

    render_map([TilesLayer("sheet", source)], Viewport(76.0, 41.4, 12.0, 1600, 1200), 300)

    assert {z for z, _, _ in source.asked} == {12}


@pytest.mark.parametrize("zoom", [10.5, 10.73, 11.0, 11.31])
@pytest.mark.parametrize("dpr", [1.0, 1.25, 1.75])
def test_no_seams_show_between_tiles(zoom: float, dpr: float) -> None:
    layer = TilesLayer("sheet", MadeTiles(lambda z, x, y: plain_tile(GREEN)), opacity=0.5)

    assert len(colours_in(render_map([layer], dataclasses.replace(NARYN, zoom=zoom, dpr=dpr)))) == 1


def test_a_missing_tile_shows_its_part_of_the_coarser_one() -> None:
    """At zoom 10 the tile over the middle has four colours; each tile of zoom 11 shows one of them."""
    x, y = tile_at(10)
    coarse = quartered_tile((GREEN, RED, BLUE, GREY))
    source = MadeTiles(lambda z, cx, cy: coarse if (z, cx, cy) == (10, x, y) else None)
    layer = TilesLayer("sheet", source)

    image = render_map([layer], NARYN)

    fine_x, fine_y = tile_at(11)
    own = (GREEN, RED, BLUE, GREY)[fine_x % 2 + 2 * (fine_y % 2)]
    assert colour_at(image, *MIDDLE) == own
    assert told(layer, NARYN)[0] > 0


def test_what_lies_beside_a_sheet_is_not_missing_from_it() -> None:
    source = MadeTiles(
        lambda z, x, y: plain_tile(GREEN) if (z, x, y) == here else None, bounds=(75.99, 41.39, 76, 41.4)
    )
    here = (11, *tile_at(11))

    assert told(TilesLayer("sheet", source), NARYN) == (0, [])


def test_closer_than_the_last_zoom_its_tiles_are_scaled() -> None:
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN), zooms=(5, 12))

    image = render_map([TilesLayer("sheet", source)], dataclasses.replace(NARYN, zoom=18.5))

    assert colours_in(image) == {GREEN}
    assert {z for z, _, _ in source.asked} == {12}


def test_farther_than_the_first_zoom_its_tiles_are_shrunk() -> None:
    """The sheet covers a degree and has tiles from zoom 12 on; at zoom 7 it is a patch of some ninety pixels."""
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN), zooms=(12, 15), bounds=(75.5, 41.0, 76.5, 41.8))

    image = render_map([TilesLayer("sheet", source)], dataclasses.replace(NARYN, zoom=7.0))

    assert colour_at(image, *MIDDLE) == GREEN
    assert colour_at(image, 100, 100) == LIGHT.map.unknown


def test_finer_tiles_stand_in_where_no_coarser_one_is_there() -> None:
    """Files of some programs skip zooms: here there are only 11 and 13, and 12 is looked at."""
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN) if z in (13,) else None, zooms=(11, 13))

    image = render_map([TilesLayer("sheet", source)], dataclasses.replace(NARYN, zoom=12.0))

    assert colours_in(image) == {GREEN}


def test_a_sheet_seen_from_much_too_far_shows_where_it_is_and_reads_nothing() -> None:
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN), zooms=(16, 18), bounds=(70.0, 38.0, 80.0, 43.0))

    image = render_map([TilesLayer("sheet", source)], dataclasses.replace(NARYN, zoom=6.0))

    assert source.asked == []
    assert colour_at(image, *MIDDLE) != LIGHT.map.unknown


def test_damaged_tiles_are_left_out_counted_and_told_once() -> None:
    x, _ = tile_at(11)
    tile = plain_tile(GREEN)
    layer = TilesLayer("sheet", MadeTiles(lambda z, tx, ty: tile if tx <= x or z < 11 else tile[:60] + bytes(90)))

    first, second = told(layer, NARYN), told(layer, NARYN)

    assert first == second
    assert first[1] == [("sheet", "tile-damaged")]
    assert layer.damaged_tiles == first[0] > 1
    assert colours_in(render_map([layer], NARYN)) == {GREEN}, "coarser ones stand in"


def test_a_source_that_vanishes_is_asked_once_a_picture_and_told_once() -> None:
    class PulledStick(MadeTiles):
        is_there = True

        def tile(self, z: int, x: int, y: int) -> bytes | None:
            found = super().tile(z, x, y)
            if not self.is_there:
                raise OSError("the stick was pulled")
            return found

    source = PulledStick(lambda z, x, y: plain_tile(GREEN))
    layer = TilesLayer("sheet", source)
    whole = render_map([layer, tracks_layer()], NARYN)
    source.is_there = False
    source.asked.clear()
    wider = dataclasses.replace(NARYN, width_px=1600)

    image = render_map([layer, tracks_layer()], wider)

    assert len(source.asked) == 1
    assert told(layer, wider)[1] == [("sheet", "tile-source-unreadable")]
    assert colour_at(image, 800, 100) == GREEN, "what was read before is still there"
    assert colour_at(image, 700, 240) == LIGHT.map.track
    assert render_map([layer, tracks_layer()], NARYN) == whole
    source.is_there = True
    assert GREEN not in {colour_at(image, 10, 10)}
    assert colour_at(render_map([layer], wider), 10, 10) == GREEN, "and all of it when the stick is back"


def test_decoded_tiles_are_kept_and_take_no_more_than_they_may() -> None:
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN, side_px=512))
    layer = TilesLayer("sheet", source)
    render_map([layer], NARYN)
    asked = len(source.asked)

    render_map([layer.shown(opacity=0.5)], NARYN)

    assert len(source.asked) == asked, "read once, for the copy of the layer too"
    for lon in range(60, 90, 2):
        render_map([layer], Viewport(float(lon), 41.0, 12.0, 1000, 800))
    assert KEPT.bytes <= MOST_KEPT_BYTES


def test_what_a_layer_kept_ends_with_it_and_its_source_is_closed() -> None:
    closed: list[str] = []
    gc.collect()
    before = KEPT.bytes
    layer = TilesLayer("sheet", MadeTiles(lambda z, x, y: plain_tile(GREEN)), on_end=lambda: closed.append("closed"))
    copy = layer.shown(opacity=0.4)
    render_map([layer], NARYN)
    assert KEPT.bytes > before

    del layer
    assert not closed
    del copy

    assert closed == ["closed"]
    assert KEPT.bytes <= before


def test_a_layer_that_ends_while_tiles_are_kept_does_not_stop_the_thread_that_keeps_them() -> None:
    """Garbage is collected in the middle of anything, and ends layers with it."""
    kept = _KeptTiles(10_000)
    kept.keep((1, Square(0, 0, 0), 0), QImage(16, 16, QImage.Format.Format_RGB32))

    with kept._lock:
        kept.forget(1)
    assert kept.bytes == 1024
    kept.keep((2, Square(0, 0, 0), 0), None)

    assert kept.find((1, Square(0, 0, 0), 0)) == (False, None)
    assert kept.bytes < 1024


@pytest.mark.parametrize(
    "view",
    [
        Viewport(180.0, 0.0, 3.0, 800, 600),
        Viewport(-180.0, 70.0, 4.0, 800, 600),
        Viewport(76.0, 85.05, 5.0, 640, 480),
        Viewport(76.0, -85.05, 2.0, 1600, 1200),
    ],
)
def test_at_the_edges_of_the_world_there_is_only_the_world(view: Viewport) -> None:
    source = MadeTiles(lambda z, x, y: plain_tile(GREEN))

    image = render_map([TilesLayer("sheet", source)], view)

    assert colours_in(image) == {GREEN, LIGHT.map.unknown}
    assert all(0 <= x < 2**z and 0 <= y < 2**z for z, x, y in source.asked)


def test_two_runs_give_the_same_pixels() -> None:
    def make(z: int, x: int, y: int) -> bytes | None:
        return quartered_tile((GREEN, RED, BLUE, f"#{(x * 40) % 256:02x}{(y * 40) % 256:02x}{z * 8:02x}"))

    view = dataclasses.replace(NARYN, zoom=10.7)

    def picture() -> QImage:
        return render_map([TilesLayer("sheet", MadeTiles(make))], view)

    assert picture() == picture()
