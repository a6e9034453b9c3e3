"""A person saw what was wrong with an item of the outbox, and wants it tried again."""

from __future__ import annotations

from pathlib import Path

from db.outbox import KIND
from db.store import Store
from ranger_app.domain.outbox import Item, State
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.outbox import our_item, own_log, shown_items, tried_here
from ranger_app.services.outbox_files import OF_PLACE
from ranger_app.services.places import Places
from ranger_app.services.queue_smart import QueueSmart
from ranger_app.sync.courier import TwinThereError


class ItemArrivedError(RangerAppError):
    """The office has it already; to send it again it has to be queued again."""

    code = "outbox-arrived"


class RetryItem:
    """Have an item tried at the next pass, whatever went wrong with it before."""

    def __init__(self, store: Store, home: Path) -> None:
        self._store = store
        self._home = home

    def __call__(self, record: str, *, officer: str, context: JobContext) -> Item:
        """Forget what failed; one of this station's earlier life becomes ours; one that was refused is made anew.

        Raises:
            RecordMissingError: There is no such item.
            ItemNotOursError, ItemArrivedError: It is not for us to send, or has arrived.
            RangerAppError: It was refused, and cannot be made anew.
        """
        shown = our_item(self._store, self._home, record)
        item = shown.item
        if item.outcome in (State.SENT, State.ACCEPTED):
            raise ItemArrivedError(number=item.number)
        self._forget(item)
        if item.outcome == State.REFUSED:
            # What was agreed to be dropped is agreed as long as the record says the same.
            return self._made_anew(item, officer, context, force=not shown.is_changed)
        values: dict[str, str | int] = {}
        if shown.is_moved:
            self._store.ensure_log(officer, "station")
            values["origin"] = own_log(self._store)
        if shown.attempts.code == TwinThereError.code:
            values["sure"] = 1
        if values:
            with self._store.act(officer=officer) as change:
                change.set(KIND, item.id, values)
        return next(one.item for one in shown_items(self._store, self._home) if one.item.id == item.id)

    def _made_anew(self, item: Item, officer: str, context: JobContext, *, force: bool) -> Item:
        place = Places(self._home, self._store.station_id).get(item.place)
        queued = QueueSmart(self._store)(
            place, [item.record], force=force, twice=False, officer=officer, context=context
        )
        if queued.refused:
            raise queued.refused[0][1]
        return queued.items[0]

    def _forget(self, item: Item) -> None:
        tried = tried_here(self._store, self._home)
        tried.forget(item.id)
        tried.forget(OF_PLACE + item.place)
        tried.save()


def retry_place(store: Store, home: Path, name: str) -> None:
    """Forget what went wrong with a place as a whole: somebody put its password or its address right."""
    tried = tried_here(store, home)
    tried.forget(OF_PLACE + name)
    tried.save()
