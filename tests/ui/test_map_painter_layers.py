"""A sheet shows the layers of the screen: in their order, as strongly, with effort and heat explained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from ranger_app.domain.effort import effort
from ranger_app.domain.layer_order import layer_order, own_id
from ranger_app.domain.map_request import MARGIN_MM, EffortShown, HeatShown, MapRequest, MapSheet
from ranger_app.domain.map_words import map_words
from ranger_app.domain.track import Track
from ranger_app.i18n import Words
from ranger_app.maps.vector_file import AREA, VectorMap, save_vectors
from tests.made_maps import mbtiles
from tests.ui.map_samples import colours_in
from tests.ui.test_map_painter import request
from tests.unit.test_track_codec import track_of
from ui.map.vector_style import VectorStyle
from ui.map_painter import _sheet, painter
from ui.theme import LIGHT

BOX = (75.0, 41.0, 77.0, 42.0)
"""Wider than what is asked for."""


def whole(**more: Any) -> MapRequest:
    return replace(request(), bounds=(75.9, 41.3, 76.1, 41.5), grid="utm", words=map_words(Words()), **more)


def below(wanted: MapRequest) -> list[str]:
    """The layers of the sheet, the lowest first."""
    return [layer.id for layer in _sheet(wanted, wanted.size_mm).layers]


@pytest.fixture
def sheet(tmp_path: Path) -> MapSheet:
    path = mbtiles(tmp_path / "sheet.mbtiles")
    return MapSheet(name="sheet", kind="tiles", path=path, bounds=BOX, zooms=(0, 5))


def area(folder: Path, name: str, colour: str) -> MapSheet:
    """Land of one colour that covers all that is printed."""
    west, south, east, north = BOX
    path = folder / f"{name}.vectors.npz"
    save_vectors(
        VectorMap(
            name=name, longitude_deg=np.array([west, east, east, west]),
            latitude_deg=np.array([south, south, north, north]), starts=np.array([0]), owners=np.array([0]),
            shapes=np.array([AREA], np.int8), attributes={},
        ),
        path,
    )  # fmt: skip
    style = VectorStyle(colour=colour, fill_opacity=1.0).as_json()
    return MapSheet(name=name, kind="vectors", path=path, bounds=BOX, style=style)


def painted(wanted: MapRequest) -> QImage:
    return QImage.fromData(painter().paint(wanted))


def ground(image: QImage) -> QColor:
    """The colour of a place beside everything."""
    return image.pixelColor(image.width() * 3 // 10, image.height() // 5)


def words_on(wanted: MapRequest) -> str:
    with pypdfium2.PdfDocument(painter().paint_pdf(replace(wanted, size_mm=(297.0, 210.0)))) as pdf:
        return " ".join(pdf[0].get_textpage().get_text_range().split())


def test_layers_lie_on_paper_as_they_do_on_the_screen(qapp: QApplication, sheet: MapSheet, tmp_path: Path) -> None:
    one, other = area(tmp_path, "one", "#AA0000"), area(tmp_path, "other", "#00AA00")
    own = {own_id(each.name): each.kind for each in (sheet, one, other)}
    chosen = ["tracks", "incident", own_id("one"), "grid", own_id("other"), "base", own_id("sheet")]

    plain, moved = (whole(maps=(sheet, one, other), order=tuple(layer_order(rows, own))) for rows in ([], chosen))

    assert below(plain) == below(whole(maps=(sheet, one, other))) == [
        "base", "own/sheet", "base-names", "own/one", "own/other", "graticule", "tracks", "marks",
    ]  # fmt: skip
    assert below(moved) == [
        "own/sheet", "base", "base-names", "own/other", "graticule", "own/one", "marks", "tracks",
    ]  # fmt: skip
    green, red = ground(painted(plain)), ground(painted(moved))
    assert (green.green() > 2 * green.red(), red.red() > 2 * red.green()) == (True, True)


def test_what_the_screen_shows_faintly_or_not_at_all_is_so_on_paper(qapp: QApplication) -> None:
    faint = whole(opacities={"tracks": 0.4, "base": 0.0, "base-names": 0.0})

    layers = {layer.id: layer.opacity for layer in _sheet(faint, faint.size_mm).layers}

    assert (layers["tracks"], layers["base"], layers["marks"]) == (0.4, 0.0, 1.0)
    assert LIGHT.map.land not in colours_in(painted(faint))


def test_effort_is_on_the_sheet_with_what_its_colours_mean(qapp: QApplication) -> None:
    grid = effort([(1, track_of(np.linspace(75.95, 76.05, 50), np.full(50, 41.4)))], 1_000.0, parallel_deg=41)
    shown = EffortShown(grid=grid, measure="visits", words=("1 visit",), empty_word="nobody was here")

    with_effort = whole(effort=shown)

    assert below(with_effort)[-3:] == ["effort", "tracks", "marks"]
    assert "1 visit" in words_on(with_effort)
    assert "nobody was here" in words_on(with_effort)
    assert painted(with_effort) != painted(whole())
    fine = replace(with_effort, dpi=600, size_mm=(80.0, 80.0))
    assert painter().paint_pdf(fine) == painter().paint_pdf(fine)


def test_heat_is_on_the_sheet_where_nothing_has_a_sign(qapp: QApplication) -> None:
    heat = HeatShown(places=((76.0, 41.4), (76.01, 41.4)), radius_m=2_000.0, word="Waypoints within 2 km")

    hot = whole(heat=heat, marks=())

    assert below(hot)[-2:] == ["heat", "tracks"]
    assert "Waypoints within 2 km" in words_on(hot)
    assert painted(hot) != painted(whole(marks=()))
    assert "Waypoints" not in words_on(whole(heat=replace(heat, places=())))


def walked_back(track: Track, first: int, last: int) -> Track:
    """A piece of a way, walked backwards."""
    back = track.slice(last, first + 1)
    return replace(
        back, longitude_deg=back.longitude_deg[::-1].copy(), latitude_deg=back.latitude_deg[::-1].copy(),
        part_starts=np.array([0]),
    )  # fmt: skip


def part(first: int, last: int) -> MapRequest:
    """A map of pieces of one way."""
    (track,) = request().tracks
    return whole(tracks=(track.slice(first, last),), marks=())


def test_the_legend_names_beginnings_and_ends_that_are_seen_alone(qapp: QApplication) -> None:
    (track,) = request().tracks
    there_and_back = (track.slice(0, 50), walked_back(track, 49, 0))
    beyond = replace(whole(marks=()), bounds=(75.995, 41.395, 76.0, 41.405))

    assert ("Beginning" in words_on(part(0, 100)), "End" in words_on(part(0, 100))) == (True, True)
    covered = words_on(whole(tracks=there_and_back, marks=()))
    assert ("Beginning" in covered, "End" in covered) == (True, False)
    assert not {"Beginning", "End"} & set(words_on(beyond).split())


def test_a_track_that_goes_around_the_map_is_not_explained(qapp: QApplication) -> None:
    (track,) = request().tracks
    corners = ((75.9, 41.3), (76.1, 41.3), (76.1, 41.5), (75.9, 41.5), (75.9, 41.3))
    lons, lats = (np.array(column) for column in zip(*corners, strict=True))
    around = replace(track.slice(0, 5), longitude_deg=lons, latitude_deg=lats)
    inside = replace(whole(tracks=(around,), marks=()), bounds=(75.99, 41.395, 76.01, 41.405))

    assert "Track" not in words_on(inside)
    assert "Track" in words_on(replace(inside, bounds=(75.85, 41.25, 76.15, 41.55)))


def test_a_disc_with_a_number_is_explained_where_there_is_one(qapp: QApplication) -> None:
    (mark,) = request().marks
    near, far = replace(mark, longitude_deg=76.0001), replace(mark, longitude_deg=76.05)
    said = "Several places, and how many"

    assert said in words_on(whole(marks=(mark, near), is_gathered=True))
    assert said not in words_on(whole(marks=(mark, far), is_gathered=True))
    assert said not in words_on(whole(marks=(mark, near)))


def test_a_sign_below_the_legend_is_not_explained(qapp: QApplication) -> None:
    """It lies on the paper, though not on the map."""
    (mark,) = request().marks
    wanted = replace(whole(tracks=(), marks=(mark,)), bounds=(75.9, 41.3, 76.1, 41.5))
    view = _sheet(wanted, (297.0 - 2 * MARGIN_MM, 210.0 - 2 * MARGIN_MM)).view
    low = replace(mark, latitude_deg=view.unproject(0.0, view.height_px - 5.0)[1])

    assert "Incident" in words_on(wanted)
    assert "Incident" not in words_on(replace(wanted, marks=(low,)))
