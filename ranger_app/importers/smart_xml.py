"""SMART's XML as it streams by, on guard against hostile files: no entity, no other file, nothing without end."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Final, NoReturn

from lxml import etree

from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import Fact, RangerAppError
from ranger_app.importers.cut_xml import is_cut
from ranger_app.problem import Problem

CHUNK_BYTES: Final = 1 << 16
LARGEST_XML_BYTES: Final = 256 << 20
"""A document larger than this is not read: five million fixes."""

LONGEST_RUN_BYTES: Final = 32 << 20
LONGEST_TEXT: Final = 200_000
"""Characters of a comment or a value; six times what SMART itself has a place for."""

"""No attribute is longer: 650,000 fixes of one day."""

MOST_MARKS: Final = 400_000
"""Tags and attributes of one waypoint."""

LONGEST_NUMBER: Final = 400
"""Digits of a number."""

LONGEST_FACT: Final = 80
"""Characters of a file's own words in a sentence of ours."""

_ENCODINGS: Final = re.compile(rb"(utf-?8|us-ascii|ascii|iso-?8859-\d+|windows-125\d|koi8-[ru])", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00", b"\x4c\x6f\xa7\x94")
_NAMESPACE = re.compile(r"http://www\.smartconservationsoftware\.org/xml/(\d+\.\d+)/(patrol|independentincident)")
OTHER_ROOTS: Final = {"datamodel": "is-data-model", "gpx": "is-track"}
"""First elements of files that are taken in elsewhere."""

_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


class SmartFileError(RangerAppError):
    """A file is refused as a whole; nothing of it is stored."""

    code = "smart-not-smart"

    def __init__(self, file: str, **facts: Fact) -> None:
        super().__init__(file=file, **facts)


class SmartXmlBrokenError(SmartFileError):
    """The XML is not well-formed."""

    code = "smart-xml-broken"


class SmartHasEntitiesError(SmartFileError):
    """The file declares a document type or entities, which SMART never does."""

    code = "smart-has-entities"


class SmartEncodingError(SmartFileError):
    """The file is in an encoding that SMART does not write."""

    code = "smart-encoding"


class SmartTooLargeError(SmartFileError):
    """The file holds more than any patrol does."""

    code = "smart-too-large"


class SmartVersionUnreadableError(SmartFileError):
    """A SMART file of a version that is not read here."""

    code = "smart-version-unreadable"


class SmartValueError(SmartFileError):
    """Something that the record cannot do without is missing or is no such value."""

    code = "smart-value-unreadable"


class ProblemBook:
    """Collects what was not taken as it stands; like ones become one row with the first place."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Problem] = {}

    def note(self, code: str, where: str, **facts: Fact) -> None:
        key = code, str(facts.get("name", ""))
        known = self._rows.get(key)
        told = {name: short(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        row = Problem(code=code, where=where, facts=told)
        self._rows[key] = replace(known, count=known.count + 1) if known else row

    def rows(self) -> tuple[Problem, ...]:
        return tuple(self._rows.values())


def short(text: str) -> str:
    """A file's own words, cut, without signs that would turn a line around."""
    return typed_text(re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "\ufffd", text[:LONGEST_FACT]))


