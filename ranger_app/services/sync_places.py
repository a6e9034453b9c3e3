"""One pass over what is due: every place in turn, what waits goes out, and what became of it is heard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ranger_app.domain.outbox import Item
from ranger_app.domain.places import Place
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.at_store import AtStore
from ranger_app.services.outbox import Shown, StoreBook, clear_arrived, shown_items, tried_here
from ranger_app.services.outbox_files import OF_PLACE, TriedHere
from ranger_app.services.passwords import KeyStoreSilentError, PasswordMissingError, Passwords
from ranger_app.services.stations import refuse_read_only
from ranger_app.sync.connect_errors import CertificateError, NotAllowedError, RedirectedError
from ranger_app.sync.courier import UploadSpoiledError
from ranger_app.sync.direct import carried
from ranger_app.sync.smart_connect import Connect, connected

FOR_A_PERSON: Final = (NotAllowedError, CertificateError, RedirectedError)
"""What trying again makes worse, or what only a person can judge; everything else about a place may pass."""


@dataclass(slots=True)
class Synced:
    """What a pass over all places did.

    Attributes:
        sent: Items whose file a server has now.
        heard: Items of which a server said the end.
        waiting: Items that are still to be sent, by whomever.
        failed: Id of an item or name of a place, and what was wrong with it.
    """

    sent: list[Item] = field(default_factory=list)
    heard: list[Item] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)
    failed: list[tuple[str, RangerAppError]] = field(default_factory=list)


class SyncPlaces:
    """Talk to the places of a station; what they say is written down in short pieces.

    Args:
        folder: The station's.
        home: The user's data folder.
        connect: Makes the client of a place; tests give shorter waits.
        pause: Waits between two tries of one pass.
        now: Seconds since 1970 by this laptop's clock, however wrong.
        largest: Bytes; a larger file waits, because the network costs money. ``None`` for whatever size.
    """

    def __init__(
        self, run: AtStore, *, folder: Path, home: Path, passwords: Passwords,
        connect: Callable[[Place, str], Connect] | None = None, now: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
        largest: int | None = None,
    ) -> None:  # fmt: skip
        self._run = run
        self._folder = folder
        self._home = home
        self._passwords = passwords
        self._connect = connect or connected
        self._now = now
        self._pause = pause
        self._largest = largest

    def __call__(
        self, places: Sequence[Place], *, named: Iterable[str] = (), officer: str, context: JobContext
    ) -> Synced:
        """One pass.

        Args:
            named: Places that a person asked for: they do not wait for their time, but for a person after a refusal.

        Raises:
            StationReadOnlyError: Nothing can be written here; nobody was asked.
            Cancelled: A person stopped it; what was sent is written down.
        """
        synced = Synced()
        asked_for = frozenset(named)
        self._run(refuse_read_only)  # what is heard could not be written down
        tried = self._run(lambda store: tried_here(store, self._home))
        self._run(clear_arrived)
        try:
            for place in places:
                self._one(place, tried, synced, is_named=place.name in asked_for, officer=officer, context=context)
        finally:
            tried.save()
        done = {item.id for item in (*synced.sent, *synced.heard)}
        names = {place.name for place in places}
        shown = self._run(lambda store: shown_items(store, self._home, compared=False))
        synced.waiting = [
            one.item for one in shown if not one.item.outcome and one.item.id not in done and one.item.place in names
        ]
        return synced

    def _one(
        self, place: Place, tried: TriedHere, synced: Synced, *, is_named: bool, officer: str, context: JobContext
    ) -> None:
        now = self._now()
        place_tried = tried.of(OF_PLACE + place.name)
        if place_tried.needs_person or not (is_named or place_tried.is_due(now)):
            if is_named:
                synced.failed.append((place.name, told_again(place_tried.code, place_tried.facts)))
            return
        shown = self._run(lambda store: shown_items(store, self._home, compared=False))
        # By the address as well as by the name: either may have been changed since it was queued.
        goes_here = [one for one in shown if place.url == one.item.server or place.name == one.item.place]
        ours = [one for one in goes_here if one.is_ours and one.item.is_open]
        due = [one.item for one in ours if not one.is_moved and self._may_travel(one.item)]
        synced.failed += [
            (one.item.id, told_again(one.attempts.code, {"number": one.item.number})) for one in ours if one.is_moved
        ]
        if not due:
            return
        if is_named:
            for item in due:
                tried.of(item.id).next_at = 0.0
        try:
            password = self._passwords.needed(place.name, place.user)
        except (PasswordMissingError, KeyStoreSilentError) as unknown:
            synced.failed.append((place.name, unknown))
            return
        book = StoreBook(self._run, folder=self._folder, officer=officer)
        known = {one.item.name for one in shown}
        with self._connect(place, password) as connect, context.woken_by(connect.hang_up):
            passed = carried(connect, book, tried.all, due, context, now=self._now, pause=self._pause, known=known)
        synced.sent += passed.sent
        synced.heard += passed.heard
        for item in (*passed.sent, *passed.heard):
            tried.forget(item.id)
        for item, error in passed.failed:
            needs_person = not isinstance(error, UploadSpoiledError)
            tried.of(item.id).failed(error.code, error.facts, now=self._now(), needs_person=needs_person)
            synced.failed.append((item.id, error))
        if passed.stopped is None:
            tried.forget(OF_PLACE + place.name)
        else:
            error = passed.stopped
            needs_person = isinstance(error, FOR_A_PERSON)
            place_tried.failed(error.code, error.facts, now=self._now(), needs_person=needs_person)
            synced.failed.append((place.name, error))

    def _may_travel(self, item: Item) -> bool:
        return self._largest is None or bool(item.outcome) or item.size <= self._largest


def without_place(shown: Iterable[Shown], places: Sequence[Place]) -> tuple[Shown, ...]:
    """Our items that wait for a place which this laptop does not know any more."""
    names, addresses = {place.name for place in places}, {place.url for place in places}
    return tuple(
        one for one in shown
        if one.is_ours and not one.item.outcome and one.item.place not in names and one.item.server not in addresses
    )  # fmt: skip


def told_again(code: str, facts: Mapping[str, Any]) -> RangerAppError:
    """An error of an earlier pass, as it was told then."""
    error: type[RangerAppError] = type("ToldError", (RangerAppError,), {"code": code})
    return error(**facts)
