"""What every section of a dossier needs at hand: the content, the words, the styles, and the usual shapes of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table, TableStyle

from exporters.dossier.paper import CELL_FONT, GROUND, INK, RULE, WIDTH, Styles
from exporters.dossier.prose import prose
from exporters.dossier.story import moment_or_none, place_of, told
from ranger_app.domain.dossier import DossierContent, Told, ToldValue
from ranger_app.domain.map_request import MapPainter
from ranger_app.domain.records import Position
from ranger_app.i18n import Words

LABEL_WIDTH = 46 * mm
LONG_TEXT, MANY_LINES = 300, 12
"""A text of more characters or lines stands below its label over the whole width, and can go on to the next page."""

Row: TypeAlias = list[Any]
"""Cells of a table: a flowable, or a list of them."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the sections of one dossier are written.

    Attributes:
        second_words: Say each heading once more; ``None`` when one language is enough.
        manifest_sha256: Printed on the cover and on the integrity page.
        photo_numbers: ``P-01`` and so on, by attachment id.
    """

    content: DossierContent
    words: Words
    second_words: Words | None
    styles: Styles
    painter: MapPainter
    manifest_sha256: str
    photo_numbers: dict[str, str]

    def text(self, text: str) -> Flowable:
        return prose(text, self.styles.body)

    def quiet(self, text: str) -> Flowable:
        return prose(text, self.styles.small)

    def strong(self, text: str) -> Flowable:
        return prose(text, self.styles.strong)

    def chapter(self, text: str) -> list[Flowable]:
        """A heading that begins an incident or an annex, with its line in the outline."""
        return [CondPageBreak(60 * mm), self.titled(text, self.styles.chapter, level=0)]

    def titled(self, text: str, style: ParagraphStyle, *, level: int) -> Flowable:
        """*text* with its line in the outline that a reader shows beside the pages."""
        heading = prose(text, style)
        heading.outline_entry = (level, text)  # type: ignore[attr-defined]
        return heading

    def section(self, letter: str, text: str) -> list[Flowable]:
        """A lettered heading in the dossier's language, and in the second one when there is one.

        Args:
            letter: Of the dossier's plan; the same in every language.
            text: English source.
        """
        title = f"{letter}   {self.words.say(text)}"
        if self.second_words is not None:
            title += f" / {self.second_words.say(text)}"
        return [CondPageBreak(30 * mm), self.titled(title, self.styles.section, level=1)]

    def lines(self, rows: Sequence[tuple[str, str]]) -> list[Flowable]:
        """Label and text, a thin rule under each; nothing for rows without a text."""
        story: list[Flowable] = []
        short: list[list[Flowable]] = []
        for label, said in rows:
            if not said:
                continue
            if len(said) <= LONG_TEXT and said.count("\n") < MANY_LINES:
                short.append([prose(label, self.styles.label), self.text(said)])
                continue
            story += [*self._table(short), Spacer(1, 4), prose(label, self.styles.label), self.text(said)]
            short = []
        return story + self._table(short)

    def _table(self, rows: list[list[Flowable]]) -> list[Flowable]:
        if not rows:
            return []
        table = Table(rows, colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH], style=_LINES, hAlign="LEFT")
        return [table]

    def grid(self, head: Sequence[str], rows: Sequence[Row], widths: Sequence[float]) -> Table:
        """A table with a head that is said again on each page."""
        top = [prose(words, self.styles.label) for words in head]
        return Table([top, *rows], colWidths=list(widths), repeatRows=1, splitInRow=1, style=_GRID, hAlign="LEFT")

    def values(self, values: Sequence[ToldValue]) -> list[Flowable]:
        return self.lines([(value.label, self.told(value.value)) for value in values])

    def told(self, value: Told) -> str:
        return told(value, self.words)

    def moment(self, moment: dt.datetime | None) -> str:
        return moment_or_none(moment, self.words)

    def position(self, position: Position) -> str:
        return place_of(position, self.words)


def headed(heading: list[Flowable], story: list[Flowable]) -> list[Flowable]:
    """*story* under its heading, which stays on the page of the first part that is kept together."""
    first, *rest = story
    if not isinstance(first, KeepTogether):
        return [*heading, *story]
    # One inside another would always break the page.
    parts: list[Flowable] = first._content  # type: ignore[attr-defined]
    return [KeepTogether([*heading[1:], *parts]), *rest]


def together(story: list[Flowable]) -> Flowable:
    """Parts that should stay on one page when they fit on one."""
    return KeepTogether(story)


_LINES = TableStyle(
    [
        CELL_FONT,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
)

_GRID = TableStyle(
    [
        CELL_FONT,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), GROUND),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)
