"""Effort and heat on the map: in the right place, told apart by everybody, the same every time."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from ranger_app.domain.effort import EffortGrid, effort
from ranger_app.domain.effort_cells import Cells
from ranger_app.domain.effort_classes import class_breaks
from tests.ui.map_samples import ENGLISH, NARYN, colour_at, colours_in
from tests.unit.test_track_codec import track_of
from ui.map import CoverageLayer, Furniture, HeatLayer, Viewport, render_map
from ui.map.effort import RAMP
from ui.map.heat import RAMP as HEAT_RAMP
from ui.theme import DARK, LIGHT, contrast

CELL_M = 2_000.0
LAND = LIGHT.map.unknown


def grid(*places: tuple[float, float], kilometres: tuple[float, ...] = (1.0,)) -> EffortGrid:
    """Cells at places of longitude and latitude."""
    cells = Cells(CELL_M, 41)
    lon, lat = (np.array(axis, np.float64) for axis in zip(*places, strict=True))
    order = np.argsort(cells.at(lon, lat))
    count = len(lon)
    walked = np.resize(np.array(kilometres), count)[order] * 1000
    return EffortGrid(cells, np.sort(cells.at(lon, lat)), walked, np.ones(count, np.int64), np.zeros(count))


def picture(*layers: CoverageLayer | HeatLayer, view: Viewport = NARYN, dpi: float | None = None) -> QImage:
    return render_map(layers, view, dpi)


def box_px(found: EffortGrid, view: Viewport) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the first cell."""
    west, south, east, north = (float(edge[0]) for edge in found.cells.boxes_deg(found.cell))
    left, top = view.project(west, north)
    right, bottom = view.project(east, south)
    return left, top, right, bottom


@pytest.mark.parametrize("zoom", [10.0, 12.5, 15.0])
def test_a_cell_is_painted_to_the_pixel_where_it_is(qapp: object, zoom: float) -> None:
    found = grid((76.001, 41.401))
    view = NARYN.looking_at(76.0, 41.4, zoom)

    image = picture(CoverageLayer("coverage", found, "km", breaks=()), view=view)

    left, top, right, bottom = box_px(found, view)
    middle_x, middle_y = (max(left, 0) + min(right, 640)) / 2, (max(top, 0) + min(bottom, 480)) / 2
    for x, y, is_inside in (
        (left + 1.5, middle_y, True), (left - 1.5, middle_y, False), (right - 1.5, middle_y, True),
        (right + 1.5, middle_y, False), (middle_x, top + 1.5, True), (middle_x, top - 1.5, False),
        (middle_x, bottom - 1.5, True), (middle_x, bottom + 1.5, False),
    ):  # fmt: skip
        if 0 <= x < 640 and 0 <= y < 480:
            assert (colour_at(image, x, y) != LAND) is is_inside, (x, y)


def test_more_effort_is_painted_darker(qapp: object) -> None:
    found = grid((75.95, 41.4), (76.05, 41.4), kilometres=(1.0, 50.0))

    image = picture(CoverageLayer("coverage", found, "km", breaks=(5.0,)))

    little, much = (colour_at(image, *NARYN.project(lon, 41.4)) for lon in (75.95, 76.05))
    assert QColor(much).lightness() < QColor(little).lightness() < QColor(LAND).lightness()


def test_on_a_dark_map_more_is_lighter(qapp: object) -> None:
    found = grid((75.95, 41.4), (76.05, 41.4), kilometres=(1.0, 50.0))
    layers = (
        CoverageLayer("coverage", found, "km", breaks=(5.0,), words=("little", "much")),
        HeatLayer("heat", np.array([76.2, 76.2, 75.8]), np.full(3, 41.3), radius_m=3_000.0, word="Incidents"),
    )

    image = render_map(layers, NARYN, colours=DARK.map)

    little, much, few, many = (
        QColor(colour_at(image, *NARYN.project(*place))).lightness()
        for place in ((75.95, 41.4), (76.05, 41.4), (75.8, 41.3), (76.2, 41.3))
    )
    assert much > little > QColor(DARK.map.unknown).lightness()
    assert many > few > QColor(DARK.map.unknown).lightness()
    sheet = render_map(layers, NARYN, colours=DARK.map, words=ENGLISH, furniture=Furniture(framed=True, legend=True))
    assert not sheet.isNull()


