"""What a form asks: sections, fields, lines, and how a filled form reads in SMART.

Words are English source words; the window and the dossier say them through the catalogue ``app``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ranger_app.domain.definitions import Scalar
from ranger_app.domain.lists import Option

KINDS = frozenset({"poaching", "conflict", "other", "common"})
"""Kinds of incident documents, and the part that all of them share."""


class FieldType(StrEnum):
    """How a field is typed, stored and drawn."""

    TEXT = "text"
    LONG_TEXT = "longtext"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"
    POSITION = "position"
    PATROL = "patrol"


CHOOSING = frozenset({FieldType.CHOICE, FieldType.CHOICES})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When something holds: another field has one of these values, or has any, or has none.

    Attributes:
        among: The values that count; empty means any value.
        is_present: With an empty *among*, whether the field must have a value or must have none.
    """

    field: str
    among: tuple[Scalar, ...] = ()
    is_present: bool = True

    def holds(self, values: Mapping[str, object]) -> bool:
        value = values.get(self.field)
        if not self.among:
            return (value not in (None, "", (), [])) is self.is_present
        chosen = value if isinstance(value, tuple | list) else (value,)
        return any(one in self.among for one in chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question.

    Attributes:
        section: Id of the section it is drawn in, empty in lines.
        unit: What stands behind a number (``m``); not part of the value.
        is_required: A complete record needs it; saving never does.
        required_when: A complete record needs it then.
        is_question: Two values written apart are a difference that a person decides.
        options: The answers of a choice, in display order.
    """

    id: str
    label: str
    type: FieldType
    section: str = ""
    help: str = ""
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    is_required: bool = False
    required_when: Condition | None = None
    is_question: bool = True
    options: tuple[Option, ...] = ()

    def option(self, key: str) -> Option | None:
        """The answer of this key; ``None`` when the field has no such answer."""
        return next((option for option in self.options if option.key == key), None)

    def is_needed(self, values: Mapping[str, object]) -> bool:
        """Whether a complete record with these *values* needs this field."""
        return self.is_required or (self.required_when is not None and self.required_when.holds(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with the fields that name it."""

    id: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """Questions asked once a line; each line is a record of its own whose parent is the form's record.

    Attributes:
        id: Name of the list in the document (``animals``).
        record: Kind of each line's record in the journal (``animal``).
        is_required: A complete record needs at least one line.
    """

    id: str
    record: str
    label: str
    fields: tuple[Field, ...]
    help: str = ""
    section: str = ""
    is_required: bool = False

    def field(self, field_id: str) -> Field | None:
        return next((field for field in self.fields if field.id == field_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule:
    """Where the value of one SMART attribute comes from.

    Attributes:
        key: Attribute key.
        field: Field of the form that it is taken from; empty when *line* or *value* is given.
        line: Field of the line that it is taken from.
        value: A value that is always written.
        values: Answer of the form to answer of SMART.
        otherwise: Answer of SMART for answers that *values* does not name or the office's model does not know; empty:
            an answer not named is written as it is.
        is_taxon: The answer stands for a taxon; its place in the office's species tree is written.
        is_optional: Our own refinement: left out where the office's model does not have the attribute.
    """

    key: str
    field: str = ""
    line: str = ""
    value: Scalar | None = None
    values: Mapping[str, Scalar]
    otherwise: str = ""
    is_taxon: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRule:
    """How a filled form becomes SMART observations.

    Attributes:
        category: hkey of the category.
        each: Id of a line form, or of a field of several choices: one observation for each; empty: one for the form.
        among: With a field in *each*, only these answers.
        when: Write it only then.
        instead_of: hkey of a category; write this one only where the office's model does not have that.
    """

    category: str
    attributes: tuple[AttributeRule, ...]
    each: str = ""
    among: tuple[str, ...] = ()
    when: Condition | None = None
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form definition.

    Attributes:
        id: The file's name.
        version: Raised when a field comes, goes or changes its meaning; stands in every op as ``form``.
        kind: Kind of the incident document.
        record: Kind of the record in the journal; empty for the common part.
    """

    id: str
    version: int
    kind: str
    record: str
    label: str
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    lines: tuple[LineForm, ...] = ()
    observations: tuple[ObservationRule, ...] = ()

    def field(self, field_id: str) -> Field | None:
        """The field of this id; ``None`` when the form has none."""
        return next((field for field in self.fields if field.id == field_id), None)

    def line(self, line_id: str) -> LineForm | None:
        """The line form of this id; ``None`` when the form has none."""
        return next((line for line in self.lines if line.id == line_id), None)

    def words(self) -> Iterator[str]:
        """Every label, help and unit of the form, in the order of the file; some twice."""
        yield self.label
        for section in self.sections:
            yield from (section.label, section.help)
        for line in self.lines:
            yield from (line.label, line.help)
        for field in (*self.fields, *(field for line in self.lines for field in line.fields)):
            yield from (field.label, field.help)
            if field.unit:
                yield field.unit
            for option in field.options:
                yield from (option.label, option.help)
