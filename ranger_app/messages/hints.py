"""What to press or to type for what a sentence advises: the sentences fit the window and the command line alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ranger_app.i18n import Words, marked

_PIN = marked("On the command line: --pin FINGERPRINT.")
_FORCE = marked("On the command line: --force.")
_AREA = marked("On the command line: --area UUID.")
_PLACE = marked("To do so: Places, Change, Try it.")

COMMAND_LINE: Mapping[str, str] = MappingProxyType({
    "place-missing": marked("“place list” shows those that there are, “place add” adds one."),
    "nothing-named": marked("Add --patrol ID, --incident ID or --plan ID."),
    "place-area-open": _AREA,
    "place-no-area": _AREA,
    "place-version-unknown": marked("On the command line: --smart-version."),
    "connect-certificate-self-signed": _PIN,
    "connect-certificate-unknown-issuer": _PIN,
    "connect-certificate-changed": _PIN,
    "outbox-already-sent": _FORCE,
    "outbox-already-changed": _FORCE,
    "outbox-already-along": _FORCE,
    "outbox-arrived": _FORCE,
})  # fmt: skip
"""Code to what is typed."""

WINDOW: Mapping[str, str] = MappingProxyType({
    "place-no-password": _PLACE,
    "place-area-open": _PLACE,
    "place-no-area": _PLACE,
    "place-version-unknown": _PLACE,
    "connect-not-allowed": _PLACE,
    "connect-redirected": _PLACE,
    "connect-certificate-self-signed": _PLACE,
    "connect-certificate-unknown-issuer": _PLACE,
    "connect-certificate-changed": _PLACE,
})  # fmt: skip
"""Code to where in the window it is done."""


def with_hint(words: Words, hints: Mapping[str, str], code: str, said: str) -> str:
    """The sentence *said* for *code*, and after it what to press or to type where there is something."""
    hint = hints.get(code)
    return f"{said} {words.say(hint, 'app')}" if hint is not None else said
