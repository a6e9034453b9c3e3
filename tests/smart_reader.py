"""A reader of patrol and incident files that does what SMART's own is known to do, and says what it drops.

It is written from the specification of the files and of SMART's reactions (docs/formats/smart.md), not from our
exporter, and knows nothing of our records: bytes in, remarks out.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ranger_app.domain.data_model import AttributeType, Category, DataModel, TreeNode
from tests.smart_reader_values import CHILDREN, SOURCES, TYPES

XML = "http://www.smartconservationsoftware.org/xml/"
PATROLS = {f"{XML}{version}/patrol": version for version in ("1.1", "1.2", "1.3", "1.4")}
INCIDENTS = {f"{XML}{version}/independentincident": version for version in ("2.0", "2.1", "2.2", "2.3")}
INCIDENT_TYPES = {"INDINC", "INTEGRATE", "INTEGRATEPATROL", "INTEGRATEPLLINK"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")

Label = tuple[str, str]
Person = tuple[str, str, str]


@dataclass(frozen=True)
class Area:
    """A conservation area's database, as far as its reader asks it.

    Attributes:
        transports: Key to the labels in each language.
        mandates, stations, teams: Language code and label.
        people: Employee id, given name, family name; ``None`` does not ask for anybody.
        patrol_attributes: Keys of custom patrol attributes; ``None`` does not ask.
        numbers: Ids of patrols and incidents that are there.
    """

    model: DataModel
    transports: Mapping[str, frozenset[Label]]
    mandates: frozenset[Label]
    stations: frozenset[Label]
    teams: frozenset[Label]
    people: frozenset[Person] | None = None
    patrol_attributes: frozenset[str] | None = None
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Remark:
    """What the reader stumbled over.

    Attributes:
        code: A name for the row of SMART's reactions.
        about: The key, name or label.
    """

    code: str
    about: str = ""


@dataclass
class Reading:
    """What came of a file.

    Attributes:
        failed: Why the import ended; then nothing is in the database.
        warned: What was dropped or blurred.
        observations: Observations that are in the database.
        values: Their values.
    """

    failed: list[Remark] = field(default_factory=list)
    warned: list[Remark] = field(default_factory=list)
    observations: int = 0
    values: int = 0

    def codes(self) -> set[str]:
        return {remark.code for remark in (*self.failed, *self.warned)}


class _FailedError(Exception):
    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code, about)
        self.remark = Remark(code, about)


def read_smart(content: bytes, area: Area, kind: str) -> Reading:
    """Import a file, bare or zipped, into *area*.

    Args:
        kind: ``patrol`` or ``incident``: SMART asks for one of them.
    """
    reading = Reading()
    try:
        xml, files = _unpacked(content, kind)
        root, version = _detected(xml, kind)
        reader = _Reader(area, reading, version, files)
        (reader.patrol if kind == "patrol" else reader.incident)(root)
    except _FailedError as failed:
        reading.failed.append(failed.remark)
        reading.observations = reading.values = 0
    return reading


def _unpacked(content: bytes, kind: str) -> tuple[bytes, frozenset[str]]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content, frozenset()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        files = [name.removeprefix("attachments/") for name in names if name.startswith("attachments/")]
        if len(set(files)) < len(files) or any("/" in name for name in files):
            raise _FailedError("package", "attachments")
        top = [name for name in names if "/" not in name]
        for name in top if kind == "patrol" else top[:1]:
            try:
                _detected(package.read(name), kind)
            except _FailedError:
                continue
            return package.read(name), frozenset(files)
    raise _FailedError("not-smart")


def _detected(content: bytes, kind: str) -> tuple[etree._Element, str]:
    """The first node of the document has to be the root, and to declare a namespace that is known."""
    known = PATROLS if kind == "patrol" else INCIDENTS
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError as error:
        raise _FailedError("not-smart", str(error)) from error
    namespace = root.nsmap.get(root.prefix) or ""
    named = etree.QName(root).localname == ("patrol" if kind == "patrol" else "Waypoint")
    if root.getprevious() is not None or namespace not in known or not named:
        raise _FailedError("not-smart", namespace)
    return root, known[namespace]


def _needed(element: etree._Element, name: str) -> str:
    told = element.get(name)
    if told is None:
        raise _FailedError("missing", name)
    return told


def _number(element: etree._Element, name: str) -> float:
    try:
        found = float(_needed(element, name))
    except ValueError as error:
        raise _FailedError("missing", name) from error
    if not math.isfinite(found):
        raise _FailedError("missing", name)
    return found


def _boolean(element: etree._Element, name: str) -> bool:
    told = _needed(element, name)
    if told not in ("true", "false", "0", "1"):
        raise _FailedError("missing", name)
    return told in ("true", "1")


def _date(element: etree._Element, name: str) -> dt.date:
    told = _needed(element, name)
    if not _DATE.fullmatch(told):
        raise _FailedError("offset" if _DATE.match(told) else "missing", name)
    return dt.date.fromisoformat(told)


def _time(element: etree._Element, name: str) -> dt.time:
    told = _needed(element, name)
    if not _TIME.fullmatch(told):
        raise _FailedError("offset" if _TIME.match(told) else "missing", name)
    return dt.time.fromisoformat(told)


class _Reader:
    """Reads one file."""

    def __init__(self, area: Area, reading: Reading, version: str, files: frozenset[str]) -> None:
        self._area = area
        self._reading = reading
        self._version = version
        self._files = files
        self._categories = dict(_categories(area.model.categories, "", ()))
        self._attributes = {attribute.key: attribute for attribute in area.model.attributes}

    def _warn(self, code: str, about: str = "") -> None:
        self._reading.warned.append(Remark(code, about))

    def _children(self, element: etree._Element, name: str) -> list[etree._Element]:
        return [child for child in element if etree.QName(child).localname == name]

    def _text(self, element: etree._Element, name: str, longest: int) -> None:
        for child in self._children(element, name):
            self._measured(child.text or "", name, longest)

    def _measured(self, text: str, name: str, longest: int) -> None:
        if len(text.encode("utf-16-le")) // 2 > longest:
            self._warn("too-long", name)

    def _label(self, element: etree._Element) -> Label:
        return element.get("languageCode", ""), element.get("value", "")

    # Patrols

    def patrol(self, root: etree._Element) -> None:
        for name in ("startDate", "endDate"):
            _date(root, name)
        _boolean(root, "isArmed")
        self._identified(root.get("id", ""))
        for part in self._children(root, "objective"):
            self._text(part, "description", 8192)
        for name, known in (("team", self._area.teams), ("station", self._area.stations)):
            for part in self._children(root, name):
                if self._label(part) not in known:
                    self._warn(f"{name}-unknown", part.get("value", ""))
        for part in self._children(root, "mandate"):
            self._mandate(part)
        legs = self._children(root, "legs")
        if not legs:
            raise _FailedError("missing", "legs")
        for leg in legs:
            self._leg(leg)
        self._text(root, "comment", 32700)
        known_attributes = self._area.patrol_attributes
        for part in self._children(root, "attributes"):
            key = part.get("key", "")
            if known_attributes is not None and key not in known_attributes:
                self._warn("patrol-attribute-unknown", key)

    def _identified(self, number: str) -> None:
        self._measured(number, "id", 256)
        if number in self._area.numbers:
            self._warn("number-known", number)

    def _mandate(self, part: etree._Element) -> None:
        if self._label(part) not in self._area.mandates:
            raise _FailedError("mandate-unknown", part.get("value", ""))

    def _leg(self, leg: etree._Element) -> None:
        first, last = _date(leg, "startDate"), _date(leg, "endDate")
        transports = self._children(leg, "transportType")
        if not transports:
            raise _FailedError("missing", "transportType")
        is_known = self._version == "1.4" and leg.get("transportTypeKey") in self._area.transports
        label = self._label(transports[0])
        if not is_known and not any(label in labels for labels in self._area.transports.values()):
            raise _FailedError("transport-unknown", label[1])
        for member in self._children(leg, "members"):
            _boolean(member, "isPilot")
            _boolean(member, "isLeader")
            self._member(member)
        for mandate in self._children(leg, "mandate"):
            self._mandate(mandate)
        for day in self._children(leg, "days"):
            self._day(day, first, last)

    def _member(self, member: etree._Element) -> None:
        who = _person(member)
        people = self._area.people
        if people is None or who in people:
            return
        if any(one[0] == who[0] and who[0] for one in people):
            self._warn("member-by-id", "|".join(who))
        elif any(one[1:] == who[1:] for one in people):
            self._warn("member-by-names", "|".join(who))
        else:
            self._warn("member-dropped", "|".join(who))

    def _day(self, day: etree._Element, first: dt.date, last: dt.date) -> None:
        date = _date(day, "date")
        _time(day, "startTime")
        _time(day, "endTime")
        _number(day, "restMinutes")
        if not first <= date <= last:
            self._warn("day-outside-leg", date.isoformat())
            return
        for waypoint in self._children(day, "waypoints"):
            _time(waypoint, "time")
            self._waypoint(waypoint)
        for track in self._children(day, "track"):
            _number(track, "distance")
            bytes.fromhex(_needed(track, "geom"))

    # What patrols and incidents share

    def incident(self, root: etree._Element) -> None:
        if not _MOMENT.fullmatch(_needed(root, "dateTime")):
            raise _FailedError("missing", "dateTime")
        if self._version in ("2.2", "2.3") and root.get("type") not in INCIDENT_TYPES:
            raise _FailedError("type-unknown", root.get("type") or "")
        self._identified(root.get("id", ""))
        self._waypoint(root)

    def _waypoint(self, waypoint: etree._Element) -> None:
        _number(waypoint, "x")
        _number(waypoint, "y")
        self._measured(waypoint.get("id", ""), "id", 256)
        self._text(waypoint, "comment", 4096)
        self._attachments(waypoint)
        groups = [waypoint] if self._version in ("1.1", "1.2", "2.0") else self._children(waypoint, "groups")
        for group in groups:
            for observation in self._children(group, "observations"):
                self._observation(observation)

    def _attachments(self, element: etree._Element) -> None:
        for part in self._children(element, "attachments"):
            name = part.text if self._version in ("1.1", "1.2", "2.0", "2.1") else part.get("filename")
            if name not in self._files:
                self._warn("attachment-missing", name or "")

    def _observation(self, observation: etree._Element) -> None:
        hkey = observation.get("categoryKey", "")
        linked = self._categories.get(hkey)
        if linked is None:
            self._warn("category-unknown", hkey)
            return
        self._reading.observations += 1
        taken: set[str] = set()
        for part in self._children(observation, "attributes"):
            key = part.get("attributeKey", "")
            if key not in self._attributes:
                self._warn("attribute-unknown", key)
            elif key not in linked:
                self._warn("attribute-not-linked", key)
            elif key in taken:
                self._warn("attribute-twice", key)
            else:
                taken.add(key)
                self._value(key, part)
        self._attachments(observation)
        for observer in self._children(observation, "observer"):
            if self._area.people is not None and _person(observer) not in self._area.people:
                self._warn("observer-dropped", "|".join(_person(observer)))

    def _value(self, key: str, part: etree._Element) -> None:
        attribute = self._attributes[key]
        told = {name: [child.text or "" for child in self._children(part, name)] for name in CHILDREN}
        if attribute.type is AttributeType.BOOLEAN and told["bValue"] not in (["true"], ["false"]):
            raise _FailedError("missing", "bValue")
        wanted, check = TYPES[attribute.type]
        if any(told[name] for name in CHILDREN if name not in wanted):
            self._warn("value-wrong", key)
            return
        values = told[wanted[0]]
        if len(values) < 1 or (len(values) > 1 and attribute.type is not AttributeType.MLIST):
            self._warn("value-wrong", key)
            return
        if attribute.type in (AttributeType.LIST, AttributeType.MLIST):
            unknown = set(values) - {item.key for item in attribute.items}
        elif attribute.type is AttributeType.TREE:
            unknown = {values[0]} if values[0].removesuffix(".") not in set(_nodes(attribute.nodes, "")) else set()
        elif attribute.type in (AttributeType.LINE, AttributeType.POLYGON):
            unknown = set() if told["sValue"] and told["sValue"][0] in SOURCES else {"source"}
        else:
            unknown = set()
        for option in unknown:
            self._warn("choice-unknown", option)
        if not all(check(value) for value in values):
            self._warn("value-wrong", key)
        elif not unknown:
            self._reading.values += 1


def _person(element: etree._Element) -> Person:
    return element.get("employeeId", ""), element.get("givenName", ""), element.get("familyName", "")


def _categories(
    categories: Sequence[Category], above: str, inherited: tuple[str, ...]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every hkey with the attributes that it or one above it names."""
    for category in categories:
        keys = (*inherited, *(link.key for link in category.links))
        yield f"{above}{category.key}.", frozenset(keys)
        yield from _categories(category.children, f"{above}{category.key}.", keys)


def _nodes(nodes: Sequence[TreeNode], above: str) -> Iterator[str]:
    for node in nodes:
        yield f"{above}{node.key}"
        yield from _nodes(node.children, f"{above}{node.key}.")
