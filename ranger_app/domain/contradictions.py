"""What of a record cannot be true together: told to whoever writes or reads it, and never in the way of saving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ranger_app.domain.form_values import moment_of


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two answers that do not fit.

    Attributes:
        code: A key of ``messages.TEXTS``.
        field: Id of the field where a person would look first.
    """

    code: str
    field: str


IN_ORDER = (
    ("occurred_at", "occurred_until", "ends-before-beginning"),
    ("occurred_at", "discovered_at", "found-before-it-happened"),
    ("occurred_at", "reported_at", "reported-before-it-happened"),
    ("last_seen_alive_at", "discovered_at", "seen-alive-after-found"),
)
"""Moments of which the second is never before the first, and what is said when it is."""

NOBODY_KNOWN = "unknown"
"""The answer that no suspect is known."""

ON_PATROL = ("discovered_at", "occurred_at", "occurred_until")
"""Moments of which one lies on a day of the patrol that a record was made on."""


def contradictions(
    answers: Mapping[str, object], *, patrol_days: tuple[str, str] | None = None
) -> tuple[Contradiction, ...]:
    """Tell what cannot be true together.

    Args:
        answers: Field id to answer, the envelope's too; moments as ISO 8601 texts or as such.
        patrol_days: First and last ISO date of the linked patrol; ``None`` while unknown.
    """
    return tuple(_found(answers, patrol_days))


def _found(answers: Mapping[str, object], patrol_days: tuple[str, str] | None) -> Iterator[Contradiction]:
    moments = {name: at for name, value in answers.items() if (at := _moment(value)) is not None}
    for first, second, code in IN_ORDER:
        if first in moments and second in moments and moments[second] < moments[first]:
            yield Contradiction(code, second)
    count = answers.get("suspect_count")
    if answers.get("suspects_known") == NOBODY_KNOWN and isinstance(count, int) and count > 0:
        yield Contradiction("suspects-counted-but-unknown", "suspect_count")
    days = [moments[name].date().isoformat() for name in ON_PATROL if name in moments]
    if patrol_days is not None and days and not any(patrol_days[0] <= day <= patrol_days[1] for day in days):
        yield Contradiction("not-on-its-patrol", "patrol_id")


def _moment(value: object) -> dt.datetime | None:
    found = moment_of(value) if isinstance(value, str) else value
    return found if isinstance(found, dt.datetime) and found.tzinfo is not None else None
