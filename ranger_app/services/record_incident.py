"""Poaching incidents, livestock conflicts and others are written down and changed, by their documents."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.incidents import RECORD_KINDS, incident, kind_of
from db.patrol_pages import find_patrol
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.form_definition import Form
from ranger_app.domain.forms import INCIDENT_KINDS, check_document, form_of_kind
from ranger_app.domain.ordering import position_at
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.problem import Problem
from ranger_app.services.attach_photos import AttachPhotos, ReadPhoto
from ranger_app.services.child_records import Listed, attribute_key_problems, edit_observations
from ranger_app.services.document_flaws import document_flaws
from ranger_app.services.incident_fields import (
    answer_fields,
    envelope_fields,
    in_kept_spelling,
    observation_record,
    observation_values,
)
from ranger_app.services.numbers import Numbers
from ranger_app.services.take_back import refuse_taken_back

if TYPE_CHECKING:
    from db.transaction import Transaction

ANSWERED = ("id", "number", "missing", "contradictions", "attachments", "withdrawn")
"""Keys of an answered document that say nothing when it is given back."""


class DocumentRefusedError(RangerAppError):
    """A document does not fit its form; nothing was stored.

    Attributes:
        problems: Each with its place in the document.
    """

    code = "document-refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(count=len(problems), first=first.code, where=first.where, **_told(first))
        self.problems = tuple(problems)


def _told(problem: Problem) -> dict[str, Any]:
    return {"value": str(problem.facts.get("value", problem.facts.get("field", problem.facts.get("key", ""))))}


class KindUnknownError(RangerAppError):
    """There is no incident form of this kind."""

    code = "kind-unknown"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was stored.

    Attributes:
        missing: What a complete record still needs.
        is_changed: Whether a change was written.
        problems: What is wrong with photos that came with it, and were kept; what the data model asks for otherwise.
    """

    incident_id: str
    missing: tuple[str, ...]
    is_changed: bool = True
    problems: tuple[Problem, ...] = ()


class RecordIncident:
    """Write down a new incident."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        kind: str,
        document: Mapping[str, Any],
        *,
        officer: str,
        photo_folder: Path | None = None,
        record: str = "",
        context: JobContext | None = None,
    ) -> Recorded:
        """Store *document*, its observations, lines and photos, all or nothing.

        Args:
            kind: ``poaching``, ``conflict`` or ``other``.
            photo_folder: What the document's photo paths are relative to.
            record: Id that the record gets, when a draft already has one; a draft that was stored before changes
                its record.

        Raises:
            KindUnknownError, DocumentRefusedError, NotAPhotoError: Nothing is stored.
        """
        form = form_of(kind)
        if record and self._store.reader.has(record):
            return EditIncident(self._store)(
                record, document, officer=officer, photo_folder=photo_folder, context=context
            )
        refuse_wrong(self._store, form, document)
        photos = read_photos(self._store, document, photo_folder, context or JobContext())
        number = Numbers(self._store, officer).next()
        record = record or new_id()
        with self._store.transaction(officer) as transaction:
            with transaction.change() as change:
                values = {"number": number, **fields_of(self._store, form, document, {})}
                if form.record == "incident":
                    values["form_kind"] = kind
                change.create(form.record, values, record=record, form=form.version)
                for place, observation in enumerate(document.get("observations") or ()):
                    write_observation(change, form, record, observation, place)
                for line in form.lines:
                    for place, answers in enumerate(document.get(line.id) or ()):
                        fields = answer_fields(line.fields, answers, {})
                        change.create(
                            line.record, fields, parent=(form.record, record), position=position_at(place),
                            form=form.version,
                        )  # fmt: skip
            AttachPhotos(self._store).write(transaction, photos, (form.record, record))
        return _recorded(self._store, record, photos, document)


class EditIncident:
    """Change an incident: what the document names, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        record: str,
        document: Mapping[str, Any],
        *,
        officer: str,
        bases: Mapping[str, Sequence[str]] | None = None,
        photo_folder: Path | None = None,
        context: JobContext | None = None,
    ) -> Recorded:
        """Store what *document* changes.

        Args:
            bases: Stored field name to the refs that stood behind its value when the form was opened.

        Raises:
            RecordMissingError, RecordTakenBackError, DocumentRefusedError, NotAPhotoError: Nothing is stored.
        """
        entry = self._store.reader.entry(record, *RECORD_KINDS)
        refuse_taken_back(entry)
        form = form_of(kind_of(entry))
        refuse_wrong(self._store, form, document, known_patrol=str(entry.values.get("patrol", "")))
        photos = read_photos(self._store, document, photo_folder, context or JobContext())
        before = self._store.journal.last_n()
        with self._store.transaction(officer) as transaction:
            with transaction.change() as change:
                values = fields_of(self._store, form, document, entry.values)
                change.set(entry.kind, record, values, bases=bases, form=form.version)
                if document.get("observations") is not None:
                    edit_observations(self._store.reader, change, (form.record, record), document["observations"])
                self._edit_lines(change, form, record, document)
            self._attach(transaction, photos, (form.record, record))
        is_changed = self._store.journal.last_n() > before
        return _recorded(self._store, record, photos, document, is_changed=is_changed)

    def _attach(self, transaction: Transaction, photos: list[ReadPhoto], parent: tuple[str, str]) -> None:
        AttachPhotos(self._store).write(transaction, photos, parent)

    def _edit_lines(self, change: ChangeBuilder, form: Form, record: str, document: Mapping[str, Any]) -> None:
        for line in form.lines:
            told = document.get(line.id)
            if told is None:
                continue
            listed = Listed(self._store.reader, line.record, record, told)
            for answers, old, position in listed:
                if old is None:
                    change.create(
                        line.record, answer_fields(line.fields, answers, {}), parent=(form.record, record),
                        position=position, form=form.version,
                    )  # fmt: skip
                else:
                    cleared = {field.id: None for field in line.fields if field.id not in answers}
                    fields = answer_fields(line.fields, {**cleared, **answers}, old.values)
                    change.set(line.record, old.id, fields, position=position, form=form.version)
            listed.take_back_rest(change)


