"""What is known of the SMART office that receives our files: its lists, and the people it knows."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from ranger_app.domain.station import Member
from ranger_app.errors import RangerAppError
from ranger_app.paths import resource

PATROL_TYPES: Final = ("GROUND", "AIR", "MARINE")
"""Kinds of patrol that SMART's schema knows; a transport belongs to one."""


LISTS: Final = {
    "transport": "transports", "mandate": "mandates", "team": "teams", "station": "stations", "rank": "ranks",
    "agency": "agencies", "patrol_attribute": "patrol_attributes",
}  # fmt: skip
"""Each list of an office and the field of :class:`Office` that holds it."""
_PILOTED: Final = frozenset({"AIR", "MARINE"})


class OfficeUnreadableError(RangerAppError):
    """A file of an office's lists says something this program does not know."""

    code = "office-unreadable"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(where=where, why=why)


class Choice(NamedTuple):
    """An entry of one of the office's lists.

    Attributes:
        key: What our records say.
        labels: Language code of the conservation area to what the entry is called there; SMART finds entries by both.
        patrol_type: Of a transport, one of ``PATROL_TYPES``; empty in the other lists.
        uuid: SMART's own id, 32 hex digits; empty until the office's metadata were loaded.
        type: Of a custom patrol attribute, what its values are (``TEXT``, ``LIST``, …); empty when nobody told.
        options: Of a custom patrol attribute, the keys of its answers.
        needs_pilot: Of a transport, whether a leg with it has to name its pilot; ``None`` when nobody told.
    """

    key: str
    labels: Mapping[str, str]
    patrol_type: str = ""
    uuid: str = ""
    type: str = ""
    options: tuple[str, ...] = ()
    needs_pilot: bool | None = None


class Office(NamedTuple):
    """The lists of one conservation area, each by key.

    Attributes:
        language: The area's default language code; SMART itself writes labels in it.
        members: The employees; ``None`` when nobody has told, and then nobody is checked.
        patrol_attributes: Custom attributes of patrols; ``None`` when nobody has told, and then none is checked.
        ranks, agencies: What employees hold and belong to; for people to choose from.
        told: Names of the lists that the office itself has told: what is not in one of them, the office has not.
        others: List name to entries that the office's own list lacks, but that files or people have named so; they
            lend their labels to what is written all the same.
    """

    language: str
    transports: Mapping[str, Choice] = {}
    mandates: Mapping[str, Choice] = {}
    teams: Mapping[str, Choice] = {}
    stations: Mapping[str, Choice] = {}
    members: tuple[Member, ...] | None = None
    patrol_attributes: Mapping[str, Choice] | None = None
    ranks: Mapping[str, Choice] = {}
    agencies: Mapping[str, Choice] = {}
    told: frozenset[str] = frozenset()
    others: Mapping[str, Mapping[str, Choice]] = {}

    def choices(self, list_name: str) -> Mapping[str, Choice]:
        """One of the lists by its name, one of ``LISTS``; empty when nobody has told it."""
        found: Mapping[str, Choice] | None = getattr(self, LISTS[list_name])
        return found or {}

    def label(self, choices: Mapping[str, Choice], key: str, language: str = "") -> tuple[str, str]:
        """Language code and label by which SMART will look for *key* in one of this office's lists.

        The language asked for, else the area's default, else any the entry has. A key that the list does not have is
        its own label.
        """
        choice = choices.get(key) or self._other(choices, key)
        for code in (language, self.language):
            if choice is not None and code in choice.labels:
                return code, choice.labels[code]
        if choice is not None and choice.labels:
            return next(iter(choice.labels.items()))
        return self.language, key

    def _other(self, choices: Mapping[str, Choice], key: str) -> Choice | None:
        for name, others in self.others.items():
            if self.choices(name) is choices:
                return others.get(key)
        return None

    def needs_pilot(self, transport: str) -> bool:
        """Whether a leg with *transport* has to name its pilot: as the office tells, else in the air and on water."""
        choice = self.transports.get(transport)
        if choice is None or choice.needs_pilot is None:
            return self.patrol_type(transport) in _PILOTED
        return choice.needs_pilot

    def patrol_type(self, transport: str) -> str:
        """The kind of patrol that goes with *transport*; on the ground when nobody knows."""
        choice = self.transports.get(transport)
        return choice.patrol_type if choice is not None and choice.patrol_type else PATROL_TYPES[0]


def key_of_label(list_name: str, label: str) -> str:
    """A key for an entry that has none, as SMART would make it: the label's own Latin letters and digits.

    Stations have no keys in SMART, so their label stands for one. Labels in other scripts get a key that is the same on
    every laptop.
    """
    label = label.strip()
    if list_name == "station":
        return label
    key = _NO_SIGN_OF_A_KEY.sub("", unicodedata.normalize("NFKD", label).casefold())
    if len(key) * 2 > len(label) and key[0].isalpha():
        return key
    import hashlib  # rarely: most labels have letters of a key

    return f"{list_name}_{hashlib.sha256(label.encode()).hexdigest()[:8]}"


_NO_SIGN_OF_A_KEY: Final = re.compile(r"[^a-z0-9_]+")
_LISTS: Final = ("transports", "mandates", "teams", "stations")


@cache
def training_office() -> Office:
    """The office of SMART's training area, known before an office's own lists were read; its people are not known."""
    return office_from_json(resource("smart", "training_defaults.json").read_text("utf-8"))


def office_from_json(text: str) -> Office:
    """Read an office's lists.

    Raises:
        OfficeUnreadableError: The text is no JSON object, or has a word, type or repetition that does not belong there.
    """
    try:
        told = json.loads(text)
    except ValueError as error:
        raise OfficeUnreadableError("", str(error)) from error
    if not isinstance(told, dict):
        raise OfficeUnreadableError("", "not an object")
    strange = told.keys() - {"language", *_LISTS}
    if strange:
        raise OfficeUnreadableError(min(strange), "unknown")
    language = told.get("language")
    if not isinstance(language, str) or not language:
        raise OfficeUnreadableError("language", "missing")
    lists = {name: _choices(name, told.get(name, [])) for name in _LISTS}
    return Office(
        language=language,
        transports=lists["transports"],
        mandates=lists["mandates"],
        teams=lists["teams"],
        stations=lists["stations"],
    )


def _choices(name: str, entries: object) -> dict[str, Choice]:
    if not isinstance(entries, list):
        raise OfficeUnreadableError(name, "not a list")
    choices: dict[str, Choice] = {}
    for number, entry in enumerate(entries, 1):
        choice = _choice(entry, f"{name} {number}", has_type=name == "transports")
        if choice.key in choices:
            raise OfficeUnreadableError(f"{name} {number}", "repeated")
        choices[choice.key] = choice
    return choices


def _choice(entry: object, where: str, *, has_type: bool) -> Choice:
    if not isinstance(entry, dict) or entry.keys() != {"key", "labels"} | ({"patrol_type"} if has_type else set()):
        raise OfficeUnreadableError(where, "unknown or missing word")
    key, labels, patrol_type = entry["key"], entry["labels"], entry.get("patrol_type", "")
    if not isinstance(key, str) or not key or (has_type and patrol_type not in PATROL_TYPES):
        raise OfficeUnreadableError(where, "wrong value")
    if (
        not isinstance(labels, dict)
        or not labels
        or not all(isinstance(label, str) and label for label in labels.values())
    ):
        raise OfficeUnreadableError(where, "wrong labels")
    return Choice(key=key, labels=labels, patrol_type=patrol_type)
