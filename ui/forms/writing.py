"""What a form needs to know of the record it writes: how to read it, what is missing, and the act that stores it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ranger_app.domain.forms import Field, FieldType, Form, LineForm, common_form, form_of_kind, missing
from ranger_app.i18n import Words
from ui import acts
from ui.forms.choices import ChoiceEditor
from ui.forms.editors import Editor
from ui.forms.fields import make_editor
from ui.forms.form_view import Drawn, DrawnSection
from ui.forms.lines import LinesEditor
from ui.forms.observations import ObservationsEditor

if TYPE_CHECKING:
    from db.reader import Reader
    from ranger_app.domain.records import Attachment
    from ui.desk import Desk
    from ui.store_thread import StoreJob

FIELDS = "fields."
"""Before the ids of the form's own fields in the flat document."""


def _nothing() -> None:
    """No form is open yet."""


Flat = dict[str, object]
"""A document without levels: ``place``, ``fields.species``, ``animals``."""


class Writing:
    """One record being written.

    Attributes:
        form: Name of the draft's form.
        kind: Kind of the record in the journal.
        record: Its id; of a new record the one it will have.
        is_new: Nothing of it is stored yet.
    """

    form = ""
    kind = ""
    takes_photos = True
    has_side = True
    """Whether something stands beside the fields: what is missing, and photos."""

    def __init__(self, desk: Desk, record: str, *, is_new: bool = False) -> None:
        self.desk = desk
        self.record = record
        self.is_new = is_new
        self.settle: Callable[[], None] = _nothing
        """Makes a change of what is typed, before something is done to the record as a whole."""

    def shape(self, reader: Reader) -> object:
        """What the form is drawn by: when it is another, the form is drawn again."""
        return None

    def title(self) -> str:
        """What stands above the form."""
        raise NotImplementedError

    def sections(self) -> Sequence[DrawnSection]:
        """The form, drawn."""
        raise NotImplementedError

    def read(self, reader: Reader) -> Flat:
        """The record as it is stored now."""
        raise NotImplementedError

    def begin(self) -> Flat:
        """What a new record starts with."""
        return {}

    def last(self, reader: Reader) -> Flat:
        """The last record of the same kind, for taking its values."""
        return {}

    def bases(self, reader: Reader) -> dict[str, tuple[str, ...]]:
        """Each stored field with the refs that stand behind the value that is shown now."""
        return reader.bases(self.record)

    def work(self, changes: Flat, *, officer: str, bases: acts.Bases | None) -> StoreJob[Any]:
        """The act that stores *changes*."""
        raise NotImplementedError

    def missing(self, values: Flat) -> tuple[str, ...]:
        """Keys of what a complete record still needs."""
        return ()

    def contradictions(self, values: Flat) -> tuple[tuple[str, str], ...]:
        """Code and key of answers that cannot be true together."""
        return ()

    def attachments(self, reader: Reader) -> tuple[Attachment, ...]:
        """Photos and files of the record."""
        from db.fields import attachments

        return () if self.is_new else attachments(reader, self.record)


