"""A key store that forgets everything when the test is over."""

from __future__ import annotations

import keyring.backend
import keyring.errors


class MemoryKeyStore(keyring.backend.KeyringBackend):
    """The operating system's key store, as far as tests need one."""

    priority = -1  # never chosen by itself, nor chained

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not found")
