"""Who is let in: credentials, permissions, versions, and what a client does with a 401."""

from __future__ import annotations

import threading
from urllib.parse import unquote

from tests.smart_connect.answers import Answer, Refused, error, not_signed_in, page
from tests.smart_connect.body import Body
from tests.smart_connect.calls import Call
from tests.smart_connect.office import Office
from tests.smart_connect.people import Credentials
from tests.smart_connect.routes import ANYBODY, Route, route_of
from tests.smart_connect.seen import Ledger, Seen


class Door:
    """Lets a request in to its call, or not."""

    def __init__(self, office: Office, ledger: Ledger) -> None:
        self._office = office
        self._ledger = ledger
        self._lock = threading.Lock()
        self._turned_away: set[tuple[str, ...]] = set()

    def a_person_asked(self) -> None:
        """Forget who got a 401: a person has asked for another try."""
        with self._lock:
            self._turned_away.clear()

    def answer(self, seen: Seen, body: Body, authorization: str, cookies: str, *, base: str) -> Answer:
        """Do what the request asks for, or say why not."""
        credentials = self._office.accounts.credentials(authorization, cookies, seen.query)
        self._check_manners(seen, credentials, authorization or cookies)
        found = route_of(seen.method, seen.path)
        is_open = found is not None and found[0].permission == ANYBODY
        if credentials.user is None and not is_open and seen.path.startswith("/api"):
            body.drain()
            return self._turn_away(seen, (credentials.digest,), credentials, not_signed_in())
        seen.user = credentials.user.name if credentials.user is not None else ""
        if found is None:
            self._ledger.breach(seen, "unknown-call", "there is no such call")
            body.drain()
            is_api = seen.path.startswith("/api")
            return error(404, "no such resource") if is_api else page(404, "HTTP Status 404 – Not Found")
        route, parts = found
        if refusal := self._refusal(seen, route, credentials):
            body.drain()
            return refusal
        call = Call(office=self._office, ledger=self._ledger, seen=seen, body=body, cookies=cookies, base=base,
                    parts=parts, user=credentials.user)  # fmt: skip
        return self._worked(route, call)

    def _worked(self, route: Route, call: Call) -> Answer:
        try:
            if route.is_stream:
                return route.work(call)
            call.body.all()
            with self._office.lock:
                return route.work(call)
        except Refused as refused:
            if refused.rule:
                call.breach(refused.rule, refused.text)
            return error(refused.status, refused.text)

    def _refusal(self, seen: Seen, route: Route, credentials: Credentials) -> Answer | None:
        if not self._office.has(route.since):
            if route.path != "/api/info":
                self._ledger.breach(seen, "not-in-this-version", f"{self._office.version} has no such call")
            return error(404, "no such resource")
        user = credentials.user
        if route.permission and user is not None and route.permission not in (ANYBODY, *user.permissions):
            refusal = error(401, f"{user.name} has no permission {route.permission}")
            return self._turn_away(seen, (credentials.digest, seen.method, seen.path), credentials, refusal)
        return None

    def _turn_away(self, seen: Seen, key: tuple[str, ...], credentials: Credentials, answer: Answer) -> Answer:
        if credentials.digest and not seen.echo:
            with self._lock:
                self._turned_away.add(key)
        return answer

    def _check_manners(self, seen: Seen, credentials: Credentials, sent: str) -> None:
        """Write down what a client must not do, whatever the answer will be."""
        if seen.path.startswith("/api") and not sent and "token=" not in seen.query:
            self._ledger.breach(seen, "no-credentials", "every request to the API brings credentials")
        address = unquote(f"{seen.path}?{seen.query}")
        if any(password and password in address for password in self._office.accounts.passwords()):
            self._ledger.breach(seen, "password-in-address", "a password stands in the address")
        keys = {(credentials.digest,), (credentials.digest, seen.method, seen.path)}
        if credentials.digest and keys & self._turned_away:
            self._ledger.breach(seen, "retried-401", "a 401 is not tried again before a person asks")
