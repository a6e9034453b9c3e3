"""What is stored of the SMART office: entries of its lists, how ours are called there, and its people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from db.field_names import chosen, field_key, key_of_field
from db.officers import member_from
from db.reader import Entry, Reader
from ranger_app.domain.smart_office import Choice
from ranger_app.domain.station import Member

OFFICE, TYPED, SEEN = "office", "typed", "seen"
"""Who says so: the office's own metadata, a person here, or a file that came in."""

TOLD = "office_told/"
"""Field of the station's settings for each list that the office itself has told."""

MEMBERS = "members"
"""What the list of employees is called among those told."""

LANGUAGE = "office_language"
"""Field of the station's settings: the default language code of the conservation area."""

_ORDER: Final = {OFFICE: 0, TYPED: 1, SEEN: 2}
_LABEL: Final = "label."


class KnownChoice(NamedTuple):
    """An entry of one of the office's lists, as it is stored.

    Attributes:
        source: ``office``, ``typed`` or ``seen``.
        is_active: Whether the office still has it.
    """

    id: str
    list_name: str
    choice: Choice
    source: str
    is_active: bool


def known_choices(reader: Reader, list_name: str = "") -> tuple[KnownChoice, ...]:
    """Entries of one list, or of all: those that the office told first; in the same order on every laptop."""
    found = (choice_from(entry) for entry in reader.entries("choice"))
    wanted = (one for one in found if one.choice.key and list_name in ("", one.list_name))
    return tuple(sorted(wanted, key=lambda one: (not one.is_active, _ORDER.get(one.source, 3), one.choice.key, one.id)))


def choice_from(entry: Entry) -> KnownChoice:
    """The entry of a list that a record tells of."""
    values = entry.values
    labels = {
        key_of_field(name.removeprefix(_LABEL)): str(value)
        for name, value in sorted(values.items())
        if name.startswith(_LABEL)
    }
    choice = Choice(
        key=str(values.get("key", "")),
        labels={language: label for language, label in labels.items() if label},
        patrol_type=str(values.get("patrol_type", "")),
        uuid=str(values.get("uuid", "")),
        type=str(values.get("type", "")),
        options=tuple(sorted(map(key_of_field, chosen(values, "options")))),
        needs_pilot=values.get("needs_pilot") if isinstance(values.get("needs_pilot"), bool) else None,
    )
    is_active = values.get("is_active") is not False
    return KnownChoice(entry.id, str(values.get("list", "")), choice, str(values.get("source", TYPED)), is_active)


def choice_fields(list_name: str, choice: Choice, source: str) -> dict[str, Any]:
    """The fields that an entry of a list is stored in."""
    fields: dict[str, Any] = {"list": list_name, "key": choice.key, "source": source, "is_active": True}
    told = {"uuid": choice.uuid, "patrol_type": choice.patrol_type, "type": choice.type}
    fields |= {name: value for name, value in told.items() if value}
    fields |= {"needs_pilot": choice.needs_pilot} if choice.needs_pilot is not None else {}
    fields |= {label_field(language): label for language, label in choice.labels.items()}
    return fields | {f"options/{field_key(option)}": True for option in choice.options}


def label_field(language: str) -> str:
    """The field that holds what an entry is called in a language, which an area may spell ``es_MX``."""
    return _LABEL + field_key(language)


def roster(reader: Reader) -> tuple[Member, ...]:
    """The people whom the office told of and still has, and those whom a person added by hand; by name."""
    entries = (one for one in reader.entries("member") if one.values.get("source") in (OFFICE, TYPED))
    people = (member_from(one) for one in entries if one.values.get("is_active") is not False)
    return tuple(sorted(people, key=lambda member: (member.name, member.id)))


def employee_ids(reader: Reader) -> tuple[tuple[Member, str], ...]:
    """People with the ids that the office's server told of them; by that id."""
    entries = (one for one in reader.entries("member") if one.values.get("uuid"))
    told = ((member_from(one), str(one.values["uuid"])) for one in entries if one.values.get("is_active") is not False)
    return tuple(sorted(told, key=lambda one: (one[1], one[0].id)))


class KnownMapping(NamedTuple):
    """How something of ours is called in the office.

    Attributes:
        what: What is called so, such as ``mandate`` or ``option``.
        theirs: Empty when the mapping was taken away.
    """

    id: str
    what: str
    ours: str
    theirs: str


def known_mappings(reader: Reader) -> tuple[KnownMapping, ...]:
    """All mappings, one for each of ours, those taken away too; in the same order on every laptop."""
    found: dict[tuple[str, str], KnownMapping] = {}
    for one in _by_id(reader.entries("mapping")):
        values = one.values
        what, ours = str(values.get("what", "")), str(values.get("ours", ""))
        told = KnownMapping(one.id, what, ours, str(values.get("theirs", "")))
        if (what, ours) not in found or (told.theirs and not found[what, ours].theirs):
            found[what, ours] = told
    return tuple(found[key] for key in sorted(found))


def _by_id(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)
