"""Whether the keys of a station are still those that its logs name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from db.keys_file import NAME
from db.log_opening import public_bytes
from ranger_app.domain.change import device_id, log_id
from ranger_app.domain.keys import DeviceKeys


def false_keys(keys: DeviceKeys) -> Iterator[str]:
    """Name the keys that sign for nobody here: what they sign from now on would prove nothing."""
    if _public(keys.device_seed, device_id) != keys.device_id:
        yield f"{NAME}: the key of this device is not its own"
    for log, seed in sorted(keys.log_seeds.items()):
        if _public(seed, log_id) != log:
            yield f"{NAME}: the key of log {log} is not its own"


def _public(seed: bytes, identity_of: Callable[[bytes], bytes]) -> str:
    try:
        return identity_of(public_bytes(seed)).hex()
    except ValueError:  # not of the length of a seed
        return ""