def _recorded(
    store: Store, record: str, photos: Sequence[ReadPhoto], document: Mapping[str, Any], *, is_changed: bool = True
) -> Recorded:
    problems = tuple(
        Problem(code=one.photo.flaw, file=str(one.path), facts={"file": one.path.name})
        for one in photos
        if one.photo.flaw
    )
    problems += document_flaws(store, document)
    return Recorded(record, incident(store.reader, record).missing, is_changed, problems)


def form_of(kind: str) -> Form:
    """The form of *kind*.

    Raises:
        KindUnknownError: There is none.
    """
    if kind not in INCIDENT_KINDS:
        raise KindUnknownError(kind=kind)
    return form_of_kind(kind)


def refuse_wrong(store: Store, form: Form, document: Mapping[str, Any], *, known_patrol: str = "") -> None:
    """Check a document against its form and this station.

    Args:
        known_patrol: Id of the patrol that the record names already; it may have been taken back since.

    Raises:
        DocumentRefusedError: Something in it does not fit; missing fields are no reason.
    """
    problems = list(check_document(form, document, ignored=ANSWERED))
    patrol = document.get("patrol_id")
    if not problems and patrol and patrol != known_patrol and not find_patrol(store.reader, str(patrol)):
        problems.append(Problem(code="patrol-missing", where="patrol_id", facts={"id": str(patrol)[:80]}))
    if not problems:
        problems += attribute_key_problems(document.get("observations") or (), "observations")
    if problems:
        raise DocumentRefusedError(problems)


def fields_of(store: Store, form: Form, document: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Stored fields of the record itself; a patrol is named by its id, whatever the document called it by."""
    values = in_kept_spelling(envelope_fields(document), old)
    if values.get("patrol"):
        values["patrol"] = find_patrol(store.reader, values["patrol"]) or values["patrol"]
    values.update(answer_fields(form.fields, document.get("fields") or {}, old))
    return values


def write_observation(
    change: ChangeBuilder, form: Form, record: str, observation: Mapping[str, Any], place: int
) -> None:
    """One observation as a record of its own."""
    fields = observation_record(observation["category"], observation_values(observation.get("attributes") or {}))
    change.create("observation", fields, parent=(form.record, record), position=position_at(place))


def read_photos(store: Store, document: Mapping[str, Any], folder: Path | None, context: JobContext) -> list[ReadPhoto]:
    """Read the photos that a document names, relative to *folder*."""
    names = document.get("photos") or ()
    return AttachPhotos(store).read([_file(folder or Path(), name) for name in names], context)


def _file(folder: Path, name: str) -> Path:
    """The file of this name; composed letters and letters with marks beside them are one name to people."""
    for spelling in (name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)):
        if os.path.exists(folder / spelling):
            return folder / spelling
    return folder / name
