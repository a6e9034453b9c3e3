"""The shape that the points of one program share: what stands in every point, and where the values are.

A template is made from one point as it stands in a file. What is between its values, blanks and all, is its literals;
another point that has the same literals around its values has the same elements in the same places, whatever the values
are, because no value may hold a mark (``<`` or the quote). So a template says what a careful reading of such a point
would find without reading it.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np

from ranger_app.importers.gpx_digits import Ints
from ranger_app.importers.gpx_extras import EXTENSIONS, IN_EXTENSIONS, OWN, WRAPPER

LONGEST_POINT = 4_096
"""Points of more bytes are not regular."""

LATITUDE, LONGITUDE, ELEVATION, TIME = "latitude", "longitude", "elevation", "time"
IGNORED, FREE = "", "free"
"""Values that nobody wants: a number, and a text, which has to be checked by others."""

_MOST_WORDS = 96
_ALL_BITS = (1 << 64) - 1
_DEEPEST = 12
_ALIKE = frozenset({b"fix", b"src", b"sym", b"type"})
"""Elements that hold one of few words: these are part of the shape."""

_NAME = rb"[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?"
_ATTRIBUTES = rb"(?:[ \t\r\n]+" + _NAME + rb"[ \t\r\n]*=[ \t\r\n]*(?:\"[^\"<&]*\"|'[^'<&]*'))*[ \t\r\n]*"
_BLANKS = re.compile(rb"(?:[ \t\n]|\r\n)*")
_BEGIN = re.compile(
    rb"<trkpt[ \t\r\n]+(lat|lon)=([\"'])([^\"'<&]*)\2[ \t\r\n]+(lat|lon)=\2([^\"'<&]*)\2[ \t\r\n]*(/?)>"
)
_LEAF = re.compile(rb"<(" + _NAME + rb")" + _ATTRIBUTES + rb">([^<&\]]*)</\1[ \t\r\n]*>")
_CDATA_LEAF = re.compile(rb"<(" + _NAME + rb")" + _ATTRIBUTES + rb"><!\[CDATA\[([^<\]]*)\]\]></\1[ \t\r\n]*>")
_TAG = re.compile(rb"<(/?)(" + _NAME + rb")(" + _ATTRIBUTES + rb")(/?)>")
_COMMENT = re.compile(rb"<!--[^<>&\-]*-->")
_NUMBER = re.compile(rb"-?\d+(?:\.\d*)?")
_KNOWN_BYTES = re.compile(rb"[\t\r\n !-#%-?A-Z\[\]_a-z]*")
"""What all encodings that the XML parser takes have in common; some make other letters of the rest of ASCII."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PointTemplate:
    """What every point of one shape has in common.

    Attributes:
        size: Marks of a point.
        anchors: For each literal, which mark of the point it is placed by.
        before_anchor: How many bytes before that mark it begins.
        lengths: Bytes of each literal.
        columns: What the values are; each begins where a literal ends, and ends where the next begins.
        number_slots: Which of the values are numbers; and *time_slot*, which is the time, if any is.
        words: For each word of the literals: which literal it belongs to, how far from its beginning it stands, what it
            is, and which bits of it count; ``None`` where all do.
        gap: Blanks after a point, where another follows; *gap_words* are offset, word and mask of each word of them.
        lines: Line ends inside a point; and after it, *gap_lines*.
        is_closed: Whether nothing is left to be checked in a point whose literals and values are right.
    """

    size: int
    anchors: Ints
    before_anchor: Ints
    lengths: Ints
    columns: tuple[str, ...]
    number_slots: Ints
    time_slot: int | None
    words: tuple[tuple[int, int, np.uint64, np.uint64 | None], ...]
    gap: bytes
    gap_words: tuple[tuple[int, np.uint64, np.uint64], ...]
    lines: int
    gap_lines: int
    is_closed: bool


def template_of(sample: bytes, *, prefixes: Set[str]) -> PointTemplate | None:
    """The shape of the point that *sample* begins with; ``None`` when it is not regular.

    Args:
        sample: At least the whole point and the tag after it, or nothing can be said.
        prefixes: Those that count as none, besides none itself.
    """
    shape = _Shape(sample, prefixes)
    if not shape.is_read() or not _is_well_formed(sample[: shape.at]):
        return None
    return shape.template()


def _is_well_formed(point: bytes) -> bool:
    parser = expat.ParserCreate()
    try:
        parser.Parse(b"<trkseg>" + point + b"</trkseg>", True)
    except expat.ExpatError:
        return False
    return True


