"""Who changed what and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from db.officers import members
from db.reader import Reader
from ranger_app.domain.clock import moment_at


def history(reader: Reader, kind: str, record: str, *, timezone: str = "UTC") -> tuple[dict[str, Any], ...]:
    """Acts on a record in causal order: ``ref``, ``at``, ``officer``, ``officer_id``, ``act``, ``fields``, ``reason``.

    Args:
        timezone: The zone in which moments are told; they are those of the laptop's clock, not corrected.

    Raises:
        RecordMissingError: There is no such record.
    """
    reader.entry(record, kind)
    people = members(reader)
    zone = ZoneInfo(timezone)
    told: list[dict[str, Any]] = []
    for line in reader.history(record):
        at = moment_at(line.at, zone).isoformat(timespec="milliseconds")
        who = people[line.officer].name if line.officer in people else line.officer
        told += [
            {
                "ref": line.ref,
                "at": at,
                "officer": who,
                "officer_id": line.officer,
                "act": "undo" if line.undoes else str(op["act"]),
                "fields": _fields(op),
                "reason": str(op.get("reason", "")),
            }
            for op in line.ops
        ]
    return tuple(told)


def _fields(op: Mapping[str, Any]) -> dict[str, Any]:
    values = op.get("set")
    return dict(values) if isinstance(values, dict) else {}
