"""Places by the command line, for tests: told with one line, read with another."""

from __future__ import annotations

import keyring.backend
import keyring.backends.fail

from tests.command_line import CommandLine, Ran
from tests.smart_connect import RANGER, User

VIEWER = User(name="viewer", password="seal-7", permissions=frozenset({"viewca"}))
STRANGER = User(name="stranger", password="seal-8", permissions=frozenset())
NONE: type[keyring.backend.KeyringBackend] = keyring.backends.fail.Keyring
"""There is no key store."""


def added(ranger: CommandLine, url: str, *more: str, user: str = RANGER.name) -> Ran:
    return ranger("place", "add", "Naryn", url, "--kind", "smart", "--user", user, "--json", *more)


def read(ranger: CommandLine, *, code: int = 0) -> Ran:
    ran = ranger("place", "read", "Naryn", "--json")
    assert ran.code == code, ran.err
    return ran


def changes(ranger: CommandLine) -> int:
    return int(ranger.answer("station", "info")["counts"]["changes"])
