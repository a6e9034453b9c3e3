"""What a SMART Connect server tells of its patrols: lists of transports, mandates, teams, stations, custom attributes.

It is the answer to ``/api/metadata/patrol/{area}``. Options have keys, but stations and employees 32-digit ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ranger_app.domain.data_model import AttributeType
from ranger_app.domain.smart_office import Choice, key_of_label
from ranger_app.domain.smart_text import is_xml_text
from ranger_app.errors import Fact, RangerAppError
from ranger_app.problem import Problem

LARGEST_BYTES: Final = 16 * 1024 * 1024
"""No office has longer lists."""

_PARTS: Final = ("patrolMetadata", "patrolLegMetadata")
_LISTS: Final = {"transportType": "transport", "mandate": "mandate", "team": "team", "station": "station"}
_MEMBERS: Final = "members"
_OWN: Final = frozenset({*_LISTS, _MEMBERS, "isArmed", "objective", "comment", "leader", "pilot", "patrolId", "legId"})
"""Entries that every area has; what is not among them is an attribute of its own."""

_TRANSPORT: Final = "transport"
_QUOTED: Final = re.compile(r"'([^']*)'")
_UUID: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST: Final = 1024
_TYPES: Final = frozenset(kind.value for kind in AttributeType)


class MetadataUnreadableError(RangerAppError):
    """The content is no answer of this kind; nothing was read from it."""

    code = "metadata-unreadable"

    def __init__(self, file: str, reason: str, **facts: Fact) -> None:
        super().__init__(file=file, reason=reason, **facts)


@dataclass(frozen=True, slots=True)
class Employee:
    """An employee as the server tells: an id and one name for all."""

    uuid: str
    name: str


@dataclass(frozen=True, slots=True)
class MetadataRead:
    """What an office told.

    Attributes:
        lists: List name (``transport``, ``patrol_attribute``, …) to its entries; a list not told is not in it.
        languages: Language codes in which labels were told, those of most labels first.
    """

    lists: Mapping[str, tuple[Choice, ...]]
    employees: tuple[Employee, ...]
    languages: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class IncidentTypesRead:
    """The types of incidents that an office has: SMART's keys, and what they are called there."""

    types: tuple[Choice, ...]
    problems: tuple[Problem, ...]


