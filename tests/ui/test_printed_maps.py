"""Three printed maps in every language of maps: words shaped by the bundled fonts, nothing over anything."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PySide6.QtWidgets import QApplication

from ranger_app.i18n import MAP_LANGUAGES
from tests.pictures.printed_maps import print_maps

NAMES = ("patrol-overview", "scene-plan", "hot-spots")
TOUCHING_PT = 1.2
"""Letters reach that far out of what their font says, and the parts of one line touch each other."""

LEAST_PT = 4.0
"""What is lower is a sign that stands over its own letter."""

Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Path:
    out = tmp_path_factory.mktemp("maps")
    list(print_maps(out, tmp_path_factory.mktemp("made")))
    return out


def words_of(path: Path) -> list[Box]:
    """Left, bottom, right, top of every piece of writing, in points."""
    with pypdfium2.PdfDocument(path) as pdf:
        boxes = [one.get_bounds() for one in pdf[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])]
    return [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) >= LEAST_PT]


@pytest.mark.parametrize("language", MAP_LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_writing_lies_on_writing(printed: Path, name: str, language: str) -> None:
    found = words_of(printed / f"{name}-{language}.pdf")

    over = [
        (one, other)
        for one, other in combinations(found, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > TOUCHING_PT
        and min(one[3], other[3]) - max(one[1], other[1]) > TOUCHING_PT
    ]
    assert len(found) > 25
    assert over == []


@pytest.mark.parametrize("language", MAP_LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_everything_lies_on_the_paper_in_bundled_fonts(printed: Path, name: str, language: str) -> None:
    path = printed / f"{name}-{language}.pdf"
    with pikepdf.open(path) as pdf:
        width, height = (float(edge) for edge in list(pdf.pages[0].mediabox)[2:])
        fonts = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}

    assert all(left > 20 and right < width - 20 and low > 20 and top < height - 20
               for left, low, right, top in words_of(path))  # fmt: skip
    assert {font.split("+")[-1].split("-")[0].strip("/") for font in fonts} <= {"NotoSans", "NotoNaskhArabic"}
    assert any("Naskh" in font for font in fonts) == (language == "ur")
