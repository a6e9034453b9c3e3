"""Laptops of one station in a test: what each holds and shows, and all that can happen to it."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from db.content import derived_content
from db.keys_file import new_device
from db.store import DERIVED, Store
from ranger_app.domain.change import Change
from tests.properties.naive import Naive, View

STATION = "5a" * 16
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A file system in memory, where there is one: thousands of saves that wait for a disk would take minutes."""
NOW_MS = 1_763_760_000_000
"""A day in November 2025, in milliseconds."""
TEN_YEARS_MS = 3653 * 86_400_000
CLOCKS = (0, -TEN_YEARS_MS, TEN_YEARS_MS, 3_600_000, 0, 7)
"""How far the clock of each laptop is off."""


class Clock:
    """Moves a second at every look, from wherever it was set."""

    def __init__(self, offset_ms: int) -> None:
        self.now = NOW_MS + offset_ms

    def __call__(self) -> int:
        self.now += 1000
        return self.now


@contextmanager
def repeatable(seed: int = 0) -> Iterator[None]:
    """Ids, salts and keys from a seed, so that a failing example fails again."""
    chance = random.Random(seed)

    def token_hex(length: int = 16) -> str:
        return chance.randbytes(length).hex()

    with (
        mock.patch("secrets.token_bytes", lambda length=32: chance.randbytes(length)),
        mock.patch("secrets.token_hex", token_hex),
    ):
        yield


