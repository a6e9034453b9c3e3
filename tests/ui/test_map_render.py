"""Pictures of the map: what is drawn, and where."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui.map_samples import ENGLISH, NARYN, colour_at, colours_in, snares, tracks_layer, walk_east
from ui.map import (
    PAPER,
    SCREEN,
    Bounds,
    GraticuleLayer,
    LabelsLayer,
    MapArea,
    MapName,
    MapPoint,
    MapTrack,
    PolygonsLayer,
    TilesLayer,
    Viewport,
    base_map_layers,
    render_map,
)
from ui.theme import DARK, LIGHT, MapColours

pytestmark = pytest.mark.usefixtures("qapp")

MIDDLE = (320.0, 240.0)
BESIDE = (220.0, 240.0)


@pytest.mark.parametrize("colours", [LIGHT.map, DARK.map], ids=["light", "dark"])
def test_a_track_is_drawn_where_it_was_walked(colours: MapColours) -> None:
    image = render_map([tracks_layer()], NARYN, colours=colours)

    assert colour_at(image, *BESIDE) == colours.track
    assert colour_at(image, 220, 200) == colours.unknown


def test_nothing_is_drawn_where_the_receiver_was_silent() -> None:
    """The walk crosses the picture; between its two parts lies the middle."""
    lon = np.concatenate((np.linspace(75.9, 75.97, 50), np.linspace(76.03, 76.1, 50)))
    broken = MapTrack(id="walk", longitude_deg=lon, latitude_deg=np.full_like(lon, 41.4), part_starts=(0, 50))

    image = render_map([tracks_layer(broken)], NARYN)

    assert colour_at(image, *MIDDLE) == LIGHT.map.unknown
    assert colour_at(image, *BESIDE) == LIGHT.map.track


def test_a_track_that_lies_far_outside_on_both_sides_crosses_the_picture() -> None:
    far = MapTrack(id="far", longitude_deg=np.array([70.0, 82.0]), latitude_deg=np.array([41.4, 41.4]))

    image = render_map([tracks_layer(far)], dataclasses.replace(NARYN, zoom=18.0))

    assert colour_at(image, *MIDDLE) == LIGHT.map.track


def test_a_track_of_one_fix_is_a_dot() -> None:
    single = MapTrack(id="one", longitude_deg=np.array([76.0]), latitude_deg=np.array([41.4]))

    image = render_map([tracks_layer(single)], dataclasses.replace(NARYN, zoom=9.0))

    assert colour_at(image, *MIDDLE) == LIGHT.map.track


def test_a_chosen_track_has_the_colour_of_choice_beside_it() -> None:
    layer = tracks_layer(walk_east("a"), walk_east("b", latitude_deg=41.43))

    image = render_map([layer], NARYN, selected=[("tracks", "a")])

    assert LIGHT.map.selection in {colour_at(image, 220, 240 + side) for side in (-3, 3)}
    y = round(NARYN.project(76.0, 41.43)[1])
    assert LIGHT.map.selection not in {colour_at(image, 220, y + side) for side in range(-4, 5)}


@pytest.mark.parametrize("kind", ["incident", "conflict", "waypoint", "photo"])
def test_each_kind_of_place_has_its_colour(kind: str) -> None:
    layer = snares(MapPoint(id="x", longitude_deg=76.0, latitude_deg=41.4, kind=kind))

    image = render_map([layer], NARYN)

    assert colour_at(image, *MIDDLE) == getattr(LIGHT.map, kind)


def test_kinds_of_places_differ_in_form_too() -> None:
    forms = set()
    for kind in ("incident", "conflict", "waypoint", "photo"):
        image = render_map([snares(MapPoint(id="x", longitude_deg=76.0, latitude_deg=41.4, kind=kind))], NARYN)
        own = getattr(LIGHT.map, kind)
        around = [(x, y) for x in range(-8, 9, 2) for y in range(-8, 9, 2)]
        forms.add(tuple((x, y) for x, y in around if colour_at(image, 320 + x, 240 + y) == own))

    assert len(forms) == 4


def test_places_that_lie_on_each_other_are_drawn_as_one_with_a_number() -> None:
    crowd = [MapPoint(id=str(n), longitude_deg=76.0 + n * 1e-6, latitude_deg=41.4, kind="incident") for n in range(12)]

    grouped = render_map([snares(*crowd)], NARYN)
    alone = render_map([snares(*crowd, grouped=False)], NARYN)

    assert grouped != alone
    assert LIGHT.map.sign_text in colours_in(grouped)


def test_an_area_is_tinted_and_its_hole_is_not() -> None:
    def square(half: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return 76.0 + half * np.array([-1, 1, 1, -1, -1.0]), 41.4 + half * np.array([-1, -1, 1, 1, -1.0])

    layer = PolygonsLayer("reserve", [MapArea(id="naryn", rings=(square(0.1), square(0.03)))])

    image = render_map([layer], NARYN)

    assert colour_at(image, *MIDDLE) == LIGHT.map.unknown
    assert colour_at(image, *NARYN.project(76.06, 41.4)) != LIGHT.map.unknown
    assert layer.hit(NARYN, QPointF(*NARYN.project(76.06, 41.4)), 4.0) == ("naryn",)
    assert layer.hit(NARYN, QPointF(*MIDDLE), 4.0) == ()
    assert layer.within((75, 41, 77, 42)) == ("naryn",)


def test_a_hidden_layer_is_not_drawn_and_a_faint_one_is_fainter() -> None:
    hidden = render_map([tracks_layer().shown(visible=False)], NARYN)
    faint = render_map([tracks_layer().shown(opacity=0.5)], NARYN)

    assert colours_in(hidden) == {LIGHT.map.unknown}
    assert colour_at(faint, *BESIDE) not in {LIGHT.map.track, LIGHT.map.unknown}


def test_the_base_map_has_land_and_lake_where_they_are() -> None:
    """Issyk-Kul at 77.2 E 42.4 N, the Moiynkum desert at 72.5 E 44.5 N; Iceland is outside what the base map knows."""
    view = Viewport(75.0, 43.0, 6.0, 900, 700)
    image = render_map(base_map_layers(), view)

    assert colour_at(image, *view.project(77.2, 42.4)) == LIGHT.map.water
    assert colour_at(image, *view.project(72.5, 44.5)) == LIGHT.map.land
    assert colours_in(render_map(base_map_layers(), Viewport(-18.0, 65.0, 6.0, 300, 200))) == {LIGHT.map.unknown}


def test_the_base_map_writes_cyrillic_where_it_can() -> None:
    view = Viewport(75.0, 42.0, 7.0, 900, 700)

    assert render_map(base_map_layers("cyrillic"), view) != render_map(base_map_layers("latin"), view)
    name = MapName(kind="town", rank=3, longitude_deg=76.0, latitude_deg=41.43, name="Naryn", cyrillic="Нарын")
    assert (name.in_script("latin"), name.in_script("cyrillic")) == ("Naryn", "Нарын")
    assert name._replace(cyrillic="").in_script("cyrillic") == "Naryn"


def test_names_do_not_lie_on_names() -> None:
    names = [
        MapName(kind="town", rank=rank, longitude_deg=76.0, latitude_deg=41.4, name="Ат-Баши") for rank in range(1, 9)
    ]
    one = render_map([LabelsLayer("names", lambda: names[:1])], NARYN)
    many = render_map([LabelsLayer("names", lambda: names)], NARYN)

    def ink(image: QImage) -> int:
        return sum(colour_at(image, x, y) == LIGHT.map.place for x in range(200, 440) for y in range(200, 280))

    assert 0 < ink(one) < ink(many) < 5 * ink(one)


def test_the_graticule_stands_on_round_minutes() -> None:
    image = render_map([GraticuleLayer("graticule")], NARYN)
    x, _ = NARYN.project(76.0, 41.4)

    assert colour_at(image, x, 100) == LIGHT.map.graticule
    assert colour_at(image, x + 30, 100) == LIGHT.map.unknown


def test_furniture_is_drawn_only_in_words() -> None:
    layers = [tracks_layer()]
    plain = render_map(layers, NARYN)

    assert render_map(layers, NARYN, furniture=SCREEN) == plain
    assert render_map(layers, NARYN, words=ENGLISH) == plain
    assert render_map(layers, NARYN, words=ENGLISH, furniture=SCREEN) != plain


def test_an_empty_map_points_to_the_nearest_places() -> None:
    """At 41.4 N 76.0 E, close up, there is no name in the picture; Naryn is three kilometres to the north."""
    close = dataclasses.replace(NARYN, zoom=14.0)

    with_names = render_map(base_map_layers(), close, words=ENGLISH, furniture=SCREEN)
    without = render_map(base_map_layers()[:1], close, words=ENGLISH, furniture=SCREEN)

    assert with_names.copy(220, 20, 200, 60) != without.copy(220, 20, 200, 60)
    assert with_names.copy(220, 160, 200, 160) == without.copy(220, 160, 200, 160)


def test_a_small_picture_keeps_its_room_for_what_it_shows() -> None:
    small = dataclasses.replace(NARYN, zoom=14.0, height_px=200)

    with_names = render_map(base_map_layers(), small, words=ENGLISH, furniture=SCREEN)

    assert with_names == render_map(base_map_layers()[:1], small, words=ENGLISH, furniture=SCREEN)


def test_a_map_for_paper_has_a_frame_and_its_footer_is_white() -> None:
    view = Viewport(76.0, 41.4, 11.0, 1000, 750)

    image = render_map([*base_map_layers(), tracks_layer()], view, 150, words=ENGLISH, furniture=PAPER)

    assert (image.width(), image.height()) == (1000, 750)
    assert image.pixelColor(0, 300).name().upper() == LIGHT.map.furniture
    assert image.pixelColor(500, 747).name().upper() == "#FFFFFF"
    assert image.dotsPerMeterX() == round(150 / 0.0254)


def test_lines_keep_their_width_in_inches() -> None:
    screen = render_map([tracks_layer()], NARYN)
    paper = render_map([tracks_layer()], Viewport(76.0, 41.4, 13.0, 2560, 1920), 384)

    def thickness(image: QImage) -> int:
        middle, x = image.height() // 2, image.width() // 3
        return sum(image.pixelColor(x, middle + dy).name().upper() == LIGHT.map.track for dy in range(-40, 40))

    assert 3 * thickness(screen) <= thickness(paper) <= 6 * thickness(screen)


def test_equal_maps_have_equal_pixels() -> None:
    layers = [*base_map_layers(), GraticuleLayer("g"), tracks_layer(), snares()]

    assert render_map(layers, NARYN, words=ENGLISH, furniture=SCREEN) == render_map(
        layers, NARYN, words=ENGLISH, furniture=SCREEN
    )


def test_a_dense_screen_shows_the_same_map_with_more_pixels() -> None:
    image = render_map([tracks_layer()], dataclasses.replace(NARYN, dpr=2.0))

    assert (image.width(), image.height()) == (1280, 960)
    assert colour_at(image, *BESIDE) == LIGHT.map.track


def _green_tile() -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


class OneTile:
    """A source that has one tile of zoom 9, and fails where it is told to."""

    bounds: Bounds = (75.9, 41.0, 76.7, 41.6)
    zooms = (9, 12)
    attribution = "One tile"

    def __init__(self, tile: bytes | None, *, fails: bool = False) -> None:
        self._tile, self._fails = tile, fails

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        if self._fails:
            raise OSError("the stick was pulled")
        return self._tile if z == 9 else None


def test_a_missing_tile_shows_the_coarser_one() -> None:
    image = render_map([TilesLayer("sheet", OneTile(_green_tile()))], NARYN)

    assert colour_at(image, *MIDDLE) == "#00FF00"


@pytest.mark.parametrize("tile", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50), bytes(3_000_000)])
def test_a_tile_that_is_no_picture_is_left_out(tile: bytes) -> None:
    image = render_map([TilesLayer("sheet", OneTile(tile))], NARYN)

    assert colours_in(image) == {LIGHT.map.unknown}


def test_a_source_that_cannot_be_read_does_not_stop_the_map() -> None:
    image = render_map([TilesLayer("sheet", OneTile(None, fails=True)), tracks_layer()], NARYN)

    assert colour_at(image, *BESIDE) == LIGHT.map.track


def test_a_map_can_be_painted_off_the_windows_thread(qapp: QApplication) -> None:
    from concurrent.futures import ThreadPoolExecutor

    layers = [*base_map_layers(), tracks_layer(), snares()]

    with ThreadPoolExecutor(2) as threads:
        pictures = [threads.submit(render_map, layers, NARYN) for _ in range(6)]

    here = render_map(layers, NARYN)
    assert all(picture.result() == here for picture in pictures)