def test_cells_where_nobody_was_are_hatched_when_asked_for(qapp: object) -> None:
    found = grid((76.0, 41.4))
    beside = NARYN.project(76.06, 41.4)
    around = (75.9, 41.35, 76.1, 41.45)

    plain = picture(CoverageLayer("coverage", found, "km", breaks=()))
    hatched = picture(CoverageLayer("coverage", found, "km", breaks=(), empty_in=around))

    patch = [(beside[0] + right, beside[1] + down) for right in range(12) for down in range(12)]
    assert {colour_at(plain, *at) for at in patch} == {LAND}
    assert 0.05 < sum(colour_at(hatched, *at) != LAND for at in patch) / len(patch) < 0.5
    assert colour_at(hatched, *NARYN.project(76.2, 41.4)) == LAND


def test_cells_smaller_than_a_pixel_are_still_seen(qapp: object) -> None:
    found = grid((76.0, 41.4), (76.02, 41.4), kilometres=(1.0, 50.0))
    view = NARYN.looking_at(76.0, 41.4, 4.0)

    image = picture(CoverageLayer("coverage", found, "km", breaks=(5.0,)), view=view)

    assert 1 <= len(colours_in(image) - {LAND}) <= 2


def test_a_map_of_effort_is_the_same_every_time_and_on_paper(qapp: object) -> None:
    found = grid((76.0, 41.4), (76.05, 41.43), kilometres=(1.0, 50.0))
    layers = (
        CoverageLayer("coverage", found, "km", breaks=(5.0,), empty_in=(75.9, 41.35, 76.1, 41.45)),
        HeatLayer("heat", np.array([76.0]), np.array([41.4]), radius_m=3_000.0),
    )

    assert picture(*layers) == picture(*layers)
    printed = picture(*layers, dpi=300)
    left, top, right, bottom = box_px(found, NARYN)
    at = round((left + right) / 2 * 300 / 96), round((top * 3 + bottom) / 4 * 300 / 96)
    assert printed.width() == NARYN.width_px
    assert not (0 <= at[0] < printed.width() and printed.pixelColor(*at).name().upper() == LAND)


def test_classes_are_told_apart_in_grey_and_by_the_colour_blind() -> None:
    for ramp in (RAMP, tuple(colour for _, colour, _ in HEAT_RAMP[1:])):
        for light, dark in pairwise(ramp):
            assert contrast("#FFFFFF", light) < contrast("#FFFFFF", dark)
            assert contrast(light, dark) >= 1.3
    for matrix in BLINDNESS:
        for one, other in combinations(RAMP, 2):
            assert np.linalg.norm(seen(one, matrix) - seen(other, matrix)) > 0.15


BLINDNESS = (
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)
"""What people without red, green or blue cones see, in linear light (Machado, Oliveira and Fernandes 2009)."""


