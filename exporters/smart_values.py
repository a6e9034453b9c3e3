"""What patrol and incident files share: elements, observations with their values, attachments under flat names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from lxml import etree

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.preflight import Findings
from ranger_app.domain.preflight_values import is_writable
from ranger_app.domain.preflight_versions import Format, is_geometry
from ranger_app.domain.records import Attachment, Incident, Member, Observation, Patrol, Value
from ranger_app.domain.smart_text import xml_text
from ranger_app.errors import RangerAppError

LONGEST_FILE_NAME: Final = 120
"""Characters of an attachment's name in a package; Windows has 260 for the whole path."""

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LATER = re.compile(rb'(<[\w:]+ \w+=")@(\d+)(?=")')
"""Where a long value is put when the document is written; no text can look so, since its ``<`` is written otherwise."""

_NOT_FOR_FILES = re.compile('[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\u202a-\u202e\u2066-\u2069\ufeff]')
"""What no system, or not every one, has in a name, and signs that turn a name around."""

_DEVICE_NAMES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE | re.DOTALL
)
_KEY_TYPES = (AttributeType.LIST, AttributeType.MLIST, AttributeType.TREE)


class SmartRefusedError(RangerAppError):
    """SMART's import would fail on this record; the preflight has the whole list."""

    code = "smart-refused"

    def __init__(self, number: str, findings: Findings) -> None:
        first = findings.fatal[0]
        super().__init__(number=number, finding=first.code, where=first.where, count=len(findings.fatal))
        self.findings = findings


class SmartVersionError(RangerAppError):
    """A version of SMART's files that this program does not write."""

    code = "smart-version-unknown"

    def __init__(self, version: str, known: Iterable[str]) -> None:
        super().__init__(version=version, known=", ".join(known))


class SmartTree:
    """Builds a document of one namespace; what XML cannot carry becomes U+FFFD on the way in."""

    def __init__(self, namespace: str, root: str, prefix: str | None, attributes: Mapping[str, str]) -> None:
        self._namespace = namespace
        self.root = etree.Element(f"{{{namespace}}}{root}", nsmap={prefix: namespace})
        self._later: list[Callable[[], bytes]] = []
        self._fill(self.root, attributes)

    def add(
        self, parent: etree._Element, name: str, attributes: Mapping[str, str] | None = None, text: str | None = None
    ) -> etree._Element:
        """Put one more element at the end of *parent*."""
        child = etree.SubElement(parent, f"{{{self._namespace}}}{name}")
        self._fill(child, attributes or {})
        if text is not None:
            child.text = xml_text(text)
        return child

    def later(self, element: etree._Element, name: str, value: Callable[[], bytes]) -> None:
        """Give *element* as its first attribute one so long that it is made only while the file is written.

        Args:
            value: Makes letters and digits alone; called once for each time the document is written.
        """
        assert not element.attrib
        element.set(name, f"@{len(self._later)}")
        self._later.append(value)

    def pieces(self) -> Iterator[bytes]:
        """The file's bytes, indented by four spaces as SMART does it, one after the other."""
        etree.indent(self.root, space="    ")
        text = etree.tostring(self.root, encoding="UTF-8", xml_declaration=False)
        yield _DECLARATION
        at = 0
        for found in _LATER.finditer(text) if self._later else ():
            yield text[at : found.end(1)]
            yield self._later[int(found[2])]()
            at = found.end()
        yield text[at:] + b"\n"

    def document(self) -> bytes:
        """All pieces together."""
        return b"".join(self.pieces())

    @staticmethod
    def _fill(element: etree._Element, attributes: Mapping[str, str]) -> None:
        for name, value in attributes.items():
            element.set(name, xml_text(value))


class ObservationWriter:
    """Writes observations.

    Args:
        tree: The document.
        told: What the version of the document can say.
        model: The data model of the receiving office; it says which child a value goes into.
        files: Attachment id to the file name in the package.
        observer_attributes: What an observer is told by, in the order of the document.
    """

    def __init__(
        self,
        tree: SmartTree,
        told: Format,
        model: DataModel,
        files: Mapping[str, str],
        observer_attributes: Sequence[str],
    ) -> None:
        self._tree = tree
        self._told = told
        self._model = model
        self._files = files
        self._observer_attributes = observer_attributes

    def add_groups(self, parent: etree._Element, observations: Sequence[Observation]) -> None:
        """All observations of one place in their groups, in the order of the first of each; nothing when none."""
        if not self._told.has_groups:
            for observation in observations:
                self._add_observation(parent, observation)
            return
        groups: dict[int, etree._Element] = {}
        for observation in observations:
            if observation.group not in groups:
                groups[observation.group] = self._tree.add(parent, "groups")
            self._add_observation(groups[observation.group], observation)

    def add_attachments(self, parent: etree._Element, attachments: Iterable[Attachment]) -> None:
        for attachment in attachments:
            name = self._files[attachment.id]
            if not self._told.has_groups:
                self._tree.add(parent, "attachments", text=name)
                continue
            kind = {"signatureTypeKey": attachment.signature_type} if attachment.signature_type else {}
            self._tree.add(parent, "attachments", {"filename": name, **kind})

    def _add_observation(self, group: etree._Element, observation: Observation) -> None:
        element = self._tree.add(group, "observations", {"categoryKey": observation.category})
        for key, value in observation.attributes.items():
            children = self._children(observation, key, value)
            if children:
                attribute = self._tree.add(element, "attributes", {"attributeKey": key})
                for name, text in children:
                    self._tree.add(attribute, name, text=text)
        self.add_attachments(element, observation.attachments)
        if observation.observer is not None:
            person = person_attributes(observation.observer)
            self._tree.add(element, "observer", {name: person[name] for name in self._observer_attributes})

    def _children(self, observation: Observation, key: str, value: Value) -> tuple[tuple[str, str], ...]:
        """What this version can say of a value; nothing of a line or an area where it knows none."""
        if is_geometry(self._model, observation, key) and isinstance(value, str):
            return _geometry_children(value) if self._told.has_geometries else ()
        children = value_children(self._model.attribute(key), value, observation.told_as.get(key, ""))
        return children if self._told.has_several_keys else children[:1]


