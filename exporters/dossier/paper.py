"""The sheet: A4, margins, colours, styles, the foot of each page and the DRAFT across it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from exporters.dossier.fonts import SANS, SANS_BOLD, checked, register_fonts
from exporters.dossier.prose import plain

INK = HexColor("#171B17")
QUIET = HexColor("#4A524A")
RULE = HexColor("#C9D0C6")
GROUND = HexColor("#F4F6F2")
PRIMARY = HexColor("#1E5B3A")
WARNING = HexColor("#8A4B00")
DRAFT_INK = Color(0.61, 0.11, 0.11, alpha=0.16)

LEFT, RIGHT, TOP, BOTTOM = 20 * mm, 18 * mm, 16 * mm, 20 * mm
"""Margins; the left one leaves room for the holes of a court's binder."""

WIDTH = A4[0] - LEFT - RIGHT
CELL_FONT = ("FONTNAME", (0, 0), (-1, -1), SANS)
"""In every table: reportlab would name a font of its own for each cell, which is not embedded."""

FOOT = 8.0
"""Size of the letters at the foot of each page, in points."""


def _style(name: str, size: float, leading: float, *, font: str = SANS, **more: Any) -> ParagraphStyle:
    values = {"textColor": INK, "alignment": TA_LEFT, "splitLongWords": 1, **more}
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **values)


@dataclass(frozen=True, slots=True)
class Styles:
    """The few manners in which a dossier speaks."""

    title: ParagraphStyle
    subtitle: ParagraphStyle
    chapter: ParagraphStyle
    section: ParagraphStyle
    body: ParagraphStyle
    strong: ParagraphStyle
    label: ParagraphStyle
    small: ParagraphStyle
    digest: ParagraphStyle
    warning: ParagraphStyle


def styles() -> Styles:
    """Fresh styles on the bundled fonts."""
    register_fonts()
    return Styles(
        title=_style("title", 24, 29, font=SANS_BOLD, spaceAfter=2),
        subtitle=_style("subtitle", 13, 17, textColor=QUIET, spaceAfter=6),
        chapter=_style("chapter", 15, 19, font=SANS_BOLD, textColor=PRIMARY, spaceBefore=16, spaceAfter=4),
        section=_style("section", 11, 14.5, font=SANS_BOLD, textColor=PRIMARY, spaceBefore=11, spaceAfter=4),
        body=_style("body", 9.5, 13.5, spaceAfter=4),
        strong=_style("strong", 9.5, 13.5, font=SANS_BOLD),
        label=_style("label", 8.5, 13.5, textColor=QUIET),
        small=_style("small", 8, 11, textColor=QUIET),
        digest=_style("digest", 7.5, 10.5, textColor=QUIET),
        warning=_style("warning", 9.5, 13.5, font=SANS_BOLD, textColor=WARNING),
    )


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands on every page.

    Attributes:
        left: Which document this is.
        middle: Who may read it.
        page_of: ``Page {page} of {pages}``, in the dossier's language.
        draft: The word across a draft's pages; empty when it is none.
        head: Words at the top of each page; empty when there are none.
    """

    left: str
    middle: str
    page_of: str
    draft: str = ""
    head: str = ""


class _DossierCanvas(Canvas):
    """A canvas that is asked for the feet of its pages when their number is known."""

    foot: Foot | None = None

    def save(self) -> None:
        if self.foot is not None:
            pages = self.getPageNumber() - 1
            for page in range(1, pages + 1):
                self.beginForm(_foot_name(page), 0, 0, *A4)
                _draw_foot(self, self.foot, page, pages)
                self.endForm()
        super().save()


class DossierDocument(BaseDocTemplate):
    """A document whose pages all carry the same foot.

    Attributes:
        page: Number of pages, once built.
    """

    def __init__(self, out: BinaryIO, foot: Foot, *, language: str, title: str) -> None:
        super().__init__(
            out, pagesize=A4, invariant=1, pageCompression=1, lang=language, title=title, initialFontName=SANS
        )
        self._foot = foot
        self._headings = 0
        frame = Frame(
            LEFT, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
        )
        self.addPageTemplates([PageTemplate("sheet", [frame], onPageEnd=self._finish_page)])

    def write(self, story: list[Flowable]) -> int:
        """Set *story* and answer the number of pages."""
        self.build(story, canvasmaker=_DossierCanvas)
        return int(self.page)

    def _finish_page(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        assert isinstance(canvas, _DossierCanvas)
        canvas.foot = self._foot
        canvas.doForm(_foot_name(canvas.getPageNumber()))
        if self._foot.draft:
            _draw_draft(canvas, self._foot.draft)

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        """Give each heading its line in the reader's outline."""
        entry = getattr(flowable, "outline_entry", None)
        if entry is None:
            return
        level, text = entry
        self._headings += 1
        key = f"heading-{self._headings}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(plain(text), key, level=level, closed=level > 0)


def _foot_name(page: int) -> str:
    return f"foot-{page}"


def _draw_foot(canvas: Canvas, foot: Foot, page: int, pages: int) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    y = BOTTOM - 6 * mm
    canvas.line(LEFT, y + 4 * mm, A4[0] - RIGHT, y + 4 * mm)
    canvas.setFillColor(QUIET)
    canvas.setFont(SANS, FOOT)
    canvas.drawString(LEFT, y, plain(checked(foot.left)))
    canvas.drawRightString(A4[0] - RIGHT, y, foot.page_of.format(page=page, pages=pages))
    canvas.setFont(SANS_BOLD, FOOT)
    canvas.drawCentredString(A4[0] / 2, y, plain(checked(foot.middle)))
    canvas.drawRightString(A4[0] - RIGHT, A4[1] - TOP + 4 * mm, plain(checked(foot.head)))


def _draw_draft(canvas: Canvas, word: str) -> None:
    size = 150.0
    while stringWidth(word, SANS_BOLD, size) > A4[1] * 0.62:
        size -= 5
    canvas.saveState()
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    canvas.setFillColor(DRAFT_INK)
    canvas.setFont(SANS_BOLD, size)
    canvas.drawCentredString(0, -size / 3, word)
    canvas.restoreState()
