"""The shipped forms, and everything that is asked of a form: one door for the layers above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from ranger_app.domain import form_values, incident_document
from ranger_app.domain.form_definition import (
    AttributeRule,
    Condition,
    Field,
    FieldType,
    Form,
    LineForm,
    ObservationRule,
    Section,
)
from ranger_app.domain.form_reader import read_form
from ranger_app.domain.form_smart import smart_observations
from ranger_app.domain.form_values import is_empty, json_value, typed_value, typed_values, value_problems
from ranger_app.domain.lists import Option, option_lists
from ranger_app.paths import resource
from ranger_app.problem import Problem

__all__ = [
    "INCIDENT_KINDS",
    "AttributeRule",
    "Condition",
    "Field",
    "FieldType",
    "Form",
    "LineForm",
    "ObservationRule",
    "Option",
    "Section",
    "check_document",
    "common_form",
    "form_of_kind",
    "forms",
    "is_empty",
    "json_schema",
    "json_value",
    "missing",
    "read_form",
    "smart_observations",
    "typed_value",
    "typed_values",
    "value_problems",
    "words_of_forms",
]

INCIDENT_KINDS = ("poaching", "conflict", "other")
"""Kinds of incident documents, each with a form of that name."""


@cache
def form_of_kind(kind: str) -> Form:
    """The form of ``poaching``, ``conflict`` or ``other``; ``KeyError`` for another kind."""
    if kind not in INCIDENT_KINDS:
        raise KeyError(kind)
    return read_form(resource("forms", f"{kind}.toml"))


@cache
def common_form() -> Form:
    """What every incident document has around ``fields``: time, place, who reported it, summary."""
    return read_form(resource("forms", "common.toml"))


def forms() -> tuple[Form, ...]:
    """The forms of all kinds of incidents."""
    return tuple(form_of_kind(kind) for kind in INCIDENT_KINDS)


def json_schema(form: Form, *, categories: Sequence[str] = ()) -> dict[str, object]:
    """The document of one kind of incident as JSON Schema 2020-12.

    ``required`` means needed for a complete record, never for saving; *categories* are the hkeys that observations may
    name, empty allows any text.
    """
    return incident_document.json_schema(form, common_form(), categories=categories)


def check_document(form: Form, document: object, *, ignored: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Name what in a document is not as the form has it; empty when all is well, missing fields are no problem.

    *ignored* are keys to pass over, such as those that only answers have (``number``, ``attachments``).
    """
    return incident_document.check_document(form, common_form(), document, ignored=ignored)


def missing(
    form: Form,
    values: Mapping[str, object],
    *,
    lines: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    envelope: Mapping[str, object] | None = None,
) -> tuple[str, ...]:
    """Ids of what a complete record still needs, in the order of the forms; it never stops anybody from saving.

    *lines* are the answers of each line by line form id, *envelope* what stands around ``fields`` in the document;
    each is left unchecked when ``None``.
    """
    return form_values.missing(form, values, lines=lines, envelope=envelope, common=common_form())


def words_of_forms() -> tuple[str, ...]:
    """Every label, help and unit that forms and lists show, each once, for the catalogue ``app``."""
    words = [word for form in (common_form(), *forms()) for word in form.words()]
    words += [word for listed in option_lists() for option in listed.options for word in (option.label, option.help)]
    return tuple(dict.fromkeys(word for word in words if word))
