"""What stands in the band around a map on paper: zones before numbers, and no letter over a frame."""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PySide6.QtWidgets import QApplication

from ranger_app.domain.map_request import MARGIN_MM, MapRequest
from ranger_app.domain.map_words import map_words
from ranger_app.i18n import words_of_maps
from ui.map_painter import painter

POINTS_PER_MM = 72 / 25.4
A4_MM = (297.0, 210.0)
BAND_PT = (17.0 + 2.0) * 0.75
"""The band and the frame around it."""

LEGEND_PT = 100.0
"""What stands below the map is lower than this."""

pytestmark = pytest.mark.usefixtures("qapp")


def page(grid: str, bounds: tuple[float, float, float, float], language: str = "en") -> pypdfium2.PdfPage:
    """A sheet without signs."""
    words = map_words(words_of_maps(language))
    return pypdfium2.PdfDocument(
        painter().paint_pdf(MapRequest(size_mm=A4_MM, bounds=bounds, dpi=100, grid=grid, words=words))
    )[0]


@pytest.mark.parametrize(
    ("grid", "bounds", "zones"),
    [
        ("sk95", (77.5, 40.9, 78.5, 41.5), ["13 | 14"]),
        ("utm", (77.0, 40.9, 79.2, 41.9), ["43N | 44N"]),
        ("utm", (8.0, 30.0, 80.0, 60.0), ["33N | 34N", "42N | 43N"]),
    ],
)
def test_zones_are_named_above_and_below_also_where_a_number_wants_their_place(
    qapp: QApplication, grid: str, bounds: tuple[float, float, float, float], zones: list[str]
) -> None:
    said = page(grid, bounds).get_textpage().get_text_bounded()

    assert [said.count(zone) for zone in zones] == [2] * len(zones)


def test_letters_that_hang_low_stay_off_the_frame() -> None:
    sheet = page("dms", (74.49, 41.19, 74.5, 41.195), "ur")
    inner = MARGIN_MM * POINTS_PER_MM + BAND_PT

    boxes = [one.get_bounds() for one in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])]

    left = [box for box in boxes if box[2] < inner + 6 and box[1] > LEGEND_PT]
    assert len(left) > 20
    assert max(box[2] for box in left) < inner - 1.5
