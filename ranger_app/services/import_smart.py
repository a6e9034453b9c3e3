"""SMART's patrol and incident files become records: originals kept, nothing doubled, every problem named."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.naming import find_numbered
from db.smart_files import CONTENT, content_of, known_smart_file
from db.store import Store
from db.transaction import new_id
from ranger_app.domain.typed_text import whole_text
from ranger_app.errors import Fact, RangerAppError
from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.importers.smart_package import SmartPackage, opened_package
from ranger_app.importers.smart_parts import SmartPatrol, SmartPlace, SmartReading
from ranger_app.jobs import JobContext
from ranger_app.problem import Problem
from ranger_app.services.export_smart import VERSIONS, ExportSmart
from ranger_app.services.import_tracks import FileChangedError
from ranger_app.services.models import picking_model
from ranger_app.services.numbers import Numbers
from ranger_app.services.smart_attachments import files_named, held_files, kept_files
from ranger_app.services.smart_base import base_of
from ranger_app.services.smart_content import content_digest
from ranger_app.services.smart_differences import DifferenceFacts
from ranger_app.services.smart_merge import STAYING, Merge, merged
from ranger_app.services.smart_plan import standing, tree_of
from ranger_app.services.smart_writing import SmartWriter
from ranger_app.services.stations import station_of

if TYPE_CHECKING:
    from db.transaction import Transaction
    from ranger_app.services.smart_base import base_of
from ranger_app.services.smart_attachments import FileFields

LATEST = "8"
"""The SMART version whose formats stand in for older ones that are no longer written."""


@dataclass(slots=True)
class SmartImported:
    """What an import stored and found.

    Attributes:
        patrols, incidents: Ids of the records that the files are in now, those of known files too.
        duplicates: Files that say nothing new.
        refused: Files that cannot be read, among *problems* with their code.
        new, updated: Ids of the records that this import made, and that it brought to what a file says.
        differences: What files say otherwise than records that are here; of an update what it took and what stays.
    """

    patrols: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    differences: list[Problem] = field(default_factory=list)

    def add(self, kind: str, record: str) -> None:
        into = self.patrols if kind == "patrol" else self.incidents
        if record not in into:
            into.append(record)


@dataclass(frozen=True, slots=True)
class _Known:
    """A record of the number that a file says.

    Attributes:
        content: Digest of what the last file said that it was made of; empty when it was made here.
    """

    kind: str
    id: str
    content: str


@dataclass(slots=True)
class _Original:
    """A file that is being taken in.

    Attributes:
        id: That its record will have.
        fields: What its record will say of the patrols and incidents made of it.
    """

    path: Path
    sha256: str
    id: str = field(default_factory=new_id)
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ready:
    """One record of a file, with the bytes of its attachments kept, before any of it is written.

    Attributes:
        version: Of the file's format.
        content: Digest of what the file says of it.
    """

    told: SmartPatrol | SmartPlace
    version: str
    files: dict[str, FileFields]
    content: str
    problems: list[Problem]

    @property
    def what(self) -> str:
        return _what(self.told)

    @property
    def number(self) -> str:
        return _number(self.told)


def _what(told: SmartPatrol | SmartPlace) -> str:
    return "patrol" if isinstance(told, SmartPatrol) else "incident"


def _number(told: SmartPatrol | SmartPlace) -> str:
    return told.number if isinstance(told, SmartPatrol) else told.smart_id


class _Outcome(Enum):
    """What became of one record of a file."""

    WRITTEN = "written"
    KNOWN = "known"
    REFUSED = "refused"


class ImportSmart:
    """Turn SMART files into stored patrols and incidents."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        paths: Sequence[Path],
        *,
        officer: str,
        update: bool = False,
        takes_all: bool = False,
        context: JobContext,
    ) -> SmartImported:
        """Read *paths* and store what they hold; files that cannot be read are among the problems.

        A patrol or an incident that is here already is recognised by its number and by what the file says.

        Args:
            update: Let a file that says something else change the record of its number; without it that is a problem.
                What was changed here too stays, and is a problem.
            takes_all: Of an update: take the file's word also where it was changed here too.

        Returns:
            What is stored now. Nothing is stored when the job is cancelled.

        Raises:
            RangerAppError: All files were refused; the error of the first.
        """
        done = SmartImported()
        self._update, self._takes_all, self._officer = update, takes_all, officer
        self._zone = ZoneInfo(station_of(self._store).timezone)
        self._numbers = Numbers(self._store, officer)
        self._now: dict[tuple[str, str], _Known] = {}
        first_error: RangerAppError | None = None
        model = picking_model(self._store.reader, self._store.blobs, self._store.station_id)
        with self._store.transaction(officer) as transaction:
            self._transaction = transaction
            self._writer = SmartWriter(self._store, transaction, model, self._zone)
            for number, path in enumerate(paths):
                context.step(number, len(paths), "reading-files")
                try:
                    original, found = self._read(path, done)
                except RangerAppError as error:
                    first_error = first_error or error
                    done.refused.append(str(path))
                    done.problems.append(Problem(code=error.code, file=str(path), facts={**error.facts}))
                    continue
                if found:
                    self._store_all(original, found, transaction, done)
            if first_error is not None and len(done.refused) == len(paths):
                first_error.others = tuple(done.problems[1:])
                raise first_error
        return done

    # Reading: what goes wrong here refuses the file alone

    def _read(self, path: Path, done: SmartImported) -> tuple[_Original, list[_Ready]]:
        """A file with its records; with none when its very bytes are here and stay as they are."""
        original = _Original(path, _digest(path))
        before = known_smart_file(self._store.reader, original.sha256)
        if before and not self._update:
            for kind, record in before:
                done.add(kind, record)
            done.duplicates.append(str(path))
            return original, []
        with opened_package(path) as package:
            found = [self._ready(reading, package) for reading in tuple(package.readings())]
            if unread := package.unread():
                facts: dict[str, Fact] = {"name": unread[0][:80]}
                found[0].problems.append(Problem(code="smart-file-unnamed", count=len(unread), facts=facts))
        digest, _ = self._store.blobs.put_file(path)
        if digest != original.sha256:
            raise FileChangedError(file=str(path))
        return original, found

    def _ready(self, reading: SmartReading, package: SmartPackage) -> _Ready:
        problems = list(reading.problems)
        files = kept_files(self._store, package, files_named(reading.record), self._zone, problems)
        self._take_held(reading.record, files, problems)
        content = content_digest(reading.record, {name: str(fields["sha256"]) for name, fields in files.items()})
        return _Ready(reading.record, reading.version, files, content, problems)

    def _take_held(self, told: SmartPatrol | SmartPlace, files: dict[str, FileFields], problems: list[Problem]) -> None:
        """A record that is here already keeps the files that its new version names and does not bring along."""
        what, number = _what(told), _number(told)
        known = self._known(what, number) if problems else None
        if known is None:
            return
        held = held_files(self._store.reader, known.id)
        for one in files_named(told):
            if one.name not in files and one.name in held:
                files[one.name] = held[one.name]
        problems[:] = [
            one for one in problems
            if not (one.code == "smart-attachment-not-found" and one.facts.get("name") in {n[:80] for n in files})
        ]  # fmt: skip

    # Writing: what goes wrong here stops the import

    def _store_all(
        self, original: _Original, found: Sequence[_Ready], transaction: Transaction, done: SmartImported
    ) -> None:
        outcomes = {self._record(one, original, done) for one in found}
        if _Outcome.WRITTEN in outcomes:
            values = {
                "name": whole_text(original.path.name), "sha256": original.sha256,
                "bytes": original.path.stat().st_size, "format": "smart", **original.fields,
            }  # fmt: skip
            with transaction.change() as change:
                change.create("file", values, record=original.id, blobs=[original.sha256])
        elif _Outcome.REFUSED not in outcomes:
            done.duplicates.append(str(original.path))

    def _record(self, one: _Ready, original: _Original, done: SmartImported) -> _Outcome:
        known = self._known(one.what, one.number)
        if known is not None and (one.content == known.content or self._is_what_we_say(known, one)):
            done.add(one.what, known.id)
            return _Outcome.KNOWN
        is_second = (one.what, one.number) in self._now
        if known is not None and (not self._update or is_second):
            done.add(one.what, known.id)
            facts: dict[str, Fact] = {"number": one.number[:80]}
            done.problems.append(Problem(code=f"smart-{one.what}-known", file=str(original.path), facts=facts))
            if not is_second:
                done.differences += self._told(one, original, self._merge(one, original, known, is_look=True))
            return _Outcome.REFUSED
        record = self._create(one, original, done) if known is None else self._bring_up(one, original, known, done)
        done.add(one.what, record)
        original.fields[f"{one.what}s/{record}"] = True
        original.fields[CONTENT + record] = one.content
        if one.number:
            self._now[one.what, one.number] = _Known(known.kind if known else one.what, record, one.content)
        done.problems.extend(replace(problem, file=str(original.path)) for problem in one.problems)
        return _Outcome.WRITTEN

    def _is_what_we_say(self, known: _Known, one: _Ready) -> bool:
        """Whether the file says what our own export of the record says: it may have gone out from here."""
        if (one.what, one.number) in self._now:
            return False
        smart = next((smart for smart, versions in VERSIONS.items() if one.version in versions), LATEST)
        asked = {f"{one.what}s": [known.id]}
        with tempfile.TemporaryDirectory(prefix="ranger-") as folder:
            sent = ExportSmart(self._store)(
                Path(folder) / "record.zip",
                version=smart,
                force=True,
                officer=self._officer,
                context=JobContext(),
                **asked,
            )
            for path in sent.files:
                with opened_package(path) as package:
                    return any(self._ready(reading, package).content == one.content for reading in package.readings())
        return False

    def _create(self, one: _Ready, original: _Original, done: SmartImported) -> str:
        number = one.number or self._numbers.next()
        parts = self._writer.plan(one.told, number, file=original.id, files=one.files, problems=one.problems)
        first = next(parts)
        self._transaction.spread(part.write() for part in chain([first], parts))
        done.new.append(first.record)
        return first.record

    def _bring_up(self, one: _Ready, original: _Original, known: _Known, done: SmartImported) -> str:
        merge = self._merge(one, original, known, is_look=False)
        self._transaction.spread(merge.writes)
        told = self._told(one, original, merge)
        done.updated.append(known.id)
        done.differences += told
        done.problems += [problem for problem in told if problem.code in STAYING]
        return known.id

    def _merge(self, one: _Ready, original: _Original, known: _Known, *, is_look: bool) -> Merge:
        """What the file would change of the record: what it says otherwise than the file before it."""
        problems = [] if is_look else one.problems
        there = tree_of(
            self._writer.plan(
                one.told, one.number, file=original.id, files=one.files, problems=problems, is_look=is_look
            )
        )
        reader = self._store.reader
        here = standing(reader, reader.entry(known.id))
        return merged(reader, here, base_of(self._store, self._writer, known.id), there, takes_all=self._takes_all)

    def _told(self, one: _Ready, original: _Original, merge: Merge) -> list[Problem]:
        number: dict[str, Fact] = {"number": one.number[:80]}
        plain = DifferenceFacts(self._store.reader, self._writer.names, self._writer.labels)
        return [
            replace(told, file=str(original.path), facts=number | told.facts) for told in map(plain, merge.differences)
        ]

    def _known(self, what: str, number: str) -> _Known | None:
        if (what, number) in self._now:
            return self._now[what, number]
        reader = self._store.reader
        record = find_numbered(reader, what, number) if number else ""
        if not record or reader.entry(record).is_hidden:
            return None
        return _Known(reader.entry(record).kind, record, content_of(reader, record))


def _digest(path: Path) -> str:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FileUnreadableError(str(path), reason="no file")  # a device may have no end
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FileUnreadableError(str(path), reason=error.strerror or type(error).__name__) from error