def _geometry_children(value: str) -> tuple[tuple[str, str], ...]:
    source, colon, geometry = value.partition(":")
    return (("sValue", source), ("geomValue", geometry)) if colon else (("sValue", value),)


def value_children(attribute: Attribute | None, value: Value, told_as: str = "") -> tuple[tuple[str, str], ...]:
    """Element names and texts under which *value* goes into an attribute element; empty for a choice of nothing.

    A value that does not fit the attribute is written as what it is: dropping it is SMART's act.

    Args:
        told_as: The element that held it in the file it came with; asked where the model does not know the attribute.
    """
    if not is_writable(attribute, value):
        raise ValueError(f"{value!r} stops SMART's import; the preflight says so")
    match value:
        case bool():
            return (("bValue", "true" if value else "false"),)
        case int() | Decimal():
            return (("dValue", repr(float(value))),)
        case tuple():
            return tuple(("itemKey", key) for key in value)
        case _ if attribute is not None and attribute.type in _KEY_TYPES:
            return (("itemKey", _tree_key(value) if attribute.type is AttributeType.TREE else value),)
        case _ if attribute is None and told_as == "itemKey":
            return (("itemKey", value),)
        case _:
            return (("sValue", value),)


def person_attributes(member: Member) -> dict[str, str]:
    """Attributes by which SMART looks for one of its employees."""
    return {"givenName": member.given_name, "familyName": member.family_name, "employeeId": member.employee_id}


def patrol_attachments(patrol: Patrol) -> tuple[tuple[str, Attachment], ...]:
    """File names in the package and the attachments that travel with *patrol*: those of its waypoints.

    SMART's format has no place for files of the patrol as a whole.
    """
    found: list[Attachment] = []
    for waypoint in patrol.waypoints:
        found.extend(waypoint.attachments)
        found.extend(attachment for one in waypoint.observations for attachment in one.attachments)
    return _named(found)


def incident_attachments(incident: Incident, observations: Sequence[Observation]) -> tuple[tuple[str, Attachment], ...]:
    """File names in the package and the attachments that travel with *incident* and its observations."""
    return _named([*incident.attachments, *(attachment for one in observations for attachment in one.attachments)])


def file_name(text: str, otherwise: str) -> str:
    """*text* as a file name that every system can hold; *otherwise* when nothing is left of it."""
    name = _NOT_FOR_FILES.sub("_", xml_text(unicodedata.normalize("NFC", text))).replace("\ufffd", "_").strip(" .")
    if _DEVICE_NAMES.fullmatch(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if len(name) > LONGEST_FILE_NAME and dot and len(suffix) <= 10:
        name = stem[: LONGEST_FILE_NAME - len(suffix) - 1].rstrip(" .") + dot + suffix
    return name[:LONGEST_FILE_NAME].rstrip(" .") or otherwise


def _named(attachments: Iterable[Attachment]) -> tuple[tuple[str, Attachment], ...]:
    by_id = {attachment.id: attachment for attachment in attachments}
    taken: set[str] = set()
    named = []
    for attachment in by_id.values():
        name = next(name for name in _names(attachment) if name.casefold() not in taken)
        taken.add(name.casefold())
        named.append((name, attachment))
    return tuple(named)


def _names(attachment: Attachment) -> Iterator[str]:
    """Names for an attachment, the best first, without end."""
    name = file_name(attachment.name, attachment.sha256[:12] or "file")
    yield name
    stem, dot, suffix = name.rpartition(".")
    number = 2
    while True:
        yield f"{stem}-{number}{dot}{suffix}" if stem else f"{name}-{number}"
        number += 1


def _tree_key(hkey: str) -> str:
    return hkey if hkey.endswith(".") else f"{hkey}."
