"""A person at SMART Desktop who opens each file: what is no SMART file of this version is found broken."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from tests.smart_connect.data_queue import ItemStatus, Outcome, Person, QueueItem

XML = "http://www.smartconservationsoftware.org/xml/"
READ = {
    "PATROL_XML": {6: ("1.1", "1.2"), 7: ("1.1", "1.2", "1.3"), 8: ("1.1", "1.2", "1.3", "1.4")},
    "INCIDENT_XML": {6: ("2.0",), 7: ("2.0", "2.1", "2.2"), 8: ("2.0", "2.1", "2.2", "2.3")},
}
"""Versions of the formats that each release of SMART Desktop reads."""
ROOTS = {"PATROL_XML": ("patrol", "patrol"), "INCIDENT_XML": ("independentincident", "Waypoint")}
TRAP = ((8, 1), ("1.1", "1.2", "1.3"))
"""SMART 8.1 breaks down over patrols of these older versions."""


class UnreadableError(Exception):
    """A file that SMART Desktop does not take, and why."""


def reads_files(version: str) -> Person:
    """A person with SMART Desktop of this *version*, who opens patrols and incidents."""
    numbers = tuple(int(part) for part in version.split("."))

    def person(item: QueueItem) -> Outcome:
        if item.type not in ROOTS:
            return Outcome()
        try:
            _read(item.content(), item.type, numbers)
        except UnreadableError as error:
            return Outcome(status=ItemStatus.ERROR, message=str(error))
        return Outcome()

    return person


def _read(content: bytes, kind: str, version: tuple[int, ...]) -> None:
    xml, attached = _unpacked(content)
    try:
        root = etree.fromstring(xml)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"not XML: {error}") from error
    if root.getprevious() is not None or not re.match(rb"\s*(<\?xml[^>]*\?>)?\s*<[^?!]", xml):
        raise UnreadableError("something stands before the root")
    name, tag = ROOTS[kind]
    found = etree.QName(root)
    known = [one for one in READ[kind].get(version[0], ()) if found.namespace == f"{XML}{one}/{name}"]
    if found.localname != tag or not known:
        raise UnreadableError(f"not a {name} file of this version: {root.tag!r}")
    if kind == "PATROL_XML" and version >= TRAP[0] and known[0] in TRAP[1]:
        raise UnreadableError("java.lang.NullPointerException")
    told = {one.get("filename") or (one.text or "") for one in root.iter(f"{{{found.namespace}}}attachments")}
    if missing := sorted(told - attached):
        raise UnreadableError(f"attachments are missing: {', '.join(missing)}")


def _unpacked(content: bytes) -> tuple[bytes, set[str]]:
    """The XML, and the names of what is attached."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content, set()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        top = [name for name in package.namelist() if "/" not in name]
        if package.testzip() is not None or len(top) != 1:
            raise UnreadableError("a package holds one XML file at its top")
        attached = {name.removeprefix("attachments/") for name in package.namelist() if "/" in name}
        return package.read(top[0]), attached
