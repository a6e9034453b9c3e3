"""The first change of a log: who writes here, on which device, after which other log."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ranger_app.domain import canonical
from ranger_app.domain.change import Header, NotAnActError, Op, decode_act, device_id, log_id
from ranger_app.domain.keys import DeviceKeys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class NotAnOpeningError(ValueError):
    """A change that claims to begin a log and does not."""


def public_bytes(seed: bytes) -> bytes:
    """The 32-byte Ed25519 public key of a 32-byte seed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """Ed25519 signature, 64 bytes."""
    return _private_key(seed).sign(message)


@lru_cache(maxsize=4)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    """The key in the form that signs; one save after the other uses the same."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature over *message* was made with this key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def opening_op(
    keys: DeviceKeys, *, log_seed: bytes, audience: str, station: str, predecessors: list[dict[str, Any]]
) -> Op:
    """The ``open`` op of a new log, signed by the device.

    Args:
        predecessors: Logs that this one goes on from, each ``{"log", "seq", "change"}``; empty for the first.
    """
    op: Op = {
        "act": "open",
        "key": public_bytes(log_seed).hex(),
        "audience": audience,
        "device": keys.device_id,
        "device_name": keys.device_name,
        "device_key": public_bytes(keys.device_seed).hex(),
        "station": station,
    }
    if predecessors:
        op["predecessors"] = predecessors
    op["signature"] = sign(keys.device_seed, canonical.encode(op)).hex()
    return op


def check_opening(header: Header, payload: bytes) -> None:
    """Check that this change may begin its log.

    Raises:
        NotAnOpeningError: Not seq 0, no ``open`` op, another key's log id, or a false device signature.
    """
    try:
        op = dict(decode_act(payload).ops[0])
        signature = bytes.fromhex(op.pop("signature"))
        log_key, device_key = bytes.fromhex(op["key"]), bytes.fromhex(op["device_key"])
        message = canonical.encode(op)
    except (NotAnActError, canonical.NotCanonicalError, IndexError, KeyError, TypeError, ValueError) as error:
        raise NotAnOpeningError("opening") from error
    honest = (
        header.seq == 0
        and op.get("act") == "open"
        and log_id(log_key) == header.log
        and device_id(device_key).hex() == op.get("device")
        and is_signed(device_key, signature, message)
    )
    if not honest:
        raise NotAnOpeningError("opening")
