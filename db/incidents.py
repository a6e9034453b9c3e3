"""Incidents and livestock conflicts: one with everything about it; pages of many for lists and maps."""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from db.fields import attachments, chosen, moment, number, observations, ordered, position
from db.reader import Entry, Reader
from db.schema import VISIBLE
from ranger_app.domain.contradictions import contradictions
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
    place_key: tuple[float, int]


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
        direction_deg=number(values.get("direction_deg")),
        distance_m=number(values.get("distance_m")),
        smart_type=str(values.get("smart_type", "")),
    )
    envelope = {
        "occurred_at": values.get("occurred_at"), "occurred_until": values.get("occurred_until"), "position": where,
        "no_position_reason": found.no_position_reason, "place": found.place, "reported_by": found.reported_by,
        "patrol_id": found.patrol_id, "summary": found.summary,
    }  # fmt: skip
    answers = {name: json_value(value) for name, value in fields.items()}
    told = {line.id: [dict(animal.fields) for animal in lines] for line in form.lines}
    lacking = missing(form, answers, lines=told, envelope=envelope)
    wrong = contradictions({**envelope, **fields}, patrol_days=patrol_days(reader, found.patrol_id))
    return replace(found, missing=lacking, contradictions=tuple(one.code for one in wrong))


def patrol_days(reader: Reader, patrol: str) -> tuple[str, str] | None:
    """First and last day of a patrol as ISO dates; ``None`` when it is not here, or nobody knows its days."""
    values = reader.entry(patrol).values if patrol and reader.has(patrol) else {}
    days = [str(values[name]) for name in ("start", "end") if values.get(name)]
    return (days[0], days[-1]) if days else None


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
    before: tuple[float, int] | None = None,
    limit: int = 100,
) -> tuple[IncidentRow, ...]:
    """Incidents by the time they happened, the newest first, whatever zone each was written in; those without last.

    Args:
        kinds: Record kinds, ``incident`` and ``conflict``.
        before: ``place_key`` of the last row of the page before.
    """
    found = [row for kind in kinds for row in _timed(reader, kind, before, limit)]
    if len(found) < limit:
        found += [row for kind in kinds for row in _untimed(reader, kind, before, limit)]
    return tuple(sorted(found, key=lambda row: row.place_key, reverse=True)[:limit])


FORMS = {"incident": "coalesce(t.form_kind, 'other')", "conflict": "'conflict'"}
"""Record kind to what tells the form of a row."""

NO_TIME = 0.0
"""Place of what has no time, before every Julian day."""

ASTRAY_DAYS = 2.0
"""How far a moment may lie from what its text begins with: an offset of at most a day, and a day without its hour."""


def _row_columns(kind: str) -> str:
    return (
        f"r.id, {FORMS[kind]}, coalesce(t.number, ''), coalesce(t.occurred_at, ''), coalesce(t.place, ''),"
        " coalesce(t.summary, ''), t.latitude, t.longitude"
    )


def _timed(reader: Reader, kind: str, before: tuple[float, int] | None, limit: int) -> list[IncidentRow]:
    """The next rows of one kind that have a time.

    The index knows texts, and those of one moment differ by their offset: rows are read in the order of the texts
    until none that follows can be newer than the last that is wanted.
    """
    if before is not None and before[0] == NO_TIME:
        return []
    day = "julianday(t.occurred_at)"
    upper = "AND t.occurred_at < strftime('%Y-%m-%dT%H:%M:%S', ?)" if before is not None else ""
    rows = reader.derived.execute(
        f"SELECT {_row_columns(kind)}, {day}, t.no, julianday(substr(t.occurred_at, 1, 10))"
        f' FROM "{TABLES[kind]}" t CROSS JOIN record r ON r.no = t.no'
        f" WHERE r.{VISIBLE} AND t.occurred_at IS NOT NULL {upper} ORDER BY t.occurred_at DESC, t.no DESC",
        () if before is None else (before[0] + ASTRAY_DAYS,),
    )
    found: list[IncidentRow] = []
    newest: list[tuple[float, int]] = []
    for *told, at, no, written in rows:
        if at is None or (before is not None and (at, no) >= before):
            continue
        if len(newest) >= limit and written is not None and written + ASTRAY_DAYS < newest[0][0]:
            break
        found.append(_row(told, (at, no)))
        heapq.heappush(newest, (at, no))
        if len(newest) > limit:
            heapq.heappop(newest)
    return found


def _untimed(reader: Reader, kind: str, before: tuple[float, int] | None, limit: int) -> list[IncidentRow]:
    after = before[1] if before is not None and before[0] == NO_TIME else None
    rows = reader.derived.execute(
        f'SELECT {_row_columns(kind)}, t.no FROM "{TABLES[kind]}" t JOIN record r ON r.no = t.no'
        f" WHERE r.{VISIBLE} AND julianday(t.occurred_at) IS NULL AND (?1 IS NULL OR t.no < ?1)"
        " ORDER BY t.no DESC LIMIT ?2",
        (after, limit),
    )
    return [_row(told, (NO_TIME, no)) for *told, no in rows]


def incident_row(reader: Reader, kind: str, record: str) -> IncidentRow | None:
    """One incident or conflict in short; ``None`` where lists do not show it."""
    row = reader.derived.execute(
        f'SELECT {_row_columns(kind)}, t.no FROM "{TABLES[kind]}" t JOIN record r ON r.no = t.no'
        f" WHERE r.{VISIBLE} AND r.id = ?",
        (bytes.fromhex(record),),
    ).fetchone()
    return None if row is None else _row(row[:-1], (NO_TIME, row[-1]))


def _row(told: Sequence[Any], place: tuple[float, int]) -> IncidentRow:
    raw, kind, number, at, where, summary, latitude, longitude = told
    return IncidentRow(
        id=raw.hex(), kind=kind, number=number, occurred_at=at, place=where, summary=summary,
        latitude_deg=_degrees(latitude), longitude_deg=_degrees(longitude), place_key=place,
    )  # fmt: skip


def _degrees(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def incident_ids(reader: Reader, *, patrol: str = "", kinds: Sequence[str] = RECORD_KINDS) -> tuple[str, ...]:
    """Every incident and conflict that lists show, or those made on one patrol, the oldest first."""
    found: list[tuple[float, int, str]] = []
    for kind in kinds:
        rows = reader.derived.execute(
            f'SELECT coalesce(julianday(t.occurred_at), {NO_TIME}), t.no, r.id FROM "{TABLES[kind]}" t'
            f" JOIN record r ON r.no = t.no WHERE r.{VISIBLE} AND ? IN ('', t.patrol)",
            (patrol,),
        )
        found += [(at, no, raw.hex()) for at, no, raw in rows]
    return tuple(record for _, _, record in sorted(found))
