"""Who signed a checkpoint: the signature lines under it against the keys of devices."""

from __future__ import annotations

from ranger_app.domain.change import device_id
from ranger_app.domain.checkpoint import Checkpoint, Signature, key_hint


def signed_by(checkpoint: Checkpoint, public_key: bytes) -> bool:
    """Whether the device with this Ed25519 public key (32 bytes) signed *checkpoint*."""
    device = device_id(public_key).hex()
    lines = [line for line in checkpoint.signatures if line.device == device]
    return any(_is_valid(line, checkpoint.body.encode(), public_key) for line in lines)


def _is_valid(line: Signature, message: bytes, public_key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if line.hint != key_hint(line.device, public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(line.signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> Signature:
    """The line with which the device of this Ed25519 seed (32 bytes) signs *checkpoint*."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed)
    public_key = key.public_key().public_bytes_raw()
    device = device_id(public_key).hex()
    return Signature(device, key_hint(device, public_key), key.sign(checkpoint.body.encode()))
