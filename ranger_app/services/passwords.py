"""Passwords of places: in the key store of the operating system, else encrypted in a file of this person.

They are in no journal, no log and no error. ``docs/security.md`` says against whom each of the two helps.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ranger_app.errors import RangerAppError
from ranger_app.services.places import write_privately

Answer = TypeVar("Answer")
Kept = Literal["keyring", "file"]

FOLDER: Final = "passwords"
PURPOSE: Final = b"ranger-app passwords of places 1"
NONCE_BYTES: Final = 12
PATIENCE_S: Final = 10.0
"""A key store that asks a person to unlock it, or whose service is gone, may answer much later or never."""


class PasswordMissingError(RangerAppError):
    """This device does not know the password of a place (any more)."""

    code = "place-no-password"


class KeyStoreSilentError(RangerAppError):
    """The password is in the key store of this computer, which does not answer."""

    code = "place-key-store-silent"


class Passwords:
    """The passwords of one station's places on this device, by place and user.

    Args:
        home: The user's data folder.
        station_id: Whose places they are.
        device_seed: The station's secret on this device, which encrypts what no key store takes.
        patience_s: Seconds to wait for the key store.
    """

    def __init__(self, home: Path, station_id: str, device_seed: bytes, *, patience_s: float = PATIENCE_S) -> None:
        self.path = home / FOLDER / f"{station_id}.json"
        self._station_id = station_id
        self._seed = device_seed
        self._patience_s = patience_s

    def __repr__(self) -> str:
        return f"Passwords({self._station_id!r})"

    def get(self, place_name: str, user: str) -> str:
        """The password; empty when none is kept, or what is kept is another device's.

        Raises:
            KeyStoreSilentError: It is in the key store, which does not answer.
        """
        sealed = self._sealed().get(_key(place_name, user))
        if sealed is None:
            return ""
        if sealed:
            return self._opened(sealed, place_name, user)
        found = self._at_key_store(lambda store: store.get_password(self._service(place_name), user))
        if isinstance(found, _Failed):
            raise KeyStoreSilentError(name=place_name)
        return found or ""

    def needed(self, place_name: str, user: str) -> str:
        """The password of a place; empty for a place without a user.

        Raises:
            PasswordMissingError: None is kept.
            KeyStoreSilentError: It is in the key store, which does not answer.
        """
        password = self.get(place_name, user) if user else ""
        if user and not password:
            raise PasswordMissingError(name=place_name)
        return password

    def has(self, place_name: str, user: str) -> bool:
        """Whether a password was kept; asks no key store."""
        return _key(place_name, user) in self._sealed()

    def put(self, place_name: str, user: str, password: str) -> Kept:
        """Keep a password in place of an earlier one; answers where.

        Raises:
            OSError: No key store takes it, and neither does the disk.
        """
        service, told = self._service(place_name), self._sealed()

        def keep(store: _KeyStore) -> bool:
            store.set_password(service, user, password)
            return store.get_password(service, user) == password  # some take everything and keep nothing

        is_kept = self._at_key_store(keep) is True
        self._write({**told, _key(place_name, user): "" if is_kept else self._seal(password, place_name, user)})
        return "keyring" if is_kept else "file"

    def forget(self, place_name: str, user: str) -> None:
        """Remove a password from wherever it is; one in a key store that does not answer is left there.

        Raises:
            OSError: The disk does not take it.
        """
        told, service = self._sealed(), self._service(place_name)
        sealed = told.pop(_key(place_name, user), None)
        if sealed is None:
            return
        if not sealed:
            self._at_key_store(lambda store: store.delete_password(service, user))
        self._write(told)

    def _service(self, place_name: str) -> str:
        return f"Ranger App {self._station_id} {place_name}"

    # The key store

    def _at_key_store(self, work: Callable[[_KeyStore], Answer]) -> Answer | _Failed:
        """What *work* answers; `_Failed` when the key store refuses, breaks or is silent."""
        return _ASKING.ask(lambda: work(_KeyStore()), self._patience_s)

    # The file

    def _sealed(self) -> dict[str, str]:
        """Key of each password to its ciphertext; empty for one that the key store has."""
        try:
            told = json.loads(self.path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return {str(key): str(sealed) for key, sealed in told.items()} if isinstance(told, dict) else {}

    def _write(self, sealed: Mapping[str, str]) -> None:
        write_privately(self.path, json.dumps(sealed, indent=1, sort_keys=True))

    def _cipher(self) -> AESGCM:
        key = HKDF(algorithm=SHA256(), length=32, salt=self._station_id.encode(), info=PURPOSE).derive(self._seed)
        return AESGCM(key)

    def _seal(self, password: str, place_name: str, user: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return (nonce + self._cipher().encrypt(nonce, password.encode(), _key(place_name, user).encode())).hex()

    def _opened(self, sealed: str, place_name: str, user: str) -> str:
        try:
            told = bytes.fromhex(sealed)
            plain = self._cipher().decrypt(told[:NONCE_BYTES], told[NONCE_BYTES:], _key(place_name, user).encode())
            return plain.decode()
        except (InvalidTag, ValueError):
            return ""


def _key(place_name: str, user: str) -> str:
    return json.dumps([place_name, user])


class _KeyStore:
    """The key store that ``keyring`` chooses; to find it may take as long as to ask it."""

    def __init__(self) -> None:
        import keyring

        self._backend = keyring.get_keyring()

    def get_password(self, service: str, user: str) -> str | None:
        return self._backend.get_password(service, user)

    def set_password(self, service: str, user: str, password: str) -> None:
        self._backend.set_password(service, user, password)

    def delete_password(self, service: str, user: str) -> None:
        self._backend.delete_password(service, user)


class _Failed:
    """The key store did not do what was asked; why does not matter, and could hold what nobody should read."""


class _Asking:
    """Asks the key store in a thread of its own, which is given up when it takes too long."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._given_up: threading.Thread | None = None

    def ask(self, work: Callable[[], Answer], patience_s: float) -> Answer | _Failed:
        with self._one_at_a_time:
            return self._ask(work, patience_s)

    def _ask(self, work: Callable[[], Answer], patience_s: float) -> Answer | _Failed:
        if self._given_up is not None and self._given_up.is_alive():
            return _Failed()  # it still has not answered what was asked before
        answers: list[Answer] = []

        def run() -> None:
            try:
                answers.append(work())
            except Exception:  # noqa: BLE001 - each system's key store fails in errors of its own
                return

        self._given_up = threading.Thread(target=run, name="key-store", daemon=True)
        self._given_up.start()
        self._given_up.join(patience_s)
        return answers[0] if answers else _Failed()


_ASKING: Final = _Asking()
