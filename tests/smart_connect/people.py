"""Who may do what: users, passwords, sessions, locked accounts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import http.cookies
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs
from uuid import UUID

PERMISSIONS = frozenset({
    "viewca", "adddataqueue", "viewdataqueue", "processdataqueue", "deletedataqueue", "updateca", "customquery",
    "createalerts",
})  # fmt: skip
"""What a user may be allowed to do, by SMART's names."""

FAILURES_TO_LOCK = 5
"""Wrong passwords in a row after which an account is locked."""
LOCKED_S = 300.0
"""How long, in seconds."""
IDLE_S = 3600.0
"""Seconds after which an idle session ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account on the server.

    Attributes:
        areas: Conservation areas that the user may see; ``None`` for all.
        token: Of a link that was shared, taken as ``?token=``; empty for none.
    """

    name: str
    password: str = field(repr=False)
    permissions: frozenset[str] = PERMISSIONS
    areas: frozenset[UUID] | None = None
    token: str = field(default="", repr=False)

    def sees(self, area: UUID) -> bool:
        return self.areas is None or area in self.areas


@dataclass(slots=True)
class _Session:
    used_at: float
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a request said of who sends it.

    Attributes:
        user: Who it is; ``None`` when nobody was said, or wrongly.
        digest: Names a password's credentials without telling them; empty when no password was sent.
    """

    user: User | None
    digest: str = ""


class Accounts:
    """Every account, every session."""

    def __init__(self, users: Iterable[User], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._users = {user.name: user for user in users}
        self._sessions: dict[str, _Session] = {}
        self._failures: dict[str, int] = {}
        self._locked_until: dict[str, float] = {}
        self._clock = clock

    def add(self, user: User) -> None:
        """Add an account, or change the one of this name."""
        with self._lock:
            self._users[user.name] = user

    def user(self, name: str) -> User:
        return self._users[name]

    def passwords(self) -> tuple[str, ...]:
        return tuple(user.password for user in self._users.values())

    def lock(self, name: str, *, seconds: float = LOCKED_S) -> None:
        """Refuse this account for a while, whatever password it brings."""
        with self._lock:
            self._locked_until[name] = self._clock() + seconds

    def unlock(self, name: str) -> None:
        with self._lock:
            self._locked_until.pop(name, None)
            self._failures.pop(name, None)

    def is_locked(self, name: str) -> bool:
        return self._clock() < self._locked_until.get(name, float("-inf"))

    def forget_sessions(self) -> None:
        """Sign out whoever signed in with a session."""
        with self._lock:
            self._sessions.clear()

    def credentials(self, authorization: str, cookies: str, query: str) -> Credentials:
        """Who sends a request, by its header, else its session, else the token in its address."""
        if authorization:
            return self._basic(authorization)
        session = session_of(cookies)
        if session:
            return Credentials(user=self._of_session(session))
        token = parse_qs(query).get("token", [""])[0]
        if token:
            found = next((user for user in self._users.values() if secrets.compare_digest(user.token, token)), None)
            return Credentials(user=found)
        return Credentials(user=None)

    def _basic(self, authorization: str) -> Credentials:
        scheme, _, coded = authorization.partition(" ")
        digest = _digest(authorization)
        try:
            name, _, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return Credentials(user=None, digest=digest)
        if scheme.casefold() != "basic":
            return Credentials(user=None, digest=digest)
        return Credentials(user=self.checked(name, password), digest=digest)

    def checked(self, name: str, password: str) -> User | None:
        """The user of this name and password; wrong ones are counted, and lock the account in the end."""
        with self._lock:
            if self.is_locked(name):
                return None
            user = self._users.get(name)
            if user is not None and secrets.compare_digest(user.password.encode(), password.encode()):
                self._failures.pop(name, None)
                return user
            self._failures[name] = self._failures.get(name, 0) + 1
            if self._failures[name] >= FAILURES_TO_LOCK:
                self._locked_until[name] = self._clock() + LOCKED_S
                del self._failures[name]
            return None

    def new_session(self, user: str = "", *, instead_of: str = "") -> str:
        """The id of a fresh session; of nobody until *user* has signed in."""
        session = secrets.token_hex(16).upper()
        with self._lock:
            self._sessions.pop(instead_of, None)
            self._sessions[session] = _Session(self._clock(), user)
        return session

    def has_session(self, session: str) -> bool:
        return session in self._sessions

    def _of_session(self, session: str) -> User | None:
        with self._lock:
            found = self._sessions.get(session)
            if found is None:
                return None
            if self._clock() - found.used_at > IDLE_S:
                del self._sessions[session]
                return None
            found.used_at = self._clock()
            return None if self.is_locked(found.user) else self._users.get(found.user)


def session_of(cookies: str) -> str:
    """The session that a Cookie header names; empty for none."""
    try:
        found = http.cookies.SimpleCookie(cookies).get("JSESSIONID")
    except http.cookies.CookieError:
        return ""
    return found.value if found is not None else ""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()[:16]
