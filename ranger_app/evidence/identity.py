"""The key and the self-made certificate with which this device signs PDFs."""

from __future__ import annotations

import datetime as dt
import unicodedata

VALID_FOR = dt.timedelta(days=20 * 365)
"""How long a certificate says it is good for: longer than a laptop lives; a dossier must not expire before its case."""

CLOCK_TOLERANCE = dt.timedelta(days=2)
"""The certificate begins this much before now: a laptop whose clock is set back must still be able to sign."""

NAME_BYTES = 64
"""Longest name, in UTF-8, that a certificate takes; a longer one is cut there, the station's record keeps it whole."""

FROM_RIGHT = frozenset({"R", "AL"})
"""Classes of letters that are written from right to left."""


def new_pdf_identity(common_name: str, organisation: str, *, now: dt.datetime) -> tuple[bytes, bytes]:
    """Make an ECDSA P-256 key and a certificate that it signed itself.

    P-256 and not Ed25519, because widespread PDF readers call an Ed25519 signature corrupted.

    Args:
        common_name: Who signs, such as the laptop's name.
        organisation: The station or agency; left out of the certificate when empty.
        now: Aware; the certificate is good from two days before.

    Returns:
        The private key (PKCS 8) and the certificate, both as PEM.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    parts = [x509.NameAttribute(NameOID.COMMON_NAME, _comparable(common_name) or "ranger-app")]
    if organisation := _comparable(organisation):
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    name = x509.Name(parts)
    begins = now.astimezone(dt.UTC).replace(microsecond=0) - CLOCK_TOLERANCE
    key = ec.generate_private_key(ec.SECP256R1())
    subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(subject_key, critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key_pem, certificate.public_bytes(serialization.Encoding.PEM)


def _comparable(name: str) -> str:
    """*name* as far as a certificate takes it; a verifier that cannot compare its names calls a signature damaged.

    RFC 4518 knows the letters of Unicode 3.2 only, and none from right to left beside others.
    """
    known = "".join(sign for sign in name if unicodedata.bidirectional(sign) in FROM_RIGHT or _is_comparable(sign))
    plain = "".join(sign for sign in known if unicodedata.bidirectional(sign) not in FROM_RIGHT)
    return next((cut for cut in map(_cut, (name, known, plain)) if _is_comparable(cut)), "")


def _is_comparable(name: str) -> bool:
    from asn1crypto.x509 import Name

    try:
        return bool(Name.build({"common_name": name}).hashable)
    except (ValueError, IndexError):  # an empty name has no first letter
        return False


def _cut(name: str) -> str:
    """*name* without the letters that a certificate has no room for."""
    return name.encode()[:NAME_BYTES].decode(errors="ignore").strip()


def is_pdf_identity(key_pem: bytes, certificate_pem: bytes) -> bool:
    """Whether this is a key with the certificate that it signed itself; a bit that turned in either shows."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        key = load_pem_private_key(key_pem, password=None)
        certificate = load_pem_x509_certificate(certificate_pem)
        certificate.verify_directly_issued_by(certificate)
        return certificate.public_key() == key.public_key()
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
