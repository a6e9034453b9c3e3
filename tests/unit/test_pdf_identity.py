from __future__ import annotations

import datetime as dt

import pytest
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ranger_app.evidence.identity import new_pdf_identity

NOW = dt.datetime(2026, 3, 4, 9, 15, tzinfo=dt.timezone(dt.timedelta(hours=6)))


def test_a_new_device_gets_a_p256_key_and_a_certificate_for_it() -> None:
    key_pem, certificate_pem = new_pdf_identity("Laptop 1", "Naryn", now=NOW)

    key = serialization.load_pem_private_key(key_pem, None)
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(key.curve, ec.SECP256R1)
    assert certificate.public_key() == key.public_key()
    assert certificate.subject.rfc4514_string() == "O=Naryn,CN=Laptop 1"
    certificate.verify_directly_issued_by(certificate)


def test_a_certificate_begins_before_now_and_outlives_the_case() -> None:
    certificate = x509.load_pem_x509_certificate(new_pdf_identity("Laptop 1", "", now=NOW)[1])

    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc > NOW + dt.timedelta(days=15 * 365)


def test_two_devices_never_share_a_serial_number() -> None:
    one = x509.load_pem_x509_certificate(new_pdf_identity("Laptop 1", "", now=NOW)[1])
    other = x509.load_pem_x509_certificate(new_pdf_identity("Laptop 1", "", now=NOW)[1])

    assert one.serial_number != other.serial_number


def test_a_name_longer_than_x520_allows_is_cut() -> None:
    certificate = x509.load_pem_x509_certificate(new_pdf_identity("я" * 200, "ө" * 200, now=NOW)[1])

    assert certificate.subject.rfc4514_string().count("я") == 32


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Naryn 🐆, vm", "Naryn , vm"), ("Нарын, vm", "Нарын, vm"), ("نارین", "نارین"), ("نارین, vm", ", vm"), ("🐆", ""),
     ("a\ue000\ufffdb", "ab"), ("نارین 7", "7"), ("", "")],
)  # fmt: skip
def test_a_certificate_names_only_what_every_verifier_can_compare(name: str, kept: str) -> None:
    certificate = x509.load_pem_x509_certificate(new_pdf_identity(name, name, now=NOW)[1])

    assert [str(part.value) for part in certificate.subject] == ([kept, kept] if kept else ["ranger-app"])
    read = Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    assert read.issuer == read.subject
