"""Verifies a dossier's file: signature, coverage, embedded files, proofs; separate facts, never one yes or no.

pyHanko's ``intact`` alone is not trusted: an overlay or a swapped attachment in a later revision leaves it true.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from ranger_app.domain.dossier_files import MANIFEST, PROOFS
from ranger_app.evidence.facts import PdfFacts, TimeSource
from ranger_app.evidence.pdf_attachments import (
    EmbeddedFiles,
    UnreadablePdfError,
    embedded_files,
    first_difference,
    open_strictly,
    read_manifest,
)
from ranger_app.evidence.proof_check import check_proofs

READER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pyHanko and asn1crypto let through, beside their own errors, when a file is broken in ways nobody thought of."""

LIBRARY_LOGS = ("pikepdf", "pikepdf._core", "pyhanko", "pyhanko_certvalidator")
"""Loggers that tell of each oddity of a hostile file, with its traceback; the facts tell it in words."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """What the signature of a file says.

    Attributes:
        first_bad: Code of what is wrong with it, empty when nothing is.
    """

    intact: bool
    whole_file_covered: bool
    signer: str
    fingerprint: str
    signed_at: dt.datetime | None
    time_source: TimeSource
    modification: str
    first_bad: str


def verify_pdf(path: Path, *, known_certificates: Sequence[bytes] = ()) -> PdfFacts:
    """What the file at *path* shows by itself.

    Args:
        path: Any file; one that is no PDF is a fact, not an error.
        known_certificates: PEM or DER of the devices that we know.

    Raises:
        OSError: The file cannot be read at all.
    """
    with path.open("rb") as file:
        facts = PdfFacts(sha256=hashlib.file_digest(file, "sha256").hexdigest())
    try:
        with _quiet_libraries():
            with open_strictly(path) as pdf:
                told = _with_files(facts, embedded_files(pdf))
            with path.open("rb") as file:
                signed = _signature(file)
    except UnreadablePdfError as error:
        code = "not-a-pdf" if str(error) == "no PDF header" else "pdf-unreadable"
        return replace(facts, is_readable=False, first_bad=code)
    facts = told
    if signed is None:
        missing = "" if facts.is_draft else "signature-missing"
        return replace(facts, first_bad=facts.first_bad or missing)
    fingerprints = {_fingerprint(certificate) for certificate in known_certificates}
    return replace(
        facts,
        is_signed=True,
        intact=signed.intact,
        whole_file_covered=signed.whole_file_covered,
        signer=signed.signer,
        signer_fingerprint=signed.fingerprint,
        signer_known=signed.fingerprint in fingerprints if fingerprints else None,
        signed_at=signed.signed_at,
        time_source=signed.time_source,
        modification=signed.modification,
        first_bad=signed.first_bad or facts.first_bad,
    )


def _with_files(facts: PdfFacts, files: EmbeddedFiles) -> PdfFacts:
    """The facts with what the embedded files say."""
    manifest = read_manifest(files)
    if manifest is None:
        return replace(facts, embedded_intact=False if files else None, first_bad="manifest-missing")
    difference = first_difference(files, manifest)
    found = replace(
        facts,
        embedded_intact=not difference,
        first_bad=difference,
        case_number=manifest.case_number,
        seal_id=manifest.seal_id,
        revision=manifest.revision,
        is_draft=manifest.is_draft,
        manifest_sha256=hashlib.sha256(files[MANIFEST]).hexdigest(),
        roots=dict(manifest.roots),
    )
    if PROOFS not in files:
        missing = "" if manifest.is_draft else "proofs-missing"
        return replace(found, first_bad=difference or missing, proofs_intact=None if manifest.is_draft else False)
    proofs = check_proofs(files[PROOFS], manifest.roots)
    return replace(
        found,
        checkpoints_intact=not proofs.checkpoint,
        proofs_intact=not proofs.change,
        first_bad=difference or proofs.checkpoint or proofs.change,
    )


def _signature(file: BinaryIO) -> _Signed | None:
    """What the one signature of *file* says; ``None`` when there is none.

    Raises:
        UnreadablePdfError: The file cannot be followed as far as its signature.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator.errors import PathError, ValidationError

    try:
        reader = PdfFileReader(file)
        signatures = reader.embedded_signatures
        if not signatures:
            return None
        status, hole_is_clean = _status(signatures[0]), _hole_is_clean(signatures[0], file)
        return _told(status, hole_is_clean, len(signatures))
    except (PdfError, PathError, ValidationError, *READER_ERRORS) as error:
        raise UnreadablePdfError(f"{type(error).__name__}: {error}") from error


def _status(signature: Any) -> Any:
    """The status by pyHanko, its own certificate taken for trusted: whether we know it is asked by fingerprint."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    certificate = signature.signer_cert
    begins: dt.datetime = certificate["tbs_certificate"]["validity"]["not_before"].native
    context = ValidationContext(
        trust_roots=[certificate], allow_fetching=False, moment=begins + dt.timedelta(seconds=1)
    )
    return validate_pdf_signature(signature, context)


def _told(status: Any, hole_is_clean: bool, count: int) -> _Signed:
    from pyhanko.sign.validation import SignatureCoverageLevel

    covered = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    modification = status.modification_level.name.lower() if status.modification_level is not None else "other"
    unchanged = bool(status.intact and status.valid)
    judged = (
        (not unchanged, "signature-wrong"),
        (count > 1, "signature-added"),
        (not covered or modification != "none", "revision-added"),
        (not status.docmdp_ok or not status.bottom_line, "signature-not-acceptable"),
        (not hole_is_clean, "signature-place-changed"),
    )
    return _Signed(
        intact=unchanged and modification == "none" and bool(status.docmdp_ok and status.bottom_line) and hole_is_clean,
        whole_file_covered=covered,
        signer=", ".join(str(part) for part in status.signing_cert.subject.native.values()),
        fingerprint=str(status.signing_cert.sha256.hex()),
        signed_at=status.signer_reported_dt,
        time_source=TimeSource.TIMESTAMP if status.timestamp_validity is not None else TimeSource.SIGNER_CLOCK,
        modification=modification,
        first_bad=next((code for is_bad, code in judged if is_bad), ""),
    )


def _hole_is_clean(signature: Any, file: BinaryIO) -> bool:
    """Whether the signature's own place holds the signature in capital hex digits, then zeros, and nothing else.

    No signature covers this place, so that what stands there beside it would go unnoticed.
    """
    start, end = signature.byte_range[1], signature.byte_range[2]
    file.seek(start)
    hole = file.read(end - start)
    return hole == b"<" + _der(hole).hex().upper().encode().ljust(len(hole) - 2, b"0") + b">"


def _der(hole: bytes) -> bytes:
    """The signature without what follows it, by the length that its first bytes state."""
    content = bytes.fromhex(hole[1:-1].decode("ascii"))
    if content[1] < 0x80:
        return content[: 2 + content[1]]
    width = content[1] & 0x7F
    return content[: 2 + width + int.from_bytes(content[2 : 2 + width], "big")]


def _fingerprint(certificate: bytes) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    load = x509.load_pem_x509_certificate if b"-----BEGIN" in certificate else x509.load_der_x509_certificate
    return load(certificate).fingerprint(hashes.SHA256()).hex()


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in LIBRARY_LOGS}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
