"""Where one reads from right to left: rows of names, broken lines and gradients go that way too."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ranger_app.domain.map_words import grid_notes, isolated, joined, listed, map_words
from ranger_app.i18n import words_of_maps
from ranger_app.services.map_records import MapGridAwayError, MapRecordsAwayError, note_of
from ui.map import HeatLayer, MapWords
from ui.map.lines import broken
from ui.map.paper import SMALL
from ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

ENGLISH, URDU = words_of_maps("en"), words_of_maps("ur")
LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


def test_rows_of_names_are_parted_as_the_language_does_it_and_each_keeps_its_own_order() -> None:
    assert listed(ENGLISH, ["A_1", "B_2"]) == "A_1, B_2"
    assert listed(URDU, ["A_1", "B_2"]) == f"{LRI}A_1{PDI}، {LRI}B_2{PDI}"
    assert joined(ENGLISH, ["one", "two"]) == "one; two"
    assert joined(URDU, ["one", "two"]) == "one؛ two"
    assert isolated(URDU, "43-K") == f"{FSI}43-K{PDI}"
    (note,) = grid_notes(URDU, "utm", 41.4, 78.0, (77.0, 40.9, 79.2, 41.9))
    assert f"{LRI}43N (EPSG:32643){PDI}، {LRI}44N (EPSG:32644){PDI}" in note


def test_sources_are_parted_as_the_language_does_it() -> None:
    names = ["Natural Earth", "GeoNames (CC BY 4.0)"]

    english, urdu = (MapWords.from_mapping(map_words(words)).sources(names) for words in (ENGLISH, URDU))

    assert "Natural Earth, GeoNames (CC BY 4.0)" in english
    assert f"{FSI}Natural Earth{PDI}، {FSI}GeoNames (CC BY 4.0){PDI}" in urdu


def test_a_sheet_calls_a_grid_that_is_not_drawn_by_its_name_and_isolates_numbers() -> None:
    away = MapGridAwayError(grid="kalianpur")

    assert note_of(ENGLISH, away) == "The grid Kalianpur 1962 (Pakistan) does not reach this land."
    assert URDU.say("Kalianpur 1962 (Pakistan)") in note_of(URDU, away)
    assert f"{LRI}1_A, 2_B{PDI}" in note_of(URDU, MapRecordsAwayError(records="1_A, 2_B"))


def test_what_keeps_its_own_order_keeps_it_where_a_line_is_broken() -> None:
    long = " ".join(["Landsat"] * 60)

    lines = broken(f"ماخذ {FSI}{long}{PDI} سرحدیں", SMALL, 300.0, 9)

    assert len(lines) > 3
    assert all(line.count(FSI) == line.count(PDI) <= 1 for line in lines)
    assert all(line.startswith(FSI) for line in lines[1:])
    assert " ".join(lines).replace(FSI, "").replace(PDI, "") == f"ماخذ {long} سرحدیں"


@pytest.mark.parametrize("right_to_left", [False, True])
def test_heat_is_explained_from_few_to_many_in_the_direction_of_its_words(*, right_to_left: bool) -> None:
    heat = HeatLayer("heat", np.array([76.0]), np.array([41.4]), radius_m=5000.0, word="few to many")
    (entry,) = heat.legend()
    image = QImage(100, 20, QImage.Format.Format_RGB32)
    image.fill(LIGHT.map.land)
    painter = QPainter(image)

    entry.draw_in(painter, QRectF(20, 0, entry.width_px, 20), LIGHT.map, right_to_left=right_to_left)
    painter.end()

    first, last = (image.pixelColor(round(20 + x), 10).lightness() for x in (3, entry.width_px - 3))
    assert (first < last) == right_to_left
