"""Our own check that a file is built as PDF/A-3b wants it, run on every dossier before anybody gets it.

The rules are those of ISO 19005-3 that this pipeline could break; passing it is no certificate.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ranger_app.evidence.pdf_attachments import OBJECT_ERRORS, UnreadablePdfError, open_strictly
from ranger_app.evidence.pdf_fonts import font_problems
from ranger_app.problem import Problem

HEAD_BYTES = 64
PDFA_ID = "http://www.aiim.org/pdfa/ns/id/"
RELATIONSHIPS = frozenset({"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"})
ALLOWED_ACTIONS = frozenset({"/GoTo", "/Named"})
"""Actions that stay inside the document; everything else reaches out or runs something."""

FORBIDDEN_FILTERS = frozenset({"/LZWDecode", "/Crypt"})
BLEND_MODES = frozenset({"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten"})
"""The blend modes of the standard that a dossier could ever need."""

PRINTED, HIDDEN = 0b100, 0b100011
"""Flags of an annotation: it must print, and must not be invisible, hidden or without a view."""

PROFILE_SIGNATURE_AT = 36


def check(path: Path) -> tuple[Problem, ...]:
    """Everything at *path* that PDF/A-3b forbids or misses; empty when our rules hold."""
    import pikepdf

    try:
        with open_strictly(path) as pdf:
            found = [problem for rule in RULES for problem in rule(pdf)]
            if not found and pdf.get_warnings():
                found.append(Problem(code="pdfa-unreadable", where=str(pdf.get_warnings()[0])[:200]))
    except (UnreadablePdfError, pikepdf.PdfError, *OBJECT_ERRORS) as error:
        return (Problem(code="pdfa-unreadable", where=str(error)[:200]),)
    with path.open("rb") as file:
        return (*_head(file.read(HEAD_BYTES)), *found)


def _head(head: bytes) -> Iterator[Problem]:
    first, _, rest = head.partition(b"\n")
    if not first.startswith(b"%PDF-1."):
        yield Problem(code="pdfa-header")
    elif not rest.startswith(b"%") or not all(byte > 0x7F for byte in rest[1:5]):
        yield Problem(code="pdfa-header-comment")


def _trailer(pdf: Any) -> Iterator[Problem]:
    if "/ID" not in pdf.trailer:
        yield Problem(code="pdfa-id-missing")
    if "/Encrypt" in pdf.trailer:
        yield Problem(code="pdfa-encrypted")


def _metadata(pdf: Any) -> Iterator[Problem]:
    stream = pdf.Root.get("/Metadata")
    if stream is None:
        yield Problem(code="pdfa-xmp-missing")
        return
    if "/Filter" in stream:
        yield Problem(code="pdfa-xmp-packed")
    content = bytes(stream.read_bytes())
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        yield Problem(code="pdfa-xmp-unreadable")
        return
    try:
        tree = ET.fromstring(content)
    except ET.ParseError:
        yield Problem(code="pdfa-xmp-unreadable")
        return
    said = {
        name: next((found for node in tree.iter() if (found := _xmp_value(node, name))), "")
        for name in ("part", "conformance")
    }
    if said["part"] != "3" or said["conformance"] not in ("B", "U", "A"):
        yield Problem(code="pdfa-xmp-id")


def _xmp_value(node: ET.Element, name: str) -> str:
    key = f"{{{PDFA_ID}}}{name}"
    return node.get(key) or (node.text or "" if node.tag == key else "")


def _output_intent(pdf: Any) -> Iterator[Problem]:
    intents = [intent for intent in pdf.Root.get("/OutputIntents", []) if intent.get("/S") == "/GTS_PDFA1"]
    if not intents:
        yield Problem(code="pdfa-intent-missing")
        return
    profile = intents[0].get("/DestOutputProfile")
    content = b"" if profile is None else bytes(profile.read_bytes())
    if content[PROFILE_SIGNATURE_AT : PROFILE_SIGNATURE_AT + 4] != b"acsp" or profile.get("/N") != 3:
        yield Problem(code="pdfa-intent-profile")


def _embedded(pdf: Any) -> Iterator[Problem]:
    import pikepdf

    associated = {item.objgen for item in pdf.Root.get("/AF", [])}
    names = pdf.Root.get("/Names", {})
    if "/EmbeddedFiles" not in names:
        return
    for key, specification in pikepdf.NameTree(names.EmbeddedFiles).items():
        name = str(key)
        if "/F" not in specification or "/UF" not in specification or "/EF" not in specification:
            yield Problem(code="pdfa-file-names", where=name)
            continue
        if specification.get("/AFRelationship") not in RELATIONSHIPS:
            yield Problem(code="pdfa-file-relationship", where=name)
        if specification.objgen not in associated:
            yield Problem(code="pdfa-file-not-associated", where=name)
        stream = specification.EF.get("/F")
        if stream is None or "/Subtype" not in stream:
            yield Problem(code="pdfa-file-mime", where=name)
        elif "/ModDate" not in stream.get("/Params", {}):
            yield Problem(code="pdfa-file-date", where=name)


def _catalogue(pdf: Any) -> Iterator[Problem]:
    if "/JavaScript" in pdf.Root.get("/Names", {}):
        yield Problem(code="pdfa-script")
    for key in ("/AA", "/OpenAction"):
        if key in pdf.Root and not _is_inside(pdf.Root[key]):
            yield Problem(code="pdfa-action", where=key)
    form = pdf.Root.get("/AcroForm", {})
    if "/XFA" in form or form.get("/NeedAppearances", False):
        yield Problem(code="pdfa-form")
    if "/Requirements" in pdf.Root:
        yield Problem(code="pdfa-requirements")


def _is_inside(action: Any) -> bool:
    import pikepdf

    return isinstance(action, pikepdf.Array) or (
        isinstance(action, pikepdf.Dictionary) and action.get("/S") in ALLOWED_ACTIONS
    )


def _objects(pdf: Any) -> Iterator[Problem]:
    """Rules for single objects, wherever they hang."""
    import pikepdf

    for number, item in enumerate(pdf.objects, start=1):
        where = f"object {number}"
        if isinstance(item, pikepdf.Stream):
            yield from _stream(item, where)
        for dictionary in _dictionaries(item, 0):
            yield from _dictionary(dictionary, where)


def _dictionaries(item: Any, depth: int) -> Iterator[Any]:
    """*item* and what stands directly in it; indirect objects come by themselves."""
    import pikepdf

    if depth > 32 or not isinstance(item, pikepdf.Object):
        return
    if isinstance(item, pikepdf.Array):
        for inner in item:
            if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
                yield from _dictionaries(inner, depth + 1)
    elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        yield item
        for inner in item.values():
            if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
                yield from _dictionaries(inner, depth + 1)


def _stream(stream: Any, where: str) -> Iterator[Problem]:
    import pikepdf

    filters = stream.get("/Filter", [])
    named = {str(filters)} if isinstance(filters, pikepdf.Name) else {str(one) for one in filters}
    if named & FORBIDDEN_FILTERS:
        yield Problem(code="pdfa-filter", where=where)
    if "/F" in stream or "/FFilter" in stream:
        yield Problem(code="pdfa-stream-outside", where=where)
    if stream.get("/Type") == "/XObject" or stream.get("/Subtype") in ("/Image", "/Form"):
        yield from _x_object(stream, where)


def _x_object(stream: Any, where: str) -> Iterator[Problem]:
    if stream.get("/Subtype") == "/PS" or "/PS" in stream or "/Ref" in stream or "/OPI" in stream:
        yield Problem(code="pdfa-x-object", where=where)
    if stream.get("/Subtype") == "/Image":
        if "/Alternates" in stream or stream.get("/Interpolate", False):
            yield Problem(code="pdfa-image", where=where)
        if stream.get("/ColorSpace") == "/DeviceCMYK":
            yield Problem(code="pdfa-colour", where=where)


def _dictionary(dictionary: Any, where: str) -> Iterator[Problem]:
    if "/JS" in dictionary or dictionary.get("/S") == "/JavaScript":
        yield Problem(code="pdfa-script", where=where)
    elif "/A" in dictionary and "/S" in dictionary.get("/A") and not _is_inside(dictionary.get("/A")):
        yield Problem(code="pdfa-action", where=where)
    if dictionary.get("/Type") == "/Annot":
        yield from _annotation(dictionary, where)
    if dictionary.get("/Type") == "/ExtGState":
        mode = dictionary.get("/BM", "/Normal")
        if str(mode) not in BLEND_MODES or "/TR" in dictionary or "/HTP" in dictionary:
            yield Problem(code="pdfa-graphics-state", where=where)


def _annotation(annotation: Any, where: str) -> Iterator[Problem]:
    flags = int(annotation.get("/F", 0))
    if annotation.get("/Subtype") not in ("/Widget", "/Link"):
        yield Problem(code="pdfa-annotation", where=where)
    elif not flags & PRINTED or flags & HIDDEN:
        yield Problem(code="pdfa-annotation-flags", where=where)
    elif "/AP" not in annotation and any(float(side) for side in annotation.get("/Rect", [1])):
        yield Problem(code="pdfa-annotation-look", where=where)
    if "/AA" in annotation:
        yield Problem(code="pdfa-action", where=where)


RULES: tuple[Callable[[Any], Iterator[Problem]], ...] = (
    _trailer,
    _metadata,
    _output_intent,
    _embedded,
    _catalogue,
    _objects,
    font_problems,
)