def metadata_bytes(path: Path) -> bytes:
    """The content of a file in which such an answer was saved.

    Raises:
        MetadataUnreadableError: The disk does not give it, or it is too large.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise MetadataUnreadableError(str(path), error.strerror or type(error).__name__) from error


def read_metadata(content: bytes | Mapping[str, Any], *, file: str = "") -> MetadataRead:
    """Read an answer of the server, as bytes or as the object they stand for; *file* is its name in errors.

    Raises:
        MetadataUnreadableError: It is no JSON object with lists of metadata.
    """
    told = _document(content, file) if isinstance(content, bytes) else content
    if not isinstance(told, Mapping) or not any(isinstance(told.get(part), list) for part in _PARTS):
        raise MetadataUnreadableError(file, "json-without-lists")
    return _Reading(told).result()


def read_incident_types(content: bytes, *, file: str = "") -> IncidentTypesRead:
    """Read the answer to ``/api/metadata/incident/{area}`` (8.1 and later).

    Raises:
        MetadataUnreadableError: It is no JSON object with types of incidents.
    """
    told = _document(content, file)
    if not isinstance(told, Mapping) or not isinstance(told.get("incidentTypes"), list):
        raise MetadataUnreadableError(file, "json-without-types")
    return _Reading({}).incident_types(told)


def _document(content: bytes, file: str) -> Any:
    if len(content) > LARGEST_BYTES:
        raise MetadataUnreadableError(file, f"> {LARGEST_BYTES // 2**20} MB")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise MetadataUnreadableError(file, "json-broken", line=error.lineno, column=error.colno) from error
    except UnicodeDecodeError as error:
        raise MetadataUnreadableError(file, "json-not-text") from error
    except (ValueError, RecursionError) as error:  # a number, or brackets, without end
        raise MetadataUnreadableError(file, "json-broken", line=1, column=1) from error


class _Reading:
    """Reads one answer; what is not as it should be is named and left out."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._lists: dict[str, dict[str, Choice]] = {}
        self._taken: dict[tuple[str, str], str] = {}
        self._employees: dict[str, Employee] = {}
        self._languages: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._pilots = ""
        for part in _PARTS:
            entries = told.get(part)
            for number, entry in enumerate(entries if isinstance(entries, list) else (), 1):
                self._entry(entry, f"{part} {number}")
        if isinstance(told.get(_PARTS[0]), list):
            self._lists.setdefault("patrol_attribute", {})
        if self._pilots and _TRANSPORT in self._lists:
            self._lists[_TRANSPORT] = {
                key: one._replace(needs_pilot=self._is_piloted(key)) for key, one in self._lists[_TRANSPORT].items()
            }

    def _is_piloted(self, transport: str) -> bool | None:
        """Whether the office wants a pilot of a transport; ``None`` where it says so in words nobody knows."""
        if self._pilots in ("true", "false"):
            return self._pilots == "true"
        named = _QUOTED.findall(self._pilots)
        return transport in named if named and "transportType" in self._pilots and "!" not in self._pilots else None

    def result(self) -> MetadataRead:
        languages = sorted(self._languages, key=lambda code: (-self._languages[code], code))
        lists = {name: tuple(entries.values()) for name, entries in self._lists.items()}
        return MetadataRead(lists, tuple(self._employees.values()), tuple(languages), tuple(self._problems))

    def incident_types(self, told: Mapping[str, Any]) -> IncidentTypesRead:
        found: dict[str, Choice] = {}
        for key, labels in self._options({"listOptions": told["incidentTypes"]}, "incidentTypes"):
            if key in found:
                self._problem("incidentTypes", key)
            found.setdefault(key, Choice(key=key, labels=labels))
        return IncidentTypesRead(tuple(found.values()), tuple(self._problems))

    def _entry(self, entry: Any, where: str) -> None:
        name = entry.get("id") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or not _is_text(name):
            self._problem(where, "id")
            return
        if name == _MEMBERS:
            for uuid, labels in self._options(entry, where):
                if _UUID.fullmatch(uuid):
                    self._employees.setdefault(uuid, Employee(uuid, next(iter(labels.values()))))
                else:
                    self._problem(where, uuid)
        elif name in _LISTS:
            self._list(_LISTS[name], entry, where)
        elif name == "pilot":
            told = entry.get("requiredWhen")
            self._pilots = self._pilots or (told.strip()[:_LONGEST] if isinstance(told, str) else "")
        elif name not in _OWN:
            self._custom(name, entry, where)

    def _list(self, list_name: str, entry: Mapping[str, Any], where: str) -> None:
        if not isinstance(entry.get("listOptions"), list):
            self._problem(where, "listOptions")
            return
        found = self._lists.setdefault(list_name, {})
        for told, labels in self._options(entry, where):
            key, uuid = (told, "")
            if list_name == "station":
                key, uuid = key_of_label(list_name, next(iter(labels.values()))), told
            choice = Choice(key=key, labels=labels, uuid=uuid)
            if key in found or (list_name, told) in self._taken:
                # What counts for patrols and for legs is told with both.
                if found.get(key) != choice or self._taken[list_name, told] == where:
                    self._problem(where, told)
            else:
                self._taken[list_name, told] = where
                found[key] = choice

    def _custom(self, name: str, entry: Mapping[str, Any], where: str) -> None:
        found = self._lists.setdefault("patrol_attribute", {})
        told = str(entry.get("type", "")).upper()
        options = [key for key, _ in self._options(entry, where)]
        labels = self._labels(entry.get("names"))
        kind = told if told in _TYPES else ""
        made = Choice(key=name, labels=labels, type=kind, options=tuple(sorted(set(options))))
        if found.setdefault(name, made) != made:
            self._problem(where, name)

    def _options(self, entry: Mapping[str, Any], where: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Key or id and labels of each option; one without a label cannot be found by SMART."""
        options = entry.get("listOptions")
        for number, option in enumerate(options if isinstance(options, list) else (), 1):
            told = option.get("id") if isinstance(option, Mapping) else None
            labels = self._labels(option.get("names")) if isinstance(option, Mapping) else {}
            if not isinstance(told, str) or not _is_text(told) or not labels:
                self._problem(f"{where}, option {number}", "id" if labels else "names")
                continue
            plain = told.replace("-", "").lower()
            yield (plain if _UUID.fullmatch(plain) else told), labels

    def _labels(self, names: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in names if isinstance(names, list) else ():
            code, label = (one.get("locale"), one.get("name")) if isinstance(one, Mapping) else (None, None)
            if isinstance(code, str) and isinstance(label, str) and _is_text(code) and _is_text(label):
                found.setdefault(code, label)
                self._languages[code] = self._languages.get(code, 0) + 1
        return found

    def _problem(self, where: str, what: str) -> None:
        self._problems.append(Problem(code="metadata-entry", where=where, facts={"what": what[:60]}))


def _is_text(told: str) -> bool:
    return bool(told.strip()) and len(told) <= _LONGEST and is_xml_text(told)
