"""Paint a sheet on which own maps may fail: the rest is painted, and what is missing stands below it."""

from __future__ import annotations

from dataclasses import replace

from ranger_app.domain.map_request import GAP_CODES, Gap, MapNotShownError, MapPainter, MapRequest
from ranger_app.domain.map_words import isolated
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words, marked

Missing = tuple[str, RangerAppError]
"""What is not on a sheet as it was wanted: the name of a map or the number of a record, and why."""

GAP_NOTES = {
    "tile-damaged": marked("Parts of the map {name} are damaged, and shown coarsely or not at all."),
    "tile-source-unreadable": marked("Parts of the map {name} could not be read, and are not shown."),
    "layer-too-dense": marked("Not everything of the map {name} is shown: it holds more than this sheet can."),
    "map-too-detailed": marked(
        "The map {name} is too detailed for this scale: the dashed frame shows where it lies, not what it shows."
    ),
    "map-not-shown": marked("The map {name} could not be read, and is not shown."),
}
"""What a sheet says of a gap."""


class MapGapError(RangerAppError):
    """Something of an own map is not on the sheet."""

    def __init__(self, code: str, name: str) -> None:
        self.code = code  # type: ignore[misc]
        super().__init__(file=name, name=name)


def painted(
    painter: MapPainter, request: MapRequest, *, words: Words, is_page: bool
) -> tuple[bytes, tuple[Missing, ...]]:
    """Paint, and once more with notes for what failed; notes take room, so that other parts can fail then."""
    gaps: list[Gap] = []
    while True:
        notes = tuple(dict.fromkeys(words.say(GAP_NOTES[code], name=isolated(words, name)) for name, code in gaps))
        lacking = {name for name, code in gaps if code not in GAP_CODES}
        wanted = replace(
            request, notes=(*request.notes, *notes), known_gaps=frozenset(gaps),
            maps=tuple(sheet for sheet in request.maps if sheet.name not in lacking),
        )  # fmt: skip
        try:
            content = painter.paint_pdf(wanted) if is_page else painter.paint(wanted)
        except MapNotShownError as error:
            found = [(name, code if code in GAP_CODES else MapNotShownError.code) for name, code in error.gaps]
            new = [gap for gap in found if gap not in gaps]
            if not new:
                raise
            gaps += new
        else:
            return content, tuple((name, MapGapError(code, name)) for name, code in gaps)