class Laptop:
    """One laptop: its station folder, its user's own folder, its clock."""

    def __init__(self, place: Path, name: str, offset_ms: int = 0) -> None:
        self.place, self.name = place, name
        self.folder, self.home = place / name, place / f"home of {name}"
        self.clock = Clock(offset_ms)
        self.held: set[str] = set()
        keys = new_device(name, pdf_key_pem=b"key", pdf_certificate_pem=b"certificate")
        self.store = self._ready(Store.create(self.folder, keys, STATION, home=self.home))

    @classmethod
    def copy_of(cls, other: Laptop, name: str, *, offset_ms: int = 0, same_user: bool = False) -> Laptop:
        """A second laptop that goes on with a copy of the first one's folder."""
        made = cls.__new__(cls)
        made.place, made.name = other.place, name
        made.folder = other.place / name
        made.home = other.home if same_user else other.place / f"home of {name}"
        made.clock, made.held = Clock(offset_ms), set(other.held)
        other.store.close()
        shutil.copytree(other.folder, made.folder)
        other.open()
        made.open()
        return made

    def _ready(self, store: Store) -> Store:
        store.clock = self.clock
        return store

    def open(self) -> None:
        self.store = self._ready(Store(self.folder, home=self.home))

    def close(self) -> None:
        self.store.close()

    def reopen(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.store.close()
        meanwhile()
        self.open()

    # What happens to folders

    def back_up(self, to: Path) -> None:
        """Copy the folder away, and what the user's own folder remembers of it."""
        self.store.close()
        shutil.copytree(self.folder, to / "station")
        if self.home.exists():
            shutil.copytree(self.home, to / "home")
        self.open()

    def restore(self, backup: Path) -> None:
        """Put a backup in the place of the folder."""
        self.store.close()
        shutil.rmtree(self.folder)
        shutil.copytree(backup / "station", self.folder)
        self.open()
        self.held = self.ids()

    def set_back(self, backup: Path) -> None:
        """Set the whole machine back, as a virtual machine can be: nothing outside remembers more either."""
        self.store.close()
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(backup / "station", self.folder, dirs_exist_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)
        if (backup / "home").exists():
            shutil.copytree(backup / "home", self.home)
        self.open()
        self.held = self.ids()

    def lose_derived(self) -> None:
        self.reopen(lambda: (self.folder / DERIVED).unlink())

    @contextmanager
    def power_cut(self) -> Iterator[None]:
        """What is saved in this block stands in the journal and is not derived before the laptop is opened again."""

        def pull() -> None:
            raise PowerCutError

        self.store.between_commits = pull
        try:
            yield
        except PowerCutError:
            self.reopen()
        else:
            self.store.between_commits = lambda: None

    # What it holds

    def changes(self) -> list[Change]:
        """All it can give to others: what is applied, in order of arrival, then what waits."""
        return [*self.store.journal.changes(), *self.store.journal.waiting_changes()]

    def ids(self) -> set[str]:
        return {change.id.hex() for change in self.changes()}

    def forks(self) -> list[tuple[str, str]]:
        """Log and previous change of each fork."""
        rows = self.store.reader.derived.execute("SELECT log, previous FROM fork").fetchall()
        return [(log.hex(), previous.hex()) for log, previous in rows]

    def take(self, changes: Iterable[Change]) -> None:
        """Merge; all that was offered must be held from now on."""
        offered = list(changes)
        merged = self.store.merge(offered)
        assert not merged.refused, merged.refused
        self.held |= {change.id.hex() for change in offered}

    def agrees_with_the_rules(self) -> None:
        """Compare everything derived with the naive function of the set; nothing held before may be missing."""
        changes = self.changes()
        expected = Naive((change.header, change.payload) for change in changes).view()
        found = view(self.store)
        for part in expected:
            assert found[part] == expected[part], (self.name, part)
        now = {change.id.hex() for change in changes}
        assert self.held <= now, "a change is lost"
        assert len(now) == len(changes), "a change is held twice"
        self.held = now


class PowerCutError(Exception):
    """The plug was pulled."""


def exchange_all(laptops: Sequence[Laptop], more: Sequence[Sequence[Change]] = ()) -> None:
    """Give everything to everybody."""
    for laptop in laptops:
        for bundle in more:
            laptop.take(bundle)
    for laptop in (laptops[0], *laptops[1:]):
        laptops[0].take(laptop.changes())
    for laptop in laptops[1:]:
        laptop.take(laptops[0].changes())


def are_the_same(laptops: Sequence[Laptop]) -> None:
    """Equal sets, equal tables by id, nothing waiting; and a rebuild changes nothing."""
    first = laptops[0]
    content = list(derived_content(first.store.reader.derived, first.store.journal))
    for laptop in laptops:
        assert laptop.store.journal.waiting_count() == 0
        assert laptop.ids() == first.ids()
        assert list(derived_content(laptop.store.reader.derived, laptop.store.journal)) == content
        for audience in ("station", "case"):
            assert laptop.store.reader.leaves(audience) == first.store.reader.leaves(audience)
    first.lose_derived()
    assert list(derived_content(first.store.reader.derived, first.store.journal)) == content


# What a store says, in the words of the naive function


def view(store: Store) -> View:
    """Everything derived, read from the tables."""
    derived = store.reader.derived
    alarms = [(code, facts) for code, facts in store.reader.alarms()]
    waiting = {change.id.hex() for change in store.journal.waiting_changes()}
    leaves = {audience: store.reader.leaves(audience) for audience in ("station", "case")}
    forks = derived.execute("SELECT log, previous, ids FROM fork").fetchall()
    found = store.reader.conflicts()
    assert len({row[1:] for row in found}) == len(found), "a difference is told twice"
    assert {(facts["log"], facts["previous"]) for code, facts in alarms if code == "log-forked"} == {
        (log.hex(), previous.hex()) for log, previous, _ in forks
    }
    return {
        "applied": {stored.id.hex() for stored in store.journal.stored()},
        "waiting": waiting,
        "records": {raw.hex(): _record(store, raw) for (raw,) in derived.execute("SELECT id FROM record").fetchall()},
        "conflicts": {row[1:] for row in found},
        "forks": {(log.hex(), previous.hex()): json.loads(ids) for log, previous, ids in forks},
        "custody": {_custody(facts, row) for row, code, facts in _alarm_rows(store) if code == "custody-forked"},
        "late": {(record.hex(), ref.hex()) for record, ref in derived.execute("SELECT record, ref FROM late")},
        "apart": {facts["record"]: facts["seals"] for code, facts in alarms if code == "sealed-apart"},
        "roots": {audience: _root(parts) for audience, parts in leaves.items()},
    }


def _alarm_rows(store: Store) -> list[tuple[str, str, dict[str, Any]]]:
    rows = store.reader.derived.execute("SELECT id, code, facts FROM alarm").fetchall()
    return [(identity, code, json.loads(facts)) for identity, code, facts in rows]


def _custody(facts: dict[str, Any], row: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    point = row.rsplit("/", 1)[1]
    after = "" if point == "first" else point
    return facts["exhibit"], after, tuple(facts["entries"]), tuple(facts["explained_by"])


def _root(leaves: Sequence[Any]) -> str:
    from ranger_app.domain.checkpoint import station_root

    return station_root(leaves).hex()


def _record(store: Store, raw: bytes) -> dict[str, Any]:
    from db.derived_rows import RecordRows

    state = RecordRows(store.reader.derived).load(raw.hex())
    history = store.reader.derived.execute("SELECT n, after_seal FROM history WHERE record = ?", (state.no,)).fetchall()
    names = {*state.values, *state.heads}
    return {
        "kind": state.kind,
        "audience": state.audience,
        "parent": state.parent,
        "origin": state.origin,
        "created": state.is_created,
        "shown": state.is_created and not state.is_hidden,
        "newer": state.is_newer,
        "values": state.values,
        "heads": {name: list(state.heads_of(name)) for name in names},
        "rivals": {
            name: {write.ref: (write.at, write.value) for write in writes} for name, writes in state.rivals.items()
        },
        "history": {store.journal.ref_at(n): after_seal for n, after_seal in history},
    }
