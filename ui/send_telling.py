"""What a pass over the outbox did, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words

if TYPE_CHECKING:
    from ranger_app.services.sync_places import Synced
    from ui.shell import Shell

MOST_DETAILS = 5


def sentences(words: Words, errors: Sequence[RangerAppError]) -> list[str]:
    """The first few errors in words, each once, and how many more there are."""
    from ranger_app.messages import say_error
    from ranger_app.messages.hints import WINDOW, with_hint

    said = list(dict.fromkeys(with_hint(words, WINDOW, error.code, say_error(words, error)) for error in errors))
    told = said[:MOST_DETAILS]
    if len(said) > MOST_DETAILS:
        told.append(words.say_count("{count} more problem", "{count} more problems", len(said) - MOST_DETAILS))
    return told


def tell_pass(words: Words, shell: Shell, done: Synced, *, is_asked: bool) -> None:
    """Say what a pass did; of one that nobody asked for only what a person has to look at."""
    failed = [error for _, error in done.failed]
    is_refused = any(item.outcome == "refused" for item in done.heard)
    if not is_asked:
        failed = [error for error in failed if not getattr(error, "is_passing", False)]
        if not failed and not is_refused:
            return
    offers = [(words.say("To send"), lambda: shell.run("to_send"))]
    kind = "warning" if failed or is_refused else "information"
    shell.say(kind, _counts(words, done), details=sentences(words, failed), acts=offers)


def _counts(words: Words, done: Synced) -> str:
    refused = sum(item.outcome == "refused" for item in done.heard)
    accepted = len(done.heard) - refused
    parts = [
        (words.say_count("{count} sent", "{count} sent", len(done.sent)), len(done.sent)),
        (words.say_count("{count} accepted", "{count} accepted", accepted), accepted),
        (words.say_count("{count} refused", "{count} refused", refused), refused),
        (words.say_count("{count} waits", "{count} wait", len(done.waiting)), len(done.waiting)),
    ]
    told = [text for text, count in parts if count]
    if not told:
        return words.say("Nothing was due.")
    return words.say("To the office: {counts}.", counts=", ".join(told))
