"""``keys.json``: the secrets of this device, readable by its owner alone.

Later the database key stands here too, wrapped once for each officer and once for the recovery sheet.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from db.connection import StationUnreadableError
from ranger_app.domain.keys import DeviceKeys

NAME = "keys.json"


def new_device(name: str, *, pdf_key_pem: bytes, pdf_certificate_pem: bytes) -> DeviceKeys:
    """Keys of a device that begins to write."""
    import secrets

    from db.log_opening import public_bytes
    from ranger_app.domain.change import device_id

    seed = secrets.token_bytes(32)
    return DeviceKeys(
        device_id=device_id(public_bytes(seed)).hex(),
        device_name=name,
        device_seed=seed,
        pdf_key_pem=pdf_key_pem,
        pdf_certificate_pem=pdf_certificate_pem,
    )


def read_keys(folder: Path) -> tuple[DeviceKeys, str, dict[str, str]]:
    """Keys, station id, and the open log of each audience (audience to log id).

    Raises:
        StationUnreadableError: The file is missing or is not what this program wrote.
    """
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        device = told["device"]
        keys = DeviceKeys(
            device_id=device["id"],
            device_name=device["name"],
            device_seed=bytes.fromhex(device["seed"]),
            pdf_key_pem=device["pdf_key"].encode(),
            pdf_certificate_pem=device["pdf_certificate"].encode(),
            log_seeds={log: bytes.fromhex(seed) for log, seed in told["logs"].items()},
        )
        open_logs = {str(a): str(log) for a, log in told["open"].items()}
        if left := set(open_logs.values()) - keys.log_seeds.keys():
            raise ValueError(f"no key for the log {min(left)}")
        return keys, str(told["station"]), open_logs
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StationUnreadableError(file=NAME, reason=str(error)) from error


def write_keys(folder: Path, keys: DeviceKeys, station: str, open_logs: dict[str, str]) -> None:
    """Replace ``keys.json`` as a whole, durably, mode 0600."""
    told: dict[str, Any] = {
        "station": station,
        "device": {
            "id": keys.device_id,
            "name": keys.device_name,
            "seed": keys.device_seed.hex(),
            "pdf_key": keys.pdf_key_pem.decode(),
            "pdf_certificate": keys.pdf_certificate_pem.decode(),
        },
        "logs": {log: seed.hex() for log, seed in keys.log_seeds.items()},
        "open": open_logs,
    }
    write_private(folder / NAME, json.dumps(told, indent=1, sort_keys=True))


def write_private(path: Path, text: str, *, durable: bool = True) -> None:
    """Replace a small text file that only its owner may read."""
    import tempfile

    from db.blobs import flush_folder

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    if durable:
        flush_folder(path.parent)
