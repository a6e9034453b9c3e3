"""Walking through KML and TCX as they stream by, on guard against hostile files.

An element is known by its local name and its parent's: the namespaces in use are many, and often wrong or undeclared.
No entity is resolved and no other file opened. What is broken from some place on gives what stands before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar
from xml.parsers import expat

from ranger_app.importers.gpx_problems import GpxNotGpxError, ProblemList
from ranger_app.importers.gpx_xml import StoppedReading, is_readable_encoding
from ranger_app.importers.opened import LARGEST_BYTES, opened
from ranger_app.importers.sniff import FileKind, kind_of_root
from ranger_app.importers.tracks_problems import STAGE, FileHasEntitiesError, FileTextUnknownError
from ranger_app.importers.xml_bytes import (
    CUT_OFF,
    LONGEST_DECLARATION,
    PIECE_BYTES,
    claimed_encoding,
    first_bad_line,
    mended,
    rest_is_empty,
    told_wrongly,
)
from ranger_app.jobs import JobContext

DEEPEST = 256
"""Elements within elements; a deeper file is not read on. Folders of KML go deep."""

LONGEST_TOKEN = 1 << 20
"""A tag or other piece of markup longer than this, in bytes, ends the reading."""

LONGEST_TEXT = 1 << 20
"""More of one text is dropped, but of texts that are read in pieces."""

_ROOT_BYTES = 1 << 22
_CODES = expat.errors.codes


class Content(Protocol):
    """What makes sense of the elements of one format.

    Attributes:
        texts: Local names of the elements whose text is wanted when they end.
        pieces: Local names of those whose text is handed over as it comes, because it has no bounds.
    """

    texts: frozenset[str]
    pieces: frozenset[str]

    def begin(self, name: str, parent: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def piece(self, text: str) -> None:
        """Some more text of an element among *pieces*."""

    def end(self, name: str, parent: str, text: str) -> None:
        """An element ends; *text* is empty unless it is among *texts*."""

    def finish(self) -> None:
        """The file ends, perhaps in the middle of something."""


Found = TypeVar("Found", bound=Content)


class XmlWalk:
    """Feeds pieces of a file to expat and tells a `Content` of each element."""

    def __init__(self, content: Content, *, file: str, problems: ProblemList, encoding: str | None = None) -> None:
        self.has_ended = False
        self.root: FileKind | None = None
        self.declared_encoding: str | None = None
        self._content, self._file, self._problems = content, file, problems
        self._around: list[str] = []
        self._text: list[str] | None = None
        self._texts_around: list[list[str] | None] = []
        self._length = self._fed = 0
        self._encoding = encoding
        self.parser = self._new_parser(encoding)

    @property
    def line(self) -> int:
        """The line the parser has reached, counting from 1."""
        return self.parser.CurrentLineNumber

    def feed(self, piece: bytes) -> None:
        """Read on; raises ``expat.ExpatError``, `StoppedReading`, or refuses the file."""
        if not self._fed and (told := told_wrongly(piece[:LONGEST_DECLARATION])):
            piece = self._overruled(piece, *told)
        self._fed += len(piece)
        self.parser.Parse(piece, False)
        if self._fed - self.parser.CurrentByteIndex > LONGEST_TOKEN + len(piece):
            raise StoppedReading("file-token-too-long")

    def _overruled(self, piece: bytes, beginning: bytes, encoding: str | None) -> bytes:
        """Begin again with another beginning and encoding than the file's own declaration asks for."""
        if self._encoding is None:
            self._declaration("", encoding, -1)
            self.parser = self._new_parser(encoding)
        return beginning + piece[len(beginning) :]

    def close(self) -> None:
        """Let go of the parser, which holds this: over thousands of files nobody must look for garbage."""
        self.__dict__.clear()

    def _new_parser(self, encoding: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse_entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.declared_encoding = encoding
        if encoding is not None and not is_readable_encoding(encoding):
            raise FileTextUnknownError(self._file, encoding=encoding[:40])

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise FileHasEntitiesError(self._file)
        self._problems.note("file-has-doctype", f"line {self.line}")

    def _refuse_entity(self, *_declaration: object) -> None:
        raise FileHasEntitiesError(self._file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        parent = self._around[-1] if self._around else ""
        if not parent:
            self.root = kind_of_root(local)
        self._around.append(local)
        if len(self._around) > DEEPEST:
            raise StoppedReading("file-too-deep")
        self._texts_around.append(self._text)
        self._text = [] if local in self._content.texts else None
        self._length = 0
        self._content.begin(local, parent, attributes)

    def _end(self, _name: str) -> None:
        local = self._around.pop()
        text = "".join(self._text) if self._text else ""
        self._text = self._texts_around.pop()
        self._content.end(local, self._around[-1] if self._around else "", text)
        self.has_ended = not self._around

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._length += len(text)
            if self._length <= LONGEST_TEXT:
                self._text.append(text)
        elif self._around and self._around[-1] in self._content.pieces:
            self._content.piece(text)


def walk_xml(
    source: Path | bytes, make: Callable[[ProblemList], Found], *, kind: FileKind, name: str, context: JobContext
) -> tuple[Found, ProblemList]:
    """Walk through one file; a file whose bytes are not in the encoding it claims is walked a second time, mended.

    Args:
        make: Makes what the elements are told to, with a list for its problems.
        kind: What the root must be.

    Raises:
        FileRefusedError: The file cannot be opened, is too large, hostile, or its root is another.
        Cancelled: A stop was asked for.
    """
    with opened(source, name=name, largest=LARGEST_BYTES) as (file, size):
        return _walk_file(file, size, make, kind, name, context)


def kind_by_root(source: Path | bytes, *, name: str) -> FileKind:
    """What an XML file is by its outermost element, however far from the beginning that stands."""
    walk = XmlWalk(_Nothing(), file=name, problems=ProblemList(name))
    try:
        with opened(source, name=name) as (file, _size):
            for _ in range(_ROOT_BYTES // PIECE_BYTES):
                piece = file.read(PIECE_BYTES)
                if walk.root is not None or not piece:
                    break
                walk.feed(piece)
    except (expat.ExpatError, StoppedReading):
        pass
    return walk.root or FileKind.OTHER_XML


class _Nothing:
    texts: frozenset[str] = frozenset()
    pieces: frozenset[str] = frozenset()

    def begin(self, name: str, parent: str, attributes: dict[str, str]) -> None: ...

    def piece(self, text: str) -> None: ...

    def end(self, name: str, parent: str, text: str) -> None: ...

    def finish(self) -> None: ...


def _walk_file(
    file: BinaryIO, size: int, make: Callable[[ProblemList], Found], kind: FileKind, name: str, context: JobContext
) -> tuple[Found, ProblemList]:
    problems = ProblemList(name)
    content = make(problems)
    walk = XmlWalk(content, file=name, problems=problems)
    error = _feed(walk, _pieces(file, size, context), problems)
    claimed = claimed_encoding(file, walk.declared_encoding)
    if error is not None and claimed in {"utf-8", "ascii"} and (line := first_bad_line(file, claimed)):
        problems = ProblemList(name)
        problems.note("file-wrong-encoding", f"line {line}")
        content = make(problems)
        walk = XmlWalk(content, file=name, problems=problems, encoding="utf-8")
        error = _feed(walk, mended(_pieces(file, size, context)), problems)
    if walk.root is not kind:
        raise GpxNotGpxError(name)
    content.finish()
    if error is not None:
        _note_error(walk, error, file, problems)
    walk.close()
    return content, problems


def _feed(walk: XmlWalk, pieces: Iterator[bytes], problems: ProblemList) -> expat.ExpatError | None:
    """Feed all pieces; answer what ended the reading before the end of the file."""
    try:
        for piece in pieces:
            walk.feed(piece)
        walk.parser.Parse(b"", True)
    except StoppedReading as stopped:
        problems.note(stopped.code, f"line {walk.line}")
    except expat.ExpatError as error:
        return error
    return None


def _pieces(file: BinaryIO, size: int, context: JobContext) -> Iterator[bytes]:
    file.seek(0)
    done = 0
    context.step(done, size, STAGE)
    while piece := file.read(PIECE_BYTES):
        yield piece
        done += len(piece)
        context.step(done, size, STAGE)


def _note_error(walk: XmlWalk, error: expat.ExpatError, file: BinaryIO, problems: ProblemList) -> None:
    where = f"line {error.lineno}"
    if walk.has_ended:
        problems.note("file-junk-after-end", where)
    elif error.code in CUT_OFF or rest_is_empty(file, walk.parser.ErrorByteIndex):
        problems.note("file-truncated", where)
    else:
        problems.note("file-ill-formed", where, reason=expat.ErrorString(error.code))