class IncidentWriting(Writing):
    """An incident or a livestock conflict."""

    def __init__(self, desk: Desk, incident_kind: str, record: str, *, is_new: bool = False) -> None:
        super().__init__(desk, record, is_new=is_new)
        self.incident_kind = incident_kind
        self.definition: Form = form_of_kind(incident_kind)
        self.form = incident_kind
        self.kind = self.definition.record

    def title(self) -> str:
        from db.incidents import incident

        words = self.desk.words
        label = words.say(self.definition.label)
        if self.is_new:
            return words.say("{kind}, new", kind=label)
        return words.say("{kind} {number}", kind=label, number=incident(self.desk.reader, self.record).number)

    # Drawing

    def sections(self) -> Sequence[DrawnSection]:
        words, form = self.desk.words, self.definition
        lines = {line.section: line for line in form.lines}
        drawn = [
            DrawnSection(
                f"common.{part.id}",
                words.say(part.label),
                self._drawn(common_form().fields, part.id),
                words.say(part.help),
            )
            for part in common_form().sections
        ]
        for part in form.sections:
            fields = self._drawn(form.fields, part.id, FIELDS)
            if part.id in lines:
                fields = (*fields, self._drawn_line(lines[part.id]))
            label = words.say(part.label)
            if label == drawn[-1].label:
                drawn[-1] = replace(drawn[-1], fields=(*drawn[-1].fields, *fields))
            else:
                drawn.append(DrawnSection(part.id, label, fields, words.say(part.help)))
        observed = ObservationsEditor(words)
        self.desk.with_model(observed.set_model)
        drawn.append(
            DrawnSection(
                "observations", words.say("Observations for SMART"), (Drawn("observations", observed, is_wide=True),)
            )
        )
        return drawn

    def _drawn(self, fields: Sequence[Field], section: str, before: str = "") -> tuple[Drawn, ...]:
        return tuple(Drawn(f"{before}{field.id}", self._editor(field)) for field in fields if field.section == section)

    def _drawn_line(self, line: LineForm) -> Drawn:
        return Drawn(line.id, LinesEditor(line, self.desk.words, self.desk.zone), is_wide=True)

    def _editor(self, field: Field) -> Editor:
        if field.type is FieldType.PATROL:
            return ChoiceEditor(field, self.desk.words, patrol_pairs(self.desk))
        if field.type is not FieldType.POSITION:
            return make_editor(field, self.desk.words, self.desk.zone)
        self.desk.load_grids()
        return make_editor(field, self.desk.words, self.desk.zone, self.desk.notation)

    # Reading and writing

    def read(self, reader: Reader) -> Flat:
        from db.incidents import incident
        from ranger_app.services.documents import incident_document

        return flat_document(incident_document(incident(reader, self.record)), self.definition)

    def begin(self) -> Flat:
        officer = self.desk.officer
        return {"reported_by": officer.name} if officer is not None else {}

    def last(self, reader: Reader) -> Flat:
        from db.incidents import incident, incident_page
        from ranger_app.services.documents import incident_document

        for row in incident_page(reader, kinds=(self.kind,), limit=20):
            if row.kind == self.incident_kind and row.id != self.record:
                return flat_document(incident_document(incident(reader, row.id)), self.definition)
        return {}

    def work(self, changes: Flat, *, officer: str, bases: acts.Bases | None) -> StoreJob[Any]:
        document = nested_document(changes)
        if self.is_new:
            return acts.record_incident(self.incident_kind, document, officer=officer, record=self.record)
        return acts.edit_incident(self.record, document, officer=officer, bases=bases)

    def missing(self, values: Flat) -> tuple[str, ...]:
        answers = {key.removeprefix(FIELDS): value for key, value in values.items() if key.startswith(FIELDS)}
        lines: dict[str, Any] = {line.id: values.get(line.id) or () for line in self.definition.lines}
        lacking = missing(self.definition, answers, lines=lines, envelope=values)
        return (*map(self._key, lacking), *self._unanswered(values))

    def _unanswered(self, values: Flat) -> tuple[str, ...]:
        """Keys of what the data model requires of the observations."""
        from ranger_app.domain.observation_questions import lacking

        told = values.get("observations")
        if self.desk.model is None or not isinstance(told, list):
            return ()
        return tuple(f"observations.{place}/{key}" for place, key in lacking(self.desk.model, told))

    def _key(self, name: str) -> str:
        return f"{FIELDS}{name}" if any(field.id == name for field in self.definition.fields) else name

    def contradictions(self, values: Flat) -> tuple[tuple[str, str], ...]:
        from db.incidents import patrol_days
        from ranger_app.domain.contradictions import contradictions

        patrol = str(values.get("patrol_id") or "")
        days = patrol_days(self.desk.reader, patrol) if patrol and self.desk.is_readable else None
        answers = {key.removeprefix(FIELDS): value for key, value in values.items()}
        return tuple((one.code, self._key(one.field)) for one in contradictions(answers, patrol_days=days))


def flat_document(document: Mapping[str, Any], form: Form) -> Flat:
    """A document of an incident without levels."""
    flat: Flat = {field.id: document.get(field.id) for field in common_form().fields}
    flat |= {f"{FIELDS}{name}": value for name, value in (document.get("fields") or {}).items()}
    flat |= {line.id: document.get(line.id) or [] for line in form.lines}
    flat["observations"] = document.get("observations") or []
    return flat


def nested_document(flat: Mapping[str, object]) -> dict[str, Any]:
    """The document of an incident again; only what *flat* names."""
    document: dict[str, Any] = {}
    for key, value in flat.items():
        if key.startswith(FIELDS):
            document.setdefault("fields", {})[key.removeprefix(FIELDS)] = value
        else:
            document[key] = value
    return document


def patrol_pairs(desk: Desk) -> list[tuple[str, str]]:
    """The newest patrols to choose from: id, and how it is called."""
    from db.patrol_pages import patrol_page

    rows = patrol_page(desk.reader, limit=200) if desk.is_readable else ()
    return [(row.id, " · ".join(part for part in (row.start, row.number, row.objective) if part)) for row in rows]


def label_of(key: str, sections: Sequence[DrawnSection], words: Words) -> str:
    """What a key of the flat document is called on the form."""
    name, _, below = key.partition(".") if not key.startswith(FIELDS) else (key, "", "")
    for section in sections:
        for drawn in section.fields:
            if drawn.key == name:
                if below and isinstance(drawn.editor, ObservationsEditor):
                    return drawn.editor.label_at(below)
                if below and isinstance(drawn.editor, LinesEditor):
                    found = drawn.editor.line.field(below)
                    return words.say(found.label) if found is not None else below
                return drawn.editor.label
    return key
