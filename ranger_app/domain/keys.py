"""The secrets of one device, as bytes: who may use them and where they are kept is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKeys:
    """What ``keys.json`` holds for this device.

    Attributes:
        device_id: 32 hex digits, derived from the device's public key.
        device_name: What people call the laptop.
        device_seed: Ed25519 seed, 32 bytes; signs ``open`` ops and checkpoints.
        pdf_key_pem: ECDSA P-256 private key (PKCS 8), signs PDFs.
        pdf_certificate_pem: Its self-made X.509 certificate.
        log_seeds: Log id (hex) to the Ed25519 seed of that log.
    """

    device_id: str
    device_name: str
    device_seed: bytes = field(repr=False)
    pdf_key_pem: bytes = field(repr=False)
    pdf_certificate_pem: bytes
    log_seeds: dict[str, bytes] = field(default_factory=dict, repr=False)
