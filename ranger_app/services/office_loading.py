"""What the office itself tells: its employees from a CSV file, its lists from the metadata of its server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from db.office import LANGUAGE, MEMBERS, OFFICE, SEEN, TOLD, KnownChoice, choice_fields, known_choices
from db.reader import Entry
from db.store import Store
from db.transaction import ChangeBuilder
from ranger_app.domain.smart_office import Choice, key_of_label
from ranger_app.importers.employees import COLUMNS, read_employees
from ranger_app.importers.office_metadata import Employee, MetadataRead, read_metadata
from ranger_app.problem import Problem
from ranger_app.services.models import office_model

_Write = Callable[[ChangeBuilder], object]


@dataclass(frozen=True, slots=True)
class EmployeesLoaded:
    """What a list of employees changed.

    Attributes:
        employees: People on the list.
        new: Of them, those who were not known here.
        left: People of an earlier list who are not on this one; nobody of whom a line tells that was not taken.
    """

    employees: int
    new: int
    left: int
    problems: tuple[Problem, ...]


class LoadEmployees:
    """Take in the office's list of employees; from then on members and observers are checked against it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, path: Path, *, officer: str) -> EmployeesLoaded:
        """Read the CSV file at *path* and make it the office's list, in the place of an earlier one.

        Raises:
            EmployeesUnreadableError: It is no list of employees; nothing is stored.
        """
        read = read_employees(path)
        people = _People(one for one in self._store.reader.entries("member") if one.values.get("source"))
        writes: list[_Write] = []
        new = 0
        for row in read.rows:
            found = people.take(row)
            fields = {name: row.get(name) for name in COLUMNS} | {"source": OFFICE, "is_active": True}
            if found is None:
                new += 1
                writes.append(partial(ChangeBuilder.create, kind="member", values=fields))
            else:
                writes.append(partial(ChangeBuilder.set, kind="member", record=found.id, values=fields))
        for cells in read.unread:
            people.keep(cells)
        gone = [one.id for one in people.left.values() if _is_told(one)]
        writes += [partial(ChangeBuilder.set, kind="member", record=one, values={"is_active": False}) for one in gone]
        writes += self._words(read.rows)
        told = {TOLD + MEMBERS: True}
        writes.append(partial(ChangeBuilder.set, kind="setting", record=self._store.station_id, values=told))
        with self._store.transaction(officer) as transaction:
            transaction.spread(writes)
        return EmployeesLoaded(len(read.rows), new, len(gone), read.problems)

    def _words(self, rows: tuple[Mapping[str, str], ...]) -> Iterator[_Write]:
        """Ranks and agencies that the list names become known."""
        language = _language(self._store)
        for name in ("rank", "agency"):
            known = {label for one in known_choices(self._store.reader, name) for label in one.choice.labels.values()}
            for label in sorted({row[name] for row in rows if row.get(name)} - known):
                choice = Choice(key=key_of_label(name, label), labels={language: label})
                yield partial(ChangeBuilder.create, kind="choice", values=choice_fields(name, choice, SEEN))


def _is_told(entry: Entry) -> bool:
    return entry.values.get("source") == OFFICE and entry.values.get("is_active") is not False


class _People:
    """Whom an office's list may tell of, found once each.

    People of an earlier list are known again by employee id, else by names; those whom a file named, only when it named
    them exactly so: what it said stays as it came.
    """

    def __init__(self, known: Iterable[Entry]) -> None:
        self.left: dict[str, Entry] = {}
        self._exactly: dict[tuple[str, str, str], list[Entry]] = {}
        self._by_number: dict[str, list[Entry]] = {}
        self._by_names: dict[tuple[str, str], list[Entry]] = {}
        # The last of each list is asked first.
        for one in sorted(known, key=lambda entry: (not _is_told(entry), entry.id), reverse=True):
            given, family, number = (str(one.values.get(name, "")) for name in _WHO)
            self.left[one.id] = one
            self._exactly.setdefault((given, family, number), []).append(one)
            if number and one.values.get("source") == OFFICE:
                self._by_number.setdefault(number, []).append(one)
            if one.values.get("source") == OFFICE or one.values.get("uuid"):
                self._by_names.setdefault((given, family), []).append(one)

    def take(self, row: Mapping[str, str]) -> Entry | None:
        """The person of whom the row tells; nobody else is found by another row."""
        given, family, number = (row.get(name, "") for name in _WHO)
        told = self._by_number.get(number, ()), self._exactly.get((given, family, number), ())
        for one in (*reversed(told[0]), *reversed(told[1]), *reversed(self._by_names.get((given, family), ()))):
            is_another = bool(number and one.values.get("employee_id")) and one.values.get("employee_id") != number
            if one.id in self.left and not is_another:
                return self.left.pop(one.id)
        return None

    def keep(self, cells: Sequence[str]) -> None:
        """Let nobody count as left of whom a line tells, though nobody knows which of its columns is missing."""
        names = set(pairwise(cells))
        told = [one for number in cells if number for one in self._by_number.get(number, ())]
        for pair in names:
            told += self._by_names.get(pair, ())
        for one in told:
            self.left.pop(one.id, None)


