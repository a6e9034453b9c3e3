"""Incidents and livestock conflicts: one with everything about it; pages of many for lists and maps."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from db.derived_rows import VISIBLE
from db.fields import attachments, chosen, moment, observations, ordered, position
from db.reader import Entry, Reader
from ranger_app.domain.form_definition import Field, FieldType
from ranger_app.domain.form_values import json_value
from ranger_app.domain.forms import INCIDENT_KINDS, form_of_kind, missing
from ranger_app.domain.records import AnimalLine, Incident, Value

TABLES = {"incident": "incident", "conflict": "livestock"}
RECORD_KINDS = tuple(TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One line of the lists of incidents and conflicts.

    Attributes:
        occurred_at: ISO 8601 text, empty when not known.
        place_key: What the next page starts after.
    """

    id: str
    kind: str
    number: str
    occurred_at: str
    place: str
    summary: str
    latitude_deg: float | None
    longitude_deg: float | None
    place_key: tuple[str, int]


def kind_of(entry: Entry) -> str:
    """``poaching``, ``conflict`` or ``other``, which stands in for a form of a newer version too."""
    kind = "conflict" if entry.kind == "conflict" else str(entry.values.get("form_kind"))
    return kind if kind in INCIDENT_KINDS else "other"


def field_values(values: dict[str, Any], fields: Sequence[Field]) -> dict[str, Value]:
    """The form's fields out of a record's stored values."""
    found: dict[str, Value] = {}
    for field in fields:
        if field.type is FieldType.CHOICES:
            if options := chosen(values, field.id):
                found[field.id] = options
        elif field.id in values:
            value = values[field.id]
            if field.type is FieldType.DECIMAL:
                # Another version's text is shown as it is.
                with contextlib.suppress(InvalidOperation):
                    value = Decimal(str(value))
            found[field.id] = value
    return found


def incident(reader: Reader, record: str) -> Incident:
    """One incident or conflict.

    Raises:
        RecordMissingError: There is none with this id.
    """
    entry = reader.entry(record, *RECORD_KINDS)
    kind, values = kind_of(entry), dict(entry.values)
    form = form_of_kind(kind)
    lines = _lines(reader, entry.id, kind)
    fields = field_values(values, form.fields)
    where = position(values)
    found = Incident(
        id=entry.id,
        kind=kind,
        number=str(values.get("number", "")),
        form_version=form.version,
        occurred_at=moment(values.get("occurred_at")),
        occurred_until=moment(values.get("occurred_until")),
        position=where,
        no_position_reason=str(values.get("no_position_reason", "")),
        place=str(values.get("place", "")),
        reported_by=str(values.get("reported_by", "")),
        patrol_id=str(values.get("patrol", "")),
        summary=str(values.get("summary", "")),
        fields=fields,
        observations=observations(reader, entry.id),
        animals=lines,
        attachments=attachments(reader, entry.id),
    )
    envelope = {
        "occurred_at": values.get("occurred_at"), "occurred_until": values.get("occurred_until"), "position": where,
        "no_position_reason": found.no_position_reason, "place": found.place, "reported_by": found.reported_by,
        "patrol_id": found.patrol_id, "summary": found.summary,
    }  # fmt: skip
    answers = {name: json_value(value) for name, value in fields.items()}
    told = {line.id: [dict(animal.fields) for animal in lines] for line in form.lines}
    lacking = missing(form, answers, lines=told, envelope=envelope)
    return Incident(**{**{name: getattr(found, name) for name in found.__slots__}, "missing": lacking})


def _lines(reader: Reader, record: str, kind: str) -> tuple[AnimalLine, ...]:
    found: list[AnimalLine] = []
    for line in form_of_kind(kind).lines:
        found += [
            AnimalLine(id=entry.id, fields=field_values(dict(entry.values), line.fields))
            for entry in ordered(reader.entries(line.record, parent=record))
        ]
    return tuple(found)


def incident_page(
    reader: Reader,
    *,
    kinds: Sequence[str] = RECORD_KINDS,
    before: tuple[str, int] | None = None,
    limit: int = 100,
) -> tuple[IncidentRow, ...]:
    """Incidents by the time they happened, the newest first.

    Args:
        kinds: Record kinds, ``incident`` and ``conflict``.
        before: ``place_key`` of the last row of the page before.
    """
    forms = {"incident": "coalesce(t.form_kind, 'other')", "conflict": "'conflict'"}
    parts, arguments = [], []
    for kind in kinds:
        condition = ""
        if before is not None:
            condition = "AND (coalesce(t.occurred_at, ''), t.no) < (?, ?)"
            arguments += list(before)
        parts.append(
            f"SELECT * FROM (SELECT r.id, {forms[kind]}, coalesce(t.number, ''), coalesce(t.occurred_at, '') AS at,"
            " coalesce(t.place, ''), coalesce(t.summary, ''), t.latitude, t.longitude, t.no AS no"
            f' FROM "{TABLES[kind]}" t JOIN record r ON r.no = t.no WHERE r.{VISIBLE} {condition}'
            " ORDER BY at DESC, no DESC LIMIT ?)"
        )
        arguments.append(limit)
    rows = reader.derived.execute(
        " UNION ALL ".join(parts) + " ORDER BY at DESC, no DESC LIMIT ?", [*arguments, limit]
    ).fetchall()
    return tuple(
        IncidentRow(
            id=raw.hex(), kind=kind, number=number, occurred_at=at, place=place, summary=summary,
            latitude_deg=_degrees(latitude), longitude_deg=_degrees(longitude), place_key=(at, no),
        )
        for raw, kind, number, at, place, summary, latitude, longitude, no in rows
    )  # fmt: skip


def _degrees(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def incident_ids(reader: Reader, *, patrol: str = "") -> tuple[str, ...]:
    """Every incident and conflict that lists show, or those made on one patrol, the oldest first."""
    found: list[tuple[str, int, str]] = []
    for table in TABLES.values():
        rows = reader.derived.execute(
            f"SELECT coalesce(t.occurred_at, ''), t.no, r.id FROM \"{table}\" t JOIN record r ON r.no = t.no"
            f" WHERE r.{VISIBLE} AND ? IN ('', t.patrol)",
            (patrol,),
        )
        found += [(at, no, raw.hex()) for at, no, raw in rows]
    return tuple(record for _, _, record in sorted(found))