@dataclass(slots=True)
class _Shape:
    """Goes through one point and keeps where its literals begin and end."""

    sample: bytes
    prefixes: Set[str]
    at: int = 0
    columns: list[str] = field(default_factory=list)
    values: list[tuple[int, int]] = field(default_factory=list)
    open_elements: list[bytes] = field(default_factory=list)

    def is_read(self) -> bool:
        """Go through the point; the answer is whether it is regular, and then *at* is where it ends."""
        begin = _BEGIN.match(self.sample)
        if begin is None or begin[1] == begin[4]:
            return False
        for name, group in ((begin[1], 3), (begin[4], 5)):
            self._add(LATITUDE if name == b"lat" else LONGITUDE, begin.span(group))
        self.at = begin.end()
        if begin[6]:
            return True
        self.open_elements.append(b"trkpt")
        while self.open_elements and self.at < len(self.sample):
            blanks = _BLANKS.match(self.sample, self.at)
            self.at = blanks.end() if blanks else self.at
            if not self._goes_on():
                return False
        return not self.open_elements

    def _goes_on(self) -> bool:
        """Read the next element, tag or comment; the answer is whether it is regular."""
        for pattern, read in ((_LEAF, self._leaf), (_CDATA_LEAF, self._cdata_leaf), (_TAG, self._tag)):
            found = pattern.match(self.sample, self.at)
            if found is not None:
                self.at = found.end()
                return read(found)
        comment = _COMMENT.match(self.sample, self.at)
        self.at = comment.end() if comment else self.at
        return comment is not None

    def _leaf(self, found: re.Match[bytes]) -> bool:
        if self._is_foreign(found[1]):
            return False
        column = self._column(found[1])
        if column is not None:
            self._add(column, found.span(2))
        elif found[1] not in _ALIKE and found[2].strip():
            self._add(IGNORED if _NUMBER.fullmatch(found[2]) else FREE, found.span(2))
        return True

    def _cdata_leaf(self, found: re.Match[bytes]) -> bool:
        if self._is_foreign(found[1]) or self._column(found[1]) is not None:
            return False
        self._add(FREE, found.span(2))
        return True

    def _tag(self, found: re.Match[bytes]) -> bool:
        closes, name, attributes, is_empty = found.groups()
        if closes:
            return not is_empty and not attributes.strip() and self.open_elements.pop() == name
        # An element that holds a value must be a leaf: what is inside others counts, or does not, by rules of its own.
        if self._is_foreign(name) or self._column(name) is not None or len(self.open_elements) >= _DEEPEST:
            return False
        if not is_empty:
            self.open_elements.append(name)
        return True

    def _is_foreign(self, name: bytes) -> bool:
        """Whether an element may be what a careful reader knows by other rules than those here."""
        prefix, colon, local = name.decode().rpartition(":")
        return local == "trkpt" or (bool(colon) and len(self.open_elements) == 1 and prefix in self.prefixes)

    def _column(self, name: bytes) -> str | None:
        """The column an element gives its value to; ``None`` when nobody wants it."""
        column = None
        match self.open_elements[1:]:
            case []:
                own = {"ele": ELEVATION, "time": TIME, **OWN}
                column = own.get(name.decode())
            case [outer, *wrappers] if outer.decode() == EXTENSIONS and len(wrappers) <= 1:
                if all(wrapper.decode().rpartition(":")[2] == WRAPPER for wrapper in wrappers):
                    column = IN_EXTENSIONS.get(name.decode().rpartition(":")[2])
        return column if column not in self.columns else None

    def _add(self, column: str, span: tuple[int, int]) -> None:
        self.columns.append(column)
        self.values.append(span)

    def template(self) -> PointTemplate | None:
        """The template; ``None`` when the point is beyond its limits."""
        starts = [0, *(end for _start, end in self.values)]
        ends = [*(start for start, _end in self.values), self.at]
        literals = [self.sample[start:end] for start, end in zip(starts, ends, strict=True)]
        mark = re.compile(b"[<" + self.sample[starts[1] : starts[1] + 1] + b"]")
        before, anchors, back = 0, [], []
        for literal in literals:
            found = mark.search(literal)
            if found is None:
                return None
            anchors.append(before)
            back.append(found.start())
            before += len(mark.findall(literal))
        words = [word for index, literal in enumerate(literals) for word in _words_of(index, literal)]
        if len(words) > _MOST_WORDS:
            return None
        is_known = all(_KNOWN_BYTES.fullmatch(literal) and _has_whole_lines(literal) for literal in literals)
        blanks = _BLANKS.match(self.sample, self.at)
        gap = blanks[0] if blanks and self.sample.startswith(b"<trkpt", blanks.end()) else b""
        return PointTemplate(
            size=before,
            anchors=np.array(anchors, np.int64),
            before_anchor=np.array(back, np.int64)[:, np.newaxis],
            lengths=np.array([len(literal) for literal in literals], np.int64)[:, np.newaxis],
            columns=tuple(self.columns),
            number_slots=np.array(
                [slot for slot, name in enumerate(self.columns) if name not in {TIME, FREE}], np.int64
            ),
            time_slot=self.columns.index(TIME) if TIME in self.columns else None,
            words=tuple(
                (literal, at, np.uint64(word), None if mask == _ALL_BITS else np.uint64(mask))
                for literal, at, word, mask in words
            ),
            gap=gap,
            gap_words=tuple((at, np.uint64(word), np.uint64(mask)) for _gap, at, word, mask in _words_of(0, gap)),
            lines=sum(literal.count(b"\n") for literal in literals),
            gap_lines=gap.count(b"\n"),
            is_closed=is_known and FREE not in self.columns,
        )


def _has_whole_lines(literal: bytes) -> bool:
    return literal.count(b"\r") == literal.count(b"\r\n")


def _words_of(index: int, literal: bytes) -> list[tuple[int, int, int, int]]:
    """Literal, offset, word and mask of the words that together cover a literal; the last two may overlap."""
    if not literal:
        return []
    if len(literal) < 8:
        return [(index, 0, int.from_bytes(literal, "little"), (1 << (8 * len(literal))) - 1)]
    offsets = [*range(0, len(literal) - 8, 8), len(literal) - 8]
    return [(index, at, int.from_bytes(literal[at : at + 8], "little"), _ALL_BITS) for at in offsets]