class Reader:
    """What reading one document needs: its name, namespace, and where problems go.

    Attributes:
        version: Of the format; ``is_before((1, 3))`` compares it.
        released: Elements whose memory was freed.
    """

    def __init__(self, file: str, namespace: str, version: str) -> None:
        self.file = file
        self.namespace = namespace
        self.version = version
        self.problems = ProblemBook()
        self.released = 0

    def is_before(self, version: tuple[int, int]) -> bool:
        major, minor = map(int, self.version.split("."))
        return (major, minor) < version

    # Elements

    def name(self, element: etree._Element) -> str:
        """Local name of an element of the document's own namespace; another's in braces."""
        namespace, local = _taken_apart(element)
        return local if namespace == self.namespace else str(element.tag)

    def sorted_out(self, element: etree._Element, names: Sequence[str]) -> dict[str, list[etree._Element]]:
        """Children by name; those that are not among *names* are noted, and stay in the original only."""
        found: dict[str, list[etree._Element]] = {name: [] for name in names}
        for child in element:
            name = self.name(child)
            if name in found:
                found[name].append(child)
            else:
                self.problems.note("smart-part-unknown", self.place(child), name=name)
        return found

    def attributes(self, element: etree._Element, names: Iterable[str]) -> Mapping[str, str]:
        """Attributes of *element*; those that are not among *names* are noted."""
        told = {str(name): str(value) for name, value in element.attrib.items()}
        known = set(names)
        for name in told.keys() - known:
            if not name.startswith("{"):
                self.problems.note("smart-part-unknown", self.place(element), name=f"@{name}")
        return told

    def let_go(self, element: etree._Element, *, known: Sequence[str], kept: Sequence[str] = ()) -> None:
        """Free the memory of an element that was read, and of what stands before it.

        Args:
            known: Names of siblings that were read; others are noted as they go.
            kept: Names of siblings that will be read later.
        """
        self.released += 1
        element.clear()
        parent, before = element.getparent(), element.getprevious()
        while parent is not None and before is not None:
            earlier, name = before.getprevious(), self.name(before)
            if name not in kept:
                if name not in known:
                    self.problems.note("smart-part-unknown", self.place(before), name=name)
                parent.remove(before)
            before = earlier

    def place(self, element: etree._Element) -> str:
        return f"line {element.sourceline}" if element.sourceline else ""

    def text(self, element: etree._Element) -> str:
        for child in element:
            self.problems.note("smart-part-unknown", self.place(child), name=self.name(child))
        text = element.text or ""
        if len(text) > LONGEST_TEXT:
            raise SmartTooLargeError(self.file, limit=LONGEST_TEXT)
        return text

    def first(self, elements: Sequence[etree._Element]) -> etree._Element | None:
        """The only one that the format has a place for; further ones are noted."""
        for more in elements[1:]:
            self.problems.note("smart-value-twice", self.place(more), name=self.name(more))
        return elements[0] if elements else None

    def refuse(self, element: etree._Element, name: str, value: str) -> NoReturn:
        raise SmartValueError(self.file, where=self.place(element), name=name, value=short(value))

    # Values

    def number(self, element: etree._Element, name: str, text: str) -> str:
        """The text of a finite number, without spaces around it."""
        told = text.strip()
        if len(told) > LONGEST_NUMBER or not _NUMBER.fullmatch(told) or not math.isfinite(float(told)):
            self.refuse(element, name, text)
        if abs(Decimal(told).adjusted()) > LONGEST_NUMBER:
            self.refuse(element, name, text)  # 1e-999999999 is small, and written out it is not
        return told

    def degrees(self, element: etree._Element, name: str, text: str | None, limit: float) -> str:
        told = self.number(element, name, text or "")
        if abs(float(told)) > limit:
            self.refuse(element, name, told)
        return told

    def truth(self, element: etree._Element, name: str, text: str | None) -> bool:
        """A missing one is false, and noted: SMART itself would stop here."""
        if text is None:
            self.problems.note("smart-value-assumed", self.place(element), name=name)
            return False
        found = _TRUTHS.get(text.strip())
        if found is None:
            self.refuse(element, name, text)
        return found

    def date(self, element: etree._Element, name: str, text: str | None) -> dt.date:
        found = _DATE.fullmatch((text or "").strip())
        try:
            date = dt.date.fromisoformat(found[1]) if found else None
        except ValueError:
            date = None
        if found is None or date is None or not 1900 <= date.year <= 2199:
            self.refuse(element, name, text or "")
        self._note_offset(element, name, found[2])
        return date

    def time(self, element: etree._Element, name: str, text: str | None) -> dt.time:
        """A wall-clock time; an offset beside it is noted and not followed."""
        told = (text or "").strip()
        found = _TIME.fullmatch(told)
        if found is not None and told.startswith("24:00:00"):
            self.problems.note("smart-value-assumed", self.place(element), name=name)
            return dt.time(23, 59, 59)
        try:
            time = dt.time.fromisoformat(told[:8]) if found else None
        except ValueError:
            time = None
        if found is None or time is None:
            self.refuse(element, name, text or "")
        self._note_offset(element, name, found[5])
        return time.replace(microsecond=int(f"{found[4] or '.0'}000000"[1:7]))

    def _note_offset(self, element: etree._Element, name: str, offset: str | None) -> None:
        if offset:
            self.problems.note("smart-time-offset", self.place(element), name=name, value=offset)


