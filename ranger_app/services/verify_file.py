"""Is it what it says? Separate facts about a dossier or a station, and the one word that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.audit import Audit
from db.connection import StationUnreadableError
from db.keys_file import NAME as KEYS
from db.store import JOURNAL, Store
from ranger_app.domain.change import change_id, is_ref, ref_of
from ranger_app.domain.dossier_files import PROOFS, DossierFileError, read_proofs
from ranger_app.errors import RangerAppError
from ranger_app.evidence.facts import PdfFacts, StationFacts, first_bad, verdict
from ranger_app.evidence.pdf_attachments import UnreadablePdfError, embedded_files, open_strictly
from ranger_app.evidence.pdf_verification import verify_pdf
from ranger_app.importers.gpx_problems import FileUnreadableError
from ranger_app.jobs import JobContext
from ranger_app.services.stations import check_station, folder_of, open_station, unreadable_audit


class NotVerifiableError(RangerAppError):
    """A folder that is neither a station nor a case package."""

    code = "not-verifiable"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification found.

    Attributes:
        verdict: ``verified``, ``unknown_signer``, ``changed``, ``damaged`` or ``unsigned``.
        facts: By the names of the command line; ``None`` is what cannot be known here.
    """

    verdict: str
    facts: dict[str, Any]


def verify(path: Path, *, store: Store | None, home: Path, context: JobContext) -> Verified:
    """Verify a dossier, or a station folder.

    Args:
        store: The station at hand; ``None`` leaves its facts unknown.

    Raises:
        FileUnreadableError, NotVerifiableError: There is nothing to verify.
    """
    if path.is_dir():
        return _verify_station(path, store, home, context)
    certificates = [] if store is None else [store.keys.pdf_certificate_pem]
    try:
        pdf = verify_pdf(path, known_certificates=certificates)
    except OSError as error:
        raise FileUnreadableError(str(path), reason=error.strerror or type(error).__name__) from error
    known = _station_facts(path, pdf, store)
    word = verdict(pdf, known)
    facts = {
        "intact": pdf.intact if pdf.is_readable else False,
        "whole_file_covered": pdf.whole_file_covered,
        "signer": pdf.signer or None,
        "signer_known": pdf.signer_known,
        "time_source": str(pdf.time_source) if pdf.time_source else None,
        "file_hash_recorded": known.file_hash_recorded if known else None,
        "in_journal": known.in_journal if known else None,
        "checkpoint_seen_elsewhere": known.checkpoint_seen_elsewhere if known else None,
        "first_bad": first_bad(pdf, known) or None,
        "sha256": pdf.sha256,
        "case": pdf.case_number or None,
        "revision": pdf.revision or None,
        "draft": pdf.is_draft,
        "embedded_intact": pdf.embedded_intact,
        "checkpoints_intact": pdf.checkpoints_intact,
        "proofs_intact": pdf.proofs_intact,
        "signer_fingerprint": pdf.signer_fingerprint or None,
        "signed_at": pdf.signed_at.isoformat() if pdf.signed_at else None,
    }
    return Verified(str(word), facts)


def _station_facts(path: Path, pdf: PdfFacts, store: Store | None) -> StationFacts | None:
    if store is None or not pdf.is_readable:
        return None
    if pdf.is_draft and not pdf.is_signed:
        return None
    recorded = [
        entry for entry in store.reader.entries("dossier", with_hidden=True) if entry.values.get("sha256") == pdf.sha256
    ]
    if not recorded and not pdf.signer_known and not _knows_seal(store, pdf.seal_id):
        return None  # a dossier of another station: this journal knows nothing about it
    return StationFacts(
        file_hash_recorded=bool(recorded),
        in_journal=_is_in_journal(path, store),
        checkpoint_seen_elsewhere=_is_witnessed(store, pdf),
    )


def _knows_seal(store: Store, seal: str) -> bool:
    if not is_ref(seal):
        return False
    row = store.reader.derived.execute("SELECT 1 FROM seal WHERE seal = ?", (bytes.fromhex(seal),)).fetchone()
    return row is not None


def _is_in_journal(path: Path, store: Store) -> bool:
    """Whether every change that the dossier proves is in this journal."""
    try:
        with open_strictly(path) as pdf:
            proofs = read_proofs(embedded_files(pdf)[PROOFS])[1]
    except (UnreadablePdfError, DossierFileError, KeyError):
        return False
    places = (store.journal.n_of(ref_of(change_id(proof.header))) for proof in proofs)
    return bool(proofs) and None not in set(places)


def _is_witnessed(store: Store, pdf: PdfFacts) -> bool:
    rows = store.reader.derived.execute("SELECT checkpoint FROM witness").fetchall()
    return any(root in text for (text,) in rows for root in pdf.roots.values())


def _verify_station(path: Path, store: Store | None, home: Path, context: JobContext) -> Verified:
    if not any((path / name).exists() for name in (JOURNAL, KEYS)):
        raise NotVerifiableError(folder=str(path))
    audit, is_open = _audited(path, store, home, context)
    facts: dict[str, Any] = dict.fromkeys(
        (
            "whole_file_covered",
            "signer",
            "signer_known",
            "time_source",
            "file_hash_recorded",
            "checkpoint_seen_elsewhere",
        )
    )
    facts |= {
        "intact": not audit.bad, "in_journal": True if is_open else None,
        "first_bad": audit.bad[0] if audit.bad else None, "changes": audit.changes, "blobs": audit.blobs,
    }  # fmt: skip
    return Verified("damaged" if audit.bad else "verified", facts)


def _audited(path: Path, store: Store | None, home: Path, context: JobContext) -> tuple[Audit, bool]:
    """What a check of the station at *path* finds, and whether it could be opened at all."""
    if store is not None and folder_of(store).resolve() == path.resolve():
        return check_station(store, context), True
    try:
        with open_station(path, home=home) as other:
            return check_station(other, context), True
    except StationUnreadableError as error:
        return unreadable_audit(error), False
