"""SMART files compared element by element: equal but for the spelling of numbers."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

Tree = tuple[str, dict[str, str], str, tuple["Tree", ...]]
"""Local name, attributes, text and children of an element."""


def told(element: etree._Element) -> Tree:
    """An element with everything in it; numbers in one spelling, prefixes and spaces between elements left out."""
    children = tuple(told(child) for child in element if isinstance(child.tag, str))
    attributes = {str(name): _number(str(value)) for name, value in element.attrib.items()}
    text = "" if children else _number(element.text or "")
    return etree.QName(element).localname, attributes, text, children


def told_by(path: Path) -> Tree:
    """The document of a file, bare or in a zip."""
    return told(document(path))


def document(path: Path) -> etree._Element:
    """Root of the document of a file, bare or in a zip."""
    if not zipfile.is_zipfile(path):
        return etree.fromstring(path.read_bytes(), etree.XMLParser(huge_tree=True, resolve_entities=False))
    with zipfile.ZipFile(path) as package:
        name = next(name for name in package.namelist() if "/" not in name)
        return etree.fromstring(package.read(name), etree.XMLParser(huge_tree=True, resolve_entities=False))


def zipped(xml: Path, out: Path, attachments: dict[str, bytes]) -> Path:
    """The document *xml* with attachments, as SMART packs them."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(xml.name, xml.read_bytes())
        for name, content in attachments.items():
            package.writestr(f"attachments/{name}", content)
    return out


def _number(text: str) -> str:
    if len(text) > 40:
        return text
    try:
        return repr(float(text))
    except ValueError:
        return text
