"""An item leaves the outbox before it was sent: it was queued by mistake, or is to go in other words."""

from __future__ import annotations

from pathlib import Path

from db.outbox import KIND
from db.store import Store
from ranger_app.domain.outbox import Item
from ranger_app.errors import RangerAppError
from ranger_app.services.outbox import our_item, tried_here
from ranger_app.services.outbox_files import FOLDER, item_path
from ranger_app.services.retry_item import ItemArrivedError


class ItemOnItsWayError(RangerAppError):
    """The server has begun to take it: whether it has all of it, only the next pass can say."""

    code = "outbox-on-its-way"


class WithdrawItem:
    """Take an item out of the outbox, with its file; its history stays in the journal."""

    def __init__(self, store: Store, home: Path) -> None:
        self._store = store
        self._home = home

    def __call__(self, record: str, reason: str, *, officer: str) -> Item:
        """Withdraw an item of which no byte has left, or that nobody but a person can bring further.

        Raises:
            RecordMissingError: There is no such item.
            ItemNotOursError, ItemArrivedError, ItemOnItsWayError: It is not ours to withdraw, or was sent; nothing is
                changed.
        """
        shown = our_item(self._store, self._home, record)
        item = shown.item
        if item.outcome:
            raise ItemArrivedError(number=item.number)
        if (item.work_item or item.steps) and not shown.attempts.needs_person:
            raise ItemOnItsWayError(number=item.number)
        with self._store.act(officer=officer) as change:
            change.take_back(KIND, item.id, reason)
        item_path(self._store.folder / FOLDER, item).unlink(missing_ok=True)
        tried = tried_here(self._store, self._home)
        tried.forget(item.id)
        tried.save()
        return item
