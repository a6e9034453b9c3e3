"""What a preflight answers: findings, each with its record, its place, its reason and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from ranger_app.errors import Fact

FATAL_CODES: Final = frozenset(
    {
        "direct-leader-missing",
        "direct-leader-unknown",
        "direct-no-position",
        "direct-pilot-missing",
        "direct-too-large",
        "direct-track-long",
        "smart-attachment-missing",
        "smart-incident-type-unknown",
        "smart-incident-without-moment",
        "smart-incident-without-position",
        "smart-leg-day-twice",
        "smart-leg-without-days",
        "smart-leg-without-members",
        "smart-mandate-missing",
        "smart-mandate-unknown",
        "smart-number-missing",
        "smart-patrol-without-legs",
        "smart-timezone-unknown",
        "smart-track-untimed",
        "smart-transport-missing",
        "smart-transport-unknown",
        "smart-value-unwritable",
        "smart-waypoint-outside",
    }
)
"""Codes of what stops SMART's import."""

LOSSY_CODES: Final = frozenset(
    {
        "direct-attribute-reserved",
        "direct-clock-back",
        "direct-day-empty",
        "direct-day-times",
        "direct-incident-kind",
        "direct-member-unknown",
        "direct-observer-unknown",
        "direct-rest",
        "direct-shape-parts",
        "direct-station-uuid",
        "direct-track-breaks",
        "direct-track-thinned",
        "smart-attachment-on-patrol",
        "smart-attribute-not-linked",
        "smart-attribute-twice",
        "smart-attribute-unknown",
        "smart-category-blurred",
        "smart-category-unknown",
        "smart-choice-unknown",
        "smart-leader-not-member",
        "smart-member-differs",
        "smart-member-unknown",
        "smart-number-twice",
        "smart-observer-unknown",
        "smart-offset-incomplete",
        "smart-patrol-attribute-unknown",
        "smart-patrol-type-blurred",
        "smart-pilot-not-member",
        "smart-station-unknown",
        "smart-team-unknown",
        "smart-text-too-long",
        "smart-track-twice",
        "smart-value-wrong-type",
        "smart-version-choices",
        "smart-version-custom",
        "smart-version-geometry",
        "smart-version-groups",
        "smart-version-id",
        "smart-version-kind",
        "smart-version-signature",
        "text-not-xml",
    }
)
"""Codes of what SMART would drop or blur."""

NOTE_CODES: Final = frozenset(
    {
        "smart-assumed",
        "smart-companion-track",
        "smart-day-untimed",
        "smart-draft-waiting",
        "smart-incident-apart",
        "smart-incident-gone",
        "smart-pilot-missing",
        "smart-required-empty",
        "smart-waypoint-time-of-track",
        "smart-waypoint-untimed",
    }
)
"""Codes of what SMART takes as it is: stated by nobody, left empty, or staying behind."""


class Remedy(StrEnum):
    """What a person can do about a finding."""

    MAP = "map"
    EDIT = "edit"
    CHOOSE_VERSION = "version"
    DATA_QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """What would mend a finding.

    Attributes:
        remedy: Map something of ours to what the office has, change the record, write for another SMART, or send a file
            through the data queue.
        what: What is to be mapped, as mappings have it (``category``, ``option``, ``member``, …); else the field.
        ours: What the record says there: of an option ``attribute/key``, of a person the record id.
        candidates: What the office has that could be meant, the likeliest first; empty when nobody can tell.
    """

    remedy: Remedy
    what: str
    ours: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing SMART would stumble over.

    Attributes:
        code: Stable name; a key of ``messages.TEXTS``.
        record_id: The patrol or incident.
        where: Place in the record, such as ``waypoint 3, observation 1``; empty for the record as a whole.
        mend: What would help.
    """

    code: str
    record_id: str
    where: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    mend: Mend = Mend(remedy=Remedy.EDIT, what="record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the preflight of one or more records found.

    Attributes:
        fatal: SMART's import would fail: nothing can be written.
        lossy: SMART would warn and drop or blur something.
        clean: How many records have neither.
        notes: What SMART takes as it is, and a person should know.
    """

    fatal: tuple[Finding, ...] = ()
    lossy: tuple[Finding, ...] = ()
    clean: int = 0
    notes: tuple[Finding, ...] = ()


def joined(findings: Iterable[Findings]) -> Findings:
    """The findings of several records as one, in the order given."""
    told = tuple(findings)
    return Findings(
        fatal=tuple(finding for one in told for finding in one.fatal),
        lossy=tuple(finding for one in told for finding in one.lossy),
        clean=sum(one.clean for one in told),
        notes=tuple(finding for one in told for finding in one.notes),
    )


def with_blurs(findings: Findings, blurs: Iterable[Finding]) -> Findings:
    """The findings of one record with what was blurred before it was looked at."""
    told = tuple(blurs)
    return replace(findings, lossy=(*told, *findings.lossy), clean=0 if told else findings.clean)