def seen(colour: str, matrix: tuple[tuple[float, ...], ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    mixed = np.clip(np.array(matrix) @ linear, 0.0, 1.0)
    told: np.ndarray[tuple[int], np.dtype[np.float64]] = np.where(
        mixed <= 0.0031308, mixed * 12.92, 1.055 * mixed ** (1 / 2.4) - 0.055
    )
    return told


def test_classes_end_at_round_numbers() -> None:
    values = np.geomspace(0.03, 400.0, 500)

    breaks = class_breaks(values)

    assert len(breaks) == 4
    assert all(float(f"{one:e}".partition("e")[0]) in {1.0, 2.0, 5.0} for one in breaks)
    counts = np.bincount(np.searchsorted(breaks, values), minlength=5)
    assert counts.min() > 50


def test_classes_of_counts_are_whole_and_few_where_values_are() -> None:
    assert class_breaks(np.array([1.0, 1.0, 2.0, 2.0, 3.0, 9.0]), is_whole=True) == (1.0, 2.0)
    assert class_breaks(np.array([1.0, 1.0]), is_whole=True) == ()
    assert class_breaks(np.zeros(3)) == ()


def test_the_legend_says_what_the_colours_mean(qapp: object) -> None:
    words = ("up to 5 km", "over 5 km")
    layer = CoverageLayer(
        "coverage", grid((76.0, 41.4)), "km", breaks=(5.0,), words=words, empty_in=(75, 41, 77, 42),
        empty_word="Not visited",
    )  # fmt: skip

    assert [entry.word for entry in layer.legend()] == [*words, "Not visited"]
    assert layer.bounds() == grid((76.0, 41.4)).bounds()
    sheet = render_map([layer], NARYN, words=ENGLISH, furniture=Furniture(framed=True, legend=True))
    dark = QColor(RAMP[-1]).rgb() & 0xFF
    assert any(QColor(one).red() < 0x40 and abs(QColor(one).blue() - dark) < 16 for one in colours_in(sheet))


def test_more_classes_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 5"):
        CoverageLayer("coverage", grid((76.0, 41.4)), "km", breaks=(1, 2, 3, 4, 5))


def test_no_effort_is_nothing(qapp: object) -> None:
    layer = CoverageLayer("coverage", effort([], CELL_M), "km", breaks=())

    assert colours_in(picture(layer)) == {LAND}
    assert layer.legend() == ()
    assert layer.bounds() is None


def heated(image: QImage, view: Viewport, lon: float, lat: float) -> bool:
    return colour_at(image, *view.project(lon, lat)) != LAND


@pytest.mark.parametrize(("latitude", "zoom"), [(41.4, 11.0), (41.4, 13.0), (70.0, 11.0), (0.0, 10.5)])
def test_heat_reaches_as_many_metres_as_it_says(qapp: object, latitude: float, zoom: float) -> None:
    view = Viewport(76.0, latitude, zoom, 640, 480)
    layer = HeatLayer("heat", np.array([76.0]), np.array([latitude]), radius_m=2_000.0)

    image = picture(layer, view=view)

    for share, is_hot in ((0.5, True), (0.75, True), (1.3, False)):
        north = share * 2_000.0 / 111_200
        east = north / math.cos(math.radians(latitude))
        for lon, lat in ((76.0 + east, latitude), (76.0 - east, latitude), (76.0, latitude + north)):
            assert heated(image, view, lon, lat) is is_hot, share


@pytest.mark.parametrize("lon", [76.0, 76.004, 76.0081, 76.0123])
@pytest.mark.parametrize("lat", [41.4, 41.4037, 41.4071])
def test_heat_lies_around_its_place(qapp: object, lon: float, lat: float) -> None:
    view = Viewport(76.0, 41.4, 11.0, 640, 480)
    layer = HeatLayer("heat", np.array([lon]), np.array([lat]), radius_m=10_000.0)

    picture(layer, view=view)

    field = layer._fields[view.zoom]
    rows, columns = np.indices(field.heat.shape)
    x = (field.left + (columns * field.heat).sum() / field.heat.sum() + 0.5) * field.cell
    y = (field.top + (rows * field.heat).sum() / field.heat.sum() + 0.5) * field.cell
    apart = ((x - view.origin[0]) * view.world_px, (y - view.origin[1]) * view.world_px)
    assert apart == pytest.approx(view.project(lon, lat), abs=0.5)


def test_heat_is_what_the_places_around_add_up_to(qapp: object) -> None:
    random = np.random.default_rng(4)
    lon, lat = random.normal(76.0, 0.03, 400), random.normal(41.4, 0.03, 400)
    layer = HeatLayer("heat", lon, lat, radius_m=3_000.0)
    picture(layer)

    field = layer._fields[NARYN.zoom]
    counted, expected = [], []
    for row in range(0, field.heat.shape[0], 17):
        for column in range(0, field.heat.shape[1], 17):
            x, y = (field.left + column + 0.5) * field.cell, (field.top + row + 0.5) * field.cell
            place = (x - 0.5) * 360, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))
            counted.append(float(field.heat[row, column]))
            expected.append(layer.heat_at(*place))
    assert np.abs(np.array(counted) - expected).max() < 0.06 * max(expected)
    assert layer.peak() == pytest.approx(max(layer.heat_at(*place) for place in zip(lon, lat, strict=True)), rel=0.1)


def test_heat_is_counted_once_for_a_zoom_while_the_map_is_moved_a_little(qapp: object) -> None:
    layer = HeatLayer("heat", np.array([76.0]), np.array([41.4]), radius_m=3_000.0)
    picture(layer)
    field = layer._fields[NARYN.zoom]

    picture(layer.shown(opacity=0.5), view=NARYN.panned(100, 60))
    assert layer._fields[NARYN.zoom] is field

    picture(layer, view=NARYN.panned(2_000, 0))
    assert layer._fields[NARYN.zoom] is not field
    for zoom in range(4, 16):
        picture(layer, view=NARYN.looking_at(76.0, 41.4, float(zoom)))
    assert len(layer._fields) <= 6


def test_heat_of_nothing_is_nothing(qapp: object) -> None:
    layer = HeatLayer("heat", np.empty(0), np.empty(0), radius_m=1_000.0, word="Incidents")

    assert colours_in(picture(layer)) == {LAND}
    assert (layer.legend(), layer.bounds()) == ((), None)
    with pytest.raises(ValueError, match="not above 0"):
        HeatLayer("heat", np.empty(0), np.empty(0), radius_m=0.0)


def test_effort_of_a_walk_is_painted_along_it(qapp: object) -> None:
    lon = np.linspace(75.95, 76.05, 50)
    found = effort([(1, track_of(lon, np.full(50, 41.4)))], CELL_M, parallel_deg=41)

    image = picture(CoverageLayer("coverage", found, "visits", breaks=()))

    assert all(heated(image, NARYN, float(one), 41.4) for one in lon)
