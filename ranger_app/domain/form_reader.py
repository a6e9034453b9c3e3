"""Reads form definitions strictly: a key, an id or an answer that is not known is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ranger_app.domain.definitions import Scalar, Table, definition
from ranger_app.domain.form_definition import (
    CHOOSING,
    KINDS,
    NUMBERS,
    AttributeRule,
    Condition,
    Field,
    FieldType,
    Form,
    LineForm,
    ObservationRule,
    Section,
)
from ranger_app.domain.lists import Option, option_from_table, option_list, taxa_of

_TYPES = frozenset(kind.value for kind in FieldType)


def read_form(path: Path) -> Form:
    """Read one file of ``resources/forms``.

    Raises:
        DefinitionError: A key is missing, unknown, of another type, or points at something that is not there.
    """
    table = definition(path)
    form = Form(
        id=table.word("id"),
        version=table.number("version"),
        kind=table.word("kind"),
        record=table.word("record", ""),
        label=table.text("label"),
        sections=tuple(_section(entry) for entry in table.tables("sections")),
        fields=tuple(_field(entry) for entry in table.tables("fields")),
        lines=tuple(_line_form(entry) for entry in table.tables("lines")),
        observations=tuple(_observation(entry) for entry in table.tables("observations")),
    )
    table.done()
    for fault in _faults(form, path.stem):
        raise table.wrong(fault)
    return form


def _section(entry: Table) -> Section:
    section = Section(id=entry.word("id"), label=entry.text("label"), help=entry.text("help", ""))
    entry.done()
    return section


def _field(entry: Table) -> Field:
    kind = entry.text("type")
    if kind not in _TYPES:
        raise entry.wrong(f"type {kind}")
    field = Field(
        id=entry.word("id"),
        label=entry.text("label"),
        type=FieldType(kind),
        section=entry.word("section", ""),
        help=entry.text("help", ""),
        unit=entry.text("unit", ""),
        minimum=_bound(entry, "minimum"),
        maximum=_bound(entry, "maximum"),
        is_required=entry.flag("required", False),
        required_when=_condition(entry.table("required_when")),
        is_question=entry.flag("question", True),
        options=_options(entry),
    )
    entry.done()
    keys = [option.key for option in field.options]
    if (field.type in CHOOSING) is not bool(keys) or len(set(keys)) != len(keys):
        raise entry.wrong("a choice has options, each once; nothing else has any")
    if (field.minimum, field.maximum) != (None, None) and field.type not in NUMBERS:
        raise entry.wrong("only numbers have bounds")
    return field


def _bound(entry: Table, key: str) -> Decimal | None:
    if not entry.has(key):
        return None
    try:
        return Decimal(str(entry.scalar(key)))
    except InvalidOperation as error:
        raise entry.wrong(f"{key} is not a number") from error


def _condition(entry: Table | None) -> Condition | None:
    if entry is None:
        return None
    among: tuple[Scalar, ...] = entry.texts("among")
    if entry.has("is"):
        among = (entry.scalar("is"),)
    condition = Condition(field=entry.word("field"), among=among, is_present=entry.flag("present", True))
    entry.done()
    return condition


def _options(entry: Table) -> tuple[Option, ...]:
    """The answers of a field: of taxon packs, of a list, and its own, in this order."""
    taxa = [
        Option(key=taxon.id, label=taxon.name("en"), taxon=taxon.id)
        for pack in entry.texts("taxa")
        for taxon in taxa_of(pack)
    ]
    listed = option_list(entry.word("list")).options if entry.has("list") else ()
    return (*taxa, *listed, *(option_from_table(option) for option in entry.tables("options")))


def _line_form(entry: Table) -> LineForm:
    line = LineForm(
        id=entry.word("id"),
        record=entry.word("record"),
        label=entry.text("label"),
        help=entry.text("help", ""),
        section=entry.word("section", ""),
        is_required=entry.flag("required", False),
        fields=tuple(_field(field) for field in entry.tables("fields")),
    )
    entry.done()
    return line


def _observation(entry: Table) -> ObservationRule:
    rule = ObservationRule(
        category=entry.text("category"),
        each=entry.word("each", ""),
        among=entry.texts("among"),
        when=_condition(entry.table("when")),
        instead_of=entry.text("instead_of", ""),
        attributes=tuple(_attribute(attribute) for attribute in entry.tables("attributes")),
    )
    entry.done()
    return rule


def _attribute(entry: Table) -> AttributeRule:
    rule = AttributeRule(
        key=entry.text("key"),
        field=entry.word("field", ""),
        line=entry.word("line", ""),
        value=entry.scalar("value") if entry.has("value") else None,
        values=dict(entry.pairs("values")),
        otherwise=entry.text("otherwise", ""),
        is_taxon=entry.flag("taxon", False),
        is_optional=entry.flag("optional", False),
    )
    entry.done()
    if [bool(rule.field), bool(rule.line), rule.value is not None].count(True) != 1:
        raise entry.wrong("one of field, line, value")
    return rule


def _faults(form: Form, name: str) -> Iterator[str]:
    """What makes no sense in a form that was read: ids twice, and names of things that are not there."""
    if form.id != name:
        yield f"id {form.id} is not the file's name"
    if form.kind not in KINDS:
        yield f"kind {form.kind}"
    if form.version < 1:
        yield "version starts at 1"
    sections = {section.id for section in form.sections}
    ids = [field.id for field in form.fields] + [line.id for line in form.lines]
    if len(set(ids)) != len(ids) or len(sections) != len(form.sections):
        yield "one id twice"
    for field in form.fields:
        if field.section not in sections:
            yield f"{field.id}: section {field.section}"
    for line in form.lines:
        if line.section and line.section not in sections:
            yield f"{line.id}: section {line.section}"
        yield from _condition_faults(line.fields)
    yield from _condition_faults(form.fields)
    for rule in form.observations:
        yield from _rule_faults(form, rule)


def _condition_faults(fields: tuple[Field, ...]) -> Iterator[str]:
    known = {field.id: field for field in fields}
    if len(known) != len(fields):
        yield "one field id twice"
    for field in fields:
        if field.required_when is not None:
            yield from _when_faults(field.required_when, known, field.id)


def _when_faults(condition: Condition, known: Mapping[str, Field], place: str) -> Iterator[str]:
    asked = known.get(condition.field)
    if asked is None:
        yield f"{place}: no field {condition.field}"
    elif asked.options and not all(asked.option(str(value)) for value in condition.among):
        yield f"{place}: {condition.field} has no such answer"


def _rule_faults(form: Form, rule: ObservationRule) -> Iterator[str]:
    line = form.line(rule.each)
    repeated = form.field(rule.each)
    if rule.each and line is None and (repeated is None or repeated.type is not FieldType.CHOICES):
        yield f"{rule.category}: each {rule.each}"
    if repeated is not None and not all(repeated.option(key) for key in rule.among):
        yield f"{rule.category}: {rule.each} has no such answer"
    if rule.when is not None:
        yield from _when_faults(rule.when, {field.id: field for field in form.fields}, rule.category)
    for attribute in rule.attributes:
        if attribute.value is not None:
            continue
        source = form.field(attribute.field) if attribute.field else line and line.field(attribute.line)
        if not source:
            yield f"{rule.category} {attribute.key}: no field {attribute.field or attribute.line}"
        elif not all(source.option(answer) for answer in attribute.values):
            yield f"{rule.category} {attribute.key}: {source.id} has no such answer"
