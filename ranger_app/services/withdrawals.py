"""Who withdrew a record, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from db.officers import members
from db.reader import Reader
from ranger_app.domain.clock import moment_at
from ranger_app.domain.record_state import STATE


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record's withdrawal, as it stands.

    Attributes:
        at: ISO 8601, by the laptop's clock.
        officer: The name, or the id of somebody who is not known here.
        reason: Empty where the record's beginning was undone.
    """

    at: str
    officer: str
    officer_id: str
    reason: str


def withdrawal(reader: Reader, record: str, *, timezone: str) -> Withdrawal | None:
    """The last act that took *record* back; ``None`` when lists show it.

    Raises:
        RecordMissingError: There is no such record.
    """
    if not reader.entry(record).is_hidden:
        return None
    standing = reader.state(record).heads_of(STATE)
    acts = [(line, op) for line in reader.history(record) if line.ref in standing for op in line.ops]
    if not acts:
        return None
    line, op = acts[-1]
    people = members(reader)
    return Withdrawal(
        moment_at(line.at, ZoneInfo(timezone)).isoformat(timespec="milliseconds"),
        people[line.officer].name if line.officer in people else line.officer,
        line.officer,
        str(op.get("reason", "")),
    )
