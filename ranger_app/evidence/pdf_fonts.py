"""Fonts of a PDF/A: each embedded, each printed code with a glyph, each width that of the font."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ranger_app.evidence.true_type import BrokenFontError, FontFile
from ranger_app.problem import Problem

WIDTH_TOLERANCE = 1.0
"""Thousandths of the font size by which the PDF and the font may differ in the width of a glyph."""

FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
DEEPEST_FORM = 12


def font_problems(pdf: Any) -> Iterator[Problem]:
    """Everything that is wrong with the fonts of *pdf*, font by font in the order of pages."""
    used: dict[tuple[int, int], tuple[Any, set[int]]] = {}
    for page in pdf.pages:
        _collect(page.obj, page.obj.get("/Resources"), used, 0)
    for font, codes in used.values():
        yield from _one_font(font, codes)


def _collect(stream: Any, resources: Any, used: dict[tuple[int, int], tuple[Any, set[int]]], depth: int) -> None:
    """Which codes of which fonts a page or form prints, forms inside it too."""
    import pikepdf

    if resources is None or depth > DEEPEST_FORM:
        return
    fonts = resources.get("/Font", {})
    forms = resources.get("/XObject", {})
    current: Any = None
    saved: list[Any] = []
    for instruction in pikepdf.parse_content_stream(stream):
        operator, operands = str(instruction.operator), instruction.operands
        match operator:
            case "q":
                saved.append(current)
            case "Q":
                current = saved.pop() if saved else None
            case "Tf":
                current = fonts.get(str(operands[0]))
                if current is not None:
                    used.setdefault(_key(current), (current, set()))
            case "Tj" | "'" | '"' | "TJ":
                if current is not None:
                    used[_key(current)][1].update(_codes(operands[-1]))
            case "Do":
                form = forms.get(str(operands[0]))
                if form is not None and form.get("/Subtype") == "/Form":
                    _collect(form, form.get("/Resources", resources), used, depth + 1)


def _key(font: Any) -> tuple[int, int]:
    number, generation = font.objgen
    return (number, generation) if number else (0, id(font))


def _codes(text: Any) -> set[int]:
    import pikepdf

    parts = text if isinstance(text, pikepdf.Array) else [text]
    return {code for part in parts if isinstance(part, pikepdf.String) for code in bytes(part)}


def _one_font(font: Any, codes: set[int]) -> Iterator[Problem]:
    name = str(font.get("/BaseFont", "/?"))
    subtype = font.get("/Subtype")
    holder = font.DescendantFonts[0] if subtype == "/Type0" else font
    descriptor = holder.get("/FontDescriptor")
    if subtype != "/Type3" and (descriptor is None or not any(key in descriptor for key in FONT_FILES)):
        yield Problem(code="pdfa-font-not-embedded", where=name)
        return
    if subtype != "/TrueType" or "/FontFile2" not in descriptor:
        return
    try:
        file = FontFile.read(bytes(descriptor.FontFile2.read_bytes()))
    except BrokenFontError:
        yield Problem(code="pdfa-font-broken", where=name)
        return
    if "/Encoding" not in font:
        yield from _glyph_problems(font, name, file, codes)


def _glyph_problems(font: Any, name: str, file: FontFile, codes: set[int]) -> Iterator[Problem]:
    first = int(font.get("/FirstChar", 0))
    widths = [float(width) for width in font.get("/Widths", [])]
    for code in sorted(codes):
        glyph = file.glyph_of.get(code, 0)
        if not 0 < glyph < len(file.advances):
            yield Problem(code="pdfa-glyph-missing", where=f"{name} {code}")
        elif not 0 <= code - first < len(widths):
            yield Problem(code="pdfa-width-missing", where=f"{name} {code}")
        elif abs(widths[code - first] - file.advances[glyph]) > WIDTH_TOLERANCE:
            yield Problem(code="pdfa-width-differs", where=f"{name} {code}")