def document_kind(head: bytes, file: str) -> tuple[str, str, str]:
    """Kind (``patrol`` or ``independentincident``), version and namespace of a document, by its root.

    Raises:
        SmartFileError: It is no SMART file, or one that is not read here.
    """
    _refuse_encoding(head, file)
    _refuse_doctype(head, file)
    root = _root(head, file)
    namespace, local = _taken_apart(root)
    found = _NAMESPACE.fullmatch(namespace)
    names = {"patrol": "patrol", "independentincident": "Waypoint"}
    if found is None or local != names[found[2]]:
        raise _not_smart(root, namespace, local, file)
    return found[2], found[1], found[0]


def _not_smart(root: etree._Element, namespace: str, local: str, file: str) -> SmartFileError:
    """What a file is instead, or what its first element lacks."""
    if local.lower() in OTHER_ROOTS:
        reason = OTHER_ROOTS[local.lower()]
    elif local not in ("patrol", "Waypoint"):
        reason = "root-unknown"
    else:
        reason = "namespace-unknown" if namespace else "namespace-missing"
    line = root.sourceline or 1
    return SmartFileError(
        file, root=short(str(root.tag)), reason=reason, name=short(local), namespace=short(namespace), line=line
    )


def _taken_apart(element: etree._Element) -> tuple[str, str]:
    """Namespace and local name; a name whose prefix nobody declared is none that lxml's own class would take."""
    namespace, brace, local = str(element.tag).rpartition("}")
    return namespace.removeprefix("{") if brace else "", local


def events(chunks: Iterable[bytes], reader: Reader, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Each element with one of *tags* (local names) at its end, and the root at last.

    Whoever takes one empties it with :meth:`Reader.let_go` when it is read.

    Raises:
        SmartFileError: It is not well-formed, or goes beyond a limit.
    """
    parser = etree.XMLPullParser(
        events=("end",), tag=[f"{{*}}{tag}" for tag in tags], resolve_entities=False, no_network=True, load_dtd=False,
        dtd_validation=False, huge_tree=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    total = run = marks = released = lines = 0
    tail, file = b"", reader.file
    try:
        for chunk in chunks:
            total, run, lines = total + len(chunk), run + len(chunk), lines + chunk.count(b"\n")
            if (at := chunk.rfind(b"<")) >= 0:
                run = len(chunk) - at
            marks += chunk.count(b"<") + chunk.count(b"=")
            if total > LARGEST_XML_BYTES or run > LONGEST_RUN_BYTES or marks > MOST_MARKS:
                raise SmartTooLargeError(file, limit=LARGEST_XML_BYTES)
            _refuse_doctype(tail + chunk, file)
            tail = (tail + chunk)[-LONGEST_FACT:]
            parser.feed(chunk)
            for _, element in parser.read_events():
                yield element
            if reader.released > released:
                released, marks = reader.released, 0
        root = parser.close()
        for _, element in parser.read_events():
            yield element
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        reason = "ends-early" if is_cut(error, lines, tail) else short(error.msg or "")
        raise SmartXmlBrokenError(file, where=f"line {line}", reason=reason, line=line) from error
    yield root


def with_head(chunks: Iterator[bytes], size: int = CHUNK_BYTES) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of a stream, and the whole stream all the same."""
    head = b""
    while len(head) < size and (chunk := next(chunks, b"")):
        head += chunk
    return head, chain((head,), chunks)


def _refuse_encoding(head: bytes, file: str) -> None:
    declared = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf")[:400])
    if head.startswith(_WIDE) or (declared is not None and not _ENCODINGS.fullmatch(declared[1])):
        raise SmartEncodingError(file, encoding=short(declared[1].decode("latin-1")) if declared else "UTF-16")


def _refuse_doctype(chunk: bytes, file: str) -> None:
    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
        raise SmartHasEntitiesError(file)


def _root(head: bytes, file: str) -> etree._Element:
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, huge_tree=True)
    try:
        parser.feed(head)
        for _, element in parser.read_events():
            return element
    except etree.XMLSyntaxError as error:
        # Broken in its first bytes, before or after the root was seen.
        for _, element in parser.read_events():
            return element
        reason = "not-xml" if head.strip() else "is-empty"
        raise SmartFileError(file, root="", reason=reason, line=error.lineno or 1) from error
    reason = "ends-early" if head.strip() else "is-empty"
    raise SmartFileError(file, root="", reason=reason, line=head.count(b"\n") + 1)
