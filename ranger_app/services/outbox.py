"""The outbox of a station: what is written down of each item, who may send it, and what a person may ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from db.incidents import incident_ids
from db.outbox import KIND, items, sealed_records, standing
from db.reader import Reader
from db.store import Store
from ranger_app.domain.outbox import Attempts, Item, State, state_of
from ranger_app.errors import RangerAppError
from ranger_app.services.at_store import AtStore
from ranger_app.services.outbox_files import FOLDER, OF_PLACE, TriedHere, clear_out, item_path

MOVED: Final = "outbox-moved"
"""Code for an item that an earlier life of this station queued: it was copied, restored, or its marker is gone."""


class ItemNotOursError(RangerAppError):
    """Another laptop queued it: that one sends it."""

    code = "outbox-not-ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item as lists show it.

    Attributes:
        is_ours: This laptop sends it, or did.
        is_moved: This station was copied or restored since: it is sent when a person asks for it.
        is_changed: The record says something else now than what was queued.
        is_sealed: It stands in a sealed dossier.
        is_followed: A later item of the same record goes to the same place.
        at_place: What this laptop tried with its place as a whole.
    """

    item: Item
    state: State
    attempts: Attempts
    is_ours: bool
    is_moved: bool
    is_changed: bool
    is_sealed: bool
    is_followed: bool = False
    at_place: Attempts = field(default_factory=Attempts)


def own_log(store: Store) -> str:
    """Id of the log that this folder writes; empty when the next write begins a new one."""
    found = store.logs.writable("station", store.journal)
    return found.log.hex() if found is not None else ""


def tried_here(store: Store, home: Path) -> TriedHere:
    """What this laptop tried with the items of this station."""
    return TriedHere(home, store.station_id, own_log(store))


def shown_items(store: Store, home: Path, *, compared: bool = True) -> tuple[Shown, ...]:
    """Every item of the outbox, in order of arrival.

    Args:
        compared: Look whether its record says something else now; every record of the outbox is read for that.
    """
    tried = tried_here(store, home).all
    return look(store.reader, tried, own_log(store), own_logs(store), compared=compared)


def look(
    reader: Reader, tried: Mapping[str, Attempts], log: str, logs: frozenset[str], *, compared: bool = True
) -> tuple[Shown, ...]:
    """The same for whoever knows the logs already.

    Args:
        log, logs: The log that is written now, and every log that this device ever wrote here.
    """
    standings: dict[str, str] = {}
    sealed = sealed_records(reader)
    shown = []
    found = items(reader)
    newest = {(item.record, item.place): item.id for item in found}
    for item in found:
        is_moved = item.origin != log and item.origin in logs and not item.outcome
        mine = tried.get(item.id) or Attempts()
        if is_moved and not mine.code:
            mine = replace(mine, code=MOVED, needs_person=True)
        if compared and item.record not in standings:
            standings[item.record] = what_it_says(reader, item.record_kind, item.record)
        shown.append(
            Shown(
                item=item, state=state_of(item, mine), attempts=mine, is_ours=item.origin == log or item.origin in logs,
                is_moved=is_moved, is_changed=compared and standings[item.record] != item.covers,
                is_sealed=item.record in sealed,
                is_followed=newest[item.record, item.place] != item.id,
                at_place=tried.get(OF_PLACE + item.place) or Attempts(),
            )
        )  # fmt: skip
    return tuple(shown)


def our_item(store: Store, home: Path, record: str) -> Shown:
    """An item that this laptop queued, by its id or the beginning of it.

    Raises:
        RecordMissingError: There is no such item.
        ItemNotOursError: Another laptop queued it.
    """
    entry = store.reader.entry(record, KIND)
    shown = next((one for one in shown_items(store, home) if one.item.id == entry.id), None)
    if shown is None or not shown.is_ours:
        raise ItemNotOursError(number=str(entry.values.get("number") or ""))
    return shown


def own_logs(store: Store) -> frozenset[str]:
    """Ids of every log that this device wrote in this station."""
    return frozenset(store.logs.keys.log_seeds)


def what_it_says(reader: Reader, kind: str, record: str) -> str:
    """Digest of a record with everything that travels with it: incidents travel with their patrol."""
    along = incident_ids(reader, patrol=record) if kind == "patrol" else ()
    return standing(reader, (record, *along))


def clear_arrived(store: Store) -> None:
    """Remove files of the outbox that nothing waits for: a program was killed before it came to that."""
    clear_out(store.folder, (item for item in items(store.reader) if not item.outcome))


class StoreBook:
    """Writes down what a server answered, each answer in a change of its own (see ``sync.courier.Book``)."""

    def __init__(self, run: AtStore, *, folder: Path, officer: str) -> None:
        self._run = run
        self._folder = folder / FOLDER
        self._officer = officer

    def begun(self, item: Item, name: str, work_item: str) -> Item:
        """The server gave the file a place, under this name."""
        return self._set(item, {"name": name, "work_item": work_item})

    def stepped(self, item: Item, steps: int, answer: str = "") -> Item:
        """The server has so many transactions of a direct item, and said *answer* of all of them."""
        return self._set(item, {"steps": steps, **({"answer": answer} if answer != item.answer else {})})

    def ended(self, item: Item, outcome: State, answer: str) -> Item:
        """The server has the whole file, or said what became of it."""
        changed = self._set(item, {"outcome": outcome.value, "answer": answer or None, "answered_at": None})
        if not item.outcome:  # whatever the office makes of it, it can be made again from the record
            self.path(item).unlink(missing_ok=True)
        return changed

    def path(self, item: Item) -> Path:
        """Where the file of an item is."""
        return item_path(self._folder, item)

    def _set(self, item: Item, values: dict[str, Any]) -> Item:
        def write(store: Store) -> dict[str, Any]:
            told = {**values, **({"answered_at": store.clock()} if "answered_at" in values else {})}
            with store.act(officer=self._officer) as change:
                change.set(KIND, item.id, told)
            return told

        told = self._run(write)
        read: dict[str, Any] = {name: value if value is not None else "" for name, value in told.items()}
        return replace(item, **read)
