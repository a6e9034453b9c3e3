"""The file of a SMART data model, bare or zipped, down to the root of its XML; hostile ones are refused by name."""

from __future__ import annotations

import re

from lxml import etree

from ranger_app.errors import Fact, RangerAppError
from ranger_app.importers.cut_xml import is_cut
from ranger_app.importers.safe_zip import entries_of, shown, unpacked

LARGEST_MODEL_BYTES = 32 * 1024 * 1024
"""Bytes of XML that are still read; SMART's whole species tree has one and a half megabytes."""

LARGEST_PACKAGE_BYTES = 64 * 1024 * 1024
"""Bytes of a zipped model, pictures included."""

MOST_TAGS = 300_000
"""Tags that are still read: each costs memory, however short it is written."""

MOST_XML_ATTRIBUTES = 500_000
"""Attributes of XML elements that are still read."""

LARGEST_VALUE_BYTES = 10_000_000
"""Bytes of one value, as libxml2 takes them without being asked for more."""

_OTHER_ROOTS = {"patrol": "is-patrol", "waypoint": "is-incident", "gpx": "is-track"}
"""First elements of files that are taken in elsewhere."""

_HEAD_BYTES = 4096
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_DEEPEST = 256
"""Levels of elements that libxml2 takes without being asked for more."""

_TOO_DEEP = re.compile(r"excessive depth", re.IGNORECASE)
_TOO_MUCH = re.compile(r"too long|huge", re.IGNORECASE)
"""What libxml2 says when it stops at one of its own limits."""


class NotADataModelError(RangerAppError):
    """The file is not a SMART data model at all."""

    code = "model-not-a-model"

    def __init__(self, file: str, reason: str, **facts: Fact) -> None:
        super().__init__(file=file, reason=reason, **facts)


class ModelTooLargeError(RangerAppError):
    """The file is larger than any data model is."""

    code = "model-too-large"

    def __init__(self, file: str, limit: int) -> None:
        super().__init__(file=file, limit=limit)


class ModelWithDoctypeError(RangerAppError):
    """The file declares entities or a document type, which no data model needs."""

    code = "model-doctype"

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


def model_root(content: bytes, *, file: str) -> etree._Element:
    """The root element of a data model, from XML or a zip that holds it at its top.

    Raises:
        NotADataModelError, ModelTooLargeError, ModelWithDoctypeError: It is no data model that can be read.
        ZipDamagedError, ZipUnsafeError, ZipTooLargeError: The zip around it is not one to touch.
    """
    if content.startswith(b"PK"):
        if len(content) > LARGEST_PACKAGE_BYTES:
            raise ModelTooLargeError(file, LARGEST_PACKAGE_BYTES)
        content = _from_zip(content, file)
    if len(content) > LARGEST_MODEL_BYTES:
        raise ModelTooLargeError(file, LARGEST_MODEL_BYTES)
    if content.count(b"<") > MOST_TAGS:
        raise ModelTooLargeError(file, MOST_TAGS)
    if content.count(b"=") > MOST_XML_ATTRIBUTES:
        raise ModelTooLargeError(file, MOST_XML_ATTRIBUTES)
    return _root(content, file)


def package_pictures(content: bytes, *, file: str) -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of everything in a model's zip that is no XML; nothing for a bare model.

    Raises:
        ZipDamagedError, ZipUnsafeError, ZipTooLargeError: The zip is not one to touch.
    """
    if not content.startswith(b"PK"):
        return ()
    package, entries = entries_of(content, file=file)
    left = LARGEST_PACKAGE_BYTES
    pictures = []
    with package:
        for entry in entries:
            if not entry.filename.lower().endswith(".xml"):
                picture = unpacked(package, entry, file=file, limit=left)
                left -= len(picture)
                pictures.append((entry.filename, picture))
    return tuple(pictures)


def _from_zip(content: bytes, file: str) -> bytes:
    """The data model at the top of a zip; of several XML files the first that looks like one."""
    package, entries = entries_of(content, file=file)
    with package:
        candidates = [one for one in entries if "/" not in one.filename and one.filename.lower().endswith(".xml")]
        if not candidates:
            raise NotADataModelError(file, "no-xml-in-zip")
        found = b""
        for entry in candidates:
            inner = unpacked(package, entry, file=file, limit=LARGEST_MODEL_BYTES)
            head = inner[:_HEAD_BYTES].replace(b"\0", b"").lower()
            if b"datamodel" in head:
                return inner
            found = found or inner
    return found


def _root(content: bytes, file: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if _DOCTYPE.search(content[:_HEAD_BYTES].replace(b"\0", b"")):
            raise ModelWithDoctypeError(file) from error
        if _TOO_DEEP.search(str(error)):
            raise ModelTooLargeError(file, _DEEPEST) from error
        if _TOO_MUCH.search(str(error)):
            raise ModelTooLargeError(file, LARGEST_VALUE_BYTES) from error
        raise _not_xml(error, content, file) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ModelWithDoctypeError(file)
    name = local_name(root)
    if name.lower() != "datamodel":
        reason = _OTHER_ROOTS.get(name.lower(), "root-unknown")
        raise NotADataModelError(file, reason, name=shown(name), line=root.sourceline or 1)
    return root


def _not_xml(error: Exception, content: bytes, file: str) -> NotADataModelError:
    if not content.strip():
        return NotADataModelError(file, "is-empty")
    line = error.lineno or 1 if isinstance(error, etree.XMLSyntaxError) else 1
    ends = isinstance(error, etree.XMLSyntaxError) and is_cut(error, content.count(b"\n"), content[-200:])
    return NotADataModelError(file, "ends-early" if ends else "not-xml", line=line)


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
