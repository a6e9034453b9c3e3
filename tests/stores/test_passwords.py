"""Passwords of places: kept where the system keeps such things, else encrypted, and shown nowhere."""

from __future__ import annotations

import json
import logging
import stat
import sys
import threading
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest

from ranger_app.services.passwords import KeyStoreSilentError, PasswordMissingError, Passwords
from tests.key_store import MemoryKeyStore
from tests.service_desk import Desk

SECRET = "Ир-бис 41°N"
SEED = bytes(range(32))

NONE: type[keyring.backend.KeyringBackend] = keyring.backends.fail.Keyring
NOTHING: type[keyring.backend.KeyringBackend] = keyring.backends.null.Keyring
"""There is no key store; there is one that keeps nothing."""


class BrokenKeyStore(MemoryKeyStore):
    """One whose service is there and falls over with an error of its own, which repeats what it was told."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot store {password}")


class SilentKeyStore(MemoryKeyStore):
    """One that waits for a person who is not there."""

    @cached_property
    def released(self) -> threading.Event:
        """Set when the person comes."""
        return threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(30)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.released.wait(30)


@pytest.fixture(autouse=True)
def own_key_store() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def passwords(tmp_path: Path, *, seed: bytes = SEED) -> Passwords:
    return Passwords(tmp_path / "home", "station", seed, patience_s=0.2)


def test_the_key_store_of_the_system_is_used_where_there_is_one(tmp_path: Path) -> None:
    store = MemoryKeyStore()
    keyring.set_keyring(store)

    assert passwords(tmp_path).put("Naryn", "ranger", SECRET) == "keyring"

    assert passwords(tmp_path).get("Naryn", "ranger") == SECRET
    assert list(store.kept.values()) == [SECRET]
    assert passwords(tmp_path).get("Naryn", "other") == ""
    assert passwords(tmp_path).get("Osh", "ranger") == ""
    passwords(tmp_path).forget("Naryn", "ranger")
    passwords(tmp_path).forget("Naryn", "ranger")
    assert store.kept == {}
    assert passwords(tmp_path).get("Naryn", "ranger") == ""


@pytest.mark.parametrize(
    "store",
    [NONE, NOTHING, keyring.backends.chainer.ChainerBackend,
     BrokenKeyStore, SilentKeyStore],
)  # fmt: skip
def test_without_a_key_store_that_keeps_anything_the_password_is_in_a_file_that_only_we_can_read(
    tmp_path: Path, store: type[keyring.backend.KeyringBackend]
) -> None:
    keyring.set_keyring(store())

    assert passwords(tmp_path).put("Naryn", "ranger", SECRET) == "file"

    kept = passwords(tmp_path)
    assert kept.get("Naryn", "ranger") == SECRET
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert SECRET.encode() not in kept.path.read_bytes()
    assert json.dumps(SECRET).encode() not in kept.path.read_bytes()
    assert [path.name for path in kept.path.parent.iterdir()] == ["station.json"]
    assert passwords(tmp_path, seed=bytes(32)).get("Naryn", "ranger") == ""
    kept.forget("Naryn", "ranger")
    assert kept.get("Naryn", "ranger") == ""
    released(keyring.get_keyring())


def released(store: keyring.backend.KeyringBackend) -> None:
    if isinstance(store, SilentKeyStore):
        store.released.set()
        time.sleep(0.05)


def test_a_key_store_that_does_not_answer_is_waited_for_once(tmp_path: Path) -> None:
    store = SilentKeyStore()
    keyring.set_keyring(MemoryKeyStore())
    passwords(tmp_path).put("Naryn", "ranger", SECRET)
    keyring.set_keyring(store)
    began = time.monotonic()

    for _ in range(20):
        with pytest.raises(KeyStoreSilentError):
            passwords(tmp_path).get("Naryn", "ranger")

    assert time.monotonic() - began < 2
    released(store)
    assert passwords(tmp_path).get("Naryn", "ranger") == ""


def test_two_who_ask_at_once_both_get_an_answer(tmp_path: Path) -> None:
    class SlowKeyStore(MemoryKeyStore):
        def get_password(self, service: str, username: str) -> str | None:
            time.sleep(0.05)
            return super().get_password(service, username)

    keyring.set_keyring(SlowKeyStore())
    passwords(tmp_path).put("Naryn", "ranger", SECRET)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(passwords(tmp_path).get("Naryn", "ranger"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [SECRET] * 3


def test_a_new_password_takes_the_place_of_the_old_one_wherever_that_was(tmp_path: Path) -> None:
    keyring.set_keyring(NOTHING())
    passwords(tmp_path).put("Naryn", "ranger", "old")
    store = MemoryKeyStore()
    keyring.set_keyring(store)
    assert passwords(tmp_path).get("Naryn", "ranger") == "old"

    assert passwords(tmp_path).put("Naryn", "ranger", SECRET) == "keyring"

    assert passwords(tmp_path).get("Naryn", "ranger") == SECRET
    keyring.set_keyring(NONE())
    with pytest.raises(KeyStoreSilentError):
        passwords(tmp_path).get("Naryn", "ranger")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"[\\"Naryn\\", \\"ranger\\"]": "zz"}', b"\xff", b"7"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    keyring.set_keyring(NONE())
    kept = passwords(tmp_path)
    kept.path.parent.mkdir(parents=True)
    kept.path.write_bytes(content)

    assert kept.get("Naryn", "ranger") == ""
    kept.put("Naryn", "ranger", SECRET)
    assert kept.get("Naryn", "ranger") == SECRET


def test_one_who_needs_a_password_says_that_there_is_none(tmp_path: Path) -> None:
    keyring.set_keyring(MemoryKeyStore())

    assert passwords(tmp_path).needed("Naryn", "") == ""
    with pytest.raises(PasswordMissingError):
        passwords(tmp_path).needed("Naryn", "ranger")
    passwords(tmp_path).put("Naryn", "ranger", SECRET)
    assert passwords(tmp_path).needed("Naryn", "ranger") == SECRET


@pytest.mark.parametrize("store", [BrokenKeyStore, MemoryKeyStore, NOTHING])
def test_a_password_is_shown_nowhere(
    desk: Desk, store: type[keyring.backend.KeyringBackend], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keyring.set_keyring(store())
    kept = Passwords(desk.home, desk.store.station_id, desk.store.keys.device_seed)

    kept.put("Naryn", "ranger", SECRET)

    assert SECRET not in repr(kept) + str(vars(kept)) + caplog.text
    for path in (*desk.folder.rglob("*"), *desk.home.rglob("*")):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
