"""Whom and what direct JSON names: the office's ids of its people, and ids of our records that stay the same."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable
from typing import Final

from ranger_app.domain.places import version_numbers
from ranger_app.domain.station import Member

FIRST_VERSION: Final = (7, 5)
"""SMART before it speaks another dialect, and is sent files."""

INCIDENT_TYPE: Final = "incident"
"""The kind that every area has; 8.1 breaks down over an incident without one."""

NAMES: Final = uuid.UUID("5b0f3b5c-5c0c-5a5e-9f43-6c1d2a7f0e94")
"""Our ids are made from names below this one: the same record has the same id whenever it is sent."""

_NUMBER = re.compile(r"\s*[\[(].*[\])]\s*$")
"""An employee's number behind the name, as some servers tell it."""


def client_uuid(area: str, kind: str, record: str) -> str:
    """The id under which an area gets a record; another area, and another kind of thing, gets another.

    Args:
        area: UUID of the conservation area, with or without dashes.
        record: Id of our record, or what else tells it from others.
    """
    return str(uuid.uuid5(NAMES, f"{uuid.UUID(area).hex}/{kind}/{record}"))


def takes_direct(told_version: str) -> bool:
    """Whether a server that calls itself so can be sent JSON; one of which nobody knows cannot."""
    return version_numbers(told_version) >= FIRST_VERSION


def incident_type(told: Collection[str]) -> str:
    """Which of the office's kinds of incidents ours are: the one that every area has, or what stands in for it.

    Args:
        told: Keys of the kinds that the office's server told; empty when it told none.
    """
    return INCIDENT_TYPE if not told or INCIDENT_TYPE in told else min(told)


class Employees:
    """The office's ids of its people.

    Somebody is known by employee id and names; then by names where either side has no employee id; then by names in
    whatever order. Where two different people could be meant, nobody is.

    Args:
        known: People with the id that the office's server told of each: 32 hex digits.
    """

    def __init__(self, known: Iterable[tuple[Member, str]] = ()) -> None:
        self._exactly: dict[tuple[str, str, str], set[str]] = {}
        self._by_names: dict[frozenset[str], set[tuple[str, str]]] = {}
        for person, told in known:
            self._exactly.setdefault(_who(person), set()).add(told)
            self._by_names.setdefault(_names(person), set()).add((person.employee_id, told))

    def uuid(self, person: Member) -> str:
        """The office's id of a person, as it told it; empty when nobody can say."""
        found = self._exactly.get(_who(person), set())
        if not found and _names(person):
            named = self._by_names.get(_names(person), set())
            found = {told for number, told in named if not (number and person.employee_id)}
        return min(found) if len(found) == 1 else ""


def _who(person: Member) -> tuple[str, str, str]:
    return person.employee_id, person.given_name, person.family_name


def _names(person: Member) -> frozenset[str]:
    words = _NUMBER.sub("", f"{person.given_name} {person.family_name}").casefold().split()
    return frozenset(words)
