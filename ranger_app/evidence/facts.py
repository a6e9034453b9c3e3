"""What can be said about a dossier: separate facts, and the one word that follows from them.

No fact stands for another: a signature can be whole while a page lies over it, and a file can be whole while nobody
knows its signer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """The word for the whole; only ``verified`` means that nothing is left to be asked."""

    VERIFIED = "verified"
    UNKNOWN_SIGNER = "unknown_signer"
    CHANGED = "changed"
    DAMAGED = "damaged"
    UNSIGNED = "unsigned"


class TimeSource(StrEnum):
    """Whose clock the time of a signature is."""

    SIGNER_CLOCK = "signer_clock"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a dossier's file says by itself, without a station.

    Attributes:
        sha256: Digest of the whole file.
        is_readable: Whether it is a PDF that strict readers can follow.
        is_signed: Whether it carries a signature.
        intact: Whether what was signed is unchanged and nothing was laid over it; ``None`` without a signature.
        whole_file_covered: Whether the signature covers every byte except its own place.
        signer: Subject of the certificate, empty without a signature.
        signer_fingerprint: SHA-256 of the certificate, 64 hex digits.
        signer_known: Whether that certificate is among the known ones; ``None`` without a signature or known ones.
        signed_at: What the signature says; as good as its time source.
        modification: What was done after signing: ``none``, ``lta_updates``, ``form_filling``, ``annotations`` or
            ``other``; empty without a signature.
        embedded_intact: Whether every embedded file is the one that the manifest lists, and none is missing or added;
            ``None`` when there is no manifest.
        checkpoints_intact: Whether each checkpoint has the root of its lines, its device's signature, and the root that
            the manifest names; ``None`` when there is none.
        proofs_intact: Whether each change has its digest and id, and stands under its checkpoint.
        first_bad: Code of the first thing that is wrong, with its place after a colon; empty when nothing is.
        roots: Station root by audience, as the manifest names them.
    """

    sha256: str
    is_readable: bool = True
    is_signed: bool = False
    intact: bool | None = None
    whole_file_covered: bool | None = None
    signer: str = ""
    signer_fingerprint: str = ""
    signer_known: bool | None = None
    signed_at: dt.datetime | None = None
    time_source: TimeSource | None = None
    modification: str = ""
    embedded_intact: bool | None = None
    checkpoints_intact: bool | None = None
    proofs_intact: bool | None = None
    first_bad: str = ""
    case_number: str = ""
    seal_id: str = ""
    revision: int = 0
    is_draft: bool = False
    manifest_sha256: str = ""
    roots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFacts:
    """What a station at hand adds; ``None`` is a fact that cannot be known here.

    Attributes:
        file_hash_recorded: Whether the journal holds exactly this file's SHA-256 for its seal.
        in_journal: Whether each change that the dossier proves is in the journal.
        checkpoint_seen_elsewhere: Whether somebody else countersigned its checkpoints.
    """

    file_hash_recorded: bool | None = None
    in_journal: bool | None = None
    checkpoint_seen_elsewhere: bool | None = None


def verdict(pdf: PdfFacts, station: StationFacts | None = None) -> Verdict:
    """The word for these facts; a fact that cannot be known neither helps nor harms."""
    station = station or StationFacts()
    if not pdf.is_readable:
        return Verdict.DAMAGED
    if False in (station.file_hash_recorded, station.in_journal):
        return Verdict.CHANGED
    if not pdf.is_signed:
        return Verdict.UNSIGNED
    told = (
        pdf.intact,
        pdf.whole_file_covered,
        pdf.embedded_intact,
        pdf.checkpoints_intact is not False,
        pdf.proofs_intact is not False,
    )
    if not all(told):
        return Verdict.CHANGED
    return Verdict.VERIFIED if pdf.signer_known else Verdict.UNKNOWN_SIGNER


def first_bad(pdf: PdfFacts, station: StationFacts | None = None) -> str:
    """The first thing that is wrong, the file's own findings before the station's; empty when nothing is."""
    if pdf.first_bad:
        return pdf.first_bad
    if station is None:
        return ""
    if station.file_hash_recorded is False:
        return "file-hash-differs"
    if station.in_journal is False:
        return "change-not-in-journal"
    return ""
