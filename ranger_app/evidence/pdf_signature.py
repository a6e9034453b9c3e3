"""Signs a finished PDF with this device's key: PAdES B-B, offline, a certification that allows no page to change."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ranger_app.domain.keys import DeviceKeys

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSigner, SimpleSigner

FIELD = "DossierSignature"
"""Name of the signature field; invisible, since the page has boxes for ink."""


def sign(unsigned: Path, out: Path, keys: DeviceKeys, *, reason: str, location: str, name: str, at: dt.datetime) -> str:
    """Write *unsigned* with its signature to *out*.

    Args:
        unsigned: A PDF without signatures; left as it is.
        out: Replaced as a whole, or left as it was.
        keys: The device that signs.
        reason: Why, for the reader's signature panel.
        location: The station's name.
        name: The officer in whose name the device signs.
        at: Aware; the time that the signature states, from the laptop's clock.

    Returns:
        SHA-256 of the signed file, 64 hex digits: what catches a change inside the signature's own place.
    """
    signer = _signer_at(at)(_metadata(reason, location, name), _device_signer(keys))
    part = out.with_name(f".{out.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with unsigned.open("rb") as source, part.open("x+b") as target:
            signer.sign_pdf(_revision_of(source), output=target)
            target.flush()
            os.fsync(target.fileno())
            target.seek(0)
            digest = hashlib.file_digest(target, "sha256").hexdigest()
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return digest


def _revision_of(source: BinaryIO) -> IncrementalPdfFileWriter:
    """A revision that leaves title, producer and dates as the dossier says them, and writes no clock there."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Revision(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Nothing to say beyond what the XMP says already."""

    return Revision(source)


def _metadata(reason: str, location: str, name: str) -> Any:
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata

    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        location=location,
        name=name,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES,
    )


def _device_signer(keys: DeviceKeys) -> SimpleSigner:
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    return SimpleSigner(
        signing_cert=next(iter(load_certs_from_pemder_data(keys.pdf_certificate_pem))),
        signing_key=load_private_key_from_pemder_data(keys.pdf_key_pem, passphrase=None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )


def _signer_at(at: dt.datetime) -> type[PdfSigner]:
    """A signer that states *at* and not the moment of its call: the seal has one time."""
    from pyhanko.sign.signers import PdfSigner

    class SignerAt(PdfSigner):
        def init_signing_session(self, *args: Any, **more: Any) -> Any:
            session = super().init_signing_session(*args, **more)
            session.system_time = at
            return session

    return SignerAt
