"""Walking through an XML file as it streams by, by a small grammar, on guard against hostile ones.

Namespaces are not processed, because files with undeclared prefixes are common: an element is known by its place and by
its prefix, which is none, the root's, or one that the root binds to the wanted namespace.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias
from xml.parsers import expat

from ranger_app.importers.gpx_problems import (
    REFUSALS,
    GpxEncodingUnknownError,
    GpxHasEntitiesError,
    GpxNotGpxError,
    ProblemList,
)
from ranger_app.importers.sniff import kind_of_root
from ranger_app.importers.xml_bytes import LONGEST_DECLARATION, told_wrongly

DEEPEST = 64
"""Elements within elements; a deeper file is not read on."""

LONGEST_TOKEN = 1 << 20
"""A tag or other piece of markup longer than this, in bytes, ends the reading."""


Readable: TypeAlias = bytes | memoryview
"""What can be fed."""


class StoppedReading(Exception):
    """The rest of a file is not read; what was read stays.

    Attributes:
        code: The problem to be noted.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_readable_encoding(name: str) -> bool:
    """Whether text may be in the encoding *name*: Unicode, or one byte a letter; other codecs of Python are none."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return False
    if found.startswith("utf-"):
        return found.removeprefix("utf-") in {"8", "8-sig", "16", "16-le", "16-be"}
    return found.startswith(_ONE_BYTE) and len(bytes(range(256)).decode(found, "replace")) == 256


_ONE_BYTE = ("ascii", "iso8859-", "cp", "koi8-", "mac-", "tis-620", "kz1048", "ptcp154", "hp-roman8")


@dataclass(slots=True, eq=False, kw_only=True)
class Element:
    """An element that has its place in a grammar.

    Attributes:
        begin: Called with names and values of the attributes, alternating.
        end: Called when the element is complete.
        take: Called with the text of a complete element that holds text.
        children: What may stand inside, by local name; anything else is skipped with all that it holds.
        foreign: What may stand inside under whatever prefix, by local name.
    """

    begin: Callable[[list[str]], None] | None = None
    end: Callable[[], None] | None = None
    take: Callable[[str], None] | None = None
    children: dict[str, Element] = field(default_factory=dict)
    foreign: dict[str, Element] = field(default_factory=dict)


class XmlWalk:
    """Feeds pieces of a file to expat and calls the elements of a grammar. No entity is resolved, no other file opened.

    Args:
        root: The outermost element; its `begin` gets the attributes of the file's root.
        root_name: Local name the root must have; another refuses the file by its kind.
        namespace: Part of the namespace whose prefixes count as none.
        missed: Local name of elements that are to be noted when they are skipped, and the problem to note.
        encoding: Overrules what the file says.
    """

    def __init__(
        self,
        root: Element,
        *,
        root_name: str,
        namespace: str,
        missed: tuple[str, str],
        file: str,
        problems: ProblemList,
        encoding: str | None = None,
    ) -> None:
        self.has_root = self.has_ended = False
        self.declared_encoding: str | None = None
        self.is_in_cdata = False
        self.fed = 0
        self._lines_passed = 0
        self._root, self._root_name, self._namespace = root, root_name, namespace
        self._missed_name, self._missed_code = missed
        self._file, self._problems = file, problems
        self.prefixes = {""}
        self._element = Element()
        self._around: list[Element] = []
        self._text: list[str] = []
        self._skipped_depth = 0
        self._encoding = encoding
        self._parser = self._new_parser(encoding)

    @property
    def line(self) -> int:
        """The line the parser has reached, counting from 1."""
        return self._parser.CurrentLineNumber + self._lines_passed

    @property
    def error_byte(self) -> int:
        """Offset of what could not be read, after an error."""
        return self._parser.ErrorByteIndex

    def feed(self, piece: Readable) -> None:
        """Read on.

        Raises:
            expat.ExpatError: The XML is not well-formed from here on.
            StoppedReading: The file goes beyond a limit.
            RangerAppError: The file is refused as a whole.
        """
        if not self.fed and (told := told_wrongly(bytes(piece[:LONGEST_DECLARATION]))):
            piece = self._overruled(piece, *told)
        self.fed += len(piece)
        self._parser.Parse(piece, False)
        if self.waiting > LONGEST_TOKEN + len(piece):
            raise StoppedReading("gpx-token-too-long")

    def _overruled(self, piece: Readable, beginning: bytes, encoding: str | None) -> bytes:
        """Begin again with another beginning and encoding than the file's own declaration asks for."""
        if self._encoding is None:
            self._declaration("", encoding, -1)
            self._parser = self._new_parser(encoding)
        return beginning + bytes(piece[len(beginning) :])

    @property
    def waiting(self) -> int:
        """Bytes that were fed and belong to something that has not ended."""
        return self.fed - self._parser.CurrentByteIndex

    def is_among(self, element: Element) -> bool:
        """Whether the next byte stands between the children of *element*, outside of any tag, comment or CDATA."""
        is_between = not self.waiting and not self.is_in_cdata
        return is_between and self._element is element and not self._skipped_depth

    def feed_unheard(self, piece: Readable) -> None:
        """Read on without telling the grammar: the caller knows what stands here, and wants it checked only."""
        parser = self._parser
        started, ended = parser.StartElementHandler, parser.EndElementHandler
        parser.StartElementHandler = parser.EndElementHandler = None
        try:
            self.feed(piece)
        finally:
            parser.StartElementHandler, parser.EndElementHandler = started, ended

    def pass_lines(self, lines: int) -> None:
        """Count *lines* that the caller has checked itself and does not feed."""
        self._lines_passed += lines

    def finish(self) -> None:
        """Say that the file is at its end; raises as `feed` does."""
        self._parser.Parse(b"", True)

    def close(self) -> None:
        """Let go of the parser, which holds this."""
        self.__dict__.clear()

    def _new_parser(self, encoding: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse_entity
        parser.StartElementHandler = self._start_root
        parser.EndElementHandler = self._end
        parser.StartCdataSectionHandler = partial(self._set_in_cdata, True)
        parser.EndCdataSectionHandler = partial(self._set_in_cdata, False)
        return parser

    def _set_in_cdata(self, is_in_cdata: bool) -> None:
        self.is_in_cdata = is_in_cdata

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.declared_encoding = encoding
        if encoding is not None and not is_readable_encoding(encoding):
            raise GpxEncodingUnknownError(self._file, encoding=encoding[:40])

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise GpxHasEntitiesError(self._file)
        self._problems.note("gpx-has-doctype", f"line {self.line}")

    def _refuse_entity(self, *_declaration: object) -> None:
        raise GpxHasEntitiesError(self._file)

    def _start_root(self, name: str, attributes: list[str]) -> None:
        prefix, _colon, local = name.rpartition(":")
        if local != self._root_name:
            raise REFUSALS.get(kind_of_root(name), GpxNotGpxError)(self._file)
        self.has_root = True
        self.prefixes.add(prefix)
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            if key.startswith("xmlns:") and self._namespace in value:
                self.prefixes.add(key.removeprefix("xmlns:"))
        self._enter(self._root, attributes)
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: list[str]) -> None:
        element = self._element.children.get(name) or self._prefixed(name)
        if element is None:
            self._skip(name)
        else:
            self._enter(element, attributes)

    def _enter(self, element: Element, attributes: list[str]) -> None:
        self._around.append(self._element)
        self._element = element
        if element.take is not None:
            self._text.clear()
            self._parser.CharacterDataHandler = self._text.append
        if element.begin is not None:
            element.begin(attributes)

    def _end(self, _name: str) -> None:
        element = self._element
        self._element = self._around.pop()
        if element.take is not None:
            self._parser.CharacterDataHandler = None
            element.take("".join(self._text))
        if element.end is not None:
            element.end()
        self.has_ended = not self._around

    def _prefixed(self, name: str) -> Element | None:
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.prefixes and local in self._element.children:
            return self._element.children[local]
        return self._element.foreign.get(name.rpartition(":")[2])

    def _skip(self, name: str) -> None:
        self._skipped_depth = 0
        self._parser.StartElementHandler = self._start_skipped
        self._parser.EndElementHandler = self._end_skipped
        self._parser.CharacterDataHandler = None
        self._start_skipped(name, [])

    def _start_skipped(self, name: str, _attributes: list[str]) -> None:
        self._skipped_depth += 1
        if self._skipped_depth + len(self._around) > DEEPEST:
            raise StoppedReading("gpx-too-deep")
        if name.rpartition(":")[2] == self._missed_name:
            self._problems.note(self._missed_code, f"line {self.line}")

    def _end_skipped(self, _name: str) -> None:
        self._skipped_depth -= 1
        if self._skipped_depth:
            return
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        if self._element.take is not None:
            self._parser.CharacterDataHandler = self._text.append
