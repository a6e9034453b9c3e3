"""Maps for paper, as the dossier asks for them."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pyproj import Geod
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ranger_app.domain.map_request import MapNotShownError, MapPainter, MapRequest, MapSheet, Mark
from ranger_app.domain.map_words import BASE_MAP_BOUNDS, grid_notes, map_words
from ranger_app.domain.track import NO_TIME, Track
from ranger_app.i18n import words_of_maps
from ranger_app.paths import resource
from tests.ui.map_samples import colours_in
from ui.map import (
    COVERAGE,
    PAPER,
    MapPoint,
    MapTrack,
    MapWords,
    PointsLayer,
    TracksLayer,
    Viewport,
    base_map_layers,
    render_map,
)
from ui.map.furniture import planned
from ui.map.labels import text_size
from ui.map.layer import LegendEntry
from ui.map.paper import WORD
from ui.map.render import map_view
from ui.map_painter import _sheet, painter
from ui.theme import LIGHT

WORDS = {
    "attribution": "Made with Natural Earth.",
    "not_authoritative": "Boundaries shown are not authoritative.",
    "north": "N",
    "scale_m": "m",
    "scale_km": "km",
}


def request() -> MapRequest:
    lon = np.linspace(75.98, 76.02, 100)
    track = Track(
        time_us=np.full(100, NO_TIME, dtype=np.int64),
        longitude_deg=lon,
        latitude_deg=41.4 + (lon - 76.0) / 2,
        elevation_m=np.full(100, np.nan),
        part_starts=np.array([0, 50]),
    )
    mark = Mark(label="KG-NAR_K7QD_000012", longitude_deg=76.0, latitude_deg=41.41)
    return MapRequest(size_mm=(170.0, 90.0), dpi=200, tracks=(track,), marks=(mark,), words=WORDS)


def test_a_map_for_the_dossier_shows_track_and_mark(qapp: QApplication) -> None:
    maps: MapPainter = painter()

    picture = maps.paint(request())

    image = QImage.fromData(picture)
    assert (image.width(), image.height()) == (1339, 709)
    assert {LIGHT.map.track, LIGHT.map.incident, LIGHT.map.land, "#FFFFFF"} <= colours_in(image)


def test_equal_requests_give_equal_bytes_in_this_process_and_in_another_without_a_display(qapp: QApplication) -> None:
    script = (
        "import hashlib; from tests.ui.test_map_painter import request; from ui.map_painter import painter;"
        "print(hashlib.sha256(painter().paint(request())).hexdigest())"
    )
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }

    import hashlib

    here = {hashlib.sha256(painter().paint(request())).hexdigest() for _ in range(2)}
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=bare).stdout

    assert here == {there.strip()}


def test_given_bounds_are_shown_and_nothing_closer(qapp: QApplication) -> None:
    whole = MapRequest(size_mm=(100.0, 80.0), bounds=(70.0, 39.0, 80.0, 44.0), words=WORDS)

    image = QImage.fromData(painter().paint(whole))

    assert {LIGHT.map.land, LIGHT.map.water} <= colours_in(image)


def test_russian_words_bring_cyrillic_names(qapp: QApplication) -> None:
    bounds = (70.0, 39.0, 80.0, 44.0)
    latin = MapRequest(size_mm=(100.0, 80.0), bounds=bounds, words={"scale_km": "km"})
    cyrillic = MapRequest(size_mm=(100.0, 80.0), bounds=bounds, words={"scale_km": "км"})
    image, other = (QImage.fromData(painter().paint(asked)) for asked in (latin, cyrillic))

    assert image.copy(0, 0, 700, 400) != other.copy(0, 0, 700, 400)


def test_a_map_of_nothing_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="track or a mark"):
        painter().paint(MapRequest(size_mm=(100.0, 80.0)))


# Paper


def words_on(page: bytes) -> str:
    with pypdfium2.PdfDocument(page) as pdf:
        return " ".join(pdf[0].get_textpage().get_text_range().split())


def full(language: str = "en", **more: Any) -> MapRequest:
    words = words_of_maps(language)
    given: dict[str, Any] = {
        "words": map_words(words), "title": words.say("Patrol {number}", number="KG-NAR_K7QD_000012"), "grid": "sk42",
        "notes": grid_notes(words, "sk42", 41.4, 76.0), **more,
    }  # fmt: skip
    return dataclasses.replace(request(), **given)


def test_a_page_has_words_that_can_be_searched_and_its_own_size(qapp: QApplication) -> None:
    page = painter().paint_pdf(full(size_mm=(297.0, 210.0), dpi=300))

    text = words_on(page)
    assert "Patrol KG-NAR_K7QD_000012" in text
    assert "Scale 1 : " in text
    assert "operation EPSG:15865, accurate to 4.5 m." in text
    assert "Natural Earth, GeoNames (CC BY 4.0) · Boundaries shown are not authoritative." in text
    assert "Track" in text
    with pikepdf.open(io.BytesIO(page)) as pdf:
        assert [round(float(edge)) for edge in pdf.pages[0].mediabox] == [0, 0, 842, 595]
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())


def test_a_page_says_its_language_and_no_path_ends_that_never_began(qapp: QApplication) -> None:
    """Of a whole continent many lines lie outside of the page, and readers complain about what Qt writes of them."""
    page = painter().paint_pdf(full("ur", size_mm=(297.0, 210.0), bounds=(44.0, 22.0, 122.0, 58.0), tracks=()))

    with pikepdf.open(io.BytesIO(page)) as pdf:
        assert str(pdf.Root.Lang) == "ur"
        operators = [str(one.operator) for one in pikepdf.parse_content_stream(pdf.pages[0])]
    assert {before for before, after in pairwise(operators) if after == "h"} <= {"m", "l", "c", "v", "y", "h", "re"}


@pytest.mark.parametrize("language", ["en", "ru", "ur"])
def test_equal_requests_give_equal_pages(qapp: QApplication, language: str) -> None:
    asked = full(language, size_mm=(210.0, 297.0), dpi=300)

    assert painter().paint_pdf(asked) == painter().paint_pdf(asked)


def test_the_scale_that_is_printed_is_that_of_the_map(qapp: QApplication) -> None:
    """Two meridians of the picture, measured with a ruler, against the ellipsoid."""
    bounds = (75.9, 41.3, 76.1, 41.5)
    page = painter().paint_pdf(full(size_mm=(297.0, 210.0), bounds=bounds, dpi=300))
    found = re.search(r"Scale 1 : ([\d\s]+),", words_on(page))
    assert found is not None
    times = int(re.sub(r"\D", "", found[1]))

    sheet = _sheet(full(bounds=bounds, dpi=300), (297.0 - 24, 210.0 - 24))
    shown = sheet.view.drawn_at(300)
    x0, x1 = (shown.project(lon, 41.4)[0] for lon in (75.9, 76.1))
    ruler_mm = (x1 - x0) / 96 * 25.4
    ground_m = Geod(ellps="sphere", a=6378137.0, b=6378137.0).inv(75.9, 41.4, 76.1, 41.4)[2]
    assert times == pytest.approx(ground_m * 1000 / ruler_mm, rel=0.002)
    assert float(f"{times:.1e}") == times


def test_all_of_the_bounds_is_seen_whatever_stands_around_the_map(qapp: QApplication) -> None:
    for bounds in ((75.9, 41.3, 76.1, 41.5), (60.0, 36.0, 90.0, 55.0), (-180.0, -80.0, 180.0, 84.0)):
        asked = full(bounds=bounds, size_mm=(210.0, 297.0), title="A long title " * 40)
        sheet = _sheet(asked, asked.size_mm)
        shown = sheet.view.drawn_at(asked.dpi)
        inner = map_view(shown, planned(sheet.furniture, shown, sheet.layers, sheet.words))
        left, top = inner.project(bounds[0], bounds[3])
        right, bottom = inner.project(bounds[2], bounds[1])
        assert left >= -0.5
        assert top >= -0.5
        assert right <= inner.width_px + 0.5
        assert bottom <= inner.height_px + 0.5


def test_a_title_is_broken_into_two_lines_and_what_is_left_out_is_marked(qapp: QApplication) -> None:
    page = painter().paint_pdf(full(size_mm=(210.0, 297.0), title="\n".join(["Snares above the river"] * 30)))

    text = words_on(page)
    assert text.count("Snares above the river") < 30
    assert "…" in text


@pytest.mark.parametrize(
    "title", ["x" * 5_000, "\x00\x1b[2J\u202e\u2028", "نقشہ " * 300, "<b>&amp;</b>", " ", "\U0001f43e \ud800"]
)
def test_any_title_can_be_printed(qapp: QApplication, title: str) -> None:
    assert painter().paint_pdf(full(size_mm=(210.0, 297.0), title=title)).startswith(b"%PDF")


def test_the_legend_takes_as_many_rows_as_it_needs_and_nothing_lies_on_anything(qapp: QApplication) -> None:
    class Many(PointsLayer):
        def legend(self) -> tuple[LegendEntry, ...]:
            sign = super().legend()[0]
            return tuple(sign._replace(kind=f"k{n}", word=f"Kind of place {n}") for n in range(23))

    place = MapPoint(id="a", longitude_deg=76.0, latitude_deg=41.4)
    words = MapWords.from_mapping(map_words(words_of_maps("en")))
    view = Viewport(76.0, 41.4, 11.0, 700, 900)
    layers = [*base_map_layers(), Many("many", [place])]
    plan = planned(PAPER._replace(title="T"), view, layers, words)

    assert len(plan.legend) == 23
    assert max(one.row for one in plan.legend) > 2
    for row in range(10):
        ends = [(one.x, one.x + one.entry.width_px + 6 + text_size(WORD, one.word)[0])
                for one in plan.legend if one.row == row]  # fmt: skip
        assert all(one[1] < other[0] for one, other in pairwise(ends))
        assert all(end <= 700 - plan.scale_px for _, end in ends)
    assert plan.map_box.height() > 500


def test_in_urdu_everything_begins_on_the_right(qapp: QApplication) -> None:
    english, urdu = (QImage.fromData(painter().paint(full(one, dpi=96))) for one in ("en", "ur"))

    def ink(image: QImage, first: int, last: int) -> int:
        return sum(image.pixelColor(x, y).lightness() < 128 for x in range(first, last) for y in range(20))

    half = english.width() // 2
    assert ink(english, 0, half) > 0
    assert ink(english, half + 60, english.width()) == 0
    assert ink(urdu, half + 60, urdu.width()) > 0
    assert ink(urdu, 0, half - 60) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"dpi": 0}, {"dpi": 10**9}, {"size_mm": (0.0, 100.0)}, {"size_mm": (1e9, 100.0)},
     {"bounds": (76.0, 41.0, 75.0, 42.0)}, {"bounds": (math.nan, 41.0, 75.0, 42.0)}],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused_where_it_is_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        dataclasses.replace(request(), **wrong)


def test_an_own_map_that_cannot_be_read_stops_the_printing(qapp: QApplication, tmp_path: Path) -> None:
    gone = MapSheet(name="Sheet", kind="tiles", path=tmp_path / "gone.mbtiles", bounds=(75.0, 41.0, 77.0, 42.0))

    with pytest.raises(MapNotShownError) as refused:
        painter().paint_pdf(full(maps=(gone,), size_mm=(210.0, 297.0)))

    assert refused.value.gaps == (("Sheet", "map-file-missing"),)


def test_the_land_that_notes_take_for_known_is_that_of_the_base_map() -> None:
    assert BASE_MAP_BOUNDS == COVERAGE


def test_every_capital_has_a_name_in_cyrillic() -> None:
    with resource("basemap", "places.csv").open(encoding="utf-8", newline="") as file:
        capitals = [row for row in csv.DictReader(file) if row["kind"] == "capital"]

    assert len(capitals) > 17
    assert [row["name"] for row in capitals if not row["cyrillic"]] == []


def test_a_track_that_lies_elsewhere_is_not_explained_in_the_legend(qapp: QApplication) -> None:
    there = dataclasses.replace(full(), bounds=(60.0, 30.0, 60.5, 30.4), marks=(), size_mm=(210.0, 297.0))

    with pypdfium2.PdfDocument(painter().paint_pdf(there)) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert there.tracks
    assert there.words["track"] not in text


def test_the_beginning_and_the_end_of_a_track_are_explained(qapp: QApplication) -> None:
    with pypdfium2.PdfDocument(painter().paint_pdf(full(size_mm=(210.0, 297.0)))) as pdf:
        text = pdf[0].get_textpage().get_text_range()

    assert "Beginning" in text
    assert "End" in text


def test_where_one_day_ends_the_beginning_of_the_next_is_seen(qapp: QApplication) -> None:
    first, second = (
        MapTrack(id=name, longitude_deg=np.array(lon), latitude_deg=np.array([41.4, 41.41]))
        for name, lon in (("one", [76.0, 76.02]), ("two", [76.0, 75.98]))
    )
    back = dataclasses.replace(second, longitude_deg=np.array([75.98, 76.0]), latitude_deg=np.array([41.41, 41.4]))
    view = Viewport(76.0, 41.4, 13.0, 300, 200)

    image = render_map([TracksLayer("tracks", [first, back])], view)

    assert image.pixelColor(150, 100).name().upper() == LIGHT.map.halo.upper()