_WHO = ("given_name", "family_name", "employee_id")


@dataclass(frozen=True, slots=True)
class MetadataLoaded:
    """What an office's metadata hold.

    Attributes:
        lists: List name to the number of its entries; lists that were not told are not in it.
        employees: People whose ids were told.
    """

    lists: Mapping[str, int]
    employees: int
    problems: tuple[Problem, ...]


class LoadMetadata:
    """Take in the lists of the office's server; from then on exactly these count as known."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, content: bytes | Mapping[str, Any], *, officer: str, file: str = "") -> MetadataLoaded:
        """Read the answer to ``/api/metadata/patrol/{area}`` and make it the office's lists.

        Entries that the office has no more are kept, for old patrols name them, and count as unknown.

        Raises:
            MetadataUnreadableError: It is no such answer; nothing is stored.
        """
        read = read_metadata(content, file=file)
        writes: list[_Write] = []
        settings: dict[str, Any] = {}
        for name, choices in read.lists.items():
            writes += self._list(name, choices)
            settings[TOLD + name] = True
        if read.languages:
            settings[LANGUAGE] = self._default_language(read)
        writes += self._employees(read.employees)
        writes.append(partial(ChangeBuilder.set, kind="setting", record=self._store.station_id, values=settings))
        with self._store.transaction(officer) as transaction:
            transaction.spread(writes)
        counts = {name: len(choices) for name, choices in read.lists.items()}
        return MetadataLoaded(counts, len(read.employees), read.problems)

    def _default_language(self, read: MetadataRead) -> str:
        """The model's own default where the lists speak it too, else the language of most labels."""
        own = _language(self._store)
        return own if own in read.languages else read.languages[0]

    def _list(self, name: str, choices: tuple[Choice, ...]) -> Iterator[_Write]:
        left: dict[str, KnownChoice] = {}
        marks: dict[tuple[str, ...], str] = {}
        for one in known_choices(self._store.reader, name):
            left[one.id] = one
            for mark in _marks(one.choice, name):
                marks.setdefault(mark, one.id)
        for choice in choices:
            found = [marks[mark] for mark in _marks(choice, name) if marks.get(mark) in left]
            if not found:
                yield partial(ChangeBuilder.create, kind="choice", values=choice_fields(name, choice, OFFICE))
                continue
            known = left.pop(found[0])
            # What our records say stays what they say.
            fields = choice_fields(name, choice._replace(key=known.choice.key), OFFICE)
            old = choice_fields(name, known.choice._replace(patrol_type=""), known.source)
            cleared = dict.fromkeys(old.keys() - fields.keys())
            yield partial(ChangeBuilder.set, kind="choice", record=known.id, values={**cleared, **fields})
        for one in left.values():
            if one.source == OFFICE and one.is_active:
                yield partial(ChangeBuilder.set, kind="choice", record=one.id, values={"is_active": False})

    def _employees(self, employees: tuple[Employee, ...]) -> Iterator[_Write]:
        """Ids of people known by name; who is not becomes known by the one name that the server tells.

        That name is taken apart by guess, so it does not count as the office's word on how the person is called.
        """
        known = [one for one in self._store.reader.entries("member") if one.values.get("source")]
        by_uuid = {str(one.values["uuid"]): one.id for one in known if one.values.get("uuid")}
        by_name: dict[str, str] = {}
        for one in sorted(known, key=lambda entry: (not _is_told(entry), entry.id)):
            for name in _spellings(one):
                by_name.setdefault(name, one.id)
        for employee in employees:
            record = by_name.get(employee.name) or by_uuid.get(employee.uuid)
            if record is not None:
                values = {"uuid": employee.uuid}
                yield partial(ChangeBuilder.set, kind="member", record=record, values=values)
            else:
                family, given = _names(employee.name)
                values = {"family_name": family, "given_name": given, "uuid": employee.uuid, "source": SEEN}
                yield partial(ChangeBuilder.create, kind="member", values=values)


def _marks(choice: Choice, list_name: str) -> Iterator[tuple[str, ...]]:
    """By what an entry is known again: SMART's id, the key, and of stations the labels."""
    if choice.uuid:
        yield "uuid", choice.uuid
    yield "key", choice.key
    for language, label in choice.labels.items() if list_name == "station" else ():
        yield "label", language, label


def _spellings(entry: Entry) -> tuple[str, ...]:
    """How a server may call a person in one name."""
    given, family = str(entry.values.get("given_name", "")), str(entry.values.get("family_name", ""))
    number = str(entry.values.get("employee_id", ""))
    names = f"{family}, {given}", f"{given} {family}", f"{family} {given}"
    return (*names, *(f"{name} [{number}]" for name in names), *(f"{name} ({number})" for name in names))


def _names(name: str) -> tuple[str, str]:
    """Family and given name; without a comma the last word is taken for the family name."""
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.strip().rpartition(" ")
    return family.strip(), given.strip()


def _language(store: Store) -> str:
    return office_model(store.reader, store.blobs, store.station_id).languages[0]
