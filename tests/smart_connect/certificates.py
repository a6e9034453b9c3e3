"""Certificates for tests, made while they run: good, expired, of another host, self-signed."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = ("127.0.0.1", "localhost")
"""Names that the stand-in is called by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate and its key, in files.

    Attributes:
        sha256: Fingerprint of the certificate (its DER form), hexadecimal; what is pinned.
    """

    path: Path
    key: Path
    sha256: str

    def context(self) -> ssl.SSLContext:
        """What a server shows it with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context


class Authority:
    """Somebody whose certificates a client trusts that was given :attr:`root`."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        now = dt.datetime.now(dt.UTC)
        built = _builder(self._name, self._name, self._key.public_key(), now - dt.timedelta(days=1), 30)
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        built = built.add_extension(usage, critical=True)
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        self._certificate = built.sign(self._key, hashes.SHA256())
        self.root = folder / "authority.pem"
        self.root.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str = "good", *, hosts: Sequence[str] = LOOPBACK, is_expired: bool = False) -> Certificate:
        """A certificate for a server of these names; an expired one ended yesterday."""
        key = ec.generate_private_key(ec.SECP256R1())
        begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=11 if is_expired else 1)
        built = _builder(_name(hosts[0]), self._name, key.public_key(), begins, 10)
        built = _for_server(built, key, hosts).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
        )
        return _written(self._folder, name, built.sign(self._key, hashes.SHA256()), key)


def self_signed(folder: Path, name: str = "self-signed", *, hosts: Sequence[str] = LOOPBACK) -> Certificate:
    """A certificate that nobody but its owner vouches for; each call makes another one, in files of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    built = _for_server(_builder(_name(hosts[0]), _name(hosts[0]), key.public_key(), begins, 30), key, hosts)
    return _written(folder, name, built.sign(key, hashes.SHA256()), key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: dt.datetime, days: int
) -> x509.CertificateBuilder:  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=days))
    )


def _for_server(
    built: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, hosts: Sequence[str]
) -> x509.CertificateBuilder:  # fmt: skip
    names: list[x509.GeneralName] = []
    for host in hosts:
        is_number = host.replace(".", "").isdigit()
        names.append(x509.IPAddress(ipaddress.ip_address(host)) if is_number else x509.DNSName(host))
    built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _written(
    folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> Certificate:  # fmt: skip
    sha256 = certificate.fingerprint(hashes.SHA256()).hex()
    path, key_path = folder / f"{name}-{sha256[:8]}.pem", folder / f"{name}-{sha256[:8]}.key"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    return Certificate(path=path, key=key_path, sha256=sha256)
