"""Who changed what and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from db.histories import seal_history, tree_history
from db.journal import act_of
from db.officers import members
from db.reader import HistoryLine, Reader
from ranger_app.domain.clock import moment_at


def history(
    reader: Reader, kind: str, record: str, *, timezone: str = "UTC", with_parts: bool = False
) -> tuple[dict[str, Any], ...]:
    """Acts on a record in causal order: ``ref``, ``at``, ``officer``, ``officer_id``, ``act``, ``fields``, ``reason``.

    Args:
        with_parts: Those on its observations, photos, legs and waypoints too, each with its ``kind`` and ``record``,
            and with what it ``did`` where the act as a whole was an undo.
        timezone: The zone in which moments are told; they are those of the laptop's clock, not corrected.

    Raises:
        RecordMissingError: There is no such record.
    """
    lines = _lines(reader, kind, record, with_parts=with_parts)
    people = members(reader)
    zone = ZoneInfo(timezone)
    told: list[dict[str, Any]] = []
    for line in lines:
        at = moment_at(line.at, zone).isoformat(timespec="milliseconds")
        who = people[line.officer].name if line.officer in people else line.officer
        told += [
            {
                "ref": line.ref,
                "at": at,
                "officer": who,
                "officer_id": line.officer,
                "act": "undo" if line.undoes else str(op["act"]),
                "fields": _sealed(op) if kind == "seal" else _fields(op),
                "reason": str(op.get("reason", "")),
                **(_part(op) if with_parts else {}),
            }
            for op in line.ops
        ]
    return tuple(told)


def _lines(reader: Reader, kind: str, record: str, *, with_parts: bool) -> tuple[HistoryLine, ...]:
    if kind == "seal":  # no record of its own: an act on records, one in each audience
        return seal_history(reader, record)
    reader.entry(record, kind)
    return tree_history(reader, record) if with_parts else reader.history(record)


def written_by(reader: Reader, first: str) -> tuple[dict[str, Any], ...]:
    """What an act wrote, all changes of it: ``kind``, ``record``, ``did``, ``act``, ``fields``, ``reason``.

    Args:
        first: Ref of its first change.

    Returns:
        Op by op; empty when the act is not here.
    """
    n = reader.journal.n_of(first)
    found: list[dict[str, Any]] = []
    for stored in reader.journal.stored(after=n - 1) if n is not None else ():
        act = act_of(stored)
        if stored.ref != first and act.more.get("with") != first:
            break
        found += [
            {"act": str(op["act"]), "fields": _fields(op), "reason": str(op.get("reason", "")), **_part(op)}
            for op in act.ops
        ]
    return tuple(found)


def _part(op: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": str(op.get("kind", "")), "record": str(op.get("record", "")), "did": str(op["act"])}


def _fields(op: Mapping[str, Any]) -> dict[str, Any]:
    values = op.get("set")
    return dict(values) if isinstance(values, dict) else {}


def _sealed(op: Mapping[str, Any]) -> dict[str, Any]:
    return {"records": [one["record"] for one in op["records"]], "revision": op["revision"]}
